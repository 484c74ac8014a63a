// SPDX-License-Identifier: MIT
#include "core/run/runner.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QMetaEnum>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

//! Answers that Qt keeps to itself, or takes for something else: a run says what is known of them,
//! and never sends again what was answered.
class tst_WithheldAnswers : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    // All but what Qt's HTTP thread says when a connection breaks while it writes a body
    // (qhttpprotocolhandler.cpp goes on writing to the closed socket).
    void init()
    {
        QTest::failOnWarning(
            QRegularExpression(u"^(?!QIODevice::write \\(QTcpSocket\\): device not open$)"_s));
    }

    void aCutChallenge_data();
    void aCutChallenge();
    void aStalledChallenge_data();
    void aStalledChallenge();
    void anEarlyRefusal();
    void anUpgradeNobodyAskedFor();
    void anEncodedAnswer();
    void aStatusBeyondTheStandards();
    void aStalledHandshake();
};

namespace {

template <typename Enum>
QString nameOf(Enum value)
{
    return QString::fromLatin1(QMetaEnum::fromType<Enum>().valueToKey(static_cast<int>(value)));
}

const QByteArray CutChallenge =
    "HTTP/1.1 401 Unauthorized\r\nContent-Length: 1000\r\nWWW-Authenticate: Bearer\r\n\r\nhalf";

Scenario scenarioFor(const RawPeer &peer, bool useTap)
{
    Scenario scenario = Scenario::example();
    scenario.faults = {};
    scenario.endpoint = peer.url().toString();
    scenario.useTap = useTap;
    scenario.insecure = true;
    scenario.policy.initialBackoff = 2ms;
    return scenario;
}

bool run(Runner &runner, const Scenario &scenario)
{
    QSignalSpy finished(&runner, &Runner::finished);
    const QList<InputError> errors = runner.start(scenario);
    for (const InputError &error : errors)
        qInfo().noquote() << error.field << error.message;
    return errors.isEmpty() && (finished.count() == 1 || finished.wait(20'000));
}

} // namespace

void tst_WithheldAnswers::aCutChallenge_data()
{
    QTest::addColumn<bool>("useTap");
    QTest::addColumn<bool>("isTls");
    QTest::newRow("plain, through the tap, which reads the status") << true << false;
    QTest::newRow("TLS, through the tap, which cannot") << true << true;
    QTest::newRow("plain, straight") << false << false;
    QTest::newRow("TLS, straight") << false << true;
}

void tst_WithheldAnswers::aCutChallenge()
{
    QFETCH(bool, useTap);
    QFETCH(bool, isTls);
    Forge forge;
    const Credential credential = isTls ? forge.issue({.names = {u"127.0.0.1"_s}}) : Credential();
    const RawPeer peer({PeerScript{readRequest(), sendBytes(CutChallenge), fin()}}, credential);
    Runner runner;
    QVERIFY(run(runner, scenarioFor(peer, useTap)));
    const RunSummary &summary = runner.summary();
    QCOMPARE(peer.requests(), 1);
    QCOMPARE(summary.attempts.size(), 1);
    QCOMPARE(nameOf(summary.verdict), u"HttpError"_s);
    QVERIFY(summary.failure);
    QCOMPARE(summary.failure->safety, Safety::Answered);
    QVERIFY2(summary.reason.contains("401"_L1), qPrintable(summary.reason));
    if (useTap && !isTls)
        QCOMPARE(summary.status, 401);
    else
        QVERIFY(summary.status == 401 || summary.status == 0);
}

void tst_WithheldAnswers::aStalledChallenge_data()
{
    QTest::addColumn<bool>("useTap");
    QTest::newRow("through the tap") << true;
    QTest::newRow("straight") << false;
}

void tst_WithheldAnswers::aStalledChallenge()
{
    QFETCH(bool, useTap);
    const RawPeer peer({readRequest(), sendBytes(CutChallenge), stall()});
    Runner runner;
    Scenario scenario = scenarioFor(peer, useTap);
    scenario.timeouts.firstByte = 300ms;
    QVERIFY(run(runner, scenario));
    const RunSummary &summary = runner.summary();
    QCOMPARE(peer.requests(), 1);
    QCOMPARE(nameOf(summary.verdict), u"Timeout"_s);
    QVERIFY2(summary.failure->message.contains("401"_L1), qPrintable(summary.failure->message));
    QVERIFY(!summary.failure->message.contains("did not answer"_L1));
    QCOMPARE(summary.failure->safety, useTap ? Safety::Answered : Safety::MaybeProcessed);
}

// Qt reads nothing before the whole body has left, and the reset that follows throws the answer
// away.
void tst_WithheldAnswers::anEarlyRefusal()
{
    const RawPeer peer(
        {readSome(), sendBytes(response(413, "too large", "Connection: close\r\n")), fin()});
    Runner runner;
    Scenario scenario = scenarioFor(peer, true);
    scenario.rawBody = "{\"model\":\"" + QByteArray(8'000'000, 'x') + "\"}";
    QVERIFY(run(runner, scenario));
    const RunSummary &summary = runner.summary();
    QCOMPARE(peer.connections(), 1);
    QCOMPARE(summary.attempts.size(), 1);
    QCOMPARE(summary.status, 413);
    QCOMPARE(nameOf(summary.verdict), u"HttpError"_s);
}

void tst_WithheldAnswers::anUpgradeNobodyAskedFor()
{
    const RawPeer peer({readRequest(),
                        sendBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nbytes"),
                        fin()});
    Runner runner;
    QVERIFY(run(runner, scenarioFor(peer, true)));
    QCOMPARE(peer.requests(), 1);
    QCOMPARE(runner.summary().failure->cause, u"SwitchingProtocols"_s);
    QVERIFY(!runner.summary().reason.contains("real one was lost"_L1));
}

void tst_WithheldAnswers::anEncodedAnswer()
{
    const QByteArray gzip = QByteArray::fromHex("1f8b0800000000000003");
    const RawPeer peer({readRequest(), sendBytes(response(200, gzip,
                                                          "Content-Type: text/event-stream\r\n"
                                                          "Content-Encoding: gzip\r\n"))});
    Runner runner;
    QVERIFY(run(runner, scenarioFor(peer, true)));
    QCOMPARE(nameOf(runner.summary().verdict), u"Damaged"_s);
    QVERIFY2(runner.summary().reason.contains("encoded as gzip"_L1),
             qPrintable(runner.summary().reason));
}

void tst_WithheldAnswers::aStatusBeyondTheStandards()
{
    const RawPeer peer({readRequest(), sendBytes(response(999, "{}"))});
    Runner runner;
    QVERIFY(run(runner, scenarioFor(peer, true)));
    QCOMPARE(nameOf(runner.summary().verdict), u"HttpError"_s);
    QCOMPARE(runner.summary().status, 999);
    QVERIFY(runner.summary().advice.contains("no status above 599"_L1));
}

// Qt has no limit for it; what ended the request says where it stood.
void tst_WithheldAnswers::aStalledHandshake()
{
    const RawPeer peer({readSome(), stall()});
    Runner runner;
    Scenario scenario = scenarioFor(peer, false);
    scenario.endpoint.replace(u"http:"_s, u"https:"_s);
    scenario.timeouts.total = 300ms;
    QVERIFY(run(runner, scenario));
    const RunSummary &summary = runner.summary();
    QCOMPARE(nameOf(summary.verdict), u"Timeout"_s);
    QCOMPARE(summary.failure->safety, Safety::NotSent);
    QVERIFY2(summary.advice.contains("connect timeout"_L1), qPrintable(summary.advice));
}

QTEST_GUILESS_MAIN(tst_WithheldAnswers)
#include "tst_withheldanswers.moc"
