// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QString>

//! \file
//! \brief What Qt lets us know of HTTP/2: it passes a peer's error code on as one of its own codes
//! and a text (qt_error() in http2/http2protocol.cpp). The codes have many causes; each text has
//! one.

namespace Retryscope {

struct ReplyState;

//! "INTERNAL_ERROR" for the text that Qt has for that code of RFC 9113, "0x2a" for one that RFC
//! 9113 does not know; empty for any other text.
RETRYSCOPE_EXPORT QString http2ErrorName(const QString &qtErrorString);

//! The code with which the peer ended the stream, or "GOAWAY" where it is going away and leaves the
//! stream behind, or "HeldBack" where it takes no more of them; empty where nothing is known.
QString http2Cause(const ReplyState &state);

//! Qt held the request back: the connection that it would have sent it over is going away.
bool isHeldBackByGoAway(const ReplyState &state);

} // namespace Retryscope
