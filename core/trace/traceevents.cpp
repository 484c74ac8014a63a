// SPDX-License-Identifier: MIT
#include "core/trace/traceevents.h"

#include <QtCore/QIODevice>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

namespace Retryscope {

namespace {

// Lines are read so many bytes at a time: little beside what a person looks at, and few blocks.
constexpr qint64 BlockSize = 32 * 1024;

// In characters, of the latest events together.
constexpr qsizetype MostWeight = 2 * 1024 * 1024;

constexpr std::size_t ReadSize = 256;

//! How large an event is, about: what makes one large is text.
qsizetype weightOf(const TraceEvent &event)
{
    qsizetype weight = 100;
    for (const QJsonValue field : event.fields)
        weight += field.isString() ? field.toString().size() : 20;
    return weight;
}

//! JSON has no other spelling for it.
bool isSpelledAsItIs(const QString &text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](QChar unit) {
        return unit >= u' ' && unit <= u'~' && unit != u'"' && unit != u'\\';
    });
}

constexpr unsigned char folded(char byte)
{
    return static_cast<unsigned char>(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
}

//! Finds a text in any case among ASCII, by Boyer, Moore and Horspool: most bytes are never looked
//! at. (std::boyer_moore_horspool_searcher takes a hash table where case is to be ignored.)
class FoldedSearch
{
public:
    //! \a wanted must not be empty.
    explicit FoldedSearch(QByteArrayView wanted)
    {
        m_shifts.fill(wanted.size());
        for (qsizetype i = 0; i < wanted.size(); ++i) {
            m_wanted.append(static_cast<char>(folded(wanted[i])));
            if (i + 1 < wanted.size())
                m_shifts[folded(wanted[i])] = wanted.size() - 1 - i;
        }
    }

    //! -1: nowhere.
    qsizetype indexIn(QByteArrayView text) const
    {
        const qsizetype size = m_wanted.size();
        const auto isLast = static_cast<unsigned char>(m_wanted.back());
        for (qsizetype at = 0; at + size <= text.size();) {
            const unsigned char last = folded(text[at + size - 1]);
            if (last == isLast && isAt(text.sliced(at, size)))
                return at;
            at += m_shifts[last];
        }
        return -1;
    }

private:
    bool isAt(QByteArrayView text) const
    {
        return std::ranges::equal(text, m_wanted, {}, folded,
                                  [](char byte) { return static_cast<unsigned char>(byte); });
    }

    QByteArray m_wanted;
    std::array<qsizetype, 256> m_shifts;
};

//! Where \a wanted stands, or what is no ASCII: some of that is equal to a letter when cases are.
//! -1: neither.
qsizetype placeIn(QByteArrayView lines, const FoldedSearch &wanted)
{
    constexpr qsizetype Step = 4096;
    qsizetype ascii = 0;
    while (ascii < lines.size()) {
        const QByteArrayView part = lines.sliced(ascii, std::min(Step, lines.size() - ascii));
        // All of them, without a way out: compilers make that wide.
        const char bits = std::accumulate(part.begin(), part.end(), char(0), std::bit_or<>());
        if (bits < 0) {
            ascii += std::ranges::find_if(part, [](char byte) { return byte < 0; }) - part.begin();
            break;
        }
        ascii += part.size();
    }
    const qsizetype place = wanted.indexIn(lines.first(ascii));
    return place >= 0 || ascii == lines.size() ? place : ascii;
}

} // namespace

TraceEvents::TraceEvents(qint64 memoryLimit, std::size_t latest)
    : m_mostLatest(latest)
    , m_lines(memoryLimit)
{}

void TraceEvents::append(TraceEvent event)
{
    m_weights.push_back(weightOf(event));
    m_weight += m_weights.back();
    m_latest.push_back(std::move(event));
    // The last one stays as it is in any case: it is what followers ask for.
    while (m_latest.size() > 1 && (m_latest.size() > m_mostLatest || m_weight > MostWeight)) {
        store(m_latest.front());
        m_latest.pop_front();
        m_weight -= m_weights.front();
        m_weights.pop_front();
    }
}

void TraceEvents::store(const TraceEvent &event)
{
    if (m_blocks.empty() || m_lines.size() - m_blocks.back().offset >= BlockSize)
        m_blocks.push_back({m_lines.size(), m_stored});
    // The block that grows is no longer what was read.
    if (m_cached == m_blocks.size() - 1)
        m_cached = std::size_t(-1);
    m_lines.append(event.toJsonLine().append('\n'));
    ++m_stored;
}

TraceEvent TraceEvents::at(std::size_t index) const
{
    if (index >= m_stored)
        return m_latest.at(index - m_stored);
    if (m_read.empty())
        m_read.resize(ReadSize, {std::size_t(-1), TraceEvent()});
    auto &[known, event] = m_read[index % ReadSize];
    if (known != index) {
        const auto parsed = TraceEvent::fromJsonLine(line(index));
        event = parsed && *parsed ? **parsed : TraceEvent();
        known = index;
    }
    return event;
}

TraceEvent TraceEvents::headAt(std::size_t index) const
{
    if (index < m_stored) {
        const auto head = TraceEvent::headFromJsonLine(line(index));
        return head ? *head : TraceEvent();
    }
    TraceEvent head = m_latest.at(index - m_stored);
    head.fields = {};
    return head;
}

std::size_t TraceEvents::blockOf(std::size_t index) const
{
    const auto next = std::ranges::upper_bound(m_blocks, index, {}, &Block::index);
    return std::size_t(next - m_blocks.begin()) - 1;
}

//! Valid until another block is read; empty where something else has cut the temporary file.
QByteArray TraceEvents::line(std::size_t index) const
{
    const std::size_t number = blockOf(index);
    if (m_cached != number)
        readBlock(number);
    const std::size_t place = index - m_blocks[number].index;
    if (place + 1 >= m_cachedLines.size())
        return {};
    const qsizetype begin = m_cachedLines[place];
    return QByteArray::fromRawData(m_cache.constData() + begin, m_cachedLines[place + 1] - begin);
}

std::size_t TraceEvents::candidate(const QString &text, std::size_t from, std::size_t end) const
{
    if (!isSpelledAsItIs(text))
        return from;
    const FoldedSearch wanted(text.toLatin1());
    while (from < std::min(end, m_stored)) {
        const std::size_t number = blockOf(from);
        const Block &block = m_blocks[number];
        const bool isWhole = from == block.index && number + 1 < m_blocks.size();
        // Without lines: most blocks hold nothing.
        if (isWhole
            && placeIn(m_lines.read(block.offset, m_blocks[number + 1].offset - block.offset),
                       wanted)
                   < 0) {
            from = m_blocks[number + 1].index;
            continue;
        }
        if (m_cached != number)
            readBlock(number);
        if (from - block.index + 1 >= m_cachedLines.size())
            return from;
        const qsizetype begin = m_cachedLines[from - block.index];
        const qsizetype place = placeIn(QByteArrayView(m_cache).sliced(begin), wanted);
        const auto next = std::ranges::upper_bound(m_cachedLines, begin + place);
        const auto line = std::size_t(next - m_cachedLines.begin()) - 1;
        if (place >= 0)
            return std::min(end, block.index + line);
        from = block.index + m_cachedLines.size() - 1;
    }
    return std::min(from, end);
}

void TraceEvents::readBlock(std::size_t number) const
{
    const qint64 begin = m_blocks[number].offset;
    const qint64 end = number + 1 < m_blocks.size() ? m_blocks[number + 1].offset : m_lines.size();
    m_cached = number;
    m_cache = m_lines.read(begin, end - begin);
    m_cachedLines.clear();
    m_cachedLines.push_back(0);
    for (qsizetype at = m_cache.indexOf('\n'); at >= 0; at = m_cache.indexOf('\n', at + 1))
        m_cachedLines.push_back(at + 1);
}

std::pair<QByteArray, std::size_t> TraceEvents::lines(std::size_t from, std::size_t end) const
{
    if (from < m_stored) {
        const std::size_t number = blockOf(from);
        if (m_cached != number)
            readBlock(number);
        const std::size_t first = m_blocks[number].index;
        const std::size_t behind = std::min(end, first + m_cachedLines.size() - 1);
        if (behind <= from)
            return {{}, from};
        const qsizetype begin = m_cachedLines[from - first];
        return {m_cache.sliced(begin, m_cachedLines[behind - first] - begin), behind};
    }
    QByteArray lines;
    for (; from < end && lines.size() < BlockSize; ++from)
        lines += m_latest.at(from - m_stored).toJsonLine() + '\n';
    return {lines, from};
}

bool TraceEvents::save(QIODevice *device) const
{
    for (std::size_t from = 0; from < size();) {
        const auto [piece, next] = lines(from, size());
        if (piece.isEmpty() || device->write(piece) != piece.size())
            return false;
        from = next;
    }
    return true;
}

} // namespace Retryscope
