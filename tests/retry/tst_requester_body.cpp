// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"
#include "tests/support/pattern.h"

#include <QtCore/QBuffer>
#include <QtCore/QCryptographicHash>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryFile>

#include <cstring>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! Where a body comes from, and what of it is sent.
class tst_RequesterBody : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void fileFromWhereItStands();
    void fileWithADeclaredLength();
    void sequentialDeviceIsReadOnce_data();
    void sequentialDeviceIsReadOnce();
    void emptyBody_data();
    void emptyBody();
    void everyVerb_data();
    void everyVerb();
    void badBody_data();
    void badBody();
    void abortInTheDevicesRead();
    void deviceWithoutAnEnd();
};

namespace {

QByteArray hashOf(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

//! Two attempts fail, the third is served.
QList<PeerScript> thirdTime()
{
    const PeerScript cut{readRequest(), fin()};
    return {cut, cut, PeerScript{readRequest(), sendBytes(response(200, "ok"))}};
}

//! A pipe: gives its bytes in pieces, as the event loop runs, and cannot be rewound.
class Pipe final : public QIODevice
{
public:
    Pipe(const QByteArray &bytes, bool arrivesLater) : m_left(bytes), m_there(arrivesLater ? 0 : -1)
    {
        open(QIODevice::ReadOnly);
        if (arrivesLater)
            arrive();
    }

    bool isSequential() const override { return true; }

    qint64 reads = 0;

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        ++reads;
        if (m_left.isEmpty())
            return -1;
        const qint64 there = m_there < 0 ? m_left.size() : m_there;
        const qint64 count = std::min({maxSize, there, qint64(m_left.size())});
        std::memcpy(data, m_left.constData(), static_cast<size_t>(count));
        m_left.remove(0, count);
        if (m_there >= 0)
            m_there -= count;
        return count;
    }

    qint64 writeData(const char *, qint64) override { return -1; }

private:
    void arrive()
    {
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_there += 1'000;
                Q_EMIT readyRead();
                if (m_left.isEmpty())
                    Q_EMIT readChannelFinished();
                else
                    arrive();
            },
            Qt::QueuedConnection);
    }

    QByteArray m_left;
    qint64 m_there;
};

//! Says that it has a hundred bytes, and breaks after ten.
class BrokenDevice final : public QIODevice
{
public:
    BrokenDevice() { open(QIODevice::ReadOnly | QIODevice::Unbuffered); }

    qint64 size() const override { return 100; }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        if (pos() >= 10) {
            setErrorString(QStringLiteral("the disk is gone"));
            return -1;
        }
        const qint64 count = std::min<qint64>(maxSize, 10 - pos());
        std::memset(data, 'x', static_cast<size_t>(count));
        return count;
    }

    qint64 writeData(const char *, qint64) override { return -1; }
};

} // namespace

// T66
void tst_RequesterBody::fileFromWhereItStands()
{
    const QByteArray content = pattern(200'000);
    QTemporaryFile file;
    QVERIFY(file.open());
    QCOMPARE(file.write(content), content.size());
    QVERIFY(file.seek(100));
    const RawPeer peer(thirdTime());
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), &file));
    // It was read before post() returned.
    file.close();
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    const QList<PeerRequest> seen = peer.received();
    QCOMPARE(seen.size(), 3);
    for (const PeerRequest &request : seen)
        QCOMPARE(hashOf(request.body), hashOf(content.mid(100)));
}

void tst_RequesterBody::fileWithADeclaredLength()
{
    QBuffer buffer;
    buffer.setData("0123456789");
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    QVERIFY(buffer.seek(2));
    const RawPeer peer({readRequest(), sendBytes(response(200, "ok"))});
    RequesterBench bench;
    QNetworkRequest request = bench.request(peer.url());
    request.setHeader(QNetworkRequest::ContentLengthHeader, 5);
    auto *reply = bench.watch(bench.requester.put(request, &buffer));
    QVERIFY(bench.finish(reply));
    QCOMPARE(peer.received().first().body, "23456");
    QCOMPARE(peer.received().first().header("Content-Length"), "5");
    QCOMPARE(buffer.pos(), 7);
}

// T67
void tst_RequesterBody::sequentialDeviceIsReadOnce_data()
{
    QTest::addColumn<bool>("arrivesLater");
    QTest::addColumn<bool>("hasLength");
    QTest::newRow("all is there") << false << false;
    QTest::newRow("all is there, with a length") << false << true;
    QTest::newRow("in pieces") << true << false;
    QTest::newRow("in pieces, with a length") << true << true;
}

void tst_RequesterBody::sequentialDeviceIsReadOnce()
{
    QFETCH(bool, arrivesLater);
    QFETCH(bool, hasLength);
    const QByteArray content = pattern(50'000);
    Pipe pipe(content, arrivesLater);
    const RawPeer peer(thirdTime());
    RequesterBench bench;
    QNetworkRequest request = bench.request(peer.url());
    if (hasLength)
        request.setHeader(QNetworkRequest::ContentLengthHeader, content.size());
    auto *reply = bench.watch(bench.requester.post(request, &pipe));
    connect(reply, &RetryingReply::attemptStarted, this, [&, before = qint64(0)](int n) mutable {
        if (n == 1)
            before = pipe.reads;
        QCOMPARE(pipe.reads, before);
    });
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    const QList<PeerRequest> seen = peer.received();
    QCOMPARE(seen.size(), 3);
    for (const PeerRequest &received : seen)
        QCOMPARE(hashOf(received.body), hashOf(content));
}

void tst_RequesterBody::emptyBody_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("attempts");
    QTest::newRow("is answered") << response(200, "ok") << 1;
    QTest::newRow("is sent once an attempt, too") << QByteArray() << 3;
}

void tst_RequesterBody::emptyBody()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, attempts);
    const RawPeer peer({readRequest(), sendBytes(answer), fin()});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), QByteArray()));
    QVERIFY(bench.finish(reply));
    QCOMPARE(peer.requests(), attempts);
    QCOMPARE(peer.received().first().header("Content-Length"), "0");
    QCOMPARE(reply->attempts().size(), attempts);
    for (const AttemptRecord &record : reply->attempts())
        QCOMPARE(record.wireSends, 1);
    if (attempts > 1)
        QCOMPARE(reply->failure()->safety, Safety::MaybeProcessed);
}

void tst_RequesterBody::everyVerb_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QByteArray>("body");
    for (const char *verb : {"GET", "HEAD", "DELETE"})
        QTest::newRow(verb) << QByteArray(verb) << QByteArray();
    for (const char *verb : {"POST", "PUT", "PATCH"})
        QTest::newRow(verb) << QByteArray(verb) << QByteArray("body");
    QTest::newRow("a custom verb without a body") << QByteArray("PURGE") << QByteArray();
    QTest::newRow("a custom verb with a body") << QByteArray("REPORT") << QByteArray("body");
    // Qt would wait for the body of the answer, for ever.
    QTest::newRow("HEAD as a custom verb") << QByteArray("HEAD custom") << QByteArray();
    QTest::newRow("DELETE with a body") << QByteArray("DELETE custom") << QByteArray("body");
    QTest::newRow("GET with a body") << QByteArray("GET custom") << QByteArray("body");
    // No body is one of no bytes where the verb has one: Qt sends again what has none.
    QTest::newRow("POST without a device") << QByteArray("POST null") << QByteArray();
    QTest::newRow("PUT without a device") << QByteArray("PUT null") << QByteArray();
}

void tst_RequesterBody::everyVerb()
{
    QFETCH(QByteArray, verb);
    QFETCH(QByteArray, body);
    const bool isCustom = verb.endsWith(" custom");
    const bool isNull = verb.endsWith(" null");
    verb = verb.split(' ').first();
    const bool isHead = verb == "HEAD";
    const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    const RawPeer peer({readRequest(), sendBytes(answer + (isHead ? "" : "hello"))});
    RequesterBench bench;
    const QNetworkRequest request = bench.request(peer.url());
    RetryingRequester &requester = bench.requester;
    QIODevice *none = nullptr;
    RetryingReply *reply =
        isCustom ? requester.sendCustomRequest(request, verb, body)
        : isNull ? (verb == "PUT" ? requester.put(request, none) : requester.post(request, none))
        : verb == "GET"    ? requester.get(request)
        : isHead           ? requester.head(request)
        : verb == "DELETE" ? requester.deleteResource(request)
        : verb == "POST"   ? requester.post(request, body)
        : verb == "PUT"    ? requester.put(request, body)
                           : requester.sendCustomRequest(request, verb, body);
    QVERIFY(bench.finish(bench.watch(reply)));
    QVERIFY(!reply->failure());
    QVERIFY(peer.received().first().head.startsWith(QByteArray(verb + " / HTTP/1.1\r\n")));
    QCOMPARE(peer.received().first().body, body);
    QCOMPARE(reply->readAll(), isHead ? "" : "hello");
    QCOMPARE(reply->attempts().first().wireSends, 1);
}

// T08, T68
void tst_RequesterBody::badBody_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("cause");
    const auto row = [](const char *name, const char *what, const char *cause) {
        QTest::newRow(name) << QString::fromLatin1(what) << QString::fromLatin1(cause);
    };
    row("T08 a file shorter than its length", "short file", "BodyTooShort");
    row("T08 a pipe shorter than its length", "short pipe", "BodyTooShort");
    row("T08 a late pipe shorter than its length", "short late pipe", "BodyTooShort");
    row("bytes shorter than their length", "short bytes", "ContentLength");
    row("T68 a device that fails while it is read", "broken", "BodyUnreadable");
    row("a device that is not open", "closed", "BodyClosed");
    row("a device that can only be written", "write-only", "BodyClosed");
}

void tst_RequesterBody::badBody()
{
    QFETCH(QString, what);
    QFETCH(QString, cause);
    const RawPeer peer({readRequest()});
    RequesterBench bench;
    QNetworkRequest request = bench.request(peer.url());
    if (what.startsWith(QStringLiteral("short")))
        request.setHeader(QNetworkRequest::ContentLengthHeader, 100);
    QBuffer buffer;
    buffer.setData("short");
    Pipe pipe("short", what.contains(QStringLiteral("late")));
    BrokenDevice broken;
    QIODevice *device = &buffer;
    if (what.endsWith(QStringLiteral("pipe")))
        device = &pipe;
    else if (what == QStringLiteral("broken"))
        device = &broken;
    else if (what == QStringLiteral("write-only"))
        QVERIFY(buffer.open(QIODevice::WriteOnly));
    else if (what != QStringLiteral("closed"))
        QVERIFY(buffer.open(QIODevice::ReadOnly));
    auto *reply = what == QStringLiteral("short bytes") ? bench.requester.post(request, "short")
                                                        : bench.requester.post(request, device);
    compareConfig(reply, bench, cause);
    QCOMPARE(peer.connections(), 0);
}

namespace {

//! Never ends, and tells of each read from inside it.
class Spring final : public QIODevice
{
public:
    Spring() { open(QIODevice::ReadOnly | QIODevice::Unbuffered); }

    bool isSequential() const override { return true; }

    std::function<void()> onRead;
    qint64 given = 0;

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        if (onRead)
            onRead();
        // As some devices do; it must not be read in its own read().
        Q_EMIT readyRead();
        const qint64 count = std::min<qint64>(maxSize, 4'096);
        std::memset(data, 'x', static_cast<size_t>(count));
        given += count;
        return count;
    }

    qint64 writeData(const char *, qint64) override { return -1; }
};

} // namespace

void tst_RequesterBody::abortInTheDevicesRead()
{
    Spring spring;
    RequesterBench bench;
    auto *reply = bench.watch(
        bench.requester.post(bench.request(QUrl(QStringLiteral("http://127.0.0.1:1/"))), &spring));
    const qint64 before = spring.given;
    spring.onRead = [&] {
        reply->abort();
    };
    QVERIFY(bench.finish(reply));
    QCoreApplication::processEvents();
    QCOMPARE(bench.log.lines(), lines({"error OperationCanceledError", "finished"}));
    QVERIFY(spring.given <= before + 4'096);
    QCOMPARE(bench.clock.activeTimers(), 0);
}

// Its request cannot be sent; but its time runs out, and the caller's event loop runs.
void tst_RequesterBody::deviceWithoutAnEnd()
{
    Spring spring;
    RequesterBench bench;
    bench.requester.setTimeouts({.total = 1s});
    auto *reply = bench.watch(
        bench.requester.post(bench.request(QUrl(QStringLiteral("http://127.0.0.1:1/"))), &spring));
    QMetaObject::invokeMethod(
        reply, [&] { bench.clock.advance(1s); }, Qt::QueuedConnection);
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->failure()->timeout, TimeoutKind::Total);
    QCOMPARE(bench.log.lines(), lines({"error TimeoutError", "finished"}));
}

QTEST_GUILESS_MAIN(tst_RequesterBody)
#include "tst_requester_body.moc"
