// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/delta.h"

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace Retryscope {

//! \brief A tool call put together from its pieces.
struct RETRYSCOPE_EXPORT ToolCall
{
    QString id;
    QString name;
    //! The JSON text as it arrived.
    QString arguments;

    friend bool operator==(const ToolCall &, const ToolCall &) = default;
};

//! \brief The assembled answer: of the first choice, where a request asked for several.
struct RETRYSCOPE_EXPORT Answer
{
    QString text;
    QString reasoning;
    QString refusal;
    //! Signatures of the reasoning, one behind the other.
    QString signature;
    QList<ToolCall> toolCalls;
    //! The provider's own JSON, one each: citations, and parts that are none of the above.
    QStringList citations;
    QStringList others;
    //! The provider's own word; empty if none came.
    QString stopReason;
    Usage usage;
    //! How many UTF-16 units of text, reasoning and refusal were left out: those beyond
    //! AnswerBuilder::setTextLimit().
    qint64 omitted = 0;
    //! The first error event's message and type.
    QString error;
    QString errorType;
};

//! \brief One of several answers to one request.
struct RETRYSCOPE_EXPORT ChoiceAnswer
{
    int index = 0;
    Answer answer;
};

} // namespace Retryscope
