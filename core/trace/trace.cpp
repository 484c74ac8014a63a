// SPDX-License-Identifier: MIT
#include "core/trace/trace.h"

#include "core/trace/tracereader.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QMetaMethod>

namespace Retryscope {

Trace::Trace(QObject *parent) : Trace(TraceLimits(), parent)
{}

Trace::Trace(const TraceLimits &limits, QObject *parent)
    : QObject(parent)
    , m_events(limits.memory)
    , m_body(limits.memory, limits.body)
{}

Trace::~Trace() = default;

bool Trace::save(QIODevice *device) const
{
    return m_events.save(device);
}

std::optional<InputError> Trace::load(QIODevice *device)
{
    Q_ASSERT_X(m_events.empty(), "Trace::load", "the trace must be empty");
    if (!m_events.empty())
        return InputError{QString(), QStringLiteral("There is a trace already."), std::nullopt};
    TraceReader reader(device);
    TraceEvents events;
    while (true) {
        Result<std::optional<TraceEvent>> event = reader.next();
        if (!event)
            return event.error();
        if (!*event)
            break;
        events.append(*std::move(event).value());
    }
    m_events = std::move(events);
    // Where nobody listens, a million lines need not be read once more.
    if (!isSignalConnected(QMetaMethod::fromSignal(&Trace::eventAppended)))
        return std::nullopt;
    for (const TraceEvent &event : std::as_const(m_events))
        Q_EMIT eventAppended(event);
    return std::nullopt;
}

Result<bool> Trace::loadMore(TraceReader &reader, QDeadlineTimer deadline)
{
    do {
        Result<std::optional<TraceEvent>> event = reader.next();
        if (!event)
            return event.error();
        if (!*event)
            return false;
        append(*std::move(event).value());
    } while (!deadline.hasExpired());
    return true;
}

void Trace::append(TraceEvent event)
{
    m_events.append(event);
    Q_EMIT eventAppended(event);
}

} // namespace Retryscope
