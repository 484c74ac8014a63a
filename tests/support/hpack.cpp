// SPDX-License-Identifier: MIT
#include "tests/support/hpack.h"

#include <algorithm>
#include <array>

namespace Retryscope::Test {

namespace {

// RFC 7541, Appendix B, by symbol; the last is the end of the string. The code is canonical, so
// the lengths say all of it.
constexpr std::array<quint8, 257> CodeLengths{
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6,  10, 10, 12, 13, 6,  8,  11, 10, 10, 8,  11, 8,  6,  6,  6,
    5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8,  15, 6,  12, 10, 13, 6,  7,  7,  7,  7,  7,  7,
    7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8,  13, 19, 13, 14, 6,
    15, 5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,  6,  7,  6,  5,  5,  6,  7,  7,
    7,  7,  7,  15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21,
    23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24,
    21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
};

constexpr int LongestCode = 30;
constexpr int EndOfString = 256;

struct StaticField
{
    const char *name;
    const char *value;
};

// RFC 7541, Appendix A; the first has the index 1.
constexpr std::array<StaticField, 61> StaticTable{{
    {":authority", ""},
    {":method", "GET"},
    {":method", "POST"},
    {":path", "/"},
    {":path", "/index.html"},
    {":scheme", "http"},
    {":scheme", "https"},
    {":status", "200"},
    {":status", "204"},
    {":status", "206"},
    {":status", "304"},
    {":status", "400"},
    {":status", "404"},
    {":status", "500"},
    {"accept-charset", ""},
    {"accept-encoding", "gzip, deflate"},
    {"accept-language", ""},
    {"accept-ranges", ""},
    {"accept", ""},
    {"access-control-allow-origin", ""},
    {"age", ""},
    {"allow", ""},
    {"authorization", ""},
    {"cache-control", ""},
    {"content-disposition", ""},
    {"content-encoding", ""},
    {"content-language", ""},
    {"content-length", ""},
    {"content-location", ""},
    {"content-range", ""},
    {"content-type", ""},
    {"cookie", ""},
    {"date", ""},
    {"etag", ""},
    {"expect", ""},
    {"expires", ""},
    {"from", ""},
    {"host", ""},
    {"if-match", ""},
    {"if-modified-since", ""},
    {"if-none-match", ""},
    {"if-range", ""},
    {"if-unmodified-since", ""},
    {"last-modified", ""},
    {"link", ""},
    {"location", ""},
    {"max-forwards", ""},
    {"proxy-authenticate", ""},
    {"proxy-authorization", ""},
    {"range", ""},
    {"referer", ""},
    {"refresh", ""},
    {"retry-after", ""},
    {"server", ""},
    {"set-cookie", ""},
    {"strict-transport-security", ""},
    {"transfer-encoding", ""},
    {"user-agent", ""},
    {"vary", ""},
    {"via", ""},
    {"www-authenticate", ""},
}};

//! The symbols in the order of their codes, and where the codes of each length begin.
struct HuffmanTree
{
    std::array<int, 257> symbols{};
    std::array<quint32, LongestCode + 1> firstCode{};
    std::array<int, LongestCode + 1> firstIndex{};
    std::array<int, LongestCode + 1> count{};

    HuffmanTree()
    {
        quint32 code = 0;
        int index = 0;
        for (int length = 1; length <= LongestCode; ++length) {
            const auto at = static_cast<size_t>(length);
            firstCode[at] = code <<= 1;
            firstIndex[at] = index;
            for (int symbol = 0; symbol <= EndOfString; ++symbol) {
                if (CodeLengths[static_cast<size_t>(symbol)] == length)
                    symbols[static_cast<size_t>(index++)] = symbol;
            }
            count[at] = index - firstIndex[at];
            code += static_cast<quint32>(count[at]);
        }
    }

    //! The symbol of a code, or -1 while it may be the beginning of a longer one.
    int symbolOf(quint32 code, int length) const
    {
        const auto at = static_cast<size_t>(length);
        if (code < firstCode[at] || code - firstCode[at] >= static_cast<quint32>(count[at]))
            return -1;
        return symbols[static_cast<size_t>(firstIndex[at]) + code - firstCode[at]];
    }
};

quint8 byteAt(QByteArrayView bytes, qsizetype index)
{
    return static_cast<quint8>(bytes.at(index));
}

QByteArray encodeString(const QByteArray &string)
{
    QByteArray result;
    if (string.size() < 0x7f) {
        result.append(static_cast<char>(string.size()));
    } else {
        result.append('\x7f');
        qsizetype rest = string.size() - 0x7f;
        for (; rest >= 0x80; rest >>= 7)
            result.append(static_cast<char>(0x80 | (rest & 0x7f)));
        result.append(static_cast<char>(rest));
    }
    return result + string;
}

} // namespace

QByteArray fieldOf(const HeaderFields &fields, const QByteArray &name)
{
    for (const auto &field : fields) {
        if (field.first == name)
            return field.second;
    }
    return {};
}

std::optional<QByteArray> decodeHuffman(QByteArrayView bytes)
{
    static const HuffmanTree tree;
    QByteArray result;
    quint32 code = 0;
    int length = 0;
    for (qsizetype bit = 0; bit < bytes.size() * 8; ++bit) {
        code = code << 1 | (byteAt(bytes, bit / 8) >> (7 - bit % 8) & 1U);
        if (++length > LongestCode)
            return {};
        const int symbol = tree.symbolOf(code, length);
        if (symbol == EndOfString)
            return {};
        if (symbol < 0)
            continue;
        result.append(static_cast<char>(symbol));
        code = 0;
        length = 0;
    }
    // What is left over must be the beginning of the end of the string: ones, and less than a byte.
    const bool isPadding = length < 8 && code == (1U << length) - 1;
    return isPadding ? std::optional(result) : std::nullopt;
}

QByteArray encodeFields(const HeaderFields &fields)
{
    QByteArray block;
    for (const auto &field : fields)
        block += '\0' + encodeString(field.first) + encodeString(field.second);
    return block;
}

std::optional<HeaderFields> HpackDecoder::decode(QByteArrayView block)
{
    HeaderFields fields;
    m_input = block;
    while (!m_input.isEmpty()) {
        const quint8 first = byteAt(m_input, 0);
        if ((first & 0xe0) == 0x20) {
            const auto limit = takeInteger(5);
            if (!limit || *limit > 4096)
                return {};
            m_limit = *limit;
            shrinkTo(m_limit);
            continue;
        }
        const bool isIndexing = (first & 0xc0) == 0x40;
        const auto field = (first & 0x80) != 0 ? takeIndexed() : takeLiteral(isIndexing ? 6 : 4);
        if (!field)
            return {};
        if (isIndexing)
            insert(*field);
        fields.append(*field);
    }
    return fields;
}

std::optional<quint32> HpackDecoder::takeInteger(int prefixBits)
{
    if (m_input.isEmpty())
        return {};
    const quint32 mask = (1U << prefixBits) - 1;
    quint32 value = byteAt(m_input, 0) & mask;
    m_input = m_input.sliced(1);
    if (value < mask)
        return value;
    for (int shift = 0; shift < 28; shift += 7) {
        if (m_input.isEmpty())
            return {};
        const quint32 byte = byteAt(m_input, 0);
        m_input = m_input.sliced(1);
        value += (byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return value;
    }
    return {};
}

std::optional<QByteArray> HpackDecoder::takeString()
{
    if (m_input.isEmpty())
        return {};
    const bool isHuffman = (byteAt(m_input, 0) & 0x80) != 0;
    const auto size = takeInteger(7);
    if (!size || m_input.size() < static_cast<qsizetype>(*size))
        return {};
    const QByteArrayView bytes = m_input.first(*size);
    m_input = m_input.sliced(*size);
    return isHuffman ? decodeHuffman(bytes) : bytes.toByteArray();
}

std::optional<HpackDecoder::Field> HpackDecoder::fieldAt(quint32 index) const
{
    if (index == 0)
        return {};
    if (index <= StaticTable.size()) {
        const StaticField &field = StaticTable[index - 1];
        return Field(field.name, field.value);
    }
    const auto at = static_cast<qsizetype>(index - StaticTable.size() - 1);
    return at < m_table.size() ? std::optional(m_table.at(at)) : std::nullopt;
}

std::optional<HpackDecoder::Field> HpackDecoder::takeIndexed()
{
    const auto index = takeInteger(7);
    return index ? fieldAt(*index) : std::nullopt;
}

std::optional<HpackDecoder::Field> HpackDecoder::takeLiteral(int prefixBits)
{
    const auto index = takeInteger(prefixBits);
    if (!index)
        return {};
    Field field;
    if (*index > 0) {
        const auto named = fieldAt(*index);
        if (!named)
            return {};
        field.first = named->first;
    } else if (const auto name = takeString()) {
        field.first = *name;
    } else {
        return {};
    }
    const auto value = takeString();
    if (!value)
        return {};
    field.second = *value;
    return field;
}

void HpackDecoder::insert(const Field &field)
{
    // RFC 7541, 4.1: an entry counts 32 bytes more than its strings.
    const qsizetype size = field.first.size() + field.second.size() + 32;
    shrinkTo(std::max<qsizetype>(m_limit - size, 0));
    if (size > m_limit)
        return;
    m_table.prepend(field);
    m_size += size;
}

void HpackDecoder::shrinkTo(qsizetype size)
{
    while (m_size > size && !m_table.isEmpty()) {
        const Field last = m_table.takeLast();
        m_size -= last.first.size() + last.second.size() + 32;
    }
}

} // namespace Retryscope::Test
