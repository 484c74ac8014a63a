// SPDX-License-Identifier: MIT
#include "ui/response/eventplaces.h"

#include <QtCore/QtGlobal>

#include <algorithm>
#include <bit>

namespace Retryscope {

void EventPlaces::append(std::size_t place)
{
    if (m_blocks.empty())
        m_first = place;
    const std::size_t bit = place - m_first;
    while (m_blocks.size() <= bit / BlockBits)
        m_blocks.push_back({{}, m_size});
    m_blocks.back().bits[bit % BlockBits / WordBits] |= std::uint64_t(1) << bit % WordBits;
    ++m_size;
}

std::size_t EventPlaces::at(std::size_t index) const
{
    Q_ASSERT(index < m_size);
    // Of several blocks with as many before them all but the last are empty.
    const auto next = std::ranges::upper_bound(m_blocks, index, {}, &Block::before);
    const auto block = std::prev(next);
    std::size_t left = index - block->before;
    std::size_t word = 0;
    for (; left >= std::size_t(std::popcount(block->bits[word])); ++word)
        left -= std::size_t(std::popcount(block->bits[word]));
    std::uint64_t bits = block->bits[word];
    for (; left > 0; --left)
        bits &= bits - 1; // without its lowest
    return m_first + std::size_t(block - m_blocks.begin()) * BlockBits + word * WordBits
           + std::size_t(std::countr_zero(bits));
}

std::size_t EventPlaces::lowerBound(std::size_t place) const
{
    if (place <= m_first)
        return 0;
    const std::size_t bit = place - m_first;
    if (bit / BlockBits >= m_blocks.size())
        return m_size;
    const Block &block = m_blocks[bit / BlockBits];
    const std::size_t word = bit % BlockBits / WordBits;
    std::size_t count = block.before;
    for (std::size_t i = 0; i < word; ++i)
        count += std::size_t(std::popcount(block.bits[i]));
    const std::uint64_t below = (std::uint64_t(1) << bit % WordBits) - 1;
    return count + std::size_t(std::popcount(block.bits[word] & below));
}

} // namespace Retryscope
