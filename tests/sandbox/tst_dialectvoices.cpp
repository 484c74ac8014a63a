// SPDX-License-Identifier: MIT
#include "core/llm/answerbuilder.h"
#include "core/llm/dialect.h"
#include "core/sandbox/answerstream_p.h"
#include "tests/llm/deltalog.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

using Kind = AnswerPart::Kind;
using Stop = AnswerContent::Stop;

AnswerContent contentOf(const QList<AnswerPart> &parts, Stop stop = Stop::End)
{
    AnswerContent content;
    content.id = "0123456789abcdef0123";
    content.model = "\"the model\"";
    content.parts = parts;
    content.stop = stop;
    content.promptTokens = 21;
    content.includeUsage = true;
    return content;
}

//! One by one, so that a name says what failed.
struct Said
{
    const char *name;
    AnswerContent content;
};

QList<Said> everythingSaid()
{
    const AnswerPart text = AnswerContent::textPart(
        Kind::Text, u"Gr\u00fc\u00dfe, \"Z\u00fcrich\" \\ \u20ac \U0001F600!\n\tTab"_s);
    const AnswerPart thought = AnswerContent::textPart(Kind::Reasoning, u"Let me think \u2026"_s);
    const AnswerPart weather =
        AnswerContent::toolPart({u"weather"_s, uR"({"city":"Zürich \"x\"","days":7})"_s});
    const AnswerPart clock = AnswerContent::toolPart({u"clock"_s, u"{}"_s});
    AnswerContent cut = contentOf({text});
    cut.stopAtLength();
    AnswerContent refused = contentOf({text});
    refused.refuse();
    AnswerContent big = contentOf({text});
    big.inflate(100'000);
    AnswerContent bigTool = contentOf({weather}, Stop::Tool);
    bigTool.inflate(100'000);
    return {
        {"text", contentOf({text})},
        {"a tool", contentOf({weather}, Stop::Tool)},
        {"a tool without arguments", contentOf({clock}, Stop::Tool)},
        {"text and two tools", contentOf({text, weather, clock}, Stop::Tool)},
        {"a thought and text", contentOf({thought, text})},
        {"a thought and a tool", contentOf({thought, weather}, Stop::Tool)},
        {"text that a limit cut", cut},
        {"a refusal", refused},
        {"a large text", big},
        {"a large call", bigTool},
    };
}

//! What stands in a JSON string.
QString plain(const QByteArray &escaped)
{
    return QJsonDocument::fromJson("[\"" + escaped + "\"]")[0].toString();
}

//! The answer that a reader has to find, whatever the dialect.
Answer expected(const DialectVoice &voice, const AnswerContent &content)
{
    const QString id = voice.dialect().id();
    Answer answer;
    for (qsizetype i = 0; i < content.parts.size(); ++i) {
        const AnswerPart &part = content.parts[i];
        const QString text = plain(part.text());
        const bool openAi = id.startsWith("openai"_L1);
        if (part.kind == Kind::Reasoning)
            answer.reasoning += text;
        else if (part.kind == Kind::Refusal && openAi)
            answer.refusal += text;
        else if (!part.isTool())
            answer.text += text;
        else
            answer.toolCalls.append(
                {{}, plain(part.toolName.sliced(1, part.toolName.size() - 2)), text});
    }
    answer.usage.inputTokens = content.promptTokens;
    answer.usage.outputTokens = content.outputTokens();
    return answer;
}

QString compact(const QString &json)
{
    return QString::fromUtf8(QJsonDocument::fromJson(json.toUtf8()).toJson(QJsonDocument::Compact));
}

//! Without what a dialect may leave out or word as it likes: ids, reasons, totals, signatures.
//! Arguments as JSON, because some dialects have them as objects.
QStringList comparable(const Answer &answer)
{
    QStringList log{u"text: "_s + answer.text, u"reasoning: "_s + answer.reasoning,
                    u"refusal: "_s + answer.refusal};
    for (const ToolCall &call : answer.toolCalls)
        log += u"tool: "_s + call.name + u' ' + compact(call.arguments);
    log += u"usage: %1 %2"_s.arg(answer.usage.inputTokens.value_or(-1))
               .arg(answer.usage.outputTokens.value_or(-1));
    log += u"error: "_s + answer.error;
    return log;
}

QByteArray streamOf(const AnswerStream &stream)
{
    QByteArray body;
    for (qsizetype i = 0; i < stream.eventCount(); ++i)
        body += stream.framing().write(stream.event(i), i == 0);
    return body + stream.framing().end();
}

EventFraming framingOf(const DialectVoice &voice)
{
    return {voice.dialect().facts().framing, voice.lineEnd()};
}

} // namespace

//! \brief What the sandbox says in each dialect is what the project's own readers understand.
class tst_DialectVoices : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void everyDialectHasAVoice();

    void streams_data() { everything(); }

    void streams();

    void wholeAnswers_data() { everything(); }

    void wholeAnswers();

    void arrays_data() { everything(); }

    void arrays();

    void proof_data() { dialects(); }

    void proof();

    void errorsInStreams_data() { dialects(); }

    void errorsInStreams();

    void errorBodies_data() { dialects(); }

    void errorBodies();

    void modelLists_data() { dialects(); }

    void modelLists();

    void beatsNeverGoBack_data() { everything(); }

    void beatsNeverGoBack();

    void cutCallsAreNoObjects_data() { dialects(); }

    void cutCallsAreNoObjects();

private:
    static void dialects();
    static void everything();
};

void tst_DialectVoices::dialects()
{
    QTest::addColumn<QString>("dialect");
    for (const QString &id : Dialect::ids())
        QTest::newRow(id.toLatin1().constData()) << id;
}

void tst_DialectVoices::everything()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<int>("said");
    const QList<Said> all = everythingSaid();
    for (const QString &id : Dialect::ids()) {
        for (int i = 0; i < all.size(); ++i)
            QTest::addRow("%s: %s", qPrintable(id), all[i].name) << id << i;
    }
}

void tst_DialectVoices::everyDialectHasAVoice()
{
    QStringList ids;
    for (const DialectVoice *voice : DialectVoice::all())
        ids += voice->dialect().id();
    QCOMPARE(ids, Dialect::ids());
    QVERIFY(!DialectVoice::find(u"no such"_s));
}

void tst_DialectVoices::streams()
{
    QFETCH(QString, dialect);
    QFETCH(int, said);
    const DialectVoice &voice = *DialectVoice::find(dialect);
    const AnswerContent content = everythingSaid().at(said).content;
    StreamReader reader(&voice.dialect());
    reader.setContentType(voice.dialect().facts().contentTypes.first());
    reader.feed(streamOf(AnswerStream(content, voice, framingOf(voice))));
    const StreamJudgement judgement = reader.finish(true);
    QVERIFY2(judgement.verdict == StreamVerdict::Complete, qPrintable(judgement.reason));
    QCOMPARE(comparable(reader.answer()), comparable(expected(voice, content)));
    QVERIFY(!reader.answer().stopReason.isEmpty());
    for (const Finding &finding : reader.findings())
        QVERIFY2(false, qPrintable(finding.text));
}

void tst_DialectVoices::wholeAnswers()
{
    QFETCH(QString, dialect);
    QFETCH(int, said);
    const DialectVoice &voice = *DialectVoice::find(dialect);
    const AnswerContent content = everythingSaid().at(said).content;
    const EventReading reading = voice.dialect().readWhole(voice.whole(content));
    QVERIFY2(reading.terminal && reading.damage.isEmpty(), qPrintable(reading.damage));
    AnswerBuilder builder;
    for (const Delta &delta : reading.deltas)
        builder.add(delta);
    QCOMPARE(comparable(builder.answer()), comparable(expected(voice, content)));
    QVERIFY(!builder.answer().stopReason.isEmpty());
}

// Gemini without "alt=sse".
void tst_DialectVoices::arrays()
{
    QFETCH(QString, dialect);
    QFETCH(int, said);
    if (dialect != "gemini"_L1)
        return;
    const DialectVoice &voice = *DialectVoice::find(dialect);
    const AnswerContent content = everythingSaid().at(said).content;
    const QByteArray body =
        streamOf(AnswerStream(content, voice, {StreamFraming::JsonArray, "\r\n"}));
    QVERIFY(QJsonDocument::fromJson(body).isArray());
    StreamReader reader(&voice.dialect());
    reader.feed(body);
    QCOMPARE(reader.finish(true).verdict, StreamVerdict::Complete);
    QCOMPARE(comparable(reader.answer()), comparable(expected(voice, content)));
}

// Up to there a stream is cut, whatever the transport says.
void tst_DialectVoices::proof()
{
    QFETCH(QString, dialect);
    const DialectVoice &voice = *DialectVoice::find(dialect);
    const AnswerStream stream(everythingSaid().first().content, voice, framingOf(voice));
    QByteArray body;
    for (qsizetype i = 0; i < stream.proofIndex(); ++i)
        body += stream.framing().write(stream.event(i), i == 0);
    StreamReader reader(&voice.dialect());
    reader.feed(body);
    QCOMPARE(reader.finish(true).verdict, StreamVerdict::Truncated);
    QVERIFY(stream.proofIndex() < stream.eventCount());
}

void tst_DialectVoices::errorsInStreams()
{
    QFETCH(QString, dialect);
    const DialectVoice &voice = *DialectVoice::find(dialect);
    const AnswerStream stream(everythingSaid().first().content, voice, framingOf(voice));
    const ApiError error = ApiError::forStatus(529);
    for (const qsizetype at : {qsizetype(0), qsizetype(3), stream.proofIndex()}) {
        QByteArray body;
        for (qsizetype i = 0; i < at; ++i)
            body += stream.framing().write(stream.event(i), i == 0);
        for (const DialectEvent &event : voice.errorEvents(error, stream.content(), at))
            body += stream.framing().write(event, false);
        StreamReader reader(&voice.dialect());
        reader.feed(body);
        const StreamJudgement judgement = reader.finish(true);
        QVERIFY2(judgement.verdict == StreamVerdict::Failed, qPrintable(judgement.reason));
        QCOMPARE(reader.answer().error, error.message);
    }
}

void tst_DialectVoices::errorBodies()
{
    QFETCH(QString, dialect);
    const DialectVoice &voice = *DialectVoice::find(dialect);
    for (const int status : {400, 401, 403, 404, 429, 500, 503, 529}) {
        const ApiError error = ApiError::forStatus(status);
        const QByteArray body = voice.errorBody(error);
        QVERIFY(QJsonDocument::fromJson(body).isObject());
        QCOMPARE(voice.dialect().readError(body).message, error.message);
    }
    for (const bool missing : {true, false}) {
        const ApiError error = voice.keyError(missing);
        QVERIFY(error.status == 401 || error.status == 403 || error.status == 400);
        QCOMPARE(voice.dialect().errorMessage(voice.errorBody(error)), error.message);
    }
    // Where no header can tell, the body does.
    ApiError wait = ApiError::forStatus(429);
    wait.retryAfterSeconds = 7;
    if (dialect == "gemini"_L1)
        QCOMPARE(voice.dialect().readError(voice.errorBody(wait)).retryDelay,
                 std::chrono::milliseconds(7000));
}

void tst_DialectVoices::modelLists()
{
    QFETCH(QString, dialect);
    const DialectVoice &voice = *DialectVoice::find(dialect);
    const Result<ModelList> models = voice.dialect().readModels(voice.models());
    QVERIFY(models.hasValue());
    QCOMPARE(models->ids, QStringList{QString::fromLatin1(sandboxModel)});
    QVERIFY(models->nextQuery.isEmpty());
}

void tst_DialectVoices::beatsNeverGoBack()
{
    QFETCH(QString, dialect);
    QFETCH(int, said);
    const DialectVoice &voice = *DialectVoice::find(dialect);
    const AnswerContent content = everythingSaid().at(said).content;
    const AnswerStream stream(content, voice, framingOf(voice));
    qsizetype latest = 0;
    for (qsizetype i = 0; i < stream.eventCount(); ++i) {
        QVERIFY(stream.beat(i) >= latest);
        latest = stream.beat(i);
    }
    QCOMPARE(latest, content.outputTokens() - 1);
}

// A limit in the middle of a call: no dialect may give out half an object as a whole one.
void tst_DialectVoices::cutCallsAreNoObjects()
{
    QFETCH(QString, dialect);
    const DialectVoice &voice = *DialectVoice::find(dialect);
    AnswerContent content = contentOf(
        {AnswerContent::toolPart({u"weather"_s, uR"({"city":"Zürich","days":7})"_s})}, Stop::Tool);
    QVERIFY(content.limitTo(2));
    StreamReader reader(&voice.dialect());
    reader.feed(streamOf(AnswerStream(content, voice, framingOf(voice))));
    QCOMPARE(reader.finish(true).verdict, StreamVerdict::Complete);
    QVERIFY(QJsonDocument::fromJson(voice.whole(content)).isObject());
    for (const ToolCall &call : reader.answer().toolCalls)
        QVERIFY(QJsonDocument::fromJson(call.arguments.toUtf8()).isNull()
                || call.arguments == "{}"_L1);
}

QTEST_GUILESS_MAIN(tst_DialectVoices)
#include "tst_dialectvoices.moc"
