// SPDX-License-Identifier: MIT
#include "core/tap/tap.h"

#include "core/tap/tapconnection_p.h"
#include "core/tap/tapcontext_p.h"

#include <QtCore/QQueue>
#include <QtCore/QRandomGenerator>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QTcpServer>

#include <array>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace Retryscope {

namespace {

//! 32 hexadecimal digits: 128 bits of the system's entropy.
QByteArray makePassword()
{
    std::array<quint32, 4> words;
    QRandomGenerator::system()->fillRange(words.data(), words.size());
    return QByteArray::fromRawData(reinterpret_cast<const char *>(words.data()), sizeof words)
        .toHex();
}

//! Hands descriptors over: QTcpSocket would hide what the tap must see.
class Listener final : public QTcpServer
{
public:
    std::function<void(qintptr)> onConnection;

protected:
    void incomingConnection(qintptr descriptor) override { onConnection(descriptor); }
};

} // namespace

class Tap::Private
{
public:
    void add(qintptr descriptor);
    void remove(TapConnection *connection);

    TapContext context;
    //! These three are made in start(), in the thread the tap lives in by then.
    std::unique_ptr<QObject> drains;
    std::unique_ptr<QObject> connectionParent;
    std::unique_ptr<Listener> listener;
    std::vector<TapConnection *> connections;
    QQueue<qintptr> waiting;
    quint64 lastNumber = 0;
    QString errorText;
};

void Tap::Private::add(qintptr descriptor)
{
    // Who is one too many waits: a client that was turned away without an answer would come back
    // at once, and for ever. QTcpServer goes on accepting what is in the system's queue even after
    // pauseAccepting(), so these few wait here.
    if (connections.size() >= maxConnections) {
        listener->pauseAccepting();
        waiting.enqueue(descriptor);
        return;
    }
    auto *connection =
        new TapConnection(&context, descriptor, ++lastNumber, connectionParent.get());
    connections.push_back(connection);
    QObject::connect(connection, &TapConnection::finished, listener.get(),
                     [this, connection] { remove(connection); });
}

void Tap::Private::remove(TapConnection *connection)
{
    if (std::erase(connections, connection) == 0)
        return;
    // Not at once: it may be what called us.
    connection->deleteLater();
    if (!waiting.isEmpty())
        add(waiting.dequeue());
    else
        listener->resumeAccepting();
}

Tap::Tap(Clock *clock, QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    d->context.clock = clock;
    d->context.publish = [this](quint64 generation, const WireEvent &event) {
        Q_EMIT wireEvent(generation, event);
    };
}

Tap::~Tap()
{
    stop();
}

bool Tap::start(quint16 port)
{
    stop();
    d->drains = std::make_unique<QObject>();
    d->connectionParent = std::make_unique<QObject>();
    d->context.drains = d->drains.get();
    d->listener = std::make_unique<Listener>();
    d->listener->onConnection = [this](qintptr descriptor) {
        d->add(descriptor);
    };
    if (!d->listener->listen(QHostAddress::LocalHost, port)) {
        d->errorText = d->listener->errorString();
        stop();
        return false;
    }
    StreamSocket::limitBacklog(d->listener->socketDescriptor());
    d->errorText.clear();
    d->context.port = d->listener->serverPort();
    d->context.password = makePassword();
    return true;
}

void Tap::stop()
{
    d->listener.reset();
    for (const qintptr descriptor : std::exchange(d->waiting, {}))
        StreamSocket(descriptor, nullptr).close();
    d->connections.clear();
    d->connectionParent.reset();
    d->drains.reset();
    d->context.port = 0;
    d->context.password.clear();
}

QString Tap::errorString() const
{
    return d->errorText;
}

quint16 Tap::port() const
{
    return d->context.port;
}

QByteArray Tap::password() const
{
    return d->context.password;
}

void Tap::setReader(QObject *reader)
{
    d->context.reader = reader;
}

QSslCertificate Tap::authority()
{
    return d->context.terminationForge().authority();
}

void Tap::setPlan(quint64 generation, const FaultPlan &plan, const QNetworkProxy &upstream,
                  const TapTermination &termination)
{
    d->context.termination = termination;
    d->context.generation = generation;
    d->context.plan = plan;
    d->context.upstream = upstream;
    d->context.counted = 0;
    const std::vector<TapConnection *> all = d->connections;
    for (TapConnection *connection : all) {
        if (connection->isLoggedIn() && connection->generation() != generation)
            d->remove(connection);
    }
}

void Tap::endPlan()
{
    setPlan(0, {});
}

QNetworkProxy Tap::proxyFor(quint64 generation, int attempt, const QString &host) const
{
    // Qt takes the address family of the proxy for the host's too (startHostInfoLookup() in
    // QHttpNetworkConnection): an IPv6 address behind an IPv4 proxy is "not found" before the proxy
    // is asked. Written as an IPv6 address, it is the same listener.
    const bool toIpv6 = QHostAddress(host).protocol() == QAbstractSocket::IPv6Protocol;
    const QString own = toIpv6 ? QStringLiteral("::ffff:127.0.0.1") : QStringLiteral("127.0.0.1");
    return QNetworkProxy(QNetworkProxy::Socks5Proxy, own, port(),
                         QString::number(generation) + u'.' + QString::number(attempt),
                         QString::fromLatin1(password()));
}

void Tap::setCountsConnections(bool on)
{
    d->context.counts = on;
}

QByteArray Tap::countedUser()
{
    return QByteArrayLiteral("retryscope");
}

int Tap::connectionCount() const
{
    return static_cast<int>(d->connections.size());
}

} // namespace Retryscope

#include "moc_tap.cpp"
