// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>

#include <algorithm>

namespace Retryscope {

//! \brief Walks over TLS records from the first byte of one on, and finds a byte of their content.
class RecordCursor
{
public:
    //! The index of the first byte of a record's content behind \a after bytes of content, counted
    //! over all calls; -1 where these bytes have none.
    qsizetype payloadAfter(const QByteArray &bytes, qint64 after)
    {
        for (qsizetype i = 0; i < bytes.size();) {
            if (m_left == 0) {
                m_header.append(bytes.at(i++));
                if (m_header.size() == headerSize) {
                    m_left = static_cast<unsigned char>(m_header.at(3)) << 8
                             | static_cast<unsigned char>(m_header.at(4));
                    m_header.clear();
                }
                continue;
            }
            const auto here = std::min<qsizetype>(m_left, bytes.size() - i);
            if (m_content + here > after)
                return i + static_cast<qsizetype>(std::max<qint64>(after - m_content, 0));
            m_content += here;
            m_left -= static_cast<int>(here);
            i += here;
        }
        return -1;
    }

private:
    static constexpr qsizetype headerSize = 5;
    QByteArray m_header;
    int m_left = 0;
    qint64 m_content = 0;
};

} // namespace Retryscope
