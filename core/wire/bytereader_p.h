// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArrayView>

namespace Retryscope {

//! \brief Reads big-endian fields from bytes and never beyond their end: after a field that does
//! not fit, ok() is false and everything reads as nothing.
class ByteReader
{
public:
    explicit ByteReader(QByteArrayView bytes) : m_rest(bytes) {}

    bool ok() const { return m_ok; }

    bool atEnd() const { return m_rest.isEmpty(); }

    QByteArrayView bytes(qsizetype size)
    {
        if (size > m_rest.size()) {
            m_ok = false;
            m_rest = {};
            return {};
        }
        const QByteArrayView result = m_rest.first(size);
        m_rest = m_rest.sliced(size);
        return result;
    }

    //! \a width is 1 to 3 bytes.
    int number(int width)
    {
        int value = 0;
        const QByteArrayView field = bytes(width);
        for (const char c : field)
            value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }

    //! A vector with its length in front.
    QByteArrayView vector(int lengthWidth) { return bytes(number(lengthWidth)); }

private:
    QByteArrayView m_rest;
    bool m_ok = true;
};

} // namespace Retryscope
