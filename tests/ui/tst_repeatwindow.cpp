// SPDX-License-Identifier: MIT
#include "tests/ui/named.h"
#include "ui/repeat/repeatwindow.h"

#include "core/run/runner.h"
#include "ui/actions.h"
#include "ui/composer/composer.h"
#include "ui/mainwindow.h"
#include "ui/repeat/distribution.h"
#include "ui/repeat/distributionpainter.h"
#include "ui/repeat/distributionview.h"
#include "ui/repeat/repeatwords.h"
#include "ui/verdictline.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAccessible>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QImage>
#include <QtGui/QPainter>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTableView>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

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

//! Refused with that chance, once, and not retried.
Scenario flaky(double chance)
{
    Scenario scenario = Scenario::example();
    scenario.faults = *FaultPlan::fromString(u"refused"_s);
    scenario.faultChance = chance;
    scenario.policy.maxRetries = 0;
    return scenario;
}

bool isInteractive(QAccessible::Role role)
{
    switch (int(role)) {
    case QAccessible::PushButton:
    case QAccessible::CheckBox:
    case QAccessible::ComboBox:
    case QAccessible::EditableText:
    case QAccessible::SpinBox:
    case QAccessible::ProgressBar:
    case QAccessible::Table:
    case QAccessible::List:
        return true;
    default:
        return false;
    }
}

RepeatedRun row(int number, RunVerdict verdict, std::chrono::microseconds duration)
{
    RepeatedRun run;
    run.number = number;
    run.seed = quint64(100 + number);
    run.verdict = verdict;
    run.attempts = 1;
    run.sends = 1;
    run.duration = duration;
    run.cause = verdict == RunVerdict::Complete ? QString() : u"HTTP 503"_s;
    return run;
}

struct Bench
{
    explicit Bench(double chance)
    {
        main.composer()->setScenario(flaky(chance));
        main.runner()->setSandboxOptions(fast());
        main.show();
        main.actions()->many->trigger();
        window = main.repeatWindow();
        window->runner()->setSandboxOptions(fast());
    }

    template <typename Widget>
    Widget *field(const QString &name) const
    {
        return named<Widget>(*window, name);
    }

    Repeater::State state() const { return window->repeater()->state(); }

    const QList<RepeatedRun> &runs() const { return window->repeater()->runs(); }

    //! Types the number of runs and starts them, by the keyboard alone.
    void type(int count, Qt::KeyboardModifiers held = Qt::ControlModifier) const
    {
        auto *spin = field<QSpinBox>(u"Number of runs"_s);
        spin->setFocus();
        spin->selectAll();
        QTest::keyClicks(spin, QString::number(count));
        QTest::keyClick(spin, Qt::Key_Return, held);
    }

    MainWindow main;
    RepeatWindow *window = nullptr;
};

} // namespace

class tst_RepeatWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support (propagateSizeHints|raise))")));
    }

    void everythingInteractiveHasAName();
    void manyRunsByTheKeyboard();
    void pauseReallyPauses();
    void escStopsAndThenCloses();
    void closingStopsTheRuns();
    void closingTheMainWindowWhileRunning();
    void destroyedWhileRunning();
    void aRowRunsAgainWithItsSeed();
    void aRefusalIsToldAndKeepsTheTable();
    void theNumberIsRemembered();
    void ordersAndFilter();
    void theModelHolds();
    void binsHoldEveryRun_data();
    void binsHoldEveryRun();
    void ticksAreRoundAndWithin();
    void thePlotShowsVerdictsApart();
    void thePlotHoldsInAnySize();
};

void tst_RepeatWindow::everythingInteractiveHasAName()
{
    Bench bench(0.0);
    QVERIFY(QTest::qWaitForWindowExposed(bench.window));
    QStringList nameless;
    int interactive = 0;
    const auto walk = [&](auto &self, QAccessibleInterface *node) -> void {
        if (!node || !node->isValid())
            return;
        if (isInteractive(node->role())) {
            ++interactive;
            if (node->text(QAccessible::Name).trimmed().isEmpty())
                nameless << QString::number(node->role(), 16);
        }
        for (int i = 0; i < node->childCount(); ++i)
            self(self, node->child(i));
    };
    walk(walk, QAccessible::queryAccessibleInterface(bench.window));
    QVERIFY(interactive >= 9);
    QCOMPARE(nameless.join(u' '), QString());
    for (const QString &name : {u"Distribution of durations"_s, u"Progress"_s, u"Runs"_s})
        QVERIFY2(bench.field<QWidget>(name), qPrintable(name));
}

void tst_RepeatWindow::manyRunsByTheKeyboard()
{
    Bench bench(0.4);
    QVERIFY(QTest::qWaitForWindowExposed(bench.window));
    QSignalSpy ended(bench.window->repeater(), &Repeater::ended);
    bench.type(40);
    QCOMPARE(bench.state(), Repeater::State::Running);
    QVERIFY(!bench.field<QPushButton>(u"Run many times"_s)->isEnabled());
    QVERIFY(ended.wait(50'000));
    QCOMPARE(bench.runs().size(), 40);
    const RunStatistics statistics = RunStatistics::of(bench.runs());
    QVERIFY(statistics.count(RunVerdict::TransportError) > 4);
    QCOMPARE(bench.window->statistics(), statisticsWords(statistics));
    QVERIFY(bench.window->statistics().contains(u"Runs: 40."_s));
    auto *table = bench.field<QTableView>(u"Runs"_s);
    QCOMPARE(table->model()->rowCount(), 40);
    auto *plot = bench.window->findChild<DistributionView *>();
    QCOMPARE(plot->accessibleDescription(), bench.window->statistics());
    QCOMPARE(plot->distribution().lanes.size(), 2);
    QCOMPARE(bench.field<QProgressBar>(u"Progress"_s)->text(), u"40 of 40"_s);
    QVERIFY(bench.field<QPushButton>(u"Run many times"_s)->isEnabled());
    QVERIFY(!bench.field<QPushButton>(u"Stop"_s)->isEnabled());
    // Return alone does, too.
    bench.type(2, Qt::NoModifier);
    QVERIFY(ended.wait(50'000));
    QCOMPARE(bench.runs().size(), 2);
}

void tst_RepeatWindow::pauseReallyPauses()
{
    Bench bench(0.0);
    QVERIFY(QTest::qWaitForWindowExposed(bench.window));
    QSignalSpy added(bench.window->repeater(), &Repeater::runAdded);
    QSignalSpy ended(bench.window->repeater(), &Repeater::ended);
    bench.type(8);
    QVERIFY(added.count() > 0 || added.wait(50'000));
    auto *pause = bench.field<QPushButton>(u"Pause"_s);
    QTest::keyClick(pause, Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(bench.state(), Repeater::State::Paused, 50'000);
    const qsizetype there = bench.runs().size();
    QVERIFY(there < 8);
    QCOMPARE(pause->accessibleName(), u"Go on"_s);
    QVERIFY(bench.field<QProgressBar>(u"Progress"_s)->text().contains(u"paused"_s));

    // The main window is free meanwhile; after a whole run of its own there is no other row.
    QSignalSpy finished(bench.main.runner(), &Runner::finished);
    bench.main.send();
    QVERIFY(finished.count() > 0 || finished.wait(50'000));
    QCOMPARE(bench.runs().size(), there);
    QVERIFY(!bench.window->runner()->isRunning());

    QTest::keyClick(pause, Qt::Key_Space);
    QVERIFY(ended.count() > 0 || ended.wait(50'000));
    QCOMPARE(bench.runs().size(), 8);
    QCOMPARE(pause->accessibleName(), u"Pause"_s);
}

void tst_RepeatWindow::escStopsAndThenCloses()
{
    Bench bench(0.0);
    QVERIFY(QTest::qWaitForWindowActive(bench.window));
    QSignalSpy added(bench.window->repeater(), &Repeater::runAdded);
    QSignalSpy ended(bench.window->repeater(), &Repeater::ended);
    bench.type(Repeater::most);
    QVERIFY(added.count() > 0 || added.wait(50'000));
    QTest::keyClick(bench.window, Qt::Key_Escape);
    QVERIFY(ended.count() > 0 || ended.wait(50'000));
    QCOMPARE(bench.state(), Repeater::State::Idle);
    QVERIFY(bench.runs().size() < Repeater::most);
    QVERIFY(bench.window->isVisible());
    QTest::keyClick(bench.window, Qt::Key_Escape);
    QVERIFY(!bench.window->isVisible());
}

void tst_RepeatWindow::closingStopsTheRuns()
{
    Bench bench(0.0);
    QVERIFY(QTest::qWaitForWindowExposed(bench.window));
    QSignalSpy added(bench.window->repeater(), &Repeater::runAdded);
    bench.type(Repeater::most);
    QVERIFY(added.count() > 0 || added.wait(50'000));
    QVERIFY(bench.window->close());
    QTRY_COMPARE_WITH_TIMEOUT(bench.state(), Repeater::State::Idle, 50'000);
    const qsizetype there = bench.runs().size();
    bench.main.actions()->many->trigger();
    QVERIFY(bench.window->isVisible());
    // What there was is still there.
    QCOMPARE(bench.field<QTableView>(u"Runs"_s)->model()->rowCount(), int(there));
}

void tst_RepeatWindow::closingTheMainWindowWhileRunning()
{
    Bench bench(0.0);
    QVERIFY(QTest::qWaitForWindowExposed(bench.window));
    QSignalSpy added(bench.window->repeater(), &Repeater::runAdded);
    bench.type(Repeater::most);
    QVERIFY(added.count() > 0 || added.wait(50'000));
    QVERIFY(bench.main.close());
    QVERIFY(!bench.window->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(bench.state(), Repeater::State::Idle, 50'000);
}

void tst_RepeatWindow::destroyedWhileRunning()
{
    auto bench = std::make_unique<Bench>(0.0);
    QVERIFY(QTest::qWaitForWindowExposed(bench->window));
    QSignalSpy added(bench->window->repeater(), &Repeater::runAdded);
    bench->type(Repeater::most);
    QVERIFY(added.count() > 0 || added.wait(50'000));
    QVERIFY(bench->window->runner()->isRunning() || bench->state() == Repeater::State::Running);
    bench.reset();
    QCoreApplication::processEvents();
}

void tst_RepeatWindow::aRowRunsAgainWithItsSeed()
{
    Bench bench(0.5);
    QVERIFY(QTest::qWaitForWindowExposed(bench.window));
    QSignalSpy ended(bench.window->repeater(), &Repeater::ended);
    bench.type(8);
    QVERIFY(ended.count() > 0 || ended.wait(50'000));
    // What is typed now has nothing to do with what ran.
    bench.main.composer()->setScenario(Scenario::example());
    auto *table = bench.field<QTableView>(u"Runs"_s);
    QVERIFY(!bench.field<QPushButton>(u"Run this one again"_s)->isEnabled());
    table->setFocus();
    for (int i = 0; i < 8; ++i) {
        table->setCurrentIndex(table->model()->index(i, 0));
        QVERIFY(bench.field<QPushButton>(u"Run this one again"_s)->isEnabled());
        QSignalSpy finished(bench.main.runner(), &Runner::finished);
        QTest::keyClick(table, Qt::Key_Return);
        QVERIFY(finished.count() > 0 || finished.wait(50'000));
        QCOMPARE(finished.count(), 1);
        const RepeatedRun &first = bench.runs().at(i);
        const RunSummary &again = bench.main.runner()->summary();
        QCOMPARE(again.verdict, first.verdict);
        QCOMPARE(int(again.attempts.size()), first.attempts);
        QCOMPARE(again.wireRequests(), first.sends);
    }
}

void tst_RepeatWindow::aRefusalIsToldAndKeepsTheTable()
{
    Bench bench(0.0);
    QVERIFY(QTest::qWaitForWindowExposed(bench.window));
    QSignalSpy ended(bench.window->repeater(), &Repeater::ended);
    bench.type(2);
    QVERIFY(ended.count() > 0 || ended.wait(50'000));
    Scenario bad = flaky(0.0);
    bad.endpoint = u"ftp://h.example"_s;
    bench.main.composer()->setScenario(bad);
    bench.type(3);
    QCOMPARE(bench.state(), Repeater::State::Idle);
    QCOMPARE(bench.field<QTableView>(u"Runs"_s)->model()->rowCount(), 2);
    QStringList sentences;
    const auto labels = bench.window->findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->isVisible())
            sentences << label->text();
    }
    QVERIFY(sentences.join(u'\n').contains(u"Nothing was sent."_s));
}

void tst_RepeatWindow::theNumberIsRemembered()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(u"session.json"_s);
    {
        MainWindow window(file);
        window.repeatWindow()->setCount(321);
    }
    MainWindow window(file);
    QCOMPARE(window.repeatWindow()->count(), 321);
}

void tst_RepeatWindow::ordersAndFilter()
{
    RepeatModel model;
    RepeatOrder order(&model);
    const QAbstractItemModelTester tester(&order,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.append(row(1, RunVerdict::Timeout, 30ms));
    model.append(row(2, RunVerdict::Complete, 50ms));
    model.append(row(3, RunVerdict::Complete, 10ms));
    const auto numbers = [&order] {
        QList<int> list;
        for (int i = 0; i < order.rowCount(); ++i)
            list << order.number(order.index(i, 0));
        return list;
    };
    QCOMPARE(numbers(), (QList<int>{1, 2, 3}));
    order.setOrder(RepeatOrder::Order::SlowestFirst);
    QCOMPARE(numbers(), (QList<int>{2, 1, 3}));
    model.append(row(4, RunVerdict::HttpError, 40ms));
    QCOMPARE(numbers(), (QList<int>{2, 4, 1, 3}));
    order.setOrder(RepeatOrder::Order::ByVerdict);
    QCOMPARE(numbers(), (QList<int>{2, 3, 4, 1}));
    order.showOnlyFailures(true);
    QCOMPARE(numbers(), (QList<int>{4, 1}));
    QCOMPARE(order.text(), u"Run\tSeed\tVerdict\tAttempts\tSent\tDuration\tCause\n"
                           "4\t104\tHTTP error\t1\t1\t40 ms\tHTTP 503\n"
                           "1\t101\ttimeout\t1\t1\t30 ms\tHTTP 503\n"_s);
    order.setOrder(RepeatOrder::Order::AsTheyRan);
    QCOMPARE(numbers(), (QList<int>{1, 4}));
    model.clear();
    QCOMPARE(order.rowCount(), 0);
}

void tst_RepeatWindow::theModelHolds()
{
    RepeatModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (int i = 1; i <= 20; ++i)
        model.append(row(i, i % 3 == 0 ? RunVerdict::Damaged : RunVerdict::Complete, i * 1ms));
    QCOMPARE(model.rowCount(), 20);
    QCOMPARE(model.index(2, RepeatModel::VerdictColumn).data().toString(), u"damaged"_s);
    QCOMPARE(model.index(2, RepeatModel::DurationColumn).data().toString(), u"3.0 ms"_s);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void tst_RepeatWindow::binsHoldEveryRun_data()
{
    QTest::addColumn<QList<int>>("milliseconds");
    QTest::addColumn<bool>("logarithmic");
    QTest::newRow("one") << QList<int>{7} << false;
    QTest::newRow("all alike") << QList<int>{5, 5, 5} << false;
    QTest::newRow("near each other") << QList<int>{10, 12, 30, 199} << false;
    QTest::newRow("far from each other") << QList<int>{1, 2, 3, 5'000, 60'000} << true;
    QTest::newRow("nothing took any time") << QList<int>{0, 0} << false;
    QTest::newRow("one took none") << QList<int>{0, 100} << true;
}

void tst_RepeatWindow::binsHoldEveryRun()
{
    QFETCH(QList<int>, milliseconds);
    QList<RepeatedRun> runs;
    for (int i = 0; i < milliseconds.size(); ++i)
        runs << row(i, i % 2 == 0 ? RunVerdict::Complete : RunVerdict::Timeout,
                    milliseconds.at(i) * 1ms);
    const Distribution distribution = Distribution::of(runs, 10);
    QTEST(distribution.isLogarithmic, "logarithmic");
    int sum = 0;
    for (const Distribution::Lane &lane : distribution.lanes) {
        int inLane = 0;
        for (const int bin : lane.bins)
            inLane += bin;
        QCOMPARE(inLane, lane.count);
        QVERIFY(lane.tallest >= 1 && lane.tallest <= lane.count);
        sum += inLane;
    }
    QCOMPARE(sum, int(runs.size()));
    double before = -1.0;
    for (const std::chrono::microseconds duration : RunStatistics::of(runs).durations) {
        const double position = distribution.position(duration);
        QVERIFY(position >= before && position >= 0.0 && position <= 1.0);
        before = position;
    }
    QVERIFY(Distribution::of({}, 10).lanes.isEmpty());
    QVERIFY(Distribution::of(runs, 0).lanes.isEmpty());
}

void tst_RepeatWindow::ticksAreRoundAndWithin()
{
    for (const int longest : {1, 3, 17, 950, 60'000, 3'600'000}) {
        for (const int shortest : {1, longest}) {
            const Distribution distribution =
                Distribution::of({row(1, RunVerdict::Complete, shortest * 1ms),
                                  row(2, RunVerdict::Complete, longest * 1ms)},
                                 10);
            const auto ticks = distribution.ticks(6);
            QVERIFY(!ticks.isEmpty() && ticks.size() <= 6);
            for (const std::chrono::microseconds tick : ticks) {
                QVERIFY(tick >= distribution.from && tick <= distribution.to);
                // A digit and zeros, or a sum of few steps.
                const QString digits = QString::number(tick.count());
                QVERIFY2(digits.count(u'0') >= digits.size() - 2, qPrintable(digits));
            }
        }
    }
    QVERIFY(Distribution().ticks(6).isEmpty());
}

void tst_RepeatWindow::thePlotShowsVerdictsApart()
{
    QList<RepeatedRun> runs;
    for (int i = 1; i <= 50; ++i)
        runs << row(i, RunVerdict::Complete, i * 2ms);
    runs << row(51, RunVerdict::Timeout, 90ms);
    const Distribution distribution = Distribution::of(runs, 40);
    for (const QPalette &palette : {Theme::lightPalette(), Theme::darkPalette()}) {
        const Theme theme(palette);
        QImage image(500, 140, QImage::Format_RGB32);
        QPainter painter(&image);
        DistributionPainter::paint(&painter, QRectF(0, 0, 500, 140), distribution, theme,
                                   QApplication::font());
        painter.end();
        int good = 0;
        int bad = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                good += image.pixel(x, y) == theme.success().rgb() ? 1 : 0;
                bad += image.pixel(x, y) == theme.failure().rgb() ? 1 : 0;
            }
        }
        // The bars of fifty against the one that is hatched, and not by colour alone.
        QVERIFY(good > 400);
        QVERIFY(bad > 20);
        QVERIFY(good > bad);
    }
}

void tst_RepeatWindow::thePlotHoldsInAnySize()
{
    const Distribution some =
        Distribution::of({row(1, RunVerdict::Complete, 1ms), row(2, RunVerdict::Timeout, 9s)}, 60);
    for (const QSize size : {QSize(1, 1), QSize(40, 20), QSize(3000, 1000)}) {
        QImage image(size, QImage::Format_RGB32);
        image.fill(Qt::magenta);
        for (const Distribution &distribution : {some, Distribution()}) {
            QPainter painter(&image);
            DistributionPainter::paint(&painter, image.rect(), distribution, Theme::current(),
                                       QApplication::font());
        }
        QVERIFY(image.pixelColor(0, 0) != QColor(Qt::magenta));
    }
}

QTEST_MAIN(tst_RepeatWindow)
#include "tst_repeatwindow.moc"
