// SPDX-License-Identifier: MIT
#include "core/llm/responsefacts.h"

#include "core/llm/dialect.h"
#include "tests/support/corpus.h"

#include <QtCore/QDirIterator>
#include <QtCore/QJsonArray>
#include <QtCore/QTimeZone>
#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

using Headers = QList<HeaderField>;

QString text(const std::optional<std::chrono::milliseconds> &time)
{
    return time ? QString::number(time->count()) : u"-"_s;
}

QString text(const std::optional<qint64> &number)
{
    return number ? QString::number(*number) : u"-"_s;
}

} // namespace

//! \brief The headers of interest, of every provider.
class tst_ResponseFacts : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void retryAfter_data();
    void retryAfter();
    void rateLimits_data();
    void rateLimits();
    void requestIdAndShouldRetry();
    void recordedWaits_data();
    void recordedWaits();
    void recordedErrors_data();
    void recordedErrors();

private:
    const QDateTime m_now{QDate(2023, 9, 29), QTime(16, 26, 37), QTimeZone::utc()};

    ResponseFacts read(const char *dialect, const Headers &headers) const
    {
        return ResponseFacts::read(headers, Dialect::find(QString::fromLatin1(dialect))->facts(),
                                   m_now);
    }
};

void tst_ResponseFacts::retryAfter_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("exact");
    QTest::addColumn<QString>("milliseconds");

    const auto row = [](const char *name, const QByteArray &header, const QString &milliseconds,
                        const QByteArray &exact = {}) {
        QTest::newRow(name) << header << exact << milliseconds;
    };
    row("none", {}, u"-"_s);
    row("seconds", "20", u"20000"_s);
    row("a fraction", " 0.5 ", u"500"_s);
    row("zero", "0", u"0"_s);
    row("negative", "-10", u"-"_s);
    row("no number", "nan", u"-"_s);
    row("infinite", "inf", u"-"_s);
    row("far too long", "99999999999999999999999999999999999", u"-"_s);
    row("a word", "soon", u"-"_s);
    row("a date", "Fri, 29 Sep 2023 16:27:37 GMT", u"60000"_s);
    row("a date that has passed", "Fri, 29 Sep 2023 16:26:36 GMT", u"0"_s);
    row("a date of RFC 850", "Friday, 29-Sep-23 16:28:37 GMT", u"120000"_s);
    row("a date of C", "Fri Sep 29 16:26:38 2023", u"1000"_s);
    row("a date of a year with six digits", "Fri, 29 Sep 100000 16:26:57 GMT", u"-"_s);
    row("milliseconds", {}, u"1500"_s, "1500");
    row("milliseconds come first", "20", u"1500"_s, "1500");
    row("milliseconds that are none", "20", u"20000"_s, "invalid");
    row("zero milliseconds beside a second", "1", u"1000"_s, "0");
    row("zero milliseconds alone", {}, u"0"_s, "0");
}

void tst_ResponseFacts::retryAfter()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, exact);
    QFETCH(QString, milliseconds);
    Headers headers;
    if (!header.isEmpty())
        headers.append({"Retry-After", header});
    if (!exact.isEmpty())
        headers.append({"retry-after-ms", exact});
    QCOMPARE(text(read("openai-chat", headers).retryAfter), milliseconds);
    std::reverse(headers.begin(), headers.end());
    QCOMPARE(text(read("openai-chat", headers).retryAfter), milliseconds);
}

void tst_ResponseFacts::rateLimits_data()
{
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<QStringList>("limits");

    QTest::newRow("OpenAI: durations")
        << Headers{{"x-ratelimit-limit-requests", "30000"},
                   {"x-ratelimit-limit-tokens", "150000000"},
                   {"X-RateLimit-Remaining-Requests", "29999"},
                   {"x-ratelimit-reset-requests", "2ms"},
                   {"x-ratelimit-reset-tokens", "1m17.379s"}}
        << QStringList{u"requests 30000 29999 2"_s, u"tokens 150000000 - 77379"_s};
    QTest::newRow("Azure: seconds")
        << Headers{{"x-ratelimit-remaining-tokens", "-1"}, {"x-ratelimit-reset-tokens", "60"}}
        << QStringList{u"tokens - -1 60000"_s};
    QTest::newRow("Anthropic: dates")
        << Headers{{"anthropic-ratelimit-input-tokens-limit", "50"},
                   {"anthropic-ratelimit-input-tokens-remaining", "49"},
                   {"anthropic-ratelimit-input-tokens-reset", "2023-09-29T16:27:37Z"}}
        << QStringList{u"input-tokens 50 49 60000"_s};
    QTest::newRow("Mistral, Cohere: words in other places")
        << Headers{{"ratelimitbysize-remaining", "7"},
                   {"x-ratelimit-limit-req-minute", "60"},
                   {"x-trial-endpoint-call-remaining", "19"}}
        << QStringList{u"size - 7 -"_s, u"req-minute 60 - -"_s, u"trial-endpoint-call - 19 -"_s};
    QTest::newRow("what cannot be read is left out")
        << Headers{{"x-ratelimit-limit-tokens", "many"}, {"x-ratelimit-reset-tokens", "1x"}}
        << QStringList{u"tokens - - -"_s};
    QTest::newRow("other headers are none")
        << Headers{{"content-type", "a"}, {"x-ratelimit-policy", "b"}} << QStringList();
}

void tst_ResponseFacts::rateLimits()
{
    QFETCH(Headers, headers);
    QFETCH(QStringList, limits);
    QStringList log;
    for (const RateLimit &limit : read("openai-chat", headers).rateLimits)
        log += QStringList{limit.name, text(limit.limit), text(limit.remaining), text(limit.reset)}
                   .join(u' ');
    QCOMPARE(log, limits);
}

void tst_ResponseFacts::requestIdAndShouldRetry()
{
    const ResponseFacts facts =
        read("anthropic",
             {{"x-request-id", "second"}, {"Request-Id", "first"}, {"X-Should-Retry", "false"}});
    QCOMPARE(facts.requestId, QByteArray("first"));
    QCOMPARE(facts.shouldRetry, std::optional(false));
    QCOMPARE(read("cohere", {{"x-debug-trace-id", "t"}}).requestId, QByteArray("t"));
    QVERIFY(!read("cohere", {{"x-should-retry", "maybe"}}).shouldRetry);
}

void tst_ResponseFacts::recordedWaits_data()
{
    QTest::addColumn<QJsonObject>("vector");
    if (!corpusMissing().isEmpty())
        QSKIP(corpusMissing().constData());
    const QList<QJsonObject> vectors =
        readJsonLines(corpus().filePath(u"errors/retry-after.jsonl"_s));
    for (const QJsonObject &vector : vectors) {
        if (vector.value("kind"_L1) != "should-retry"_L1) // no wait in it
            QTest::newRow(qPrintable(vector.value("id"_L1).toString())) << vector;
    }
}

void tst_ResponseFacts::recordedWaits()
{
    QFETCH(QJsonObject, vector);
    const QJsonObject fields = vector.value("headers"_L1).toObject();
    Headers headers;
    for (auto it = fields.begin(); it != fields.end(); ++it)
        headers.append({it.key().toLatin1(), it.value().toString().toLatin1()});
    const auto wait = read("openai-chat", headers).retryAfter;
    const QJsonValue seconds = vector.value("openai_python_delay_s"_L1);
    if (vector.value("kind"_L1) == "should-retry-429"_L1)
        QCOMPARE(text(wait), u"120000"_s);
    else if (seconds.isDouble())
        QCOMPARE(text(wait), QString::number(seconds.toInteger() * 1000));
    else // Their client uses none of these; ours says what was asked for, where it can be.
        QVERIFY(!wait || *wait == std::chrono::seconds(0) || *wait > std::chrono::seconds(120));
}

void tst_ResponseFacts::recordedErrors_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QJsonObject>("expected");
    QTest::addColumn<Headers>("headers");
    if (!corpusMissing().isEmpty())
        QSKIP(corpusMissing().constData());
    QDirIterator files(corpus().filePath(u"errors"_s), {u"*.expected.json"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    int rows = 0;
    while (files.hasNext()) {
        const QString path = files.next();
        const auto object = [](const QString &file) {
            return QJsonDocument::fromJson(readFile(file)).object();
        };
        const QJsonObject meta = object(QString(path).replace(".expected."_L1, ".meta."_L1));
        Headers headers;
        for (const QJsonValue &field : meta.value("response"_L1)["headers"_L1].toArray())
            headers.append({field[0].toString().toLatin1(), field[1].toString().toLatin1()});
        const QString provider = path.section(u'/', -2, -2);
        const QHash<QString, QString> dialects{{u"anthropic"_s, u"anthropic"_s},
                                               {u"bedrock"_s, u"bedrock-converse"_s},
                                               {u"cohere"_s, u"cohere"_s},
                                               {u"gemini"_s, u"gemini"_s},
                                               {u"vertex"_s, u"gemini"_s}};
        QTest::newRow(qPrintable(files.fileName().section(u'.', 0, 0)))
            << dialects.value(provider, u"openai-chat"_s) << object(path) << headers;
        ++rows;
    }
    QVERIFY2(rows >= 50, "the corpus has lost errors");
}

void tst_ResponseFacts::recordedErrors()
{
    QFETCH(QString, dialect);
    QFETCH(QJsonObject, expected);
    QFETCH(Headers, headers);
    const ResponseFacts facts = read(dialect.toLatin1().constData(), headers);
    QCOMPARE(QString::fromLatin1(facts.requestId),
             expected.value("request_id_header"_L1)["value"_L1].toString());
    const QJsonValue retry = expected.value("retry"_L1);
    const QJsonValue word = retry["x_should_retry"_L1];
    QCOMPARE(facts.shouldRetry.has_value(), word.isString());
    if (word.isString())
        QCOMPARE(*facts.shouldRetry, word == "true"_L1);
    const QJsonValue wait = retry["server_delay_ms"_L1];
    QCOMPARE(facts.retryAfter.has_value(), wait.isDouble());
    // Zero milliseconds beside a Retry-After are not taken at their word.
    if (wait.toDouble() > 0)
        QCOMPARE(facts.retryAfter->count(), wait.toInteger());
    const QJsonArray limits = expected.value("rate_limits"_L1).toArray();
    if (dialect != "cohere"_L1) // whose calls the corpus does not count among them
        QCOMPARE(qsizetype(facts.rateLimits.size()), limits.size());
    for (const QJsonValue &limit : limits) {
        const auto ours =
            std::ranges::find(facts.rateLimits, limit["name"_L1].toString(), &RateLimit::name);
        QVERIFY(ours != facts.rateLimits.end());
        QCOMPARE(ours->limit.value_or(-1), limit["limit"_L1].toInteger(-1));
        QCOMPARE(ours->remaining.value_or(-1), limit["remaining"_L1].toInteger(-1));
        if (limit["reset_ms"_L1].isDouble())
            QCOMPARE(ours->reset->count(), limit["reset_ms"_L1].toInteger());
    }
}

QTEST_GUILESS_MAIN(tst_ResponseFacts)
#include "tst_responsefacts.moc"
