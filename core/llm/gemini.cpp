// SPDX-License-Identifier: MIT
#include "core/llm/chatdialect_p.h"
#include "core/llm/dialects_p.h"
#include "core/llm/jsoneventreader_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr MessageForm messageForm{.member = "contents"_L1,
                                  .systemMember = "systemInstruction"_L1,
                                  .assistant = "model"_L1,
                                  .content = "parts"_L1,
                                  .parts = true,
                                  .system = MessageForm::System::Content};

DialectFacts geminiFacts()
{
    DialectFacts facts;
    facts.id = u"gemini"_s;
    facts.name = u"Gemini"_s;
    facts.baseUrl = u"https://generativelanguage.googleapis.com"_s;
    facts.path = u"/v1beta/models/{model}:streamGenerateContent"_s;
    facts.wholePath = u"/v1beta/models/{model}:generateContent"_s;
    facts.streamQuery = u"alt=sse"_s;
    facts.defaultModel = u"gemini-2.5-flash"_s;
    facts.keyHeader = {"x-goog-api-key", ""};
    facts.keyVariable = u"GEMINI_API_KEY"_s;
    facts.modelsPath = u"/v1beta/models?pageSize=1000"_s;
    facts.contentTypes = {"text/event-stream", "application/json"};
    facts.ending =
        u"No event ends the stream: the last one has a finish reason, then the body ends."_s;
    facts.fields = {
        {u"generationConfig.temperature"_s, u"Temperature"_s, {}},
        {u"generationConfig.maxOutputTokens"_s, u"Maximum tokens"_s, {}, DialectField::Kind::Count},
        {u"generationConfig.topP"_s, u"Top p"_s, {}},
        {u"generationConfig.thinkingConfig.thinkingBudget"_s,
         u"Thinking tokens"_s,
         {},
         DialectField::Kind::Count}};
    return facts;
}

//! \brief Reads the chunks of generateContent, of Gemini and of Vertex.
class GeminiReader final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const QJsonObject &answer, EventReading &reading) override;

    QString answerMember() const override { return u"candidates"_s; }

private:
    //! The members of one part; which of them mean something is known only behind the last one.
    struct Part
    {
        bool thought = false;
        bool known = false;
        QString signature;
        QJsonObject call;
    };

    struct Candidate
    {
        int index;
        QString finish;
    };

    void readMember(std::string_view key, Value value, EventReading &reading);
    void readCandidate(Value value, int position, EventReading &reading);
    void readContent(Value value, DeltaList &deltas);
    void readPart(Value value, DeltaList &deltas);
    void addCall(const QJsonObject &call, DeltaList &deltas);
    void readCitations(const QJsonValue &metadata, DeltaList &deltas);
    void readUsage(Value value, DeltaList &deltas);
    void readFeedback(const QJsonValue &feedback, EventReading &reading);

    int m_calls = 0;
    bool m_sawCandidates = false;
};

void GeminiReader::readObject(QByteArrayView, QByteArrayView text, EventReading &reading)
{
    const bool sound = walk(
        text, reading, [&](std::string_view key, Value value) { readMember(key, value, reading); });
    if (!sound)
        reading.closing = false;
    else if (reading.deltas.size() == 1 && !reading.closing && reading.deltas[0].toolName.isEmpty())
        allowTemplate();
}

void GeminiReader::readMember(std::string_view key, Value value, EventReading &reading)
{
    const Kind kind = JsonWalker::kind(value);
    if (key == "candidates" && kind == Kind::Array) {
        int position = 0;
        m_sawCandidates = true;
        m_walker.elements(value,
                          [&](Value candidate) { readCandidate(candidate, position++, reading); });
    } else if (key == "usageMetadata" && kind == Kind::Object) {
        readUsage(value, reading.deltas);
    } else if (key == "promptFeedback" && kind == Kind::Object) {
        readFeedback(m_walker.json(value), reading);
    } else if (key == "error") {
        addError(m_walker.json(value), reading.deltas);
    } else {
        m_walker.skim(value);
    }
}

void GeminiReader::readCandidate(Value value, int position, EventReading &reading)
{
    if (JsonWalker::kind(value) != Kind::Object) {
        m_walker.skim(value);
        return;
    }
    DeltaList &deltas = reading.deltas;
    const std::size_t begin = deltas.size();
    Candidate candidate{position, {}};
    m_walker.members(value, [&](std::string_view key, Value member) {
        const bool object = JsonWalker::kind(member) == Kind::Object;
        if (key == "content" && object)
            readContent(member, deltas);
        else if (key == "finishReason")
            candidate.finish = m_walker.text(member);
        else if (key == "index")
            candidate.index = saneIndex(m_walker.integer(member), position);
        else if (key == "citationMetadata" && object)
            readCitations(m_walker.json(member), deltas);
        else if (key == "groundingMetadata" && object)
            addOther(u"groundingMetadata"_s, m_walker.raw(member), deltas);
        else
            m_walker.skim(member);
    });
    for (std::size_t i = begin; i < deltas.size(); ++i)
        deltas[i].choice = candidate.index;
    addStop(candidate.finish, deltas, candidate.index);
    reading.closing = reading.closing || !candidate.finish.isEmpty();
}

void GeminiReader::readContent(Value value, DeltaList &deltas)
{
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "parts" && JsonWalker::kind(member) == Kind::Array)
            m_walker.elements(member, [&](Value part) { readPart(part, deltas); });
        else
            m_walker.skim(member);
    });
}

void GeminiReader::readPart(Value value, DeltaList &deltas)
{
    if (JsonWalker::kind(value) != Kind::Object) {
        m_walker.skim(value);
        return;
    }
    Part part;
    const std::size_t begin = deltas.size();
    QString name;
    const QByteArrayView raw = m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "text") {
            addText(DeltaKind::Text, member, deltas);
            part.known = true;
        } else if (key == "thought") {
            part.thought = m_walker.isTrue(member);
        } else if (key == "thoughtSignature") {
            part.signature = m_walker.text(member);
            part.known = true;
        } else if (key == "functionCall") {
            part.call = m_walker.json(member).toObject();
            part.known = true;
        } else {
            name = QString::fromUtf8(key.data(), qsizetype(key.size()));
            m_walker.skim(member);
        }
    });
    for (std::size_t i = begin; i < deltas.size() && part.thought; ++i)
        deltas[i].kind = DeltaKind::Reasoning;
    if (!part.call.isEmpty())
        addCall(part.call, deltas);
    addText(DeltaKind::Signature, part.signature, deltas);
    if (!name.isEmpty() && deltas.size() == begin + (part.signature.isEmpty() ? 0 : 1))
        addOther(name, QString::fromUtf8(raw), deltas);
}

void GeminiReader::addCall(const QJsonObject &call, DeltaList &deltas)
{
    Delta &tool = deltas.add(DeltaKind::Tool);
    tool.toolIndex = m_calls;
    tool.toolId = call.value("id"_L1).toString();
    tool.toolName = call.value("name"_L1).toString();
    tool.text = compactJson(call.value("args"_L1));
    tool.toolEnd = true;
    ++m_calls;
}

void GeminiReader::readCitations(const QJsonValue &metadata, DeltaList &deltas)
{
    for (const QLatin1StringView member : {"citationSources"_L1, "citations"_L1}) {
        const QJsonArray citations = metadata[member].toArray();
        for (const QJsonValue &citation : citations)
            deltas.add(DeltaKind::Citation).text = compactJson(citation);
    }
}

//! The tokens of the thoughts are no part of the candidates', but are paid as output.
void GeminiReader::readUsage(Value value, DeltaList &deltas)
{
    Usage usage;
    std::optional<qint64> candidates;
    // It comes in every chunk: no detour over QJsonObject.
    m_walker.members(value, [&](std::string_view key, Value member) {
        if (key == "promptTokenCount")
            usage.inputTokens = m_walker.integer(member);
        else if (key == "candidatesTokenCount")
            candidates = m_walker.integer(member);
        else if (key == "totalTokenCount")
            usage.totalTokens = m_walker.integer(member);
        else if (key == "cachedContentTokenCount")
            usage.cachedInputTokens = m_walker.integer(member);
        else if (key == "thoughtsTokenCount")
            usage.reasoningTokens = m_walker.integer(member);
        else
            m_walker.skim(member);
    });
    if (candidates || usage.reasoningTokens)
        usage.outputTokens = candidates.value_or(0) + usage.reasoningTokens.value_or(0);
    addUsage(usage, deltas);
}

//! A prompt that was blocked has no candidates: this is the whole answer.
void GeminiReader::readFeedback(const QJsonValue &feedback, EventReading &reading)
{
    const QString reason = feedback["blockReason"_L1].toString();
    if (reason.isEmpty())
        return;
    addOther(u"promptFeedback"_s, compactJson(feedback), reading.deltas);
    addStop(u"blocked:"_s + reason, reading.deltas);
    reading.closing = true;
}

bool GeminiReader::readAnswer(const QJsonObject &answer, EventReading &reading)
{
    const QByteArray text = QJsonDocument(answer).toJson(QJsonDocument::Compact);
    m_sawCandidates = false;
    readObject({}, text, reading);
    return m_sawCandidates || reading.closing;
}

} // namespace

//! \brief Gemini's generateContent, which Vertex speaks too.
class Gemini final : public ReadDialect<GeminiReader>
{
public:
    Gemini() : ReadDialect(geminiFacts(), messageForm) {}

    //! Without "alt=sse" the stream is one array that grows.
    StreamFraming framingOf(char firstByte) const override
    {
        return firstByte == '[' ? StreamFraming::JsonArray : StreamFraming::Sse;
    }
};

std::unique_ptr<const Dialect> createGemini()
{
    return std::make_unique<Gemini>();
}

} // namespace Retryscope
