// SPDX-License-Identifier: MIT
#include "core/llm/anthropicreader_p.h"
#include "core/llm/chatjson_p.h"
#include "core/llm/dialects_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr MessageForm messageForm{.member = "messages"_L1, .systemMember = "system"_L1};
// The API refuses a request that does not say how long the answer may become.
constexpr int DefaultMaxTokens = 1024;

DialectFacts anthropicFacts()
{
    DialectFacts facts;
    facts.id = u"anthropic"_s;
    facts.name = u"Anthropic Messages"_s;
    facts.baseUrl = u"https://api.anthropic.com"_s;
    facts.path = u"/v1/messages"_s;
    facts.defaultModel = u"claude-haiku-4-5"_s;
    facts.keyHeader = {"x-api-key", ""};
    facts.headers = {{"anthropic-version", "2023-06-01"}};
    facts.keyVariable = u"ANTHROPIC_API_KEY"_s;
    facts.requestIdHeaders = {"request-id", "x-request-id"};
    facts.modelsPath = u"/v1/models?limit=1000"_s;
    facts.contentTypes = {"text/event-stream"};
    facts.ending = u"The event message_stop ends the stream."_s;
    facts.fields = {{u"max_tokens"_s, u"Maximum tokens"_s, QString::number(DefaultMaxTokens)},
                    {u"temperature"_s, u"Temperature"_s, {}},
                    {u"top_p"_s, u"Top p"_s, {}},
                    {u"thinking.budget_tokens"_s, u"Thinking tokens"_s, {}}};
    return facts;
}

} // namespace

//! \brief Anthropic's Messages.
//!
//! A null "max_tokens" in ChatRequest::extra keeps toJson() from adding one, so that no request is
//! changed by a trip through the form.
class Anthropic final : public Dialect
{
public:
    Anthropic() : Dialect(anthropicFacts()) {}

    QJsonObject toJson(const ChatRequest &request) const override
    {
        QJsonObject json = request.extra;
        if (!request.model.isEmpty())
            json.insert("model"_L1, request.model);
        writeMessages(request, messageForm, json);
        json.insert("stream"_L1, request.stream);
        if (!json.contains("max_tokens"_L1))
            json.insert("max_tokens"_L1, DefaultMaxTokens);
        else if (json.value("max_tokens"_L1).isNull())
            json.remove("max_tokens"_L1);
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
        const QJsonValue most = json.value("max_tokens"_L1);
        if (most.isUndefined())
            request.extra.insert("max_tokens"_L1, QJsonValue::Null);
        else if (most == QJsonValue(DefaultMaxTokens))
            request.extra.remove("max_tokens"_L1);
        return request;
    }

    std::unique_ptr<EventReader> createEventReader() const override
    {
        return std::make_unique<AnthropicReader>();
    }

    EventReading readWhole(QByteArrayView body) const override
    {
        EventReading reading;
        AnthropicReader().readWhole(body, reading);
        return reading;
    }
};

std::unique_ptr<const Dialect> createAnthropic()
{
    return std::make_unique<Anthropic>();
}

} // namespace Retryscope
