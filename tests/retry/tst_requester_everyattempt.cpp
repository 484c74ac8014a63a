// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QHttp2Configuration>
#include <QtNetwork/QSslServer>
#include <QtNetwork/QSslSocket>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! What is set on a request or a reply is there in every attempt: two fail, the third is answered.
class tst_RequesterEveryAttempt : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void requestReachesQtUnchanged();
    void aHeaderIsMadeAnew();
    void tlsSettings_data();
    void tlsSettings();
    void withoutAClientCertificate();
};

namespace {

const QByteArray Body = "body";

//! Notes what it is asked to send.
class NotingManager final : public QNetworkAccessManager
{
public:
    NotingManager() { setProxy(QNetworkProxy::NoProxy); }

    QList<QNetworkRequest> seen;

protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request,
                                 QIODevice *body) override
    {
        seen.append(request);
        return QNetworkAccessManager::createRequest(operation, request, body);
    }
};

//! A TLS server that closes after the first two requests, answers the third, and notes what each
//! handshake brought.
class TlsPeer final : public QObject
{
public:
    TlsPeer(const Credential &credential, QSslSocket::PeerVerifyMode mode)
    {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setPrivateKey(credential.key);
        configuration.setLocalCertificateChain(credential.chain);
        configuration.setAllowedNextProtocols(
            {QSslConfiguration::ALPNProtocolHTTP2, QSslConfiguration::NextProtocolHttp1_1});
        configuration.setPeerVerifyMode(mode);
        m_server.setSslConfiguration(configuration);
        connect(&m_server, &QTcpServer::pendingConnectionAvailable, this, &TlsPeer::serve);
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("no port");
    }

    QUrl url() const
    {
        return QUrl(QStringLiteral("https://127.0.0.1:%1/").arg(m_server.serverPort()));
    }

    //! The client's certificate and the protocol that was agreed on, a line a connection.
    QStringList handshakes;
    int requests = 0;

private:
    void serve()
    {
        auto *socket = qobject_cast<QSslSocket *>(m_server.nextPendingConnection());
        const QString name =
            socket->peerCertificate().subjectInfo(QSslCertificate::CommonName).join(u',');
        const QByteArray protocol = socket->sslConfiguration().nextNegotiatedProtocol();
        handshakes.append((name.isEmpty() ? QStringLiteral("nobody") : name) % u' '
                          % QString::fromLatin1(protocol));
        connect(socket, &QIODevice::readyRead, this, [this, socket] {
            if (!socket->readAll().endsWith(Body))
                return;
            if (++requests == 3)
                socket->write(response(200, "third time"));
            else
                socket->disconnectFromHost();
        });
    }

    QSslServer m_server;
};

QList<QSslError> unknownAuthority(const QSslCertificate &certificate)
{
    return {QSslError(QSslError::UnableToGetLocalIssuerCertificate, certificate),
            QSslError(QSslError::UnableToVerifyFirstCertificate, certificate),
            QSslError(QSslError::CertificateUntrusted, certificate)};
}

} // namespace

void tst_RequesterEveryAttempt::requestReachesQtUnchanged()
{
    const PeerScript cut{readRequest(), fin()};
    const RawPeer peer({cut, cut, PeerScript{readRequest(), sendBytes(response(200, "ok"))}});
    RequesterBench bench;
    NotingManager manager;
    RetryingRequester requester(&manager, &bench.clock, &bench.random);
    QNetworkRequest request = bench.request(peer.url());
    request.setRawHeader("X-Header", "value");
    request.setPriority(QNetworkRequest::HighPriority);
    request.setMaximumRedirectsAllowed(7);
    request.setOriginatingObject(this);
    request.setPeerVerifyName(QStringLiteral("peer.test"));
    request.setDecompressedSafetyCheckThreshold(1'234);
    QHttp2Configuration http2;
    http2.setSessionReceiveWindowSize(123'456);
    request.setHttp2Configuration(http2);
    using Attribute = QNetworkRequest::Attribute;
    const QList<std::pair<Attribute, QVariant>> attributes{
        {Attribute::Http2AllowedAttribute, false},
        {Attribute::HttpPipeliningAllowedAttribute, true},
        {Attribute::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork},
        {Attribute::CacheSaveControlAttribute, false},
        {Attribute::CookieLoadControlAttribute, QNetworkRequest::Manual},
        {Attribute::CookieSaveControlAttribute, QNetworkRequest::Manual},
        {Attribute::AuthenticationReuseAttribute, QNetworkRequest::Automatic},
        {Attribute::RedirectPolicyAttribute, QNetworkRequest::SameOriginRedirectPolicy},
        {Attribute::EmitAllUploadProgressSignalsAttribute, true},
        {Attribute::User, QStringLiteral("mine")},
    };
    for (const auto &[attribute, value] : attributes)
        request.setAttribute(attribute, value);
    auto *reply = bench.watch(requester.post(request, Body));
    QVERIFY(bench.finish(reply));

    QCOMPARE(bench.log.lines(),
             lines({"1 started", "1 failed Io", "wait 200ms", "2 started", "2 failed Io",
                    "wait 400ms", "3 started", "status 200", "finished"}));
    QCOMPARE(manager.seen.size(), 3);
    for (const QNetworkRequest &seen : std::as_const(manager.seen)) {
        QCOMPARE(seen.url(), request.url());
        QCOMPARE(seen.rawHeader("X-Header"), "value");
        QCOMPARE(seen.priority(), QNetworkRequest::HighPriority);
        QCOMPARE(seen.maximumRedirectsAllowed(), 7);
        QCOMPARE(seen.originatingObject(), this);
        QCOMPARE(seen.peerVerifyName(), QStringLiteral("peer.test"));
        QCOMPARE(seen.decompressedSafetyCheckThreshold(), 1'234);
        QCOMPARE(seen.http2Configuration().sessionReceiveWindowSize(), 123'456u);
        for (const auto &[attribute, value] : attributes)
            QCOMPARE(seen.attribute(attribute), value);
    }
}

void tst_RequesterEveryAttempt::aHeaderIsMadeAnew()
{
    const PeerScript cut{readRequest(), fin()};
    const RawPeer peer({cut, cut, PeerScript{readRequest(), sendBytes(response(200, "ok"))}});
    RequesterBench bench;
    QNetworkRequest request = bench.request(peer.url());
    request.setRawHeader("X-Taken-Out", "once");
    auto *reply = bench.watch(bench.requester.post(request, Body));
    connect(reply, &RetryingReply::attemptStarted, reply, [reply](int attempt) {
        QVERIFY(reply->setRequestHeader("X-Stamp", "stamp-" + QByteArray::number(attempt)));
        if (attempt == 2)
            QVERIFY(reply->setRequestHeader("X-Taken-Out", QByteArray()));
        // What would make another request of it, or none.
        QVERIFY(!reply->setRequestHeader("Content-Length", "3"));
        QVERIFY(!reply->setRequestHeader("Transfer-Encoding", "chunked"));
    });
    // Too late for an attempt that runs.
    connect(reply, &RetryingReply::attemptFailed, reply,
            [reply] { QVERIFY(reply->setRequestHeader("X-Stamp", "of-nobody")); });
    QVERIFY(bench.finish(reply));

    const QList<PeerRequest> seen = peer.received();
    QCOMPARE(seen.size(), 3);
    for (qsizetype i = 0; i < seen.size(); ++i) {
        QCOMPARE(seen.at(i).header("X-Stamp"), "stamp-" + QByteArray::number(i + 1));
        QCOMPARE(seen.at(i).header("X-Taken-Out"), i == 0 ? QByteArray("once") : QByteArray());
        QCOMPARE(seen.at(i).body, Body);
    }
}

void tst_RequesterEveryAttempt::tlsSettings_data()
{
    QTest::addColumn<QString>("trust");
    QTest::addColumn<bool>("isHttp2Allowed");
    QTest::addColumn<bool>("isMutual");
    for (const char *trust :
         {"by the request", "by the reply", "ignore all", "ignore these", "ignore in the slot"}) {
        QTest::addRow("trusted: %s", trust) << QString::fromLatin1(trust) << false << false;
    }
    QTest::newRow("a client certificate of the request")
        << QStringLiteral("by the request") << false << true;
    QTest::newRow("a client certificate of the reply")
        << QStringLiteral("by the reply") << false << true;
    QTest::newRow("HTTP/2 is offered") << QStringLiteral("by the request") << true << false;
}

void tst_RequesterEveryAttempt::tlsSettings()
{
    QFETCH(QString, trust);
    QFETCH(bool, isHttp2Allowed);
    QFETCH(bool, isMutual);
    Forge forge;
    const Credential server = forge.issue({.names = {QStringLiteral("127.0.0.1")}});
    TlsPeer peer(server, isMutual ? QSslSocket::QueryPeer : QSslSocket::VerifyNone);
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({forge.authority()});
    if (isMutual) {
        const Credential client = forge.issue({.names = {QStringLiteral("client.test")}});
        configuration.setPrivateKey(client.key);
        configuration.setLocalCertificateChain(client.chain);
    }
    RequesterBench bench;
    QNetworkRequest request = bench.request(peer.url());
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, isHttp2Allowed);
    if (trust == QStringLiteral("by the request"))
        request.setSslConfiguration(configuration);
    auto *reply = bench.watch(bench.requester.post(request, Body));
    int complaints = 0;
    connect(reply, &QNetworkReply::sslErrors, this, [&](const QList<QSslError> &errors) {
        ++complaints;
        if (trust == QStringLiteral("ignore in the slot"))
            reply->ignoreSslErrors(errors);
    });
    if (trust == QStringLiteral("by the reply"))
        reply->setSslConfiguration(configuration);
    else if (trust == QStringLiteral("ignore all"))
        reply->ignoreSslErrors();
    else if (trust == QStringLiteral("ignore these"))
        reply->ignoreSslErrors(unknownAuthority(server.chain.first()));

    if (isHttp2Allowed) {
        // Our peer agrees to it and does not speak it: the handshake is all there is to see.
        QTRY_COMPARE(peer.handshakes, lines({"nobody h2"}));
        reply->abort();
        QVERIFY(bench.finish(reply));
        return;
    }
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             lines({"1 started", "1 failed Io", "wait 200ms", "2 started", "2 failed Io",
                    "wait 400ms", "3 started", "status 200", "finished"}));
    QCOMPARE(reply->readAll(), "third time");
    const QString who = isMutual ? QStringLiteral("client.test") : QStringLiteral("nobody");
    const QString line = who % QStringLiteral(" ");
    QCOMPARE(peer.handshakes, QStringList({line, line, line}));
    QCOMPARE(complaints, trust.startsWith(QStringLiteral("ignore")) ? 3 : 0);
}

void tst_RequesterEveryAttempt::withoutAClientCertificate()
{
    Forge forge;
    TlsPeer peer(forge.issue({.names = {QStringLiteral("127.0.0.1")}}), QSslSocket::VerifyPeer);
    RequesterBench bench;
    bench.authority = forge.authority();
    QNetworkRequest request = bench.request(peer.url());
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    auto *reply = bench.watch(bench.requester.post(request, Body));
    QVERIFY(bench.finish(reply));
    // With TLS 1.3 the client may send before the server has judged its certificate: what can be
    // known is that the request left and no answer came.
    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Io"), QStringLiteral("RemoteHostClosedError")));
    QCOMPARE(peer.requests, 0);
}

QTEST_GUILESS_MAIN(tst_RequesterEveryAttempt)
#include "tst_requester_everyattempt.moc"
