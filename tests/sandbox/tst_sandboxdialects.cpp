// SPDX-License-Identifier: MIT
#include "core/llm/answerbuilder.h"
#include "core/sandbox/sandbox.h"
#include "tests/sandbox/dialectrequests.h"

#include <QtTest/QSignalSpy>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

SandboxOptions fast()
{
    SandboxOptions options;
    options.tls = false;
    options.tokens = 30;
    options.tokensPerSecond = 1e6;
    options.firstToken = std::chrono::milliseconds(0);
    return options;
}

//! An answer, whether it was streamed or not, and the reader's verdict on it.
struct Read
{
    Answer answer;
    QString verdict;
    QStringList findings;
};

QString wordOf(StreamVerdict verdict)
{
    return QString::fromLatin1(QMetaEnum::fromType<StreamVerdict>().valueToKey(int(verdict)));
}

Read readStream(const Dialect &dialect, const QByteArray &response)
{
    StreamReader reader(&dialect);
    reader.setContentType(headerOf(response, "Content-Type"));
    bool whole = false;
    reader.feed(bodyOf(response, &whole));
    Read read;
    read.verdict = wordOf(reader.finish(whole).verdict);
    read.answer = reader.answer();
    for (const Finding &finding : reader.findings())
        read.findings += finding.text;
    return read;
}

Read readWhole(const Dialect &dialect, const QByteArray &response)
{
    const EventReading reading = dialect.readWhole(bodyOf(response));
    AnswerBuilder builder;
    for (const Delta &delta : reading.deltas)
        builder.add(delta);
    return {builder.answer(), reading.damage.isEmpty() ? u"Complete"_s : reading.damage, {}};
}

} // namespace

//! \brief The sandbox over a real socket, asked in each dialect's own words.
class tst_SandboxDialects : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();
    void answers_data();
    void answers();

    void answersRepeat_data() { dialects(); }

    void answersRepeat();

    void limits_data() { dialects(); }

    void limits();
    void toolResultsAreNotAskedForAgain_data();
    void toolResultsAreNotAskedForAgain();
    void toolChoices_data();
    void toolChoices();
    void badRequests_data();
    void badRequests();

    void models_data() { dialects(); }

    void models();

    void keys_data() { dialects(); }

    void keys();
    void rateLimits_data();
    void rateLimits();

    void statusFaults_data() { dialects(); }

    void statusFaults();
    void geminiAsAnArray();

    void requestIds_data() { dialects(); }

    void requestIds();

private:
    static void dialects();
    QByteArray exchange(const QByteArray &request);

    std::unique_ptr<Sandbox> m_sandbox;
};

void tst_SandboxDialects::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_sandbox = std::make_unique<Sandbox>(Clock::system());
    QVERIFY(m_sandbox->start(fast()));
}

void tst_SandboxDialects::dialects()
{
    QTest::addColumn<QString>("dialect");
    for (const QString &id : Dialect::ids())
        QTest::newRow(id.toLatin1().constData()) << id;
}

QByteArray tst_SandboxDialects::exchange(const QByteArray &request)
{
    RawClient client(m_sandbox->httpPort());
    return client.send(request) && client.waitForEnd() ? client.received() : QByteArray();
}

void tst_SandboxDialects::answers_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<bool>("stream");
    QTest::addColumn<bool>("tool");
    for (const QString &id : Dialect::ids()) {
        for (const bool stream : {true, false}) {
            for (const bool tool : {false, true})
                QTest::addRow("%s, %s, %s", qPrintable(id), stream ? "streamed" : "whole",
                              tool ? "a tool" : "text")
                    << id << stream << tool;
        }
    }
}

void tst_SandboxDialects::answers()
{
    QFETCH(QString, dialect);
    QFETCH(bool, stream);
    QFETCH(bool, tool);
    const Dialect &spoken = *Dialect::find(dialect);
    const QByteArray body = tool ? toolBody(dialect, stream) : chatBody(dialect, stream);
    const QByteArray response = exchange(dialectPost(dialect, stream, body));
    QCOMPARE(statusOf(response), 200);
    const QByteArray type = headerOf(response, "Content-Type");
    QCOMPARE(type, stream ? spoken.facts().contentTypes.first() : QByteArray("application/json"));
    const Read read = stream ? readStream(spoken, response) : readWhole(spoken, response);
    QCOMPARE(read.verdict, u"Complete"_s);
    QCOMPARE(read.findings, QStringList());
    QVERIFY(read.answer.usage.inputTokens.value_or(0) > 0);
    if (tool) {
        QCOMPARE(read.answer.text, QString());
        QCOMPARE(read.answer.toolCalls.size(), 1);
        const ToolCall call = read.answer.toolCalls.first();
        QCOMPARE(call.name, u"weather"_s);
        QCOMPARE(QJsonDocument::fromJson(call.arguments.toUtf8()).object(), weatherArguments());
    } else {
        QCOMPARE(read.answer.usage.outputTokens, std::optional<qint64>(30));
        QVERIFY(read.answer.text.size() > 60);
        QVERIFY(read.answer.toolCalls.isEmpty());
    }
}

// Byte for byte, apart from the number of the request.
void tst_SandboxDialects::answersRepeat()
{
    QFETCH(QString, dialect);
    const auto ask = [&](bool stream) {
        return bodyOf(exchange(dialectPost(dialect, stream, chatBody(dialect, stream))));
    };
    for (const bool stream : {true, false})
        QCOMPARE(ask(stream), ask(stream));
    const QByteArray before = ask(true);
    SandboxOptions other = fast();
    other.seed = 2;
    QVERIFY(m_sandbox->start(other));
    QVERIFY(ask(true) != before);
}

void tst_SandboxDialects::limits()
{
    QFETCH(QString, dialect);
    static const QHash<QString, QJsonObject> limits{
        {u"openai-chat"_s, {{u"max_completion_tokens"_s, 4}}},
        {u"openai-responses"_s, {{u"max_output_tokens"_s, 4}}},
        {u"anthropic"_s, {{u"max_tokens"_s, 4}}},
        {u"gemini"_s, {{u"generationConfig"_s, QJsonObject{{u"maxOutputTokens"_s, 4}}}}},
        {u"ollama"_s, {{u"options"_s, QJsonObject{{u"num_predict"_s, 4}}}}},
        {u"cohere"_s, {{u"max_tokens"_s, 4}}},
        {u"bedrock-converse"_s, {{u"inferenceConfig"_s, QJsonObject{{u"maxTokens"_s, 4}}}}},
    };
    static const QStringList words{u"length"_s, u"incomplete:max_output_tokens"_s, u"max_tokens"_s,
                                   u"MAX_TOKENS"_s};
    const Dialect &spoken = *Dialect::find(dialect);
    for (const bool stream : {true, false}) {
        const QByteArray body = chatBody(dialect, stream, limits.value(dialect));
        const QByteArray response = exchange(dialectPost(dialect, stream, body));
        const Read read = stream ? readStream(spoken, response) : readWhole(spoken, response);
        QCOMPARE(read.verdict, u"Complete"_s);
        QCOMPARE(read.answer.usage.outputTokens, std::optional<qint64>(4));
        QVERIFY2(words.contains(read.answer.stopReason), qPrintable(read.answer.stopReason));
    }
}

void tst_SandboxDialects::toolResultsAreNotAskedForAgain_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QByteArray>("messages");
    const auto row = [](const char *dialect, const char *member, const char *messages) {
        QTest::newRow(dialect) << QString::fromLatin1(dialect) << QByteArray(member)
                               << QByteArray(messages);
    };
    const char *openAi =
        R"([{"role":"user","content":"weather?"},{"role":"assistant","content":null,)"
        R"("tool_calls":[{"id":"c","type":"function","function":{"name":"weather",)"
        R"("arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"weather: fine"}])";
    row("openai-chat", "messages", openAi);
    row("ollama", "messages", openAi);
    row("cohere", "messages", openAi);
    row("openai-responses", "input",
        R"([{"role":"user","content":"weather?"},{"type":"function_call","call_id":"c",)"
        R"("name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"c",)"
        R"("output":"weather: fine"}])");
    row("anthropic", "messages",
        R"([{"role":"user","content":"weather?"},{"role":"assistant","content":[{"type":"tool_use",)"
        R"("id":"c","name":"weather","input":{}}]},{"role":"user","content":[{"type":"tool_result",)"
        R"("tool_use_id":"c","content":"weather: fine"}]}])");
    row("gemini", "contents",
        R"([{"role":"user","parts":[{"text":"weather?"}]},{"role":"model","parts":[{"functionCall":)"
        R"({"name":"weather","args":{}}}]},{"role":"user","parts":[{"functionResponse":)"
        R"({"name":"weather","response":{"weather":"fine"}}}]}])");
    row("bedrock-converse", "messages",
        R"([{"role":"user","content":[{"text":"weather?"}]},{"role":"assistant","content":[)"
        R"({"toolUse":{"toolUseId":"c","name":"weather","input":{}}}]},{"role":"user","content":[)"
        R"({"toolResult":{"toolUseId":"c","content":[{"text":"weather: fine"}]}}]}])");
}

// A program that calls tools until there is an answer comes to an end.
void tst_SandboxDialects::toolResultsAreNotAskedForAgain()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, member);
    QFETCH(QByteArray, messages);
    const QJsonValue history = QJsonDocument::fromJson(messages).array();
    QJsonObject json = QJsonDocument::fromJson(toolBody(dialect, false)).object();
    json.insert(QString::fromLatin1(member), history);
    const QByteArray response = exchange(dialectPost(dialect, false, QJsonDocument(json).toJson()));
    const Read read = readWhole(*Dialect::find(dialect), response);
    QCOMPARE(read.verdict, u"Complete"_s);
    QVERIFY(read.answer.toolCalls.isEmpty());
    QVERIFY(!read.answer.text.isEmpty());
}

void tst_SandboxDialects::toolChoices_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("choice");
    QTest::addColumn<QByteArray>("prompt");
    QTest::addColumn<int>("calls");
    const auto row = [](const char *dialect, const char *choice, const char *prompt, int calls) {
        QTest::addRow("%s, %s, %s", dialect, choice, prompt)
            << QString::fromLatin1(dialect) << QByteArray(choice) << QByteArray(prompt) << calls;
    };
    const char *naming = "weather!";
    const char *other = "Hello";
    row("openai-chat", R"({"tool_choice":"required"})", other, 1);
    row("openai-chat", R"({"tool_choice":"none"})", naming, 0);
    row("openai-responses", R"({"tool_choice":"required"})", other, 1);
    row("openai-responses", R"({"tool_choice":{"type":"function","name":"weather"}})", other, 1);
    row("openai-responses", R"({"tool_choice":"none"})", naming, 0);
    row("anthropic", R"({"tool_choice":{"type":"any"}})", other, 1);
    row("anthropic", R"({"tool_choice":{"type":"tool","name":"weather"}})", other, 1);
    row("anthropic", R"({"tool_choice":{"type":"none"}})", naming, 0);
    row("anthropic", R"({"tool_choice":{"type":"auto"}})", other, 0);
    row("gemini", R"({"toolConfig":{"functionCallingConfig":{"mode":"ANY"}}})", other, 1);
    row("gemini",
        R"({"tool_config":{"function_calling_config":{"mode":"any",)"
        R"("allowed_function_names":["weather"]}}})",
        other, 1);
    row("gemini", R"({"toolConfig":{"functionCallingConfig":{"mode":"NONE"}}})", naming, 0);
    row("ollama", "{}", other, 0);
    row("ollama", "{}", naming, 1);
    row("cohere", R"({"tool_choice":"REQUIRED"})", other, 1);
    row("cohere", R"({"tool_choice":"NONE"})", naming, 0);
    row("bedrock-converse", R"({"toolChoice":{"any":{}}})", other, 1);
    row("bedrock-converse", R"({"toolChoice":{"tool":{"name":"weather"}}})", other, 1);
    row("bedrock-converse", R"({"toolChoice":{"auto":{}}})", other, 0);
}

void tst_SandboxDialects::toolChoices()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, choice);
    QFETCH(QByteArray, prompt);
    QFETCH(int, calls);
    QJsonObject extra = toolMember(dialect);
    const QJsonObject more = QJsonDocument::fromJson(choice).object();
    for (auto it = more.begin(); it != more.end(); ++it) {
        if (dialect != "bedrock-converse"_L1) {
            extra.insert(it.key(), it.value());
            continue;
        }
        QJsonObject config = extra.value("toolConfig"_L1).toObject();
        config.insert(it.key(), it.value());
        extra.insert(u"toolConfig"_s, config);
    }
    const QByteArray body = chatBody(dialect, false, extra, QString::fromLatin1(prompt));
    const Read read =
        readWhole(*Dialect::find(dialect), exchange(dialectPost(dialect, false, body)));
    QCOMPARE(read.answer.toolCalls.size(), calls);
    QCOMPARE(read.answer.text.isEmpty(), calls > 0);
}

void tst_SandboxDialects::badRequests_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *dialect, const char *body, const char *message) {
        QTest::addRow("%s, %s", dialect, body)
            << QString::fromLatin1(dialect) << QByteArray(body) << QString::fromLatin1(message);
    };
    for (const QString &id : Dialect::ids()) {
        const QByteArray name = id.toLatin1();
        row(name.constData(), "", "The body is not valid JSON: illegal value at byte 0.");
        row(name.constData(), "[1]", "The body must be a JSON object.");
    }
    row("openai-responses", R"({"model":"m"})", "The parameter 'input' is missing.");
    row("openai-responses", R"({"model":"m","input":[]})",
        "'input' must be a list with at least one message.");
    row("openai-responses", R"({"model":"m","input":"a","max_output_tokens":0})",
        "'max_output_tokens' must be a whole number of 1 or more.");
    row("openai-responses", R"({"model":"m","input":"a","tools":[{"type":"function"}]})",
        "'tools' must be a list of functions, each with a name.");
    row("anthropic", R"({"model":"m","messages":[{"role":"user","content":"a"}]})",
        "The parameter 'max_tokens' is missing.");
    row("anthropic", R"({"model":"m","max_tokens":1,"messages":[{"content":"a"}]})",
        "Each message needs a role.");
    row("anthropic",
        R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"a"}],"stream":1})",
        "'stream' must be true or false.");
    row("gemini", "{}", "The parameter 'contents' is missing.");
    row("gemini",
        R"({"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"candidateCount":2}})",
        "The sandbox gives one candidate: 'candidateCount' must be 1.");
    row("gemini",
        R"({"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"maxOutputTokens":"x"}})",
        "'generationConfig.maxOutputTokens' must be a whole number of 1 or more.");
    row("ollama", R"({"messages":[{"role":"user","content":"a"}]})",
        "The parameter 'model' is missing.");
    row("cohere", R"({"model":""})", "'model' must be a text that is not empty.");
    row("bedrock-converse", R"({"messages":7})",
        "'messages' must be a list with at least one message.");
    row("bedrock-converse",
        R"({"messages":[{"role":"user","content":[]}],"toolConfig":{"tools":[{}]}})",
        "'toolConfig.tools' must be a list of functions, each with a name.");
}

void tst_SandboxDialects::badRequests()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, body);
    QFETCH(QString, message);
    for (const bool stream : {true, false}) {
        const QByteArray response = exchange(dialectPost(dialect, stream, body));
        QCOMPARE(statusOf(response), 400);
        QCOMPARE(headerOf(response, "Content-Type"), QByteArray("application/json"));
        QCOMPARE(Dialect::find(dialect)->errorMessage(bodyOf(response)), message);
    }
}

void tst_SandboxDialects::models()
{
    QFETCH(QString, dialect);
    const Dialect &spoken = *Dialect::find(dialect);
    QByteArray headers = "Connection: close\r\n";
    for (const HeaderField &header : spoken.facts().headers)
        headers += header.name + ": " + header.value + "\r\n";
    const QByteArray response = exchange(get(spoken.facts().modelsPath.toLatin1(), headers));
    QCOMPARE(statusOf(response), 200);
    const auto models = spoken.readModels(bodyOf(response));
    QVERIFY(models.hasValue());
    QCOMPARE(models->ids, QStringList{u"sandbox"_s});
}

void tst_SandboxDialects::keys()
{
    QFETCH(QString, dialect);
    static const QHash<QString, std::pair<int, int>> statuses{{u"gemini"_s, {403, 400}},
                                                              {u"bedrock-converse"_s, {403, 403}}};
    const auto [missing, wrong] = statuses.value(dialect, {401, 401});
    SandboxOptions options = fast();
    options.key = "the-right-key";
    QVERIFY(m_sandbox->start(options));
    const Dialect &spoken = *Dialect::find(dialect);
    const auto ask = [&](const QByteArray &key) {
        QByteArray headers;
        for (const HeaderField &header : spoken.authentication(key))
            headers += header.name + ": " + header.value + "\r\n";
        return exchange(dialectPost(dialect, false, chatBody(dialect, false), headers));
    };
    QCOMPARE(statusOf(ask("the-right-key")), 200);
    for (const auto &[key, status] : {std::pair(QByteArray(), missing),
                                      {"the-right-kex", wrong},
                                      {"the-right-key2", wrong},
                                      {"x", wrong}}) {
        const QByteArray response = ask(key);
        QCOMPARE(statusOf(response), status);
        QVERIFY(!spoken.errorMessage(bodyOf(response)).isEmpty());
        QVERIFY(!response.contains("the-right-key"));
    }
}

void tst_SandboxDialects::rateLimits_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("limit");
    QTest::addColumn<QByteArray>("remaining");
    QTest::addColumn<bool>("retryAfter");
    const auto row = [](const char *dialect, const char *limit, const char *remaining, bool after) {
        QTest::newRow(dialect) << QString::fromLatin1(dialect) << QByteArray(limit)
                               << QByteArray(remaining) << after;
    };
    row("openai-chat", "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", true);
    row("openai-responses", "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", true);
    row("anthropic", "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining",
        true);
    row("gemini", "", "", false);
    row("ollama", "", "", false);
    row("cohere", "x-trial-endpoint-call-limit", "x-trial-endpoint-call-remaining", false);
    row("bedrock-converse", "", "", false);
}

void tst_SandboxDialects::rateLimits()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, limit);
    QFETCH(QByteArray, remaining);
    QFETCH(bool, retryAfter);
    SandboxOptions options = fast();
    options.requestsPerMinute = 2;
    QVERIFY(m_sandbox->start(options));
    const QByteArray request = dialectPost(dialect, true, chatBody(dialect, true));
    for (const char *left : {"1", "0"}) {
        const QByteArray response = exchange(request);
        QCOMPARE(statusOf(response), 200);
        QCOMPARE(limit.isEmpty() ? QByteArray("2") : headerOf(response, limit), QByteArray("2"));
        QCOMPARE(remaining.isEmpty() ? QByteArray(left) : headerOf(response, remaining),
                 QByteArray(left));
    }
    const QByteArray response = exchange(request);
    QCOMPARE(statusOf(response), 429);
    QCOMPARE(!headerOf(response, "Retry-After").isNull(), retryAfter);
    const EndpointError error = Dialect::find(dialect)->readError(bodyOf(response));
    QVERIFY(error.message.startsWith(u"Rate limit reached: 2 requests per minute."_s));
    if (dialect == "gemini"_L1)
        QVERIFY(error.retryDelay && *error.retryDelay <= std::chrono::seconds(60));
}

// The provider's own shape, and its own header of the error.
void tst_SandboxDialects::statusFaults()
{
    QFETCH(QString, dialect);
    m_sandbox->setPlan(*FaultPlan::fromString(u"http-429(retry-after=3),http-529,quota"_s));
    const Dialect &spoken = *Dialect::find(dialect);
    const QByteArray request = dialectPost(dialect, true, chatBody(dialect, true));
    for (const int status : {429, 529, 429}) {
        const QByteArray response = exchange(request);
        QCOMPARE(statusOf(response), status);
        QVERIFY(spoken.errorMessage(bodyOf(response)).endsWith(u"(Simulated by the sandbox.)"_s));
        QCOMPARE(headOf(response).toLower().contains("x-amzn-errortype: "),
                 dialect == "bedrock-converse"_L1);
        QCOMPARE(headOf(response).contains("x-should-retry: true"), dialect == "anthropic"_L1);
    }
}

void tst_SandboxDialects::geminiAsAnArray()
{
    QByteArray request = dialectPost(u"gemini"_s, true, chatBody(u"gemini"_s, true));
    request.replace("?alt=sse", "");
    const QByteArray response = exchange(request);
    QCOMPARE(headerOf(response, "Content-Type"), QByteArray("application/json"));
    const Read read = readStream(*Dialect::find(u"gemini"_s), response);
    QCOMPARE(read.verdict, u"Complete"_s);
    QCOMPARE(read.findings, QStringList());
    QVERIFY(QJsonDocument::fromJson(bodyOf(response)).isArray());
}

void tst_SandboxDialects::requestIds()
{
    QFETCH(QString, dialect);
    const QByteArray name = Dialect::find(dialect)->requestIdHeader();
    const QByteArray response = exchange(dialectPost(dialect, true, chatBody(dialect, true)));
    QCOMPARE(name.isEmpty() ? QByteArray("req_sandbox_000001") : headerOf(response, name),
             QByteArray("req_sandbox_000001"));
}

QTEST_GUILESS_MAIN(tst_SandboxDialects)
#include "tst_sandboxdialects.moc"
