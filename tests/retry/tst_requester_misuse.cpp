// SPDX-License-Identifier: MIT
#include "core/retry/retryingaccessmanager.h"
#include "tests/retry/requesterbench.h"

#include <QtCore/QBuffer>
#include <QtCore/QRegularExpression>
#include <QtCore/QThread>
#include <QtNetwork/QHttpMultiPart>

#include <functional>
#include <limits>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! What nobody should do, and what it ends in: never a crash, a hang or a request that was not
//! asked for.
class tst_RequesterMisuse : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void settingsOutOfRange_data();
    void settingsOutOfRange();
    void withoutAManager_data();
    void withoutAManager();
    void overARetryingManager();
    void fromAnotherThread();
    void withAManagerOfAnotherThread();
    void withoutClockAndRandom();
    void deviceIsDestroyedWhileItIsRead();
    void bodyWhereNoneCanBe_data();
    void bodyWhereNoneCanBe();
    void replyIsUsedAfterItsEnd_data();
    void replyIsUsedAfterItsEnd();
    void replyIsUsedBeforeItsStart();
};

namespace {

QNetworkRequest toNowhere()
{
    return QNetworkRequest(QUrl(QStringLiteral("http://127.0.0.1:1/")));
}

//! Its end never comes.
class EndlessPipe final : public QIODevice
{
public:
    EndlessPipe() { open(QIODevice::ReadOnly); }

    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *, qint64) override { return 0; }

    qint64 writeData(const char *, qint64) override { return -1; }
};

} // namespace

void tst_RequesterMisuse::settingsOutOfRange_data()
{
    QTest::addColumn<std::function<void(RetryPolicy &, Timeouts &)>>("change");
    QTest::addColumn<QString>("cause");
    using Change = std::function<void(RetryPolicy &, Timeouts &)>;
    const auto row = [](const char *name, const char *cause, const Change &change) {
        QTest::newRow(name) << change << QString::fromLatin1(cause);
    };
    row("a negative jitter", "jitter", [](RetryPolicy &p, Timeouts &) { p.jitter = -0.1; });
    row("a jitter over 1", "jitter", [](RetryPolicy &p, Timeouts &) { p.jitter = 1.01; });
    row("a jitter that is no number", "jitter",
        [](RetryPolicy &p, Timeouts &) { p.jitter = std::numeric_limits<double>::quiet_NaN(); });
    row("an endless jitter", "jitter",
        [](RetryPolicy &p, Timeouts &) { p.jitter = std::numeric_limits<double>::infinity(); });
    row("a negative cap", "maxBackoff", [](RetryPolicy &p, Timeouts &) { p.maxBackoff = -1ms; });
    row("a negative first wait", "initialBackoff",
        [](RetryPolicy &p, Timeouts &) { p.initialBackoff = -1ms; });
    row("a first wait beyond all sense", "initialBackoff",
        [](RetryPolicy &p, Timeouts &) { p.initialBackoff = std::chrono::milliseconds::max(); });
    row("fewer than no retries", "maxRetries",
        [](RetryPolicy &p, Timeouts &) { p.maxRetries = -1; });
    row("too many retries", "maxRetries", [](RetryPolicy &p, Timeouts &) { p.maxRetries = 256; });
    row("a kind that is never retried", "retryOn",
        [](RetryPolicy &p, Timeouts &) { p.retryOn = RetryPolicy::Kinds::fromInt(0x40); });
    row("a negative connect timeout", "connect",
        [](RetryPolicy &, Timeouts &t) { t.connect = -1ms; });
    row("a negative first-byte timeout", "firstByte",
        [](RetryPolicy &, Timeouts &t) { t.firstByte = -1ms; });
    row("a negative idle timeout", "idleBytes",
        [](RetryPolicy &, Timeouts &t) { t.idleBytes = -1ms; });
    row("a negative event timeout", "idleEvents",
        [](RetryPolicy &, Timeouts &t) { t.idleEvents = -1ms; });
    row("a negative total", "total", [](RetryPolicy &, Timeouts &t) { t.total = -1ms; });
    row("an endless total", "total",
        [](RetryPolicy &, Timeouts &t) { t.total = std::chrono::milliseconds::max(); });
}

void tst_RequesterMisuse::settingsOutOfRange()
{
    using Change = std::function<void(RetryPolicy &, Timeouts &)>;
    QFETCH(Change, change);
    QFETCH(QString, cause);
    RequesterBench bench;
    RetryPolicy policy;
    Timeouts timeouts;
    change(policy, timeouts);
    bench.requester.setPolicy(policy);
    bench.requester.setTimeouts(timeouts);
    compareConfig(bench.requester.post(toNowhere(), "body"), bench, cause);
}

void tst_RequesterMisuse::withoutAManager_data()
{
    QTest::addColumn<bool>("isDestroyed");
    QTest::newRow("none") << false;
    QTest::newRow("one that has been destroyed") << true;
}

void tst_RequesterMisuse::withoutAManager()
{
    QFETCH(bool, isDestroyed);
    auto manager = std::make_unique<QNetworkAccessManager>();
    RequesterBench bench;
    RetryingRequester requester(isDestroyed ? manager.get() : nullptr, &bench.clock, &bench.random);
    manager.reset();
    compareConfig(requester.get(toNowhere()), bench, QStringLiteral("Manager"));
    QCOMPARE(bench.clock.activeTimers(), 0);
}

// The reply belongs to the thread that made it, and ends there.
// Each attempt would be retried, and counted as one.
void tst_RequesterMisuse::overARetryingManager()
{
    RequesterBench bench;
    RetryingAccessManager manager(&bench.clock, &bench.random);
    RetryingRequester requester(&manager, &bench.clock, &bench.random);
    compareConfig(requester.get(toNowhere()), bench, QStringLiteral("Manager"));
}

void tst_RequesterMisuse::fromAnotherThread()
{
    RequesterBench bench;
    QStringList seen;
    std::unique_ptr<QThread> thread(QThread::create([&] {
        RetryingReply *reply = bench.requester.post(toNowhere(), "body");
        EventLog log(reply);
        const bool isEnded = RequesterBench::finish(reply);
        seen = log.lines();
        seen.append(reply->failure() ? reply->failure()->cause : QString());
        seen.append(isEnded && !reply->parent() ? QStringLiteral("free") : QString());
        delete reply;
    }));
    thread->start();
    QVERIFY(thread->wait(30'000));
    QCOMPARE(seen, lines({"error ProtocolInvalidOperationError", "finished", "Thread", "free"}));
    QCOMPARE(bench.requester.children().size(), 0);
}

void tst_RequesterMisuse::withAManagerOfAnotherThread()
{
    RequesterBench bench;
    QThread thread;
    thread.start();
    auto *manager = new QNetworkAccessManager;
    manager->moveToThread(&thread);
    RetryingRequester requester(manager, &bench.clock, &bench.random);
    compareConfig(requester.get(toNowhere()), bench, QStringLiteral("Thread"));
    manager->deleteLater();
    thread.quit();
    QVERIFY(thread.wait(30'000));
}

void tst_RequesterMisuse::withoutClockAndRandom()
{
    const RawPeer peer({PeerScript{readRequest(), fin()},
                        PeerScript{readRequest(), sendBytes(response(200, "ok"))}});
    RequesterBench bench;
    RetryingRequester requester(&bench.manager, nullptr, nullptr);
    RetryPolicy policy;
    policy.initialBackoff = 1ms;
    requester.setPolicy(policy);
    auto *reply = requester.post(bench.request(peer.url()), "body");
    QVERIFY(RequesterBench::finish(reply));
    QCOMPARE(reply->readAll(), "ok");
    QCOMPARE(reply->attempts().size(), 2);
}

void tst_RequesterMisuse::deviceIsDestroyedWhileItIsRead()
{
    const RawPeer peer({readRequest(), sendBytes(response(200, "never"))});
    RequesterBench bench;
    auto pipe = std::make_unique<EndlessPipe>();
    auto *reply = bench.requester.post(bench.request(peer.url()), pipe.get());
    QCoreApplication::processEvents();
    pipe.reset();
    compareConfig(reply, bench, QStringLiteral("BodyUnreadable"));
    QCOMPARE(peer.connections(), 0);
}

void tst_RequesterMisuse::bodyWhereNoneCanBe_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("cause");
    QTest::newRow("HEAD") << QByteArray("HEAD") << QByteArray("body")
                          << QStringLiteral("BodyNotAllowed");
    QTest::newRow("a tunnel") << QByteArray("CONNECT") << QByteArray() << QStringLiteral("Verb");
}

void tst_RequesterMisuse::bodyWhereNoneCanBe()
{
    QFETCH(QByteArray, verb);
    QFETCH(QByteArray, body);
    QFETCH(QString, cause);
    RequesterBench bench;
    compareConfig(bench.requester.sendCustomRequest(toNowhere(), verb, body), bench, cause);
    QBuffer buffer(&body);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    RequesterBench again;
    compareConfig(again.requester.sendCustomRequest(toNowhere(), verb, &buffer), again, cause);
}

void tst_RequesterMisuse::replyIsUsedAfterItsEnd_data()
{
    QTest::addColumn<PeerScript>("script");
    QTest::addColumn<QByteArray>("left");
    QTest::newRow("answered") << PeerScript{readRequest(), sendBytes(response(200, "whole"))}
                              << QByteArray("whole");
    QTest::newRow("given up") << PeerScript{readRequest(), fin()} << QByteArray();
    QTest::newRow("cut") << PeerScript{
        readRequest(), sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
        fin()} << QByteArray("half");
}

void tst_RequesterMisuse::replyIsUsedAfterItsEnd()
{
    QFETCH(PeerScript, script);
    QFETCH(QByteArray, left);
    const RawPeer peer(script);
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    QVERIFY(bench.finish(reply));
    const QStringList before = bench.log.lines();
    const int requests = peer.requests();

    reply->abort();
    reply->retryNow();
    reply->noteContentEvent();
    reply->ignoreSslErrors();
    reply->ignoreSslErrors({});
    reply->setSslConfiguration(QSslConfiguration::defaultConfiguration());
    reply->setReadBufferSize(1);
    Q_EMIT reply->redirectAllowed();
    QCOMPARE(reply->sslConfiguration().peerCertificate(), QSslCertificate());
    QCOMPARE(reply->readAll(), left);
    QCOMPARE(reply->readAll(), QByteArray());
    reply->close();
    reply->abort();
    bench.clock.advance(1h);
    QCoreApplication::processEvents();
    QCOMPARE(bench.log.lines(), before);
    QCOMPARE(peer.requests(), requests);
}

void tst_RequesterMisuse::replyIsUsedBeforeItsStart()
{
    const RawPeer peer({readRequest(), sendBytes(response(200, "whole"))});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    reply->retryNow();
    reply->noteContentEvent();
    Q_EMIT reply->redirectAllowed();
    QCOMPARE(reply->readAll(), QByteArray());
    QCOMPARE(reply->bytesAvailable(), 0);
    QVERIFY(reply->isRunning());
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "status 200", "finished"}));
    QCOMPARE(reply->readAll(), "whole");
}

QTEST_GUILESS_MAIN(tst_RequesterMisuse)
#include "tst_requester_misuse.moc"
