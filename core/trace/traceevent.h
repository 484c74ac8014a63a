// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QMetaType>
#include <QtCore/QObject>

#include <chrono>
#include <optional>

namespace Retryscope {

//! \brief One time-stamped fact about a run. A value; the fields are listed beside the names.
//!
//! Fields are never called t, attempt, source or event: those stand in front of every line. Fields
//! in _us are whole microseconds. Readers ignore names and fields that they do not know.
struct RETRYSCOPE_EXPORT TraceEvent
{
    Q_GADGET
public:
    //! \brief Who saw it, and so what kind of stamp an event has: "client", "policy" and "stream"
    //! stamps were taken when the news reached the caller's thread, "wire" stamps on the wire.
    enum class Source { Client, Wire, Policy, Stream };
    Q_ENUM(Source)

    //! \brief The names of trace events; the text form is lower case with a dot: RunStarted is
    //! "run.started". "?" marks fields that may be missing.
    enum class Name {
        RunStarted,      //!< schema, scenario {}, version, qt, seed, endpoint, dialect
        AttemptStarted,  //!< url, method, headers [[name, value], ...], body_bytes
        DnsStarted,      //!< host
        DnsFinished,     //!< host, addresses [], error?
        ConnectStarted,  //!< address; one event per address that is tried
        ConnectFinished, //!< address, error?
        TlsStarted,      //!< server_name, alpn []
        TlsAnswered,     //!< version, alpn []; the ServerHello on the wire
        TlsFinished,     //!< version, cipher and alpn, or error and alert?
        TlsCertificates, //!< chain [{subject, issuer, names [], not_before, not_after, key,
                         //!< sha256}, ...], the server's own first; errors [{certificate?: its
                         //!< place in the chain, error, text}, ...], empty where it was accepted
        TlsTerminated,   //!< host, version, alpn [], detail, simulated, error?: TLS ends at the tap
        RequestSent,     //!< send?: which copy of the attempt's request, from 1; over 1 only where
                         //!< Qt repeats a request on its own; of the wire: one a connection
        ResponseStarted, //!< its first byte; error?: it is no HTTP
        ResponseHead,    //!< status, reason, http_version, headers [[name, value], ...]
        BodyData,        //!< offset, bytes
        StreamEvent,     //!< index, offset, bytes, type, data, content, terminal
        StreamDelta,     //!< delta "text|reasoning|refusal|tool|usage|stop|error", text?, choice?,
                         //!< index?, id?, name?, type?, usage? {input_tokens, ...}
        ConnectionClosed, //!< by "client|server", how "FIN|RST", alert?, bytes_up, bytes_down
        FaultInjected,    //!< fault (text form), detail, simulated
        AttemptFinished,  //!< failure (null, or kind, timeout?, phase, safety, qt_error,
                          //!< qt_error_name, qt_error_string, cause, message, address, simulated),
                          //!< status, wire_sends, reused_connection, duration_us
        PolicyDecided,    //!< retry, reason, base_us?, factor?, delay_us?; attempt: the one that
                          //!< failed
        WaitStarted,      //!< delay_us; attempt: the one that failed
        WaitFinished,     //!< late_us, cut_short; attempt: the one that failed
        RunFinished,      //!< what "--output summary" prints, less the text
    };
    Q_ENUM(Name)

    //! Since the run began.
    std::chrono::microseconds t{0};
    //! From 1; 0 for the run as a whole.
    int attempt = 0;
    Source source = Source::Client;
    Name name = Name::RunStarted;
    QJsonObject fields;

    //! The version of this format that run.started carries.
    static constexpr int Schema = 1;

    //! One JSON object without line breaks: t, attempt, source, event in this order, then the
    //! fields.
    QByteArray toJsonLine() const;
    //! None: an event with a name or a source that this version does not know. Errors: what is
    //! wrong with the line, with the member's name as the field.
    static Result<std::optional<TraceEvent>> fromJsonLine(const QByteArray &line);
    //! The same without the fields, and without a look at them where the line is as toJsonLine()
    //! writes it. None: whatever fromJsonLine() gives none or an error for.
    static std::optional<TraceEvent> headFromJsonLine(const QByteArray &line);

    friend bool operator==(const TraceEvent &, const TraceEvent &) = default;
};

using TraceSource = TraceEvent::Source;
using TraceEventName = TraceEvent::Name;

RETRYSCOPE_EXPORT QString toString(TraceEventName name);
RETRYSCOPE_EXPORT QString toString(TraceSource source);

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::TraceEvent)
