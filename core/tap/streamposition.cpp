// SPDX-License-Identifier: MIT
#include "core/tap/streamposition_p.h"

#include <algorithm>

namespace Retryscope {

StreamPosition::Unit StreamPosition::unitFor(const QByteArray &contentType)
{
    const QByteArray type = contentType.toLower();
    if (type.startsWith("text/event-stream"))
        return Unit::BlankLines;
    if (type.contains("ndjson") || type.contains("jsonl"))
        return Unit::Lines;
    return Unit::Pieces;
}

qsizetype StreamPosition::advance(const QByteArray &bytes)
{
    if (isReached() || bytes.isEmpty())
        return 0;
    if (m_unit == Unit::Bytes) {
        const auto size = static_cast<qsizetype>(std::min<qint64>(m_left, bytes.size()));
        m_left -= size;
        return size;
    }
    if (m_unit == Unit::Pieces) {
        --m_left;
        return bytes.size();
    }
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        if (endsEvent(bytes.at(i)) && --m_left == 0)
            return i + 1;
    }
    return bytes.size();
}

//! A line that ends in CR LF is as empty as one that ends in LF.
bool StreamPosition::endsEvent(char c)
{
    if (c == '\r')
        return false;
    const bool isLineEnd = c == '\n';
    const bool wasEmpty = m_isLineEmpty;
    m_isLineEmpty = isLineEnd;
    if (!isLineEnd) {
        m_hasContent = true;
        return false;
    }
    const bool ends = m_hasContent && (m_unit == Unit::Lines || wasEmpty);
    if (ends)
        m_hasContent = false;
    return ends;
}

} // namespace Retryscope
