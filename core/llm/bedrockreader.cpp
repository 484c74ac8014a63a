// SPDX-License-Identifier: MIT
#include "core/llm/bedrockreader_p.h"

#include "core/llm/anthropicreader_p.h"
#include "core/llm/errorbody_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

class BedrockReader::Converse final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const QJsonObject &answer, EventReading &reading) override;

    QString answerMember() const override { return u"an output"_s; }

private:
    //! The members of one message that mean something in some type of message.
    struct Event
    {
        int index = 0;
        QJsonObject start;
        QString stopReason;
        QJsonValue usage;
        QString message;
    };

    void readMember(std::string_view key, Value value, Event &event, DeltaList &deltas);
    void readDelta(Value value, DeltaList &deltas);
    void readReasoning(Value value, DeltaList &deltas);
    void finishEvent(QByteArrayView type, const Event &event, EventReading &reading);
    void finishDelta(const Event &event, EventReading &reading);
    bool addToolStart(const QJsonValue &tool, int index, DeltaList &deltas);
    void addBlock(const QJsonObject &block, int index, DeltaList &deltas);
    void readUsage(const QJsonValue &usage, DeltaList &deltas);

    std::vector<int> m_tools; // begun and not ended
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
        event.start = m_walker.json(value).toObject();
    else if (key == "stopReason")
        event.stopReason = m_walker.text(value);
    else if (key == "usage" && object)
        event.usage = m_walker.json(value);
    else if (key == "message" || key == "Message")
        event.message = m_walker.text(value);
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
            deltas.add(DeltaKind::Citation).text = m_walker.raw(member);
        } else {
            const QString part = QString::fromUtf8(key.data(), qsizetype(key.size()));
            addOther(part, m_walker.raw(member), deltas);
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
        else if (key == "redactedContent")
            addOther(u"redactedContent"_s, m_walker.raw(member), deltas);
        else
            m_walker.skim(member);
    });
}

void BedrockReader::Converse::finishEvent(QByteArrayView type, const Event &event,
                                          EventReading &reading)
{
    DeltaList &deltas = reading.deltas;
    const auto tool = std::find(m_tools.begin(), m_tools.end(), event.index);
    if (type == "contentBlockDelta") {
        finishDelta(event, reading);
    } else if (type == "contentBlockStart") {
        const QJsonValue start = event.start.value("toolUse"_L1);
        if (addToolStart(start, event.index, deltas))
            m_tools.push_back(event.index);
        else if (!event.start.isEmpty())
            addOther(event.start.keys().constFirst(), compactJson(event.start), deltas);
    } else if (type == "contentBlockStop" && tool != m_tools.end()) {
        m_tools.erase(tool);
        Delta &end = deltas.add(DeltaKind::Tool);
        end.toolIndex = event.index;
        end.toolEnd = true;
    } else if (type == "messageStop") {
        addStop(event.stopReason, deltas);
    } else if (type == "metadata") {
        readUsage(event.usage, deltas);
        end(reading);
    }
}

void BedrockReader::Converse::finishDelta(const Event &event, EventReading &reading)
{
    bool steady = true;
    for (Delta &delta : reading.deltas) {
        delta.toolIndex = event.index;
        const bool begun = std::find(m_tools.begin(), m_tools.end(), event.index) != m_tools.end();
        if (delta.kind == DeltaKind::Tool && !begun) {
            reading.oddities.append(
                u"Arguments came for the part with the index %1, which is no tool call."_s.arg(
                    event.index));
            steady = false;
        }
    }
    if (steady)
        allowTemplate();
}

bool BedrockReader::Converse::addToolStart(const QJsonValue &tool, int index, DeltaList &deltas)
{
    if (!tool.isObject())
        return false;
    Delta &delta = deltas.add(DeltaKind::Tool);
    delta.toolIndex = index;
    delta.toolId = tool["toolUseId"_L1].toString();
    delta.toolName = tool["name"_L1].toString();
    return true;
}

void BedrockReader::Converse::readUsage(const QJsonValue &json, DeltaList &deltas)
{
    Usage usage;
    usage.inputTokens = count(json["inputTokens"_L1]);
    usage.outputTokens = count(json["outputTokens"_L1]);
    usage.totalTokens = count(json["totalTokens"_L1]);
    usage.cachedInputTokens = count(json["cacheReadInputTokens"_L1]);
    addUsage(usage, deltas);
}

void BedrockReader::Converse::addBlock(const QJsonObject &block, int index, DeltaList &deltas)
{
    const QJsonValue tool = block.value("toolUse"_L1);
    const QJsonValue reasoning = block.value("reasoningContent"_L1);
    if (addToolStart(tool, index, deltas)) {
        deltas.back().text = compactJson(tool["input"_L1]);
        deltas.back().toolEnd = true;
    } else if (block.value("text"_L1).isString()) {
        addText(DeltaKind::Text, block.value("text"_L1).toString(), deltas);
    } else if (reasoning["reasoningText"_L1].isObject()) {
        const QJsonValue text = reasoning["reasoningText"_L1];
        addText(DeltaKind::Reasoning, text["text"_L1].toString(), deltas);
        addText(DeltaKind::Signature, text["signature"_L1].toString(), deltas);
    } else if (!block.isEmpty()) {
        addOther(block.keys().constFirst(), compactJson(block), deltas);
    }
}

bool BedrockReader::Converse::readAnswer(const QJsonObject &answer, EventReading &reading)
{
    const QJsonValue message = answer.value("output"_L1)["message"_L1];
    if (!message.isObject()) {
        const QString error = answer.value("message"_L1).toString();
        if (!error.isEmpty())
            addError(error, {}, reading.deltas);
        return false;
    }
    const QJsonArray blocks = message["content"_L1].toArray();
    for (qsizetype i = 0; i < blocks.size(); ++i)
        addBlock(blocks.at(i).toObject(), int(i), reading.deltas);
    readUsage(answer.value("usage"_L1), reading.deltas);
    addStop(answer.value("stopReason"_L1).toString(), reading.deltas);
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
    QJsonParseError problem;
    const QJsonObject chunk = QJsonDocument::fromJson(data.toByteArray(), &problem).object();
    const QByteArray event = QByteArray::fromBase64(chunk.value("bytes"_L1).toString().toLatin1());
    if (problem.error != QJsonParseError::NoError || event.isEmpty()) {
        reading.damage = u"the chunk has no event in it"_s;
        return;
    }
    if (!m_invoked)
        m_invoked = std::make_unique<AnthropicReader>();
    m_invoked->read({}, event, reading);
    if (!reading.damage.isEmpty())
        reading.damageOffset = 0; // in the decoded event, not in the body
    if (!reading.deltas.empty() || reading.terminal || !reading.damage.isEmpty())
        return;
    const QJsonObject own = QJsonDocument::fromJson(event).object();
    if (!own.contains("type"_L1) && !readAmazons(own, reading)) {
        Delta &other = reading.deltas.add(DeltaKind::Other);
        other.part = u"chunk"_s;
        other.text = QString::fromUtf8(event);
        // Bedrock adds it to the last chunk of every provider.
        reading.terminal = own.contains("amazon-bedrock-invocationMetrics"_L1);
    }
}

//! Amazon's own models send the messages of converse-stream there, each in a member of its name.
bool BedrockReader::readAmazons(const QJsonObject &event, EventReading &reading)
{
    for (const QLatin1StringView name :
         {"messageStart"_L1, "contentBlockStart"_L1, "contentBlockDelta"_L1, "contentBlockStop"_L1,
          "messageStop"_L1, "metadata"_L1}) {
        const QJsonValue message = event.value(name);
        if (!message.isObject())
            continue;
        const QByteArray text = QJsonDocument(message.toObject()).toJson(QJsonDocument::Compact);
        m_converse->read(name, text, reading);
        reading.damageOffset = 0;
        return true;
    }
    return false;
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
