// SPDX-License-Identifier: MIT
#include "tests/tap/taptest.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::TapTest;
using namespace Qt::StringLiterals;

namespace {

//! Up to where an exchange with "localhost" is real.
QStringList real(QStringList rest)
{
    return QStringList{u"dns started localhost"_s, u"dns finished localhost 127.0.0.1,::1"_s,
                       u"connect started 127.0.0.1:ENDPOINT"_s,
                       u"connect finished 127.0.0.1:ENDPOINT"_s}
           + rest;
}

//! The name is really looked up, the connection only seems to be tried.
QStringList refusedDial(const QString &fault, const QString &error)
{
    QStringList log = real({});
    log.insert(3, fault);
    log.last() += u" error: "_s + error;
    return log;
}

} // namespace

class tst_TapFaults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void plain_data();
    void plain();
    void tls_data();
    void tls();
    void nothingComes_data();
    void nothingComes();
    void badCertificateAccepted();
    void certificateForAnAddress_data();
    void certificateForAnAddress();
};

void tst_TapFaults::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
}

void tst_TapFaults::plain_data()
{
    using Error = QNetworkReply::NetworkError;
    QTest::addColumn<QString>("plan");
    QTest::addColumn<Error>("error");
    QTest::addColumn<int>("requests");
    QTest::addColumn<QStringList>("log");

    QTest::newRow("no fault: the answer comes through")
        << u"ok"_s << Error::NoError << 1 << real({u"request seen"_s, u"response seen"_s});
    QTest::newRow("dns: the name is not found")
        << u"dns"_s << Error::HostNotFoundError << 0
        << QStringList{u"dns started localhost"_s, u"fault dns"_s,
                       u"dns finished localhost  error: Host not found"_s};
    QTest::newRow("refused: the connection is refused")
        << u"refused"_s << Error::ConnectionRefusedError << 0
        << refusedDial(u"fault refused"_s, u"Connection refused"_s);
    QTest::newRow("unreachable: Qt has no code of its own for it")
        << u"unreachable"_s << Error::UnknownNetworkError << 0
        << refusedDial(u"fault unreachable"_s, u"Network is unreachable"_s);
    QTest::newRow("reset: accepted, then reset")
        << u"reset"_s << Error::RemoteHostClosedError << 0
        << QStringList{u"fault reset"_s, u"server closed RST"_s};
    QTest::newRow("close: accepted, then closed")
        << u"close"_s << Error::RemoteHostClosedError << 0
        << QStringList{u"fault close"_s, u"server closed FIN"_s};
    QTest::newRow("eof: closed behind the request, which the endpoint never gets")
        << u"eof"_s << Error::RemoteHostClosedError << 0
        << real({u"request seen"_s, u"fault eof"_s, u"server closed FIN"_s});
    QTest::newRow("rst: reset behind the request")
        << u"rst"_s << Error::RemoteHostClosedError << 0
        << real({u"request seen"_s, u"fault rst"_s, u"server closed RST"_s});
    QTest::newRow("latency: slower, and nothing else")
        << u"latency(ms=5)"_s << Error::NoError << 1
        << real({u"fault latency(ms=5)"_s, u"request seen"_s, u"response seen"_s});
}

void tst_TapFaults::plain()
{
    QFETCH(QString, plan);
    QFETCH(QNetworkReply::NetworkError, error);
    QFETCH(int, requests);
    QFETCH(QStringList, log);
    TapThread tap;
    Endpoint endpoint;
    tap.name(endpoint.serverPort(), u"ENDPOINT"_s);
    tap.setPlan(plan + u"*1000"_s);
    Exchange exchange;
    exchange.post(QUrl(u"http://localhost:%1/"_s.arg(endpoint.serverPort())), tap.proxy(),
                  QByteArray(1000, 'x'));
    // The tap's word is there before Qt's: what the log holds when Qt finishes is the whole of it.
    QStringList atFinish;
    QObject::connect(exchange.reply.get(), &QNetworkReply::finished, &tap,
                     [&] { atFinish = tap.log(); });
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), error);
    QCOMPARE(endpoint.requests, requests);
    QVERIFY2(requests > 0 || endpoint.bytes == 0, "A part of the request reached the endpoint");
    QCOMPARE(atFinish, log);
}

void tst_TapFaults::tls_data()
{
    using Error = QNetworkReply::NetworkError;
    QTest::addColumn<QString>("plan");
    QTest::addColumn<bool>("tls13");
    QTest::addColumn<Error>("error");
    QTest::addColumn<QList<QSslError::SslError>>("causes");
    QTest::addColumn<int>("requests");
    QTest::addColumn<QStringList>("log");
    const QString hello = u"client hello localhost h2,http/1.1"_s;

    for (const bool tls13 : {true, false}) {
        const QString serverHello =
            tls13 ? u"server hello TLS 1.3 "_s : u"server hello TLS 1.2 http/1.1"_s;
        const auto row = [=](const char *sentence) -> QTestData & {
            return QTest::addRow("%s (TLS %s)", sentence, tls13 ? "1.3" : "1.2");
        };
        const QList<QSslError::SslError> none;
        row("no fault: the answer comes through")
            << u"ok"_s << tls13 << Error::NoError << none << 1
            << real({hello, serverHello, u"client first data"_s, u"request seen"_s,
                     u"server first data"_s, u"response seen"_s, u"client closed"_s});
        row("eof: the handshake is real, the request never arrives")
            << u"eof"_s << tls13 << Error::RemoteHostClosedError << none << 0
            << real({hello, serverHello, u"client first data"_s, u"request seen"_s, u"fault eof"_s,
                     u"server closed FIN"_s});
        row("rst: reset behind the request")
            << u"rst"_s << tls13 << Error::RemoteHostClosedError << none << 0
            << real({hello, serverHello, u"client first data"_s, u"request seen"_s, u"fault rst"_s,
                     u"server closed RST"_s});
        row("tls-selfsigned: the client says so")
            << u"tls-selfsigned"_s << tls13 << Error::SslHandshakeFailedError
            << QList<QSslError::SslError>{QSslError::SelfSignedCertificate} << 0
            << real({hello, u"fault tls-selfsigned"_s, u"server hello TLS 1.3 "_s,
                     u"client closed"_s});
        row("tls-expired: the client says so")
            << u"tls-expired"_s << tls13 << Error::SslHandshakeFailedError
            << QList<QSslError::SslError>{QSslError::CertificateExpired} << 0
            << real(
                   {hello, u"fault tls-expired"_s, u"server hello TLS 1.3 "_s, u"client closed"_s});
        row("tls-wronghost: the client says so")
            << u"tls-wronghost"_s << tls13 << Error::SslHandshakeFailedError
            << QList<QSslError::SslError>{QSslError::HostNameMismatch} << 0
            << real({hello, u"fault tls-wronghost"_s, u"server hello TLS 1.3 "_s,
                     u"client closed"_s});
        row("tls-alert: the handshake fails by it")
            << u"tls-alert"_s << tls13 << Error::SslHandshakeFailedError << none << 0
            << real({hello, u"fault tls-alert"_s, u"server alert 2 40 handshake_failure"_s,
                     u"server closed FIN"_s});
        row("tls-alert(code): the code is free")
            << u"tls-alert(code=112)"_s << tls13 << Error::SslHandshakeFailedError << none << 0
            << real({hello, u"fault tls-alert(code=112)"_s,
                     u"server alert 2 112 unrecognized_name"_s, u"server closed FIN"_s});
        row("tls-plain: the handshake fails by it")
            << u"tls-plain"_s << tls13 << Error::SslHandshakeFailedError << none << 0
            << real({hello, u"fault tls-plain"_s, u"server closed FIN"_s});
        row("tls-close: the connection is gone")
            << u"tls-close"_s << tls13 << Error::RemoteHostClosedError << none << 0
            << real({hello, u"fault tls-close"_s, u"server closed FIN"_s});
    }
}

void tst_TapFaults::tls()
{
    QFETCH(QString, plan);
    QFETCH(bool, tls13);
    QFETCH(QNetworkReply::NetworkError, error);
    QFETCH(QList<QSslError::SslError>, causes);
    QFETCH(int, requests);
    QFETCH(QStringList, log);
    TapThread tap;
    Forge forge;
    Endpoint endpoint(&forge, tls13 ? QSsl::TlsV1_3 : QSsl::TlsV1_2);
    tap.name(endpoint.serverPort(), u"ENDPOINT"_s);
    tap.setPlan(plan + u"*1000"_s);
    Exchange exchange;
    exchange.post(QUrl(u"https://localhost:%1/"_s.arg(endpoint.serverPort())), tap.proxy(),
                  QByteArray(1000, 'x'), forge.authority());
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), error);
    for (const QSslError::SslError cause : causes)
        QVERIFY2(exchange.sslErrors.contains(cause),
                 "The intended cause is not among Qt's reasons");
    QCOMPARE(endpoint.requests, requests);
    QVERIFY2(requests > 0 || endpoint.bytes == 0, "A part of the request reached the endpoint");
    // A client that turns a certificate down closes; whether with a FIN or an RST is Qt's affair.
    exchange.reset();
    QTRY_VERIFY(tap.has(WireEvent::Kind::Closed));
    QCOMPARE(
        tap.log().replaceInStrings(QRegularExpression(u"^client closed .*"_s), u"client closed"_s),
        log);
}

void tst_TapFaults::nothingComes_data()
{
    QTest::addColumn<QString>("plan");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QStringList>("log");
    const QString hello = u"client hello localhost h2,http/1.1"_s;
    QTest::newRow("tls-stall: no ServerHello")
        << u"tls-stall"_s << true << real({hello, u"fault tls-stall"_s, u"client closed"_s});
    QTest::newRow("silence: no answer over TLS")
        << u"silence"_s << true
        << real({hello, u"server hello TLS 1.3 "_s, u"client first data"_s, u"request seen"_s,
                 u"fault silence"_s, u"client closed"_s});
    QTest::newRow("silence: no answer in clear")
        << u"silence"_s << false
        << real({u"request seen"_s, u"fault silence"_s, u"client closed"_s});
}

void tst_TapFaults::nothingComes()
{
    QFETCH(QString, plan);
    QFETCH(bool, tls);
    QFETCH(QStringList, log);
    TapThread tap;
    Forge forge;
    Endpoint endpoint(tls ? &forge : nullptr);
    tap.name(endpoint.serverPort(), u"ENDPOINT"_s);
    tap.setPlan(plan);
    Exchange exchange;
    exchange.post(QUrl(u"%1://localhost:%2/"_s.arg(tls ? u"https"_s : u"http"_s,
                                                   QString::number(endpoint.serverPort()))),
                  tap.proxy(), QByteArray(1000, 'x'), forge.authority());
    QTRY_VERIFY(tap.has(WireEvent::Kind::FaultInjected));
    // The endpoint is let go in peace, and the client left waiting.
    QTRY_COMPARE(endpoint.cleanEnds, 1);
    QVERIFY(!exchange.finished);
    QVERIFY(!tap.has(WireEvent::Kind::Closed));
    exchange.reply->abort();
    QCOMPARE(exchange.reply->error(), QNetworkReply::OperationCanceledError);
    exchange.reset();
    QTRY_VERIFY(tap.has(WireEvent::Kind::Closed));
    QCOMPARE(
        tap.log().replaceInStrings(QRegularExpression(u"^client closed .*"_s), u"client closed"_s),
        log);
    QCOMPARE(endpoint.bytes, 0);
}

//! A client that looks away gets an explanation; the endpoint gets nothing.
void tst_TapFaults::badCertificateAccepted()
{
    TapThread tap;
    Forge forge;
    Endpoint endpoint(&forge);
    tap.setPlan(u"tls-expired"_s);
    Exchange exchange;
    exchange.post(QUrl(u"https://localhost:%1/"_s.arg(endpoint.serverPort())), tap.proxy(), "x");
    exchange.reply->ignoreSslErrors();
    QTRY_VERIFY(exchange.finished);
    QCOMPARE(exchange.reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 502);
    QVERIFY(exchange.reply->readAll().contains("did not forward"));
    QCOMPARE(endpoint.bytes, 0);
}

void tst_TapFaults::certificateForAnAddress_data()
{
    QTest::addColumn<QString>("plan");
    QTest::addColumn<QSslError::SslError>("cause");
    QTest::newRow("expired") << u"tls-expired"_s << QSslError::CertificateExpired;
    QTest::newRow("self-signed") << u"tls-selfsigned"_s << QSslError::SelfSignedCertificate;
    QTest::newRow("wrong host") << u"tls-wronghost"_s << QSslError::HostNameMismatch;
}

// A client that asks for an address sends no server name: the certificate is made for the address.
void tst_TapFaults::certificateForAnAddress()
{
    QFETCH(QString, plan);
    QFETCH(QSslError::SslError, cause);
    TapThread tap;
    Forge forge;
    Endpoint endpoint(&forge);
    tap.setPlan(plan);
    Exchange exchange;
    exchange.post(QUrl(u"https://127.0.0.1:%1/"_s.arg(endpoint.serverPort())), tap.proxy(), "x");
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), QNetworkReply::SslHandshakeFailedError);
    QVERIFY(exchange.sslErrors.contains(cause));
    QCOMPARE(exchange.sslErrors.contains(QSslError::HostNameMismatch),
             cause == QSslError::HostNameMismatch);
    QCOMPARE(endpoint.bytes, 0);
}

QTEST_GUILESS_MAIN(tst_TapFaults)
#include "tst_tapfaults.moc"
