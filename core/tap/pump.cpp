// SPDX-License-Identifier: MIT
#include "core/tap/pump_p.h"

namespace Retryscope {

Pump::Pump(Clock *clock, StreamSocket *source, Handler handler, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_source(source)
    , m_handler(std::move(handler))
    , m_timer(clock->createTimer())
{
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

void Pump::detach()
{
    m_detached = true;
    m_sink = nullptr;
    m_timer->stop();
    m_delayed.clear();
    m_delayedSize = 0;
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
    case StreamSocket::Read::End:
        m_sourceEnded = true;
        finishSource();
        break;
    case StreamSocket::Read::Broken:
        m_sourceEnded = true;
        Q_EMIT broken();
        break;
    }
}

void Pump::forward(const QByteArray &bytes)
{
    if (m_detached || bytes.isEmpty())
        return;
    m_forwarded += bytes.size();
    if (m_delay == std::chrono::nanoseconds::zero()) {
        m_sink->write(bytes);
        return;
    }
    m_delayed.enqueue({m_clock->now() + m_delay, bytes});
    m_delayedSize += bytes.size();
    if (!m_timer->isActive())
        m_timer->start(m_delay, [this] { release(); });
}

void Pump::release()
{
    const auto now = m_clock->now();
    while (!m_delayed.isEmpty() && m_delayed.head().due <= now) {
        const Piece piece = m_delayed.dequeue();
        m_delayedSize -= piece.bytes.size();
        m_sink->write(piece.bytes);
    }
    if (!m_delayed.isEmpty())
        m_timer->start(m_delayed.head().due - now, [this] { release(); });
    else if (m_sourceEnded)
        finishSource();
    updateReading();
}

//! The end waits behind what is delayed, and for as long: it is a part of the order.
void Pump::finishSource()
{
    if (m_delayed.isEmpty())
        Q_EMIT ended();
}

void Pump::updateReading()
{
    if (!m_source)
        return;
    const qint64 waiting = m_delayedSize + (m_sink ? m_sink->bytesToWrite() : 0);
    m_source->setReading(m_started && !m_sourceEnded && waiting < highWater);
}

} // namespace Retryscope

#include "moc_pump_p.cpp"
