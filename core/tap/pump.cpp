// SPDX-License-Identifier: MIT
#include "core/tap/pump_p.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace Retryscope {

Pump::Pump(Clock *clock, StreamSocket *source, Handler handler, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_source(source)
    , m_handler(std::move(handler))
    , m_timer(clock->createTimer())
{
    m_retry.setSingleShot(true);
    m_retry.setTimerType(Qt::PreciseTimer);
    connect(&m_retry, &QTimer::timeout, this, &Pump::release);
    connect(source, &StreamSocket::readyRead, this, &Pump::read);
}

void Pump::setSink(StreamSocket *sink)
{
    m_sink = sink;
    m_detached = false;
    connect(sink, &StreamSocket::drained, this, &Pump::updateReading);
    updateReading();
}

void Pump::start()
{
    m_started = true;
    updateReading();
}

void Pump::pause()
{
    m_started = false;
    updateReading();
}

void Pump::setReader(QObject *reader)
{
    m_echo = ReaderEcho(reader);
}

void Pump::detach()
{
    m_detached = true;
    m_sink = nullptr;
    m_timer->stop();
    m_retry.stop();
    m_waiting.clear();
    m_waitingSize = 0;
    updateReading();
}

void Pump::stop()
{
    detach();
    disconnect(m_source, nullptr, this, nullptr);
    m_source = nullptr;
}

void Pump::read()
{
    QByteArray bytes;
    switch (m_source->read(&bytes)) {
    case StreamSocket::Read::Data:
        m_handler(bytes);
        updateReading();
        break;
    case StreamSocket::Read::Nothing:
        break;
    case StreamSocket::Read::Broken:
        m_sourceBroken = true;
        Q_FALLTHROUGH();
    case StreamSocket::Read::End:
        m_sourceEnded = true;
        finishSource();
        break;
    }
}

void Pump::forward(const QByteArray &bytes)
{
    if (m_detached || bytes.isEmpty())
        return;
    m_forwarded += bytes.size();
    m_waiting.enqueue({nextDue(), bytes});
    m_waitingSize += bytes.size();
    release();
}

//! Never before what is on its way already.
std::chrono::nanoseconds Pump::nextDue()
{
    auto due = m_clock->now() + m_delay;
    if (m_chance && m_jitter.count() > 0) {
        const double stray = (2 * m_chance->uniform() - 1) * static_cast<double>(m_jitter.count());
        due += std::chrono::nanoseconds(static_cast<qint64>(stray));
    }
    m_lastDue = std::max(m_lastDue, due);
    return m_lastDue;
}

//! Passes on what is due and what the sink can take, in its order.
void Pump::release()
{
    const auto now = m_clock->now();
    while (!m_waiting.isEmpty()) {
        const std::chrono::nanoseconds early = m_waiting.head().due - now;
        if (early > std::chrono::nanoseconds::zero()) {
            if (!m_timer->isActive())
                m_timer->start(early, [this] { release(); });
            break;
        }
        if (!m_echo.isReady()) {
            m_retry.start(1ms);
            break;
        }
        const Piece piece = m_waiting.dequeue();
        m_waitingSize -= piece.bytes.size();
        m_sink->write(piece.bytes);
        m_echo.passed(piece.bytes.size());
    }
    if (m_sourceEnded)
        finishSource();
    updateReading();
}

//! The end waits behind all that is on its way, and for as long: it is a part of the order.
void Pump::finishSource()
{
    if (!m_waiting.isEmpty() || m_endSaid)
        return;
    m_endSaid = true;
    if (m_sourceBroken)
        Q_EMIT broken();
    else
        Q_EMIT ended();
}

void Pump::updateReading()
{
    if (!m_source)
        return;
    const qint64 waiting = m_waitingSize + (m_sink ? m_sink->bytesToWrite() : 0);
    m_source->setReading(m_started && !m_sourceEnded && waiting < highWater);
}

} // namespace Retryscope

#include "moc_pump_p.cpp"
