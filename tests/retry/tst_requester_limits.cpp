// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"
#include "tests/support/fullport.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QScopeGuard>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! The time limits: when a request ends that does not end by itself.
class tst_RequesterLimits : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void totalEndsTheBody();
    void totalEndsAWait();
    void acceptQueueFull();
    void stalledHeaders();
    void silentBody();
    void bytesFeedTheIdleTimer();
    void noContent();
    void contentFeedsTheEventTimer();
    void aSlowReaderIsNoSilentServer();
    void uploadFeedsTheFirstByteTimer();
    void standingUpload();
    void bodyOfNoBytes_data();
    void bodyOfNoBytes();
    void queuedTimeIsItsOwn();
    void queueIsTheManagers();
    void lossesOfOthersAreNotCharged();
    void transferTimeoutIsOurs_data();
    void transferTimeoutIsOurs();
};

namespace {

const QByteArray Body = "body";
const QByteArray HalfAnAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf";
// More than all buffers on the way to a server that does not read.
const QByteArray Large(16 * 1024 * 1024, 'x');

//! A server that accepts, and reads when it is told to.
class LazyReader final
{
public:
    LazyReader()
    {
        m_server.listen(QHostAddress::LocalHost);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            m_socket = m_server.nextPendingConnection();
            m_socket->setReadBufferSize(1024);
        });
    }

    QUrl url() const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_server.serverPort()));
    }

    void readOn()
    {
        const auto read = [this] {
            m_received += m_socket->readAll().size();
        };
        QObject::connect(m_socket, &QIODevice::readyRead, &m_server, read);
        m_socket->setReadBufferSize(0);
        read();
    }

    //! Bytes, the head of the request among them.
    qint64 received() const { return m_received; }

    void answer(const QByteArray &bytes) { m_socket->write(bytes); }

private:
    QTcpServer m_server;
    QTcpSocket *m_socket = nullptr;
    qint64 m_received = 0;
};

} // namespace

// T47
void tst_RequesterLimits::totalEndsTheBody()
{
    const RawPeer peer({readRequest(), sendBytes(HalfAnAnswer), stall()});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QTRY_COMPARE(reply->bytesAvailable(), 4);
    bench.clock.advance(599'999ms);
    QVERIFY(!reply->isFinished());
    bench.clock.advance(1ms);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "status 200", "1 failed Timeout(Total)",
                                       "stop NeverRetried", "error TimeoutError", "finished"}));
    QCOMPARE(reply->failure()->safety, Safety::Answered);
    QCOMPARE(reply->failure()->qtError, QNetworkReply::NoError);
    // What has arrived can be read, even now.
    QCOMPARE(reply->readAll(), "half");
}

void tst_RequesterLimits::totalEndsAWait()
{
    const RawPeer peer({readRequest(), fin()});
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.total = 300ms;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.requester.post(bench.request(peer.url()), Body);
    bench.log.watch(reply);
    QSignalSpy scheduled(reply, &RetryingReply::retryScheduled);
    QVERIFY(scheduled.wait());
    // A loop that was blocked for long: the wait and the deadline are over at once.
    bench.clock.jump(1s);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines().last(), QStringLiteral("finished"));
    QVERIFY(bench.log.lines().contains(QStringLiteral("error TimeoutError")));
    QCOMPARE(reply->failure()->timeout, std::optional(TimeoutKind::Total));
}

// T48
void tst_RequesterLimits::acceptQueueFull()
{
    const FullPort port;
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.connect = 5s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(port.url()), Body));
    QSignalSpy advanced(reply, &RetryingReply::attemptAdvanced);
    QVERIFY(advanced.wait());
    bench.clock.advance(5s);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Timeout(Connect)",
                                       "stop NeverRetried", "error TimeoutError", "finished"}));
    QCOMPARE(reply->failure()->phase, AttemptPhase::Connect);
    QCOMPARE(reply->failure()->safety, Safety::NotSent);
    QVERIFY(reply->failure()->message.contains(QStringLiteral("5000 ms")));
}

// requestSent() comes with the first 16 kB; a server may take its time for the others.
void tst_RequesterLimits::uploadFeedsTheFirstByteTimer()
{
    LazyReader server;
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.firstByte = 1s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(server.url()), Large));
    qint64 sent = 0;
    connect(reply, &QNetworkReply::uploadProgress, this, [&](qint64 done) { sent = done; });
    QTRY_COMPARE(reply->attempts().value(0).wireSends, 1);
    QVERIFY(sent < Large.size());
    bench.clock.advance(900ms);
    server.readOn();
    QTRY_VERIFY_WITH_TIMEOUT(server.received() > Large.size(), 30'000);
    QCOMPARE(sent, Large.size());
    bench.clock.advance(900ms);
    QVERIFY(!reply->failure());
    server.answer(response(200, "ok"));
    QVERIFY(bench.finish(reply));
    QVERIFY2(!reply->failure(), qPrintable(reply->errorString()));
    QCOMPARE(reply->readAll(), "ok");
}

void tst_RequesterLimits::standingUpload()
{
    const LazyReader server;
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.firstByte = 1s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(server.url()), Large));
    QTRY_COMPARE(reply->attempts().value(0).wireSends, 1);
    // What the buffers still take in feeds it; in the end nothing moves.
    const auto isOver = [&] {
        bench.clock.advance(1s);
        return reply->isFinished();
    };
    QTRY_VERIFY(isOver());
    QCOMPARE(reply->failure()->timeout, std::optional(TimeoutKind::FirstByte));
    QCOMPARE(reply->failure()->phase, AttemptPhase::Request);
    QCOMPARE(reply->failure()->safety, Safety::MaybeProcessed);
    QVERIFY(
        reply->failure()->message.contains(QStringLiteral("took no more of the request's body")));
}

void tst_RequesterLimits::bodyOfNoBytes_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS") << true;
}

// Qt does not tell that it was sent: the limit for connecting must not end the wait for the answer,
// nor call a request unsent that the server has.
void tst_RequesterLimits::bodyOfNoBytes()
{
    QFETCH(const bool, isTls);
    Forge forge;
    const PeerScript script{readRequest(), stall()};
    const RawPeer peer =
        isTls ? RawPeer({script}, forge.issue({.names = {QStringLiteral("127.0.0.1")}}))
              : RawPeer(script);
    RequesterBench bench;
    bench.authority = forge.authority();
    Timeouts timeouts;
    timeouts.connect = 1s;
    timeouts.firstByte = 5s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), QByteArray()));
    std::optional<Milestone> last;
    connect(reply, &RetryingReply::attemptAdvanced, this,
            [&](int, Milestone milestone) { last = milestone; });
    QTRY_COMPARE(last, std::optional(isTls ? Milestone::Encrypted : Milestone::ConnectStarted));
    QTRY_COMPARE(peer.received().size(), 1);
    bench.clock.advance(1s);
    bench.clock.advance(3'999ms);
    QVERIFY(!reply->failure());
    // Without TLS the second limit begins where the first one ends.
    bench.clock.advance(isTls ? 1ms : 1'001ms);
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->failure()->timeout, std::optional(TimeoutKind::FirstByte));
    QCOMPARE(reply->failure()->safety, Safety::MaybeProcessed);
}

// T49
void tst_RequesterLimits::stalledHeaders()
{
    const RawPeer peer({readRequest(), sendBytes("HTTP/1.1 200 OK\r\n"), stall()});
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.connect = 10s;
    timeouts.firstByte = 20s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QTRY_COMPARE(reply->attempts().value(0).wireSends, 1);
    // The connect timer is no longer there.
    bench.clock.advance(19'999ms);
    QVERIFY(!reply->failure());
    bench.clock.advance(1ms);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Timeout(FirstByte)",
                                       "stop NeverRetried", "error TimeoutError", "finished"}));
    QCOMPARE(reply->failure()->safety, Safety::MaybeProcessed);
    QCOMPARE(reply->failure()->phase, AttemptPhase::Waiting);
}

// T50
void tst_RequesterLimits::silentBody()
{
    const RawPeer peer({readRequest(), sendBytes(HalfAnAnswer), stall()});
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.firstByte = 1s;
    timeouts.idleBytes = 30s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QTRY_COMPARE(reply->bytesAvailable(), 4);
    bench.clock.advance(29'999ms);
    QVERIFY(!reply->failure());
    bench.clock.advance(1ms);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "status 200", "1 failed Timeout(IdleBytes)",
                                       "stop NeverRetried", "error TimeoutError", "finished"}));
    QCOMPARE(reply->readAll(), "half");
}

// T52
void tst_RequesterLimits::bytesFeedTheIdleTimer()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.idleBytes = 1s;
    bench.requester.setTimeouts(timeouts);
    const QUrl url(QStringLiteral("http://127.0.0.1:%1/").arg(server.serverPort()));
    auto *reply = bench.watch(bench.requester.post(bench.request(url), Body));
    QTRY_VERIFY(server.hasPendingConnections());
    QTcpSocket *peer = server.nextPendingConnection();
    peer->write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
    QByteArray received;
    for (int i = 0; i < 6; ++i) {
        peer->write("x");
        QTRY_COMPARE((received += reply->readAll()).size(), i + 1);
        if (i < 5)
            bench.clock.advance(900ms);
    }
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "status 200", "finished"}));
}

// T51, with the caller as the judge of what is content
void tst_RequesterLimits::noContent()
{
    const RawPeer peer(
        {readRequest(), sendBytes("HTTP/1.1 200 OK\r\n\r\n: keepalive\n\n"), stall()});
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.idleEvents = 10s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QTRY_VERIFY(reply->bytesAvailable() > 0);
    bench.clock.advance(10s);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "status 200", "1 failed Timeout(IdleEvents)",
                                       "stop NeverRetried", "error TimeoutError", "finished"}));
}

void tst_RequesterLimits::contentFeedsTheEventTimer()
{
    const RawPeer peer({readRequest(), sendBytes("HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n"), stall()});
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.idleEvents = 10s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QTRY_VERIFY(reply->bytesAvailable() > 0);
    bench.clock.advance(9s);
    reply->noteContentEvent();
    bench.clock.advance(9s);
    QVERIFY(!reply->failure());
    bench.clock.advance(1s);
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->failure()->timeout, std::optional(TimeoutKind::IdleEvents));
}

void tst_RequesterLimits::aSlowReaderIsNoSilentServer()
{
    const QByteArray large(1'000'000, 'x');
    const RawPeer peer({readRequest(), sendBytes(response(200, large))});
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.idleBytes = 1s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    reply->setReadBufferSize(10'000);
    QTRY_COMPARE(reply->bytesAvailable(), 10'000);
    // Nobody reads for a minute: the network is held back, and that is not the server's fault.
    for (int i = 0; i < 60; ++i)
        bench.clock.advance(1s);
    QCOMPARE(reply->bytesAvailable(), 10'000);
    QVERIFY(!reply->failure());
    QByteArray received;
    connect(reply, &QNetworkReply::readyRead, this, [&] { received += reply->readAll(); });
    received += reply->readAll();
    QVERIFY(bench.finish(reply));
    received += reply->readAll();
    QCOMPARE(received.size(), large.size());
    QVERIFY(!reply->failure());
}

// T73: eight requests, and Qt makes six connections to a host.
//! Qt fails what waits in its queue together with the request whose connection was lost.
void tst_RequesterLimits::lossesOfOthersAreNotCharged()
{
    constexpr int losses = 24;
    QList<PeerScript> scripts(losses, {readRequest(), fin()});
    // Said beforehand: else Qt 6.8 gives the next one a connection that is about to end.
    const QByteArray ok = response(200, "ok", "Connection: close\r\n");
    scripts.append(PeerScript{readRequest(), sendBytes(ok), fin()});
    const RawPeer peer(scripts);
    RequesterBench bench;
    RetryPolicy policy;
    policy.maxRetries = 6;
    bench.requester.setPolicy(policy);
    QList<RetryingReply *> replies;
    for (int i = 0; i < 30; ++i)
        replies.append(bench.watch(bench.requester.post(bench.request(peer.url()), "{}")));
    int given = 0;
    int sends = 0;
    for (RetryingReply *reply : replies) {
        QVERIFY(RequesterBench::finish(reply));
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        for (const AttemptRecord &attempt : reply->attempts()) {
            given += attempt.failure && attempt.failure->phase == AttemptPhase::Queued ? 1 : 0;
            sends += attempt.wireSends;
        }
    }
    QVERIFY2(given > 0, "Nothing was given up in the queue");
    QCOMPARE(peer.requests(), 30 + losses);
    QCOMPARE(sends, 30 + losses);
}

// Qt's connections are the manager's, whoever uses them.
void tst_RequesterLimits::queueIsTheManagers()
{
    const PeerScript answered{readRequest(), sendBytes(response(200, "ok"))};
    RawPeer peer(PeerScript{readRequest(), hold(), sendBytes(response(200, "ok"))} + answered);
    RequesterBench bench;
    RetryingRequester other(&bench.manager, &bench.clock, &bench.random);
    Timeouts timeouts;
    timeouts.connect = 5s;
    other.setTimeouts(timeouts);
    for (int i = 0; i < 6; ++i)
        bench.requester.post(bench.request(peer.url()), Body);
    auto *reply = bench.watch(other.post(bench.request(peer.url()), Body));
    QTRY_COMPARE(peer.requests(), 6);
    bench.clock.advance(10s);
    QVERIFY(!reply->failure());
    QCOMPARE(reply->attempts().value(0).wireSends, 0);
    peer.release();
    QVERIFY(bench.finish(reply));
    QVERIFY2(!reply->failure(), qPrintable(reply->errorString()));
    QCOMPARE(reply->attempts().value(0).queued, 10s);
}

void tst_RequesterLimits::queuedTimeIsItsOwn()
{
    const PeerScript serve{readRequest(), sendBytes(response(200, "ok"))};
    RawPeer peer(PeerScript{readRequest(), hold(), sendBytes(response(200, "ok"))} + serve + serve);
    RequesterBench bench;
    Timeouts timeouts;
    timeouts.connect = 5s;
    bench.requester.setTimeouts(timeouts);
    QList<RetryingReply *> replies;
    int connects = 0;
    for (int i = 0; i < 8; ++i) {
        auto *reply = bench.requester.post(bench.request(peer.url()), Body);
        connect(reply, &QNetworkReply::socketStartedConnecting, this, [&] { ++connects; });
        replies.append(reply);
    }
    QTRY_COMPARE(peer.requests(), 6);
    for (int i = 0; i < 6; ++i)
        QTRY_COMPARE(replies.at(i)->attempts().value(0).wireSends, 1);
    // Longer than the connect timeout, which does not count it.
    bench.clock.advance(60s);
    QCoreApplication::processEvents();
    QCOMPARE(connects, 6);
    peer.release();
    for (RetryingReply *reply : std::as_const(replies)) {
        QVERIFY(bench.finish(reply));
        QVERIFY(!reply->failure());
        const AttemptRecord record = reply->attempts().first();
        const bool wasQueued = replies.indexOf(reply) >= 6;
        QCOMPARE(record.queued, wasQueued ? 60s : 0s);
        // Not for the others: Qt tells of a connect to whichever reply is next in its line.
        if (wasQueued)
            QVERIFY(record.reusedConnection);
    }
    QCOMPARE(peer.requests(), 8);
    QCOMPARE(peer.connections(), 6);
}

void tst_RequesterLimits::transferTimeoutIsOurs_data()
{
    QTest::addColumn<bool>("isManagers");
    QTest::newRow("the request's") << false;
    QTest::newRow("the manager's") << true;
}

// T53: Qt would report code 5, as for an abort, and up to 5 % early.
void tst_RequesterLimits::transferTimeoutIsOurs()
{
    QFETCH(bool, isManagers);
    const RawPeer peer({readRequest(), stall()});
    RequesterBench bench;
    QNetworkRequest request = bench.request(peer.url());
    if (isManagers)
        bench.manager.setTransferTimeout(20);
    else
        request.setTransferTimeout(20);
    auto *reply = bench.watch(bench.requester.post(request, Body));
    QTRY_COMPARE(reply->attempts().value(0).wireSends, 1);
    QTRY_COMPARE(peer.requests(), 1);
    bench.clock.advance(20ms);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Timeout(FirstByte)",
                                       "stop NeverRetried", "error TimeoutError", "finished"}));
}

QTEST_GUILESS_MAIN(tst_RequesterLimits)
#include "tst_requester_limits.moc"
