// SPDX-License-Identifier: MIT
#include "core/retry/decide.h"

namespace Retryscope {

namespace {

// Why this failure is the last one, whatever the wait; none where it may be tried again.
std::optional<RetryReason> refusal(const RetryPolicy &policy, const Failure &failure, int attempts)
{
    switch (failure.kind) {
    case FailureKind::Cancelled:
        return RetryReason::Cancelled;
    case FailureKind::Proxy:
    case FailureKind::Timeout:
    case FailureKind::Config:
        return RetryReason::NeverRetried;
    case FailureKind::Body:
        return RetryReason::Answered;
    case FailureKind::Dns:
    case FailureKind::Connect:
    case FailureKind::Tls:
    case FailureKind::Certificate:
    case FailureKind::Io:
    case FailureKind::Http2:
        break;
    }
    if (failure.safety == Safety::Answered)
        return RetryReason::Answered;
    if (!policy.retries(failure.kind))
        return RetryReason::KindNotRetried;
    if (failure.safety == Safety::MaybeProcessed && !policy.retryMaybeProcessed)
        return RetryReason::MaybeProcessed;
    if (attempts > policy.maxRetries)
        return RetryReason::RetriesExhausted;
    return {};
}

} // namespace

RetryDecision decide(const RetryPolicy &policy, const Failure &failure, int attempts,
                     const DrawnWait &wait, std::optional<std::chrono::nanoseconds> remaining)
{
    RetryDecision decision;
    if (const auto reason = refusal(policy, failure, attempts)) {
        decision.reason = *reason;
        return decision;
    }
    decision.base = wait.base;
    decision.delay = wait.delay;
    decision.factor = wait.factor;
    // A wait that ends with the deadline leaves no time for an attempt.
    if (remaining && wait.delay >= *remaining) {
        decision.reason = RetryReason::DeadlineWouldExceed;
        return decision;
    }
    decision.retry = true;
    decision.reason = RetryReason::TransportFailure;
    return decision;
}

} // namespace Retryscope
