// SPDX-License-Identifier: MIT
#include "core/llm/answerbuilder.h"
#include "core/sandbox/sandbox.h"
#include "tests/sandbox/dialectrequests.h"
#include "tests/support/corpus.h"

#include <QtTest/QSignalSpy>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

SandboxOptions fast()
{
    SandboxOptions options;
    options.tls = false;
    options.tokens = 5;
    options.tokensPerSecond = 1e6;
    options.firstToken = std::chrono::milliseconds(0);
    return options;
}

SandboxScript scriptOf(const QByteArray &rules)
{
    const auto script = SandboxScript::fromJson("{\"rules\":[" + rules + "]}");
    if (!script)
        qFatal("%s: %s", qPrintable(script.error().field), qPrintable(script.error().message));
    return *script;
}

Answer answerOf(const QString &dialect, const QByteArray &response)
{
    const EventReading reading = Dialect::find(dialect)->readWhole(bodyOf(response));
    AnswerBuilder builder;
    for (const Delta &delta : reading.deltas)
        builder.add(delta);
    return builder.answer();
}

} // namespace

class tst_SandboxScript : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();
    void badScripts_data();
    void badScripts();
    void aBadScriptCannotBeSet();
    void texts_data();
    void texts();
    void firstFittingRuleAnswers();
    void rulesByRequest_data();
    void rulesByRequest();
    void rulesThatAreUsedUp();
    void wholeAnswers_data();
    void wholeAnswers();
    void headersReplaceTheUsualOnes();
    void badCallsStayErrors();
    void faults();
    void faultsOfThePlanComeFirst();
    void pauses();
    void unknownPaths();
    void theExamplesOfTheManual();

private:
    void start(const QByteArray &rules);
    QByteArray exchange(const QByteArray &request);
    //! Of an answer to a chat.
    QByteArray ask(const QString &dialect, bool stream = false);

    std::unique_ptr<Sandbox> m_sandbox;
};

void tst_SandboxScript::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_sandbox = std::make_unique<Sandbox>(Clock::system());
}

void tst_SandboxScript::start(const QByteArray &rules)
{
    m_sandbox->setScript(scriptOf(rules));
    QVERIFY(m_sandbox->start(fast()));
}

QByteArray tst_SandboxScript::exchange(const QByteArray &request)
{
    RawClient client(m_sandbox->httpPort());
    return client.send(request) && client.waitForEnd() ? client.received() : QByteArray();
}

QByteArray tst_SandboxScript::ask(const QString &dialect, bool stream)
{
    return exchange(dialectPost(dialect, stream, chatBody(dialect, stream)));
}

void tst_SandboxScript::badScripts_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("message");
    const auto row = [](const QByteArray &script, const char *place, const char *message) {
        QTest::newRow(script.constData())
            << script << QString::fromLatin1(place) << QString::fromUtf8(message);
    };
    const auto rule = [&row](const QByteArray &json, const char *place, const char *message) {
        row("{\"rules\":[{}," + json + "]}", place, message);
    };
    row("", "", "This is not valid JSON: illegal value in line 1, at byte 0.");
    row("{\n\"rules\":\n[,]}", "", "This is not valid JSON: illegal value in line 3, at byte 13.");
    row("{\"rules\":[", "", "This is not valid JSON: unterminated array in line 1, at byte 10.");
    row("[]", "", "This must be an object with some of the members rules, not [].");
    row("{}", "rules", "This must be a list of rules.");
    row("{\"rules\":{}}", "rules", "This must be a list of rules.");
    row("{\"rule\":[]}", "rule", "There is no such member; allowed here: rules.");
    rule(
        "7", "rules[1]",
        "This must be an object with some of the members when, times, status, headers, body, json, "
        "error, reasoning, text, tool, tools, stop, tokens, tokens_per_second, first_token_ms, "
        "pauses, fault, not 7.");
    rule(R"({"txt":"a"})", "rules[1].txt",
         "There is no such member; allowed here: when, times, status, headers, body, json, error, "
         "reasoning, text, tool, tools, stop, tokens, tokens_per_second, first_token_ms, pauses, "
         "fault.");
    rule(R"({"text":""})", "rules[1].text", "This must be a text that is not empty, not \"\".");
    rule(R"({"text":7})", "rules[1].text", "This must be a text that is not empty, not 7.");
    rule(R"({"status":99})", "rules[1].status",
         "This must be a whole number from 200 to 599, not 99.");
    rule(R"({"status":"200"})", "rules[1].status",
         "This must be a whole number from 200 to 599, not \"200\".");
    rule(R"({"when":{"request":0}})", "rules[1].when.request",
         "This must be a whole number from 1 to 1000000000, not 0.");
    rule(R"({"when":{"request":1.5}})", "rules[1].when.request",
         "This must be a whole number from 1 to 1000000000, not 1.5.");
    rule(R"({"when":{"request":{"from":3,"to":2}}})", "rules[1].when.request.to",
         "This must be a whole number from 3 to 1000000000, not 2.");
    rule(R"({"when":{"dialect":"claude"}})", "rules[1].when.dialect",
         "There is no dialect \"claude\"; there are openai-chat, openai-responses, anthropic, "
         "gemini, ollama, cohere, bedrock-converse.");
    rule(R"({"when":{"stream":"yes"}})", "rules[1].when.stream",
         "This must be true or false, not \"yes\".");
    rule(R"({"headers":[]})", "rules[1].headers",
         "This must be an object: names of headers, each with a text.");
    rule(R"({"headers":{"a b":"c"}})", "rules[1].headers.a b",
         "This is no name of a header: letters, digits and - are allowed.");
    rule(R"({"headers":{"A":"b\r\nC: d"}})", "rules[1].headers.A",
         "A header's value must be a text on one line, not \"b\\r\\nC: d\".");
    rule(R"({"headers":{"Content-Length":"7"}})", "rules[1].headers.Content-Length",
         "The sandbox writes this header itself; faults such as \"cut\" break its promise.");
    rule(R"({"body":{}})", "rules[1].body",
         "This must be a text, not {}; for an object there is \"json\".");
    rule(R"({"json":"a"})", "rules[1].json",
         "This must be an object or a list, not \"a\"; for a text there is \"body\".");
    rule(R"({"body":"a","json":{}})", "rules[1].json",
         "There is a \"body\" already: one of the two is enough.");
    rule(R"({"body":"a","text":"b"})", "rules[1]",
         "A \"body\" or \"json\" is the whole answer: there can be no text, tool or error beside "
         "it.");
    rule(R"({"body":"a","tokens":2})", "rules[1]",
         "A \"body\" or \"json\" comes at once: it has no tokens and no stop.");
    rule(R"({"error":"a"})", "rules[1].error", "An \"error\" needs a \"status\" from 400 to 599.");
    rule(R"({"error":"a","status":500,"text":"b"})", "rules[1]",
         "An \"error\" says nothing else: there can be no text or tool beside it.");
    rule(R"({"text":"a","tokens":3})", "rules[1].tokens",
         "\"tokens\" is the length of a text that is made up: there can be no text or tool beside "
         "it.");
    rule(R"({"tool":{"arguments":{}}})", "rules[1].tool.name",
         "A call needs the name of its tool.");
    rule(R"({"tool":{"name":"a","arguments":"b"}})", "rules[1].tool.arguments",
         "This must be an object: the arguments of the call.");
    rule(R"({"tools":[]})", "rules[1].tools",
         "This must be a list of 1 to 100 calls, each as in \"tool\".");
    rule(R"({"tools":[{"name":"a"},{"nam":"b"}]})", "rules[1].tools[1].nam",
         "There is no such member; allowed here: name, arguments.");
    rule(R"({"tool":{"name":"a"},"tools":[{"name":"b"}]})", "rules[1].tools",
         "There is a \"tool\" already: one of the two is enough.");
    rule(R"({"stop":"STOP"})", "rules[1].stop",
         "This must be \"end\", \"length\", \"tool\" or \"refusal\"; each dialect has its own word "
         "for it.");
    rule(R"({"tokens":0})", "rules[1].tokens",
         "This must be a whole number from 1 to 100000, not 0.");
    rule(R"({"tokens_per_second":0})", "rules[1].tokens_per_second",
         "This must be a number from 0.01 to 1000000.");
    rule(R"({"first_token_ms":-1})", "rules[1].first_token_ms",
         "This must be a whole number from 0 to 600000, not -1.");
    rule(R"({"times":0})", "rules[1].times",
         "This must be a whole number from 1 to 1000000, not 0.");
    rule(R"({"pauses":{}})", "rules[1].pauses",
         "This must be a list of at most 100 pauses, each with \"after\" (events) and \"ms\".");
    rule(R"({"pauses":[{"after":1}]})", "rules[1].pauses[0].ms",
         "A pause needs \"after\" (how many events come before) and \"ms\" (how long it lasts).");
    rule(R"({"fault":"cutt"})", "rules[1].fault",
         "Entry 1: \"cutt\" is no fault; the nearest is \"cut\".");
    rule(R"({"fault":"cut,ok"})", "rules[1].fault",
         "A rule makes one fault, not several: use one rule for each.");
    rule(R"({"fault":"dns"})", "rules[1].fault", "\"dns\" is made by the tap, not by the sandbox.");
}

void tst_SandboxScript::badScripts()
{
    QFETCH(QByteArray, script);
    QFETCH(QString, place);
    QFETCH(QString, message);
    const auto read = SandboxScript::fromJson(script);
    QVERIFY(!read);
    QCOMPARE(read.error().message, message);
    QCOMPARE(read.error().field, place);
}

void tst_SandboxScript::aBadScriptCannotBeSet()
{
    const QByteArray large(SandboxScript::largest + 1, ' ');
    QCOMPARE(SandboxScript::fromJson(large).error().message,
             u"The script is larger than 16 MiB."_s);
    QByteArray many = "{\"rules\":[{}";
    for (int i = 0; i < SandboxScript::longest; ++i)
        many += ",{}";
    QCOMPARE(SandboxScript::fromJson(many + "]}").error().message,
             u"A script may have at most 1000 rules, not 1001."_s);
    // Deeper than any parser likes to go.
    QVERIFY(!SandboxScript::fromJson("{\"rules\":" + QByteArray(100'000, '[')));
}

void tst_SandboxScript::texts_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<bool>("stream");
    for (const QString &id : Dialect::ids()) {
        for (const bool stream : {true, false})
            QTest::addRow("%s, %s", qPrintable(id), stream ? "streamed" : "whole") << id << stream;
    }
}

// Text, reasoning and calls as the script has them, in every dialect.
void tst_SandboxScript::texts()
{
    QFETCH(QString, dialect);
    QFETCH(bool, stream);
    start(R"({"reasoning":"Hm \u2026","text":"Gr\u00fc\u00dfe \ud83d\ude00","tools":[)"
          R"({"name":"weather","arguments":{"city":"Z\u00fcrich"}},{"name":"clock"}]})");
    const QByteArray response = ask(dialect, stream);
    Answer answer = answerOf(dialect, response);
    if (stream) {
        StreamReader reader(Dialect::find(dialect));
        reader.feed(bodyOf(response));
        QCOMPARE(reader.finish(true).verdict, StreamVerdict::Complete);
        answer = reader.answer();
    }
    QCOMPARE(answer.reasoning, u"Hm \u2026"_s);
    QCOMPARE(answer.text, u"Gr\u00fc\u00dfe \U0001F600"_s);
    QCOMPARE(answer.toolCalls.size(), 2);
    QCOMPARE(answer.toolCalls[0].name, u"weather"_s);
    QCOMPARE(answer.toolCalls[0].arguments, u"{\"city\":\"Z\u00fcrich\"}"_s);
    QCOMPARE(answer.toolCalls[1].name, u"clock"_s);
    QCOMPARE(answer.toolCalls[1].arguments, u"{}"_s);
    if (!answer.toolCalls[0].id.isEmpty())
        QVERIFY(answer.toolCalls[0].id != answer.toolCalls[1].id);
}

void tst_SandboxScript::firstFittingRuleAnswers()
{
    start(R"({"when":{"dialect":"anthropic"},"text":"A"},)"
          R"({"when":{"model":"the/*:?"},"text":"B"},{"text":"C"})");
    QCOMPARE(answerOf(u"anthropic"_s, ask(u"anthropic"_s)).text, u"A"_s);
    QCOMPARE(answerOf(u"ollama"_s, ask(u"ollama"_s)).text, u"B"_s);
    QCOMPARE(answerOf(u"openai-chat"_s,
                      exchange(post(R"({"model":"x","messages":[{"role":"user","content":"a"}]})")))
                 .text,
             u"C"_s);
}

void tst_SandboxScript::rulesByRequest_data()
{
    QTest::addColumn<QByteArray>("when");
    QTest::addColumn<QString>("seen");
    const auto row = [](const char *when, const char *seen) {
        QTest::newRow(when) << QByteArray(when) << QString::fromLatin1(seen);
    };
    row(R"({"request":2})", "-x--");
    row(R"({"request":{"from":3}})", "--xx");
    row(R"({"request":{"to":1}})", "x---");
    row(R"({"request":{"from":2,"to":3}})", "-xx-");
    row(R"({"stream":true})", "x-x-");
    row(R"({"stream":false})", "-x-x");
    row(R"({"method":"post","path":"/v1/chat/*"})", "xxxx");
    row(R"({"method":"GET"})", "----");
    row(R"({"path":"*/messages"})", "----");
    row(R"({"model":"*"})", "xxxx");
    row(R"({"model":"*model*"})", "xxxx");
    row(R"({"model":"model"})", "----");
    row("{}", "xxxx");
}

void tst_SandboxScript::rulesByRequest()
{
    QFETCH(QByteArray, when);
    QFETCH(QString, seen);
    start("{\"when\":" + when + ",\"headers\":{\"X-Rule\":\"yes\"}}");
    QString found;
    for (int i = 0; i < 4; ++i)
        found += headerOf(ask(u"openai-chat"_s, i % 2 == 0), "X-Rule") == "yes" ? u'x' : u'-';
    QCOMPARE(found, seen);
}

void tst_SandboxScript::rulesThatAreUsedUp()
{
    start(R"({"times":2,"status":503},{"times":1,"status":429},{"text":"at last"})");
    QList<int> statuses;
    for (int i = 0; i < 5; ++i)
        statuses += statusOf(ask(u"cohere"_s));
    QCOMPARE(statuses, (QList<int>{503, 503, 429, 200, 200}));
    // A new start forgets.
    QVERIFY(m_sandbox->start(fast()));
    QCOMPARE(statusOf(ask(u"cohere"_s)), 503);
}

void tst_SandboxScript::wholeAnswers_data()
{
    QTest::addColumn<QByteArray>("rule");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *rule, int status, const char *type, const QByteArray &body) {
        QTest::newRow(rule) << QByteArray(rule) << status << QByteArray(type) << body;
    };
    const char *json = "application/json";
    row(R"({"body":"as it is\n"})", 200, "text/plain; charset=utf-8", "as it is\n");
    row(R"({"json":{"a":[1]}})", 200, json, R"({"a":[1]})");
    row(R"({"json":[],"status":418})", 418, json, "[]");
    row(R"({"body":"","status":500})", 500, "", "");
    row(R"({"body":"<p>","headers":{"content-type":"text/html"}})", 200, "text/html", "<p>");
    row(R"({"status":400,"error":"too long"})", 400, json,
        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"too "
        "long\"}}\n");
    row(R"({"status":302,"headers":{"Location":"/elsewhere"}})", 302, "", "");
    row(R"({"status":204})", 204, "", "");
}

void tst_SandboxScript::wholeAnswers()
{
    QFETCH(QByteArray, rule);
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    start(rule);
    for (const bool stream : {true, false}) {
        const QByteArray response = ask(u"anthropic"_s, stream);
        QCOMPARE(statusOf(response), status);
        QCOMPARE(headerOf(response, "Content-Type"), type);
        QCOMPARE(bodyOf(response), body);
    }
}

void tst_SandboxScript::headersReplaceTheUsualOnes()
{
    start(R"({"headers":{"content-type":"application/x-lie","X-More":"1"}})");
    const QByteArray response = ask(u"openai-chat"_s, true);
    QCOMPARE(headOf(response).toLower().count("content-type:"), 1);
    QCOMPARE(headerOf(response, "Content-Type"), QByteArray("application/x-lie"));
    QCOMPARE(headerOf(response, "X-More"), QByteArray("1"));
    QVERIFY(response.contains("data: [DONE]"));
}

// What could not be understood has no answer, whatever the script would say.
void tst_SandboxScript::badCallsStayErrors()
{
    start(R"({"text":"hello","status":201})");
    QCOMPARE(statusOf(exchange(post("{}"))), 400);
    QCOMPARE(statusOf(ask(u"openai-chat"_s)), 201);
}

void tst_SandboxScript::faults()
{
    start(R"x({"when":{"request":1},"fault":"cut(after=2)"},{"text":"b","fault":"no-terminal"})x");
    QSignalSpy injected(m_sandbox.get(), &Sandbox::faultInjected);
    bool whole = true;
    QCOMPARE(bodyOf(ask(u"openai-chat"_s, true), &whole).count("data: "), 2);
    QVERIFY(!whole);
    const QByteArray second = bodyOf(ask(u"openai-chat"_s, true), &whole);
    QVERIFY(whole && second.contains("\"b\"") && !second.contains("[DONE]"));
    QCOMPARE(injected.size(), 2);
}

void tst_SandboxScript::faultsOfThePlanComeFirst()
{
    start(R"({"fault":"http-500"})");
    m_sandbox->setPlan(*FaultPlan::fromString(u"http-503,ok"_s));
    QCOMPARE(statusOf(ask(u"gemini"_s)), 503);
    QCOMPARE(statusOf(ask(u"gemini"_s)), 500);
}

// Each pause keeps back what comes behind it: seen by what has arrived while it lasts.
void tst_SandboxScript::pauses()
{
    start(R"({"text":"one two","pauses":[{"after":1,"ms":1},{"after":2,"ms":600000}]})");
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(dialectPost(u"ollama"_s, true, chatBody(u"ollama"_s, true))));
    QVERIFY(client.waitForText("\"content\":\" two\""));
    // A whole later exchange has time enough for whatever might still come on the first.
    QVERIFY(!exchange(get("/api/tags")).isEmpty());
    client.receive();
    QVERIFY(!client.received().contains("\"done\":true"));
}

void tst_SandboxScript::unknownPaths()
{
    start(R"({"when":{"path":"/health"},"body":"ok"})");
    QCOMPARE(bodyOf(exchange(get("/health"))), QByteArray("ok"));
    QCOMPARE(statusOf(exchange(get("/other"))), 404);
}

// Every block of JSON in the manual that has rules is a sound script.
void tst_SandboxScript::theExamplesOfTheManual()
{
    const QByteArray manual =
        readFile(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/resources/help/sandbox.md"));
    int examples = 0;
    for (qsizetype begin = manual.indexOf("```json\n"); begin >= 0;
         begin = manual.indexOf("```json\n", begin + 1)) {
        const qsizetype end = manual.indexOf("\n```", begin);
        const QByteArray example = manual.sliced(begin + 8, end - begin - 8);
        const auto script = SandboxScript::fromJson(example);
        QVERIFY2(script, script ? "" : qPrintable(script.error().field + script.error().message));
        ++examples;
    }
    QVERIFY(examples >= 3);
}

QTEST_GUILESS_MAIN(tst_SandboxScript)
#include "tst_sandboxscript.moc"
