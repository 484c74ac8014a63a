// SPDX-License-Identifier: MIT
#include "core/trace/tracerecorder.h"
#include "ui/response/findbar.h"
#include "ui/response/hexrow.h"
#include "ui/response/rawview.h"
#include "ui/response/responsepane.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTableView>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

//! A trace with this body.
struct Bench
{
    Trace trace;
    TraceRecorder recorder{&trace, 0ns, Redactor()};
    RawView view;

    explicit Bench(const QByteArray &body)
    {
        recorder.keepBody(body);
        view.resize(1200, 300);
        view.show(&trace);
        view.QWidget::show();
    }
};

QByteArray counted(int size)
{
    QByteArray bytes;
    for (int i = 0; i < size; ++i)
        bytes.append(char(i));
    return bytes;
}

} // namespace

class tst_RawView : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(
            QRegularExpression(u"^(?!This plugin does not support propagateSizeHints)"_s));
    }

    void rowsAreAsHexdumpWritesThem_data();
    void rowsAreAsHexdumpWritesThem();
    void whatIsSearched_data();
    void whatIsSearched();
    void keysMoveAndExtend();
    void theMouseSelects();
    void copiesWhatIsSelected();
    void findsAndWraps();
    void onlyWhatIsSeenIsRead();
    void anEventAndItsBytes();
    void aTraceThatGoes();
};

void tst_RawView::rowsAreAsHexdumpWritesThem_data()
{
    QTest::addColumn<qint64>("offset");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("line");
    QTest::newRow("full")
        << qint64(0) << QByteArray("data: {\"id\":\"a\"}")
        << u"00000000  64 61 74 61 3a 20 7b 22  69 64 22 3a 22 61 22 7d  |data: {\"id\":\"a\"}|"_s;
    QTest::newRow("short, and no characters")
        << qint64(0x1'2345'6780) << QByteArray("\x00\x7f\xff~", 4)
        << u"123456780  00 7f ff 7e                                       |...~|"_s;
}

void tst_RawView::rowsAreAsHexdumpWritesThem()
{
    QFETCH(qint64, offset);
    QFETCH(QByteArray, bytes);
    QTEST(HexRow::line(offset, bytes), "line");
}

void tst_RawView::whatIsSearched_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text") << u"data: "_s << QByteArray("data: ");
    QTest::newRow("beyond ASCII") << u"\u00e4"_s << QByteArray("\xc3\xa4");
    QTest::newRow("bytes") << u"0x0d0A"_s << QByteArray("\r\n");
    QTest::newRow("bytes with spaces") << u" 0x 0d 0a "_s << QByteArray("\r\n");
    QTest::newRow("half a byte is text") << u"0x0d0"_s << QByteArray("0x0d0");
    QTest::newRow("no digits") << u"0xzz"_s << QByteArray("0xzz");
}

void tst_RawView::whatIsSearched()
{
    QFETCH(QString, typed);
    QTEST(HexRow::searched(typed), "bytes");
}

void tst_RawView::keysMoveAndExtend()
{
    Bench bench(counted(100));
    RawView &view = bench.view;
    QSignalSpy visited(&view, &RawView::visited);
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.selectionBegin(), qint64(1));
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.selectionBegin(), qint64(17));
    QTest::keyClick(&view, Qt::Key_Home);
    QCOMPARE(view.selectionBegin(), qint64(16));
    QTest::keyClick(&view, Qt::Key_End, Qt::ShiftModifier);
    QCOMPARE(view.selectionBegin(), qint64(16));
    QCOMPARE(view.selectionEnd(), qint64(32));
    QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(view.selectionBegin(), qint64(99));
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_PageDown);
    QCOMPARE(view.selectionBegin(), qint64(99));
    QVERIFY(view.accessibleDescription().contains(u"Byte 99 of 100"_s));
    QTest::keyClick(&view, Qt::Key_PageUp);
    QTest::keyClick(&view, Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(&view, Qt::Key_Left);
    QTest::keyClick(&view, Qt::Key_Up);
    QCOMPARE(view.selectionBegin(), qint64(0));
    QVERIFY(visited.size() > 5);
    QCOMPARE(visited.last().first().toLongLong(), qint64(0));
}

void tst_RawView::theMouseSelects()
{
    Bench bench(counted(100));
    const int height = bench.view.fontMetrics().height() + 2;
    const qreal width = QFontMetricsF(bench.view.font()).horizontalAdvance(u'0');
    const auto at = [width, height](int column, int row) {
        return QPointF((column + 1) * width, row * height + 3).toPoint();
    };
    QWidget *port = bench.view.viewport();
    // The third byte of the second row, among the digits, then among the characters.
    QTest::mouseClick(port, Qt::LeftButton, {}, at(10 + 6, 1));
    QCOMPARE(bench.view.selectionBegin(), qint64(18));
    const int characters = 10 + HexRow::columns() + 2;
    QTest::mouseClick(port, Qt::LeftButton, {}, at(characters + 2, 1));
    QCOMPARE(bench.view.selectionBegin(), qint64(18));
    QTest::mouseClick(port, Qt::LeftButton, Qt::ShiftModifier, at(characters + 4, 2));
    QCOMPARE(bench.view.selectionBegin(), qint64(18));
    QCOMPARE(bench.view.selectionEnd(), qint64(37));
    // Below the last byte.
    QTest::mouseClick(port, Qt::LeftButton, {}, {at(14, 0).x(), port->height() - 2});
    QCOMPARE(bench.view.selectionEnd(), qint64(100));
}

void tst_RawView::copiesWhatIsSelected()
{
    Bench bench("0123456789abcdefXYZ");
    QCOMPARE(bench.view.selectedText(), QString());
    bench.view.select(14, 4);
    QTest::keySequence(&bench.view, QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), QString(HexRow::line(14, "efXY") + u'\n'));
    bench.view.select(17, 100); // as far as there are bytes
    QCOMPARE(bench.view.selectionEnd(), qint64(19));
    bench.view.select(19, 1);
    QCOMPARE(bench.view.selectionBegin(), qint64(17));
}

void tst_RawView::findsAndWraps()
{
    Bench bench(
        QByteArray(20'000'000, '.').replace(5, 6, "needle").replace(19'000'000, 6, "needle"));
    QSignalSpy searched(&bench.view, &RawView::searched);
    for (const qint64 place : {5, 19'000'000, 5}) {
        bench.view.find("needle");
        QTRY_COMPARE(searched.size(), 1);
        QCOMPARE(searched.takeFirst().first().toBool(), true);
        QCOMPARE(bench.view.selectionBegin(), place);
        QCOMPARE(bench.view.selectionEnd(), place + 6);
    }
    bench.view.find("needless");
    QTRY_COMPARE(searched.size(), 1);
    QCOMPARE(searched.takeFirst().first().toBool(), false);
    QCOMPARE(bench.view.selectionBegin(), qint64(5));
    bench.view.find("needless");
    QVERIFY(bench.view.stopSearch());
    QVERIFY(!bench.view.stopSearch());
    QCoreApplication::processEvents();
    QVERIFY(searched.isEmpty());
}

void tst_RawView::onlyWhatIsSeenIsRead()
{
    // More than is kept in memory: a view that read it all would show in the time it takes.
    Bench bench(QByteArray(64 * 1024 * 1024, 'x'));
    QCOMPARE(bench.view.verticalScrollBar()->maximum() + bench.view.verticalScrollBar()->pageStep(),
             64 * 1024 * 1024 / HexRow::Bytes);
    QTest::keyClick(&bench.view, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(bench.view.verticalScrollBar()->value(), bench.view.verticalScrollBar()->maximum());
    QVERIFY(!bench.view.grab().isNull());
    // More arrives, and what is looked at stays where it is.
    const int value = bench.view.verticalScrollBar()->value();
    bench.recorder.keepBody(QByteArray(1024, 'y'));
    bench.view.show(&bench.trace);
    QCOMPARE(bench.view.verticalScrollBar()->value(), value);
    QCOMPARE(bench.view.verticalScrollBar()->maximum(), value + 64);
}

void tst_RawView::anEventAndItsBytes()
{
    Trace trace;
    TraceRecorder recorder(&trace, 0ns, Redactor());
    const auto record = [&](int attempt, TraceSource source, TraceEventName name,
                            const QJsonObject &fields = {}) {
        recorder.record(0ns, attempt, source, name, fields);
    };
    record(0, TraceSource::Client, TraceEventName::RunStarted, {{u"schema"_s, 1}});
    record(1, TraceSource::Client, TraceEventName::AttemptStarted);
    for (int i = 0; i < 3; ++i) {
        const QString data = QString(3, QChar(u'a' + i));
        recorder.keepBody(QByteArray("data: " + data.toUtf8() + "\n\n"));
        record(1, TraceSource::Stream, TraceEventName::StreamEvent,
               {{u"index"_s, i}, {u"offset"_s, 11 * i}, {u"bytes"_s, 11}, {u"data"_s, data}});
    }
    ResponsePane pane;
    pane.resize(700, 300);
    pane.show();
    pane.setTrace(&trace);
    pane.flush();
    auto *raw = pane.findChild<RawView *>();
    auto *table = pane.findChild<QTableView *>();
    pane.showTab(2);
    QVERIFY(raw->isVisible());
    pane.stepEvent(1);
    pane.stepEvent(1);
    QVERIFY(raw->isVisible());
    QCOMPARE(raw->selectionBegin(), qint64(11));
    QCOMPARE(raw->selectionEnd(), qint64(22));
    QTest::keyClick(raw, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(table->currentIndex().row(), 2);
    QCOMPARE(raw->selectionBegin(), qint64(32)); // and not the whole event
    // The same field searches what is shown.
    pane.openFind();
    QTest::keyClicks(pane.findChild<FindBar *>(), u"bb"_s);
    QSignalSpy searched(raw, &RawView::searched);
    pane.findNext();
    QTRY_COMPARE(searched.size(), 1);
    QCOMPARE(raw->selectionBegin(), qint64(17));
    pane.showTab(1);
    pane.findNext();
    QTRY_COMPARE(table->currentIndex().row(), 1);
}

void tst_RawView::aTraceThatGoes()
{
    RawView view;
    view.resize(700, 300);
    view.QWidget::show();
    {
        Trace trace;
        TraceRecorder recorder(&trace, 0ns, Redactor());
        recorder.keepBody(counted(100));
        view.show(&trace);
        view.select(3, 5);
    }
    QVERIFY(!view.grab().isNull());
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {100, 20});
    QCOMPARE(view.selectedText(), QString());
    QSignalSpy searched(&view, &RawView::searched);
    view.find("x");
    QTRY_COMPARE(searched.size(), 1);
    view.show(nullptr);
    QCOMPARE(view.selectionBegin(), qint64(-1));
}

QTEST_MAIN(tst_RawView)
#include "tst_rawview.moc"
