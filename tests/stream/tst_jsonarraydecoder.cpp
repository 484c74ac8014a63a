// SPDX-License-Identifier: MIT
#include "core/stream/jsonarraydecoder.h"

#include "tests/stream/recordlog.h"
#include "tests/support/pieces.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

//! \brief The elements of an array that grows, whatever the pieces.
class tst_JsonArrayDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void elements_data();
    void elements();
    void anElementBeyondTheLimitIsDamage();
    void resetBeginsAnew();
};

void tst_JsonArrayDecoder::elements_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("closed");
    QTest::addColumn<QStringList>("log");

    const auto row = [](const char *name, const QByteArray &body, bool closed,
                        const QStringList &log) {
        QTest::newRow(name) << body << closed << log;
    };
    row("an empty body", "", false, {});
    row("an empty array", " [ ] ", true, {});
    row("an array without its end", "[", false, {});
    row("objects on lines of their own", "[{\"a\":1}\n,\r\n{\"b\":[2]}\n]", true,
        {u"<{\"a\":1}> @1+7 data@1"_s, u"<{\"b\":[2]}> @12+9 data@12"_s});
    row("punctuation inside strings is text", R"([{"a":"]},[\"{\\"},"x\"]"])", true,
        {uR"(<{"a":"]},[\"{\\"}> @1+17 data@1)"_s, uR"(<"x\"]"> @19+6 data@19)"_s});
    row("scalars", "[1,true , -2.5e3]", true,
        {u"<1> @1+1 data@1"_s, u"<true> @3+4 data@3"_s, u"<-2.5e3> @10+6 data@10"_s});
    row("an element that is cut", "[{},{\"a\":[1", false,
        {u"<{}> @1+2 data@1"_s, u"pending @4+7 <{\"a\":[1>"_s});
    row("a string that is cut behind a backslash", "[\"a\\", false, {u"pending @1+3 <\"a\\>"_s});
    row("an array whose end is missing", "[{}\n", false, {u"<{}> @1+2 data@1"_s});
    row("one object and no array", " {\"error\":{}}\n", true, {u"<{\"error\":{}}> @1+12 data@1"_s});
    row("one scalar and no array", "42", false, {u"pending @0+2 <42>"_s});
    row("a page", "<html> x", true,
        {u"<<html>> @0+6 data@0"_s, u"damage @7 limit=0 something follows the end of the JSON"_s});
    row("no comma", "[{} {}]", false,
        {u"<{}> @1+2 data@1"_s, u"damage @4 limit=0 a comma or ] was expected"_s});
    row("a comma too many", "[{},]", false,
        {u"<{}> @1+2 data@1"_s, u"damage @4 limit=0 a JSON value was expected"_s});
    row("a comma in front", "[,{}]", false, {u"damage @1 limit=0 a JSON value was expected"_s});
    row("something behind the end", "[]]", true,
        {u"damage @2 limit=0 something follows the end of the JSON"_s});
}

void tst_JsonArrayDecoder::elements()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, closed);
    QFETCH(QStringList, log);
    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        JsonArrayDecoder decoder;
        QCOMPARE(recordLog(decoder, pieces), log);
        QCOMPARE(decoder.isClosed(), closed);
        QCOMPARE(decoder.bytes(), body.size());
    }
}

void tst_JsonArrayDecoder::anElementBeyondTheLimitIsDamage()
{
    for (const QByteArray &body : {QByteArray("[\"ab\",\"abc\",1]"), QByteArray("[\"ab\",\"abc")}) {
        const bool whole = body.endsWith(']');
        const QList<QList<QByteArray>> cuts = allCuts(body);
        for (const QList<QByteArray> &pieces : cuts) {
            JsonArrayDecoder decoder(4);
            const QStringList log = recordLog(decoder, pieces);
            QCOMPARE(log.first(), u"<\"ab\"> @1+4 data@1"_s);
            QCOMPARE(log.last(), whole ? u"damage @10 limit=4 "_s : u"pending @6+4 <\"abc>"_s);
        }
    }
}

void tst_JsonArrayDecoder::resetBeginsAnew()
{
    JsonArrayDecoder decoder;
    recordLog(decoder, {"[{\"a\":"});
    decoder.reset();
    QCOMPARE(recordLog(decoder, {"[1]"}), QStringList{u"<1> @1+1 data@1"_s});
    QVERIFY(decoder.isClosed());
    QCOMPARE(decoder.closedAt(), 3);
}

QTEST_GUILESS_MAIN(tst_JsonArrayDecoder)
#include "tst_jsonarraydecoder.moc"
