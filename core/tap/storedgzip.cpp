// SPDX-License-Identifier: MIT
#include "core/tap/storedgzip_p.h"

#include <algorithm>

namespace Retryscope {

namespace {

constexpr qsizetype longestBlock = 0xffff;

QByteArray littleEndian(qsizetype number)
{
    return {QByteArray(1, static_cast<char>(number & 0xff))
            + QByteArray(1, static_cast<char>(number >> 8 & 0xff))};
}

} // namespace

QByteArray StoredGzip::header()
{
    // Magic, "deflate", no flags, no time, unknown system.
    return QByteArray::fromHex("1f8b08000000000000ff");
}

QByteArray StoredGzip::block(const QByteArray &bytes)
{
    QByteArray blocks;
    for (qsizetype at = 0; at < bytes.size(); at += longestBlock) {
        const QByteArray piece = bytes.mid(at, longestBlock);
        blocks += beginOfBlock(piece.size()) + piece;
    }
    return blocks;
}

QByteArray StoredGzip::damagedBlock(const QByteArray &bytes)
{
    const QByteArray piece = bytes.first(std::min(bytes.size(), longestBlock));
    return QByteArray(1, '\0') + littleEndian(piece.size()) + littleEndian(piece.size()) + piece;
}

QByteArray StoredGzip::beginOfBlock(qsizetype size)
{
    return QByteArray(1, '\0') + littleEndian(size) + littleEndian(~size);
}

QByteArray StoredGzip::trailer()
{
    return QByteArray::fromHex("010000ffff") + QByteArray(8, '\0');
}

} // namespace Retryscope
