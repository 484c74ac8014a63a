// SPDX-License-Identifier: MIT
#include "core/timeline/stamplist.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace Retryscope {

using std::chrono::microseconds;

namespace {

// So that a list that grows never copies more than this.
constexpr qsizetype ChunkSize = 65'536;
constexpr qint64 LongestDistance = std::numeric_limits<quint32>::max();

} // namespace

qsizetype StampList::size() const
{
    return m_chunks.isEmpty() ? 0
                              : m_chunks.constLast().begin + m_chunks.constLast().distances.size();
}

microseconds StampList::at(qsizetype index) const
{
    const auto next = std::ranges::upper_bound(m_chunks, index, {}, &Chunk::begin);
    const Chunk &chunk = *(next - 1);
    return chunk.base + microseconds(chunk.distances.at(index - chunk.begin));
}

//! The one that it belongs into, made where there is none.
qsizetype StampList::chunkFor(microseconds stamp)
{
    const auto next = std::ranges::upper_bound(std::as_const(m_chunks), stamp, {}, &Chunk::base);
    const qsizetype place = next - m_chunks.cbegin();
    const bool isLast = place == m_chunks.size();
    if (place > 0) {
        const Chunk &chunk = m_chunks.at(place - 1);
        const bool fits = (stamp - chunk.base).count() <= LongestDistance;
        if (fits && (!isLast || chunk.distances.size() < ChunkSize))
            return place - 1;
    }
    const qsizetype begin = isLast ? size() : m_chunks.at(place).begin;
    m_chunks.insert(place, {stamp, begin, {}});
    return place;
}

void StampList::insert(microseconds stamp)
{
    const qsizetype place = chunkFor(stamp);
    Chunk &chunk = m_chunks[place];
    const auto distance = static_cast<quint32>((stamp - chunk.base).count());
    const auto at = std::ranges::upper_bound(std::as_const(chunk.distances), distance);
    chunk.distances.insert(at - chunk.distances.cbegin(), distance);
    for (qsizetype i = place + 1; i < m_chunks.size(); ++i)
        ++m_chunks[i].begin;
}

qsizetype StampList::lowerBound(microseconds stamp) const
{
    // Equal ones may end the chunk before.
    auto next = std::ranges::lower_bound(m_chunks, stamp, {}, &Chunk::base);
    if (next == m_chunks.cbegin())
        return 0;
    const Chunk &chunk = *(next - 1);
    const qint64 distance = (stamp - chunk.base).count();
    if (distance > LongestDistance)
        return chunk.begin + chunk.distances.size();
    const auto at = std::ranges::lower_bound(chunk.distances, static_cast<quint32>(distance));
    return chunk.begin + (at - chunk.distances.cbegin());
}

bool StampList::equals(const StampList &other) const
{
    if (size() != other.size())
        return false;
    for (qsizetype i = 0; i < size(); ++i) {
        if (at(i) != other.at(i))
            return false;
    }
    return true;
}

} // namespace Retryscope
