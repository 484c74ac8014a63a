// SPDX-License-Identifier: MIT
#include "core/llm/anthropicreader_p.h"

#include "core/llm/choicetracker_p.h"
#include "core/llm/errorbody_p.h"

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
        event.message = m_walker.slice(value);
    else if (key == "content_block" && object)
        event.block = m_walker.slice(value);
    else if (key == "usage")
        event.usage = m_walker.slice(value);
    else if (key == "error")
        event.error = m_walker.slice(value);
    else if (object)
        addUnknown(key, value, true, deltas);
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
            deltas.add(DeltaKind::Citation).text = m_walker.slice(member).raw();
        } else if (key == "stop_reason") {
            event.stopReason = m_walker.text(member);
        } else if (key == "stop_sequence") {
            event.stopSequence = m_walker.slice(member);
        } else {
            addUnknown(key, member, false, deltas);
        }
    });
    const bool known =
        event.deltaType.isEmpty() || event.deltaType == "text_delta"_L1
        || event.deltaType == "thinking_delta"_L1 || event.deltaType == "input_json_delta"_L1
        || event.deltaType == "signature_delta"_L1 || event.deltaType == "citations_delta"_L1;
    if (known || ChoiceTracker::holdsContent(deltas, begin))
        return;
    deltas.removeFrom(begin, [](const Delta &delta) { return delta.kind == DeltaKind::Other; });
    if (deltas.size() == begin)
        addOther(event.deltaType, QString::fromUtf8(raw), deltas);
}

void AnthropicReader::finishEvent(const Event &event, EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    if (event.type == "content_block_delta"_L1) {
        finishDelta(event, reading);
    } else if (event.type == "content_block_start"_L1) {
        reading.begun = true;
        m_blocks.begin(event.index, reading.oddities);
        beginBlock(event.block, event.index, deltas);
    } else if (event.type == "content_block_stop"_L1) {
        m_blocks.piece(event.index, reading.oddities);
        endPart(event.index, deltas);
        endBlock(event.index, deltas);
    } else if (event.type == "message_start"_L1) {
        reading.begun = true;
        readUsage(event.message["usage"_L1], deltas);
        const std::vector<JsonSlice> blocks = event.message["content"_L1].elements();
        for (std::size_t i = 0; i < blocks.size(); ++i)
            beginBlock(blocks[i], int(i), deltas);
    } else if (event.type == "message_delta"_L1) {
        readUsage(event.usage, deltas);
        endMessage(event, deltas);
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
        const auto tool = m_tools.find(event.index);
        steady = steady && tool != m_tools.end() && *tool;
        if (tool != m_tools.end())
            *tool = true;
    }
    if (steady)
        allowTemplate();
}

void AnthropicReader::beginBlock(const JsonSlice &block, int index, DeltaList &deltas)
{
    const QString type = block["type"_L1].text();
    if (isTool(type)) {
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = index;
        tool.toolId = block["id"_L1].text();
        tool.toolName = block["name"_L1].text();
        const JsonSlice input = block["input"_L1];
        if (input.saysSomething())
            tool.text = input.raw();
        m_tools.insert(index, input.saysSomething());
    } else if (type == "text"_L1) {
        addText(DeltaKind::Text, block["text"_L1].text(), deltas);
        const std::vector<JsonSlice> citations = block["citations"_L1].elements();
        for (const JsonSlice &citation : citations)
            deltas.add(DeltaKind::Citation).text = citation.raw();
    } else if (type == "thinking"_L1) {
        addText(DeltaKind::Reasoning, block["thinking"_L1].text(), deltas);
        addText(DeltaKind::Signature, block["signature"_L1].text(), deltas);
    } else if (block.saysSomething()) {
        addOther(type, block.raw(), deltas);
    }
}

//! An input without members comes as no text at all; it means an empty object.
void AnthropicReader::endBlock(int index, DeltaList &deltas)
{
    const auto tool = m_tools.find(index);
    if (tool == m_tools.end())
        return;
    Delta &delta = deltas.add(DeltaKind::Tool);
    delta.toolIndex = index;
    delta.toolEnd = true;
    if (!*tool)
        delta.text = u"{}"_s;
    m_tools.erase(tool);
}

void AnthropicReader::endMessage(const Event &event, DeltaList &deltas)
{
    // Which of the request's sequences it was: nothing but this says so.
    if (event.stopSequence.saysSomething())
        addOther(u"stop_sequence"_s, event.stopSequence.raw(), deltas);
    addStop(event.stopReason, deltas);
}

void AnthropicReader::readUsage(const JsonSlice &json, DeltaList &deltas)
{
    Usage usage;
    usage.inputTokens = count("input_tokens"_L1, json["input_tokens"_L1], deltas);
    usage.outputTokens = count("output_tokens"_L1, json["output_tokens"_L1], deltas);
    usage.cachedInputTokens =
        count("cache_read_input_tokens"_L1, json["cache_read_input_tokens"_L1], deltas);
    addUsage(usage, deltas);
}

bool AnthropicReader::readAnswer(const JsonSlice &answer, EventReading &reading)
{
    if (!answer["content"_L1].isArray())
        return false;
    const std::vector<JsonSlice> blocks = answer["content"_L1].elements();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        beginBlock(blocks[i], int(i), reading.deltas);
        endBlock(int(i), reading.deltas);
    }
    readUsage(answer["usage"_L1], reading.deltas);
    Event event;
    event.stopReason = answer["stop_reason"_L1].text();
    event.stopSequence = answer["stop_sequence"_L1];
    endMessage(event, reading.deltas);
    return true;
}

} // namespace Retryscope
