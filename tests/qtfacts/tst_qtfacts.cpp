// SPDX-License-Identifier: MIT
#include "tests/qtfacts/fact.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

//! How the tables are read: which column counts, and what is said where Qt does something else.
class tst_QtFacts : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void picksTheColumn_data();
    void picksTheColumn();
    void complains_data();
    void complains();
    void saysWhatToLookAt();
    void saysWhatIsOnlyAssumed();
};

namespace {

Columns changed()
{
    return {qt64({u"lost"_s}, exactly(1)), qt68({u"whole"_s, u"cut"_s}, between(2, 4))};
}

} // namespace

void tst_QtFacts::picksTheColumn_data()
{
    QTest::addColumn<QVersionNumber>("qt");
    QTest::addColumn<QVersionNumber>("since");
    QTest::newRow("older than all") << QVersionNumber(6, 3, 9) << QVersionNumber(6, 4);
    QTest::newRow("the very version") << QVersionNumber(6, 4) << QVersionNumber(6, 4);
    QTest::newRow("between two columns") << QVersionNumber(6, 7, 3) << QVersionNumber(6, 4);
    QTest::newRow("a patch of the last one") << QVersionNumber(6, 8, 2) << QVersionNumber(6, 8);
    QTest::newRow("newer than all") << QVersionNumber(7, 0) << QVersionNumber(6, 8);
}

void tst_QtFacts::picksTheColumn()
{
    QFETCH(QVersionNumber, qt);
    QFETCH(QVersionNumber, since);
    QCOMPARE(columnFor(changed(), qt).since, since);
}

void tst_QtFacts::complains_data()
{
    QTest::addColumn<QVersionNumber>("qt");
    QTest::addColumn<Observation>("seen");
    QTest::addColumn<bool>("isRecorded");
    const QVersionNumber old(6, 4, 2);
    const QVersionNumber newer(6, 8, 2);
    QTest::newRow("as recorded") << old << Observation{u"lost"_s, 1} << true;
    QTest::newRow("another end") << old << Observation{u"whole"_s, 1} << false;
    QTest::newRow("one copy more") << old << Observation{u"lost"_s, 2} << false;
    QTest::newRow("one way of a race") << newer << Observation{u"whole"_s, 2} << true;
    QTest::newRow("the other way") << newer << Observation{u"cut"_s, 4} << true;
    QTest::newRow("what the older one did") << newer << Observation{u"lost"_s, 2} << false;
    QTest::newRow("fewer copies") << newer << Observation{u"cut"_s, 1} << false;
    QTest::newRow("more copies") << newer << Observation{u"cut"_s, 5} << false;
}

void tst_QtFacts::complains()
{
    QFETCH(QVersionNumber, qt);
    QFETCH(Observation, seen);
    QFETCH(bool, isRecorded);
    QCOMPARE(complaintAbout({u"a"_s, changed(), u"b"_s}, seen, qt).isEmpty(), isRecorded);
}

void tst_QtFacts::saysWhatToLookAt()
{
    const Fact fact{u"a FIN is lost"_s, changed(), u"core/retry/classify.cpp (isWhole())"_s};
    QCOMPARE(complaintAbout(fact, {u"lost"_s, 3}, QVersionNumber(6, 9, 1)),
             u"QNetworkAccessManager does not do what core/retry was built on.\n"
             "   fact: a FIN is lost\n"
             "   Qt 6.9.1 did: lost; copies: 3\n"
             "   recorded for Qt 6.8: whole | cut; copies: 2 to 4\n"
             "   depends on it: core/retry/classify.cpp (isWhole())"_s);
}

void tst_QtFacts::saysWhatIsOnlyAssumed()
{
    const Fact fact{u"a FIN is lost"_s, in64Only({u"lost"_s}, atLeast(2)), u"x"_s};
    const Observation other{u"whole"_s, 1};
    QVERIFY(complaintAbout(fact, other, QVersionNumber(6, 4, 2))
                .contains(u"recorded for Qt 6.4: lost; copies: 2 or more"_s));
    QVERIFY(complaintAbout(fact, other, QVersionNumber(6, 8, 2))
                .contains(u"assumed for Qt 6.8, where it was never measured: lost"_s));
}

QTEST_GUILESS_MAIN(tst_QtFacts)
#include "tst_qtfacts.moc"
