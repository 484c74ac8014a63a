// SPDX-License-Identifier: MIT
#include "core/base/clock.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace std::chrono_literals;

class tst_Clock : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void neverEarly_data();
    void neverEarly();
    void zeroGoesThroughTheLoop();
    void stoppedOrDestroyedDoesNotFire();
    void callbackMayDestroyTheTimer();
};

void tst_Clock::neverEarly_data()
{
    QTest::addColumn<qint64>("delay");
    QTest::newRow("a microsecond") << qint64(1'000);
    QTest::newRow("a fraction of a millisecond") << qint64(1'400'000);
    QTest::newRow("some milliseconds") << qint64(20'300'000);
}

void tst_Clock::neverEarly()
{
    QFETCH(qint64, delay);
    Clock *clock = Clock::system();
    const auto timer = clock->createTimer();
    const auto due = clock->now() + std::chrono::nanoseconds(delay);
    std::chrono::nanoseconds fired{0};
    timer->start(std::chrono::nanoseconds(delay), [&] { fired = clock->now(); });
    QVERIFY(timer->isActive());
    QTRY_VERIFY(fired != 0ns);
    QVERIFY(fired >= due);
    QVERIFY(!timer->isActive());
}

void tst_Clock::zeroGoesThroughTheLoop()
{
    const auto timer = Clock::system()->createTimer();
    bool fired = false;
    timer->start(0ns, [&] { fired = true; });
    QVERIFY(!fired);
    QTRY_VERIFY(fired);
}

void tst_Clock::stoppedOrDestroyedDoesNotFire()
{
    auto stopped = Clock::system()->createTimer();
    auto destroyed = Clock::system()->createTimer();
    const auto witness = Clock::system()->createTimer();
    int fired = 0;
    bool later = false;
    stopped->start(0ns, [&] { ++fired; });
    destroyed->start(0ns, [&] { ++fired; });
    witness->start(5ms, [&] { later = true; });
    stopped->stop();
    destroyed.reset();
    QTRY_VERIFY(later);
    QCOMPARE(fired, 0);
}

void tst_Clock::callbackMayDestroyTheTimer()
{
    auto timer = Clock::system()->createTimer();
    timer->start(0ns, [&] { timer.reset(); });
    QTRY_VERIFY(!timer);
}

QTEST_GUILESS_MAIN(tst_Clock)
#include "tst_clock.moc"
