// SPDX-License-Identifier: MIT
#include "core/llm/blocktracker_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

// No real answer has so many parts; a made-up one shall not cost memory.
constexpr qsizetype MostKnown = 4096;

} // namespace

void BlockTracker::begin(int index, QStringList &oddities)
{
    const qint64 expected = qint64(m_last) + 1;
    if (isKnown(index))
        oddities.append(u"The part with the index %1 is begun twice."_s.arg(index));
    else if (index != expected)
        oddities.append(
            u"A part with the index %1 begins where %2 was expected."_s.arg(index).arg(expected));
    remember(index);
}

void BlockTracker::piece(int index, QStringList &oddities)
{
    // Behind the last one that could be remembered nothing is known.
    if (isKnown(index) || m_known.size() == MostKnown)
        return;
    oddities.append(
        u"A piece came for the part with the index %1, which was never begun."_s.arg(index));
    remember(index);
}

bool BlockTracker::isKnown(int index) const
{
    return m_known.contains(index);
}

void BlockTracker::remember(int index)
{
    if (isKnown(index))
        return;
    m_last = index;
    if (m_known.size() < MostKnown)
        m_known.insert(index);
}

} // namespace Retryscope
