// SPDX-License-Identifier: MIT
#include "core/sandbox/dialectevent_p.h"

#include "core/stream/awseventencoder.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace Retryscope {

namespace {

QByteArray awsMessage(const DialectEvent &event)
{
    const bool exception = event.form == DialectEvent::Form::Exception;
    return awsEventMessage({{exception ? ":exception-type" : ":event-type", event.type},
                            {":content-type", "application/json"},
                            {":message-type", exception ? "exception" : "event"}},
                           event.data);
}

} // namespace

QByteArray EventFraming::write(const DialectEvent &event, bool first) const
{
    if (event.form == DialectEvent::Form::Bare && framing != StreamFraming::JsonArray)
        return event.data;
    switch (framing) {
    case StreamFraming::Sse: {
        const QByteArray name = only(!event.type.isEmpty(), "event: " + event.type + lineEnd);
        return name + "data: " + event.data + lineEnd + lineEnd;
    }
    case StreamFraming::NdJson:
        return event.data + lineEnd;
    case StreamFraming::JsonArray:
        return (first ? QByteArray("[") : QByteArray(",\r\n")) + event.data;
    case StreamFraming::AwsEventStream:
        return awsMessage(event);
    }
    Q_UNREACHABLE();
}

QByteArray EventFraming::end() const
{
    return framing == StreamFraming::JsonArray ? "]\r\n" : "";
}

QByteArray jsonString(const QString &text)
{
    // The array's brackets are cut off again: QJsonDocument writes no bare strings.
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

QByteArray jsonInner(const QString &text)
{
    const QByteArray quoted = jsonString(text);
    return quoted.sliced(1, quoted.size() - 2);
}

} // namespace Retryscope
