// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"

#include "tests/llm/deltalog.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

QJsonObject object(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

QString compact(const QJsonObject &json)
{
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

QStringList readingLog(const EventReading &reading)
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

} // namespace

//! \brief OpenAI Chat: requests, events, whole answers, error bodies.
class tst_OpenAiChat : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void registry();
    void authentication();
    void requestToJson();
    void everyRequestSurvivesItsJson_data();
    void everyRequestSurvivesItsJson();
    void everyJsonSurvivesTheForm_data();
    void everyJsonSurvivesTheForm();
    void whatTheFormShows();
    void wrongJson_data();
    void wrongJson();
    void chunk_data();
    void chunk();
    void saidOnce_data();
    void saidOnce();
    void citationsThatComeInEveryChunk();
    void halvesOfACharacter_data();
    void halvesOfACharacter();
    void nestingIsLimited();
    void wholeAnswer_data();
    void wholeAnswer();
    void errorMessage_data();
    void errorMessage();
    void aLongErrorMessageIsShortened();

private:
    const Dialect *m_dialect = Dialect::find(u"openai-chat"_s);
};

void tst_OpenAiChat::registry()
{
    QVERIFY(m_dialect);
    QVERIFY(Dialect::ids().contains(u"openai-chat"_s));
    QCOMPARE(Dialect::ids().size(), qsizetype(Dialect::all().size()));
    QCOMPARE(Dialect::find(u"morse"_s), nullptr);
    QCOMPARE(m_dialect->path(), u"/v1/chat/completions"_s);
    QCOMPARE(m_dialect->requestIdHeader(), QByteArray("x-request-id"));
}

void tst_OpenAiChat::authentication()
{
    QCOMPARE(m_dialect->authentication({}), QList<HeaderField>());
    const QList<HeaderField> expected{{"Authorization", "Bearer sk-test"}};
    QCOMPARE(m_dialect->authentication("sk-test"), expected);
}

void tst_OpenAiChat::requestToJson()
{
    ChatRequest request;
    request.model = u"gpt-4o-mini"_s;
    request.system = u"Be brief."_s;
    request.messages = {{u"user"_s, u"Hi"_s}};
    request.extra = {{u"temperature"_s, 0.5}};
    QCOMPARE(compact(m_dialect->toJson(request)),
             QStringLiteral(R"({"messages":[{"content":"Be brief.","role":"system"},)"
                            R"({"content":"Hi","role":"user"}],"model":"gpt-4o-mini",)"
                            R"("stream":true,"stream_options":{"include_usage":true},)"
                            R"("temperature":0.5})"));
    request.stream = false;
    QVERIFY(!m_dialect->toJson(request).contains("stream_options"_L1));
    QCOMPARE(m_dialect->toJson(request).value("stream"_L1), QJsonValue(false));
}

void tst_OpenAiChat::everyRequestSurvivesItsJson_data()
{
    QTest::addColumn<ChatRequest>("request");
    const QList<ChatMessage> talk{{u"user"_s, u"Hi"_s}, {u"assistant"_s, {}}, {u"user"_s, u"é😀"_s}};
    QTest::newRow("an empty one") << ChatRequest{};
    QTest::newRow("a talk") << ChatRequest{u"m"_s, u"s"_s, talk, true, {}};
    QTest::newRow("not streamed") << ChatRequest{u"m"_s, {}, talk, false, {}};
    QTest::newRow("with members the form does not know")
        << ChatRequest{u"m"_s, {}, talk, true, object(R"({"n":2,"tools":[{"type":"function"}]})")};
    QTest::newRow("with stream options of its own") << ChatRequest{
        u"m"_s, {}, talk, true, object(R"({"stream_options":{"include_usage":false}})")};
    QTest::newRow("without stream options")
        << ChatRequest{u"m"_s, {}, talk, true, object(R"({"stream_options":null})")};
}

void tst_OpenAiChat::everyRequestSurvivesItsJson()
{
    QFETCH(ChatRequest, request);
    const Result<ChatRequest> read = m_dialect->fromJson(m_dialect->toJson(request));
    QVERIFY(read);
    QCOMPARE(compact(read->extra), compact(request.extra));
    QVERIFY(*read == request);
}

void tst_OpenAiChat::everyJsonSurvivesTheForm_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("shown");

    const auto row = [](const char *name, const QByteArray &messages, bool shown,
                        const QByteArray &more = R"("stream_options":{"include_usage":true})") {
        QTest::newRow(name) << QByteArray(R"({"model":"m","stream":true,"messages":)" + messages
                                          + ',' + more + '}')
                            << shown;
    };
    const QByteArray plain = R"([{"role":"user","content":"Hi"}])";
    row("a plain talk", R"([{"role":"system","content":"s"},{"role":"user","content":"Hi"}])",
        true);
    row("members the form does not know", plain, true,
        R"("stream_options":{"include_usage":true},"seed":7)");
    row("no stream options", plain, true, R"("seed":7)");
    row("other stream options", plain, true, R"("stream_options":{"include_obfuscation":false})");
    row("no messages", "[]", true);
    row("content in parts", R"([{"role":"user","content":[{"type":"text","text":"Hi"}]}])", false);
    row("a tool's message", R"([{"role":"tool","content":"1","tool_call_id":"x"}])", false);
    row("an assistant that calls tools",
        R"([{"role":"user","content":"Hi"},{"role":"assistant","content":null,"tool_calls":[]}])",
        false);
    row("a message with a name", R"([{"role":"user","content":"Hi","name":"Ann"}])", false);
    row("a developer's message", R"([{"role":"developer","content":"x"}])", false);
    row("a system message that is not the first",
        R"([{"role":"user","content":"Hi"},{"role":"system","content":"s"}])", false);
    row("an empty system message", R"([{"role":"system","content":""}])", false);
    row("something that is no message", R"([1,"x"])", false);
    row("a message without content", R"([{"role":"user"}])", false);
}

void tst_OpenAiChat::everyJsonSurvivesTheForm()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, shown);
    const Result<ChatRequest> request = m_dialect->fromJson(object(json));
    QVERIFY(request);
    QCOMPARE(compact(m_dialect->toJson(*request)), compact(object(json)));
    QCOMPARE(!request->extra.contains("messages"_L1), shown);
    if (!shown)
        QVERIFY(request->messages.isEmpty() && request->system.isEmpty());
}

void tst_OpenAiChat::whatTheFormShows()
{
    const auto request = m_dialect->fromJson(object(
        R"({"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"Hi"}]})"));
    QVERIFY(request);
    const ChatRequest expected{u"m"_s, u"s"_s, {{u"user"_s, u"Hi"_s}}, false, {}};
    QVERIFY(*request == expected);
}

void tst_OpenAiChat::wrongJson_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("field");
    QTest::newRow("a model that is no text") << QByteArray(R"({"model":3})") << u"model"_s;
    QTest::newRow("a stream that is no truth value")
        << QByteArray(R"({"stream":"yes"})") << u"stream"_s;
    QTest::newRow("messages that are no list") << QByteArray(R"({"messages":{}})") << u"messages"_s;
}

void tst_OpenAiChat::wrongJson()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, field);
    const Result<ChatRequest> request = m_dialect->fromJson(object(json));
    QVERIFY(!request);
    QCOMPARE(request.error().field, field);
    QVERIFY(request.error().message.endsWith(u'.'));
}

void tst_OpenAiChat::chunk_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QStringList>("log");

    const auto row = [](const char *name, const QByteArray &data, const QStringList &log,
                        const QByteArray &type = "message") {
        QTest::newRow(name) << type << data << log;
    };
    const auto choice = [](const QByteArray &members) {
        return QByteArray(R"({"id":"x","choices":[{"index":0,)" + members + "}]}");
    };
    row("text", choice(R"("delta":{"content":"Hi"})"), {u"Text <Hi>"_s});
    row("the first chunk has no delta",
        choice(R"("delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null)"),
        {});
    row("escapes", choice(R"("delta":{"content":"a\n\"\\\/A\t"})"), {u"Text <a\n\"\\/A\t>"_s});
    row("a byte order mark in a text is text", choice("\"delta\":{\"content\":\"\xEF\xBB\xBFx\"}"),
        {u"Text <\uFEFFx>"_s});
    row("an escaped character of two halves", choice(R"("delta":{"content":"\ud83d\ude00!"})"),
        {u"Text <😀!>"_s});
    row("reasoning_content", choice(R"("delta":{"reasoning_content":"Hm","content":null})"),
        {u"Reasoning <Hm>"_s});
    row("reasoning", choice(R"("delta":{"content":"","reasoning":"Hm"})"), {u"Reasoning <Hm>"_s});
    row("reasoning under both names counts once",
        choice(R"("delta":{"reasoning":"Hm","reasoning_content":"Hm","content":"a"})"),
        {u"Reasoning <Hm>"_s, u"Text <a>"_s});
    row("reasoning_details are a repetition",
        choice(
            R"("delta":{"reasoning":"Hm","reasoning_details":[{"type":"reasoning.text","text":"Hm"}]})"),
        {u"Reasoning <Hm>"_s});
    row("content in parts",
        choice(
            R"("delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]},)"
            R"({"type":"text","text":"Hi"},{"type":"image_url"}]})"),
        {u"Reasoning <Hm>"_s, u"Text <Hi>"_s});
    row("refusal", choice(R"("delta":{"refusal":"No"})"), {u"Refusal <No>"_s});
    row("the beginning of a tool call",
        choice(R"("delta":{"tool_calls":[{"index":1,"id":"c","type":"function",)"
               R"("function":{"name":"f","arguments":""}}]})"),
        {u"Tool 1 id=c name=f <>"_s});
    row("a piece of a tool's arguments",
        choice(R"("delta":{"tool_calls":[{"index":1,"function":{"arguments":"{\"a"}}]})"),
        {u"Tool 1 id= name= <{\"a>"_s});
    row("tool calls without an index are counted",
        choice(
            R"("delta":{"tool_calls":[{"id":"a"},{"id":"b","function":{"arguments":{"x":[1]}}}]})"),
        {u"Tool 0 id=a name= <>"_s, u"Tool 1 id=b name= <{\"x\":[1]}>"_s});
    row("an impossible index is replaced",
        choice(R"("delta":{"tool_calls":[{"index":-1,"id":"a"},{"index":99999999999,"id":"b"}]})"),
        {u"Tool 0 id=a name= <>"_s, u"Tool 1 id=b name= <>"_s});
    row("the legacy function call",
        choice(R"("delta":{"function_call":{"name":"f","arguments":"{}"}})"),
        {u"Tool 0 id= name=f <{}>"_s});
    row("the end of a choice", choice(R"("delta":{},"finish_reason":"stop")"), {u"Stop <stop>"_s});
    row("the end comes behind the text, wherever it stands",
        choice(R"("finish_reason":"length","delta":{"content":"a"})"),
        {u"Text <a>"_s, u"Stop <length>"_s});
    row("several choices, the index behind the delta",
        R"({"choices":[{"delta":{"content":"a"},"index":1},{"delta":{"content":"b"},"index":0,"finish_reason":"stop"}]})",
        {u"Text choice=1 <a>"_s, u"Text <b>"_s, u"Stop <stop>"_s});
    row("the legacy text", choice(R"("text":"Hi","logprobs":null)"), {u"Text <Hi>"_s});
    row("a text beside a delta is a repetition", choice(R"("text":"Hi","delta":{"content":"Hi"})"),
        {u"Text <Hi>"_s});
    row("a message beside a delta is a repetition",
        choice(R"("message":{"content":"Hi all"},"delta":{"content":" all"})"), {u"Text < all>"_s});
    row("usage",
        R"({"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,)"
        R"("prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":5}}})",
        {u"Usage in=1 out=2 reasoning=5 cached=4 total=3"_s});
    row("usage that is null", R"({"choices":[],"usage":null})", {});
    row("usage without what we count", R"({"usage":{"cost":0.1,"prompt_tokens_details":null}})",
        {});
    row("DeepSeek's cache", R"({"usage":{"prompt_tokens":9,"prompt_cache_hit_tokens":8}})",
        {u"Usage in=9 cached=8"_s});
    row("Groq's usage", R"({"choices":[],"x_groq":{"id":"r","usage":{"prompt_tokens":9}}})",
        {u"Usage in=9"_s});
    row("an error object",
        R"({"error":{"message":"Overloaded","type":"server_error","code":null}})",
        {u"Error type=server_error <Overloaded>"_s});
    row("an error's number", R"({"error":{"code":502,"message":"Bad gateway"}})",
        {u"Error type=502 <Bad gateway>"_s});
    row("an error text", R"({"error":"boom"})", {u"Error type= <boom>"_s});
    row("an error without a message", R"({"error":{"status":3}})",
        {u"Error type= <{\"status\":3}>"_s});
    row("an error that is null", R"({"error":null,"choices":[]})", {});
    row("an error beside a choice",
        R"({"error":{"message":"cut"},"choices":[{"delta":{"content":""},"finish_reason":"error"}]})",
        {u"Error type= <cut>"_s, u"Stop <error>"_s});
    row("a flat error by its object",
        R"({"object":"error","message":"Slow down","type":"rate","code":429})",
        {u"Error type=rate <Slow down>"_s});
    row("a flat error by its event's type", R"({"message":"Slow down","code":"x"})",
        {u"Error type=x <Slow down>"_s}, "error");
    row("a named error event", R"({"error":{"message":"m","type":"t"}})", {u"Error type=t <m>"_s},
        "error");
    row("an error event that is no JSON", "Overloaded", {u"Error type= <Overloaded>"_s}, "error");
    row("a part that nobody knows is kept, an empty one is not",
        R"({"choices":[{"delta":{"audio":{"id":"x"},"images":[]}}]})",
        {u"Other part=audio <{\"id\":\"x\"}>"_s});
    row("annotations are citations",
        R"({"choices":[{"delta":{"content":"Hi","annotations":[{"url":"u"},{"url":"v"}]}}]})",
        {u"Text <Hi>"_s, u"Citation <{\"url\":\"u\"}>"_s, u"Citation <{\"url\":\"v\"}>"_s});
    row("details of a reasoning that say nothing new",
        R"({"choices":[{"delta":{"reasoning_details":[{"text":"Hm"}],"reasoning":"Hm"}}]})",
        {u"Reasoning <Hm>"_s});
    row("details of a reasoning that stand alone",
        R"({"choices":[{"delta":{"reasoning":null,"reasoning_details":[{"data":"x"}]}}]})",
        {u"Other part=reasoning_details <{\"data\":\"x\"}>"_s});
    row("[DONE]", "[DONE]", {u"terminal"_s});
    row("[DONE] with blanks around it", " [DONE]\t\n", {u"terminal"_s});
    row("empty data is a keep-alive", "", {});
    row("blank data is a keep-alive", "  ", {});
    row("a signature beside the reasoning that it signs",
        choice(
            R"("delta":{"reasoning":"Hm","reasoning_details":[{"type":"reasoning.text","text":"Hm","signature":"c2ln"}]})"),
        {u"Reasoning <Hm>"_s, u"Signature <c2ln>"_s});
    row("an encrypted reasoning beside one that can be read",
        choice(
            R"("delta":{"reasoning":"Hm","reasoning_details":[{"type":"reasoning.encrypted","data":"x"}]})"),
        {u"Reasoning <Hm>"_s,
         u"Other part=reasoning_details <{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}>"_s});
    row("arguments that are an object keep their digits",
        choice(
            R"("delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":{"n":12345678901234567890, "m":1e400}}}]})"),
        {u"Tool 0 id= name=f <{\"n\":12345678901234567890, \"m\":1e400}>"_s});
    row("a number beyond a double beside an error",
        R"({"error":{"message":"It broke.","code":1e400}})", {u"Error type=1e400 <It broke.>"_s});
    row("an error that says nothing is none",
        R"({"error":false,"choices":[{"delta":{"content":"a"}}]})", {u"Text <a>"_s});
    row("an empty error is none", R"({"error":{},"choices":[]})", {});
    row("counts that are no whole numbers are kept as they came",
        R"({"choices":[],"usage":{"prompt_tokens":1.5,"completion_tokens":2.0,"total_tokens":3e2}})",
        {u"Other part=prompt_tokens <1.5>"_s, u"Usage out=2 total=300"_s});
    row("counts beyond what fits are kept as they came",
        R"({"choices":[],"usage":{"prompt_tokens":1e400,"total_tokens":99999999999999999999}})",
        {u"Other part=prompt_tokens <1e400>"_s,
         u"Other part=total_tokens <99999999999999999999>"_s});
    row("the last event of Perplexity",
        R"({"object":"chat.completion.done","choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]})",
        {u"Text <a>"_s, u"Stop <stop>"_s, u"terminal"_s});
    row("members of the wrong kind are skipped",
        R"({"choices":[7,{"index":"x","delta":{"content":5,"tool_calls":[1,{}]},"finish_reason":{}}],"usage":[]})",
        {u"Tool choice=1 1 id= name= <>"_s});
    row("a number too large for any type is a number",
        R"({"created":123456789012345678901234567890})", {});

    row("[DONE] with something behind it", "[DONE]x", {u"damage @0: the data is no JSON object"_s});
    row("no object", " 42", {u"damage @1: the data is no JSON object"_s});
    row("broken JSON", "{bad-json}", {u"damage @1: a member name was expected"_s});
    row("the damage is counted from the data's first byte", "  {\"a\":}",
        {u"damage @7: a JSON value was expected"_s});
    row("JSON that stops", R"({"choices":[{"delta":{"content":"Hi"}}])",
        {u"damage @39: the JSON text ends too early"_s});
    row("a text in front of the damage does not count",
        R"({"choices":[{"delta":{"content":"Hi"}}],"x":})",
        {u"damage @44: a JSON value was expected"_s});
    row("something behind the object", "{}{}", {u"damage @2: something follows the JSON value"_s});
    row("a wrong literal where nobody looks", R"({"a":[{"b":nul}]})",
        {u"damage @11: a JSON value was expected"_s});
    row("a wrong number where nobody looks", R"({"created":17.})",
        {u"damage @11: a JSON value was expected"_s});
    row("a wrong escape where nobody looks", R"({"a":"\x41"})",
        {u"damage @6: the escape is none that JSON knows"_s});
    row("a wrong escape in the text", R"({"choices":[{"delta":{"content":"\u00"}}]})",
        {u"damage @33: the escape is none that JSON knows"_s});
    row("bytes that are no UTF-8", "{\"a\":\"\xC3\x28\"}",
        {u"damage @6: the bytes are no UTF-8"_s});
    row("a line feed in a text", "{\"a\":\"x\ny\"}",
        {u"damage @7: a control character stands in a string"_s});
}

void tst_OpenAiChat::saidOnce_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QStringList>("first");
    QTest::addColumn<QStringList>("second");

    const auto row = [](const char *name, const QByteArray &data, const QStringList &first,
                        const QStringList &second) {
        QTest::newRow(name) << data << first << second;
    };
    const auto choice = [](const QByteArray &members) {
        return QByteArray(R"({"id":"x","choices":[{"index":0,)" + members + "}]}");
    };
    row("no choice", R"({"choices":[],"prompt_filter_results":[{"a":{}}]})",
        {u"Other part=prompt_filter_results <[{\"a\":{}}]>"_s}, {});
    row("an unknown part is kept as it came, padding is not",
        R"({"p":"abc","x":[{"y":[true,null,-1.5e3, 1e400]}],"z":[]})",
        {u"Other part=x <[{\"y\":[true,null,-1.5e3, 1e400]}]>"_s}, {});
    row("unknown parts of a delta and of a choice are kept, whatever they are",
        choice(
            R"("delta":{"content":"a","channel":"final","n":0},"stop_reason":"END","none":null)"),
        {u"Text <a>"_s, u"Other part=channel <\"final\">"_s, u"Other part=stop_reason <\"END\">"_s},
        {u"Text <a>"_s, u"Other part=channel <\"final\">"_s});
    row("a finish reason that is an error", R"({"choices":[{"delta":{},"finish_reason":"error"}]})",
        {u"Error type=error <the answer ended with the reason \"error\">"_s, u"Stop <error>"_s},
        {u"Stop <error>"_s});
    row("citations that every event repeats", R"({"citations":["a","b"],"choices":[]})",
        {u"Citation <\"a\">"_s, u"Citation <\"b\">"_s}, {});
    row("the probabilities of equal tokens", choice(R"("delta":{},"logprobs":{"content":[1]})"),
        {u"Other part=logprobs <{\"content\":[1]}>"_s},
        {u"Other part=logprobs <{\"content\":[1]}>"_s});
}

//! What describes the whole answer is repeated by some servers, and is no news the second time.
void tst_OpenAiChat::saidOnce()
{
    QFETCH(QByteArray, data);
    QFETCH(QStringList, first);
    QFETCH(QStringList, second);
    const std::unique_ptr<EventReader> reader = m_dialect->createEventReader();
    EventReading reading;
    reader->read("message", data, reading);
    QCOMPARE(readingLog(reading), first);
    reader->read("message", data, reading);
    QCOMPARE(readingLog(reading), second);
}

void tst_OpenAiChat::chunk()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, data);
    QFETCH(QStringList, log);

    const std::unique_ptr<EventReader> reader = m_dialect->createEventReader();
    EventReading reading;
    // Twice: nothing of one event may stay for the next.
    for (int round = 0; round < 2; ++round) {
        reader->read(type, data, reading);
        QCOMPARE(readingLog(reading), log);
    }
    reader->finish(reading);
    QCOMPARE(readingLog(reading), QStringList());
}

void tst_OpenAiChat::citationsThatComeInEveryChunk()
{
    const std::unique_ptr<EventReader> reader = m_dialect->createEventReader();
    EventReading reading;
    reader->read({}, R"({"citations":["u","v"],"choices":[]})", reading);
    QCOMPARE(readingLog(reading), (QStringList{u"Citation <\"u\">"_s, u"Citation <\"v\">"_s}));
    reader->read({}, R"({"citations":["u","v"],"choices":[]})", reading);
    QCOMPARE(readingLog(reading), QStringList());
}

void tst_OpenAiChat::halvesOfACharacter_data()
{
    QTest::addColumn<QList<QByteArray>>("contents");
    QTest::addColumn<QString>("joined");

    using List = QList<QByteArray>;
    QTest::newRow("two halves in two deltas") << List{R"(a\ud83d)", R"(\ude00b)"} << u"a😀b"_s;
    QTest::newRow("a half alone in its delta") << List{R"(a)", R"(\ud83d)", R"(\ude00)"} << u"a😀"_s;
    QTest::newRow("an empty delta in between") << List{R"(\ud83d)", "", R"(\ude00)"} << u"😀"_s;
    QTest::newRow("two first halves") << List{R"(\ud83d)", R"(\ud83d\ude00)"} << u"\uFFFD😀"_s;
    QTest::newRow("a first half and something else") << List{R"(\ud83d)", "b"} << u"\uFFFDb"_s;
    QTest::newRow("a second half alone") << List{R"(a\ude00b)"} << u"a\uFFFDb"_s;
    QTest::newRow("halves the wrong way round")
        << List{R"(\ude00\ud83d)", "x"} << u"\uFFFD\uFFFDx"_s;
    QTest::newRow("a first half and then the end") << List{R"(a\ud83d)"} << u"a\uFFFD"_s;
}

void tst_OpenAiChat::halvesOfACharacter()
{
    QFETCH(QList<QByteArray>, contents);
    QFETCH(QString, joined);

    // The end may be a finish reason, the terminal event or the end of the body.
    const QList<QByteArray> ends{R"({"choices":[{"index":1,"delta":{},"finish_reason":"stop"}]})",
                                 "[DONE]", ""};
    for (const QByteArray &end : ends) {
        const std::unique_ptr<EventReader> reader = m_dialect->createEventReader();
        EventReading reading;
        QString text;
        QString other;
        const auto take = [&] {
            for (const Delta &delta : reading.deltas) {
                QVERIFY(delta.kind == DeltaKind::Stop || delta.text.isValidUtf16());
                if (delta.kind == DeltaKind::Text)
                    (delta.choice == 1 ? text : other) += delta.text;
            }
        };
        for (const QByteArray &content : contents) {
            reader->read(
                "message",
                QByteArray(R"({"choices":[{"index":1,"delta":{"content":")" + content + R"("}}]})"),
                reading);
            take();
            // Another choice in between takes no half that is not its own.
            reader->read("message", R"({"choices":[{"index":0,"delta":{"content":"-"}}]})",
                         reading);
            take();
        }
        reader->read("message", end, reading);
        take();
        reader->finish(reading);
        take();
        QCOMPARE(text, joined);
        QCOMPARE(other, QString(contents.size(), u'-'));
    }
}

void tst_OpenAiChat::nestingIsLimited()
{
    const std::unique_ptr<EventReader> reader = m_dialect->createEventReader();
    EventReading reading;
    const auto nested = [](qsizetype depth) {
        return QByteArray("{\"a\":" + QByteArray(depth, '[') + QByteArray(depth, ']') + '}');
    };
    reader->read("message", nested(300), reading);
    QCOMPARE(reading.damage, QString());
    QCOMPARE(reading.deltas.size(), std::size_t(1));
    QCOMPARE(reading.deltas[0].text.size(), 600);
    reader->read("message", nested(100'000), reading);
    QCOMPARE(reading.damage, u"the JSON is nested too deeply"_s);
    reader->read("message", QByteArray("{\"error\":" + QByteArray(100'000, '[')), reading);
    QVERIFY(!reading.damage.isEmpty());
}

void tst_OpenAiChat::wholeAnswer_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("log");

    QTest::newRow("an answer") << QByteArray(
        R"({"id":"x","object":"chat.completion","choices":[{"index":0,"message":)"
        R"({"role":"assistant","content":"Hi","refusal":null},"finish_reason":"stop"}],)"
        R"("usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})")
                               << QStringList{u"Text <Hi>"_s, u"Stop <stop>"_s,
                                              u"Usage in=1 out=2 total=3"_s, u"terminal"_s};
    QTest::newRow("an answer that calls tools")
        << QByteArray(
               R"({"choices":[{"message":{"content":null,"tool_calls":[{"id":"a","function":)"
               R"({"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]})")
        << QStringList{u"Tool 0 id=a name=f <{}>"_s, u"Tool 0 id= name= end <>"_s,
                       u"Stop <tool_calls>"_s, u"terminal"_s};
    QTest::newRow("keep-alive lines in front")
        << QByteArray("\n\n\r\n{\"choices\":[]}") << QStringList{u"terminal"_s};
    QTest::newRow("an error") << QByteArray(R"({"error":{"message":"m"}})")
                              << QStringList{u"Error type= <m>"_s, u"terminal"_s};
    QTest::newRow("half a character at the end of the text")
        << QByteArray(R"({"choices":[{"message":{"content":"a\ud83d"}}]})")
        << QStringList{u"Text <a>"_s, u"Text <\uFFFD>"_s, u"terminal"_s};
    QTest::newRow("nothing") << QByteArray(" \n") << QStringList{u"damage @0: the body is empty"_s};
    QTest::newRow("a page") << QByteArray("\n<html>")
                            << QStringList{u"damage @1: the body is no JSON object"_s};
    QTest::newRow("another object")
        << QByteArray("{\"a\":1}")
        << QStringList{u"damage @0: the body has neither choices nor an error"_s};
    QTest::newRow("a cut answer") << QByteArray("\n{\"choices\":[{\"mess")
                                  << QStringList{u"damage @19: the JSON text ends too early"_s};
}

void tst_OpenAiChat::wholeAnswer()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, log);
    QCOMPARE(readingLog(m_dialect->readWhole(body)), log);
}

void tst_OpenAiChat::errorMessage_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("message");

    const auto row = [](const char *name, const QByteArray &body, const QString &message) {
        QTest::newRow(name) << body << message;
    };
    row("an object under error",
        "{\n  \"error\": {\"message\":\"No such\\nmodel\",\"code\":4}\n}\n\n", u"No such model"_s);
    row("a text under error", R"({"code":"invalid-argument","error":"Incorrect API key"})",
        u"Incorrect API key"_s);
    row("a list of errors", R"([{"error":{"code":429,"message":"Quota"}}])", u"Quota"_s);
    row("a text under detail", R"({"detail":"Invalid API Key"})", u"Invalid API Key"_s);
    row("a list under detail", R"({"detail":[{"loc":["body"],"msg":"field required"}]})",
        u"field required"_s);
    row("a text under message", R"({"id":"x","message":"too many tokens"})", u"too many tokens"_s);
    row("Bedrock's capital", R"({"Message":"Denied"})", u"Denied"_s);
    row("an object under message", R"({"object":"error","message":{"detail":[{"msg":"bad"}]}})",
        u"bad"_s);
    row("Anthropic's",
        R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
        u"Overloaded"_s);
    row("an event stream", "event: error\ndata: {\"error\":{\"message\":\"late\"}}\n\n", u"late"_s);
    row("an event stream without its blank line", "data: {\"error\":\"late\"}", u"late"_s);
    row("a page", "<!DOCTYPE html>\n<html><head>\n<TITLE lang=\"en\">502 Bad\n Gateway</TITLE>",
        u"502 Bad Gateway"_s);
    row("a page without a title", "<html><body>x", {});
    row("plain text", "upstream connect error\r\n", u"upstream connect error"_s);
    row("a JSON text", R"("nope")", u"nope"_s);
    row("nothing", " \r\n", {});
    row("an object without a message", R"({"error":{},"status":500})", {});
    row("broken JSON", R"({"error":{"message":"x")", {});
    row("bytes that are no text", QByteArray("\x1F\x8B\x08\0\0", 5), {});
    row("messages nested without end", QByteArray(R"({"error":)").repeated(2000), {});
}

void tst_OpenAiChat::errorMessage()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, message);
    QCOMPARE(m_dialect->errorMessage(body), message);
}

void tst_OpenAiChat::aLongErrorMessageIsShortened()
{
    const QString message =
        m_dialect->errorMessage(QByteArray("\xF0\x9F\x98\x80").repeated(100'000));
    QVERIFY(message.size() <= 1001);
    QVERIFY(message.endsWith(u'…'));
    QVERIFY(message.isValidUtf16());
}

QTEST_GUILESS_MAIN(tst_OpenAiChat)
#include "tst_openaichat.moc"
