// SPDX-License-Identifier: MIT
#include "core/llm/streamtiming.h"

namespace Retryscope {

std::optional<double> StreamTiming::tokensPerSecond(const Usage &usage) const
{
    if (!usage.outputTokens || !firstToken || *lastToken <= *firstToken)
        return {};
    const qint64 hidden = m_sawReasoning ? 0 : usage.reasoningTokens.value_or(0);
    // The first token ends no interval.
    const qint64 intervals = *usage.outputTokens - hidden - 1;
    if (intervals < 1)
        return {};
    return double(intervals) / std::chrono::duration<double>(*lastToken - *firstToken).count();
}

void StreamTiming::noteByte(Stamp stamp)
{
    if (!firstByte)
        firstByte = stamp;
}

void StreamTiming::noteEvent(qint64 index, bool content, Stamp stamp)
{
    if (!firstEvent)
        firstEvent = stamp;
    if (!content)
        return;
    if (m_lastContent && stamp - *m_lastContent > longestGap.value_or(Stamp(-1))) {
        longestGap = stamp - *m_lastContent;
        longestGapEvent = index;
    }
    m_lastContent = stamp;
}

void StreamTiming::noteDelta(DeltaKind kind, Stamp stamp)
{
    const bool token = kind == DeltaKind::Text || kind == DeltaKind::Reasoning
                       || kind == DeltaKind::Refusal || kind == DeltaKind::Tool;
    m_sawReasoning = m_sawReasoning || kind == DeltaKind::Reasoning;
    if (!token)
        return;
    if (!firstToken)
        firstToken = stamp;
    lastToken = stamp;
}

} // namespace Retryscope
