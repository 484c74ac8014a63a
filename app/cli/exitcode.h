// SPDX-License-Identifier: MIT
#pragma once

namespace Retryscope {

struct RunSummary;

//! The exit codes of usage and of an interrupt; the others come from exitCode().
inline constexpr int UsageExitCode = 2;
inline constexpr int InterruptedExitCode = 130;

//! 0 Complete; 2 configuration; 10 dns, 11 connect, 12 tls, 13 certificate, 14 connection lost
//! before the status, 15 proxy, 16 http/2; 20 HTTP 3xx or 4xx, 21 HTTP 429, 22 HTTP 5xx; 30
//! Truncated, 31 Failed, 32 Damaged, 33 Unknown; 40 timeout; 50 cancelled.
int exitCode(const RunSummary &summary);

} // namespace Retryscope
