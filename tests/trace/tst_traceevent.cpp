// SPDX-License-Identifier: MIT
#include "core/trace/traceevent.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QMetaEnum>
#include <QtCore/QRegularExpression>
#include <QtCore/QSet>
#include <QtTest/QTest>

#include <limits>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_TraceEvent : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void lines_data();
    void lines();
    void everyNameIsSpeltAfterItsEnumerator();
    void everyNameAndSourceComesBack();
    void fieldsCannotReplaceTheHead();
    void unknownIsNoError_data();
    void unknownIsNoError();
    void damageIsAnError_data();
    void damageIsAnError();
};

void tst_TraceEvent::lines_data()
{
    QTest::addColumn<TraceEvent>("event");
    QTest::addColumn<QByteArray>("line");

    QTest::newRow("the head stands in front, in its order; no fields")
        << TraceEvent{1234us, 2, TraceSource::Wire, TraceEventName::ResponseStarted, {}}
        << QByteArray(R"({"t":1234,"attempt":2,"source":"wire","event":"response.started"})");
    QTest::newRow("fields follow the head")
        << TraceEvent{0us,
                      0,
                      TraceSource::Client,
                      TraceEventName::RunStarted,
                      {{u"schema"_s, 1}, {u"dialect"_s, u"ollama"_s}}}
        << QByteArray(R"({"t":0,"attempt":0,"source":"client","event":"run.started",)"
                      R"("dialect":"ollama","schema":1})");
    QTest::newRow("line breaks, quotes and other alphabets stay on one line")
        << TraceEvent{5us,
                      1,
                      TraceSource::Stream,
                      TraceEventName::StreamDelta,
                      {{u"text"_s, u"a\n\"b\"\r\u00e9\u4f60\U0001F600"_s}}}
        << QByteArray(R"({"t":5,"attempt":1,"source":"stream","event":"stream.delta",)"
                      "\"text\":\"a\\n\\\"b\\\"\\r\xc3\xa9\xe4\xbd\xa0\xf0\x9f\x98\x80\"}");
    QTest::newRow("a stamp before the run's beginning")
        << TraceEvent{-3us, 1, TraceSource::Policy, TraceEventName::WaitStarted, {}}
        << QByteArray(R"({"t":-3,"attempt":1,"source":"policy","event":"wait.started"})");
    QTest::newRow("null, nested values and numbers above 2^53")
        << TraceEvent{7us,
                      1,
                      TraceSource::Client,
                      TraceEventName::AttemptFinished,
                      {{u"failure"_s, QJsonValue::Null},
                       {u"list"_s, QJsonArray{1, QJsonArray{u"x"_s}}},
                       {u"seed"_s, qint64(9'007'199'254'740'993)}}}
        << QByteArray(R"({"t":7,"attempt":1,"source":"client","event":"attempt.finished",)"
                      R"("failure":null,"list":[1,["x"]],"seed":9007199254740993})");
}

void tst_TraceEvent::lines()
{
    QFETCH(TraceEvent, event);
    QFETCH(QByteArray, line);
    QCOMPARE(event.toJsonLine(), line);
    const auto back = TraceEvent::fromJsonLine(line);
    QVERIFY(back && back->has_value());
    QVERIFY(**back == event);
    TraceEvent head = event;
    head.fields = {};
    QVERIFY(TraceEvent::headFromJsonLine(line) == head);
    // As another program may have written it: its members in another order.
    const QByteArray sorted =
        QJsonDocument(QJsonDocument::fromJson(line).object()).toJson(QJsonDocument::Compact);
    QVERIFY(sorted != line);
    QVERIFY(TraceEvent::headFromJsonLine(sorted) == head);
}

// "RunStarted" is "run.started": the rule that cli.md's list follows, without repeating the list.
void tst_TraceEvent::everyNameIsSpeltAfterItsEnumerator()
{
    const QMetaEnum names = QMetaEnum::fromType<TraceEventName>();
    for (int i = 0; i < names.keyCount(); ++i) {
        const QString key = QString::fromLatin1(names.key(i));
        QString expected;
        for (const QChar c : key) {
            if (c.isUpper() && !expected.isEmpty())
                expected += u'.';
            expected += c.toLower();
        }
        QCOMPARE(toString(static_cast<TraceEventName>(names.value(i))), expected);
    }
    QCOMPARE(toString(TraceSource::Wire), u"wire"_s);
}

void tst_TraceEvent::everyNameAndSourceComesBack()
{
    const QMetaEnum names = QMetaEnum::fromType<TraceEventName>();
    const QMetaEnum sources = QMetaEnum::fromType<TraceSource>();
    QSet<QByteArray> lines;
    for (int i = 0; i < names.keyCount(); ++i) {
        for (int j = 0; j < sources.keyCount(); ++j) {
            const TraceEvent event{1us,
                                   1,
                                   static_cast<TraceSource>(sources.value(j)),
                                   static_cast<TraceEventName>(names.value(i)),
                                   {}};
            const auto back = TraceEvent::fromJsonLine(event.toJsonLine());
            QVERIFY2(back && back->has_value(), event.toJsonLine().constData());
            QVERIFY2(**back == event, event.toJsonLine().constData());
            lines.insert(event.toJsonLine());
        }
    }
    QCOMPARE(lines.size(), qsizetype(names.keyCount()) * sources.keyCount());
}

void tst_TraceEvent::fieldsCannotReplaceTheHead()
{
    const TraceEvent event{1us,
                           1,
                           TraceSource::Client,
                           TraceEventName::BodyData,
                           {{u"t"_s, 99}, {u"event"_s, u"lie"_s}, {u"bytes"_s, 3}}};
    QCOMPARE(event.toJsonLine(),
             QByteArray(R"({"t":1,"attempt":1,"source":"client","event":"body.data","bytes":3})"));
}

void tst_TraceEvent::unknownIsNoError_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("a name of a later version")
        << QByteArray(R"({"t":1,"attempt":1,"source":"wire","event":"h2.settings","x":1})");
    QTest::newRow("a source of a later version")
        << QByteArray(R"({"t":1,"attempt":1,"source":"kernel","event":"dns.started"})");
}

void tst_TraceEvent::unknownIsNoError()
{
    QFETCH(QByteArray, line);
    const auto event = TraceEvent::fromJsonLine(line);
    QVERIFY(event.hasValue());
    QVERIFY(!event->has_value());
}

void tst_TraceEvent::damageIsAnError_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("message");

    QTest::newRow("cut in the middle")
        << QByteArray(R"({"t":1,"attempt":1,"sour)") << QString() << u"is not JSON: .+\\."_s;
    QTest::newRow("nothing") << QByteArray() << QString() << u"is not JSON: .+\\."_s;
    QTest::newRow("a list") << QByteArray("[1,2]") << QString() << u"is not a JSON object\\."_s;
    QTest::newRow("no stamp") << QByteArray(R"({"attempt":1,"source":"wire","event":"body.data"})")
                              << u"t"_s << u"has no \"t\" in whole microseconds\\."_s;
    QTest::newRow("a stamp with a fraction")
        << QByteArray(R"({"t":1.5,"attempt":1,"source":"wire","event":"body.data"})") << u"t"_s
        << u"has no \"t\" in whole microseconds\\."_s;
    QTest::newRow("a stamp so large that differences overflow")
        << QByteArray(R"({"t":9e18,"attempt":1,"source":"wire","event":"body.data"})") << u"t"_s
        << u"has no \"t\" in whole microseconds\\."_s;
    QTest::newRow("a stamp that is a text")
        << QByteArray(R"({"t":"1","attempt":1,"source":"wire","event":"body.data"})") << u"t"_s
        << u"has no \"t\" in whole microseconds\\."_s;
    QTest::newRow("a negative attempt")
        << QByteArray(R"({"t":1,"attempt":-1,"source":"wire","event":"body.data"})") << u"attempt"_s
        << u"has no \"attempt\" that is 0 or more\\."_s;
    QTest::newRow("an attempt beyond any integer")
        << QByteArray(R"({"t":1,"attempt":1e12,"source":"wire","event":"body.data"})")
        << u"attempt"_s << u"has no \"attempt\" that is 0 or more\\."_s;
    QTest::newRow("no source") << QByteArray(R"({"t":1,"attempt":1,"event":"body.data"})")
                               << u"source"_s << u"has no \"source\"\\."_s;
    QTest::newRow("a name that is a number")
        << QByteArray(R"({"t":1,"attempt":1,"source":"wire","event":3})") << u"event"_s
        << u"has no \"event\"\\."_s;
}

void tst_TraceEvent::damageIsAnError()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, field);
    QFETCH(QString, message);
    const auto event = TraceEvent::fromJsonLine(line);
    QVERIFY(!event.hasValue());
    QCOMPARE(event.error().field, field);
    QVERIFY2(QRegularExpression(QRegularExpression::anchoredPattern(message))
                 .match(event.error().message)
                 .hasMatch(),
             qPrintable(event.error().message));
}

QTEST_GUILESS_MAIN(tst_TraceEvent)
#include "tst_traceevent.moc"
