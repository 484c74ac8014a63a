// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QStringList>

namespace Retryscope {

//! "retryscope-cli faults": prints the catalogue, returns the exit code.
int runFaults(const QStringList &arguments);

} // namespace Retryscope
