// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/classify.h"
#include "core/retry/failure.h"

namespace Retryscope {

//! Fills in \a failure's cause and sentence from its kind and from \a state.
void describe(Failure &failure, const ReplyState &state);

} // namespace Retryscope
