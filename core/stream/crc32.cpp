// SPDX-License-Identifier: MIT
#include "core/stream/crc32_p.h"

#include <array>
#include <cstdint>

namespace Retryscope {

namespace {

constexpr std::uint32_t Polynomial = 0xEDB88320; // 0x04C11DB7, bits reversed
constexpr std::size_t Slices = 8;

using Tables = std::array<std::array<std::uint32_t, 256>, Slices>;

//! tables[n][b]: what byte b does to the sum when n more bytes follow it.
constexpr Tables makeTables()
{
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t sum = byte;
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum >> 1) ^ ((sum & 1U) != 0 ? Polynomial : 0U);
        tables[0][byte] = sum;
    }
    for (std::size_t slice = 1; slice < Slices; ++slice) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[slice - 1][byte];
            tables[slice][byte] = (before >> 8) ^ tables[0][before & 0xFFU];
        }
    }
    return tables;
}

constexpr Tables tables = makeTables();

std::uint32_t byteAt(const char *at, int index)
{
    return std::uint32_t(static_cast<unsigned char>(at[index]));
}

} // namespace

quint32 crc32(QByteArrayView bytes, quint32 before)
{
    std::uint32_t sum = ~before;
    const char *at = bytes.data();
    qsizetype left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        // Byte by byte, so that the order of the machine's own bytes does not matter.
        const std::uint32_t low =
            sum ^ (byteAt(at, 0) | byteAt(at, 1) << 8 | byteAt(at, 2) << 16 | byteAt(at, 3) << 24);
        sum = tables[7][low & 0xFFU] ^ tables[6][(low >> 8) & 0xFFU]
              ^ tables[5][(low >> 16) & 0xFFU] ^ tables[4][low >> 24] ^ tables[3][byteAt(at, 4)]
              ^ tables[2][byteAt(at, 5)] ^ tables[1][byteAt(at, 6)] ^ tables[0][byteAt(at, 7)];
    }
    for (; left > 0; --left, ++at)
        sum = (sum >> 8) ^ tables[0][(sum ^ byteAt(at, 0)) & 0xFFU];
    return ~sum;
}

} // namespace Retryscope
