// SPDX-License-Identifier: MIT
#include "core/sandbox/callreader_p.h"
#include "core/sandbox/dialectvoice_p.h"

#include <QtCore/QJsonArray>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

using Kind = AnswerPart::Kind;

class BedrockVoice final : public DialectVoice
{
public:
    BedrockVoice() : DialectVoice("bedrock-converse") {}

    Result<ChatCall, ApiError> read(const QJsonObject &body, const CallPath &path) const override;
    QList<DialectEvent> opening(const AnswerContent &content) const override;
    QList<DialectEvent> partOpening(const AnswerContent &content,
                                    const EventPlace &place) const override;
    DialectEvent piece(const AnswerContent &content, const EventPlace &place) const override;
    QList<DialectEvent> partClosing(const AnswerContent &content,
                                    const EventPlace &place) const override;
    QList<DialectEvent> closing(const AnswerContent &content, qsizetype index) const override;

    QByteArray ping() const override { return {}; }

    QByteArray whole(const AnswerContent &content) const override;
    QList<DialectEvent> errorEvents(const ApiError &error, const AnswerContent &,
                                    qsizetype) const override;

    QByteArray errorBody(const ApiError &error) const override
    {
        return "{\"message\":" + jsonString(error.message) + "}\n";
    }

    QList<HttpHeader> errorHeaders(const ApiError &error) const override;
    QByteArray models() const override;

    //! Bedrock has no such headers.
    QList<HttpHeader> rateLimitHeaders(int, int, int) const override { return {}; }

    ApiError keyError(bool missing) const override;
};

//! \a rest: the members of the payload. "p" pads each one, so that its length tells less.
DialectEvent event(const QByteArray &type, const QByteArray &rest)
{
    return {type, '{' + rest + ",\"p\":\"abcdefghijk\"}"};
}

QByteArray exceptionName(int status)
{
    switch (status) {
    case 401:
    case 403:
        return "AccessDeniedException";
    case 404:
        return "ResourceNotFoundException";
    case 408:
        return "ModelTimeoutException";
    case 424:
        return "ModelErrorException";
    case 429:
        return "ThrottlingException";
    case 503:
    case 529:
        return "ServiceUnavailableException";
    default:
        return status >= 500 ? "InternalServerException" : "ValidationException";
    }
}

QByteArray stopReason(const AnswerContent &content)
{
    switch (content.stop) {
    case AnswerContent::Stop::End:
        return "end_turn";
    case AnswerContent::Stop::Length:
        return "max_tokens";
    case AnswerContent::Stop::Tool:
        return "tool_use";
    case AnswerContent::Stop::Refusal:
        return "content_filtered";
    }
    Q_UNREACHABLE();
}

QByteArray usageAndMetrics(const AnswerContent &content)
{
    const qsizetype output = content.outputTokens();
    return "\"usage\":{\"inputTokens\":" + QByteArray::number(content.promptTokens)
           + ",\"outputTokens\":" + QByteArray::number(output)
           + ",\"totalTokens\":" + QByteArray::number(content.promptTokens + output)
           + "},\"metrics\":{\"latencyMs\":100}";
}

QByteArray indexOf(const EventPlace &place)
{
    return "\"contentBlockIndex\":" + QByteArray::number(place.part);
}

QByteArray toolStart(const AnswerContent &content, qsizetype part)
{
    return "\"toolUse\":{\"toolUseId\":\"" + content.partId("tooluse_", part)
           + "\",\"name\":" + content.parts[part].toolName;
}

ToolChoice choiceOf(const QJsonValue &choice)
{
    using Choice = ToolChoice::Kind;
    const QString name = choice[u"tool"][u"name"].toString();
    const bool required = !name.isEmpty() || choice[u"any"].isObject();
    return {required ? Choice::Required : Choice::Auto, name};
}

bool readTools(CallReader &reader)
{
    const QJsonArray tools = reader.value(u"toolConfig.tools"_s).toArray();
    for (const QJsonValue &tool : tools) {
        const QJsonValue spec = tool[u"toolSpec"];
        if (!reader.addTool(u"toolConfig.tools"_s, spec[u"name"], spec[u"inputSchema"][u"json"]))
            return false;
    }
    return reader.choose(u"toolConfig.toolChoice"_s,
                         choiceOf(reader.value(u"toolConfig.toolChoice"_s)));
}

Result<ChatCall, ApiError> BedrockVoice::read(const QJsonObject &body, const CallPath &path) const
{
    CallReader reader(body);
    reader.call().model = path.model;
    reader.call().stream = path.stream;
    reader.call().framing = StreamFraming::AwsEventStream;
    reader.addPrompt(body[u"system"]);
    [[maybe_unused]] const bool sound = reader.readMessages({u"messages"_s, u"content"_s})
                                        && reader.readLimit(u"inferenceConfig.maxTokens"_s)
                                        && readTools(reader);
    return reader.result();
}

QList<DialectEvent> BedrockVoice::opening(const AnswerContent &) const
{
    return {event("messageStart", "\"role\":\"assistant\"")};
}

//! Only tools have one.
QList<DialectEvent> BedrockVoice::partOpening(const AnswerContent &content,
                                              const EventPlace &place) const
{
    if (!content.parts[place.part].isTool())
        return {};
    return {event("contentBlockStart",
                  indexOf(place) + ",\"start\":{" + toolStart(content, place.part) + "}}")};
}

DialectEvent BedrockVoice::piece(const AnswerContent &content, const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    const QByteArray text = '"' + part.pieces[place.piece] + '"';
    const char *start = part.isTool()                  ? "\"toolUse\":{\"input\":"
                        : part.kind == Kind::Reasoning ? "\"reasoningContent\":{\"text\":"
                                                       : "\"text\":";
    const char *end = part.kind == Kind::Text || part.kind == Kind::Refusal ? "}" : "}}";
    return event("contentBlockDelta", indexOf(place) + ",\"delta\":{" + start + text + end);
}

QList<DialectEvent> BedrockVoice::partClosing(const AnswerContent &, const EventPlace &place) const
{
    return {event("contentBlockStop", indexOf(place))};
}

QList<DialectEvent> BedrockVoice::closing(const AnswerContent &content, qsizetype) const
{
    return {event("messageStop", "\"stopReason\":\"" + stopReason(content) + '"'),
            event("metadata", usageAndMetrics(content))};
}

QByteArray BedrockVoice::whole(const AnswerContent &content) const
{
    QByteArray blocks;
    for (qsizetype i = 0; i < content.parts.size(); ++i) {
        const AnswerPart &part = content.parts[i];
        const QByteArray text = '"' + part.text() + '"';
        blocks += blocks.isEmpty() ? "{" : ",{";
        if (part.isTool())
            blocks += toolStart(content, i) + ",\"input\":" + part.object() + "}}";
        else if (part.kind == Kind::Reasoning)
            blocks += "\"reasoningContent\":{\"reasoningText\":{\"text\":" + text + "}}}";
        else
            blocks += "\"text\":" + text + '}';
    }
    return "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[" + blocks
           + "]}},\"stopReason\":\"" + stopReason(content) + "\"," + usageAndMetrics(content)
           + "}\n";
}

QList<DialectEvent> BedrockVoice::errorEvents(const ApiError &error, const AnswerContent &,
                                              qsizetype) const
{
    QByteArray name = exceptionName(error.status);
    name.front() = QChar::fromLatin1(name.front()).toLower().toLatin1();
    return {
        {name, "{\"message\":" + jsonString(error.message) + '}', DialectEvent::Form::Exception}};
}

QList<HttpHeader> BedrockVoice::errorHeaders(const ApiError &error) const
{
    return {{"x-amzn-ErrorType", exceptionName(error.status)
                                     + ":http://internal.amazon.com/coral/com.amazon.bedrock/"}};
}

QByteArray BedrockVoice::models() const
{
    return "{\"modelSummaries\":[{\"modelArn\":\"arn:aws:bedrock:sandbox::foundation-model/"
           "sandbox\","
           "\"modelId\":\"sandbox\",\"modelName\":\"Sandbox\",\"providerName\":\"Retryscope\","
           "\"inputModalities\":[\"TEXT\"],\"outputModalities\":[\"TEXT\"],"
           "\"responseStreamingSupported\":true}]}\n";
}

ApiError BedrockVoice::keyError(bool missing) const
{
    ApiError error = DialectVoice::keyError(missing);
    error.status = 403;
    error.message =
        missing ? u"Missing Authentication Token (Simulated by the sandbox.)"_s
                : u"Authentication failed: Please make sure your API Key is valid. (Simulated by "
                  "the sandbox.)"_s;
    return error;
}

} // namespace

std::unique_ptr<const DialectVoice> createBedrockVoice()
{
    return std::make_unique<BedrockVoice>();
}

} // namespace Retryscope
