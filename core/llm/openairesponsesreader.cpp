// SPDX-License-Identifier: MIT
#include "core/llm/openairesponsesreader_p.h"

#include "core/llm/errorbody_p.h"

#include <QtCore/QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

// No real answer has so many parts; made-up ones shall not cost memory.
constexpr std::size_t MostParts = 4096;

bool isTool(const QString &itemType)
{
    return itemType == "function_call"_L1 || itemType == "custom_tool_call"_L1
           || itemType == "mcp_call"_L1;
}

QString idOf(const QJsonObject &item)
{
    const QString callId = item.value("call_id"_L1).toString();
    return callId.isEmpty() ? item.value("id"_L1).toString() : callId;
}

QString argumentsOf(const QJsonObject &item)
{
    const QString arguments = item.value("arguments"_L1).toString();
    return arguments.isEmpty() ? item.value("input"_L1).toString() : arguments;
}

} // namespace

QString OpenAiResponsesReader::answerMember() const
{
    return u"output"_s;
}

//! OpenRouter ends these streams as it ends the others; the API itself does not.
bool OpenAiResponsesReader::readOther(QByteArrayView type, QByteArrayView text,
                                      EventReading &reading)
{
    if (type == "error")
        addError(messageOfErrorBody(text), {}, reading.deltas);
    return type == "error" || text == "[DONE]";
}

void OpenAiResponsesReader::readObject(QByteArrayView type, QByteArrayView text,
                                       EventReading &reading)
{
    Event event;
    DeltaList &deltas = reading.deltas;
    const bool sound = walk(text, reading, [&](std::string_view key, Value value) {
        readMember(key, value, event, deltas);
    });
    if (!sound)
        return;
    if (event.type.isEmpty())
        event.type = QString::fromUtf8(type);
    finishEvent(event, reading);
}

void OpenAiResponsesReader::readMember(std::string_view key, Value value, Event &event,
                                       DeltaList &deltas)
{
    const bool object = JsonWalker::kind(value) == Kind::Object;
    if (key == "type")
        event.type = m_walker.text(value);
    else if (key == "delta")
        addText(DeltaKind::Text, value, deltas);
    else if (key == "output_index")
        event.outputIndex = saneIndex(m_walker.integer(value), 0);
    else if (key == "content_index" || key == "summary_index")
        event.partIndex = saneIndex(m_walker.integer(value), 0);
    else if (key == "text" || key == "arguments" || key == "input" || key == "refusal")
        event.whole = m_walker.text(value);
    else if (key == "item" && object)
        event.item = m_walker.json(value, &event.itemText).toObject();
    else if (key == "response" && object)
        event.response = m_walker.json(value).toObject();
    else if (key == "annotation")
        event.annotation = m_walker.raw(value);
    else if (key == "error")
        event.error = m_walker.json(value);
    else if (key == "message")
        event.message = m_walker.text(value);
    else if (key == "code")
        event.code = scalar(value);
    else
        m_walker.skim(value);
}

void OpenAiResponsesReader::finishEvent(const Event &event, EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    const QString &type = event.type;
    const QString name = type.startsWith("response."_L1) ? type.sliced(9) : QString();
    if (name == "output_text.delta"_L1)
        finishText(DeltaKind::Text, event, deltas);
    else if (name == "reasoning_summary_text.delta"_L1 || name == "reasoning_text.delta"_L1)
        finishText(DeltaKind::Reasoning, event, deltas);
    else if (name == "refusal.delta"_L1)
        finishText(DeltaKind::Refusal, event, deltas);
    else if (name == "function_call_arguments.delta"_L1 || name == "mcp_call_arguments.delta"_L1
             || name == "custom_tool_call_input.delta"_L1)
        finishArguments(event, reading);
    else if (takeRepetition(event, deltas))
        return;
    else if (name == "output_item.added"_L1)
        beginItem(event.item, event.outputIndex, reading);
    else if (name == "output_item.done"_L1)
        endItem(event.item, event.itemText, event.outputIndex, deltas);
    else if (name == "output_text.annotation.added"_L1)
        deltas.add(DeltaKind::Citation).text = event.annotation;
    else if (name == "completed"_L1 || name == "incomplete"_L1 || name == "failed"_L1)
        endResponse(event, reading);
    else if (type == "error"_L1 || event.error.isObject() || event.error.isString()) {
        deltas.clear();
        addError(event.error, deltas);
        if (deltas.empty())
            addError(event.message, event.code, deltas);
        m_sawError = true;
    } else if (!deltas.empty()) {
        // A delta of a kind that we do not know: kept as it came.
        deltas.back().kind = DeltaKind::Other;
        deltas.back().part = type;
    }
}

void OpenAiResponsesReader::finishText(DeltaKind kind, const Event &event, DeltaList &deltas)
{
    const Part part{event.outputIndex, event.partIndex};
    const bool known = sawPart(part);
    if (deltas.empty())
        return;
    Delta &delta = deltas.back();
    delta.kind = kind;
    bool steady = known;
    if (kind == DeltaKind::Reasoning) {
        // Each part is a paragraph of its own.
        steady = steady && part == m_reasoning;
        if (m_reasoning.first >= 0 && part != m_reasoning)
            delta.text.prepend("\n\n"_L1);
        m_reasoning = part;
    }
    if (steady)
        allowTemplate();
}

void OpenAiResponsesReader::finishArguments(const Event &event, EventReading &reading)
{
    const bool known = sawPart({event.outputIndex, -1});
    const qsizetype odd = reading.oddities.size();
    m_items.piece(event.outputIndex, reading.oddities);
    if (reading.deltas.empty())
        return;
    reading.deltas.back().kind = DeltaKind::Tool;
    reading.deltas.back().toolIndex = event.outputIndex;
    if (known && reading.oddities.size() == odd)
        allowTemplate();
}

//! Some servers send no deltas, only what is a repetition of them elsewhere.
bool OpenAiResponsesReader::takeRepetition(const Event &event, DeltaList &deltas)
{
    const bool text = event.type == "response.output_text.done"_L1;
    const bool refusal = event.type == "response.refusal.done"_L1;
    const bool reasoning = event.type == "response.reasoning_summary_text.done"_L1
                           || event.type == "response.reasoning_text.done"_L1;
    const bool arguments = event.type == "response.function_call_arguments.done"_L1
                           || event.type == "response.custom_tool_call_input.done"_L1
                           || event.type == "response.mcp_call_arguments.done"_L1;
    if (!text && !refusal && !reasoning && !arguments)
        return false;
    if (sawPart({event.outputIndex, arguments ? -1 : event.partIndex}) || event.whole.isEmpty())
        return true;
    Delta &delta = deltas.add(DeltaKind::Text);
    delta.text = event.whole;
    if (arguments) {
        delta.kind = DeltaKind::Tool;
        delta.toolIndex = event.outputIndex;
    } else {
        finishText(text      ? DeltaKind::Text
                   : refusal ? DeltaKind::Refusal
                             : DeltaKind::Reasoning,
                   event, deltas);
    }
    return true;
}

void OpenAiResponsesReader::beginItem(const QJsonObject &item, int index, EventReading &reading)
{
    m_items.begin(index, reading.oddities);
    if (!isTool(item.value("type"_L1).toString()))
        return;
    Delta &tool = reading.deltas.add(DeltaKind::Tool);
    tool.toolIndex = index;
    tool.toolId = idOf(item);
    tool.toolName = item.value("name"_L1).toString();
    tool.text = argumentsOf(item);
    if (!tool.text.isEmpty())
        sawPart({index, -1});
}

void OpenAiResponsesReader::endItem(const QJsonObject &item, const QString &text, int index,
                                    DeltaList &deltas)
{
    const QString type = item.value("type"_L1).toString();
    if (isTool(type)) {
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = index;
        tool.toolEnd = true;
        if (!sawPart({index, -1}))
            tool.text = argumentsOf(item);
    } else if (type == "message"_L1) {
        if (!hasPart(index))
            addMessage(item, deltas);
    } else if (type == "reasoning"_L1) {
        addText(DeltaKind::Signature, item.value("encrypted_content"_L1).toString(), deltas);
    } else if (!item.isEmpty()) {
        addOther(type, text, deltas);
    }
}

void OpenAiResponsesReader::addMessage(const QJsonObject &item, DeltaList &deltas)
{
    const QJsonArray content = item.value("content"_L1).toArray();
    for (const QJsonValue &value : content) {
        const QJsonObject part = value.toObject();
        const QString type = part.value("type"_L1).toString();
        addText(DeltaKind::Text, part.value("text"_L1).toString(), deltas);
        addText(DeltaKind::Refusal, part.value("refusal"_L1).toString(), deltas);
        const QJsonArray annotations = part.value("annotations"_L1).toArray();
        for (const QJsonValue &annotation : annotations)
            deltas.add(DeltaKind::Citation).text = compactJson(annotation);
        if (type != "output_text"_L1 && type != "refusal"_L1 && type != "text"_L1)
            addOther(type, compactJson(part), deltas);
    }
}

void OpenAiResponsesReader::endResponse(const Event &event, EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    const QJsonObject &response = event.response;
    readUsage(response.value("usage"_L1), deltas);
    QString reason = event.type.sliced(9);
    const QString detail =
        response.value("incomplete_details"_L1).toObject().value("reason"_L1).toString();
    if (reason == "incomplete"_L1 && !detail.isEmpty())
        reason += QString(u':' + detail);
    if (reason == "failed"_L1) {
        const std::size_t before = deltas.size();
        addError(response.value("error"_L1), deltas);
        if (deltas.size() == before && !m_sawError)
            addError(u"the response failed, and no reason was given"_s, {}, deltas);
    }
    addStop(reason, deltas);
    end(reading);
}

void OpenAiResponsesReader::readUsage(const QJsonValue &json, DeltaList &deltas)
{
    Usage usage;
    usage.inputTokens = count(json["input_tokens"_L1]);
    usage.outputTokens = count(json["output_tokens"_L1]);
    usage.totalTokens = count(json["total_tokens"_L1]);
    usage.cachedInputTokens = count(json["input_tokens_details"_L1]["cached_tokens"_L1]);
    usage.reasoningTokens = count(json["output_tokens_details"_L1]["reasoning_tokens"_L1]);
    addUsage(usage, deltas);
}

//! Whether text of \a part came before; from now on it has.
bool OpenAiResponsesReader::sawPart(Part part)
{
    const bool known = std::find(m_parts.rbegin(), m_parts.rend(), part) != m_parts.rend();
    if (!known && m_parts.size() < MostParts)
        m_parts.push_back(part);
    return known;
}

bool OpenAiResponsesReader::hasPart(int outputIndex) const
{
    return std::any_of(m_parts.begin(), m_parts.end(),
                       [outputIndex](Part part) { return part.first == outputIndex; });
}

//! An item of an answer that was not streamed.
void OpenAiResponsesReader::addItem(const QJsonObject &item, int index, DeltaList &deltas)
{
    if (isTool(item.value("type"_L1).toString())) {
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = index;
        tool.toolId = idOf(item);
        tool.toolName = item.value("name"_L1).toString();
    } else {
        for (const QLatin1StringView member : {"summary"_L1, "content"_L1}) {
            const QJsonArray parts = item.value("type"_L1) == QJsonValue("reasoning"_L1)
                                         ? item.value(member).toArray()
                                         : QJsonArray();
            for (const QJsonValue &part : parts) {
                const QString text = part["text"_L1].toString();
                const bool more = m_reasoning.first >= 0;
                m_reasoning = {index, 0};
                addText(DeltaKind::Reasoning, more ? QString(u"\n\n"_s % text) : text, deltas);
            }
        }
    }
    endItem(item, compactJson(item), index, deltas);
}

bool OpenAiResponsesReader::readAnswer(const QJsonObject &answer, EventReading &reading)
{
    if (!answer.value("output"_L1).isArray())
        return false;
    const QJsonArray output = answer.value("output"_L1).toArray();
    for (qsizetype i = 0; i < output.size(); ++i)
        addItem(output.at(i).toObject(), int(i), reading.deltas);
    readUsage(answer.value("usage"_L1), reading.deltas);
    QString reason = answer.value("status"_L1).toString();
    const QString detail =
        answer.value("incomplete_details"_L1).toObject().value("reason"_L1).toString();
    if (!detail.isEmpty())
        reason += QString(u':' + detail);
    addStop(reason, reading.deltas);
    return true;
}

} // namespace Retryscope
