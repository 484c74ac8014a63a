// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/delta.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace Retryscope {

//! \brief Deltas that are used again and again: clear() keeps them with the room of their texts, so
//! that in the long run a stream allocates nothing for them.
class RETRYSCOPE_EXPORT DeltaList
{
public:
    using Iterator = std::vector<Delta>::iterator;
    using ConstIterator = std::vector<Delta>::const_iterator;

    //! An empty one at the end. Valid until the next one is added.
    Delta &add(DeltaKind kind);

    void push_back(const Delta &delta) { add(delta.kind) = delta; }

    //! Takes those from \a begin on out that \a drop(delta) is true for.
    template <typename Predicate>
    void removeFrom(std::size_t begin, Predicate &&drop)
    {
        std::size_t kept = begin;
        for (std::size_t i = begin; i < m_size; ++i) {
            if (drop(m_deltas[i]))
                continue;
            if (kept != i)
                std::swap(m_deltas[kept], m_deltas[i]);
            ++kept;
        }
        m_size = kept;
    }

    void clear() { m_size = 0; }

    //! Only if it is not empty().
    void dropLast() { --m_size; }

    std::size_t size() const { return m_size; }

    bool empty() const { return m_size == 0; }

    Delta &operator[](std::size_t index) { return m_deltas[index]; }

    const Delta &operator[](std::size_t index) const { return m_deltas[index]; }

    Delta &back() { return m_deltas[m_size - 1]; }

    Iterator begin() { return m_deltas.begin(); }

    Iterator end() { return m_deltas.begin() + std::ptrdiff_t(m_size); }

    ConstIterator begin() const { return m_deltas.begin(); }

    ConstIterator end() const { return m_deltas.begin() + std::ptrdiff_t(m_size); }

private:
    std::vector<Delta> m_deltas; // those behind m_size wait to be used again
    std::size_t m_size = 0;
};

} // namespace Retryscope
