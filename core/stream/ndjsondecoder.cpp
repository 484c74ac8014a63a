// SPDX-License-Identifier: MIT
#include "core/stream/ndjsondecoder.h"

#include <algorithm>
#include <cstring>

namespace Retryscope {

NdJsonDecoder::NdJsonDecoder(qint64 lineLimit) : m_limit(lineLimit)
{}

void NdJsonDecoder::feed(QByteArrayView bytes, RecordHandler onRecord)
{
    const char *at = bytes.data();
    const char *const end = at + bytes.size();
    while (at != end && !m_damage) {
        const void *found = std::memchr(at, '\n', std::size_t(end - at));
        const char *const stop = found ? static_cast<const char *>(found) : end;
        const qint64 size = qint64(m_line.size()) + (stop - at);
        if (!checkLimit(size))
            break;
        if (!found) {
            m_line.append(at, stop);
            break;
        }
        if (m_line.empty()) {
            take(QByteArrayView(at, stop), size + 1, onRecord);
        } else {
            m_line.append(at, stop);
            take(m_line, size + 1, onRecord);
            m_line.clear();
        }
        at = stop + 1;
    }
    m_bytes += bytes.size();
}

bool NdJsonDecoder::checkLimit(qint64 size)
{
    if (size > m_limit)
        m_damage = StreamDamage{m_lineOffset + m_limit, m_limit, {}};
    return !m_damage;
}

void NdJsonDecoder::take(QByteArrayView line, qint64 size, RecordHandler onRecord)
{
    if (line.endsWith('\r'))
        line.chop(1);
    const bool blank =
        std::all_of(line.begin(), line.end(), [](char c) { return c == ' ' || c == '\t'; });
    if (!blank)
        onRecord(StreamRecord{{}, line, m_lineOffset, size});
    m_lineOffset += size;
}

StreamPending NdJsonDecoder::finish() const
{
    if (m_damage || m_line.empty())
        return {};
    const QByteArrayView line(m_line);
    const bool blank = line.trimmed().isEmpty();
    return {m_lineOffset, line.size(), line.first(std::min(line.size(), PendingLimit)),
            !blank,       {},          line};
}

void NdJsonDecoder::reset()
{
    m_bytes = m_lineOffset = 0;
    m_line.clear();
    m_damage.reset();
}

} // namespace Retryscope
