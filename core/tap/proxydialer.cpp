// SPDX-License-Identifier: MIT
#include "core/tap/proxydialer_p.h"

#include "core/fault/faultcatalogue.h"

#include <chrono>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! More than the minute that Squid gives itself to reach a server, so that its answer is heard.
constexpr std::chrono::seconds handshakeTime{75};

QString hostAndPort(const QString &host, quint16 port)
{
    const bool isV6 = host.contains(u':');
    return (isV6 ? QString(u'[' + host + u']') : host) + u':' + QString::number(port);
}

QByteArray bytesOf(const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        const quint32 v4 = address.toIPv4Address();
        QByteArray bytes;
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes.append(static_cast<char>(v4 >> shift & 255));
        return bytes;
    }
    const Q_IPV6ADDR v6 = address.toIPv6Address();
    return QByteArray(reinterpret_cast<const char *>(&v6), sizeof v6);
}

//! Qt's own HTTP proxy engine reports CONNECT with 404 and with 503 by these codes.
Socks5::Reply replyFor(ProxyHandshake::Blame blame, const QString &cause)
{
    if (blame == ProxyHandshake::Blame::Name || cause == "CONNECT 404"_L1)
        return Socks5::Reply::HostUnreachable;
    if (cause == "CONNECT 503"_L1 || cause.endsWith("(5)"_L1))
        return Socks5::Reply::ConnectionRefused;
    if (blame == ProxyHandshake::Blame::Target)
        return cause.endsWith("(6)"_L1) ? Socks5::Reply::TtlExpired
                                        : Socks5::Reply::NetworkUnreachable;
    return Socks5::Reply::ProxyFailed;
}

} // namespace

ProxyDialer::ProxyDialer(Clock *clock, quint16 ownPort, const QNetworkProxy &proxy,
                         Dialer::Report report, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_ownPort(ownPort)
    , m_proxy(proxy)
    , m_report(std::move(report))
    , m_timer(clock->createTimer())
{}

ProxyDialer::~ProxyDialer()
{
    if (m_lookup >= 0)
        QHostInfo::abortHostLookup(m_lookup);
}

void ProxyDialer::setFault(const Fault &fault, std::function<void(const QString &)> injected)
{
    m_fault = fault;
    m_injected = std::move(injected);
}

void ProxyDialer::dial(const SocksTarget &target)
{
    m_target = target;
    if (strike())
        return;
    const bool looksUp = m_proxy.capabilities().testFlag(QNetworkProxy::HostNameLookupCapability);
    if (!target.name.isEmpty() && !looksUp && QHostAddress(target.name).isNull())
        resolve();
    else
        dialProxy();
}

std::unique_ptr<StreamSocket> ProxyDialer::takeSocket()
{
    if (m_socket)
        m_socket->disconnect(this);
    return std::move(m_socket);
}

//! The proxy is left out of it: what it would say is made here. A look-up that is only slow or
//! wrong is one of the tap's own, and the proxy gets what came of it.
bool ProxyDialer::strike()
{
    const auto phase = faultDescriptor(m_fault.kind).phase;
    const bool isDialers = phase == FaultPhase::Dns || phase == FaultPhase::Connect;
    const bool isTunnels = m_fault.kind == FaultKind::Reset || m_fault.kind == FaultKind::Close
                           || m_fault.kind == FaultKind::Latency;
    if (!isDialers || isTunnels)
        return false;
    if (m_fault.kind == FaultKind::DnsSlow || m_fault.kind == FaultKind::DnsWrong) {
        strikeLookup();
        return true;
    }
    m_dialer = std::make_unique<Dialer>(m_clock, m_ownPort, m_report, nullptr);
    connect(m_dialer.get(), &Dialer::failed, this, &ProxyDialer::failed);
    m_dialer->setFault(m_fault, m_injected);
    // Nobody looks the name up, so there is no address but the name.
    m_dialer->strikeAt(m_target, hostAndPort(hostOf(m_target), m_target.port));
    return true;
}

void ProxyDialer::strikeLookup()
{
    WireEvent event;
    event.kind = WireEvent::Kind::DnsStarted;
    event.host = hostOf(m_target);
    m_report(event);
    if (m_fault.kind == FaultKind::DnsSlow) {
        const std::chrono::milliseconds wait(m_fault.parameter(u"ms"_s).number);
        m_injected(u"the proxy is asked %1 ms later"_s.arg(wait.count()));
        m_timer->start(wait, [this] { dialProxy(); });
        return;
    }
    const QString address = m_fault.parameter(u"address"_s).text;
    m_injected(u"the proxy is asked for %1"_s.arg(address));
    event.kind = WireEvent::Kind::DnsFinished;
    event.addresses = QStringList{address};
    m_report(event);
    m_target.name.clear();
    m_target.address = bytesOf(QHostAddress(address));
    dialProxy();
}

void ProxyDialer::resolve()
{
    WireEvent event;
    event.kind = WireEvent::Kind::DnsStarted;
    event.host = m_target.name;
    m_report(event);
    // See Dialer::resolve().
    m_lookup = QHostInfo::lookupHost(m_target.name, this, SLOT(takeLookup(QHostInfo)));
}

void ProxyDialer::takeLookup(const QHostInfo &info)
{
    m_lookup = -1;
    WireEvent done;
    done.kind = WireEvent::Kind::DnsFinished;
    done.host = m_target.name;
    const QList<QHostAddress> addresses = info.addresses();
    for (const QHostAddress &address : addresses)
        done.addresses.append(address.toString());
    if (addresses.isEmpty())
        done.error = info.errorString();
    m_report(done);
    if (addresses.isEmpty()) {
        Q_EMIT failed(Socks5::Reply::HostUnreachable);
        return;
    }
    m_target.name.clear();
    m_target.address = bytesOf(addresses.first());
    dialProxy();
}

void ProxyDialer::dialProxy()
{
    const auto toProxy = [this](WireEvent event) {
        event.toProxy = true;
        m_report(event);
    };
    m_dialer = std::make_unique<Dialer>(m_clock, m_ownPort, toProxy, nullptr);
    // Queued: the dialer must not be destroyed from inside.
    connect(m_dialer.get(), &Dialer::connected, this, &ProxyDialer::shakeHands,
            Qt::QueuedConnection);
    connect(m_dialer.get(), &Dialer::failed, this, &ProxyDialer::dialFailed, Qt::QueuedConnection);
    SocksTarget proxy;
    proxy.name = m_proxy.hostName();
    proxy.port = m_proxy.port();
    m_dialer->dial(proxy);
}

void ProxyDialer::dialFailed(Socks5::Reply reply)
{
    m_dialer.reset();
    report(WireEvent::Kind::ProxyStarted);
    if (reply == Socks5::Reply::HostUnreachable)
        fail(ProxyHandshake::Blame::Proxy, u"ProxyNotFound"_s, u"its name could not be resolved"_s);
    else if (reply == Socks5::Reply::ConnectionRefused)
        fail(ProxyHandshake::Blame::Proxy, u"ProxyRefused"_s, u"it refused the connection"_s);
    else
        fail(ProxyHandshake::Blame::Proxy, u"ProxyTimedOut"_s, u"it could not be reached"_s);
}

void ProxyDialer::shakeHands()
{
    m_socket = m_dialer->takeSocket();
    m_dialer.reset();
    const bool isSocks = m_proxy.type() == QNetworkProxy::Socks5Proxy;
    m_handshake = std::make_unique<ProxyHandshake>(
        isSocks ? ProxyHandshake::Protocol::Socks5 : ProxyHandshake::Protocol::Http, m_target,
        m_proxy.user().toLatin1(), m_proxy.password().toLatin1());
    report(WireEvent::Kind::ProxyStarted);
    connect(m_socket.get(), &StreamSocket::readyRead, this, &ProxyDialer::readProxy);
    connect(m_socket.get(), &StreamSocket::broken, this, [this] {
        m_handshake->end();
        judge();
    });
    m_timer->start(handshakeTime, [this] {
        fail(ProxyHandshake::Blame::Proxy, u"ProxySilent"_s,
             u"it did not answer within %1 s"_s.arg(handshakeTime.count()));
    });
    m_socket->write(m_handshake->takeOutput());
    m_socket->setReading(true);
}

void ProxyDialer::readProxy()
{
    QByteArray bytes;
    // No more than the handshake's own: the rest belongs to the tunnel.
    while (m_handshake->state() == ProxyHandshake::State::NeedMore) {
        switch (m_socket->read(&bytes, m_handshake->wanted())) {
        case StreamSocket::Read::Data:
            m_handshake->feed(bytes);
            m_socket->write(m_handshake->takeOutput());
            break;
        case StreamSocket::Read::Nothing:
            return;
        case StreamSocket::Read::End:
        case StreamSocket::Read::Broken:
            m_handshake->end();
            break;
        }
    }
    judge();
}

void ProxyDialer::judge()
{
    m_timer->stop();
    m_socket->setReading(false);
    m_socket->disconnect(this);
    if (m_handshake->state() == ProxyHandshake::State::Failed) {
        fail(m_handshake->blame(), m_handshake->cause(), m_handshake->errorText());
        return;
    }
    report(WireEvent::Kind::ProxyFinished);
    Q_EMIT connected();
}

void ProxyDialer::fail(ProxyHandshake::Blame blame, const QString &cause, const QString &error)
{
    WireEvent event;
    event.kind = WireEvent::Kind::ProxyFinished;
    event.host = hostAndPort(hostOf(m_target), m_target.port);
    event.via = hostAndPort(m_proxy.hostName(), m_proxy.port());
    event.detail = cause;
    event.error = error;
    event.isTargetsFailure = blame == ProxyHandshake::Blame::Target;
    event.isNamesFailure = blame == ProxyHandshake::Blame::Name;
    m_report(event);
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->close();
        m_socket.release()->deleteLater();
    }
    Q_EMIT failed(replyFor(blame, cause));
}

void ProxyDialer::report(WireEvent::Kind kind) const
{
    WireEvent event;
    event.kind = kind;
    event.host = hostAndPort(hostOf(m_target), m_target.port);
    event.via = hostAndPort(m_proxy.hostName(), m_proxy.port());
    m_report(event);
}

} // namespace Retryscope

#include "moc_proxydialer_p.cpp"
