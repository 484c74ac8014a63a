// SPDX-License-Identifier: MIT
#include "core/sandbox/callreader_p.h"
#include "core/sandbox/dialectvoice_p.h"
#include "core/sandbox/openaiwords_p.h"

#include <QtCore/QJsonArray>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

using Kind = AnswerPart::Kind;

class OpenAiResponsesVoice final : public DialectVoice
{
public:
    OpenAiResponsesVoice() : DialectVoice("openai-responses") {}

    Result<ChatCall, ApiError> read(const QJsonObject &body, const CallPath &) const override;
    QList<DialectEvent> opening(const AnswerContent &content) const override;
    QList<DialectEvent> partOpening(const AnswerContent &content,
                                    const EventPlace &place) const override;
    DialectEvent piece(const AnswerContent &content, const EventPlace &place) const override;
    QList<DialectEvent> partClosing(const AnswerContent &content,
                                    const EventPlace &place) const override;
    QList<DialectEvent> closing(const AnswerContent &content, qsizetype index) const override;
    QByteArray whole(const AnswerContent &content) const override;
    QList<DialectEvent> errorEvents(const ApiError &error, const AnswerContent &content,
                                    qsizetype index) const override;

    QByteArray errorBody(const ApiError &error) const override { return openAiErrorBody(error); }

    QByteArray models() const override { return openAiModels(); }
};

DialectEvent event(const QByteArray &type, qsizetype index, const QByteArray &rest)
{
    return {type, "{\"type\":\"" + type + "\",\"sequence_number\":" + QByteArray::number(index)
                      + ',' + rest + '}'};
}

//! What is different about the kinds of parts.
struct PartWords
{
    const char *idPrefix;
    //! Of the event for the part's beginning and end; empty: none.
    const char *part;
    //! Of the events that bring it: NAME.delta and NAME.done.
    const char *text;
    //! The member that holds all of it at the end.
    const char *member;
    //! Which of several within the item.
    const char *index;
};

PartWords wordsOf(Kind kind)
{
    switch (kind) {
    case Kind::Text:
        return {"msg_", "response.content_part", "response.output_text", "text", "content_index"};
    case Kind::Refusal:
        return {"msg_", "response.content_part", "response.refusal", "refusal", "content_index"};
    case Kind::Reasoning:
        return {"rs_", "response.reasoning_summary_part", "response.reasoning_summary_text", "text",
                "summary_index"};
    case Kind::Tool:
        return {"fc_", "", "response.function_call_arguments", "arguments", ""};
    }
    Q_UNREACHABLE();
}

QByteArray itemId(const AnswerContent &content, qsizetype part)
{
    return content.partId(wordsOf(content.parts[part].kind).idPrefix, part);
}

//! The content of a message or the summary of a thought. \a text stands in a JSON string.
QByteArray contentPart(Kind kind, const QByteArray &text)
{
    switch (kind) {
    case Kind::Text:
        return "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"" + text
               + "\"}";
    case Kind::Refusal:
        return "{\"type\":\"refusal\",\"refusal\":\"" + text + "\"}";
    case Kind::Reasoning:
        return "{\"type\":\"summary_text\",\"text\":\"" + text + "\"}";
    case Kind::Tool:
        return {};
    }
    Q_UNREACHABLE();
}

//! An element of the output: as it begins, or as it ends.
QByteArray item(const AnswerContent &content, qsizetype index, bool done)
{
    const AnswerPart &part = content.parts[index];
    const QByteArray id = "{\"id\":\"" + itemId(content, index) + '"';
    const bool cut = part.cut || content.stop == AnswerContent::Stop::Length;
    const QByteArray status = !done ? "in_progress" : cut ? "incomplete" : "completed";
    const QByteArray list = done ? contentPart(part.kind, part.text()) : QByteArray();
    switch (part.kind) {
    case Kind::Text:
    case Kind::Refusal:
        return id + ",\"type\":\"message\",\"status\":\"" + status + "\",\"content\":[" + list
               + "],\"role\":\"assistant\"}";
    case Kind::Reasoning:
        return id + ",\"type\":\"reasoning\",\"summary\":[" + list + "]}";
    case Kind::Tool:
        return id + ",\"type\":\"function_call\",\"status\":\"" + status + "\",\"arguments\":\""
               + (done ? part.text() : QByteArray()) + "\",\"call_id\":\""
               + content.partId("call_", index) + "\",\"name\":" + part.toolName + '}';
    }
    Q_UNREACHABLE();
}

QByteArray usage(const AnswerContent &content)
{
    const qsizetype output = content.outputTokens();
    return "{\"input_tokens\":" + QByteArray::number(content.promptTokens)
           + ",\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":"
           + QByteArray::number(output) + ",\"output_tokens_details\":{\"reasoning_tokens\":"
           + QByteArray::number(content.reasoningTokens())
           + "},\"total_tokens\":" + QByteArray::number(content.promptTokens + output) + '}';
}

//! The object that stands for the whole answer. \a error: a JSON value.
QByteArray response(const AnswerContent &content, const QByteArray &status, bool withOutput,
                    const QByteArray &error = "null")
{
    QByteArray output;
    for (qsizetype i = 0; withOutput && i < content.parts.size(); ++i)
        output += only(i > 0, ",") + item(content, i, true);
    const char *details = status == "incomplete" ? "{\"reason\":\"max_output_tokens\"}" : "null";
    return "{\"id\":\"resp_" + content.id + "\",\"object\":\"response\",\"created_at\":"
           + QByteArray::number(answerTime) + ",\"status\":\"" + status
           + "\",\"background\":false,\"error\":" + error + ",\"incomplete_details\":" + details
           + ",\"instructions\":null,\"max_output_tokens\":null,\"model\":" + content.model
           + ",\"output\":[" + output
           + "],\"parallel_tool_calls\":true,\"previous_response_id\":null,"
             "\"reasoning\":{\"effort\":null,\"summary\":null},\"store\":true,\"temperature\":1.0,"
             "\"text\":{\"format\":{\"type\":\"text\"}},\"tool_choice\":\"auto\",\"tools\":[],"
             "\"top_p\":1.0,\"truncation\":\"disabled\",\"usage\":"
           + (withOutput ? usage(content) : QByteArray("null")) + ",\"user\":null,\"metadata\":{}}";
}

QByteArray finalStatus(const AnswerContent &content)
{
    return content.stop == AnswerContent::Stop::Length ? "incomplete" : "completed";
}

//! Where a part stands: the members that its events have.
QByteArray placeOf(const AnswerContent &content, qsizetype part)
{
    const QByteArray index = wordsOf(content.parts[part].kind).index;
    return "\"item_id\":\"" + itemId(content, part) + "\",\"output_index\":"
           + QByteArray::number(part) + only(!index.isEmpty(), ",\"" + index + "\":0");
}

ToolChoice choiceOf(const QJsonValue &choice)
{
    using Choice = ToolChoice::Kind;
    const QString word = choice.toString();
    const QString name = choice[u"name"].toString();
    return {word == "none"_L1                          ? Choice::None
            : word == "required"_L1 || !name.isEmpty() ? Choice::Required
                                                       : Choice::Auto,
            name};
}

//! The prompt is a text, or a list of messages and what tools gave back.
bool readInput(CallReader &reader)
{
    const QJsonValue input = reader.request()[u"input"];
    reader.addPrompt(reader.request()[u"instructions"]);
    if (!input.isString())
        return reader.readMessages({u"input"_s, u"content"_s, true});
    reader.addPrompt(input);
    reader.call().promptTokens += 4;
    reader.setLastUserText(input.toString());
    return true;
}

bool readTools(CallReader &reader)
{
    const QJsonArray tools = reader.request()[u"tools"].toArray();
    for (const QJsonValue &tool : tools) {
        // Tools that the provider runs itself are none that an answer could call.
        if (tool[u"type"].toString() != "function"_L1)
            continue;
        if (!reader.addTool(u"tools"_s, tool[u"name"], tool[u"parameters"]))
            return false;
    }
    return reader.choose(u"tool_choice"_s, choiceOf(reader.request()[u"tool_choice"]));
}

Result<ChatCall, ApiError> OpenAiResponsesVoice::read(const QJsonObject &body,
                                                      const CallPath &) const
{
    CallReader reader(body);
    [[maybe_unused]] const bool sound = reader.readModel() && readInput(reader)
                                        && reader.readFlag(u"stream"_s, reader.call().stream)
                                        && reader.readLimit(u"max_output_tokens"_s)
                                        && readTools(reader);
    return reader.result();
}

QList<DialectEvent> OpenAiResponsesVoice::opening(const AnswerContent &content) const
{
    const QByteArray begun = "\"response\":" + response(content, "in_progress", false);
    return {event("response.created", 0, begun), event("response.in_progress", 1, begun)};
}

QList<DialectEvent> OpenAiResponsesVoice::partOpening(const AnswerContent &content,
                                                      const EventPlace &place) const
{
    const Kind kind = content.parts[place.part].kind;
    const QByteArray name = wordsOf(kind).part;
    QList<DialectEvent> events{event("response.output_item.added", place.index,
                                     "\"output_index\":" + QByteArray::number(place.part)
                                         + ",\"item\":" + item(content, place.part, false))};
    if (!name.isEmpty())
        events.append(event(name + ".added", place.index + 1,
                            placeOf(content, place.part) + ",\"part\":" + contentPart(kind, {})));
    return events;
}

DialectEvent OpenAiResponsesVoice::piece(const AnswerContent &content,
                                         const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    return event(wordsOf(part.kind).text + QByteArray(".delta"), place.index,
                 placeOf(content, place.part) + ",\"delta\":\"" + part.pieces[place.piece] + '"'
                     + only(part.kind == Kind::Text, ",\"logprobs\":[]"));
}

QList<DialectEvent> OpenAiResponsesVoice::partClosing(const AnswerContent &content,
                                                      const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    const PartWords words = wordsOf(part.kind);
    const QByteArray where = placeOf(content, place.part);
    qsizetype index = place.index;
    QList<DialectEvent> events{event(words.text + QByteArray(".done"), index++,
                                     where + ",\"" + words.member + "\":\"" + part.text() + '"'
                                         + only(part.kind == Kind::Text, ",\"logprobs\":[]")
                                         + only(part.isTool(), ",\"name\":" + part.toolName))};
    if (*words.part)
        events.append(event(words.part + QByteArray(".done"), index++,
                            where + ",\"part\":" + contentPart(part.kind, part.text())));
    events.append(event("response.output_item.done", index,
                        "\"output_index\":" + QByteArray::number(place.part)
                            + ",\"item\":" + item(content, place.part, true)));
    return events;
}

QList<DialectEvent> OpenAiResponsesVoice::closing(const AnswerContent &content,
                                                  qsizetype index) const
{
    const QByteArray status = finalStatus(content);
    return {event("response." + status, index, "\"response\":" + response(content, status, true))};
}

QByteArray OpenAiResponsesVoice::whole(const AnswerContent &content) const
{
    return response(content, finalStatus(content), true) + '\n';
}

QList<DialectEvent> OpenAiResponsesVoice::errorEvents(const ApiError &error,
                                                      const AnswerContent &content,
                                                      qsizetype index) const
{
    const QByteArray code = jsonString(error.code.isEmpty() ? error.type : error.code);
    const QByteArray message = ",\"message\":" + jsonString(error.message);
    return {event("error", index,
                  "\"error\":{\"type\":" + jsonString(error.type) + ",\"code\":" + code + message
                      + ",\"param\":" + stringOrNull(error.param) + '}'),
            event("response.failed", index + 1,
                  "\"response\":"
                      + response(content, "failed", false, "{\"code\":" + code + message + '}'))};
}

} // namespace

std::unique_ptr<const DialectVoice> createOpenAiResponsesVoice()
{
    return std::make_unique<OpenAiResponsesVoice>();
}

} // namespace Retryscope
