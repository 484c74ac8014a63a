// SPDX-License-Identifier: MIT
#include "core/run/verdictwords_p.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(std::chrono::microseconds)

class tst_VerdictWords : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void durations_data();
    void durations();
    void sentences_data();
    void sentences();
    void everyFailureHasWordsOfItsOwn();
    void everyVerdictHasASentence();
    void adviceSpeaksOfNoEventThatNeverCame();
    void aWholeStreamIsNotAlwaysAWholeAnswer();
};

namespace {

Failure failure(FailureKind kind, const QString &cause = {}, const QString &message = {})
{
    Failure f;
    f.kind = kind;
    f.cause = cause;
    f.message = message;
    return f;
}

AttemptRecord attempt(int number, int sends, const std::optional<Failure> &failure = {},
                      bool retried = true, RetryReason reason = RetryReason::TransportFailure)
{
    AttemptRecord record;
    record.number = number;
    record.wireSends = sends;
    record.failure = failure;
    if (failure) {
        record.decision = RetryDecision{};
        record.decision->retry = retried;
        record.decision->reason = reason;
    }
    return record;
}

RunSummary summary(RunVerdict verdict, const QList<AttemptRecord> &attempts)
{
    RunSummary s;
    s.verdict = verdict;
    s.attempts = attempts;
    s.duration = 1200ms;
    if (!attempts.isEmpty())
        s.failure = attempts.last().failure;
    return s;
}

Failure refused()
{
    Failure f = failure(FailureKind::Connect);
    f.qtError = QNetworkReply::ConnectionRefusedError;
    return f;
}

} // namespace

void tst_VerdictWords::durations_data()
{
    QTest::addColumn<std::chrono::microseconds>("duration");
    QTest::addColumn<QString>("words");
    QTest::newRow("under ten milliseconds has a decimal")
        << std::chrono::microseconds(3140) << u"3.1 ms"_s;
    QTest::newRow("milliseconds are whole") << std::chrono::microseconds(187'400) << u"187 ms"_s;
    QTest::newRow("seconds have a decimal") << std::chrono::microseconds(1'240'000) << u"1.2 s"_s;
    QTest::newRow("minutes") << std::chrono::microseconds(200'000'000) << u"3 min 20 s"_s;
}

void tst_VerdictWords::durations()
{
    QFETCH(std::chrono::microseconds, duration);
    QTEST(durationWords(duration), "words");
}

void tst_VerdictWords::sentences_data()
{
    QTest::addColumn<RunSummary>("summary");
    QTest::addColumn<QString>("sentence");

    RunSummary good = summary(RunVerdict::Complete, {attempt(1, 0, failure(FailureKind::Dns)),
                                                     attempt(2, 0, refused()), attempt(3, 1)});
    good.simulatedAttempts = {1, 2};
    good.sandboxRequests = 1;
    QTest::newRow("complete on the third attempt")
        << good
        << u"Complete on attempt 3 after 1.2 s. Two failures were retried: name not found "
           u"(simulated), connection "
           "refused (simulated). 3 attempts, 1 request sent, 1 reached the sandbox."_s;

    QTest::newRow("complete at once")
        << summary(RunVerdict::Complete, {attempt(1, 1)})
        << u"Complete on the first attempt after 1.2 s. 1 attempt, 1 request sent."_s;

    QTest::newRow("a certificate that is not retried")
        << summary(RunVerdict::TransportError,
                   {attempt(1, 0,
                            failure(FailureKind::Certificate, u"CertificateExpired"_s,
                                    u"It has expired."_s),
                            false, RetryReason::KindNotRetried)})
        << u"No answer after 1 attempt and 1.2 s. The last one: It has expired. The policy does "
           u"not retry this kind of "
           "failure. 1 attempt, 0 requests sent."_s;

    RunSummary limited = summary(RunVerdict::HttpError, {attempt(1, 1)});
    limited.status = 429;
    limited.httpErrorMessage = u"Slow down."_s;
    QTest::newRow("an HTTP error with its message")
        << limited
        << u"The endpoint answered with HTTP status 429 after 1.2 s: Slow down. 1 attempt, 1 request sent."_s;

    limited.httpErrorMessage = u"overloaded"_s;
    QTest::newRow("a message without a full stop stands apart from the counts")
        << limited
        << u"The endpoint answered with HTTP status 429 after 1.2 s: overloaded. 1 attempt, 1 request sent."_s;

    limited.httpErrorMessage = u"overloaded (and sorry.)"_s;
    QTest::newRow("a full stop within brackets is one")
        << limited
        << u"The endpoint answered with HTTP status 429 after 1.2 s: overloaded (and sorry.) 1 attempt, 1 request sent."_s;

    limited.httpErrorMessage = u"\"...)\""_s;
    QTest::newRow("nothing but stops and brackets")
        << limited
        << u"The endpoint answered with HTTP status 429 after 1.2 s: \"...)\" 1 attempt, 1 request sent."_s;

    RunSummary silent =
        summary(RunVerdict::Timeout,
                {attempt(1, 1, failure(FailureKind::Timeout, {}, u"h did not answer within 1 s."_s),
                         false, RetryReason::NeverRetried)});
    silent.simulatedAttempts = {1};
    QTest::newRow("a failure the tool made is not laid at the endpoint's door")
        << silent
        << u"Timed out after 1.2 s: h did not answer within 1 s. A fault was injected into this "
           "attempt. 1 attempt, 1 request sent."_s;

    QTest::newRow("nothing was sent")
        << summary(RunVerdict::ConfigError,
                   {attempt(1, 0, failure(FailureKind::Config, {}, u"The URL names no host."_s),
                            false, RetryReason::NeverRetried)})
        << u"Nothing was sent: The URL names no host."_s;
}

void tst_VerdictWords::sentences()
{
    QFETCH(RunSummary, summary);
    QTEST(verdictSentence(summary), "sentence");
}

void tst_VerdictWords::everyFailureHasWordsOfItsOwn()
{
    QStringList seen;
    for (int value = 0; value <= static_cast<int>(FailureKind::Body); ++value) {
        const QString words = shortCause(failure(static_cast<FailureKind>(value)));
        QVERIFY(!words.isEmpty());
        QVERIFY2(!seen.contains(words), qPrintable(words));
        seen.append(words);
    }
}

void tst_VerdictWords::everyVerdictHasASentence()
{
    QStringList seen;
    for (int value = 0; value <= static_cast<int>(RunVerdict::ConfigError); ++value) {
        const QString words =
            verdictSentence(summary(static_cast<RunVerdict>(value), {attempt(1, 1)}));
        QVERIFY(words.size() > 10);
        QVERIFY2(!seen.contains(words), qPrintable(words));
        seen.append(words);
    }
}

void tst_VerdictWords::aWholeStreamIsNotAlwaysAWholeAnswer()
{
    RunSummary summary;
    summary.verdict = RunVerdict::Complete;
    for (const QString &word : {QString(), u"stop"_s, u"tool_use"_s, u"ERROR"_s}) {
        summary.answer.stopReason = word;
        QCOMPARE(verdictAdvice(summary), QString());
    }
    for (const QString &word : {u"length"_s, u"SAFETY"_s, u"refusal"_s}) {
        summary.answer.stopReason = word;
        QVERIFY2(verdictAdvice(summary).endsWith(u'.'), qPrintable(word));
    }
}

void tst_VerdictWords::adviceSpeaksOfNoEventThatNeverCame()
{
    RunSummary damaged = summary(RunVerdict::Damaged, {attempt(1, 1)});
    damaged.judgement = StreamJudgement{};
    damaged.events = 2;
    QVERIFY(verdictAdvice(damaged).contains("event at that offset"_L1));
    damaged.events = 0;
    QVERIFY(!verdictAdvice(damaged).contains("event"_L1));
    damaged.judgement.reset();
    QVERIFY(!verdictAdvice(damaged).contains("event"_L1));
    QVERIFY(!verdictAdvice(damaged).isEmpty());
}

QTEST_GUILESS_MAIN(tst_VerdictWords)
#include "tst_verdictwords.moc"
