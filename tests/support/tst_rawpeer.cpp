// SPDX-License-Identifier: MIT
#include "tests/support/rawpeer.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QScopeGuard>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

using namespace Retryscope;
using namespace Retryscope::Test;

class tst_RawPeer : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void recordsRequestsWhole();
    void eachConnectionHasItsScript();
    void closesAsAsked_data();
    void closesAsAsked();
    void shakesHands();
    void shakesHandsWhereTheScriptSaysSo();
    void holdsUntilReleased();
    void corkPutsTheEndBehindTheBytes();
};

namespace {

const QByteArray Request = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";

//! All that comes until the connection ends.
QByteArray exchange(const RawPeer &peer, const QByteArray &bytes)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, peer.port());
    if (!socket.waitForConnected())
        return "not connected";
    socket.write(bytes);
    QByteArray received;
    while (socket.waitForReadyRead())
        received += socket.readAll();
    return received + socket.readAll();
}

} // namespace

void tst_RawPeer::recordsRequestsWhole()
{
    const RawPeer peer({readRequest(), readRequest(), sendBytes(response(200, "yes")), fin()});
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, peer.port());
    QVERIFY(socket.waitForConnected());
    // Two requests, cut at an odd place.
    socket.write(Request + Request.left(20));
    QVERIFY(socket.waitForBytesWritten());
    QTRY_COMPARE(peer.requests(), 1);
    socket.write(Request.mid(20));
    while (socket.state() == QAbstractSocket::ConnectedState && socket.waitForReadyRead()) {
    }
    QCOMPARE(socket.readAll(), "HTTP/1.1 200 Scripted\r\nContent-Length: 3\r\n\r\nyes");
    QCOMPARE(peer.requests(), 2);
    QCOMPARE(peer.connections(), 1);
    QCOMPARE(peer.received().last().body, "hello");
    QCOMPARE(peer.received().last().header("HOST"), "x");
    QVERIFY(peer.received().last().header("absent").isNull());
}

void tst_RawPeer::eachConnectionHasItsScript()
{
    const RawPeer peer({PeerScript{readRequest(), sendBytes("one"), fin()},
                        PeerScript{readRequest(), sendBytes("more"), fin()}});
    QCOMPARE(exchange(peer, Request), "one");
    QCOMPARE(exchange(peer, Request), "more");
    QCOMPARE(exchange(peer, Request), "more");
    QCOMPARE(peer.connections(), 3);
    QCOMPARE(peer.requests(), 3);
}

void tst_RawPeer::closesAsAsked_data()
{
    QTest::addColumn<bool>("isReset");
    QTest::newRow("a FIN is an orderly end") << false;
    QTest::newRow("a RST is an error") << true;
}

void tst_RawPeer::closesAsAsked()
{
    QFETCH(bool, isReset);
    const RawPeer peer({readSome(), isReset ? rst() : fin()});
    // Bare system calls: Qt reports both ends with the same code and the same text.
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto close = qScopeGuard([fd] { ::close(fd); });
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(peer.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QCOMPARE(::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
    QCOMPARE(::send(fd, "x", 1, 0), ssize_t(1));
    char byte = 0;
    const ssize_t got = ::recv(fd, &byte, 1, 0);
    const int error = errno;
    QCOMPARE(got, isReset ? ssize_t(-1) : ssize_t(0));
    if (isReset)
        QCOMPARE(error, ECONNRESET);
}

void tst_RawPeer::shakesHands()
{
    Forge forge;
    const RawPeer peer({PeerScript{readRequest(), sendBytes("sound"), fin()}},
                       forge.issue({.names = {QStringLiteral("127.0.0.1")}}));
    QCOMPARE(peer.url().scheme(), QStringLiteral("https"));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({forge.authority()});
    QSslSocket socket;
    socket.setSslConfiguration(configuration);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), peer.port());
    QVERIFY2(socket.waitForEncrypted(), qPrintable(socket.errorString()));
    socket.write(Request);
    QVERIFY(socket.waitForReadyRead());
    QCOMPARE(socket.readAll(), "sound");
    QCOMPARE(peer.requests(), 1);
}

void tst_RawPeer::shakesHandsWhereTheScriptSaysSo()
{
    Forge forge;
    RawPeer peer({PeerScript{readSome(), sendBytes("go"), startTls(), readRequest(),
                             sendBytes("sound"), hold(), bareFin()}},
                 forge.issue({.names = {QStringLiteral("127.0.0.1")}}));
    QCOMPARE(peer.url().scheme(), QStringLiteral("http"));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({forge.authority()});
    QSslSocket socket;
    socket.setSslConfiguration(configuration);
    socket.setPeerVerifyName(QStringLiteral("127.0.0.1"));
    socket.connectToHost(QStringLiteral("127.0.0.1"), peer.port());
    socket.write("STARTTLS");
    QVERIFY(socket.waitForReadyRead());
    QCOMPARE(socket.readAll(), "go");
    socket.startClientEncryption();
    QVERIFY2(socket.waitForEncrypted(), qPrintable(socket.errorString()));
    socket.write(Request);
    QVERIFY(socket.waitForReadyRead());
    QCOMPARE(socket.readAll(), "sound");
    peer.release();
    QVERIFY(socket.state() == QAbstractSocket::UnconnectedState || socket.waitForDisconnected());
    QCOMPARE(peer.pieces(), QList<QByteArray>{"STARTTLS"});
    QTRY_COMPARE(peer.scriptsDone(), 1);
}

void tst_RawPeer::holdsUntilReleased()
{
    RawPeer peer({readRequest(), sendBytes("one"), hold(), sendBytes("two"), hold(), fin()});
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, peer.port());
    socket.write(Request);
    QVERIFY(socket.waitForReadyRead());
    QCOMPARE(socket.readAll(), "one");
    peer.release();
    QVERIFY(socket.waitForReadyRead());
    QCOMPARE(socket.readAll(), "two");
    QCOMPARE(peer.scriptsDone(), 0);
    peer.release();
    QVERIFY(socket.state() == QAbstractSocket::UnconnectedState || socket.waitForDisconnected());
    QTRY_COMPARE(peer.scriptsDone(), 1);
}

void tst_RawPeer::corkPutsTheEndBehindTheBytes()
{
    const RawPeer peer({readSome(), cork(), sendBytes("last"), fin()});
    QCOMPARE(exchange(peer, Request), "last");
    QCOMPARE(peer.connections(), 1);
}

QTEST_GUILESS_MAIN(tst_RawPeer)
#include "tst_rawpeer.moc"
