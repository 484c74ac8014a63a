// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/trace/redactor.h"
#include "core/trace/trace.h"

#include <chrono>

namespace Retryscope {

//! \brief The one door into a Trace: turns stamps of the steady clock into time since the run
//! began, and redacts.
//!
//! \par Ownership
//! The trace is borrowed and must outlive the recorder.
class RETRYSCOPE_EXPORT TraceRecorder final
{
public:
    //! \a origin: the stamp of the run's beginning.
    TraceRecorder(Trace *trace, std::chrono::nanoseconds origin, Redactor redactor);

    //! \a fields is redacted as a whole before the event exists: what the endpoint said
    //! (stream.event, stream.delta) by value, everything else by value and name.
    void record(std::chrono::nanoseconds stamp, int attempt, TraceSource source,
                TraceEventName name, const QJsonObject &fields = {});

    //! More of the response's body, to be kept beside the events.
    void keepBody(QByteArrayView bytes);

    const Redactor &redactor() const { return m_redactor; }

    //! For a secret that was made after the run began; see Redactor.
    void addSecretsOfHeader(const QByteArray &name, const QByteArray &value);

private:
    Trace *m_trace;
    std::chrono::nanoseconds m_origin;
    Redactor m_redactor;
};

} // namespace Retryscope
