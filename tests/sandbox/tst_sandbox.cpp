// SPDX-License-Identifier: MIT
#include "core/sandbox/sandbox.h"

#include "tests/sandbox/rawclient.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QSignalSpy>

using namespace Retryscope;

namespace {

const QByteArray streamed =
    R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true})";
const QByteArray unstreamed = R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})";
const QByteArray toolBody =
    R"({"model":"m","messages":[{"role":"user","content":"weather, please"}],"stream":true,)"
    R"("tools":[{"type":"function","function":{"name":"clock"}},)"
    R"({"type":"function","function":{"name":"weather","parameters":{"type":"object",)"
    R"("properties":{"city":{"type":"string"},"days":{"type":"integer"},)"
    R"("unit":{"enum":["celsius","kelvin"]}}}}}])";

SandboxOptions fast(int tokens = 3)
{
    SandboxOptions options;
    options.tls = false;
    options.tokens = tokens;
    options.tokensPerSecond = 1e6;
    options.firstToken = std::chrono::milliseconds(0);
    return options;
}

//! The error body that the sandbox writes.
QByteArray errorBody(const QByteArray &message, const QByteArray &param, const QByteArray &code)
{
    return "{\n  \"error\": {\n    \"message\": \"" + message
           + "\",\n    \"type\": \"invalid_request_error\",\n    \"param\": " + param
           + ",\n    \"code\": " + code + "\n  }\n}\n";
}

//! A whole response with a JSON body. \a extra: header lines between the type and the length.
QByteArray response(const QByteArray &status, const QByteArray &body, const QByteArray &extra)
{
    return "HTTP/1.1 " + status
           + "\r\nServer: Retryscope sandbox\r\nContent-Type: application/json\r\n" + extra
           + "Content-Length: " + QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n"
           + body;
}

const QByteArray modelsBody =
    "{\n  \"object\": \"list\",\n  \"data\": [\n    {\n      \"id\": \"sandbox\",\n"
    "      \"object\": \"model\",\n      \"created\": 1767225600,\n"
    "      \"owned_by\": \"retryscope\"\n    }\n  ]\n}\n";
const QByteArray firstId = "x-request-id: req_sandbox_000001\r\n";

//! The events of a stream's body, without their "data: ".
QList<QByteArray> eventsOf(const QByteArray &body)
{
    QList<QByteArray> events;
    qsizetype begin = 0;
    for (qsizetype end = body.indexOf("\n\n"); end >= 0; end = body.indexOf("\n\n", begin)) {
        events += body.sliced(begin + 6, end - begin - 6);
        begin = end + 2;
    }
    return events;
}

QJsonObject firstChoice(const QByteArray &event)
{
    return QJsonDocument::fromJson(event)[u"choices"][0].toObject();
}

QString textOf(const QByteArray &body)
{
    QString text;
    const QList<QByteArray> events = eventsOf(body);
    for (const QByteArray &event : events)
        text += firstChoice(event)[u"delta"][u"content"].toString();
    return text;
}

} // namespace

class tst_Sandbox : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();
    void cleanup();

    void wholeExchanges_data();
    void wholeExchanges();
    void badRequests_data();
    void badRequests();
    void refusals_data();
    void refusals();
    void wholeStream();
    void streamWithUsage();
    void streamToHttp10();
    void unstreamedAnswer();
    void toolCall();
    void toolChoice_data();
    void toolChoice();
    void answersRepeat();
    void answersHaveTheirLength();
    void limitOfTheRequest();
    void anySplit();
    void keepsAlive();
    void continues();
    void reportsRequests();
    void stopsWithLiveStreams();
    void stopsFromASlot();
    void clientVanishes();
    void clientReadsLate();
    void manyConnections();
    void badOptions_data();
    void badOptions();
    void portInUse();

private:
    //! Sends it and reads until the sandbox closes.
    QByteArray exchange(const QByteArray &request);

    std::unique_ptr<Sandbox> m_sandbox;
};

void tst_Sandbox::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_sandbox = std::make_unique<Sandbox>(Clock::system());
    QVERIFY(m_sandbox->start(fast()));
}

void tst_Sandbox::cleanup()
{
    m_sandbox.reset();
}

QByteArray tst_Sandbox::exchange(const QByteArray &request)
{
    RawClient client(m_sandbox->httpPort());
    if (!client.send(request) || !client.waitForEnd())
        return "NO END AFTER: " + client.received();
    if (client.end() != RawClient::End::Fin)
        return "RESET AFTER: " + client.received();
    return client.received();
}

void tst_Sandbox::wholeExchanges_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray notFound = errorBody(
        "There is no such path here: try POST /v1/chat/completions, /v1/responses, "
        "/v1/messages, /v1beta/models/{model}:streamGenerateContent, /api/chat, /v2/chat, "
        "/model/{model}/converse-stream, or GET /v1/models, /v1beta/models, /api/tags, "
        "/foundation-models.",
        "null", "\"unknown_url\"");
    QTest::newRow("the models") << get("/v1/models") << response("200 OK", modelsBody, firstId);
    QTest::newRow("a query is not part of the path")
        << get("/v1/models?a=/b") << response("200 OK", modelsBody, firstId);
    QTest::newRow("a whole URL as the target")
        << get("http://sandbox/v1/models") << response("200 OK", modelsBody, firstId);
    QTest::newRow("HTTP/1.0 closes by itself")
        << QByteArray("GET /v1/models HTTP/1.0\r\n\r\n") << response("200 OK", modelsBody, firstId);
    QByteArray head = get("/v1/models");
    head.replace("GET", "HEAD");
    QTest::newRow("HEAD has the head alone")
        << head << headOf(response("200 OK", modelsBody, firstId));
    QTest::newRow("an unknown path")
        << get("/v1/modelz") << response("404 Not Found", notFound, firstId);
    QTest::newRow("a URL without a path")
        << get("http://sandbox") << response("404 Not Found", notFound, firstId);
    QTest::newRow("GET where only POST is")
        << get("/v1/chat/completions")
        << response("405 Method Not Allowed",
                    errorBody("Not allowed to GET here; allowed: POST.", "null",
                              "\"method_not_supported\""),
                    "Allow: POST\r\n" + firstId);
    QTest::newRow("DELETE where only GET is")
        << QByteArray("DELETE /v1/models HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        << response("405 Method Not Allowed",
                    errorBody("Not allowed to DELETE here; allowed: GET, HEAD.", "null",
                              "\"method_not_supported\""),
                    "Allow: GET, HEAD\r\n" + firstId);
}

void tst_Sandbox::wholeExchanges()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, expected);
    QCOMPARE(exchange(request), expected);
}

void tst_Sandbox::badRequests_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &message,
                        const QByteArray &param = "null", const QByteArray &code = "null") {
        QTest::newRow(name) << body << errorBody(message, param, code);
    };
    const QByteArray invalid = "\"invalid_value\"";
    const QByteArray missing = "\"missing_required_parameter\"";
    const QByteArray start = R"({"model":"m","messages":[{"role":"user","content":"a"}],)";
    row("no body", "", "The body is not valid JSON: illegal value at byte 0.");
    row("JSON that breaks off",
        "{\"model\":", "The body is not valid JSON: unterminated object at byte 9.");
    row("a list", "[]", "The body must be a JSON object.");
    row("no model", "{}", "The parameter 'model' is missing.", "\"model\"", missing);
    row("an empty model", R"({"model":""})", "'model' must be a text that is not empty.",
        "\"model\"", invalid);
    row("no messages", R"({"model":"m"})", "The parameter 'messages' is missing.", "\"messages\"",
        missing);
    row("an empty list of messages", R"({"model":"m","messages":[]})",
        "'messages' must be a list with at least one message.", "\"messages\"", invalid);
    row("a message without a role", R"({"model":"m","messages":[{"content":"a"}]})",
        "Each message needs a role.", "\"messages[0].role\"", invalid);
    row("stream as a text", start + R"("stream":"yes"})", "'stream' must be true or false.",
        "\"stream\"", invalid);
    row("several choices", start + R"("n":2})", "The sandbox gives one choice: 'n' must be 1.",
        "\"n\"", invalid);
    row("no tokens at all", start + R"("max_tokens":0})",
        "'max_tokens' must be a whole number of 1 or more.", "\"max_tokens\"", invalid);
    row("half a token", start + R"("max_completion_tokens":1.5})",
        "'max_completion_tokens' must be a whole number of 1 or more.", "\"max_completion_tokens\"",
        invalid);
    row("tools that are none", start + R"("tools":[{"name":"x"}]})",
        "'tools' must be a list of functions, each with a name.", "\"tools\"", invalid);
    row("a choice that is no tool",
        start + R"("tools":[],"tool_choice":{"type":"function","function":{"name":"x"}}})",
        "'tool_choice' names a function that is not in 'tools'.", "\"tool_choice\"", invalid);
}

void tst_Sandbox::badRequests()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, error);
    QCOMPARE(exchange(post(body)), response("400 Bad Request", error, firstId));
    // It arrived whole, so it counts.
    QCOMPARE(m_sandbox->requestCount(), 1);
}

void tst_Sandbox::refusals_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("status");
    // What a TLS client sends first; no line end ever comes.
    QTest::newRow("a ClientHello on the plain port")
        << QByteArray("\x16\x03\x01\x02\x00\x01", 6) << QByteArray("400 Bad Request");
    QTest::newRow("zeros") << QByteArray(10, '\0') << QByteArray("400 Bad Request");
    QTest::newRow("prose") << QByteArray("hello there\r\n") << QByteArray("400 Bad Request");
    QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n")
                             << QByteArray("400 Bad Request");
    QTest::newRow("two lengths") << QByteArray(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
                                 << QByteArray("400 Bad Request");
    QTest::newRow("HTTP/2 in clear") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                                     << QByteArray("505 HTTP Version Not Supported");
    QTest::newRow("a huge head") << QByteArray("GET / HTTP/1.1\r\nA: " + QByteArray(200'000, 'a')
                                               + "\r\n\r\n")
                                 << QByteArray("431 Request Header Fields Too Large");
    QTest::newRow("a huge body, announced")
        << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 16777217\r\n\r\n")
        << QByteArray("413 Content Too Large");
    QTest::newRow("a huge body, in chunks")
        << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1000001\r\n")
               + QByteArray(17'000'000, 'x')
        << QByteArray("413 Content Too Large");
}

// The status reaches the client even though it was still sending: an RST would take it away.
void tst_Sandbox::refusals()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, status);
    RawClient client(m_sandbox->httpPort());
    client.send(bytes);
    QVERIFY(client.waitForEnd());
    QCOMPARE(client.end(), RawClient::End::Fin);
    const QByteArray received = client.received();
    QCOMPARE(received.first(received.indexOf("\r\n")), "HTTP/1.1 " + status);
    QVERIFY(received.contains("Connection: close\r\n"));
    QVERIFY(QJsonDocument::fromJson(bodyOf(received))[u"error"][u"message"].isString());
    QCOMPARE(m_sandbox->requestCount(), 0);
}

void tst_Sandbox::wholeStream()
{
    const QByteArray start = R"(data: {"id":"ID","object":"chat.completion.chunk",)"
                             R"("created":1767225600,"model":"m","system_fingerprint":)"
                             R"("fp_sandbox","choices":[{"index":0,"delta":)";
    const QByteArray end = R"(,"logprobs":null,"finish_reason":null}]})"
                           "\n\n";
    const QList<QByteArray> events{
        start + R"({"role":"assistant","content":"","refusal":null})" + end,
        start + R"({"content":"All"})" + end,
        start + R"({"content":" clear"})" + end,
        start + R"({"content":"."})" + end,
        start + R"({},"logprobs":null,"finish_reason":"stop"}]})" + "\n\n",
        QByteArray("data: [DONE]\n\n"),
    };
    const QByteArray received = exchange(post(streamed));
    QCOMPARE(headOf(received),
             QByteArray("HTTP/1.1 200 OK\r\nServer: Retryscope sandbox\r\n"
                        "Content-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
                        "x-request-id: req_sandbox_000001\r\nTransfer-Encoding: chunked\r\n"
                        "Connection: close\r\n\r\n"));
    bool whole = false;
    const QByteArray body = bodyOf(received, &whole);
    QVERIFY(whole);
    QCOMPARE(normalised(body), events.join());
    // Each event is a chunk of its own.
    QCOMPARE(received.count("\r\ndata: "), events.size());
}

void tst_Sandbox::streamWithUsage()
{
    QByteArray request = streamed;
    request.chop(1);
    request += R"(,"stream_options":{"include_usage":true}})";
    const QList<QByteArray> events = eventsOf(bodyOf(exchange(post(request))));
    QCOMPARE(events.size(), 7);
    for (qsizetype i = 0; i < 5; ++i)
        QVERIFY(QJsonDocument::fromJson(events[i])[u"usage"].isNull());
    const QJsonDocument last = QJsonDocument::fromJson(events[5]);
    QCOMPARE(last[u"choices"].toArray().size(), 0);
    QCOMPARE(last[u"usage"][u"completion_tokens"].toInt(), 3);
    QCOMPARE(last[u"usage"][u"total_tokens"].toInt(), 3 + last[u"usage"][u"prompt_tokens"].toInt());
    QCOMPARE(events[6], QByteArray("[DONE]"));
}

void tst_Sandbox::streamToHttp10()
{
    QByteArray request = post(streamed, QByteArray());
    request.replace("HTTP/1.1", "HTTP/1.0");
    const QByteArray received = exchange(request);
    QVERIFY(!headOf(received).contains("Transfer-Encoding"));
    QCOMPARE(textOf(bodyOf(received)), QStringLiteral("All clear."));
    QVERIFY(received.endsWith("data: [DONE]\n\n"));
}

void tst_Sandbox::unstreamedAnswer()
{
    const QByteArray expected =
        R"({"id":"ID","object":"chat.completion","created":1767225600,"model":"m",)"
        R"("system_fingerprint":"fp_sandbox","choices":[{"index":0,"message":{"role":"assistant",)"
        R"("content":"All clear.","refusal":null},"logprobs":null,"finish_reason":"stop"}],)"
        R"("usage":{"prompt_tokens":4,"completion_tokens":3,"total_tokens":7,)"
        R"("prompt_tokens_details":{"cached_tokens":0},)"
        R"("completion_tokens_details":{"reasoning_tokens":0}}})"
        "\n";
    const QByteArray received = exchange(post(unstreamed));
    QCOMPARE(normalised(bodyOf(received)), expected);
    QVERIFY(QJsonDocument::fromJson(bodyOf(received)).isObject());
}

void tst_Sandbox::toolCall()
{
    const QList<QByteArray> events = eventsOf(bodyOf(exchange(post(toolBody + '}'))));
    QVERIFY(events.size() > 6);
    QCOMPARE(firstChoice(events[0])[u"delta"].toObject(),
             (QJsonObject{{QStringLiteral("role"), QStringLiteral("assistant")},
                          {QStringLiteral("content"), QJsonValue()}}));
    const QJsonValue opening = firstChoice(events[1])[u"delta"][u"tool_calls"][0];
    QCOMPARE(opening[u"function"][u"name"].toString(), QStringLiteral("weather"));
    QCOMPARE(opening[u"type"].toString(), QStringLiteral("function"));
    QVERIFY(opening[u"id"].toString().startsWith(QStringLiteral("call_")));
    QString arguments;
    for (qsizetype i = 2; i < events.size() - 2; ++i) {
        const QJsonValue call = firstChoice(events[i])[u"delta"][u"tool_calls"][0];
        QVERIFY(call[u"id"].isUndefined());
        QCOMPARE(call[u"index"].toInt(-1), 0);
        arguments += call[u"function"][u"arguments"].toString();
    }
    QCOMPARE(arguments,
             QStringLiteral(u"{\"city\":\"Z\u00fcrich\",\"days\":7,\"unit\":\"celsius\"}"));
    QCOMPARE(firstChoice(events[events.size() - 2])[u"finish_reason"].toString(),
             QStringLiteral("tool_calls"));
    QCOMPARE(events.last(), QByteArray("[DONE]"));
}

void tst_Sandbox::toolChoice_data()
{
    QTest::addColumn<QByteArray>("choice");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QString>("called");
    const QByteArray mentions = "the weather, please";
    const QByteArray silent = "hello";
    QTest::newRow("a message that names one")
        << QByteArray() << mentions << QStringLiteral("weather");
    QTest::newRow("auto, and named")
        << QByteArray("\"auto\"") << mentions << QStringLiteral("weather");
    QTest::newRow("none, though named") << QByteArray("\"none\"") << mentions << QString();
    QTest::newRow("nothing names one") << QByteArray() << silent << QString();
    QTest::newRow("required takes the first")
        << QByteArray("\"required\"") << silent << QStringLiteral("clock");
    QTest::newRow("required, and one is named")
        << QByteArray("\"required\"") << mentions << QStringLiteral("weather");
    QTest::newRow("one is demanded, another named")
        << QByteArray(R"({"type":"function","function":{"name":"clock"}})") << mentions
        << QStringLiteral("clock");
}

void tst_Sandbox::toolChoice()
{
    QFETCH(QByteArray, choice);
    QFETCH(QByteArray, message);
    QFETCH(QString, called);
    QByteArray body = toolBody;
    body.replace("weather, please", message).replace("\"stream\":true", "\"stream\":false");
    body += choice.isEmpty() ? QByteArray("}") : QByteArray(",\"tool_choice\":" + choice + '}');
    const auto answer = QJsonDocument::fromJson(bodyOf(exchange(post(body))));
    const QJsonValue said = answer[u"choices"][0][u"message"];
    QCOMPARE(said[u"tool_calls"][0][u"function"][u"name"].toString(), called);
    QCOMPARE(said[u"content"].isNull(), !called.isEmpty());
    const QString reason = called.isEmpty() ? QStringLiteral("stop") : QStringLiteral("tool_calls");
    QCOMPARE(answer[u"choices"][0][u"finish_reason"].toString(), reason);
}

void tst_Sandbox::answersRepeat()
{
    SandboxOptions options = fast(60);
    QVERIFY(m_sandbox->start(options));
    const QByteArray first = bodyOf(exchange(post(streamed)));
    QCOMPARE(bodyOf(exchange(post(streamed))), first);
    QVERIFY(bodyOf(exchange(post(streamed + ' '))) != first);
    options.seed = 2;
    QVERIFY(m_sandbox->start(options));
    QVERIFY(textOf(bodyOf(exchange(post(streamed)))) != textOf(first));
}

void tst_Sandbox::answersHaveTheirLength()
{
    bool beyondAscii = false;
    bool beyondTheBasicPlane = false;
    for (int tokens = 1; tokens < 80; ++tokens) {
        SandboxOptions options = fast(tokens);
        options.seed = quint64(tokens);
        QVERIFY(m_sandbox->start(options));
        const QByteArray body = bodyOf(exchange(post(streamed)));
        QCOMPARE(eventsOf(body).size(), tokens + 3);
        const QString text = textOf(body);
        QVERIFY(!text.isEmpty());
        QCOMPARE(text.simplified(), text);
        QVERIFY(!text.contains(QChar(QChar::ReplacementCharacter)));
        for (const QChar c : text) {
            beyondAscii = beyondAscii || c.unicode() > 127;
            beyondTheBasicPlane = beyondTheBasicPlane || c.isHighSurrogate();
        }
    }
    QVERIFY(beyondAscii);
    QVERIFY(beyondTheBasicPlane);
}

void tst_Sandbox::limitOfTheRequest()
{
    QVERIFY(m_sandbox->start(fast(50)));
    for (const QByteArray name : {"max_tokens", "max_completion_tokens"}) {
        QByteArray request = streamed;
        request.chop(1);
        request += ",\"" + name + "\":7}";
        const QList<QByteArray> events = eventsOf(bodyOf(exchange(post(request))));
        QCOMPARE(events.size(), 7 + 3);
        QCOMPARE(firstChoice(events[8])[u"finish_reason"].toString(), QStringLiteral("length"));
    }
}

void tst_Sandbox::anySplit()
{
    const QByteArray request = post(streamed);
    const QByteArray expected = bodyOf(exchange(request));
    for (qsizetype at = 1; at < request.size(); ++at) {
        RawClient client(m_sandbox->httpPort());
        QVERIFY(client.send(request.first(at)));
        QCoreApplication::processEvents();
        QVERIFY(client.send(request.sliced(at)));
        QVERIFY(client.waitForEnd());
        QCOMPARE(bodyOf(client.received()), expected);
    }
    RawClient client(m_sandbox->httpPort());
    for (const char byte : request) {
        QVERIFY(client.send(QByteArray(1, byte)));
        QCoreApplication::processEvents();
    }
    QVERIFY(client.waitForEnd());
    QCOMPARE(bodyOf(client.received()), expected);
    QCOMPARE(m_sandbox->requestCount(), int(request.size()) + 1);
}

// The second request of each pair is sent before and after the first is answered.
void tst_Sandbox::keepsAlive()
{
    const QByteArray keep = post(streamed, QByteArray());
    const QByteArray close = get("/v1/models");
    const QByteArray end = "0\r\n\r\n";
    RawClient patient(m_sandbox->httpPort());
    QVERIFY(patient.send(keep));
    QVERIFY(patient.waitForText(end));
    QVERIFY(patient.send(close));
    QVERIFY(patient.waitForEnd());
    RawClient eager(m_sandbox->httpPort());
    QVERIFY(eager.send(keep + "\r\n" + close));
    QVERIFY(eager.waitForEnd());
    for (const RawClient *client : {&patient, &eager}) {
        const QByteArray received = client->received();
        const qsizetype second = received.indexOf(end) + end.size();
        QCOMPARE(textOf(bodyOf(received.first(second))), QStringLiteral("All clear."));
        QVERIFY(!headOf(received).contains("Connection: close"));
        QCOMPARE(bodyOf(received.sliced(second)), modelsBody);
    }
    QCOMPARE(m_sandbox->requestCount(), 4);
}

void tst_Sandbox::continues()
{
    RawClient client(m_sandbox->httpPort());
    const QByteArray request = post(streamed, "Expect: 100-continue\r\nConnection: close\r\n");
    const qsizetype body = request.indexOf("\r\n\r\n") + 4;
    QVERIFY(client.send(request.first(body)));
    QVERIFY(client.waitForText("\r\n\r\n"));
    QCOMPARE(client.received(), QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
    QVERIFY(client.send(request.sliced(body)));
    QVERIFY(client.waitForEnd());
    QCOMPARE(client.received().count("HTTP/1.1 "), 2);
}

void tst_Sandbox::reportsRequests()
{
    QStringList log;
    connect(m_sandbox.get(), &Sandbox::requestArrived, this, [&](const SandboxRequest &request) {
        log += QString::number(request.number) + u' ' + QString::fromLatin1(request.method) + u' '
               + QString::fromLatin1(request.target) + u' ' + QString::number(request.bodySize)
               + (request.overTls ? u" tls " : u" plain ")
               + QString::fromLatin1(request.bodySha256.toHex().first(8));
    });
    exchange(post(streamed));
    exchange(get("/nowhere?a=b"));
    // A body that does not arrive whole is no request.
    RawClient half(m_sandbox->httpPort());
    QVERIFY(half.send(post(streamed).chopped(1)));
    half.leave();
    exchange(get("/v1/models"));
    const auto digest = [](const QByteArray &bytes) {
        return QString::fromLatin1(
            QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().first(8));
    };
    const QString posted = QStringLiteral("1 POST /v1/chat/completions ")
                           + QString::number(streamed.size()) + QStringLiteral(" plain ")
                           + digest(streamed);
    const QStringList expected{posted,
                               QString(QStringLiteral("2 GET /nowhere?a=b 0 plain ") + digest({})),
                               QString(QStringLiteral("3 GET /v1/models 0 plain ") + digest({}))};
    QCOMPARE(log, expected);
    QCOMPARE(m_sandbox->requestCount(), 3);
    m_sandbox->resetRequestCount();
    QCOMPARE(m_sandbox->requestCount(), 0);
}

void tst_Sandbox::stopsWithLiveStreams()
{
    SandboxOptions slow = fast(1000);
    slow.tokensPerSecond = 1;
    QVERIFY(m_sandbox->start(slow));
    RawClient reading(m_sandbox->httpPort());
    RawClient idle(m_sandbox->httpPort());
    RawClient half(m_sandbox->httpPort());
    QVERIFY(reading.send(post(streamed)));
    QVERIFY(half.send("GET /"));
    QVERIFY(reading.waitForText("data: "));
    m_sandbox->stop();
    QVERIFY(reading.waitForEnd() && idle.waitForEnd() && half.waitForEnd());
    QCOMPARE(m_sandbox->httpPort(), quint16(0));
    QVERIFY(m_sandbox->start(fast()));
    QCOMPARE(textOf(bodyOf(exchange(post(streamed)))), QStringLiteral("All clear."));
}

void tst_Sandbox::stopsFromASlot()
{
    connect(m_sandbox.get(), &Sandbox::requestArrived, m_sandbox.get(), &Sandbox::stop);
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(post(streamed)));
    QVERIFY(client.waitForEnd());
    QCOMPARE(client.received(), QByteArray());
}

void tst_Sandbox::clientVanishes()
{
    QVERIFY(m_sandbox->start(fast(50'000)));
    for (int i = 0; i < 20; ++i) {
        RawClient client(m_sandbox->httpPort());
        QVERIFY(client.send(post(streamed)));
        QVERIFY(client.waitForText("data: "));
        // Leaving with bytes unread is an RST to the other side.
    }
    QCOMPARE(bodyOf(exchange(get("/v1/models"))), modelsBody);
}

// More than the sandbox and the kernel hold for it: the sandbox has to wait and to go on.
void tst_Sandbox::clientReadsLate()
{
    constexpr int tokens = 60'000;
    QVERIFY(m_sandbox->start(fast(tokens)));
    RawClient late(m_sandbox->httpPort());
    QVERIFY(late.send(post(streamed)));
    QTRY_COMPARE(m_sandbox->requestCount(), 1);
    // Others are served in the meantime.
    QCOMPARE(bodyOf(exchange(get("/v1/models"))), modelsBody);
    QVERIFY(late.waitForEnd());
    bool whole = false;
    QCOMPARE(bodyOf(late.received(), &whole).count("data: "), tokens + 3);
    QVERIFY(whole);
}

void tst_Sandbox::manyConnections()
{
    std::vector<std::unique_ptr<RawClient>> idle;
    for (int i = 0; i < 300; ++i) {
        idle.push_back(std::make_unique<RawClient>(m_sandbox->httpPort()));
        QCoreApplication::processEvents();
    }
    // The idle ones that have waited longest make room.
    QCOMPARE(bodyOf(exchange(get("/v1/models"))), modelsBody);
    QVERIFY(idle.front()->waitForEnd());
    QVERIFY(idle.back()->send(get("/v1/models")));
    QVERIFY(idle.back()->waitForEnd());
    QCOMPARE(bodyOf(idle.back()->received()), modelsBody);
}

void tst_Sandbox::badOptions_data()
{
    QTest::addColumn<int>("tokens");
    QTest::addColumn<double>("rate");
    QTest::addColumn<int>("firstToken");
    QTest::addColumn<QString>("error");
    QTest::newRow("no tokens") << 0 << 40.0 << 0
                               << QStringLiteral("The length of an answer must lie between 1 and "
                                                 "100000 tokens, not 0.");
    QTest::newRow("no rate") << 1 << 0.0 << 0
                             << QStringLiteral("The rate must lie between 0.01 and 1000000 tokens "
                                               "per second, not 0.");
    QTest::newRow("not a number") << 1 << std::nan("") << 0
                                  << QStringLiteral("The rate must lie between 0.01 and 1000000 "
                                                    "tokens per second, not nan.");
    QTest::newRow("a wait before now")
        << 1 << 40.0 << -1
        << QStringLiteral("The wait before the first token must lie between 0 and 600000 "
                          "milliseconds, not -1.");
}

void tst_Sandbox::badOptions()
{
    QFETCH(int, tokens);
    QFETCH(double, rate);
    QFETCH(int, firstToken);
    QFETCH(QString, error);
    SandboxOptions options = fast(tokens);
    options.tokensPerSecond = rate;
    options.firstToken = std::chrono::milliseconds(firstToken);
    QVERIFY(!m_sandbox->start(options));
    QCOMPARE(m_sandbox->errorString(), error);
    QCOMPARE(m_sandbox->httpPort(), quint16(0));
    QVERIFY(m_sandbox->start(fast()));
    QCOMPARE(m_sandbox->errorString(), QString());
}

void tst_Sandbox::portInUse()
{
    Sandbox second(Clock::system());
    SandboxOptions options = fast();
    options.httpPort = m_sandbox->httpPort();
    QVERIFY(!second.start(options));
    QCOMPARE(second.errorString(), QStringLiteral("The sandbox cannot listen on 127.0.0.1, port ")
                                       + QString::number(options.httpPort)
                                       + QStringLiteral(": The bound address is already in use."));
}

QTEST_GUILESS_MAIN(tst_Sandbox)
#include "tst_sandbox.moc"
