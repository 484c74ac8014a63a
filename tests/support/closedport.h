// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QUrl>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Retryscope::Test {

//! A port of 127.0.0.1 on which nobody listens, and nobody else can: it is bound. One that was only
//! free a moment ago is soon the port of a test that runs beside this one, which then counts
//! connections that are none of its own.
class ClosedPort final
{
public:
    ClosedPort() : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_socket, generic, size) != 0 || ::getsockname(m_socket, generic, &size) != 0)
            qFatal("no port");
        m_port = ntohs(address.sin_port);
    }

    ~ClosedPort() { ::close(m_socket); }

    Q_DISABLE_COPY_MOVE(ClosedPort)

    quint16 port() const { return m_port; }

    int descriptor() const { return m_socket; }

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_port)); }

private:
    int m_socket;
    quint16 m_port = 0;
};

} // namespace Retryscope::Test
