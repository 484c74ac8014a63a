// SPDX-License-Identifier: MIT
#include "core/retry/proxywatch.h"
#include "tests/support/manualclock.h"
#include "tests/support/printers.h"

#include <QtCore/QRegularExpression>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! When Qt is taken to wait for ever.
class tst_ProxyWatch : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void patience_data();
    void patience();
    void stops();
};

void tst_ProxyWatch::patience_data()
{
    QTest::addColumn<int>("connects");
    QTest::addColumn<bool>("isAlone");
    QTest::addColumn<bool>("isName");
    QTest::addColumn<int>("seconds");
    QTest::newRow("one connection is as it should be") << 1 << true << false << 0;
    QTest::newRow("one may be all of a name with addresses of two families")
        << 1 << true << true << 180;
    QTest::newRow("two behind a name") << 2 << true << true << 30;
    QTest::newRow("two may be an IPv4 and an IPv6 address") << 2 << true << false << 30;
    QTest::newRow("five may be five requests") << 5 << false << false << 30;
    QTest::newRow("six may be six requests") << 6 << false << false << 30;
    QTest::newRow("six for one request are all that Qt has") << 6 << true << false << 1;
}

void tst_ProxyWatch::patience()
{
    QFETCH(int, connects);
    QFETCH(bool, isAlone);
    QFETCH(bool, isName);
    QFETCH(int, seconds);
    ManualClock clock;
    QStringList log;
    ProxyWatch watch(&clock, [&] { log.append(QStringLiteral("give up")); });
    if (isName)
        watch.noteName();
    for (int i = 1; i <= connects; ++i)
        watch.noteConnect(i, isAlone);
    const auto limit = seconds > 0 ? std::chrono::seconds(seconds) : 1h;
    clock.advance(limit - 1ms);
    QCOMPARE(log, QStringList());
    clock.advance(1h);
    QCOMPARE(log.size(), seconds > 0 ? 1 : 0);
    QCOMPARE(clock.activeTimers(), 0);
}

void tst_ProxyWatch::stops()
{
    ManualClock clock;
    QStringList log;
    ProxyWatch watch(&clock, [&] { log.append(QStringLiteral("give up")); });
    watch.stop();
    watch.noteConnect(2, true);
    QCOMPARE(clock.activeTimers(), 1);
    watch.stop();
    clock.advance(1h);
    QCOMPARE(log, QStringList());
    QCOMPARE(clock.activeTimers(), 0);
}

QTEST_GUILESS_MAIN(tst_ProxyWatch)
#include "tst_proxywatch.moc"
