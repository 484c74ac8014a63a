// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/fault/fault.h"

#include <QtCore/QList>
#include <QtCore/QString>

#include <optional>
#include <span>

namespace Retryscope {

//! \brief One parameter of a fault.
struct RETRYSCOPE_EXPORT FaultParameter
{
    QString name = {};
    FaultValue defaultValue = {};
    qint64 minimum = 0;
    qint64 maximum = 0;
    //! Also accepts a number of bytes ("100b") where the default unit is events.
    bool takesBytes = false;
    //! Left out where it is not given: the default is only a proposal for editors, and whoever
    //! makes the fault looks whether Fault::parameters contains it.
    bool optional = false;
    //! A short description for help and tool tips.
    QString summary = {};
};

//! \brief One row of the catalogue.
struct RETRYSCOPE_EXPORT FaultDescriptor
{
    Q_GADGET
public:
    //! \brief When in an exchange a fault strikes; the order is that of an exchange.
    enum class Phase {
        None,
        Dns,
        Connect,
        Proxy,
        Tls,
        Request,
        BeforeStatus,
        Head,
        Status,
        Body,
        Stream,
        Http2, //!< of HTTP/2's own framing, before the status or within the body
    };
    Q_ENUM(Phase)

    //! \brief Who can make a fault.
    enum class Site {
        Tap, //!< the tap, against any endpoint
        //! The tap where it can read the exchange (plain http, or TLS that it terminates), and the
        //! sandbox where FaultDescriptor::bySandbox says so.
        Http,
        Sandbox, //!< only where the endpoint is the sandbox
    };
    Q_ENUM(Site)

    FaultKind kind = FaultKind::None;
    //! The name in fault plans; "http-NNN" for HttpStatus.
    QString name = {};
    Phase phase = Phase::None;
    Site site = Site::Tap;
    //! Needs an endpoint that speaks TLS.
    bool needsTls = false;
    //! The sandbox makes it where it is the endpoint.
    bool bySandbox = false;
    //! Nothing ends it but the client's patience.
    bool waits = false;
    //! What is done on the wire, in a sentence.
    QString summary = {};
    QList<FaultParameter> parameters = {};
};

using FaultPhase = FaultDescriptor::Phase;
using FaultSite = FaultDescriptor::Site;

//! Every fault, in the order of an exchange, "ok" first.
RETRYSCOPE_EXPORT std::span<const FaultDescriptor> faultCatalogue();
//! The row of a kind.
RETRYSCOPE_EXPORT const FaultDescriptor &faultDescriptor(FaultKind kind);
//! The row of a name ("http-503" finds "http-NNN"), or null.
RETRYSCOPE_EXPORT const FaultDescriptor *findFault(const QString &name);
//! The known name with the smallest edit distance to what was typed ("http-NNN" for what resembles
//! a status).
RETRYSCOPE_EXPORT QString nearestFaultName(const QString &typed);

} // namespace Retryscope
