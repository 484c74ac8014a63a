// SPDX-License-Identifier: MIT
#include "core/llm/openaichatreader_p.h"

#include "core/llm/errorbody_p.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

// No real answer has so many calls; a made-up one shall cost neither memory nor time.
constexpr std::size_t MostKnown = 256;

} // namespace

//! Neither state nor anything but the one delta: the next chunk is mostly the same but for a text.
bool OpenAiChatReader::isSteady(const DeltaList &deltas) const
{
    if (deltas.size() != 1 || m_sawError)
        return false;
    const Delta &delta = deltas[0];
    const bool kind = delta.kind == DeltaKind::Text || delta.kind == DeltaKind::Reasoning
                      || delta.kind == DeltaKind::Refusal || delta.kind == DeltaKind::Tool;
    return kind && delta.toolId.isEmpty() && delta.toolName.isEmpty();
}

bool OpenAiChatReader::readOther(QByteArrayView type, QByteArrayView text, EventReading &reading)
{
    if (text == "[DONE]") {
        end(reading);
        return true;
    }
    if (type != "error")
        return false;
    addError(messageOfErrorBody(text), {}, reading.deltas);
    return true;
}

QString OpenAiChatReader::answerMember() const
{
    return u"choices"_s;
}

//! The same members as a chunk's.
void OpenAiChatReader::readBody(QByteArrayView text, EventReading &reading)
{
    if (text.front() != '{') {
        reading.damage = u"the body is no JSON object"_s;
        return;
    }
    readObject({}, text, reading);
    if (reading.damage.isEmpty() && !m_sawChoices && !m_sawError)
        reading.damage = u"the body has neither choices nor an error"_s;
}

void OpenAiChatReader::readObject(QByteArrayView type, QByteArrayView text, EventReading &reading)
{
    m_flat = {};
    m_sawError = m_sawChoices = false;
    DeltaList &deltas = reading.deltas;
    const bool sound = walk(text, reading, [this, &deltas](std::string_view key, Value value) {
        readMember(key, value, deltas);
    });
    reading.oddities += m_oddities;
    m_oddities.clear();
    if (!sound)
        return;
    const bool flat = type == "error" || m_flat.object == "error"_L1 || m_flat.type == "error"_L1;
    if (!m_sawError && flat) {
        const QString message =
            m_flat.message.isEmpty() ? messageOfErrorBody(text) : m_flat.message;
        const bool named = !m_flat.type.isEmpty() && m_flat.type != "error"_L1;
        addError(message, named ? m_flat.type : m_flat.code, deltas);
        m_sawError = true;
    }
    if (isSteady(deltas))
        allowTemplate();
}

void OpenAiChatReader::readMember(std::string_view key, Value value, DeltaList &deltas)
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
    } else if (key == "citations" && kind == Kind::Array && !m_sawCitations) {
        // Perplexity repeats them in every chunk.
        readCitations(value, deltas);
        m_sawCitations = true;
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

void OpenAiChatReader::readChoice(Value value, int position, DeltaList &deltas)
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
    if (!choice.sawDelta) {
        for (const Delta &delta : m_fallback)
            deltas.push_back(delta);
    }
    for (std::size_t i = begin; i < deltas.size(); ++i) {
        deltas[i].choice = choice.index;
        if (deltas[i].kind == DeltaKind::Tool)
            checkTool(deltas[i]);
    }
    join(deltas);
    addStop(choice.stop, deltas, choice.index);
}

void OpenAiChatReader::readChoiceMember(std::string_view key, Value value, Choice &choice,
                                        DeltaList &deltas)
{
    const bool object = JsonWalker::kind(value) == Kind::Object;
    if (key == "index") {
        choice.index = saneIndex(m_walker.integer(value), choice.index);
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

void OpenAiChatReader::readMessage(Value value, DeltaList &deltas)
{
    bool sawReasoning = false;
    QString details;
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
            readFunction(member, deltas.add(DeltaKind::Tool));
        } else if (key == "annotations" && kind == Kind::Array) {
            readCitations(member, deltas);
        } else if (key == "reasoning_details" && kind == Kind::Array) {
            details = m_walker.raw(member);
        } else if (kind == Kind::Object || kind == Kind::Array) {
            const QString json = m_walker.raw(member);
            if (json.size() > 2)
                addOther(QString::fromUtf8(key.data(), qsizetype(key.size())), json, deltas);
        } else {
            m_walker.skim(member);
        }
    });
    // OpenRouter says the same once more here; what is encrypted or signed stands here alone.
    if (!sawReasoning && details.size() > 2)
        addOther(u"reasoning_details"_s, details, deltas);
}

void OpenAiChatReader::readCitations(Value value, DeltaList &deltas)
{
    m_walker.elements(value, [&](Value citation) {
        const QString json = m_walker.raw(citation);
        deltas.add(DeltaKind::Citation).text = json;
    });
}

//! A text, or a list of parts (Mistral's reasoning models mix both in one stream).
void OpenAiChatReader::readContent(Value value, DeltaList &deltas)
{
    if (JsonWalker::kind(value) == Kind::Array)
        m_walker.elements(value, [&](Value part) { readPart(part, deltas); });
    else
        addText(DeltaKind::Text, value, deltas);
}

void OpenAiChatReader::readPart(Value value, DeltaList &deltas)
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

void OpenAiChatReader::readTool(Value value, int position, DeltaList &deltas)
{
    if (JsonWalker::kind(value) != Kind::Object) {
        m_walker.skim(value);
        return;
    }
    Delta &tool = deltas.add(DeltaKind::Tool);
    tool.toolIndex = position;
    bool indexed = false;
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "index") {
            indexed = true;
            tool.toolIndex = saneIndex(m_walker.integer(member), position);
        } else if (key == "id") {
            tool.toolId = m_walker.text(member);
        } else if (key == "function" && JsonWalker::kind(member) == Kind::Object) {
            readFunction(member, tool);
        } else {
            m_walker.skim(member);
        }
    });
    if (!indexed && !m_indexMissing)
        m_oddities.append(u"A tool call has no index: its place in its list is taken for it."_s);
    m_indexMissing = m_indexMissing || !indexed;
}

//! The pieces of a call belong together by their index alone.
void OpenAiChatReader::checkTool(const Delta &tool)
{
    const auto isIt = [&tool](const BegunTool &begun) {
        return begun.choice == tool.choice && begun.index == tool.toolIndex;
    };
    const auto found = std::find_if(m_tools.begin(), m_tools.end(), isIt);
    if (found != m_tools.end()) {
        const bool other = !tool.toolId.isEmpty() && tool.toolId != found->id;
        if (other && !found->id.isEmpty())
            m_oddities.append(
                u"Two tool calls, %1 and %2, have the index %3."_s.arg(found->id, tool.toolId)
                    .arg(tool.toolIndex));
        if (other)
            found->id = tool.toolId;
        return;
    }
    const auto before =
        std::count_if(m_tools.begin(), m_tools.end(),
                      [&tool](const BegunTool &begun) { return begun.choice == tool.choice; });
    if (tool.toolIndex != before)
        m_oddities.append(
            u"A tool call with the index %1 begins where %2 was expected."_s.arg(tool.toolIndex)
                .arg(before));
    if (m_tools.size() < MostKnown)
        m_tools.push_back({tool.choice, tool.toolIndex, tool.toolId});
}

void OpenAiChatReader::readFunction(Value value, Delta &tool)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "name") {
            tool.toolName = m_walker.text(member);
        } else if (key == "arguments" && JsonWalker::kind(member) == Kind::Object) {
            tool.text = compactJson(m_walker.json(member));
        } else if (key == "arguments") {
            m_walker.deltaText(member, tool.text);
        } else {
            m_walker.skim(member);
        }
    });
}

void OpenAiChatReader::readUsage(Value value, DeltaList &deltas)
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
    addUsage(usage, deltas);
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

void OpenAiChatReader::readError(Value value, DeltaList &deltas)
{
    const QJsonValue error = m_walker.json(value);
    addError(error, deltas);
    m_sawError = m_sawError || !error.isNull();
}

} // namespace Retryscope
