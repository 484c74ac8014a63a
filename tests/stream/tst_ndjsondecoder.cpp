// SPDX-License-Identifier: MIT
#include "core/stream/ndjsondecoder.h"

#include "tests/stream/recordlog.h"
#include "tests/support/pieces.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

//! \brief Lines, whatever the pieces.
class tst_NdJsonDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void lines_data();
    void lines();
    void aLineAsLargeAsTheLimitPasses();
    void aLineBeyondTheLimitIsDamage();
    void resetBeginsAnew();
};

void tst_NdJsonDecoder::lines_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("log");

    const auto row = [](const char *name, const QByteArray &body, const QStringList &log) {
        QTest::newRow(name) << body << log;
    };
    row("an empty body", "", {});
    row("two lines", "{\"a\":1}\n{}\n", {u"<{\"a\":1}> @0+8 data@0"_s, u"<{}> @8+3 data@8"_s});
    row("CR LF", "{}\r\n[]\r\n", {u"<{}> @0+4 data@0"_s, u"<[]> @4+4 data@4"_s});
    row("a CR inside a line stays", "a\rb\n", {u"<a\\rb> @0+4 data@0"_s});
    row("blank lines are skipped", "\n \t\n\r\n{}\n", {u"<{}> @6+3 data@6"_s});
    row("a line without its end", "{}\n{\"b\"",
        {u"<{}> @0+3 data@0"_s, u"pending @3+4 <{\"b\">"_s});
    row("blanks at the end", "{}\n  ", {u"<{}> @0+3 data@0"_s, u"pending @3+2"_s});
    row("characters of several bytes", "\"é€😀\"\n", {u"<\"é€😀\"> @0+12 data@0"_s});
}

void tst_NdJsonDecoder::lines()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, log);
    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        NdJsonDecoder decoder;
        QCOMPARE(recordLog(decoder, pieces), log);
        QCOMPARE(decoder.bytes(), body.size());
    }
}

void tst_NdJsonDecoder::aLineAsLargeAsTheLimitPasses()
{
    const QByteArray body = "12345\n123";
    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        NdJsonDecoder decoder(5);
        QCOMPARE(recordLog(decoder, pieces),
                 (QStringList{u"<12345> @0+6 data@0"_s, u"pending @6+3 <123>"_s}));
    }
}

void tst_NdJsonDecoder::aLineBeyondTheLimitIsDamage()
{
    for (const QByteArray &body : {QByteArray("1\n123456\n{}\n"), QByteArray("1\n123456")}) {
        const QList<QList<QByteArray>> cuts = allCuts(body);
        for (const QList<QByteArray> &pieces : cuts) {
            NdJsonDecoder decoder(5);
            QCOMPARE(recordLog(decoder, pieces),
                     (QStringList{u"<1> @0+2 data@0"_s, u"damage @7 limit=5 "_s}));
        }
    }
}

void tst_NdJsonDecoder::resetBeginsAnew()
{
    NdJsonDecoder decoder(3);
    recordLog(decoder, {"12345"});
    QVERIFY(decoder.damage());
    decoder.reset();
    QCOMPARE(recordLog(decoder, {"1\n"}), QStringList{u"<1> @0+2 data@0"_s});
    QCOMPARE(decoder.bytes(), 2);
}

QTEST_GUILESS_MAIN(tst_NdJsonDecoder)
#include "tst_ndjsondecoder.moc"
