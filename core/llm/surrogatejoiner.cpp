// SPDX-License-Identifier: MIT
#include "core/llm/surrogatejoiner_p.h"

#include <limits>

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

SurrogateJoiner::Place SurrogateJoiner::placeOf(const Delta &delta)
{
    return {delta.choice, delta.toolIndex, delta.kind};
}

void SurrogateJoiner::takeWaiting(Delta &delta)
{
    if (delta.text.isEmpty() || m_waiting.empty())
        return;
    const auto found = m_waiting.find(placeOf(delta));
    if (found == m_waiting.end())
        return;
    delta.text.prepend(found->second);
    m_waiting.erase(found);
}

void SurrogateJoiner::mend(Delta &delta)
{
    if (!delta.text.isEmpty() && delta.text.back().isHighSurrogate()) {
        m_waiting.emplace(placeOf(delta), delta.text.back());
        delta.text.chop(1);
    }
    m_replaced += replaceHalves(delta.text);
}

SurrogateJoiner::Halves::iterator SurrogateJoiner::lose(Halves::iterator half, DeltaList &deltas)
{
    ++m_replaced;
    Delta &delta = deltas.add(half->first.kind);
    delta.choice = half->first.choice;
    delta.toolIndex = half->first.toolIndex;
    delta.text = QChar(QChar::ReplacementCharacter);
    return m_waiting.erase(half);
}

void SurrogateJoiner::flush(int choice, DeltaList &deltas)
{
    constexpr int Lowest = std::numeric_limits<int>::min();
    auto half =
        choice < 0 ? m_waiting.begin() : m_waiting.lower_bound({choice, Lowest, DeltaKind::Text});
    while (half != m_waiting.end() && (choice < 0 || half->first.choice == choice))
        half = lose(half, deltas);
}

void SurrogateJoiner::flushPart(int toolIndex, DeltaList &deltas)
{
    auto half = m_waiting.lower_bound({0, toolIndex, DeltaKind::Text});
    while (half != m_waiting.end() && half->first.choice == 0 && half->first.toolIndex == toolIndex)
        half = lose(half, deltas);
}

void SurrogateJoiner::copyTo(SurrogateJoiner &other) const
{
    other.m_replaced = m_replaced;
    if (!m_waiting.empty() || !other.m_waiting.empty())
        other.m_waiting = m_waiting;
}

} // namespace Retryscope
