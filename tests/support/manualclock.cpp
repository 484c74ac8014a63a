// SPDX-License-Identifier: MIT
#include "tests/support/manualclock.h"

#include <QtCore/QList>
#include <QtCore/QObject>

#include <algorithm>
#include <atomic>
#include <utility>

namespace Retryscope::Test {

using std::chrono::nanoseconds;

class ManualClock::State
{
public:
    Timer *next() const;

    std::atomic<nanoseconds::rep> now{nanoseconds(std::chrono::hours(1)).count()};
    quint64 starts = 0;
    QList<Timer *> active;
};

class ManualClock::Timer final : public ClockTimer
{
public:
    explicit Timer(std::shared_ptr<State> state) : m_state(std::move(state)) {}

    ~Timer() override { stop(); }

    void start(nanoseconds delay, Callback callback) override
    {
        stop();
        m_callback = std::move(callback);
        m_due = nanoseconds(m_state->now) + std::max(delay, nanoseconds::zero());
        m_order = ++m_state->starts;
        m_state->active.append(this);
        if (delay <= nanoseconds::zero())
            post();
    }

    void stop() override { m_state->active.removeOne(this); }

    bool isActive() const override { return m_state->active.contains(this); }

    void fire()
    {
        stop();
        // Moved out first: the callback may destroy this timer.
        const Callback callback = std::exchange(m_callback, {});
        callback();
    }

    //! Fires through the event loop, unless it was restarted or stopped meanwhile.
    void post()
    {
        QMetaObject::invokeMethod(
            &m_context,
            [this, order = m_order] {
                if (isActive() && m_order == order)
                    fire();
            },
            Qt::QueuedConnection);
    }

    std::pair<nanoseconds, quint64> rank() const { return {m_due, m_order}; }

private:
    const std::shared_ptr<State> m_state;
    QObject m_context;
    Callback m_callback;
    nanoseconds m_due{0};
    quint64 m_order = 0;
};

ManualClock::Timer *ManualClock::State::next() const
{
    const auto first =
        std::ranges::min_element(active, {}, [](const Timer *t) { return t->rank(); });
    return first == active.end() ? nullptr : *first;
}

ManualClock::ManualClock() : m_state(std::make_shared<State>())
{}

ManualClock::~ManualClock() = default;

nanoseconds ManualClock::now() const
{
    return nanoseconds(m_state->now);
}

std::unique_ptr<ClockTimer> ManualClock::createTimer()
{
    return std::make_unique<Timer>(m_state);
}

void ManualClock::advance(nanoseconds span)
{
    const nanoseconds target = now() + span;
    for (Timer *timer = m_state->next(); timer && timer->rank().first <= target;
         timer = m_state->next()) {
        m_state->now = std::max(now(), timer->rank().first).count();
        timer->fire();
    }
    m_state->now = std::max(now(), target).count();
}

void ManualClock::jump(nanoseconds span)
{
    m_state->now += span.count();
    QList<Timer *> due = m_state->active;
    std::ranges::sort(due, {}, [](const Timer *timer) { return timer->rank(); });
    for (Timer *timer : std::as_const(due)) {
        if (timer->rank().first <= now())
            timer->post();
    }
}

std::optional<nanoseconds> ManualClock::untilNext() const
{
    const Timer *timer = m_state->next();
    return timer ? std::optional(timer->rank().first - now()) : std::nullopt;
}

int ManualClock::activeTimers() const
{
    return static_cast<int>(m_state->active.size());
}

} // namespace Retryscope::Test
