// SPDX-License-Identifier: MIT
#include "core/base/clock.h"

#include <QtCore/QBasicTimer>
#include <QtCore/QObject>
#include <QtCore/QTimerEvent>

namespace Retryscope {

namespace {

using namespace std::chrono;

nanoseconds steadyNow()
{
    return steady_clock::now().time_since_epoch();
}

//! Without a QTimer, which takes twice the memory: a thousand requests may be waiting.
class SystemTimer final
    : public QObject
    , public ClockTimer
{
public:
    void start(nanoseconds delay, Callback callback) override
    {
        m_callback = std::move(callback);
        m_due = steadyNow() + std::max(delay, nanoseconds::zero());
        arm();
    }

    void stop() override { m_timer.stop(); }

    bool isActive() const override { return m_timer.isActive(); }

protected:
    void timerEvent(QTimerEvent *) override
    {
        // It is the only timer of this object, and would fire again and again.
        m_timer.stop();
        expire();
    }

private:
    void arm()
    {
        // Qt counts in whole milliseconds and at most 2^31 of them: round up, and go on where that
        // is not enough.
        constexpr auto longest = hours(24);
        const auto left = std::min<nanoseconds>(m_due - steadyNow(), longest);
        const auto delay = ceil<milliseconds>(std::max(left, nanoseconds::zero()));
        // The default coarse timer is up to 5 % early, measured; a wait must never be early.
        m_timer.start(static_cast<int>(delay.count()), Qt::PreciseTimer, this);
    }

    void expire()
    {
        if (steadyNow() < m_due) {
            arm();
            return;
        }
        // Moved out first: the callback may destroy this timer.
        const auto callback = std::exchange(m_callback, {});
        if (callback)
            callback();
    }

    QBasicTimer m_timer;
    Callback m_callback;
    nanoseconds m_due{};
};

class SystemClock final : public Clock
{
public:
    nanoseconds now() const override { return steadyNow(); }

    std::unique_ptr<ClockTimer> createTimer() override { return std::make_unique<SystemTimer>(); }
};

} // namespace

ClockTimer::~ClockTimer() = default;
Clock::~Clock() = default;

Clock *Clock::system()
{
    static SystemClock clock;
    return &clock;
}

} // namespace Retryscope
