// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/retry/failure.h"

#include <chrono>
#include <optional>

namespace Retryscope {

//! \brief What was decided after a failure, and how long the wait is and why.
struct RETRYSCOPE_EXPORT RetryDecision
{
    Q_GADGET
public:
    //! \brief Why the requester did, or did not, try again: the closed list.
    enum class Reason {
        TransportFailure, //!< retried: the failure's kind is one the policy retries
        RetriesExhausted, //!< not retried: maxRetries used up
        KindNotRetried,   //!< not retried: the policy switches this kind off
        MaybeProcessed, //!< not retried: the request had left, and the policy retries only what is
                        //!< proven safe
        DeadlineWouldExceed, //!< not retried: the wait does not fit into what is left of the total
                             //!< timeout
        Answered,            //!< not retried: a final status was seen
        NeverRetried,        //!< not retried: proxy, timeout and configuration failures never are
        Cancelled,           //!< not retried: the caller gave up
    };
    Q_ENUM(Reason)

    //! Another attempt follows, after delay.
    bool retry = false;
    //! Why it does, or does not.
    Reason reason = Reason::NeverRetried;
    //! min(initialBackoff * 2^n, maxBackoff). Set for a retry, and for a wait that was refused by
    //! the deadline.
    std::chrono::microseconds base{0};
    //! The drawn wait.
    std::chrono::microseconds delay{0};
    //! delay / base; 1 where base is 0.
    double factor = 1.0;

    //! Equal in every field.
    friend bool operator==(const RetryDecision &, const RetryDecision &) = default;
};

//! Short for RetryDecision::Reason.
using RetryReason = RetryDecision::Reason;

//! \brief What happened in one attempt. Kept for all attempts, also when the request succeeds.
struct RETRYSCOPE_EXPORT AttemptRecord
{
    Q_GADGET
public:
    //! \brief A point that an attempt passed, as Qt's signals tell it. The stamps are delivery
    //! times, not wire times.
    enum class Milestone {
        ConnectStarted, //!< QNetworkReply::socketStartedConnecting; comes before the name is looked
                        //!< up
        Encrypted,      //!< the TLS handshake is complete
        RequestSent,  //!< QNetworkReply::requestSent: once per copy of the request that was written
        HeadReceived, //!< the head of a final response
    };
    Q_ENUM(Milestone)

    //! From 1.
    int number = 0;
    //! When it started: a stamp of the requester's Clock.
    std::chrono::nanoseconds started{0};
    //! When it ended, by the same clock; none while it runs.
    std::optional<std::chrono::nanoseconds> finished;
    //! Why it failed; none while it runs, and none where it got an answer.
    std::optional<Failure> failure;
    //! What followed; only with a failure.
    std::optional<RetryDecision> decision;
    //! The HTTP status of a final response; 0 without one.
    int status = 0;
    //! How often the request was written. Over 1 only where Qt repeats a request without a body on
    //! its own.
    int wireSends = 0;
    //! Sent on a kept-alive connection: no connect was seen.
    bool reusedConnection = false;
    //! How long it waited for one of the six connections that QNetworkAccessManager makes to a
    //! host.
    std::chrono::nanoseconds queued{0};
    //! HTTP/2 was negotiated, or spoken without asking (Http2DirectAttribute). False too where the
    //! attempt ended before that was known.
    bool http2 = false;
    //! How late the wait before this attempt ended; never negative.
    std::chrono::microseconds late{0};
};

//! Short for AttemptRecord::Milestone.
using Milestone = AttemptRecord::Milestone;

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::RetryDecision)
