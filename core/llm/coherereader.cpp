// SPDX-License-Identifier: MIT
#include "core/llm/coherereader_p.h"

#include "core/llm/errorbody_p.h"

#include <QtCore/QJsonArray>

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
        event.error = m_walker.json(value);
    else if (key == "finish_reason")
        event.finishReason = m_walker.text(value);
    else if (key == "response" && object)
        event.response = m_walker.json(value).toObject();
    else if (key == "citations")
        event.citations = m_walker.json(value, &event.citationsText);
    else if (key == "tool_call_delta" && object)
        event.tool = m_walker.json(value).toObject();
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
            event.usage = m_walker.json(member);
        else if (key == "error")
            event.error = m_walker.json(member);
        else if (key == "error_type")
            event.errorType = m_walker.text(member);
        else
            m_walker.skim(member);
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
            event.citations = m_walker.json(member, &event.citationsText);
        } else if (key == "tool_plan") {
            // What it says before it calls tools: no part of the answer, and no reasoning either.
            addText(DeltaKind::Other, member, deltas);
            if (!deltas.empty() && deltas.back().kind == DeltaKind::Other)
                deltas.back().part = u"tool_plan"_s;
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
            event.tool.insert("id"_L1, m_walker.text(member));
        } else if (key == "function" && JsonWalker::kind(member) == Kind::Object) {
            m_walker.members(member, [&](std::string_view name, Value part) {
                if (name == "name")
                    event.tool.insert("name"_L1, m_walker.text(part));
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
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = event.index;
        tool.toolEnd = true;
    } else if (type == "message-end"_L1 || type == "stream-end"_L1) {
        endMessage(event, reading);
    } else if (type == "error"_L1 || event.error.isObject() || event.error.isString()) {
        addError(event.error, deltas);
    } else if (type == "tool-calls-chunk"_L1) {
        addOther(type, compactJson(event.tool), deltas);
    }
    addCitations(event.citations, event.citationsText, deltas);
}

void CohereReader::beginTool(const Event &event, EventReading &reading)
{
    m_tools.begin(event.index, reading.oddities);
    // The arguments it may have begun with are a delta already.
    if (reading.deltas.empty())
        reading.deltas.add(DeltaKind::Tool);
    Delta &tool = reading.deltas.back();
    tool.toolIndex = event.index;
    tool.toolId = event.tool.value("id"_L1).toString();
    tool.toolName = event.tool.value("name"_L1).toString();
}

void CohereReader::endMessage(const Event &event, EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    readUsage(event.usage, deltas);
    const QJsonObject &response = event.response; // version 1: the whole answer once more
    addCalls(response.value("tool_calls"_L1), deltas);
    readUsage(response.value("meta"_L1), deltas);
    const bool failed =
        event.finishReason == "ERROR"_L1 || event.finishReason.startsWith("ERROR_"_L1);
    if (failed) {
        const QString message = event.error.isString() ? event.error.toString() : QString();
        addError(message.isEmpty() ? u"the answer ended with an error"_s : message,
                 event.errorType.isEmpty() ? event.finishReason : event.errorType, deltas);
    }
    addStop(event.finishReason, deltas);
    end(reading);
}

void CohereReader::addCitations(const QJsonValue &citations, const QString &text, DeltaList &deltas)
{
    if (citations.isObject())
        deltas.add(DeltaKind::Citation).text = text;
    const QJsonArray list = citations.toArray();
    for (const QJsonValue &citation : list)
        deltas.add(DeltaKind::Citation).text = compactJson(citation);
}

void CohereReader::addCalls(const QJsonValue &calls, DeltaList &deltas)
{
    const QJsonArray list = calls.toArray();
    for (qsizetype i = 0; i < list.size(); ++i) {
        const QJsonObject call = list.at(i).toObject();
        const QJsonObject function = call.value("function"_L1).toObject();
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = int(i);
        tool.toolId = call.value("id"_L1).toString();
        tool.toolName = (function.isEmpty() ? call : function).value("name"_L1).toString();
        tool.text = function.isEmpty() ? compactJson(call.value("parameters"_L1))
                                       : function.value("arguments"_L1).toString();
        tool.toolEnd = true;
    }
}

void CohereReader::readUsage(const QJsonValue &json, DeltaList &deltas)
{
    // What was counted, not what was billed; only old answers have nothing else.
    const QJsonValue tokens =
        json["tokens"_L1].isObject() ? json["tokens"_L1] : json["billed_units"_L1];
    Usage usage;
    usage.inputTokens = count(tokens["input_tokens"_L1]);
    usage.outputTokens = count(tokens["output_tokens"_L1]);
    usage.cachedInputTokens = count(json["cached_tokens"_L1]);
    addUsage(usage, deltas);
}

bool CohereReader::readAnswer(const QJsonObject &answer, EventReading &reading)
{
    const QJsonObject message = answer.value("message"_L1).toObject();
    if (message.isEmpty())
        return false;
    DeltaList &deltas = reading.deltas;
    const QJsonArray content = message.value("content"_L1).toArray();
    for (const QJsonValue &part : content) {
        const QString type = part["type"_L1].toString();
        addText(DeltaKind::Reasoning, part["thinking"_L1].toString(), deltas);
        addText(DeltaKind::Text, part["text"_L1].toString(), deltas);
        if (type != "text"_L1 && type != "thinking"_L1)
            addOther(type, compactJson(part), deltas);
    }
    const QString plan = message.value("tool_plan"_L1).toString();
    if (!plan.isEmpty())
        addOther(u"tool_plan"_s, plan, deltas);
    addCalls(message.value("tool_calls"_L1), deltas);
    addCitations(message.value("citations"_L1), {}, deltas);
    readUsage(answer.value("usage"_L1), deltas);
    const QString reason = answer.value("finish_reason"_L1).toString();
    if (reason == "ERROR"_L1)
        addError(u"the answer ended with an error"_s, reason, deltas);
    addStop(reason, deltas);
    return true;
}

} // namespace Retryscope
