// SPDX-License-Identifier: MIT
#include "tests/support/http2session_p.h"

#include <sys/socket.h>

#include <algorithm>
#include <tuple>

//! \file
//! \brief What an Http2Session sends: the steps of its scripts, over HTTP/2 and HTTP/1.1.

namespace Retryscope::Test {

using Http2::Step;

void Http2Session::proceed()
{
    for (auto &[id, stream] : m_streams) {
        while (!m_isClosing && stream.step < stream.script.size() && take(stream))
            ++stream.step;
    }
    if (m_protocol == Protocol::Http1)
        takeHttp1();
}

bool Http2Session::take(Stream &stream)
{
    const Step &step = stream.script.at(stream.step);
    switch (step.kind) {
    case Step::Kind::WholeRequest:
        return stream.isWhole;
    case Step::Kind::Requests: {
        const QMutexLocker lock(&m_context->record->mutex);
        const auto &all = m_context->record->requests;
        return std::count_if(all.begin(), all.end(), std::mem_fn(&Http2Request::isWhole))
               >= step.number;
    }
    case Step::Kind::Fin:
        m_isClosing = true;
        m_socket.disconnectFromHost();
        return true;
    case Step::Kind::Rst:
        return reset();
    case Step::Kind::Bytes:
        m_socket.write(step.bytes);
        return true;
    case Step::Kind::Headers:
    case Step::Kind::Data:
    case Step::Kind::Reset:
    case Step::Kind::GoAway:
    case Step::Kind::Ping:
        break;
    }
    return m_protocol == Protocol::Http2 ? takeHttp2Step(stream, step) : takeHttp1Step(step);
}

bool Http2Session::takeHttp2Step(Stream &stream, const Step &step)
{
    const auto error = static_cast<quint32>(step.error);
    switch (step.kind) {
    case Step::Kind::Headers:
        return sendHeaders(stream, step);
    case Step::Kind::Data:
        return sendData(stream, step);
    case Step::Kind::Reset:
        sendFrame(Http2::RstStream, 0, stream.id, Http2::bytesOf(error));
        return true;
    case Step::Kind::GoAway:
        sendFrame(Http2::GoAway, 0, 0, Http2::bytesOf(step.number) + Http2::bytesOf(error));
        return true;
    case Step::Kind::Ping:
        return sendPing(stream);
    default:
        return true;
    }
}

bool Http2Session::sendHeaders(const Stream &stream, const Step &step)
{
    const HeaderFields status{{":status", QByteArray::number(step.number)}};
    const QByteArray block = encodeFields(status + step.fields);
    const quint8 last = step.isLast ? Http2::EndStream : 0;
    if (!step.isContinued) {
        sendFrame(Http2::Headers, Http2::EndHeaders | last, stream.id, block);
        return true;
    }
    // Inside a field.
    sendFrame(Http2::Headers, last, stream.id, block.left(3));
    sendFrame(Http2::Continuation, Http2::EndHeaders, stream.id, block.mid(3));
    return true;
}

bool Http2Session::sendData(Stream &stream, const Step &step)
{
    do {
        const qint64 window = std::min(m_sendWindow, stream.sendWindow);
        const qint64 left = step.bytes.size() - stream.sent;
        const qint64 size = std::min({window, left, static_cast<qint64>(m_maxFrameSize)});
        if (left > 0 && size <= 0)
            return false;
        const bool isLast = step.isLast && size == left;
        sendFrame(Http2::Data, isLast ? Http2::EndStream : 0, stream.id,
                  step.bytes.mid(stream.sent, size));
        m_sendWindow -= size;
        stream.sendWindow -= size;
        stream.sent += size;
    } while (stream.sent < step.bytes.size());
    stream.sent = 0;
    return true;
}

// The answer takes the script on.
bool Http2Session::sendPing(Stream &stream)
{
    if (!stream.isPinging)
        sendFrame(Http2::Ping, 0, 0, Http2::bytesOf(0) + Http2::bytesOf(stream.id));
    stream.isPinging = true;
    return false;
}

bool Http2Session::reset()
{
    if (m_socket.bytesToWrite() > 0 || m_socket.encryptedBytesToWrite() > 0)
        return false;
    m_isClosing = true;
    // Not inside a signal of the socket: Qt's TLS backend goes on with what abort() has freed.
    QMetaObject::invokeMethod(
        this,
        [this] {
            const linger now{1, 0};
            setsockopt(static_cast<int>(m_socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now,
                       sizeof now);
            m_socket.abort();
        },
        Qt::QueuedConnection);
    return true;
}

// One request at a time: the next is read when the script of the one before is done.
void Http2Session::takeHttp1()
{
    const auto running = m_streams.find(0);
    if (running != m_streams.end()) {
        Stream &stream = running->second;
        if (stream.isWhole && stream.step < stream.script.size())
            return;
        if (!stream.isWhole) {
            const QByteArray length = fieldOf(stream.fields, "content-length");
            const QByteArray body = m_input.left(length.toLongLong() - stream.bodySize);
            m_input.remove(0, body.size());
            addBody(stream, body);
            if (stream.bodySize == length.toLongLong())
                endRequest(stream);
            return;
        }
        m_streams.erase(running);
    }
    const qsizetype end = m_input.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    const QList<QByteArray> lines = m_input.left(end).split('\n');
    m_input.remove(0, end + 4);
    const QList<QByteArray> words = lines.first().split(' ');
    HeaderFields fields{{":method", words.value(0)}, {":path", words.value(1)}};
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        fields.append({line.left(colon).toLower(), line.mid(colon + 1).trimmed()});
    }
    openStream(0, fields).fields = fields;
    takeHttp1();
}

bool Http2Session::takeHttp1Step(const Step &step)
{
    if (step.kind == Step::Kind::Data) {
        m_socket.write(step.bytes);
        return true;
    }
    if (step.kind != Step::Kind::Headers) {
        m_isClosing = true;
        m_socket.disconnectFromHost();
        return true;
    }
    QByteArray head = "HTTP/1.1 " + QByteArray::number(step.number) + " Scripted\r\n";
    for (const auto &field : step.fields)
        head += field.first + ": " + field.second + "\r\n";
    m_socket.write(head + "\r\n");
    return true;
}

} // namespace Retryscope::Test
