// SPDX-License-Identifier: MIT
#include "core/llm/chatdialect_p.h"
#include "core/llm/dialects_p.h"
#include "core/llm/jsoneventreader_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr MessageForm messageForm{.member = "messages"_L1, .systemRole = "system"_L1};

DialectFacts ollamaFacts()
{
    DialectFacts facts;
    facts.id = u"ollama"_s;
    facts.name = u"Ollama"_s;
    facts.baseUrl = u"http://localhost:11434"_s;
    facts.path = u"/api/chat"_s;
    facts.streamsUnlessTold = true;
    facts.defaultModel = u"llama3.2"_s;
    facts.keyHeader = {"Authorization", "Bearer "};
    facts.keyVariable = u"OLLAMA_API_KEY"_s;
    facts.modelsPath = u"/api/tags"_s;
    facts.framing = StreamFraming::NdJson;
    facts.contentTypes = {"application/x-ndjson"};
    facts.ending = u"The line with \"done\": true ends the stream."_s;
    facts.toolsMember = u"tools"_s;
    facts.toolForm = ToolForm::Function;
    facts.fields = {{u"options.temperature"_s, u"Temperature"_s, {}},
                    {u"options.num_predict"_s, u"Maximum tokens"_s, {}, DialectField::Kind::Count},
                    {u"options.seed"_s, u"Seed"_s, {}, DialectField::Kind::Count},
                    {u"think"_s, u"Think"_s, {}, DialectField::Kind::Word}};
    return facts;
}

//! The context of generate is tokens for the next request, thousands of them, and no answer.
bool isUnknown(std::string_view key, JsonWalker::Kind kind)
{
    using enum JsonWalker::Kind;
    return (kind == Object || kind == Array) && key != "context";
}

//! \brief Reads the lines of Ollama's chat and generate.
class OllamaReader final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const JsonSlice &answer, EventReading &reading) override;

    QString answerMember() const override { return u"a message"_s; }

private:
    struct Line
    {
        bool done = false;
        bool sawAnswer = false;
        QString reason;
        Usage usage;
    };

    void readMember(std::string_view key, Value value, Line &line, DeltaList &deltas);
    void readMessage(Value value, DeltaList &deltas);
    void addCalls(const JsonSlice &calls, DeltaList &deltas);

    int m_calls = 0;
    bool m_sawAnswer = false;
};

void OllamaReader::readObject(QByteArrayView, QByteArrayView text, EventReading &reading)
{
    Line line;
    DeltaList &deltas = reading.deltas;
    const bool sound = walk(text, reading, [&](std::string_view key, Value value) {
        readMember(key, value, line, deltas);
    });
    if (!sound)
        return;
    m_sawAnswer = line.sawAnswer || line.done;
    reading.begun = line.sawAnswer;
    if (line.done) {
        addStop(line.reason.isEmpty() ? u"done"_s : line.reason, deltas);
        addUsage(line.usage, deltas);
        end(reading);
    } else if (deltas.size() == 1 && deltas[0].kind != DeltaKind::Tool) {
        allowTemplate();
    }
}

void OllamaReader::readMember(std::string_view key, Value value, Line &line, DeltaList &deltas)
{
    const Kind kind = JsonWalker::kind(value);
    if (key == "message" && kind == Kind::Object) {
        line.sawAnswer = true;
        readMessage(value, deltas);
    } else if (key == "response") {
        line.sawAnswer = true;
        addText(DeltaKind::Text, value, deltas);
    } else if (key == "thinking") {
        addText(DeltaKind::Reasoning, value, deltas);
    } else if (key == "done") {
        line.done = m_walker.isTrue(value);
    } else if (key == "done_reason") {
        line.reason = m_walker.text(value);
    } else if (key == "prompt_eval_count") {
        line.usage.inputTokens = count(key, value, deltas);
    } else if (key == "eval_count") {
        line.usage.outputTokens = count(key, value, deltas);
    } else if (key == "error") {
        addError(m_walker.slice(value), deltas);
    } else if (isUnknown(key, kind)) {
        addUnknown(key, value, false, deltas);
    } else {
        m_walker.skim(value);
    }
}

void OllamaReader::readMessage(Value value, DeltaList &deltas)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "content")
            addText(DeltaKind::Text, member, deltas);
        else if (key == "thinking")
            addText(DeltaKind::Reasoning, member, deltas);
        else if (key == "tool_calls")
            addCalls(m_walker.slice(member), deltas);
        else if (key == "role")
            m_walker.skim(member);
        else
            addUnknown(key, member, false, deltas);
    });
}

void OllamaReader::addCalls(const JsonSlice &calls, DeltaList &deltas)
{
    const std::vector<JsonSlice> list = calls.elements();
    for (const JsonSlice &call : list) {
        const JsonSlice function = call["function"_L1];
        const JsonSlice arguments = function["arguments"_L1];
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = m_calls;
        tool.toolId = call["id"_L1].text();
        tool.toolName = function["name"_L1].text();
        tool.text = arguments.isString() ? arguments.text() : arguments.raw();
        tool.toolEnd = true;
        ++m_calls;
    }
}

bool OllamaReader::readAnswer(const JsonSlice &answer, EventReading &reading)
{
    m_sawAnswer = false;
    readObject({}, answer.bytes(), reading);
    return m_sawAnswer;
}

} // namespace

//! \brief Ollama's own API. Its requests stream unless they say otherwise.
class Ollama final : public ReadDialect<OllamaReader>
{
public:
    Ollama() : ReadDialect(ollamaFacts(), messageForm) {}
};

std::unique_ptr<const Dialect> createOllama()
{
    return std::make_unique<Ollama>();
}

} // namespace Retryscope
