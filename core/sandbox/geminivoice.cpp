// SPDX-License-Identifier: MIT
#include "core/sandbox/callreader_p.h"
#include "core/sandbox/dialectvoice_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QUrlQuery>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

using Kind = AnswerPart::Kind;

class GeminiVoice final : public DialectVoice
{
public:
    GeminiVoice() : DialectVoice("gemini") {}

    Result<ChatCall, ApiError> read(const QJsonObject &body, const CallPath &path) const override;
    DialectEvent piece(const AnswerContent &content, const EventPlace &place) const override;
    QList<DialectEvent> closing(const AnswerContent &content, qsizetype index) const override;

    bool toolsComeWhole() const override { return true; }

    //! Google's front ends send none, but a proxy in between may.
    QByteArray ping() const override { return ": keep-alive\r\n\r\n"; }

    QByteArray lineEnd() const override { return "\r\n"; }

    QByteArray whole(const AnswerContent &content) const override;
    QList<DialectEvent> errorEvents(const ApiError &error, const AnswerContent &,
                                    qsizetype) const override;
    QByteArray errorBody(const ApiError &error) const override;

    //! No header says when to come again.
    QList<HttpHeader> errorHeaders(const ApiError &) const override { return {}; }

    QByteArray models() const override;

    //! Gemini has no such headers.
    QList<HttpHeader> rateLimitHeaders(int, int, int) const override { return {}; }

    ApiError keyError(bool missing) const override;
};

//! The request's JSON is that of protocol buffers: both spellings are the same member.
QJsonValue member(const QJsonValue &object, QLatin1StringView camel, QLatin1StringView snake)
{
    const QJsonValue value = object[camel];
    return value.isUndefined() ? object[snake] : value;
}

QByteArray statusWord(int status)
{
    switch (status) {
    case 400:
        return "INVALID_ARGUMENT";
    case 401:
        return "UNAUTHENTICATED";
    case 403:
        return "PERMISSION_DENIED";
    case 404:
        return "NOT_FOUND";
    case 409:
        return "ABORTED";
    case 429:
        return "RESOURCE_EXHAUSTED";
    case 499:
        return "CANCELLED";
    case 501:
        return "UNIMPLEMENTED";
    case 503:
        return "UNAVAILABLE";
    case 504:
        return "DEADLINE_EXCEEDED";
    default:
        return status >= 500 ? "INTERNAL" : "FAILED_PRECONDITION";
    }
}

QByteArray finishReason(const AnswerContent &content)
{
    switch (content.stop) {
    // A call of a function ends like any text.
    case AnswerContent::Stop::End:
    case AnswerContent::Stop::Tool:
        return "STOP";
    case AnswerContent::Stop::Length:
        return "MAX_TOKENS";
    case AnswerContent::Stop::Refusal:
        return "SAFETY";
    }
    Q_UNREACHABLE();
}

//! A part with \a text of it; a call is whole, or left out where the limit cut it.
QByteArray partJson(const AnswerPart &part, const QByteArray &text)
{
    switch (part.kind) {
    case Kind::Text:
    case Kind::Refusal:
        return "{\"text\":\"" + text + "\"}";
    case Kind::Reasoning:
        return "{\"text\":\"" + text + "\",\"thought\":true}";
    case Kind::Tool:
        if (part.cut)
            return "{\"text\":\"\"}";
        return "{\"functionCall\":{\"name\":" + part.toolName + ",\"args\":" + part.object() + "}}";
    }
    Q_UNREACHABLE();
}

//! \a tokens: so many have been given out, with this chunk.
QByteArray chunk(const AnswerContent &content, const QByteArray &parts, const QByteArray &finish,
                 qsizetype tokens)
{
    const qsizetype thoughts = std::min(tokens, content.reasoningTokens());
    const QByteArray reason = only(!finish.isEmpty(), "\"finishReason\":\"" + finish + "\",");
    const QByteArray thought =
        only(thoughts > 0, ",\"thoughtsTokenCount\":" + QByteArray::number(thoughts));
    return "{\"candidates\":[{\"content\":{\"parts\":[" + parts + "],\"role\":\"model\"}," + reason
           + "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":"
           + QByteArray::number(content.promptTokens)
           + ",\"candidatesTokenCount\":" + QByteArray::number(tokens - thoughts)
           + ",\"totalTokenCount\":" + QByteArray::number(content.promptTokens + tokens) + thought
           + "},\"modelVersion\":" + content.model + ",\"responseId\":\"" + content.id + "\"}";
}

ToolChoice choiceOf(const QJsonValue &request)
{
    using Choice = ToolChoice::Kind;
    const QJsonValue config = member(member(request, "toolConfig"_L1, "tool_config"_L1),
                                     "functionCallingConfig"_L1, "function_calling_config"_L1);
    const QString mode = config[u"mode"].toString().toUpper();
    if (mode == "NONE"_L1)
        return {Choice::None, {}};
    if (mode != "ANY"_L1)
        return {};
    return {Choice::Required,
            member(config, "allowedFunctionNames"_L1, "allowed_function_names"_L1)[0].toString()};
}

bool readTools(CallReader &reader)
{
    const QJsonArray tools = reader.request()[u"tools"].toArray();
    for (const QJsonValue &tool : tools) {
        const QJsonArray functions =
            member(tool, "functionDeclarations"_L1, "function_declarations"_L1).toArray();
        for (const QJsonValue &function : functions) {
            const QJsonValue schema = function[u"parameters"].isUndefined()
                                          ? function[u"parametersJsonSchema"]
                                          : function[u"parameters"];
            if (!reader.addTool(u"tools"_s, function[u"name"], schema))
                return false;
        }
    }
    return reader.choose(u"toolConfig"_s, choiceOf(reader.request()));
}

bool readLimits(CallReader &reader)
{
    const QJsonValue count = reader.value(u"generationConfig.candidateCount"_s);
    if (!count.isUndefined() && count.toDouble() != 1.0)
        return reader.fail(u"generationConfig.candidateCount"_s,
                           u"The sandbox gives one candidate: 'candidateCount' must be 1."_s);
    return reader.readLimit(u"generationConfig.maxOutputTokens"_s)
           && reader.readLimit(u"generation_config.max_output_tokens"_s);
}

Result<ChatCall, ApiError> GeminiVoice::read(const QJsonObject &body, const CallPath &path) const
{
    CallReader reader(body);
    ChatCall &call = reader.call();
    call.model = path.model;
    call.stream = path.stream;
    const bool sse =
        QUrlQuery(QString::fromLatin1(path.query)).queryItemValue(u"alt"_s) == "sse"_L1;
    call.framing = sse ? StreamFraming::Sse : StreamFraming::JsonArray;
    reader.addPrompt(member(body, "systemInstruction"_L1, "system_instruction"_L1)[u"parts"]);
    [[maybe_unused]] const bool sound = reader.readMessages({u"contents"_s, u"parts"_s, true})
                                        && readLimits(reader) && readTools(reader);
    return reader.result();
}

DialectEvent GeminiVoice::piece(const AnswerContent &content, const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    const QByteArray text = part.isTool() ? QByteArray() : part.pieces[place.piece];
    const qsizetype more = part.isTool() ? part.pieces.size() : place.piece + 1;
    return {{}, chunk(content, partJson(part, text), {}, content.tokensBefore(place.part, more))};
}

QList<DialectEvent> GeminiVoice::closing(const AnswerContent &content, qsizetype) const
{
    return {{{}, chunk(content, "{\"text\":\"\"}", finishReason(content), content.outputTokens())}};
}

QByteArray GeminiVoice::whole(const AnswerContent &content) const
{
    QByteArray parts;
    for (const AnswerPart &part : content.parts)
        parts += only(!parts.isEmpty(), ",") + partJson(part, part.text());
    return chunk(content, parts, finishReason(content), content.outputTokens()) + '\n';
}

//! In the middle of a stream it is no event at all: a JSON object on lines of its own.
QList<DialectEvent> GeminiVoice::errorEvents(const ApiError &error, const AnswerContent &,
                                             qsizetype) const
{
    return {{{}, errorBody(error), DialectEvent::Form::Bare}};
}

QByteArray GeminiVoice::errorBody(const ApiError &error) const
{
    QByteArray details;
    if (error.reason == ApiError::Reason::WrongKey)
        details = "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":"
                  "\"API_KEY_INVALID\",\"domain\":\"googleapis.com\"}";
    else if (error.reason == ApiError::Reason::Quota)
        details = "{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":[]}";
    else if (error.retryAfterSeconds)
        details = "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\""
                  + QByteArray::number(*error.retryAfterSeconds) + "s\"}";
    return "{\n  \"error\": {\n    \"code\": " + QByteArray::number(error.status)
           + ",\n    \"message\": " + jsonString(error.message) + ",\n    \"status\": \""
           + statusWord(error.status) + '"'
           + only(!details.isEmpty(), ",\n    \"details\": [\n      " + details + "\n    ]")
           + "\n  }\n}\n";
}

QByteArray GeminiVoice::models() const
{
    return "{\n  \"models\": [\n    {\n      \"name\": \"models/sandbox\",\n"
           "      \"version\": \"001\",\n      \"displayName\": \"Sandbox\",\n"
           "      \"inputTokenLimit\": 1000000,\n      \"outputTokenLimit\": 100000,\n"
           "      \"supportedGenerationMethods\": [\n        \"generateContent\"\n      ]\n"
           "    }\n  ]\n}\n";
}

//! Neither is a 401.
ApiError GeminiVoice::keyError(bool missing) const
{
    ApiError error = DialectVoice::keyError(missing);
    error.status = missing ? 403 : 400;
    error.message =
        missing ? u"Method doesn't allow unregistered callers (callers without established "
                  "identity). (Simulated by the sandbox.)"_s
                : u"API key not valid. Please pass a valid API key. (Simulated by the sandbox.)"_s;
    return error;
}

} // namespace

std::unique_ptr<const DialectVoice> createGeminiVoice()
{
    return std::make_unique<GeminiVoice>();
}

} // namespace Retryscope
