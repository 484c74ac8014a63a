// SPDX-License-Identifier: MIT
#include "tests/qtfacts/lab.h"
#include "tests/support/closedport.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QRegularExpression>
#include <QtCore/QThread>
#include <QtNetwork/QAuthenticator>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

//! What bare QNetworkAccessManager reports of what happens behind a proxy, and at the proxy itself.
class tst_QtFactsProxies : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void socks_data();
    void socks();
    void http_data();
    void http();
    void closesWithoutAReply_data();
    void closesWithoutAReply();
    void userNamesMakeConnections();
    void bytesLeftInTheEngineAreLost_data();
    void bytesLeftInTheEngineAreLost();
};

namespace {

const QString Socks =
    u"core/retry/classify.cpp (kindUnsent() and kindBehindSocks() know these codes "
    "and texts), core/tap (answers so that an attempt through it fails as a direct "
    "one does)"_s;
const QString Tunnels = u"core/tap/tapconnection.cpp (answers before it closes)"_s;
const QString Http = u"core/retry/classify.cpp (kindBehindHttpProxy(), isProxyError())"_s;
const QString Watchdog = u"core/retry/retrycourse.cpp (the total deadline), "
                         "core/retry/attemptrunner.cpp (the connect timeout)"_s;
const QString UserNames = u"core/tap/tap.cpp (proxyFor(): a user name an attempt, so that each has "
                          "its own connection)"_s;
const QString Engine =
    u"core/tap/clientgate_p.h, core/tap/readerecho_p.h (the tap gives no more than "
    "was read), core/tap/tap.h (setReader(): no limit of the read buffer)"_s;

const QNetworkProxy::ProxyType Socks5 = QNetworkProxy::Socks5Proxy;
const QNetworkProxy::ProxyType HttpProxy = QNetworkProxy::HttpProxy;

void addRow(const Row &row)
{
    QTest::newRow(qPrintable(row.fact.sentence)) << row;
}

QByteArray reply(char code)
{
    const QByteArray address("\x00\x01\x7f\x00\x00\x01\x00\x50", 8);
    return QByteArray("\x05", 1) + code + address;
}

//! A SOCKS5 proxy that asks for no password, and answers the request to connect.
PeerScript answering(char code)
{
    return {readSome(), sendBytes(QByteArray("\x05\x00", 2)), readSome(), sendBytes(reply(code))};
}

PeerScript tunnelTo(const PeerScript &server)
{
    return answering(0) + server;
}

QUrl target(bool isTls)
{
    return QUrl(isTls ? u"https://target.test/"_s : u"http://target.test/"_s);
}

void overHttp1(QNetworkRequest &request)
{
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
}

QString noStatus(const QString &error, const QString &text)
{
    return u"%1 \"%2\", no status"_s.arg(error, text);
}

// The fatal alert handshake_failure.
const QByteArray Alert("\x15\x03\x03\x00\x02\x02\x28", 7);

} // namespace

void tst_QtFactsProxies::socks_data()
{
    QTest::addColumn<Row>("row");
    for (const bool isTls : {false, true}) {
        const auto answered = [isTls](const QString &what, char code, const QString &end) {
            const QString tls = isTls ? u", https"_s : QString();
            addRow({.fact = {u"SOCKS5: "_s + what + tls, inBoth({end}, exactly(1)), Socks},
                    .stimulus = {.scripts = {answering(code) + PeerScript{fin()}},
                                 .counted = Counted::Connections,
                                 .proxy = Socks5,
                                 .url = target(isTls),
                                 .showsText = true},
                    .runs = 2});
        };
        // Over TLS Qt forgets which host it was.
        const QString notFound = noStatus(
            u"HostNotFoundError"_s, isTls ? u"Host  not found"_s : u"Host target.test not found"_s);
        const QString unknown = u"UnknownNetworkError"_s;
        answered(u"0x01 general failure is a look-up that failed"_s, 1, notFound);
        answered(u"0x02 not allowed is a look-up that failed"_s, 2, notFound);
        answered(u"0x03 network unreachable has only its text"_s, 3,
                 noStatus(unknown, u"Network unreachable"_s));
        answered(u"0x04 host unreachable is a look-up that failed"_s, 4, notFound);
        answered(u"0x05 connection refused"_s, 5,
                 noStatus(u"ConnectionRefusedError"_s, u"Connection refused"_s));
        answered(u"0x06 TTL expired has only its text"_s, 6, noStatus(unknown, u"TTL expired"_s));
        answered(u"0x07 command not supported has only its text"_s, 7,
                 noStatus(unknown, u"SOCKSv5 command not supported"_s));
        answered(u"0x08 address type not supported has only its text"_s, 8,
                 noStatus(unknown, u"Address type not supported"_s));
    }

    const auto tunnelled = [](const QString &what, const PeerScript &server, bool isTls,
                              Upload upload, const Columns &columns) {
        addRow({.fact = {u"through SOCKS5: "_s + what, columns, Socks},
                .stimulus = {.scripts = {tunnelTo(server)},
                             .upload = upload,
                             .counted = Counted::Connections,
                             .proxy = Socks5,
                             .url = target(isTls)},
                .runs = 3});
    };
    const QString failed = u"SslHandshakeFailedError, no status"_s;
    const QString closed = u"RemoteHostClosedError, no status"_s;
    tunnelled(u"plain HTTP for a ClientHello, as direct"_s,
              {readSome(), sendBytes(response(400, "not TLS")), fin()}, true, Upload::Bytes,
              inBoth({failed}, exactly(1)));
    tunnelled(u"a FIN during the handshake, as direct"_s, {readSome(), fin()}, true, Upload::Bytes,
              inBoth({closed}, exactly(1)));
    tunnelled(u"a fatal alert, as direct"_s, {readSome(), sendBytes(Alert), fin()}, true,
              Upload::Bytes, inBoth({failed}, exactly(1)));
    tunnelled(u"a request that is read and then a FIN: four copies, where direct makes two"_s,
              {readRequest(), fin()}, false, Upload::Bytes, inBoth({closed}, exactly(4)));
    // Qt 6.8 opens a second tunnel before it finds that the body cannot be sent again.
    const QStringList resent{u"ContentReSendError, no status"_s};
    tunnelled(u"the same with a one-shot body"_s, {readRequest(), fin()}, false, Upload::OneShot,
              {qt64(resent, exactly(1)), qt68(resent, between(1, 2))});
    // What comes with the reply of the proxy may reach the TLS layer before it asks for it.
    addRow({.fact = {u"through SOCKS5: an alert right behind the reply may be lost"_s,
                     inBoth({failed, u"UnknownNetworkError, no status"_s}, exactly(1)), Tunnels},
            .stimulus = {.scripts = {{readSome(), sendBytes(QByteArray("\x05\x00", 2)), readSome(),
                                      sendBytes(reply(0) + Alert), fin()}},
                         .counted = Counted::Connections,
                         .proxy = Socks5,
                         .url = target(true)},
            .runs = 20,
            .sought = u"UnknownNetworkError, no status"_s,
            .warning = u"QIODevice::write \\(QTcpSocket\\): device not open"_s});
    const auto certificate = [](const QString &what, const QString &host, const QString &end) {
        addRow({.fact = {u"through SOCKS5: "_s + what, inBoth({end}, exactly(1)), Socks},
                .stimulus = {.scripts = {tunnelTo(
                                 {startTls(), readRequest(), sendBytes(response(200, "sound"))})},
                             .isTls = true,
                             .credential = Lab::issue({.names = {host}}),
                             .answer = "sound",
                             .counted = Counted::Connections,
                             .proxy = Socks5,
                             .url = target(true)}});
    };
    certificate(u"a sound certificate"_s, u"target.test"_s, u"NoError, status 200, body whole"_s);
    certificate(u"a certificate for another host, as direct"_s, u"other.test"_s, failed);
}

void tst_QtFactsProxies::socks()
{
    QFETCH(Row, row);
    checkRow(row);
}

void tst_QtFactsProxies::http_data()
{
    QTest::addColumn<Row>("row");
    const auto add = [](const QString &what, const PeerScript &script, bool isTls, Upload upload,
                        const QString &end, Count copies) {
        addRow({.fact = {u"HTTP proxy: "_s + what, inBoth({end}, copies), Http},
                .stimulus = {.scripts = {script},
                             .upload = upload,
                             .proxy = HttpProxy,
                             .url = target(isTls),
                             .showsText = true},
                .runs = 3});
    };
    const QString closed = noStatus(u"RemoteHostClosedError"_s, u"Connection closed"_s);
    const QString reSend = noStatus(u"ContentReSendError"_s, u"Unknown error"_s);
    const QString premature =
        noStatus(u"ProxyConnectionClosedError"_s, u"Proxy connection closed prematurely"_s);
    add(u"reads a plain request, FIN"_s, {readRequest(), fin()}, false, Upload::Bytes, closed,
        exactly(4));
    add(u"reads a plain request, FIN, one-shot body"_s, {readRequest(), fin()}, false,
        Upload::OneShot, reSend, exactly(1));
    for (const Upload upload : {Upload::Bytes, Upload::OneShot}) {
        const QString body = upload == Upload::OneShot ? u", one-shot body"_s : QString();
        add(u"reads a CONNECT, FIN"_s + body, {readRequest(), fin()}, true, upload, premature,
            exactly(4));
        add(u"CONNECT, 502"_s + body, {readRequest(), sendBytes(response(502, "no"))}, true, upload,
            noStatus(u"UnknownNetworkError"_s, u"Error communicating with HTTP proxy"_s),
            exactly(1));
        add(u"CONNECT, 403"_s + body, {readRequest(), sendBytes(response(403, "no"))}, true, upload,
            noStatus(u"UnknownNetworkError"_s, u"Proxy denied connection"_s), exactly(1));
        add(u"CONNECT, 407"_s + body,
            {readRequest(),
             sendBytes(response(407, "no", "Proxy-Authenticate: Basic realm=\"x\"\r\n"))},
            true, upload,
            noStatus(u"ProxyAuthenticationRequiredError"_s, u"Proxy requires authentication"_s),
            exactly(1));
    }
    for (const bool isReset : {false, true}) {
        addRow({.fact = {u"HTTP proxy: reads a CONNECT, %1, HTTP/2 not allowed: no end"_s.arg(
                             isReset ? u"RST"_s : u"FIN"_s),
                         inBoth({u"no end"_s}, exactly(1)), Watchdog},
                .stimulus = {.scripts = {{readRequest(), isReset ? rst() : fin()}},
                             .proxy = HttpProxy,
                             .url = target(true),
                             .mayHang = true,
                             .prepare = overHttp1}});
    }

    static const ClosedPort nobody; // for the rows, which come later
    const quint16 port = nobody.port();
    // Qt 6.4 does not use the code that there is for it.
    const auto refused = [port](const QString &what, QNetworkProxy::ProxyType type, bool isTls,
                                const QString &error, const QString &text) {
        const QString newer = noStatus(u"ProxyConnectionRefusedError"_s, text);
        addRow({.fact = {what,
                         {qt64({noStatus(error, text)}, exactly(0)), qt68({newer}, exactly(0))},
                         Http},
                .stimulus = {.scripts = {{stall()}},
                             .counted = Counted::Connections,
                             .proxy = type,
                             .proxyPort = port,
                             .url = target(isTls),
                             .showsText = true}});
    };
    refused(u"HTTP proxy, plain: a refused connection has the text of one of the server's"_s,
            HttpProxy, false, u"ConnectionRefusedError"_s, u"Connection refused"_s);
    refused(u"HTTP proxy, https: a refused connection"_s, HttpProxy, true, u"UnknownNetworkError"_s,
            u"Proxy connection refused"_s);
    refused(u"SOCKS5 proxy: a refused connection"_s, Socks5, false, u"UnknownNetworkError"_s,
            u"Connection to proxy refused"_s);
}

void tst_QtFactsProxies::http()
{
    QFETCH(Row, row);
    checkRow(row);
}

void tst_QtFactsProxies::closesWithoutAReply_data()
{
    QTest::addColumn<Row>("row");

    struct Close
    {
        QString what;
        PeerScript script;
    };

    const QList<Close> closes{
        {u"accepts, FIN"_s, {fin()}},
        {u"reads the methods, FIN"_s, {readSome(), fin()}},
        {u"reads the request to connect, FIN"_s,
         {readSome(), sendBytes(QByteArray("\x05\x00", 2)), readSome(), fin()}},
    };
    const auto add = [](const Close &close, const QString &how, bool isTls, const QString &end,
                        Count copies, const std::function<void(QNetworkRequest &)> &prepare) {
        addRow(
            {.fact = {u"SOCKS5 proxy: "_s + close.what + how, inBoth({end}, copies),
                      u"core/tap/tapconnection.cpp (never closes without a reply), "_s + Watchdog},
             .stimulus = {.scripts = {close.script},
                          .counted = Counted::Connections,
                          .proxy = Socks5,
                          .url = target(isTls),
                          .mayHang = true,
                          .prepare = prepare}});
    };
    const QString never = u"no end"_s;
    for (const Close &close : closes) {
        // One connection for each of QNetworkAccessManager's channels, and no word of it.
        add(close, u", plain: no end"_s, false, never, between(2, 12), {});
        add(close, u", https, HTTP/2 not allowed: no end"_s, true, never, between(1, 2), overHttp1);
        add(close, u", https"_s, true, u"ProxyConnectionClosedError, no status"_s, exactly(4), {});
    }
}

void tst_QtFactsProxies::closesWithoutAReply()
{
    QFETCH(Row, row);
    checkRow(row);
}

void tst_QtFactsProxies::userNamesMakeConnections()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    const Fact fact{u"the user name reaches a SOCKS5 proxy, and keys the cache of connections"_s,
                    inBoth({u"one, two"_s}, exactly(2)), UserNames};
    const QByteArray version("\x05\x02", 2);
    const QByteArray welcome("\x01\x00", 2);
    const PeerScript served{readRequest(), sendBytes(response(200, "ok"))};
    const RawPeer peer(PeerScript{readSome(), sendBytes(version), readSome(), sendBytes(welcome),
                                  readSome(), sendBytes(reply(0))}
                       + served + served + served);
    QNetworkAccessManager manager;
    for (const QString &user : {u"one"_s, u"one"_s, u"two"_s, u"one"_s}) {
        manager.setProxy({Socks5, u"127.0.0.1"_s, peer.port(), user, u"secret"_s});
        const std::unique_ptr<QNetworkReply> reply(manager.get(QNetworkRequest(target(false))));
        QVERIFY(Lab::finish(reply.get()));
        QCOMPARE(reply->error(), QNetworkReply::NoError);
    }
    QCOMPARE(peer.requests(), 4);
    QStringList names;
    const QList<QByteArray> pieces = peer.pieces();
    for (const QByteArray &piece : pieces) {
        // RFC 1929: version, length, name.
        if (piece.startsWith('\x01'))
            names += QString::fromLatin1(piece.mid(2, piece.at(1)));
    }
    checkFact(fact, {names.join(u", "_s), peer.connections()});
}

void tst_QtFactsProxies::bytesLeftInTheEngineAreLost_data()
{
    QTest::addColumn<qint64>("readBufferSize");
    QTest::addColumn<Fact>("fact");
    const auto add = [](const QString &name, qint64 size, const QStringList &ends) {
        QTest::newRow(qPrintable(name)) << size << Fact{name, inBoth(ends, exactly(2)), Engine};
    };
    add(u"without a limit of the read buffer an answer that comes all at once is whole"_s, 0,
        {u"NoError, status 200, body whole"_s});
    add(u"with a limit what SOCKS5's engine holds is lost, and mostly there is no end"_s, 16 * 1024,
        {u"no end, bytes are missing"_s, u"NoError, status 200, body cut"_s,
         u"RemoteHostClosedError, status 200, body cut"_s});
}

// What is lost is what comes while QNetworkAccessManager's own thread is late. It can be made late:
// it waits for the receivers of authenticationRequired().
void tst_QtFactsProxies::bytesLeftInTheEngineAreLost()
{
    QFETCH(qint64, readBufferSize);
    QFETCH(Fact, fact);
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    const QByteArray body(500'000, 'x');
    const QByteArray begin = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    const QByteArray challenge = "WWW-Authenticate: Basic realm=\"x\"\r\n";
    Lab lab(
        {.scripts = {tunnelTo({readRequest(), sendBytes(begin), hold(), sendBytes(body), fin()}),
                     tunnelTo({readRequest(), sendBytes(response(401, "no", challenge))})},
         .answer = body,
         .proxy = Socks5,
         .url = target(false),
         .readBufferSize = readBufferSize});
    const std::unique_ptr<QNetworkReply> reply(lab.send());
    QSignalSpy head(reply.get(), &QNetworkReply::metaDataChanged);
    QVERIFY(head.wait());
    // Before the head it may be without effect.
    reply->setReadBufferSize(readBufferSize);
    lab.sendMarker();
    bool isAllSent = false;
    connect(&lab.manager, &QNetworkAccessManager::authenticationRequired, this, [&] {
        lab.peer.release();
        for (const QDeadlineTimer deadline(10'000); !isAllSent && !deadline.hasExpired();) {
            isAllSent = lab.peer.scriptsDone() == 2;
            QThread::yieldCurrentThread();
        }
    });
    const std::unique_ptr<QNetworkReply> late(
        lab.manager.get(QNetworkRequest(QUrl(u"http://other.test/"_s))));
    QVERIFY(Lab::finish(late.get()));
    QVERIFY(isAllSent);
    lab.settle(reply.get());
    QString end = lab.endOf(reply.get());
    if (!reply->isFinished() && lab.received() < body.size())
        end += u", bytes are missing"_s;
    reply->abort();
    checkFact(fact, {end, lab.peer.connections()});
}

QTEST_GUILESS_MAIN(tst_QtFactsProxies)
#include "tst_qtfacts_proxies.moc"
