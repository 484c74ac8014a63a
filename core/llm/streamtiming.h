// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/delta.h"

#include <chrono>
#include <optional>

namespace Retryscope {

//! \brief When the parts of a stream came. A value without a clock: the stamps are those that came
//! with the bytes, and count from wherever the caller's do. What was not seen has none.
struct RETRYSCOPE_EXPORT StreamTiming
{
    using Stamp = std::chrono::nanoseconds;

    std::optional<Stamp> firstByte;
    std::optional<Stamp> firstEvent;
    //! Text, reasoning, a refusal or a tool call.
    std::optional<Stamp> firstToken;
    std::optional<Stamp> lastToken;
    //! The longest wait between two events with content, and the number of the one that was waited
    //! for (StreamEvent::index); none before the second.
    std::optional<Stamp> longestGap;
    qint64 longestGapEvent = 0;

    //! Tokens of the answer between the first and the last one of them. None where \a usage does
    //! not count them, or where all came at once. Reasoning that was counted but not sent is left
    //! out.
    std::optional<double> tokensPerSecond(const Usage &usage) const;

    void noteByte(Stamp stamp);
    void noteEvent(qint64 index, bool content, Stamp stamp);
    void noteDelta(DeltaKind kind, Stamp stamp);

private:
    std::optional<Stamp> m_lastContent;
    bool m_sawReasoning = false;
};

} // namespace Retryscope
