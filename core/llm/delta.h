// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QMetaType>
#include <QtCore/QObject>
#include <QtCore/QString>

#include <optional>

namespace Retryscope {

//! \brief Token counts, each known or not.
struct RETRYSCOPE_EXPORT Usage
{
    std::optional<qint64> inputTokens;
    std::optional<qint64> outputTokens;
    std::optional<qint64> reasoningTokens;
    std::optional<qint64> cachedInputTokens;
    std::optional<qint64> totalTokens;

    bool isEmpty() const { return *this == Usage{}; }

    //! Fields that \a newer knows replace those here.
    void merge(const Usage &newer);

    friend bool operator==(const Usage &, const Usage &) = default;
};

//! \brief One dialect-neutral step of a streamed answer.
struct RETRYSCOPE_EXPORT Delta
{
    Q_GADGET
public:
    enum class Kind {
        Text,      //!< text
        Reasoning, //!< text
        Refusal,   //!< text; not part of the answer's text
        Tool,  //!< toolIndex; toolId and toolName when they arrive; text: a piece of the arguments;
               //!< toolEnd: no more of it comes
        Usage, //!< usage
        Stop,  //!< text: the provider's own word ("stop", "length", "tool_calls")
        Error, //!< text: the message; errorType: the provider's type or code
        Signature, //!< text: of the reasoning, opaque; to be sent back as it is
        Citation,  //!< text: the provider's own JSON
        Other,     //!< text: a part that no other kind fits, as JSON; part: the provider's word
    };
    Q_ENUM(Kind)

    Kind kind = Kind::Text;
    QString text;
    //! The choice it belongs to (n > 1), from 0.
    int choice = 0;
    int toolIndex = 0;
    QString toolId;
    QString toolName;
    bool toolEnd = false;
    QString errorType;
    QString part;
    Usage usage;

    friend bool operator==(const Delta &, const Delta &) = default;
};

using DeltaKind = Delta::Kind;

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::Delta)
