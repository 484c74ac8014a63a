// SPDX-License-Identifier: MIT
#include "core/trace/tracereader.h"

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

// One buffer: QIODevice::readLine(maximum) would allocate the maximum for every line.
TraceReader::TraceReader(QIODevice *device)
    : m_device(device)
    , m_buffer(longestLine, Qt::Uninitialized)
{}

Result<std::optional<TraceEvent>> TraceReader::next()
{
    while (!m_device->atEnd()) {
        const Result<QByteArray> line = readLine();
        if (!line)
            return lineError(m_number, line.error());
        if (line->trimmed().isEmpty())
            continue;
        Result<std::optional<TraceEvent>> event = TraceEvent::fromJsonLine(*line);
        if (!event)
            return lineError(m_number, event.error());
        if (!*event)
            continue;
        if (!m_hasBegun) {
            if (const auto error = checkBeginning(**event))
                return lineError(m_number, *error);
        }
        m_hasBegun = true;
        return event;
    }
    if (!m_hasBegun)
        return InputError{QString(), u"The trace holds no events."_s, std::nullopt};
    return std::optional<TraceEvent>();
}

Result<QByteArray> TraceReader::readLine()
{
    const qint64 size = m_device->readLine(m_buffer.data(), m_buffer.size());
    ++m_number;
    if (size <= 0) {
        return InputError{QString(), u"cannot be read: "_s + m_device->errorString() + u"."_s,
                          std::nullopt};
    }
    const QByteArray line = QByteArray::fromRawData(m_buffer.constData(), size);
    if (size >= longestLine - 1 && !line.endsWith('\n'))
        return InputError{QString(), u"is longer than any event can be."_s, std::nullopt};
    return line;
}

} // namespace Retryscope
