// SPDX-License-Identifier: MIT
#include "core/llm/chatdialect_p.h"
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
    facts.toolsMember = u"tools"_s;
    facts.toolForm = ToolForm::Function;
    facts.fields = {{u"temperature"_s, u"Temperature"_s, {}},
                    {u"max_tokens"_s, u"Maximum tokens"_s, {}, DialectField::Kind::Count},
                    {u"p"_s, u"Top p"_s, {}},
                    {u"seed"_s, u"Seed"_s, {}, DialectField::Kind::Count}};
    return facts;
}

} // namespace

//! \brief Cohere's chat, version 2. The streams of version 1 are understood too.
class Cohere final : public ReadDialect<CohereReader>
{
public:
    Cohere() : ReadDialect(cohereFacts(), messageForm) {}

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
