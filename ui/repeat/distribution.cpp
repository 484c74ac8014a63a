// SPDX-License-Identifier: MIT
#include "ui/repeat/distribution.h"

#include <algorithm>
#include <cmath>

namespace Retryscope {

namespace {

using std::chrono::microseconds;

// Above this the lower half of a linear axis would hold one bar in twenty.
constexpr double linearRange = 20.0;

double count(microseconds duration)
{
    return static_cast<double>(std::max<qint64>(duration.count(), 1));
}

//! The next of 1, 2, 5, 10, 20 ... from \a value up.
double roundUp(double value)
{
    const double decade = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (step * decade >= value * (1.0 - 1e-9))
            return step * decade;
    }
    return 10.0 * decade;
}

} // namespace

Distribution Distribution::of(const QList<RepeatedRun> &runs, int binCount)
{
    Distribution distribution;
    const RunStatistics statistics = RunStatistics::of(runs);
    if (statistics.runs == 0 || binCount < 1)
        return distribution;
    const microseconds shortest = statistics.durations.front();
    distribution.to = std::max(statistics.durations.back(), microseconds(1));
    distribution.isLogarithmic = count(distribution.to) > linearRange * count(shortest);
    distribution.from =
        distribution.isLogarithmic ? std::max(shortest, microseconds(1)) : microseconds(0);
    for (const int percent : {50, 90, 99})
        distribution.percentiles.append({percent, statistics.percentile(percent)});

    const auto slices = static_cast<std::size_t>(binCount);
    for (const RunStatistics::Share &share : statistics.shares)
        distribution.lanes.append({share.verdict, share.count, std::vector<int>(slices), 0});
    for (const RepeatedRun &run : runs) {
        const auto lane = std::ranges::find(distribution.lanes, run.verdict, &Lane::verdict);
        const double slice = distribution.position(run.duration) * binCount;
        int &bin = lane->bins.at(std::min(static_cast<std::size_t>(slice), slices - 1));
        lane->tallest = std::max(lane->tallest, ++bin);
    }
    return distribution;
}

double Distribution::position(microseconds duration) const
{
    if (!isLogarithmic)
        return std::clamp(static_cast<double>(duration.count()) / count(to), 0.0, 1.0);
    return std::clamp(std::log(count(duration) / count(from)) / std::log(count(to) / count(from)),
                      0.0, 1.0);
}

QList<microseconds> Distribution::ticks(int most) const
{
    QList<microseconds> all;
    if (lanes.isEmpty() || most < 1)
        return all;
    if (isLogarithmic) {
        for (double value = roundUp(count(from)); value <= count(to); value = roundUp(value * 1.5))
            all.append(microseconds(std::llround(value)));
        // Whole decades read better than any other choice.
        if (all.size() > most)
            all.removeIf([](microseconds tick) {
                const double exponent = std::log10(static_cast<double>(tick.count()));
                return std::abs(exponent - std::round(exponent)) > 1e-9;
            });
        while (all.size() > most)
            all.removeLast();
        return all;
    }
    const double step = roundUp(count(to) / most);
    for (double value = 0.0; value <= count(to) && all.size() < most; value += step)
        all.append(microseconds(std::llround(value)));
    return all;
}

} // namespace Retryscope
