// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/repeatedrun.h"

#include <QtCore/QString>

namespace Retryscope {

//! \file
//! \brief What many runs are called in the window.

//! "complete", "no answer", "HTTP error".
QString verdictWords(RunVerdict verdict);
//! How they ended, how long they took, and what was sent: sentences. Empty without runs.
QString statisticsWords(const RunStatistics &statistics);
//! What stands where there is nothing to draw yet.
QString noRunsWords();

} // namespace Retryscope
