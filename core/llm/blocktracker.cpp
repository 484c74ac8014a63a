// SPDX-License-Identifier: MIT
#include "core/llm/blocktracker_p.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

// No real answer has so many parts; a made-up one shall not cost memory.
constexpr std::size_t MostKnown = 4096;

} // namespace

void BlockTracker::begin(int index, QStringList &oddities)
{
    const int expected = m_known.empty() ? 0 : m_known.back() + 1;
    if (isKnown(index))
        oddities.append(u"The part with the index %1 is begun twice."_s.arg(index));
    else if (index != expected)
        oddities.append(
            u"A part with the index %1 begins where %2 was expected."_s.arg(index).arg(expected));
    remember(index);
}

void BlockTracker::piece(int index, QStringList &oddities)
{
    if (isKnown(index))
        return;
    oddities.append(
        u"A piece came for the part with the index %1, which was never begun."_s.arg(index));
    remember(index);
}

bool BlockTracker::isKnown(int index) const
{
    // From behind: it is mostly the last one.
    return std::find(m_known.rbegin(), m_known.rend(), index) != m_known.rend();
}

void BlockTracker::remember(int index)
{
    if (m_known.size() < MostKnown && !isKnown(index))
        m_known.push_back(index);
}

} // namespace Retryscope
