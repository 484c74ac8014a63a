// SPDX-License-Identifier: MIT
#include "core/tap/responseeditor_p.h"

#include "core/tap/storedgzip_p.h"

#include <algorithm>
#include <utility>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 endlessLength = 1'000'000'000;
constexpr qint64 addedLength = 1000;
//! Of a body of unknown length, so many events make the length that is too short.
constexpr qint64 eventsInShortLength = 3;
//! Between two pieces of a slow body, where the rate allows.
constexpr std::chrono::milliseconds throttleTick{20};

QByteArray chunk(const QByteArray &bytes)
{
    return QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n";
}

//! The head with these lines behind its last one.
QByteArray withLines(const QByteArray &head, const QByteArray &lines)
{
    return head.first(head.size() - 2) + lines + "\r\n";
}

QByteArray withoutHeaders(const QByteArray &head, const QList<QByteArray> &names)
{
    QByteArray result;
    for (const QByteArray &line : head.first(head.size() - 2).split('\n')) {
        const QByteArray name = line.left(line.indexOf(':')).trimmed().toLower();
        if (!line.isEmpty() && !names.contains(name))
            result += line + '\n';
    }
    return result + "\r\n";
}

QByteArray withLength(const QByteArray &head, qint64 length)
{
    return withLines(withoutHeaders(head, {"content-length", "transfer-encoding"}),
                     "Content-Length: " + QByteArray::number(length) + "\r\n");
}

} // namespace

ResponseEditor::ResponseEditor(const Fault &fault, const QByteArray &method)
    : m_fault(fault)
    , m_reader(method)
{}

QList<ResponseStep> ResponseEditor::feed(const QByteArray &bytes)
{
    const QList<HttpResponsePart> parts = m_reader.feed(bytes);
    for (const HttpResponsePart &part : parts)
        take(part);
    return std::exchange(m_steps, {});
}

QList<ResponseStep> ResponseEditor::end()
{
    const QList<HttpResponsePart> parts = m_reader.end();
    for (const HttpResponsePart &part : parts)
        take(part);
    if (!m_heldHead.isEmpty())
        passHeld(m_heldBody.size() / 2);
    // The endpoint's own end is no fault.
    stop(ResponseStep::End::Fin, false);
    return std::exchange(m_steps, {});
}

void ResponseEditor::take(const HttpResponsePart &part)
{
    if (m_hasStopped)
        return;
    switch (part.kind) {
    case HttpResponsePart::Kind::Interim:
    case HttpResponsePart::Kind::Foreign:
        pass(part.bytes);
        break;
    case HttpResponsePart::Kind::Head:
        takeHead(part.bytes);
        break;
    case HttpResponsePart::Kind::Body:
        takeBody(part.bytes);
        break;
    case HttpResponsePart::Kind::End:
        takeEnd();
        break;
    }
}

bool ResponseEditor::isStream() const
{
    return m_reader.framing() != HttpResponseReader::Framing::Length
           || StreamPosition::unitFor(m_reader.header("Content-Type"))
                  != StreamPosition::Unit::Pieces;
}

std::chrono::milliseconds ResponseEditor::duration() const
{
    return std::chrono::milliseconds(m_fault.parameter(u"ms"_s).number);
}

void ResponseEditor::takeHead(const QByteArray &head)
{
    const bool isChunked = m_reader.framing() == HttpResponseReader::Framing::Chunked;
    m_out = isChunked ? Out::Chunked : Out::Plain;
    const bool hasBody = m_reader.framing() != HttpResponseReader::Framing::None;
    switch (m_fault.kind) {
    case Kind::EarlyHints:
        pass("HTTP/1.1 103 Early Hints\r\nLink: </>; rel=preconnect\r\n\r\n", true);
        pass(head);
        break;
    case Kind::HeadDribble:
        m_steps.append(
            {.bytes = head, .pieceSize = 1, .pieceInterval = duration(), .strikes = true});
        break;
    case Kind::HeadHuge: {
        const QByteArray name = "X-Filler: ";
        const qint64 size = m_fault.parameter(u"bytes"_s).number - name.size();
        pass(withLines(head, name + QByteArray(qsizetype(std::max<qint64>(size, 0)), 'x') + "\r\n"),
             true);
        break;
    }
    case Kind::HeadMalformed:
        pass(withLines(head, "a line without a colon\r\n"), true);
        break;
    default:
        if (hasBody)
            pass(reframed(head));
        else
            pass(head);
        break;
    }
}

//! The head as it must be for what is going to happen to the body. Empty: it has to wait.
QByteArray ResponseEditor::reframed(const QByteArray &head)
{
    const bool isLength = m_reader.framing() == HttpResponseReader::Framing::Length;
    const qint64 length = m_reader.contentLength();
    const QList<QByteArray> framing{"content-length", "transfer-encoding"};
    switch (m_fault.kind) {
    case Kind::Cut:
    case Kind::BodyReset:
    case Kind::Stall: {
        const FaultValue after = m_fault.parameter(u"after"_s);
        const bool isBytes = after.unit == FaultUnit::Bytes;
        // Never all of it, or the framing would be satisfied.
        const qint64 most = isLength ? std::max<qint64>(length - 1, 0) : after.number;
        if (isBytes)
            m_position = {StreamPosition::Unit::Bytes, std::min(after.number, most)};
        else if (isStream())
            m_position = {StreamPosition::unitFor(m_reader.header("Content-Type")), after.number};
        else
            m_position = {StreamPosition::Unit::Bytes, length / 2};
        return head;
    }
    case Kind::ShortLength:
        m_out = Out::Plain;
        m_position = {StreamPosition::unitFor(m_reader.header("Content-Type")),
                      eventsInShortLength};
        if (isLength) {
            m_hasStruck = true;
            m_steps.append({.bytes = withLength(head, length / 2), .strikes = true});
        } else {
            m_heldHead = head;
        }
        return {};
    case Kind::LongLength:
        m_out = Out::Plain;
        return withLength(head, isLength ? length + addedLength : endlessLength);
    case Kind::BadChunk:
    case Kind::NoLastChunk:
        m_out = Out::Chunked;
        return withLines(withoutHeaders(head, framing), "Transfer-Encoding: chunked\r\n");
    case Kind::GzipCorrupt:
    case Kind::GzipCut:
        m_out = Out::Chunked;
        return withLines(withoutHeaders(head, framing + QList<QByteArray>{"content-encoding"}),
                         "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n");
    case Kind::NotGzip:
        m_hasStruck = true;
        m_steps.append({.bytes = withLines(withoutHeaders(head, {"content-encoding"}),
                                           "Content-Encoding: gzip\r\n"),
                        .strikes = true});
        return {};
    case Kind::SlowClose:
        m_out = Out::Plain;
        return withLines(withoutHeaders(head, framing + QList<QByteArray>{"connection"}),
                         "Connection: close\r\n");
    default:
        return head;
    }
}

void ResponseEditor::takeBody(const QByteArray &bytes)
{
    const bool isFirst = !std::exchange(m_bodyBegun, true);
    switch (m_fault.kind) {
    case Kind::Cut:
    case Kind::BodyReset:
    case Kind::Stall:
        stopInBody(bytes);
        break;
    case Kind::SlowFirst:
        if (isFirst)
            m_steps.append({.pause = duration(), .strikes = true});
        passBody(bytes);
        break;
    case Kind::ShortLength:
        shortenLength(bytes);
        break;
    case Kind::BadChunk:
        breakChunk(bytes);
        break;
    case Kind::GzipCorrupt:
    case Kind::GzipCut:
        if (isFirst)
            passBody(StoredGzip::header());
        pack(bytes);
        break;
    default:
        passBody(bytes);
        break;
    }
}

void ResponseEditor::takeEnd()
{
    switch (m_fault.kind) {
    case Kind::Cut:
    case Kind::NoLastChunk:
    case Kind::LongLength:
        stop(ResponseStep::End::Fin, true);
        return;
    case Kind::BodyReset:
        stop(ResponseStep::End::Rst, true);
        return;
    case Kind::Stall:
        stop(ResponseStep::End::Silence, true);
        return;
    case Kind::SlowClose:
        stop(ResponseStep::End::Fin, true, duration());
        return;
    case Kind::ShortLength:
        if (!m_heldHead.isEmpty())
            passHeld(m_heldBody.size() / 2);
        break;
    case Kind::GzipCut:
        passBody(StoredGzip::beginOfBlock(addedLength), true);
        break;
    case Kind::GzipCorrupt:
        passBody(StoredGzip::trailer());
        break;
    default:
        break;
    }
    if (m_out == Out::Chunked)
        pass("0\r\n\r\n");
}

void ResponseEditor::stopInBody(const QByteArray &bytes)
{
    const qsizetype size = m_position.advance(bytes);
    if (size > 0)
        passBody(bytes.first(size));
    if (!m_position.isReached())
        return;
    if (m_fault.kind == Kind::Stall)
        stop(ResponseStep::End::Silence, true);
    else
        stop(m_fault.kind == Kind::Cut ? ResponseStep::End::Fin : ResponseStep::End::Rst, true);
}

//! A length that was there has been halved; one that was not is made of the first events.
void ResponseEditor::shortenLength(const QByteArray &bytes)
{
    if (m_heldHead.isEmpty()) {
        passBody(bytes);
        return;
    }
    const qsizetype size = m_position.advance(bytes);
    m_heldBody += bytes.first(size);
    if (!m_position.isReached())
        return;
    const qint64 length = m_heldBody.size();
    m_heldBody += bytes.sliced(size);
    passHeld(length);
}

void ResponseEditor::passHeld(qint64 length)
{
    const QByteArray head = withLength(m_heldHead, length);
    m_heldHead.clear();
    pass(head + m_heldBody, true);
    m_heldBody.clear();
}

void ResponseEditor::breakChunk(const QByteArray &bytes)
{
    if (m_hasStruck) {
        passBody(bytes);
        return;
    }
    const qsizetype half = (bytes.size() + 1) / 2;
    passBody(bytes.first(half));
    pass("ZZZ\r\n" + bytes.sliced(half) + "\r\n", true);
}

void ResponseEditor::pack(const QByteArray &bytes)
{
    if (m_fault.kind == Kind::GzipCut || m_hasStruck) {
        passBody(StoredGzip::block(bytes));
        return;
    }
    const qsizetype half = (bytes.size() + 1) / 2;
    passBody(StoredGzip::block(bytes.first(half)));
    passBody(StoredGzip::damagedBlock(bytes.sliced(half)), true);
}

void ResponseEditor::pass(const QByteArray &bytes, bool strikes)
{
    if (bytes.isEmpty() && !strikes)
        return;
    m_hasStruck = m_hasStruck || strikes;
    m_steps.append({.bytes = bytes, .strikes = strikes});
}

void ResponseEditor::passBody(const QByteArray &bytes, bool strikes)
{
    if (bytes.isEmpty())
        return;
    ResponseStep step{.bytes = m_out == Out::Chunked ? chunk(bytes) : bytes, .strikes = strikes};
    if (m_fault.kind == Kind::Slice) {
        step.pieceSize = qsizetype(m_fault.parameter(u"bytes"_s).number);
    } else if (m_fault.kind == Kind::Throttle) {
        const qint64 rate = m_fault.parameter(u"bps"_s).number;
        const qint64 ticks = std::chrono::milliseconds(1000) / throttleTick;
        step.pieceSize = qsizetype(std::max<qint64>(rate / ticks, 1));
        step.pieceInterval = std::chrono::nanoseconds(1'000'000'000 * step.pieceSize / rate);
    }
    step.strikes = strikes || (step.pieceSize > 0 && !m_hasStruck);
    m_hasStruck = m_hasStruck || step.strikes;
    m_steps.append(step);
}

void ResponseEditor::stop(ResponseStep::End end, bool strikes, std::chrono::nanoseconds pause)
{
    if (std::exchange(m_hasStopped, true))
        return;
    m_steps.append({.pause = pause, .end = end, .strikes = strikes});
}

} // namespace Retryscope
