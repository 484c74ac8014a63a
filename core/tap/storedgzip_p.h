// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace Retryscope {

//! \brief The gzip format (RFC 1952) around blocks that are not compressed (RFC 1951, 3.2.4), piece
//! by piece, sound and damaged. The checksum at the end is none: nothing here is meant to be whole.
class StoredGzip
{
public:
    static QByteArray header();
    //! Bytes that are not the last ones; split where a block would get too long.
    static QByteArray block(const QByteArray &bytes);
    //! The same with a length that contradicts itself.
    static QByteArray damagedBlock(const QByteArray &bytes);
    //! Only the beginning of a block of so many bytes.
    static QByteArray beginOfBlock(qsizetype size);
    static QByteArray trailer();
};

} // namespace Retryscope
