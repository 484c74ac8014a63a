// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/sandbox/apierror_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>

namespace Retryscope {

//! \brief The tool that an answer calls.
struct SandboxToolCall
{
    QString name;
    //! JSON text made up from the tool's schema.
    QString arguments;
};

//! \brief What a request to /v1/chat/completions asks for, as far as the sandbox cares.
struct ChatCall
{
    QString model;
    bool stream = false;
    bool includeUsage = false;
    //! The caller's limit of the answer.
    std::optional<int> maxTokens;
    //! An estimate: four characters a token.
    int promptTokens = 0;
    std::optional<SandboxToolCall> tool;

    static Result<ChatCall, ApiError> fromBody(const QByteArray &body);
};

} // namespace Retryscope
