// SPDX-License-Identifier: MIT
#include "core/stream/ssedecoder.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace Retryscope {

namespace {

constexpr char ByteOrderMark[] = {'\xEF', '\xBB', '\xBF'};
constexpr int ByteOrderMarkSize = 3;
// A bound for what only serves to point at a byte; no real event comes near it.
constexpr std::size_t MappedLines = 4096;

//! Finds line ends so that each byte is looked at once for LF and once for CR, however many lines
//! end in the other one.
class LineEnds
{
public:
    LineEnds(const char *begin, const char *end) : m_begin(begin), m_size(end - begin) {}

    //! The first CR or LF at or after \a from, or the size.
    qsizetype next(qsizetype from)
    {
        m_lineFeed = m_lineFeed >= from ? m_lineFeed : find('\n', from);
        m_return = m_return >= from ? m_return : find('\r', from);
        return std::min(m_lineFeed, m_return);
    }

private:
    qsizetype find(char wanted, qsizetype from) const
    {
        if (from >= m_size)
            return m_size;
        const void *found = std::memchr(m_begin + from, wanted, std::size_t(m_size - from));
        return found ? static_cast<const char *>(found) - m_begin : m_size;
    }

    const char *m_begin;
    qsizetype m_size;
    qsizetype m_lineFeed = -1;
    qsizetype m_return = -1;
};

//! Of a line that the end cuts: whether it is a comment, a field, or may have become one.
bool beginsField(QByteArrayView line)
{
    if (QByteArrayView(ByteOrderMark, ByteOrderMarkSize).startsWith(line))
        return true;
    const qsizetype colon = line.indexOf(':');
    const QByteArrayView name = colon < 0 ? line : line.first(colon);
    constexpr QByteArrayView fields[] = {"data", "event", "id", "retry"};
    return name.isEmpty() || std::any_of(std::begin(fields), std::end(fields), [&](auto field) {
               return colon < 0 ? field.startsWith(name) : field == name;
           });
}

std::size_t sizeOf(QByteArrayView view)
{
    return std::size_t(view.size());
}

} // namespace

SseDecoder::SseDecoder(qint64 eventLimit) : m_limit(eventLimit)
{}

void SseDecoder::feed(QByteArrayView bytes, EventHandler onEvent)
{
    feed(bytes, onEvent, [](QByteArrayView, qint64) {});
}

void SseDecoder::feed(QByteArrayView bytes, EventHandler onEvent, CommentHandler onComment)
{
    const char *const begin = bytes.data();
    const char *const end = begin + bytes.size();
    const char *at = begin;
    if (m_markBytes >= 0)
        at = skipByteOrderMark(at, end);
    if (m_skipLineFeed && at != end) {
        m_skipLineFeed = false;
        if (*at == '\n')
            ++at;
    }

    LineEnds ends(at, end);
    const char *const first = at;
    while (at != end && !m_damage) {
        const qsizetype found = ends.next(at - first);
        const char *const stop = first + found;
        if (stop == end)
            break;
        QByteArrayView line(at, stop);
        qint64 offset = m_bytes + (at - begin);
        if (m_hasLine) {
            // Only the first line of a piece: m_line stays as it is until keepViews() has run.
            m_line.append(at, stop);
            line = m_line;
            offset = m_lineOffset;
            m_hasLine = false;
        }
        takeLine(line, offset, m_bytes + (stop - begin) + 1, onEvent, onComment);
        at = stop + 1;
        if (*stop == '\r' && at == end)
            m_skipLineFeed = true;
        else if (*stop == '\r' && *at == '\n')
            ++at;
    }
    if (!m_damage)
        keepRest(at, begin, end);
    m_bytes += bytes.size();
    if (!m_damage && isPending())
        checkLimit(pendingOffset(), m_bytes);
}

const char *SseDecoder::skipByteOrderMark(const char *at, const char *end)
{
    while (at != end && m_markBytes < ByteOrderMarkSize && *at == ByteOrderMark[m_markBytes]) {
        ++at;
        ++m_markBytes;
    }
    if (at == end && m_markBytes < ByteOrderMarkSize)
        return at;
    if (m_markBytes > 0 && m_markBytes < ByteOrderMarkSize) {
        // It only looked like a mark: the bytes begin the first line.
        m_line.assign(ByteOrderMark, std::size_t(m_markBytes));
        m_raw.assign(ByteOrderMark, std::size_t(m_bytes)); // those of earlier pieces
        m_hasLine = true;
    }
    m_markBytes = -1;
    return at;
}

void SseDecoder::takeLine(QByteArrayView line, qint64 offset, qint64 end, EventHandler onEvent,
                          CommentHandler onComment)
{
    if (line.isEmpty()) {
        if (m_started)
            checkLimit(m_eventOffset, end);
        if (!m_damage)
            dispatch(end, onEvent);
        return;
    }
    const bool comment = line.front() == ':';
    if (!comment && !m_started) {
        m_started = true;
        m_eventOffset = offset;
    }
    checkLimit(m_started ? m_eventOffset : offset, end);
    if (m_damage)
        return;
    if (comment) {
        ++m_comments;
        onComment(line.sliced(1), offset);
    } else {
        takeField(line, offset);
    }
}

void SseDecoder::takeField(QByteArrayView line, qint64 offset)
{
    const qsizetype colon = line.startsWith("data:") ? 4 : line.indexOf(':');
    QByteArrayView value = colon < 0 ? QByteArrayView() : line.sliced(colon + 1);
    qint64 valueOffset = offset + line.size() - value.size();
    if (value.startsWith(' ')) {
        value = value.sliced(1);
        ++valueOffset;
    }
    const QByteArrayView name = colon < 0 ? line : line.first(colon);
    if (name == "data")
        addData(value, valueOffset);
    else
        takeOtherField(line, name, value, offset);
}

void SseDecoder::takeOtherField(QByteArrayView line, QByteArrayView name, QByteArrayView value,
                                qint64 offset)
{
    if (name == "event") {
        m_type = value;
    } else if (name == "id") {
        if (value.indexOf('\0') < 0) {
            m_idBuffer.assign(value.data(), sizeOf(value));
            m_idChanged = true;
        }
    } else if (name == "retry") {
        setRetry(value);
    } else {
        ignoreLine(line, offset);
    }
}

void SseDecoder::ignoreLine(QByteArrayView line, qint64 offset)
{
    if (m_ignoredLines == 0)
        m_firstIgnoredOffset = offset;
    ++m_ignoredLines;
    const std::size_t room = std::size_t(StrayLimit) - m_stray.size();
    m_stray.append(line.data(), std::min(sizeOf(line), room));
    if (m_stray.size() < std::size_t(StrayLimit))
        m_stray.push_back('\n');
}

void SseDecoder::addData(QByteArrayView value, qint64 offset)
{
    if (!m_hasData) {
        m_hasData = true;
        m_dataOwned = false;
        m_data = value;
        m_dataLines.clear();
        m_dataLines.push_back({0, offset});
        return;
    }
    if (!m_dataOwned)
        m_dataBuffer.assign(m_data.data(), sizeOf(m_data));
    m_dataOwned = true;
    m_dataBuffer.push_back('\n');
    if (m_dataLines.size() < MappedLines)
        m_dataLines.push_back({qsizetype(m_dataBuffer.size()), offset});
    m_dataBuffer.append(value.data(), sizeOf(value));
    m_data = m_dataBuffer;
}

void SseDecoder::dispatch(qint64 end, EventHandler onEvent)
{
    if (m_idChanged) {
        m_lastEventId = m_idBuffer;
        m_idChanged = false;
    }
    if (m_hasData) {
        const SseEvent event{m_type.isEmpty() ? QByteArrayView("message") : m_type,
                             m_data,
                             m_lastEventId,
                             m_retry,
                             m_eventOffset,
                             end - m_eventOffset};
        onEvent(event);
    }
    m_started = false;
    m_hasData = false;
    m_type = {};
    m_retry.reset();
}

//! The piece is about to go: what still points into it, or into m_line, moves to our own buffers.
void SseDecoder::keepViews()
{
    if (!m_started)
        return;
    if (m_hasData && !m_dataOwned) {
        m_dataBuffer.assign(m_data.data(), sizeOf(m_data));
        m_data = m_dataBuffer;
        m_dataOwned = true;
    }
    if (!m_type.isEmpty() && m_type.data() != m_typeBuffer.data()) {
        m_typeBuffer.assign(m_type.data(), sizeOf(m_type));
        m_type = m_typeBuffer;
    }
}

void SseDecoder::keepRest(const char *rest, const char *begin, const char *end)
{
    keepViews();
    if (rest != end) {
        if (m_hasLine) {
            m_line.append(rest, end);
        } else {
            m_line.assign(rest, end);
            m_lineOffset = m_bytes + (rest - begin);
            m_hasLine = true;
        }
    }
    if (!isPending())
        return;
    if (pendingOffset() >= m_bytes) {
        m_raw.clear();
        begin += pendingOffset() - m_bytes;
    }
    const qsizetype room = PendingLimit - qsizetype(m_raw.size());
    m_raw.append(begin, std::size_t(std::min<qsizetype>(room, end - begin)));
}

void SseDecoder::checkLimit(qint64 begin, qint64 end)
{
    if (end - begin > m_limit)
        m_damage = StreamDamage{begin + m_limit, m_limit, {}};
}

void SseDecoder::setRetry(QByteArrayView digits)
{
    constexpr qint64 Largest = std::numeric_limits<qint64>::max();
    if (digits.isEmpty())
        return;
    qint64 value = 0;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9')
            return;
        const int number = digit - '0';
        value = value > (Largest - number) / 10 ? Largest : value * 10 + number;
    }
    m_retry = std::chrono::milliseconds(value);
    m_reconnectionTime = m_retry;
}

StreamPending SseDecoder::finish()
{
    if (m_damage)
        return {};
    if (m_markBytes > 0 && m_markBytes < ByteOrderMarkSize) {
        m_line.assign(ByteOrderMark, std::size_t(m_markBytes));
        m_raw = m_line;
        m_hasLine = true;
        m_markBytes = -1;
    }
    if (!isPending())
        return {};
    StreamPending pending{pendingOffset(), m_bytes - pendingOffset(), m_raw, false, {}, {}};
    const QByteArrayView line = m_hasLine ? QByteArrayView(m_line) : QByteArrayView();
    m_hasLine = false;
    // The cut line may be whole all the same; id and retry in it must not count.
    const qsizetype colon = line.indexOf(':');
    const QByteArrayView name = colon < 0 ? line : line.first(colon);
    if (name == "data" || name == "event") {
        m_eventOffset = pending.offset;
        m_started = true;
        takeField(line, m_lineOffset);
    } else if (!line.isEmpty() && !beginsField(line)) {
        ignoreLine(line, m_lineOffset);
    }
    pending.hasData = m_hasData;
    pending.type = m_type.isEmpty() ? QByteArrayView("message") : m_type;
    pending.data = m_hasData ? m_data : QByteArrayView();
    return pending;
}

void SseDecoder::reset()
{
    m_bytes = 0;
    m_damage.reset();
    m_markBytes = 0;
    m_skipLineFeed = m_hasLine = m_started = m_hasData = m_idChanged = false;
    m_type = {};
    m_retry.reset();
    m_reconnectionTime.reset();
    m_idBuffer.clear();
    m_lastEventId.clear();
    m_stray.clear();
    m_lineOffset = m_eventOffset = 0;
    m_comments = m_ignoredLines = m_firstIgnoredOffset = 0;
}

qint64 SseDecoder::bodyOffset(qsizetype position) const
{
    if (!m_hasData || m_dataLines.empty())
        return m_eventOffset;
    const auto behind = std::upper_bound(
        m_dataLines.begin(), m_dataLines.end(), position,
        [](qsizetype wanted, const DataLine &line) { return wanted < line.position; });
    const DataLine &line = *std::prev(behind);
    return line.offset + (position - line.position);
}

} // namespace Retryscope
