// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QList>
#include <QtCore/QUrl>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Retryscope::Test {

//! A port of 127.0.0.1 whose queue of connections is full: a SYN gets no answer.
class FullPort final
{
public:
    FullPort()
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_listener, generic, size) != 0 || ::listen(m_listener, 0) != 0
            || ::getsockname(m_listener, generic, &size) != 0) {
            qFatal("no port");
        }
        m_port = ntohs(address.sin_port);
        // A queue of zero takes one or two connections, as the kernel likes: two are enough, since
        // the third would wait for ever and so is ours to see.
        for (int i = 0; i < 2; ++i) {
            const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            ::connect(fd, generic, size);
            m_fillers.append(fd);
        }
    }

    ~FullPort()
    {
        for (const int fd : std::as_const(m_fillers))
            ::close(fd);
        ::close(m_listener);
    }

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_port)); }

private:
    int m_listener = -1;
    QList<int> m_fillers;
    quint16 m_port = 0;
};

} // namespace Retryscope::Test
