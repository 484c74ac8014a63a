// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

namespace Retryscope {

//! \brief The words of one row of a hexadecimal view: sixteen bytes, in two groups of eight, and
//! the characters that they are in ASCII.
class HexRow final
{
public:
    static constexpr int Bytes = 16;
    //! Of a byte's first digit, in characters from the row's first.
    static int column(int byte);

    //! How many characters hex() has for a full row.
    static int columns() { return column(Bytes - 1) + 2; }

    //! Lower case, padded with spaces to columns().
    static QString hex(QByteArrayView bytes);
    //! A dot for what is no printable ASCII.
    static QString characters(QByteArrayView bytes);
    //! Eight hexadecimal digits, or as many as it takes.
    static QString offset(qint64 offset);
    //! What a person looks for: "0x0d 0a" and "0x0d0a" are bytes, everything else is text.
    static QByteArray searched(const QString &text);
    //! The whole row, as "hexdump -C" writes it.
    static QString line(qint64 offset, QByteArrayView bytes);
};

} // namespace Retryscope
