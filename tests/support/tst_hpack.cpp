// SPDX-License-Identifier: MIT
#include "tests/support/hpack.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope::Test;

class tst_Hpack : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void huffman_data();
    void huffman();
    void requests_data();
    void requests();
    void smallTableForgets();
    void badBlocks_data();
    void badBlocks();
    void writesWhatItReads();
};

namespace {

HeaderFields requestFields(const QByteArray &scheme, const QByteArray &path)
{
    return {{":method", "GET"},
            {":scheme", scheme},
            {":path", path},
            {":authority", "www.example.com"}};
}

} // namespace

void tst_Hpack::huffman_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<bool>("isSound");
    QTest::addColumn<QByteArray>("text");
    const auto sound = [](const char *name, const char *code, const char *text) {
        QTest::newRow(name) << QByteArray::fromHex(code) << true << QByteArray(text);
    };
    sound("RFC 7541, C.4.1", "f1e3c2e5f23a6ba0ab90f4ff", "www.example.com");
    sound("RFC 7541, C.4.2", "a8eb10649cbf", "no-cache");
    sound("RFC 7541, C.6.1", "d07abe941054d444a8200595040b8166e082a62d1bff",
          "Mon, 21 Oct 2013 20:13:21 GMT");
    sound("RFC 7541, C.6.3, with brackets and a semicolon",
          "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d50"
          "07",
          "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
    sound("no code at all", "", "");
    const auto bad = [](const char *name, const char *code) {
        QTest::newRow(name) << QByteArray::fromHex(code) << false << QByteArray();
    };
    bad("the end of the string inside", "fffffffc");
    bad("zeroes as padding", "18");
    bad("a whole byte of padding", "1fff");
}

void tst_Hpack::huffman()
{
    QFETCH(QByteArray, code);
    QFETCH(bool, isSound);
    QFETCH(QByteArray, text);
    const auto decoded = decodeHuffman(code);
    QCOMPARE(decoded.has_value(), isSound);
    if (decoded)
        QCOMPARE(*decoded, text);
}

void tst_Hpack::requests_data()
{
    QTest::addColumn<QList<QByteArray>>("blocks");
    QTest::newRow("RFC 7541, C.3: plain strings") << QList<QByteArray>{
        "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"};
    QTest::newRow("RFC 7541, C.4: Huffman codes")
        << QList<QByteArray>{"828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf",
                             "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"};
}

// Three requests on one connection, with the dynamic table between them.
void tst_Hpack::requests()
{
    QFETCH(QList<QByteArray>, blocks);
    HpackDecoder decoder;
    const auto decode = [&](qsizetype at) {
        return decoder.decode(QByteArray::fromHex(blocks.at(at))).value_or(HeaderFields());
    };
    QCOMPARE(decode(0), requestFields("http", "/"));
    QCOMPARE(decode(1), requestFields("http", "/") + HeaderFields({{"cache-control", "no-cache"}}));
    QCOMPARE(decode(2), requestFields("https", "/index.html")
                            + HeaderFields({{"custom-key", "custom-value"}}));
}

void tst_Hpack::smallTableForgets()
{
    HpackDecoder decoder;
    const QByteArray first = QByteArray::fromHex("4003616161016240036363630164"); // aaa: b, ccc: d
    QVERIFY(decoder.decode(first));
    // Room for one entry of 36 bytes: the newer one stays.
    QCOMPARE(decoder.decode(QByteArray::fromHex("3f05be")), HeaderFields({{"ccc", "d"}}));
    QVERIFY(!decoder.decode(QByteArray::fromHex("bf")));
}

void tst_Hpack::badBlocks_data()
{
    QTest::addColumn<QByteArray>("block");
    QTest::newRow("the index 0") << QByteArray("80");
    QTest::newRow("an index beyond the tables") << QByteArray("be");
    QTest::newRow("a string that is cut") << QByteArray("000161056263");
    QTest::newRow("a number without an end") << QByteArray("ffffffffffffff");
    QTest::newRow("a table larger than agreed") << QByteArray("3fe2ff01");
    QTest::newRow("a literal without a value") << QByteArray("000161");
}

void tst_Hpack::badBlocks()
{
    QFETCH(QByteArray, block);
    HpackDecoder decoder;
    QVERIFY(!decoder.decode(QByteArray::fromHex(block)));
}

void tst_Hpack::writesWhatItReads()
{
    // The lengths around the end of the prefix.
    HeaderFields fields;
    for (const int size : {0, 1, 126, 127, 128, 254, 255, 300, 20'000})
        fields.append({QByteArray("x-") + QByteArray::number(size), QByteArray(size, 'v')});
    HpackDecoder decoder;
    QCOMPARE(decoder.decode(encodeFields(fields)), fields);
    QCOMPARE(fieldOf(fields, "x-126").size(), 126);
    QVERIFY(fieldOf(fields, "absent").isNull());
}

QTEST_GUILESS_MAIN(tst_Hpack)
#include "tst_hpack.moc"
