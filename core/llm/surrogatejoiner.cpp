// SPDX-License-Identifier: MIT
#include "core/llm/surrogatejoiner_p.h"

#include <algorithm>

namespace Retryscope {

namespace {

//! How many there were.
int replaceHalves(QString &text)
{
    int replaced = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (!text.at(i).isSurrogate())
            continue;
        const bool whole =
            text.at(i).isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate();
        if (whole) {
            ++i;
        } else {
            text[i] = QChar::ReplacementCharacter;
            ++replaced;
        }
    }
    return replaced;
}

} // namespace

void SurrogateJoiner::join(DeltaList &deltas, std::size_t begin, bool halves)
{
    if (!halves && m_waiting.empty())
        return;
    for (std::size_t i = begin; i < deltas.size(); ++i) {
        takeWaiting(deltas[i]);
        mend(deltas[i]);
    }
    deltas.removeFrom(begin, [](const Delta &delta) {
        const bool usage = delta.kind == DeltaKind::Usage;
        return !usage && delta.text.isEmpty() && delta.toolId.isEmpty() && delta.toolName.isEmpty()
               && !delta.toolEnd;
    });
}

void SurrogateJoiner::takeWaiting(Delta &delta)
{
    if (delta.text.isEmpty())
        return;
    const auto found = std::find_if(m_waiting.begin(), m_waiting.end(), [&delta](const Half &half) {
        return half.kind == delta.kind && half.choice == delta.choice
               && half.toolIndex == delta.toolIndex;
    });
    if (found == m_waiting.end())
        return;
    delta.text.prepend(found->half);
    m_waiting.erase(found);
}

void SurrogateJoiner::mend(Delta &delta)
{
    if (!delta.text.isEmpty() && delta.text.back().isHighSurrogate()) {
        m_waiting.push_back({delta.kind, delta.choice, delta.toolIndex, delta.text.back()});
        delta.text.chop(1);
    }
    m_replaced += replaceHalves(delta.text);
}

void SurrogateJoiner::flush(int choice, DeltaList &deltas)
{
    const auto concerned = [choice](const Half &half) {
        return choice < 0 || half.choice == choice;
    };
    for (const Half &half : m_waiting) {
        if (!concerned(half))
            continue;
        ++m_replaced;
        Delta &delta = deltas.add(half.kind);
        delta.choice = half.choice;
        delta.toolIndex = half.toolIndex;
        delta.text = QChar(QChar::ReplacementCharacter);
    }
    m_waiting.erase(std::remove_if(m_waiting.begin(), m_waiting.end(), concerned), m_waiting.end());
}

} // namespace Retryscope
