// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/streamreader.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

namespace Retryscope {

//! \file
//! \brief Deltas and the parts of an answer as JSON, for traces and the command line.

//! {"delta": "text", "text": ...}; the words are those of "retryscope-cli decode".
RETRYSCOPE_EXPORT QJsonObject deltaToJson(const Delta &delta);
//! The counts that are known: {"input_tokens": 1}.
RETRYSCOPE_EXPORT QJsonObject usageToJson(const Usage &usage);
//! [{"id", "name", "arguments"}], the arguments as they arrived.
RETRYSCOPE_EXPORT QJsonArray toolCallsToJson(const QList<ToolCall> &calls);

//! \a text is one JSON text by RFC 8259, whatever its numbers.
RETRYSCOPE_EXPORT bool isSoundJson(QByteArrayView text);

} // namespace Retryscope
