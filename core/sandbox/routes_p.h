// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/answer_p.h"
#include "core/sandbox/sandbox.h"
#include "core/wire/http1.h"

namespace Retryscope {

//! The sound answer to a whole request.
SandboxAnswer answerTo(const HttpRequestParser &request, const SandboxOptions &options, int number);
//! The answer to what the parser would not take; the connection ends with it.
SandboxAnswer answerToGarbage(int status, const QString &text);

} // namespace Retryscope
