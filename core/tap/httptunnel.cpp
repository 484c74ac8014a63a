// SPDX-License-Identifier: MIT
#include "core/tap/httptunnel_p.h"

#include "core/tap/firstanswer_p.h"
#include "core/tap/localanswer_p.h"
#include "core/tap/pump_p.h"

#include <limits>
#include <utility>

namespace Retryscope {

using namespace std::chrono_literals;

namespace {

//! No ClientHello is as long.
constexpr qsizetype maxHeld = 128 * 1024;
constexpr char tlsHandshakeRecord = 22;

} // namespace

HttpTunnel::HttpTunnel(TapContext *context, std::unique_ptr<StreamSocket> client,
                       std::unique_ptr<StreamSocket> upstream, const QString &host,
                       const Fault &fault, Report report)
    : m_context(context)
    , m_client(std::move(client))
    , m_upstream(std::move(upstream))
    , m_player(
          context->clock, [this](const QByteArray &bytes) { toClient(bytes); },
          [this] { return hasRoom(); })
    , m_echo(context->reader)
    , m_resetTimer(context->clock->createTimer())
    // Only the end of the request is of interest, however long it is.
    , m_request(HttpLimits{.body = std::numeric_limits<qint64>::max(), .keepBody = false})
    , m_host(host)
    , m_fault(fault)
    , m_report(std::move(report))
    , m_isLocal(isAnsweredLocally(fault.kind) || fault.kind == FaultKind::TlsClientCert)
{
    m_retry.setSingleShot(true);
    m_retry.setTimerType(Qt::PreciseTimer);
    connectSockets();
    connectPlayer();
}

HttpTunnel::~HttpTunnel() = default;

void HttpTunnel::connectSockets()
{
    connect(m_client.get(), &StreamSocket::readyRead, this, &HttpTunnel::readClient);
    connect(m_client.get(), &StreamSocket::writeShut, this, &HttpTunnel::checkFinished);
    connect(m_client.get(), &StreamSocket::drained, this, [this] {
        m_player.resume();
        updateReading();
    });
    // Who cannot be written to may still have said something: reading goes on to the end.
    connect(m_client.get(), &StreamSocket::broken, this, [this] {
        if (m_clientEnded)
            onClientEnded(true);
    });
    connect(m_upstream.get(), &StreamSocket::readyRead, this, &HttpTunnel::readServer);
    connect(m_upstream.get(), &StreamSocket::writeShut, this, &HttpTunnel::checkFinished);
    connect(m_upstream.get(), &StreamSocket::drained, this, &HttpTunnel::updateReading);
}

void HttpTunnel::connectPlayer()
{
    connect(&m_player, &StepPlayer::struck, this, &HttpTunnel::reportFault);
    connect(&m_player, &StepPlayer::ended, this, &HttpTunnel::onPlayed);
    connect(&m_player, &StepPlayer::moved, this, &HttpTunnel::updateReading);
    connect(&m_retry, &QTimer::timeout, &m_player, &StepPlayer::resume);
}

void HttpTunnel::start(const QByteArray &early)
{
    if (!early.isEmpty())
        onClientWire(early);
    updateReading();
}

std::unique_ptr<StreamSocket> HttpTunnel::takeClient()
{
    m_client->setReading(false);
    m_client->disconnect(this);
    return std::move(m_client);
}

void HttpTunnel::readClient()
{
    QByteArray bytes;
    switch (m_client->read(&bytes)) {
    case StreamSocket::Read::Data:
        onClientWire(bytes);
        updateReading();
        break;
    case StreamSocket::Read::Nothing:
        break;
    case StreamSocket::Read::End:
        onClientEnded(false);
        break;
    case StreamSocket::Read::Broken:
        onClientEnded(true);
        break;
    }
}

void HttpTunnel::onClientWire(const QByteArray &bytes)
{
    switch (m_stage) {
    case Stage::AwaitHello:
        awaitHello(bytes);
        break;
    case Stage::ShakeHands:
        m_held += bytes;
        break;
    case Stage::Exchange:
        if (!m_clientTls) {
            onRequest(bytes);
            break;
        }
        onRequest(m_clientTls->feed(bytes));
        if (holdsAlertBack())
            break;
        flushTls();
        judgeClientTls();
        break;
    case Stage::Over:
        break;
    }
}

void HttpTunnel::awaitHello(const QByteArray &bytes)
{
    m_held += bytes;
    if (!m_held.startsWith(tlsHandshakeRecord)) {
        m_stage = Stage::Exchange;
        onRequest(std::exchange(m_held, {}));
        return;
    }
    const QList<TlsPiece> pieces = m_scanner.fromClient(bytes);
    for (const TlsPiece &piece : pieces) {
        for (const TlsSign &sign : piece.signs) {
            if (sign.kind == TlsSign::Kind::ClientHello && m_stage == Stage::AwaitHello)
                shakeHands(sign.clientHello);
        }
    }
    if (m_stage == Stage::AwaitHello && m_held.size() > maxHeld)
        onClientEnded(true);
}

void HttpTunnel::onRequest(const QByteArray &bytes)
{
    if (bytes.isEmpty() || m_stage != Stage::Exchange)
        return;
    if (!std::exchange(m_requestSeen, true)) {
        WireEvent event;
        event.kind = WireEvent::Kind::RequestSeen;
        m_report(event);
    }
    const auto state = m_request.state();
    const bool isWhole =
        state == HttpRequestParser::State::Complete || state == HttpRequestParser::State::Error;
    // What follows the first request is of no interest.
    const auto now = isWhole ? state : m_request.feed(bytes);
    if (!m_isLocal) {
        toServer(bytes);
        return;
    }
    if (now == HttpRequestParser::State::Head && m_request.expectsContinue()
        && !std::exchange(m_hasContinued, true))
        m_player.add({{.bytes = "HTTP/1.1 100 Continue\r\n\r\n"}});
    if (now == HttpRequestParser::State::Complete || now == HttpRequestParser::State::Error)
        strikeLocally();
}

//! The endpoint is left out of it from now on, and gets a clean end.
void HttpTunnel::strikeLocally()
{
    m_stage = Stage::Over;
    retireUpstream();
    if (m_fault.kind != FaultKind::TlsClientCert)
        m_player.add(localAnswer(m_fault, m_request));
}

void HttpTunnel::onClientEnded(bool isReset)
{
    m_clientEnded = true;
    const bool isLocalDue = m_isLocal && m_requestSeen && m_stage == Stage::Exchange;
    if (isReset || m_stage == Stage::AwaitHello || m_stage == Stage::ShakeHands) {
        reportClosed(false, isReset ? QStringLiteral("RST") : QStringLiteral("FIN"));
        if (isReset && m_upstream)
            m_upstream->reset();
        finish();
    } else if (isLocalDue) {
        strikeLocally();
    } else if (!m_upstream) {
        reportClosed(false, QStringLiteral("FIN"));
        m_client->shutdownWrite();
        checkFinished();
    } else {
        if (m_serverTls)
            m_serverTls->finish();
        flushTls();
        m_upstream->shutdownWrite();
        checkFinished();
    }
}

void HttpTunnel::toServer(const QByteArray &bytes)
{
    if (!m_upstream || m_upstream->isEnding())
        return;
    if (m_serverTls) {
        m_serverTls->write(bytes);
        flushTls();
        return;
    }
    m_bytesUp += bytes.size();
    m_upstream->write(bytes);
}

void HttpTunnel::readServer()
{
    QByteArray bytes;
    switch (m_upstream->read(&bytes)) {
    case StreamSocket::Read::Data:
        onServerWire(bytes);
        updateReading();
        break;
    case StreamSocket::Read::Nothing:
        break;
    case StreamSocket::Read::End:
        onServerEnded(false);
        break;
    case StreamSocket::Read::Broken:
        onServerEnded(true);
        break;
    }
}

void HttpTunnel::onServerWire(const QByteArray &bytes)
{
    if (!m_serverTls) {
        onResponse(bytes);
        return;
    }
    const QByteArray plain = m_serverTls->feed(bytes);
    flushTls();
    if (m_stage == Stage::ShakeHands)
        judgeServerTls();
    if (!plain.isEmpty() && m_stage == Stage::Exchange)
        onResponse(plain);
    // What cannot be deciphered is to the client what a reset is: nothing more can follow.
    if (m_stage == Stage::Exchange && m_serverTls->state() == TlsSession::State::Failed)
        onServerEnded(true);
}

void HttpTunnel::onResponse(const QByteArray &bytes)
{
    // Nothing the endpoint says can be an answer to a request it did not get.
    if (!m_isLocal && m_stage != Stage::Over)
        m_player.add(editor().feed(bytes));
}

ResponseEditor &HttpTunnel::editor()
{
    if (!m_editor)
        m_editor = std::make_unique<ResponseEditor>(m_fault, m_request.method());
    return *m_editor;
}

void HttpTunnel::onServerEnded(bool isReset)
{
    if (std::exchange(m_serverEnded, true))
        return;
    if (m_stage == Stage::ShakeHands) {
        judgeServerTls();
        return;
    }
    // The fault still has to strike, and it is the client's turn.
    if (m_isLocal || m_stage == Stage::Over)
        return;
    if (isReset)
        m_player.add({{.end = ResponseStep::End::Rst}});
    else
        m_player.add(editor().end());
    checkFinished();
}

void HttpTunnel::toClient(const QByteArray &bytes)
{
    if (!std::exchange(m_responseSeen, true))
        m_report(firstAnswer(bytes));
    if (m_clientTls) {
        m_clientTls->write(bytes);
        flushTls();
        return;
    }
    m_bytesDown += bytes.size();
    m_echo.passed(bytes.size());
    m_client->write(bytes);
}

bool HttpTunnel::hasRoom()
{
    if (!m_echo.isReady()) {
        m_retry.start(1ms);
        return false;
    }
    return m_client && m_client->bytesToWrite() < Pump::highWater;
}

void HttpTunnel::updateReading()
{
    if (m_finished || !m_client)
        return;
    const bool isUpFull = m_upstream && m_upstream->bytesToWrite() >= Pump::highWater;
    m_client->setReading(!m_clientEnded && !isUpFull && m_held.size() <= maxHeld);
    const qint64 waiting = m_player.waiting() + m_client->bytesToWrite();
    if (m_upstream)
        m_upstream->setReading(!m_serverEnded && waiting < Pump::highWater);
}

} // namespace Retryscope

#include "moc_httptunnel_p.cpp"
