// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <chrono>
#include <functional>
#include <memory>

namespace Retryscope {

//! \brief A one-shot timer of a Clock. Destroying it cancels it.
//!
//! \par Threads
//! Belongs to the thread that created it and fires there, through the event loop.
class RETRYSCOPE_EXPORT ClockTimer
{
public:
    //! What a timer calls.
    using Callback = std::function<void()>;

    //! Not running.
    ClockTimer() = default;
    //! Cancels.
    virtual ~ClockTimer();
    ClockTimer(const ClockTimer &) = delete;
    ClockTimer &operator=(const ClockTimer &) = delete;

    //! Fires once, \a delay from now, never early; a delay of zero still goes through the event
    //! loop. Restarts a timer that is running. The callback may destroy the timer.
    virtual void start(std::chrono::nanoseconds delay, Callback callback) = 0;
    //! Cancels: the callback is not called. Nothing happens where the timer is not running.
    virtual void stop() = 0;
    //! True from start() until it fires or is stopped; false inside its callback.
    virtual bool isActive() const = 0;
};

//! \brief Steady time and the timers that run on it, injected so that tests can move time by hand.
//!
//! \par Units
//! Stamps are nanoseconds of one steady clock with an arbitrary origin: only differences mean
//! something.
//!
//! \par Ownership
//! Borrowed by whoever takes one: a clock must outlive its users and timers.
//!
//! \par Threads
//! now() may be called from any thread; timers belong to the thread that creates them.
class RETRYSCOPE_EXPORT Clock
{
public:
    //! For those who derive from it.
    Clock() = default;
    //! All its timers must be gone.
    virtual ~Clock();
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;

    //! A stamp; never less than the one before.
    virtual std::chrono::nanoseconds now() const = 0;
    //! A timer that is not running yet. The caller owns it.
    virtual std::unique_ptr<ClockTimer> createTimer() = 0;

    //! The clock that is used where none is given: std::chrono::steady_clock and QTimers of type
    //! Qt::PreciseTimer. Lives as long as the program.
    static Clock *system();
};

} // namespace Retryscope
