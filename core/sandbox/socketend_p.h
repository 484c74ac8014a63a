// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QtGlobal>

class QAbstractSocket;
class QTcpSocket;

namespace Retryscope {

//! More than this is not written ahead of a client that does not read. Units: bytes.
constexpr qint64 longestBacklog = 256 * 1024;

//! What was written and has not reached the kernel, encrypted or not.
qint64 unwrittenBytes(const QTcpSocket &socket);

//! Sends a FIN, after everything that was written, and leaves the other direction open: closing
//! with unread bytes would make the kernel send an RST, and an RST takes answers with it that the
//! client has not read yet. Over TLS no close_notify goes out, as when a server dies.
void finishWriting(QAbstractSocket &socket);
//! Sends an RST and closes.
void resetConnection(QAbstractSocket &socket);
//! True once the kernel has sent everything it was given: an RST throws away what it has not.
bool allSent(const QAbstractSocket &socket);
//! The socket shall give packets out at once. \a socket is the descriptor's owner.
void sendAtOnce(QAbstractSocket &socket);

} // namespace Retryscope
