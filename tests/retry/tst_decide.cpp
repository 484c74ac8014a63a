// SPDX-License-Identifier: MIT
#include "core/retry/decide.h"

#include "tests/support/printers.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <cmath>

using namespace Retryscope;
using namespace std::chrono_literals;

class tst_Decide : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void everyKind_data();
    void everyKind();
    void safety_data();
    void safety();
    void countsAttempts_data();
    void countsAttempts();
    void deadline_data();
    void deadline();
    void policyIsChecked_data();
    void policyIsChecked();
    void timeoutsAreChecked();
};

namespace {

const DrawnWait Wait{200ms, 180ms, 0.9};

Failure failure(FailureKind kind, Safety safety = Safety::NotSent)
{
    Failure value;
    value.kind = kind;
    value.safety = safety;
    return value;
}

} // namespace

void tst_Decide::everyKind_data()
{
    QTest::addColumn<FailureKind>("kind");
    QTest::addColumn<RetryPolicy::Kinds>("flag");
    QTest::addColumn<RetryReason>("reason");
    const RetryPolicy::Kinds none;
    const auto retried = RetryReason::TransportFailure;
    const auto never = RetryReason::NeverRetried;
    const auto row = [](const char *name) -> QTestData & {
        return QTest::newRow(name);
    };
    row("a name that does not resolve is retried")
        << FailureKind::Dns << RetryPolicy::Kinds(RetryPolicy::Kind::Dns) << retried;
    row("a refused connection is retried")
        << FailureKind::Connect << RetryPolicy::Kinds(RetryPolicy::Kind::Connect) << retried;
    row("a cut handshake is retried")
        << FailureKind::Tls << RetryPolicy::Kinds(RetryPolicy::Kind::Tls) << retried;
    row("a bad certificate is retried")
        << FailureKind::Certificate << RetryPolicy::Kinds(RetryPolicy::Kind::Certificate)
        << retried;
    row("a lost connection is retried")
        << FailureKind::Io << RetryPolicy::Kinds(RetryPolicy::Kind::Io) << retried;
    row("a reset stream is retried")
        << FailureKind::Http2 << RetryPolicy::Kinds(RetryPolicy::Kind::Http2) << retried;
    row("a proxy is never retried") << FailureKind::Proxy << none << never;
    row("a timeout of ours is never retried") << FailureKind::Timeout << none << never;
    row("a bad request is never retried") << FailureKind::Config << none << never;
    row("a cancelled request is not retried")
        << FailureKind::Cancelled << none << RetryReason::Cancelled;
    row("a truncated answer is not retried") << FailureKind::Body << none << RetryReason::Answered;
}

void tst_Decide::everyKind()
{
    QFETCH(FailureKind, kind);
    QFETCH(RetryPolicy::Kinds, flag);
    QFETCH(RetryReason, reason);
    RetryPolicy policy;
    const RetryDecision decision = decide(policy, failure(kind), 1, Wait, {});
    QCOMPARE(decision.reason, reason);
    QCOMPARE(decision.retry, reason == RetryReason::TransportFailure);
    QCOMPARE(policy.retries(kind), decision.retry);
    if (!decision.retry)
        return;
    QCOMPARE(decision.base, Wait.base);
    QCOMPARE(decision.delay, Wait.delay);
    QCOMPARE(decision.factor, Wait.factor);
    policy.retryOn.setFlag(RetryPolicy::Kind(flag.toInt()), false);
    QCOMPARE(decide(policy, failure(kind), 1, Wait, {}).reason, RetryReason::KindNotRetried);
    QVERIFY(!policy.retries(kind));
}

void tst_Decide::safety_data()
{
    QTest::addColumn<Safety>("safety");
    QTest::addColumn<bool>("retryMaybeProcessed");
    QTest::addColumn<RetryReason>("reason");
    QTest::newRow("not sent, and only what is safe is retried")
        << Safety::NotSent << false << RetryReason::TransportFailure;
    QTest::newRow("refused by the peer, and only what is safe is retried")
        << Safety::Unprocessed << false << RetryReason::TransportFailure;
    QTest::newRow("maybe processed, and only what is safe is retried")
        << Safety::MaybeProcessed << false << RetryReason::MaybeProcessed;
    QTest::newRow("maybe processed, and that is accepted")
        << Safety::MaybeProcessed << true << RetryReason::TransportFailure;
    QTest::newRow("answered is never retried") << Safety::Answered << true << RetryReason::Answered;
}

void tst_Decide::safety()
{
    QFETCH(Safety, safety);
    QFETCH(bool, retryMaybeProcessed);
    QFETCH(RetryReason, reason);
    RetryPolicy policy;
    policy.retryMaybeProcessed = retryMaybeProcessed;
    QCOMPARE(decide(policy, failure(FailureKind::Io, safety), 1, Wait, {}).reason, reason);
}

void tst_Decide::countsAttempts_data()
{
    QTest::addColumn<int>("maxRetries");
    QTest::addColumn<int>("attempts");
    QTest::addColumn<bool>("retry");
    QTest::newRow("no retries allowed") << 0 << 1 << false;
    QTest::newRow("first of two retries") << 2 << 1 << true;
    QTest::newRow("second of two retries") << 2 << 2 << true;
    QTest::newRow("two retries are used up") << 2 << 3 << false;
    QTest::newRow("the last one that can be allowed") << 255 << 255 << true;
    QTest::newRow("255 retries are used up") << 255 << 256 << false;
}

void tst_Decide::countsAttempts()
{
    QFETCH(int, maxRetries);
    QFETCH(int, attempts);
    QFETCH(bool, retry);
    RetryPolicy policy;
    policy.maxRetries = maxRetries;
    const RetryDecision decision = decide(policy, failure(FailureKind::Io), attempts, Wait, {});
    QCOMPARE(decision.retry, retry);
    QCOMPARE(decision.reason,
             retry ? RetryReason::TransportFailure : RetryReason::RetriesExhausted);
}

void tst_Decide::deadline_data()
{
    QTest::addColumn<std::chrono::nanoseconds>("remaining");
    QTest::addColumn<bool>("retry");
    using ns = std::chrono::nanoseconds;
    QTest::newRow("more than the wait is left") << ns(181ms) << true;
    QTest::newRow("exactly the wait is left: no time for an attempt") << ns(180ms) << false;
    QTest::newRow("less than the wait is left") << ns(1ms) << false;
    QTest::newRow("the deadline is over") << ns(-5ms) << false;
}

void tst_Decide::deadline()
{
    QFETCH(std::chrono::nanoseconds, remaining);
    QFETCH(bool, retry);
    const RetryDecision decision =
        decide(RetryPolicy(), failure(FailureKind::Io), 1, Wait, remaining);
    QCOMPARE(decision.retry, retry);
    QCOMPARE(decision.reason,
             retry ? RetryReason::TransportFailure : RetryReason::DeadlineWouldExceed);
    // Shown also where it was refused.
    QCOMPARE(decision.delay, Wait.delay);
}

void tst_Decide::policyIsChecked_data()
{
    QTest::addColumn<RetryPolicy>("policy");
    QTest::addColumn<QString>("field");
    const auto row = [](const char *name, auto change, const char *field) {
        RetryPolicy policy;
        change(policy);
        QTest::newRow(name) << policy << QString::fromLatin1(field);
    };
    row(
        "the defaults are fine", [](RetryPolicy &) {}, "");
    row(
        "no retries are fine", [](RetryPolicy &p) { p.maxRetries = 0; }, "");
    row(
        "255 retries are fine", [](RetryPolicy &p) { p.maxRetries = 255; }, "");
    row(
        "256 retries", [](RetryPolicy &p) { p.maxRetries = 256; }, "maxRetries");
    row(
        "a negative number of retries", [](RetryPolicy &p) { p.maxRetries = -1; }, "maxRetries");
    row(
        "a negative base", [](RetryPolicy &p) { p.initialBackoff = -1ms; }, "initialBackoff");
    row(
        "a negative cap", [](RetryPolicy &p) { p.maxBackoff = -1ms; }, "maxBackoff");
    row(
        "a cap of ten years", [](RetryPolicy &p) { p.maxBackoff = 87'600h; }, "maxBackoff");
    row(
        "full jitter is fine", [](RetryPolicy &p) { p.jitter = 1; }, "");
    row(
        "too much jitter", [](RetryPolicy &p) { p.jitter = 1.01; }, "jitter");
    row(
        "negative jitter", [](RetryPolicy &p) { p.jitter = -0.1; }, "jitter");
    row(
        "jitter that is no number", [](RetryPolicy &p) { p.jitter = std::nan(""); }, "jitter");
}

void tst_Decide::policyIsChecked()
{
    QFETCH(RetryPolicy, policy);
    QFETCH(QString, field);
    const auto error = policy.validate();
    QCOMPARE(error ? error->field : QString(), field);
    if (error)
        QVERIFY(error->message.endsWith(QLatin1Char('.')));
}

void tst_Decide::timeoutsAreChecked()
{
    QVERIFY(!Timeouts().validate());
    const auto fieldOf = [](Timeouts timeouts) {
        return timeouts.validate()->field;
    };
    QCOMPARE(fieldOf({.connect = -1ms}), QStringLiteral("connect"));
    QCOMPARE(fieldOf({.firstByte = -1ms}), QStringLiteral("firstByte"));
    QCOMPARE(fieldOf({.idleBytes = -1ms}), QStringLiteral("idleBytes"));
    QCOMPARE(fieldOf({.idleEvents = -1ms}), QStringLiteral("idleEvents"));
    QCOMPARE(fieldOf({.total = -1ms}), QStringLiteral("total"));
}

QTEST_GUILESS_MAIN(tst_Decide)
#include "tst_decide.moc"
