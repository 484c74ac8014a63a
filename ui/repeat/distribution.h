// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/repeatedrun.h"

#include <QtCore/QList>

#include <chrono>
#include <utility>
#include <vector>

namespace Retryscope {

//! \brief How the durations of many runs spread, verdict by verdict: what a plot shows, without a
//! pixel in it. A value.
struct Distribution
{
    //! \brief The runs that ended in one way.
    struct Lane
    {
        RunVerdict verdict = RunVerdict::Unknown;
        int count = 0;
        //! How many of them lie in each slice of the axis, all slices of one width there.
        std::vector<int> bins;
        //! Of the fullest slice.
        int tallest = 0;
    };

    //! In the order of RunStatistics::shares; empty without runs.
    QList<Lane> lanes;
    //! The ends of the axis.
    std::chrono::microseconds from{0};
    std::chrono::microseconds to{0};
    //! Where the longest run took many times as long as the shortest, or the short ones would all
    //! be one bar.
    bool isLogarithmic = false;
    //! p50, p90, p99; empty without runs.
    QList<std::pair<int, std::chrono::microseconds>> percentiles;

    static Distribution of(const QList<RepeatedRun> &runs, int binCount);

    //! 0 at the beginning of the axis, 1 at its end.
    double position(std::chrono::microseconds duration) const;
    //! Round durations within the axis, at most \a most.
    QList<std::chrono::microseconds> ticks(int most) const;
};

} // namespace Retryscope
