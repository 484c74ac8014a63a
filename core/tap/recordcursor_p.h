// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>

#include <algorithm>

namespace Retryscope {

//! \brief Walks over TLS records from the first byte of one on, and finds the one to damage.
class RecordCursor
{
public:
    //! The index of the first byte of the content of the first record that begins behind \a after
    //! bytes of content, counted over all calls; -1 where these bytes have none. What shares a
    //! record with the bytes before stays as it is: whoever writes decides what shares one.
    qsizetype payloadAfter(const QByteArray &bytes, qint64 after)
    {
        for (qsizetype i = 0; i < bytes.size();) {
            if (m_left == 0) {
                m_header.append(bytes.at(i++));
                if (m_header.size() == headerSize) {
                    m_left = static_cast<unsigned char>(m_header.at(3)) << 8
                             | static_cast<unsigned char>(m_header.at(4));
                    m_header.clear();
                    m_isDue = m_content >= after;
                }
                continue;
            }
            const auto here = std::min<qsizetype>(m_left, bytes.size() - i);
            if (m_isDue)
                return i;
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
    bool m_isDue = false; // the record that is being walked over
    qint64 m_content = 0;
};

} // namespace Retryscope
