// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QStringList>

namespace Retryscope {

//! "retryscope-cli decode": the exit code.
int runDecode(const QStringList &arguments);

} // namespace Retryscope
