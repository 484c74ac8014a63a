// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/apierror_p.h"

#include <QtCore/QByteArray>

namespace Retryscope {

//! \file
//! \brief What OpenAI's two dialects word alike.

//! {"error":{"message","type","param","code"}}, over several lines as the provider writes it.
QByteArray openAiErrorBody(const ApiError &error);
//! The same on one line, as it stands in an event of a stream.
QByteArray openAiErrorLine(const ApiError &error);
//! The list of models.
QByteArray openAiModels();
//! A JSON string, or null for an empty text.
QByteArray stringOrNull(const QString &text);

} // namespace Retryscope
