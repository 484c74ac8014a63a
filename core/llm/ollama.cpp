// SPDX-License-Identifier: MIT
#include "core/llm/chatdialect_p.h"
#include "core/llm/dialects_p.h"
#include "core/llm/jsoneventreader_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

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
    facts.fields = {{u"options.temperature"_s, u"Temperature"_s, {}},
                    {u"options.num_predict"_s, u"Maximum tokens"_s, {}, DialectField::Kind::Count},
                    {u"options.seed"_s, u"Seed"_s, {}, DialectField::Kind::Count},
                    {u"think"_s, u"Think"_s, {}, DialectField::Kind::Word}};
    return facts;
}

//! \brief Reads the lines of Ollama's chat and generate.
class OllamaReader final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const QJsonObject &answer, EventReading &reading) override;

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
    void addCalls(const QJsonArray &calls, DeltaList &deltas);

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
    if (key == "message" && JsonWalker::kind(value) == Kind::Object) {
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
        line.usage.inputTokens = m_walker.integer(value);
    } else if (key == "eval_count") {
        line.usage.outputTokens = m_walker.integer(value);
    } else if (key == "error") {
        addError(m_walker.json(value), deltas);
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
            addCalls(m_walker.json(member).toArray(), deltas);
        else if (key == "images" && JsonWalker::kind(member) == Kind::Array)
            addOther(u"images"_s, m_walker.raw(member), deltas);
        else
            m_walker.skim(member);
    });
}

void OllamaReader::addCalls(const QJsonArray &calls, DeltaList &deltas)
{
    for (const QJsonValue &call : calls) {
        const QJsonValue function = call["function"_L1];
        Delta &tool = deltas.add(DeltaKind::Tool);
        tool.toolIndex = m_calls;
        tool.toolId = call["id"_L1].toString();
        tool.toolName = function["name"_L1].toString();
        tool.text = compactJson(function["arguments"_L1]);
        tool.toolEnd = true;
        ++m_calls;
    }
}

bool OllamaReader::readAnswer(const QJsonObject &answer, EventReading &reading)
{
    const QByteArray text = QJsonDocument(answer).toJson(QJsonDocument::Compact);
    m_sawAnswer = false;
    readObject({}, text, reading);
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
