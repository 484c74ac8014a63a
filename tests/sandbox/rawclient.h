// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QCoreApplication>
#include <QtCore/QDeadlineTimer>
#include <QtCore/QRegularExpression>
#include <QtCore/QString>
#include <QtTest/QTest>

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

//! \file
//! \brief A client of bare system calls: QTcpSocket reports an RST and a FIN by the same error, and
//! which of the two came is what these tests are about.

class RawClient
{
public:
    enum class End { Open, Fin, Reset };

    explicit RawClient(quint16 port) : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            m_end = End::Reset;
    }

    ~RawClient() { leave(); }

    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;

    //! Returns false once the other side takes no more.
    bool send(const QByteArray &bytes)
    {
        qsizetype sent = 0;
        return QTest::qWaitFor([&] {
                   const auto part = ::send(m_socket, bytes.constData() + sent,
                                            static_cast<size_t>(bytes.size() - sent),
                                            MSG_DONTWAIT | MSG_NOSIGNAL);
                   if (part > 0)
                       sent += part;
                   return sent == bytes.size() || (part < 0 && errno != EAGAIN);
               })
               && sent == bytes.size();
    }

    //! Takes what has arrived.
    void receive()
    {
        char buffer[65536];
        while (m_end == End::Open) {
            const auto size = ::recv(m_socket, buffer, sizeof buffer, MSG_DONTWAIT);
            if (size > 0)
                m_received.append(buffer, size);
            else if (size == 0)
                m_end = End::Fin;
            else if (errno == EAGAIN)
                return;
            else
                m_end = End::Reset;
        }
    }

    bool waitForEnd()
    {
        return waitUntil([this] { return m_end != End::Open; });
    }

    //! \a size bytes in all.
    bool waitForBytes(qsizetype size)
    {
        return waitUntil([&] { return m_received.size() >= size || m_end != End::Open; })
               && m_received.size() >= size;
    }

    bool waitForText(QByteArrayView text)
    {
        return waitUntil([&] { return m_received.contains(text) || m_end != End::Open; })
               && m_received.contains(text);
    }

    //! Nothing more will be sent; what comes is still read.
    void finish() { ::shutdown(m_socket, SHUT_WR); }

    void leave()
    {
        if (m_socket >= 0)
            ::close(m_socket);
        m_socket = -1;
    }

    QByteArray received() const { return m_received; }

    End end() const { return m_end; }

private:
    //! As QTest::qWaitFor(), which sleeps between two looks and makes big transfers slow.
    template <typename Condition>
    bool waitUntil(const Condition &condition)
    {
        const QDeadlineTimer deadline(std::chrono::seconds(60));
        for (receive(); !condition(); receive()) {
            if (deadline.hasExpired())
                return false;
            QCoreApplication::processEvents();
            pollfd news{m_socket, POLLIN, 0};
            ::poll(&news, 1, 1);
        }
        return true;
    }

    int m_socket;
    QByteArray m_received;
    End m_end = End::Open;
};

//! A request with a body.
inline QByteArray post(const QByteArray &body, const QByteArray &headers = "Connection: close\r\n")
{
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: sandbox\r\n" + headers
           + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

inline QByteArray get(const QByteArray &path, const QByteArray &headers = "Connection: close\r\n")
{
    return "GET " + path + " HTTP/1.1\r\nHost: sandbox\r\n" + headers + "\r\n";
}

//! What is different in each answer, made equal.
inline QByteArray normalised(const QByteArray &bytes)
{
    QString text = QString::fromUtf8(bytes);
    text.replace(QRegularExpression(QStringLiteral("chatcmpl-sandbox[0-9a-f]{20}")),
                 QStringLiteral("ID"));
    text.replace(QRegularExpression(QStringLiteral("call_[0-9a-f]{20}")), QStringLiteral("CALL"));
    return text.toUtf8();
}

//! Empty without a whole head.
inline QByteArray headOf(const QByteArray &response)
{
    const qsizetype end = response.indexOf("\r\n\r\n");
    return end < 0 ? QByteArray() : response.first(end + 4);
}

//! The body without its chunks; \a whole says whether the last chunk was there and nothing after
//! it.
inline QByteArray bodyOf(const QByteArray &response, bool *whole = nullptr)
{
    QByteArray rest = response.sliced(headOf(response).size());
    if (!headOf(response).contains("Transfer-Encoding: chunked"))
        return rest;
    QByteArray body;
    bool last = false;
    while (!last && !rest.isEmpty()) {
        const qsizetype line = rest.indexOf("\r\n");
        const qsizetype size = line < 0 ? -1 : rest.first(line).toInt(nullptr, 16);
        if (size < 0 || rest.size() < line + size + 4
            || rest.sliced(line + 2 + size, 2) != QByteArrayView("\r\n"))
            return "NOT CHUNKED: " + rest;
        body += rest.sliced(line + 2, size);
        rest.remove(0, line + size + 4);
        last = size == 0;
    }
    if (whole)
        *whole = last && rest.isEmpty();
    return body;
}
