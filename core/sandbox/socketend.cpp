// SPDX-License-Identifier: MIT
#include "core/sandbox/socketend_p.h"

#include <QtCore/QVariant>
#include <QtNetwork/QSslSocket>

#include <sys/ioctl.h>
#include <sys/socket.h>

#ifdef Q_OS_LINUX
#    include <linux/sockios.h>
#endif

namespace Retryscope {

namespace {

int descriptorOf(const QAbstractSocket &socket)
{
    return static_cast<int>(socket.socketDescriptor());
}

} // namespace

qint64 unwrittenBytes(const QTcpSocket &socket)
{
    const auto *tls = qobject_cast<const QSslSocket *>(&socket);
    return socket.bytesToWrite() + (tls ? tls->encryptedBytesToWrite() : 0);
}

void finishWriting(QAbstractSocket &socket)
{
    // Fails only where the client is gone already, and then there is nobody to tell.
    ::shutdown(descriptorOf(socket), SHUT_WR);
}

void resetConnection(QAbstractSocket &socket)
{
    const linger none{1, 0};
    ::setsockopt(descriptorOf(socket), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    socket.abort();
}

bool allSent(const QAbstractSocket &socket)
{
#ifdef SIOCOUTQNSD
    int unsent = 0;
    return ::ioctl(descriptorOf(socket), SIOCOUTQNSD, &unsent) != 0 || unsent == 0;
#else
    Q_UNUSED(socket);
    return true;
#endif
}

void sendAtOnce(QAbstractSocket &socket)
{
    socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

} // namespace Retryscope
