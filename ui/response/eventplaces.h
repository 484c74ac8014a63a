// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace Retryscope {

//! \brief Places in a trace in rising order, millions of them: a bit for each place from the first
//! to the last, for in a long stream every second event or so is one.
class EventPlaces final
{
public:
    //! How many.
    std::size_t size() const { return m_size; }

    //! size() == 0.
    bool empty() const { return m_size == 0; }

    //! \a place must be behind the last.
    void append(std::size_t place);

    //! \a index must be less than size().
    std::size_t at(std::size_t index) const;

    //! The index of the first that is not before \a place; size(): none.
    std::size_t lowerBound(std::size_t place) const;

private:
    struct Block
    {
        std::array<std::uint64_t, 8> bits{};
        std::size_t before = 0; // how many there are in the blocks before
    };

    static constexpr std::size_t WordBits = 64;
    static constexpr std::size_t BlockBits = 8 * WordBits;

    std::deque<Block> m_blocks;
    std::size_t m_first = 0; // the place of the first bit
    std::size_t m_size = 0;
};

} // namespace Retryscope
