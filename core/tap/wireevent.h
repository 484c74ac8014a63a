// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/fault/fault.h"

#include <QtCore/QDebug>
#include <QtCore/QMetaType>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>

namespace Retryscope {

//! \brief What the tap saw on the wire. Values; which fields are set depends on the kind.
struct RETRYSCOPE_EXPORT WireEvent
{
    Q_GADGET
public:
    enum class Kind {
        DnsStarted,      //!< host
        DnsFinished,     //!< host; addresses, or error
        ConnectStarted,  //!< address (one per address tried)
        ConnectFinished, //!< address; error if it failed
        //! host (with its port), via: another proxy is asked for a way, and looks the name up
        ProxyStarted,
        //! host, via; error if there is none, with the cause in detail, and whose failure it is
        ProxyFinished,
        TlsClientHello, //!< serverName, alpn
        TlsServerHello, //!< tlsVersion, alpn where the ServerHello shows it (TLS 1.2)
        //! fromServer, alertLevel, alertCode, detail (the alert's name); clear alerts only
        TlsAlert,
        //! fromServer: the first application record in this direction behind the handshake; the
        //! server's is the first behind the client's
        TlsFirstData,
        //! The first byte of the request (plain), or of its first application record (TLS).
        RequestSeen,
        //! The first byte of the response, likewise; status: on plain HTTP, where it begins with a
        //! whole head; error: it is no HTTP; detail: where it may be something else (TLS 1.3 hides
        //! session tickets among the data).
        ResponseSeen,
        FaultInjected, //!< fault; detail says what was done
        //! fault; detail: why it cannot be made here. Nothing was passed on.
        FaultRefused,
        //! host, tlsVersion, alpn (agreed on with the endpoint), detail: TLS ends at the tap, as it
        //! was asked to. With an error: the endpoint's was not accepted, and it does not.
        TlsTerminated,
        //! Once a connection that was made: fromServer: who closed first; detail: "FIN" or "RST";
        //! bytesUp, bytesDown: what was passed on; alertLevel, alertCode: of the alert that this
        //! side sent before in clear (level 0: none). A fault that closes counts as the server.
        Closed,
    };
    Q_ENUM(Kind)

    Kind kind = Kind::Closed;
    //! A stamp of the tap's Clock.
    std::chrono::nanoseconds stamp{0};
    //! The attempt of the connection's user name; 0 if it had none.
    int attempt = 0;
    //! Counts the tap's connections from 1.
    quint64 connection = 0;

    QString host;
    //! "127.0.0.1:443".
    QString address;
    QStringList addresses;
    //! What went wrong, in the system's words; empty if nothing did.
    QString error;
    //! "127.0.0.1:3128": the proxy that the tap goes through. Never credentials.
    QString via;
    //! Of a look-up or connection: the proxy's own, not the endpoint's.
    bool toProxy = false;
    //! The proxy works, and says that it does not reach the endpoint, or does not find its name.
    bool isTargetsFailure = false;
    bool isNamesFailure = false;
    QString serverName;
    QStringList alpn;
    //! "TLS 1.3".
    QString tlsVersion;
    QString detail;
    Fault fault;
    bool fromServer = false;
    //! Closed, in clear: the request was not whole by then.
    bool isRequestCut = false;
    int alertLevel = 0;
    int alertCode = 0;
    int status = 0;
    qint64 bytesUp = 0;
    qint64 bytesDown = 0;

    friend bool operator==(const WireEvent &, const WireEvent &) = default;
};

RETRYSCOPE_EXPORT QDebug operator<<(QDebug debug, const WireEvent &event);

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::WireEvent)
