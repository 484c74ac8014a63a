// SPDX-License-Identifier: MIT
#include "core/retry/backoff.h"

#include "core/base/random.h"
#include "tests/support/printers.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QSet>
#include <QtTest/QTest>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace Retryscope;
using namespace std::chrono_literals;
using std::chrono::microseconds;

class tst_Backoff : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void baseDoublesUntilTheCap();
    void baseSaturates_data();
    void baseSaturates();
    void bounds_data();
    void bounds();
    void drawsAreUniformWithinBounds_data();
    void drawsAreUniformWithinBounds();
    void theWindowIsUsed();
    void clientsSpreadOverTheWindow_data();
    void clientsSpreadOverTheWindow();
    void noJitterIsExact();
    void factorIsDelayOverBase();
};

namespace {

// Two-sided Kolmogorov-Smirnov test against the uniform distribution on [low, high].
double ksProbability(std::vector<double> sample, double low, double high)
{
    std::ranges::sort(sample);
    const double n = static_cast<double>(sample.size());
    double d = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const double expected = (sample[i] - low) / (high - low);
        const double rank = static_cast<double>(i);
        d = std::max({d, expected - rank / n, (rank + 1) / n - expected});
    }
    const double lambda = (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n)) * d;
    double p = 0;
    for (int k = 1; k <= 100; ++k)
        p += (k % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * lambda * lambda);
    return p;
}

} // namespace

// T41
void tst_Backoff::baseDoublesUntilTheCap()
{
    const RetryPolicy policy;
    QList<microseconds> bases;
    for (int n = 0; n < 10; ++n)
        bases.append(baseWait(policy, n));
    QCOMPARE(bases, QList<microseconds>({200ms, 400ms, 800ms, 1'600ms, 3'200ms, 6'400ms, 12'800ms,
                                         25'600ms, 30s, 30s}));
}

// T39
void tst_Backoff::baseSaturates_data()
{
    QTest::addColumn<qint64>("initial");
    QTest::addColumn<qint64>("cap");
    QTest::addColumn<qint64>("n");
    QTest::addColumn<qint64>("expected");
    const qint64 huge = std::numeric_limits<qint64>::max();
    const qint64 gigasecond = 1'000'000'000'000;
    QTest::newRow("a huge exponent stays at the cap")
        << qint64(200) << qint64(30'000) << qint64(1'000'000) << qint64(30'000'000);
    QTest::newRow("a huge base stays at the cap")
        << gigasecond << qint64(30'000) << qint64(1'000'000) << qint64(30'000'000);
    QTest::newRow("a huge base and a huge cap")
        << gigasecond << gigasecond << qint64(1'000'000) << gigasecond * 1'000;
    QTest::newRow("the largest numbers there are") << huge << huge << huge << huge / 2'000;
    QTest::newRow("one step below the largest cap") << qint64(1) << huge << huge << huge / 2'000;
    QTest::newRow("zero stays zero") << qint64(0) << qint64(30'000) << huge << qint64(0);
    QTest::newRow("a cap of zero") << qint64(200) << qint64(0) << qint64(3) << qint64(0);
    QTest::newRow("a negative base counts as zero")
        << qint64(-5) << qint64(30'000) << qint64(3) << qint64(0);
}

void tst_Backoff::baseSaturates()
{
    QFETCH(qint64, initial);
    QFETCH(qint64, cap);
    QFETCH(qint64, n);
    QFETCH(qint64, expected);
    RetryPolicy policy;
    policy.initialBackoff = std::chrono::milliseconds(initial);
    policy.maxBackoff = std::chrono::milliseconds(cap);
    QCOMPARE(baseWait(policy, n), microseconds(expected));
    const DrawnWait wait = drawWait(policy, n, 0.999);
    QVERIFY(wait.delay >= 0us);
    QVERIFY(wait.delay <= std::max(microseconds(expected), 0us));
}

void tst_Backoff::bounds_data()
{
    QTest::addColumn<int>("n");
    QTest::addColumn<microseconds>("low");
    QTest::addColumn<microseconds>("high");
    QTest::newRow("the first wait") << 0 << microseconds(150ms) << microseconds(250ms);
    QTest::newRow("below the cap, the window still reaches beyond it")
        << 7 << microseconds(19'200ms) << microseconds(30s);
    QTest::newRow("at the cap, only the lower half of the window is left")
        << 8 << microseconds(22'500ms) << microseconds(30s);
}

void tst_Backoff::bounds()
{
    QFETCH(int, n);
    QFETCH(microseconds, low);
    QFETCH(microseconds, high);
    const RetryPolicy policy;
    QCOMPARE(shortestWait(policy, n), low);
    QCOMPARE(longestWait(policy, n), high);
    QCOMPARE(drawWait(policy, n, 0.0).delay, low);
    const microseconds last = drawWait(policy, n, std::nextafter(1.0, 0.0)).delay;
    QVERIFY(last < high);
    QVERIFY(last >= high - 1us);
}

void tst_Backoff::drawsAreUniformWithinBounds_data()
{
    QTest::addColumn<int>("n");
    for (int n = 0; n <= 20; ++n)
        QTest::addRow("wait number %d", n + 1) << n;
}

// T38: a million draws over all rows.
void tst_Backoff::drawsAreUniformWithinBounds()
{
    QFETCH(int, n);
    const RetryPolicy policy;
    const microseconds base = baseWait(policy, n);
    const double low = 0.75 * static_cast<double>(base.count());
    const double high = std::min(1.25 * static_cast<double>(base.count()), 30e6);
    // Seeded, so that the test gives the same answer every time.
    SeededRandom random(42 + static_cast<quint64>(n));
    std::vector<double> sample;
    int outside = 0;
    for (int i = 0; i < 1'000'000 / 21 + 1; ++i) {
        const microseconds delay = drawWait(policy, n, random.uniform()).delay;
        const double value = static_cast<double>(delay.count());
        // The upper bound is open: none on it, and none on the cap.
        outside += value < low || value >= high ? 1 : 0;
        // Half a microsecond: the draw was rounded down to whole ones.
        sample.push_back(value + 0.5);
    }
    QCOMPARE(outside, 0);
    const double p = ksProbability(sample, low, high);
    QVERIFY2(p > 0.01, qPrintable(QStringLiteral("p = %1").arg(p)));
    // The test can fail: the law that clamps after drawing does not pass it at the cap.
    if (n >= 8) {
        for (double &value : sample)
            value = std::min(value + (high - low) / 2, high);
        QVERIFY(ksProbability(sample, low, high) < 0.01);
    }
}

// T40
void tst_Backoff::theWindowIsUsed()
{
    const RetryPolicy policy;
    SeededRandom random(7);
    QSet<qint64> distinct;
    for (int i = 0; i < 1'000; ++i)
        distinct.insert(drawWait(policy, 0, random.uniform()).delay / 1ms);
    QVERIFY2(distinct.size() > 90, qPrintable(QString::number(distinct.size())));
}

void tst_Backoff::clientsSpreadOverTheWindow_data()
{
    QTest::addColumn<int>("n");
    QTest::newRow("T42 at the first wait") << 0;
    QTest::newRow("T42 at the cap") << 12;
}

// A hundred clients that failed together do not come back together.
void tst_Backoff::clientsSpreadOverTheWindow()
{
    QFETCH(int, n);
    const RetryPolicy policy;
    std::vector<microseconds> waits;
    for (quint64 client = 1; client <= 100; ++client) {
        SeededRandom random(client);
        waits.push_back(drawWait(policy, n, random.uniform()).delay);
    }
    const auto [first, last] = std::ranges::minmax(waits);
    const microseconds window = longestWait(policy, n) - shortestWait(policy, n);
    QVERIFY((last - first) * 10 >= window * 8);
    // Nor in a heap at one end: each quarter of the window has its share.
    for (int quarter = 0; quarter < 4; ++quarter) {
        const microseconds from = shortestWait(policy, n) + window * quarter / 4;
        const auto count = std::ranges::count_if(
            waits, [&](microseconds wait) { return wait >= from && wait < from + window / 4; });
        QVERIFY2(count >= 10 && count <= 45, qPrintable(QString::number(count)));
    }
}

void tst_Backoff::noJitterIsExact()
{
    RetryPolicy policy;
    policy.jitter = 0;
    for (const double chance : {0.0, 0.3, 0.999})
        QCOMPARE(drawWait(policy, 2, chance).delay, microseconds(800ms));
}

void tst_Backoff::factorIsDelayOverBase()
{
    RetryPolicy policy;
    QCOMPARE(drawWait(policy, 0, 0.5), (DrawnWait{200ms, 200ms, 1.0}));
    QCOMPARE(drawWait(policy, 0, 0.0), (DrawnWait{200ms, 150ms, 0.75}));
    policy.initialBackoff = 0ms;
    QCOMPARE(drawWait(policy, 3, 0.7), (DrawnWait{0us, 0us, 1.0}));
}

QTEST_GUILESS_MAIN(tst_Backoff)
#include "tst_backoff.moc"
