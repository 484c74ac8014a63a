// SPDX-License-Identifier: MIT
#include "core/llm/openaichatreader_p.h"

#include "core/llm/errorbody_p.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <iterator>
#include <limits>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

using Kind = JsonWalker::Kind;

Delta textDelta(DeltaKind kind, const QString &text)
{
    Delta delta;
    delta.kind = kind;
    delta.text = text;
    return delta;
}

Delta errorDelta(const QString &message, const QString &type)
{
    Delta delta = textDelta(DeltaKind::Error, message);
    delta.errorType = type;
    return delta;
}

//! An index that a server made up must not become a huge or negative one.
int index(std::optional<qint64> value, int otherwise)
{
    const bool sane = value && *value >= 0 && *value <= std::numeric_limits<int>::max();
    return sane ? int(*value) : otherwise;
}

QString textOrNumber(const QJsonValue &value)
{
    return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
}

} // namespace

void OpenAiChatReader::read(QByteArrayView type, QByteArrayView data, EventReading &reading)
{
    reading.clear();
    const QByteArrayView text = data.trimmed();
    const bool errorEvent = type == "error";
    if (text.isEmpty())
        return;
    if (text == "[DONE]") {
        m_joiner.flush(-1, reading.deltas);
        reading.terminal = true;
    } else if (text.front() == '{') {
        readDocument(text, errorEvent, reading);
    } else if (errorEvent) {
        reading.deltas.push_back(errorDelta(messageOfErrorBody(text), {}));
    } else {
        reading.damage = u"the data is no JSON object"_s;
    }
    reading.damageOffset += text.data() - data.data();
}

void OpenAiChatReader::finish(EventReading &reading)
{
    reading.clear();
    m_joiner.flush(-1, reading.deltas);
}

void OpenAiChatReader::readWhole(QByteArrayView body, EventReading &reading)
{
    reading.clear();
    const QByteArrayView text = body.trimmed();
    if (text.isEmpty()) {
        reading.damage = u"the body is empty"_s;
        return;
    }
    if (text.front() == '{')
        readDocument(text, false, reading);
    else
        reading.damage = u"the body is no JSON object"_s;
    m_joiner.flush(-1, reading.deltas);
    if (reading.damage.isEmpty() && !m_sawChoices && !m_sawError)
        reading.damage = u"the body has neither choices nor an error"_s;
    reading.terminal = reading.damage.isEmpty();
    reading.damageOffset += text.data() - body.data();
}

void OpenAiChatReader::readDocument(QByteArrayView text, bool errorEvent, EventReading &reading)
{
    m_flat = {};
    m_sawError = m_sawChoices = false;
    std::vector<Delta> &deltas = reading.deltas;
    const auto fault = m_walker.walk(text, [this, &deltas](std::string_view key, Value value) {
        readMember(key, value, deltas);
    });
    if (fault) {
        // Half of a broken event is no part of an answer.
        deltas.clear();
        reading.damage = fault->reason;
        reading.damageOffset = fault->offset;
        return;
    }
    const bool flat = errorEvent || m_flat.object == "error"_L1 || m_flat.type == "error"_L1;
    if (!m_sawError && flat) {
        const QString message =
            m_flat.message.isEmpty() ? messageOfErrorBody(text) : m_flat.message;
        const bool named = !m_flat.type.isEmpty() && m_flat.type != "error"_L1;
        deltas.push_back(errorDelta(message, named ? m_flat.type : m_flat.code));
        m_sawError = true;
    }
}

void OpenAiChatReader::readMember(std::string_view key, Value value, std::vector<Delta> &deltas)
{
    const Kind kind = JsonWalker::kind(value);
    if (key == "choices" && kind == Kind::Array) {
        int position = 0;
        m_sawChoices = true;
        m_walker.elements(value, [&](Value choice) { readChoice(choice, position++, deltas); });
    } else if (key == "usage" && kind == Kind::Object) {
        readUsage(value, deltas);
    } else if (key == "x_groq" && kind == Kind::Object) {
        m_walker.members(value, [&](std::string_view name, Value member) {
            if (name == "usage" && JsonWalker::kind(member) == Kind::Object)
                readUsage(member, deltas);
            else
                m_walker.skim(member);
        });
    } else if (key == "error") {
        readError(value, deltas);
    } else if (key == "object") {
        m_flat.object = m_walker.text(value);
    } else if (key == "type") {
        m_flat.type = m_walker.text(value);
    } else if (key == "code") {
        m_flat.code = scalar(value);
    } else if (key == "message" || key == "detail") {
        m_flat.message = m_walker.text(value);
    } else {
        m_walker.skim(value);
    }
}

void OpenAiChatReader::readChoice(Value value, int position, std::vector<Delta> &deltas)
{
    if (JsonWalker::kind(value) != Kind::Object) {
        m_walker.skim(value);
        return;
    }
    const std::size_t begin = deltas.size();
    Choice choice{position, {}, false};
    m_fallback.clear();
    m_walker.members(value, [&](std::string_view key, Value member) {
        readChoiceMember(key, member, choice, deltas);
    });
    if (!choice.sawDelta)
        std::move(m_fallback.begin(), m_fallback.end(), std::back_inserter(deltas));
    for (std::size_t i = begin; i < deltas.size(); ++i)
        deltas[i].choice = choice.index;
    m_joiner.join(deltas, begin, m_walker.sawHalves());
    if (choice.stop.isEmpty())
        return;
    m_joiner.flush(choice.index, deltas);
    deltas.push_back(textDelta(DeltaKind::Stop, choice.stop));
    deltas.back().choice = choice.index;
}

void OpenAiChatReader::readChoiceMember(std::string_view key, Value value, Choice &choice,
                                        std::vector<Delta> &deltas)
{
    const bool object = JsonWalker::kind(value) == Kind::Object;
    if (key == "index") {
        choice.index = index(m_walker.integer(value), choice.index);
    } else if (key == "delta" && object) {
        choice.sawDelta = true;
        readMessage(value, deltas);
    } else if (key == "message" && object) {
        // Perplexity repeats the whole message so far beside each delta.
        readMessage(value, m_fallback);
    } else if (key == "text" && m_fallback.empty()) {
        // The legacy form; Hugging Face repeats the delta's text in it.
        addText(DeltaKind::Text, value, m_fallback);
    } else if (key == "finish_reason") {
        choice.stop = m_walker.text(value);
    } else {
        m_walker.skim(value);
    }
}

void OpenAiChatReader::readMessage(Value value, std::vector<Delta> &deltas)
{
    bool sawReasoning = false;
    m_walker.members(value, [&](std::string_view key, Value member) {
        const Kind kind = JsonWalker::kind(member);
        if (key == "content") {
            readContent(member, deltas);
        } else if ((key == "reasoning_content" || key == "reasoning") && !sawReasoning) {
            // vLLM sends the same text under both names.
            const std::size_t before = deltas.size();
            addText(DeltaKind::Reasoning, member, deltas);
            sawReasoning = deltas.size() > before;
        } else if (key == "refusal") {
            addText(DeltaKind::Refusal, member, deltas);
        } else if (key == "tool_calls" && kind == Kind::Array) {
            int position = 0;
            m_walker.elements(member, [&](Value tool) { readTool(tool, position++, deltas); });
        } else if (key == "function_call" && kind == Kind::Object) {
            Delta tool = textDelta(DeltaKind::Tool, {});
            readFunction(member, tool);
            deltas.push_back(tool);
        } else {
            m_walker.skim(member);
        }
    });
}

//! A text, or a list of parts (Mistral's reasoning models mix both in one stream).
void OpenAiChatReader::readContent(Value value, std::vector<Delta> &deltas)
{
    if (JsonWalker::kind(value) == Kind::Array)
        m_walker.elements(value, [&](Value part) { readPart(part, deltas); });
    else
        addText(DeltaKind::Text, value, deltas);
}

void OpenAiChatReader::readPart(Value value, std::vector<Delta> &deltas)
{
    if (JsonWalker::kind(value) != Kind::Object) {
        addText(DeltaKind::Text, value, deltas);
        return;
    }
    m_walker.members(value, [&](std::string_view key, Value member) {
        const Kind kind = JsonWalker::kind(member);
        if (key == "text") {
            addText(DeltaKind::Text, member, deltas);
        } else if (key == "refusal") {
            addText(DeltaKind::Refusal, member, deltas);
        } else if (key == "thinking" && kind == Kind::Array) {
            const std::size_t begin = deltas.size();
            m_walker.elements(member, [&](Value part) { readPart(part, deltas); });
            for (std::size_t i = begin; i < deltas.size(); ++i)
                deltas[i].kind = DeltaKind::Reasoning;
        } else if (key == "thinking") {
            addText(DeltaKind::Reasoning, member, deltas);
        } else {
            m_walker.skim(member);
        }
    });
}

void OpenAiChatReader::readTool(Value value, int position, std::vector<Delta> &deltas)
{
    if (JsonWalker::kind(value) != Kind::Object) {
        m_walker.skim(value);
        return;
    }
    Delta tool = textDelta(DeltaKind::Tool, {});
    tool.toolIndex = position;
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "index")
            tool.toolIndex = index(m_walker.integer(member), position);
        else if (key == "id")
            tool.toolId = m_walker.text(member);
        else if (key == "function" && JsonWalker::kind(member) == Kind::Object)
            readFunction(member, tool);
        else
            m_walker.skim(member);
    });
    deltas.push_back(tool);
}

void OpenAiChatReader::readFunction(Value value, Delta &tool)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "name") {
            tool.toolName = m_walker.text(member);
        } else if (key == "arguments" && JsonWalker::kind(member) == Kind::Object) {
            const QJsonDocument arguments(m_walker.json(member).toObject());
            tool.text = QString::fromUtf8(arguments.toJson(QJsonDocument::Compact));
        } else if (key == "arguments") {
            tool.text = m_walker.text(member);
        } else {
            m_walker.skim(member);
        }
    });
}

void OpenAiChatReader::readUsage(Value value, std::vector<Delta> &deltas)
{
    Usage usage;
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "prompt_tokens")
            usage.inputTokens = m_walker.integer(member);
        else if (key == "completion_tokens")
            usage.outputTokens = m_walker.integer(member);
        else if (key == "total_tokens")
            usage.totalTokens = m_walker.integer(member);
        else if (key == "prompt_cache_hit_tokens" && !usage.cachedInputTokens)
            usage.cachedInputTokens = m_walker.integer(member);
        else if (key == "prompt_tokens_details")
            readCount(member, "cached_tokens", usage.cachedInputTokens);
        else if (key == "completion_tokens_details")
            readCount(member, "reasoning_tokens", usage.reasoningTokens);
        else
            m_walker.skim(member);
    });
    if (usage.isEmpty())
        return;
    Delta delta;
    delta.kind = DeltaKind::Usage;
    delta.usage = usage;
    deltas.push_back(delta);
}

//! One member of an object of details, which may be null.
void OpenAiChatReader::readCount(Value value, std::string_view wanted, std::optional<qint64> &count)
{
    if (JsonWalker::kind(value) != Kind::Object) {
        m_walker.skim(value);
        return;
    }
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == wanted)
            count = m_walker.integer(member);
        else
            m_walker.skim(member);
    });
}

void OpenAiChatReader::readError(Value value, std::vector<Delta> &deltas)
{
    const QJsonValue error = m_walker.json(value);
    if (error.isNull())
        return;
    QString type = textOrNumber(error["type"_L1]);
    if (type.isEmpty())
        type = textOrNumber(error["code"_L1]);
    deltas.push_back(errorDelta(messageOfError(error), type));
    m_sawError = true;
}

void OpenAiChatReader::addText(DeltaKind kind, Value value, std::vector<Delta> &deltas)
{
    const QString text = m_walker.text(value);
    if (!text.isEmpty())
        deltas.push_back(textDelta(kind, text));
}

QString OpenAiChatReader::scalar(Value value)
{
    if (JsonWalker::kind(value) == Kind::String)
        return m_walker.text(value);
    const std::optional<qint64> number = m_walker.integer(value);
    return number ? QString::number(*number) : QString();
}

} // namespace Retryscope
