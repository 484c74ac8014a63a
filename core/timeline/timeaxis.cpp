// SPDX-License-Identifier: MIT
#include "core/timeline/timeaxis.h"

#include <algorithm>
#include <cmath>

namespace Retryscope {

namespace {

using std::chrono::microseconds;

// What a window is scrolled to, beyond any run; more would overflow in differences.
constexpr double farthestInstant = 9e15;

// What overflowed on its way here is no number, and llround() of that is not defined.
microseconds rounded(double time, microseconds otherwise)
{
    if (std::isnan(time))
        return otherwise;
    return microseconds(std::llround(std::clamp(time, -farthestInstant, farthestInstant)));
}

double count(microseconds t)
{
    return static_cast<double>(t.count());
}

// The smallest of 1, 2, 5, 10, 20, ... that is not below the least; at most 1e15.
qint64 roundStep(double least)
{
    for (qint64 decade = 1; decade < 1'000'000'000'000'000; decade *= 10) {
        for (const qint64 step : {decade, 2 * decade, 5 * decade}) {
            if (static_cast<double>(step) >= least)
                return step;
        }
    }
    return 1'000'000'000'000'000;
}

} // namespace

double TimeAxis::toX(microseconds t) const
{
    const double range = count(end - begin);
    if (!(range > 0))
        return left;
    return left + count(t - begin) / range * (right - left);
}

microseconds TimeAxis::toTime(double x) const
{
    const double width = right - left;
    if (!(width > 0) || !std::isfinite(x))
        return begin;
    return rounded(count(begin) + (x - left) / width * count(end - begin), begin);
}

TimeAxis TimeAxis::zoomed(double factor, double x) const
{
    const double width = right - left;
    if (!(factor > 0) || !std::isfinite(factor) || !(width > 0) || !std::isfinite(x))
        return *this;
    const double range = std::max(count(end - begin), 1.0);
    const double newRange = std::round(std::clamp(range / factor, count(Closest), count(Farthest)));
    const double fraction = (x - left) / width;
    TimeAxis result = *this;
    result.begin = rounded(count(begin) + fraction * (range - newRange), begin);
    result.end = result.begin + microseconds(std::llround(newRange));
    return result;
}

TimeAxis TimeAxis::panned(double pixels) const
{
    const double width = right - left;
    if (!(width > 0) || !std::isfinite(pixels))
        return *this;
    const microseconds range = end - begin;
    TimeAxis result = *this;
    result.begin = rounded(count(begin) + pixels / width * count(range), begin);
    result.end = result.begin + range;
    return result;
}

std::vector<microseconds> TimeAxis::ticks(double pixels) const
{
    std::vector<microseconds> result;
    const double range = count(end - begin);
    const double width = right - left;
    if (!(range > 0) || !(width > 0))
        return result;
    // Below one pixel there would be more ticks than pixels.
    const double apart = pixels >= 1.0 ? pixels : 1.0;
    const qint64 step = roundStep(apart / width * range);
    qint64 tick = begin.count() / step * step;
    if (tick < begin.count())
        tick += step;
    for (; tick <= end.count(); tick += step)
        result.emplace_back(tick);
    return result;
}

} // namespace Retryscope
