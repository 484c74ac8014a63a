// SPDX-License-Identifier: MIT
#include "tests/support/localhost.h"
#include "tests/tap/taptest.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::TapTest;
using namespace Qt::StringLiterals;

// Faults within TLS, on an endpoint that speaks it.
class tst_TapTermination : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void faultWithinTls();
    void answerOfTheEndpoint();
    void onlyWhereItIsNeeded();
    void notWithoutAsking();
    void badEndpoints_data();
    void badEndpoints();
    void whoAcceptsAnything();
    void whoDistrustsTheTap();
    void anotherAuthorityThanTheBadOnes();

private:
    Forge m_forge;

    TapTermination termination() const
    {
        return {.isOn = true, .authorities = {m_forge.authority()}};
    }

    static QUrl urlOf(const Endpoint &endpoint)
    {
        return QUrl(u"https://localhost:%1/"_s.arg(endpoint.serverPort()));
    }
};

namespace {

const QNetworkProxy straight(QNetworkProxy::NoProxy);

} // namespace

//! The status is the tap's; the endpoint was asked for its certificate and nothing else.
void tst_TapTermination::faultWithinTls()
{
    TapThread tap;
    Endpoint endpoint(&m_forge);
    tap.name(endpoint.serverPort(), u"ENDPOINT"_s);
    tap.setPlan(u"http-503"_s, straight, termination());
    Exchange exchange;
    exchange.post(urlOf(endpoint), tap.proxy(), QByteArray(100'000, 'x'), m_forge.authority(),
                  tap.authority());
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 503);
    QCOMPARE(exchange.reply->error(), QNetworkReply::ServiceUnavailableError);
    QVERIFY(exchange.reply->readAll().contains("The tap answered"));
    QCOMPARE(endpoint.bytes, 0);
    QTRY_COMPARE(endpoint.cleanEnds, 1);
    QTRY_VERIFY(tap.has(WireEvent::Kind::Closed));
    QCOMPARE(tap.log(),
             (QStringList{
                 u"dns started localhost"_s, u"dns finished localhost 127.0.0.1,::1"_s,
                 u"connect started 127.0.0.1:ENDPOINT"_s, u"connect finished 127.0.0.1:ENDPOINT"_s,
                 u"client hello localhost h2,http/1.1"_s, u"server hello TLS 1.3 http/1.1"_s,
                 u"terminated TLS 1.3 http/1.1"_s, u"request seen"_s, u"fault http-503"_s,
                 u"response seen"_s, u"server closed FIN"_s}));
    const auto events = tap.events();
    const auto told = std::find_if(events.begin(), events.end(), [](const WireEvent &event) {
        return event.kind == WireEvent::Kind::TlsTerminated;
    });
    QVERIFY2(told->detail.contains(u"HTTP/2, which is not passed on"_s), qPrintable(told->detail));
}

//! The answer is the endpoint's own, and only its head is touched.
void tst_TapTermination::answerOfTheEndpoint()
{
    TapThread tap;
    Endpoint endpoint(&m_forge);
    endpoint.answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + QByteArray(300'000, 'y');
    tap.setPlan(u"head-huge(bytes=5000)"_s, straight, termination());
    Exchange exchange;
    exchange.post(urlOf(endpoint), tap.proxy(), "x", m_forge.authority(), tap.authority());
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), QNetworkReply::NoError);
    QCOMPARE(exchange.reply->readAll(), QByteArray(300'000, 'y'));
    QCOMPARE(exchange.reply->rawHeader("X-Filler").size(), 5000 - 10);
    QCOMPARE(endpoint.requests, 1);
}

//! An attempt whose fault does not lie within TLS keeps it end to end.
void tst_TapTermination::onlyWhereItIsNeeded()
{
    TapThread tap;
    Endpoint endpoint(&m_forge);
    tap.setPlan(u"latency(ms=1),ok"_s, straight, termination());
    for (const int attempt : {1, 2}) {
        Exchange exchange;
        // The tap's authority is not trusted.
        exchange.post(urlOf(endpoint), tap.proxy(attempt), "x", m_forge.authority());
        QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
        QCOMPARE(exchange.reply->error(), QNetworkReply::NoError);
    }
    QVERIFY(!tap.has(WireEvent::Kind::TlsTerminated));
}

void tst_TapTermination::notWithoutAsking()
{
    TapThread tap;
    Endpoint endpoint(&m_forge);
    tap.setPlan(u"http-503"_s);
    Exchange exchange;
    exchange.post(urlOf(endpoint), tap.proxy(), "x", m_forge.authority(), tap.authority());
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), QNetworkReply::SslHandshakeFailedError);
    QTRY_VERIFY(tap.has(WireEvent::Kind::FaultRefused));
    QVERIFY(!tap.has(WireEvent::Kind::FaultInjected));
    QCOMPARE(endpoint.bytes, 0);
}

void tst_TapTermination::badEndpoints_data()
{
    QTest::addColumn<CertificateRequest>("certificate");
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QStringList names{u"localhost"_s};
    QTest::newRow("expired") << CertificateRequest{
        .names = names, .notBefore = now.addDays(-9), .notAfter = now.addDays(-1)};
    QTest::newRow("not yet valid")
        << CertificateRequest{.names = names, .notBefore = now.addDays(1)};
    QTest::newRow("another host") << CertificateRequest{.names = {u"other.invalid"_s}};
    QTest::newRow("signed by itself") << CertificateRequest{.names = names, .selfSigned = true};
}

//! What is wrong with the endpoint is told as if the tap were not there, and no request is sent.
void tst_TapTermination::badEndpoints()
{
    if (!Retryscope::Test::knowsLocalhost())
        QSKIP("This system does not know the name localhost.");
    QFETCH(CertificateRequest, certificate);
    TapThread tap;
    Endpoint endpoint(m_forge.issue(certificate));
    Exchange direct;
    direct.post(urlOf(endpoint), straight, "x", m_forge.authority());
    QTRY_VERIFY_WITH_TIMEOUT(direct.finished, 20000);
    tap.setPlan(u"http-503"_s, straight, termination());
    Exchange exchange;
    exchange.post(urlOf(endpoint), tap.proxy(), "x", m_forge.authority(), tap.authority());
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), QNetworkReply::SslHandshakeFailedError);
    QCOMPARE(exchange.reply->error(), direct.reply->error());
    QCOMPARE(exchange.sslErrors, direct.sslErrors);
    QCOMPARE(exchange.reply->sslConfiguration().peerCertificate(),
             direct.reply->sslConfiguration().peerCertificate());
    QCOMPARE(endpoint.bytes, 0);
    // Who looks away still sends nothing to an endpoint that was to be spared the request.
    Exchange careless;
    careless.post(urlOf(endpoint), tap.proxy(), "x", m_forge.authority(), tap.authority());
    careless.reply->ignoreSslErrors();
    QTRY_VERIFY_WITH_TIMEOUT(careless.finished, 20000);
    QCOMPARE(endpoint.bytes, 0);
}

void tst_TapTermination::whoAcceptsAnything()
{
    TapThread tap;
    Endpoint endpoint(m_forge.issue({.names = {u"other.invalid"_s}, .selfSigned = true}));
    tap.setPlan(u"http-503"_s, straight, {.isOn = true, .verifies = false});
    Exchange exchange;
    exchange.post(urlOf(endpoint), tap.proxy(), "x", QSslCertificate(), tap.authority());
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 503);
}

//! Another client of the same machine is not fooled.
void tst_TapTermination::whoDistrustsTheTap()
{
    TapThread tap;
    Endpoint endpoint(&m_forge);
    tap.setPlan(u"http-503"_s, straight, termination());
    Exchange exchange;
    exchange.post(urlOf(endpoint), tap.proxy(), "x", m_forge.authority());
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), QNetworkReply::SslHandshakeFailedError);
    QCOMPARE(endpoint.bytes, 0);
}

//! A request that trusts the tap does not trust the certificates it makes to be turned down.
void tst_TapTermination::anotherAuthorityThanTheBadOnes()
{
    TapThread tap;
    Endpoint endpoint(&m_forge);
    tap.setPlan(u"tls-unknownca"_s, straight, termination());
    Exchange exchange;
    exchange.post(urlOf(endpoint), tap.proxy(), "x", m_forge.authority(), tap.authority());
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), QNetworkReply::SslHandshakeFailedError);
    QVERIFY(exchange.sslErrors.contains(QSslError::UnableToGetLocalIssuerCertificate));
}

QTEST_GUILESS_MAIN(tst_TapTermination)
#include "tst_taptermination.moc"
