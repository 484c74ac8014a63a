// SPDX-License-Identifier: MIT
#include "core/llm/anthropicreader_p.h"

#include "core/llm/errorbody_p.h"

#include <QtCore/QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

bool isTool(const QString &blockType)
{
    return blockType == "tool_use"_L1 || blockType == "server_tool_use"_L1
           || blockType == "mcp_tool_use"_L1;
}

} // namespace

QString AnthropicReader::answerMember() const
{
    return u"content"_s;
}

void AnthropicReader::readObject(QByteArrayView type, QByteArrayView text, EventReading &reading)
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

void AnthropicReader::readMember(std::string_view key, Value value, Event &event, DeltaList &deltas)
{
    const bool object = JsonWalker::kind(value) == Kind::Object;
    if (key == "type")
        event.type = m_walker.text(value);
    else if (key == "index")
        event.index = saneIndex(m_walker.integer(value), 0);
    else if (key == "delta" && object)
        readDelta(value, event, deltas);
    else if (key == "message" && object)
        event.message = m_walker.json(value).toObject();
    else if (key == "content_block" && object)
        event.block = m_walker.json(value, &event.blockText).toObject();
    else if (key == "usage")
        event.usage = m_walker.json(value);
    else if (key == "error")
        event.error = m_walker.json(value);
    else
        m_walker.skim(value);
}

void AnthropicReader::readDelta(Value value, Event &event, DeltaList &deltas)
{
    const std::size_t begin = deltas.size();
    const QByteArrayView raw = m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "type") {
            event.deltaType = m_walker.text(member);
        } else if (key == "text") {
            addText(DeltaKind::Text, member, deltas);
        } else if (key == "thinking") {
            addText(DeltaKind::Reasoning, member, deltas);
        } else if (key == "partial_json") {
            addText(DeltaKind::Tool, member, deltas);
        } else if (key == "signature") {
            addText(DeltaKind::Signature, member, deltas);
        } else if (key == "citation") {
            deltas.add(DeltaKind::Citation).text = m_walker.raw(member);
        } else if (key == "stop_reason") {
            event.messageDelta.insert("stop_reason"_L1, m_walker.text(member));
        } else {
            m_walker.skim(member);
        }
    });
    const bool known =
        event.deltaType.isEmpty() || event.deltaType == "text_delta"_L1
        || event.deltaType == "thinking_delta"_L1 || event.deltaType == "input_json_delta"_L1
        || event.deltaType == "signature_delta"_L1 || event.deltaType == "citations_delta"_L1;
    if (!known && deltas.size() == begin)
        addOther(event.deltaType, QString::fromUtf8(raw), deltas);
}

void AnthropicReader::finishEvent(Event &event, EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    if (event.type == "content_block_delta"_L1) {
        finishDelta(event, reading);
    } else if (event.type == "content_block_start"_L1) {
        m_blocks.begin(event.index, reading.oddities);
        beginBlock(event.block, event.blockText, event.index, deltas);
    } else if (event.type == "content_block_stop"_L1) {
        m_blocks.piece(event.index, reading.oddities);
        endBlock(event.index, deltas);
    } else if (event.type == "message_start"_L1) {
        readUsage(event.message.value("usage"_L1), deltas);
        const QJsonArray blocks = event.message.value("content"_L1).toArray();
        for (qsizetype i = 0; i < blocks.size(); ++i)
            beginBlock(blocks.at(i).toObject(), compactJson(blocks.at(i)), int(i), deltas);
    } else if (event.type == "message_delta"_L1) {
        readUsage(event.usage, deltas);
        addStop(event.messageDelta.value("stop_reason"_L1).toString(), deltas);
    } else if (event.type == "message_stop"_L1) {
        end(reading);
    } else if (event.type == "error"_L1 || event.error.isObject()) {
        deltas.clear();
        addError(event.error, deltas);
    }
}

void AnthropicReader::finishDelta(const Event &event, EventReading &reading)
{
    const qsizetype odd = reading.oddities.size();
    m_blocks.piece(event.index, reading.oddities);
    bool steady = reading.oddities.size() == odd;
    for (Delta &delta : reading.deltas) {
        delta.toolIndex = event.index;
        if (delta.kind != DeltaKind::Tool)
            continue;
        const auto tool = std::find_if(m_tools.begin(), m_tools.end(), [&](const OpenTool &open) {
            return open.index == event.index;
        });
        steady = steady && tool != m_tools.end() && tool->sawArguments;
        if (tool != m_tools.end())
            tool->sawArguments = true;
    }
    if (steady)
        allowTemplate();
}

void AnthropicReader::beginBlock(const QJsonObject &block, const QString &text, int index,
                                 DeltaList &deltas)
{
    const QString type = block.value("type"_L1).toString();
    if (isTool(type)) {
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = index;
        tool.toolId = block.value("id"_L1).toString();
        tool.toolName = block.value("name"_L1).toString();
        const QJsonObject input = block.value("input"_L1).toObject();
        if (!input.isEmpty())
            tool.text = compactJson(input);
        m_tools.push_back({index, !input.isEmpty()});
    } else if (type == "text"_L1) {
        addText(DeltaKind::Text, block.value("text"_L1).toString(), deltas);
        const QJsonArray citations = block.value("citations"_L1).toArray();
        for (const QJsonValue &citation : citations)
            deltas.add(DeltaKind::Citation).text = compactJson(citation);
    } else if (type == "thinking"_L1) {
        addText(DeltaKind::Reasoning, block.value("thinking"_L1).toString(), deltas);
        addText(DeltaKind::Signature, block.value("signature"_L1).toString(), deltas);
    } else if (!block.isEmpty()) {
        addOther(type, text, deltas);
    }
}

//! An input without members comes as no text at all; it means an empty object.
void AnthropicReader::endBlock(int index, DeltaList &deltas)
{
    const auto tool = std::find_if(m_tools.begin(), m_tools.end(),
                                   [index](const OpenTool &open) { return open.index == index; });
    if (tool == m_tools.end())
        return;
    Delta &delta = deltas.add(DeltaKind::Tool);
    delta.toolIndex = index;
    delta.toolEnd = true;
    if (!tool->sawArguments)
        delta.text = u"{}"_s;
    m_tools.erase(tool);
}

void AnthropicReader::readUsage(const QJsonValue &json, DeltaList &deltas)
{
    Usage usage;
    usage.inputTokens = count(json["input_tokens"_L1]);
    usage.outputTokens = count(json["output_tokens"_L1]);
    usage.cachedInputTokens = count(json["cache_read_input_tokens"_L1]);
    addUsage(usage, deltas);
}

bool AnthropicReader::readAnswer(const QJsonObject &answer, EventReading &reading)
{
    const QJsonValue content = answer.value("content"_L1);
    if (!content.isArray())
        return false;
    const QJsonArray blocks = content.toArray();
    for (qsizetype i = 0; i < blocks.size(); ++i) {
        beginBlock(blocks.at(i).toObject(), compactJson(blocks.at(i)), int(i), reading.deltas);
        endBlock(int(i), reading.deltas);
    }
    readUsage(answer.value("usage"_L1), reading.deltas);
    addStop(answer.value("stop_reason"_L1).toString(), reading.deltas);
    return true;
}

} // namespace Retryscope
