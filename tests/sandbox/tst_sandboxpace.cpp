// SPDX-License-Identifier: MIT
#include "core/sandbox/sandbox.h"

#include "tests/sandbox/rawclient.h"
#include "tests/support/manualclock.h"

#include <QtTest/QTest>

using namespace Retryscope;
using namespace std::chrono_literals;

namespace {

const QByteArray streamed =
    R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true})";
const QByteArray unstreamed = R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})";

} // namespace

//! When things are written. Time stands still but for advance(), so nothing here depends on the
//! machine.
class tst_SandboxPace : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();
    void cleanup();

    void paces_data();
    void paces();
    void catchesUp();
    void idleClientsAreLetGo();
    void slowRequestsAreLetGo();
    void streamsAreNotIdle();

private:
    //! What the client has by now, once nothing more is due: "200" and the number of events.
    QString seen(RawClient &client);

    std::unique_ptr<Test::ManualClock> m_clock; // outlives the sandbox
    std::unique_ptr<Sandbox> m_sandbox;
};

void tst_SandboxPace::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_clock = std::make_unique<Test::ManualClock>();
    m_sandbox = std::make_unique<Sandbox>(m_clock.get());
    SandboxOptions options;
    options.tls = false;
    options.tokens = 3;
    options.tokensPerSecond = 10;
    options.firstToken = 150ms;
    QVERIFY(m_sandbox->start(options));
}

void tst_SandboxPace::cleanup()
{
    m_sandbox.reset();
    m_clock.reset();
}

QString tst_SandboxPace::seen(RawClient &client)
{
    // An exchange on another connection, from connect to close, goes through the same event loop
    // behind whatever is due on this one.
    RawClient other(m_sandbox->httpPort());
    if (!other.send(get("/v1/models")) || !other.waitForEnd())
        return QStringLiteral("the sandbox does not answer");
    client.receive();
    const QByteArray received = client.received();
    const QString end = client.end() == RawClient::End::Open ? QString() : QStringLiteral(" end");
    if (received.isEmpty())
        return QString(QStringLiteral("nothing") + end);
    const qsizetype events =
        received.count("data: ") + received.count("\"object\":\"chat.completion\"");
    return QString(QString::fromLatin1(received.sliced(9, 3)) + u' ' + QString::number(events)
                   + end);
}

void tst_SandboxPace::paces_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char *name, const QByteArray &body, const char *fault,
                        const char *expected) {
        QTest::newRow(name) << body << QString::fromLatin1(fault)
                            << QString::fromLatin1(expected).split(QStringLiteral(", "));
    };
    row("the head at once, the first token after its wait, then at the rate", streamed, "ok",
        "0ms 200 0, 149ms 200 0, 150ms 200 2, 249ms 200 2, 250ms 200 3, 350ms 200 6 end");
    row("a slow first token", streamed, "slow-first(ms=700)",
        "0ms 200 0, 699ms 200 0, 700ms 200 2, 800ms 200 3, 900ms 200 6 end");
    row("without a stream all of it comes when the last token is due", unstreamed, "ok",
        "0ms 200 0, 349ms 200 0, 350ms 200 1 end");
    row("a cut follows the last event at once", streamed, "cut(after=2)",
        "0ms 200 0, 149ms 200 0, 150ms 200 2 end");
    row("a cut of the head does not wait", streamed, "cut(after=0)", "0ms 200 0 end");
    row("a stall is for ever", streamed, "stall(after=2)",
        "0ms 200 0, 150ms 200 2, 86400000ms 200 2");
    row("an error status does not wait", streamed, "http-500", "0ms 500 0 end");
}

void tst_SandboxPace::paces()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, fault);
    QFETCH(QStringList, expected);
    m_sandbox->setPlan(*FaultPlan::fromString(fault));
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(post(body)));
    QVERIFY(client.waitForText("\r\n\r\n"));
    std::chrono::milliseconds now{0};
    QStringList log;
    for (const QString &line : expected) {
        const std::chrono::milliseconds then(line.section(QStringLiteral("ms"), 0, 0).toLongLong());
        m_clock->advance(then - now);
        now = then;
        log += QString::number(now.count()) + u"ms " + seen(client);
    }
    QCOMPARE(log, expected);
}

// A loop that was blocked for a while sends everything that fell due, not one token each time.
void tst_SandboxPace::catchesUp()
{
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(post(streamed)));
    QVERIFY(client.waitForText("\r\n\r\n"));
    m_clock->jump(10s);
    m_clock->advance(0ns);
    QCOMPARE(seen(client), QStringLiteral("200 6 end"));
}

void tst_SandboxPace::idleClientsAreLetGo()
{
    RawClient fresh(m_sandbox->httpPort());
    RawClient used(m_sandbox->httpPort());
    QVERIFY(used.send(get("/v1/models", QByteArray())));
    QVERIFY(used.waitForText("\"retryscope\""));
    QCOMPARE(seen(fresh), QStringLiteral("nothing"));
    m_clock->advance(74s);
    QCOMPARE(seen(fresh), QStringLiteral("nothing"));
    m_clock->advance(1s);
    QCOMPARE(seen(fresh), QStringLiteral("nothing end"));
    QCOMPARE(seen(used), QStringLiteral("200 0 end"));
    QCOMPARE(fresh.end(), RawClient::End::Fin);
    QCOMPARE(used.end(), RawClient::End::Fin);
}

void tst_SandboxPace::slowRequestsAreLetGo()
{
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send("POST /v1/chat/completions HTTP/1.1\r\n"));
    QCOMPARE(seen(client), QStringLiteral("nothing"));
    m_clock->advance(75s);
    QCOMPARE(seen(client), QStringLiteral("nothing end"));
}

void tst_SandboxPace::streamsAreNotIdle()
{
    m_sandbox->setPlan(*FaultPlan::fromString(QStringLiteral("slow-first(ms=500000)")));
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(post(streamed)));
    QVERIFY(client.waitForText("\r\n\r\n"));
    m_clock->advance(499s);
    QCOMPARE(seen(client), QStringLiteral("200 0"));
    m_clock->advance(2s);
    QCOMPARE(seen(client), QStringLiteral("200 6 end"));
}

QTEST_GUILESS_MAIN(tst_SandboxPace)
#include "tst_sandboxpace.moc"
