// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/sandbox/answersink_p.h"

#include <QtCore/QObject>

#include <functional>
#include <memory>

namespace Retryscope {

//! \brief Plays a SandboxAnswer: the head, then each event when it is due. Never holds more than a
//! few events for a client that does not read.
//!
//! Everything due by the time a timer fires goes out then, so the rate is kept at any rate.
//!
//! \par Ownership
//! Sink and clock are borrowed and must outlive the player.
class AnswerPlayer final : public QObject
{
    Q_OBJECT
public:
    //! \a struck is called when the answer's fault is about to show on the wire.
    AnswerPlayer(AnswerSink *sink, Clock *clock, std::function<void(const SandboxAnswer &)> struck,
                 QObject *parent);

    void play(const SandboxAnswer &answer);
    void stop();

    bool isPlaying() const { return m_playing; }

Q_SIGNALS:
    //! Everything has been written. Last thing the player does, so that a receiver may start anew.
    void finished();

private:
    void pump();
    bool loadNext();
    void sendPiece();
    void sendPing();
    void sendBody(const QByteArray &bytes);
    void finish();
    void strike();

    AnswerSink *m_sink;
    Clock *m_clock;
    std::function<void(const SandboxAnswer &)> m_struck;
    std::unique_ptr<ClockTimer> m_timer;
    SandboxAnswer m_answer;
    std::chrono::nanoseconds m_start{0};
    //! Of the event before m_next: what is still to be sent, piece by piece, and when.
    QList<QByteArray> m_pieces;
    std::chrono::nanoseconds m_due{0};
    bool m_faulty = false;
    qsizetype m_next = 0;
    qint64 m_bytes = 0;
    bool m_playing = false;
    bool m_hasStruck = false;
};

} // namespace Retryscope
