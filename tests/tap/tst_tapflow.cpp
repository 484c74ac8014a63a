// SPDX-License-Identifier: MIT
#include "core/retry/retryingreply.h"
#include "core/retry/retryingrequester.h"
#include "core/tap/readerecho_p.h"
#include "tests/support/rawpeer.h"
#include "tests/tap/taptest.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QRandomGenerator>
#include <QtCore/QRegularExpression>
#include <QtCore/QSemaphore>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Retryscope::TapTest;
using namespace Qt::StringLiterals;

namespace {

QByteArray noise(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator(7).fillRange(reinterpret_cast<quint32 *>(bytes.data()), size / 4);
    return bytes;
}

QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

} // namespace

//! Bytes that come faster than the client takes them: none may be lost, and none may pile up.
class tst_TapFlow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void bigAnswersArriveWhole_data();
    void bigAnswersArriveWhole();
    void readBufferLimitLosesNothing();
    void waitsForABusyReader();
    void withoutAReaderNothingIsHeldBack();
};

void tst_TapFlow::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
}

void tst_TapFlow::bigAnswersArriveWhole_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<bool>("closes");
    QTest::newRow("plain, as long as it says, connection kept") << false << false;
    QTest::newRow("plain, until the end of the connection") << false << true;
    QTest::newRow("TLS, as long as it says, connection kept") << true << false;
    QTest::newRow("TLS, until the end of the connection") << true << true;
}

void tst_TapFlow::bigAnswersArriveWhole()
{
    QFETCH(bool, tls);
    QFETCH(bool, closes);
    const QByteArray body = noise(5 * 1024 * 1024);
    const QByteArray head = closes ? QByteArray("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                                   : QByteArray("HTTP/1.1 200 OK\r\nContent-Length: ")
                                         + QByteArray::number(body.size()) + "\r\n\r\n";
    Forge forge;
    const PeerScript script{readRequest(), sendBytes(head + body), closes ? fin() : stall()};
    const std::unique_ptr<RawPeer> peer =
        tls ? std::make_unique<RawPeer>(QList<PeerScript>{script},
                                        forge.issue({.names = {u"127.0.0.1"_s}}))
            : std::make_unique<RawPeer>(script);
    TapThread tap;
    for (int round = 1; round <= 3; ++round) {
        Exchange exchange;
        exchange.post(peer->url(), tap.proxy(round), "{}",
                      tls ? forge.authority() : QSslCertificate());
        QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 30000);
        QCOMPARE(exchange.reply->error(), QNetworkReply::NoError);
        const QByteArray received = exchange.reply->readAll();
        QCOMPARE(received.size(), body.size());
        QCOMPARE(sha256(received), sha256(body));
    }
}

//! Behind any SOCKS5 proxy Qt loses what a limit holds back, so the requester does not pass it on.
void tst_TapFlow::readBufferLimitLosesNothing()
{
    const QByteArray body = noise(4 * 1024 * 1024);
    const RawPeer peer(
        {readRequest(), sendBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body), fin()});
    TapThread tap;
    QNetworkAccessManager manager;
    manager.setProxy(tap.proxy());
    RetryingRequester requester(&manager);
    const std::unique_ptr<RetryingReply> reply(
        requester.post(QNetworkRequest(peer.url()), QByteArray("{}")));
    reply->setReadBufferSize(256 * 1024);
    QByteArray received;
    connect(reply.get(), &QIODevice::readyRead, this, [&] {
        // Long enough for everything to arrive.
        if (received.isEmpty())
            QThread::msleep(100);
        received += reply->read(64 * 1024);
    });
    QTRY_VERIFY_WITH_TIMEOUT(reply->isFinished(), 30000);
    received += reply->readAll();
    QCOMPARE(received.size(), body.size());
    QCOMPARE(sha256(received), sha256(body));
}

void tst_TapFlow::waitsForABusyReader()
{
    QThread thread;
    thread.start();
    QObject reader;
    reader.moveToThread(&thread);
    QSemaphore busy;
    QMetaObject::invokeMethod(
        &reader, [&] { busy.acquire(); }, Qt::QueuedConnection);

    ReaderEcho echo(&reader);
    echo.passed(ReaderEcho::interval - 1);
    QVERIFY(echo.isReady());
    echo.passed(1);
    QVERIFY(echo.isReady());
    echo.passed(ReaderEcho::interval);
    QVERIFY(!echo.isReady());
    busy.release();
    QTRY_VERIFY(echo.isReady());

    thread.quit();
    thread.wait();
}

void tst_TapFlow::withoutAReaderNothingIsHeldBack()
{
    ReaderEcho echo(nullptr);
    for (int i = 0; i < 10; ++i)
        echo.passed(ReaderEcho::interval);
    QVERIFY(echo.isReady());
}

QTEST_GUILESS_MAIN(tst_TapFlow)
#include "tst_tapflow.moc"
