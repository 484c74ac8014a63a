// SPDX-License-Identifier: MIT
#include "core/sandbox/sandbox.h"

#include "tests/sandbox/rawclient.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QSignalSpy>

using namespace Retryscope;

namespace {

const QByteArray streamed =
    R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true})";
const QByteArray unstreamed = R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})";

SandboxOptions fast()
{
    SandboxOptions options;
    options.tls = false;
    options.tokens = 3;
    options.tokensPerSecond = 1e6;
    options.firstToken = std::chrono::milliseconds(0);
    return options;
}

FaultPlan planOf(const QString &text)
{
    const auto plan = FaultPlan::fromString(text);
    if (!plan)
        qFatal("%s", qPrintable(plan.error().message));
    return *plan;
}

//! What an event of the stream is, in a word.
QString kindOf(const QByteArray &event)
{
    if (event == "data: [DONE]")
        return QStringLiteral("done");
    const auto json = QJsonDocument::fromJson(event.sliced(6));
    if (!json.isObject())
        return QStringLiteral("broken");
    if (!json[u"error"].isUndefined())
        return QStringLiteral("error");
    const QJsonValue choice = json[u"choices"][0];
    if (!choice[u"finish_reason"].isNull())
        return QStringLiteral("finish");
    return choice[u"delta"][u"role"].isUndefined() ? QStringLiteral("text")
                                                   : QStringLiteral("role");
}

QString describeStream(const QByteArray &received)
{
    bool whole = false;
    QByteArray body = bodyOf(received, &whole);
    QStringList words;
    for (qsizetype end = body.indexOf("\n\n"); end >= 0; end = body.indexOf("\n\n")) {
        words += kindOf(body.first(end));
        body.remove(0, end + 2);
    }
    if (!body.isEmpty())
        words += QString::number(body.size()) + u'b';
    words += whole ? QStringLiteral("last-chunk") : QStringLiteral("no-last-chunk");
    return words.join(u' ');
}

QString describeBody(const QByteArray &received)
{
    const QByteArray body = bodyOf(received);
    const QRegularExpression length(QStringLiteral("\r\nContent-Length: (\\d+)\r\n"));
    const auto promised = length.match(QString::fromLatin1(headOf(received))).captured(1).toInt();
    const auto json = QJsonDocument::fromJson(body);
    const QString kind = body.isEmpty()                 ? QStringLiteral("empty")
                         : !json.isObject()             ? QStringLiteral("broken")
                         : json[u"error"].isUndefined() ? QStringLiteral("sound")
                                                        : QStringLiteral("error");
    const QString size =
        body.size() == promised
            ? QStringLiteral("whole")
            : QString(QString::number(body.size()) + u" of " + QString::number(promised));
    return QString(kind + u' ' + size);
}

//! The whole exchange in a line: status, body, and how it ended.
QString describe(const QByteArray &received, RawClient::End end)
{
    const QString ending = end == RawClient::End::Open  ? QStringLiteral("open")
                           : end == RawClient::End::Fin ? QStringLiteral("fin")
                                                        : QStringLiteral("rst");
    if (!received.contains("\r\n\r\n"))
        return QString(QString::number(received.size()) + u"b and no head, " + ending);
    const QByteArray head = headOf(received);
    const QString status = QString::fromLatin1(head.sliced(9, 3));
    const bool stream = head.contains("text/event-stream") && head.contains("chunked");
    return QString(status + u": " + (stream ? describeStream(received) : describeBody(received))
                   + u", " + ending);
}

} // namespace

class tst_SandboxFaults : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();

    void onTheWire_data();
    void onTheWire();
    void statusBodies_data();
    void statusBodies();
    void retryAfter();
    void statusesWithoutBody_data();
    void statusesWithoutBody();
    void stallsStayOpen_data();
    void stallsStayOpen();
    void errorEvent();
    void brokenJsonIsABeginning();
    void cutEverywhere();
    void planGoesByRequest();
    void faultOfARun();
    void reportedBeforeItShows();
    void faultsOfTheTapAreNone();
    void stopsWhileStalled();

private:
    //! Sends it with "Connection: close" and reads until the end.
    QString exchange(const QByteArray &request, QByteArray *received = nullptr);

    std::unique_ptr<Sandbox> m_sandbox;
};

void tst_SandboxFaults::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_sandbox = std::make_unique<Sandbox>(Clock::system());
    QVERIFY(m_sandbox->start(fast()));
}

QString tst_SandboxFaults::exchange(const QByteArray &request, QByteArray *received)
{
    RawClient client(m_sandbox->httpPort());
    if (!client.send(request) || !client.waitForEnd())
        return QStringLiteral("no end");
    if (received)
        *received = client.received();
    return describe(client.received(), client.end());
}

void tst_SandboxFaults::onTheWire_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QString>("seen");
    QTest::addColumn<bool>("made");
    const auto row = [](const char *fault, const char *seen, bool made = true) {
        QTest::addRow("%s, streamed", fault)
            << QString::fromLatin1(fault) << post(streamed) << QString::fromLatin1(seen) << made;
    };
    const auto plain = [](const char *fault, const char *seen, bool made = true) {
        QTest::addRow("%s, not streamed", fault)
            << QString::fromLatin1(fault) << post(unstreamed) << QString::fromLatin1(seen) << made;
    };
    const char *sound = "200: role text text text finish done last-chunk, fin";
    row("ok", sound, false);
    row("eof", "0b and no head, fin");
    row("rst", "0b and no head, rst");
    row("http-500", "500: error whole, fin");
    row("http-429(retry-after=2)", "429: error whole, fin");
    row("empty-200", "200: empty whole, fin");
    row("cut", "200: role text text no-last-chunk, fin");
    row("cut(after=0)", "200: no-last-chunk, fin");
    row("cut(after=1)", "200: role no-last-chunk, fin");
    row("cut(after=6)", "200: role text text text finish done no-last-chunk, fin");
    row("cut(after=999)", "200: role text text text finish done no-last-chunk, fin");
    row("cut(after=0b)", "200: no-last-chunk, fin");
    row("cut(after=100b)", "200: 100b no-last-chunk, fin");
    row("cut(after=999999b)", "200: role text text text finish done no-last-chunk, fin");
    row("body-reset", "200: role text text no-last-chunk, rst");
    row("body-reset(after=0)", "200: no-last-chunk, rst");
    row("body-reset(after=100b)", "200: 100b no-last-chunk, rst");
    row("no-terminal", "200: role text text text last-chunk, fin");
    row("error-event", "200: role text error last-chunk, fin");
    row("error-event(at=1)", "200: error last-chunk, fin");
    row("error-event(at=999)", "200: role text text text error last-chunk, fin");
    row("bad-json", "200: role text broken text finish done last-chunk, fin");
    row("bad-json(at=1)", "200: broken text text text finish done last-chunk, fin");
    row("bad-json(at=999)", "200: role text text text broken done last-chunk, fin");
    row("slow-first(ms=0)", sound);
    row("quota", "429: error whole, fin");
    row("duplicate(at=2)", "200: role text text text text finish done last-chunk, fin");
    row("duplicate(at=6)", "200: role text text text finish done done last-chunk, fin");
    row("duplicate(at=7)", sound, false);
    row("drop(at=2)", "200: role text text finish done last-chunk, fin");
    row("drop(at=1)", "200: text text text finish done last-chunk, fin");
    row("drop(at=6)", "200: role text text text finish last-chunk, fin");
    row("drop(at=7)", sound, false);
    row("length-stop", "200: role text text finish done last-chunk, fin");
    row("refusal", "200: role text text text text text text text text finish done last-chunk, fin");
    plain("ok", "200: sound whole, fin", false);
    plain("http-503", "503: error whole, fin");
    plain("empty-200", "200: empty whole, fin");
    plain("cut", "200: broken 217 of 434, fin");
    plain("cut(after=0b)", "200: empty 0 of 434, fin");
    plain("cut(after=10b)", "200: broken 10 of 434, fin");
    plain("cut(after=999999b)", "200: sound 433 of 434, fin");
    plain("body-reset", "200: broken 217 of 434, rst");
    plain("no-terminal", "200: sound whole, fin", false);
    plain("drop", "200: sound whole, fin", false);
    plain("crlf", "200: sound whole, fin", false);
    plain("quota", "429: error whole, fin");
    plain("bom", "200: sound whole, fin");
    plain("wrong-dialect", "200: sound whole, fin");
    plain("length-stop", "200: sound whole, fin");
    plain("eof", "0b and no head, fin");
    plain("error-event", "200: error whole, fin");
    plain("bad-json", "200: broken whole, fin");
    plain("slow-first(ms=0)", "200: sound whole, fin");

    const QByteArray nowhere = get("/nowhere");
    const auto text = [](const char *latin1) {
        return QString::fromLatin1(latin1);
    };
    QTest::newRow("a status has a place in any answer")
        << text("http-503") << nowhere << text("503: error whole, fin") << true;
    QTest::newRow("a cut has a place in any body")
        << text("cut(after=9b)") << nowhere << text("404: broken 9 of 374, fin") << true;
    QTest::newRow("a stream's fault has no place in an error")
        << text("error-event") << nowhere << text("404: error whole, fin") << false;
    QTest::newRow("broken JSON has no place in an error")
        << text("bad-json") << nowhere << text("404: error whole, fin") << false;
}

void tst_SandboxFaults::onTheWire()
{
    QFETCH(QString, fault);
    QFETCH(QByteArray, request);
    QFETCH(QString, seen);
    QFETCH(bool, made);
    QSignalSpy injected(m_sandbox.get(), &Sandbox::faultInjected);
    m_sandbox->setPlan(planOf(fault));
    QCOMPARE(exchange(request), seen);
    QCOMPARE(injected.size(), made ? 1 : 0);
    QCOMPARE(m_sandbox->requestCount(), 1);
}

void tst_SandboxFaults::statusBodies_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("code");
    const auto row = [](int status, const char *reason, const char *type, const char *code) {
        QTest::addRow("%d", status) << status << QString::fromLatin1(reason)
                                    << QString::fromLatin1(type) << QString::fromLatin1(code);
    };
    row(400, "Bad Request", "invalid_request_error", "");
    row(401, "Unauthorized", "invalid_request_error", "invalid_api_key");
    row(404, "Not Found", "invalid_request_error", "model_not_found");
    row(418, "", "invalid_request_error", "");
    row(429, "Too Many Requests", "requests", "rate_limit_exceeded");
    row(500, "Internal Server Error", "server_error", "");
    row(503, "Service Unavailable", "server_error", "server_is_overloaded");
    row(529, "Overloaded", "overloaded_error", "overloaded");
    row(599, "", "server_error", "");
}

void tst_SandboxFaults::statusBodies()
{
    QFETCH(int, status);
    QFETCH(QString, reason);
    QFETCH(QString, type);
    QFETCH(QString, code);
    m_sandbox->setPlan(planOf(QString(u"http-" + QString::number(status))));
    QByteArray received;
    exchange(post(streamed), &received);
    const QByteArray line = "HTTP/1.1 " + QByteArray::number(status) + ' ' + reason.toLatin1();
    QCOMPARE(received.first(received.indexOf("\r\n")), line);
    QCOMPARE(headOf(received).count("Content-Type: application/json\r\n"), 1);
    QCOMPARE(headOf(received).count("Content-Type:"), 1);
    QVERIFY(headOf(received).contains("\r\nx-request-id: req_sandbox_000001\r\n"));
    QVERIFY(!headOf(received).contains("Retry-After"));
    QCOMPARE(headOf(received).contains("\r\nWWW-Authenticate: Bearer "), status == 401);
    const QJsonValue error = QJsonDocument::fromJson(bodyOf(received))[u"error"];
    QCOMPARE(error[u"type"].toString(), type);
    QCOMPARE(error[u"code"].toString(), code);
    QVERIFY(error[u"message"].toString().endsWith(QStringLiteral("(Simulated by the sandbox.)")));
    QVERIFY(error[u"param"].isNull());
}

void tst_SandboxFaults::retryAfter()
{
    m_sandbox->setPlan(planOf(QStringLiteral("http-429(retry-after=0),http-503(retry-after=17)")));
    QByteArray received;
    exchange(post(streamed), &received);
    QVERIFY(headOf(received).contains("\r\nRetry-After: 0\r\n"));
    exchange(post(streamed), &received);
    QVERIFY(headOf(received).contains("\r\nRetry-After: 17\r\n"));
}

void tst_SandboxFaults::statusesWithoutBody_data()
{
    QTest::addColumn<int>("status");
    QTest::newRow("204") << 204;
    QTest::newRow("304") << 304;
}

void tst_SandboxFaults::statusesWithoutBody()
{
    QFETCH(int, status);
    m_sandbox->setPlan(planOf(QString(u"http-" + QString::number(status))));
    QByteArray received;
    exchange(post(streamed), &received);
    QVERIFY(received.endsWith("\r\n\r\n"));
    QVERIFY(!headOf(received).contains("Content-Length"));
    QVERIFY(!headOf(received).contains("Transfer-Encoding"));
}

void tst_SandboxFaults::stallsStayOpen_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("seen");
    const auto row = [](const char *name, const char *fault, const QByteArray &body,
                        const char *seen) {
        QTest::newRow(name) << QString::fromLatin1(fault) << body << QString::fromLatin1(seen);
    };
    row("after the head", "stall(after=0)", streamed, "200: no-last-chunk, open");
    row("after some events", "stall", streamed, "200: role text text no-last-chunk, open");
    row("within an event", "stall(after=100b)", streamed, "200: 100b no-last-chunk, open");
    row("after the last event", "stall(after=999)", streamed,
        "200: role text text text finish done no-last-chunk, open");
    row("within a body", "stall", unstreamed, "200: broken 217 of 434, open");
}

void tst_SandboxFaults::stallsStayOpen()
{
    QFETCH(QString, fault);
    QFETCH(QByteArray, body);
    QFETCH(QString, seen);
    QSignalSpy injected(m_sandbox.get(), &Sandbox::faultInjected);
    m_sandbox->setPlan(planOf(fault));
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(post(body)));
    QTRY_COMPARE(injected.size(), 1);
    // A whole later exchange has time enough for whatever might still come on the first.
    exchange(post(streamed));
    client.receive();
    QCOMPARE(describe(client.received(), client.end()), seen);
    client.leave();
    QCOMPARE(exchange(post(streamed)),
             QStringLiteral("200: role text text text finish done last-chunk, fin"));
}

void tst_SandboxFaults::errorEvent()
{
    m_sandbox->setPlan(planOf(QStringLiteral("error-event(at=2)")));
    QByteArray received;
    exchange(post(streamed), &received);
    const QByteArray expected =
        "data: {\"error\":{\"message\":\"The server had an error while processing your request. "
        "(Simulated by the sandbox.)\",\"type\":\"server_error\",\"param\":null,\"code\":null}}"
        "\n\n";
    QVERIFY(bodyOf(received).endsWith(expected));
}

void tst_SandboxFaults::brokenJsonIsABeginning()
{
    QByteArray sound;
    exchange(post(streamed), &sound);
    m_sandbox->setPlan(planOf(QStringLiteral("bad-json(at=2)")));
    QByteArray broken;
    exchange(post(streamed), &broken);
    const QList<QByteArray> lines = bodyOf(sound).split('\n');
    QList<QByteArray> brokenLines = bodyOf(broken).split('\n');
    QVERIFY(lines[2].size() > brokenLines[2].size());
    QVERIFY(lines[2].startsWith(brokenLines[2]));
    brokenLines[2] = lines[2];
    QCOMPARE(brokenLines, lines);
}

// Whatever the number of bytes, exactly so many arrive, and they are the beginning of the sound
// body.
void tst_SandboxFaults::cutEverywhere()
{
    QByteArray received;
    exchange(post(streamed), &received);
    const QByteArray sound = bodyOf(received);
    for (qsizetype size = 0; size < sound.size(); size += 13) {
        m_sandbox->setPlan(planOf(QString(u"cut(after=" + QString::number(size) + u"b)")));
        exchange(post(streamed), &received);
        QCOMPARE(bodyOf(received), sound.first(size));
    }
}

void tst_SandboxFaults::planGoesByRequest()
{
    m_sandbox->setPlan(planOf(QStringLiteral("http-500,ok,cut(after=1)")));
    // Over one connection and over several, the order of arrival counts.
    RawClient client(m_sandbox->httpPort());
    QVERIFY(
        client.send(post(unstreamed, QByteArray()) + post(unstreamed, "Connection: close\r\n")));
    QVERIFY(client.waitForEnd());
    QCOMPARE(client.received().count("HTTP/1.1 500 "), 1);
    QCOMPARE(client.received().count("HTTP/1.1 200 "), 1);
    QVERIFY(client.received().startsWith("HTTP/1.1 500 "));
    QCOMPARE(exchange(post(streamed)), QStringLiteral("200: role no-last-chunk, fin"));
    const QString sound = QStringLiteral("200: role text text text finish done last-chunk, fin");
    QCOMPARE(exchange(post(streamed)), sound);
    // A plan begins with the next request.
    m_sandbox->setPlan(planOf(QStringLiteral("http-502")));
    QCOMPARE(exchange(post(streamed)), QStringLiteral("502: error whole, fin"));
    QCOMPARE(exchange(post(streamed)), sound);
}

void tst_SandboxFaults::faultOfARun()
{
    QStringList log;
    connect(m_sandbox.get(), &Sandbox::faultInjected, this,
            [&](int number, int attempt, const Fault &fault) {
                log += QString::number(number) + u' ' + QString::number(attempt) + u' '
                       + fault.toString();
            });
    m_sandbox->setPlan(planOf(QStringLiteral("http-500*9")));
    m_sandbox->setFault(3, planOf(QStringLiteral("http-503")).forAttempt(1));
    QCOMPARE(exchange(post(streamed)), QStringLiteral("503: error whole, fin"));
    QCOMPARE(exchange(post(streamed)), QStringLiteral("503: error whole, fin"));
    m_sandbox->setFault(4, Fault());
    QCOMPARE(exchange(post(unstreamed)), QStringLiteral("200: sound whole, fin"));
    m_sandbox->setPlan(planOf(QStringLiteral("ok,empty-200")));
    QCOMPARE(exchange(post(unstreamed)), QStringLiteral("200: sound whole, fin"));
    QCOMPARE(exchange(post(unstreamed)), QStringLiteral("200: empty whole, fin"));
    const QStringList expected{QStringLiteral("1 3 http-503"), QStringLiteral("2 3 http-503"),
                               QStringLiteral("5 2 empty-200")};
    QCOMPARE(log, expected);
}

// What the client has received when the fault is reported: nothing of it yet.
void tst_SandboxFaults::reportedBeforeItShows()
{
    const auto before = Clock::system()->now();
    QStringList log;
    std::unique_ptr<RawClient> client;
    connect(m_sandbox.get(), &Sandbox::faultInjected, this,
            [&](int, int, const Fault &fault, std::chrono::nanoseconds stamp) {
                QVERIFY(stamp >= before && stamp <= Clock::system()->now());
                client->receive();
                log += fault.toString()
                       + (client->received().contains("\"error\"") ? u" after it" : u" before it");
            });
    m_sandbox->setPlan(planOf(QStringLiteral("http-500,error-event(at=2)")));
    for (int i = 0; i < 2; ++i) {
        client = std::make_unique<RawClient>(m_sandbox->httpPort());
        QVERIFY(client->send(post(streamed)));
        QVERIFY(client->waitForText("\"error\""));
    }
    const QStringList expected{QStringLiteral("http-500 before it"),
                               QStringLiteral("error-event(at=2) before it")};
    QCOMPARE(log, expected);
}

void tst_SandboxFaults::faultsOfTheTapAreNone()
{
    m_sandbox->setPlan(planOf(QStringLiteral("dns,tls-expired,latency,http-500")));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(exchange(post(unstreamed)), QStringLiteral("200: sound whole, fin"));
    QCOMPARE(exchange(post(unstreamed)), QStringLiteral("500: error whole, fin"));
}

void tst_SandboxFaults::stopsWhileStalled()
{
    m_sandbox->setPlan(planOf(QStringLiteral("stall")));
    RawClient client(m_sandbox->httpPort());
    QSignalSpy injected(m_sandbox.get(), &Sandbox::faultInjected);
    QVERIFY(client.send(post(streamed)));
    QTRY_COMPARE(injected.size(), 1);
    m_sandbox->stop();
    QVERIFY(client.waitForEnd());
}

QTEST_GUILESS_MAIN(tst_SandboxFaults)
#include "tst_sandboxfaults.moc"
