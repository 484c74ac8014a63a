// SPDX-License-Identifier: MIT
#pragma once

#include "core/timeline/timelinemodel.h"

#include <QtCore/QStringList>

//! \brief A row as lines that a person can compare: one for the row, then one a span.
//!
//! "attempt 1 [0 900] failure Dns fault dns", "  dns [100 800] wire"; an open end is "-".
QStringList linesOf(const Retryscope::TimelineRow &row);
QStringList linesOf(const Retryscope::TimelineModel &model);
