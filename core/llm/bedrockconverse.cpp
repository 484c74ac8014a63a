// SPDX-License-Identifier: MIT
#include "core/llm/bedrockreader_p.h"
#include "core/llm/chatdialect_p.h"
#include "core/llm/dialects_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr MessageForm messageForm{.member = "messages"_L1,
                                  .systemMember = "system"_L1,
                                  .parts = true,
                                  .system = MessageForm::System::Parts};

DialectFacts bedrockFacts()
{
    DialectFacts facts;
    facts.id = u"bedrock-converse"_s;
    facts.name = u"Bedrock Converse"_s;
    facts.baseUrl = u"https://bedrock-runtime.{region}.amazonaws.com"_s;
    facts.path = u"/model/{model}/converse-stream"_s;
    facts.wholePath = u"/model/{model}/converse"_s;
    facts.defaultModel = u"us.amazon.nova-lite-v1:0"_s;
    facts.keyHeader = {"Authorization", "Bearer "};
    facts.awsSigned = true;
    facts.keyVariable = u"AWS_BEARER_TOKEN_BEDROCK"_s;
    facts.requestIdHeaders = {"x-amzn-requestid"};
    facts.modelsPath = u"/foundation-models"_s;
    facts.framing = StreamFraming::AwsEventStream;
    facts.contentTypes = {"application/vnd.amazon.eventstream"};
    facts.ending = u"The message metadata, behind messageStop, ends the stream."_s;
    facts.toolsMember = u"toolConfig.tools"_s;
    facts.toolForm = ToolForm::ToolSpec;
    facts.fields = {
        {u"inferenceConfig.temperature"_s, u"Temperature"_s, {}},
        {u"inferenceConfig.maxTokens"_s, u"Maximum tokens"_s, {}, DialectField::Kind::Count},
        {u"inferenceConfig.topP"_s, u"Top p"_s, {}}};
    return facts;
}

} // namespace

//! \brief Amazon Bedrock's converse-stream. The key is a Bedrock API key; without one, requests are
//! signed: see AwsSigner.
class BedrockConverse final : public ReadDialect<BedrockReader>
{
public:
    BedrockConverse() : ReadDialect(bedrockFacts(), messageForm) {}
};

std::unique_ptr<const Dialect> createBedrockConverse()
{
    return std::make_unique<BedrockConverse>();
}

} // namespace Retryscope
