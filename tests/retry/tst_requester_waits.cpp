// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"
#include "tests/support/closedport.h"

#include <QtCore/QRegularExpression>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! How often a request is tried again, and when.
class tst_RequesterWaits : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void noRetriesAllowed();
    void manyRetries();
    void aLateLoopIsRecorded();
    void retryNowEndsTheWait();
    void deadlineRefusesTheWait();
};

namespace {

const QByteArray Body = "body";

} // namespace

// T44
void tst_RequesterWaits::noRetriesAllowed()
{
    const RawPeer peer({readRequest(), fin()});
    RequesterBench bench;
    RetryPolicy policy;
    policy.maxRetries = 0;
    bench.requester.setPolicy(policy);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Io", "stop RetriesExhausted",
                                       "error RemoteHostClosedError", "finished"}));
    QCOMPARE(peer.requests(), 1);
}

// T45
void tst_RequesterWaits::manyRetries()
{
    RequesterBench bench;
    RetryPolicy policy;
    policy.maxRetries = 255;
    bench.requester.setPolicy(policy);
    Timeouts timeouts;
    timeouts.total = 0ms;
    bench.requester.setTimeouts(timeouts);
    const auto start = bench.clock.now();
    const ClosedPort nobody;
    auto *reply = bench.watch(bench.requester.post(bench.request(nobody.url()), Body));
    std::chrono::microseconds waits{0};
    connect(reply, &RetryingReply::retryScheduled, this,
            [&](int, std::chrono::microseconds delay) { waits += delay; });
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->attempts().size(), 256);
    QCOMPARE(reply->attempts().last().number, 256);
    // Seven waits of 200 ms to 12.8 s in full; the cap cuts the window of 25.6 s to the middle
    // 24.6 s, and that of the other 247 to 26.25 s.
    QCOMPARE(waits, std::chrono::microseconds(200ms * 127 + 24'600ms + 247 * 26'250ms));
    QCOMPARE(bench.clock.now() - start, std::chrono::nanoseconds(waits));
    for (const AttemptRecord &record : reply->attempts())
        QCOMPARE(record.late, std::chrono::microseconds(0));
}

// T43
void tst_RequesterWaits::aLateLoopIsRecorded()
{
    const RawPeer peer({PeerScript{readRequest(), fin()},
                        PeerScript{readRequest(), sendBytes(response(200, "ok"))}});
    RequesterBench bench;
    auto *reply = bench.requester.post(bench.request(peer.url()), Body);
    bench.log.watch(reply);
    connect(
        reply, &RetryingReply::retryScheduled, this, [&] { bench.clock.jump(700ms); },
        Qt::QueuedConnection);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Io", "wait 200ms", "2 started",
                                       "status 200", "finished"}));
    QCOMPARE(reply->attempts().last().late, std::chrono::microseconds(500ms));
}

void tst_RequesterWaits::retryNowEndsTheWait()
{
    const RawPeer peer({PeerScript{readRequest(), fin()},
                        PeerScript{readRequest(), sendBytes(response(200, "ok"))}});
    RequesterBench bench;
    const auto start = bench.clock.now();
    auto *reply = bench.requester.post(bench.request(peer.url()), Body);
    bench.log.watch(reply);
    // Nothing waits yet.
    reply->retryNow();
    connect(reply, &RetryingReply::retryScheduled, reply, &RetryingReply::retryNow);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Io", "wait 200ms", "2 started",
                                       "status 200", "finished"}));
    QCOMPARE(bench.clock.now(), start);
}

// T46
void tst_RequesterWaits::deadlineRefusesTheWait()
{
    const RawPeer peer({readRequest(), fin()});
    RequesterBench bench;
    RetryPolicy policy;
    policy.initialBackoff = 1'200ms;
    bench.requester.setPolicy(policy);
    Timeouts timeouts;
    timeouts.total = 1s;
    bench.requester.setTimeouts(timeouts);
    const auto start = bench.clock.now();
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Io", "stop DeadlineWouldExceed",
                                       "error RemoteHostClosedError", "finished"}));
    QCOMPARE(bench.clock.now(), start);
    QCOMPARE(reply->failure()->kind, FailureKind::Io);
    QCOMPARE(reply->attempts().first().decision->delay, std::chrono::microseconds(1'200ms));
}

QTEST_GUILESS_MAIN(tst_RequesterWaits)
#include "tst_requester_waits.moc"
