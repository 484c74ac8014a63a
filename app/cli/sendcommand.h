// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QStringList>

namespace Retryscope {

//! "retryscope-cli send": returns the exit code.
int runSend(const QStringList &arguments);

} // namespace Retryscope
