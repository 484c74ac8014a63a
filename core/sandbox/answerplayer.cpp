// SPDX-License-Identifier: MIT
#include "core/sandbox/answerplayer_p.h"

#include <algorithm>
#include <array>

namespace Retryscope {

namespace {

// Between the pieces of an event that is cut up, so that the client reads them one by one.
constexpr auto pieceDistance = std::chrono::milliseconds(1);
constexpr auto pingDistance = std::chrono::milliseconds(500);

//! Whatever it does, it does from the first byte on.
bool showsFromTheStart(FaultKind kind)
{
    constexpr std::array kinds{
        FaultKind::Eof,       FaultKind::Rst,      FaultKind::Silence,      FaultKind::HttpStatus,
        FaultKind::Quota,     FaultKind::Empty200, FaultKind::SlowFirst,    FaultKind::SplitUtf8,
        FaultKind::SplitCrlf, FaultKind::Crlf,     FaultKind::CrOnly,       FaultKind::Bom,
        FaultKind::Comments,  FaultKind::BigEvent, FaultKind::WrongDialect, FaultKind::LengthStop,
        FaultKind::Refusal,
    };
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

} // namespace

AnswerPlayer::AnswerPlayer(AnswerSink *sink, Clock *clock,
                           std::function<void(const SandboxAnswer &)> struck, QObject *parent)
    : QObject(parent)
    , m_sink(sink)
    , m_clock(clock)
    , m_struck(std::move(struck))
    , m_timer(clock->createTimer())
{
    connect(sink, &AnswerSink::roomMade, this, [this] {
        if (m_playing && !m_timer->isActive())
            pump();
    });
}

void AnswerPlayer::play(const SandboxAnswer &answer)
{
    m_answer = answer;
    m_start = m_clock->now();
    m_due = m_start;
    m_next = 0;
    m_pieces.clear();
    m_bytes = 0;
    m_hasStruck = false;
    m_playing = true;
    if (showsFromTheStart(answer.fault.kind))
        strike();
    if (!answer.withoutHead)
        m_sink->sendHead(m_answer);
    pump();
}

void AnswerPlayer::stop()
{
    m_timer->stop();
    m_playing = false;
}

void AnswerPlayer::pump()
{
    while (m_playing && m_bytes < m_answer.byteLimit && (!m_pieces.isEmpty() || loadNext())) {
        const auto now = m_clock->now();
        if (m_due > now) {
            m_timer->start(m_due - now, [this] { pump(); });
            return;
        }
        // roomMade() calls again.
        if (!m_sink->hasRoom())
            return;
        sendPiece();
    }
    if (m_playing)
        finish();
}

//! False behind the last event.
bool AnswerPlayer::loadNext()
{
    const qsizetype count = m_answer.withoutBody ? 0 : m_answer.stream ? m_answer.eventLimit : 1;
    if (m_next >= count)
        return false;
    m_pieces = m_answer.pieces(m_next);
    m_due = std::max(m_due, m_start + m_answer.dueAt(m_next));
    m_faulty = m_answer.stream ? m_next == m_answer.faultyEvent() : !m_answer.fault.isNone();
    ++m_next;
    return true;
}

void AnswerPlayer::sendPiece()
{
    if (m_faulty)
        strike();
    QByteArray bytes = m_pieces.takeFirst();
    if (bytes.size() > m_answer.byteLimit - m_bytes)
        bytes.truncate(m_answer.byteLimit - m_bytes);
    m_bytes += bytes.size();
    sendBody(bytes);
    if (m_answer.split == SandboxAnswer::Split::None)
        return;
    // Each in a segment and a TLS record of its own.
    m_sink->flush();
    m_due = m_clock->now() + pieceDistance;
}

void AnswerPlayer::sendBody(const QByteArray &bytes)
{
    // A chunk of no bytes would be the end.
    if (!bytes.isEmpty())
        m_sink->sendBody(bytes);
}

void AnswerPlayer::finish()
{
    if (!m_answer.fault.isNone())
        strike();
    if (m_answer.end == SandboxAnswer::End::Pings) {
        sendPing();
        return;
    }
    if (m_answer.end == SandboxAnswer::End::Clean) {
        sendBody(m_answer.ending());
        m_sink->sendEnd();
    }
    m_timer->stop();
    m_playing = false;
    Q_EMIT finished();
}

//! For ever; who does not read them gets none.
void AnswerPlayer::sendPing()
{
    if (m_sink->hasRoom())
        sendBody(m_answer.voice->ping());
    m_timer->start(pingDistance, [this] { sendPing(); });
}

void AnswerPlayer::strike()
{
    if (std::exchange(m_hasStruck, true))
        return;
    m_struck(m_answer);
}

} // namespace Retryscope

#include "moc_answerplayer_p.cpp"
