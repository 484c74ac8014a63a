// SPDX-License-Identifier: MIT
#include "core/llm/openaichatreader_p.h"

#include "core/llm/errorbody_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

// No real answer has so many calls; a made-up one shall cost neither memory nor time.
constexpr qsizetype MostKnown = 4096;

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
    m_sawError = m_sawChoices = m_begun = false;
    const bool sound = walk(text, reading, [this, &reading](std::string_view key, Value value) {
        readMember(key, value, reading);
    });
    reading.oddities += m_oddities;
    m_oddities.clear();
    if (!sound)
        return;
    m_sawError = m_sawError || addFlatError(type, text, reading.deltas);
    reading.begun = m_begun;
    reading.closing = m_choices.allStopped();
    reading.reopened = m_choices.isReopened();
    if (m_flat.object == "chat.completion.done"_L1) // Perplexity's last one, instead of [DONE]
        end(reading);
    else if (isSteady(reading.deltas))
        allowTemplate();
}

bool OpenAiChatReader::addFlatError(QByteArrayView type, QByteArrayView text, DeltaList &deltas)
{
    const bool flat = type == "error" || m_flat.object == "error"_L1 || m_flat.type == "error"_L1;
    if (m_sawError || !flat)
        return false;
    const QString message = m_flat.message.isEmpty() ? messageOfErrorBody(text) : m_flat.message;
    const bool named = !m_flat.type.isEmpty() && m_flat.type != "error"_L1;
    addError(message, named ? m_flat.type : m_flat.code, deltas);
    return true;
}

void OpenAiChatReader::readMember(std::string_view key, Value value, EventReading &reading)
{
    const Kind kind = JsonWalker::kind(value);
    DeltaList &deltas = reading.deltas;
    if (key == "choices" && kind == Kind::Array) {
        int position = 0;
        m_walker.elements(value, [&](Value choice) { readChoice(choice, position++, reading); });
        m_sawChoices = true;
        m_begun = m_begun || position > 0;
    } else if (key == "usage" && kind == Kind::Object) {
        readUsage(m_walker.slice(value), deltas);
    } else if (key == "x_groq" && kind == Kind::Object) {
        readUsage(m_walker.slice(value)["usage"_L1], deltas);
    } else if (key == "error") {
        const JsonSlice error = m_walker.slice(value);
        addError(error, deltas);
        m_sawError = m_sawError || error.saysSomething();
    } else if (key == "citations" && kind == Kind::Array) {
        readCitations(value, true, deltas);
    } else if (key == "object") {
        m_flat.object = m_walker.text(value);
    } else if (key == "type") {
        m_flat.type = m_walker.text(value);
    } else if (key == "code") {
        m_flat.code = scalar(value);
    } else if (key == "message" || key == "detail") {
        m_flat.message = m_walker.text(value);
    } else if (kind == Kind::Object || kind == Kind::Array) {
        addUnknown(key, value, true, deltas);
    } else {
        m_walker.skim(value);
    }
}

void OpenAiChatReader::readChoice(Value value, int position, EventReading &reading)
{
    if (JsonWalker::kind(value) != Kind::Object) {
        m_walker.skim(value);
        return;
    }
    DeltaList &deltas = reading.deltas;
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
    m_choices.note(choice.index, !choice.stop.isEmpty(), deltas, begin);
    if (!choice.stop.isEmpty())
        endTools(choice.index, deltas);
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
        addUnknown(key, value, key != "logprobs", deltas); // those are of their token alone
    }
}

void OpenAiChatReader::readMessage(Value value, DeltaList &deltas)
{
    bool sawReasoning = false;
    JsonSlice details;
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
            readCitations(member, false, deltas);
        } else if (key == "reasoning_details" && kind == Kind::Array) {
            details = m_walker.slice(member);
        } else if (key == "role" || key == "reasoning_content" || key == "reasoning") {
            m_walker.skim(member);
        } else {
            addUnknown(key, member, false, deltas);
        }
    });
    readReasoningDetails(details, sawReasoning, deltas);
}

//! OpenRouter says the reasoning once more here, with what else belongs to it.
void OpenAiChatReader::readReasoningDetails(const JsonSlice &details, bool repeated,
                                            DeltaList &deltas)
{
    const std::vector<JsonSlice> elements = details.elements();
    for (const JsonSlice &detail : elements) {
        const QString signature = detail["signature"_L1].text();
        addText(DeltaKind::Signature, signature, deltas);
        const QString type = detail["type"_L1].text();
        const bool text = detail["text"_L1].saysSomething() || detail["summary"_L1].saysSomething();
        const bool known = text || type == "reasoning.text"_L1 || type == "reasoning.summary"_L1;
        if (!known || (text && !repeated))
            addOther(u"reasoning_details"_s, detail.raw(), deltas);
    }
}

//! \a repeated: those of the whole answer, which Perplexity repeats in every event.
void OpenAiChatReader::readCitations(Value value, bool repeated, DeltaList &deltas)
{
    const std::vector<JsonSlice> citations = m_walker.slice(value).elements();
    for (const JsonSlice &citation : citations) {
        const QByteArray bytes = citation.bytes().toByteArray();
        if (repeated && m_citations.contains(bytes))
            continue;
        if (repeated && m_citations.size() < MostKnown)
            m_citations.insert(bytes);
        deltas.add(DeltaKind::Citation).text = citation.raw();
    }
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
    QList<std::pair<QString, QString>> unknown; // not added before the tool is done with
    m_walker.members(value, [&](std::string_view key, Value member) {
        const Kind kind = JsonWalker::kind(member);
        if (key == "index") {
            indexed = true;
            tool.toolIndex = saneIndex(m_walker.integer(member), position);
        } else if (key == "id") {
            tool.toolId = m_walker.text(member);
        } else if (key == "function" && kind == Kind::Object) {
            readFunction(member, tool);
        } else if (kind == Kind::Object || kind == Kind::Array) {
            unknown.append({QString::fromUtf8(key.data(), qsizetype(key.size())),
                            m_walker.slice(member).raw()});
        } else {
            m_walker.skim(member);
        }
    });
    for (const auto &[name, json] : std::as_const(unknown))
        addOther(name, json, deltas);
    if (!indexed && !m_indexMissing)
        m_oddities.append(u"A tool call has no index: its place in its list is taken for it."_s);
    m_indexMissing = m_indexMissing || !indexed;
}

//! The pieces of a call belong together by their index alone.
void OpenAiChatReader::checkTool(const Delta &tool)
{
    const std::pair<int, int> place(tool.choice, tool.toolIndex);
    const auto found = m_tools.find(place);
    if (found != m_tools.end()) {
        const bool other = !tool.toolId.isEmpty() && tool.toolId != *found;
        if (other && !found->isEmpty())
            m_oddities.append(
                u"Two tool calls, %1 and %2, have the index %3."_s.arg(*found, tool.toolId)
                    .arg(tool.toolIndex));
        if (other)
            *found = tool.toolId;
        return;
    }
    if (m_tools.size() == MostKnown)
        return; // behind the last one that could be remembered nothing is known
    int &before = m_toolCounts[tool.choice];
    if (tool.toolIndex != before)
        m_oddities.append(
            u"A tool call with the index %1 begins where %2 was expected."_s.arg(tool.toolIndex)
                .arg(before));
    ++before;
    m_tools.insert(place, tool.toolId);
    m_openTools[tool.choice].append(tool.toolIndex);
}

//! Nothing says that a call is at its end but the end of its choice.
void OpenAiChatReader::endTools(int choice, DeltaList &deltas)
{
    const QList<int> open = m_openTools.take(choice);
    for (const int index : open) {
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.choice = choice;
        tool.toolIndex = index;
        tool.toolEnd = true;
    }
}

void OpenAiChatReader::readFunction(Value value, Delta &tool)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "name") {
            tool.toolName = m_walker.text(member);
        } else if (key == "arguments" && JsonWalker::kind(member) == Kind::String) {
            m_walker.deltaText(member, tool.text);
        } else if (key == "arguments") {
            const JsonSlice arguments = m_walker.slice(member);
            if (arguments.bytes() != "null")
                tool.text = arguments.raw();
        } else {
            m_walker.skim(member);
        }
    });
}

void OpenAiChatReader::readUsage(const JsonSlice &json, DeltaList &deltas)
{
    Usage usage;
    usage.inputTokens = count("prompt_tokens"_L1, json["prompt_tokens"_L1], deltas);
    usage.outputTokens = count("completion_tokens"_L1, json["completion_tokens"_L1], deltas);
    usage.totalTokens = count("total_tokens"_L1, json["total_tokens"_L1], deltas);
    usage.cachedInputTokens =
        count("cached_tokens"_L1, json["prompt_tokens_details"_L1]["cached_tokens"_L1], deltas);
    if (!usage.cachedInputTokens) // DeepSeek's word
        usage.cachedInputTokens =
            count("prompt_cache_hit_tokens"_L1, json["prompt_cache_hit_tokens"_L1], deltas);
    usage.reasoningTokens = count(
        "reasoning_tokens"_L1, json["completion_tokens_details"_L1]["reasoning_tokens"_L1], deltas);
    addUsage(usage, deltas);
}

} // namespace Retryscope
