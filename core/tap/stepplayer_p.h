// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/tap/responseeditor_p.h"

#include <QtCore/QObject>
#include <QtCore/QQueue>

#include <functional>
#include <memory>

namespace Retryscope {

//! \brief Plays the steps of an answer to a client, each in its time.
class StepPlayer final : public QObject
{
    Q_OBJECT
public:
    //! \a hasRoom: false while the client is behind; resume() when it is not any more.
    StepPlayer(Clock *clock, std::function<void(const QByteArray &)> write,
               std::function<bool()> hasRoom);

    void add(const QList<ResponseStep> &steps);

    void resume() { play(); }

    //! Nothing more is played.
    void stop();

    //! Bytes that wait for their time.
    qint64 waiting() const { return m_waiting; }

Q_SIGNALS:
    //! The fault shows with what is written next.
    void struck();
    //! Everything before is written.
    void ended(Retryscope::ResponseStep::End end);
    //! Something was written.
    void moved();

private:
    void play();
    bool playPiece(const ResponseStep &step);

    Clock *m_clock;
    std::function<void(const QByteArray &)> m_write;
    std::function<bool()> m_hasRoom;
    std::unique_ptr<ClockTimer> m_timer;
    QQueue<ResponseStep> m_steps;
    qsizetype m_offset = 0;
    qint64 m_waiting = 0;
    bool m_isPlaying = false;
};

} // namespace Retryscope
