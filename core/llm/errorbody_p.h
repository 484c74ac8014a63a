// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/endpointerror.h"
#include "core/llm/jsonslice_p.h"

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

namespace Retryscope {

//! \brief The message in the body of an HTTP error, in whatever shape it comes: an object under
//! "error", a text under "error", "detail" or "message", a list of them, an event stream with an
//! error event, the title of a page, or plain text. One line, shortened; empty if there is none.
QString messageOfErrorBody(QByteArrayView body);

//! \brief The message of an "error" member: its text, or the JSON itself where it has none.
QString messageOfError(const JsonSlice &error);

//! \brief The message, and what else providers say beside it.
EndpointError errorOfBody(QByteArrayView body);

} // namespace Retryscope
