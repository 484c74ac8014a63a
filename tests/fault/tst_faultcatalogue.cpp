// SPDX-License-Identifier: MIT
#include "core/fault/faultcatalogue.h"
#include "core/fault/faultplan.h"

#include <QtCore/QMetaEnum>
#include <QtCore/QRegularExpression>
#include <QtCore/QSet>
#include <QtTest/QTest>

using namespace Retryscope;

class tst_FaultCatalogue : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void namesAndSites();
    void everyKindHasOneRow();
    void rowsFollowAnExchange();
    void rowsAreSound();
    void defaultsAndGivenValues();
    void finds_data();
    void finds();
    void nearest_data();
    void nearest();
};

// The catalogue as people type it: a changed name breaks saved scenarios.
void tst_FaultCatalogue::namesAndSites()
{
    QStringList tap;
    QStringList sandbox;
    for (const FaultDescriptor &row : faultCatalogue()) {
        QStringList parameters;
        for (const FaultParameter &parameter : row.parameters)
            parameters += parameter.name;
        const QString text = parameters.isEmpty()
                                 ? row.name
                                 : QString(row.name + u'(' + parameters.join(u',') + u')');
        (row.site == FaultSite::Tap ? tap : sandbox) += text;
    }
    QCOMPARE(tap.join(u' '),
             QStringLiteral("ok dns refused reset close unreachable latency(ms,jitter) "
                            "tls-selfsigned tls-expired tls-wronghost tls-alert(code) tls-plain "
                            "tls-close tls-stall eof rst silence"));
    QCOMPARE(sandbox.join(u' '),
             QStringLiteral("http-NNN(retry-after) empty-200 quota cut(after) body-reset(after) "
                            "stall(after) no-terminal error-event(at) bad-json(at) split-utf8 "
                            "split-crlf crlf cr-only bom comments duplicate(at) drop(at) "
                            "big-event(bytes) pings-only(after) slow-first(ms) wrong-dialect "
                            "length-stop refusal"));
}

void tst_FaultCatalogue::everyKindHasOneRow()
{
    const auto kinds = QMetaEnum::fromType<FaultKind>();
    QCOMPARE(faultCatalogue().size(), static_cast<size_t>(kinds.keyCount()));
    for (int i = 0; i < kinds.keyCount(); ++i) {
        const auto kind = static_cast<FaultKind>(kinds.value(i));
        QCOMPARE(faultDescriptor(kind).kind, kind);
    }
}

void tst_FaultCatalogue::rowsFollowAnExchange()
{
    const auto rows = faultCatalogue();
    QCOMPARE(rows.front().kind, FaultKind::None);
    QVERIFY(std::is_sorted(rows.begin(), rows.end(),
                           [](const auto &a, const auto &b) { return a.phase < b.phase; }));
}

void tst_FaultCatalogue::rowsAreSound()
{
    QSet<QString> names;
    for (const FaultDescriptor &row : faultCatalogue()) {
        QVERIFY2(!names.contains(row.name), qPrintable(row.name));
        names += row.name;
        QVERIFY2(row.summary.endsWith(u'.'), qPrintable(row.name));
        QCOMPARE(row.needsTls, row.name.startsWith(QLatin1StringView("tls-")));
        for (const FaultParameter &parameter : row.parameters) {
            QVERIFY2(parameter.summary.endsWith(u'.'), qPrintable(row.name));
            QVERIFY2(parameter.minimum <= parameter.defaultValue.number, qPrintable(row.name));
            QVERIFY2(parameter.maximum >= parameter.defaultValue.number, qPrintable(row.name));
        }
    }
}

void tst_FaultCatalogue::defaultsAndGivenValues()
{
    Fault fault;
    fault.kind = FaultKind::Stall;
    const QString after = QStringLiteral("after");
    QCOMPARE(fault.parameter(after), (FaultValue{3, FaultUnit::Events}));
    fault.parameters.insert(after, {100, FaultUnit::Bytes});
    QCOMPARE(fault.parameter(after), (FaultValue{100, FaultUnit::Bytes}));
}

void tst_FaultCatalogue::finds_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("found");
    QTest::addColumn<FaultKind>("kind");
    QTest::newRow("a plain name") << QStringLiteral("tls-stall") << true << FaultKind::TlsStall;
    QTest::newRow("no fault") << QStringLiteral("ok") << true << FaultKind::None;
    QTest::newRow("any status") << QStringLiteral("http-503") << true << FaultKind::HttpStatus;
    QTest::newRow("the status row") << QStringLiteral("http-NNN") << true << FaultKind::HttpStatus;
    QTest::newRow("too short a status") << QStringLiteral("http-50") << false << FaultKind::None;
    QTest::newRow("a status of letters") << QStringLiteral("http-5xx") << false << FaultKind::None;
    QTest::newRow("digits of another script")
        << QStringLiteral("http-\u0665\u0660\u0663") << false << FaultKind::None;
    QTest::newRow("capitals") << QStringLiteral("Refused") << false << FaultKind::None;
    QTest::newRow("planned, not made yet")
        << QStringLiteral("blackhole") << false << FaultKind::None;
    QTest::newRow("nothing") << QString() << false << FaultKind::None;
}

void tst_FaultCatalogue::finds()
{
    QFETCH(QString, name);
    QFETCH(bool, found);
    QFETCH(FaultKind, kind);
    const FaultDescriptor *row = findFault(name);
    QCOMPARE(row != nullptr, found);
    if (row)
        QCOMPARE(row->kind, kind);
}

void tst_FaultCatalogue::nearest_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("name");
    QTest::newRow("a letter too many") << QStringLiteral("reffused") << QStringLiteral("refused");
    QTest::newRow("a letter missing") << QStringLiteral("silnce") << QStringLiteral("silence");
    QTest::newRow("capitals") << QStringLiteral("TLS-EXPIRED") << QStringLiteral("tls-expired");
    QTest::newRow("a hyphen missing") << QStringLiteral("badjson") << QStringLiteral("bad-json");
    QTest::newRow("a broken status") << QStringLiteral("http-4") << QStringLiteral("http-NNN");
    QTest::newRow("far too long") << QString(1'000'000, u'x') << QStringLiteral("tls-expired");
}

void tst_FaultCatalogue::nearest()
{
    QFETCH(QString, typed);
    QFETCH(QString, name);
    QCOMPARE(nearestFaultName(typed), name);
}

QTEST_GUILESS_MAIN(tst_FaultCatalogue)
#include "tst_faultcatalogue.moc"
