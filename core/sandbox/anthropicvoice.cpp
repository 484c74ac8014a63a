// SPDX-License-Identifier: MIT
#include "core/sandbox/callreader_p.h"
#include "core/sandbox/dialectvoice_p.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

using Kind = AnswerPart::Kind;

class AnthropicVoice final : public DialectVoice
{
public:
    AnthropicVoice() : DialectVoice("anthropic") {}

    Result<ChatCall, ApiError> read(const QJsonObject &body, const CallPath &) const override;
    QList<DialectEvent> opening(const AnswerContent &content) const override;
    QList<DialectEvent> partOpening(const AnswerContent &content,
                                    const EventPlace &place) const override;
    DialectEvent piece(const AnswerContent &content, const EventPlace &place) const override;
    QList<DialectEvent> partClosing(const AnswerContent &content,
                                    const EventPlace &place) const override;
    QList<DialectEvent> closing(const AnswerContent &content, qsizetype index) const override;

    //! Without message_stop alone: what is before it looks like an end, and is none.
    qsizetype proof() const override { return 1; }

    QByteArray ping() const override { return "event: ping\ndata: {\"type\": \"ping\"}\n\n"; }

    QByteArray whole(const AnswerContent &content) const override;
    QList<DialectEvent> errorEvents(const ApiError &error, const AnswerContent &,
                                    qsizetype) const override;
    QByteArray errorBody(const ApiError &error) const override;
    QList<HttpHeader> errorHeaders(const ApiError &error) const override;
    QByteArray models() const override;
    QList<HttpHeader> rateLimitHeaders(int limit, int remaining, int resetSeconds) const override;
    ApiError keyError(bool missing) const override;
};

DialectEvent event(const QByteArray &type, const QByteArray &rest)
{
    return {type, "{\"type\":\"" + type + '"' + only(!rest.isEmpty(), ',' + rest) + '}'};
}

QByteArray errorType(int status)
{
    switch (status) {
    case 401:
        return "authentication_error";
    case 402:
        return "billing_error";
    case 403:
        return "permission_error";
    case 404:
        return "not_found_error";
    case 413:
        return "request_too_large";
    case 429:
        return "rate_limit_error";
    case 504:
        return "timeout_error";
    case 529:
        return "overloaded_error";
    default:
        return status >= 500 ? "api_error" : "invalid_request_error";
    }
}

QByteArray errorObject(const ApiError &error)
{
    return "\"error\":{\"type\":\"" + errorType(error.status)
           + "\",\"message\":" + jsonString(error.message) + '}';
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
        return "refusal";
    }
    Q_UNREACHABLE();
}

QByteArray usage(const AnswerContent &content, qsizetype outputTokens)
{
    return "\"usage\":{\"input_tokens\":" + QByteArray::number(content.promptTokens)
           + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":"
           + QByteArray::number(outputTokens) + '}';
}

//! A block: empty as it begins, or with everything in it.
QByteArray block(const AnswerContent &content, qsizetype index, bool done)
{
    const AnswerPart &part = content.parts[index];
    const QByteArray text = done ? part.text() : QByteArray();
    switch (part.kind) {
    case Kind::Text:
    case Kind::Refusal:
        return "{\"type\":\"text\",\"text\":\"" + text + "\"}";
    case Kind::Reasoning:
        return "{\"type\":\"thinking\",\"thinking\":\"" + text + "\",\"signature\":\""
               + (done ? content.id : QByteArray()) + "\"}";
    case Kind::Tool:
        return "{\"type\":\"tool_use\",\"id\":\"" + content.partId("toolu_", index) + "\",\"name\":"
               + part.toolName + ",\"input\":" + (done ? part.object() : QByteArray("{}")) + '}';
    }
    Q_UNREACHABLE();
}

//! A whole message, or the beginning of one. \a blocks: what its content holds.
QByteArray message(const AnswerContent &content, const QByteArray &blocks, const QByteArray &stop,
                   qsizetype outputTokens)
{
    return "{\"id\":\"msg_" + content.id
           + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":" + content.model
           + ",\"content\":[" + blocks + "],\"stop_reason\":" + stop + ",\"stop_sequence\":null,"
           + usage(content, outputTokens) + '}';
}

QByteArray indexOf(const EventPlace &place)
{
    return "\"index\":" + QByteArray::number(place.part);
}

ToolChoice choiceOf(const QJsonValue &choice)
{
    using Choice = ToolChoice::Kind;
    const QString type = choice[u"type"].toString();
    return {type == "none"_L1                       ? Choice::None
            : type == "any"_L1 || type == "tool"_L1 ? Choice::Required
                                                    : Choice::Auto,
            choice[u"name"].toString()};
}

bool readTools(CallReader &reader)
{
    const QJsonArray tools = reader.request()[u"tools"].toArray();
    for (const QJsonValue &tool : tools) {
        if (!reader.addTool(u"tools"_s, tool[u"name"], tool[u"input_schema"]))
            return false;
    }
    return reader.choose(u"tool_choice"_s, choiceOf(reader.request()[u"tool_choice"]));
}

Result<ChatCall, ApiError> AnthropicVoice::read(const QJsonObject &body, const CallPath &) const
{
    CallReader reader(body);
    const auto readMostTokens = [&reader] {
        if (reader.request()[u"max_tokens"].isUndefined())
            return reader.failMissing(u"max_tokens"_s);
        return reader.readLimit(u"max_tokens"_s);
    };
    reader.addPrompt(body[u"system"]);
    [[maybe_unused]] const bool sound =
        reader.readModel() && reader.readMessages({u"messages"_s, u"content"_s}) && readMostTokens()
        && reader.readFlag(u"stream"_s, reader.call().stream) && readTools(reader);
    return reader.result();
}

QList<DialectEvent> AnthropicVoice::opening(const AnswerContent &content) const
{
    // A small number, as the provider's own is: it counts nothing yet.
    return {event("message_start", "\"message\":" + message(content, {}, "null", 1))};
}

QList<DialectEvent> AnthropicVoice::partOpening(const AnswerContent &content,
                                                const EventPlace &place) const
{
    QList<DialectEvent> events{
        event("content_block_start",
              indexOf(place) + ",\"content_block\":" + block(content, place.part, false))};
    if (place.part == 0)
        events.append(DialectEvent{"ping", "{\"type\": \"ping\"}"});
    return events;
}

DialectEvent AnthropicVoice::piece(const AnswerContent &content, const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    const QByteArray words = part.isTool()                  ? "input_json_delta\",\"partial_json"
                             : part.kind == Kind::Reasoning ? "thinking_delta\",\"thinking"
                                                            : "text_delta\",\"text";
    return event("content_block_delta", indexOf(place) + ",\"delta\":{\"type\":\"" + words + "\":\""
                                            + part.pieces[place.piece] + "\"}");
}

QList<DialectEvent> AnthropicVoice::partClosing(const AnswerContent &content,
                                                const EventPlace &place) const
{
    QList<DialectEvent> events;
    if (content.parts[place.part].kind == Kind::Reasoning)
        events.append(event("content_block_delta",
                            indexOf(place)
                                + ",\"delta\":{\"type\":\"signature_delta\",\"signature\":\""
                                + content.id + "\"}"));
    events.append(event("content_block_stop", indexOf(place)));
    return events;
}

QList<DialectEvent> AnthropicVoice::closing(const AnswerContent &content, qsizetype) const
{
    return {event("message_delta", "\"delta\":{\"stop_reason\":\"" + stopReason(content)
                                       + "\",\"stop_sequence\":null},"
                                       + usage(content, content.outputTokens())),
            event("message_stop", {})};
}

QByteArray AnthropicVoice::whole(const AnswerContent &content) const
{
    QByteArray blocks;
    for (qsizetype i = 0; i < content.parts.size(); ++i)
        blocks += only(i > 0, ",") + block(content, i, true);
    return message(content, blocks, '"' + stopReason(content) + '"', content.outputTokens()) + '\n';
}

QList<DialectEvent> AnthropicVoice::errorEvents(const ApiError &error, const AnswerContent &,
                                                qsizetype) const
{
    return {event("error", errorObject(error))};
}

QByteArray AnthropicVoice::errorBody(const ApiError &error) const
{
    return "{\"type\":\"error\"," + errorObject(error) + "}\n";
}

QList<HttpHeader> AnthropicVoice::errorHeaders(const ApiError &error) const
{
    const bool retryable = error.status == 429 || error.status >= 500;
    return DialectVoice::errorHeaders(error)
           << HttpHeader{"x-should-retry", retryable ? "true" : "false"};
}

QByteArray AnthropicVoice::models() const
{
    return "{\"data\":[{\"type\":\"model\",\"id\":\"sandbox\",\"display_name\":\"Sandbox\","
           "\"created_at\":\"2026-01-01T00:00:00Z\"}],\"has_more\":false,\"first_id\":\"sandbox\","
           "\"last_id\":\"sandbox\"}\n";
}

//! Anthropic names the moment, not the time that is left.
QList<HttpHeader> AnthropicVoice::rateLimitHeaders(int limit, int remaining, int resetSeconds) const
{
    const auto reset = QDateTime::currentDateTimeUtc().addSecs(resetSeconds);
    return {{"anthropic-ratelimit-requests-limit", QByteArray::number(limit)},
            {"anthropic-ratelimit-requests-remaining", QByteArray::number(remaining)},
            {"anthropic-ratelimit-requests-reset", reset.toString(Qt::ISODate).toLatin1()}};
}

ApiError AnthropicVoice::keyError(bool missing) const
{
    ApiError error = DialectVoice::keyError(missing);
    error.message = missing ? u"x-api-key header is required (Simulated by the sandbox.)"_s
                            : u"invalid x-api-key (Simulated by the sandbox.)"_s;
    return error;
}

} // namespace

std::unique_ptr<const DialectVoice> createAnthropicVoice()
{
    return std::make_unique<AnthropicVoice>();
}

} // namespace Retryscope
