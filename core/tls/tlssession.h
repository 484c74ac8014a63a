// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/tls/forge.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtNetwork/QSslCertificate>

#include <memory>
#include <optional>

namespace Retryscope {

//! \brief One end of a TLS connection without a socket: bytes of the wire go in and come out, and
//! so do those of the application.
//!
//! QSslSocket cannot stand in a truthful relay: like QTcpSocket it reports a reset as an end, it
//! always says goodbye with a close_notify, and it refuses to show a certificate with a weak key.
//!
//! \par Errors
//! State::Failed is final; errorText() says why. What has to be sent about it (an alert) is in
//! takeOutput() all the same.
//! \par Threads
//! Each object belongs to one thread at a time.
class RETRYSCOPE_EXPORT TlsSession final
{
    Q_GADGET
public:
    enum class State {
        Handshaking,
        Open,
        Ended, //!< the peer has said close_notify; writing is still possible
        Failed,
    };
    Q_ENUM(State)

    //! \brief How a server's end answers.
    struct Server
    {
        Credential credential = {};
        //! ALPN, the favourite first; where the client offers none of them, none is chosen.
        QList<QByteArray> protocols = {};
        //! Asks for a certificate and ends the handshake where there is none.
        bool demandsCertificate = false;
    };

    //! \brief What a client's end asks for, and whom it trusts.
    struct Client
    {
        //! A name (sent as SNI, unless it is an address), which the certificate must be for.
        QString host = {};
        QList<QByteArray> protocols = {};
        QList<QSslCertificate> authorities = {};
        //! False: any certificate will do.
        bool verifies = true;
    };

    explicit TlsSession(const Server &server);
    //! The ClientHello is in takeOutput() at once.
    explicit TlsSession(const Client &client);
    ~TlsSession();
    TlsSession(const TlsSession &) = delete;
    TlsSession &operator=(const TlsSession &) = delete;

    //! Takes bytes of the wire and returns those of the application that they bring.
    QByteArray feed(const QByteArray &bytes);
    //! Only while Open or Ended.
    void write(const QByteArray &bytes);
    //! The close_notify.
    void finish();
    //! Bytes for the wire.
    QByteArray takeOutput();

    State state() const;
    QString errorText() const;
    //! Why the peer's certificate was turned down, in OpenSSL's words; empty if it was not.
    QString certificateError() const;
    //! The fatal alert that the peer sent; none if it sent none.
    std::optional<int> receivedAlert() const;
    //! What ALPN agreed on; empty without.
    QByteArray protocol() const;
    //! "TLS 1.3"; empty before it is known.
    QString version() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Retryscope
