// SPDX-License-Identifier: MIT
#include "ui/response/eventplaces.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <algorithm>
#include <vector>

using namespace Retryscope;
using namespace Qt::StringLiterals;

class tst_EventPlaces : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void none();
    void likeAVector_data();
    void likeAVector();
};

void tst_EventPlaces::none()
{
    const EventPlaces places;
    QVERIFY(places.empty());
    QCOMPARE(places.lowerBound(0), std::size_t(0));
    QCOMPARE(places.lowerBound(100'000), std::size_t(0));
}

void tst_EventPlaces::likeAVector_data()
{
    QTest::addColumn<quint32>("first");
    QTest::addColumn<quint32>("farthest");
    QTest::newRow("all of them") << 0u << 1u;
    QTest::newRow("every second or so") << 7u << 3u;
    QTest::newRow("a few in a word") << 511u << 100u;
    QTest::newRow("whole blocks between them") << 123'456u << 5'000u;
}

void tst_EventPlaces::likeAVector()
{
    QFETCH(quint32, first);
    QFETCH(quint32, farthest);
    QRandomGenerator random(farthest);
    EventPlaces places;
    std::vector<std::size_t> expected;
    std::size_t place = first;
    for (int i = 0; i < 5'000; ++i) {
        places.append(place);
        expected.push_back(place);
        place += 1 + random.bounded(farthest);
    }
    QCOMPARE(places.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        QCOMPARE(places.at(i), expected[i]);
    const auto below = [&expected](std::size_t wanted) {
        return std::size_t(std::ranges::lower_bound(expected, wanted) - expected.begin());
    };
    for (std::size_t i = 0; i < expected.size(); ++i) {
        for (const std::size_t near : {expected[i], expected[i] + 1, expected[i] - (i > 0)})
            QCOMPARE(places.lowerBound(near), below(near));
    }
    QCOMPARE(places.lowerBound(0), std::size_t(0));
    QCOMPARE(places.lowerBound(place + 1'000'000), expected.size());
}

QTEST_GUILESS_MAIN(tst_EventPlaces)
#include "tst_eventplaces.moc"
