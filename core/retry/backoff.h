// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/retry/retrypolicy.h"

#include <chrono>

//! \file
//! \brief The wait law, pure: no clock, no chance of its own.

namespace Retryscope {

//! \brief One drawn wait and where it came from.
struct RETRYSCOPE_EXPORT DrawnWait
{
    //! min(initialBackoff * 2^n, maxBackoff).
    std::chrono::microseconds base{0};
    //! Between base * (1 - jitter) and min(base * (1 + jitter), maxBackoff).
    std::chrono::microseconds delay{0};
    //! delay / base; 1 where base is 0.
    double factor = 1.0;

    friend bool operator==(const DrawnWait &, const DrawnWait &) = default;
};

//! min(initialBackoff * 2^n, maxBackoff) for the wait after n earlier waits: \a n is 0 for the
//! first one. Saturates, whatever the numbers.
RETRYSCOPE_EXPORT std::chrono::microseconds baseWait(const RetryPolicy &policy, qint64 n);

//! The longest wait that drawWait() may give: for previews.
RETRYSCOPE_EXPORT std::chrono::microseconds longestWait(const RetryPolicy &policy, qint64 n);

//! The shortest wait that drawWait() may give.
RETRYSCOPE_EXPORT std::chrono::microseconds shortestWait(const RetryPolicy &policy, qint64 n);

//! The wait that \a chance, uniform in [0, 1), draws: uniform between shortestWait() and
//! longestWait().
RETRYSCOPE_EXPORT DrawnWait drawWait(const RetryPolicy &policy, qint64 n, double chance);

} // namespace Retryscope
