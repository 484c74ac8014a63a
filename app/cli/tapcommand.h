// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QStringList>

namespace Retryscope {

//! The tap alone, a SOCKS5 proxy for any client, until interrupted; returns the exit code.
int runTap(const QStringList &arguments);

} // namespace Retryscope
