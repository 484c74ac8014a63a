// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QStringList>

namespace Retryscope {

//! "retryscope-cli sandbox": the embedded endpoint alone, until interrupted. Returns the exit code.
int runSandbox(const QStringList &arguments);

} // namespace Retryscope
