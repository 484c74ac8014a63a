// SPDX-License-Identifier: MIT
#include "core/sandbox/callreader_p.h"
#include "core/sandbox/dialectvoice_p.h"
#include "core/sandbox/openaiwords_p.h"

#include <QtCore/QJsonArray>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

class OpenAiChatVoice final : public DialectVoice
{
public:
    OpenAiChatVoice() : DialectVoice("openai-chat") {}

    Result<ChatCall, ApiError> read(const QJsonObject &body, const CallPath &) const override;
    QList<DialectEvent> opening(const AnswerContent &content) const override;
    QList<DialectEvent> partOpening(const AnswerContent &content,
                                    const EventPlace &place) const override;
    DialectEvent piece(const AnswerContent &content, const EventPlace &place) const override;
    QList<DialectEvent> closing(const AnswerContent &content, qsizetype index) const override;
    QByteArray whole(const AnswerContent &content) const override;

    QList<DialectEvent> errorEvents(const ApiError &error, const AnswerContent &,
                                    qsizetype) const override
    {
        return {{{}, openAiErrorLine(error)}};
    }

    QByteArray errorBody(const ApiError &error) const override { return openAiErrorBody(error); }

    QByteArray models() const override { return openAiModels(); }
};

bool readFlags(CallReader &reader)
{
    const QJsonValue choices = reader.request()[u"n"];
    if (!reader.readFlag(u"stream"_s, reader.call().stream))
        return false;
    reader.call().includeUsage = reader.value(u"stream_options.include_usage"_s).toBool();
    return choices.isUndefined() || choices.isNull() || choices.toDouble() == 1.0
           || reader.fail(u"n"_s, u"The sandbox gives one choice: 'n' must be 1."_s);
}

ToolChoice choiceOf(const QJsonValue &choice)
{
    using Kind = ToolChoice::Kind;
    const QString word = choice.toString();
    const QString name = choice[u"function"][u"name"].toString();
    return {word == "none"_L1                          ? Kind::None
            : word == "required"_L1 || !name.isEmpty() ? Kind::Required
                                                       : Kind::Auto,
            name};
}

QByteArray start(const AnswerContent &content, const char *object)
{
    return "{\"id\":\"chatcmpl-sandbox" + content.id + "\",\"object\":\"" + object
           + "\",\"created\":" + QByteArray::number(answerTime) + ",\"model\":" + content.model
           + ",\"system_fingerprint\":\"fp_sandbox\",";
}

DialectEvent chunk(const AnswerContent &content, const QByteArray &delta,
                   const QByteArray &reason = "null")
{
    return {{},
            start(content, "chat.completion.chunk") + "\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"logprobs\":null,\"finish_reason\":" + reason + "}]"
                + only(content.includeUsage, ",\"usage\":null") + '}'};
}

QByteArray finishReason(const AnswerContent &content)
{
    switch (content.stop) {
    case AnswerContent::Stop::Length:
        return "\"length\"";
    case AnswerContent::Stop::Tool:
        return "\"tool_calls\"";
    // A refusal ends like any text.
    case AnswerContent::Stop::End:
    case AnswerContent::Stop::Refusal:
        return "\"stop\"";
    }
    Q_UNREACHABLE();
}

QByteArray usage(const AnswerContent &content)
{
    const qsizetype output = content.outputTokens();
    return "{\"prompt_tokens\":" + QByteArray::number(content.promptTokens)
           + ",\"completion_tokens\":" + QByteArray::number(output)
           + ",\"total_tokens\":" + QByteArray::number(content.promptTokens + output)
           + ",\"prompt_tokens_details\":{\"cached_tokens\":0},"
             "\"completion_tokens_details\":{\"reasoning_tokens\":"
           + QByteArray::number(content.reasoningTokens()) + "}}";
}

//! Which of the answer's calls a part is.
qsizetype callIndex(const AnswerContent &content, qsizetype part)
{
    qsizetype calls = 0;
    for (qsizetype i = 0; i < part; ++i)
        calls += content.parts[i].isTool() ? 1 : 0;
    return calls;
}

QByteArray callId(const AnswerContent &content, qsizetype part)
{
    return content.partId("call_", part);
}

//! Where a text of that kind goes, in a delta and in a whole message.
const char *memberOf(AnswerPart::Kind kind)
{
    switch (kind) {
    case AnswerPart::Kind::Text:
    case AnswerPart::Kind::Tool:
        return "content";
    case AnswerPart::Kind::Reasoning:
        return "reasoning_content";
    case AnswerPart::Kind::Refusal:
        return "refusal";
    }
    Q_UNREACHABLE();
}

QByteArray textOf(const AnswerContent &content, AnswerPart::Kind kind)
{
    QByteArray text;
    bool found = false;
    for (const AnswerPart &part : content.parts) {
        if (part.kind != kind)
            continue;
        text += part.text();
        found = true;
    }
    return found ? QByteArray('"' + text + '"') : QByteArray("null");
}

Result<ChatCall, ApiError> OpenAiChatVoice::read(const QJsonObject &body, const CallPath &) const
{
    CallReader reader(body);
    const auto readTools = [&reader] {
        const QJsonValue value = reader.request()[u"tools"];
        const QJsonArray tools = value.toArray();
        if (!value.isUndefined() && !value.isNull() && !value.isArray())
            return reader.addTool(u"tools"_s, {}, {});
        for (const QJsonValue &tool : tools) {
            const QJsonValue function = tool[u"function"];
            if (!reader.addTool(u"tools"_s, function[u"name"], function[u"parameters"]))
                return false;
        }
        return reader.choose(u"tool_choice"_s, choiceOf(reader.request()[u"tool_choice"]));
    };
    [[maybe_unused]] const bool sound =
        reader.readModel() && reader.readMessages({u"messages"_s, u"content"_s})
        && readFlags(reader) && reader.readLimit(u"max_tokens"_s)
        && reader.readLimit(u"max_completion_tokens"_s) && readTools();
    return reader.result();
}

QList<DialectEvent> OpenAiChatVoice::opening(const AnswerContent &content) const
{
    const bool speaks = !content.parts.isEmpty() && !content.parts.first().isTool();
    return {chunk(content, speaks ? "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"
                                  : "{\"role\":\"assistant\",\"content\":null}")};
}

QList<DialectEvent> OpenAiChatVoice::partOpening(const AnswerContent &content,
                                                 const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    if (!part.isTool())
        return {};
    return {chunk(content, "{\"tool_calls\":[{\"index\":"
                               + QByteArray::number(callIndex(content, place.part)) + ",\"id\":\""
                               + callId(content, place.part)
                               + "\",\"type\":\"function\",\"function\":{\"name\":" + part.toolName
                               + ",\"arguments\":\"\"}}]}")};
}

DialectEvent OpenAiChatVoice::piece(const AnswerContent &content, const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    const QByteArray text = part.pieces[place.piece];
    if (!part.isTool())
        return chunk(content, QByteArray("{\"") + memberOf(part.kind) + "\":\"" + text + "\"}");
    return chunk(content,
                 "{\"tool_calls\":[{\"index\":" + QByteArray::number(callIndex(content, place.part))
                     + ",\"function\":{\"arguments\":\"" + text + "\"}}]}");
}

QList<DialectEvent> OpenAiChatVoice::closing(const AnswerContent &content, qsizetype) const
{
    QList<DialectEvent> events{chunk(content, "{}", finishReason(content))};
    if (content.includeUsage)
        events.append(DialectEvent{{},
                                   start(content, "chat.completion.chunk")
                                       + "\"choices\":[],\"usage\":" + usage(content) + '}'});
    events.append(DialectEvent{{}, "[DONE]"});
    return events;
}

QByteArray OpenAiChatVoice::whole(const AnswerContent &content) const
{
    using Kind = AnswerPart::Kind;
    QByteArray message = "{\"role\":\"assistant\",\"content\":" + textOf(content, Kind::Text)
                         + ",\"refusal\":" + textOf(content, Kind::Refusal);
    if (content.reasoningTokens() > 0)
        message += ",\"reasoning_content\":" + textOf(content, Kind::Reasoning);
    QByteArray calls;
    for (qsizetype i = 0; i < content.parts.size(); ++i) {
        const AnswerPart &part = content.parts[i];
        if (part.isTool())
            calls += only(!calls.isEmpty(), ",") + "{\"id\":\"" + callId(content, i)
                     + "\",\"type\":\"function\",\"function\":{\"name\":" + part.toolName
                     + ",\"arguments\":\"" + part.text() + "\"}}";
    }
    if (!calls.isEmpty())
        message += ",\"tool_calls\":[" + calls + ']';
    return start(content, "chat.completion") + "\"choices\":[{\"index\":0,\"message\":" + message
           + "},\"logprobs\":null,\"finish_reason\":" + finishReason(content)
           + "}],\"usage\":" + usage(content) + "}\n";
}

} // namespace

std::unique_ptr<const DialectVoice> createOpenAiChatVoice()
{
    return std::make_unique<OpenAiChatVoice>();
}

} // namespace Retryscope
