// SPDX-License-Identifier: MIT
#include "core/llm/dialects_p.h"

#include <QtCore/QStringDecoder>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

DialectFacts rawFacts()
{
    DialectFacts facts;
    facts.id = u"raw"_s;
    facts.name = u"Raw HTTP"_s;
    facts.isRaw = true;
    facts.keyHeader = {"Authorization", "Bearer "};
    facts.requestIdHeaders = {"x-request-id", "request-id"};
    facts.contentTypes = {"text/event-stream"};
    facts.endsWithBody = true;
    return facts;
}

void addText(QByteArrayView bytes, QByteArrayView end, EventReading &reading)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    QString text = decoder(bytes);
    // What is no text is shown as bytes only.
    if (decoder.hasError() || text.isEmpty() || text.contains(QChar::Null))
        return;
    reading.deltas.add(DeltaKind::Text).text = text + QString::fromLatin1(end);
}

//! Server-sent events of whatever kind: none of them is the last until the body has ended.
class RawReader final : public EventReader
{
public:
    void read(QByteArrayView, QByteArrayView data, EventReading &reading) override
    {
        reading.clear();
        reading.closing = true;
        addText(data, "\n", reading);
    }
};

} // namespace

//! \brief No wire format: see Dialect::raw().
class RawHttp final : public Dialect
{
public:
    RawHttp() : Dialect(rawFacts()) {}

    QJsonObject toJson(const ChatRequest &request) const override { return request.extra; }

    Result<ChatRequest> fromJson(const QJsonObject &json) const override
    {
        ChatRequest request;
        request.extra = json;
        return request;
    }

    std::unique_ptr<EventReader> createEventReader() const override
    {
        return std::make_unique<RawReader>();
    }

    EventReading readWhole(QByteArrayView body) const override
    {
        EventReading reading;
        reading.terminal = true;
        addText(body, {}, reading);
        return reading;
    }
};

std::unique_ptr<const Dialect> createRawHttp()
{
    return std::make_unique<RawHttp>();
}

} // namespace Retryscope
