// SPDX-License-Identifier: MIT
#include "tests/support/http2session_p.h"

#include <QtCore/QtEndian>
#include <QtNetwork/QSslConfiguration>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace Retryscope::Test {

namespace {

using Http2::Error;

const QByteArray Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

quint32 numberAt(const QByteArray &bytes, qsizetype index)
{
    return bytes.size() < index + 4 ? 0 : qFromBigEndian<quint32>(bytes.constData() + index);
}

//! None where the padding is longer than the frame.
std::optional<QByteArray> withoutPadding(quint8 flags, const QByteArray &payload)
{
    if ((flags & Http2::Padded) == 0)
        return payload;
    if (payload.isEmpty())
        return {};
    const qsizetype padding = static_cast<quint8>(payload.at(0));
    if (padding + 1 > payload.size())
        return {};
    return payload.mid(1, payload.size() - 1 - padding);
}

} // namespace

Http2Session::Http2Session(qintptr descriptor, std::shared_ptr<const Http2Context> context,
                           QObject *parent)
    : QObject(parent)
    , m_context(std::move(context))
{
    {
        const QMutexLocker lock(&m_context->record->mutex);
        m_context->record->connections.append(Http2Connection());
        m_number = static_cast<int>(m_context->record->connections.size());
    }
    m_socket.setSocketDescriptor(descriptor);
    // What the peer sends in two writes must not wait for an acknowledgement.
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(&m_socket, &QIODevice::readyRead, this, &Http2Session::read);
    connect(&m_socket, &QIODevice::bytesWritten, this, &Http2Session::proceed);
    connect(&m_socket, &QSslSocket::encryptedBytesWritten, this, &Http2Session::proceed);
    connect(&m_socket, &QAbstractSocket::disconnected, this, [this] {
        m_isClosing = true;
        note([](Http2Connection &connection) { connection.isClosed = true; });
        deleteLater();
    });
    const Http2PeerOptions &options = m_context->options;
    if (options.credential.key.isNull())
        return;
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    QList<QByteArray> protocols{QSslConfiguration::NextProtocolHttp1_1};
    if (options.offersHttp2)
        protocols.prepend(QSslConfiguration::ALPNProtocolHTTP2);
    configuration.setAllowedNextProtocols(protocols);
    configuration.setPrivateKey(options.credential.key);
    configuration.setLocalCertificateChain(options.credential.chain);
    m_socket.setSslConfiguration(configuration);
    connect(&m_socket, &QSslSocket::encrypted, this, &Http2Session::read);
    m_socket.startServerEncryption();
}

void Http2Session::read()
{
    if (!m_context->options.credential.key.isNull() && !m_socket.isEncrypted())
        return;
    m_input += m_socket.readAll();
    if (m_context->options.acknowledgesAtOnce) {
        // The kernel forgets it again after some time.
        const int on = 1;
        setsockopt(static_cast<int>(m_socket.socketDescriptor()), IPPROTO_TCP, TCP_QUICKACK, &on,
                   sizeof on);
    }
    if (m_protocol == Protocol::Unknown)
        choose();
    if (m_protocol == Protocol::Http2)
        takeFrames();
    else if (m_protocol == Protocol::Http1)
        takeHttp1();
    proceed();
}

// By ALPN, and in clear by the first bytes.
void Http2Session::choose()
{
    const QSslConfiguration configuration = m_socket.sslConfiguration();
    if (configuration.nextProtocolNegotiationStatus()
        == QSslConfiguration::NextProtocolNegotiationNegotiated) {
        const bool isHttp2 =
            configuration.nextNegotiatedProtocol() == QSslConfiguration::ALPNProtocolHTTP2;
        m_protocol = isHttp2 ? Protocol::Http2 : Protocol::Http1;
    } else if (m_input.size() >= Preface.size()) {
        m_protocol = m_input.startsWith(Preface) ? Protocol::Http2 : Protocol::Http1;
    }
    if (m_protocol == Protocol::Http2)
        greet();
}

void Http2Session::greet()
{
    note([](Http2Connection &connection) { connection.isHttp2 = true; });
    QByteArray payload;
    for (const auto &[identifier, value] : m_context->options.settings) {
        payload.append(static_cast<char>(identifier >> 8));
        payload.append(static_cast<char>(identifier & 0xff));
        payload.append(Http2::bytesOf(value));
    }
    sendFrame(Http2::Settings, 0, 0, payload);
}

void Http2Session::takeFrames()
{
    if (!m_hasPreface) {
        if (m_input.size() < Preface.size())
            return;
        if (!m_input.startsWith(Preface))
            return fail(QStringLiteral("no preface"));
        m_input.remove(0, Preface.size());
        m_hasPreface = true;
    }
    while (!m_isClosing && m_input.size() >= 9) {
        const auto size = static_cast<qsizetype>(numberAt(m_input, 0) >> 8);
        if (size > 16'384)
            return fail(QStringLiteral("a frame longer than SETTINGS_MAX_FRAME_SIZE"));
        if (m_input.size() < 9 + size)
            return;
        const auto type = static_cast<quint8>(m_input.at(3));
        const auto flags = static_cast<quint8>(m_input.at(4));
        const quint32 stream = numberAt(m_input, 5) & Http2::AllStreams;
        const QByteArray payload = m_input.mid(9, size);
        m_input.remove(0, 9 + size);
        takeFrame(type, flags, stream, payload);
    }
}

void Http2Session::takeFrame(quint8 type, quint8 flags, quint32 stream, QByteArray payload)
{
    if (!m_block.isNull() && type != Http2::Continuation)
        return fail(QStringLiteral("a frame between HEADERS and CONTINUATION"));
    switch (type) {
    case Http2::Data:
        return takeData(flags, stream, payload);
    case Http2::Headers:
        return takeHeaders(flags, stream, payload);
    case Http2::Continuation:
        return takeFragment(flags, stream, payload);
    case Http2::RstStream:
        m_streams.erase(stream);
        return note([&](Http2Connection &connection) {
            connection.resets.append({stream, static_cast<Error>(numberAt(payload, 0))});
        });
    case Http2::Settings:
        return takeSettings(flags, payload);
    case Http2::Ping:
        return takePing(flags, payload);
    case Http2::GoAway:
        return note([&](Http2Connection &connection) {
            connection.goAways.append(static_cast<Error>(numberAt(payload, 4)));
        });
    case Http2::WindowUpdate:
        return takeWindowUpdate(stream, numberAt(payload, 0));
    case Http2::PushPromise:
        return fail(QStringLiteral("a client that pushes"));
    default: // PRIORITY, and what RFC 9113 tells to ignore
        return;
    }
}

void Http2Session::takeHeaders(quint8 flags, quint32 stream, const QByteArray &payload)
{
    auto block = withoutPadding(flags, payload);
    if (!block || stream % 2 == 0)
        return fail(QStringLiteral("malformed HEADERS"));
    if ((flags & Http2::HasPriority) != 0)
        block = block->mid(5);
    m_blockFlags = flags;
    m_block = QByteArray("");
    takeFragment(flags, stream, *block);
}

void Http2Session::takeFragment(quint8 flags, quint32 stream, const QByteArray &fragment)
{
    if (m_block.isNull())
        return fail(QStringLiteral("CONTINUATION without HEADERS"));
    m_block += fragment;
    if ((flags & Http2::EndHeaders) == 0)
        return;
    const auto fields = m_decoder.decode(std::exchange(m_block, QByteArray()));
    if (!fields)
        return fail(QStringLiteral("headers that are no HPACK"));
    // Behind a body they are trailers.
    const auto known = m_streams.find(stream);
    Stream &opened = known == m_streams.end() ? openStream(stream, *fields) : known->second;
    if ((m_blockFlags & Http2::EndStream) != 0)
        endRequest(opened);
}

void Http2Session::takeData(quint8 flags, quint32 stream, const QByteArray &payload)
{
    const auto bytes = withoutPadding(flags, payload);
    if (!bytes)
        return fail(QStringLiteral("malformed DATA"));
    const bool isLast = (flags & Http2::EndStream) != 0;
    if (m_context->options.updatesWindows && !payload.isEmpty()) {
        const QByteArray delta = Http2::bytesOf(static_cast<quint32>(payload.size()));
        sendFrame(Http2::WindowUpdate, 0, 0, delta);
        if (!isLast)
            sendFrame(Http2::WindowUpdate, 0, stream, delta);
    }
    // Of a stream that was reset some more may come.
    const auto found = m_streams.find(stream);
    if (found == m_streams.end())
        return;
    addBody(found->second, *bytes);
    if (isLast)
        endRequest(found->second);
}

void Http2Session::takeSettings(quint8 flags, const QByteArray &payload)
{
    if ((flags & Http2::Ack) != 0)
        return;
    for (qsizetype at = 0; at + 6 <= payload.size(); at += 6) {
        const auto identifier = qFromBigEndian<quint16>(payload.constData() + at);
        const quint32 value = numberAt(payload, at + 2);
        note([&](Http2Connection &connection) { connection.settings.append({identifier, value}); });
        if (identifier == 4) {
            for (auto &stream : m_streams)
                stream.second.sendWindow += value - m_initialSendWindow;
            m_initialSendWindow = value;
        } else if (identifier == 5) {
            m_maxFrameSize = value;
        }
    }
    sendFrame(Http2::Settings, Http2::Ack, 0, {});
}

void Http2Session::takeWindowUpdate(quint32 stream, quint32 delta)
{
    if (stream == 0) {
        m_sendWindow += delta;
        note([delta](Http2Connection &connection) { connection.windowUpdates += delta; });
    } else if (const auto found = m_streams.find(stream); found != m_streams.end()) {
        found->second.sendWindow += delta;
    }
}

void Http2Session::takePing(quint8 flags, const QByteArray &payload)
{
    if ((flags & Http2::Ack) == 0)
        return sendFrame(Http2::Ping, Http2::Ack, 0, payload);
    const auto found = m_streams.find(numberAt(payload, 4));
    if (found == m_streams.end() || !found->second.isPinging)
        return;
    found->second.isPinging = false;
    ++found->second.step;
}

Http2Session::Stream &Http2Session::openStream(quint32 id, const HeaderFields &fields)
{
    Stream stream;
    stream.id = id;
    stream.sendWindow = m_initialSendWindow;
    stream.hash = std::make_shared<QCryptographicHash>(QCryptographicHash::Sha256);
    {
        Http2Request request;
        request.connection = m_number;
        request.stream = id;
        request.fields = fields;
        const QMutexLocker lock(&m_context->record->mutex);
        stream.request = m_context->record->requests.size();
        m_context->record->requests.append(request);
    }
    const auto &scripts = m_context->scripts;
    stream.script = scripts.at(std::min(stream.request, scripts.size() - 1));
    return m_streams.insert_or_assign(id, stream).first->second;
}

void Http2Session::addBody(Stream &stream, QByteArrayView bytes)
{
    stream.hash->addData(bytes);
    stream.bodySize += bytes.size();
}

void Http2Session::endRequest(Stream &stream)
{
    stream.isWhole = true;
    {
        const QMutexLocker lock(&m_context->record->mutex);
        Http2Request &request = m_context->record->requests[stream.request];
        request.bodySize = stream.bodySize;
        request.bodyHash = stream.hash->result();
    }
    m_context->onProgress();
}

void Http2Session::fail(const QString &problem)
{
    note([&](Http2Connection &connection) { connection.problem = problem; });
    m_isClosing = true;
    m_socket.disconnectFromHost();
}

void Http2Session::sendFrame(quint8 type, quint8 flags, quint32 stream, const QByteArray &payload)
{
    m_socket.write(Http2::frame(type, flags, stream, payload));
}

} // namespace Retryscope::Test
