// SPDX-License-Identifier: MIT
#include "tests/tap/taptest.h"

#include <QtNetwork/QNetworkRequest>
#include <QtNetwork/QSslSocket>
#include <QtTest/QTest>

namespace Retryscope::TapTest {

using namespace Qt::StringLiterals;

namespace {

QString named(const QString &address, const QMap<quint16, QString> &names)
{
    const qsizetype colon = address.lastIndexOf(u':');
    const quint16 port = address.mid(colon + 1).toUShort();
    return names.contains(port) ? QString(address.left(colon + 1) + names.value(port)) : address;
}

} // namespace

QString line(const WireEvent &event, const QMap<quint16, QString> &names)
{
    const QString side = event.fromServer ? u"server"_s : u"client"_s;
    const QString error = event.error.isEmpty() ? QString() : QString(u" error: " + event.error);
    const QString toProxy = event.toProxy ? u"proxy's "_s : QString();
    switch (event.kind) {
    case WireEvent::Kind::DnsStarted:
        return toProxy + u"dns started "_s + event.host;
    case WireEvent::Kind::DnsFinished:
        return toProxy + u"dns finished "_s + event.host + u' ' + event.addresses.join(u',')
               + error;
    case WireEvent::Kind::ConnectStarted:
        return toProxy + u"connect started "_s + named(event.address, names);
    case WireEvent::Kind::ConnectFinished:
        return toProxy + u"connect finished "_s + named(event.address, names) + error;
    case WireEvent::Kind::ProxyStarted:
        return u"proxy started "_s + named(event.host, names) + u" via "_s
               + named(event.via, names);
    case WireEvent::Kind::ProxyFinished:
        return u"proxy finished "_s + named(event.host, names)
               + (event.detail.isEmpty() ? error : QString(u" failed: "_s + event.detail));
    case WireEvent::Kind::TlsClientHello:
        return u"client hello "_s + event.serverName + u' ' + event.alpn.join(u',');
    case WireEvent::Kind::TlsServerHello:
        return u"server hello "_s + event.tlsVersion + u' ' + event.alpn.join(u',');
    case WireEvent::Kind::TlsAlert:
        return side + u" alert "_s + QString::number(event.alertLevel) + u' '
               + QString::number(event.alertCode) + u' ' + event.detail;
    case WireEvent::Kind::TlsFirstData:
        return side + u" first data"_s;
    case WireEvent::Kind::RequestSeen:
        return u"request seen"_s;
    case WireEvent::Kind::ResponseSeen:
        return u"response seen"_s;
    case WireEvent::Kind::FaultInjected:
        return u"fault "_s + event.fault.toString();
    case WireEvent::Kind::FaultRefused:
        return u"refused "_s + event.fault.toString();
    case WireEvent::Kind::TlsTerminated:
        return u"terminated "_s + event.tlsVersion + u' ' + event.alpn.join(u',')
               + (event.error.isEmpty() ? QString() : u" not"_s);
    case WireEvent::Kind::Closed:
        return side + u" closed "_s + event.detail;
    }
    return {};
}

TapThread::TapThread(Clock *clock) : m_tap(new Tap(clock))
{
    m_tap->moveToThread(&m_thread);
    m_thread.start();
    connect(m_tap, &Tap::wireEvent, this, [this](quint64 generation, const WireEvent &event) {
        if (generation != m_generation)
            return;
        m_events.append(event);
        Q_EMIT eventArrived();
    });
    bool started = false;
    QMetaObject::invokeMethod(
        m_tap,
        [&] {
            m_tap->setReader(this);
            started = m_tap->start();
        },
        Qt::BlockingQueuedConnection);
    if (!started)
        qFatal("The tap does not start");
    setPlan({});
}

TapThread::~TapThread()
{
    destroyTap();
    m_thread.quit();
    m_thread.wait();
}

QSslCertificate TapThread::authority()
{
    QSslCertificate authority;
    QMetaObject::invokeMethod(
        m_tap, [&] { authority = m_tap->authority(); }, Qt::BlockingQueuedConnection);
    return authority;
}

void TapThread::setPlan(const QString &plan, const QNetworkProxy &upstream,
                        const TapTermination &termination)
{
    const Result<FaultPlan> parsed = FaultPlan::fromString(plan);
    if (!parsed)
        qFatal("%s", qPrintable(parsed.error().message));
    ++m_generation;
    QMetaObject::invokeMethod(
        m_tap, [&] { m_tap->setPlan(m_generation, *parsed, upstream, termination); },
        Qt::BlockingQueuedConnection);
    m_events.clear();
}

int TapThread::connectionCount() const
{
    int count = 0;
    QMetaObject::invokeMethod(
        m_tap, [&] { count = m_tap->connectionCount(); }, Qt::BlockingQueuedConnection);
    return count;
}

void TapThread::destroyTap()
{
    if (m_tap)
        QMetaObject::invokeMethod(
            m_tap, [this] { delete m_tap; }, Qt::BlockingQueuedConnection);
    m_tap = nullptr;
}

QStringList TapThread::log() const
{
    QStringList lines;
    for (const WireEvent &event : m_events) {
        if (event.connection == m_events.first().connection)
            lines.append(line(event, m_names));
    }
    return lines;
}

bool TapThread::has(WireEvent::Kind kind) const
{
    return std::any_of(m_events.begin(), m_events.end(),
                       [=](const WireEvent &event) { return event.kind == kind; });
}

Endpoint::Endpoint(Forge *authority, QSsl::SslProtocol protocol)
    : answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    , m_protocol(protocol)
{
    if (authority)
        m_credential = authority->issue({.names = {u"localhost"_s, u"127.0.0.1"_s}});
    if (!listen(QHostAddress::LocalHost))
        qFatal("No loopback port: %s", qPrintable(errorString()));
}

Endpoint::Endpoint(const Credential &credential) : Endpoint()
{
    m_credential = credential;
}

void Endpoint::incomingConnection(qintptr descriptor)
{
    ++connections;
    auto *socket = new QSslSocket(this);
    socket->setSocketDescriptor(descriptor);
    last = socket;
    connect(socket, &QTcpSocket::readyRead, this,
            [this, socket, parser = std::make_shared<HttpRequestParser>()] {
                const QByteArray data = socket->readAll();
                bytes += data.size();
                if (parser->feed(data) != HttpRequestParser::State::Complete)
                    return;
                ++requests;
                parser->reset();
                socket->write(answer);
            });
    connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
        // Not for a reset, nor for a TLS connection cut without close_notify.
        if (socket->error() == QAbstractSocket::RemoteHostClosedError
            || socket->error() == QAbstractSocket::UnknownSocketError)
            ++cleanEnds;
    });
    if (m_credential.chain.isEmpty())
        return;
    QSslConfiguration configuration = socket->sslConfiguration();
    configuration.setLocalCertificateChain(m_credential.chain);
    configuration.setPrivateKey(m_credential.key);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setProtocol(m_protocol);
    configuration.setAllowedNextProtocols({"http/1.1"});
    socket->setSslConfiguration(configuration);
    socket->startServerEncryption();
}

void Exchange::post(const QUrl &url, const QNetworkProxy &proxy, const QByteArray &body,
                    const QSslCertificate &authority, const QSslCertificate &another)
{
    manager->setProxy(proxy);
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("text/plain"));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(authority.isNull() ? QList<QSslCertificate>()
                                                       : QList<QSslCertificate>{authority});
    if (!another.isNull())
        configuration.addCaCertificates({another});
    request.setSslConfiguration(configuration);
    reply.reset(manager->post(request, body));
    QObject::connect(reply.get(), &QNetworkReply::sslErrors, reply.get(),
                     [this](const QList<QSslError> &errors) {
                         for (const QSslError &error : errors)
                             sslErrors.append(error.error());
                     });
    QObject::connect(reply.get(), &QNetworkReply::finished, reply.get(),
                     [this] { finished = true; });
}

void Exchange::reset()
{
    reply.reset();
    manager.reset();
}

RawClient::RawClient(quint16 port)
{
    setProxy(QNetworkProxy::NoProxy);
    connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!waitForConnected(10000))
        qFatal("The tap cannot be reached: %s", qPrintable(errorString()));
}

QByteArray RawClient::take(qsizetype size)
{
    if (!QTest::qWaitFor([&] { return bytesAvailable() >= size; }, 10000))
        return {};
    return read(size);
}

bool RawClient::waitForEnd()
{
    return QTest::qWaitFor([&] { return state() == UnconnectedState; }, 10000);
}

bool RawClient::openTunnel(const TapThread &tap, quint16 port, int attempt)
{
    const QByteArray user =
        QByteArray::number(tap.generation()) + '.' + QByteArray::number(attempt);
    write(QByteArray::fromHex("050102"));
    if (take(2) != QByteArray::fromHex("0502"))
        return false;
    write(login(user, tap.tap()->password()));
    if (take(2) != QByteArray::fromHex("0100"))
        return false;
    write(connectTo(QHostAddress(QHostAddress::LocalHost), port));
    return take(10) == QByteArray::fromHex("05000001000000000000");
}

QByteArray login(const QByteArray &user, const QByteArray &password)
{
    return '\x01' + QByteArray(1, char(user.size())) + user + QByteArray(1, char(password.size()))
           + password;
}

QByteArray connectTo(const QHostAddress &address, quint16 port, char command)
{
    QByteArray bytes("\x05", 1);
    bytes += command;
    bytes += '\0';
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        bytes += '\x01';
        for (const int shift : {24, 16, 8, 0})
            bytes += char(address.toIPv4Address() >> shift);
    } else {
        bytes += '\x04';
        const Q_IPV6ADDR v6 = address.toIPv6Address();
        bytes.append(reinterpret_cast<const char *>(v6.c), 16);
    }
    return bytes + char(port >> 8) + char(port & 0xff);
}

QByteArray connectTo(const QByteArray &name, quint16 port)
{
    return QByteArray::fromHex("05010003") + char(name.size()) + name + char(port >> 8)
           + char(port & 0xff);
}

} // namespace Retryscope::TapTest
