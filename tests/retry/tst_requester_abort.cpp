// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"

#include <QtCore/QRegularExpression>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! abort(), at any moment.
class tst_RequesterAbort : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void abort_data();
    void abort();
    void abortWhileWaiting();
    void abortInASlot_data();
    void abortInASlot();
};

namespace {

const QByteArray Body = "body";
const QByteArray HalfAnAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf";

} // namespace

// T32
void tst_RequesterAbort::abort_data()
{
    QTest::addColumn<PeerScript>("script");
    QTest::addColumn<bool>("isAnswered");
    QTest::addColumn<Safety>("safety");
    QTest::newRow("while waiting for the answer")
        << PeerScript{readRequest(), stall()} << false << Safety::MaybeProcessed;
    QTest::newRow("within the body")
        << PeerScript{readRequest(), sendBytes(HalfAnAnswer), stall()} << true << Safety::Answered;
}

void tst_RequesterAbort::abort()
{
    QFETCH(PeerScript, script);
    QFETCH(bool, isAnswered);
    QFETCH(Safety, safety);
    const RawPeer peer(script);
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    QTRY_COMPARE(reply->attempts().value(0).wireSends, 1);
    QTRY_COMPARE(reply->isCommitted(), isAnswered);
    reply->abort();
    reply->abort();
    QVERIFY(!bench.log.isFinished());
    QVERIFY(bench.finish(reply));
    reply->abort();
    QCoreApplication::processEvents();
    QStringList expected = lines({"1 started", "1 failed Cancelled", "stop Cancelled",
                                  "error OperationCanceledError", "finished"});
    if (isAnswered)
        expected.insert(1, QStringLiteral("status 200"));
    QCOMPARE(bench.log.lines(), expected);
    QCOMPARE(reply->failure()->safety, safety);
    QCOMPARE(bench.clock.activeTimers(), 0);
}

void tst_RequesterAbort::abortWhileWaiting()
{
    const RawPeer peer({readRequest(), fin()});
    RequesterBench bench;
    auto *reply = bench.requester.post(bench.request(peer.url()), Body);
    bench.log.watch(reply);
    QSignalSpy scheduled(reply, &RetryingReply::retryScheduled);
    QVERIFY(scheduled.wait());
    reply->abort();
    bench.clock.advance(1h);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Io", "wait 200ms",
                                       "error OperationCanceledError", "finished"}));
    QCOMPARE(peer.requests(), 1);
    QCOMPARE(bench.clock.activeTimers(), 0);
}

// T33
void tst_RequesterAbort::abortInASlot_data()
{
    QTest::addColumn<QString>("when");
    QTest::addColumn<int>("requests");
    QTest::newRow("before the first attempt") << QStringLiteral("1 started") << 0;
    QTest::newRow("as an attempt has failed") << QStringLiteral("1 failed Io") << 1;
    QTest::newRow("as a wait begins") << QStringLiteral("wait 200ms") << 1;
    QTest::newRow("before the second attempt") << QStringLiteral("2 started") << 1;
    QTest::newRow("as the head arrives") << QStringLiteral("status 200") << 2;
    QTest::newRow("as the error is told") << QStringLiteral("error RemoteHostClosedError") << 2;
    QTest::newRow("as it has finished") << QStringLiteral("finished") << 2;
}

void tst_RequesterAbort::abortInASlot()
{
    QFETCH(QString, when);
    QFETCH(int, requests);
    const RawPeer peer({PeerScript{readRequest(), fin()},
                        PeerScript{readRequest(), sendBytes(HalfAnAnswer), fin()}});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), Body));
    const auto abortAt = [&] {
        if (bench.log.lines().last() == when)
            reply->abort();
    };
    connect(reply, &RetryingReply::attemptStarted, this, abortAt);
    connect(reply, &RetryingReply::attemptFailed, this, abortAt);
    connect(reply, &RetryingReply::retryScheduled, this, abortAt);
    connect(reply, &RetryingReply::metaDataChanged, this, abortAt);
    connect(reply, &RetryingReply::errorOccurred, this, abortAt);
    connect(reply, &RetryingReply::finished, this, abortAt);
    QVERIFY(bench.finish(reply));
    QCoreApplication::processEvents();
    bench.clock.advance(1h);
    QCoreApplication::processEvents();
    QCOMPARE(bench.log.finishedCount(), 1);
    QCOMPARE(bench.log.lines().last(), QStringLiteral("finished"));
    QCOMPARE(bench.log.lines().filter(QStringLiteral("error")).size(), 1);
    QCOMPARE(peer.requests(), requests);
    QCOMPARE(bench.clock.activeTimers(), 0);
}

QTEST_GUILESS_MAIN(tst_RequesterAbort)
#include "tst_requester_abort.moc"
