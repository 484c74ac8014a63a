// SPDX-License-Identifier: MIT
#include "core/llm/responsefacts.h"

#include "core/llm/dialect.h"

#include <QtCore/QTimeZone>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;

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

QTEST_GUILESS_MAIN(tst_ResponseFacts)
#include "tst_responsefacts.moc"
