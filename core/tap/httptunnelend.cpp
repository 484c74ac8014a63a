// SPDX-License-Identifier: MIT
#include "core/fault/faultcatalogue.h"
#include "core/tap/drain_p.h"
#include "core/tap/httptunnel_p.h"
#include "core/tap/localanswer_p.h"

#include <utility>

namespace Retryscope {

using namespace std::chrono_literals;

void HttpTunnel::onPlayed(ResponseStep::End end)
{
    m_stage = Stage::Over;
    switch (end) {
    case ResponseStep::End::None:
        break;
    case ResponseStep::End::Fin:
        endClient();
        break;
    case ResponseStep::End::Rst:
        resetWhenSent();
        break;
    case ResponseStep::End::Silence:
        retireUpstream();
        break;
    }
}

void HttpTunnel::endClient()
{
    reportClosed(true, QStringLiteral("FIN"));
    // An endpoint that dies says no goodbye, and neither does a fault.
    const bool isProper = m_serverTls && m_serverTls->state() == TlsSession::State::Ended;
    if (m_clientTls && (isProper || isAnsweredLocally(m_fault.kind)))
        m_clientTls->finish();
    flushTls();
    m_client->shutdownWrite();
    retireUpstream();
    checkFinished();
}

//! What was written before a reset must arrive first, which the system would not see to.
void HttpTunnel::resetWhenSent()
{
    if (m_client->bytesToWrite() > 0 || !m_client->isAllSent()) {
        m_resetTimer->start(1ms, [this] { resetWhenSent(); });
        return;
    }
    reportClosed(true, QStringLiteral("RST"));
    m_client->reset();
    finish();
}

void HttpTunnel::retireUpstream()
{
    if (!m_upstream)
        return;
    m_upstream->disconnect(this);
    if (m_upstream->isOpen())
        new Drain(m_context->clock, std::move(m_upstream), m_context->drains);
    else
        m_upstream.release()->deleteLater();
}

void HttpTunnel::reportFault()
{
    WireEvent event;
    event.kind = WireEvent::Kind::FaultInjected;
    event.fault = m_fault;
    event.detail = faultDescriptor(m_fault.kind).summary;
    if (m_clientTls)
        event.detail += QStringLiteral(" Made within TLS that ends at the tap.");
    m_report(event);
}

void HttpTunnel::reportClosed(bool fromServer, const QString &how)
{
    if (std::exchange(m_closedReported, true))
        return;
    WireEvent event;
    event.kind = WireEvent::Kind::Closed;
    event.fromServer = fromServer;
    event.detail = how;
    event.bytesUp = m_bytesUp;
    event.bytesDown = m_bytesDown;
    m_report(event);
}

void HttpTunnel::checkFinished()
{
    const bool clientDone = m_clientEnded && m_client && m_client->isWriteShut();
    const bool serverDone = !m_upstream || (m_serverEnded && m_upstream->isWriteShut());
    if (clientDone && serverDone)
        finish();
}

void HttpTunnel::finish()
{
    if (std::exchange(m_finished, true))
        return;
    m_player.stop();
    m_resetTimer->stop();
    m_retry.stop();
    retireUpstream();
    Q_EMIT finished();
}

} // namespace Retryscope
