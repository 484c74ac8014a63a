// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/scenario.h"

#include <QtCore/QString>

namespace Retryscope {

//! The request of a scenario as a curl command for a POSIX shell. A key stands as a variable
//! ("$OPENAI_API_KEY"), never as its value.
QString curlCommand(const Scenario &scenario);

} // namespace Retryscope
