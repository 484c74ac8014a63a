// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QObject>
#include <QtCore/QString>

namespace Retryscope {

//! \brief Why a model stopped, whatever its provider calls it.
struct RETRYSCOPE_EXPORT StopReason
{
    Q_GADGET
public:
    enum class Kind {
        None,         //!< nothing was said
        End,          //!< the answer was at its end; Gemini says so of tool calls too
        Length,       //!< a limit of tokens
        StopSequence, //!< one of the request's own
        ToolUse,
        Refusal,       //!< by the model
        ContentFilter, //!< by what stands in front of it or behind
        Failure,       //!< the endpoint says that the answer failed
        Other,         //!< a word of a provider that is not known
    };
    Q_ENUM(Kind)

    //! \a word as it came, in any dialect: Answer::stopReason.
    static Kind kindOf(const QString &word);
};

using StopKind = StopReason::Kind;

} // namespace Retryscope
