// SPDX-License-Identifier: MIT
#include "core/timeline/timelinemodel.h"
#include "tests/ui/traces.h"
#include "ui/timeline/timelinelegend.h"
#include "ui/timeline/timelinepainter.h"
#include "ui/timeline/timelinerows.h"
#include "ui/timeline/timelineview.h"
#include "ui/timeline/timelinewords.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QImage>
#include <QtGui/QPainter>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace std::chrono_literals;

class tst_Timeline : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
    }

    void durations_data();
    void durations();
    void rowsSayWhatHappened();
    void aRunningWaitCountsDown();
    void everyRowIsPainted_data();
    void everyRowIsPainted();
    void onlySuccessIsGreen_data();
    void onlySuccessIsGreen();
    void faultsHaveAnAmberFrame();
    void aMillionEventsAreDrawnOncePerPixel();
    void keysZoomAndFit();
    void selectingARowTellsItsAttempt();
    void changesAreNotPaintedOneByOne();
    void aTraceWithoutItsEndStandsStill();
    void theLegendIsWholeAtAnyWidth();
};

void tst_Timeline::durations_data()
{
    QTest::addColumn<qint64>("us");
    QTest::addColumn<QString>("expected");
    QTest::newRow("microseconds") << qint64(850) << QStringLiteral("850 \u00b5s");
    QTest::newRow("a few milliseconds") << qint64(3'140) << QStringLiteral("3.1 ms");
    QTest::newRow("many milliseconds") << qint64(187'400) << QStringLiteral("187 ms");
    QTest::newRow("never 1000 ms") << qint64(999'600) << QStringLiteral("1.00 s");
    QTest::newRow("seconds") << qint64(1'240'000) << QStringLiteral("1.24 s");
    QTest::newRow("never 60.00 s") << qint64(59'996'000) << QStringLiteral("1 min 0 s");
    QTest::newRow("minutes") << qint64(125'000'000) << QStringLiteral("2 min 5 s");
}

void tst_Timeline::durations()
{
    QFETCH(qint64, us);
    QFETCH(QString, expected);
    QCOMPARE(timeWords(std::chrono::microseconds(us)), expected);
}

void tst_Timeline::rowsSayWhatHappened()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    TimelineModel model;
    TimelineRows rows(&model);
    const QAbstractItemModelTester tester(&rows,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setTrace(&trace);
    QStringList spoken;
    for (int i = 0; i < rows.rowCount(); ++i)
        spoken << rows.index(i, 0).data(Qt::AccessibleTextRole).toString();
    const QStringList expected{
        QStringLiteral("Attempt 1, name not found after 3 milliseconds, simulated, then waited 187 "
                       "milliseconds"),
        QStringLiteral("Waited 187 milliseconds before attempt 2, because of: name not found"),
        QStringLiteral("Attempt 2, connection refused after 4 milliseconds, simulated, then waited "
                       "432 milliseconds"),
        QStringLiteral("Waited 432 milliseconds before attempt 3, because of: connection refused"),
        QStringLiteral("Attempt 3, answered with status 200 after 2.2 seconds"),
    };
    QCOMPARE(spoken, expected);
    QCOMPARE(rows.index(1, 1).data().toString(),
             QStringLiteral("200 ms \u22126 %, after name not found"));
    QCOMPARE(rows.index(2, 1).data().toString(), QStringLiteral("failed in TCP after 3.6 ms"));
}

void tst_Timeline::aRunningWaitCountsDown()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, firstLines(storyLines(), 8)), QString());
    TimelineModel model;
    model.setTrace(&trace);
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(rowTitle(model.row(1), 90'400us), QStringLiteral("retry in 0.10 s"));
    QCOMPARE(rowTitle(model.row(1), 500'000us), QStringLiteral("retry in 0.00 s"));
    QCOMPARE(runningWords(model, 90'400us),
             QStringLiteral("Attempt 1 failed: name not found. Attempt 2 follows in 0.1 s."));
}

void tst_Timeline::everyRowIsPainted_data()
{
    QTest::addColumn<QPalette>("palette");
    QTest::addColumn<int>("row");
    for (const bool dark : {false, true}) {
        const QPalette palette = dark ? Theme::darkPalette() : Theme::lightPalette();
        const char *theme = dark ? "dark" : "light";
        for (int row = 0; row < 5; ++row)
            QTest::addRow("row %d of the story, %s", row, theme) << palette << row;
    }
}

void tst_Timeline::everyRowIsPainted()
{
    QFETCH(QPalette, palette);
    QFETCH(int, row);
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    TimelineModel model;
    model.setTrace(&trace);
    const Theme theme(palette);
    TimeAxis axis;
    axis.end = 2'900ms;
    axis.right = 800.0;
    const TimelineLook look{theme, axis, QFont(), model.duration()};
    const auto picture = [&](const auto &paint, Qt::LayoutDirection direction) {
        QImage image(800, 30, QImage::Format_RGB32);
        image.fill(theme.background());
        QPainter painter(&image);
        painter.setLayoutDirection(direction);
        paint(&painter, QRectF(image.rect()));
        return image;
    };
    const auto colors = [&](const auto &paint) {
        const QImage image = picture(paint, Qt::LeftToRight);
        // Time goes from left to right in every language.
        if (picture(paint, Qt::RightToLeft) != image)
            return qsizetype(0);
        QSet<QRgb> seen;
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                seen.insert(image.pixel(x, y));
        return seen.size();
    };
    QVERIFY(colors([&](QPainter *p, const QRectF &cell) {
                TimelinePainter::paintBar(p, cell, model.row(row), nullptr, look);
            })
            > 2);
    QVERIFY(colors([&](QPainter *p, const QRectF &cell) {
                TimelinePainter::paintWords(p, cell, model.row(row), look);
            })
            > 2);
    QVERIFY(
        colors([&](QPainter *p, const QRectF &cell) { TimelinePainter::paintAxis(p, cell, look); })
        > 2);
}

void tst_Timeline::onlySuccessIsGreen_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("good");
    for (const int status : {200, 204, 299})
        QTest::addRow("%d", status) << status << true;
    for (const int status : {304, 401, 429, 500, 599})
        QTest::addRow("%d", status) << status << false;
}

//! An answer is no failure of the transport, and may be one all the same.
void tst_Timeline::onlySuccessIsGreen()
{
    QFETCH(int, status);
    QFETCH(bool, good);
    TimelineRow row;
    row.attempt = 1;
    row.end = 10'000us;
    row.finished = true;
    row.status = status;
    const Theme theme(Theme::lightPalette());
    QImage image(240, 26, QImage::Format_RGB32);
    image.fill(theme.background());
    QPainter painter(&image);
    TimelinePainter::paintWords(&painter, image.rect(), row,
                                {theme, TimeAxis(), QFont(), 10'000us});
    painter.end();
    const auto holds = [&image](QRgb color) {
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                if (image.pixel(x, y) == color)
                    return true;
        return false;
    };
    QCOMPARE(holds(theme.success().rgb()), good);
    QCOMPARE(holds(theme.failure().rgb()), !good);
}

void tst_Timeline::faultsHaveAnAmberFrame()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    TimelineModel model;
    model.setTrace(&trace);
    const Theme theme(Theme::lightPalette());
    TimeAxis axis;
    axis.end = 10ms;
    axis.right = 400.0;
    const TimelineLook look{theme, axis, QFont(), model.duration()};
    const auto amber = [&](const TimelineRow &row) {
        QImage image(400, 30, QImage::Format_RGB32);
        image.fill(theme.background());
        QPainter painter(&image);
        TimelinePainter::paintBar(&painter, image.rect(), row, nullptr, look);
        painter.end();
        int count = 0;
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                count += image.pixel(x, y) == theme.simulated().rgb() ? 1 : 0;
        return count;
    };
    TimelineRow row = model.row(0);
    QVERIFY(amber(row) > 20);
    row.fault.clear();
    QCOMPARE(amber(row), 0);
}

void tst_Timeline::aMillionEventsAreDrawnOncePerPixel()
{
    TimelineRow row;
    row.attempt = 1;
    row.finished = true;
    row.status = 200;
    row.end = 1s;
    for (int i = 0; i < 1'000'000; ++i)
        row.events.insert(std::chrono::microseconds(i));
    TimeAxis axis;
    axis.end = 1s;
    axis.right = 600.0;
    const Theme theme(Theme::lightPalette());
    const TimelineLook look{theme, axis, QFont(), 1s};
    QImage image(600, 30, QImage::Format_RGB32);
    image.fill(theme.background());
    QPainter painter(&image);
    // A dot an event would take this beyond the time limit of the test function.
    for (int i = 0; i < 100; ++i)
        TimelinePainter::paintBar(&painter, image.rect(), row, nullptr, look);
    painter.end();
    int dots = 0;
    for (int x = 0; x < image.width(); ++x)
        for (int y = 15; y < image.height(); ++y)
            dots += image.pixel(x, y) == theme.success().rgb() ? 1 : 0;
    QVERIFY(dots > 0);
}

void tst_Timeline::keysZoomAndFit()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    TimelineModel model;
    TimelineView view(&model);
    model.setTrace(&trace);
    view.resize(700, 300);
    const TimeAxis whole = view.look().axis;
    QCOMPARE(whole.begin, 0us);
    QVERIFY(whole.end >= model.duration());
    QTest::keyClick(&view, Qt::Key_Plus);
    const TimeAxis closer = view.look().axis;
    QVERIFY(closer.end - closer.begin < whole.end - whole.begin);
    QTest::keyClick(&view, Qt::Key_Right);
    QVERIFY(view.look().axis.begin > closer.begin);
    QTest::keyClick(&view, Qt::Key_0);
    QCOMPARE(view.look().axis, whole);
}

void tst_Timeline::selectingARowTellsItsAttempt()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    TimelineModel model;
    TimelineView view(&model);
    model.setTrace(&trace);
    QSignalSpy spy(&view, &TimelineView::attemptSelected);
    view.stepAttempt(1);
    view.stepAttempt(-1);
    view.selectAttempt(1);
    view.selectAttempt(99);
    QList<int> attempts;
    for (const auto &arguments : spy)
        attempts << arguments.first().toInt();
    QCOMPARE(attempts, (QList<int>{3, 2, 1}));
    QCOMPARE(view.selectedAttempt(), 1);
}

void tst_Timeline::changesAreNotPaintedOneByOne()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    TimelineModel model;
    TimelineView view(&model);
    model.setTrace(&trace);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));

    struct Counter : QObject
    {
        int paints = 0;

        bool eventFilter(QObject *, QEvent *event) override
        {
            paints += event->type() == QEvent::Paint ? 1 : 0;
            return false;
        }
    } counter;

    view.viewport()->installEventFilter(&counter);
    // Each round of the loop would paint, were each change to ask for it.
    for (int i = 0; i < 200; ++i) {
        Q_EMIT model.dataChanged(model.index(4), model.index(4));
        QCoreApplication::processEvents();
    }
    QVERIFY2(counter.paints < 100, qPrintable(QString::number(counter.paints)));
}

void tst_Timeline::aTraceWithoutItsEndStandsStill()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, firstLines(storyLines(), 8)), QString());
    TimelineModel model;
    TimelineView view(&model);
    int asked = 0;
    bool timePasses = false;
    view.setNow([&asked, &timePasses] {
        ++asked;
        return 90'000us + std::chrono::microseconds(timePasses ? asked : 0);
    });
    model.setTrace(&trace);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.fit();
    const auto standsStill = [&asked] {
        const int before = asked;
        // Nine pictures would come in that time. A loaded machine that makes none of them lets a
        // broken view pass; it never fails a whole one.
        QTest::qWait(300);
        return asked == before;
    };
    QVERIFY(QTest::qWaitFor(standsStill, 10'000));

    timePasses = true;
    view.fit();
    const int before = asked;
    QTRY_VERIFY_WITH_TIMEOUT(asked > before + 30, 10'000);
}

void tst_Timeline::theLegendIsWholeAtAnyWidth()
{
    TimelineLegend legend;
    const int oneLine = legend.heightForWidth(10'000);
    int lines = 1;
    for (const int width : {1'000, 500, 250, 60}) {
        const int height = legend.heightForWidth(width);
        QCOMPARE(height % oneLine, 0);
        QVERIFY(height / oneLine >= lines);
        lines = height / oneLine;
        legend.resize(width, height);
        // The last entry is there: a dot in the colour of what succeeds, in the last line.
        const QImage image = legend.grab().toImage();
        const QRgb dot = Theme::current().success().rgb();
        bool isThere = false;
        for (int y = height - oneLine; y < height && !isThere; ++y)
            for (int x = 0; x < width && !isThere; ++x)
                isThere = image.pixel(x, y) == dot;
        QVERIFY2(isThere, qPrintable(QString::number(width)));
    }
    QCOMPARE(lines, 10);
}

QTEST_MAIN(tst_Timeline)
#include "tst_timeline.moc"
