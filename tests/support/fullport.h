// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/closedport.h"

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
        sockaddr_in address{};
        socklen_t size = sizeof address;
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        if (::listen(m_port.descriptor(), 0) != 0
            || ::getsockname(m_port.descriptor(), generic, &size) != 0) {
            qFatal("no port");
        }
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
    }

    QUrl url() const { return m_port.url(); }

private:
    ClosedPort m_port; // until it listens
    QList<int> m_fillers;
};

} // namespace Retryscope::Test
