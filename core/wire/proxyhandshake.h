// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/wire/socks5.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QObject>
#include <QtCore/QString>

namespace Retryscope {

//! \brief How a client asks an HTTP proxy (CONNECT) or a SOCKS5 proxy for a connection, fed any
//! split of what the proxy answers.
//!
//! \par Errors
//! State::Failed is final. errorText() is what happened, to follow a colon, without user name or
//! password; cause() the same in the terms of its standard.
//! \par Threads
//! A plain object; any one thread at a time.
class RETRYSCOPE_EXPORT ProxyHandshake
{
    Q_GADGET
public:
    enum class Protocol { Http, Socks5 };
    Q_ENUM(Protocol)

    enum class State { NeedMore, Done, Failed };
    Q_ENUM(State)

    //! \brief Whose failure it is.
    enum class Blame {
        Proxy,  //!< it refused, wants a login, or does not speak the protocol
        Name,   //!< the proxy did not find the target's name
        Target, //!< the proxy did not reach the target, and says so
    };
    Q_ENUM(Blame)

    //! Without a login both \a user and \a password are empty; SOCKS5 takes 255 bytes of each.
    ProxyHandshake(Protocol protocol, const SocksTarget &target, const QByteArray &user = {},
                   const QByteArray &password = {});

    //! What is to be sent now. The first bytes are there from the start.
    QByteArray takeOutput();
    //! How many bytes may be read: what comes behind the answer belongs to the tunnel.
    qsizetype wanted() const;
    //! At most wanted() bytes.
    State feed(QByteArrayView bytes);
    //! The proxy closed, or reset, the connection.
    State end();

    State state() const { return m_state; }

    Blame blame() const { return m_blame; }

    QString cause() const { return m_cause; }

    QString errorText() const { return m_errorText; }

private:
    enum class Step { HttpHead, SocksMethod, SocksLogin, SocksReply };

    State feedHttp();
    State judgeStatus(QByteArrayView line);
    State feedSocks();
    State judgeReply(quint8 reply);
    State expect(Step step, qsizetype size);
    State fail(Blame blame, const QString &cause, const QString &text);

    State m_state = State::NeedMore;
    Step m_step = Step::HttpHead;
    Blame m_blame = Blame::Proxy;
    SocksTarget m_target;
    QByteArray m_user;
    QByteArray m_password;
    QByteArray m_output;
    QByteArray m_input;
    //! Bytes of the message that is expected, as far as they are known (SOCKS5).
    qsizetype m_size = 0;
    QString m_cause;
    QString m_errorText;
};

} // namespace Retryscope
