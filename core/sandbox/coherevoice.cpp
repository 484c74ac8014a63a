// SPDX-License-Identifier: MIT
#include "core/sandbox/callreader_p.h"
#include "core/sandbox/dialectvoice_p.h"

#include <QtCore/QJsonArray>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

using Kind = AnswerPart::Kind;

class CohereVoice final : public DialectVoice
{
public:
    CohereVoice() : DialectVoice("cohere") {}

    Result<ChatCall, ApiError> read(const QJsonObject &body, const CallPath &) const override;
    QList<DialectEvent> opening(const AnswerContent &content) const override;
    QList<DialectEvent> partOpening(const AnswerContent &content,
                                    const EventPlace &place) const override;
    DialectEvent piece(const AnswerContent &content, const EventPlace &place) const override;
    QList<DialectEvent> partClosing(const AnswerContent &content,
                                    const EventPlace &place) const override;
    QList<DialectEvent> closing(const AnswerContent &content, qsizetype index) const override;

    bool canRefuse() const override { return false; }

    QByteArray whole(const AnswerContent &content) const override;
    QList<DialectEvent> errorEvents(const ApiError &error, const AnswerContent &content,
                                    qsizetype) const override;
    QByteArray errorBody(const ApiError &error) const override;

    //! No header says when to come again.
    QList<HttpHeader> errorHeaders(const ApiError &) const override { return {}; }

    QByteArray models() const override;
    QList<HttpHeader> rateLimitHeaders(int limit, int remaining, int) const override;
    ApiError keyError(bool missing) const override;
};

DialectEvent event(const QByteArray &type, const QByteArray &rest)
{
    return {type, "{\"type\":\"" + type + "\"," + rest + '}'};
}

QByteArray finishReason(const AnswerContent &content)
{
    switch (content.stop) {
    // There is no word for a refusal.
    case AnswerContent::Stop::End:
    case AnswerContent::Stop::Refusal:
        return "COMPLETE";
    case AnswerContent::Stop::Length:
        return "MAX_TOKENS";
    case AnswerContent::Stop::Tool:
        return "TOOL_CALL";
    }
    Q_UNREACHABLE();
}

QByteArray usage(const AnswerContent &content)
{
    const QByteArray tokens = "{\"input_tokens\":" + QByteArray::number(content.promptTokens)
                              + ",\"output_tokens\":" + QByteArray::number(content.outputTokens())
                              + '}';
    return "{\"billed_units\":" + tokens + ",\"tokens\":" + tokens + '}';
}

//! Texts and tools are counted apart.
qsizetype indexOf(const AnswerContent &content, qsizetype part)
{
    qsizetype index = 0;
    for (qsizetype i = 0; i < part; ++i)
        index += content.parts[i].isTool() == content.parts[part].isTool() ? 1 : 0;
    return index;
}

QByteArray head(const AnswerContent &content, qsizetype part)
{
    return "\"index\":" + QByteArray::number(indexOf(content, part));
}

const char *memberOf(const AnswerPart &part)
{
    return part.kind == Kind::Reasoning ? "thinking" : "text";
}

QByteArray call(const AnswerContent &content, qsizetype index, const QByteArray &arguments)
{
    return "{\"id\":\"" + content.partId("call_", index)
           + "\",\"type\":\"function\",\"function\":{\"name\":" + content.parts[index].toolName
           + ",\"arguments\":\"" + arguments + "\"}}";
}

QByteArray contentPart(const AnswerPart &part, const QByteArray &text)
{
    const QByteArray member = memberOf(part);
    return "{\"type\":\"" + member + "\",\"" + member + "\":\"" + text + "\"}";
}

ToolChoice choiceOf(const QJsonValue &choice)
{
    using Choice = ToolChoice::Kind;
    const QString word = choice.toString().toUpper();
    return {word == "NONE"_L1       ? Choice::None
            : word == "REQUIRED"_L1 ? Choice::Required
                                    : Choice::Auto,
            {}};
}

bool readTools(CallReader &reader)
{
    const QJsonArray tools = reader.request()[u"tools"].toArray();
    for (const QJsonValue &tool : tools) {
        const QJsonValue function = tool[u"function"];
        if (!reader.addTool(u"tools"_s, function[u"name"], function[u"parameters"]))
            return false;
    }
    return reader.choose(u"tool_choice"_s, choiceOf(reader.request()[u"tool_choice"]));
}

Result<ChatCall, ApiError> CohereVoice::read(const QJsonObject &body, const CallPath &) const
{
    CallReader reader(body);
    [[maybe_unused]] const bool sound = reader.readModel()
                                        && reader.readMessages({u"messages"_s, u"content"_s})
                                        && reader.readFlag(u"stream"_s, reader.call().stream)
                                        && reader.readLimit(u"max_tokens"_s) && readTools(reader);
    return reader.result();
}

QList<DialectEvent> CohereVoice::opening(const AnswerContent &content) const
{
    return {{"message-start",
             "{\"id\":\"" + content.id
                 + "\",\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":\"assistant\","
                   "\"content\":[],\"tool_plan\":\"\",\"tool_calls\":[],\"citations\":[]}}}"}};
}

QList<DialectEvent> CohereVoice::partOpening(const AnswerContent &content,
                                             const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    const QByteArray start = head(content, place.part) + ",\"delta\":{\"message\":{";
    if (part.isTool())
        return {event("tool-call-start",
                      start + "\"tool_calls\":" + call(content, place.part, {}) + "}}")};
    return {event("content-start", start + "\"content\":" + contentPart(part, {}) + "}}")};
}

DialectEvent CohereVoice::piece(const AnswerContent &content, const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    const QByteArray start = head(content, place.part) + ",\"delta\":{\"message\":{";
    const QByteArray text = part.pieces[place.piece];
    if (part.isTool())
        return event("tool-call-delta",
                     start + "\"tool_calls\":{\"function\":{\"arguments\":\"" + text + "\"}}}}");
    return event("content-delta",
                 start + "\"content\":{\"" + memberOf(part) + "\":\"" + text + "\"}}}");
}

QList<DialectEvent> CohereVoice::partClosing(const AnswerContent &content,
                                             const EventPlace &place) const
{
    return {event(content.parts[place.part].isTool() ? "tool-call-end" : "content-end",
                  head(content, place.part))};
}

QList<DialectEvent> CohereVoice::closing(const AnswerContent &content, qsizetype) const
{
    return {event("message-end", "\"delta\":{\"finish_reason\":\"" + finishReason(content)
                                     + "\",\"usage\":" + usage(content) + '}'),
            {{}, "[DONE]"}};
}

QByteArray CohereVoice::whole(const AnswerContent &content) const
{
    QByteArray texts;
    QByteArray calls;
    for (qsizetype i = 0; i < content.parts.size(); ++i) {
        const AnswerPart &part = content.parts[i];
        QByteArray &list = part.isTool() ? calls : texts;
        list += only(!list.isEmpty(), ",");
        list += part.isTool() ? call(content, i, part.text()) : contentPart(part, part.text());
    }
    QByteArray message = "{\"role\":\"assistant\"";
    message += only(!texts.isEmpty(), ",\"content\":[" + texts + ']');
    message += only(!calls.isEmpty(), ",\"tool_calls\":[" + calls + ']');
    return "{\"id\":\"" + content.id + "\",\"finish_reason\":\"" + finishReason(content)
           + "\",\"message\":" + message + "},\"usage\":" + usage(content) + "}\n";
}

QList<DialectEvent> CohereVoice::errorEvents(const ApiError &error, const AnswerContent &content,
                                             qsizetype) const
{
    return {event("message-end",
                  "\"delta\":{\"finish_reason\":\"ERROR\",\"error\":" + jsonString(error.message)
                      + ",\"error_type\":" + jsonString(error.type) + ",\"usage\":" + usage(content)
                      + '}'),
            {{}, "[DONE]"}};
}

QByteArray CohereVoice::errorBody(const ApiError &error) const
{
    return "{\"id\":\"sandbox\",\"message\":" + jsonString(error.message) + "}\n";
}

QByteArray CohereVoice::models() const
{
    return "{\"models\":[{\"name\":\"sandbox\",\"endpoints\":[\"chat\"],\"finetuned\":false,"
           "\"context_length\":1000000,\"tokenizer_url\":null,\"default_endpoints\":[],"
           "\"features\":[\"tools\"]}],\"next_page_token\":null}\n";
}

QList<HttpHeader> CohereVoice::rateLimitHeaders(int limit, int remaining, int) const
{
    return {{"x-trial-endpoint-call-limit", QByteArray::number(limit)},
            {"x-trial-endpoint-call-remaining", QByteArray::number(remaining)}};
}

ApiError CohereVoice::keyError(bool missing) const
{
    ApiError error = DialectVoice::keyError(missing);
    error.message = missing ? u"no api key supplied (Simulated by the sandbox.)"_s
                            : u"invalid api token (Simulated by the sandbox.)"_s;
    return error;
}

} // namespace

std::unique_ptr<const DialectVoice> createCohereVoice()
{
    return std::make_unique<CohereVoice>();
}

} // namespace Retryscope
