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

//! Of Gemini: \a reason is empty where there is none.
QByteArray candidate(int index, const QByteArray &text, const QByteArray &reason = {})
{
    return R"({"index":)" + QByteArray::number(index) + R"(,"content":{"parts":[{"text":")" + text
           + R"("}]})" + (reason.isEmpty() ? QByteArray() : ",\"finishReason\":\"" + reason + '"')
           + '}';
}

QByteArray candidates(const QByteArray &list)
{
    return "{\"candidates\":[" + list + "]}";
}

} // namespace

//! \brief Answers that are none, failures that end as if they were answers, and ends that prove
//! something only together.
class tst_Verdicts : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void verdict_data();
    void verdict();
    void flavours_data();
    void flavours();
    void manyIndices_data();
    void manyIndices();
    void halvesThatWait();
    void wholeAnswers_data();
    void wholeAnswers();
};

void tst_Verdicts::verdict_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<StreamVerdict>("verdict");
    QTest::addColumn<QStringList>("answer");

    const auto row = [](const char *name, const char *dialect, const QByteArray &body,
                        StreamVerdict verdict, const QStringList &answer) {
        QTest::newRow(name) << QString::fromLatin1(dialect) << body << verdict << answer;
    };
    using enum StreamJudgement::Verdict;
    const QByteArray stop = data(R"({"type":"message_stop"})");
    row("message_stop alone", "anthropic", stop, Truncated, {});
    row("message_stop behind a head", "anthropic",
        data(R"({"type":"message_start","message":{}})") + stop, Complete, {});
    row("a stop sequence is kept", "anthropic",
        data(R"({"type":"message_start","message":{}})")
            + data(
                R"({"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"END"}})")
            + stop,
        Complete, {u"other: \"END\""_s, u"stop: stop_sequence"_s});
    row("an error that is a number beyond a double", "anthropic",
        data(R"({"type":"message_start","message":{}})")
            + data(R"({"type":"error","error":{"message":"It broke.","after":1e999}})") + stop,
        Failed, {u"error: It broke."_s});
    row("usage that is no whole number is kept as it came", "anthropic",
        data(
            R"({"type":"message_start","message":{"usage":{"input_tokens":1.5,"output_tokens":2}}})")
            + stop,
        Complete, {u"other: 1.5"_s, u"usage: out=2"_s});
    row("usage beside a number beyond a double", "anthropic",
        data(R"({"type":"message_start","message":{"usage":{"input_tokens":3,"cost":1e400}}})")
            + stop,
        Complete, {u"usage: in=3"_s});

    const QByteArray start = data(R"({"type":"message-start"})");
    for (const char *reason : {"ERROR", "TIMEOUT"})
        row(QByteArray(QByteArray("Cohere's ") + reason).constData(), "cohere",
            start
                + data(R"({"type":"message-end","delta":{"finish_reason":")" + QByteArray(reason)
                       + R"("}})"),
            Failed,
            {u"stop: "_s + QLatin1StringView(reason), u"error: the answer ended with an error"_s,
             u"error type: "_s + QLatin1StringView(reason)});
    row("Cohere's end alone", "cohere",
        data(R"({"type":"message-end","delta":{"finish_reason":"COMPLETE"}})"), Truncated,
        {u"stop: COMPLETE"_s});

    row("a completed response that failed", "openai-responses",
        data(
            R"({"type":"response.completed","response":{"status":"failed","error":{"message":"It broke.","code":"server_error"}}})"),
        Failed, {u"stop: failed"_s, u"error: It broke."_s, u"error type: server_error"_s});
    row("a completed response that was cancelled", "openai-responses",
        data(R"({"type":"response.completed","response":{"status":"cancelled"}})"), Failed,
        {u"stop: cancelled"_s, u"error: the answer ended with the reason \"cancelled\""_s,
         u"error type: cancelled"_s});
    row("a response that comes with its end only", "openai-responses",
        data(
            R"({"type":"response.completed","response":{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]}})"),
        Complete, {u"text: Hi"_s, u"stop: completed"_s});
    row("an image in parts", "openai-responses",
        data(
            R"({"type":"response.image_generation_call.partial_image","partial_image_index":0,"partial_image_b64":"AAAA"})")
            + data(R"({"type":"response.completed","response":{"status":"completed"}})"),
        Complete,
        {uR"(other: {"type":"response.image_generation_call.partial_image","partial_image_index":0,"partial_image_b64":"AAAA"})"_s,
         u"stop: completed"_s});

    row("a candidate is not at its end", "gemini",
        data(candidates(candidate(0, "a", "STOP"))) + data(candidates(candidate(1, "b"))),
        Truncated, {u"text: a"_s, u"stop: STOP"_s});
    row("each candidate ends in its own event", "gemini",
        data(candidates(candidate(0, "a") + ',' + candidate(1, "b")))
            + data(candidates(candidate(0, "c", "STOP")))
            + data(candidates(candidate(1, "d", "MAX_TOKENS"))),
        Complete, {u"text: ac"_s, u"stop: STOP"_s});
    row("more of a candidate that was at its end", "gemini",
        data(candidates(candidate(0, "a", "STOP"))) + data(candidates(candidate(0, "b"))), Unknown,
        {u"text: ab"_s, u"stop: STOP"_s});
    row("more of a candidate that was at its end, without the blank line", "gemini",
        data(candidates(candidate(0, "a", "STOP")))
            + data(candidates(candidate(0, "b", "STOP"))).chopped(2),
        Unknown, {u"text: ab"_s, u"stop: STOP"_s});
    row("a call that is malformed", "gemini",
        data(candidates(R"({"finishReason":"MALFORMED_FUNCTION_CALL"})")), Failed,
        {u"stop: MALFORMED_FUNCTION_CALL"_s,
         u"error: the answer ended with the reason \"MALFORMED_FUNCTION_CALL\""_s,
         u"error type: MALFORMED_FUNCTION_CALL"_s});
    const QByteArray last = candidates(candidate(0, "a", "STOP"));
    row("an array", "gemini", '[' + last + ']', Complete, {u"text: a"_s, u"stop: STOP"_s});
    row("an array without its end", "gemini", '[' + last, Truncated,
        {u"text: a"_s, u"stop: STOP"_s});
    row("an array that is cut behind its comma", "gemini", '[' + last + ",\n", Truncated,
        {u"text: a"_s, u"stop: STOP"_s});
    row("arguments keep their digits, in Gemini", "gemini",
        data(candidates(
            R"({"content":{"parts":[{"functionCall":{"name":"f","args":{"n":12345678901234567890, "m": 1e400}}}]},"finishReason":"STOP"})")),
        Complete, {uR"(tool:  f({"n":12345678901234567890, "m": 1e400}))"_s, u"stop: STOP"_s});
    row("arguments keep their digits, in Ollama", "ollama",
        R"({"message":{"tool_calls":[{"function":{"name":"f","arguments":{"n":12345678901234567890}}}]},"done":true})"
        "\n",
        Complete, {uR"(tool:  f({"n":12345678901234567890}))"_s, u"stop: done"_s});
    row("Ollama's end alone", "ollama", "{\"done\":true}\n", Truncated, {u"stop: done"_s});

    const auto aws = [](const char *type, const QByteArray &payload) {
        return awsEventMessage({{":message-type", "event"}, {":event-type", type}}, payload);
    };
    const QByteArray head = aws("messageStart", R"({"role":"assistant"})");
    const QByteArray tail = aws("metadata", R"({"usage":{"inputTokens":1}})");
    row("Bedrock's end alone", "bedrock-converse", tail, Truncated, {u"usage: in=1"_s});
    for (const char *reason : {"malformed_tool_use", "malformed_model_output"})
        row(QByteArray(QByteArray("Bedrock's ") + reason).constData(), "bedrock-converse",
            head + aws("messageStop", R"({"stopReason":")" + QByteArray(reason) + R"("})") + tail,
            Failed,
            {u"stop: "_s + QLatin1StringView(reason), u"usage: in=1"_s,
             u"error: the answer ended with the reason \"%1\""_s.arg(QLatin1StringView(reason)),
             u"error type: "_s + QLatin1StringView(reason)});
    row("a chunk that is no Base64", "bedrock-converse",
        head + aws("chunk", R"({"bytes":"eyJ0eXB*lIjoxfQ=="})"), Damaged, {});
}

void tst_Verdicts::verdict()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, body);
    QFETCH(StreamVerdict, verdict);
    QFETCH(QStringList, answer);
    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        const auto stream = readerOf(dialect);
        for (const QByteArray &piece : pieces)
            stream->feed(piece);
        const StreamJudgement judgement = stream->finish(true);
        QVERIFY2(judgement.verdict == verdict, qPrintable(verdictText(judgement)));
        QCOMPARE(answerLog(stream->answer()), answer);
    }
}

void tst_Verdicts::flavours_data()
{
    QTest::addColumn<QString>("flavour");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("clean");
    QTest::addColumn<StreamVerdict>("verdict");

    const auto row = [](const char *name, const char *flavour, const QByteArray &body, bool clean,
                        StreamVerdict verdict) {
        QTest::newRow(name) << QString::fromLatin1(flavour) << body << clean << verdict;
    };
    using enum StreamJudgement::Verdict;
    const QByteArray part = data(R"({"choices":[{"index":0,"delta":{"content":"a"}}]})");
    const QByteArray other = data(R"({"choices":[{"index":1,"delta":{"content":"b"}}]})");
    const QByteArray stop = data(R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})");
    const QByteArray usage = data(R"({"choices":[],"usage":{"prompt_tokens":1}})");
    row("the body's end behind the finish reason", "gpustack", part + stop, true, Complete);
    row("the usage behind it", "gpustack", part + stop + usage, true, Complete);
    row("the blank line is missing", "gpustack", part + stop.chopped(1), true, Complete);
    row("a connection that fails", "gpustack", part + stop, false, Truncated);
    row("a cut event behind it", "gpustack", part + stop + usage.chopped(9), true, Truncated);
    row("no finish reason", "gpustack", part + usage, true, Truncated);
    row("a choice without its reason", "gpustack", part + other + stop, true, Truncated);
    row("more behind the reason", "gpustack", part + stop + part, true, Unknown);
    row("[DONE] all the same", "gpustack", part + data("[DONE]"), false, Complete);
    row("where [DONE] has to come", "openai", part + stop, true, Truncated);
    row("Perplexity's last event", "openai",
        part
            + data(
                R"({"object":"chat.completion.done","choices":[{"index":0,"finish_reason":"stop"}]})"),
        false, Complete);
    row("Perplexity without it", "perplexity", part + stop, true, Complete);
}

void tst_Verdicts::flavours()
{
    QFETCH(QString, flavour);
    QFETCH(QByteArray, body);
    QFETCH(bool, clean);
    QFETCH(StreamVerdict, verdict);
    const Dialect *const dialect = Dialect::find(u"openai-chat"_s);
    const QList<DialectFlavour> &all = dialect->facts().flavours;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto &one) { return one.id == flavour; });
    QVERIFY(found != all.end());
    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        StreamReader stream(dialect, &*found);
        for (const QByteArray &piece : pieces)
            stream.feed(piece);
        const StreamJudgement judgement = stream.finish(clean);
        QVERIFY2(judgement.verdict == verdict, qPrintable(verdictText(judgement)));
    }
}

void tst_Verdicts::manyIndices_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("part"); // % is its number
    QTest::addColumn<QByteArray>("behind");

    QTest::newRow("tool calls in one event")
        << u"openai-chat"_s << QByteArray(R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[)")
        << QByteArray(R"({"index":%,"function":{"name":"f","arguments":"{}\ud83d"}},)")
        << QByteArray("{}]}}]}\n\ndata: [DONE]\n\n");
    QTest::newRow("choices in one event")
        << u"openai-chat"_s << QByteArray("data: {\"choices\":[")
        << QByteArray(R"({"index":%,"delta":{"content":"a\ud83d"},"finish_reason":null},)")
        << QByteArray("{}]}\n\ndata: [DONE]\n\n");
    QTest::newRow("blocks")
        << u"anthropic"_s << QByteArray()
        << QByteArray("data: {\"type\":\"content_block_start\",\"index\":%,\"content_block\":{"
                      "\"type\":\"tool_use\",\"name\":\"f\"}}\n\n")
        << data(R"({"type":"message_stop"})");
    QTest::newRow("items")
        << u"openai-responses"_s << QByteArray()
        << QByteArray("data: {\"type\":\"response.output_text.delta\",\"output_index\":%,"
                      "\"delta\":\"a\"}\n\n")
        << data(R"({"type":"response.completed","response":{"status":"completed"}})");
}

//! Nothing is timed here: only what is quadratic comes near the function's own limit.
void tst_Verdicts::manyIndices()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, part);
    QFETCH(QByteArray, behind);
    QByteArray body = before;
    for (int i = 0; i < 20'000; ++i)
        body += QByteArray(part).replace("%", QByteArray::number(i));
    body += behind;
    const auto stream = readerOf(dialect);
    stream->feed(body);
    const StreamJudgement judgement = stream->finish(true);
    QVERIFY2(judgement.verdict == StreamVerdict::Complete, qPrintable(verdictText(judgement)));
}

//! A half waits until its part is at its end, and is never given to another part, or lost with an
//! event that is none.
void tst_Verdicts::halvesThatWait()
{
    const QByteArray half =
        data(
            R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})")
        + data(
            R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a\ud83d"}})");
    const auto textOf = [](const QByteArray &body) {
        const auto stream = readerOf(u"anthropic"_s);
        stream->feed(body);
        stream->finish(true);
        return stream->answer().text;
    };
    const QByteArray next = data(
        R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":"b"}})");
    QCOMPARE(textOf(half), u"a\uFFFD"_s);
    QCOMPARE(textOf(half + data(R"({"type":"content_block_stop","index":0})") + next),
             u"a\uFFFDb"_s);
    // Its other half comes in an event that the end cuts, or in one that is damaged.
    const QByteArray other = data(
        R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\ude00"}})");
    QCOMPARE(textOf(half + other), u"a😀"_s);
    QCOMPARE(textOf(half + other.chopped(1)), u"a\uFFFD"_s);
    QByteArray broken = other;
    broken.replace("}}", "}]");
    QCOMPARE(textOf(half + broken), u"a\uFFFD"_s);
    QCOMPARE(textOf(half + broken + other), u"a😀"_s);
}

void tst_Verdicts::wholeAnswers_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("log");

    const auto row = [](const char *name, const char *dialect, const QByteArray &body,
                        const QStringList &log) {
        QTest::newRow(name) << QString::fromLatin1(dialect) << body << log;
    };
    row("an error with a number beyond a double", "gemini",
        R"({"error":{"message":"It broke.","status":"INTERNAL","n":1e400}})",
        {u"Error type=INTERNAL <It broke.>"_s});
    row("arguments keep their digits, in Anthropic", "anthropic",
        R"({"content":[{"type":"tool_use","id":"x","name":"f","input":{"n": 12345678901234567890}}]})",
        {uR"(Tool 0 id=x name=f <{"n": 12345678901234567890}>)"_s, u"Tool 0 id= name= end <>"_s});
    row("arguments keep their digits, in Bedrock", "bedrock-converse",
        R"({"output":{"message":{"content":[{"toolUse":{"toolUseId":"x","name":"f","input":{"n":1.10}}}]}}})",
        {uR"(Tool 0 id=x name=f end <{"n":1.10}>)"_s});
    row("a response that failed", "openai-responses",
        R"({"output":[],"status":"failed","error":{"message":"It broke.","code":"x"}})",
        {u"Error type=x <It broke.>"_s, u"Stop <failed>"_s});
    row("a timeout", "cohere", R"({"message":{"content":[]},"finish_reason":"TIMEOUT"})",
        {u"Error type=TIMEOUT <the answer ended with an error>"_s, u"Stop <TIMEOUT>"_s});
}

void tst_Verdicts::wholeAnswers()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, body);
    QFETCH(QStringList, log);
    const EventReading reading = Dialect::find(dialect)->readWhole(body);
    QStringList deltas;
    for (const Delta &delta : reading.deltas)
        deltas += deltaText(delta);
    QCOMPARE(reading.damage, QString());
    QCOMPARE(deltas, log);
}

QTEST_GUILESS_MAIN(tst_Verdicts)
#include "tst_verdicts.moc"
