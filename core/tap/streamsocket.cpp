// SPDX-License-Identifier: MIT
#include "core/tap/streamsocket_p.h"

#include <QtCore/QMetaObject>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Retryscope {

namespace {

constexpr qsizetype readSize = 64 * 1024;
//! drained() comes when less than this waits.
constexpr qint64 lowWater = 64 * 1024;

#if defined(MSG_NOSIGNAL)
constexpr int sendFlags = MSG_NOSIGNAL;
#else
constexpr int sendFlags = 0;
#endif

void setOption(int descriptor, int level, int option, int value)
{
    ::setsockopt(descriptor, level, option, &value, sizeof value);
}

// As much as a fast upload needs between two turns of the event loop.
constexpr int clientBacklog = 256 * 1024;

bool isTransient(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

socklen_t fillAddress(const QHostAddress &address, quint16 port, sockaddr_storage *storage)
{
    *storage = {};
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        auto *v4 = reinterpret_cast<sockaddr_in *>(storage);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        v4->sin_addr.s_addr = htonl(address.toIPv4Address());
        return sizeof *v4;
    }
    auto *v6 = reinterpret_cast<sockaddr_in6 *>(storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::memcpy(&v6->sin6_addr, &bytes, sizeof bytes);
    v6->sin6_scope_id = address.scopeId().toUInt();
    return sizeof *v6;
}

} // namespace

void StreamSocket::limitBacklog(qintptr listener)
{
    setOption(static_cast<int>(listener), SOL_SOCKET, SO_RCVBUF, clientBacklog);
}

StreamSocket::StreamSocket(qintptr descriptor, QObject *parent)
    : QObject(parent)
    , m_acknowledgesAtOnce(true)
{
    adopt(static_cast<int>(descriptor));
}

StreamSocket::StreamSocket(QObject *parent) : QObject(parent)
{}

StreamSocket::~StreamSocket()
{
    close();
}

void StreamSocket::adopt(int descriptor)
{
    m_descriptor = descriptor;
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    // The tap must not wait for the other end's acknowledgements, as QNAM does.
    setOption(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
#if defined(SO_NOSIGPIPE)
    setOption(descriptor, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
    m_readable = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
    m_readable->setEnabled(false);
    connect(m_readable.get(), &QSocketNotifier::activated, this, &StreamSocket::readyRead);
    m_writable = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Write);
    m_writable->setEnabled(false);
    connect(m_writable.get(), &QSocketNotifier::activated, this, [this] {
        if (m_connecting)
            watchConnect();
        else
            flush();
    });
}

void StreamSocket::connectTo(const QHostAddress &address, quint16 port)
{
    sockaddr_storage storage;
    const socklen_t size = fillAddress(address, port, &storage);
    const int descriptor = ::socket(storage.ss_family, SOCK_STREAM, 0);
    if (descriptor >= 0) {
        adopt(descriptor);
        m_connecting = true;
        if (::connect(descriptor, reinterpret_cast<sockaddr *>(&storage), size) == 0
            || errno == EINPROGRESS || errno == EINTR) {
            m_writable->setEnabled(true);
            return;
        }
    }
    m_lastError = errno;
    close();
    QMetaObject::invokeMethod(this, &StreamSocket::connectFailed, Qt::QueuedConnection);
}

void StreamSocket::watchConnect()
{
    m_connecting = false;
    m_writable->setEnabled(false);
    socklen_t size = sizeof m_lastError;
    ::getsockopt(m_descriptor, SOL_SOCKET, SO_ERROR, &m_lastError, &size);
    if (m_lastError == 0) {
        Q_EMIT connected();
        return;
    }
    close();
    Q_EMIT connectFailed();
}

quint16 StreamSocket::localPort() const
{
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (::getsockname(m_descriptor, reinterpret_cast<sockaddr *>(&storage), &size) != 0)
        return 0;
    return ntohs(storage.ss_family == AF_INET6
                     ? reinterpret_cast<sockaddr_in6 *>(&storage)->sin6_port
                     : reinterpret_cast<sockaddr_in *>(&storage)->sin_port);
}

QString StreamSocket::lastErrorText() const
{
    return QString::fromStdString(std::generic_category().message(m_lastError));
}

void StreamSocket::setReading(bool on)
{
    if (m_readable)
        m_readable->setEnabled(on);
}

StreamSocket::Read StreamSocket::read(QByteArray *bytes, qsizetype maxSize)
{
    bytes->clear();
    if (!isOpen())
        return Read::Nothing;
    const qsizetype wanted = std::min(maxSize, readSize);
    bytes->resize(wanted);
    const ssize_t size = ::recv(m_descriptor, bytes->data(), static_cast<size_t>(wanted), 0);
    const int error = errno;
    bytes->resize(size > 0 ? size : 0);
    // Whoever keeps a few bytes shall not keep the whole room they were read into.
    if (size < wanted / 2)
        bytes->squeeze();
    if (size > 0) {
        acknowledge();
        return Read::Data;
    }
    if (size < 0 && isTransient(error))
        return Read::Nothing;
    // Nothing more will come; a notifier left on would spin.
    setReading(false);
    // A failed write has taken the error of a reset away from the system; what is left looks like
    // an end.
    if (size == 0 && !m_writeFailed)
        return Read::End;
    m_lastError = size == 0 ? m_lastError : error;
    return Read::Broken;
}

//! QNAM leaves Nagle's algorithm on (qhttpnetworkconnectionchannel.cpp) and writes an HTTP/2
//! request in two pieces: the second would wait for the acknowledgement of the first, which the
//! system delays by 40 ms. Linux forgets the option again, so it is set each time.
void StreamSocket::acknowledge()
{
#if defined(TCP_QUICKACK)
    if (m_acknowledgesAtOnce)
        setOption(m_descriptor, IPPROTO_TCP, TCP_QUICKACK, 1);
#endif
}

void StreamSocket::write(const QByteArray &bytes)
{
    if (!isOpen() || m_writeFailed || bytes.isEmpty())
        return;
    Q_ASSERT_X(!m_shutdownDue, "StreamSocket::write", "nothing may follow shutdownWrite()");
    m_pending.enqueue(bytes);
    m_pendingSize += bytes.size();
    if (m_pending.size() == 1)
        flush();
}

void StreamSocket::flush()
{
    const bool wasFull = m_pendingSize >= lowWater;
    while (!m_pending.isEmpty()) {
        const QByteArray &first = m_pending.head();
        const auto left = static_cast<size_t>(first.size() - m_firstOffset);
        const ssize_t sent =
            ::send(m_descriptor, first.constData() + m_firstOffset, left, sendFlags);
        if (sent < 0) {
            if (!isTransient(errno)) {
                failWriting(errno);
                return;
            }
            break;
        }
        m_pendingSize -= sent;
        m_firstOffset += sent;
        if (m_firstOffset == first.size()) {
            m_pending.dequeue();
            m_firstOffset = 0;
        }
    }
    m_writable->setEnabled(!m_pending.isEmpty());
    if (m_pending.isEmpty() && m_shutdownDue)
        sendFin();
    if (wasFull && m_pendingSize < lowWater)
        Q_EMIT drained();
}

void StreamSocket::failWriting(int error)
{
    m_lastError = error;
    m_pending.clear();
    m_pendingSize = 0;
    m_firstOffset = 0;
    m_writeFailed = true;
    m_writable->setEnabled(false);
    // Through the loop: whoever writes does not expect to lose the socket inside write().
    QMetaObject::invokeMethod(this, &StreamSocket::drained, Qt::QueuedConnection);
    QMetaObject::invokeMethod(this, &StreamSocket::broken, Qt::QueuedConnection);
}

bool StreamSocket::isAllSent() const
{
    int unsent = 0;
    return !isOpen() || ::ioctl(m_descriptor, TIOCOUTQ, &unsent) != 0 || unsent == 0;
}

bool StreamSocket::hasPeerLeft() const
{
#ifdef POLLRDHUP
    constexpr short ended = POLLRDHUP;
#else
    constexpr short ended = 0;
#endif
    pollfd watched{.fd = m_descriptor, .events = ended, .revents = 0};
    return !isOpen() || (::poll(&watched, 1, 0) > 0 && watched.revents != 0);
}

void StreamSocket::shutdownWrite()
{
    if (!isOpen() || m_shutdownDue)
        return;
    m_shutdownDue = true;
    if (m_pending.isEmpty())
        sendFin();
}

void StreamSocket::sendFin()
{
    ::shutdown(m_descriptor, SHUT_WR);
    m_writeShut = true;
    QMetaObject::invokeMethod(this, &StreamSocket::writeShut, Qt::QueuedConnection);
}

void StreamSocket::reset()
{
    if (!isOpen())
        return;
    const linger hard{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
}

void StreamSocket::close()
{
    if (!isOpen())
        return;
    // The notifiers go first: a descriptor is reused at once. They may be what called us.
    for (auto *notifier : {&m_readable, &m_writable}) {
        (*notifier)->setEnabled(false);
        (*notifier)->disconnect(this);
        notifier->release()->deleteLater();
    }
    ::close(m_descriptor);
    m_descriptor = -1;
    m_pending.clear();
    m_pendingSize = 0;
}

} // namespace Retryscope

#include "moc_streamsocket_p.cpp"
