// SPDX-License-Identifier: MIT
#include "core/retry/retrypolicy.h"

namespace Retryscope {

namespace {

using namespace std::chrono;

// A wait or limit beyond this is a slip of the keyboard (microseconds for milliseconds, say).
constexpr milliseconds Longest = hours(24 * 366);

std::optional<InputError> checkDuration(milliseconds value, const QString &field)
{
    if (value < milliseconds::zero())
        return InputError{field, QStringLiteral("A duration cannot be negative."), {}};
    if (value > Longest)
        return InputError{field, QStringLiteral("At most a year, please."), {}};
    return {};
}

} // namespace

bool RetryPolicy::retries(FailureKind kind) const
{
    switch (kind) {
    case FailureKind::Dns:
        return retryOn.testFlag(Kind::Dns);
    case FailureKind::Connect:
        return retryOn.testFlag(Kind::Connect);
    case FailureKind::Tls:
        return retryOn.testFlag(Kind::Tls);
    case FailureKind::Certificate:
        return retryOn.testFlag(Kind::Certificate);
    case FailureKind::Io:
        return retryOn.testFlag(Kind::Io);
    case FailureKind::Http2:
        return retryOn.testFlag(Kind::Http2);
    case FailureKind::Proxy:
    case FailureKind::Timeout:
    case FailureKind::Config:
    case FailureKind::Cancelled:
    case FailureKind::Body:
        return false;
    }
    return false;
}

std::optional<InputError> RetryPolicy::validate() const
{
    if (maxRetries < 0 || maxRetries > 255) {
        return InputError{QStringLiteral("maxRetries"),
                          QStringLiteral("The number of retries must be between 0 and 255."),
                          {}};
    }
    if (auto error = checkDuration(initialBackoff, QStringLiteral("initialBackoff")))
        return error;
    if (auto error = checkDuration(maxBackoff, QStringLiteral("maxBackoff")))
        return error;
    // Written so that NaN is refused too.
    if (!(jitter >= 0.0 && jitter <= 1.0)) {
        return InputError{
            QStringLiteral("jitter"), QStringLiteral("The jitter must be between 0 and 1."), {}};
    }
    if ((retryOn.toInt() & ~AllKinds) != 0) {
        return InputError{QStringLiteral("retryOn"),
                          QStringLiteral("There is a kind of failure that cannot be retried."),
                          {}};
    }
    return {};
}

std::optional<InputError> Timeouts::validate() const
{
    if (auto error = checkDuration(connect, QStringLiteral("connect")))
        return error;
    if (auto error = checkDuration(firstByte, QStringLiteral("firstByte")))
        return error;
    if (auto error = checkDuration(idleBytes, QStringLiteral("idleBytes")))
        return error;
    if (auto error = checkDuration(idleEvents, QStringLiteral("idleEvents")))
        return error;
    return checkDuration(total, QStringLiteral("total"));
}

} // namespace Retryscope

#include "moc_retrypolicy.cpp"
