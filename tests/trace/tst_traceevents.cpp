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
        QVERIFY(events.at(at) == expected[at]);
    }
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

QTEST_GUILESS_MAIN(tst_TraceEvents)
#include "tst_traceevents.moc"
