// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <memory>
#include <utility>

namespace Retryscope {

//! \brief A timer of a Clock that is made when it is first started, which for most timers of a
//! request is never.
class LazyTimer final
{
public:
    explicit LazyTimer(Clock *clock) : m_clock(clock) {}

    void start(std::chrono::nanoseconds delay, ClockTimer::Callback callback)
    {
        if (!m_timer)
            m_timer = m_clock->createTimer();
        m_timer->start(delay, std::move(callback));
    }

    void stop()
    {
        if (m_timer)
            m_timer->stop();
    }

    bool isActive() const { return m_timer && m_timer->isActive(); }

private:
    Clock *m_clock;
    std::unique_ptr<ClockTimer> m_timer;
};

} // namespace Retryscope
