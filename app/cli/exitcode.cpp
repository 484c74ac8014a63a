// SPDX-License-Identifier: MIT
#include "app/cli/exitcode.h"

#include "core/run/runsummary.h"

namespace Retryscope {

namespace {

int ofFailure(const Failure &failure)
{
    switch (failure.kind) {
    case FailureKind::Dns:
        return 10;
    case FailureKind::Connect:
        return 11;
    case FailureKind::Tls:
        return 12;
    case FailureKind::Certificate:
        return 13;
    case FailureKind::Io:
        return 14;
    case FailureKind::Proxy:
        return 15;
    case FailureKind::Http2:
        return 16;
    case FailureKind::Config:
        return UsageExitCode;
    case FailureKind::Body:
        return 30;
    case FailureKind::Timeout:
        return 40;
    case FailureKind::Cancelled:
        return 50;
    }
    Q_UNREACHABLE();
}

int ofStatus(int status)
{
    if (status == 429)
        return 21;
    return status >= 500 ? 22 : 20;
}

} // namespace

int exitCode(const RunSummary &summary)
{
    switch (summary.verdict) {
    case RunVerdict::Complete:
        return 0;
    case RunVerdict::ConfigError:
        return UsageExitCode;
    case RunVerdict::TransportError:
        return summary.failure ? ofFailure(*summary.failure) : 14;
    case RunVerdict::HttpError:
        return ofStatus(summary.status);
    case RunVerdict::Truncated:
        return 30;
    case RunVerdict::Failed:
        return 31;
    case RunVerdict::Damaged:
        return 32;
    case RunVerdict::Unknown:
        return 33;
    case RunVerdict::Timeout:
        return 40;
    case RunVerdict::Cancelled:
        return 50;
    }
    Q_UNREACHABLE();
}

} // namespace Retryscope
