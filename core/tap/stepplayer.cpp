// SPDX-License-Identifier: MIT
#include "core/tap/stepplayer_p.h"

#include <utility>

namespace Retryscope {

StepPlayer::StepPlayer(Clock *clock, std::function<void(const QByteArray &)> write,
                       std::function<bool()> hasRoom)
    : m_clock(clock)
    , m_write(std::move(write))
    , m_hasRoom(std::move(hasRoom))
    , m_timer(m_clock->createTimer())
{}

void StepPlayer::add(const QList<ResponseStep> &steps)
{
    for (const ResponseStep &step : steps) {
        m_steps.enqueue(step);
        m_waiting += step.bytes.size();
    }
    play();
}

void StepPlayer::stop()
{
    m_timer->stop();
    m_steps.clear();
    m_waiting = 0;
}

void StepPlayer::play()
{
    // A receiver may add more, or say that there is room.
    if (std::exchange(m_isPlaying, true))
        return;
    bool moves = false;
    while (!m_steps.isEmpty() && !m_timer->isActive()) {
        ResponseStep &step = m_steps.head();
        if (step.pause.count() > 0) {
            m_timer->start(std::exchange(step.pause, {}), [this] { play(); });
            break;
        }
        if (!m_hasRoom())
            break;
        if (std::exchange(step.strikes, false))
            Q_EMIT struck();
        moves = true;
        if (!playPiece(step))
            continue;
        const ResponseStep::End end = m_steps.dequeue().end;
        m_offset = 0;
        if (end != ResponseStep::End::None) {
            stop();
            Q_EMIT ended(end);
        }
    }
    m_isPlaying = false;
    if (moves)
        Q_EMIT moved();
}

//! True at the end of the step's bytes.
bool StepPlayer::playPiece(const ResponseStep &step)
{
    const qsizetype size = step.pieceSize > 0
                               ? std::min(step.pieceSize, step.bytes.size() - m_offset)
                               : step.bytes.size();
    if (size > 0)
        m_write(step.bytes.mid(m_offset, size));
    m_offset += size;
    m_waiting -= size;
    if (m_offset >= step.bytes.size() && step.pieceSize == 0)
        return true;
    // Behind the last piece too: the next step's first is one like the others.
    m_timer->start(step.pieceInterval, [this] { play(); });
    return m_offset >= step.bytes.size();
}

} // namespace Retryscope

#include "moc_stepplayer_p.cpp"
