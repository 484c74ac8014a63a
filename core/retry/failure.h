// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QMetaType>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtNetwork/QNetworkReply>

#include <optional>

namespace Retryscope {

//! \brief Why one attempt failed. A value, and complete: nothing else is needed to explain or to
//! decide.
//!
//! \par Source
//! Where the reply stood when it ended (was a status seen, did a timer fire, was the handshake
//! complete), then what a FailureInspector knows, and Qt's code last: one code has many causes.
struct RETRYSCOPE_EXPORT Failure
{
    Q_GADGET
public:
    //! \brief Why an attempt failed: the closed list.
    enum class Kind {
        Dns,         //!< the name could not be resolved
        Connect,     //!< no TCP connection to any address
        Tls,         //!< the handshake was cut or refused
        Certificate, //!< the peer's certificate was not accepted
        Io,          //!< the connection was lost before a final status
        Http2,       //!< stream refused or reset, or GOAWAY, before the headers
        Proxy,       //!< the proxy refused or broke; never retried
        Timeout,     //!< a timer of ours fired, see Failure::timeout; never retried
        Config,      //!< the request could not be sent as it was asked for; nothing was sent; never
                     //!< retried
        Cancelled,   //!< the caller gave up; never retried
        Body,        //!< after the status: truncated or damaged; never retried
    };
    Q_ENUM(Kind)

    //! \brief Which of the Timeouts fired.
    enum class TimeoutKind {
        Connect,    //!< Timeouts::connect
        FirstByte,  //!< Timeouts::firstByte
        IdleBytes,  //!< Timeouts::idleBytes
        IdleEvents, //!< Timeouts::idleEvents
        Total,      //!< Timeouts::total
    };
    Q_ENUM(TimeoutKind)

    //! \brief How far an attempt got.
    enum class Phase {
        Queued,  //!< waiting for one of QNetworkAccessManager's connections
        Dns,     //!< the name is being looked up
        Connect, //!< TCP
        Proxy,   //!< talking to the proxy
        Tls,     //!< the handshake
        Request, //!< the request is leaving
        Waiting, //!< the request has left, no response yet
        Head,    //!< the response has begun, its head is not whole
        Body,    //!< a final status was seen
    };
    Q_ENUM(Phase)

    //! \brief What a retry may cost.
    enum class Safety {
        NotSent,        //!< no byte of the request left
        Unprocessed,    //!< the peer has said so
        MaybeProcessed, //!< bytes left, no answer: a retry may be paid twice
        Answered,       //!< a final status was seen: never retried
    };
    Q_ENUM(Safety)

    //! Why, in one word.
    Kind kind = Kind::Io;
    //! Which limit was exceeded; only with Kind::Timeout.
    std::optional<TimeoutKind> timeout;
    //! How far the attempt got.
    Phase phase = Phase::Queued;
    //! What another attempt may cost.
    Safety safety = Safety::NotSent;

    //! What QNetworkAccessManager reported, unchanged. NoError where Qt reported nothing (a timer
    //! of ours, say).
    QNetworkReply::NetworkError qtError = QNetworkReply::NoError;
    //! Its text, unchanged: in English, and it may name the host and the path.
    QString qtErrorString;

    //! The exact cause in the terms of its standard where it is known: "CertificateExpired",
    //! "handshake_failure (40)", "DeadlineWouldExceed". Stable, not for people.
    QString cause;
    //! One sentence for people.
    QString message;
    //! The address that was used ("127.0.0.1:443"), where it is known.
    QString address;

    //! Equal in every field.
    friend bool operator==(const Failure &, const Failure &) = default;
};

//! Short for Failure::Kind.
using FailureKind = Failure::Kind;
//! Short for Failure::TimeoutKind.
using TimeoutKind = Failure::TimeoutKind;
//! Short for Failure::Phase.
using AttemptPhase = Failure::Phase;
//! Short for Failure::Safety.
using Safety = Failure::Safety;

//! Prints \a failure for people who debug; the form may change.
RETRYSCOPE_EXPORT QDebug operator<<(QDebug debug, const Failure &failure);

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::Failure)
