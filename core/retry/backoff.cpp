// SPDX-License-Identifier: MIT
#include "core/retry/backoff.h"

#include <algorithm>
#include <cmath>

namespace Retryscope {

namespace {

using namespace std::chrono;

// Some 146 years: far from where sums of a few waits could overflow, and beyond every wait that
// makes sense.
constexpr microseconds Longest{std::numeric_limits<qint64>::max() / 2'000};

microseconds saturated(milliseconds value)
{
    if (value <= milliseconds::zero())
        return microseconds::zero();
    return value >= duration_cast<milliseconds>(Longest) ? Longest : microseconds(value);
}

double boundedJitter(const RetryPolicy &policy)
{
    // Also false for NaN, which std::clamp() would pass through.
    return policy.jitter >= 0.0 ? std::min(policy.jitter, 1.0) : 0.0;
}

microseconds scaled(microseconds base, double factor)
{
    return microseconds(std::llround(static_cast<double>(base.count()) * factor));
}

} // namespace

microseconds baseWait(const RetryPolicy &policy, qint64 n)
{
    const microseconds cap = saturated(policy.maxBackoff);
    microseconds base = std::min(saturated(policy.initialBackoff), cap);
    if (base == microseconds::zero())
        return base;
    // Doubling step by step cannot overflow (half of the cap is never exceeded before a step), and
    // ends after 63 steps at most, however large n is.
    for (qint64 i = 0; i < n && base < cap; ++i)
        base = base > cap / 2 ? cap : base * 2;
    return base;
}

microseconds longestWait(const RetryPolicy &policy, qint64 n)
{
    const microseconds base = baseWait(policy, n);
    return std::min(scaled(base, 1.0 + boundedJitter(policy)), saturated(policy.maxBackoff));
}

microseconds shortestWait(const RetryPolicy &policy, qint64 n)
{
    return scaled(baseWait(policy, n), 1.0 - boundedJitter(policy));
}

DrawnWait drawWait(const RetryPolicy &policy, qint64 n, double chance)
{
    // Drawn inside the bound. Clamping to the cap afterwards would put half of all clients on the
    // same instant, which is what jitter is there to prevent.
    const microseconds low = shortestWait(policy, n);
    const microseconds high = longestWait(policy, n);
    const double span = static_cast<double>((high - low).count());
    DrawnWait wait;
    wait.base = baseWait(policy, n);
    wait.delay = low + microseconds(static_cast<qint64>(std::floor(chance * span)));
    if (wait.base > microseconds::zero()) {
        wait.factor =
            static_cast<double>(wait.delay.count()) / static_cast<double>(wait.base.count());
    }
    return wait;
}

} // namespace Retryscope
