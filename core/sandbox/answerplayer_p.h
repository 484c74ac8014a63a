// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/sandbox/answer_p.h"

#include <QtCore/QObject>

#include <functional>
#include <memory>

class QTcpSocket;

namespace Retryscope {

//! \brief Writes a SandboxAnswer to a socket: the head, then each event when it is due, as chunks
//! of the transfer coding. Never holds more than a few events for a client that does not read.
//!
//! Everything due by the time a timer fires goes out then, so the rate is kept at any rate.
//!
//! \par Ownership
//! Socket and clock are borrowed and must outlive the player.
class AnswerPlayer final : public QObject
{
    Q_OBJECT
public:
    //! \a struck is called when the answer's fault is about to show on the wire.
    AnswerPlayer(QTcpSocket *socket, Clock *clock,
                 std::function<void(const SandboxAnswer &)> struck, QObject *parent);

    //! \a minorVersion is the request's: HTTP/1.0 knows no chunks, a stream ends with the
    //! connection.
    void play(const SandboxAnswer &answer, int minorVersion);
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
    void sendHead();
    void sendBody(const QByteArray &bytes);
    void finish();
    void strike();
    bool hasRoom() const;

    QTcpSocket *m_socket;
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
    bool m_chunked = false;
    bool m_hasStruck = false;
};

} // namespace Retryscope
