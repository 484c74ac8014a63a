// SPDX-License-Identifier: MIT
#include "core/run/repeater.h"

#include "core/run/runner.h"
#include "core/sandbox/sandbox.h"

#include <QtCore/QJsonObject>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <algorithm>
#include <numeric>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Many runs of one scenario, over real sockets.
class tst_Repeater : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void countsAreThoseOfTheSandbox();
    void everyRunIsTheRunOfItsSeed();
    void sandboxFaultsStrikeByChanceToo();
    void pausesBetweenRuns();
    void pausesBehindTheRunUnderWay();
    void resumedWhileItWasPausing();
    void stopEndsTheRunUnderWay();
    void stopWhilePaused();
    void stopBetweenRuns();
    void refusalKeepsTheRows();
    void refusedInTheMiddle();
    void destroyedByItsReceiver_data();
    void destroyedByItsReceiver();
    void seedsFollowEachOther();
    void causes_data();
    void causes();
    void longCausesAreCut();
    void percentiles_data();
    void percentiles();
    void sharesInTheOrderOfTheList();
};

namespace {

SandboxOptions fast()
{
    SandboxOptions options;
    options.tls = false;
    options.tokens = 3;
    options.tokensPerSecond = 1e6;
    options.firstToken = 0ms;
    return options;
}

//! A sandbox of the test's own, that knows nothing of runs and counts by itself.
class Counter
{
public:
    Counter() : m_sandbox(Clock::system()) { m_started = m_sandbox.start(fast()); }

    QString url() const { return u"http://127.0.0.1:%1"_s.arg(m_sandbox.httpPort()); }

    bool isStarted() const { return m_started; }

    int count() const { return m_sandbox.requestCount(); }

private:
    Sandbox m_sandbox;
    bool m_started = false;
};

//! Each of its two attempts is refused with that chance.
Scenario flaky(const QString &endpoint, double chance)
{
    Scenario scenario = Scenario::example();
    scenario.endpoint = endpoint;
    scenario.faults = *FaultPlan::fromString(u"refused*2"_s);
    scenario.faultChance = chance;
    scenario.policy.maxRetries = 1;
    scenario.policy.initialBackoff = 1ms;
    return scenario;
}

//! Its answer begins and never ends.
Scenario endless(const QString &endpoint)
{
    Scenario scenario = flaky(endpoint, 1.0);
    scenario.faults = *FaultPlan::fromString(u"stall(after=40b)"_s);
    return scenario;
}

template <typename Number>
Number sum(const QList<RepeatedRun> &runs, Number (*of)(const RepeatedRun &))
{
    return std::accumulate(runs.begin(), runs.end(), Number(0),
                           [of](Number total, const RepeatedRun &run) { return total + of(run); });
}

int struck(const Scenario &scenario)
{
    const QList<Fault> faults = scenario.drawnFaults().faults();
    return static_cast<int>(
        std::ranges::count_if(faults, [](const Fault &f) { return !f.isNone(); }));
}

struct Bench
{
    Counter counter;
    Runner runner;
    Repeater repeater{&runner};
    QSignalSpy added{&repeater, &Repeater::runAdded};
    QSignalSpy ended{&repeater, &Repeater::ended};

    Repeater::State state() const { return repeater.state(); }

    //! By the event loop: what QTRY_... waits with sleeps between its turns, 10 ms for each.
    bool ends() { return ended.count() == 1 || (ended.wait(250'000) && ended.count() == 1); }

    //! One whole exchange of another runner: whatever was to be sent at once would be there by
    //! then.
    bool somebodyElseIsServed() const
    {
        Runner other;
        QSignalSpy finished(&other, &Runner::finished);
        return other.start(flaky(counter.url(), 0.0)).isEmpty() && finished.wait(20'000)
               && other.summary().verdict == RunVerdict::Complete;
    }
};

} // namespace

void tst_Repeater::countsAreThoseOfTheSandbox()
{
    Bench bench;
    QVERIFY(bench.counter.isStarted());
    const Scenario scenario = flaky(bench.counter.url(), 0.4);
    constexpr int count = 200;
    QCOMPARE(bench.repeater.start(scenario, {}, count), QList<InputError>());
    QVERIFY(bench.ends());
    const QList<RepeatedRun> &runs = bench.repeater.runs();
    QCOMPARE(runs.size(), count);
    QCOMPARE(bench.added.count(), count);
    QCOMPARE(bench.state(), Repeater::State::Idle);

    // What each seed must give, told from the plan alone.
    int failures = 0;
    int attempts = 0;
    for (int number = 1; number <= count; ++number) {
        Scenario one = scenario;
        one.seed = scenario.seed + quint64(number - 1);
        const FaultPlan plan = one.drawnFaults();
        const bool first = !plan.forAttempt(1).isNone();
        const bool both = first && !plan.forAttempt(2).isNone();
        const RepeatedRun &run = runs.at(number - 1);
        QCOMPARE(run.number, number);
        QCOMPARE(run.seed, one.seed);
        QCOMPARE(run.verdict, both ? RunVerdict::TransportError : RunVerdict::Complete);
        QCOMPARE(run.attempts, first ? 2 : 1);
        QCOMPARE(run.sends, both ? 0 : 1);
        QCOMPARE(run.cause, both ? u"connection refused (simulated)"_s : QString());
        QVERIFY(run.duration > 0us);
        failures += both ? 1 : 0;
        attempts += run.attempts;
    }
    // 16 % of the runs on the long run: neither none nor all of them.
    QVERIFY(failures > 10 && failures < 60);

    const RunStatistics statistics = RunStatistics::of(runs);
    QCOMPARE(statistics.runs, count);
    QCOMPARE(statistics.attempts, attempts);
    QCOMPARE(statistics.sends, qint64(bench.counter.count()));
    QCOMPARE(statistics.count(RunVerdict::TransportError), failures);
    QCOMPARE(statistics.count(RunVerdict::Complete), bench.counter.count());
}

void tst_Repeater::everyRunIsTheRunOfItsSeed()
{
    Bench bench;
    const Scenario scenario = flaky(bench.counter.url(), 0.5);
    QCOMPARE(bench.repeater.start(scenario, {}, 8), QList<InputError>());
    QVERIFY(bench.ends());
    for (const RepeatedRun &run : bench.repeater.runs()) {
        Runner again;
        QSignalSpy finished(&again, &Runner::finished);
        QCOMPARE(again.start(bench.repeater.scenarioOf(run.number)), QList<InputError>());
        QVERIFY(finished.wait(20'000));
        RepeatedRun repeated = RepeatedRun::of(run.number, run.seed, again.summary());
        repeated.duration = run.duration;
        QVERIFY(repeated == run);
    }
}

void tst_Repeater::sandboxFaultsStrikeByChanceToo()
{
    Runner runner;
    runner.setSandboxOptions(fast());
    Repeater repeater(&runner);
    QSignalSpy ended(&repeater, &Repeater::ended);
    Scenario scenario = flaky(u"sandbox"_s, 0.5);
    scenario.faults = *FaultPlan::fromString(u"http-503"_s);
    QCOMPARE(repeater.start(scenario, {}, 16), QList<InputError>());
    QVERIFY(ended.count() == 1 || ended.wait(50'000));
    int failures = 0;
    for (const RepeatedRun &run : repeater.runs()) {
        const bool fails = struck(repeater.scenarioOf(run.number)) == 1;
        QCOMPARE(run.verdict, fails ? RunVerdict::HttpError : RunVerdict::Complete);
        QCOMPARE(run.cause, fails ? u"HTTP 503 (simulated)"_s : QString());
        failures += fails ? 1 : 0;
    }
    QVERIFY(failures > 0 && failures < 16);
    // Every request that was written was counted there.
    QCOMPARE(sum<int>(repeater.runs(), [](const RepeatedRun &r) { return r.sends; }),
             sum<int>(repeater.runs(),
                      [](const RepeatedRun &r) { return r.sandboxRequests.value_or(-1); }));
}

void tst_Repeater::pausesBetweenRuns()
{
    Bench bench;
    connect(&bench.repeater, &Repeater::runAdded, this, [&bench](const RepeatedRun &run) {
        if (run.number == 3)
            bench.repeater.pause();
    });
    QCOMPARE(bench.repeater.start(flaky(bench.counter.url(), 0.0), {}, 6), QList<InputError>());
    QTRY_COMPARE_WITH_TIMEOUT(bench.state(), Repeater::State::Paused, 50'000);
    QCOMPARE(bench.repeater.runs().size(), 3);
    QVERIFY(!bench.runner.isRunning());
    QVERIFY(bench.somebodyElseIsServed());
    QCOMPARE(bench.counter.count(), 4);
    QCOMPARE(bench.repeater.runs().size(), 3);
    QCOMPARE(bench.ended.count(), 0);

    bench.repeater.resume();
    QCOMPARE(bench.state(), Repeater::State::Running);
    QVERIFY(bench.ends());
    QCOMPARE(bench.repeater.runs().size(), 6);
    QCOMPARE(bench.counter.count(), 7);
}

void tst_Repeater::pausesBehindTheRunUnderWay()
{
    Bench bench;
    QCOMPARE(bench.repeater.start(flaky(bench.counter.url(), 0.0), {}, 6), QList<InputError>());
    QVERIFY(bench.runner.isRunning());
    bench.repeater.pause();
    QCOMPARE(bench.state(), Repeater::State::Pausing);
    QTRY_COMPARE_WITH_TIMEOUT(bench.state(), Repeater::State::Paused, 50'000);
    QCOMPARE(bench.repeater.runs().size(), 1);
    QCOMPARE(bench.repeater.runs().first().verdict, RunVerdict::Complete);
    QVERIFY(bench.somebodyElseIsServed());
    QCOMPARE(bench.repeater.runs().size(), 1);
    QCOMPARE(bench.counter.count(), 2);
}

void tst_Repeater::resumedWhileItWasPausing()
{
    Bench bench;
    QCOMPARE(bench.repeater.start(flaky(bench.counter.url(), 0.0), {}, 3), QList<InputError>());
    bench.repeater.pause();
    bench.repeater.resume();
    QCOMPARE(bench.state(), Repeater::State::Running);
    connect(&bench.repeater, &Repeater::runAdded, this, [&bench] {
        // Leaves two calls for the next run in the event loop.
        bench.repeater.pause();
        bench.repeater.resume();
    });
    QVERIFY(bench.ends());
    QCOMPARE(bench.repeater.runs().size(), 3);
    QVERIFY(bench.somebodyElseIsServed());
    QCOMPARE(bench.counter.count(), 4);
}

void tst_Repeater::stopEndsTheRunUnderWay()
{
    Bench bench;
    QCOMPARE(bench.repeater.start(endless(bench.counter.url()), {}, 5), QList<InputError>());
    QTRY_COMPARE_WITH_TIMEOUT(bench.counter.count(), 1, 50'000);
    bench.repeater.stop();
    QVERIFY(bench.ends());
    QVERIFY(bench.ended.first().first().value<QList<InputError>>().isEmpty());
    QCOMPARE(bench.state(), Repeater::State::Idle);
    // How it ended says nothing about the endpoint.
    QCOMPARE(bench.repeater.runs().size(), 0);
    QVERIFY(!bench.runner.isRunning());
    QVERIFY(bench.somebodyElseIsServed());
    QCOMPARE(bench.counter.count(), 2);
    QCOMPARE(bench.ended.count(), 1);
}

void tst_Repeater::stopWhilePaused()
{
    Bench bench;
    QCOMPARE(bench.repeater.start(flaky(bench.counter.url(), 0.0), {}, 6), QList<InputError>());
    bench.repeater.pause();
    QTRY_COMPARE_WITH_TIMEOUT(bench.state(), Repeater::State::Paused, 50'000);
    bench.repeater.stop();
    QCOMPARE(bench.ended.count(), 1);
    QCOMPARE(bench.state(), Repeater::State::Idle);
    QCOMPARE(bench.repeater.runs().size(), 1);
    bench.repeater.resume();
    bench.repeater.stop();
    QCOMPARE(bench.state(), Repeater::State::Idle);
    QCOMPARE(bench.ended.count(), 1);
}

void tst_Repeater::stopBetweenRuns()
{
    Bench bench;
    connect(&bench.repeater, &Repeater::runAdded, this, [&bench](const RepeatedRun &run) {
        if (run.number == 2)
            bench.repeater.stop();
    });
    QCOMPARE(bench.repeater.start(flaky(bench.counter.url(), 0.0), {}, 6), QList<InputError>());
    QVERIFY(bench.ends());
    QVERIFY(bench.somebodyElseIsServed());
    QCOMPARE(bench.repeater.runs().size(), 2);
    QCOMPARE(bench.counter.count(), 3);
    QCOMPARE(bench.ended.count(), 1);
}

void tst_Repeater::refusalKeepsTheRows()
{
    Bench bench;
    const Scenario good = flaky(bench.counter.url(), 0.0);
    QCOMPARE(bench.repeater.start(good, {}, 0).value(0).field, u"runs"_s);
    QCOMPARE(bench.repeater.start(good, {}, Repeater::most + 1).value(0).field, u"runs"_s);
    QCOMPARE(bench.repeater.start(good, {}, 2), QList<InputError>());
    QCOMPARE(bench.repeater.start(good, {}, 2).size(), 1); // it is under way
    QVERIFY(bench.ends());

    Scenario bad = good;
    bad.endpoint = u"ftp://h.example"_s;
    QCOMPARE(bench.repeater.start(bad, {}, 2).value(0).field, u"endpoint"_s);
    QCOMPARE(bench.state(), Repeater::State::Idle);
    QCOMPARE(bench.repeater.runs().size(), 2);
    QCOMPARE(bench.repeater.scenarioOf(1), good);
    QCOMPARE(bench.ended.count(), 1);
    QCOMPARE(bench.counter.count(), 2);
}

void tst_Repeater::refusedInTheMiddle()
{
    Bench bench;
    bench.runner.setSandboxOptions(fast());
    connect(&bench.repeater, &Repeater::runAdded, this, [&bench](const RepeatedRun &run) {
        // From now on the sandbox inside, which the next run wants, cannot start.
        SandboxOptions impossible = fast();
        impossible.tokens = run.number == 2 ? 0 : 3;
        bench.runner.setSandboxOptions(impossible);
    });
    QCOMPARE(bench.repeater.start(flaky(u"sandbox"_s, 0.0), {}, 5), QList<InputError>());
    QVERIFY(bench.ends());
    const auto errors = bench.ended.first().first().value<QList<InputError>>();
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, u"endpoint"_s);
    QCOMPARE(bench.repeater.runs().size(), 2);
    QCOMPARE(bench.state(), Repeater::State::Idle);
}

void tst_Repeater::destroyedByItsReceiver_data()
{
    QTest::addColumn<QString>("signal");
    QTest::newRow("as the first row comes") << u"runAdded"_s;
    QTest::newRow("as its state changes") << u"stateChanged"_s;
    QTest::newRow("as it ends") << u"ended"_s;
}

void tst_Repeater::destroyedByItsReceiver()
{
    QFETCH(QString, signal);
    Counter counter;
    Runner runner;
    QSignalSpy finished(&runner, &Runner::finished);
    auto repeater = std::make_unique<Repeater>(&runner);
    bool gone = false;
    const auto destroy = [&] {
        repeater.reset();
        gone = true;
    };
    if (signal == "runAdded"_L1)
        connect(repeater.get(), &Repeater::runAdded, &runner, destroy);
    if (signal == "ended"_L1)
        connect(repeater.get(), &Repeater::ended, &runner, destroy);
    QCOMPARE(repeater->start(flaky(counter.url(), 0.0), {}, 1), QList<InputError>());
    if (signal == "stateChanged"_L1)
        connect(repeater.get(), &Repeater::stateChanged, &runner, destroy);
    QTRY_VERIFY_WITH_TIMEOUT(gone, 50'000);
    QCOMPARE(finished.count(), 1);
    QVERIFY(!runner.isRunning());
}

void tst_Repeater::seedsFollowEachOther()
{
    Scenario scenario;
    scenario.seed = 42;
    QCOMPARE(Repeater::seedOf(scenario, 1), quint64(42));
    QCOMPARE(Repeater::seedOf(scenario, 10'000), quint64(10'041));
    scenario.seed = std::numeric_limits<quint64>::max();
    QCOMPARE(Repeater::seedOf(scenario, 2), quint64(0));
}

void tst_Repeater::causes_data()
{
    QTest::addColumn<RunSummary>("summary");
    QTest::addColumn<QString>("cause");

    RunSummary summary;
    summary.verdict = RunVerdict::Complete;
    summary.attempts = {AttemptRecord()};
    summary.attempts[0].number = 1;
    summary.simulatedAttempts = {1};
    QTest::newRow("none where it is complete") << summary << QString();
    summary.verdict = RunVerdict::HttpError;
    summary.status = 429;
    summary.simulatedAttempts.clear();
    QTest::newRow("a status") << summary << u"HTTP 429"_s;
    summary.simulatedAttempts = {1};
    QTest::newRow("a status made on purpose") << summary << u"HTTP 429 (simulated)"_s;
    summary.verdict = RunVerdict::Truncated;
    summary.judgement = StreamJudgement();
    summary.judgement->reason = u"The stream\nended early."_s;
    summary.simulatedAttempts.clear();
    QTest::newRow("what the reader says, in one line") << summary << u"The stream ended early."_s;
    summary.verdict = RunVerdict::Timeout;
    summary.failure = Failure();
    summary.failure->kind = FailureKind::Timeout;
    summary.failure->timeout = TimeoutKind::FirstByte;
    QTest::newRow("which limit") << summary << u"no response in time"_s;
}

void tst_Repeater::causes()
{
    QFETCH(RunSummary, summary);
    const RepeatedRun run = RepeatedRun::of(7, 9, summary);
    QTEST(run.cause, "cause");
    QCOMPARE(run.number, 7);
    QCOMPARE(run.seed, quint64(9));
    QCOMPARE(run.verdict, summary.verdict);
    QCOMPARE(run.toJson().value("verdict"_L1).toString(), verdictName(summary.verdict));
    QCOMPARE(run.toJson().value("cause"_L1).isNull(), run.cause.isEmpty());
}

void tst_Repeater::longCausesAreCut()
{
    RunSummary summary;
    summary.verdict = RunVerdict::Damaged;
    summary.judgement = StreamJudgement();
    summary.judgement->reason = QString(1'000'000, u'x');
    QVERIFY(RepeatedRun::of(1, 1, summary).cause.size() < 200);
}

void tst_Repeater::percentiles_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("percent");
    QTest::addColumn<int>("rank");
    QTest::newRow("the middle of one") << 1 << 50.0 << 1;
    QTest::newRow("the lower middle of two") << 2 << 50.0 << 1;
    QTest::newRow("the middle of three") << 3 << 50.0 << 2;
    QTest::newRow("the ninth of ten") << 10 << 90.0 << 9;
    QTest::newRow("99 % of ten is the last") << 10 << 99.0 << 10;
    QTest::newRow("99 % of a hundred") << 100 << 99.0 << 99;
    QTest::newRow("99 % of two hundred") << 200 << 99.0 << 198;
    QTest::newRow("all of them") << 7 << 100.0 << 7;
}

void tst_Repeater::percentiles()
{
    QFETCH(int, count);
    QFETCH(double, percent);
    QFETCH(int, rank);
    QList<RepeatedRun> runs;
    for (int i = count; i >= 1; --i) {
        RepeatedRun run;
        run.duration = std::chrono::milliseconds(i);
        runs.append(run);
    }
    QCOMPARE(RunStatistics::of(runs).percentile(percent).count(),
             std::chrono::microseconds(std::chrono::milliseconds(rank)).count());
    QCOMPARE(RunStatistics().percentile(percent).count(), 0);
    QVERIFY(RunStatistics().toJson().value("duration_ms"_L1)["p50"_L1].isNull());
}

void tst_Repeater::sharesInTheOrderOfTheList()
{
    QList<RepeatedRun> runs;
    for (const RunVerdict verdict :
         {RunVerdict::Timeout, RunVerdict::Complete, RunVerdict::Timeout, RunVerdict::Damaged}) {
        RepeatedRun run;
        run.verdict = verdict;
        run.attempts = 2;
        run.sends = 1;
        runs.append(run);
    }
    const RunStatistics statistics = RunStatistics::of(runs);
    const QList<RunStatistics::Share> expected{
        {RunVerdict::Complete, 1}, {RunVerdict::Damaged, 1}, {RunVerdict::Timeout, 2}};
    QVERIFY(statistics.shares == expected);
    QCOMPARE(statistics.attempts, 8);
    QCOMPARE(statistics.sends, 4);
    QCOMPARE(statistics.toJson().value("verdicts"_L1)["Timeout"_L1].toInt(), 2);
}

QTEST_GUILESS_MAIN(tst_Repeater)
#include "tst_repeater.moc"
