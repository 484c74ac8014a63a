// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QObject>
#include <QtCore/QString>

namespace Retryscope {

//! \brief The numbers of SOCKS5 (RFC 1928) and of its user name and password method (RFC 1929).
struct RETRYSCOPE_EXPORT Socks5
{
    Q_GADGET
public:
    enum class Method : quint8 { None = 0x00, Password = 0x02, NoneAcceptable = 0xff };
    Q_ENUM(Method)

    enum class Command : quint8 { Connect = 0x01, Bind = 0x02, UdpAssociate = 0x03 };
    Q_ENUM(Command)

    enum class Reply : quint8 {
        Succeeded = 0x00,
        GeneralFailure = 0x01,
        NotAllowed = 0x02,
        NetworkUnreachable = 0x03,
        HostUnreachable = 0x04,
        ConnectionRefused = 0x05,
        TtlExpired = 0x06,
        CommandNotSupported = 0x07,
        AddressTypeNotSupported = 0x08,
        //! Not in RFC 1928: a proxy behind this one failed. Qt reports UnknownNetworkError, as for
        //! most failures of a proxy of its own.
        ProxyFailed = 0x09,
    };
    Q_ENUM(Reply)

    //! What a server answers to the greeting, to the login and to the request. The bound address is
    //! always 0.0.0.0:0: it tells a client of CONNECT nothing it needs.
    static QByteArray methodAnswer(Method method);
    static QByteArray loginAnswer(bool accepted);
    static QByteArray requestAnswer(Reply reply);
};

//! \brief Where a client wants to be connected to.
struct RETRYSCOPE_EXPORT SocksTarget
{
    //! A name; empty where the client gave an address.
    QString name;
    //! 4 or 16 bytes in network order; empty where the client gave a name.
    QByteArray address;
    quint16 port = 0;

    friend bool operator==(const SocksTarget &, const SocksTarget &) = default;
};

//! \brief Reads what a SOCKS5 client sends, fed any split of its bytes, one message after another:
//! greeting, login, request. It stops at each until proceed(): a server answers in between.
//!
//! \par Errors
//! State::Error is final; errorText() says why and errorReply() what to answer a request by.
//! \par Threads
//! A plain object; any one thread at a time.
class RETRYSCOPE_EXPORT SocksReader
{
    Q_GADGET
public:
    enum class State { NeedMore, Greeting, Login, Request, Error };
    Q_ENUM(State)

    //! Bytes a client sent ahead of an answer are kept, up to 64 KiB.
    State feed(QByteArrayView bytes);
    //! Goes on to the message that follows this one: the login if \a expectLogin, else the request.
    State proceed(bool expectLogin = false);

    State state() const { return m_state; }

    bool offers(Socks5::Method method) const;

    QByteArray user() const { return m_user; }

    QByteArray password() const { return m_password; }

    //! May be none of the enumerators: a client can send any number.
    Socks5::Command command() const { return m_command; }

    SocksTarget target() const { return m_target; }

    QString errorText() const { return m_errorText; }

    //! None of these makes sense before the request: then close.
    Socks5::Reply errorReply() const { return m_errorReply; }

    //! True where the error is in the request, so that a reply can be given.
    bool isReplyDue() const { return m_expected == State::Request; }

    //! What followed the request: the first bytes of the tunnel.
    QByteArray takeRest();

private:
    State parse();
    State parseGreeting();
    State parseLogin();
    State parseRequest();
    State fail(const QString &text, Socks5::Reply reply = Socks5::Reply::GeneralFailure);

    quint8 byteAt(qsizetype index) const { return static_cast<quint8>(m_buffer.at(index)); }

    State m_state = State::NeedMore;
    State m_expected = State::Greeting;
    QByteArray m_buffer;
    QByteArray m_methods;
    QByteArray m_user;
    QByteArray m_password;
    Socks5::Command m_command = Socks5::Command::Connect;
    SocksTarget m_target;
    QString m_errorText;
    Socks5::Reply m_errorReply = Socks5::Reply::GeneralFailure;
};

} // namespace Retryscope
