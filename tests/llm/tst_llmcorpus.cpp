// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"
#include "core/llm/streamreader.h"

#include "tests/llm/streamchecks.h"
#include "tests/support/corpus.h"
#include "tests/support/pieces.h"

#include <QtCore/QDirIterator>
#include <QtCore/QJsonArray>
#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

//! Empty where no dialect of ours speaks it.
QString dialectOf(const QString &api)
{
    static const QHash<QString, QString> dialects{
        {u"chat.completions"_s, u"openai-chat"_s},
        {u"responses"_s, u"openai-responses"_s},
        {u"messages"_s, u"anthropic"_s},
        {u"streamGenerateContent"_s, u"gemini"_s},
        {u"api/chat"_s, u"ollama"_s},
        {u"api/generate"_s, u"ollama"_s},
        {u"v1/chat"_s, u"cohere"_s},
        {u"v2/chat"_s, u"cohere"_s},
        {u"converse-stream"_s, u"bedrock-converse"_s},
        {u"invoke-with-response-stream"_s, u"bedrock-converse"_s}};
    return dialects.value(api);
}

//! Null where it is nobody's of its own.
const DialectFlavour *flavourOf(const QJsonObject &expected)
{
    const Dialect *const dialect = Dialect::find(dialectOf(expected.value("api"_L1).toString()));
    const QList<DialectFlavour> &flavours = dialect->facts().flavours;
    const auto found = std::find_if(flavours.begin(), flavours.end(), [&](const auto &flavour) {
        return flavour.id == expected.value("provider"_L1).toString();
    });
    return found == flavours.end() ? nullptr : &*found;
}

std::unique_ptr<StreamReader> newReader(const QJsonObject &expected)
{
    return std::make_unique<StreamReader>(
        Dialect::find(dialectOf(expected.value("api"_L1).toString())), flavourOf(expected));
}

QJsonObject readObject(const QString &path)
{
    return QJsonDocument::fromJson(readFile(path)).object();
}

//! Gemini and Ollama send objects, whose text the corpus has anew: compared by what they mean.
QString comparable(const QString &arguments, const QJsonObject &expected)
{
    const QString api = expected.value("api"_L1).toString();
    if (api != "streamGenerateContent"_L1 && !api.startsWith("api/"_L1))
        return arguments;
    return QString::fromUtf8(
        QJsonDocument::fromJson(arguments.toUtf8()).toJson(QJsonDocument::Compact));
}

QJsonArray toolCalls(const Answer &answer, const QJsonObject &expected)
{
    QJsonArray calls;
    for (const ToolCall &call : answer.toolCalls)
        calls += QJsonObject{{u"id"_s, call.id},
                             {u"name"_s, call.name},
                             {u"arguments"_s, comparable(call.arguments, expected)}};
    return calls;
}

QJsonArray expectedCalls(const QJsonObject &expected)
{
    QJsonArray calls;
    const QJsonArray wanted = expected.value("tool_calls"_L1).toArray();
    for (const QJsonValue &call : wanted) {
        const QString arguments = comparable(call["arguments"_L1].toString(), expected);
        calls += QJsonObject{{u"id"_s, call["id"_L1].toString()},
                             {u"name"_s, call["name"_L1].toString()},
                             {u"arguments"_s, arguments}};
    }
    return calls;
}

QJsonValue count(const std::optional<qint64> &tokens)
{
    return tokens ? QJsonValue(*tokens) : QJsonValue(QJsonValue::Null);
}

//! Every offset of every body takes minutes: the suite takes those of some events of the larger
//! ones, and all of them where this is set.
bool takesEveryCut()
{
    return qEnvironmentVariableIsSet("RETRYSCOPE_EVERY_CUT");
}

//! How many bytes a test can afford to read, for one row.
qsizetype affordable()
{
    return takesEveryCut() ? 8'000'000 : 500'000;
}

qsizetype codePoints(const QString &text)
{
    return text.toUcs4().size();
}

} // namespace

//! \brief Every dialect against streams and errors that were recorded elsewhere.
class tst_LlmCorpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void answer_data() { addStreams(); }

    void answer();

    void usage_data() { addStreams(); }

    void usage();

    void verdict_data() { addStreams(); }

    void verdict();

    void pieces_data() { addStreams(); }

    void pieces();

    void recordedTruncations_data() { addStreams(); }

    void recordedTruncations();

    void everyTruncation_data() { addStreams(); }

    void everyTruncation();
    void clientCases_data();
    void clientCases();
    void errorBodies_data();
    void errorBodies();

private:
    void addStreams();
};

void tst_LlmCorpus::addStreams()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QJsonObject>("expected");
    if (!corpusMissing().isEmpty())
        QSKIP(corpusMissing().constData());
    int rows = 0;
    QDirIterator files(corpus().filePath(u"streams"_s), {u"*.expected.json"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        const QJsonObject expected = readObject(path);
        if (dialectOf(expected.value("api"_L1).toString()).isEmpty())
            continue;
        QString bodyPath = path;
        bodyPath.replace(".expected.json"_L1, ".body"_L1);
        QTest::newRow(files.fileName().section(u'.', 0, 0).toUtf8().constData())
            << readFile(bodyPath) << expected;
        ++rows;
    }
    QVERIFY2(rows >= 110, "the corpus has lost streams");
}

void tst_LlmCorpus::answer()
{
    QFETCH(QByteArray, body);
    QFETCH(QJsonObject, expected);
    QVERIFY(!body.isEmpty());

    const auto stream = newReader(expected);
    stream->feed(body);
    stream->finish(true);
    const Answer &answer = stream->answer();
    QCOMPARE(answer.text, expected.value("text"_L1).toString());
    QCOMPARE(answer.reasoning, expected.value("reasoning"_L1).toString());
    QCOMPARE(answer.refusal, expected.value("refusal"_L1).toString());
    QCOMPARE(toolCalls(answer, expected), expectedCalls(expected));
    // A prompt that was blocked has no finish reason there, and a word of ours here.
    if (!answer.stopReason.startsWith("blocked:"_L1))
        QCOMPARE(answer.stopReason, expected.value("stop_reason"_L1).toString());
    const QJsonValue error = expected.value("error"_L1);
    QCOMPARE(answer.error.isEmpty(), error.isNull());
    if (error.isObject())
        QCOMPARE(answer.error, error["message"_L1].toString().simplified());
    else if (error.isString())
        QCOMPARE(answer.error, error.toString());
}

void tst_LlmCorpus::usage()
{
    QFETCH(QByteArray, body);
    QFETCH(QJsonObject, expected);

    const auto stream = newReader(expected);
    stream->feed(body);
    stream->finish(true);
    const Usage &usage = stream->answer().usage;
    const QJsonValue wanted = expected.value("usage_normalised"_L1);
    if (wanted.isNull()) {
        QVERIFY2(usage.isEmpty(), qPrintable(usageText(usage)));
        return;
    }
    QCOMPARE(count(usage.inputTokens), wanted["input_tokens"_L1]);
    QCOMPARE(count(usage.outputTokens), wanted["output_tokens"_L1]);
    QCOMPARE(count(usage.reasoningTokens), wanted["reasoning_tokens"_L1]);
    QCOMPARE(count(usage.totalTokens), wanted["total_tokens"_L1]);
    if (!wanted["cached_input_tokens"_L1].isDouble())
        return;
    // Whoever normalised the corpus wrote most zeros as null here.
    QCOMPARE(usage.cachedInputTokens.value_or(0), wanted["cached_input_tokens"_L1].toInteger(0));
}

void tst_LlmCorpus::verdict()
{
    QFETCH(QByteArray, body);
    QFETCH(QJsonObject, expected);

    const auto stream = newReader(expected);
    stream->feed(body);
    const StreamJudgement judgement = stream->finish(true);
    const QString terminator = expected.value("terminator"_L1).toString();
    const QString stop = expected.value("stop_reason"_L1).toString();
    const bool gemini = expected.value("api"_L1).toString() == "streamGenerateContent"_L1;
    // Bedrock's own end of a provider's stream, which the corpus has only as "eof".
    const bool counted = expected.contains("invocation_metrics"_L1);
    const DialectFlavour *const flavour = flavourOf(expected);
    const bool done = gemini || counted || (flavour && flavour->endsWithBody)
                      || (terminator != "eof"_L1 && terminator != "error"_L1);
    StreamVerdict wanted = done ? StreamVerdict::Complete : StreamVerdict::Truncated;
    if (!expected.value("error"_L1).isNull())
        wanted = StreamVerdict::Failed;
    else if (body.startsWith("internal server error"))
        wanted = StreamVerdict::Damaged;
    else if (gemini && body.count("finishReason") > 1)
        wanted = StreamVerdict::Unknown; // written by hand for an SDK: which one is the last?
    QVERIFY2(judgement.verdict == wanted, qPrintable(verdictText(judgement)));
    if (wanted == StreamVerdict::Truncated)
        QVERIFY(judgement.reason.contains(u"the finish reason \"%1\" was seen"_s.arg(stop)));
    const qint64 events = expected.value("stats"_L1)["sse_events"_L1].toInteger(-1);
    if (events >= 0)
        QCOMPARE(stream->events(), events);
}

void tst_LlmCorpus::pieces()
{
    QFETCH(QByteArray, body);
    QFETCH(QJsonObject, expected);

    const auto whole = newReader(expected);
    const StreamNotes notes = streamNotes(*whole, {body});
    QList<QList<QByteArray>> cuts = cutsInEveryPart(body, eventBegins(notes));
    // Each is a reading of the whole body: of a large one, as many as the test can afford.
    const qsizetype step = 1 + cuts.size() * body.size() / affordable();
    for (qsizetype i = 0; step > 1 && i * step < cuts.size(); ++i)
        cuts[i] = cuts.at(i * step);
    cuts.resize((cuts.size() + step - 1) / step);
    for (const qsizetype size : {1, 7})
        cuts.append(piecesOf(body, size));
    const QJsonObject offsets =
        expected.value("rechunk"_L1)["interesting_split_offsets"_L1].toObject();
    for (const QJsonValue &kind : offsets) {
        const QJsonArray kinds = kind.toArray();
        for (qsizetype i = 0; i < std::min<qsizetype>(body.size() > 50'000 ? 1 : 3, kinds.size());
             ++i) {
            const qsizetype at = qsizetype(kinds.at(i).toInteger());
            cuts.append({body.first(at), body.sliced(at)});
        }
    }
    for (const QList<QByteArray> &pieces : std::as_const(cuts)) {
        const auto stream = newReader(expected);
        if (streamNotes(*stream, pieces) != notes) // in words
            QCOMPARE(streamLog(*newReader(expected), pieces),
                     streamLog(*newReader(expected), {body}));
    }
}

void tst_LlmCorpus::recordedTruncations()
{
    QFETCH(QByteArray, body);
    QFETCH(QJsonObject, expected);

    const QJsonArray cuts = expected.value("truncations"_L1).toArray();
    for (const QJsonValue &cut : cuts) {
        const auto stream = newReader(expected);
        stream->feed(body.first(qsizetype(cut["cut_at_byte"_L1].toInteger())));
        const StreamJudgement judgement = stream->finish(false);
        QVERIFY(judgement.verdict != StreamVerdict::Complete);
        const Answer &answer = stream->answer();
        QCOMPARE(codePoints(answer.text), cut["text_chars"_L1].toInteger());
        QCOMPARE(codePoints(answer.reasoning), cut["reasoning_chars"_L1].toInteger());
        QVERIFY(expected.value("text"_L1).toString().startsWith(answer.text));
        QCOMPARE(answer.stopReason, cut["stop_reason"_L1].toString());
        QCOMPARE(answer.toolCalls.size(), cut["tool_calls_seen"_L1].toInteger());
    }
}

void tst_LlmCorpus::everyTruncation()
{
    QFETCH(QByteArray, body);
    QFETCH(QJsonObject, expected);

    const auto whole = newReader(expected);
    whole->feed(body);
    const bool completes = whole->finish(true).verdict == StreamVerdict::Complete;
    const bool damaged = body.startsWith("internal server error");
    const DialectFlavour *const flavour = flavourOf(expected);
    const QString dialect = dialectOf(expected.value("api"_L1).toString());
    const qsizetype terminal = terminalSize(dialect, body, flavour && flavour->endsWithBody);
    QVERIFY(!completes || terminal <= body.size());
    // Whatever the end will say: before its last byte the terminal event is not seen.
    const auto grows = newReader(expected);
    for (qsizetype size = 1; size <= body.size(); ++size) {
        QVERIFY(!grows->sawTerminal());
        if (size > terminal)
            break;
        grows->feed(QByteArrayView(body).sliced(size - 1, 1));
    }
    // Each end costs a reading of what is before it: of all of that where it is little; of the
    // first two events where it is more, since what the end cuts is read by itself.
    const auto notes = streamNotes(*newReader(expected), {body});
    const QList<qsizetype> begins = eventBegins(notes);
    const bool small = body.size() <= (takesEveryCut() ? 8'000 : 2'000);
    const qsizetype head = begins.value(small ? 0 : 2, 0);
    // Of the thousands of a large one, as many as the test can afford.
    const bool large = body.size() > 500'000;
    const qsizetype ends = large ? 20 : 2;
    const qsizetype every = large ? 100 : takesEveryCut() ? 1 : 10;
    for (qsizetype i = 0; i < begins.size(); ++i) {
        if (!small && i > ends && i + ends < begins.size() && i % every != 0)
            continue;
        const qsizetype end = i + 1 < begins.size() ? begins.at(i + 1) : body.size() + 1;
        const qsizetype left = small ? 0 : std::max<qsizetype>(0, begins.at(i) - head);
        for (qsizetype size = begins.at(i); size < end; ++size) {
            const auto stream = newReader(expected);
            if (left > 0)
                stream->feed(QByteArrayView(body).first(head));
            stream->feed(QByteArrayView(body).first(size).sliced(left > 0 ? begins.at(i) : 0));
            const StreamJudgement judgement = stream->finish(size % 2 == 0);
            const bool complete = judgement.verdict == StreamVerdict::Complete;
            if (complete && size < terminal) // a sentence for each would take most of the time
                QFAIL(qPrintable(verdictText(judgement)));
            if (completes && stream->sawTerminal())
                QCOMPARE(complete, size >= terminal);
            QVERIFY(damaged || judgement.verdict != StreamVerdict::Damaged);
        }
    }
}

void tst_LlmCorpus::clientCases_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("outcome");
    QTest::addColumn<QString>("dialect");
    if (!corpusMissing().isEmpty())
        QSKIP(corpusMissing().constData());
    const QList<QJsonObject> tests = readJsonLines(corpus().filePath(u"sse/llm-sse.jsonl"_s));
    for (const QJsonObject &test : tests) {
        const QString surface = test.value("surface"_L1).toString();
        const QString id = test.value("id"_L1).toString();
        // One client takes "[DONE]" and a tab for garbage; we compare what is left without blanks.
        // Some cases end in words of other dialects than their own.
        const QHash<QString, QString> dialects{
            {u"openai"_s, u"openai-chat"_s},  {u"openai-compatible"_s, u"openai-chat"_s},
            {u"azure"_s, u"openai-chat"_s},   {u"cohere"_s, u"openai-chat"_s},
            {u"anthropic"_s, u"anthropic"_s}, {u"ndjson"_s, u"ollama"_s}};
        if (!dialects.contains(surface) || id == "fake-done-tab"_L1)
            continue;
        QByteArray body;
        const QJsonArray chunks = test.value("input_chunks"_L1).toArray();
        for (const QJsonValue &chunk : chunks)
            body += QByteArray::fromBase64(chunk.toString().toLatin1());
        QTest::newRow(id.toUtf8().constData())
            << body << test.value("expected_outcome"_L1).toString() << dialects.value(surface);
    }
}

void tst_LlmCorpus::clientCases()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, outcome);
    QFETCH(QString, dialect);

    const QHash<QString, StreamVerdict> verdicts{{u"done"_s, StreamVerdict::Complete},
                                                 {u"malformed_json"_s, StreamVerdict::Damaged},
                                                 {u"provider_error"_s, StreamVerdict::Failed},
                                                 {u"eof"_s, StreamVerdict::Truncated}};
    QVERIFY(verdicts.contains(outcome));
    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        const auto stream = readerOf(dialect);
        for (const QByteArray &piece : pieces)
            stream->feed(piece);
        const StreamJudgement judgement = stream->finish(true);
        // To a client, an end with nothing before it is one; to us it is no answer.
        const bool nothing = outcome == "done"_L1 && !body.contains("\"choices\"")
                             && !body.contains("message_start") && dialect != "ollama"_L1;
        const StreamVerdict wanted = nothing ? StreamVerdict::Truncated : verdicts.value(outcome);
        QVERIFY2(judgement.verdict == wanted, qPrintable(verdictText(judgement)));
    }
}

void tst_LlmCorpus::errorBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("message");
    if (!corpusMissing().isEmpty())
        QSKIP(corpusMissing().constData());
    int rows = 0;
    QDirIterator files(corpus().filePath(u"errors"_s), {u"*.expected.json"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        const QJsonValue error = readObject(path).value("error"_L1);
        QString bodyPath = path;
        bodyPath.replace(".expected.json"_L1, ".body"_L1);
        const QByteArray body = readFile(bodyPath);
        // What is no JSON has no expectation there; the project's own rows have.
        if (error.isNull() && !body.trimmed().isEmpty())
            continue;
        QTest::newRow(files.fileName().section(u'.', 0, 0).toUtf8().constData())
            << body << error["message"_L1].toString().simplified().left(200);
        ++rows;
    }
    QVERIFY2(rows >= 50, "the corpus has lost error bodies");
}

void tst_LlmCorpus::errorBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, message);
    QCOMPARE(Dialect::find(u"openai-chat"_s)->errorMessage(body).left(200), message);
}

QTEST_GUILESS_MAIN(tst_LlmCorpus)
#include "tst_llmcorpus.moc"
