// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/fault/faultvalue.h"

#include <QtCore/QDebug>
#include <QtCore/QMap>
#include <QtCore/QMetaType>
#include <QtCore/QObject>
#include <QtCore/QString>

#include <optional>

namespace Retryscope {

//! \brief One fault with its parameters. A value.
struct RETRYSCOPE_EXPORT Fault
{
    Q_GADGET
public:
    //! \brief What can be done to an attempt on purpose. Names, parameters and sites are in the
    //! catalogue (faultcatalogue.h).
    enum class Kind {
        None, //!< "ok": no fault
        // dns
        Dns,
        DnsSlow,
        DnsTimeout,
        DnsWrong,
        // connect
        Refused,
        Blackhole,
        Reset,
        Close,
        Unreachable,
        TtlExpired,
        Latency,
        // proxy
        ProxyGeneral,
        ProxyDenied,
        ProxyAuth,
        ProxyGarbage,
        ProxyClose,
        // tls
        TlsSelfSigned,
        TlsExpired,
        TlsNotYet,
        TlsWrongHost,
        TlsUnknownCa,
        TlsWeakKey,
        TlsClientCert,
        TlsAlert,
        TlsPlain,
        TlsGarbage,
        TlsClose,
        TlsReset,
        TlsStall,
        TlsBadMac,
        // request
        WriteReset,
        WriteClose,
        WriteStall,
        // before the status
        Eof,
        Rst,
        Silence,
        Garbage,
        ContinueEof,
        EarlyHints,
        // head
        HeadCut,
        HeadReset,
        HeadDribble,
        HeadHuge,
        HeadMalformed,
        // status
        HttpStatus,
        Redirect,
        Html200,
        Empty200,
        Quota,
        // body
        Cut,
        BodyReset,
        Stall,
        ShortLength,
        LongLength,
        BadChunk,
        NoLastChunk,
        GzipCorrupt,
        GzipCut,
        NotGzip,
        Throttle,
        Slice,
        SlowClose,
        // stream
        NoTerminal,
        ErrorEvent,
        BadJson,
        SplitUtf8,
        SplitCrlf,
        Crlf,
        CrOnly,
        Bom,
        Comments,
        Duplicate,
        Drop,
        BigEvent,
        PingsOnly,
        SlowFirst,
        WrongDialect,
        LengthStop,
        Refusal,
        // http/2
        Http2Reset,
        Http2GoAway,
    };
    Q_ENUM(Kind)

    Kind kind = Kind::None;
    //! Only for HttpStatus, whose name carries it: "http-429".
    int status = 0;
    //! Parameters that were given; what is missing has the catalogue's default.
    QMap<QString, FaultValue> parameters;

    bool isNone() const { return kind == Kind::None; }

    //! The given value, or the catalogue's default; asking for a parameter the fault does not have
    //! is a broken promise.
    FaultValue parameter(const QString &name) const;
    //! The text form: "refused", "latency(ms=250)", "http-429(retry-after=2)", "ok".
    QString toString() const;

    friend bool operator==(const Fault &, const Fault &) = default;
};

using FaultKind = Fault::Kind;

RETRYSCOPE_EXPORT QDebug operator<<(QDebug debug, const Fault &fault);

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::Fault)
