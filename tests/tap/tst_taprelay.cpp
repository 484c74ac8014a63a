// SPDX-License-Identifier: MIT
#include "core/tap/streamsocket_p.h"
#include "core/tap/tap.h"
#include "tests/support/manualclock.h"
#include "tests/tap/taptest.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QRandomGenerator>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::TapTest;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

//! One end of a connection: gathers what arrives, and knows how it ended.
class Peer : public QObject
{
    Q_OBJECT
public:
    explicit Peer(std::unique_ptr<StreamSocket> stream) : socket(std::move(stream))
    {
        connect(socket.get(), &StreamSocket::readyRead, this, &Peer::read);
        socket->setReading(true);
    }

    void read()
    {
        QByteArray bytes;
        switch (socket->read(&bytes)) {
        case StreamSocket::Read::Data:
            ++pieces;
            received += bytes;
            break;
        case StreamSocket::Read::Nothing:
            break;
        case StreamSocket::Read::End:
            end = u"FIN"_s;
            break;
        case StreamSocket::Read::Broken:
            end = u"RST"_s;
            break;
        }
    }

    std::unique_ptr<StreamSocket> socket;
    QByteArray received;
    QString end;
    int pieces = 0;
};

//! Takes connections as they are, without a QTcpSocket around them.
class RawServer : public QTcpServer
{
    Q_OBJECT
public:
    RawServer()
    {
        if (!listen(QHostAddress::LocalHost))
            qFatal("No loopback port");
    }

    std::unique_ptr<Peer> peer;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        peer = std::make_unique<Peer>(std::make_unique<StreamSocket>(descriptor, nullptr));
    }
};

//! A tap in this thread, so that its clock can be moved by hand, between a client and a server.
class Bench : public QObject
{
    Q_OBJECT
public:
    explicit Bench(const QString &plan = {}, Clock *clock = Clock::system()) : tap(clock)
    {
        if (!tap.start())
            qFatal("The tap does not start");
        tap.setPlan(1, FaultPlan::fromString(plan).value());
        connect(&tap, &Tap::wireEvent, this, [this](quint64, const WireEvent &event) {
            log += line(event, {{server.serverPort(), u"SERVER"_s}});
            last = event;
        });
    }

    //! A client with a tunnel to the server; \a early is sent along with the request for it.
    bool open(const QByteArray &early = {})
    {
        client = std::make_unique<Peer>(std::make_unique<StreamSocket>(nullptr));
        client->socket->connectTo(QHostAddress(QHostAddress::LocalHost), tap.port());
        client->socket->setReading(true);
        bool connected = false;
        connect(client->socket.get(), &StreamSocket::connected, this, [&] { connected = true; });
        if (!QTest::qWaitFor([&] { return connected; }))
            return false;
        client->socket->write(
            QByteArray::fromHex("050102") + login("1.1", tap.password())
            + connectTo(QHostAddress(QHostAddress::LocalHost), server.serverPort()) + early);
        const QByteArray answers = QByteArray::fromHex("0502"
                                                       "0100"
                                                       "05000001000000000000");
        if (!QTest::qWaitFor([&] { return client->received.size() >= answers.size(); }))
            return false;
        const bool agreed = client->received.startsWith(answers);
        client->received.remove(0, answers.size());
        return agreed && QTest::qWaitFor([&] { return server.peer != nullptr; });
    }

    Tap tap;
    RawServer server;
    std::unique_ptr<Peer> client;
    QStringList log;
    WireEvent last;
};

const QStringList connected{u"connect started 127.0.0.1:SERVER"_s,
                            u"connect finished 127.0.0.1:SERVER"_s};
const QByteArray request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

QByteArray noise(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator(42).fillRange(reinterpret_cast<quint32 *>(bytes.data()), size / 4);
    return bytes;
}

QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

} // namespace

class tst_TapRelay : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void clientHalfCloses();
    void serverHalfCloses();
    void resets_data();
    void resets();
    void answerBeforeAResetArrives();
    void bigTransferWithASlowReader_data();
    void bigTransferWithASlowReader();
    void latencyKeepsTheOrder();
    void eofReadsTheWholeRequest();
    void eofOfAHugeRequestIsNoReset();
    void silenceUntilTheClientGoes();
    void tlsFaultsLeavePlainTrafficAlone();
    void silentClientOfClose();
    void unfinishedNegotiation();
};

void tst_TapRelay::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
}

void tst_TapRelay::clientHalfCloses()
{
    Bench bench;
    QVERIFY(bench.open());
    Peer &server = *bench.server.peer;
    bench.client->socket->write("question");
    bench.client->socket->shutdownWrite();
    QTRY_COMPARE(server.end, u"FIN"_s);
    QCOMPARE(server.received, QByteArray("question"));
    // The other direction lives on.
    QCOMPARE(bench.client->end, QString());
    server.socket->write("late answer");
    QTRY_COMPARE(bench.client->received, QByteArray("late answer"));
    server.socket->close();
    QTRY_COMPARE(bench.client->end, u"FIN"_s);
    QTRY_COMPARE(bench.tap.connectionCount(), 0);
    QCOMPARE(bench.log,
             connected
                 + (QStringList{u"request seen"_s, u"response seen"_s, u"client closed FIN"_s}));
    QCOMPARE(bench.last.bytesUp, 8);
    QCOMPARE(bench.last.bytesDown, 11);
}

void tst_TapRelay::serverHalfCloses()
{
    Bench bench;
    QVERIFY(bench.open());
    Peer &server = *bench.server.peer;
    server.socket->write("goodbye");
    server.socket->shutdownWrite();
    QTRY_COMPARE(bench.client->end, u"FIN"_s);
    QCOMPARE(bench.client->received, QByteArray("goodbye"));
    QCOMPARE(server.end, QString());
    bench.client->socket->write("still here");
    QTRY_COMPARE(server.received, QByteArray("still here"));
    bench.client->socket->close();
    QTRY_COMPARE(server.end, u"FIN"_s);
    QTRY_COMPARE(bench.tap.connectionCount(), 0);
    QCOMPARE(bench.log,
             connected
                 + (QStringList{u"response seen"_s, u"server closed FIN"_s, u"request seen"_s}));
}

void tst_TapRelay::resets_data()
{
    QTest::addColumn<bool>("byServer");
    QTest::newRow("the server's reset reaches the client") << true;
    QTest::newRow("the client's reset reaches the server") << false;
}

void tst_TapRelay::resets()
{
    QFETCH(bool, byServer);
    Bench bench;
    QVERIFY(bench.open());
    Peer &one = byServer ? *bench.server.peer : *bench.client;
    Peer &other = byServer ? *bench.client : *bench.server.peer;
    one.socket->reset();
    QTRY_COMPARE(other.end, u"RST"_s);
    QTRY_COMPARE(bench.tap.connectionCount(), 0);
    QCOMPARE(bench.log,
             connected + QStringList{byServer ? u"server closed RST"_s : u"client closed RST"_s});
}

//! An early refusal in the middle of an upload: the server answers, and resets because it does not
//! read the rest.
void tst_TapRelay::answerBeforeAResetArrives()
{
    Bench bench;
    QVERIFY(bench.open());
    Peer &server = *bench.server.peer;
    server.socket->setReading(false);
    bench.client->socket->write(QByteArray(8'000'000, 'x'));
    server.socket->write("HTTP/1.1 413 Payload Too Large\r\n\r\n");
    QTRY_COMPARE(bench.client->received, QByteArray("HTTP/1.1 413 Payload Too Large\r\n\r\n"));
    server.socket->close();
    QTRY_COMPARE(bench.client->end, u"RST"_s);
    QCOMPARE(bench.log.last(), u"server closed RST"_s);
    QTRY_COMPARE(bench.tap.connectionCount(), 0);
}

void tst_TapRelay::bigTransferWithASlowReader_data()
{
    QTest::addColumn<QString>("plan");
    QTest::addColumn<bool>("down");
    QTest::newRow("down") << QString() << true;
    QTest::newRow("up") << QString() << false;
    // A fault within HTTP: the bytes go another way through the tap.
    QTest::newRow("down, read by the tap") << u"early-hints"_s << true;
    QTest::newRow("up, read by the tap") << u"early-hints"_s << false;
}

void tst_TapRelay::bigTransferWithASlowReader()
{
    QFETCH(QString, plan);
    QFETCH(bool, down);
    const QByteArray bytes = noise(48 * 1024 * 1024);
    Bench bench(plan);
    QVERIFY(bench.open());
    Peer &source = down ? *bench.server.peer : *bench.client;
    Peer &sink = down ? *bench.client : *bench.server.peer;
    sink.socket->setReading(false);
    source.socket->write(bytes);
    source.socket->shutdownWrite();
    // Nobody reads: the source gets stuck once every buffer on the way is full. A tap that buffers
    // without bound takes everything instead.
    qint64 before = -1;
    int standing = 0;
    const bool stuck = QTest::qWaitFor(
        [&] {
            // Many rounds for each look: the system lets a writer go on in big steps only.
            for (int i = 0; i < 500; ++i)
                QCoreApplication::processEvents();
            standing = source.socket->bytesToWrite() == before ? standing + 1 : 0;
            before = source.socket->bytesToWrite();
            return standing >= 20;
        },
        20000);
    QVERIFY(stuck);
    QVERIFY2(before > 0, "The tap has taken all of it");
    QCOMPARE(sink.received.size(), 0);
    sink.socket->setReading(true);
    QTRY_COMPARE_WITH_TIMEOUT(sink.end, u"FIN"_s, 60000);
    QCOMPARE(sha256(sink.received), sha256(bytes));
    sink.socket->close();
    QTRY_COMPARE(bench.tap.connectionCount(), 0);
    QCOMPARE(down ? bench.last.bytesDown : bench.last.bytesUp, bytes.size());
}

void tst_TapRelay::latencyKeepsTheOrder()
{
    Test::ManualClock clock;
    Bench bench(u"latency(ms=100)"_s, &clock);
    QVERIFY(bench.open());
    Peer &server = *bench.server.peer;
    const auto witness = [&] {
        // By now the tap has read what the client wrote: it counts the delayed pieces' timer.
        return QTest::qWaitFor([&] { return clock.activeTimers() > 0; });
    };
    bench.client->socket->write("one ");
    QVERIFY(witness());
    clock.advance(99ms);
    QCoreApplication::processEvents();
    QCOMPARE(server.received, QByteArray());
    bench.client->socket->write("two ");
    bench.client->socket->shutdownWrite();
    clock.advance(1ms);
    QTRY_COMPARE(server.received, QByteArray("one "));
    // The second piece and the end wait for their own time.
    QTRY_VERIFY(clock.untilNext().has_value());
    QCOMPARE(server.end, QString());
    server.socket->write("answer");
    QTRY_VERIFY([&] {
        return clock.activeTimers() >= 2;
    }());
    clock.advance(100ms);
    QTRY_COMPARE(server.received, QByteArray("one two "));
    QTRY_COMPARE(server.end, u"FIN"_s);
    QTRY_COMPARE(bench.client->received, QByteArray("answer"));
    QCOMPARE(bench.log.filter(u"fault"_s), QStringList{u"fault latency(ms=100)"_s});
}

void tst_TapRelay::eofReadsTheWholeRequest()
{
    Bench bench(u"eof"_s);
    QVERIFY(bench.open());
    Peer &server = *bench.server.peer;
    for (const char byte : request.chopped(1)) {
        bench.client->socket->write(QByteArray(1, byte));
        QCoreApplication::processEvents();
    }
    QTRY_VERIFY(bench.log.contains(u"request seen"_s));
    QVERIFY(!bench.log.contains(u"fault eof"_s));
    bench.client->socket->write(request.last(1));
    QTRY_COMPARE(bench.client->end, u"FIN"_s);
    QCOMPARE(bench.log,
             connected + (QStringList{u"request seen"_s, u"fault eof"_s, u"server closed FIN"_s}));
    // The endpoint got a connection, and nothing on it.
    QTRY_COMPARE(server.end, u"FIN"_s);
    QCOMPARE(server.received, QByteArray());
    bench.client->socket->close();
    QTRY_COMPARE(bench.tap.connectionCount(), 0);
}

void tst_TapRelay::eofOfAHugeRequestIsNoReset()
{
    Bench bench(u"eof"_s);
    QVERIFY(bench.open());
    bench.client->socket->write(request);
    // What nobody waits for is read all the same: unread bytes would turn the FIN into an RST.
    bench.client->socket->write(QByteArray(16'000'000, 'x'));
    QTRY_COMPARE(bench.client->socket->bytesToWrite(), 0);
    QTRY_COMPARE(bench.client->end, u"FIN"_s);
    bench.client->socket->shutdownWrite();
    QTRY_COMPARE(bench.tap.connectionCount(), 0);
    QCOMPARE(bench.server.peer->received, QByteArray());
}

void tst_TapRelay::silenceUntilTheClientGoes()
{
    Bench bench(u"silence"_s);
    QVERIFY(bench.open());
    bench.client->socket->write(request);
    // The endpoint is out of it, cleanly, while the client still waits.
    QTRY_COMPARE(bench.server.peer->end, u"FIN"_s);
    QCOMPARE(bench.server.peer->received, QByteArray());
    QCOMPARE(bench.client->received, QByteArray());
    QCOMPARE(bench.client->end, QString());
    QCOMPARE(bench.log, connected + (QStringList{u"request seen"_s, u"fault silence"_s}));
    bench.client->socket->close();
    QTRY_COMPARE(bench.tap.connectionCount(), 0);
    QCOMPARE(bench.log.last(), u"client closed FIN"_s);
}

void tst_TapRelay::tlsFaultsLeavePlainTrafficAlone()
{
    Bench bench(u"tls-close"_s);
    QVERIFY(bench.open());
    bench.client->socket->write(request);
    QTRY_COMPARE(bench.server.peer->received, request);
    bench.server.peer->socket->write("answer");
    QTRY_COMPARE(bench.client->received, QByteArray("answer"));
    QCOMPARE(bench.log, connected + (QStringList{u"request seen"_s, u"response seen"_s}));
}

//! A client that lets the server speak first is cut off too, only later.
void tst_TapRelay::silentClientOfClose()
{
    Test::ManualClock clock;
    Tap tap(&clock);
    QVERIFY(tap.start());
    tap.setPlan(1, FaultPlan::fromString(u"close"_s).value());
    RawClient client(tap.port());
    client.write(QByteArray::fromHex("050102") + login("1.1", tap.password())
                 + connectTo("localhost", 80));
    QCOMPARE(client.take(14), QByteArray::fromHex("0502"
                                                  "0100"
                                                  "05000001000000000000"));
    clock.advance(999ms);
    QCoreApplication::processEvents();
    QCOMPARE(client.state(), QAbstractSocket::ConnectedState);
    clock.advance(1ms);
    QVERIFY(client.waitForEnd());
}

void tst_TapRelay::unfinishedNegotiation()
{
    Test::ManualClock clock;
    Tap tap(&clock);
    QVERIFY(tap.start());
    RawClient client(tap.port());
    client.write(QByteArray::fromHex("050102"));
    QCOMPARE(client.take(2), QByteArray::fromHex("0502"));
    clock.advance(10s);
    QVERIFY(client.waitForEnd());
    QCOMPARE(tap.connectionCount(), 0);
}

QTEST_GUILESS_MAIN(tst_TapRelay)
#include "tst_taprelay.moc"
