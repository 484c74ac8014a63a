// SPDX-License-Identifier: MIT
#include "core/sandbox/http2session_p.h"

#include "core/sandbox/answermaker_p.h"
#include "core/sandbox/socketend_p.h"

#include <QtNetwork/QSslSocket>

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <vector>

namespace Retryscope {

namespace {

//! As RFC 9113, section 6.5.2, recommends at least.
constexpr quint32 mostStreams = 100;

//! What HTTP/2 forbids, section 8.2.2.
bool isOfConnection(const QByteArray &name)
{
    constexpr std::array names{"connection", "keep-alive", "proxy-connection", "transfer-encoding",
                               "upgrade"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

//! The library copies what it is given, so nothing needs to outlive the call.
nghttp2_nv field(const QByteArray &name, const QByteArray &value)
{
    const auto bytes = [](const QByteArray &text) {
        // Never written to: the C interface has no const.
        return reinterpret_cast<uint8_t *>(const_cast<char *>(text.constData()));
    };
    return {bytes(name), bytes(value), static_cast<size_t>(name.size()),
            static_cast<size_t>(value.size()), NGHTTP2_NV_FLAG_NONE};
}

QByteArray copyOf(const uint8_t *bytes, size_t size)
{
    return {reinterpret_cast<const char *>(bytes), static_cast<qsizetype>(size)};
}

} // namespace

//! \brief What nghttp2 calls. None of these may call back into sending or receiving.
struct Http2Hooks
{
    static Http2Session *self(void *data) { return static_cast<Http2Session *>(data); }

    static bool isRequest(const nghttp2_frame &frame)
    {
        return frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST;
    }

    static int beginHeaders(nghttp2_session *, const nghttp2_frame *frame, void *data)
    {
        if (isRequest(*frame))
            self(data)->openStream(frame->hd.stream_id);
        return 0;
    }

    static int header(nghttp2_session *, const nghttp2_frame *frame, const uint8_t *name,
                      size_t nameSize, const uint8_t *value, size_t valueSize, uint8_t, void *data)
    {
        Http2Stream *stream = self(data)->stream(frame->hd.stream_id);
        // Trailers are no part of a request that matters here.
        if (stream && isRequest(*frame))
            stream->addField(copyOf(name, nameSize), copyOf(value, valueSize));
        return 0;
    }

    static int frame(nghttp2_session *, const nghttp2_frame *frame, void *data)
    {
        Http2Stream *stream = self(data)->stream(frame->hd.stream_id);
        const bool isMessage = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
        if (!stream || !isMessage)
            return 0;
        const bool isLast = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (isRequest(*frame))
            stream->endFields(isLast);
        else if (isLast)
            stream->endBody();
        return 0;
    }

    static int data(nghttp2_session *, uint8_t, int32_t id, const uint8_t *bytes, size_t size,
                    void *data)
    {
        self(data)->takeBody(id, {bytes, static_cast<qsizetype>(size)});
        return 0;
    }

    static int closed(nghttp2_session *, int32_t id, uint32_t, void *data)
    {
        self(data)->closeStream(id);
        return 0;
    }

    static ssize_t read(nghttp2_session *, int32_t, uint8_t *buffer, size_t size, uint32_t *flags,
                        nghttp2_data_source *source, void *)
    {
        auto *stream = static_cast<Http2Stream *>(source->ptr);
        const Http2Stream::Piece piece =
            stream->take(reinterpret_cast<char *>(buffer), static_cast<qsizetype>(size));
        if (piece.isLast)
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (piece.size == 0 && !piece.isLast)
            return NGHTTP2_ERR_DEFERRED;
        return piece.size;
    }

    static nghttp2_session *makeSession(Http2Session *owner)
    {
        nghttp2_session_callbacks *callbacks = nullptr;
        nghttp2_session *session = nullptr;
        if (nghttp2_session_callbacks_new(&callbacks) != 0)
            qFatal("out of memory");
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, beginHeaders);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, closed);
        if (nghttp2_session_server_new(&session, callbacks, owner) != 0)
            qFatal("out of memory");
        nghttp2_session_callbacks_del(callbacks);
        return session;
    }
};

void Http2Session::Deleter::operator()(nghttp2_session *session) const
{
    nghttp2_session_del(session);
}

Http2Session::Http2Session(QTcpSocket *socket, Clock *clock, Callbacks callbacks, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_clock(clock)
    , m_callbacks(std::move(callbacks))
    , m_session(Http2Hooks::makeSession(this))
{
    connect(socket, &QTcpSocket::bytesWritten, this, &Http2Session::sendLater);
    // That one comes when the bytes are encrypted; room is made when they leave the socket below.
    if (auto *tls = qobject_cast<QSslSocket *>(socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &Http2Session::sendLater);
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, mostStreams}, {NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
    nghttp2_submit_settings(m_session.get(), NGHTTP2_FLAG_NONE, settings, std::size(settings));
    sendLater();
}

Http2Session::~Http2Session() = default;

void Http2Session::stop()
{
    m_isStopped = true;
    for (const auto &[id, stream] : m_streams)
        stream->stop();
}

bool Http2Session::isAnswering() const
{
    return std::any_of(m_streams.begin(), m_streams.end(),
                       [](const auto &entry) { return entry.second->isRequestOver(); });
}

std::optional<std::chrono::nanoseconds> Http2Session::oldestUnfinished() const
{
    std::optional<std::chrono::nanoseconds> oldest;
    for (const auto &[id, stream] : m_streams) {
        if (!stream->isAnswered())
            oldest = std::min(oldest.value_or(stream->begunAt()), stream->begunAt());
    }
    return oldest;
}

void Http2Session::receive(const QByteArray &bytes)
{
    if (m_isStopped || bytes.isEmpty())
        return;
    const auto size = static_cast<size_t>(bytes.size());
    const ssize_t taken = nghttp2_session_mem_recv(
        m_session.get(), reinterpret_cast<const uint8_t *>(bytes.constData()), size);
    answerRequests();
    send();
    // Less than all of it: no HTTP/2, or what breaks its rules beyond a GOAWAY.
    if (taken != bytes.size())
        endConnection(SandboxAnswer::End::Fin);
}

void Http2Session::openStream(qint32 id)
{
    const Http2Stream::Session hooks{
        [this](qint32 stream, const SandboxAnswer &answer) { submitHead(stream, answer); },
        [this](qint32 stream) { resume(stream); },
        [this] {
            send();
            m_socket->flush();
        },
        m_callbacks.struck};
    m_streams.insert_or_assign(id, new Http2Stream(id, hooks, m_clock, this));
}

//! Later: its answer may be what ended it.
void Http2Session::closeStream(qint32 id)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end())
        return;
    found->second->stop();
    found->second->deleteLater();
    m_streams.erase(found);
}

Http2Stream *Http2Session::stream(qint32 id) const
{
    const auto found = m_streams.find(id);
    return found == m_streams.end() ? nullptr : found->second;
}

//! All requests of a connection together may take as much as one over HTTP/1.1.
void Http2Session::takeBody(qint32 id, QByteArrayView bytes)
{
    Http2Stream *const taker = stream(id);
    if (!taker)
        return;
    qint64 held = bytes.size();
    for (const auto &[other, stream] : m_streams)
        held += stream->request().bodySize();
    if (held > requestLimits.body && !taker->isRequestOver())
        taker->refuse(413,
                      QStringLiteral("The requests of this connection are larger than %1 bytes.")
                          .arg(requestLimits.body));
    else
        taker->addBody(bytes);
}

void Http2Session::answerRequests()
{
    std::vector<qint32> due;
    for (const auto &[id, stream] : m_streams) {
        if (stream->isRequestOver() && !stream->isAnswered())
            due.push_back(id);
    }
    for (const qint32 id : due) {
        // The callback reaches the sandbox's users, who may have stopped it.
        Http2Stream *const asked = m_isStopped ? nullptr : stream(id);
        if (!asked)
            continue;
        const std::optional<SandboxAnswer> refusal = asked->refusal();
        const SandboxAnswer answer = refusal ? *refusal : m_callbacks.answer(asked->request());
        if (!m_isStopped)
            asked->answer(answer);
    }
}

void Http2Session::submitHead(qint32 id, const SandboxAnswer &answer)
{
    // They must outlive their fields.
    std::vector<std::pair<QByteArray, QByteArray>> texts{
        {":status", QByteArray::number(answer.status)}};
    for (const HttpHeader &header : answer.allHeaders()) {
        const QByteArray name = header.name.toLower();
        if (!isOfConnection(name))
            texts.emplace_back(name, header.value);
    }
    std::vector<nghttp2_nv> fields;
    for (const auto &[name, value] : texts)
        fields.push_back(field(name, value));
    nghttp2_data_provider body{.source = {.ptr = stream(id)}, .read_callback = Http2Hooks::read};
    const bool hasBody = !answer.withoutBody || answer.end != SandboxAnswer::End::Clean;
    nghttp2_submit_response(m_session.get(), id, fields.data(), fields.size(),
                            hasBody ? &body : nullptr);
    sendLater();
}

void Http2Session::resume(qint32 id)
{
    // An error where nothing was deferred: then it is asked for anyway.
    nghttp2_session_resume_data(m_session.get(), id);
    sendLater();
}

void Http2Session::sendLater()
{
    if (!m_isStopped)
        QMetaObject::invokeMethod(this, &Http2Session::send, Qt::QueuedConnection);
}

void Http2Session::send()
{
    if (m_isStopped || std::exchange(m_isSending, true))
        return;
    bool isSound = sendFrames();
    // An end may be a frame, too.
    while (isSound && makeEnds())
        isSound = sendFrames();
    m_isSending = false;
    if (m_isStopped)
        return;
    const bool wantsMore = nghttp2_session_want_read(m_session.get()) != 0
                           || nghttp2_session_want_write(m_session.get()) != 0;
    if (!isSound || !wantsMore) {
        endConnection(SandboxAnswer::End::Fin);
        return;
    }
    std::vector<Http2Stream *> streams;
    for (const auto &[id, stream] : m_streams)
        streams.push_back(stream);
    for (Http2Stream *stream : streams) {
        if (stream->hasRoom())
            Q_EMIT stream->roomMade();
    }
}

//! False where the session is lost.
bool Http2Session::sendFrames()
{
    const uint8_t *bytes = nullptr;
    while (unwrittenBytes(*m_socket) < longestBacklog) {
        const ssize_t size = nghttp2_session_mem_send(m_session.get(), &bytes);
        if (size <= 0)
            return size == 0;
        m_socket->write(reinterpret_cast<const char *>(bytes), size);
    }
    return true;
}

//! Ends, in the way they shall end, the answers that are out. True if there is more to send then.
bool Http2Session::makeEnds()
{
    using End = SandboxAnswer::End;
    bool hasMore = false;
    const auto streams = m_streams;
    for (const auto &[id, stream] : streams) {
        const std::optional<End> how = stream->dueEnd();
        if (!how || *how == End::Pings)
            continue;
        if (*how == End::Fin || *how == End::Reset) {
            endConnection(*how);
            return false;
        }
        hasMore = true;
        stream->forgetEnd();
        if (*how == End::StreamReset)
            nghttp2_submit_rst_stream(m_session.get(), NGHTTP2_FLAG_NONE, id, stream->errorCode());
        else
            nghttp2_submit_goaway(m_session.get(), NGHTTP2_FLAG_NONE, 0, stream->errorCode(),
                                  nullptr, 0);
    }
    return hasMore;
}

void Http2Session::endConnection(SandboxAnswer::End how)
{
    if (m_isStopped)
        return;
    stop();
    m_callbacks.end(how);
}

} // namespace Retryscope

#include "moc_http2session_p.cpp"
