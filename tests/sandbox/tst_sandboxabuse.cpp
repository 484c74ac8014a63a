// SPDX-License-Identifier: MIT
#include "core/sandbox/sandbox.h"
#include "tests/sandbox/dialectrequests.h"
#include "tests/support/corpus.h"
#include "tests/support/manualclock.h"

#include <QtCore/QDir>
#include <QtCore/QRandomGenerator>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;
using namespace std::chrono_literals;

namespace {

SandboxOptions fast(bool tls = false)
{
    SandboxOptions options;
    options.tls = tls;
    options.tokens = 5;
    options.tokensPerSecond = 1e6;
    options.firstToken = std::chrono::milliseconds(0);
    return options;
}

QList<QByteArray> requests()
{
    const QDir folder(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/data/http-request"));
    QList<QByteArray> all;
    for (const QString &name : folder.entryList(QDir::Files, QDir::Name))
        all += readFile(folder.filePath(name));
    return all;
}

QByteArray noise(QRandomGenerator &random, int size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = char(random.bounded(256));
    return bytes;
}

//! A request with some bytes changed, taken out or doubled.
QByteArray mutated(const QByteArray &request, QRandomGenerator &random)
{
    QByteArray bytes = request;
    for (int i = random.bounded(1, 5); i > 0 && !bytes.isEmpty(); --i) {
        const int at = random.bounded(int(bytes.size()));
        switch (random.bounded(3)) {
        case 0:
            bytes[at] = char(random.bounded(256));
            break;
        case 1:
            bytes.remove(at, random.bounded(1, 30));
            break;
        default:
            bytes.insert(at, bytes.mid(at, random.bounded(1, 30)));
            break;
        }
    }
    return bytes;
}

qsizetype openFiles()
{
    return QDir(u"/proc/self/fd"_s)
        .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
        .size();
}

} // namespace

//! \brief Clients that mean no good, or are no clients at all.
class tst_SandboxAbuse : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();
    void anyBytes_data();
    void anyBytes();
    void slowLoris();
    void nothingSaid();
    void halfARequest();
    void silentHandshakes();
    void manyConnects_data();
    void manyConnects();
    void placesAreGivenToThoseWhoAsk();

private:
    //! How many connections the sandbox keeps.
    qsizetype connections() const;
    void expectService();

    std::unique_ptr<Test::ManualClock> m_clock; // outlives the sandbox
    std::unique_ptr<Sandbox> m_sandbox;
};

void tst_SandboxAbuse::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_sandbox.reset();
    m_clock = std::make_unique<Test::ManualClock>();
    m_sandbox = std::make_unique<Sandbox>(m_clock.get());
    QVERIFY(m_sandbox->start(fast()));
}

qsizetype tst_SandboxAbuse::connections() const
{
    qsizetype count = 0;
    for (const QObject *child : m_sandbox->children())
        count += child->inherits("Retryscope::SandboxConnection") ? 1 : 0;
    return count;
}

//! Whoever asks properly is answered all the same.
void tst_SandboxAbuse::expectService()
{
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(get("/v1/models")) && client.waitForEnd());
    QVERIFY(client.received().startsWith("HTTP/1.1 200 OK\r\n"));
}

void tst_SandboxAbuse::anyBytes_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

// A reply of bounded size, then the end, whatever came.
void tst_SandboxAbuse::anyBytes()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    const QList<QByteArray> seeds = requests();
    QVERIFY(seeds.size() > 5);
    for (int round = 0; round < 40; ++round) {
        const QByteArray bytes = round % 4 == 0 ? noise(random, random.bounded(1, 3000))
                                                : mutated(seeds[round % seeds.size()], random);
        RawClient client(m_sandbox->httpPort());
        client.send(bytes);
        client.finish();
        // Many requests may stand in the bytes, each with an answer of a few events.
        QVERIFY2(client.waitForEnd(), bytes.toBase64().constData());
        QVERIFY(client.received().size() < 200'000);
        QVERIFY(client.received().isEmpty() || client.received().startsWith("HTTP/1.1 "));
    }
    QTRY_COMPARE(connections(), 0);
    expectService();
}

// Some bytes now and then, never a whole head: its time is limited, however lively it is.
void tst_SandboxAbuse::slowLoris()
{
    RawClient client(m_sandbox->httpPort());
    // Patience is the same with and without a first line: only time tells that this has been read.
    QTRY_COMPARE(m_clock->untilNext().value_or(0ns), 75s);
    m_clock->advance(1s);
    QVERIFY(client.send("GET /v1/models HTTP/1.1\r\n"));
    QTRY_COMPARE(m_clock->untilNext().value_or(0ns), 75s);
    for (auto left = 240s; left > 0s; left -= 60s) {
        m_clock->advance(60s);
        QVERIFY(client.send("X-More: a\r\n"));
        // Once it has been read, patience begins anew, as far as there is time left.
        QTRY_COMPARE(m_clock->untilNext().value_or(0ns),
                     std::chrono::nanoseconds(std::min<std::chrono::seconds>(75s, left)));
        client.receive();
        QCOMPARE(client.end(), RawClient::End::Open);
    }
    m_clock->advance(60s);
    QVERIFY(client.waitForEnd());
    QCOMPARE(client.received(), QByteArray());
    QTRY_COMPARE(connections(), 0);
}

void tst_SandboxAbuse::nothingSaid()
{
    RawClient client(m_sandbox->httpPort());
    QTRY_COMPARE(connections(), 1);
    m_clock->advance(74s);
    client.receive();
    QCOMPARE(client.end(), RawClient::End::Open);
    m_clock->advance(1s);
    QVERIFY(client.waitForEnd());
    QTRY_COMPARE(connections(), 0);
}

// Gone in the middle of what it sent: nothing of it stays.
void tst_SandboxAbuse::halfARequest()
{
    const QList<QByteArray> seeds = requests();
    for (const QByteArray &request : seeds) {
        for (qsizetype size = 1; size < request.size(); size += 97) {
            RawClient client(m_sandbox->httpPort());
            client.send(request.first(size));
            client.leave();
        }
    }
    QTRY_COMPARE(connections(), 0);
    expectService();
}

// Connected to the port that speaks TLS, and nothing, or nothing sensible, said.
void tst_SandboxAbuse::silentHandshakes()
{
    QVERIFY(m_sandbox->start(fast(true)));
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(std::make_unique<RawClient>(m_sandbox->httpsPort()));
        // Some begin a ClientHello and stop in the middle of it.
        if (i % 2 == 1)
            QVERIFY(silent.back()->send(QByteArray("\x16\x03\x01\x02\x00\x01\x00", 7)));
    }
    QTRY_COMPARE(connections(), 20);
    m_clock->advance(75s);
    for (const auto &client : silent)
        QVERIFY(client->waitForEnd());
    QTRY_COMPARE(connections(), 0);
    RawClient garbage(m_sandbox->httpsPort());
    QVERIFY(garbage.send("GET / HTTP/1.1\r\n\r\n"));
    QVERIFY(garbage.waitForEnd());
    QVERIFY(garbage.received().size() < 100);
    expectService();
}

void tst_SandboxAbuse::manyConnects_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<int>("count");
    QTest::newRow("ten thousand, plain") << false << 10'000;
    QTest::newRow("a thousand, TLS") << true << 1'000;
}

void tst_SandboxAbuse::manyConnects()
{
    QFETCH(bool, tls);
    QFETCH(int, count);
    if (tls)
        QVERIFY(m_sandbox->start(fast(true)));
    const qsizetype before = openFiles();
    for (int i = 0; i < count; ++i) {
        RawClient client(tls ? m_sandbox->httpsPort() : m_sandbox->httpPort());
        QCOMPARE(client.end(), RawClient::End::Open);
        client.leave();
        // The queue of those who wait to be accepted has an end, too.
        if (i % 20 == 19)
            QCoreApplication::processEvents();
    }
    QTRY_COMPARE_WITH_TIMEOUT(connections(), 0, 30'000);
    QTRY_COMPARE(openFiles(), before);
    expectService();
}

// All places are taken by those who say nothing: they go when somebody comes who may ask.
void tst_SandboxAbuse::placesAreGivenToThoseWhoAsk()
{
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int i = 0; i < 300; ++i) {
        silent.push_back(std::make_unique<RawClient>(m_sandbox->httpPort()));
        QCoreApplication::processEvents();
    }
    expectService();
    QVERIFY(connections() <= 256);
}

QTEST_GUILESS_MAIN(tst_SandboxAbuse)
#include "tst_sandboxabuse.moc"
