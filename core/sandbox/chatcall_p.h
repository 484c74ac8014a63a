// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/apierror_p.h"
#include "core/stream/streamdecoder.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
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

//! \brief What a request asks for, whatever its dialect, as far as the sandbox cares.
struct ChatCall
{
    QString model;
    bool stream = false;
    //! OpenAI's chat streams tell the usage only on demand.
    bool includeUsage = false;
    //! Where a dialect has several: as the path asks.
    StreamFraming framing = StreamFraming::Sse;
    //! The caller's limit of the answer.
    std::optional<int> maxTokens;
    //! An estimate: four characters a token.
    int promptTokens = 0;
    std::optional<SandboxToolCall> tool;
};

//! \brief A tool that the request offers.
struct OfferedTool
{
    QString name;
    QJsonObject schema;
};

//! \brief Whether the request wants a tool called.
struct ToolChoice
{
    enum class Kind { Auto, None, Required };

    Kind kind = Kind::Auto;
    //! With Required: this one alone; empty: any.
    QString name;
};

//! The tool to call: the one that is demanded, or the first one that the text names. Null: none.
std::optional<SandboxToolCall> chooseTool(const QList<OfferedTool> &tools, const ToolChoice &choice,
                                          const QString &lastUserText);

} // namespace Retryscope
