// SPDX-License-Identifier: MIT
#include "core/wire/http1.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace Retryscope {

namespace {

//! RFC 9110 section 5.6.2.
bool isTokenCharacter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c));
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

bool isVisible(char c)
{
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
}

bool isFieldCharacter(char c)
{
    return isVisible(c) || c == ' ' || c == '\t';
}

bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

//! At most 18 digits, so that it cannot overflow.
std::optional<qint64> parseDecimal(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 18)
        return {};
    qint64 value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return {};
        value = value * 10 + (c - '0');
    }
    return value;
}

//! The elements of a comma-separated header over all its lines, trimmed and in lower case.
QList<QByteArray> elements(const QList<HttpHeader> &headers, QByteArrayView name)
{
    QList<QByteArray> result;
    for (const HttpHeader &header : headers) {
        if (!equalsIgnoringCase(header.name, name))
            continue;
        const auto parts = header.value.split(',');
        for (const QByteArray &part : parts)
            result.append(part.trimmed().toLower());
    }
    return result;
}

} // namespace

HttpRequestParser::HttpRequestParser(const HttpLimits &limits) : m_limits(limits)
{}

HttpRequestParser::State HttpRequestParser::feed(QByteArrayView bytes)
{
    while (!bytes.isEmpty() && (m_state == State::NeedMore || m_state == State::Head))
        bytes = bytes.sliced(m_state == State::NeedMore ? feedHead(bytes) : feedBody(bytes));
    if (m_state == State::Complete)
        m_rest.append(bytes);
    return m_state;
}

QByteArray HttpRequestParser::header(QByteArrayView name) const
{
    for (const HttpHeader &header : m_headers) {
        if (equalsIgnoringCase(header.name, name))
            return header.value;
    }
    return {};
}

bool HttpRequestParser::expectsContinue() const
{
    return m_minorVersion >= 1 && equalsIgnoringCase(header("Expect"), "100-continue");
}

bool HttpRequestParser::wantsKeepAlive() const
{
    const QList<QByteArray> options = elements(m_headers, "Connection");
    return m_minorVersion >= 1 ? !options.contains("close") : options.contains("keep-alive");
}

QByteArray HttpRequestParser::takeRest()
{
    return std::exchange(m_rest, {});
}

void HttpRequestParser::reset()
{
    *this = HttpRequestParser(m_limits);
}

qsizetype HttpRequestParser::feedHead(QByteArrayView bytes)
{
    const qsizetype newline = bytes.indexOf('\n');
    const qsizetype used = newline < 0 ? bytes.size() : newline + 1;
    m_headSize += used;
    if (m_headSize > m_limits.head) {
        fail(431, QStringLiteral("The request's head is larger than this server takes."));
        return used;
    }
    m_line.append(bytes.first(used));
    if (newline >= 0) {
        m_line.chop(m_line.endsWith("\r\n") ? 2 : 1);
        headLine(std::exchange(m_line, {}));
    }
    return used;
}

void HttpRequestParser::headLine(QByteArrayView line)
{
    if (m_method.isEmpty()) {
        // Empty lines before the request line are read over (RFC 9112 section 2.2).
        if (!line.isEmpty())
            requestLine(line);
    } else if (line.isEmpty()) {
        endOfHead();
    } else {
        headerLine(line);
    }
}

void HttpRequestParser::requestLine(QByteArrayView line)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first < 0 || first == last || !isToken(line.first(first))) {
        fail(400, QStringLiteral("The first line is not an HTTP request line."));
        return;
    }
    const QByteArrayView target = line.sliced(first + 1, last - first - 1);
    if (target.isEmpty() || !std::all_of(target.begin(), target.end(), isVisible)) {
        fail(400, QStringLiteral("The request's target is empty or has a space in it."));
        return;
    }
    const QByteArrayView version = line.sliced(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        const bool isHttp = version.startsWith("HTTP/");
        fail(isHttp ? 505 : 400,
             isHttp ? QStringLiteral("Only HTTP/1.0 and HTTP/1.1 are spoken here.")
                    : QStringLiteral("The first line is not an HTTP request line."));
        return;
    }
    m_method = line.first(first).toByteArray();
    m_target = target.toByteArray();
    m_minorVersion = version.back() - '0';
}

void HttpRequestParser::headerLine(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    // White space before the colon or a folded line would let two readers see different headers.
    if (colon < 0 || !isToken(line.first(colon))) {
        fail(400, QStringLiteral("A header line is not of the form \"name: value\"."));
        return;
    }
    const QByteArrayView value = line.sliced(colon + 1).trimmed();
    if (!std::all_of(value.begin(), value.end(), isFieldCharacter)) {
        fail(400, QStringLiteral("A header value has a control character in it."));
        return;
    }
    m_headers.append({line.first(colon).toByteArray(), value.toByteArray()});
}

void HttpRequestParser::endOfHead()
{
    if (m_minorVersion >= 1 && header("Host").isNull()) {
        fail(400, QStringLiteral("An HTTP/1.1 request has no Host header."));
        return;
    }
    const QByteArray expectation = header("Expect");
    if (!expectation.isEmpty() && !equalsIgnoringCase(expectation, "100-continue")) {
        fail(417, QStringLiteral("The only expectation known here is 100-continue."));
        return;
    }
    const bool framed = header("Transfer-Encoding").isNull() ? frameByLength() : frameByEncoding();
    if (!framed)
        return;
    const bool hasBody =
        m_framing == Framing::Chunked || (m_framing == Framing::Length && m_bodyLength > 0);
    m_state = hasBody ? State::Head : State::Complete;
}

bool HttpRequestParser::frameByLength()
{
    const QList<QByteArray> lengths = elements(m_headers, "Content-Length");
    if (lengths.isEmpty())
        return true;
    const std::optional<qint64> length = parseDecimal(lengths.first());
    // Repeats of the same number are allowed (RFC 9110 section 8.6).
    if (!length || lengths.count(lengths.first()) != lengths.size()) {
        fail(400, QStringLiteral("The Content-Length is not one number."));
        return false;
    }
    if (*length > m_limits.body) {
        fail(413, QStringLiteral("The body is larger than this server takes."));
        return false;
    }
    m_framing = Framing::Length;
    m_bodyLength = *length;
    return true;
}

bool HttpRequestParser::frameByEncoding()
{
    if (!header("Content-Length").isNull()) {
        fail(400, QStringLiteral("A request has both Content-Length and Transfer-Encoding."));
        return false;
    }
    if (elements(m_headers, "Transfer-Encoding") != QList<QByteArray>{"chunked"}) {
        fail(501, QStringLiteral("The only Transfer-Encoding spoken here is chunked."));
        return false;
    }
    m_framing = Framing::Chunked;
    m_chunks = ChunkedReader(4096, m_limits.head);
    return true;
}

qsizetype HttpRequestParser::feedBody(QByteArrayView bytes)
{
    if (m_framing == Framing::Length) {
        const auto part = qsizetype(std::min<qint64>(m_bodyLength - m_bodySize, bytes.size()));
        takeBody(bytes.first(part));
        if (m_bodySize == m_bodyLength)
            m_state = State::Complete;
        return part;
    }
    QByteArray decoded;
    const qsizetype used = m_chunks.feed(bytes, &decoded, m_limits.body - m_bodySize);
    takeBody(decoded);
    if (m_chunks.failed())
        fail(m_chunks.overLimit() ? 413 : 400, m_chunks.errorText());
    else if (m_chunks.atEnd())
        m_state = State::Complete;
    return used;
}

void HttpRequestParser::takeBody(QByteArrayView bytes)
{
    m_bodySize += bytes.size();
    if (m_limits.keepBody)
        m_body.append(bytes);
}

void HttpRequestParser::fail(int status, const QString &text)
{
    m_state = State::Error;
    m_errorStatus = status;
    m_errorText = text;
}

} // namespace Retryscope

#include "moc_http1.cpp"
