// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"
#include "tests/support/closedport.h"
#include "tests/support/localhost.h"

#include <QtCore/QDateTime>
#include <QtCore/QRegularExpression>
#include <QtNetwork/QHstsPolicy>

using namespace Retryscope;
using namespace Retryscope::Test;

//! What breaks before a request can leave: names, ports, handshakes, certificates.
class tst_RequesterConnect : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void closedPort();
    void unknownName();
    void cutHandshake_data();
    void cutHandshake();
    void refusedHandshake_data();
    void refusedHandshake();
    void badCertificate_data();
    void badCertificate();
    void strictTransportIsTls();
    void ignoredCertificate_data();
    void ignoredCertificate();
    void soundCertificate();
    void certificateKindCanBeSwitchedOff();

private:
    Forge m_forge;
};

namespace {

const QByteArray Body = "body";

// What every attempt had: no byte of the request has left.
void compareFailures(const RetryingReply *reply, const QString &cause, AttemptPhase phase)
{
    QCOMPARE(reply->attempts().size(), 3);
    for (const AttemptRecord &record : reply->attempts()) {
        QVERIFY(record.failure);
        QCOMPARE(record.failure->cause, cause);
        QCOMPARE(record.failure->phase, phase);
        QCOMPARE(record.failure->safety, Safety::NotSent);
        QCOMPARE(record.wireSends, 0);
        QVERIFY(!record.failure->message.isEmpty());
    }
    QCOMPARE(reply->errorString(), reply->failure()->message);
}

QString certificateLog(const RetryingReply *reply)
{
    return keyOf(reply->failure()->kind) + u' ' + reply->failure()->cause;
}

QUrl asTls(QUrl url)
{
    url.setScheme(QStringLiteral("https"));
    return url;
}

} // namespace

// T11
void tst_RequesterConnect::closedPort()
{
    const ClosedPort nobody;
    RequesterBench bench;
    const QUrl url = nobody.url();
    auto *reply = bench.watch(bench.requester.post(bench.request(url), Body));
    int connects = 0;
    connect(reply, &RetryingReply::attemptAdvanced, this, [&](int, Milestone milestone) {
        connects += milestone == Milestone::ConnectStarted ? 1 : 0;
    });
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Connect"), QStringLiteral("ConnectionRefusedError")));
    compareFailures(reply, QString(), AttemptPhase::Connect);
    QCOMPARE(connects, 3);
    QCOMPARE(reply->failure()->address, QStringLiteral("127.0.0.1:%1").arg(nobody.port()));
}

// T12
void tst_RequesterConnect::unknownName()
{
    RequesterBench bench;
    const QUrl url(QStringLiteral("http://nosuch.invalid/"));
    auto *reply = bench.watch(bench.requester.post(bench.request(url), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Dns"), QStringLiteral("HostNotFoundError")));
    compareFailures(reply, QString(), AttemptPhase::Dns);
    QVERIFY(reply->failure()->message.contains(QStringLiteral("nosuch.invalid")));
}

void tst_RequesterConnect::cutHandshake_data()
{
    QTest::addColumn<PeerScript>("script");
    QTest::newRow("T14 FIN after the ClientHello") << PeerScript{readSome(), fin()};
    QTest::newRow("T15 RST after the ClientHello") << PeerScript{readSome(), rst()};
}

void tst_RequesterConnect::cutHandshake()
{
    QFETCH(PeerScript, script);
    const RawPeer peer(script);
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(asTls(peer.url())), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Tls"), QStringLiteral("RemoteHostClosedError")));
    compareFailures(reply, QStringLiteral("ClosedInHandshake"), AttemptPhase::Tls);
    QCOMPARE(peer.connections(), 3);
}

void tst_RequesterConnect::refusedHandshake_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("cause");
    const auto alert = [](char code) -> QByteArray {
        return QByteArray("\x15\x03\x03\x00\x02\x02", 6) + code;
    };
    QTest::newRow("T17 plain HTTP where TLS was expected")
        << response(400, "This is plain HTTP.") << QStringLiteral("NotTls");
    QTest::newRow("T18 alert 40") << alert(40) << QStringLiteral("handshake_failure (40)");
    QTest::newRow("T18 alert 70") << alert(70) << QStringLiteral("protocol_version (70)");
    QTest::newRow("T18 alert 112") << alert(112) << QStringLiteral("unrecognized_name (112)");
}

void tst_RequesterConnect::refusedHandshake()
{
    QFETCH(QByteArray, answer);
    QFETCH(QString, cause);
    const RawPeer peer({readSome(), sendBytes(answer), fin()});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(asTls(peer.url())), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Tls"), QStringLiteral("SslHandshakeFailedError")));
    compareFailures(reply, cause, AttemptPhase::Tls);
    QCOMPARE(peer.connections(), 3);
}

// T16
void tst_RequesterConnect::badCertificate_data()
{
    QTest::addColumn<CertificateRequest>("certificate");
    QTest::addColumn<bool>("isAuthorityTrusted");
    QTest::addColumn<QString>("cause");
    const QDateTime now = QDateTime::currentDateTimeUtc();
    CertificateRequest sound{.names = {QStringLiteral("127.0.0.1")}};
    CertificateRequest selfSigned = sound;
    selfSigned.selfSigned = true;
    CertificateRequest expired = sound;
    expired.notBefore = now.addDays(-30);
    expired.notAfter = now.addDays(-1);
    CertificateRequest early = sound;
    early.notBefore = now.addDays(1);
    const CertificateRequest otherHost{.names = {QStringLiteral("other.test")}};
    QTest::newRow("self-signed") << selfSigned << true << QStringLiteral("SelfSignedCertificate");
    QTest::newRow("expired") << expired << true << QStringLiteral("CertificateExpired");
    QTest::newRow("not yet valid") << early << true << QStringLiteral("CertificateNotYetValid");
    QTest::newRow("for another host") << otherHost << true << QStringLiteral("HostNameMismatch");
    QTest::newRow("from an unknown authority")
        << sound << false << QStringLiteral("UnableToGetLocalIssuerCertificate");
}

void tst_RequesterConnect::badCertificate()
{
    QFETCH(CertificateRequest, certificate);
    QFETCH(bool, isAuthorityTrusted);
    QFETCH(QString, cause);
    const RawPeer peer({PeerScript{readRequest(), sendBytes(response(200, "never")), fin()}},
                       m_forge.issue(certificate));
    Forge other;
    RequesterBench bench;
    bench.authority = isAuthorityTrusted ? m_forge.authority() : other.authority();
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QSignalSpy sslErrors(reply, &QNetworkReply::sslErrors);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Certificate"), QStringLiteral("SslHandshakeFailedError")));
    compareFailures(reply, cause, AttemptPhase::Tls);
    QCOMPARE(sslErrors.count(), 3);
    QCOMPARE(peer.requests(), 0);
    // Who asks why it was refused can look at it.
    QVERIFY(!reply->sslConfiguration().peerCertificate().isNull());
}

// A host that has asked for https gets it, and what fails is told as what it was.
void tst_RequesterConnect::strictTransportIsTls()
{
    if (!Retryscope::Test::knowsLocalhost())
        QSKIP("This system does not know the name localhost.");
    const RawPeer peer({readSome(), fin()});
    RequesterBench bench;
    bench.manager.setStrictTransportSecurityEnabled(true);
    bench.manager.addStrictTransportSecurityHosts(
        {QHstsPolicy(QDateTime::currentDateTimeUtc().addDays(1), {}, QStringLiteral("localhost"))});
    QUrl url = peer.url();
    url.setHost(QStringLiteral("localhost"));
    QCOMPARE(url.scheme(), QStringLiteral("http"));
    auto *reply = bench.watch(bench.requester.post(bench.request(url), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Tls"), QStringLiteral("RemoteHostClosedError")));
}

void tst_RequesterConnect::ignoredCertificate_data()
{
    QTest::addColumn<bool>("isInSlot");
    QTest::newRow("ignored in a slot of sslErrors()") << true;
    QTest::newRow("ignored beforehand") << false;
}

void tst_RequesterConnect::ignoredCertificate()
{
    QFETCH(bool, isInSlot);
    const Credential bad = m_forge.issue({.names = {QStringLiteral("other.test")}});
    // The first attempt shows that a later one is told too.
    const RawPeer peer({PeerScript{readRequest(), fin()},
                        PeerScript{readRequest(), sendBytes(response(200, "trusted"))}},
                       bad);
    RequesterBench bench;
    bench.authority = m_forge.authority();
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    if (isInSlot) {
        connect(reply, &QNetworkReply::sslErrors, reply,
                [reply](const QList<QSslError> &errors) { reply->ignoreSslErrors(errors); });
    } else {
        reply->ignoreSslErrors();
    }
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             QStringList({QStringLiteral("1 started"), QStringLiteral("1 failed Io"),
                          QStringLiteral("wait 200ms"), QStringLiteral("2 started"),
                          QStringLiteral("status 200"), QStringLiteral("finished")}));
    QCOMPARE(reply->readAll(), "trusted");
    QVERIFY(!reply->sslConfiguration().peerCertificate().isNull());
}

void tst_RequesterConnect::soundCertificate()
{
    const RawPeer peer({PeerScript{readRequest(), sendBytes(response(200, "sound"))}},
                       m_forge.issue({.names = {QStringLiteral("127.0.0.1")}}));
    RequesterBench bench;
    bench.authority = m_forge.authority();
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QSignalSpy encrypted(reply, &QNetworkReply::encrypted);
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->readAll(), "sound");
    QCOMPARE(encrypted.count(), 1);
    QVERIFY(reply->attribute(QNetworkRequest::ConnectionEncryptedAttribute).toBool());
}

void tst_RequesterConnect::certificateKindCanBeSwitchedOff()
{
    const RawPeer peer({PeerScript{readRequest()}},
                       m_forge.issue({.names = {QStringLiteral("other.test")}}));
    RequesterBench bench;
    bench.authority = m_forge.authority();
    RetryPolicy policy;
    policy.retryOn.setFlag(RetryPolicy::Kind::Certificate, false);
    bench.requester.setPolicy(policy);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(
        bench.log.lines(),
        QStringList({QStringLiteral("1 started"), QStringLiteral("1 failed Certificate"),
                     QStringLiteral("stop KindNotRetried"),
                     QStringLiteral("error SslHandshakeFailedError"), QStringLiteral("finished")}));
    QCOMPARE(certificateLog(reply), QStringLiteral("Certificate HostNameMismatch"));
}

QTEST_GUILESS_MAIN(tst_RequesterConnect)
#include "tst_requester_connect.moc"
