// SPDX-License-Identifier: MIT
#include "core/sandbox/callreader_p.h"
#include "core/sandbox/dialectvoice_p.h"

#include <QtCore/QJsonArray>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

using Kind = AnswerPart::Kind;

class OllamaVoice final : public DialectVoice
{
public:
    OllamaVoice() : DialectVoice("ollama") {}

    Result<ChatCall, ApiError> read(const QJsonObject &body, const CallPath &) const override;
    DialectEvent piece(const AnswerContent &content, const EventPlace &place) const override;
    QList<DialectEvent> closing(const AnswerContent &content, qsizetype index) const override;

    bool toolsComeWhole() const override { return true; }

    bool canRefuse() const override { return false; }

    QByteArray ping() const override { return {}; }

    QByteArray whole(const AnswerContent &content) const override;

    QList<DialectEvent> errorEvents(const ApiError &error, const AnswerContent &,
                                    qsizetype) const override
    {
        return {{{}, "{\"error\":" + jsonString(error.message) + '}'}};
    }

    QByteArray errorBody(const ApiError &error) const override
    {
        return "{\"error\":" + jsonString(error.message) + "}\n";
    }

    //! No header says when to come again.
    QList<HttpHeader> errorHeaders(const ApiError &) const override { return {}; }

    QByteArray models() const override;

    //! Ollama counts nothing.
    QList<HttpHeader> rateLimitHeaders(int, int, int) const override { return {}; }

    ApiError keyError(bool missing) const override;
};

constexpr qint64 nanosecondsPerToken = 25'000'000;

QByteArray start(const AnswerContent &content)
{
    return "{\"model\":" + content.model + ",\"created_at\":\"" + answerDate + "\",\"message\":";
}

//! The members that stand in the last line alone.
QByteArray ending(const AnswerContent &content)
{
    const qint64 prompt = content.promptTokens * nanosecondsPerToken / 10;
    const qint64 output = content.outputTokens() * nanosecondsPerToken;
    const char *reason = content.stop == AnswerContent::Stop::Length ? "length" : "stop";
    return QByteArray(",\"done\":true,\"done_reason\":\"") + reason + "\",\"total_duration\":"
           + QByteArray::number(prompt + output) + ",\"load_duration\":0,\"prompt_eval_count\":"
           + QByteArray::number(content.promptTokens)
           + ",\"prompt_eval_duration\":" + QByteArray::number(prompt)
           + ",\"eval_count\":" + QByteArray::number(content.outputTokens())
           + ",\"eval_duration\":" + QByteArray::number(output) + '}';
}

qsizetype callIndex(const AnswerContent &content, qsizetype part)
{
    qsizetype calls = 0;
    for (qsizetype i = 0; i < part; ++i)
        calls += content.parts[i].isTool() ? 1 : 0;
    return calls;
}

//! Empty where the caller's limit cut it: half an object is none.
QByteArray callJson(const AnswerContent &content, qsizetype index)
{
    const AnswerPart &part = content.parts[index];
    if (part.cut)
        return {};
    return "{\"id\":\"" + content.partId("call_", index)
           + "\",\"function\":{\"index\":" + QByteArray::number(callIndex(content, index))
           + ",\"name\":" + part.toolName + ",\"arguments\":" + part.object() + "}}";
}

QByteArray message(const QByteArray &text, const QByteArray &thinking, const QByteArray &calls)
{
    return "{\"role\":\"assistant\",\"content\":\"" + text + '"'
           + only(!thinking.isEmpty(), ",\"thinking\":\"" + thinking + '"')
           + only(!calls.isEmpty(), ",\"tool_calls\":[" + calls + ']') + '}';
}

//! Ollama has no tool_choice: only the prompt decides.
bool readTools(CallReader &reader)
{
    const QJsonArray tools = reader.request()[u"tools"].toArray();
    for (const QJsonValue &tool : tools) {
        const QJsonValue function = tool[u"function"];
        if (!reader.addTool(u"tools"_s, function[u"name"], function[u"parameters"]))
            return false;
    }
    return reader.choose({}, {});
}

Result<ChatCall, ApiError> OllamaVoice::read(const QJsonObject &body, const CallPath &) const
{
    CallReader reader(body);
    reader.call().stream = true;
    reader.call().framing = StreamFraming::NdJson;
    [[maybe_unused]] const bool sound =
        reader.readModel() && reader.readMessages({u"messages"_s, u"content"_s})
        && reader.readFlag(u"stream"_s, reader.call().stream)
        && reader.readLimit(u"options.num_predict"_s) && readTools(reader);
    return reader.result();
}

DialectEvent OllamaVoice::piece(const AnswerContent &content, const EventPlace &place) const
{
    const AnswerPart &part = content.parts[place.part];
    const QByteArray text = part.isTool() ? QByteArray() : part.pieces[place.piece];
    const QByteArray said = part.isTool() ? message({}, {}, callJson(content, place.part))
                            : part.kind == Kind::Reasoning ? message({}, text, {})
                                                           : message(text, {}, {});
    return {{}, start(content) + said + ",\"done\":false}"};
}

QList<DialectEvent> OllamaVoice::closing(const AnswerContent &content, qsizetype) const
{
    return {{{}, start(content) + message({}, {}, {}) + ending(content)}};
}

QByteArray OllamaVoice::whole(const AnswerContent &content) const
{
    QByteArray text;
    QByteArray thinking;
    QByteArray calls;
    for (qsizetype i = 0; i < content.parts.size(); ++i) {
        const AnswerPart &part = content.parts[i];
        if (!part.isTool())
            (part.kind == Kind::Reasoning ? thinking : text) += part.text();
        else if (!part.cut)
            calls += only(!calls.isEmpty(), ",") + callJson(content, i);
    }
    return start(content) + message(text, thinking, calls) + ending(content) + '\n';
}

QByteArray OllamaVoice::models() const
{
    return "{\"models\":[{\"name\":\"sandbox\",\"model\":\"sandbox\",\"modified_at\":"
           "\"2026-01-01T00:00:00Z\",\"size\":0,\"digest\":\"\",\"details\":{\"parent_model\":\"\","
           "\"format\":\"\",\"family\":\"sandbox\",\"families\":[\"sandbox\"],"
           "\"parameter_size\":\"\",\"quantization_level\":\"\"}}]}\n";
}

//! As its cloud says it; at home nobody asks.
ApiError OllamaVoice::keyError(bool missing) const
{
    ApiError error = DialectVoice::keyError(missing);
    error.message = u"unauthorized (Simulated by the sandbox.)"_s;
    return error;
}

} // namespace

std::unique_ptr<const DialectVoice> createOllamaVoice()
{
    return std::make_unique<OllamaVoice>();
}

} // namespace Retryscope
