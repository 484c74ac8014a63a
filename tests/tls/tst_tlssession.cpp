// SPDX-License-Identifier: MIT
#include "core/tls/forge.h"
#include "core/tls/tlssession.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

using State = TlsSession::State;

class tst_TlsSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void bytesBothWays_data();
    void bytesBothWays();
    void protocols_data();
    void protocols();
    void goodbye();
    void judgesTheServer_data();
    void judgesTheServer();
    void nobodyToExpect_data();
    void nobodyToExpect();
    void demandsACertificate();
    void weakKeyIsShown();
    void garbage();
    void noCredential();

private:
    Forge m_forge;
};

namespace {

//! Carries what both have to say until neither has anything; returns what came out of them.
struct Wire
{
    TlsSession &client;
    TlsSession &server;
    QByteArray atClient = {};
    QByteArray atServer = {};

    void settle(qsizetype piece = 1 << 20)
    {
        for (bool moved = true; moved;) {
            const QByteArray up = client.takeOutput();
            const QByteArray down = server.takeOutput();
            for (qsizetype at = 0; at < up.size(); at += piece)
                atServer += server.feed(up.mid(at, piece));
            for (qsizetype at = 0; at < down.size(); at += piece)
                atClient += client.feed(down.mid(at, piece));
            moved = !up.isEmpty() || !down.isEmpty();
        }
    }
};

} // namespace

void tst_TlsSession::bytesBothWays_data()
{
    QTest::addColumn<qsizetype>("piece");
    QTest::newRow("as they come") << qsizetype(1 << 20);
    QTest::newRow("byte by byte") << qsizetype(1);
}

void tst_TlsSession::bytesBothWays()
{
    QFETCH(qsizetype, piece);
    TlsSession server(TlsSession::Server{.credential = m_forge.issue({.names = {u"host.test"_s}})});
    TlsSession client(
        TlsSession::Client{.host = u"host.test"_s, .authorities = {m_forge.authority()}});
    Wire wire{client, server};
    wire.settle(piece);
    QCOMPARE(client.state(), State::Open);
    QCOMPARE(server.state(), State::Open);
    QCOMPARE(client.version(), u"TLS 1.3"_s);
    const QByteArray request(100'000, 'q');
    client.write(request);
    server.write("answer");
    wire.settle(piece);
    QCOMPARE(wire.atServer, request);
    QCOMPARE(wire.atClient, QByteArray("answer"));
}

void tst_TlsSession::protocols_data()
{
    QTest::addColumn<QList<QByteArray>>("offered");
    QTest::addColumn<QList<QByteArray>>("known");
    QTest::addColumn<QByteArray>("chosen");
    using Names = QList<QByteArray>;
    QTest::newRow("one in common")
        << Names{"h2", "http/1.1"} << Names{"http/1.1"} << QByteArray("http/1.1");
    QTest::newRow("none in common") << Names{"h2"} << Names{"http/1.1"} << QByteArray();
    QTest::newRow("none offered") << Names{} << Names{"http/1.1"} << QByteArray();
}

void tst_TlsSession::protocols()
{
    QFETCH(QList<QByteArray>, offered);
    QFETCH(QList<QByteArray>, known);
    QFETCH(QByteArray, chosen);
    TlsSession server(TlsSession::Server{.credential = m_forge.issue({.names = {u"host.test"_s}}),
                                         .protocols = known});
    TlsSession client(TlsSession::Client{
        .host = u"host.test"_s, .protocols = offered, .authorities = {m_forge.authority()}});
    Wire{client, server}.settle();
    QCOMPARE(client.state(), State::Open);
    QCOMPARE(client.protocol(), chosen);
    QCOMPARE(server.protocol(), chosen);
}

void tst_TlsSession::goodbye()
{
    TlsSession server(TlsSession::Server{.credential = m_forge.issue({.names = {u"host.test"_s}})});
    TlsSession client(
        TlsSession::Client{.host = u"host.test"_s, .authorities = {m_forge.authority()}});
    Wire wire{client, server};
    wire.settle();
    server.write("last words");
    server.finish();
    wire.settle();
    QCOMPARE(wire.atClient, QByteArray("last words"));
    QCOMPARE(client.state(), State::Ended);
    // Half a close: the other direction still works.
    client.write("and an answer");
    wire.settle();
    QCOMPARE(wire.atServer, QByteArray("and an answer"));
}

void tst_TlsSession::judgesTheServer_data()
{
    QTest::addColumn<CertificateRequest>("certificate");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("isTrusted");
    QTest::addColumn<QString>("says");
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QStringList names{u"host.test"_s, u"127.0.0.1"_s};
    const auto row = [](const char *name, const CertificateRequest &certificate,
                        const QString &host, bool isTrusted, const QString &says) {
        QTest::newRow(name) << certificate << host << isTrusted << says;
    };
    row("sound", {.names = names}, u"host.test"_s, true, {});
    row("sound, with a dot", {.names = names}, u"host.test."_s, true, {});
    row("sound, for an address", {.names = names}, u"127.0.0.1"_s, true, {});
    row("expired", {.names = names, .notBefore = now.addDays(-9), .notAfter = now.addDays(-1)},
        u"host.test"_s, true, u"expired"_s);
    row("not yet valid", {.names = names, .notBefore = now.addDays(1)}, u"host.test"_s, true,
        u"not yet valid"_s);
    row("another host", {.names = names}, u"other.test"_s, true, u"hostname mismatch"_s);
    row("another address", {.names = names}, u"127.0.0.2"_s, true, u"IP address mismatch"_s);
    row("signed by itself", {.names = names, .selfSigned = true}, u"host.test"_s, true,
        u"self-signed"_s);
    row("nobody knows who signed it", {.names = names}, u"host.test"_s, false,
        u"unable to get local issuer"_s);
}

void tst_TlsSession::judgesTheServer()
{
    QFETCH(CertificateRequest, certificate);
    QFETCH(QString, host);
    QFETCH(bool, isTrusted);
    QFETCH(QString, says);
    const QList<QSslCertificate> authorities =
        isTrusted ? QList<QSslCertificate>{m_forge.authority()} : QList<QSslCertificate>{};
    for (const bool verifies : {true, false}) {
        TlsSession server(TlsSession::Server{.credential = m_forge.issue(certificate)});
        TlsSession client(
            TlsSession::Client{.host = host, .authorities = authorities, .verifies = verifies});
        Wire{client, server}.settle();
        const bool isGood = says.isEmpty() || !verifies;
        QCOMPARE(client.state(), isGood ? State::Open : State::Failed);
        if (isGood)
            continue;
        QVERIFY2(client.certificateError().contains(says, Qt::CaseInsensitive),
                 qPrintable(client.certificateError()));
        QVERIFY(server.receivedAlert());
    }
}

void tst_TlsSession::nobodyToExpect_data()
{
    QTest::addColumn<QString>("host");
    QTest::newRow("no name") << QString();
    QTest::newRow("only a dot") << u"."_s;
    QTest::newRow("an address with a scope") << u"fe80::1%eth0"_s;
    QTest::newRow("a name with a NUL") << QString(u"host.test\0.other"_s);
}

// OpenSSL takes "nobody" for "anybody".
void tst_TlsSession::nobodyToExpect()
{
    QFETCH(QString, host);
    TlsSession strict(TlsSession::Client{.host = host, .authorities = {m_forge.authority()}});
    QCOMPARE(strict.state(), State::Failed);
    QVERIFY(strict.errorText().contains(u"is no name that a certificate can be for"_s));
    QCOMPARE(strict.takeOutput(), QByteArray());
    TlsSession careless(TlsSession::Client{.host = host, .verifies = false});
    QCOMPARE(careless.state(), State::Handshaking);
    QVERIFY(!careless.takeOutput().isEmpty());
}

void tst_TlsSession::demandsACertificate()
{
    TlsSession server(TlsSession::Server{.credential = m_forge.issue({.names = {u"host.test"_s}}),
                                         .demandsCertificate = true});
    TlsSession client(
        TlsSession::Client{.host = u"host.test"_s, .authorities = {m_forge.authority()}});
    Wire{client, server}.settle();
    QCOMPARE(server.state(), State::Failed);
    QCOMPARE(client.receivedAlert(), std::optional(116)); // certificate_required
}

void tst_TlsSession::weakKeyIsShown()
{
    const Credential weak = m_forge.issue({.names = {u"host.test"_s}, .weakKey = true});
    QCOMPARE(weak.key.algorithm(), QSsl::Rsa);
    QCOMPARE(weak.key.length(), 1024);
    TlsSession server(TlsSession::Server{.credential = weak});
    TlsSession client(
        TlsSession::Client{.host = u"host.test"_s, .authorities = {m_forge.authority()}});
    Wire{client, server}.settle();
    // It is shown, and turned down.
    QCOMPARE(client.state(), State::Failed);
    QVERIFY2(client.certificateError().contains(u"key too weak"_s),
             qPrintable(client.certificateError()));
}

void tst_TlsSession::garbage()
{
    TlsSession server(TlsSession::Server{.credential = m_forge.issue({.names = {u"host.test"_s}})});
    QCOMPARE(server.feed("GET / HTTP/1.1\r\n\r\n"), QByteArray());
    QCOMPARE(server.state(), State::Failed);
    QVERIFY(!server.errorText().isEmpty());
    QCOMPARE(server.feed("more"), QByteArray());
    server.write("nothing");
    server.finish();
}

void tst_TlsSession::noCredential()
{
    TlsSession server(TlsSession::Server{});
    QCOMPARE(server.state(), State::Failed);
    QCOMPARE(server.takeOutput(), QByteArray());
    QCOMPARE(server.feed("x"), QByteArray());
}

QTEST_GUILESS_MAIN(tst_TlsSession)
#include "tst_tlssession.moc"
