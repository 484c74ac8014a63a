// SPDX-License-Identifier: MIT
#include "core/sandbox/http1sink_p.h"

#include "core/sandbox/socketend_p.h"

#include <QtNetwork/QSslSocket>

namespace Retryscope {

Http1Sink::Http1Sink(QTcpSocket *socket, QObject *parent) : AnswerSink(parent), m_socket(socket)
{
    connect(socket, &QTcpSocket::bytesWritten, this, &AnswerSink::roomMade);
    if (auto *tls = qobject_cast<QSslSocket *>(socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &AnswerSink::roomMade);
}

void Http1Sink::sendHead(const SandboxAnswer &answer)
{
    m_chunked = answer.stream && m_minorVersion >= 1;
    QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + ' '
                      + reasonPhrase(answer.status) + "\r\n";
    for (const HttpHeader &header : answer.allHeaders())
        head += header.name + ": " + header.value + "\r\n";
    if (m_chunked)
        head += "Transfer-Encoding: chunked\r\n";
    if (answer.closeAfterwards)
        head += "Connection: close\r\n";
    m_socket->write(head + "\r\n");
}

void Http1Sink::sendBody(const QByteArray &bytes)
{
    if (m_chunked)
        m_socket->write(QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n");
    else
        m_socket->write(bytes);
}

void Http1Sink::sendEnd()
{
    if (m_chunked)
        m_socket->write("0\r\n\r\n");
}

void Http1Sink::flush()
{
    m_socket->flush();
}

bool Http1Sink::hasRoom() const
{
    return unwrittenBytes(*m_socket) < longestBacklog;
}

} // namespace Retryscope

#include "moc_http1sink_p.cpp"
