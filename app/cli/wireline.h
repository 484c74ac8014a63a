// SPDX-License-Identifier: MIT
#pragma once

#include "core/tap/wireevent.h"

#include <QtCore/QByteArray>

#include <chrono>

namespace Retryscope {

//! One JSON object without line breaks: t (microseconds since \a origin), connection, attempt,
//! event, then the fields. Names and fields are those of the trace where it has them.
QByteArray wireLine(const WireEvent &event, std::chrono::nanoseconds origin);

} // namespace Retryscope
