// SPDX-License-Identifier: MIT
#pragma once

#include "core/timeline/timelinemodel.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <chrono>

namespace Retryscope {

//! \file
//! \brief What the rows of a timeline are called: core has no words, the window has them here.

//! "3.1 ms", "187 ms", "1.24 s".
QString timeWords(std::chrono::microseconds duration);
//! "3 milliseconds": for screen readers.
QString spokenDuration(std::chrono::microseconds duration);
//! "name not found", from the Failure as a trace carries it.
QString failureWords(const QJsonObject &failure);
//! The same for a kind alone ("Dns"), where nothing else is known.
QString failureKindWords(const QString &kind);
//! "DNS", "TCP", "TLS", "request", "waiting", "answer".
QString phaseWords(TimelinePhase phase);
//! "D", "T", "S": where there is no room for the word.
QString phaseLetter(TimelinePhase phase);
//! "looking up the name": what an attempt is doing.
QString phaseActivity(TimelinePhase phase);

//! "Attempt 2", "Wait 187 ms".
QString rowTitle(const TimelineRow &row, std::chrono::microseconds now);
//! "connection refused", "200", "200 ms - 6 %".
QString rowOutcome(const TimelineRow &row);
//! What stands beside the bar: "failed in DNS after 3.1 ms", "after name not found: 200 ms - 6 %".
//! \a cause is the attempt that a wait follows; it may be null, then the kind of its failure must
//! do.
QString barWords(const TimelineRow &row, const TimelineRow *cause, std::chrono::microseconds now);
//! "200 ms - 6 %": the base and the jitter of a wait.
QString waitFormula(const TimelineRow &row);
//! Why the wait is what it is, in a sentence.
QString waitReason(const TimelineRow &row, const TimelineRow *cause);
//! The row in a sentence: "Attempt 2, connection refused after 3 milliseconds, then waited 431
//! milliseconds". The rows before and after it may be null.
QString rowSpoken(const TimelineRow &row, const TimelineRow *before, const TimelineRow *following,
                  std::chrono::microseconds now);
//! Name, start and length of every phase, a line each.
QString rowToolTip(const TimelineRow &row, const TimelineRow *before,
                   std::chrono::microseconds now);
//! What is going on, for the verdict line while a run lasts.
QString runningWords(const TimelineModel &model, std::chrono::microseconds now);

//! True if the attempt failed, or its answer is no success (RFC 9110, 15): a status outside 2xx.
bool isBad(const TimelineRow &row);
//! True if the attempt was broken on purpose, or the wait follows one that was.
bool isSimulated(const TimelineRow &row);

} // namespace Retryscope
