// SPDX-License-Identifier: MIT
#include "core/tap/drain_p.h"

namespace Retryscope {

namespace {

constexpr std::chrono::seconds patience{2};

} // namespace

Drain::Drain(Clock *clock, std::unique_ptr<StreamSocket> socket, QObject *parent)
    : QObject(parent)
    , m_socket(std::move(socket))
    , m_timer(clock->createTimer())
{
    connect(m_socket.get(), &StreamSocket::readyRead, this, &Drain::read);
    connect(m_socket.get(), &StreamSocket::broken, this, &QObject::deleteLater);
    m_timer->start(patience, [this] { deleteLater(); });
    m_socket->shutdownWrite();
    m_socket->setReading(true);
}

void Drain::read()
{
    QByteArray bytes;
    const StreamSocket::Read result = m_socket->read(&bytes);
    if (result == StreamSocket::Read::End || result == StreamSocket::Read::Broken)
        deleteLater();
}

} // namespace Retryscope

#include "moc_drain_p.cpp"
