// SPDX-License-Identifier: MIT
#include "core/stream/awseventencoder.h"
#include "tests/llm/streamchecks.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

QByteArray data(const QByteArray &json)
{
    return "data: " + json + "\n\n";
}

QByteArray delta(const QByteArray &members)
{
    return data(R"({"choices":[{"index":0,"delta":{)" + members + "}}]}");
}

QByteArray text(const QByteArray &content)
{
    return delta(R"("content":")" + content + "\"");
}

QByteArray tool(const QByteArray &members)
{
    return delta(R"("tool_calls":[{)" + members + "}]");
}

QByteArray usage()
{
    return data(R"({"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}})");
}

QByteArray done()
{
    return data("[DONE]");
}

QStringList findingLog(const StreamReader &stream)
{
    QStringList log;
    for (const Finding &finding : stream.findings())
        log += QStringLiteral("%1 @%2: %3")
                   .arg(QLatin1StringView(
                       QMetaEnum::fromType<FindingKind>().valueToKey(int(finding.kind))))
                   .arg(finding.offset)
                   .arg(finding.text);
    return log;
}

} // namespace

//! \brief What is odd about a stream is said, with its place, and changes nothing of the answer.
class tst_Findings : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void findings_data();
    void findings();
    void contentTypes_data();
    void contentTypes();
    void bedrock_data();
    void bedrock();
    void theyAreLimited();
};

void tst_Findings::findings_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("found");
    QTest::addColumn<QStringList>("answer");

    const auto row = [](const char *name, const QByteArray &body, const QStringList &found,
                        const QStringList &answer = {u"text: a"_s}) {
        QTest::newRow(name) << body << found << answer;
    };
    const QStringList counted{u"text: a"_s, u"usage: in=1 out=2"_s};
    row("nothing is odd", text("a") + usage() + done(), {}, counted);
    row("the terminal event is missing", text("a") + usage(),
        {u"NoTerminalEvent @129: The event [DONE] ends the stream. It never came."_s}, counted);
    row("the usage is missing", text("a") + done(),
        {u"NoUsage @71: The stream gives no count of the tokens used."_s});
    row("JSON that does not parse", text("a") + data("{\"b\":}") + usage() + done(),
        {u"BadJson @68: At byte 68 a JSON value was expected."_s}, counted);
    row("bytes that are no UTF-8", text("a") + data("{\"b\":\"\xff\"}") + usage() + done(),
        {u"InvalidUtf8 @69: At byte 69 the bytes are no UTF-8."_s}, counted);
    row("only comments", ": a\n\n: b\n\n",
        {u"NoTerminalEvent @10: The event [DONE] ends the stream. It never came."_s,
         u"OnlyKeepAlives @10: The stream has keep-alives only, and no content."_s},
        {});
    row("only events without content", data("{}") + data("{}"),
        {u"NoTerminalEvent @20: The event [DONE] ends the stream. It never came."_s,
         u"OnlyKeepAlives @20: None of the 2 events has content: they are keep-alives, or another dialect's."_s},
        {});
    row("events of another dialect, and a terminal event that both have",
        data(R"({"type":"response.output_text.delta","delta":"a"})") + done(),
        {u"OnlyKeepAlives @71: None of the 2 events has content: they are keep-alives, or another dialect's."_s},
        {});
    row("one event without content", data("{}"),
        {u"NoTerminalEvent @10: The event [DONE] ends the stream. It never came."_s,
         u"OnlyKeepAlives @10: The only event has no content: it is a keep-alive, or another dialect's."_s},
        {});
    row("halves of a character in two deltas are joined",
        text("\\ud83d") + text("\\ude00") + usage() + done(), {},
        {u"text: 😀"_s, u"usage: in=1 out=2"_s});
    row("half a character stays alone", text("\\ud83d") + text("a") + usage() + done(),
        {u"LoneSurrogate @62: Half of a character stands alone in the event at byte 62 or before; U+FFFD is shown for it."_s},
        {u"text: \uFFFDa"_s, u"usage: in=1 out=2"_s});
    row("arguments that do not parse",
        tool(R"("index":0,"id":"x","function":{"name":"f","arguments":"{\"a\":"})") + usage()
            + done(),
        {u"BadToolArguments @211: The arguments of the tool call \"f\" do not parse: the JSON text ends too early at byte 5."_s},
        {u"tool: x f({\"a\":)"_s, u"usage: in=1 out=2"_s});
    row("arguments that are no object",
        tool(R"("index":0,"id":"x","function":{"name":"f","arguments":"[]"})") + usage() + done(),
        {u"BadToolArguments @206: The arguments of the tool call \"f\" do not parse: they are no JSON object."_s},
        {u"tool: x f([])"_s, u"usage: in=1 out=2"_s});
    row("arguments of a second choice that do not parse",
        data(
            R"({"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"{"}}]}}]})")
            + usage() + done(),
        {u"BadToolArguments @205: The arguments of the tool call \"f\" do not parse: the JSON text ends too early at byte 1."_s},
        {u"usage: in=1 out=2"_s});
    const QByteArray f = R"("id":"x","function":{"name":"f","arguments":"{}"})";
    row("a tool call without an index", tool(f) + usage() + done(),
        {u"BadIndex @0: A tool call has no index: its place in its list is taken for it."_s},
        {u"tool: x f({})"_s, u"usage: in=1 out=2"_s});
    row("an index is left out", tool("\"index\":1," + f) + usage() + done(),
        {u"BadIndex @0: A tool call with the index 1 begins where 0 was expected."_s},
        {u"tool: x f({})"_s, u"usage: in=1 out=2"_s});
    row("an index is there twice",
        tool("\"index\":0," + f) + tool(R"("index":0,"id":"y","function":{"arguments":""})")
            + usage() + done(),
        {u"BadIndex @120: Two tool calls, x and y, have the index 0."_s},
        {u"tool: y f({})"_s, u"usage: in=1 out=2"_s});
    row("pieces of a call that was never begun",
        tool(R"("index":0,"function":{"arguments":"{}"})") + usage() + done(),
        {u"BadIndex @186: Arguments came for a tool call that was never begun: its name is missing."_s},
        {u"tool:  ({})"_s, u"usage: in=1 out=2"_s});
    row("two calls side by side, whose pieces alternate, are not odd",
        tool("\"index\":0," + f)
            + tool(R"("index":1,"id":"y","function":{"name":"g","arguments":""})")
            + tool(R"("index":0,"function":{"arguments":" "})")
            + tool(R"("index":1,"function":{"arguments":"{}"})") + usage() + done(),
        {}, {u"tool: x f({} )"_s, u"tool: y g({})"_s, u"usage: in=1 out=2"_s});
    row("a line that is no field", text("a") + "<p>\n" + usage() + done(),
        {u"StrayText @57: One line is no field of an event stream; it stands at byte 57."_s},
        counted);
    row("the last event lacks its blank line", text("a") + usage() + "data: [DONE]\n",
        {u"UnterminatedEvent @129: The stream ends with 13 bytes of an event without its end: strict clients discard it."_s},
        counted);
}

void tst_Findings::findings()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, found);
    QFETCH(QStringList, answer);
    for (const qsizetype size : {body.size(), qsizetype(1)}) {
        const auto stream = readerOf(u"openai-chat"_s);
        stream->setContentType("text/event-stream; charset=utf-8");
        for (const QByteArray &piece : piecesOf(body, size))
            stream->feed(piece);
        stream->finish(true);
        QCOMPARE(findingLog(*stream), found);
        QCOMPARE(answerLog(stream->answer()), answer);
    }
}

void tst_Findings::contentTypes_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QString>("found");
    QTest::newRow("a page") << u"anthropic"_s << QByteArray("text/html; charset=utf-8")
                            << u"The content type is text/html; a stream of Anthropic Messages has "
                               "text/event-stream."_s;
    QTest::newRow("none") << u"bedrock-converse"_s << QByteArray()
                          << u"The answer has no content type; a stream of Bedrock Converse has "
                             "application/vnd.amazon.eventstream."_s;
    QTest::newRow("another dialect's") << u"ollama"_s << QByteArray("text/event-stream")
                                       << u"The content type is text/event-stream; a stream of "
                                          "Ollama has application/x-ndjson."_s;
    QTest::newRow("the second of two that it has")
        << u"gemini"_s << QByteArray("Application/JSON") << QString();
    QTest::newRow("its own") << u"ollama"_s << QByteArray("application/x-ndjson") << QString();
}

void tst_Findings::contentTypes()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, type);
    QFETCH(QString, found);
    const auto stream = readerOf(dialect);
    stream->setContentType(type);
    if (found.isEmpty())
        QVERIFY(stream->findings().isEmpty());
    else
        QCOMPARE(stream->findings(), (QList<Finding>{{FindingKind::WrongContentType, 0, found}}));
}

void tst_Findings::bedrock_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("found");

    const auto aws = [](const char *type, const QByteArray &payload) {
        return awsEventMessage({{":message-type", "event"}, {":event-type", type}}, payload);
    };
    const auto part = [&aws](int index) {
        return aws("contentBlockDelta", R"({"contentBlockIndex":)" + QByteArray::number(index)
                                            + R"(,"delta":{"text":"a"}})");
    };
    const QByteArray start =
        aws("contentBlockStart",
            R"({"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"x","name":"f"}}})");
    const QByteArray end = aws("metadata", R"({"usage":{"inputTokens":1}})");
    const auto at = [](qsizetype offset, const QString &text) {
        return u"BadIndex @%1: %2"_s.arg(offset).arg(text);
    };
    QTest::newRow("a text may begin with its first piece")
        << QByteArray(part(0) + part(0) + start + part(2) + end) << QStringList();
    QTest::newRow("a part is missing")
        << QByteArray(part(0) + part(2) + end)
        << QStringList{
               at(part(0).size(), u"A part with the index 2 begins where 1 was expected."_s)};
    QTest::newRow("a part is begun twice")
        << QByteArray(part(0) + start + start + end)
        << QStringList{
               at(part(0).size() + start.size(), u"The part with the index 1 is begun twice."_s)};
    QByteArray wrong = part(0);
    wrong[wrong.size() - 1] = char(wrong.back() ^ 1);
    QTest::newRow("a checksum is no JSON")
        << wrong
        << QStringList{u"BadFraming @%1: At byte %1 the checksum of the message is wrong."_s.arg(
               wrong.size() - 4)};
}

void tst_Findings::bedrock()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, found);
    const auto stream = readerOf(u"bedrock-converse"_s);
    stream->feed(body);
    stream->finish(true);
    QCOMPARE(findingLog(*stream), found);
}

void tst_Findings::theyAreLimited()
{
    const auto stream = readerOf(u"openai-chat"_s);
    for (int i = 0; i < 300; ++i)
        stream->feed(data("{"));
    stream->finish(true);
    QCOMPARE(stream->findings().size(), 101);
    QCOMPARE(stream->findings().last(), (Finding{FindingKind::Omitted, 299 * data("{").size() + 7,
                                                 u"200 more findings are not listed."_s}));
}

QTEST_GUILESS_MAIN(tst_Findings)
#include "tst_findings.moc"
