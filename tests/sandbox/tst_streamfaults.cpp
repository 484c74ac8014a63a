// SPDX-License-Identifier: MIT
#include "core/sandbox/sandbox.h"
#include "tests/sandbox/dialectrequests.h"

#include <QtTest/QSignalSpy>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

SandboxOptions fast()
{
    SandboxOptions options;
    options.tls = false;
    options.tokens = 20;
    options.tokensPerSecond = 1e6;
    options.firstToken = std::chrono::milliseconds(0);
    return options;
}

//! The chunks of the transfer coding, each as it was sent; the last one is empty.
QList<QByteArray> chunksOf(const QByteArray &response)
{
    QList<QByteArray> chunks;
    QByteArray rest = response.sliced(headOf(response).size());
    while (!rest.isEmpty()) {
        const qsizetype line = rest.indexOf("\r\n");
        const qsizetype size = line < 0 ? -1 : rest.first(line).toInt(nullptr, 16);
        if (size < 0 || rest.size() < line + size + 4)
            return chunks;
        chunks += rest.sliced(line + 2, size);
        rest.remove(0, line + size + 4);
    }
    return chunks;
}

struct Read
{
    Answer answer;
    QString verdict;
    qint64 events = 0;
};

Read readStream(const QString &dialect, const QByteArray &response)
{
    StreamReader reader(Dialect::find(dialect));
    bool whole = false;
    reader.feed(bodyOf(response, &whole));
    const StreamVerdict verdict = reader.finish(whole).verdict;
    return {reader.answer(),
            QString::fromLatin1(QMetaEnum::fromType<StreamVerdict>().valueToKey(int(verdict))),
            reader.events()};
}

// What a fault has in common in all dialects that it has a place in.
struct FaultRow
{
    const char *fault;
    const char *verdict;
    //! How the number of events and the text compare with the sound answer: '=' '+' '-' or '?'.
    char events;
    char text;
};

constexpr FaultRow faultRows[]{
    {"no-terminal", "Truncated", '-', '='},     {"error-event(at=5)", "Failed", '-', '-'},
    {"bad-json(at=5)", "Damaged", '?', '-'},    {"split-utf8", "Complete", '=', '='},
    {"split-crlf", "Complete", '=', '='},       {"crlf", "Complete", '=', '='},
    {"cr-only", "Complete", '=', '='},          {"bom", "Complete", '=', '='},
    {"comments", "Complete", '=', '='},         {"duplicate(at=9)", "Complete", '+', '+'},
    {"drop(at=9)", "Complete", '-', '-'},       {"big-event(bytes=200000b)", "Complete", '=', '+'},
    {"slow-first(ms=1)", "Complete", '=', '='}, {"length-stop", "Complete", '-', '-'},
    {"refusal", "Complete", '-', '?'},          {"wrong-dialect", "", '?', '-'},
    {"cut(after=5)", "Truncated", '-', '-'},    {"empty-200", "Truncated", '-', '-'},
};

char compared(qint64 seen, qint64 sound)
{
    return seen == sound ? '=' : seen > sound ? '+' : '-';
}

} // namespace

//! \brief Every fault of a stream in every dialect, read by that dialect's own reader.
class tst_StreamFaults : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();
    void verdicts_data();
    void verdicts();
    void toolCallsSurvive_data();
    void toolCallsSurvive();
    void charactersAreCut_data();
    void charactersAreCut();
    void lineEndsAreCut_data();
    void lineEndsAreCut();
    void lineEnds_data();
    void lineEnds();
    void signsOfLife_data();
    void signsOfLife();
    void aShortAnswerHasAWideCharacter();
    void refusalsInTheDialectsWord_data();
    void refusalsInTheDialectsWord();

private:
    static void dialects();
    QByteArray ask(const QString &dialect, const QString &fault, bool tool = false);

    std::unique_ptr<Sandbox> m_sandbox;
};

void tst_StreamFaults::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_sandbox = std::make_unique<Sandbox>(Clock::system());
    QVERIFY(m_sandbox->start(fast()));
}

void tst_StreamFaults::dialects()
{
    QTest::addColumn<QString>("dialect");
    for (const QString &id : Dialect::ids())
        QTest::newRow(id.toLatin1().constData()) << id;
}

QByteArray tst_StreamFaults::ask(const QString &dialect, const QString &fault, bool tool)
{
    m_sandbox->setPlan(*FaultPlan::fromString(fault));
    RawClient client(m_sandbox->httpPort());
    const QByteArray body = tool ? toolBody(dialect, true) : chatBody(dialect, true);
    return client.send(dialectPost(dialect, true, body)) && client.waitForEnd() ? client.received()
                                                                                : QByteArray();
}

void tst_StreamFaults::verdicts_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<int>("row");
    for (const QString &id : Dialect::ids()) {
        for (int i = 0; i < int(std::size(faultRows)); ++i)
            QTest::addRow("%s, %s", qPrintable(id), faultRows[i].fault) << id << i;
    }
}

void tst_StreamFaults::verdicts()
{
    QFETCH(QString, dialect);
    QFETCH(int, row);
    FaultRow expected = faultRows[row];
    // A byte order mark belongs to SSE; before a line of JSON it is damage.
    if (dialect == "ollama"_L1 && QLatin1StringView(expected.fault) == "bom"_L1)
        expected = {expected.fault, "Damaged", '?', '-'};
    const QString fault = QString::fromLatin1(expected.fault);
    const Read sound = readStream(dialect, ask(dialect, u"ok"_s));
    QCOMPARE(sound.verdict, u"Complete"_s);
    QSignalSpy injected(m_sandbox.get(), &Sandbox::faultInjected);
    const Read seen = readStream(dialect, ask(dialect, fault));
    const bool hasPlace =
        !Sandbox::checkPlaceable(*FaultPlan::fromString(fault), dialect, true).has_value();
    QCOMPARE(injected.size(), hasPlace ? 1 : 0);
    if (!hasPlace) {
        QCOMPARE(seen.verdict, u"Complete"_s);
        QCOMPARE(seen.answer.text, sound.answer.text);
        return;
    }
    if (*expected.verdict)
        QCOMPARE(seen.verdict, QString::fromLatin1(expected.verdict));
    else
        QVERIFY2(seen.verdict != "Complete"_L1, qPrintable(seen.verdict));
    if (expected.events != '?')
        QCOMPARE(compared(seen.events, sound.events), expected.events);
    if (expected.text != '?')
        QCOMPARE(compared(seen.answer.text.size(), sound.answer.text.size()), expected.text);
    if (expected.text == '=')
        QCOMPARE(seen.answer.text, sound.answer.text);
}

void tst_StreamFaults::toolCallsSurvive_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QString>("fault");
    for (const QString &id : Dialect::ids()) {
        for (const char *fault : {"split-utf8", "split-crlf", "crlf", "cr-only", "bom", "comments",
                                  "big-event(bytes=5000b)"})
            QTest::addRow("%s, %s", qPrintable(id), fault) << id << QString::fromLatin1(fault);
    }
}

// What only changes how the bytes come must not change the call.
void tst_StreamFaults::toolCallsSurvive()
{
    QFETCH(QString, dialect);
    QFETCH(QString, fault);
    if (dialect == "ollama"_L1 && fault == "bom"_L1)
        return; // damage: see above
    const Read seen = readStream(dialect, ask(dialect, fault, true));
    QCOMPARE(seen.verdict, u"Complete"_s);
    QCOMPARE(seen.answer.toolCalls.size(), 1);
    QCOMPARE(QJsonDocument::fromJson(seen.answer.toolCalls.first().arguments.toUtf8()).object(),
             weatherArguments());
}

void tst_StreamFaults::charactersAreCut_data()
{
    dialects();
}

void tst_StreamFaults::charactersAreCut()
{
    QFETCH(QString, dialect);
    const QList<QByteArray> sound = chunksOf(ask(dialect, u"ok"_s));
    const QList<QByteArray> cut = chunksOf(ask(dialect, u"split-utf8"_s));
    QCOMPARE(cut.join(), sound.join());
    QVERIFY(cut.size() > sound.size());
    int cuts = 0;
    for (const QByteArray &chunk : cut)
        cuts += !chunk.isEmpty() && (uchar(chunk.front()) & 0xC0) == 0x80 ? 1 : 0;
    QVERIFY(cuts > 1);
    // No character is left whole.
    for (const QByteArray &chunk : cut) {
        for (qsizetype i = 1; i < chunk.size(); ++i)
            QVERIFY((uchar(chunk[i]) & 0xC0) != 0x80);
    }
}

void tst_StreamFaults::lineEndsAreCut_data()
{
    dialects();
}

void tst_StreamFaults::lineEndsAreCut()
{
    QFETCH(QString, dialect);
    if (dialect == "bedrock-converse"_L1)
        return; // no lines
    const QList<QByteArray> chunks = chunksOf(ask(dialect, u"split-crlf"_s));
    int cuts = 0;
    for (qsizetype i = 0; i + 1 < chunks.size(); ++i) {
        QVERIFY(!chunks[i].contains("\r\n"));
        cuts += chunks[i].endsWith('\r') && chunks[i + 1].startsWith('\n') ? 1 : 0;
    }
    QVERIFY(cuts > 10);
}

void tst_StreamFaults::lineEnds_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QString>("fault");
    for (const QString &id : Dialect::ids()) {
        QTest::addRow("%s, crlf", qPrintable(id)) << id << u"crlf"_s;
        QTest::addRow("%s, cr-only", qPrintable(id)) << id << u"cr-only"_s;
    }
}

void tst_StreamFaults::lineEnds()
{
    QFETCH(QString, dialect);
    QFETCH(QString, fault);
    if (Sandbox::checkPlaceable(*FaultPlan::fromString(fault), dialect, true))
        return;
    const QByteArray sound = bodyOf(ask(dialect, u"ok"_s));
    QByteArray expected = sound;
    expected.replace("\r\n", "\n").replace("\n", fault == "crlf"_L1 ? "\r\n" : "\r");
    QVERIFY(expected != sound);
    QCOMPARE(bodyOf(ask(dialect, fault)), expected);
}

void tst_StreamFaults::signsOfLife_data()
{
    dialects();
}

void tst_StreamFaults::signsOfLife()
{
    QFETCH(QString, dialect);
    const QString fault = u"pings-only(after=4)"_s;
    if (Sandbox::checkPlaceable(*FaultPlan::fromString(fault), dialect, true))
        return;
    m_sandbox->setPlan(*FaultPlan::fromString(fault));
    QSignalSpy injected(m_sandbox.get(), &Sandbox::faultInjected);
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(dialectPost(dialect, true, chatBody(dialect, true))));
    const QByteArray ping = dialect == "anthropic"_L1 ? "{\"type\": \"ping\"}" : ": keep-alive";
    // The answer of Anthropic has one of its own.
    const int most = dialect == "anthropic"_L1 ? 3 : 2;
    QTRY_VERIFY_WITH_TIMEOUT((client.receive(), client.received().count(ping) >= most), 20'000);
    QCOMPARE(injected.size(), 1);
    QCOMPARE(client.end(), RawClient::End::Open);
    QCOMPARE(readStream(dialect, client.received()).verdict, u"Truncated"_s);
    client.leave();
    QVERIFY(!ask(dialect, u"ok"_s).isEmpty());
}

void tst_StreamFaults::aShortAnswerHasAWideCharacter()
{
    SandboxOptions options = fast();
    options.tokens = 3;
    QVERIFY(m_sandbox->start(options));
    const Read seen = readStream(u"cohere"_s, ask(u"cohere"_s, u"split-utf8"_s));
    QCOMPARE(seen.answer.text, u"\u20ac All clear."_s);
    // Nothing to cut: as if there were no fault.
    QSignalSpy injected(m_sandbox.get(), &Sandbox::faultInjected);
    m_sandbox->setPlan(*FaultPlan::fromString(u"split-utf8"_s));
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(get("/v1/models")) && client.waitForEnd());
    QCOMPARE(injected.size(), 0);
}

void tst_StreamFaults::refusalsInTheDialectsWord_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QString>("word");
    QTest::newRow("openai-chat") << u"openai-chat"_s << u"stop"_s;
    QTest::newRow("openai-responses") << u"openai-responses"_s << u"completed"_s;
    QTest::newRow("anthropic") << u"anthropic"_s << u"refusal"_s;
    QTest::newRow("gemini") << u"gemini"_s << u"SAFETY"_s;
    QTest::newRow("bedrock-converse") << u"bedrock-converse"_s << u"content_filtered"_s;
}

void tst_StreamFaults::refusalsInTheDialectsWord()
{
    QFETCH(QString, dialect);
    QFETCH(QString, word);
    const Read seen = readStream(dialect, ask(dialect, u"refusal"_s));
    QCOMPARE(seen.answer.stopReason, word);
    const bool openAi = dialect.startsWith("openai"_L1);
    QCOMPARE(seen.answer.refusal.isEmpty(), !openAi);
    QCOMPARE(seen.answer.text.isEmpty(), openAi);
}

QTEST_GUILESS_MAIN(tst_StreamFaults)
#include "tst_streamfaults.moc"
