// SPDX-License-Identifier: MIT
#include "core/tls/forge.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QTimeZone>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslSocket>
#include <QtNetwork/QTcpServer>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;

namespace {

//! Takes one connection and starts a TLS handshake on it.
class TlsServer final : public QTcpServer
{
public:
    explicit TlsServer(const Credential &credential) : m_credential(credential) {}

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto *socket = new QSslSocket(this);
        socket->setSocketDescriptor(descriptor);
        socket->setPrivateKey(m_credential.key);
        socket->setLocalCertificateChain(m_credential.chain);
        connect(socket, &QSslSocket::encrypted, socket, [socket] { socket->write("sound"); });
        socket->startServerEncryption();
    }

private:
    Credential m_credential;
};

struct Handshake
{
    bool encrypted = false;
    QByteArray received;
    QList<QSslError::SslError> errors;
};

//! A whole handshake over loopback by a client that trusts \a authority and nothing else.
Handshake shakeHands(const Credential &credential, const QSslCertificate &authority,
                     const QString &nameAskedFor)
{
    TlsServer server(credential);
    if (!server.listen(QHostAddress::LocalHost))
        qFatal("cannot listen on loopback");
    QSslSocket client;
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({});
    if (!authority.isNull())
        configuration.setCaCertificates({authority});
    client.setSslConfiguration(configuration);
    Handshake result;
    QObject::connect(&client, &QSslSocket::sslErrors, [&](const QList<QSslError> &errors) {
        for (const QSslError &error : errors)
            result.errors.append(error.error());
    });
    QSignalSpy closed(&client, &QSslSocket::disconnected);
    QSignalSpy ready(&client, &QSslSocket::readyRead);
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server.serverPort(), nameAskedFor);
    if (!QTest::qWaitFor([&] { return !closed.isEmpty() || !ready.isEmpty(); }))
        qFatal("the handshake neither failed nor succeeded");
    result.encrypted = client.isEncrypted();
    result.received = client.readAll();
    return result;
}

} // namespace

class tst_Forge : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void handshake_data();
    void handshake();
    void selfSignedNeedsNoAuthority();
    void anotherAuthorityIsNotTrusted();
    void certificateSaysWhatWasAsked();
    void authorityIsAnAuthority();
    void everythingDiffersBetweenTwo();
    void unusualNames_data();
    void unusualNames();
    void impossibleRequests_data();
    void impossibleRequests();
};

using Errors = QList<QSslError::SslError>;

void tst_Forge::handshake_data()
{
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<int>("firstDay");
    QTest::addColumn<int>("lastDay");
    QTest::addColumn<bool>("selfSigned");
    QTest::addColumn<QString>("nameAskedFor");
    QTest::addColumn<Errors>("errors");

    const QString host = QStringLiteral("api.example.com");
    const QString other = QStringLiteral("other.example");
    QTest::newRow("a sound certificate is accepted")
        << QStringList{host} << -1 << 30 << false << host << Errors{};
    QTest::newRow("any of several names is accepted")
        << QStringList{other, host} << -1 << 30 << false << host << Errors{};
    QTest::newRow("an IPv4 address is accepted")
        << QStringList{host, QStringLiteral("127.0.0.1")} << -1 << 30 << false
        << QStringLiteral("127.0.0.1") << Errors{};
    QTest::newRow("an IPv6 address is accepted") << QStringList{QStringLiteral("::1")} << -1 << 30
                                                 << false << QStringLiteral("::1") << Errors{};
    QTest::newRow("an internationalised name is accepted")
        << QStringList{QStringLiteral("b\u00fccher.example")} << -1 << 30 << false
        << QStringLiteral("b\u00fccher.example") << Errors{};
    QTest::newRow("a name too long for a common name is accepted")
        << QStringList{QString(63, u'a') + QStringLiteral(".example")} << -1 << 30 << false
        << QString(QString(63, u'a') + QStringLiteral(".example")) << Errors{};
    QTest::newRow("expired") << QStringList{host} << -30 << -1 << false << host
                             << Errors{QSslError::CertificateExpired};
    QTest::newRow("not yet valid") << QStringList{host} << 1 << 30 << false << host
                                   << Errors{QSslError::CertificateNotYetValid};
    QTest::newRow("wrong host") << QStringList{other} << -1 << 30 << false << host
                                << Errors{QSslError::HostNameMismatch};
    QTest::newRow("self-signed") << QStringList{host} << -1 << 30 << true << host
                                 << Errors{QSslError::SelfSignedCertificate};
}

void tst_Forge::handshake()
{
    QFETCH(QStringList, names);
    QFETCH(int, firstDay);
    QFETCH(int, lastDay);
    QFETCH(bool, selfSigned);
    QFETCH(QString, nameAskedFor);
    QFETCH(Errors, errors);

    Forge forge;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const Credential credential = forge.issue({.names = names,
                                               .notBefore = now.addDays(firstDay),
                                               .notAfter = now.addDays(lastDay),
                                               .selfSigned = selfSigned});
    const Handshake result = shakeHands(credential, forge.authority(), nameAskedFor);
    QCOMPARE(result.errors, errors);
    QCOMPARE(result.encrypted, errors.isEmpty());
    QCOMPARE(result.received, errors.isEmpty() ? QByteArray("sound") : QByteArray());
}

void tst_Forge::selfSignedNeedsNoAuthority()
{
    Forge forge;
    const Credential credential =
        forge.issue({.names = {QStringLiteral("a.example")}, .selfSigned = true});
    const Handshake result =
        shakeHands(credential, credential.chain.first(), QStringLiteral("a.example"));
    QCOMPARE(result.errors, Errors{});
    QVERIFY(result.encrypted);
}

void tst_Forge::anotherAuthorityIsNotTrusted()
{
    Forge trusted;
    Forge other;
    const Handshake result = shakeHands(other.issue({.names = {QStringLiteral("a.example")}}),
                                        trusted.authority(), QStringLiteral("a.example"));
    const Errors expected{QSslError::UnableToGetLocalIssuerCertificate,
                          QSslError::UnableToVerifyFirstCertificate};
    QCOMPARE(result.errors, expected);
    QVERIFY(!result.encrypted);
}

void tst_Forge::certificateSaysWhatWasAsked()
{
    Forge forge;
    const QDateTime first(QDate(2049, 12, 31), QTime(23, 59, 58), QTimeZone::utc());
    const QDateTime last(QDate(2051, 1, 1), QTime(0, 0, 1), QTimeZone::utc());
    const Credential credential =
        forge.issue({.names = {QStringLiteral("a.example"), QStringLiteral("b.example")},
                     .notBefore = first,
                     .notAfter = last});
    QCOMPARE(credential.chain.size(), 1);
    const QSslCertificate leaf = credential.chain.first();
    // The two dates lie on both sides of 2050, where X.509 changes from two-digit years to four.
    QCOMPARE(leaf.effectiveDate(), first);
    QCOMPARE(leaf.expiryDate(), last);
    QCOMPARE(leaf.subjectInfo(QSslCertificate::CommonName),
             QStringList{QStringLiteral("a.example")});
    QCOMPARE(leaf.subjectAlternativeNames().values(QSsl::DnsEntry).size(), 2);
    QCOMPARE(leaf.issuerInfo(QSslCertificate::CommonName),
             forge.authority().subjectInfo(QSslCertificate::CommonName));
    QVERIFY(!leaf.isSelfSigned());
    QCOMPARE(leaf.publicKey().algorithm(), QSsl::Ec);
    QCOMPARE(leaf.publicKey().length(), 256);
    QCOMPARE(credential.key.type(), QSsl::PrivateKey);
    QCOMPARE(credential.key.algorithm(), QSsl::Ec);
    const QString text = leaf.toText();
    for (const char *part :
         {"CA:FALSE", "Digital Signature", "TLS Web Server Authentication",
          "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier", "ecdsa-with-SHA256"})
        QVERIFY2(text.contains(QLatin1StringView(part)), part);
}

void tst_Forge::authorityIsAnAuthority()
{
    Forge forge;
    const QSslCertificate authority = forge.authority();
    QVERIFY(authority.isSelfSigned());
    const QString text = authority.toText();
    for (const char *part : {"CA:TRUE, pathlen:0", "Certificate Sign"})
        QVERIFY2(text.contains(QLatin1StringView(part)), part);
}

void tst_Forge::everythingDiffersBetweenTwo()
{
    Forge one;
    Forge two;
    QVERIFY(one.authority() != two.authority());
    QVERIFY(one.authority().serialNumber() != two.authority().serialNumber());
    const Credential a = one.issue({.names = {QStringLiteral("a.example")}});
    const Credential b = one.issue({.names = {QStringLiteral("a.example")}});
    QVERIFY(a.key != b.key);
    QVERIFY(a.chain.first().serialNumber() != b.chain.first().serialNumber());
}

// What a ClientHello asks for ends up in a certificate: it must never be read as OpenSSL's own
// little language, and never crash.
void tst_Forge::unusualNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("OpenSSL's separators") << QStringLiteral("a.example,DNS:evil.example");
    QTest::newRow("an underscore") << QStringLiteral("my_host.example");
    QTest::newRow("a wildcard") << QStringLiteral("*.example.com");
    QTest::newRow("a very long name") << QString(5000, u'x');
}

void tst_Forge::unusualNames()
{
    QFETCH(QString, name);
    Forge forge;
    const Credential credential = forge.issue({.names = {name}});
    QCOMPARE(credential.chain.size(), 1);
    QCOMPARE(credential.chain.first().subjectAlternativeNames().values(QSsl::DnsEntry),
             QList<QString>{name});
}

void tst_Forge::impossibleRequests_data()
{
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QDateTime>("notBefore");
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QTest::newRow("an empty name") << QStringList{QString()} << now;
    QTest::newRow("a name with a blank") << QStringList{QStringLiteral("a b")} << now;
    QTest::newRow("no date") << QStringList{QStringLiteral("a.example")} << QDateTime();
}

void tst_Forge::impossibleRequests()
{
    QFETCH(QStringList, names);
    QFETCH(QDateTime, notBefore);
    Forge forge;
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("libcrypto cannot make a certificate")));
    const Credential credential = forge.issue({.names = names, .notBefore = notBefore});
    QVERIFY(credential.key.isNull());
    QVERIFY(credential.chain.isEmpty());
}

QTEST_GUILESS_MAIN(tst_Forge)
#include "tst_forge.moc"
