// SPDX-License-Identifier: MIT
#include "core/llm/openairesponsesreader_p.h"

#include "core/llm/errorbody_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

// No real answer has so many parts; made-up ones shall not cost memory.
constexpr qsizetype MostParts = 4096;

bool isTool(const QString &itemType)
{
    return itemType == "function_call"_L1 || itemType == "custom_tool_call"_L1
           || itemType == "mcp_call"_L1;
}

QString idOf(const JsonSlice &item)
{
    const QString callId = item["call_id"_L1].text();
    return callId.isEmpty() ? item["id"_L1].text() : callId;
}

QString argumentsOf(const JsonSlice &item)
{
    const QString arguments = item["arguments"_L1].text();
    return arguments.isEmpty() ? item["input"_L1].text() : arguments;
}

//! Of the stream, not of the answer; or what comes again elsewhere.
bool isBookkeeping(std::string_view key)
{
    return key == "sequence_number" || key == "item_id" || key == "obfuscation" || key == "part"
           || key == "annotation_index";
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
    reading.begun = event.type.startsWith("response."_L1);
    finishEvent(event, reading);
    finishOther(event, text, reading);
}

void OpenAiResponsesReader::readMember(std::string_view key, Value value, Event &event,
                                       DeltaList &deltas)
{
    const bool object = JsonWalker::kind(value) == Kind::Object;
    if (key == "type")
        event.type = m_walker.text(value);
    else if (key == "delta" && JsonWalker::kind(value) == Kind::String)
        addText(DeltaKind::Text, value, deltas);
    else if (key == "output_index")
        event.outputIndex = saneIndex(m_walker.integer(value), 0);
    else if (key == "content_index" || key == "summary_index")
        event.partIndex = saneIndex(m_walker.integer(value), 0);
    else if (key == "text" || key == "arguments" || key == "input" || key == "refusal")
        event.whole = m_walker.text(value);
    else if (key == "item" && object)
        event.item = m_walker.slice(value);
    else if (key == "response" && object)
        event.response = m_walker.slice(value);
    else if (key == "annotation")
        event.annotation = m_walker.slice(value);
    else if (key == "logprobs")
        event.logprobs = m_walker.slice(value);
    else if (key == "error")
        event.error = m_walker.slice(value);
    else if (key == "message")
        event.message = m_walker.text(value);
    else if (key == "code")
        event.code = scalar(value);
    else if (isBookkeeping(key))
        m_walker.skim(value);
    else
        event.unknown = m_walker.slice(value).saysSomething() || event.unknown;
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
        endItem(event.item, event.outputIndex, deltas);
    else if (name == "output_text.annotation.added"_L1)
        deltas.add(DeltaKind::Citation).text = event.annotation.raw();
    else if (name == "completed"_L1 || name == "incomplete"_L1 || name == "failed"_L1)
        endResponse(event, reading);
    else if (type == "error"_L1 || event.error.saysSomething()) {
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

//! What the event has beside what is known of it: images in parts, for one.
void OpenAiResponsesReader::finishOther(const Event &event, QByteArrayView text,
                                        EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    if (event.type.endsWith(".delta"_L1) && event.logprobs.saysSomething())
        addOther(u"logprobs"_s, event.logprobs.raw(), deltas);
    else if (deltas.empty() && event.unknown && !reading.terminal)
        addOther(event.type, QString::fromUtf8(text), deltas);
}

void OpenAiResponsesReader::finishText(DeltaKind kind, const Event &event, DeltaList &deltas)
{
    const Part part{event.outputIndex, event.partIndex};
    const bool known = sawPart(part);
    if (deltas.empty())
        return;
    Delta &delta = deltas.back();
    delta.kind = kind;
    delta.toolIndex = event.outputIndex;
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
    endPart(event.outputIndex, deltas);
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

void OpenAiResponsesReader::beginItem(const JsonSlice &item, int index, EventReading &reading)
{
    m_sawItem = true;
    m_items.begin(index, reading.oddities);
    if (!isTool(item["type"_L1].text()))
        return;
    Delta &tool = reading.deltas.add(DeltaKind::Tool);
    tool.toolIndex = index;
    tool.toolId = idOf(item);
    tool.toolName = item["name"_L1].text();
    tool.text = argumentsOf(item);
    if (!tool.text.isEmpty())
        sawPart({index, -1});
}

void OpenAiResponsesReader::endItem(const JsonSlice &item, int index, DeltaList &deltas)
{
    m_sawItem = true;
    endPart(index, deltas);
    const QString type = item["type"_L1].text();
    if (isTool(type)) {
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = index;
        tool.toolEnd = true;
        if (!sawPart({index, -1}))
            tool.text = argumentsOf(item);
    } else if (type == "message"_L1) {
        if (!m_partItems.contains(index))
            addMessage(item, deltas);
    } else if (type == "reasoning"_L1) {
        addText(DeltaKind::Signature, item["encrypted_content"_L1].text(), deltas);
    } else if (item.saysSomething()) {
        addOther(type, item.raw(), deltas);
    }
}

void OpenAiResponsesReader::addMessage(const JsonSlice &item, DeltaList &deltas)
{
    const std::vector<JsonSlice> content = item["content"_L1].elements();
    for (const JsonSlice &part : content) {
        const QString type = part["type"_L1].text();
        addText(DeltaKind::Text, part["text"_L1].text(), deltas);
        addText(DeltaKind::Refusal, part["refusal"_L1].text(), deltas);
        const std::vector<JsonSlice> annotations = part["annotations"_L1].elements();
        for (const JsonSlice &annotation : annotations)
            deltas.add(DeltaKind::Citation).text = annotation.raw();
        if (type != "output_text"_L1 && type != "refusal"_L1 && type != "text"_L1)
            addOther(type, part.raw(), deltas);
    }
}

void OpenAiResponsesReader::endResponse(const Event &event, EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    const JsonSlice &response = event.response;
    if (!m_sawItem && m_parts.isEmpty()) // a server that sends nothing but its end
        addItems(response["output"_L1], deltas);
    readUsage(response["usage"_L1], deltas);
    addStatus(response, event.type.sliced(9), deltas);
    end(reading);
}

//! The stop reason, and the error where there is one: an event that says "completed" may carry a
//! response that failed.
void OpenAiResponsesReader::addStatus(const JsonSlice &response, const QString &otherwise,
                                      DeltaList &deltas)
{
    const QString status = response["status"_L1].text();
    const bool failed = status == "failed"_L1 || status == "cancelled"_L1;
    QString reason = failed || otherwise.isEmpty() ? status : otherwise;
    const QString detail = response["incomplete_details"_L1]["reason"_L1].text();
    if (!detail.isEmpty() && (reason == "incomplete"_L1 || otherwise.isEmpty()))
        reason += QString(u':' + detail);
    addError(response["error"_L1], deltas);
    const bool told = m_sawError || response["error"_L1].saysSomething();
    if (reason == "failed"_L1 && !told)
        addError(u"the response failed, and no reason was given"_s, {}, deltas);
    addStop(reason, deltas);
}

void OpenAiResponsesReader::readUsage(const JsonSlice &json, DeltaList &deltas)
{
    Usage usage;
    usage.inputTokens = count("input_tokens"_L1, json["input_tokens"_L1], deltas);
    usage.outputTokens = count("output_tokens"_L1, json["output_tokens"_L1], deltas);
    usage.totalTokens = count("total_tokens"_L1, json["total_tokens"_L1], deltas);
    usage.cachedInputTokens =
        count("cached_tokens"_L1, json["input_tokens_details"_L1]["cached_tokens"_L1], deltas);
    usage.reasoningTokens = count("reasoning_tokens"_L1,
                                  json["output_tokens_details"_L1]["reasoning_tokens"_L1], deltas);
    addUsage(usage, deltas);
}

//! Whether text of \a part came before; from now on it has.
bool OpenAiResponsesReader::sawPart(Part part)
{
    const bool known = m_parts.contains(part);
    if (!known && m_parts.size() < MostParts) {
        m_parts.insert(part);
        m_partItems.insert(part.first);
    }
    return known;
}

void OpenAiResponsesReader::addItems(const JsonSlice &output, DeltaList &deltas)
{
    const std::vector<JsonSlice> items = output.elements();
    for (std::size_t i = 0; i < items.size(); ++i)
        addItem(items[i], int(i), deltas);
}

//! An item of an answer that was not streamed.
void OpenAiResponsesReader::addItem(const JsonSlice &item, int index, DeltaList &deltas)
{
    const QString type = item["type"_L1].text();
    if (isTool(type)) {
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = index;
        tool.toolId = idOf(item);
        tool.toolName = item["name"_L1].text();
    } else if (type == "reasoning"_L1) {
        for (const QLatin1StringView member : {"summary"_L1, "content"_L1}) {
            const std::vector<JsonSlice> parts = item[member].elements();
            for (const JsonSlice &part : parts) {
                const QString text = part["text"_L1].text();
                const bool more = m_reasoning.first >= 0;
                m_reasoning = {index, 0};
                addText(DeltaKind::Reasoning, more ? QString(u"\n\n"_s % text) : text, deltas);
            }
        }
    }
    endItem(item, index, deltas);
}

bool OpenAiResponsesReader::readAnswer(const JsonSlice &answer, EventReading &reading)
{
    if (!answer["output"_L1].isArray())
        return false;
    addItems(answer["output"_L1], reading.deltas);
    readUsage(answer["usage"_L1], reading.deltas);
    addStatus(answer, {}, reading.deltas);
    return true;
}

} // namespace Retryscope
