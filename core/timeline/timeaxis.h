// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <chrono>
#include <vector>

namespace Retryscope {

//! \brief The arithmetic of a time axis: which instant is at which x. Pure, without a GUI.
struct RETRYSCOPE_EXPORT TimeAxis
{
    //! The instants at the left and right edges.
    std::chrono::microseconds begin{0};
    std::chrono::microseconds end{1'000'000};
    //! The pixels of the left and right edges.
    double left = 0.0;
    double right = 100.0;

    //! \brief The bounds of a range.
    static constexpr std::chrono::microseconds Closest{10};
    static constexpr std::chrono::microseconds Farthest = std::chrono::hours(24);

    double toX(std::chrono::microseconds t) const;
    std::chrono::microseconds toTime(double x) const;
    //! Scaled by \a factor (over 1: closer) with the instant under \a x staying where it is; the
    //! range stays between Closest and Farthest.
    TimeAxis zoomed(double factor, double x) const;
    //! Moved by so many pixels towards later instants (the picture moves to the left); negative:
    //! towards earlier ones.
    TimeAxis panned(double pixels) const;
    //! Round instants (1, 2 or 5 times a power of ten) at least \a pixels apart, inside the range.
    std::vector<std::chrono::microseconds> ticks(double pixels) const;

    friend bool operator==(const TimeAxis &, const TimeAxis &) = default;
};

} // namespace Retryscope
