// SPDX-License-Identifier: MIT
#include "core/llm/coherereader_p.h"

#include "core/llm/errorbody_p.h"
#include "core/llm/stopreason.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

void CohereReader::readObject(QByteArrayView type, QByteArrayView text, EventReading &reading)
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
    if (event.type == "error"_L1 && deltas.empty())
        addError(messageOfErrorBody(text), {}, deltas);
}

//! The word behind message-end; by itself it ends nothing.
bool CohereReader::readOther(QByteArrayView type, QByteArrayView text, EventReading &reading)
{
    if (type == "error")
        addError(messageOfErrorBody(text), {}, reading.deltas);
    return type == "error" || text == "[DONE]";
}

void CohereReader::readMember(std::string_view key, Value value, Event &event, DeltaList &deltas)
{
    const bool object = JsonWalker::kind(value) == Kind::Object;
    if (key == "type" || key == "event_type")
        event.type = m_walker.text(value);
    else if (key == "index")
        event.index = saneIndex(m_walker.integer(value), 0);
    else if (key == "delta" && object)
        readDelta(value, event, deltas);
    else if (key == "text")
        addText(DeltaKind::Text, value, deltas);
    else if (key == "error")
        event.error = m_walker.slice(value);
    else if (key == "finish_reason")
        event.finishReason = m_walker.text(value);
    else if (key == "response" && object)
        event.response = m_walker.slice(value);
    else if (key == "citations")
        event.citations = m_walker.slice(value);
    else if (key == "tool_call_delta" && object)
        event.toolDelta = m_walker.slice(value);
    else if (object || JsonWalker::kind(value) == Kind::Array)
        addUnknown(key, value, false, deltas); // documents and queries of a search
    else
        m_walker.skim(value);
}

void CohereReader::readDelta(Value value, Event &event, DeltaList &deltas)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        const bool object = JsonWalker::kind(member) == Kind::Object;
        if (key == "message" && object)
            readMessage(member, event, deltas);
        else if (key == "finish_reason")
            event.finishReason = m_walker.text(member);
        else if (key == "usage" && object)
            event.usage = m_walker.slice(member);
        else if (key == "error")
            event.error = m_walker.slice(member);
        else if (key == "error_type")
            event.errorType = m_walker.text(member);
        else
            addUnknown(key, member, false, deltas);
    });
}

void CohereReader::readMessage(Value value, Event &event, DeltaList &deltas)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        const bool object = JsonWalker::kind(member) == Kind::Object;
        if (key == "content" && object) {
            readContent(member, deltas);
        } else if (key == "tool_calls" && object) {
            readTool(member, event, deltas);
        } else if (key == "citations") {
            event.citations = m_walker.slice(member);
        } else if (key == "tool_plan") {
            // What it says before it calls tools: no part of the answer, and no reasoning either.
            addText(DeltaKind::Other, member, deltas);
            if (!deltas.empty() && deltas.back().kind == DeltaKind::Other)
                deltas.back().part = u"tool_plan"_s;
        } else if (object) {
            addUnknown(key, member, false, deltas);
        } else {
            m_walker.skim(member);
        }
    });
}

void CohereReader::readContent(Value value, DeltaList &deltas)
{
    QString type;
    const std::size_t begin = deltas.size();
    bool known = false;
    const QByteArrayView raw = m_walker.members(value, [&](std::string_view key, Value member) {
        known = known || key == "text" || key == "thinking";
        if (key == "text")
            addText(DeltaKind::Text, member, deltas);
        else if (key == "thinking")
            addText(DeltaKind::Reasoning, member, deltas);
        else if (key == "type")
            type = m_walker.text(member);
        else
            m_walker.skim(member);
    });
    if (!known && deltas.size() == begin)
        addOther(type, QString::fromUtf8(raw), deltas);
}

void CohereReader::readTool(Value value, Event &event, DeltaList &deltas)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "id") {
            event.toolId = m_walker.text(member);
        } else if (key == "function" && JsonWalker::kind(member) == Kind::Object) {
            m_walker.members(member, [&](std::string_view name, Value part) {
                if (name == "name")
                    event.toolName = m_walker.text(part);
                else if (name == "arguments")
                    addText(DeltaKind::Tool, part, deltas);
                else
                    m_walker.skim(part);
            });
        } else {
            m_walker.skim(member);
        }
    });
}

void CohereReader::finishEvent(const Event &event, EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    const QString &type = event.type;
    if (type == "content-delta"_L1 || type == "text-generation"_L1) {
        if (deltas.size() == 1)
            allowTemplate();
    } else if (type == "tool-call-start"_L1) {
        beginTool(event, reading);
    } else if (type == "tool-call-delta"_L1) {
        const qsizetype odd = reading.oddities.size();
        m_tools.piece(event.index, reading.oddities);
        if (!deltas.empty())
            deltas.back().toolIndex = event.index;
        if (deltas.size() == 1 && reading.oddities.size() == odd)
            allowTemplate();
    } else if (type == "tool-call-end"_L1) {
        m_tools.piece(event.index, reading.oddities);
        endPart(event.index, deltas);
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = event.index;
        tool.toolEnd = true;
    } else if (type == "message-end"_L1 || type == "stream-end"_L1) {
        endMessage(event, reading);
    } else if (type == "message-start"_L1 || type == "stream-start"_L1) {
        reading.begun = true;
    } else if (type == "error"_L1 || event.error.saysSomething()) {
        addError(event.error, deltas);
    } else if (type == "tool-calls-chunk"_L1 && event.toolDelta.exists()) {
        addOther(type, event.toolDelta.raw(), deltas);
    }
    addCitations(event.citations, deltas);
}

void CohereReader::beginTool(const Event &event, EventReading &reading)
{
    m_tools.begin(event.index, reading.oddities);
    // The arguments it may have begun with are a delta already.
    if (reading.deltas.empty())
        reading.deltas.add(DeltaKind::Tool);
    Delta &tool = reading.deltas.back();
    tool.toolIndex = event.index;
    tool.toolId = event.toolId;
    tool.toolName = event.toolName;
}

void CohereReader::endMessage(const Event &event, EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    readUsage(event.usage, deltas);
    const JsonSlice &response = event.response; // version 1: the whole answer once more
    addCalls(response["tool_calls"_L1], deltas);
    readUsage(response["meta"_L1], deltas);
    addFailure(event.finishReason, event, deltas);
    addStop(event.finishReason, deltas);
    end(reading);
}

//! What Cohere says of it beside the reason.
void CohereReader::addFailure(const QString &reason, const Event &event, DeltaList &deltas)
{
    const bool told = event.error.saysSomething();
    if (!told && StopReason::kindOf(reason) != StopKind::Failure)
        return;
    addError(told ? messageOfError(event.error) : u"the answer ended with an error"_s,
             event.errorType.isEmpty() ? reason : event.errorType, deltas);
}

void CohereReader::addCitations(const JsonSlice &citations, DeltaList &deltas)
{
    if (citations.isObject())
        deltas.add(DeltaKind::Citation).text = citations.raw();
    const std::vector<JsonSlice> list = citations.elements();
    for (const JsonSlice &citation : list)
        deltas.add(DeltaKind::Citation).text = citation.raw();
}

void CohereReader::addCalls(const JsonSlice &calls, DeltaList &deltas)
{
    const std::vector<JsonSlice> list = calls.elements();
    for (std::size_t i = 0; i < list.size(); ++i) {
        const JsonSlice &call = list[i];
        const JsonSlice function = call["function"_L1];
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = int(i);
        tool.toolId = call["id"_L1].text();
        tool.toolName = (function.isObject() ? function : call)["name"_L1].text();
        tool.text =
            function.isObject() ? function["arguments"_L1].text() : call["parameters"_L1].raw();
        tool.toolEnd = true;
    }
}

void CohereReader::readUsage(const JsonSlice &json, DeltaList &deltas)
{
    // What was counted, not what was billed; only old answers have nothing else.
    const JsonSlice counted = json["tokens"_L1];
    const JsonSlice tokens = counted.isObject() ? counted : json["billed_units"_L1];
    Usage usage;
    usage.inputTokens = count("input_tokens"_L1, tokens["input_tokens"_L1], deltas);
    usage.outputTokens = count("output_tokens"_L1, tokens["output_tokens"_L1], deltas);
    usage.cachedInputTokens = count("cached_tokens"_L1, json["cached_tokens"_L1], deltas);
    addUsage(usage, deltas);
}

bool CohereReader::readAnswer(const JsonSlice &answer, EventReading &reading)
{
    const JsonSlice message = answer["message"_L1];
    if (!message.isObject() || !message.saysSomething())
        return false;
    DeltaList &deltas = reading.deltas;
    const std::vector<JsonSlice> content = message["content"_L1].elements();
    for (const JsonSlice &part : content) {
        const QString type = part["type"_L1].text();
        addText(DeltaKind::Reasoning, part["thinking"_L1].text(), deltas);
        addText(DeltaKind::Text, part["text"_L1].text(), deltas);
        if (type != "text"_L1 && type != "thinking"_L1)
            addOther(type, part.raw(), deltas);
    }
    const QString plan = message["tool_plan"_L1].text();
    if (!plan.isEmpty())
        addOther(u"tool_plan"_s, plan, deltas);
    addCalls(message["tool_calls"_L1], deltas);
    addCitations(message["citations"_L1], deltas);
    readUsage(answer["usage"_L1], deltas);
    const QString reason = answer["finish_reason"_L1].text();
    addFailure(reason, {}, deltas);
    addStop(reason, deltas);
    return true;
}

} // namespace Retryscope
