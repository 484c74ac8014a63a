// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"
#include "core/llm/streamreader.h"

#include "tests/llm/streamchecks.h"
#include "tests/support/corpus.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

QByteArray fixture(const char *name)
{
    return readFile(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/data/") + QString::fromUtf8(name));
}

QString dialectOf(const char *name)
{
    return QString::fromUtf8(name).section(u'/', 0, 0);
}

QStringList findingLog(const StreamReader &stream)
{
    QStringList log;
    for (const Finding &finding : stream.findings())
        log += QStringLiteral("%1 @%2").arg(
            QLatin1StringView(QMetaEnum::fromType<FindingKind>().valueToKey(int(finding.kind))),
            QString::number(finding.offset));
    return log;
}

struct Fixture
{
    const char *name;
    //! Up to the byte; the sentence is compared where it says something new.
    const char *verdict;
    QStringList answer;
    QStringList findings;
};

//! Streams that cover the grammar of each dialect; tests/data/README.md says more.
const std::vector<Fixture> &fixtures();

} // namespace

//! \brief Every dialect but openai-chat: answers, verdicts and findings, whatever the pieces.
class tst_Dialects : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void answer_data() { addFixtures(); }

    void answer();

    void everyCutGivesTheSame_data() { addFixtures(); }

    void everyCutGivesTheSame();

    void proof_data();
    void proof();

private:
    void addFixtures();
};

void tst_Dialects::addFixtures()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < fixtures().size(); ++i)
        QTest::newRow(fixtures()[i].name) << int(i);
}

void tst_Dialects::answer()
{
    QFETCH(int, index);
    const Fixture &expected = fixtures()[std::size_t(index)];
    const QByteArray body = fixture(expected.name);
    QVERIFY(!body.isEmpty());

    const auto stream = readerOf(dialectOf(expected.name));
    stream->feed(body);
    const QString verdict = verdictText(stream->finish(true)).section(u':', 0, 0);
    QCOMPARE(answerLog(stream->answer()), expected.answer);
    QCOMPARE(verdict, QString::fromUtf8(expected.verdict));
    QCOMPARE(findingLog(*stream), expected.findings);
    QCOMPARE(stream->bytes(), body.size());
}

void tst_Dialects::everyCutGivesTheSame()
{
    QFETCH(int, index);
    const Fixture &expected = fixtures()[std::size_t(index)];
    const QByteArray body = fixture(expected.name);
    const QString dialect = dialectOf(expected.name);
    const auto whole = readerOf(dialect);
    const StreamNotes notes = streamNotes(*whole, {body});
    QVERIFY(!notes.deltas.empty());
    QList<QList<QByteArray>> cuts = cutsInEveryPart(body, eventBegins(notes));
    for (const qsizetype size : {1, 2, 7})
        cuts.append(piecesOf(body, size));
    for (const QList<QByteArray> &pieces : std::as_const(cuts)) {
        const auto stream = readerOf(dialect);
        if (streamNotes(*stream, pieces) != notes) // in words
            QCOMPARE(streamLog(*readerOf(dialect), pieces), streamLog(*readerOf(dialect), {body}));
        QVERIFY(stream->findings() == whole->findings());
        QVERIFY(stream->answer().text == whole->answer().text);
    }
}

void tst_Dialects::proof_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<bool>("clean");
    QTest::addColumn<QString>("reason");

    const auto row = [](const char *name, const char *file, bool clean, const QString &reason) {
        QTest::newRow(name) << QByteArray(file) << clean << reason;
    };
    row("a finish reason, then the clean end", "gemini/function-calls.sse", true,
        u"The event with the finish reason \"STOP\" ended at byte 378, and the stream ended cleanly at byte 379."_s);
    row("a finish reason, then the connection fails", "gemini/function-calls.sse", false,
        u"The connection failed at byte 379 of the stream, before the terminal event; the last whole event is number 1, at byte 0; the finish reason \"STOP\" was seen."_s);
    row("an array has an end of its own", "gemini/array.json", false,
        u"The finish reason \"STOP\" was seen, and the array ended at byte 478."_s);
    row("an error behind the events, as bare JSON", "gemini/error-behind-events.sse", true,
        u"The endpoint sent an error event at byte 232: The model is overloaded."_s);
    row("a stop is no end where another message has to follow", "bedrock-converse/no-metadata.aws",
        true,
        u"The stream ended at byte 411, before the terminal event; the last whole event is number 3, at byte 289; the finish reason \"end_turn\" was seen."_s);
    row("the terminal event, then the connection fails", "anthropic/tools.sse", false,
        u"The terminal event message_stop ended at byte 1421."_s);
    row("a terminal event without a name of its own", "ollama/tools.ndjson", true,
        u"The terminal event (number 2) ended at byte 440."_s);
}

void tst_Dialects::proof()
{
    QFETCH(QByteArray, file);
    QFETCH(bool, clean);
    QFETCH(QString, reason);
    const auto stream = readerOf(dialectOf(file.constData()));
    stream->feed(fixture(file.constData()));
    QCOMPARE(stream->finish(clean).reason, reason);
}

namespace {

const std::vector<Fixture> &fixtures()
{
    static const std::vector<Fixture> all{
        {"anthropic/bad-indices.sse",
         "Complete @785",
         {u"text: abc"_s, u"stop: end_turn"_s, u"usage: in=11 out=3 cached=3"_s},
         {u"BadIndex @232"_s, u"BadIndex @350"_s, u"BadIndex @468"_s}},
        {"anthropic/data-lines-only.sse",
         "Complete @515",
         {u"text: Hi"_s, u"stop: stop_sequence"_s, u"usage: in=11 out=2 cached=3"_s},
         {}},
        {"anthropic/error-event.sse",
         "Failed @468",
         {u"text: Half"_s, u"usage: in=11 out=1 cached=3"_s, u"error: Overloaded"_s,
          u"error type: overloaded_error"_s},
         {}},
        {"anthropic/final-blank-line-missing.sse",
         "Complete @434",
         {u"stop: max_tokens"_s, u"usage: in=11 out=5 cached=3"_s},
         {u"UnterminatedEvent @371"_s}},
        {"anthropic/other-parts.sse",
         "Complete @1907",
         {u"text: Cited."_s, u"tool: srvtoolu_1 web_search({\"query\":\"x\"})"_s,
          u"citation: {\"url\":\"u\",\"title\":\"t\"}"_s,
          u"other: {\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":[]}"_s,
          u"other: {\"type\":\"hologram\",\"depth\":3}"_s,
          u"other: {\"type\":\"hologram_delta\",\"voxel\":[1,2]}"_s, u"stop: refusal"_s,
          u"usage: in=11 out=9 cached=3"_s},
         {}},
        {"anthropic/text-thinking.sse",
         "Complete @1762",
         {u"text: Grüße, é€😀😀."_s, u"reasoning: Let me see."_s, u"signature: c2lnbg=="_s,
          u"stop: end_turn"_s, u"usage: in=11 out=42 cached=3"_s},
         {}},
        {"anthropic/tools.sse",
         "Complete @1421",
         {u"tool: toolu_a weather({\"city\": \"Kiel\"})"_s, u"tool: toolu_b time({})"_s,
          u"stop: tool_use"_s, u"usage: in=11 out=30 cached=3"_s},
         {}},
        {"openai-responses/error-flat.sse",
         "Failed @106",
         {u"error: It broke."_s, u"error type: server_error"_s},
         {}},
        {"openai-responses/error-nested.sse",
         "Failed @106",
         {u"stop: failed"_s, u"error: Too large."_s, u"error type: tokens"_s},
         {}},
        {"openai-responses/failed.sse",
         "Failed @0",
         {u"stop: failed"_s, u"error: It broke."_s, u"error type: server_error"_s},
         {}},
        {"openai-responses/incomplete-refusal.sse",
         "Complete @1050",
         {u"refusal: I cannot."_s, u"other: voxels"_s, u"stop: incomplete:max_output_tokens"_s,
          u"usage: in=13 out=9 reasoning=4 cached=2 total=22"_s},
         {}},
        {"openai-responses/no-deltas-done.sse",
         "Complete @572",
         {u"text: All at once"_s, u"stop: completed"_s,
          u"usage: in=13 out=9 reasoning=4 cached=2 total=22"_s},
         {}},
        {"openai-responses/text-reasoning.sse",
         "Complete @3529",
         {u"text: One two dréi"_s, u"reasoning: First thought\n\nSecond"_s,
          u"signature: b3BhcXVl"_s, u"citation: {\"type\":\"url_citation\",\"url\":\"u\"}"_s,
          u"stop: completed"_s, u"usage: in=13 out=9 reasoning=4 cached=2 total=22"_s},
         {}},
        {"openai-responses/tools.sse",
         "Complete @2307",
         {u"tool: call_a weather({\"city\":\"Kiel\"})"_s, u"tool: call_b time({})"_s,
          u"other: {\"id\":\"ws_1\",\"type\":\"web_search_call\",\"status\":\"completed\"}"_s,
          u"stop: completed"_s, u"usage: in=13 out=9 reasoning=4 cached=2 total=22"_s},
         {}},
        {"gemini/array.json",
         "Complete @478",
         {u"text: One two"_s, u"stop: STOP"_s, u"usage: in=5 out=6 reasoning=4 total=11"_s},
         {}},
        {"gemini/error-behind-events.sse",
         "Failed @232",
         {u"text: a"_s, u"usage: in=5 out=5 reasoning=4 total=10"_s,
          u"error: The model is overloaded."_s, u"error type: UNAVAILABLE"_s},
         {u"StrayText @232"_s}},
        {"gemini/final-blank-line-missing.sse",
         "Complete @482",
         {u"text: ab"_s, u"stop: STOP"_s, u"usage: in=5 out=5 reasoning=4 total=10"_s},
         {u"UnterminatedEvent @232"_s}},
        {"gemini/finish-reason-repeated.sse",
         "Unknown @508",
         {u"text: ab"_s, u"stop: STOP"_s, u"usage: in=5 out=5 reasoning=4 total=10"_s},
         {u"NoTerminalEvent @508"_s}},
        {"gemini/function-calls.sse",
         "Complete @378",
         {u"signature: czI="_s, u"tool:  weather({\"city\":\"Kiel\"})"_s, u"tool: x1 time({})"_s,
          u"stop: STOP"_s, u"usage: in=5 out=5 reasoning=4 total=10"_s},
         {}},
        {"gemini/no-finish-reason.sse",
         "Truncated @234",
         {u"text: cut"_s, u"usage: in=5 out=5 reasoning=4 total=10"_s},
         {u"NoTerminalEvent @234"_s}},
        {"gemini/other-parts.sse",
         "Complete @832",
         {u"text: 2."_s, u"citation: {\"uri\":\"u\",\"startIndex\":0}"_s,
          u"other: {\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1+1\"}}"_s,
          u"stop: MAX_TOKENS"_s, u"usage: in=5 out=5 reasoning=4 total=10"_s},
         {}},
        {"gemini/prompt-blocked.sse",
         "Complete @91",
         {u"other: {\"blockReason\":\"SAFETY\"}"_s, u"stop: blocked:SAFETY"_s, u"usage: in=5"_s},
         {}},
        {"gemini/text-thoughts-crlf.sse",
         "Complete @1265",
         {u"text: One, é€😀!"_s, u"reasoning: Hm so."_s, u"signature: c2ln"_s, u"stop: STOP"_s,
          u"usage: in=5 out=9 reasoning=4 total=14"_s},
         {}},
        {"ollama/error-line.ndjson",
         "Failed @121",
         {u"text: Half"_s, u"error: model runner has stopped"_s},
         {}},
        {"ollama/generate-no-line-end.ndjson",
         "Complete @326",
         {u"text: One two"_s, u"stop: length"_s, u"usage: in=3 out=2"_s},
         {u"UnterminatedEvent @181"_s}},
        {"ollama/no-done.ndjson", "Truncated @121", {u"text: Half"_s}, {u"NoTerminalEvent @121"_s}},
        {"ollama/plain-text-line.ndjson", "Damaged @121", {u"text: Half"_s}, {u"BadJson @121"_s}},
        {"ollama/text-thinking.ndjson",
         "Complete @708",
         {u"text: One é€😀"_s, u"reasoning: Hm so"_s, u"stop: stop"_s, u"usage: in=26 out=7"_s},
         {}},
        {"ollama/tools.ndjson",
         "Complete @440",
         {u"tool:  weather({\"city\":\"Kiel\"})"_s, u"tool: c2 time({})"_s, u"stop: stop"_s,
          u"usage: in=26 out=7"_s},
         {}},
        {"cohere/done-without-message-end.sse",
         "Truncated @287",
         {u"text: Half"_s},
         {u"NoTerminalEvent @287"_s}},
        {"cohere/error-finish.sse",
         "Failed @273",
         {u"text: Half"_s, u"stop: ERROR"_s, u"error: invalid tool generation"_s,
          u"error type: tool"_s},
         {}},
        {"cohere/text-thinking.sse",
         "Complete @1390",
         {u"text: One é€😀"_s, u"reasoning: Hm so"_s,
          u"citation: {\"start\":0,\"end\":3,\"text\":\"One\"}"_s, u"stop: COMPLETE"_s,
          u"usage: in=50 out=6 cached=4"_s},
         {}},
        {"cohere/tools.sse",
         "Complete @1239",
         {u"tool: w_1 weather({\"city\": \"Kiel\"})"_s, u"tool: t_2 time()"_s, u"other: I look"_s,
          u"stop: TOOL_CALL"_s, u"usage: in=50 out=6 cached=4"_s},
         {}},
        {"cohere/version-1.ndjson",
         "Complete @453",
         {u"text: One two"_s, u"citation: {\"start\":0,\"end\":3}"_s, u"stop: COMPLETE"_s,
          u"usage: in=8 out=2"_s},
         {}},
        {"bedrock-converse/citations.aws",
         "Complete @981",
         {u"text: Cited"_s, u"citation: {\"title\":\"t\"}"_s, u"other: {\"voxel\":1}"_s,
          u"stop: max_tokens"_s, u"usage: in=8 out=5 cached=2 total=13"_s},
         {}},
        {"bedrock-converse/exception.aws",
         "Failed @289",
         {u"text: Half"_s, u"error: Too many requests"_s, u"error type: throttlingException"_s},
         {}},
        {"bedrock-converse/invoke-amazon.aws",
         "Complete @1985",
         {u"text: One é€😀 two"_s, u"tool: t-1 weather({\"place\":\"Köln\",\"type\":1})"_s,
          u"stop: tool_use"_s, u"usage: in=3 out=4"_s},
         {}},
        {"bedrock-converse/invoke-foreign.aws",
         "Complete @538",
         {uR"(other: {"outputText":"One","index":0,"completionReason":null})"_s,
          uR"(other: {"outputText":" two","index":0,"completionReason":"FINISH","amazon-bedrock-invocationMetrics":{"inputTokenCount":3,"outputTokenCount":4,"invocationLatency":5,"firstByteLatency":2}})"_s},
         {u"NoUsage @538"_s}},
        {"bedrock-converse/invoke-anthropic.aws",
         "Complete @1472",
         {u"text: Hi"_s, u"other: {\"inputTokenCount\":1}"_s, u"stop: end_turn"_s,
          u"usage: in=11 out=4 cached=3"_s},
         {}},
        {"bedrock-converse/no-metadata.aws",
         "Truncated @411",
         {u"text: Half"_s, u"stop: end_turn"_s},
         {u"NoTerminalEvent @411"_s}},
        {"bedrock-converse/text-reasoning.aws",
         "Complete @1612",
         {u"text: One é€😀"_s, u"reasoning: Hm so"_s, u"signature: c2ln"_s, u"stop: end_turn"_s,
          u"usage: in=8 out=5 cached=2 total=13"_s},
         {}},
        {"bedrock-converse/tools.aws",
         "Complete @1475",
         {u"tool: tu_1 weather({\"city\": \"Kiel\"})"_s, u"tool: tu_2 time()"_s,
          u"stop: tool_use"_s, u"usage: in=8 out=5 cached=2 total=13"_s},
         {}},
    };
    return all;
}

} // namespace

QTEST_GUILESS_MAIN(tst_Dialects)
#include "tst_dialects.moc"
