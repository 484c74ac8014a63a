// SPDX-License-Identifier: MIT
#include "core/run/runner.h"

#include "core/trace/trace.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QBuffer>
#include <QtCore/QJsonArray>
#include <QtCore/QMetaEnum>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// The whole engine, over real sockets: runner, requester, QNetworkAccessManager, tap and sandbox.
class tst_Runner : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void theMainJobAsALog();
    void plans_data();
    void plans();
    void faultsAreNamed_data();
    void faultsAreNamed();
    void bigAnswersArriveWhole_data();
    void bigAnswersArriveWhole();
    void endpointThatKeepsTheConnection();
    void certificatesAreTold();
    void earlyHintsAreNoAnswer();
    void answerWithoutAStatus_data();
    void answerWithoutAStatus();
    void wholeAnswer();
    void withoutTheTap();
    void sameSeedSameWaits();
    void refusesAndSendsNothing();
    void missingKey();
    void keyWithALineBreak();
    void stopWhileStreaming();
    void stopWhileWaiting();
    void retryNowCutsTheWait();
    void startsAgainFromItsOwnFinished();
    void everyReceiverOfFinishedSeesTheSummary();
    void stopAndDestroyWhileItStarts();
    void destroyedWhileRunning();
    void theKeyIsNowhere();
};

namespace {

SandboxOptions fast()
{
    SandboxOptions options;
    options.tokens = 12;
    options.tokensPerSecond = 5000;
    options.firstToken = 1ms;
    return options;
}

Scenario quick(const QString &plan)
{
    Scenario scenario = Scenario::example();
    scenario.faults = *FaultPlan::fromString(plan);
    scenario.policy.initialBackoff = 2ms;
    return scenario;
}

//! Runs it to its end; an empty summary with a failed test otherwise.
bool run(Runner &runner, const Scenario &scenario, const QByteArray &key = {})
{
    QSignalSpy finished(&runner, &Runner::finished);
    const QList<InputError> errors = runner.start(scenario, key);
    for (const InputError &error : errors)
        qInfo().noquote() << error.field << error.message;
    return errors.isEmpty() && (finished.count() == 1 || finished.wait(20'000))
           && finished.count() == 1;
}

//! "1 attempt.started", with the failure's kind or the fault where there is one. How a body is cut
//! into pieces is not part of the contract, so runs of body and stream events are one line.
QStringList logOf(const Trace &trace)
{
    QStringList lines;
    for (const TraceEvent &event : trace.events()) {
        QString line = QString::number(event.attempt) + u' ' + toString(event.source) + u' '
                       + toString(event.name);
        if (event.name == TraceEventName::BodyData || event.source == TraceSource::Stream)
            line = QString::number(event.attempt) + u" body"_s;
        const QJsonValue failure = event.fields.value("failure"_L1);
        if (failure.isObject())
            line += u' ' + failure.toObject().value("kind"_L1).toString();
        if (event.fields.contains("fault"_L1))
            line += u' ' + event.fields.value("fault"_L1).toString();
        if (event.fields.contains("error"_L1))
            line += u" error"_s;
        if (lines.isEmpty() || lines.last() != line)
            lines.append(line);
    }
    return lines;
}

template <typename Enum>
QString nameOf(Enum verdict)
{
    return QString::fromLatin1(QMetaEnum::fromType<Enum>().valueToKey(static_cast<int>(verdict)));
}

QString kindsOf(const RunSummary &summary)
{
    QStringList kinds;
    for (const AttemptRecord &attempt : summary.attempts) {
        const auto meta = QMetaEnum::fromType<FailureKind>();
        kinds.append(attempt.failure ? QString::fromLatin1(
                         meta.valueToKey(static_cast<int>(attempt.failure->kind)))
                                     : u"-"_s);
    }
    return kinds.join(u' ');
}

} // namespace

void tst_Runner::theMainJobAsALog()
{
    Runner runner;
    runner.setSandboxOptions(fast());
    QVERIFY(run(runner, quick(u"dns,refused,ok"_s)));
    const QStringList expected{
        u"0 client run.started"_s,
        u"1 client attempt.started"_s,
        u"1 wire dns.started"_s,
        u"1 wire fault.injected dns"_s,
        u"1 wire dns.finished error"_s,
        u"1 client attempt.finished Dns"_s,
        u"1 policy policy.decided"_s,
        u"1 policy wait.started"_s,
        u"1 policy wait.finished"_s,
        u"2 client attempt.started"_s,
        u"2 wire dns.started"_s,
        u"2 wire dns.finished"_s,
        u"2 wire connect.started"_s,
        u"2 wire fault.injected refused"_s,
        u"2 wire connect.finished error"_s,
        u"2 client attempt.finished Connect"_s,
        u"2 policy policy.decided"_s,
        u"2 policy wait.started"_s,
        u"2 policy wait.finished"_s,
        u"3 client attempt.started"_s,
        u"3 wire dns.started"_s,
        u"3 wire dns.finished"_s,
        u"3 wire connect.started"_s,
        u"3 wire connect.finished"_s,
        u"3 wire request.sent"_s,
        u"3 wire response.started"_s,
        u"3 client response.head"_s,
        u"3 body"_s,
        u"3 client attempt.finished"_s,
        u"0 client run.finished"_s,
    };
    QStringList log = logOf(*runner.trace());
    // Qt's signal and the wire's events come from two threads: only its place behind the attempt's
    // start and in front of the head is promised.
    const auto client = log.indexOf(u"3 client request.sent"_s);
    const auto head = log.indexOf(u"3 client response.head"_s);
    QVERIFY(client > log.indexOf(u"3 client attempt.started"_s));
    QVERIFY(client < head);
    log.removeAt(client);
    QCOMPARE(log, expected);

    const RunSummary &summary = runner.summary();
    QCOMPARE(nameOf(summary.verdict), u"Complete"_s);
    QCOMPARE(summary.wireRequests(), 1);
    QCOMPARE(summary.sandboxRequests, std::optional<int>(1));
    QCOMPARE(summary.simulatedAttempts, (QList<int>{1, 2}));
    QVERIFY(summary.firstToken.has_value());
    QVERIFY(!summary.answer.text.isEmpty());
    QCOMPARE(summary.answer.stopReason, u"stop"_s);
}

void tst_Runner::plans_data()
{
    QTest::addColumn<QString>("plan");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("kinds");
    QTest::addColumn<int>("sent");
    QTest::addColumn<int>("arrived");
    QTest::newRow("no fault") << u""_s << u"Complete"_s << u"-"_s << 1 << 1;
    QTest::newRow("name not found") << u"dns,ok"_s << u"Complete"_s << u"Dns -"_s << 1 << 1;
    QTest::newRow("refused") << u"refused,ok"_s << u"Complete"_s << u"Connect -"_s << 1 << 1;
    QTest::newRow("unreachable") << u"unreachable,ok"_s << u"Complete"_s << u"Connect -"_s << 1
                                 << 1;
    QTest::newRow("latency is no failure")
        << u"latency(ms=5)"_s << u"Complete"_s << u"-"_s << 1 << 1;
    QTest::newRow("self-signed") << u"tls-selfsigned,ok"_s << u"Complete"_s << u"Certificate -"_s
                                 << 1 << 1;
    QTest::newRow("expired") << u"tls-expired,ok"_s << u"Complete"_s << u"Certificate -"_s << 1
                             << 1;
    QTest::newRow("wrong host") << u"tls-wronghost,ok"_s << u"Complete"_s << u"Certificate -"_s << 1
                                << 1;
    QTest::newRow("alert") << u"tls-alert(code=70),ok"_s << u"Complete"_s << u"Tls -"_s << 1 << 1;
    QTest::newRow("not TLS here") << u"tls-plain,ok"_s << u"Complete"_s << u"Tls -"_s << 1 << 1;
    QTest::newRow("cut handshake") << u"tls-close,ok"_s << u"Complete"_s << u"Tls -"_s << 1 << 1;
    QTest::newRow("read and closed") << u"eof,ok"_s << u"Complete"_s << u"Io -"_s << 2 << 1;
    QTest::newRow("read and reset") << u"rst,ok"_s << u"Complete"_s << u"Io -"_s << 2 << 1;
    QTest::newRow("faults to the end")
        << u"refused*9"_s << u"TransportError"_s << u"Connect Connect Connect"_s << 0 << 0;
    QTest::newRow("a status is an answer") << u"http-429"_s << u"HttpError"_s << u"-"_s << 1 << 1;
    QTest::newRow("a server error too") << u"http-503"_s << u"HttpError"_s << u"-"_s << 1 << 1;
    QTest::newRow("cut stream") << u"cut(after=3)"_s << u"Truncated"_s << u"Body"_s << 1 << 1;
    QTest::newRow("reset stream") << u"body-reset(after=3)"_s << u"Truncated"_s << u"Body"_s << 1
                                  << 1;
    QTest::newRow("no terminal event") << u"no-terminal"_s << u"Truncated"_s << u"-"_s << 1 << 1;
    QTest::newRow("error event") << u"error-event(at=3)"_s << u"Failed"_s << u"-"_s << 1 << 1;
    QTest::newRow("broken JSON") << u"bad-json(at=3)"_s << u"Damaged"_s << u"-"_s << 1 << 1;
    QTest::newRow("an empty success") << u"empty-200"_s << u"Truncated"_s << u"-"_s << 1 << 1;
}

void tst_Runner::plans()
{
    QFETCH(QString, plan);
    Runner runner;
    runner.setSandboxOptions(fast());
    QVERIFY(run(runner, quick(plan)));
    const RunSummary &summary = runner.summary();
    QTEST(nameOf(summary.verdict), "verdict");
    QTEST(kindsOf(summary), "kinds");
    QTEST(summary.wireRequests(), "sent");
    QTEST(summary.sandboxRequests.value_or(-1), "arrived");
    QCOMPARE(summary.isSimulated(), !plan.isEmpty());
    QCOMPARE(toString(runner.trace()->events().back().name), u"run.finished"_s);
}

void tst_Runner::faultsAreNamed_data()
{
    QTest::addColumn<QString>("plan");
    QTest::addColumn<QString>("says");
    QTest::newRow("dns") << u"dns"_s << u"name not found"_s;
    QTest::newRow("refused") << u"refused"_s << u"connection refused"_s;
    QTest::newRow("unreachable") << u"unreachable"_s << u"network unreachable"_s;
    QTest::newRow("self-signed") << u"tls-selfsigned"_s << u"self-signed certificate"_s;
    QTest::newRow("expired") << u"tls-expired"_s << u"certificate expired"_s;
    QTest::newRow("wrong host") << u"tls-wronghost"_s << u"certificate for another host"_s;
    QTest::newRow("cut handshake") << u"tls-close"_s << u"TLS handshake failed"_s;
    QTest::newRow("eof") << u"eof"_s << u"connection lost before the status"_s;
}

void tst_Runner::faultsAreNamed()
{
    QFETCH(QString, plan);
    QFETCH(QString, says);
    Runner runner;
    runner.setSandboxOptions(fast());
    QVERIFY(run(runner, quick(plan)));
    const QString sentence = u"One failure was retried: %1 (simulated)."_s.arg(says);
    QVERIFY2(runner.summary().reason.contains(sentence), qPrintable(runner.summary().reason));
}

void tst_Runner::bigAnswersArriveWhole_data()
{
    QTest::addColumn<bool>("useTap");
    QTest::addColumn<bool>("closes");
    QTest::addColumn<int>("pause");
    QTest::newRow("without the tap, length given") << false << false << 300;
    QTest::newRow("without the tap, until the end") << false << true << 300;
    QTest::newRow("through the tap, length given") << true << false << 300;
    QTest::newRow("through the tap, until the end") << true << true << 300;
    // Longer than the run waits for news of a connection that has ended.
    QTest::newRow("through the tap, until the end, in a dialog") << true << true << 2'500;
}

//! The reader is busy while the bytes arrive: more than any read buffer holds.
void tst_Runner::bigAnswersArriveWhole()
{
    QFETCH(bool, useTap);
    QFETCH(bool, closes);
    QFETCH(int, pause);
    const QByteArray filler =
        "{\"object\":\"" + QByteArray(64 * 1024, 'x') + "\",\"choices\":[{}]}";
    QByteArray body;
    for (int i = 0; i < 192; ++i)
        body += "data: " + filler + "\n\n";
    body += "data: [DONE]\n\n";
    QByteArray head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    if (!closes)
        head += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    const Test::RawPeer peer({Test::readRequest(), Test::sendBytes(head + "\r\n" + body),
                              closes ? Test::fin() : Test::stall()});
    Runner runner;
    int slept = 0;
    connect(&runner, &Runner::started, this, [&] {
        connect(runner.trace(), &Trace::eventAppended, &runner, [&](const TraceEvent &event) {
            // Long enough for everything to be sent if nobody holds it back.
            if (event.name == TraceEventName::StreamEvent && slept++ == 0)
                QThread::msleep(static_cast<unsigned long>(pause));
        });
    });
    Scenario scenario = quick({});
    scenario.endpoint = peer.url().toString();
    scenario.useTap = useTap;
    scenario.timeouts.idleBytes = 20s;
    QVERIFY(run(runner, scenario));
    QVERIFY(slept > 0);
    QCOMPARE(nameOf(runner.summary().verdict), u"Complete"_s);
    QCOMPARE(runner.summary().bytes, body.size());
}

void tst_Runner::endpointThatKeepsTheConnection()
{
    const QByteArray stream =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n"
        "data: [DONE]\n\n";
    const Test::RawPeer peer({Test::readRequest(), Test::sendBytes(stream), Test::stall()});
    Runner runner;
    Scenario scenario = quick({});
    scenario.endpoint = peer.url().toString();
    QVERIFY(run(runner, scenario));
    QCOMPARE(nameOf(runner.summary().verdict), u"Complete"_s);
    QCOMPARE(runner.summary().answer.text, u"hi"_s);
    QVERIFY(runner.summary().keptOpen);
    QCOMPARE(kindsOf(runner.summary()), u"-"_s);
    QVERIFY(runner.summary().reason.contains("kept the connection open"_L1));
    QVERIFY(!logOf(*runner.trace()).contains(u"1 policy policy.decided"_s));
    QCOMPARE(peer.requests(), 1);
}

// What the server has shown is told, accepted or not, and which link of it fails.
void tst_Runner::certificatesAreTold()
{
    Scenario scenario = Scenario::example();
    scenario.endpoint = u"sandbox+https"_s;
    scenario.faults = *FaultPlan::fromString(u"tls-wronghost"_s);
    scenario.policy.maxRetries = 1;
    scenario.policy.retryOn |= RetryPolicy::Kind::Certificate;
    scenario.policy.initialBackoff = 1ms;
    Runner runner;
    QVERIFY(run(runner, scenario));
    QList<QJsonObject> told;
    for (const TraceEvent &event : runner.trace()->events()) {
        if (event.name == TraceEventName::TlsCertificates)
            told.append(event.fields);
    }
    QCOMPARE(told.size(), 2);
    const QJsonArray wrong = told[0][u"errors"_s].toArray();
    const bool isNamed = std::any_of(wrong.begin(), wrong.end(), [](const QJsonValue &error) {
        return error[u"error"_s] == u"HostNameMismatch"_s && error[u"certificate"_s] == 0;
    });
    QVERIFY(isNamed);
    QCOMPARE(told[1][u"errors"_s].toArray(), QJsonArray());
    const QJsonObject own = told[1][u"chain"_s].toArray().first().toObject();
    QVERIFY(own[u"names"_s].toArray().contains(u"localhost"_s));
    QVERIFY(own[u"key"_s].toString().endsWith(u"bit"_s));
    QCOMPARE(own[u"sha256"_s].toString().size(), 95);
    QVERIFY(QDateTime::fromString(own[u"not_after"_s].toString(), Qt::ISODate)
            > QDateTime::currentDateTimeUtc());
}

// Qt 6.4 ends the reply at a 103 and drops the answer behind it; from Qt 6.8 on it is read.
void tst_Runner::earlyHintsAreNoAnswer()
{
    const QByteArray answer =
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        + Test::response(200,
                         "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n"
                         "data: [DONE]\n\n",
                         "Content-Type: text/event-stream\r\n");
    const Test::RawPeer peer({Test::readRequest(), Test::sendBytes(answer), Test::fin()});
    Runner runner;
    Scenario scenario = quick({});
    scenario.endpoint = peer.url().toString();
    QVERIFY(run(runner, scenario));
    QCOMPARE(peer.requests(), 1);
    if (runner.summary().status == 200) {
        QCOMPARE(nameOf(runner.summary().verdict), u"Complete"_s);
        return;
    }
    QCOMPARE(nameOf(runner.summary().verdict), u"Damaged"_s);
    QCOMPARE(kindsOf(runner.summary()), u"Body"_s);
    QVERIFY2(runner.summary().reason.contains("103"_L1), qPrintable(runner.summary().reason));
}

void tst_Runner::answerWithoutAStatus_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("phase");
    QTest::addColumn<QString>("says");
    const QString nothing = u"before any byte of an answer"_s;
    const QString something = u"began to answer"_s;
    QTest::newRow("nothing at all") << QByteArray() << u"Waiting"_s << nothing;
    QTest::newRow("half a status line") << QByteArray("HTTP/1.1 20") << u"Head"_s << something;
    QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nContent-") << u"Head"_s
                                 << something;
    QTest::newRow("no HTTP") << QByteArray("SSH-2.0-x\r\n") << u"Head"_s
                             << u"answered in another protocol"_s;
}

void tst_Runner::answerWithoutAStatus()
{
    QFETCH(QByteArray, answer);
    QFETCH(QString, phase);
    QFETCH(QString, says);
    Test::PeerScript script{Test::readRequest()};
    if (!answer.isEmpty())
        script.append(Test::sendBytes(answer));
    script.append(Test::fin());
    const Test::RawPeer peer(script);
    Runner runner;
    Scenario scenario = quick({});
    scenario.endpoint = peer.url().toString();
    scenario.policy.maxRetries = 1;
    QVERIFY(run(runner, scenario));
    QCOMPARE(kindsOf(runner.summary()), u"Io Io"_s);
    const Failure failure = *runner.summary().failure;
    QCOMPARE(nameOf(failure.phase), phase);
    QCOMPARE(nameOf(failure.safety), u"MaybeProcessed"_s);
    QVERIFY2(failure.message.contains(says), qPrintable(failure.message));
    QCOMPARE(peer.requests(), runner.summary().wireRequests());
}

void tst_Runner::wholeAnswer()
{
    Runner runner;
    runner.setSandboxOptions(fast());
    Scenario scenario = quick({});
    scenario.chat.stream = false;
    QVERIFY(run(runner, scenario));
    QCOMPARE(nameOf(runner.summary().verdict), u"Complete"_s);
    QVERIFY(!runner.summary().answer.text.isEmpty());
    QCOMPARE(runner.summary().events, 0);
}

void tst_Runner::withoutTheTap()
{
    Runner runner;
    runner.setSandboxOptions(fast());
    for (const QString &endpoint : {u"sandbox+http"_s, u"sandbox+https"_s}) {
        Scenario scenario = quick({});
        scenario.useTap = false;
        scenario.endpoint = endpoint;
        QVERIFY(run(runner, scenario));
        QCOMPARE(nameOf(runner.summary().verdict), u"Complete"_s);
        for (const TraceEvent &event : runner.trace()->events())
            QVERIFY(event.source != TraceSource::Wire);
    }
}

void tst_Runner::sameSeedSameWaits()
{
    Runner runner;
    runner.setSandboxOptions(fast());
    QVERIFY(run(runner, quick(u"refused,refused"_s)));
    const auto waits = runner.summary().waits;
    const QString text = runner.summary().answer.text;
    QCOMPARE(waits.size(), 2);
    QVERIFY(run(runner, quick(u"refused,refused"_s)));
    QCOMPARE(runner.summary().waits, waits);
    QCOMPARE(runner.summary().answer.text, text);
    Scenario other = quick(u"refused,refused"_s);
    other.seed = 43;
    QVERIFY(run(runner, other));
    QVERIFY(runner.summary().waits != waits);
}

void tst_Runner::refusesAndSendsNothing()
{
    Runner runner;
    QSignalSpy started(&runner, &Runner::started);
    Scenario scenario = quick({});
    scenario.endpoint = u"http://"_s;
    const QList<InputError> errors = runner.start(scenario);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, u"endpoint"_s);
    QVERIFY(!runner.isRunning());
    QCOMPARE(started.count(), 0);
    QVERIFY(runner.trace()->events().empty());
}

void tst_Runner::missingKey()
{
    Runner runner;
    Scenario scenario = quick({});
    scenario.keyVariable = u"RETRYSCOPE_TEST_NO_SUCH_KEY"_s;
    const QList<InputError> errors = runner.start(scenario);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, u"key_env"_s);
}

// A key that was read with its line's end: Qt 6.8 would leave the header out and send the request.
void tst_Runner::keyWithALineBreak()
{
    Runner runner;
    Scenario scenario = quick({});
    scenario.keyVariable = u"SOME_KEY"_s;
    const QList<InputError> errors = runner.start(scenario, "sk-CANARY\n");
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, u"key_env"_s);
    QVERIFY(errors.first().message.contains(u"line break"_s));
    QVERIFY(!errors.first().message.contains(u"CANARY"_s));
    QVERIFY(!runner.isRunning());
}

void tst_Runner::stopWhileStreaming()
{
    Runner runner;
    SandboxOptions slow = fast();
    slow.tokens = 100'000;
    slow.tokensPerSecond = 200;
    runner.setSandboxOptions(slow);
    QSignalSpy finished(&runner, &Runner::finished);
    QVERIFY(runner.start(quick({})).isEmpty());
    const auto streams = [&] {
        return std::ranges::any_of(runner.trace()->events(), [](const TraceEvent &e) {
            return e.name == TraceEventName::StreamDelta;
        });
    };
    QTRY_VERIFY(streams());
    runner.stop();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(nameOf(runner.summary().verdict), u"Cancelled"_s);
    runner.stop();
    QCOMPARE(finished.count(), 1);
}

void tst_Runner::stopWhileWaiting()
{
    Runner runner;
    Scenario scenario = quick(u"refused"_s);
    scenario.policy.initialBackoff = 20s;
    QSignalSpy finished(&runner, &Runner::finished);
    QVERIFY(runner.start(scenario).isEmpty());
    QTRY_COMPARE(toString(runner.trace()->events().back().name), u"wait.started"_s);
    runner.stop();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(nameOf(runner.summary().verdict), u"Cancelled"_s);
    QVERIFY(logOf(*runner.trace()).contains(u"1 policy wait.finished"_s));
    QCOMPARE(runner.summary().wireRequests(), 0);
}

void tst_Runner::retryNowCutsTheWait()
{
    Runner runner;
    runner.setSandboxOptions(fast());
    Scenario scenario = quick(u"refused"_s);
    scenario.policy.initialBackoff = 20s;
    QSignalSpy finished(&runner, &Runner::finished);
    QVERIFY(runner.start(scenario).isEmpty());
    QTRY_COMPARE(toString(runner.trace()->events().back().name), u"wait.started"_s);
    runner.retryNow();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(nameOf(runner.summary().verdict), u"Complete"_s);
    const TraceEvents &events = runner.trace()->events();
    const auto cut = std::ranges::find(events, TraceEventName::WaitFinished, &TraceEvent::name);
    QVERIFY(cut != events.end());
    QCOMPARE((*cut).fields.value("cut_short"_L1).toBool(), true);
}

void tst_Runner::startsAgainFromItsOwnFinished()
{
    Runner runner;
    runner.setSandboxOptions(fast());
    int runs = 0;
    bool refused = false;
    connect(&runner, &Runner::finished, this, [&] {
        if (++runs < 4)
            refused = refused || !runner.start(quick(u"refused,ok"_s)).isEmpty();
    });
    QVERIFY(runner.start(quick(u"eof,ok"_s)).isEmpty());
    QTRY_COMPARE(runs, 4);
    QVERIFY(!refused);
    QCOMPARE(nameOf(runner.summary().verdict), u"Complete"_s);
}

void tst_Runner::everyReceiverOfFinishedSeesTheSummary()
{
    Runner runner;
    runner.setSandboxOptions(fast());
    QStringList seen;
    connect(&runner, &Runner::finished, &runner, [&] {
        if (seen.isEmpty())
            QVERIFY(runner.start(quick({}), {}).isEmpty());
    });
    connect(&runner, &Runner::finished, &runner,
            [&](const RunSummary &summary) { seen.append(nameOf(summary.verdict)); });
    QVERIFY(runner.start(quick({}), {}).isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(seen, QStringList({u"Complete"_s, u"Complete"_s}), 20'000);
}

void tst_Runner::stopAndDestroyWhileItStarts()
{
    auto runner = std::make_unique<Runner>();
    runner->setSandboxOptions(fast());
    connect(runner.get(), &Runner::started, runner.get(), &Runner::stop);
    QVERIFY(run(*runner, quick({})));
    QCOMPARE(nameOf(runner->summary().verdict), u"Cancelled"_s);
    QCOMPARE(runner->summary().wireRequests(), 0);
    connect(runner.get(), &Runner::started, this, [&] { runner.reset(); });
    Runner *doomed = runner.get();
    doomed->start(quick({}), {});
    QVERIFY(!runner);
}

void tst_Runner::destroyedWhileRunning()
{
    for (const QString &plan : {u""_s, u"silence"_s, u"refused"_s, u"tls-stall"_s}) {
        Runner runner;
        QVERIFY(runner.start(quick(plan)).isEmpty());
        QTRY_VERIFY(runner.trace()->events().size() > 2);
    }
}

void tst_Runner::theKeyIsNowhere()
{
    Runner runner;
    runner.setSandboxOptions(fast());
    const QByteArray key = "sk-CANARY-0123456789";
    Scenario scenario = quick(u"http-401"_s);
    scenario.keyVariable = u"SOME_KEY"_s;
    scenario.endpoint = u"sandbox:/v1/chat/completions"_s;
    scenario.headers = {{"X-Api-Key", "CANARY-header"}};
    scenario.chat.messages = {{u"user"_s, QString::fromUtf8(key)}};
    QVERIFY(run(runner, scenario, key));
    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::WriteOnly));
    QVERIFY(runner.trace()->save(&buffer));
    QVERIFY(buffer.data().size() > 500);
    QVERIFY(!buffer.data().contains("CANARY"));
    QVERIFY(!runner.summary().reason.contains("CANARY"_L1));
}

QTEST_GUILESS_MAIN(tst_Runner)
#include "tst_runner.moc"
