// SPDX-License-Identifier: MIT
#include "core/wire/chunked.h"

#include <algorithm>

namespace Retryscope {

namespace {

//! None for anything but 1 to 15 hexadecimal digits: 16 could overflow.
qint64 parseHex(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 15)
        return -1;
    qint64 value = 0;
    for (const char c : text) {
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

} // namespace

ChunkedReader::ChunkedReader(qint64 lineLimit, qint64 trailerLimit)
    : m_lineLimit(lineLimit)
    , m_trailerLimit(trailerLimit)
{}

qsizetype ChunkedReader::feed(QByteArrayView bytes, QByteArray *out, qint64 limit)
{
    qsizetype used = 0;
    while (used < bytes.size() && !atEnd() && !failed()) {
        const QByteArrayView rest = bytes.sliced(used);
        if (m_step != Step::Data) {
            used += feedLine(rest);
            continue;
        }
        const auto part = qsizetype(std::min<qint64>(m_left, rest.size()));
        if (part > limit) {
            m_overLimit = true;
            fail(QStringLiteral("The body is larger than this server takes."));
            break;
        }
        limit -= part;
        out->append(rest.first(part));
        used += part;
        m_left -= part;
        if (m_left == 0)
            m_step = Step::DataEnd;
    }
    return used;
}

//! Gathers a line up to CRLF and acts on it. A bare LF is an error here, unlike in a head: where
//! readers disagree about a chunk's line, they disagree about where the request ends.
qsizetype ChunkedReader::feedLine(QByteArrayView bytes)
{
    const qsizetype newline = bytes.indexOf('\n');
    const qsizetype used = newline < 0 ? bytes.size() : newline + 1;
    m_line.append(bytes.first(used));
    if (m_step == Step::Trailer)
        m_trailerSize += used;
    if (m_line.size() > m_lineLimit || m_trailerSize > m_trailerLimit) {
        fail(QStringLiteral("A line of the chunked body is too long."));
        return used;
    }
    if (newline < 0)
        return used;
    if (!m_line.endsWith("\r\n")) {
        fail(QStringLiteral("A line of the chunked body does not end with CR LF."));
        return used;
    }
    m_line.chop(2);
    switch (m_step) {
    case Step::Size:
        sizeLine(m_line);
        break;
    case Step::DataEnd:
        if (m_line.isEmpty())
            m_step = Step::Size;
        else
            fail(QStringLiteral("A chunk is longer than its size says."));
        break;
    case Step::Trailer:
        if (m_line.isEmpty())
            m_step = Step::End;
        break;
    case Step::Data:
    case Step::End:
    case Step::Failed:
        break;
    }
    m_line.clear();
    return used;
}

void ChunkedReader::sizeLine(QByteArrayView line)
{
    const qsizetype semicolon = line.indexOf(';');
    m_left = parseHex((semicolon < 0 ? line : line.first(semicolon)).trimmed());
    if (m_left < 0)
        fail(QStringLiteral("A chunk has no valid size."));
    else
        m_step = m_left == 0 ? Step::Trailer : Step::Data;
}

void ChunkedReader::fail(const QString &text)
{
    m_step = Step::Failed;
    m_errorText = text;
}

} // namespace Retryscope
