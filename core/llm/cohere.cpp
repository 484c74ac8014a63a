// SPDX-License-Identifier: MIT
#include "core/llm/chatjson_p.h"
#include "core/llm/coherereader_p.h"
#include "core/llm/dialects_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr MessageForm messageForm{.member = "messages"_L1, .systemRole = "system"_L1};

DialectFacts cohereFacts()
{
    DialectFacts facts;
    facts.id = u"cohere"_s;
    facts.name = u"Cohere"_s;
    facts.baseUrl = u"https://api.cohere.com"_s;
    facts.path = u"/v2/chat"_s;
    facts.defaultModel = u"command-a-03-2025"_s;
    facts.keyHeader = {"Authorization", "Bearer "};
    facts.keyVariable = u"COHERE_API_KEY"_s;
    facts.requestIdHeaders = {"x-debug-trace-id"};
    facts.modelsPath = u"/v1/models?page_size=1000"_s;
    facts.contentTypes = {"text/event-stream", "application/stream+json"};
    facts.ending = u"The event message-end ends the stream; [DONE] follows it."_s;
    facts.fields = {{u"temperature"_s, u"Temperature"_s, {}},
                    {u"max_tokens"_s, u"Maximum tokens"_s, {}},
                    {u"p"_s, u"Top p"_s, {}},
                    {u"seed"_s, u"Seed"_s, {}}};
    return facts;
}

} // namespace

//! \brief Cohere's chat, version 2. The streams of version 1 are understood too.
class Cohere final : public Dialect
{
public:
    Cohere() : Dialect(cohereFacts()) {}

    QJsonObject toJson(const ChatRequest &request) const override
    {
        QJsonObject json = request.extra;
        if (!request.model.isEmpty())
            json.insert("model"_L1, request.model);
        writeMessages(request, messageForm, json);
        json.insert("stream"_L1, request.stream);
        return json;
    }

    Result<ChatRequest> fromJson(const QJsonObject &json) const override
    {
        ChatRequest request;
        request.extra = json;
        if (auto error = readModelAndStream(request, defaultModel(), false))
            return *error;
        if (auto error = readMessages(messageForm, request))
            return *error;
        return request;
    }

    std::unique_ptr<EventReader> createEventReader() const override
    {
        return std::make_unique<CohereReader>();
    }

    EventReading readWhole(QByteArrayView body) const override
    {
        EventReading reading;
        CohereReader().readWhole(body, reading);
        return reading;
    }

    //! Version 1 sends a JSON object a line.
    StreamFraming framingOf(char firstByte) const override
    {
        return firstByte == '{' ? StreamFraming::NdJson : StreamFraming::Sse;
    }
};

std::unique_ptr<const Dialect> createCohere()
{
    return std::make_unique<Cohere>();
}

} // namespace Retryscope
