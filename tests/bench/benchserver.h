// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QUrl>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace Retryscope::Bench {

inline constexpr qint64 LargeAnswer = 256LL << 20;
inline constexpr qint64 HugeAnswer = 1LL << 30;

inline sockaddr_in loopback(quint16 port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

//! Returns the port; \a accepted gets each connection, in a thread that lives as long as the
//! process.
template <typename Accepted>
quint16 acceptOnLoopback(Accepted accepted)
{
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    if (::bind(listener, generic, size) != 0 || ::listen(listener, 64) != 0
        || ::getsockname(listener, generic, &size) != 0) {
        qFatal("no port");
    }
    std::thread([listener, accepted] {
        for (int fd = 0; (fd = ::accept(listener, nullptr, nullptr)) >= 0;)
            accepted(fd);
    }).detach();
    return ntohs(address.sin_port);
}

//! Blocking, one thread a connection: "/" gets a small answer, "/large" and "/huge" large ones,
//! "/cut" none.
class Server final
{
public:
    Server()
    {
        m_port = acceptOnLoopback([](int fd) { std::thread(serve, fd).detach(); });
    }

    QUrl url(const char *path) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(m_port).arg(QLatin1String(path)));
    }

private:
    static bool sendAll(int fd, const QByteArray &bytes)
    {
        return ::send(fd, bytes.constData(), static_cast<size_t>(bytes.size()), MSG_NOSIGNAL)
               == bytes.size();
    }

    //! The head of the next request; its body is read and dropped.
    static QByteArray nextRequest(int fd)
    {
        QByteArray input;
        static thread_local QByteArray buffer(1 << 20, '\0');
        qsizetype end = -1;
        while ((end = input.indexOf("\r\n\r\n")) < 0) {
            const ssize_t got = ::recv(fd, buffer.data(), static_cast<size_t>(buffer.size()), 0);
            if (got <= 0)
                return {};
            input.append(buffer.constData(), got);
        }
        const qsizetype at = input.indexOf("Content-Length: ");
        qint64 left = at < 0 ? 0 : input.mid(at + 16, 20).split('\r').first().toLongLong();
        left -= input.size() - end - 4;
        while (left > 0) {
            const ssize_t got = ::recv(fd, buffer.data(), static_cast<size_t>(buffer.size()), 0);
            if (got <= 0)
                return {};
            left -= got;
        }
        return input.left(end);
    }

    static void serve(int fd)
    {
        // Head and body are two writes: Nagle would wait for an ACK between them.
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        for (QByteArray head = nextRequest(fd); !head.isEmpty(); head = nextRequest(fd)) {
            if (head.contains(" /cut "))
                break;
            const qint64 size = head.contains(" /large ")  ? LargeAnswer
                                : head.contains(" /huge ") ? HugeAnswer
                                                           : 2;
            sendAll(fd,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(size) + "\r\n\r\n");
            const QByteArray block(static_cast<qsizetype>(std::min<qint64>(size, 1 << 20)), 'x');
            for (qint64 sent = 0; sent < size && sendAll(fd, block); sent += block.size()) {
            }
        }
        ::close(fd);
    }

    quint16 m_port = 0;
};

} // namespace Retryscope::Bench
