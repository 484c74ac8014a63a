// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/retry/attempt.h"
#include "core/retry/backoff.h"
#include "core/retry/failure.h"
#include "core/retry/retrypolicy.h"

#include <chrono>
#include <optional>

namespace Retryscope {

//! \brief Whether a failed attempt is followed by another one, and why. Pure.
//!
//! \a attempts counts the attempts so far, the failed one included. \a wait is what was drawn for
//! this retry. \a remaining is what is left of Timeouts::total; none where there is no such limit.
RETRYSCOPE_EXPORT RetryDecision decide(const RetryPolicy &policy, const Failure &failure,
                                       int attempts, const DrawnWait &wait,
                                       std::optional<std::chrono::nanoseconds> remaining);

} // namespace Retryscope
