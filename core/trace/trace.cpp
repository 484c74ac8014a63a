// SPDX-License-Identifier: MIT
#include "core/trace/trace.h"

#include <QtCore/QIODevice>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

// A damaged or foreign file may be one line of gigabytes.
constexpr qint64 longestLine = 64 * 1024 * 1024;

InputError lineError(qsizetype number, const InputError &error)
{
    return {u"line "_s + QString::number(number),
            u"Line "_s + QString::number(number) + u" of the trace "_s + error.message,
            error.offset};
}

std::optional<InputError> checkBeginning(const TraceEvent &event)
{
    if (event.name != TraceEventName::RunStarted) {
        return InputError{QString(),
                          u"should be the event run.started: this is no trace of Retryscope."_s,
                          std::nullopt};
    }
    const QJsonValue schema = event.fields.value("schema"_L1);
    if (schema.toInteger() < 1)
        return InputError{QString(), u"has no \"schema\" of 1 or more."_s, std::nullopt};
    if (schema.toInteger() > TraceEvent::Schema) {
        return InputError{QString(),
                          u"has schema "_s + QString::number(schema.toInteger())
                              + u": it was written by a newer Retryscope; this one reads up to "_s
                              + QString::number(TraceEvent::Schema) + u"."_s,
                          std::nullopt};
    }
    return std::nullopt;
}

} // namespace

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
        return InputError{QString(), u"There is a trace already."_s, std::nullopt};
    TraceEvents events;
    qsizetype number = 0;
    // One buffer: QIODevice::readLine(maximum) would allocate the maximum for every line.
    QByteArray buffer(longestLine, Qt::Uninitialized);
    while (!device->atEnd()) {
        const qint64 size = device->readLine(buffer.data(), buffer.size());
        ++number;
        if (size <= 0) {
            return lineError(
                number,
                {QString(), u"cannot be read: "_s + device->errorString() + u"."_s, std::nullopt});
        }
        const QByteArray line = QByteArray::fromRawData(buffer.constData(), size);
        if (size >= longestLine - 1 && !line.endsWith('\n')) {
            return lineError(number,
                             {QString(), u"is longer than any event can be."_s, std::nullopt});
        }
        if (line.trimmed().isEmpty())
            continue;
        Result<std::optional<TraceEvent>> event = TraceEvent::fromJsonLine(line);
        if (!event)
            return lineError(number, event.error());
        if (!*event)
            continue;
        if (events.empty()) {
            if (const auto error = checkBeginning(**event))
                return lineError(number, *error);
        }
        events.append(*std::move(event).value());
    }
    if (events.empty())
        return InputError{QString(), u"The trace holds no events."_s, std::nullopt};
    m_events = std::move(events);
    for (const TraceEvent &event : std::as_const(m_events))
        Q_EMIT eventAppended(event);
    return std::nullopt;
}

void Trace::append(TraceEvent event)
{
    m_events.append(event);
    Q_EMIT eventAppended(event);
}

} // namespace Retryscope
