// SPDX-License-Identifier: MIT
#pragma once

#include "core/tls/forge.h"
#include "tests/support/hpack.h"
#include "tests/support/http2script.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QThread>
#include <QtCore/QUrl>

#include <memory>
#include <utility>

namespace Retryscope::Test {

//! \brief A request as it came over the wire.
struct Http2Request
{
    int connection = 0;  //!< from 1, in the order of acceptance
    quint32 stream = 0;  //!< 0 over HTTP/1.1
    HeaderFields fields; //!< over HTTP/1.1 too with ":method" and ":path", and in lower case
    qint64 bodySize = 0;
    QByteArray bodyHash; //!< SHA-256; empty until the request is whole

    bool isHttp2() const { return stream != 0; }

    bool isWhole() const { return !bodyHash.isEmpty(); }

    QByteArray field(const QByteArray &name) const { return fieldOf(fields, name); }
};

//! \brief What a client said on one connection, beside its requests.
struct Http2Connection
{
    bool isHttp2 = false;
    QList<std::pair<quint16, quint32>> settings;
    //! What its WINDOW_UPDATE frames added to the connection's window.
    qint64 windowUpdates = 0;
    QList<std::pair<quint32, Http2::Error>> resets; //!< streams and why
    QList<Http2::Error> goAways;
    bool isClosed = false;
    //! How the client broke the protocol; empty where it did not.
    QString problem;
};

struct Http2PeerOptions
{
    //! With a key: a TLS server, that chooses by ALPN.
    Credential credential = {};
    bool offersHttp2 = true;
    //! Identifiers and values for the peer's SETTINGS.
    QList<std::pair<quint16, quint32>> settings = {};
    //! Gives back at once what a body took of the windows.
    bool updatesWindows = true;
    //! Acknowledges at once what it receives (TCP_QUICKACK) instead of up to 40 ms later.
    bool acknowledgesAtOnce = false;
};

//! \brief An HTTP/2 server on 127.0.0.1 that follows scripts, frame by frame, in a thread of its
//! own, so that client and server share no event loop. In clear it takes prior knowledge. A client
//! that speaks HTTP/1.1 instead is served the same scripts, as far as HTTP/1.1 has words for them;
//! what it has none for closes the connection.
//!
//! Request n, over all connections, gets the nth script; the last one serves all further requests.
//! \par Threads
//! All methods may be called from any thread.
class Http2Peer final
{
public:
    explicit Http2Peer(const QList<Http2::Script> &scripts, const Http2PeerOptions &options = {});
    ~Http2Peer();
    Http2Peer(const Http2Peer &) = delete;
    Http2Peer &operator=(const Http2Peer &) = delete;

    quint16 port() const { return m_port; }

    //! "https" with a credential, else "http".
    QUrl url(const QString &path = QStringLiteral("/")) const;

    //! In the order of their headers.
    QList<Http2Request> requests() const;
    QList<Http2Connection> connections() const;

private:
    class Server;

    const std::shared_ptr<class Http2Record> m_record;
    const bool m_isTls;
    QThread m_thread;
    Server *m_server = nullptr;
    quint16 m_port = 0;
};

} // namespace Retryscope::Test
