// SPDX-License-Identifier: MIT
#pragma once

namespace Retryscope {

class Runner;
struct SendOptions;

//! "send --repeat": a row for each run as it ends, then what they say together. Returns the
//! program's exit code: that of the first run that was not complete, or 0.
int followRepeated(Runner &runner, const SendOptions &options);

} // namespace Retryscope
