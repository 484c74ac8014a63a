// SPDX-License-Identifier: MIT
#include "tests/qtfacts/lab.h"

#include "tests/qtfacts/oneshotdevice.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QNetworkProxyFactory>
#include <QtNetwork/QSslConfiguration>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

namespace Retryscope::Test {

namespace {

Forge &forge()
{
    static Forge forge;
    return forge;
}

//! One answer a connection, so that there may be any number of markers.
PeerScript markerScript()
{
    return {readRequest(), sendBytes(response(200, "marker", "Connection: close\r\n")), fin()};
}

Credential credentialOf(const Stimulus &stimulus)
{
    const bool isGiven = !stimulus.credential.key.isNull();
    return !stimulus.isTls ? Credential() : isGiven ? stimulus.credential : Lab::credential();
}

QString bodyText(const QByteArray &seen, const QByteArray &whole)
{
    if (seen == whole)
        return QStringLiteral("body whole");
    if (seen.isEmpty())
        return QStringLiteral("body empty");
    if (whole.startsWith(seen))
        return QStringLiteral("body cut");
    return QStringLiteral("body different");
}

} // namespace

//! The proxy for everything but the marker.
class Lab::Factory final : public QNetworkProxyFactory
{
public:
    Factory(const QNetworkProxy &proxy, quint16 markerPort) : m_proxy(proxy), m_port(markerPort) {}

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        return {query.peerPort() == m_port ? QNetworkProxy(QNetworkProxy::NoProxy) : m_proxy};
    }

private:
    const QNetworkProxy m_proxy;
    const quint16 m_port;
};

Lab::Lab(const Stimulus &stimulus)
    : peer(stimulus.scripts, credentialOf(stimulus))
    , m_stimulus(stimulus)
    , m_marker(markerScript())
{
    QNetworkProxy proxy(stimulus.proxy);
    if (stimulus.proxy != QNetworkProxy::NoProxy) {
        proxy.setHostName(QStringLiteral("127.0.0.1"));
        proxy.setPort(stimulus.proxyPort == 0 ? peer.port() : stimulus.proxyPort);
    }
    manager.setProxyFactory(new Factory(proxy, m_marker.port()));
}

Lab::~Lab() = default;

const QSslCertificate &Lab::authority()
{
    static const QSslCertificate certificate = forge().authority();
    return certificate;
}

const Credential &Lab::credential()
{
    static const Credential credential = forge().issue({.names = {QStringLiteral("127.0.0.1")}});
    return credential;
}

Credential Lab::issue(const CertificateRequest &request)
{
    return forge().issue(request);
}

QNetworkRequest Lab::request() const
{
    QNetworkRequest request(m_stimulus.url.isEmpty() ? peer.url() : m_stimulus.url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::ManualRedirectPolicy);
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({authority()});
    request.setSslConfiguration(configuration);
    if (m_stimulus.upload == Upload::OneShot) {
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        request.setHeader(QNetworkRequest::ContentLengthHeader, m_stimulus.body.size());
    }
    if (m_stimulus.prepare)
        m_stimulus.prepare(request);
    return request;
}

QNetworkReply *Lab::send()
{
    QNetworkReply *reply = nullptr;
    switch (m_stimulus.upload) {
    case Upload::Bytes:
        reply = manager.post(request(), m_stimulus.body);
        break;
    case Upload::OneShot: {
        auto *device = new OneShotDevice(m_stimulus.body);
        reply = manager.post(request(), device);
        device->setParent(reply);
        break;
    }
    case Upload::None:
        reply = manager.get(request());
        break;
    }
    sends = 0;
    connects = 0;
    if (m_stimulus.readBufferSize > 0)
        reply->setReadBufferSize(m_stimulus.readBufferSize);
    QObject::connect(reply, &QNetworkReply::requestSent, reply, [this] { ++sends; });
    QObject::connect(reply, &QNetworkReply::socketStartedConnecting, reply, [this] { ++connects; });
    // For scripts that hold until the client has read.
    QObject::connect(reply, &QIODevice::readyRead, reply, [this] { peer.release(); });
    m_received.clear();
    if (m_stimulus.readBufferSize > 0) {
        QObject::connect(reply, &QIODevice::readyRead, reply,
                         [this, reply] { m_received += reply->readAll(); });
    }
    return reply;
}

bool Lab::finish(QNetworkReply *reply)
{
    return reply->isFinished() || QSignalSpy(reply, &QNetworkReply::finished).wait(30'000);
}

void Lab::sendMarker()
{
    const std::unique_ptr<QNetworkReply> marker(manager.get(QNetworkRequest(m_marker.url())));
    if (!finish(marker.get()))
        qFatal("the manager does not answer other requests any more");
}

void Lab::settle(const QNetworkReply *reply)
{
    const auto state = [this] {
        return QList<qint64>{peer.connections(), peer.scriptsDone(), peer.requests(), sends,
                             connects,           m_received.size()};
    };
    const auto isBusy = [this] {
        return peer.connections() == 0 || peer.scriptsDone() < peer.connections()
               || peer.connections() < connects;
    };
    QList<qint64> before;
    for (int quiet = 0; quiet < 3 && !reply->isFinished();) {
        sendMarker();
        quiet = isBusy() || before != state() ? 0 : quiet + 1;
        before = state();
    }
}

QString Lab::endOf(QNetworkReply *reply) const
{
    if (!reply->isFinished())
        return QStringLiteral("no end");
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    QString error = keyOf(reply->error());
    if (m_stimulus.showsText)
        error += QStringLiteral(" \"%1\"").arg(reply->errorString());
    if (status == 0)
        return QStringLiteral("%1, no status").arg(error);
    return QStringLiteral("%1, status %2, %3")
        .arg(error, QString::number(status),
             reply->isOpen() ? bodyText(m_received + reply->readAll(), m_stimulus.answer)
                             : QStringLiteral("body closed"));
}

int Lab::copies() const
{
    switch (m_stimulus.counted) {
    case Counted::Requests:
        return peer.requests();
    case Counted::Connections:
        return peer.connections();
    }
    return -1;
}

QString Lab::sendEarlier()
{
    for (int i = 0; i < m_stimulus.earlier; ++i) {
        const std::unique_ptr<QNetworkReply> earlier(send());
        if (!finish(earlier.get()) || earlier->error() != QNetworkReply::NoError)
            return QStringLiteral("the request before failed: ") + earlier->errorString();
    }
    if (m_stimulus.rests) {
        // It closes; then the manager's thread has seen that once it has answered something else.
        while (peer.scriptsDone() < peer.connections())
            sendMarker();
        // More than one: over TLS the end is reported twice.
        for (int i = 0; i < 3; ++i)
            sendMarker();
    }
    return {};
}

Observation Lab::observe()
{
    if (const QString error = sendEarlier(); !error.isEmpty())
        return {error, 0};
    const int before = copies();
    const std::unique_ptr<QNetworkReply> reply(send());
    if (m_stimulus.mayHang)
        settle(reply.get());
    else
        finish(reply.get());
    const Observation observation{endOf(reply.get()), copies() - before};
    if (!reply->isFinished())
        reply->abort();
    return observation;
}

void checkFact(const Fact &fact, const Observation &observation)
{
    if (qEnvironmentVariableIsSet("QTFACTS_PRINT"))
        qInfo("%s", qPrintable(toText(observation)));
    const QString complaint = complaintAbout(fact, observation);
    QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
}

void checkRow(const Row &row)
{
    // Patterns add up, so that init() cannot do this: a row may allow a warning.
    QTest::failOnWarning(QRegularExpression(
        row.warning.isEmpty() ? QStringLiteral(".*") : QStringLiteral("^(?!%1)").arg(row.warning)));
    bool isSeen = row.sought.isEmpty();
    for (int run = 0; run < row.runs; ++run) {
        const Observation observation = Lab(row.stimulus).observe();
        checkFact(row.fact, observation);
        if (QTest::currentTestFailed())
            return;
        isSeen = isSeen || observation.end == row.sought;
        if (isSeen && !row.sought.isEmpty())
            return;
    }
    if (!isSeen) {
        // No failure: a race that happened to fall the other way, or a Qt that was mended.
        QSKIP(qPrintable(
            QStringLiteral("Not once in %1 runs: %2. Has Qt %3 been mended? The fact: %4")
                .arg(QString::number(row.runs), row.sought, QString::fromLatin1(qVersion()),
                     row.fact.sentence)));
    }
}

} // namespace Retryscope::Test
