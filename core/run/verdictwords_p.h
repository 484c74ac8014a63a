// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/runsummary.h"

namespace Retryscope {

//! \file
//! \brief A run's end in words: pure functions of the summary, so that each sentence is a row of a
//! test.

//! Of a run that ended without a 2xx answer.
RunVerdict runVerdict(const Failure &failure);

//! A failure in two to five words, lower case: "name not found", "connection refused", "certificate
//! expired".
QString shortCause(const Failure &failure);
//! "1.2 s", "187 ms", "3 min 20 s".
QString durationWords(std::chrono::microseconds duration);

//! Outcome, cause, what was retried, what was counted.
QString verdictSentence(const RunSummary &summary);
//! What to try next; empty where nothing is wrong.
QString verdictAdvice(const RunSummary &summary);

} // namespace Retryscope
