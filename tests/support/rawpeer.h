// SPDX-License-Identifier: MIT
#pragma once

#include "core/tls/forge.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QThread>
#include <QtCore/QUrl>

#include <memory>
#include <optional>

namespace Retryscope::Test {

//! \brief One step of what a RawPeer does on a connection.
struct PeerStep
{
    enum class Kind {
        ReadRequest, //!< waits for a whole HTTP/1.1 request, and records it
        ReadSome,    //!< waits for any bytes (a ClientHello, say), and keeps them for pieces()
        Send,        //!< until the kernel has taken all of it
        Cork,     //!< holds back what is sent until the connection ends: one segment with the FIN
        Hold,     //!< waits for RawPeer::release()
        StartTls, //!< shakes hands as a server, with the credential that came with the scripts
        Fin,      //!< closes; over TLS with a close_notify
        BareFin,  //!< a FIN; over TLS without a close_notify, as where a process dies
        Rst,      //!< closes so that the other side sees a reset
        Stall,    //!< does nothing more and keeps the connection
    };

    Kind kind = Kind::Stall;
    QByteArray bytes;
};

using PeerScript = QList<PeerStep>;

inline PeerStep readRequest()
{
    return {PeerStep::Kind::ReadRequest, {}};
}

inline PeerStep readSome()
{
    return {PeerStep::Kind::ReadSome, {}};
}

inline PeerStep sendBytes(const QByteArray &bytes)
{
    return {PeerStep::Kind::Send, bytes};
}

inline PeerStep cork()
{
    return {PeerStep::Kind::Cork, {}};
}

inline PeerStep hold()
{
    return {PeerStep::Kind::Hold, {}};
}

inline PeerStep startTls()
{
    return {PeerStep::Kind::StartTls, {}};
}

inline PeerStep fin()
{
    return {PeerStep::Kind::Fin, {}};
}

inline PeerStep bareFin()
{
    return {PeerStep::Kind::BareFin, {}};
}

inline PeerStep rst()
{
    return {PeerStep::Kind::Rst, {}};
}

inline PeerStep stall()
{
    return {PeerStep::Kind::Stall, {}};
}

//! A whole response with a Content-Length.
QByteArray response(int status, const QByteArray &body, const QByteArray &extraHeaders = {});

//! \brief A request as it came over the wire.
struct PeerRequest
{
    QByteArray head;
    QByteArray body;

    //! The value of a header, or null.
    QByteArray header(const QByteArray &name) const;
};

//! \brief A TCP or TLS server on 127.0.0.1 that follows a script, byte for byte, in a thread of its
//! own, so that client and server share no event loop.
//!
//! Connection n gets the nth script; the last one serves all further connections. A script that has
//! no more steps keeps the connection open.
//! \par Threads
//! All methods may be called from any thread.
class RawPeer final
{
public:
    explicit RawPeer(const PeerScript &script);
    explicit RawPeer(const QList<PeerScript> &scripts);
    //! Shakes hands as a TLS server before the script begins, or where it says startTls(). The
    //! scheme of url() is that of the first script.
    RawPeer(const QList<PeerScript> &scripts, const Credential &credential);
    ~RawPeer();
    RawPeer(const RawPeer &) = delete;
    RawPeer &operator=(const RawPeer &) = delete;

    quint16 port() const { return m_port; }

    //! "http" without and "https" with a credential.
    QUrl url(const QString &path = QStringLiteral("/")) const;

    int connections() const;
    //! Requests that were received whole.
    int requests() const;
    QList<PeerRequest> received() const;
    //! What the steps of the kind ReadSome took, of all connections.
    QList<QByteArray> pieces() const;
    //! Connections whose scripts came to their end.
    int scriptsDone() const;

    //! Lets every connection pass one more step of the kind Hold.
    void release();

private:
    class Record;
    class Connection;
    class Server;

    const std::shared_ptr<Record> m_record;
    const bool m_isTls;
    QThread m_thread;
    Server *m_server = nullptr;
    quint16 m_port = 0;
};

} // namespace Retryscope::Test
