// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QMetaType>
#include <QtCore/QObject>

#include <chrono>

namespace Retryscope {

//! \brief One time-stamped fact about a run. A value; the fields of each name are listed in
//! traceevent.cpp, beside the names.
struct RETRYSCOPE_EXPORT TraceEvent
{
    Q_GADGET
public:
    //! \brief Who saw it, and so what kind of stamp an event has: "client", "policy" and "stream"
    //! stamps were taken when the news reached the caller's thread, "wire" stamps on the wire.
    enum class Source { Client, Wire, Policy, Stream };
    Q_ENUM(Source)

    //! \brief The names of trace events; the text form is lower case with a dot: RunStarted is
    //! "run.started".
    enum class Name {
        RunStarted,
        AttemptStarted,
        DnsStarted,
        DnsFinished,
        ConnectStarted,
        ConnectFinished,
        TlsStarted,
        TlsFinished,
        RequestSent,
        ResponseStarted,
        ResponseHead,
        BodyData,
        StreamEvent,
        StreamDelta,
        FaultInjected,
        AttemptFinished,
        PolicyDecided,
        WaitStarted,
        WaitFinished,
        RunFinished,
    };
    Q_ENUM(Name)

    //! Since the run began.
    std::chrono::microseconds t{0};
    //! From 1; 0 for the run as a whole.
    int attempt = 0;
    Source source = Source::Client;
    Name name = Name::RunStarted;
    QJsonObject fields;

    //! One JSON object without line breaks: t, attempt, source, event, then the fields.
    QByteArray toJsonLine() const;
    static Result<TraceEvent> fromJsonLine(const QByteArray &line);

    friend bool operator==(const TraceEvent &, const TraceEvent &) = default;
};

using TraceSource = TraceEvent::Source;
using TraceEventName = TraceEvent::Name;

RETRYSCOPE_EXPORT QString toString(TraceEventName name);
RETRYSCOPE_EXPORT QString toString(TraceSource source);

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::TraceEvent)
