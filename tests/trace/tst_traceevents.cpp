// SPDX-License-Identifier: MIT
#include "core/trace/traceevents.h"

#include <QtCore/QBuffer>
#include <QtCore/QJsonArray>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <algorithm>
#include <vector>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

//! Each one different, some large.
TraceEvent numbered(int number)
{
    TraceEvent event;
    event.t = std::chrono::microseconds(number * 10 - 5);
    event.attempt = number % 7;
    event.source = TraceSource::Stream;
    event.name = number % 2 == 0 ? TraceEventName::StreamEvent : TraceEventName::StreamDelta;
    event.fields = {{u"index"_s, number},
                    {u"content"_s, number % 3 == 0},
                    {u"nothing"_s, QJsonValue()},
                    {u"list"_s, QJsonArray{number, u"\u00e9\n\"\\"_s, 0.25}},
                    {u"data"_s, QString(number % 1000 == 0 ? 200'000 : number % 50, u'\u20ac')}};
    return event;
}

std::vector<TraceEvent> series(int count)
{
    std::vector<TraceEvent> events;
    for (int i = 0; i < count; ++i)
        events.push_back(numbered(i));
    return events;
}

TraceEvent headOf(TraceEvent event)
{
    event.fields = {};
    return event;
}

void fill(TraceEvents &events, const std::vector<TraceEvent> &from)
{
    for (const TraceEvent &event : from)
        events.append(event);
}

} // namespace

class tst_TraceEvents : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void theyAreWhatTheyWere_data();
    void theyAreWhatTheyWere();
    void theyAreReadWhileTheyCome();
    void oneLargeEvent();
    void savedAsLines();
    void linesOfSome();
    void candidatesLeaveNothingOut_data();
    void candidatesLeaveNothingOut();
};

void tst_TraceEvents::theyAreWhatTheyWere_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<qint64>("memoryLimit");
    QTest::addColumn<std::size_t>("latest");
    QTest::newRow("none") << 0 << qint64(1) << std::size_t(10);
    QTest::newRow("one") << 1 << qint64(1) << std::size_t(10);
    QTest::newRow("all as they are") << 500 << qint64(1) << std::size_t(1000);
    QTest::newRow("lines in memory") << 5'000 << qint64(1 << 30) << std::size_t(10);
    QTest::newRow("lines in the file") << 5'000 << qint64(0) << std::size_t(1);
    QTest::newRow("as usual, but more") << 12'000 << qint64(1 << 20) << std::size_t(4096);
}

void tst_TraceEvents::theyAreWhatTheyWere()
{
    QFETCH(int, count);
    QFETCH(qint64, memoryLimit);
    QFETCH(std::size_t, latest);
    const std::vector<TraceEvent> expected = series(count);
    TraceEvents events(memoryLimit, latest);
    fill(events, expected);
    QCOMPARE(events.size(), expected.size());
    QCOMPARE(events.empty(), count == 0);
    QVERIFY(std::ranges::equal(events, expected));
    // And out of order.
    for (std::size_t i = 0; i < expected.size(); i += 7) {
        const std::size_t at = expected.size() - 1 - (i * 37) % expected.size();
        QVERIFY(events.headAt(at) == headOf(expected[at]));
        QVERIFY(events.at(at) == expected[at]);
    }
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY(events.headAt(i) == headOf(expected[i]));
    if (count > 0)
        QVERIFY(events.back() == expected.back());
    const TraceEvents moved = std::move(events);
    QVERIFY(std::ranges::equal(moved, expected));
}

void tst_TraceEvents::theyAreReadWhileTheyCome()
{
    const std::vector<TraceEvent> expected = series(3'000);
    TraceEvents events(0, 2);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        events.append(expected[i]);
        // The block that grows has been read before.
        const std::size_t before = i - std::min<std::size_t>(i, 5);
        QVERIFY(events.at(before) == expected[before]);
        QVERIFY(events.at(i / 2) == expected[i / 2]);
    }
}

// What is kept as it is is bounded by its size, too.
void tst_TraceEvents::oneLargeEvent()
{
    TraceEvent large = numbered(1);
    large.fields.insert(u"data"_s, QString(20'000'000, u'x'));
    TraceEvents events(0, 4096);
    events.append(numbered(0));
    events.append(large);
    QVERIFY(events.back() == large);
    events.append(numbered(2));
    QCOMPARE(events.size(), std::size_t(3));
    QVERIFY(events.at(1) == large);
    QVERIFY(events.at(0) == numbered(0));
    QVERIFY(events.at(2) == numbered(2));
}

void tst_TraceEvents::savedAsLines()
{
    const std::vector<TraceEvent> expected = series(2'500);
    QByteArray lines;
    for (const TraceEvent &event : expected)
        lines += event.toJsonLine() + '\n';
    TraceEvents events(1024, 100);
    fill(events, expected);
    QBuffer file;
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(events.save(&file));
    QVERIFY(file.data() == lines);
    QBuffer refuses;
    QVERIFY(refuses.open(QIODevice::ReadOnly));
    QTest::ignoreMessage(QtWarningMsg, "QIODevice::write (QBuffer): ReadOnly device");
    QVERIFY(!events.save(&refuses));
}

// From anywhere to anywhere, in pieces.
void tst_TraceEvents::linesOfSome()
{
    const std::vector<TraceEvent> expected = series(2'500);
    TraceEvents events(0, 300);
    fill(events, expected);
    const std::pair<std::size_t, std::size_t> ranges[] = {
        {0, 2'500}, {1, 2}, {777, 1'001}, {2'100, 2'300}, {2'199, 2'500}, {2'499, 2'500}};
    for (const auto &[from, end] : ranges) {
        QByteArray lines;
        for (std::size_t at = from; at < end;) {
            const auto [piece, next] = events.lines(at, end);
            QVERIFY(!piece.isEmpty());
            QVERIFY(next > at && next <= end);
            lines += piece;
            at = next;
        }
        QByteArray wanted;
        for (std::size_t i = from; i < end; ++i)
            wanted += expected[i].toJsonLine() + '\n';
        QVERIFY(lines == wanted);
    }
}

void tst_TraceEvents::candidatesLeaveNothingOut_data()
{
    QTest::addColumn<QString>("inEvent");
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<bool>("isExact");
    QTest::newRow("as it is") << u"needle"_s << u"needle"_s << true;
    QTest::newRow("in another case") << u"a NEEdle"_s << u"nEEdle"_s << true;
    QTest::newRow("with quotes") << u"\"needle\""_s << u"\"needle\""_s << false;
    QTest::newRow("with a backslash") << u"\\n needle"_s << u"\\n needle"_s << false;
    QTest::newRow("with a line feed") << u"x\nneedle"_s << u"x\nneedle"_s << false;
    QTest::newRow("beyond ASCII") << u"n\u00c4dle"_s << u"N\u00e4DLE"_s << false;
    // U+212A and U+017F are k and s when cases are equal.
    QTest::newRow("the Kelvin sign") << u"\u212aelvin"_s << u"kelvin"_s << true;
    QTest::newRow("a long s") << u"Wach\u017ftube"_s << u"WACHSTUBE"_s << true;
}

void tst_TraceEvents::candidatesLeaveNothingOut()
{
    QFETCH(QString, inEvent);
    QFETCH(QString, wanted);
    QFETCH(bool, isExact);
    QVERIFY(inEvent.contains(wanted, Qt::CaseInsensitive));
    constexpr std::size_t count = 4'000;
    for (const std::size_t place : {std::size_t(0), std::size_t(1'500), count - 11, count - 1}) {
        TraceEvents each(0, 10);
        for (std::size_t i = 0; i < count; ++i) {
            TraceEvent event;
            event.fields.insert(u"data"_s, i == place ? inEvent : QString(100, u'y'));
            each.append(event);
        }
        std::size_t at = each.candidate(wanted, 0, count);
        QVERIFY(at <= place);
        if (isExact && place < count - 10)
            QCOMPARE(at, place);
        while (at < place)
            at = each.candidate(wanted, at + 1, count);
        QCOMPARE(at, place);
        if (place >= 5)
            QVERIFY(each.candidate(wanted, 0, place - 3) <= place - 3);
    }
}

QTEST_GUILESS_MAIN(tst_TraceEvents)
#include "tst_traceevents.moc"
