// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/tap/readerecho_p.h"
#include "core/tap/streamsocket_p.h"

#include <QtCore/QObject>
#include <QtCore/QQueue>
#include <QtCore/QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace Retryscope {

//! \brief Carries bytes one way, from a source to a sink, with back-pressure: while the sink has
//! much to write, nothing is read. A delay holds every piece back by the same time, so that none
//! overtakes another.
//!
//! \par Ownership
//! Borrows both sockets.
class Pump final : public QObject
{
    Q_OBJECT
public:
    //! Sees what was read, and passes on by forward() what is to go on.
    using Handler = std::function<void(const QByteArray &)>;

    //! At most this much waits in the tap for each direction, and one read more. Units: bytes.
    static constexpr qint64 highWater = 256 * 1024;

    Pump(Clock *clock, StreamSocket *source, Handler handler, QObject *parent);

    void setSink(StreamSocket *sink);
    //! What is passed on is for \a reader, which may be null, and waits for it; see ReaderEcho.
    void setReader(QObject *reader);

    //! Strays by up to \a jitter either way, by chance, which must outlive the pump.
    void setDelay(std::chrono::nanoseconds delay, std::chrono::nanoseconds jitter, Random *chance)
    {
        m_delay = delay;
        m_jitter = jitter;
        m_chance = chance;
    }

    void start();
    //! Reads nothing any more.
    void pause();
    void forward(const QByteArray &bytes);
    //! Reads on, but forward() goes nowhere from now on.
    void detach();
    //! Lets go of both sockets for good.
    void stop();

    qint64 forwarded() const { return m_forwarded; }

    bool sourceEnded() const { return m_sourceEnded; }

Q_SIGNALS:
    //! The source has ended (FIN) and everything before it was passed on.
    void ended();
    //! The source was reset, and everything before it was passed on.
    void broken();

private:
    void read();
    std::chrono::nanoseconds nextDue();
    void release();
    void finishSource();
    void updateReading();

    struct Piece
    {
        std::chrono::nanoseconds due;
        QByteArray bytes;
    };

    Clock *m_clock;
    StreamSocket *m_source;
    StreamSocket *m_sink = nullptr;
    Handler m_handler;
    std::chrono::nanoseconds m_delay{0};
    std::chrono::nanoseconds m_jitter{0};
    Random *m_chance = nullptr;
    std::chrono::nanoseconds m_lastDue{0};
    std::unique_ptr<ClockTimer> m_timer;
    ReaderEcho m_echo{nullptr};
    QTimer m_retry;
    QQueue<Piece> m_waiting;
    qint64 m_waitingSize = 0;
    qint64 m_forwarded = 0;
    bool m_started = false;
    bool m_detached = false;
    bool m_sourceEnded = false;
    bool m_sourceBroken = false;
    bool m_endSaid = false;
};

} // namespace Retryscope
