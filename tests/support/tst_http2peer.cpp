// SPDX-License-Identifier: MIT
#include "tests/support/http2peer.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QRegularExpression>
#include <QtCore/QScopeGuard>
#include <QtCore/QtEndian>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslSocket>
#include <QtTest/QTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

using namespace Retryscope;
using namespace Retryscope::Test;

class tst_Http2Peer : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void recordsRequestsWhole();
    void answersFrameByFrame();
    void followsTheClientsWindows();
    void opensItsOwnWindows_data();
    void opensItsOwnWindows();
    void waitsForOtherRequests();
    void pingWaitsForItsAnswer();
    void closesAsAsked_data();
    void closesAsAsked();
    void notesWhatTheClientSays();
    void saysHowTheProtocolWasBroken_data();
    void saysHowTheProtocolWasBroken();
    void choosesByAlpn_data();
    void choosesByAlpn();
    void servesHttp1();
};

namespace {

const QByteArray Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HeaderFields RequestFields{{":method", "POST"}, {":scheme", "http"}, {":path", "/a"}};

QByteArray headersFrame(quint32 stream, bool isLast)
{
    return Http2::frame(1, isLast ? 5 : 4, stream, encodeFields(RequestFields));
}

QByteArray number(quint32 value)
{
    QByteArray bytes(4, '\0');
    qToBigEndian(value, bytes.data());
    return bytes;
}

//! A client that only knows frames.
class Client final
{
public:
    explicit Client(const Http2Peer &peer, bool withPreface = true)
    {
        m_socket.connectToHost(QHostAddress::LocalHost, peer.port());
        m_socket.waitForConnected();
        if (withPreface)
            send(Preface + Http2::frame(4, 0, 0, {}));
    }

    void send(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.flush();
    }

    //! "TYPE/FLAGS/STREAM payload" of the next frame but SETTINGS and WINDOW_UPDATE, or how the
    //! connection ended.
    QByteArray next()
    {
        for (;;) {
            const auto line = takeFrame();
            if (line && !line->startsWith("4/") && !line->startsWith("8/"))
                return *line;
            if (line)
                continue;
            if (!m_socket.waitForReadyRead(10'000) && m_socket.bytesAvailable() == 0)
                return m_socket.state() == QAbstractSocket::ConnectedState ? "nothing" : "end";
            m_input += m_socket.readAll();
        }
    }

    QByteArray readAll()
    {
        while (m_socket.waitForReadyRead())
            m_input += m_socket.readAll();
        return m_input + m_socket.readAll();
    }

private:
    std::optional<QByteArray> takeFrame()
    {
        if (m_input.size() < 9)
            return {};
        const auto size = static_cast<qsizetype>(qFromBigEndian<quint32>(m_input.constData()) >> 8);
        if (m_input.size() < 9 + size)
            return {};
        const QByteArray head = m_input.left(9);
        const QByteArray payload = m_input.mid(9, size);
        m_input.remove(0, 9 + size);
        const auto part = [&head](qsizetype at) {
            return QByteArray::number(head.at(at));
        };
        return part(3) + '/' + part(4) + '/' + part(8) + ' ' + payload;
    }

    QTcpSocket m_socket;
    QByteArray m_input;
};

} // namespace

void tst_Http2Peer::recordsRequestsWhole()
{
    const Http2Peer peer({Http2::Script{}});
    Client client(peer);
    // Headers in two frames, padded, with a priority; a body in three, one of them padded.
    const QByteArray block =
        encodeFields(RequestFields + HeaderFields{{"x", QByteArray(500, 'v')}});
    client.send(Http2::frame(1, 0x28, 1,
                             "\x02" + QByteArray(5, '\0') + block.left(11) + QByteArray(2, '\0')));
    client.send(Http2::frame(9, 0, 1, block.mid(11, 40)) + Http2::frame(9, 4, 1, block.mid(51)));
    client.send(Http2::frame(0, 0, 1, "he") + Http2::frame(0, 8, 1, QByteArray("\x01ll\0", 4)));
    QTRY_COMPARE(peer.requests().size(), 1);
    QVERIFY(!peer.requests().first().isWhole());
    client.send(headersFrame(3, true) + Http2::frame(0, 1, 1, "o"));
    QTRY_VERIFY(peer.requests().first().isWhole());
    const Http2Request first = peer.requests().first();
    QCOMPARE(first.stream, 1U);
    QCOMPARE(first.connection, 1);
    QCOMPARE(first.field(":path"), "/a");
    QCOMPARE(first.field("x").size(), 500);
    QCOMPARE(first.bodySize, 5);
    QCOMPARE(first.bodyHash, QCryptographicHash::hash("hello", QCryptographicHash::Sha256));
    const Http2Request second = peer.requests().last();
    QCOMPARE(second.stream, 3U);
    QVERIFY(second.isWhole());
    QCOMPARE(second.bodySize, 0);
    QCOMPARE(peer.connections().first().problem, QString());
}

void tst_Http2Peer::answersFrameByFrame()
{
    const QByteArray block = encodeFields({{":status", "200"}, {"x", "y"}});
    using Http2::Error;
    const Http2Peer peer({Http2::Script{Http2::headers(200, {{"x", "y"}}), Http2::data("one"),
                                        Http2::wholeRequest(), Http2::lastData("two")},
                          Http2::Script{Http2::continuedHeaders(200, {{"x", "y"}}),
                                        Http2::resetStream(Error::RefusedStream)},
                          Http2::Script{Http2::lastHeaders(204), Http2::goAway(3, Error::Cancel),
                                        Http2::bytes("raw"), Http2::fin()}});
    Client client(peer);
    client.send(headersFrame(1, false));
    QCOMPARE(client.next(), "1/4/1 " + block);
    QCOMPARE(client.next(), "0/0/1 one");
    client.send(Http2::frame(0, 1, 1, {}));
    QCOMPARE(client.next(), "0/1/1 two");
    client.send(headersFrame(3, true));
    QCOMPARE(client.next(), "1/0/3 " + block.left(3));
    QCOMPARE(client.next(), "9/4/3 " + block.mid(3));
    QCOMPARE(client.next(), "3/0/3 " + number(7));
    client.send(headersFrame(5, true));
    QCOMPARE(client.next(), "1/5/5 " + encodeFields({{":status", "204"}}));
    QCOMPARE(client.next(), "7/0/0 " + number(3) + number(8));
    QCOMPARE(client.readAll(), "raw");
}

void tst_Http2Peer::followsTheClientsWindows()
{
    const QByteArray body(100, 'b');
    const Http2Peer peer({Http2::response(200, body)});
    Client client(peer);
    // SETTINGS_INITIAL_WINDOW_SIZE 10, and later 25.
    client.send(Http2::frame(4, 0, 0, QByteArray("\0\4", 2) + number(10)) + headersFrame(1, true));
    QVERIFY(client.next().startsWith("1/4/1 "));
    QCOMPARE(client.next(), "0/0/1 " + body.left(10));
    client.send(Http2::frame(8, 0, 1, number(20)));
    QCOMPARE(client.next(), "0/0/1 " + body.left(20));
    client.send(Http2::frame(4, 0, 0, QByteArray("\0\4", 2) + number(25)));
    QCOMPARE(client.next(), "0/0/1 " + body.left(15));
    client.send(Http2::frame(8, 0, 1, number(1'000)));
    QCOMPARE(client.next(), "0/1/1 " + body.left(55));
    QCOMPARE(peer.connections().first().settings.size(), 2);
}

void tst_Http2Peer::opensItsOwnWindows_data()
{
    QTest::addColumn<bool>("updatesWindows");
    QTest::newRow("gives back what a body took") << true;
    QTest::newRow("or keeps it") << false;
}

void tst_Http2Peer::opensItsOwnWindows()
{
    QFETCH(bool, updatesWindows);
    const Http2Peer peer({Http2::Script{Http2::wholeRequest(), Http2::fin()}},
                         {.settings = {{3, 100}}, .updatesWindows = updatesWindows});
    Client client(peer);
    client.send(headersFrame(1, false) + Http2::frame(0, 0, 1, "half")
                + Http2::frame(0, 1, 1, "whole"));
    const QByteArray updates = Http2::frame(8, 0, 0, number(4)) + Http2::frame(8, 0, 1, number(4))
                               + Http2::frame(8, 0, 0, number(5));
    QCOMPARE(client.readAll(), Http2::frame(4, 0, 0, QByteArray("\0\3", 2) + number(100))
                                   + Http2::frame(4, 1, 0, {})
                                   + (updatesWindows ? updates : QByteArray()));
}

void tst_Http2Peer::waitsForOtherRequests()
{
    const Http2Peer peer({Http2::Script{Http2::requests(2), Http2::lastHeaders(201)},
                          Http2::Script{Http2::requests(2), Http2::lastHeaders(202)}});
    Client first(peer);
    first.send(headersFrame(1, true) + headersFrame(3, false));
    QTRY_COMPARE(peer.requests().size(), 2);
    // Over another connection too.
    Client second(peer);
    second.send(headersFrame(1, true));
    QCOMPARE(first.next(), "1/5/1 " + encodeFields({{":status", "201"}}));
    QCOMPARE(second.next(), "1/5/1 " + encodeFields({{":status", "202"}}));
    QCOMPARE(peer.requests().last().connection, 2);
}

void tst_Http2Peer::pingWaitsForItsAnswer()
{
    const Http2Peer peer({Http2::Script{Http2::ping(), Http2::lastHeaders(204)}});
    Client client(peer);
    client.send(headersFrame(1, true));
    QCOMPARE(client.next(), "6/0/0 " + number(0) + number(1));
    // Another ping, and one of the client's own, are no answers.
    client.send(Http2::frame(6, 1, 0, number(0) + number(3)) + Http2::frame(6, 0, 0, "12345678"));
    QCOMPARE(client.next(), "6/1/0 12345678");
    client.send(Http2::frame(6, 1, 0, number(0) + number(1)));
    QCOMPARE(client.next(), "1/5/1 " + encodeFields({{":status", "204"}}));
}

void tst_Http2Peer::closesAsAsked_data()
{
    QTest::addColumn<bool>("isReset");
    QTest::newRow("a FIN is an orderly end") << false;
    QTest::newRow("a RST is an error") << true;
}

void tst_Http2Peer::closesAsAsked()
{
    QFETCH(bool, isReset);
    const Http2Peer peer({Http2::Script{isReset ? Http2::rst() : Http2::fin()}});
    // Bare system calls: Qt reports both ends with the same code and the same text.
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto close = qScopeGuard([fd] { ::close(fd); });
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(peer.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QCOMPARE(::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
    const QByteArray request = Preface + Http2::frame(4, 0, 0, {}) + headersFrame(1, true);
    QCOMPARE(::send(fd, request.constData(), static_cast<size_t>(request.size()), 0),
             request.size());
    ssize_t got = 1;
    for (QByteArray buffer(100, '\0'); got > 0;)
        got = ::recv(fd, buffer.data(), static_cast<size_t>(buffer.size()), 0);
    const int error = errno;
    QCOMPARE(got, isReset ? ssize_t(-1) : ssize_t(0));
    if (isReset)
        QCOMPARE(error, ECONNRESET);
    QTRY_VERIFY(peer.connections().first().isClosed);
}

void tst_Http2Peer::notesWhatTheClientSays()
{
    const Http2Peer peer({Http2::Script{}});
    Client client(peer);
    client.send(Http2::frame(4, 0, 0, QByteArray("\0\2", 2) + number(0)) + headersFrame(1, false)
                + Http2::frame(8, 0, 0, number(500)) + Http2::frame(3, 0, 1, number(8))
                + Http2::frame(7, 0, 0, number(0) + number(2)) + headersFrame(3, true));
    QTRY_COMPARE(peer.requests().size(), 2);
    const Http2Connection connection = peer.connections().first();
    QVERIFY(connection.isHttp2);
    QVERIFY(!connection.isClosed);
    QCOMPARE(connection.settings.size(), 1);
    QCOMPARE(connection.settings.first(), std::make_pair(quint16(2), quint32(0)));
    QCOMPARE(connection.windowUpdates, 500);
    QCOMPARE(connection.resets.size(), 1);
    QCOMPARE(connection.resets.first(), std::make_pair(1U, Http2::Error::Cancel));
    QCOMPARE(connection.goAways, QList<Http2::Error>{Http2::Error::InternalError});
}

void tst_Http2Peer::saysHowTheProtocolWasBroken_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("problem");
    QTest::newRow("a frame inside of headers")
        << Http2::frame(1, 0, 1, "x") + Http2::frame(0, 0, 1, "x")
        << QStringLiteral("a frame between HEADERS and CONTINUATION");
    QTest::newRow("a CONTINUATION of nothing")
        << Http2::frame(9, 4, 1, "x") << QStringLiteral("CONTINUATION without HEADERS");
    QTest::newRow("headers that cannot be decoded")
        << Http2::frame(1, 4, 1, "\xbe") << QStringLiteral("headers that are no HPACK");
    QTest::newRow("a stream with an even number")
        << headersFrame(2, true) << QStringLiteral("malformed HEADERS");
    QTest::newRow("more padding than frame")
        << headersFrame(1, false) + Http2::frame(0, 8, 1, "\x05x")
        << QStringLiteral("malformed DATA");
    QTest::newRow("a push") << Http2::frame(5, 4, 1, {}) << QStringLiteral("a client that pushes");
}

void tst_Http2Peer::saysHowTheProtocolWasBroken()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, problem);
    const Http2Peer peer({Http2::Script{}});
    Client client(peer);
    client.send(bytes);
    QTRY_COMPARE(peer.connections().value(0).problem, problem);
    QCOMPARE(client.next(), "end");
}

void tst_Http2Peer::choosesByAlpn_data()
{
    QTest::addColumn<bool>("offersHttp2");
    QTest::addColumn<bool>("clientKnowsHttp2");
    QTest::addColumn<QByteArray>("protocol");
    QTest::newRow("both know HTTP/2") << true << true << QByteArray("h2");
    QTest::newRow("the peer does not offer it") << false << true << QByteArray("http/1.1");
    QTest::newRow("the client does not know it") << true << false << QByteArray("http/1.1");
}

void tst_Http2Peer::choosesByAlpn()
{
    QFETCH(bool, offersHttp2);
    QFETCH(bool, clientKnowsHttp2);
    QFETCH(QByteArray, protocol);
    Forge forge;
    const Http2Peer peer({Http2::response(200, "sound")},
                         {.credential = forge.issue({.names = {QStringLiteral("127.0.0.1")}}),
                          .offersHttp2 = offersHttp2});
    QCOMPARE(peer.url().scheme(), QStringLiteral("https"));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({forge.authority()});
    QList<QByteArray> protocols{"http/1.1"};
    if (clientKnowsHttp2)
        protocols.prepend("h2");
    configuration.setAllowedNextProtocols(protocols);
    QSslSocket socket;
    socket.setSslConfiguration(configuration);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), peer.port());
    QVERIFY2(socket.waitForEncrypted(), qPrintable(socket.errorString()));
    QCOMPARE(socket.sslConfiguration().nextNegotiatedProtocol(), protocol);
    socket.write(protocol == "h2" ? Preface + Http2::frame(4, 0, 0, {}) + headersFrame(1, true)
                                  : QByteArray("GET / HTTP/1.1\r\n\r\n"));
    QTRY_COMPARE(peer.requests().size(), 1);
    QCOMPARE(peer.requests().first().isHttp2(), protocol == "h2");
    QCOMPARE(peer.connections().first().isHttp2, protocol == "h2");
}

void tst_Http2Peer::servesHttp1()
{
    const Http2Peer peer(
        {Http2::response(200, "one"), Http2::Script{Http2::wholeRequest(), Http2::goAway(0, {})}});
    Client client(peer, false);
    client.send("POST /a HTTP/1.1\r\nX-Name: V\r\nContent-Length: 5\r\n\r\nhel");
    QTRY_COMPARE(peer.requests().size(), 1);
    client.send("loGET /b HTTP/1.1\r\n\r\n");
    QCOMPARE(client.readAll(), "HTTP/1.1 200 Scripted\r\ncontent-length: 3\r\n\r\none");
    QCOMPARE(peer.requests().size(), 2);
    const Http2Request first = peer.requests().first();
    QVERIFY(!first.isHttp2());
    QCOMPARE(first.field("x-name"), "V");
    QCOMPARE(first.field(":path"), "/a");
    QCOMPARE(first.bodySize, 5);
    QCOMPARE(first.bodyHash, QCryptographicHash::hash("hello", QCryptographicHash::Sha256));
    QVERIFY(peer.requests().last().isWhole());
}

QTEST_GUILESS_MAIN(tst_Http2Peer)
#include "tst_http2peer.moc"
