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
    QMap<FaultSite, QStringList> sites;
    QStringList both;
    for (const FaultDescriptor &row : faultCatalogue()) {
        QStringList parameters;
        for (const FaultParameter &parameter : row.parameters)
            parameters += parameter.name;
        sites[row.site] += parameters.isEmpty()
                               ? row.name
                               : QString(row.name + u'(' + parameters.join(u',') + u')');
        if (row.bySandbox && row.site == FaultSite::Http)
            both += row.name;
    }
    QCOMPARE(sites[FaultSite::Tap].join(u' '),
             QStringLiteral(
                 "ok dns dns-slow(ms) dns-timeout dns-wrong(address) refused blackhole reset close "
                 "unreachable ttl-expired latency(ms,jitter) proxy-general proxy-denied proxy-auth "
                 "proxy-garbage proxy-close tls-selfsigned tls-expired tls-notyet tls-wronghost "
                 "tls-unknownca tls-weakkey tls-alert(code) tls-plain tls-garbage tls-close "
                 "tls-reset tls-stall tls-badmac(after) write-reset(after) write-close(after) "
                 "write-stall eof rst silence"));
    QCOMPARE(sites[FaultSite::Http].join(u' '),
             QStringLiteral(
                 "tls-clientcert garbage continue-eof early-hints head-cut head-reset "
                 "head-dribble(ms) head-huge(bytes) head-malformed "
                 "http-NNN(retry-after,retry-after-ms,body) redirect(location) html-200 empty-200 "
                 "quota cut(after) body-reset(after) stall(after) short-length long-length "
                 "bad-chunk no-last-chunk gzip-corrupt gzip-cut not-gzip throttle(bps) "
                 "slice(bytes) slow-close(ms) slow-first(ms)"));
    QCOMPARE(sites[FaultSite::Sandbox].join(u' '),
             QStringLiteral("no-terminal error-event(at) bad-json(at) split-utf8 split-crlf crlf "
                            "cr-only bom comments duplicate(at) drop(at) big-event(bytes) "
                            "pings-only(after) wrong-dialect length-stop refusal "
                            "h2-reset(code,after) h2-goaway(code,after)"));
    QCOMPARE(both.join(u' '),
             QStringLiteral("http-NNN empty-200 quota cut body-reset stall slow-first"));
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
        QCOMPARE(row.needsTls, row.name.startsWith(QLatin1StringView("tls-"))
                                   || row.name.startsWith(QLatin1StringView("h2-")));
        QVERIFY2(row.site != FaultSite::Sandbox || row.bySandbox, qPrintable(row.name));
        for (const FaultParameter &parameter : row.parameters) {
            if (parameter.defaultValue.unit == FaultUnit::Text) {
                const auto size = parameter.defaultValue.text.size();
                QVERIFY2(size >= parameter.minimum && size <= parameter.maximum,
                         qPrintable(row.name));
                continue;
            }
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
    QTest::newRow("a part of a name") << QStringLiteral("split-utf") << false << FaultKind::None;
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
    QTest::newRow("far too long") << QString(1'000'000, u'x') << QStringLiteral("ttl-expired");
}

void tst_FaultCatalogue::nearest()
{
    QFETCH(QString, typed);
    QFETCH(QString, name);
    QCOMPARE(nearestFaultName(typed), name);
}

QTEST_GUILESS_MAIN(tst_FaultCatalogue)
#include "tst_faultcatalogue.moc"
