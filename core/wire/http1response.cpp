// SPDX-License-Identifier: MIT
#include "core/wire/http1response.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace Retryscope {

namespace {

using Part = HttpResponsePart::Kind;

//! Of a status line; none for anything else.
std::optional<int> statusOf(QByteArrayView line)
{
    const bool isStatusLine = line.size() >= 12 && line.startsWith("HTTP/1.") && line.at(8) == ' '
                              && (line.size() == 12 || line.at(12) == ' ');
    bool isNumber = false;
    const int status = isStatusLine ? line.sliced(9, 3).toByteArray().toInt(&isNumber) : 0;
    return isNumber && status >= 100 ? std::optional(status) : std::nullopt;
}

//! One more byte than fits could still become a status line.
bool mayBecomeHttp(QByteArrayView bytes)
{
    constexpr QByteArrayView start = "HTTP/1.";
    return start.first(std::min(start.size(), bytes.size()))
           == bytes.first(std::min(start.size(), bytes.size()));
}

} // namespace

HttpResponseReader::HttpResponseReader(const QByteArray &method) : m_method(method)
{}

QList<HttpResponsePart> HttpResponseReader::feed(const QByteArray &bytes)
{
    QList<HttpResponsePart> parts;
    QByteArrayView rest = bytes;
    while (!rest.isEmpty()) {
        if (m_state == State::Head) {
            rest = rest.sliced(feedHead(rest, &parts));
        } else if (m_state == State::Body) {
            rest = rest.sliced(feedBody(rest, &parts));
        } else {
            parts.append({Part::Foreign, rest.toByteArray()});
            break;
        }
    }
    return parts;
}

QList<HttpResponsePart> HttpResponseReader::end()
{
    if (m_state == State::Body && m_framing == Framing::UntilEnd) {
        m_state = State::Done;
        return {{Part::End, {}}};
    }
    if (m_state != State::Head || m_head.isEmpty())
        return {};
    m_state = State::Foreign;
    return {{Part::Foreign, std::exchange(m_head, {})}};
}

QByteArray HttpResponseReader::header(QByteArrayView name) const
{
    for (const HttpHeader &header : m_headers) {
        if (QByteArrayView(header.name).compare(name, Qt::CaseInsensitive) == 0)
            return header.value;
    }
    return {};
}

qsizetype HttpResponseReader::feedHead(QByteArrayView bytes, QList<HttpResponsePart> *parts)
{
    // The blank line may have begun in what is there already.
    const qsizetype from = std::max<qsizetype>(m_head.size() - 3, 0);
    const qsizetype before = m_head.size();
    m_head.append(bytes);
    const qsizetype blank = m_head.indexOf("\r\n\r\n", from);
    if (blank < 0) {
        if (m_head.size() > longestHead || !mayBecomeHttp(m_head)) {
            m_state = State::Foreign;
            parts->append({Part::Foreign, std::exchange(m_head, {})});
        }
        return bytes.size();
    }
    m_head.truncate(blank + 4);
    const qsizetype used = m_head.size() - before;
    if (!readHead()) {
        m_state = State::Foreign;
        parts->append({Part::Foreign, std::exchange(m_head, {})});
        return used;
    }
    const bool isInterim = m_status < 200 && m_status != 101;
    parts->append({isInterim ? Part::Interim : Part::Head, std::exchange(m_head, {})});
    if (isInterim)
        return used;
    frame();
    m_state = State::Body;
    if (m_framing == Framing::None || (m_framing == Framing::Length && m_length == 0)) {
        m_state = State::Done;
        parts->append({Part::End, {}});
    }
    return used;
}

bool HttpResponseReader::readHead()
{
    m_headers.clear();
    QList<QByteArray> lines = m_head.split('\n');
    for (QByteArray &line : lines) {
        if (line.endsWith('\r'))
            line.chop(1);
    }
    const std::optional<int> status = statusOf(lines.takeFirst());
    m_status = status.value_or(0);
    for (const QByteArray &line : std::as_const(lines)) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            m_headers.append({line.first(colon), line.sliced(colon + 1).trimmed()});
    }
    return status.has_value();
}

void HttpResponseReader::frame()
{
    const QByteArray coding = header("Transfer-Encoding").toLower();
    const QByteArray length = header("Content-Length");
    bool isNumber = false;
    m_length = length.toLongLong(&isNumber);
    m_left = m_length;
    if (m_method == "HEAD" || m_status == 204 || m_status == 304)
        m_framing = Framing::None;
    else if (coding.endsWith("chunked"))
        m_framing = Framing::Chunked;
    else if (isNumber && m_length >= 0 && m_status != 101)
        m_framing = Framing::Length;
    else
        m_framing = Framing::UntilEnd;
}

qsizetype HttpResponseReader::feedBody(QByteArrayView bytes, QList<HttpResponsePart> *parts)
{
    if (m_framing == Framing::UntilEnd) {
        parts->append({Part::Body, bytes.toByteArray()});
        return bytes.size();
    }
    if (m_framing == Framing::Length) {
        const auto size = static_cast<qsizetype>(std::min<qint64>(m_left, bytes.size()));
        parts->append({Part::Body, bytes.first(size).toByteArray()});
        m_left -= size;
        if (m_left == 0) {
            m_state = State::Done;
            parts->append({Part::End, {}});
        }
        return size;
    }
    QByteArray decoded;
    const qsizetype used = m_chunks.feed(bytes, &decoded, std::numeric_limits<qint64>::max());
    if (!decoded.isEmpty())
        parts->append({Part::Body, decoded});
    if (m_chunks.atEnd()) {
        m_state = State::Done;
        parts->append({Part::End, {}});
    } else if (m_chunks.failed()) {
        m_state = State::Foreign;
    }
    return used;
}

} // namespace Retryscope

#include "moc_http1response.cpp"
