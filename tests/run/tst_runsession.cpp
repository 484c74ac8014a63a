// SPDX-License-Identifier: MIT
#include "core/run/requestbuilder_p.h"
#include "core/run/runsession_p.h"
#include "core/run/wirehost_p.h"
#include "core/tap/tap.h"
#include "core/trace/trace.h"
#include "tests/support/manualclock.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <algorithm>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

//! What a run concludes from the wire where Qt says nothing, on a clock that is moved by hand. The
//! end of the connection is told in the tap's place: Qt cannot be made to miss a real one at will.
class tst_RunSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void anEndThatQtDoesNotTell();
    void bytesBehindTheEndAreWaitedFor();
    void aLoopThatStoodStill();
    void anotherConnectionOfTheAttempt();
};

namespace {

constexpr quint64 Generation = 7;
const QByteArray Word = R"(data: {"choices":[{"index":0,"delta":{"content":"a"}}]})"
                        "\n\n";

//! A run whose peer has sent the head and \a Word, keeps its connection open, and sends as much
//! again when it is let go on.
struct Bench
{
    RawPeer peer{PeerScript{readRequest(),
                            sendBytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                      "Content-Length: 1000\r\n\r\n"
                                      + Word),
                            hold(), sendBytes(Word), stall()}};
    ManualClock clock;
    WireHost wire{Clock::system()};
    Trace trace;
    std::unique_ptr<RunSession> session;
    quint64 connection = 0;
    bool hasFinished = false;

    bool begin()
    {
        if (wire.start(true, {}))
            return false;
        RunSession::Setup setup;
        setup.scenario = Scenario::example();
        setup.scenario.faults = {};
        setup.asked = setup.scenario;
        setup.url = peer.url();
        setup.built = *buildRequest(setup.scenario, setup.url, {}, QSslCertificate());
        setup.generation = Generation;
        setup.origin = clock.now();
        QObject::connect(
            wire.tap(), &Tap::wireEvent, &trace,
            [this](quint64, const WireEvent &event) { connection = event.connection; });
        session = std::make_unique<RunSession>(std::move(setup), &clock, &wire, &trace, nullptr);
        QObject::connect(session.get(), &RunSession::finished, &trace,
                         [this] { hasFinished = true; });
        session->start();
        return QTest::qWaitFor([this] { return words() == 1 && connection > 0; }, 20'000);
    }

    //! Once all that is queued has run: an end is told through the event loop.
    bool hasEnded() const
    {
        QCoreApplication::processEvents();
        return hasFinished;
    }

    qsizetype words() const
    {
        return std::count_if(trace.events().begin(), trace.events().end(), [](const auto &event) {
            return event.name == TraceEventName::StreamDelta;
        });
    }

    void tell(WireEvent::Kind kind, quint64 number)
    {
        WireEvent event;
        event.kind = kind;
        event.attempt = 1;
        event.connection = number;
        event.fromServer = true;
        event.detail = u"FIN"_s;
        event.stamp = clock.now();
        Q_EMIT wire.tap()->wireEvent(Generation, event);
    }
};

} // namespace

void tst_RunSession::anEndThatQtDoesNotTell()
{
    Bench bench;
    QVERIFY(bench.begin());
    bench.clock.advance(1min);
    QVERIFY(!bench.hasFinished);
    bench.tell(WireEvent::Kind::Closed, bench.connection);
    bench.clock.advance(1'999ms);
    QVERIFY(!bench.hasEnded());
    bench.clock.advance(1ms);
    QTRY_VERIFY(bench.hasFinished);
    const RunSummary &summary = bench.session->summary();
    QVERIFY(summary.failure);
    QCOMPARE(summary.verdict, RunVerdict::Truncated);
    QCOMPARE(summary.answer.text, u"a"_s);
    QCOMPARE(summary.failure->kind, FailureKind::Body);
    QCOMPARE(summary.failure->qtError, QNetworkReply::NoError);
    QCOMPARE(summary.attempts.size(), 1);
}

void tst_RunSession::bytesBehindTheEndAreWaitedFor()
{
    Bench bench;
    QVERIFY(bench.begin());
    bench.tell(WireEvent::Kind::Closed, bench.connection);
    bench.clock.advance(1'900ms);
    bench.peer.release();
    QTRY_COMPARE(bench.words(), 2);
    bench.clock.advance(1'900ms);
    QVERIFY(!bench.hasEnded());
    bench.clock.advance(100ms);
    QTRY_VERIFY(bench.hasFinished);
    QCOMPARE(bench.session->summary().answer.text, u"aa"_s);
}

// The time has passed, and what was waiting is read before it is held against the endpoint.
void tst_RunSession::aLoopThatStoodStill()
{
    Bench bench;
    QVERIFY(bench.begin());
    bench.tell(WireEvent::Kind::Closed, bench.connection);
    bench.clock.jump(20s);
    bench.peer.release();
    QTRY_COMPARE(bench.words(), 2);
    QVERIFY(!bench.hasFinished);
}

void tst_RunSession::anotherConnectionOfTheAttempt()
{
    Bench bench;
    QVERIFY(bench.begin());
    const quint64 first = bench.connection;
    bench.tell(WireEvent::Kind::ConnectStarted, first + 1);
    bench.tell(WireEvent::Kind::Closed, first);
    bench.clock.advance(10s);
    QVERIFY(!bench.hasEnded());
    bench.tell(WireEvent::Kind::Closed, first + 1);
    bench.clock.advance(2s);
    QTRY_VERIFY(bench.hasFinished);
}

QTEST_GUILESS_MAIN(tst_RunSession)
#include "tst_runsession.moc"
