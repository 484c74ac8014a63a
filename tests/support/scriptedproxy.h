// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QStringList>
#include <QtCore/QThread>
#include <QtNetwork/QNetworkProxy>

#include <memory>

namespace Retryscope::Test {

//! \brief What a ScriptedProxy does with each of its connections.
struct ProxyAct
{
    enum class Kind {
        Serve,       //!< what a proxy is for
        CloseAtOnce, //!< before it has read anything
        CloseOnGreeting,
        ResetOnGreeting,
        AnswerGreeting, //!< with the bytes, then closes
        CloseOnRequest,
        ResetOnRequest,
        Answer,         //!< the request, with the bytes, and waits for the client to close
        AnswerAndClose, //!< likewise, and closes
        Hold,           //!< reads the request and serves it once release() is called
    };

    Kind kind = Kind::Serve;
    QByteArray bytes;
};

//! \brief An HTTP proxy (CONNECT and plain forwarding) or a SOCKS5 proxy on 127.0.0.1, in a thread
//! of its own, that serves, or fails as it is told.
//!
//! It takes every name for this machine: a request to http://origin.test:PORT/ that arrives proves
//! that nobody else looked the name up. An HTTP proxy's greeting is its request.
//! \par Threads
//! All methods may be called from any thread.
class ScriptedProxy final
{
public:
    enum class Protocol { Http, Socks5 };

    //! \a login: "user:password", demanded where it is not empty.
    explicit ScriptedProxy(Protocol protocol, const ProxyAct &act = {},
                           const QByteArray &login = {});
    ~ScriptedProxy();
    ScriptedProxy(const ScriptedProxy &) = delete;
    ScriptedProxy &operator=(const ScriptedProxy &) = delete;

    quint16 port() const { return m_port; }

    //! "127.0.0.1:PORT".
    QString address() const;
    //! "socks5h://LOGIN@127.0.0.1:PORT".
    QString url(const QString &login = {}) const;
    QNetworkProxy proxy(const QString &user = {}, const QString &password = {}) const;

    //! Serves what was held, and from now on holds nothing.
    void release();

    int connections() const;
    //! Where clients wanted to go, in order: "CONNECT origin.test:443", "GET
    //! http://origin.test:80/", "SOCKS origin.test:443", "SOCKS [::1]:443".
    QStringList requests() const;
    //! The logins that were given, right or wrong: "user:password".
    QStringList logins() const;

private:
    class Record;
    class Connection;
    class Server;

    const Protocol m_protocol;
    const std::shared_ptr<Record> m_record;
    QThread m_thread;
    Server *m_server = nullptr;
    quint16 m_port = 0;
};

} // namespace Retryscope::Test
