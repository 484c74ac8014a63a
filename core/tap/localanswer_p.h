// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"
#include "core/tap/responseeditor_p.h"
#include "core/wire/http1.h"

#include <QtCore/QList>

namespace Retryscope {

//! Whether the tap answers by itself. The request must not reach the endpoint then: a fault made on
//! purpose must not cost money there.
bool isAnsweredLocally(FaultKind kind);

//! What the client gets for a whole request, to the end of the connection.
QList<ResponseStep> localAnswer(const Fault &fault, const HttpRequestParser &request);

} // namespace Retryscope
