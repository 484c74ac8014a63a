// SPDX-License-Identifier: MIT
#include "core/llm/streamreader.h"

#include "core/llm/dialect.h"
#include "tests/llm/streamchecks.h"
#include "tests/support/corpus.h"
#include "tests/support/pieces.h"

#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

QByteArray fixture(const QString &name)
{
    return readFile(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/data/openai-chat/") + name);
}

QByteArray text(const QByteArray &content)
{
    return "data: {\"choices\":[{\"delta\":{\"content\":\"" + content + "\"}}]}\n\n";
}

QByteArray stop()
{
    return "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
}

} // namespace

//! \brief The assembled answer and the verdict, whatever the pieces, wherever the cut.
class tst_StreamReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void answer_data();
    void answer();
    void everyCutGivesTheSame_data();
    void everyCutGivesTheSame();
    void nothingIsCompleteBeforeItsTerminalEvent_data();
    void nothingIsCompleteBeforeItsTerminalEvent();
    void verdict_data();
    void verdict();
    void anEventComesBeforeItsDeltas();
    void handlersMayBeEmpty();
    void noMoreTextThanItMay();
    void whatFollowsTheTerminalEventIsNoPartOfTheAnswer();
    void finishTwiceSaysTheSame();
    void pendingIsShortened();
    void anEventBeyondTheLimitIsDamage();
    void aHugeToolIndexIsOnlyAName();
    void randomDamageInRandomPieces();

private:
    void addFixtures();

    std::unique_ptr<StreamReader> reader() const
    {
        return std::make_unique<StreamReader>(Dialect::find(u"openai-chat"_s));
    }
};

void tst_StreamReader::answer_data()
{
    QTest::addColumn<QStringList>("answer");
    QTest::addColumn<QString>("verdict");

    const auto done = [](int end) {
        return QStringLiteral("Complete @%1: The terminal event [DONE] ended at byte %1.").arg(end);
    };
    const QString usage = u"usage: in=9 out=12 reasoning=5 cached=4 total=21"_s;
    QTest::newRow("text-usage.sse")
        << QStringList{u"text: A wait  is a pause, é€😀\n\"quoted\"\\"_s, u"stop: stop"_s, usage}
        << done(1581);
    QTest::newRow("parallel-tools.sse")
        << QStringList{u"tool: call_a weather({\"city\":\"Kiel\"})"_s, u"tool: call_b time({})"_s,
                       u"stop: tool_calls"_s}
        << done(1652);
    QTest::newRow("reasoning-comments.sse")
        << QStringList{u"text: Four."_s, u"reasoning: Let me see."_s, u"other: \"stop\""_s,
                       u"stop: stop"_s, usage}
        << done(1284);
    QTest::newRow("reasoning-content-crlf.sse")
        << QStringList{u"text: Yes"_s, u"reasoning: Hm"_s, u"stop: stop"_s} << done(621);
    QTest::newRow("refusal.sse") << QStringList{u"refusal: I cannot help."_s, u"stop: stop"_s}
                                 << done(792);
    QTest::newRow("several-choices.sse")
        << QStringList{u"text: Not much"_s, u"stop: length"_s} << done(934);
    QTest::newRow("content-parts.sse")
        << QStringList{u"text: 4."_s, u"reasoning: Two and two"_s, u"stop: stop"_s, usage}
        << done(1109);
    QTest::newRow("filter-first.sse") << QStringList{
        u"text: Hi"_s, u"other: [{\"prompt_index\":0,\"content_filter_results\":{}}]"_s,
        u"stop: content_filter"_s} << done(582);
    QTest::newRow("split-surrogates.sse")
        << QStringList{u"text: a😀b\uFFFD"_s, u"stop: stop"_s} << done(764);
    QTest::newRow("several-lines.sse") << QStringList{u"text: Hi"_s} << done(117);
    QTest::newRow("error-in-stream.sse")
        << QStringList{u"text: Hello"_s, u"error: The server is overloaded."_s,
                       u"error type: server_error"_s}
        << u"Failed @190: The endpoint sent an error event at byte 190: The server is overloaded."_s;
    QTest::newRow("error-event-no-done.sse")
        << QStringList{u"text: He"_s, u"error: Tool call failed."_s,
                       u"error type: invalid_request_error"_s}
        << u"Failed @187: The endpoint sent an error event at byte 187: Tool call failed."_s;
    QTest::newRow("no-done-crlf.sse")
        << QStringList{u"text: One two"_s, u"stop: stop"_s, usage}
        << u"Complete @875: The terminal event (number 2) ended at byte 875."_s;
}

void tst_StreamReader::answer()
{
    QFETCH(QStringList, answer);
    QFETCH(QString, verdict);
    const QByteArray body = fixture(QString::fromUtf8(QTest::currentDataTag()));
    QVERIFY(!body.isEmpty());

    const auto stream = reader();
    stream->feed(body);
    QCOMPARE(verdictText(stream->finish(true)), verdict);
    QCOMPARE(answerLog(stream->answer()), answer);
    QCOMPARE(stream->bytes(), body.size());
}

void tst_StreamReader::addFixtures()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *name :
         {"text-usage.sse", "parallel-tools.sse", "reasoning-comments.sse",
          "reasoning-content-crlf.sse", "refusal.sse", "several-choices.sse", "content-parts.sse",
          "filter-first.sse", "split-surrogates.sse", "several-lines.sse", "error-in-stream.sse",
          "error-event-no-done.sse", "no-done-crlf.sse"})
        QTest::newRow(name) << fixture(QString::fromUtf8(name));
}

void tst_StreamReader::everyCutGivesTheSame_data()
{
    addFixtures();
}

void tst_StreamReader::everyCutGivesTheSame()
{
    QFETCH(QByteArray, body);
    const auto whole = reader();
    const StreamNotes notes = streamNotes(*whole, {body});
    QVERIFY(!notes.deltas.empty());
    const QStringList answer = answerLog(whole->answer());
    QList<QList<QByteArray>> cuts = cutsInEveryPart(body, eventBegins(notes));
    for (const qsizetype size : {1, 2, 3, 7})
        cuts.append(piecesOf(body, size));
    for (const QList<QByteArray> &pieces : std::as_const(cuts)) {
        const auto stream = reader();
        if (streamNotes(*stream, pieces) != notes) // in words
            QCOMPARE(streamLog(*reader(), pieces), streamLog(*reader(), {body}));
        QVERIFY(stream->findings() == whole->findings());
        QCOMPARE(answerLog(stream->answer()), answer);
    }
}

void tst_StreamReader::nothingIsCompleteBeforeItsTerminalEvent_data()
{
    addFixtures();
}

void tst_StreamReader::nothingIsCompleteBeforeItsTerminalEvent()
{
    QFETCH(QByteArray, body);
    const auto whole = reader();
    whole->feed(body);
    const bool completes = whole->finish(true).verdict == StreamVerdict::Complete;
    const qsizetype terminal = completes ? terminalSize(u"openai-chat"_s, body) : body.size() + 1;
    QVERIFY(terminal > 0);

    for (qsizetype size = 0; size <= body.size(); ++size) {
        for (const bool clean : {true, false}) {
            // Where it does not matter much, one of them a size is enough.
            if (size + 40 < terminal && clean == (size % 2 == 0))
                continue;
            const auto stream = reader();
            stream->feed(body.first(size));
            const StreamJudgement judgement = stream->finish(clean);
            QCOMPARE(judgement.verdict == StreamVerdict::Complete, size >= terminal);
            QVERIFY(judgement.verdict != StreamVerdict::Damaged);
            QVERIFY(judgement.verdict != StreamVerdict::Unknown);
            QVERIFY(judgement.offset <= size);
            QVERIFY(judgement.reason.endsWith(u'.'));
            // Half a character that waited for its other half is a U+FFFD now.
            QString known = stream->answer().text;
            while (known.endsWith(QChar::ReplacementCharacter))
                known.chop(1);
            QVERIFY(whole->answer().text.startsWith(known));
        }
    }
}

void tst_StreamReader::verdict_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("clean");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("pending");

    const auto row = [](const char *name, const QByteArray &body, bool clean,
                        const QString &verdict, const QString &pending = {}) {
        QTest::newRow(name) << body << clean << verdict << pending;
    };
    const QByteArray a = text("a"); // 47 bytes
    row("an empty body", "", true,
        u"Truncated @0: The stream ended at byte 0, before the terminal event: no event, the body is empty."_s);
    row("a connection that failed before the first byte", "", false,
        u"Truncated @0: The connection failed at byte 0 of the stream, before the terminal event: no event, the body is empty."_s);
    row("only comments", ": a\n\n: b\n\n", true,
        u"Truncated @10: The stream ended at byte 10, before the terminal event: no event, only comments."_s);
    row("only blank lines", "\n\n", true,
        u"Truncated @2: The stream ended at byte 2, before the terminal event: no event came."_s);
    row("text and the end", a, true,
        u"Truncated @47: The stream ended at byte 47, before the terminal event; the last whole event is number 1, at byte 0."_s);
    row("a finish reason and the end", a + stop(), true,
        u"Truncated @104: The stream ended at byte 104, before the terminal event; the last whole event is number 2, at byte 47; the finish reason \"stop\" was seen."_s);
    row("a cut inside an event", a + "data: {\"ch", false,
        u"Truncated @57: The connection failed at byte 57 of the stream, inside an event that began at byte 47 (10 bytes pending); the last whole event is number 1, at byte 0."_s,
        u"data: {\"ch"_s);
    row("a cut inside the terminal event", "data: [DON", true,
        u"Truncated @10: The stream ended at byte 10, inside an event that began at byte 0 (10 bytes pending): no event came."_s,
        u"data: [DON"_s);
    row("a cut event that has an error in it is still cut", "data: {\"error\":\"x\"}\n", true,
        u"Truncated @20: The stream ended at byte 20, inside an event that began at byte 0 (20 bytes pending): no event came."_s,
        u"data: {\"error\":\"x\"}"_s);
    row("[DONE]", a + "data: [DONE]\n\n", true,
        u"Complete @61: The terminal event [DONE] ended at byte 61."_s);
    row("[DONE], then the connection fails", a + "data: [DONE]\n\n", false,
        u"Complete @61: The terminal event [DONE] ended at byte 61."_s);
    row("[DONE] without its blank line", a + "data: [DONE]\n", false,
        u"Complete @60: The terminal event [DONE] at byte 47 is whole but for its blank line."_s,
        u"data: [DONE]"_s);
    row("[DONE] without its line end", a + "data: [DONE]", true,
        u"Complete @59: The terminal event [DONE] at byte 47 is whole but for its blank line."_s,
        u"data: [DONE]"_s);
    row("a cut behind [DONE]", a + "data: [DONE]\n\ndata: {\"x", false,
        u"Complete @61: The terminal event [DONE] ended at byte 61."_s);
    row("garbage behind [DONE]", a + "data: [DONE]\n\ndata: not-json\n\n", true,
        u"Complete @61: The terminal event [DONE] ended at byte 61."_s);
    row("an error behind [DONE]", a + "data: [DONE]\n\ndata: {\"error\":\"late\"}\n\n", true,
        u"Complete @61: The terminal event [DONE] ended at byte 61."_s);
    row("[DONE] alone is no answer", "data: [DONE]\n\n", true,
        u"Truncated @14: The terminal event [DONE] ended at byte 14, but no part of an answer came before it."_s);
    row("[DONE] alone, without its blank line", "data: [DONE]\n", true,
        u"Truncated @13: The terminal event [DONE] at byte 0 is whole but for its blank line, but no part of an answer came before it."_s,
        u"data: [DONE]"_s);
    row("usage and [DONE] are no answer",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\ndata: [DONE]\n\n", true,
        u"Truncated @64: The terminal event [DONE] ended at byte 64, but no part of an answer came before it."_s);
    row("an answer of no text is one", stop() + "data: [DONE]\n\n", true,
        u"Complete @71: The terminal event [DONE] ended at byte 71."_s);
    row("an error as a bare line, then [DONE]",
        a + "{\"error\":{\"message\":\"It broke.\",\"n\":1e400}}\n\ndata: [DONE]\n\n", true,
        u"Failed @47: The endpoint sent an error event at byte 47: It broke."_s);
    row("an error with a number beyond a double, then [DONE]",
        a + "data: {\"error\":{\"message\":\"x\",\"n\":1e400}}\n\ndata: [DONE]\n\n", true,
        u"Failed @47: The endpoint sent an error event at byte 47: x"_s);
    row("a finish reason that is an error, then [DONE]",
        a + "data: {\"choices\":[{\"finish_reason\":\"error\"}]}\n\ndata: [DONE]\n\n", true,
        u"Failed @47: The endpoint sent an error event at byte 47: the answer ended with the reason \"error\""_s);
    row("an error, then [DONE]", a + "data: {\"error\":\"x\"}\n\ndata: [DONE]\n\n", true,
        u"Failed @47: The endpoint sent an error event at byte 47: x"_s);
    row("an error, then the connection fails", "data: {\"error\":\"x\"}\n\n", false,
        u"Failed @0: The endpoint sent an error event at byte 0: x"_s);
    row("an error, then garbage", "data: {\"error\":\"x\"}\n\ndata: {\n\n", true,
        u"Failed @0: The endpoint sent an error event at byte 0: x"_s);
    row("broken JSON", a + "data: {\"a\":}\n\ndata: [DONE]\n\n", true,
        u"Damaged @58: Event 2 at byte 47 is damaged: a JSON value was expected at byte 58."_s);
    row("broken JSON behind a type and without a space", "event: x\r\ndata:{\"a\":}\r\n\r\n", true,
        u"Damaged @20: Event 1 at byte 0 is damaged: a JSON value was expected at byte 20."_s);
    row("broken JSON in the third data line", "data: {\ndata: \"a\":\ndata:   }\n\n", true,
        u"Damaged @27: Event 1 at byte 0 is damaged: a JSON value was expected at byte 27."_s);
    row("broken JSON behind a byte order mark",
        "\xEF\xBB\xBF"
        "data: {x}\n\n",
        true,
        u"Damaged @10: Event 1 at byte 3 is damaged: a member name was expected at byte 10."_s);
    row("bytes that are no UTF-8", "data: {\"a\":\"\xFF\"}\n\n", true,
        u"Damaged @12: Event 1 at byte 0 is damaged: the bytes are no UTF-8 at byte 12."_s);
    row("data that is no object", "data: hello\n\n", true,
        u"Damaged @6: Event 1 at byte 0 is damaged: the data is no JSON object at byte 6."_s);
    row("almost [DONE]", "data: [DONE]x\n\n", true,
        u"Damaged @6: Event 1 at byte 0 is damaged: the data is no JSON object at byte 6."_s);
    row("damage, then an error", "data: {\n\ndata: {\"error\":\"x\"}\n\n", true,
        u"Damaged @7: Event 1 at byte 0 is damaged: the JSON text ends too early at byte 7."_s);
    row("a page", "\n<html>\n<body>", true,
        u"Damaged @1: The body is no event stream: no event came, and the line at byte 1 is no field."_s,
        u"<html> <body>"_s);
    row("a page in one line without its end", "<html>gone: away</html>", true,
        u"Damaged @0: The body is no event stream: no event came, and the line at byte 0 is no field."_s,
        u"<html>gone: away</html>"_s);
    row("a JSON object without a line end", "{\"error\":{}}", false,
        u"Damaged @0: The body is no event stream: no event came, and the line at byte 0 is no field."_s,
        u"{\"error\":{}}"_s);
    row("a field's name that the end cuts", "dat", false,
        u"Truncated @3: The connection failed at byte 3 of the stream, inside an event that began at byte 0 (3 bytes pending): no event came."_s,
        u"dat"_s);
    row("a comment that the end cuts", ": keep", false,
        u"Truncated @6: The connection failed at byte 6 of the stream, inside an event that began at byte 0 (6 bytes pending): no event came."_s,
        u": keep"_s);
    row("a JSON object in lines", "{\n\"error\": {}\n}\n", true,
        u"Damaged @0: The body is no event stream: no event came, and the line at byte 0 is no field."_s,
        u"{ \"error\": {} }"_s);
}

void tst_StreamReader::verdict()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, clean);
    QFETCH(QString, verdict);
    QFETCH(QString, pending);

    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        const auto stream = reader();
        for (const QByteArray &piece : pieces)
            stream->feed(piece);
        const StreamJudgement judgement = stream->finish(clean);
        QCOMPARE(verdictText(judgement), verdict);
        QCOMPARE(judgement.pending, pending);
        QCOMPARE(stream->sawTerminal(),
                 body.contains("[DONE]\n") || body.trimmed().endsWith("[DONE]"));
    }
}

void tst_StreamReader::anEventComesBeforeItsDeltas()
{
    const auto stream = reader();
    const QStringList log =
        streamLog(*stream, {text("a")
                            + ": c\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"b\"},"
                              "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n:\n\n"});
    QCOMPARE(log,
             (QStringList{u"event 0 @0+47 content"_s, u"Text <a>"_s, u"event 1 @52+70 content"_s,
                          u"Text <b>"_s, u"Stop <stop>"_s, u"event 2 @122+14 terminal"_s,
                          u"Complete @136: The terminal event [DONE] ended at byte 136."_s}));
    QCOMPARE(stream->events(), 3);
}

void tst_StreamReader::handlersMayBeEmpty()
{
    const auto stream = reader();
    stream->setHandlers({}, {});
    stream->feed(text("a"));
    stream->finish(true);
    QCOMPARE(stream->answer().text, u"a"_s);
}

void tst_StreamReader::noMoreTextThanItMay()
{
    const auto stream = reader();
    stream->setTextLimit(5);
    qsizetype told = 0;
    stream->setHandlers({}, [&told](const Delta &delta) { told += delta.text.size(); });
    for (int i = 0; i < 3; ++i)
        stream->feed(text("abc"));
    stream->finish(true);
    QCOMPARE(stream->answer().text, u"abcab"_s);
    QCOMPARE(stream->answer().omitted, qint64(4));
    QCOMPARE(told, 9);
}

void tst_StreamReader::whatFollowsTheTerminalEventIsNoPartOfTheAnswer()
{
    const auto stream = reader();
    const QStringList log = streamLog(*stream, {text("a"), "data: [DONE]\n\n", text("b")});
    QCOMPARE(log, (QStringList{u"event 0 @0+47 content"_s, u"Text <a>"_s,
                               u"event 1 @47+14 terminal"_s, u"event 2 @61+47"_s,
                               u"Complete @61: The terminal event [DONE] ended at byte 61."_s}));
    QCOMPARE(stream->answer().text, u"a"_s);
}

void tst_StreamReader::finishTwiceSaysTheSame()
{
    const auto stream = reader();
    stream->feed("data: [DO");
    const QString first = verdictText(stream->finish(false));
    QCOMPARE(verdictText(stream->finish(true)), first);
}

void tst_StreamReader::pendingIsShortened()
{
    const auto stream = reader();
    stream->feed(QByteArray("data: \"" + QByteArray("\xF0\x9F\x98\x80").repeated(5000)));
    const StreamJudgement judgement = stream->finish(true);
    QVERIFY(judgement.pending.size() <= 201);
    QVERIFY(judgement.pending.startsWith(u"data: \"😀"_s));
    QVERIFY(judgement.pending.endsWith(u"😀…"_s));
    QVERIFY(judgement.pending.isValidUtf16());
}

void tst_StreamReader::anEventBeyondTheLimitIsDamage()
{
    const auto stream = reader();
    const QByteArray piece(1024 * 1024, 'x');
    stream->feed(text("a"));
    stream->feed("data: ");
    for (int i = 0; i < 65; ++i)
        stream->feed(piece);
    stream->feed("\n\ndata: [DONE]\n\n");
    QCOMPARE(verdictText(stream->finish(true)),
             u"Damaged @67108911: An event is larger than the limit of 67108864 bytes, which it "
             "crossed at byte 67108911."_s);
    QCOMPARE(stream->answer().text, u"a"_s);
}

void tst_StreamReader::aHugeToolIndexIsOnlyAName()
{
    const auto stream = reader();
    stream->feed(
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":2000000000,\"id\":\"a\"},"
        "{\"index\":3,\"id\":\"b\"}]}}]}\n\n");
    QCOMPARE(answerLog(stream->answer()), (QStringList{u"tool: a ()"_s, u"tool: b ()"_s}));
}

void tst_StreamReader::randomDamageInRandomPieces()
{
    QRandomGenerator random(1234);
    const QByteArray sound = fixture(u"parallel-tools.sse"_s) + fixture(u"text-usage.sse"_s);
    for (int round = 0; round < 300; ++round) {
        QByteArray body = sound.mid(random.bounded(1000), random.bounded(1, 2500));
        const int changes = random.bounded(4);
        for (int i = 0; i < changes; ++i)
            body[random.bounded(int(body.size()))] = char(random.bounded(256));
        const auto whole = reader();
        const QStringList log = streamLog(*whole, {body});
        QList<QByteArray> pieces;
        for (qsizetype at = 0; at < body.size(); at += pieces.back().size())
            pieces += body.mid(at, random.bounded(1, 200));
        const auto stream = reader();
        QCOMPARE(streamLog(*stream, pieces), log);
    }
    for (int round = 0; round < 300; ++round) {
        QByteArray body = "data: ";
        const int size = random.bounded(200);
        for (int i = 0; i < size; ++i)
            body += "{}[]\":,\\ud8ntfe0.-1 \n\xC3"[random.bounded(22)];
        const auto stream = reader();
        stream->feed(QByteArray(body + "\n\n"));
        const StreamJudgement judgement = stream->finish(true);
        QVERIFY(judgement.verdict != StreamVerdict::Complete);
        QVERIFY(judgement.offset <= stream->bytes());
    }
}

QTEST_GUILESS_MAIN(tst_StreamReader)
#include "tst_streamreader.moc"
