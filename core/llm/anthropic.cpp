// SPDX-License-Identifier: MIT
#include "core/llm/anthropicreader_p.h"
#include "core/llm/chatdialect_p.h"
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
    facts.toolsMember = u"tools"_s;
    facts.toolForm = ToolForm::InputSchema;
    facts.fields = {
        {u"max_tokens"_s, u"Maximum tokens"_s, QString::number(DefaultMaxTokens),
         DialectField::Kind::Count},
        {u"temperature"_s, u"Temperature"_s, {}},
        {u"top_p"_s, u"Top p"_s, {}},
        {u"thinking.budget_tokens"_s, u"Thinking tokens"_s, {}, DialectField::Kind::Count}};
    return facts;
}

} // namespace

//! \brief Anthropic's Messages.
//!
//! A null "max_tokens" in ChatRequest::extra keeps toJson() from adding one, so that no request is
//! changed by a trip through the form.
class Anthropic final : public ReadDialect<AnthropicReader>
{
public:
    Anthropic() : ReadDialect(anthropicFacts(), messageForm) {}

protected:
    void addDefaults(const ChatRequest &, QJsonObject &json) const override
    {
        writeDefault("max_tokens"_L1, DefaultMaxTokens, json);
    }

    void takeDefaults(ChatRequest &request) const override
    {
        readDefault("max_tokens"_L1, DefaultMaxTokens, request);
    }
};

std::unique_ptr<const Dialect> createAnthropic()
{
    return std::make_unique<Anthropic>();
}

} // namespace Retryscope
