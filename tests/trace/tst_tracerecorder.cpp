// SPDX-License-Identifier: MIT
#include "core/trace/tracerecorder.h"

#include <QtCore/QBuffer>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <algorithm>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_TraceRecorder : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void stampsCountFromTheRunsBeginning();
    void theEndpointsWordsAreRedactedByValueOnly();
    void canary();
};

void tst_TraceRecorder::stampsCountFromTheRunsBeginning()
{
    Trace trace;
    TraceRecorder recorder(&trace, 1'000'000ns, Redactor());
    recorder.record(1'000'000ns, 0, TraceSource::Client, TraceEventName::RunStarted);
    recorder.record(1'001'999ns, 3, TraceSource::Wire, TraceEventName::DnsStarted,
                    {{u"host"_s, u"h"_s}});
    recorder.record(999'999ns, 3, TraceSource::Wire, TraceEventName::DnsFinished);
    const std::vector<TraceEvent> expected{
        {0us, 0, TraceSource::Client, TraceEventName::RunStarted, {}},
        {1us, 3, TraceSource::Wire, TraceEventName::DnsStarted, {{u"host"_s, u"h"_s}}},
        // Rounded down on both sides of zero, or a microsecond around it would last two.
        {-1us, 3, TraceSource::Wire, TraceEventName::DnsFinished, {}},
    };
    QVERIFY(std::ranges::equal(trace.events(), expected));
}

void tst_TraceRecorder::theEndpointsWordsAreRedactedByValueOnly()
{
    Trace trace;
    Redactor redactor;
    redactor.addSecret("known-secret");
    TraceRecorder recorder(&trace, 0ns, redactor);
    const QJsonObject said{{u"text"_s, u"https://h/?key=YOURS and known-secret"_s}};
    for (const auto name : {TraceEventName::StreamDelta, TraceEventName::StreamEvent,
                            TraceEventName::AttemptFinished})
        recorder.record(0ns, 1, TraceSource::Stream, name, said);
    const QJsonObject byValue{{u"text"_s, u"https://h/?key=YOURS and [redacted]"_s}};
    const QJsonObject byBoth{{u"text"_s, u"https://h/?key=[redacted] and [redacted]"_s}};
    QCOMPARE(trace.events().at(0).fields, byValue);
    QCOMPARE(trace.events().at(1).fields, byValue);
    QCOMPARE(trace.events().at(2).fields, byBoth);
}

// A whole run whose every event carries the key or a password that nobody registered, in every
// dress that has been seen; then no saved byte may hold any of it.
void tst_TraceRecorder::canary()
{
    const QByteArray key = "sk-canary/7Q+zw==XyL0";
    const QByteArray proxyPassword = "pr0xy:c@nary";
    const QByteArray unregistered = "unregistered-c4nary";

    Redactor redactor;
    redactor.addSecret(key);
    redactor.addSecret(proxyPassword);
    Trace trace;
    TraceRecorder recorder(&trace, 0ns, redactor);
    const auto record = [&](TraceEventName name, const QJsonObject &fields) {
        recorder.record(0ns, 1, TraceSource::Client, name, fields);
    };
    const QString text = QString::fromUtf8(key);
    const QString percent = QString::fromLatin1(key.toPercentEncoding());
    const QByteArray credentials = "user:" + key;
    const QString basic = u"Basic "_s + QString::fromLatin1(credentials.toBase64());
    const QString proxy = u"http://user:"_s + QString::fromLatin1(proxyPassword.toPercentEncoding())
                          + u"@proxy:3128"_s;
    const QString other = QString::fromUtf8(unregistered);

    // Header, query, URL user information, proxy: as a scenario holds them.
    record(TraceEventName::RunStarted,
           {{u"schema"_s, 1},
            {u"endpoint"_s, QString(u"https://u:"_s + other + u"@h/?key="_s + percent)},
            {u"scenario"_s,
             QJsonObject{{u"proxy"_s, QJsonObject{{u"url"_s, proxy}}},
                         {u"headers"_s, QJsonArray{QJsonArray{u"X-Api-Key"_s, other},
                                                   QJsonArray{u"X-Debug"_s, QString(u"a"_s + text)},
                                                   QString(u"Authorization: Bearer "_s + other)}},
                         {u"rawBody"_s, QString(u"{\"api_key\":\""_s + other + u"\"}"_s)}}}});
    record(TraceEventName::AttemptStarted,
           {{u"url"_s, QString(u"https://h/v1/"_s + percent + u"?access_token="_s + other)}});
    record(TraceEventName::ConnectFinished, {{u"error"_s, QString(u"proxy "_s + proxy)}});
    record(TraceEventName::ResponseHead,
           {{u"headers"_s,
             QJsonArray{QJsonArray{u"Set-Cookie"_s, other}, QJsonArray{u"X-Echo"_s, basic},
                        QJsonArray{u"Location"_s, QString(u"https://h/?sig="_s + other)}}}});
    // The body echoes the request: plain, as JSON in JSON, in base64.
    const QByteArray echo =
        QJsonDocument(QJsonObject{{u"authorization"_s, QString(u"Bearer "_s + text)},
                                  {u"escaped"_s, QString(text).replace(u'/', u"\\/"_s)}})
            .toJson(QJsonDocument::Compact);
    record(TraceEventName::StreamEvent, {{u"index"_s, 0},
                                         {u"data"_s, QString::fromUtf8(echo)},
                                         {u"type"_s, QString::fromLatin1(echo.toBase64())}});
    record(TraceEventName::StreamDelta, {{u"text"_s, QString(u"Your key is "_s + text + u"!"_s)}});
    record(TraceEventName::AttemptFinished,
           {{u"failure"_s,
             QJsonObject{{u"qt_error_string"_s,
                          QString(u"Error transferring https://u:"_s + other + u"@h/?key="_s
                                  + percent + u" - server replied: "_s + text)},
                         {u"message"_s, QString(u"The proxy refused "_s + proxy)}}}});
    record(TraceEventName::RunFinished, {{u"reason"_s, basic}, {text, QJsonArray{text}}});

    QBuffer file;
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(trace.save(&file));
    QCOMPARE(trace.events().size(), std::size_t(8));
    QCOMPARE(file.data().count('\n'), 8);

    // Also after undoing what JSON and URLs may have done to it.
    const QByteArray unescaped = QByteArray(file.data()).replace('\\', "");
    for (const QByteArray &saved :
         {file.data(), unescaped, QByteArray::fromPercentEncoding(unescaped)}) {
        for (const QByteArray &secret :
             {key, key.toPercentEncoding(), key.toBase64().left(20), credentials.toBase64(),
              QByteArray("canary"), QByteArray("c4nary"), QByteArray("c@nary"),
              QByteArray("7Q+zw")}) {
            const qsizetype at = saved.indexOf(secret);
            QVERIFY2(at < 0, saved.mid(std::max<qsizetype>(0, at - 60), 160).constData());
        }
    }
    // And it was not done by throwing everything away.
    QVERIFY(file.data().contains("Your key is [redacted]!"));
    QVERIFY(file.data().contains(R"(["X-Debug","a[redacted]"])"));
}

QTEST_GUILESS_MAIN(tst_TraceRecorder)
#include "tst_tracerecorder.moc"
