// SPDX-License-Identifier: MIT
#include "core/sandbox/answerplayer_p.h"

#include <QtNetwork/QSslSocket>

namespace Retryscope {

namespace {

// More than this is not written ahead of a client that does not read.
constexpr qint64 longestBacklog = 256 * 1024;

} // namespace

AnswerPlayer::AnswerPlayer(QTcpSocket *socket, Clock *clock,
                           std::function<void(const SandboxAnswer &)> struck, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_clock(clock)
    , m_struck(std::move(struck))
    , m_timer(clock->createTimer())
{
    const auto goOn = [this] {
        if (m_playing && !m_timer->isActive())
            pump();
    };
    connect(socket, &QTcpSocket::bytesWritten, this, goOn);
    if (auto *tls = qobject_cast<QSslSocket *>(socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, goOn);
}

void AnswerPlayer::play(const SandboxAnswer &answer, int minorVersion)
{
    m_answer = answer;
    m_chunked = answer.stream && minorVersion >= 1;
    m_start = m_clock->now();
    m_next = 0;
    m_bytes = 0;
    m_hasStruck = false;
    m_playing = true;
    const FaultKind kind = answer.fault.kind;
    if (kind == FaultKind::HttpStatus || kind == FaultKind::Empty200
        || kind == FaultKind::SlowFirst)
        strike();
    sendHead();
    pump();
}

void AnswerPlayer::stop()
{
    m_timer->stop();
    m_playing = false;
}

void AnswerPlayer::pump()
{
    const qsizetype count = m_answer.withoutBody ? 0 : m_answer.stream ? m_answer.eventLimit : 1;
    while (m_playing && m_next < count && m_bytes < m_answer.byteLimit) {
        const qsizetype beat = m_answer.stream ? m_answer.stream->beat(m_next) : 0;
        const auto due = m_start + m_answer.firstDelay + m_answer.interval * beat;
        const auto now = m_clock->now();
        if (due > now) {
            m_timer->start(due - now, [this] { pump(); });
            return;
        }
        // Without room the socket's signals call again.
        if (!hasRoom())
            return;
        sendNext();
    }
    if (m_playing)
        finish();
}

bool AnswerPlayer::hasRoom() const
{
    qint64 backlog = m_socket->bytesToWrite();
    if (const auto *tls = qobject_cast<const QSslSocket *>(m_socket))
        backlog += tls->encryptedBytesToWrite();
    return backlog < longestBacklog;
}

void AnswerPlayer::sendNext()
{
    QByteArray bytes = m_answer.stream ? m_answer.event(m_next) : m_answer.body;
    const bool faulty =
        m_answer.stream ? m_next == m_answer.faultyEvent() : m_answer.fault.kind != FaultKind::None;
    if (faulty)
        strike();
    if (bytes.size() > m_answer.byteLimit - m_bytes)
        bytes.truncate(m_answer.byteLimit - m_bytes);
    ++m_next;
    m_bytes += bytes.size();
    sendBody(bytes);
}

void AnswerPlayer::sendHead()
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(m_answer.status) + ' '
                      + reasonPhrase(m_answer.status) + "\r\nServer: Retryscope sandbox\r\n";
    for (const HttpHeader &header : std::as_const(m_answer.headers))
        head += header.name + ": " + header.value + "\r\n";
    if (m_chunked)
        head += "Transfer-Encoding: chunked\r\n";
    else if (!m_answer.stream && m_answer.status != 204 && m_answer.status != 304)
        head += "Content-Length: " + QByteArray::number(m_answer.body.size()) + "\r\n";
    if (m_answer.closeAfterwards)
        head += "Connection: close\r\n";
    m_socket->write(head + "\r\n");
}

void AnswerPlayer::sendBody(const QByteArray &bytes)
{
    // A chunk of no bytes would be the end.
    if (bytes.isEmpty())
        return;
    if (m_chunked)
        m_socket->write(QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n");
    else
        m_socket->write(bytes);
}

void AnswerPlayer::finish()
{
    if (m_answer.fault.kind != FaultKind::None)
        strike();
    if (m_chunked && m_answer.end == SandboxAnswer::End::Clean)
        m_socket->write("0\r\n\r\n");
    m_timer->stop();
    m_playing = false;
    Q_EMIT finished();
}

void AnswerPlayer::strike()
{
    if (std::exchange(m_hasStruck, true))
        return;
    m_struck(m_answer);
}

} // namespace Retryscope

#include "moc_answerplayer_p.cpp"
