// SPDX-License-Identifier: MIT
#include "core/timeline/stamplist.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <algorithm>
#include <vector>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using std::chrono::microseconds;

class tst_StampList : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void asASortedVector_data();
    void asASortedVector();
    void nothing();
    void copiesAreApart();
};

void tst_StampList::asASortedVector_data()
{
    QTest::addColumn<std::vector<qint64>>("stamps");
    const auto series = [](qsizetype count, auto next) {
        std::vector<qint64> stamps;
        for (qsizetype i = 0; i < count; ++i)
            stamps.push_back(next(i));
        return stamps;
    };
    QRandomGenerator random(4);
    QTest::newRow("one") << std::vector<qint64>{-7};
    QTest::newRow("in order, over several chunks")
        << series(200'000, [](qsizetype i) { return qint64(i) * 3 - 1'000; });
    QTest::newRow("all equal") << series(150'000, [](qsizetype) { return qint64(5); });
    QTest::newRow("mostly in order") << series(140'000, [&](qsizetype i) {
        return qint64(i) * 10 - (i % 1'000 == 0 ? qint64(random.bounded(500)) : 0);
    });
    QTest::newRow("backwards") << series(3'000, [](qsizetype i) { return -qint64(i) * 1'000; });
    QTest::newRow("hours apart") << series(
        500, [](qsizetype i) { return qint64(i % 50) * 3'600'000'000 + i; });
    QTest::newRow("any") << series(5'000, [&](qsizetype) {
        return qint64(random.bounded(1'000'000)) * 20'000 - 5'000'000'000;
    });
}

void tst_StampList::asASortedVector()
{
    QFETCH(std::vector<qint64>, stamps);
    StampList list;
    for (const qint64 stamp : stamps)
        list.insert(microseconds(stamp));
    std::ranges::stable_sort(stamps);
    QCOMPARE(list.size(), qsizetype(stamps.size()));
    QCOMPARE(list.last().count(), stamps.back());
    for (std::size_t i = 0; i < stamps.size(); ++i)
        QCOMPARE(list.at(qsizetype(i)).count(), stamps[i]);
    const std::size_t step = std::max<std::size_t>(1, stamps.size() / 2'000);
    for (std::size_t i = 0; i < stamps.size(); i += step) {
        for (const qint64 wanted : {stamps[i] - 1, stamps[i], stamps[i] + 1}) {
            const auto expected = std::ranges::lower_bound(stamps, wanted) - stamps.begin();
            QCOMPARE(list.lowerBound(microseconds(wanted)), qsizetype(expected));
        }
    }
    QCOMPARE(list.lowerBound(microseconds::max() / 2), list.size());
    QCOMPARE(list.lowerBound(microseconds::min() / 2), qsizetype(0));
}

void tst_StampList::nothing()
{
    const StampList list;
    QVERIFY(list.isEmpty());
    QCOMPARE(list.size(), qsizetype(0));
    QCOMPARE(list.lowerBound(microseconds(0)), qsizetype(0));
    QVERIFY(list == StampList());
}

void tst_StampList::copiesAreApart()
{
    StampList one;
    one.insert(microseconds(1));
    StampList other = one;
    QVERIFY(one == other);
    other.insert(microseconds(0));
    QVERIFY(!(one == other));
    QCOMPARE(one.size(), qsizetype(1));
    one.insert(microseconds(2));
    QVERIFY(!(one == other));
}

QTEST_GUILESS_MAIN(tst_StampList)
#include "tst_stamplist.moc"
