// SPDX-License-Identifier: MIT
#include "core/tap/tap.h"
#include "tests/sandbox/rawclient.h"
#include "tests/support/manualclock.h"

#include <QtCore/QDir>
#include <QtCore/QRandomGenerator>
#include <QtNetwork/QTcpServer>

#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace std::chrono_literals;

namespace {

//! All that a tap ever says before there is a tunnel: to the greeting, the login and the request.
constexpr qsizetype LongestReply = 2 + 2 + 10;

QByteArray sized(const QByteArray &bytes)
{
    return char(bytes.size()) + bytes;
}

qsizetype openFiles()
{
    return QDir(u"/proc/self/fd"_s)
        .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
        .size();
}

//! Some bytes changed, taken out or doubled.
QByteArray mutated(QByteArray bytes, QRandomGenerator &random)
{
    for (int i = random.bounded(1, 4); i > 0 && !bytes.isEmpty(); --i) {
        const int at = random.bounded(int(bytes.size()));
        switch (random.bounded(3)) {
        case 0:
            bytes[at] = char(random.bounded(256));
            break;
        case 1:
            bytes.remove(at, random.bounded(1, 20));
            break;
        default:
            bytes.insert(at, bytes.mid(at, random.bounded(1, 20)));
            break;
        }
    }
    return bytes;
}

} // namespace

//! \brief Clients of the tap's port that mean no good, or are no clients at all.
class tst_TapAbuse : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();
    void anyBytes_data();
    void anyBytes();
    void goneAtAnyByte();
    void slowLoris();
    void halfOpen_data();
    void halfOpen();
    void tenThousandConnects();
    void placesOfTheSilentAreGivenAway();

private:
    //! What a sound client says up to the request; nothing of it ever leaves this machine.
    QByteArray negotiation() const;
    void expectService();

    std::unique_ptr<Test::ManualClock> m_clock; // outlives the tap
    std::unique_ptr<Tap> m_tap;
};

void tst_TapAbuse::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_tap.reset();
    m_clock = std::make_unique<Test::ManualClock>();
    m_tap = std::make_unique<Tap>(m_clock.get());
    QVERIFY(m_tap->start());
    // Whatever a changed byte asks for, a proxy on a closed port of loopback is asked to get it.
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    m_tap->setPlan(1, {},
                   QNetworkProxy(QNetworkProxy::Socks5Proxy, u"127.0.0.1"_s, closed.serverPort()));
}

QByteArray tst_TapAbuse::negotiation() const
{
    return QByteArray::fromHex("050102") + '\x01' + sized("1.1") + sized(m_tap->password())
           + QByteArray::fromHex("05010003") + sized("origin.test") + QByteArray::fromHex("0050");
}

//! Whoever speaks properly is heard all the same.
void tst_TapAbuse::expectService()
{
    RawClient client(m_tap->port());
    QVERIFY(client.send(negotiation()));
    QVERIFY(client.waitForBytes(LongestReply));
    QVERIFY(client.received().startsWith(QByteArray::fromHex("05020100")));
}

void tst_TapAbuse::anyBytes_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

// An answer of bounded size, then the end, whatever came.
void tst_TapAbuse::anyBytes()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    const qsizetype before = openFiles();
    for (int round = 0; round < 60; ++round) {
        QByteArray bytes;
        if (round % 4 == 0) {
            for (int i = random.bounded(1, 3000); i > 0; --i)
                bytes += char(random.bounded(256));
        } else {
            bytes = mutated(negotiation() + "GET / HTTP/1.1\r\nHost: origin.test\r\n\r\n", random);
        }
        RawClient client(m_tap->port());
        client.send(bytes);
        client.finish();
        QVERIFY2(client.waitForEnd(), bytes.toHex().constData());
        QVERIFY2(client.received().size() <= LongestReply, bytes.toHex().constData());
    }
    QTRY_COMPARE(m_tap->connectionCount(), 0);
    QTRY_COMPARE(openFiles(), before);
    expectService();
}

void tst_TapAbuse::goneAtAnyByte()
{
    const qsizetype before = openFiles();
    const QByteArray whole = negotiation();
    for (qsizetype size = 0; size <= whole.size(); ++size) {
        RawClient client(m_tap->port());
        client.send(whole.first(size));
        client.leave();
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(m_tap->connectionCount(), 0);
    QTRY_COMPARE(openFiles(), before);
    expectService();
}

// A byte a second is lively enough, and still has an end.
void tst_TapAbuse::slowLoris()
{
    const QByteArray whole = negotiation();
    RawClient client(m_tap->port());
    QTRY_COMPARE(m_tap->connectionCount(), 1);
    for (int second = 0; second < 9; ++second) {
        QVERIFY(client.send(whole.mid(second, 1)));
        QCoreApplication::processEvents();
        m_clock->advance(1s);
        QCOMPARE(m_tap->connectionCount(), 1);
    }
    m_clock->advance(1s);
    QVERIFY(client.waitForEnd());
    QVERIFY(client.received().size() <= 2);
    QTRY_COMPARE(m_tap->connectionCount(), 0);
    expectService();
}

void tst_TapAbuse::halfOpen_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::newRow("nothing said") << qsizetype(0);
    QTest::newRow("behind the greeting") << qsizetype(3);
    QTest::newRow("in the login") << qsizetype(10);
    QTest::newRow("in the request") << qsizetype(3 + 1 + 4 + 33 + 5);
}

// Who will say no more cannot be connected to anything.
void tst_TapAbuse::halfOpen()
{
    QFETCH(qsizetype, size);
    RawClient client(m_tap->port());
    QVERIFY(client.send(negotiation().first(size)));
    client.finish();
    QVERIFY(client.waitForEnd());
    QVERIFY(client.received().size() < LongestReply);
    QTRY_COMPARE(m_tap->connectionCount(), 0);
}

void tst_TapAbuse::tenThousandConnects()
{
    const qsizetype before = openFiles();
    for (int i = 0; i < 10'000; ++i) {
        RawClient client(m_tap->port());
        QCOMPARE(client.end(), RawClient::End::Open);
        client.leave();
        // The queue of those who wait to be accepted has an end, too.
        if (i % 20 == 19)
            QCoreApplication::processEvents();
    }
    QTRY_COMPARE_WITH_TIMEOUT(m_tap->connectionCount(), 0, 30'000);
    QTRY_COMPARE(openFiles(), before);
    expectService();
}

// Nobody keeps the relay for himself by saying nothing.
void tst_TapAbuse::placesOfTheSilentAreGivenAway()
{
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int i = 0; i < Tap::maxConnections; ++i) {
        silent.push_back(std::make_unique<RawClient>(m_tap->port()));
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(m_tap->connectionCount(), Tap::maxConnections);
    RawClient late(m_tap->port());
    QVERIFY(late.send(negotiation()));
    m_clock->advance(10s);
    QVERIFY(late.waitForBytes(LongestReply));
    for (const auto &client : silent)
        QVERIFY(client->waitForEnd());
    QTRY_COMPARE(m_tap->connectionCount(), 0);
}

QTEST_GUILESS_MAIN(tst_TapAbuse)
#include "tst_tapabuse.moc"
