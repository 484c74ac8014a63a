// SPDX-License-Identifier: MIT
#include "core/retry/failureinspector.h"

namespace Retryscope {

FailureInspector::~FailureInspector() = default;

} // namespace Retryscope
