// SPDX-License-Identifier: MIT
#pragma once

#include "core/tap/readerecho_p.h"
#include "core/tap/unreadprobe_p.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace Retryscope {

class StreamSocket;

//! \brief Lets through no more than a client behind QSocks5SocketEngine can take without losing it.
//!
//! That engine (Qt 6.4.2, qsocks5socketengine.cpp) tells its socket of new bytes once an arrival,
//! and QNetworkAccessManager takes 64 KiB each time (qhttpnetworkconnectionchannel.cpp). What is
//! left stays in the engine until still more comes, and is thrown away at the end of the
//! connection: of 5 MB sent at once, up to three quarters of a megabyte were missing in 13 of 32
//! runs. Where no arrival is larger than half of what is taken, nothing can stay behind, however
//! late the client's thread runs.
//!
//! \par Ownership
//! Borrows the socket and the reader, which may be null.
//! \par Threads
//! The socket's.
class ClientGate final : public QObject
{
    Q_OBJECT
public:
    //! Two arrivals may become one where the client's thread is late. Units: bytes.
    static constexpr qsizetype most = 32 * 1024;

    ClientGate(StreamSocket *client, QObject *reader, QObject *parent);

    //! True if \a size bytes, at most `most`, may be written now; they count as written then.
    bool pass(qsizetype size);
    //! True if the client has read all there was.
    bool isIdle();
    //! opened() follows, once: then it is worth asking again.
    void wait();
    void cancel();

Q_SIGNALS:
    void opened();

private:
    qint64 unread();

    StreamSocket *m_client;
    UnreadProbe m_probe;
    ReaderEcho m_echo;
    QTimer m_timer;
    //! At most this much is unread: what was written since the probe last said.
    qint64 m_unreadAtMost = 0;
    int m_polls = 0;
    //! A whole interval has gone by since bytes were let through last.
    bool m_waited = false;
};

} // namespace Retryscope
