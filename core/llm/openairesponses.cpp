// SPDX-License-Identifier: MIT
#include "core/llm/chatdialect_p.h"
#include "core/llm/dialects_p.h"
#include "core/llm/openaiflavours_p.h"
#include "core/llm/openairesponsesreader_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr MessageForm messageForm{
    .member = "input"_L1, .systemMember = "instructions"_L1, .plainInput = true};

DialectFacts openAiResponsesFacts()
{
    DialectFacts facts;
    facts.id = u"openai-responses"_s;
    facts.name = u"OpenAI Responses"_s;
    facts.baseUrl = u"https://api.openai.com"_s;
    facts.path = u"/v1/responses"_s;
    facts.defaultModel = u"gpt-4o-mini"_s;
    facts.keyHeader = {"Authorization", "Bearer "};
    facts.keyVariable = u"OPENAI_API_KEY"_s;
    facts.requestIdHeaders = {"x-request-id", "apim-request-id", "x-ds-trace-id"};
    facts.modelsPath = u"/v1/models"_s;
    facts.contentTypes = {"text/event-stream"};
    facts.ending =
        u"The event response.completed, response.incomplete or response.failed ends the stream."_s;
    facts.toolsMember = u"tools"_s;
    facts.toolForm = ToolForm::FlatFunction;
    facts.fields = {{u"temperature"_s, u"Temperature"_s, {}},
                    {u"max_output_tokens"_s, u"Maximum tokens"_s, {}, DialectField::Kind::Count},
                    {u"top_p"_s, u"Top p"_s, {}},
                    {u"reasoning.effort"_s, u"Reasoning effort"_s, {}, DialectField::Kind::Word}};
    facts.flavours = openAiResponsesFlavours();
    return facts;
}

} // namespace

//! \brief OpenAI's Responses.
//!
//! The input may be one text instead of messages: it stays in ChatRequest::extra then.
class OpenAiResponses final : public ReadDialect<OpenAiResponsesReader>
{
public:
    OpenAiResponses() : ReadDialect(openAiResponsesFacts(), messageForm) {}
};

std::unique_ptr<const Dialect> createOpenAiResponses()
{
    return std::make_unique<OpenAiResponses>();
}

} // namespace Retryscope
