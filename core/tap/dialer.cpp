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

//! One address of each family in turn, the resolver's favourite first (RFC 8305, 4): where a whole
//! family is out of reach, the other one is not far behind.
QList<QHostAddress> alternating(const QList<QHostAddress> &addresses)
{
    if (addresses.isEmpty())
        return addresses;
    const auto family = addresses.first().protocol();
    QList<QHostAddress> favourites;
    QList<QHostAddress> others;
    for (const QHostAddress &address : addresses)
        (address.protocol() == family ? favourites : others).append(address);
    QList<QHostAddress> result;
    for (qsizetype i = 0; i < std::max(favourites.size(), others.size()); ++i)
        result += favourites.mid(i, 1) + others.mid(i, 1);
    return result;
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

void Dialer::setFault(const Fault &fault, std::function<void(const QString &)> injected)
{
    m_fault = fault;
    m_injected = std::move(injected);
}

void Dialer::dial(const SocksTarget &target)
{
    m_target = target;
    if (!strikeLookup())
        goOn();
}

void Dialer::strikeAt(const SocksTarget &target, const QString &address)
{
    m_target = target;
    m_onlyAddress = address;
    if (strikeLookup())
        return;
    reportConnect(WireEvent::Kind::ConnectStarted);
    strikeConnect();
}

void Dialer::goOn()
{
    if (!m_target.address.isEmpty()) {
        dialAll({fromBytes(m_target.address)});
        return;
    }
    QHostAddress literal;
    if (literal.setAddress(m_target.name))
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

//! True where the fault has taken the look-up's place, for good or for a while.
bool Dialer::strikeLookup()
{
    const bool isLookups = m_fault.kind == FaultKind::Dns || m_fault.kind == FaultKind::DnsSlow
                           || m_fault.kind == FaultKind::DnsTimeout
                           || m_fault.kind == FaultKind::DnsWrong;
    if (!isLookups)
        return false;
    WireEvent event;
    event.kind = WireEvent::Kind::DnsStarted;
    event.host = hostOf(m_target);
    m_report(event);
    m_lookupReported = true;
    if (m_fault.kind == FaultKind::Dns) {
        failLookup();
    } else if (m_fault.kind == FaultKind::DnsTimeout) {
        m_injected(QStringLiteral("the look-up is never answered; nothing was looked up"));
    } else if (m_fault.kind == FaultKind::DnsWrong) {
        const QString address = m_fault.parameter(QStringLiteral("address")).text;
        m_injected(QStringLiteral("answered as %1; nothing was looked up").arg(address));
        finishLookup({QHostAddress(address)}, {});
    } else {
        const std::chrono::milliseconds wait(m_fault.parameter(QStringLiteral("ms")).number);
        m_injected(QStringLiteral("the look-up is held for %1 ms").arg(wait.count()));
        m_timer->start(wait, [this] { goOn(); });
    }
    return true;
}

void Dialer::resolve()
{
    if (!m_lookupReported) {
        WireEvent event;
        event.kind = WireEvent::Kind::DnsStarted;
        event.host = m_target.name;
        m_report(event);
    }
    if (isLocalhost(m_target.name)) {
        finishLookup(
            {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)}, {});
        return;
    }
    // By the slot's name: what Qt makes of a functor leaks where the look-up is aborted, or ends
    // behind its receiver (QHostInfoResult of 6.4 does not own it).
    m_lookup = QHostInfo::lookupHost(m_target.name, this, SLOT(takeLookup(QHostInfo)));
}

void Dialer::takeLookup(const QHostInfo &info)
{
    m_lookup = -1;
    finishLookup(info.addresses(), info.errorString());
}

void Dialer::failLookup()
{
    m_injected(QStringLiteral("answered as a name that does not exist; nothing was looked up"));
    finishLookup({}, QStringLiteral("Host not found"));
}

//! True where the fault has taken the connection's place.
bool Dialer::strikeConnect()
{
    if (m_fault.kind == FaultKind::Refused) {
        failConnect(QStringLiteral("answered as a closed port"),
                    QStringLiteral("Connection refused"), Socks5::Reply::ConnectionRefused);
    } else if (m_fault.kind == FaultKind::Unreachable) {
        failConnect(QStringLiteral("answered as a network without a route"),
                    QStringLiteral("Network is unreachable"), Socks5::Reply::NetworkUnreachable);
    } else if (m_fault.kind == FaultKind::TtlExpired) {
        failConnect(QStringLiteral("answered as a way that is too long"),
                    QStringLiteral("TTL expired"), Socks5::Reply::TtlExpired);
    } else if (m_fault.kind == FaultKind::Blackhole) {
        m_injected(QStringLiteral("nothing ever answers; nothing was dialled"));
    } else {
        return false;
    }
    return true;
}

void Dialer::failConnect(const QString &done, const QString &error, Socks5::Reply reply)
{
    m_injected(done + QStringLiteral("; nothing was dialled"));
    reportConnect(WireEvent::Kind::ConnectFinished, error);
    Q_EMIT failed(reply);
}

void Dialer::finishLookup(const QList<QHostAddress> &addresses, const QString &error)
{
    WireEvent event;
    event.kind = WireEvent::Kind::DnsFinished;
    event.host = hostOf(m_target);
    for (const QHostAddress &address : addresses)
        event.addresses.append(address.toString());
    if (addresses.isEmpty())
        event.error = error;
    m_report(event);
    if (addresses.isEmpty())
        Q_EMIT failed(Socks5::Reply::HostUnreachable);
    else
        dialAll(addresses);
}

void Dialer::dialAll(const QList<QHostAddress> &addresses)
{
    m_addresses = alternating(addresses);
    m_next = 0;
    dialNext();
}

void Dialer::dialNext()
{
    const QHostAddress address = m_addresses.at(m_next);
    reportConnect(WireEvent::Kind::ConnectStarted);
    if (strikeConnect())
        return;
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
    event.address =
        m_onlyAddress.isEmpty() ? describe(m_addresses.at(m_next), m_target.port) : m_onlyAddress;
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
