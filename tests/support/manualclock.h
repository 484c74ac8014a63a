// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <memory>
#include <optional>

namespace Retryscope::Test {

//! \brief A clock that stands still until it is told to go on.
//!
//! \par Threads
//! Belongs to one thread; only now() may be called from any.
class ManualClock final : public Clock
{
public:
    ManualClock();
    ~ManualClock() override;

    std::chrono::nanoseconds now() const override;
    std::unique_ptr<ClockTimer> createTimer() override;

    //! Fires what falls due on the way, in order; each timer sees its own due time as now(). Timers
    //! of the same instant fire in the order in which they were started.
    void advance(std::chrono::nanoseconds span);
    //! Moves the time without firing anything before the event loop runs: what a blocked loop does.
    void jump(std::chrono::nanoseconds span);
    //! How long until the next timer; none without one.
    std::optional<std::chrono::nanoseconds> untilNext() const;
    int activeTimers() const;

private:
    class Timer;
    class State;
    // Shared with the timers, so that one that outlives the clock is no trap in a test's teardown.
    std::shared_ptr<State> m_state;
};

} // namespace Retryscope::Test
