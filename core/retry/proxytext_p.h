// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/classify.h"

namespace Retryscope {

//! "the proxy 127.0.0.1:3128".
QString proxyName(const ReplyState &state);

//! Cause and message of a failure of the proxy's.
void describeProxy(Failure &failure, const ReplyState &state);

} // namespace Retryscope
