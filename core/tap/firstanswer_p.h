// SPDX-License-Identifier: MIT
#pragma once

#include "core/tap/wireevent.h"

#include <QtCore/QByteArray>

namespace Retryscope {

//! The event of a response in clear, by its first bytes.
WireEvent firstAnswer(const QByteArray &bytes);

} // namespace Retryscope
