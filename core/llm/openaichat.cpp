// SPDX-License-Identifier: MIT
#include "core/llm/chatdialect_p.h"
#include "core/llm/dialects_p.h"
#include "core/llm/openaichatreader_p.h"
#include "core/llm/openaiflavours_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr MessageForm messageForm{.member = "messages"_L1, .systemRole = "system"_L1};

QJsonObject usageOption()
{
    return {{u"include_usage"_s, true}};
}

DialectFacts openAiChatFacts()
{
    DialectFacts facts;
    facts.id = u"openai-chat"_s;
    facts.name = u"OpenAI Chat"_s;
    facts.baseUrl = u"https://api.openai.com"_s;
    facts.path = u"/v1/chat/completions"_s;
    facts.defaultModel = u"gpt-4o-mini"_s;
    facts.keyHeader = {"Authorization", "Bearer "};
    facts.keyVariable = u"OPENAI_API_KEY"_s;
    facts.requestIdHeaders = {"x-request-id",  "apim-request-id", "mistral-correlation-id",
                              "x-ds-trace-id", "x-generation-id", "x-kong-request-id",
                              "cf-ray"};
    facts.modelsPath = u"/v1/models"_s;
    facts.contentTypes = {"text/event-stream"};
    facts.ending = u"The event [DONE] ends the stream."_s;
    facts.toolsMember = u"tools"_s;
    facts.toolForm = ToolForm::Function;
    facts.fields = {
        {u"temperature"_s, u"Temperature"_s, {}},
        {u"max_completion_tokens"_s, u"Maximum tokens"_s, {}, DialectField::Kind::Count},
        {u"top_p"_s, u"Top p"_s, {}},
        {u"seed"_s, u"Seed"_s, {}, DialectField::Kind::Count}};
    facts.flavours = openAiChatFlavours();
    return facts;
}

} // namespace

//! \brief OpenAI's Chat Completions, and what the many compatible servers make of it.
//!
//! Two conventions of ChatRequest::extra, so that no request is changed by a trip through the form:
//! a "messages" there is what is sent, whatever the form holds; and a null "stream_options" keeps
//! toJson() from asking for usage, which some compatible servers refuse.
class OpenAiChat final : public ReadDialect<OpenAiChatReader>
{
public:
    OpenAiChat() : ReadDialect(openAiChatFacts(), messageForm) {}

protected:
    void addDefaults(const ChatRequest &request, QJsonObject &json) const override
    {
        const QJsonValue none(QJsonValue::Undefined);
        writeDefault("stream_options"_L1, request.stream ? usageOption() : none, json);
    }

    void takeDefaults(ChatRequest &request) const override
    {
        if (request.stream)
            readDefault("stream_options"_L1, usageOption(), request);
    }
};

std::unique_ptr<const Dialect> createOpenAiChat()
{
    return std::make_unique<OpenAiChat>();
}

} // namespace Retryscope
