// SPDX-License-Identifier: MIT
#include "core/trace/tracerecorder.h"

namespace Retryscope {

namespace {

bool isEndpointsOwnWord(TraceEventName name)
{
    return name == TraceEventName::StreamEvent || name == TraceEventName::StreamDelta;
}

} // namespace

TraceRecorder::TraceRecorder(Trace *trace, std::chrono::nanoseconds origin, Redactor redactor)
    : m_trace(trace)
    , m_origin(origin)
    , m_redactor(std::move(redactor))
{}

void TraceRecorder::addSecretsOfHeader(const QByteArray &name, const QByteArray &value)
{
    m_redactor.addSecretsOfHeader(name, value);
}

void TraceRecorder::keepBody(QByteArrayView bytes)
{
    m_trace->m_body.append(bytes, m_redactor);
}

void TraceRecorder::record(std::chrono::nanoseconds stamp, int attempt, TraceSource source,
                           TraceEventName name, const QJsonObject &fields)
{
    const auto rules =
        isEndpointsOwnWord(name) ? Redactor::Rules::ByValueOnly : Redactor::Rules::ByValueAndName;
    TraceEvent event;
    event.t = std::chrono::floor<std::chrono::microseconds>(stamp - m_origin);
    event.attempt = attempt;
    event.source = source;
    event.name = name;
    event.fields = m_redactor.json(fields, rules);
    m_trace->append(std::move(event));
}

} // namespace Retryscope
