// SPDX-License-Identifier: MIT
#pragma once

class QAbstractSocket;

namespace Retryscope {

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
