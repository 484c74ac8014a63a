// SPDX-License-Identifier: MIT
#include "core/retry/oneshotbody_p.h"
#include "tests/support/manualclock.h"

#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! What keeps QNetworkAccessManager from sending a body twice, and from giving up one that was not
//! sent at all.
class tst_OneShotBody : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void unreadItCanBeRewound();
    void oneByteIsEnough();
    void anEmptyOneCannot();
    void neverSeeks();
    void tellsWhenItWasTaken();
    void takesNothingIn();
};

void tst_OneShotBody::unreadItCanBeRewound()
{
    const ManualClock clock;
    OneShotBody body("abcdef", &clock);
    QVERIFY(body.reset());
    QVERIFY(body.reset());
    QCOMPARE(body.bytesAvailable(), qint64(6));
    QCOMPARE(body.readAll(), QByteArray("abcdef"));
    QVERIFY(body.atEnd());
    QVERIFY(!body.reset());
    QVERIFY(body.readAll().isEmpty());
}

void tst_OneShotBody::oneByteIsEnough()
{
    const ManualClock clock;
    OneShotBody body("abcdef", &clock);
    QCOMPARE(body.read(1), QByteArray("a"));
    QVERIFY(!body.reset());
    QCOMPARE(body.taken(), qint64(1));
    QCOMPARE(body.bytesAvailable(), qint64(5));
    QCOMPARE(body.readAll(), QByteArray("bcdef"));
}

void tst_OneShotBody::anEmptyOneCannot()
{
    const ManualClock clock;
    OneShotBody body(QByteArray(), &clock);
    QVERIFY(!body.reset());
    QVERIFY(body.atEnd());
    QCOMPARE(body.bytesAvailable(), qint64(0));
}

void tst_OneShotBody::neverSeeks()
{
    const ManualClock clock;
    OneShotBody body("abcdef", &clock);
    QVERIFY(body.isSequential());
    QVERIFY(!body.seek(0));
    QCOMPARE(body.readAll(), QByteArray("abcdef"));
}

void tst_OneShotBody::tellsWhenItWasTaken()
{
    ManualClock clock;
    OneShotBody body("abcdef", &clock);
    clock.advance(5ms);
    QCOMPARE(body.lastTaken().count(), 0);
    const auto first = clock.now();
    QCOMPARE(body.read(2), QByteArray("ab"));
    QCOMPARE(body.lastTaken().count(), first.count());
    clock.advance(7ms);
    const auto second = clock.now();
    QCOMPARE(body.readAll(), QByteArray("cdef"));
    QCOMPARE(body.lastTaken().count(), second.count());
    clock.advance(1ms);
    QVERIFY(body.readAll().isEmpty());
    QCOMPARE(body.lastTaken().count(), second.count());
}

void tst_OneShotBody::takesNothingIn()
{
    const ManualClock clock;
    OneShotBody body("abcdef", &clock);
    QTest::ignoreMessage(QtWarningMsg,
                         "QIODevice::write (Retryscope::OneShotBody): ReadOnly device");
    QCOMPARE(body.write("x"), qint64(-1));
    QCOMPARE(body.readAll(), QByteArray("abcdef"));
}

QTEST_GUILESS_MAIN(tst_OneShotBody)

#include "tst_oneshotbody.moc"
