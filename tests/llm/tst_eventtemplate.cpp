// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"

#include "tests/llm/deltalog.h"

#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

QStringList logOf(const EventReading &reading)
{
    QStringList log;
    for (const Delta &delta : reading.deltas)
        log += deltaText(delta);
    if (reading.terminal)
        log += u"terminal"_s;
    if (!reading.damage.isEmpty())
        log += u"damage @%1: %2"_s.arg(reading.damageOffset).arg(reading.damage);
    return log;
}

//! What a reader says that has seen nothing before.
QStringList fresh(const QByteArray &type, const QByteArray &data)
{
    const auto reader = Dialect::find(u"openai-chat"_s)->createEventReader();
    EventReading reading;
    reader->read(type, data, reading);
    return logOf(reading);
}

QByteArray chunk(const QByteArray &content, const QByteArray &id = "\"x\"",
                 const QByteArray &created = "17")
{
    return "{\"id\":" + id + ",\"created\":" + created
           + ",\"choices\":[{\"index\":0,\"delta\":{\"content\":" + content
           + "},\"finish_reason\":null}],\"obfuscation\":\"pad\"}";
}

} // namespace

//! \brief An event that is read by its likeness to the one before means what it means by itself.
class tst_EventTemplate : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void secondEvent_data();
    void secondEvent();
    void randomChanges();
    void aTextFromElsewhereIsNotLearnt();
};

void tst_EventTemplate::secondEvent_data()
{
    QTest::addColumn<QByteArray>("data");
    const auto row = [](const char *name, const QByteArray &data) {
        QTest::newRow(name) << data;
    };
    row("another text", chunk("\"b\""));
    row("the same", chunk("\"a\""));
    row("an empty text", chunk("\"\""));
    row("a longer text of many characters", chunk("\"" + QByteArray(5000, 'b') + "é€😀\""));
    row("escapes", chunk(R"("a\n\"\\\u00e9")"));
    row("a quote at the end", chunk(R"("a\"")"));
    row("half a character", chunk(R"("a\ud83d")"));
    row("an escape that is none", chunk(R"("a\x")"));
    row("a control character", chunk("\"a\nb\""));
    row("bytes that are no UTF-8", chunk("\"a\xFF\""));
    row("an overlong character", chunk("\"\xC0\x80\""));
    row("a byte order mark", chunk("\"\xEF\xBB\xBF\""));
    row("null instead of a text", chunk("null"));
    row("a number instead of a text", chunk("5"));
    row("another id", chunk("\"b\"", "\"other\""));
    row("an id with an escape", chunk("\"b\"", "\"o\\u0041\""));
    row("an id with a wrong escape", chunk("\"b\"", "\"o\\q\""));
    row("an id that is no UTF-8", chunk("\"b\"", "\"o\xFF\""));
    row("an id that is no string", chunk("\"b\"", "{}"));
    row("another number", chunk("\"b\"", "\"x\"", "123456"));
    row("a number with a zero in front", chunk("\"b\"", "\"x\"", "017"));
    row("a number with a fraction", chunk("\"b\"", "\"x\"", "1.5"));
    row("a negative number", chunk("\"b\"", "\"x\"", "-1"));
    row("no number", chunk("\"b\"", "\"x\"", ""));
    row("a finish reason", chunk("\"b\"").replace("null}]", "\"stop\"}]"));
    row("another choice", chunk("\"b\"").replace("index\":0", "index\":1"));
    row("a blank more", chunk("\"b\"").replace("\"choices\"", " \"choices\""));
    row("blanks around it", " " + chunk("\"b\"") + " ");
    row("something behind it", chunk("\"b\"") + "x");
    row("its end is missing", chunk("\"b\"").chopped(1));
    row("only its beginning", "{\"id\":\"x");
    row("nothing", "");
    row("[DONE]", "[DONE]");
}

void tst_EventTemplate::secondEvent()
{
    QFETCH(QByteArray, data);
    for (const QByteArray &type : {QByteArray("message"), QByteArray("error")}) {
        const auto reader = Dialect::find(u"openai-chat"_s)->createEventReader();
        EventReading reading;
        reader->read("message", chunk("\"a\""), reading);
        QCOMPARE(logOf(reading), QStringList{u"Text <a>"_s});
        reader->read(type, data, reading);
        QCOMPARE(logOf(reading), fresh(type, data));
    }
}

void tst_EventTemplate::randomChanges()
{
    QRandomGenerator random(4321);
    const QByteArray sound = chunk("\"word\"");
    for (int round = 0; round < 3'000; ++round) {
        const auto reader = Dialect::find(u"openai-chat"_s)->createEventReader();
        EventReading reading;
        reader->read("message", sound, reading);
        QByteArray changed = sound;
        const int changes = random.bounded(1, 4);
        for (int i = 0; i < changes; ++i)
            changed[random.bounded(int(changed.size()))] =
                "\"\\{}[]:,0189 nulltrue\x01\xC3\xA9u"[random.bounded(26)];
        reader->read("message", changed, reading);
        QCOMPARE(logOf(reading), fresh("message", changed));
    }
}

//! The text of the only hole gave nothing, and the delta's came from an object.
void tst_EventTemplate::aTextFromElsewhereIsNotLearnt()
{
    const auto reader = Dialect::find(u"openai-chat"_s)->createEventReader();
    EventReading reading;
    const QByteArray event = R"({"choices":[{"delta":{"content":"","tool_calls":[{"index":0,)"
                             R"("function":{"arguments":{"a":1}}}]}}]})";
    reader->read("message", event, reading);
    QCOMPARE(logOf(reading), QStringList{u"Tool 0 id= name= <{\"a\":1}>"_s});
    QByteArray second = event;
    second.replace("\"content\":\"\"", "\"content\":\"b\"");
    reader->read("message", second, reading);
    QCOMPARE(logOf(reading), (QStringList{u"Text <b>"_s, u"Tool 0 id= name= <{\"a\":1}>"_s}));
}

QTEST_GUILESS_MAIN(tst_EventTemplate)
#include "tst_eventtemplate.moc"
