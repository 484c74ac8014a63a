// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"

#include "tests/llm/deltalog.h"
#include "tests/support/corpus.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QSet>
#include <QtCore/QUrl>
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

const Dialect &dialectOf(const char *id)
{
    return *Dialect::find(QString::fromUtf8(id));
}

QStringList readingLog(const EventReading &reading)
{
    QStringList log;
    for (const Delta &delta : reading.deltas)
        log += deltaText(delta);
    if (!reading.damage.isEmpty())
        log += u"damage @%1: %2"_s.arg(reading.damageOffset).arg(reading.damage);
    return log;
}

} // namespace

//! \brief What is no stream: requests, paths, headers, whole answers, errors, models.
class tst_DialectRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void facts_data() { addDialects(); }

    void facts();
    void paths();
    void keys_data();
    void keys();
    void requestToJson_data();
    void requestToJson();

    void everyRequestSurvivesItsJson_data() { addDialects(); }

    void everyRequestSurvivesItsJson();
    void whatTheFormCannotShowStaysWhole_data();
    void whatTheFormCannotShowStaysWhole();

    void wrongJson_data() { addDialects(); }

    void wrongJson();
    void wholeAnswer_data();
    void wholeAnswer();
    void errors_data();
    void errors();
    void models_data();
    void models();
    void modelsOfTheCorpus();

private:
    void addDialects();
};

void tst_DialectRequests::addDialects()
{
    QTest::addColumn<QString>("id");
    for (const QString &id : Dialect::ids())
        QTest::newRow(id.toUtf8().constData()) << id;
}

void tst_DialectRequests::facts()
{
    QFETCH(QString, id);
    const DialectFacts &facts = Dialect::find(id)->facts();
    QCOMPARE(facts.id, id);
    QVERIFY(!facts.name.isEmpty());
    QVERIFY(facts.baseUrl.startsWith("http"_L1));
    QVERIFY(facts.path.startsWith(u'/'));
    QVERIFY(facts.modelsPath.startsWith(u'/'));
    QVERIFY(!facts.defaultModel.isEmpty());
    QVERIFY(!facts.keyVariable.isEmpty());
    QVERIFY(!facts.contentTypes.isEmpty());
    QVERIFY(facts.ending.endsWith(u'.'));
    QVERIFY(!facts.fields.isEmpty());
    QSet<QString> flavours;
    for (const DialectFlavour &flavour : facts.flavours) {
        QVERIFY2(!flavours.contains(flavour.id), qPrintable(flavour.id));
        flavours.insert(flavour.id);
        QVERIFY(flavour.baseUrl.startsWith("http"_L1));
        QVERIFY(flavour.path.startsWith(u'/'));
        QVERIFY(flavour.note.isEmpty() || flavour.note.endsWith(u'.'));
        for (const QString &name : flavour.extra.keys())
            QVERIFY(!Dialect::find(id)->toJson({{}, {}, {}, true, flavour.extra}).contains(name));
    }
    if (!facts.flavours.isEmpty()) {
        QCOMPARE(facts.flavours.first().baseUrl, facts.baseUrl);
        QCOMPARE(facts.flavours.first().path, facts.path);
        QCOMPARE(facts.flavours.first().keyHeader, facts.keyHeader);
    }
}

void tst_DialectRequests::paths()
{
    QCOMPARE(dialectOf("anthropic").path(), u"/v1/messages"_s);
    QCOMPARE(dialectOf("anthropic").pathFor(u"any"_s, false), u"/v1/messages"_s);
    QCOMPARE(dialectOf("gemini").pathFor(u"m-1"_s, true),
             u"/v1beta/models/m-1:streamGenerateContent"_s);
    QCOMPARE(dialectOf("gemini").pathFor(u"m/1"_s, false),
             u"/v1beta/models/m%2F1:generateContent"_s);
    QCOMPARE(dialectOf("bedrock-converse").pathFor(u"us.x:0"_s, true),
             u"/model/us.x%3A0/converse-stream"_s);
    QCOMPARE(dialectOf("bedrock-converse").pathFor(u"us.x:0"_s, false),
             u"/model/us.x%3A0/converse"_s);
    QVERIFY(dialectOf("gemini").facts().modelInPath());
    QVERIFY(!dialectOf("cohere").facts().modelInPath());
}

void tst_DialectRequests::keys_data()
{
    QTest::addColumn<QList<HeaderField>>("headers");
    const auto bearer = QList<HeaderField>{{"Authorization", "Bearer k"}};
    QTest::newRow("openai-responses") << bearer;
    QTest::newRow("anthropic") << QList<HeaderField>{{"x-api-key", "k"},
                                                     {"anthropic-version", "2023-06-01"}};
    QTest::newRow("gemini") << QList<HeaderField>{{"x-goog-api-key", "k"}};
    QTest::newRow("ollama") << bearer;
    QTest::newRow("cohere") << bearer;
    QTest::newRow("bedrock-converse") << bearer;
}

void tst_DialectRequests::keys()
{
    QFETCH(QList<HeaderField>, headers);
    const Dialect &dialect = dialectOf(QTest::currentDataTag());
    QCOMPARE(dialect.authentication("k"), headers);
    QCOMPARE(dialect.authentication({}), dialect.facts().headers);
}

void tst_DialectRequests::requestToJson_data()
{
    QTest::addColumn<QString>("json");
    QTest::newRow("openai-responses")
        << uR"({"input":[{"content":"Hi","role":"user"},{"content":"Ho","role":"assistant"}],"instructions":"Be brief.","model":"m","stream":true,"x":1})"_s;
    QTest::newRow("anthropic")
        << uR"({"max_tokens":1024,"messages":[{"content":"Hi","role":"user"},{"content":"Ho","role":"assistant"}],"model":"m","stream":true,"system":"Be brief.","x":1})"_s;
    QTest::newRow("gemini")
        << uR"({"contents":[{"parts":[{"text":"Hi"}],"role":"user"},{"parts":[{"text":"Ho"}],"role":"model"}],"systemInstruction":{"parts":[{"text":"Be brief."}]},"x":1})"_s;
    QTest::newRow("ollama")
        << uR"({"messages":[{"content":"Be brief.","role":"system"},{"content":"Hi","role":"user"},{"content":"Ho","role":"assistant"}],"model":"m","stream":true,"x":1})"_s;
    QTest::newRow("cohere")
        << uR"({"messages":[{"content":"Be brief.","role":"system"},{"content":"Hi","role":"user"},{"content":"Ho","role":"assistant"}],"model":"m","stream":true,"x":1})"_s;
    QTest::newRow("bedrock-converse")
        << uR"({"messages":[{"content":[{"text":"Hi"}],"role":"user"},{"content":[{"text":"Ho"}],"role":"assistant"}],"system":[{"text":"Be brief."}],"x":1})"_s;
}

void tst_DialectRequests::requestToJson()
{
    QFETCH(QString, json);
    const Dialect &dialect = dialectOf(QTest::currentDataTag());
    const ChatRequest request{u"m"_s,
                              u"Be brief."_s,
                              {{u"user"_s, u"Hi"_s}, {u"assistant"_s, u"Ho"_s}},
                              true,
                              {{u"x"_s, 1}}};
    QCOMPARE(compact(dialect.toJson(request)), json);
    ChatRequest whole = request;
    whole.stream = false;
    const QJsonValue stream = dialect.toJson(whole).value("stream"_L1);
    QCOMPARE(stream,
             dialect.facts().modelInPath() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(false));
}

void tst_DialectRequests::everyRequestSurvivesItsJson()
{
    QFETCH(QString, id);
    const Dialect &dialect = *Dialect::find(id);
    const QList<ChatMessage> talk{{u"user"_s, u"Hi"_s}, {u"assistant"_s, {}}, {u"user"_s, u"é😀"_s}};
    const QList<ChatRequest> requests{
        {},
        {u"m"_s, u"s"_s, talk, true, {}},
        {u"m"_s, {}, talk, false, {}},
        {u"m"_s, u"s"_s, talk, true, object(R"({"temperature":0.5,"tools":[{"a":[1]}]})")}};
    for (ChatRequest request : requests) {
        const Result<ChatRequest> read = dialect.fromJson(dialect.toJson(request));
        QVERIFY(read);
        if (dialect.facts().modelInPath()) {
            request.model.clear();
            request.stream = true;
        }
        QCOMPARE(compact(read->extra), compact(request.extra));
        QVERIFY(*read == request);
    }
}

void tst_DialectRequests::whatTheFormCannotShowStaysWhole_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QByteArray>("json");

    const auto row = [](const char *id, const char *name, const QByteArray &json) {
        QTest::newRow(name) << QString::fromUtf8(id) << json;
    };
    row("anthropic", "Anthropic: content in blocks, system in blocks, no max_tokens",
        R"({"model":"m","stream":true,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]})");
    row("anthropic", "Anthropic: only the system prompt cannot be shown",
        R"({"model":"m","stream":true,"max_tokens":5,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":"Hi"}]})");
    row("openai-responses", "Responses: the input is a text",
        R"({"model":"m","stream":false,"input":"Hi","instructions":"s"})");
    row("openai-responses", "Responses: an item that is no message",
        R"({"model":"m","stream":true,"input":[{"type":"function_call_output","call_id":"x"}]})");
    row("gemini", "Gemini: an image",
        R"({"contents":[{"role":"user","parts":[{"inlineData":{"data":"x"}}]}]})");
    row("gemini", "Gemini: a role of its own",
        R"({"contents":[{"role":"function","parts":[{"text":"x"}]}],"systemInstruction":{"parts":[{"text":"s"}],"role":"user"}})");
    row("ollama", "Ollama: a message with images",
        R"({"model":"m","stream":true,"messages":[{"role":"user","content":"Hi","images":["x"]}]})");
    row("cohere", "Cohere: a tool's message",
        R"({"model":"m","stream":true,"messages":[{"role":"tool","content":"1","tool_call_id":"x"}]})");
    row("bedrock-converse", "Bedrock: two texts in one message",
        R"({"messages":[{"role":"user","content":[{"text":"a"},{"text":"b"}]}],"system":[{"text":"s"}]})");
}

void tst_DialectRequests::whatTheFormCannotShowStaysWhole()
{
    QFETCH(QString, id);
    QFETCH(QByteArray, json);
    const Dialect &dialect = *Dialect::find(id);
    const Result<ChatRequest> request = dialect.fromJson(object(json));
    QVERIFY(request);
    QVERIFY(request->messages.isEmpty());
    QVERIFY(request->system.isEmpty());
    QCOMPARE(compact(dialect.toJson(*request)), compact(object(json)));
}

void tst_DialectRequests::wrongJson()
{
    QFETCH(QString, id);
    const Dialect &dialect = *Dialect::find(id);
    const bool inPath = dialect.facts().modelInPath();
    const QByteArray messages = id == "gemini"_L1             ? "contents"
                                : id == "openai-responses"_L1 ? "input"
                                                              : "messages";
    const Result<ChatRequest> list = dialect.fromJson(object("{\"" + messages + "\":{}}"));
    QVERIFY(!list);
    QCOMPARE(list.error().field, QString::fromUtf8(messages));
    QVERIFY(list.error().message.endsWith(u'.'));
    for (const QByteArray &json : {QByteArray(R"({"model":3})"), QByteArray(R"({"stream":"x"})")})
        QCOMPARE(dialect.fromJson(object(json)).hasValue(), inPath);
}

void tst_DialectRequests::wholeAnswer_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("log");

    const auto row = [](const char *id, const char *name, const QByteArray &body,
                        const QStringList &log) {
        QTest::newRow(QByteArray(id + QByteArray(": ") + name).constData())
            << QString::fromUtf8(id) << body << log;
    };
    row("anthropic", "blocks",
        R"({"type":"message","content":[{"type":"thinking","thinking":"Hm","signature":"s"},{"type":"text","text":"Hi"},)"
        R"({"type":"tool_use","id":"t","name":"f","input":{"a":1}},{"type":"hologram"}],)"
        R"("stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}})",
        {u"Reasoning <Hm>"_s, u"Signature <s>"_s, u"Text <Hi>"_s,
         u"Tool 2 id=t name=f <{\"a\":1}>"_s, u"Tool 2 id= name= end <>"_s,
         u"Other part=hologram <{\"type\":\"hologram\"}>"_s, u"Usage in=1 out=2"_s,
         u"Stop <tool_use>"_s});
    row("openai-responses", "items",
        R"({"status":"completed","output":[{"type":"reasoning","summary":[{"text":"A"},{"text":"B"}]},)"
        R"({"type":"message","content":[{"type":"output_text","text":"Hi","annotations":[{"u":1}]},{"type":"refusal","refusal":"No"}]},)"
        R"({"type":"function_call","call_id":"c","name":"f","arguments":"{}"}],"usage":{"input_tokens":1}})",
        {u"Reasoning <A>"_s, u"Reasoning <\n\nB>"_s, u"Text <Hi>"_s, u"Citation <{\"u\":1}>"_s,
         u"Refusal <No>"_s, u"Tool 2 id=c name=f <>"_s, u"Tool 2 id= name= end <{}>"_s,
         u"Usage in=1"_s, u"Stop <completed>"_s});
    row("gemini", "one object",
        R"({"candidates":[{"content":{"parts":[{"text":"Hm","thought":true},{"text":"Hi"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3}})",
        {u"Reasoning <Hm>"_s, u"Text <Hi>"_s, u"Stop <STOP>"_s, u"Usage in=3"_s});
    row("gemini", "an array of chunks",
        R"([{"candidates":[{"content":{"parts":[{"text":"a"}]}}]},{"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}])",
        {u"Text <a>"_s, u"Text <b>"_s, u"Stop <STOP>"_s});
    row("gemini", "a list of one error",
        R"([{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}])",
        {u"Error type=RESOURCE_EXHAUSTED <Quota>"_s});
    row("ollama", "a chat",
        R"({"model":"m","message":{"role":"assistant","content":"Hi","thinking":"Hm"},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":2})",
        {u"Text <Hi>"_s, u"Reasoning <Hm>"_s, u"Stop <stop>"_s, u"Usage in=1 out=2"_s});
    row("ollama", "an error", R"({"error":"no such model"})", {u"Error type= <no such model>"_s});
    row("cohere", "a message",
        R"({"id":"x","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_plan":"I look","content":[{"type":"text","text":"Hi"}],)"
        R"("tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}],"citations":[{"start":0}]},"usage":{"tokens":{"input_tokens":1}}})",
        {u"Text <Hi>"_s, u"Other part=tool_plan <I look>"_s, u"Tool 0 id=t name=f end <{}>"_s,
         u"Citation <{\"start\":0}>"_s, u"Usage in=1"_s, u"Stop <TOOL_CALL>"_s});
    row("bedrock-converse", "blocks",
        R"({"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"Hm","signature":"s"}}},{"text":"Hi"},)"
        R"({"toolUse":{"toolUseId":"t","name":"f","input":{}}},{"hologram":{}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"totalTokens":3}})",
        {u"Reasoning <Hm>"_s, u"Signature <s>"_s, u"Text <Hi>"_s, u"Tool 2 id=t name=f end <{}>"_s,
         u"Other part=hologram <{\"hologram\":{}}>"_s, u"Usage in=1 total=3"_s,
         u"Stop <tool_use>"_s});
    for (const QString &id : Dialect::ids()) {
        const QByteArray name = id.toUtf8();
        row(name.constData(), "nothing", " \n", {u"damage @0: the body is empty"_s});
        row(name.constData(), "a page", "\n<html>", {u"damage @1: the body is no JSON object"_s});
        row(name.constData(), "a cut answer",
            " {\"a\":", {u"damage @6: the JSON text ends too early"_s});
    }
}

void tst_DialectRequests::wholeAnswer()
{
    QFETCH(QString, id);
    QFETCH(QByteArray, body);
    QFETCH(QStringList, log);
    const EventReading reading = Dialect::find(id)->readWhole(body);
    QCOMPARE(readingLog(reading), log);
    QCOMPARE(reading.terminal, reading.damage.isEmpty());
    const EventReading other = Dialect::find(id)->readWhole("{\"a\":1}");
    QVERIFY2(other.damage.startsWith(u"the body has neither"_s), qPrintable(other.damage));
}

void tst_DialectRequests::errors_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("error");

    const auto row = [](const char *name, const QByteArray &body, const QStringList &error) {
        QTest::newRow(name) << body << error;
    };
    row("OpenAI's", R"({"error":{"message":"m","type":"t","code":"c","param":null}})",
        {u"m"_s, u"t"_s, u"c"_s, {}, u"-1"_s});
    row("Anthropic's", R"({"type":"error","error":{"type":"t","message":"m"},"request_id":"r"})",
        {u"m"_s, u"t"_s, {}, u"r"_s, u"-1"_s});
    row("Google's",
        R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"x"},)"
        R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"48.5s"}]}})",
        {u"m"_s, u"RESOURCE_EXHAUSTED"_s, u"429"_s, {}, u"48500"_s});
    row("xAI's", R"({"code":"invalid-argument","error":"m"})",
        {u"m"_s, {}, u"invalid-argument"_s, {}, u"-1"_s});
    row("Ollama's", R"({"error":"m"})", {u"m"_s, {}, {}, {}, u"-1"_s});
    row("Bedrock's", R"({"message":"m"})", {u"m"_s, {}, {}, {}, u"-1"_s});
    row("a page", "<html><title>502 Bad Gateway</title>",
        {u"502 Bad Gateway"_s, {}, {}, {}, u"-1"_s});
    row("nothing", "", {QString(), {}, {}, {}, u"-1"_s});
}

void tst_DialectRequests::errors()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, error);
    for (const Dialect *dialect : Dialect::all()) {
        const EndpointError read = dialect->readError(body);
        const qint64 delay = read.retryDelay ? read.retryDelay->count() : -1;
        QCOMPARE((QStringList{read.message, read.type, read.code, read.requestId,
                              QString::number(delay)}),
                 error);
        QCOMPARE(dialect->errorMessage(body), read.message);
    }
}

void tst_DialectRequests::models_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("ids");
    QTest::addColumn<QString>("next");

    const auto row = [](const char *id, const QByteArray &body, const QStringList &ids,
                        const QString &next = {}) {
        QTest::newRow(id) << QString::fromUtf8(id) << body << ids << next;
    };
    row("openai-chat", R"({"object":"list","data":[{"id":"a"},{"id":"b"},{"x":1}]})",
        {u"a"_s, u"b"_s});
    row("anthropic", R"({"data":[{"type":"model","id":"a"}],"has_more":true,"last_id":"a/1"})",
        {u"a"_s}, u"after_id=a%2F1"_s);
    row("gemini", R"({"models":[{"name":"models/a"},{"name":"b"}],"nextPageToken":"t="})",
        {u"a"_s, u"b"_s}, u"pageToken=t%3D"_s);
    row("cohere", R"({"models":[{"name":"a","endpoints":[]}],"next_page_token":"n"})", {u"a"_s},
        u"page_token=n"_s);
    row("ollama", R"({"models":[{"name":"a:latest","model":"a:latest"}]})", {u"a:latest"_s});
    row("bedrock-converse", R"({"modelSummaries":[{"modelId":"a:0"}]})", {u"a:0"_s});
    row("openai-responses", R"({"data":[]})", {});
}

void tst_DialectRequests::models()
{
    QFETCH(QString, id);
    QFETCH(QByteArray, body);
    QFETCH(QStringList, ids);
    QFETCH(QString, next);
    const Dialect &dialect = *Dialect::find(id);
    const Result<ModelList> list = dialect.readModels(body);
    QVERIFY(list);
    QCOMPARE(list->ids, ids);
    QCOMPARE(list->nextQuery, next);
    for (const QByteArray &wrong : {QByteArray("<html>"), QByteArray("{}"), QByteArray()}) {
        QVERIFY(!dialect.readModels(wrong));
        QVERIFY(dialect.readModels(wrong).error().message.endsWith(u'.'));
    }
}

void tst_DialectRequests::modelsOfTheCorpus()
{
    if (!corpusMissing().isEmpty())
        QSKIP(corpusMissing().constData());
    for (const auto &[name, id] :
         {std::pair("models-openai", "openai-chat"), std::pair("models-gemini", "gemini"),
          std::pair("models-bedrock-mantle", "openai-chat")}) {
        const QByteArray body =
            readFile(corpus().filePath(u"models/%1.body"_s.arg(QLatin1StringView(name))));
        const Result<ModelList> list = dialectOf(id).readModels(body);
        QVERIFY2(list && list->ids.size() > 5, name);
    }
}

QTEST_GUILESS_MAIN(tst_DialectRequests)
#include "tst_dialectrequests.moc"
