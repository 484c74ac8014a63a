// SPDX-License-Identifier: MIT
#include "core/llm/awssigner.h"
#include "core/run/endpoint.h"
#include "core/run/runner.h"
#include "core/run/runsession_p.h"
#include "core/run/wirehost_p.h"
#include "tests/support/corpus.h"
#include "tests/support/manualclock.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QMetaEnum>
#include <QtCore/QRegularExpression>
#include <QtCore/QTimeZone>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Retryscope::TestSupport;
using namespace Qt::StringLiterals;

namespace {

const QByteArray Key = "key-of-a-test";

QString nameOf(RunVerdict verdict)
{
    return QString::fromLatin1(
        QMetaEnum::fromType<RunVerdict>().valueToKey(static_cast<int>(verdict)));
}

QByteArray fixture(const QString &name)
{
    return readFile(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/data/") + name);
}

QByteArray header(const QByteArray &type)
{
    return "Content-Type: " + type + "\r\n";
}

//! In the environment, as long as it lives.
struct AmazonsKeys
{
    AmazonsKeys()
    {
        qputenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        qputenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-a-test");
        qputenv("AWS_SESSION_TOKEN", "a-token-of-a-test");
        qputenv("AWS_REGION", "eu-central-1");
    }

    ~AmazonsKeys()
    {
        for (const char *name :
             {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"})
            qunsetenv(name);
    }

    Q_DISABLE_COPY_MOVE(AmazonsKeys)
};

Scenario scenarioFor(const QString &dialect, const QString &endpoint)
{
    Scenario scenario = Scenario::example();
    scenario.faults = {};
    scenario.dialect = dialect;
    scenario.endpoint = endpoint;
    scenario.chat.model = u"the/model:1"_s;
    return scenario;
}

bool run(Runner &runner, const Scenario &scenario, const QByteArray &key = Key)
{
    QSignalSpy finished(&runner, &Runner::finished);
    const QList<InputError> errors = runner.start(scenario, key);
    return errors.isEmpty() && (finished.count() == 1 || finished.wait(30'000));
}

} // namespace

//! \brief Every dialect over a real connection: what is asked for, and what becomes of the answer.
class tst_DialectRuns : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void streams_data();
    void streams();
    void wholeAnswers_data();
    void wholeAnswers();
    void httpErrors_data();
    void httpErrors();
    void aWaitThatIsAskedForIsTold_data();
    void aWaitThatIsAskedForIsTold();
    void anArrayThatGrowsIsAStream();
    void findingsAreKept();
    void withoutAKeyAmazonsRequestIsSigned();
    void everyAttemptIsSignedAnew();
    void withoutARegionOrASoundTokenNothingIsSent();
    void theSandboxSpeaksIt_data();
    void theSandboxSpeaksIt();
    void faultsWithoutAPlace_data();
    void faultsWithoutAPlace();
};

void tst_DialectRuns::streams_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("keyHeader");
    QTest::addColumn<QByteArray>("keyValue");
    QTest::addColumn<QByteArray>("accept");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("text");

    const auto row = [](const char *dialect, const char *path, const QByteArray &keyHeader,
                        const QByteArray &prefix, const QByteArray &type, const QString &file,
                        const QString &text) {
        QTest::newRow(dialect) << QByteArray("POST " + QByteArray(path) + " HTTP/1.1") << keyHeader
                               << QByteArray(prefix + Key) << type << file << text;
    };
    const QByteArray sse = "text/event-stream";
    row("openai-chat", "/v1/chat/completions", "Authorization", "Bearer ", sse,
        u"reasoning-comments.sse"_s, u"Four."_s);
    row("openai-responses", "/v1/responses", "Authorization", "Bearer ", sse,
        u"text-reasoning.sse"_s, u"One two dréi"_s);
    row("anthropic", "/v1/messages", "x-api-key", {}, sse, u"text-thinking.sse"_s,
        u"Grüße, é€😀😀."_s);
    row("gemini", "/v1beta/models/the%2Fmodel%3A1:streamGenerateContent?alt=sse", "x-goog-api-key",
        {}, sse, u"text-thoughts-crlf.sse"_s, u"One, é€😀!"_s);
    row("ollama", "/api/chat", "Authorization", "Bearer ", "application/x-ndjson",
        u"text-thinking.ndjson"_s, u"One é€😀"_s);
    row("cohere", "/v2/chat", "Authorization", "Bearer ", sse, u"text-thinking.sse"_s,
        u"One é€😀"_s);
    row("bedrock-converse", "/model/the%2Fmodel%3A1/converse-stream", "Authorization", "Bearer ",
        "application/vnd.amazon.eventstream", u"text-reasoning.aws"_s, u"One é€😀"_s);
}

void tst_DialectRuns::streams()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, keyHeader);
    QFETCH(QByteArray, keyValue);
    QFETCH(QByteArray, accept);
    QFETCH(QString, file);
    QFETCH(QString, text);
    const QString dialect = QString::fromUtf8(QTest::currentDataTag());
    const QByteArray body = fixture(dialect + u'/' + file);
    PeerScript script{readRequest(), sendBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                               + header(accept) + "\r\n")};
    for (qsizetype at = 0; at < body.size(); at += 300)
        script.append(sendBytes(body.mid(at, 300)));
    script.append(fin());
    const RawPeer peer(script);
    Runner runner;
    QVERIFY(run(runner, scenarioFor(dialect, peer.url().toString())));

    const PeerRequest request = peer.received().value(0);
    QCOMPARE(request.head.left(request.head.indexOf('\r')), line);
    QCOMPARE(request.header(keyHeader), keyValue);
    QCOMPARE(request.header("Accept"), accept);
    QCOMPARE(request.header("Content-Type"), QByteArray("application/json"));
    QVERIFY(QJsonDocument::fromJson(request.body).isObject());
    for (const HeaderField &field : Dialect::find(dialect)->facts().headers)
        QCOMPARE(request.header(field.name), field.value);

    const RunSummary &summary = runner.summary();
    QVERIFY2(summary.verdict == RunVerdict::Complete, qPrintable(summary.reason));
    QCOMPARE(summary.answer.text, text);
    QCOMPARE(summary.bytes, body.size());
    QVERIFY(summary.events > 2);
    QVERIFY(summary.findings.isEmpty());
    QVERIFY(summary.timing.firstByte && summary.timing.firstToken);
    QVERIFY(*summary.timing.firstByte <= *summary.timing.firstToken);
}

void tst_DialectRuns::wholeAnswers_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *dialect, const char *path, const char *body) {
        QTest::newRow(dialect) << QByteArray(path) << QByteArray(body);
    };
    row("openai-chat", "/v1/chat/completions",
        R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]})");
    row("openai-responses", "/v1/responses",
        R"({"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]})");
    row("anthropic", "/v1/messages",
        R"({"type":"message","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"})");
    row("gemini", "/v1beta/models/the%2Fmodel%3A1:generateContent",
        R"({"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}]})");
    row("ollama", "/api/chat", R"({"message":{"content":"Hi"},"done":true})");
    row("cohere", "/v2/chat",
        R"({"finish_reason":"COMPLETE","message":{"content":[{"type":"text","text":"Hi"}]}})");
    row("bedrock-converse", "/model/the%2Fmodel%3A1/converse",
        R"({"output":{"message":{"content":[{"text":"Hi"}]}},"stopReason":"end_turn"})");
}

void tst_DialectRuns::wholeAnswers()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    const RawPeer peer(
        PeerScript{readRequest(), sendBytes(response(200, body, header("application/json")))});
    Scenario scenario =
        scenarioFor(QString::fromUtf8(QTest::currentDataTag()), peer.url().toString());
    scenario.chat.stream = false;
    Runner runner;
    QVERIFY(run(runner, scenario));
    const PeerRequest request = peer.received().value(0);
    QCOMPARE(request.head.split(' ').value(1), path);
    QCOMPARE(request.header("Accept"), QByteArray("application/json"));
    const RunSummary &summary = runner.summary();
    QVERIFY2(summary.verdict == RunVerdict::Complete, qPrintable(summary.reason));
    QCOMPARE(summary.answer.text, u"Hi"_s);
    QVERIFY(summary.findings.isEmpty());
    QVERIFY(!summary.timing.firstByte);
}

void tst_DialectRuns::httpErrors_data()
{
    QTest::addColumn<QByteArray>("idHeader");
    for (const Dialect *dialect : Dialect::all())
        QTest::newRow(qPrintable(dialect->id())) << dialect->facts().requestIdHeaders.value(
            dialect->facts().requestIdHeaders.size() - 1);
}

void tst_DialectRuns::httpErrors()
{
    QFETCH(QByteArray, idHeader);
    const QByteArray id = idHeader.isEmpty() ? QByteArray() : idHeader + ": id-1\r\n";
    const RawPeer peer(
        PeerScript{readRequest(), sendBytes(response(404, R"({"error":{"message":"No."}})",
                                                     header("application/json") + id))});
    Runner runner;
    QVERIFY(run(runner,
                scenarioFor(QString::fromUtf8(QTest::currentDataTag()), peer.url().toString())));
    const RunSummary &summary = runner.summary();
    QCOMPARE(nameOf(summary.verdict), u"HttpError"_s);
    QCOMPARE(summary.httpErrorMessage, u"No."_s);
    QCOMPARE(summary.requestId, idHeader.isEmpty() ? QString() : u"id-1"_s);
}

void tst_DialectRuns::aWaitThatIsAskedForIsTold_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("advice");
    const QString asked = u"The endpoint asks to wait %1 before the next try."_s;
    QTest::newRow("seconds") << u"anthropic"_s << QByteArray("Retry-After: 20\r\n")
                             << QByteArray(R"({"error":{"message":"No."}})")
                             << asked.arg(u"20.0 s"_s);
    QTest::newRow("milliseconds") << u"openai-chat"_s
                                  << QByteArray("Retry-After: 2\r\nretry-after-ms: 1500\r\n")
                                  << QByteArray() << asked.arg(u"1.5 s"_s);
    QTest::newRow("in the body")
        << u"gemini"_s << QByteArray()
        << QByteArray(
               R"({"error":{"message":"No.","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"48s"}]}})")
        << asked.arg(u"48.0 s"_s);
    QTest::newRow("none") << u"cohere"_s << QByteArray() << QByteArray(R"({"message":"No."})")
                          << u"Wait before the next try, or check the quota."_s;
}

void tst_DialectRuns::aWaitThatIsAskedForIsTold()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    QFETCH(QString, advice);
    const RawPeer peer(PeerScript{
        readRequest(), sendBytes(response(429, body, header("application/json") + headers))});
    Runner runner;
    QVERIFY(run(runner, scenarioFor(dialect, peer.url().toString())));
    QCOMPARE(nameOf(runner.summary().verdict), u"HttpError"_s);
    QCOMPARE(runner.summary().advice, advice);
}

void tst_DialectRuns::anArrayThatGrowsIsAStream()
{
    const RawPeer peer(PeerScript{
        readRequest(),
        sendBytes(response(200, fixture(u"gemini/array.json"_s), header("application/json")))});
    Scenario scenario =
        scenarioFor(u"gemini"_s, peer.url(u"/v1beta/models/m:streamGenerateContent"_s).toString());
    Runner runner;
    QVERIFY(run(runner, scenario));
    // A whole endpoint is sent to as it was typed.
    QCOMPARE(peer.received().value(0).head.split(' ').value(1),
             QByteArray("/v1beta/models/m:streamGenerateContent"));
    const RunSummary &summary = runner.summary();
    QVERIFY2(summary.verdict == RunVerdict::Complete, qPrintable(summary.reason));
    QCOMPARE(summary.answer.text, u"One two"_s);
    QVERIFY(summary.events > 1);
}

void tst_DialectRuns::findingsAreKept()
{
    const RawPeer peer(PeerScript{
        readRequest(),
        sendBytes(response(200, fixture(u"anthropic/bad-indices.sse"_s), header("text/plain")))});
    Runner runner;
    QVERIFY(run(runner, scenarioFor(u"anthropic"_s, peer.url().toString())));
    const RunSummary &summary = runner.summary();
    QCOMPARE(nameOf(summary.verdict), u"Complete"_s);
    QCOMPARE(summary.findings.size(), 4);
    QCOMPARE(summary.findings.first().kind, FindingKind::WrongContentType);
    const QJsonObject json = summary.toJson();
    QCOMPARE(json.value("findings"_L1).toArray().at(1).toObject().value("kind"_L1).toString(),
             u"BadIndex"_s);
    QVERIFY(json.value("timing"_L1).toObject().value("first_byte_ms"_L1).isDouble());
}

void tst_DialectRuns::withoutAKeyAmazonsRequestIsSigned()
{
    const AmazonsKeys keys;
    const RawPeer peer(PeerScript{
        readRequest(), sendBytes(response(200, fixture(u"bedrock-converse/tools.aws"_s),
                                          header("application/vnd.amazon.eventstream")))});
    Runner runner;
    QVERIFY(run(runner, scenarioFor(u"bedrock-converse"_s, peer.url().toString()), {}));
    QCOMPARE(nameOf(runner.summary().verdict), u"Complete"_s);
    const PeerRequest request = peer.received().value(0);
    const QByteArray authorization = request.header("Authorization");
    QVERIFY2(authorization.startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
             authorization.constData());
    QVERIFY(authorization.contains("/eu-central-1/bedrock/aws4_request"));
    QVERIFY(request.header("X-Amz-Date").endsWith('Z'));
    QCOMPARE(request.header("X-Amz-Security-Token"), QByteArray("a-token-of-a-test"));
    for (const TraceEvent &event : runner.trace()->events()) {
        const QByteArray line = event.toJsonLine();
        QVERIFY2(!line.contains("-of-a-test"), line.constData());
        QVERIFY2(!line.contains("Signature="), line.constData());
    }
    // Nor does an endpoint that repeats it bring it into what is shown.
    const RawPeer echo(PeerScript{
        readRequest(), sendBytes(response(403, R"({"message":"Not with a-token-of-a-test."})",
                                          header("application/json")))});
    QVERIFY(run(runner, scenarioFor(u"bedrock-converse"_s, echo.url().toString()), {}));
    QVERIFY(runner.summary().httpErrorMessage.startsWith(u"Not with "_s));
    QVERIFY(!runner.summary().httpErrorMessage.contains(u"a-token"_s));
}

// Amazon refuses a signature that is more than five minutes old, and waits may be longer.
void tst_DialectRuns::everyAttemptIsSignedAnew()
{
    using namespace std::chrono_literals;
    const AmazonsKeys keys;
    const PeerScript cut{readRequest(), fin()};
    const RawPeer peer(
        {cut, cut,
         PeerScript{readRequest(),
                    sendBytes(response(403, R"({"message":"No."})", header("application/json")))}});
    Scenario scenario = scenarioFor(u"bedrock-converse"_s, peer.url().toString());
    scenario.useTap = false;
    scenario.policy.initialBackoff = 6min;
    scenario.policy.maxBackoff = 20min;
    scenario.policy.jitter = 0;
    scenario.timeouts.total = 2h;

    ManualClock clock;
    RunSession::Setup setup;
    setup.scenario = scenario;
    setup.url = Endpoint::parse(scenario.endpoint, *Dialect::find(scenario.dialect),
                                scenario.chat.model, scenario.chat.stream)
                    ->url;
    setup.built = *buildRequest(scenario, setup.url, {}, QSslCertificate());
    setup.origin = clock.now();
    const QDateTime noon(QDate(2026, 3, 1), QTime(12, 0), QTimeZone::utc());
    const auto calendar = [&clock, noon, origin = clock.now()] {
        return noon.addDuration(
            std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - origin));
    };
    setup.calendar = calendar;
    WireHost wire(&clock);
    Trace trace;
    RunSession session(setup, &clock, &wire, &trace, nullptr);
    QSignalSpy finished(&session, &RunSession::finished);
    QObject context;
    connect(
        &trace, &Trace::eventAppended, &context,
        [&clock](const TraceEvent &event) {
            if (event.name == TraceEventName::WaitStarted)
                clock.advance(
                    std::chrono::microseconds(event.fields.value("delay_us"_L1).toInteger()));
        },
        Qt::QueuedConnection);
    session.start();
    QVERIFY(finished.count() == 1 || finished.wait(30'000));

    const QList<PeerRequest> requests = peer.received();
    QCOMPARE(requests.size(), 3);
    const QList<QDateTime> times{noon, noon.addSecs(6 * 60), noon.addSecs((6 + 12) * 60)};
    for (qsizetype i = 0; i < requests.size(); ++i) {
        const AwsRequest request{.url = setup.url,
                                 .headers = {{"Content-Type", "application/json"}},
                                 .body = requests.at(i).body,
                                 .region = "eu-central-1",
                                 .time = times.at(i)};
        for (const HeaderField &field :
             signAwsRequest(request, AwsCredentials::fromEnvironment().value()))
            QCOMPARE(requests.at(i).header(field.name), field.value);
    }
    // None of the three is told to anybody, in what the trace says of the attempt.
    int attempts = 0;
    for (const TraceEvent &event : trace.events()) {
        QVERIFY(!event.toJsonLine().contains("Signature="));
        if (event.name == TraceEventName::AttemptStarted) {
            const QByteArray stamp = requests.at(attempts++).header("X-Amz-Date");
            QVERIFY2(event.toJsonLine().contains(stamp), event.toJsonLine().constData());
        }
    }
    QCOMPARE(attempts, 3);
}

void tst_DialectRuns::withoutARegionOrASoundTokenNothingIsSent()
{
    const AmazonsKeys keys;
    const RawPeer peer(PeerScript{readRequest(), fin()});
    Runner runner;
    qunsetenv("AWS_REGION");
    qunsetenv("AWS_DEFAULT_REGION");
    const auto errors = runner.start(scenarioFor(u"bedrock-converse"_s, peer.url().toString()));
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, u"endpoint"_s);
    // Nor where a header could not carry what the environment has: Qt 6.8 would leave it out.
    qputenv("AWS_REGION", "eu-central-1");
    qputenv("AWS_SESSION_TOKEN", "a-token\nof-a-test");
    const auto broken = runner.start(scenarioFor(u"bedrock-converse"_s, peer.url().toString()));
    QCOMPARE(broken.size(), 1);
    QCOMPARE(broken.first().field, u"key_env"_s);
    QVERIFY(!broken.first().message.contains(u"token"_s));
    QCOMPARE(peer.requests(), 0);
}

void tst_DialectRuns::theSandboxSpeaksIt_data()
{
    QTest::addColumn<QString>("dialect");
    for (const QString &id : Dialect::ids())
        QTest::newRow(qPrintable(id)) << id;
}

void tst_DialectRuns::theSandboxSpeaksIt()
{
    QFETCH(QString, dialect);
    SandboxOptions options;
    options.tokensPerSecond = 1e6;
    options.firstToken = std::chrono::milliseconds(1);
    options.tokens = 20;
    Runner runner;
    runner.setSandboxOptions(options);
    Scenario scenario = scenarioFor(dialect, u"sandbox"_s);
    // A key is not needed there, not even where requests are signed otherwise.
    for (const bool stream : {true, false}) {
        scenario.chat.stream = stream;
        QVERIFY(run(runner, scenario, {}));
        const RunSummary &summary = runner.summary();
        QCOMPARE(nameOf(summary.verdict), u"Complete"_s);
        QCOMPARE(summary.answer.usage.outputTokens, std::optional<qint64>(20));
        QVERIFY(!summary.answer.text.isEmpty());
        QCOMPARE(summary.sandboxRequests, std::optional<int>(1));
    }
}

// What has no place in the answers of a dialect is refused before anything is sent.
void tst_DialectRuns::faultsWithoutAPlace_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QString>("plan");
    QTest::addColumn<bool>("stream");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *dialect, const char *plan, bool stream, const char *message) {
        QTest::addRow("%s, %s", dialect, plan)
            << QString::fromLatin1(dialect) << QString::fromLatin1(plan) << stream
            << QString::fromLatin1(message);
    };
    row("ollama", "cr-only", true,
        "Entry 1: \"cr-only\" has no place in a stream of Ollama, which is lines of JSON that end "
        "with LF.");
    row("bedrock-converse", "ok,comments", true,
        "Entry 2: \"comments\" has no place in a stream of Bedrock Converse, which is binary "
        "messages.");
    row("gemini", "crlf", true,
        "Entry 1: \"crlf\" is no fault here: the streams of Gemini have such line ends anyway.");
    row("ollama", "pings-only", true,
        "Entry 1: \"pings-only\" has no place in a stream of Ollama, which knows no sign of life.");
    row("cohere", "refusal", true,
        "Entry 1: \"refusal\" has no place in an answer of Cohere, which has no word for it.");
    row("anthropic", "dns,drop(at=2)", false,
        "Entry 2: \"drop\" needs an answer that is streamed.");
}

void tst_DialectRuns::faultsWithoutAPlace()
{
    QFETCH(QString, dialect);
    QFETCH(QString, plan);
    QFETCH(bool, stream);
    QFETCH(QString, message);
    Scenario scenario = scenarioFor(dialect, u"sandbox"_s);
    scenario.faults = *FaultPlan::fromString(plan);
    scenario.chat.stream = stream;
    Runner runner;
    const QList<InputError> errors = runner.start(scenario, Key);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, u"faultPlan"_s);
    QCOMPARE(errors.first().message, message);
    QVERIFY(!runner.isRunning());
}

QTEST_GUILESS_MAIN(tst_DialectRuns)
#include "tst_dialectruns.moc"
