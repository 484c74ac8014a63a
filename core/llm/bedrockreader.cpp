// SPDX-License-Identifier: MIT
#include "core/llm/bedrockreader_p.h"

#include "core/llm/anthropicreader_p.h"
#include "core/llm/errorbody_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QSet>

using namespace Qt::StringLiterals;

namespace Retryscope {

class BedrockReader::Converse final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const JsonSlice &answer, EventReading &reading) override;

    QString answerMember() const override { return u"an output"_s; }

private:
    //! The members of one message that mean something in some type of message.
    struct Event
    {
        int index = 0;
        JsonSlice start;
        QString stopReason;
        JsonSlice usage;
    };

    void readMember(std::string_view key, Value value, Event &event, DeltaList &deltas);
    void readDelta(Value value, DeltaList &deltas);
    void readReasoning(Value value, DeltaList &deltas);
    void finishEvent(QByteArrayView type, const Event &event, EventReading &reading);
    void finishDelta(const Event &event, EventReading &reading);
    void beginBlock(const Event &event, EventReading &reading);
    void endBlock(int index, EventReading &reading);
    bool addToolStart(const JsonSlice &tool, int index, DeltaList &deltas);
    void addBlock(const JsonSlice &block, int index, DeltaList &deltas);
    void readUsage(const JsonSlice &usage, DeltaList &deltas);

    BlockTracker m_blocks;
    QSet<int> m_tools; // begun and not ended
};

void BedrockReader::Converse::readObject(QByteArrayView type, QByteArrayView text,
                                         EventReading &reading)
{
    Event event;
    DeltaList &deltas = reading.deltas;
    const bool sound = walk(text, reading, [&](std::string_view key, Value value) {
        readMember(key, value, event, deltas);
    });
    if (sound)
        finishEvent(type, event, reading);
}

void BedrockReader::Converse::readMember(std::string_view key, Value value, Event &event,
                                         DeltaList &deltas)
{
    const bool object = JsonWalker::kind(value) == Kind::Object;
    if (key == "contentBlockIndex")
        event.index = saneIndex(m_walker.integer(value), 0);
    else if (key == "delta" && object)
        readDelta(value, deltas);
    else if (key == "start" && object)
        event.start = m_walker.slice(value);
    else if (key == "stopReason")
        event.stopReason = m_walker.text(value);
    else if (key == "usage" && object)
        event.usage = m_walker.slice(value);
    else if (key == "additionalModelResponseFields" || key == "trace")
        addUnknown(key, value, false, deltas);
    else
        m_walker.skim(value);
}

void BedrockReader::Converse::readDelta(Value value, DeltaList &deltas)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        const bool object = JsonWalker::kind(member) == Kind::Object;
        if (key == "text") {
            addText(DeltaKind::Text, member, deltas);
        } else if (key == "toolUse" && object) {
            m_walker.members(member, [&](std::string_view name, Value part) {
                if (name == "input")
                    addText(DeltaKind::Tool, part, deltas);
                else
                    m_walker.skim(part);
            });
        } else if (key == "reasoningContent" && object) {
            readReasoning(member, deltas);
        } else if (key == "citation") {
            deltas.add(DeltaKind::Citation).text = m_walker.slice(member).raw();
        } else {
            addUnknown(key, member, false, deltas);
        }
    });
}

void BedrockReader::Converse::readReasoning(Value value, DeltaList &deltas)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "text")
            addText(DeltaKind::Reasoning, member, deltas);
        else if (key == "signature")
            addText(DeltaKind::Signature, member, deltas);
        else
            addUnknown(key, member, false, deltas); // "redactedContent"
    });
}

void BedrockReader::Converse::finishEvent(QByteArrayView type, const Event &event,
                                          EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    if (type == "contentBlockDelta") {
        finishDelta(event, reading);
    } else if (type == "contentBlockStart") {
        beginBlock(event, reading);
    } else if (type == "contentBlockStop") {
        endBlock(event.index, reading);
    } else if (type == "messageStart") {
        reading.begun = true;
    } else if (type == "messageStop") {
        addStop(event.stopReason, deltas);
    } else if (type == "metadata") {
        readUsage(event.usage, deltas);
        end(reading);
    }
}

void BedrockReader::Converse::beginBlock(const Event &event, EventReading &reading)
{
    m_blocks.begin(event.index, reading.oddities);
    if (addToolStart(event.start["toolUse"_L1], event.index, reading.deltas)) {
        m_tools.insert(event.index);
        return;
    }
    QString name;
    if (event.start.firstMember(name).exists())
        addOther(name, event.start.raw(), reading.deltas);
}

void BedrockReader::Converse::endBlock(int index, EventReading &reading)
{
    m_blocks.beginOrPiece(index, reading.oddities);
    endPart(index, reading.deltas);
    if (!m_tools.remove(index))
        return;
    Delta &end = reading.deltas.add(DeltaKind::Tool);
    end.toolIndex = index;
    end.toolEnd = true;
}

//! The start of a block of text is mostly left out.
void BedrockReader::Converse::finishDelta(const Event &event, EventReading &reading)
{
    const qsizetype odd = reading.oddities.size();
    m_blocks.beginOrPiece(event.index, reading.oddities);
    const bool begun = m_tools.contains(event.index);
    for (Delta &delta : reading.deltas) {
        delta.toolIndex = event.index;
        if (delta.kind == DeltaKind::Tool && !begun)
            reading.oddities.append(
                u"Arguments came for the part with the index %1, which is no tool call."_s.arg(
                    event.index));
    }
    if (reading.oddities.size() == odd)
        allowTemplate();
}

bool BedrockReader::Converse::addToolStart(const JsonSlice &tool, int index, DeltaList &deltas)
{
    if (!tool.isObject())
        return false;
    Delta &delta = deltas.add(DeltaKind::Tool);
    delta.toolIndex = index;
    delta.toolId = tool["toolUseId"_L1].text();
    delta.toolName = tool["name"_L1].text();
    return true;
}

void BedrockReader::Converse::readUsage(const JsonSlice &json, DeltaList &deltas)
{
    Usage usage;
    usage.inputTokens = count("inputTokens"_L1, json["inputTokens"_L1], deltas);
    usage.outputTokens = count("outputTokens"_L1, json["outputTokens"_L1], deltas);
    usage.totalTokens = count("totalTokens"_L1, json["totalTokens"_L1], deltas);
    usage.cachedInputTokens =
        count("cacheReadInputTokens"_L1, json["cacheReadInputTokens"_L1], deltas);
    addUsage(usage, deltas);
}

void BedrockReader::Converse::addBlock(const JsonSlice &block, int index, DeltaList &deltas)
{
    const JsonSlice tool = block["toolUse"_L1];
    const JsonSlice reasoning = block["reasoningContent"_L1]["reasoningText"_L1];
    QString name;
    if (addToolStart(tool, index, deltas)) {
        deltas.back().text = tool["input"_L1].raw();
        deltas.back().toolEnd = true;
    } else if (block["text"_L1].isString()) {
        addText(DeltaKind::Text, block["text"_L1].text(), deltas);
    } else if (reasoning.isObject()) {
        addText(DeltaKind::Reasoning, reasoning["text"_L1].text(), deltas);
        addText(DeltaKind::Signature, reasoning["signature"_L1].text(), deltas);
    } else if (block.firstMember(name).exists()) {
        addOther(name, block.raw(), deltas);
    }
}

bool BedrockReader::Converse::readAnswer(const JsonSlice &answer, EventReading &reading)
{
    const JsonSlice message = answer["output"_L1]["message"_L1];
    if (!message.isObject()) {
        const QString error = answer["message"_L1].text();
        if (!error.isEmpty())
            addError(error, {}, reading.deltas);
        return false;
    }
    const std::vector<JsonSlice> blocks = message["content"_L1].elements();
    for (std::size_t i = 0; i < blocks.size(); ++i)
        addBlock(blocks[i], int(i), reading.deltas);
    readUsage(answer["usage"_L1], reading.deltas);
    addStop(answer["stopReason"_L1].text(), reading.deltas);
    return true;
}

BedrockReader::BedrockReader() : m_converse(std::make_unique<Converse>())
{}

BedrockReader::~BedrockReader() = default;

void BedrockReader::read(QByteArrayView type, QByteArrayView data, EventReading &reading)
{
    const bool exception = type.startsWith("exception:");
    if (type == "chunk")
        return readChunk(data, reading);
    if (!exception && !type.startsWith("error:"))
        return m_converse->read(type, data, reading);
    reading.clear();
    Delta &error = reading.deltas.add(DeltaKind::Error);
    error.text = messageOfErrorBody(data);
    error.errorType = QString::fromUtf8(type.sliced(type.indexOf(':') + 1));
    if (error.text.isEmpty())
        error.text = error.errorType;
}

//! Of invoke-with-response-stream: the provider's own event, in Base64.
void BedrockReader::readChunk(QByteArrayView data, EventReading &reading)
{
    reading.clear();
    const JsonSlice chunk = JsonSlice::ofUnchecked(data);
    const auto event = QByteArray::fromBase64Encoding(chunk["bytes"_L1].text().toLatin1(),
                                                      QByteArray::AbortOnBase64DecodingErrors);
    if (!event || event.decoded.isEmpty()) {
        reading.damage =
            event ? u"the chunk has no event in it"_s : u"the chunk's event is no Base64"_s;
        return;
    }
    const JsonSlice own = JsonSlice::ofUnchecked(event.decoded);
    if (own.exists() && !own["type"_L1].exists()) {
        if (!readAmazons(own, reading))
            addForeign(own, reading);
        return;
    }
    if (!m_invoked)
        m_invoked = std::make_unique<AnthropicReader>();
    m_invoked->read({}, event.decoded, reading);
    if (!reading.damage.isEmpty())
        reading.damageOffset = 0; // in the decoded event, not in the body
}

void BedrockReader::addForeign(const JsonSlice &event, EventReading &reading)
{
    Delta &other = reading.deltas.add(DeltaKind::Other);
    other.part = u"chunk"_s;
    other.text = event.raw();
    // Bedrock adds it to the last chunk of every provider.
    reading.terminal = event["amazon-bedrock-invocationMetrics"_L1].exists();
    reading.begun = true; // who knows what it says
}

//! Amazon's own models send the messages of converse-stream there, each in a member of its name.
bool BedrockReader::readAmazons(const JsonSlice &event, EventReading &reading)
{
    for (const QLatin1StringView name :
         {"messageStart"_L1, "contentBlockStart"_L1, "contentBlockDelta"_L1, "contentBlockStop"_L1,
          "messageStop"_L1, "metadata"_L1}) {
        const JsonSlice message = event[name];
        if (!message.isObject())
            continue;
        m_converse->read(name, message.bytes(), reading);
        reading.damageOffset = 0;
        return true;
    }
    return false;
}

void BedrockReader::undo()
{
    m_converse->undo();
    if (m_invoked)
        m_invoked->undo();
}

void BedrockReader::finish(EventReading &reading)
{
    m_converse->finish(reading);
    if (m_invoked && reading.deltas.empty())
        m_invoked->finish(reading);
}

void BedrockReader::readWhole(QByteArrayView body, EventReading &reading)
{
    m_converse->readWhole(body, reading);
}

} // namespace Retryscope
