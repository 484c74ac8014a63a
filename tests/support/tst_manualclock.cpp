// SPDX-License-Identifier: MIT
#include "tests/support/manualclock.h"

#include "tests/support/printers.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QStringList>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

class tst_ManualClock : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void timersFireInOrderAndSeeTheirOwnTime();
    void aTimerStartedOnTheWayFiresToo();
    void stoppedRestartedOrDestroyed();
    void zeroGoesThroughTheLoop();
    void aJumpFiresLate();
};

void tst_ManualClock::timersFireInOrderAndSeeTheirOwnTime()
{
    ManualClock clock;
    const auto start = clock.now();
    const auto first = clock.createTimer();
    const auto second = clock.createTimer();
    const auto third = clock.createTimer();
    QStringList log;
    const auto note = [&](const QString &name) {
        const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - start);
        log.append(QStringLiteral("%1 at %2").arg(name, QString::number(at.count())));
    };
    second->start(20ms, [&] { note(QStringLiteral("second")); });
    third->start(20ms, [&] { note(QStringLiteral("third")); });
    first->start(10ms, [&] { note(QStringLiteral("first")); });
    QCOMPARE(clock.untilNext(), std::optional<std::chrono::nanoseconds>(10ms));
    clock.advance(9ms);
    QCOMPARE(log, QStringList());
    clock.advance(91ms);
    QCOMPARE(log, QStringList({QStringLiteral("first at 10"), QStringLiteral("second at 20"),
                               QStringLiteral("third at 20")}));
    QCOMPARE(clock.now() - start, std::chrono::nanoseconds(100ms));
    QCOMPARE(clock.activeTimers(), 0);
}

void tst_ManualClock::aTimerStartedOnTheWayFiresToo()
{
    ManualClock clock;
    const auto outer = clock.createTimer();
    const auto inner = clock.createTimer();
    int fired = 0;
    outer->start(10ms, [&] { inner->start(10ms, [&] { ++fired; }); });
    clock.advance(19ms);
    QCOMPARE(fired, 0);
    clock.advance(1ms);
    QCOMPARE(fired, 1);
}

void tst_ManualClock::stoppedRestartedOrDestroyed()
{
    ManualClock clock;
    auto stopped = clock.createTimer();
    auto restarted = clock.createTimer();
    auto destroyed = clock.createTimer();
    QStringList log;
    stopped->start(10ms, [&] { log.append(QStringLiteral("stopped")); });
    restarted->start(10ms, [&] { log.append(QStringLiteral("too early")); });
    destroyed->start(10ms, [&] { log.append(QStringLiteral("destroyed")); });
    stopped->stop();
    restarted->start(30ms, [&] {
        log.append(QStringLiteral("restarted"));
        restarted.reset();
    });
    destroyed.reset();
    QVERIFY(!stopped->isActive());
    clock.advance(1s);
    QCOMPARE(log, QStringList(QStringLiteral("restarted")));
    QVERIFY(!restarted);
}

void tst_ManualClock::zeroGoesThroughTheLoop()
{
    ManualClock clock;
    const auto timer = clock.createTimer();
    int fired = 0;
    timer->start(0ms, [&] { ++fired; });
    QCOMPARE(fired, 0);
    QVERIFY(timer->isActive());
    QTRY_COMPARE(fired, 1);
    QVERIFY(!timer->isActive());
}

void tst_ManualClock::aJumpFiresLate()
{
    ManualClock clock;
    const auto start = clock.now();
    const auto timer = clock.createTimer();
    std::chrono::nanoseconds fired{0};
    timer->start(10ms, [&] { fired = clock.now() - start; });
    clock.jump(500ms);
    QCOMPARE(fired, std::chrono::nanoseconds(0));
    QTRY_COMPARE(fired, std::chrono::nanoseconds(500ms));
}

QTEST_GUILESS_MAIN(tst_ManualClock)
#include "tst_manualclock.moc"
