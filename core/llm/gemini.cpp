// SPDX-License-Identifier: MIT
#include "core/llm/chatdialect_p.h"
#include "core/llm/choicetracker_p.h"
#include "core/llm/dialects_p.h"
#include "core/llm/jsoneventreader_p.h"

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
    facts.endsWithBody = true;
    facts.toolsMember = u"tools"_s;
    facts.toolForm = ToolForm::Declarations;
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
    bool readAnswer(const JsonSlice &answer, EventReading &reading) override;

    QString answerMember() const override { return u"candidates"_s; }

private:
    //! The members of one part; which of them mean something is known only behind the last one.
    struct Part
    {
        bool thought = false;
        bool known = false;
        QString signature;
        JsonSlice call;
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
    void addCall(const JsonSlice &call, DeltaList &deltas);
    void readCitations(const JsonSlice &metadata, DeltaList &deltas);
    void readUsage(Value value, DeltaList &deltas);
    void readFeedback(const JsonSlice &feedback, EventReading &reading);

    int m_calls = 0;
    bool m_sawCandidates = false;
    bool m_blocked = false;
    ChoiceTracker m_candidates;
};

void GeminiReader::readObject(QByteArrayView, QByteArrayView text, EventReading &reading)
{
    const bool sound = walk(
        text, reading, [&](std::string_view key, Value value) { readMember(key, value, reading); });
    if (!sound)
        return;
    reading.closing = m_blocked || m_candidates.allStopped();
    reading.reopened = m_candidates.isReopened();
    reading.begun = m_sawCandidates || m_blocked;
    if (reading.deltas.size() == 1 && !reading.closing && reading.deltas[0].toolName.isEmpty())
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
        readFeedback(m_walker.slice(value), reading);
    } else if (key == "error") {
        addError(m_walker.slice(value), reading.deltas);
    } else if (kind == Kind::Object || kind == Kind::Array) {
        addUnknown(key, value, true, reading.deltas);
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
            readCitations(m_walker.slice(member), deltas);
        else
            addUnknown(key, member, key != "logprobsResult", deltas);
    });
    for (std::size_t i = begin; i < deltas.size(); ++i)
        deltas[i].choice = candidate.index;
    m_candidates.note(candidate.index, !candidate.finish.isEmpty(), deltas, begin);
    addStop(candidate.finish, deltas, candidate.index);
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
            part.call = m_walker.slice(member);
            part.known = true;
        } else {
            name = QString::fromUtf8(key.data(), qsizetype(key.size()));
            m_walker.skim(member);
        }
    });
    for (std::size_t i = begin; i < deltas.size() && part.thought; ++i)
        deltas[i].kind = DeltaKind::Reasoning;
    if (part.call.saysSomething())
        addCall(part.call, deltas);
    addText(DeltaKind::Signature, part.signature, deltas);
    if (!name.isEmpty() && deltas.size() == begin + (part.signature.isEmpty() ? 0 : 1))
        addOther(name, QString::fromUtf8(raw), deltas);
}

void GeminiReader::addCall(const JsonSlice &call, DeltaList &deltas)
{
    const JsonSlice arguments = call["args"_L1];
    Delta &tool = deltas.add(DeltaKind::Tool);
    tool.toolIndex = m_calls;
    tool.toolId = call["id"_L1].text();
    tool.toolName = call["name"_L1].text();
    tool.text = arguments.isObject() ? arguments.raw() : u"{}"_s;
    tool.toolEnd = true;
    ++m_calls;
    if (arguments.exists() && !arguments.isObject())
        addOther(u"functionCall"_s, call.raw(), deltas);
}

void GeminiReader::readCitations(const JsonSlice &metadata, DeltaList &deltas)
{
    for (const QLatin1StringView member : {"citationSources"_L1, "citations"_L1}) {
        const std::vector<JsonSlice> citations = metadata[member].elements();
        for (const JsonSlice &citation : citations)
            deltas.add(DeltaKind::Citation).text = citation.raw();
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
            usage.inputTokens = count(key, member, deltas);
        else if (key == "candidatesTokenCount")
            candidates = count(key, member, deltas);
        else if (key == "totalTokenCount")
            usage.totalTokens = count(key, member, deltas);
        else if (key == "cachedContentTokenCount")
            usage.cachedInputTokens = count(key, member, deltas);
        else if (key == "thoughtsTokenCount")
            usage.reasoningTokens = count(key, member, deltas);
        else
            m_walker.skim(member);
    });
    if (candidates || usage.reasoningTokens)
        usage.outputTokens = candidates.value_or(0) + usage.reasoningTokens.value_or(0);
    addUsage(usage, deltas);
}

//! A prompt that was blocked has no candidates: this is the whole answer.
void GeminiReader::readFeedback(const JsonSlice &feedback, EventReading &reading)
{
    const QString reason = feedback["blockReason"_L1].text();
    if (reason.isEmpty())
        return;
    addOther(u"promptFeedback"_s, feedback.raw(), reading.deltas);
    addStop(u"blocked:"_s + reason, reading.deltas);
    m_blocked = true;
}

bool GeminiReader::readAnswer(const JsonSlice &answer, EventReading &reading)
{
    m_sawCandidates = false;
    readObject({}, answer.bytes(), reading);
    return m_sawCandidates || m_blocked;
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
