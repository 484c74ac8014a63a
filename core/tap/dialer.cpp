// SPDX-License-Identifier: MIT
#include "core/tap/dialer_p.h"

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace Retryscope {

namespace {

using namespace std::chrono_literals;

//! For all addresses of a name together: just below the 30 s after which Qt's own socket gives up,
//! so that the client hears the reason instead of a bare time-out.
constexpr std::chrono::nanoseconds dialBudget = 28s;
constexpr std::chrono::nanoseconds shortestDial = 4s;

//! "localhost" and everything below it is loopback without a look-up (RFC 6761 section 6.3): a
//! resolver that asks the network for it could be answered from anywhere.
bool isLocalhost(QString name)
{
    if (name.endsWith(u'.'))
        name.chop(1);
    return name.compare(QLatin1StringView("localhost"), Qt::CaseInsensitive) == 0
           || name.endsWith(QLatin1StringView(".localhost"), Qt::CaseInsensitive);
}

//! The reply whose Qt error is the one a direct connection gives for this errno. EHOSTUNREACH is
//! not reply 4 "host unreachable", which Qt reports as HostNotFoundError.
Socks5::Reply replyFor(int error)
{
    switch (error) {
    case ECONNREFUSED:
    case ECONNRESET:
        return Socks5::Reply::ConnectionRefused;
    case ENETUNREACH:
    case EHOSTUNREACH:
        return Socks5::Reply::NetworkUnreachable;
    case ETIMEDOUT:
        return Socks5::Reply::TtlExpired;
    default:
        return Socks5::Reply::NetworkUnreachable;
    }
}

QString describe(const QHostAddress &address, quint16 port)
{
    const QString text = address.toString();
    const bool isV6 = address.protocol() == QAbstractSocket::IPv6Protocol;
    return (isV6 ? QString(u'[' + text + u']') : text) + u':' + QString::number(port);
}

QHostAddress fromBytes(const QByteArray &bytes)
{
    const auto *data = reinterpret_cast<const quint8 *>(bytes.constData());
    if (bytes.size() == 16)
        return QHostAddress(data);
    quint32 v4 = 0;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        v4 = v4 << 8 | data[i];
    return QHostAddress(v4);
}

} // namespace

QString hostOf(const SocksTarget &target)
{
    return target.address.isEmpty() ? target.name : fromBytes(target.address).toString();
}

Dialer::Dialer(Clock *clock, quint16 ownPort, Report report, QObject *parent)
    : QObject(parent)
    , m_ownPort(ownPort)
    , m_report(std::move(report))
    , m_timer(clock->createTimer())
{}

Dialer::~Dialer()
{
    if (m_lookup >= 0)
        QHostInfo::abortHostLookup(m_lookup);
}

void Dialer::setFault(FaultKind fault, std::function<void(const QString &)> injected)
{
    m_fault = fault;
    m_injected = std::move(injected);
}

void Dialer::dial(const SocksTarget &target)
{
    m_target = target;
    if (m_fault == FaultKind::Dns) {
        failLookup();
        return;
    }
    if (!target.address.isEmpty()) {
        dialAll({fromBytes(target.address)});
        return;
    }
    QHostAddress literal;
    if (literal.setAddress(target.name))
        dialAll({literal});
    else
        resolve();
}

std::unique_ptr<StreamSocket> Dialer::takeSocket()
{
    if (m_socket)
        m_socket->disconnect(this);
    return std::move(m_socket);
}

void Dialer::resolve()
{
    WireEvent event;
    event.kind = WireEvent::Kind::DnsStarted;
    event.host = m_target.name;
    m_report(event);
    if (isLocalhost(m_target.name)) {
        QHostInfo info;
        info.setAddresses(
            {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)});
        resolved(info);
        return;
    }
    m_lookup = QHostInfo::lookupHost(m_target.name, this, [this](const QHostInfo &info) {
        m_lookup = -1;
        resolved(info);
    });
}

void Dialer::failLookup()
{
    WireEvent event;
    event.kind = WireEvent::Kind::DnsStarted;
    event.host = hostOf(m_target);
    m_report(event);
    m_injected(QStringLiteral("answered as a name that does not exist; nothing was looked up"));
    event.kind = WireEvent::Kind::DnsFinished;
    event.error = QStringLiteral("Host not found");
    m_report(event);
    Q_EMIT failed(Socks5::Reply::HostUnreachable);
}

void Dialer::failConnect()
{
    const bool refused = m_fault == FaultKind::Refused;
    m_injected(refused
                   ? QStringLiteral("answered as a closed port; nothing was dialled")
                   : QStringLiteral("answered as a network without a route; nothing was dialled"));
    reportConnect(WireEvent::Kind::ConnectFinished, refused
                                                        ? QStringLiteral("Connection refused")
                                                        : QStringLiteral("Network is unreachable"));
    Q_EMIT failed(refused ? Socks5::Reply::ConnectionRefused : Socks5::Reply::NetworkUnreachable);
}

void Dialer::resolved(const QHostInfo &info)
{
    WireEvent event;
    event.kind = WireEvent::Kind::DnsFinished;
    event.host = m_target.name;
    const QList<QHostAddress> addresses = info.addresses();
    for (const QHostAddress &address : addresses)
        event.addresses.append(address.toString());
    if (addresses.isEmpty())
        event.error = info.errorString();
    m_report(event);
    if (addresses.isEmpty())
        Q_EMIT failed(Socks5::Reply::HostUnreachable);
    else
        dialAll(addresses);
}

void Dialer::dialAll(const QList<QHostAddress> &addresses)
{
    m_addresses = addresses;
    m_next = 0;
    dialNext();
}

void Dialer::dialNext()
{
    const QHostAddress address = m_addresses.at(m_next);
    reportConnect(WireEvent::Kind::ConnectStarted);
    if (m_fault == FaultKind::Refused || m_fault == FaultKind::Unreachable) {
        failConnect();
        return;
    }
    if (isSelf(address)) {
        dialFailed(QStringLiteral("The tap does not relay to itself"),
                   Socks5::Reply::ConnectionRefused);
        return;
    }
    m_socket = std::make_unique<StreamSocket>(nullptr);
    connect(m_socket.get(), &StreamSocket::connected, this, [this] {
        m_timer->stop();
        reportConnect(WireEvent::Kind::ConnectFinished);
        Q_EMIT connected();
    });
    connect(m_socket.get(), &StreamSocket::connectFailed, this, [this] {
        m_timer->stop();
        dialFailed(m_socket->lastErrorText(), replyFor(m_socket->lastError()));
    });
    m_timer->start(
        std::max<std::chrono::nanoseconds>(shortestDial, dialBudget / m_addresses.size()), [this] {
            m_socket->close();
            dialFailed(QStringLiteral("Connection timed out"), Socks5::Reply::TtlExpired);
        });
    m_socket->connectTo(address, m_target.port);
}

void Dialer::dialFailed(const QString &error, Socks5::Reply reply)
{
    reportConnect(WireEvent::Kind::ConnectFinished, error);
    // A refusal says more than the missing IPv6 of an address tried later.
    m_refused = m_refused || reply == Socks5::Reply::ConnectionRefused;
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket.release()->deleteLater();
    }
    if (++m_next < m_addresses.size())
        dialNext();
    else
        Q_EMIT failed(m_refused ? Socks5::Reply::ConnectionRefused : reply);
}

void Dialer::reportConnect(WireEvent::Kind kind, const QString &error)
{
    WireEvent event;
    event.kind = kind;
    event.address = describe(m_addresses.at(m_next), m_target.port);
    event.error = error;
    m_report(event);
}

bool Dialer::isSelf(const QHostAddress &address) const
{
    // 0.0.0.0 and :: connect to loopback too.
    return m_target.port == m_ownPort
           && (address.isLoopback() || address.isEqual(QHostAddress(QHostAddress::AnyIPv4))
               || address.isEqual(QHostAddress(QHostAddress::AnyIPv6)));
}

} // namespace Retryscope

#include "moc_dialer_p.cpp"
