// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"
#include "core/retry/failure.h"

#include <QtCore/QFlags>
#include <QtCore/QObject>

#include <chrono>
#include <optional>

namespace Retryscope {

//! \brief When and how often a request is tried again. A value; the defaults are the contract.
struct RETRYSCOPE_EXPORT RetryPolicy
{
    Q_GADGET
public:
    //! The kinds of failure that can be retried at all; the others never are.
    enum class Kind {
        Dns = 0x01,         //!< Failure::Kind::Dns
        Connect = 0x02,     //!< Failure::Kind::Connect
        Tls = 0x04,         //!< Failure::Kind::Tls
        Certificate = 0x08, //!< Failure::Kind::Certificate
        Io = 0x10,          //!< Failure::Kind::Io
        Http2 = 0x20,       //!< Failure::Kind::Http2
    };
    Q_ENUM(Kind)
    //! Any of them, together.
    Q_DECLARE_FLAGS(Kinds, Kind)
    //! All of them, for Kinds::fromInt().
    static constexpr int AllKinds = 0x3f;

    //! Retries after the first attempt, 0 to 255; 0 makes the layer inert. An attempt that Qt gives
    //! up in its queue, because another request's connection was lost, does not count.
    int maxRetries = 2;
    //! Base of the first wait.
    std::chrono::milliseconds initialBackoff{200};
    //! Cap of every wait, jitter included.
    std::chrono::milliseconds maxBackoff{30'000};
    //! Each wait is drawn from base * (1 - jitter) to base * (1 + jitter); 0 to 1.
    double jitter = 0.25;
    //! The kinds of failure that are retried. A certificate, say, does not get better by waiting.
    Kinds retryOn = Kinds::fromInt(AllKinds);
    //! Also retry an attempt whose request had left: it may then be processed, and paid, twice.
    bool retryMaybeProcessed = true;
    //! Send an Idempotency-Key header, the same on all attempts of one request, new for the next.
    bool idempotencyKey = false;

    //! True if \a kind is one that this policy retries.
    bool retries(FailureKind kind) const;

    //! The first field that is out of its range, or none.
    std::optional<InputError> validate() const;

    //! Equal in every field.
    friend bool operator==(const RetryPolicy &, const RetryPolicy &) = default;
};

Q_DECLARE_OPERATORS_FOR_FLAGS(RetryPolicy::Kinds)

//! \brief The time limits of one request. Zero is "no limit". None is ever retried: the request
//! fails with FailureKind::Timeout, and Failure::timeout says which limit it was.
//!
//! Qt's own transfer timeout stays off: it is coarse and reports the same code as an abort.
struct RETRYSCOPE_EXPORT Timeouts
{
    //! DNS, TCP and TLS of one attempt together. 0: Qt's 30 s per address, which counts as a
    //! transport failure; that is for TCP only. Qt has no limit for a TLS handshake: against a
    //! server that accepts and falls silent, total is then the only one.
    std::chrono::milliseconds connect{0};
    //! From the request having left to the response's head, one attempt. Each part of the body that
    //! Qt takes begins it anew; Qt tells of the request once its first 16 kB are written. Of a body
    //! of no bytes over HTTP/1.1 it tells nothing: there this limit begins with the end of the TLS
    //! handshake, or without TLS where connect ends.
    std::chrono::milliseconds firstByte{0};
    //! No byte of the body.
    std::chrono::milliseconds idleBytes{0};
    //! No content event (RetryingReply::noteContentEvent()): keep-alive comments and pings do not
    //! feed it.
    std::chrono::milliseconds idleEvents{0};
    //! All attempts, all waits and the body. A wait that cannot fit into what is left is refused at
    //! once.
    std::chrono::milliseconds total{600'000};

    //! The first field that is out of its range (negative), or none.
    std::optional<InputError> validate() const;

    //! Equal in every field.
    friend bool operator==(const Timeouts &, const Timeouts &) = default;
};

} // namespace Retryscope
