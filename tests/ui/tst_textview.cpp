// SPDX-License-Identifier: MIT
#include "ui/response/slicedsearch.h"
#include "ui/response/textstore.h"
#include "ui/response/textview.h"
#include "ui/response/textviewaccessible.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QScrollBar>

#include <memory>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

QString lines(int count)
{
    QString text;
    for (int i = 0; i < count; ++i)
        text += u"Line %1 of a text that is somewhat longer than the view is wide, so that it "
                "wraps.\n"_s.arg(i);
    return text;
}

//! Shown, and large enough for some lines.
struct Bench
{
    TextStore store;
    TextView view;

    explicit Bench(const QString &text)
    {
        store.append(text);
        view.resize(300, 160);
        view.setStore(&store);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        view.setFocus();
    }

    QScrollBar *bar() const { return view.verticalScrollBar(); }

    bool shows(qint64 place) const
    {
        const QRect rect = view.rectOf(place);
        return !rect.isNull() && rect.bottom() < view.viewport()->height();
    }
};

} // namespace

class tst_TextView : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(
            QRegularExpression(u"^(?!This plugin does not support propagateSizeHints)"_s));
    }

    void piecesAreWholeAndBounded_data();
    void piecesAreWholeAndBounded();
    void theStoreFinds();
    void aSearchWrapsAndStops();
    void theEndStaysInSight();
    void keysMoveAndExtend();
    void upAndDownMeetEveryLine();
    void theMouseSelects();
    void copies();
    void theBarReachesBothEnds();
    void anotherWidthKeepsThePlace();
    void anEndlessParagraph();
    void aScreenReaderHasIt();
    void nothingToShow();
};

void tst_TextView::piecesAreWholeAndBounded_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("step");
    QTest::newRow("nothing") << QString() << 1;
    QTest::newRow("line feeds") << QString(5'000, u'\n') << 7;
    QTest::newRow("lines") << lines(300) << 13;
    QTest::newRow("words without end") << u"word "_s.repeated(10'000) << 11;
    QTest::newRow("one word without end") << QString(30'000, u'x') << 1'000;
    QTest::newRow("surrogates") << u"\U0001f600"_s.repeated(9'001) << 1;
    QTest::newRow("at once") << lines(2'000) << 1'000'000;
}

void tst_TextView::piecesAreWholeAndBounded()
{
    QFETCH(QString, text);
    QFETCH(int, step);
    TextStore store(0);
    for (qsizetype at = 0; at < text.size(); at += step)
        store.append(QStringView(text).mid(at, step));
    QCOMPARE(store.size(), qint64(text.size()));
    QVERIFY(store.toString() == text);
    QString together;
    for (qint64 i = 0; i < store.pieceCount(); ++i) {
        const qint64 begin = store.pieceBegin(i);
        const qint64 size = store.pieceEnd(i) - begin;
        QCOMPARE(begin, qint64(together.size()));
        QVERIFY(size <= TextStore::LongestPiece + 1);
        QVERIFY(i + 1 == store.pieceCount() || size >= TextStore::ShortestPiece);
        QCOMPARE(store.pieceAt(begin), i);
        if (size > 0)
            QCOMPARE(store.pieceAt(begin + size - 1), i);
        const QString piece = store.mid(begin, size);
        QVERIFY(piece.isEmpty() || !piece.front().isLowSurrogate());
        if (i > 0 && text.contains(u' '))
            QVERIFY(text.at(begin - 1).isSpace());
        together += piece;
    }
    QVERIFY(together == text);
    QCOMPARE(store.pieceAt(text.size() + 5), store.pieceCount() - 1);
    QCOMPARE(store.pieceAt(-1), qint64(0));
}

void tst_TextView::theStoreFinds()
{
    TextStore store(0);
    QString text(300'000, u'.');
    for (const qint64 place : {0, 65'530, 131'072, 299'994}) {
        QString one = text;
        one.replace(place, 6, u"N\u00e4edle"_s);
        TextStore each(0);
        each.append(one);
        QCOMPARE(each.indexOf(u"n\u00c4EDLE"_s, 0, one.size()), place);
        QCOMPARE(each.indexOf(u"n\u00c4EDLE"_s, place + 1, one.size()), qint64(-1));
        QCOMPARE(each.indexOf(u"n\u00c4EDLE"_s, 0, place), qint64(-1));
    }
    store.append(text);
    QCOMPARE(store.indexOf(QString(), 0, 5), qint64(-1));
    QCOMPARE(store.indexOf(u"."_s, -1, 5), qint64(-1));
    QVERIFY(store.mid(-1, 5).isEmpty());
    QVERIFY(store.mid(300'000, 5).isEmpty());
}

void tst_TextView::aSearchWrapsAndStops()
{
    QList<std::pair<qint64, qint64>> slices;
    SlicedSearch search(10);
    QSignalSpy finished(&search, &SlicedSearch::finished);
    const auto placeIs = [&slices](qint64 place) {
        return [&slices, place](qint64 from, qint64 end) {
            slices.append({from, end});
            return place >= from && place < end ? place : -1;
        };
    };
    search.start(12, 25, placeIs(3));
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.takeFirst().constFirst().toLongLong(), 3);
    const QList<std::pair<qint64, qint64>> expected{{12, 22}, {22, 25}, {0, 10}};
    QCOMPARE(slices, expected);
    search.start(12, 25, placeIs(-1));
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.takeFirst().constFirst().toLongLong(), -1);
    QVERIFY(!search.stop());
    search.start(0, 1'000'000, placeIs(-1));
    QVERIFY(search.stop());
    QCoreApplication::processEvents();
    QVERIFY(finished.isEmpty());
}

void tst_TextView::theEndStaysInSight()
{
    // A stream that begins is followed.
    Bench growing(u"one\n"_s);
    for (int i = 0; i < 20; ++i) {
        growing.store.append(lines(2));
        growing.view.showMore();
        QVERIFY(growing.shows(growing.store.size()));
    }
    QTRY_VERIFY(growing.bar()->isVisible());
    Bench bench(lines(50));
    QCOMPARE(bench.bar()->value(), 0);
    QVERIFY(bench.bar()->maximum() > 0);
    bench.store.append(lines(50));
    bench.view.showMore();
    QCOMPARE(bench.bar()->value(), 0); // a reader's place is not moved
    bench.bar()->setValue(bench.bar()->maximum());
    QVERIFY(bench.shows(bench.store.size()));
    const int before = bench.bar()->maximum();
    bench.store.append(lines(50));
    bench.view.showMore();
    QVERIFY(bench.bar()->maximum() > before);
    QCOMPARE(bench.bar()->value(), bench.bar()->maximum());
    QVERIFY(bench.shows(bench.store.size()));
}

void tst_TextView::keysMoveAndExtend()
{
    Bench bench(u"one two\nthree\n\nfour"_s);
    const auto press = [&bench](Qt::Key key, Qt::KeyboardModifiers with = Qt::NoModifier) {
        QTest::keyClick(&bench.view, key, with);
        return bench.view.caret();
    };
    QCOMPARE(press(Qt::Key_Right), 1);
    QCOMPARE(press(Qt::Key_End), 7);
    QCOMPARE(press(Qt::Key_Right), 8);
    QCOMPARE(press(Qt::Key_Left), 7);
    QCOMPARE(press(Qt::Key_Home), 0);
    QCOMPARE(press(Qt::Key_Left), 0);
    QCOMPARE(press(Qt::Key_End, Qt::ControlModifier), 19);
    QCOMPARE(press(Qt::Key_Right), 19);
    QCOMPARE(press(Qt::Key_Home, Qt::ControlModifier | Qt::ShiftModifier), 0);
    QCOMPARE(bench.view.selectedText(), bench.store.toString());
    QCOMPARE(press(Qt::Key_Home), 0);
    QVERIFY(bench.view.selectedText().isEmpty());
    press(Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(bench.view.selectedText(), u"one two\n"_s);
    QTest::keySequence(&bench.view, QKeySequence::SelectAll);
    QCOMPARE(bench.view.selectedText(), bench.store.toString());
}

void tst_TextView::upAndDownMeetEveryLine()
{
    // Over the border of pieces, too.
    Bench bench(lines(60));
    QVERIFY(bench.store.pieceCount() > 3);
    QList<qint64> down{0};
    for (int i = 0; i < 1'000 && bench.view.caret() < bench.store.size(); ++i) {
        QTest::keyClick(&bench.view, Qt::Key_Down);
        if (bench.view.caret() == down.last())
            break;
        down.append(bench.view.caret());
        QVERIFY(bench.shows(bench.view.caret()));
    }
    QCOMPARE(bench.view.caret(), bench.store.size());
    const QString text = bench.store.toString();
    for (qsizetype at = 0; at < text.size(); at = text.indexOf(u'\n', at) + 1) {
        QVERIFY(down.contains(at));
        if (text.indexOf(u'\n', at) < 0)
            break;
    }
    for (qsizetype i = down.size() - 1; i >= 0; --i) {
        QCOMPARE(bench.view.caret(), down.at(i));
        QTest::keyClick(&bench.view, Qt::Key_Up);
    }
    QCOMPARE(bench.bar()->value(), 0);
    QTest::keyClick(&bench.view, Qt::Key_PageDown);
    QVERIFY(bench.view.caret() > 0);
    QVERIFY(bench.shows(bench.view.caret()));
    QTest::keyClick(&bench.view, Qt::Key_PageUp);
    QCOMPARE(bench.view.caret(), 0);
}

void tst_TextView::theMouseSelects()
{
    Bench bench(u"one two\nthree"_s);
    const auto at = [&bench](qint64 place) {
        return bench.view.rectOf(place).center();
    };
    QTest::mousePress(bench.view.viewport(), Qt::LeftButton, {}, at(4));
    QTest::mouseMove(bench.view.viewport(), at(10));
    QTest::mouseRelease(bench.view.viewport(), Qt::LeftButton, {}, at(10));
    QCOMPARE(bench.view.selectedText(), u"two\nth"_s);
    QTest::mouseClick(bench.view.viewport(), Qt::LeftButton, {}, at(1));
    QVERIFY(bench.view.selectedText().isEmpty());
    QTest::mouseClick(bench.view.viewport(), Qt::LeftButton, Qt::ShiftModifier, at(3));
    QCOMPARE(bench.view.selectedText(), u"ne"_s);
    QTest::mouseDClick(bench.view.viewport(), Qt::LeftButton, {}, at(10));
    QCOMPARE(bench.view.selectedText(), u"three"_s);
}

void tst_TextView::copies()
{
    Bench bench(u"one two"_s);
    QGuiApplication::clipboard()->setText(u"before"_s);
    QTest::keySequence(&bench.view, QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
    bench.view.select(4, 100);
    QTest::keySequence(&bench.view, QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"two"_s);
    bench.view.select(-1, 2);
    bench.view.select(100, 2);
    QCOMPARE(bench.view.selectedText(), u"two"_s);
}

void tst_TextView::theBarReachesBothEnds()
{
    Bench bench(lines(500));
    bench.bar()->triggerAction(QAbstractSlider::SliderToMaximum);
    QVERIFY(bench.shows(bench.store.size()));
    bench.bar()->triggerAction(QAbstractSlider::SliderSingleStepSub);
    QVERIFY(bench.bar()->value() < bench.bar()->maximum());
    QVERIFY(!bench.shows(bench.store.size()));
    bench.bar()->triggerAction(QAbstractSlider::SliderToMinimum);
    QVERIFY(bench.shows(0));
    // A step is a line, wherever that is.
    bench.bar()->triggerAction(QAbstractSlider::SliderSingleStepAdd);
    QVERIFY(!bench.shows(0));
    const int one = bench.bar()->value();
    bench.bar()->triggerAction(QAbstractSlider::SliderPageStepAdd);
    bench.bar()->triggerAction(QAbstractSlider::SliderPageStepSub);
    QCOMPARE(bench.bar()->value(), one);
    QWheelEvent wheel({10, 10}, bench.view.mapToGlobal(QPointF(10, 10)), {}, {0, 120}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(bench.view.viewport(), &wheel);
    QCOMPARE(bench.bar()->value(), 0);
}

void tst_TextView::anotherWidthKeepsThePlace()
{
    Bench bench(lines(400));
    bench.bar()->setValue(bench.bar()->maximum() / 2);
    const qint64 place = bench.view.placeAt({0, 1});
    bench.view.resize(500, 160);
    QVERIFY(bench.shows(place));
    bench.view.resize(120, 160);
    QVERIFY(bench.shows(place));
    QFont large = bench.view.font();
    large.setPointSizeF(large.pointSizeF() * 2);
    bench.view.setFont(large);
    QVERIFY(bench.shows(place));
}

// Ten million characters without a line feed: a page of them costs what a page costs.
void tst_TextView::anEndlessParagraph()
{
    Bench bench(u"word "_s.repeated(2'000'000));
    bench.view.goTo(bench.store.size(), false);
    QVERIFY(bench.shows(bench.store.size()));
    bench.view.select(5'000'000, 4);
    QCOMPARE(bench.view.selectedText(), u"word"_s);
    QVERIFY(bench.shows(5'000'000));
    bench.bar()->setValue(0);
    QVERIFY(bench.shows(0));
}

void tst_TextView::aScreenReaderHasIt()
{
    Bench bench(u"one two\nthree"_s);
    QAccessibleInterface *reader = QAccessible::queryAccessibleInterface(&bench.view);
    QVERIFY(reader);
    QAccessibleTextInterface *text = reader->textInterface();
    QVERIFY(text);
    QVERIFY(reader->state().readOnly);
    QCOMPARE(reader->text(QAccessible::Value), u"one two\nthree"_s);
    QCOMPARE(text->characterCount(), 13);
    QCOMPARE(text->text(4, 7), u"two"_s);
    text->setSelection(0, 8, 13);
    QCOMPARE(bench.view.selectedText(), u"three"_s);
    QCOMPARE(text->selectionCount(), 1);
    int begin = 0;
    int end = 0;
    text->selection(0, &begin, &end);
    QCOMPARE(begin, 8);
    QCOMPARE(end, 13);
    text->removeSelection(0);
    QCOMPARE(text->selectionCount(), 0);
    text->setCursorPosition(3);
    QCOMPARE(text->cursorPosition(), 3);
    const QRect rect = text->characterRect(9);
    QCOMPARE(text->offsetAtPoint(rect.center()), 9);
}

void tst_TextView::nothingToShow()
{
    TextView view;
    view.resize(100, 50);
    view.setPlaceholderText(u"Nothing yet"_s);
    view.show();
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keySequence(&view, QKeySequence::SelectAll);
    QTest::mouseClick(view.viewport(), Qt::LeftButton);
    QTest::mouseDClick(view.viewport(), Qt::LeftButton);
    view.select(0, 1);
    QVERIFY(view.selectedText().isEmpty());
    const TextStore empty;
    view.setStore(&empty);
    QTest::keyClick(&view, Qt::Key_PageDown);
    QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
    QTest::keyClick(&view, Qt::Key_Left);
    QCOMPARE(view.caret(), 0);
    QVERIFY(!view.grab().isNull());
    QCOMPARE(QAccessible::queryAccessibleInterface(&view)->text(QAccessible::Value),
             u"Nothing yet"_s);
    view.setStore(nullptr);
    QVERIFY(!view.grab().isNull());
}

QTEST_MAIN(tst_TextView)
#include "tst_textview.moc"
