// SPDX-License-Identifier: MIT
#include "core/timeline/timeaxis.h"

#include <QtCore/QList>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace Retryscope;
using namespace std::chrono_literals;
using std::chrono::microseconds;

Q_DECLARE_METATYPE(Retryscope::TimeAxis)

namespace {

double pixelsPerMicrosecond(const TimeAxis &axis)
{
    return (axis.right - axis.left) / double((axis.end - axis.begin).count());
}

} // namespace

class tst_TimeAxis : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void thereAndBack_data() { axes_data(); }

    void thereAndBack();

    void edges_data() { axes_data(); }

    void edges();

    void zoomKeepsWhatIsUnderTheCursor_data() { axes_data(); }

    void zoomKeepsWhatIsUnderTheCursor();
    void zoomChangesTheRange();
    void zoomStopsAtTheLimits();
    void pan();

    void ticksAreRound_data() { axes_data(); }

    void ticksAreRound();
    void ticks_data();
    void ticks();
    void nonsenseIsHarmless_data();
    void nonsenseIsHarmless();

private:
    void axes_data();
};

void tst_TimeAxis::axes_data()
{
    QTest::addColumn<TimeAxis>("axis");
    QTest::newRow("a second on 100 pixels") << TimeAxis{};
    QTest::newRow("10 us, the closest") << TimeAxis{5us, 15us, 0, 800};
    QTest::newRow("24 h, the farthest") << TimeAxis{0us, 24h, 30, 1920};
    QTest::newRow("far from zero") << TimeAxis{7'200s, 7'200'123ms, 10.5, 777.25};
    QTest::newRow("before zero") << TimeAxis{-3s, 2s, 0, 640};
    QTest::newRow("one pixel a microsecond") << TimeAxis{1'000us, 1'500us, 0, 500};
    QTest::newRow("an odd range") << TimeAxis{17us, 1'234'584us, 3, 331};
}

void tst_TimeAxis::thereAndBack()
{
    QFETCH(TimeAxis, axis);
    const double scale = pixelsPerMicrosecond(axis);
    for (int i = -50; i <= 150; ++i) {
        const double x = axis.left + (axis.right - axis.left) * i / 100.0;
        const microseconds t = axis.toTime(x);
        // Whole microseconds: half of one, or what a double leaves of it.
        QVERIFY(std::abs(axis.toX(t) - x) <= 0.5 * scale + 1e-6);
        // A stamp comes back as itself, to within a pixel.
        const double error = std::abs(double((axis.toTime(axis.toX(t)) - t).count()));
        QVERIFY(error * scale < 1.0);
        QVERIFY(error <= 1.0);
    }
}

void tst_TimeAxis::edges()
{
    QFETCH(TimeAxis, axis);
    QCOMPARE(axis.toX(axis.begin), axis.left);
    QCOMPARE(axis.toX(axis.end), axis.right);
    QVERIFY(axis.toTime(axis.left) == axis.begin);
    QVERIFY(axis.toTime(axis.right) == axis.end);
    QVERIFY(axis.toX(axis.begin + (axis.end - axis.begin) / 3) > axis.left);
}

void tst_TimeAxis::zoomKeepsWhatIsUnderTheCursor()
{
    QFETCH(TimeAxis, axis);
    for (const double factor : {1.1, 2.0, 7.5, 0.5, 0.9, 1.0}) {
        for (int i = 0; i <= 10; ++i) {
            const double x = axis.left + (axis.right - axis.left) * i / 10.0;
            const TimeAxis zoomed = axis.zoomed(factor, x);
            QCOMPARE(zoomed.left, axis.left);
            QCOMPARE(zoomed.right, axis.right);
            const microseconds before = axis.toTime(x);
            const double after = zoomed.toX(before);
            // Stamps are whole, so close up one microsecond is many pixels.
            QVERIFY(std::abs(after - x) <= std::max(1.0, 1.1 * pixelsPerMicrosecond(zoomed)));
        }
    }
}

void tst_TimeAxis::zoomChangesTheRange()
{
    const TimeAxis axis{1s, 3s, 0, 1000};
    QVERIFY((axis.zoomed(2, 500) == TimeAxis{1'500ms, 2'500ms, 0, 1000}));
    QVERIFY((axis.zoomed(0.5, 0) == TimeAxis{1s, 5s, 0, 1000}));
    QVERIFY((axis.zoomed(4, 1000) == TimeAxis{2'500ms, 3s, 0, 1000}));
    QVERIFY(axis.zoomed(1, 300) == axis);
}

void tst_TimeAxis::zoomStopsAtTheLimits()
{
    const TimeAxis axis{1s, 3s, 0, 1000};
    const TimeAxis closest = axis.zoomed(1e12, 500);
    QVERIFY(closest.end - closest.begin == TimeAxis::Closest);
    QVERIFY(closest.begin <= 2s && closest.end >= 2s);
    QVERIFY(closest.zoomed(2, 500) == closest);
    const TimeAxis farthest = axis.zoomed(1e-12, 500);
    QVERIFY(farthest.end - farthest.begin == TimeAxis::Farthest);
    QVERIFY(farthest.begin <= 2s && farthest.end >= 2s);
    QVERIFY(farthest.zoomed(0.5, 500) == farthest);
}

void tst_TimeAxis::pan()
{
    const TimeAxis axis{1s, 3s, 100, 1100};
    QVERIFY((axis.panned(100) == TimeAxis{1'200ms, 3'200ms, 100, 1100}));
    QVERIFY((axis.panned(-1000) == TimeAxis{-1s, 1s, 100, 1100}));
    QVERIFY(axis.panned(0) == axis);
    QVERIFY(axis.panned(333.3).panned(-333.3) == axis);
}

void tst_TimeAxis::ticksAreRound()
{
    QFETCH(TimeAxis, axis);
    const double scale = pixelsPerMicrosecond(axis);
    for (const double apart : {1.0, 20.0, 80.0, 300.0}) {
        const auto ticks = axis.ticks(apart);
        QVERIFY(double(ticks.size()) <= (axis.right - axis.left) / apart + 1);
        for (std::size_t i = 0; i < ticks.size(); ++i) {
            QVERIFY(ticks[i] >= axis.begin && ticks[i] <= axis.end);
            if (i == 0)
                continue;
            const qint64 step = (ticks[i] - ticks[i - 1]).count();
            QVERIFY(double(step) * scale >= apart - 1e-9);
            QCOMPARE(ticks[i].count() % step, 0);
            qint64 digits = step;
            while (digits % 10 == 0)
                digits /= 10;
            QVERIFY(digits == 1 || digits == 2 || digits == 5);
            QCOMPARE(step, (ticks[1] - ticks[0]).count());
            // The next smaller step would have been too close, unless it is below a microsecond.
            const double smaller = digits == 5 ? double(step) / 2.5 : double(step) / 2;
            QVERIFY(smaller * scale < apart || step == 1);
        }
        // None is missing at either end.
        if (ticks.size() >= 2) {
            QVERIFY(ticks.front() - (ticks[1] - ticks[0]) < axis.begin);
            QVERIFY(ticks.back() + (ticks[1] - ticks[0]) > axis.end);
        }
    }
}

void tst_TimeAxis::ticks_data()
{
    QTest::addColumn<TimeAxis>("axis");
    QTest::addColumn<double>("apart");
    QTest::addColumn<QList<qint64>>("expected");
    QTest::newRow("a second, 20 of 100 pixels apart")
        << TimeAxis{} << 20.0 << QList<qint64>{0, 200'000, 400'000, 600'000, 800'000, 1'000'000};
    QTest::newRow("a little more than 20 pixels need the next step")
        << TimeAxis{} << 20.1 << QList<qint64>{0, 500'000, 1'000'000};
    QTest::newRow("across zero") << TimeAxis{-1'500us, 1'500us, 0, 300} << 100.0
                                 << QList<qint64>{-1'000, 0, 1'000};
    QTest::newRow("the range is too small for two")
        << TimeAxis{1'100us, 1'900us, 0, 100} << 90.0 << QList<qint64>{};
    QTest::newRow("never below a microsecond")
        << TimeAxis{3us, 6us, 0, 900} << 10.0 << QList<qint64>{3, 4, 5, 6};
}

void tst_TimeAxis::ticks()
{
    QFETCH(TimeAxis, axis);
    QFETCH(double, apart);
    QFETCH(QList<qint64>, expected);
    QList<qint64> actual;
    for (const microseconds t : axis.ticks(apart))
        actual << t.count();
    QCOMPARE(actual, expected);
}

void tst_TimeAxis::nonsenseIsHarmless_data()
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    QTest::addColumn<TimeAxis>("axis");
    QTest::addColumn<double>("number");
    QTest::newRow("no width") << TimeAxis{0us, 1s, 50, 50} << 2.0;
    QTest::newRow("right of left") << TimeAxis{0us, 1s, 50, 10} << 2.0;
    QTest::newRow("no range") << TimeAxis{1s, 1s, 0, 100} << 2.0;
    QTest::newRow("ends before it begins") << TimeAxis{2s, 1s, 0, 100} << 2.0;
    QTest::newRow("not a number") << TimeAxis{} << nan;
    QTest::newRow("infinity") << TimeAxis{} << infinity;
    QTest::newRow("minus infinity") << TimeAxis{} << -infinity;
    QTest::newRow("nothing") << TimeAxis{} << 0.0;
    QTest::newRow("negative") << TimeAxis{} << -1.0;
    QTest::newRow("as large as doubles get") << TimeAxis{} << 1e308;
    QTest::newRow("as large, on next to no pixels") << TimeAxis{0us, 1s, 0, 1e-300} << 1e308;
    QTest::newRow("as small as doubles get") << TimeAxis{} << 1e-308;
}

// Whatever a window computes while it has no size yet: finite, a usable axis, and no endless loop.
void tst_TimeAxis::nonsenseIsHarmless()
{
    QFETCH(TimeAxis, axis);
    QFETCH(double, number);
    QVERIFY(std::isfinite(axis.toX(500ms)));
    const microseconds limit{9'000'000'000'000'000};
    QVERIFY(axis.toTime(number) >= -limit && axis.toTime(number) <= limit);
    QVERIFY(axis.ticks(number).size() <= 101);
    for (const TimeAxis &changed :
         {axis.zoomed(number, 50), axis.zoomed(2, number), axis.panned(number)}) {
        QVERIFY(changed == axis || changed.end - changed.begin <= TimeAxis::Farthest);
        QVERIFY(changed == axis || changed.begin < changed.end || axis.end <= axis.begin);
        // Also in a build without sanitizers, that no bound is what an overflow leaves behind.
        QVERIFY(changed.begin >= -limit && changed.end <= limit + TimeAxis::Farthest);
        QVERIFY(std::isfinite(changed.toX(500ms)));
    }
}

QTEST_GUILESS_MAIN(tst_TimeAxis)
#include "tst_timeaxis.moc"
