// SPDX-License-Identifier: MIT
#include "core/tap/tunnel_p.h"

#include "core/fault/faultcatalogue.h"
#include "core/tap/drain_p.h"

#include <utility>

namespace Retryscope {

namespace {

//! No ClientHello is as long; what does not become one is relayed as it is.
constexpr qsizetype maxHeld = 128 * 1024;

//! Where TLS hides the end of a request, it is taken for whole when the client has been quiet this
//! long. What comes later is thrown away all the same.
constexpr std::chrono::milliseconds quietTime{50};

//! "close" and "reset" wait for the client's first byte, which proves that it has understood the
//! SOCKS reply: an end right behind the reply reaches Qt's SOCKS engine together with it, and it
//! reports UnknownNetworkError (measured with 6.4.2). A client that lets the server speak first is
//! cut off after this time.
constexpr std::chrono::seconds speechlessTime{1};

} // namespace

Tunnel::Tunnel(TapContext *context, std::unique_ptr<StreamSocket> client,
               std::unique_ptr<StreamSocket> upstream, const QString &host, const Fault &fault,
               Report report, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_client(std::move(client))
    , m_upstream(std::move(upstream))
    , m_timer(context->clock->createTimer())
    , m_host(host)
    , m_fault(fault)
    , m_report(std::move(report))
    , m_stage(firstStage(fault.kind))
{}

Tunnel::~Tunnel() = default;

void Tunnel::start(const QByteArray &early)
{
    watchClient();
    if (m_upstream)
        watchUpstream();
    if (m_fault.kind == FaultKind::Latency) {
        const std::chrono::milliseconds delay(m_fault.parameter(QStringLiteral("ms")).number);
        const std::chrono::milliseconds jitter(m_fault.parameter(QStringLiteral("jitter")).number);
        m_up->setDelay(delay, jitter, &m_context->chance);
        m_down->setDelay(delay, jitter, &m_context->chance);
        reportFault(
            QStringLiteral("every piece of data is held for %1 ms, both ways").arg(delay.count()));
    }
    if (m_stage == Stage::AwaitBytes)
        m_timer->start(speechlessTime, [this] { strike(); });
    if (!early.isEmpty())
        onClientBytes(early);
    if (!m_finished)
        m_up->start();
    if (m_down)
        m_down->start();
}

void Tunnel::watchClient()
{
    m_up = std::make_unique<Pump>(
        m_context->clock, m_client.get(), [this](const QByteArray &bytes) { onClientBytes(bytes); },
        nullptr);
    connect(m_up.get(), &Pump::ended, this, &Tunnel::onClientEnded);
    connect(m_up.get(), &Pump::broken, this, [this] { onBroken(false); });
    connect(m_client.get(), &StreamSocket::broken, this, [this] { onWriteFailed(false); });
    connect(m_client.get(), &StreamSocket::writeShut, this, &Tunnel::checkFinished);
}

void Tunnel::watchUpstream()
{
    m_serverEnded = false;
    m_down = std::make_unique<Pump>(
        m_context->clock, m_upstream.get(),
        [this](const QByteArray &bytes) { onServerBytes(bytes); }, nullptr);
    m_down->setReader(m_context->reader);
    m_down->setSink(m_client.get());
    m_up->setSink(m_upstream.get());
    connect(m_down.get(), &Pump::ended, this, &Tunnel::onServerEnded);
    connect(m_down.get(), &Pump::broken, this, [this] { onBroken(true); });
    connect(m_upstream.get(), &StreamSocket::broken, this, [this] { onWriteFailed(true); });
    connect(m_upstream.get(), &StreamSocket::writeShut, this, &Tunnel::checkFinished);
}

void Tunnel::onClientBytes(const QByteArray &bytes)
{
    if (m_stage == Stage::AwaitBytes) {
        strike();
        return;
    }
    const QList<WatchedPiece> pieces = m_watch.fromClient(bytes);
    if (m_stage == Stage::AwaitHello && !m_watch.isTls())
        m_stage = Stage::Relay;
    for (const WatchedPiece &piece : pieces)
        onClientPiece(piece);
}

void Tunnel::onClientPiece(const WatchedPiece &piece)
{
    bool helloWhole = false;
    for (const WireEvent &event : piece.events) {
        // Behind a fault the client talks to nobody.
        if (m_stage != Stage::Struck)
            tell(event);
        if (event.kind == WireEvent::Kind::TlsClientHello) {
            helloWhole = true;
            m_serverName = event.serverName;
        } else if (event.kind == WireEvent::Kind::RequestSeen && m_stage == Stage::AwaitRequest) {
            m_stage = Stage::Swallow;
        }
    }
    switch (m_stage) {
    case Stage::AwaitHello:
        hold(piece.bytes);
        if (helloWhole)
            strike();
        break;
    case Stage::Swallow:
        swallow(piece.bytes);
        break;
    case Stage::Struck:
        break;
    case Stage::Deceive:
        deceive(piece.bytes);
        break;
    case Stage::AwaitBytes:
    case Stage::Relay:
    case Stage::AwaitRequest:
        m_up->forward(piece.bytes);
        break;
    }
}

void Tunnel::hold(const QByteArray &bytes)
{
    m_held += bytes;
    if (m_held.size() > maxHeld) {
        m_stage = Stage::Relay;
        m_up->forward(std::exchange(m_held, {}));
    }
}

//! The request must not reach the endpoint: a fault made on purpose must not cost money there.
void Tunnel::swallow(const QByteArray &bytes)
{
    m_swallowed += bytes.size();
    const bool isEarly =
        m_fault.kind == FaultKind::WriteReset || m_fault.kind == FaultKind::WriteClose;
    if (m_fault.kind == FaultKind::WriteStall
        || (isEarly && m_swallowed >= m_fault.parameter(QStringLiteral("after")).number)) {
        strike();
        return;
    }
    if (m_watch.isTls())
        m_timer->start(quietTime, [this] { strike(); });
    else if (m_watch.requestWhole())
        strike();
}

void Tunnel::onServerBytes(const QByteArray &bytes)
{
    const QList<WatchedPiece> pieces = m_watch.fromServer(bytes);
    for (const WatchedPiece &piece : pieces) {
        for (const WireEvent &event : piece.events) {
            // Nothing the server says can be an answer to a request it did not get.
            if (m_stage != Stage::Swallow)
                tell(event);
        }
        m_down->forward(damaged(piece));
    }
}

void Tunnel::onClientEnded()
{
    m_clientEnded = true;
    if (m_stage == Stage::Swallow || m_stage == Stage::AwaitBytes)
        strike();
    if (isOnItsOwn()) {
        abandon();
        return;
    }
    m_clientEndedFirst = !m_serverEnded;
    m_upstream->write(m_held + m_watch.takeHeldFromClient());
    m_held.clear();
    m_upstream->shutdownWrite();
    checkFinished();
}

void Tunnel::onServerEnded()
{
    m_serverEnded = true;
    // The fault still has to strike, and it is the client's turn.
    if (m_stage == Stage::Swallow)
        return;
    reportClosed(!m_clientEndedFirst, QStringLiteral("FIN"));
    m_client->write(m_watch.takeHeldFromServer());
    m_client->shutdownWrite();
    checkFinished();
}

void Tunnel::onBroken(bool byServer)
{
    if (m_finished || (byServer && m_stage == Stage::Swallow))
        return;
    if (!byServer && isOnItsOwn()) {
        reportClosed(false, QStringLiteral("RST"));
        finish();
        return;
    }
    reportClosed(byServer, QStringLiteral("RST"));
    StreamSocket *other = byServer ? m_client.get() : m_upstream.get();
    if (other)
        other->reset();
    finish();
}

//! A peer that cannot be written to may still have said something, an early 413 for one: reading
//! goes on until it finds the reset itself.
void Tunnel::onWriteFailed(bool byServer)
{
    const bool readToTheEnd = byServer ? m_serverEnded : m_clientEnded;
    if (readToTheEnd)
        onBroken(byServer);
}

//! Leaves the endpoint out of it from now on. It gets a clean end.
void Tunnel::retireUpstream()
{
    m_up->detach();
    // Either may be what called us: it must outlive the call.
    if (m_down) {
        m_bytesDown += m_down->forwarded();
        m_down->stop();
        m_down->disconnect(this);
        m_down.release()->deleteLater();
    }
    if (!m_upstream)
        return;
    m_upstream->disconnect(this);
    if (m_upstream->isOpen())
        new Drain(m_context->clock, std::move(m_upstream), m_context->drains);
    else
        m_upstream.release()->deleteLater();
}

void Tunnel::tell(const WireEvent &event)
{
    if (event.kind == WireEvent::Kind::TlsAlert)
        m_lastAlert = event;
    m_report(event);
}

void Tunnel::reportFault(const QString &detail)
{
    WireEvent event;
    event.kind = WireEvent::Kind::FaultInjected;
    event.fault = m_fault;
    event.detail = detail;
    m_report(event);
}

void Tunnel::reportClosed(bool fromServer, const QString &how)
{
    if (std::exchange(m_closedReported, true))
        return;
    WireEvent event;
    event.kind = WireEvent::Kind::Closed;
    event.fromServer = fromServer;
    event.detail = how;
    event.isRequestCut = m_watch.isRequestCut();
    if (m_lastAlert.fromServer == fromServer) {
        event.alertLevel = m_lastAlert.alertLevel;
        event.alertCode = m_lastAlert.alertCode;
    }
    event.bytesUp = m_up->forwarded();
    event.bytesDown = m_bytesDown + (m_down ? m_down->forwarded() : 0);
    m_report(event);
}

void Tunnel::checkFinished()
{
    const bool clientDone = m_clientEnded && m_client->isWriteShut();
    const bool serverDone = !m_upstream || (m_serverEnded && m_upstream->isWriteShut());
    if (clientDone && serverDone)
        finish();
}

//! The client has gone, and nobody is left to talk to.
void Tunnel::abandon()
{
    reportClosed(false, QStringLiteral("FIN"));
    if (m_client->isWriteShut())
        finish();
    else
        m_client->shutdownWrite();
}

void Tunnel::finish()
{
    if (std::exchange(m_finished, true))
        return;
    m_timer->stop();
    m_up->stop();
    retireUpstream();
    Q_EMIT finished();
}

Tunnel::Stage Tunnel::firstStage(FaultKind kind)
{
    const FaultDescriptor &fault = faultDescriptor(kind);
    if (kind == FaultKind::Reset || kind == FaultKind::Close)
        return Stage::AwaitBytes;
    // What is damaged is the answer.
    if (kind == FaultKind::TlsBadMac || fault.site != FaultSite::Tap)
        return Stage::Relay;
    if (fault.phase == FaultPhase::Tls)
        return Stage::AwaitHello;
    const bool isRequests =
        fault.phase == FaultPhase::Request || fault.phase == FaultPhase::BeforeStatus;
    // All others are made before there is a tunnel, or by the pumps.
    return isRequests ? Stage::AwaitRequest : Stage::Relay;
}

} // namespace Retryscope

#include "moc_tunnel_p.cpp"
