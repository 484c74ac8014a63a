// SPDX-License-Identifier: MIT
// How long each part of an attempt may take; all else of AttemptRunner is in attemptrunner.cpp.
#include "core/retry/attemptrunner_p.h"

#include <algorithm>
#include <utility>

namespace Retryscope {

void AttemptRunner::watch(std::chrono::nanoseconds limit, ClockTimer::Callback expired)
{
    if (limit.count() == 0) {
        m_phaseTimer.stop();
        return;
    }
    m_phaseTimer.start(limit, [this, expired = std::move(expired)] {
        if (!isReplyFinished())
            expired();
    });
}

void AttemptRunner::watchConnect()
{
    const auto limit = m_spec.timeouts.connect;
    watch(limit, [this, limit] {
        if (isSilentlyConnecting())
            watchFirstByte();
        else
            stop(ReplyState::EndedBy::Timer, TimeoutKind::Connect, limit);
    });
}

void AttemptRunner::watchFirstByte()
{
    m_requestSent = m_services->clock->now();
    watchForAnswer();
}

// The clock starts anew with each part of the body that leaves: a server may read before it
// answers, and requestSent() comes with the first 16 kB.
void AttemptRunner::watchForAnswer()
{
    const auto limit = m_spec.timeouts.firstByte;
    if (limit.count() == 0)
        return m_phaseTimer.stop();
    const auto due = [this, limit] {
        const OneShotBody *body = m_body;
        return std::max(m_requestSent, body ? body->lastTaken() : m_requestSent) + limit;
    };
    watch(due() - m_services->clock->now(), [this, limit, due] {
        if (due() > m_services->clock->now())
            watchForAnswer();
        else
            stop(ReplyState::EndedBy::Timer, TimeoutKind::FirstByte, limit);
    });
}

void AttemptRunner::watchBytes()
{
    const auto limit = m_spec.timeouts.idleBytes;
    watch(limit, [this, limit] {
        // It is the caller who does not read, not the server who does not send.
        const QNetworkReply *reply = m_reply;
        const bool isFull =
            m_readBufferSize > 0 && reply && reply->bytesAvailable() >= m_readBufferSize;
        if (isFull)
            watchBytes();
        else
            stop(ReplyState::EndedBy::Timer, TimeoutKind::IdleBytes, limit);
    });
}

void AttemptRunner::watchEvents()
{
    const auto limit = m_spec.timeouts.idleEvents;
    if (limit.count() == 0)
        return;
    m_eventTimer.start(limit, [this, limit] {
        if (!isReplyFinished())
            stop(ReplyState::EndedBy::Timer, TimeoutKind::IdleEvents, limit);
    });
}

void AttemptRunner::noteContentEvent()
{
    if (m_isRunning && m_isAnswered)
        watchEvents();
}

void AttemptRunner::noteConnectionLost()
{
    if (!isReplyFinished())
        stop(ReplyState::EndedBy::ConnectionLost);
}

} // namespace Retryscope
