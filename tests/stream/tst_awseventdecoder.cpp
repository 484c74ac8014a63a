// SPDX-License-Identifier: MIT
#include "core/stream/awseventdecoder.h"

#include "core/stream/crc32_p.h"
#include "tests/stream/recordlog.h"
#include "tests/support/awsmessage.h"
#include "tests/support/corpus.h"
#include "tests/support/pieces.h"

#include <QtCore/QJsonArray>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

//! A header with a value of \a size bytes; a byte array has its length in front.
QByteArray headerOfType(char type, int size)
{
    const QByteArray length = type == 6 ? QByteArray("\0\3", 2) : QByteArray();
    return QByteArray("\1x") + type + length + QByteArray(size, 'v');
}

} // namespace

//! \brief AWS event stream: lengths, checksums, headers, whatever the pieces.
class tst_AwsEventDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void checksum();
    void messages_data();
    void messages();
    void everyTruncationIsPending();
    void everyFlippedBitIsDamage();
    void aMessageBeyondTheLimitIsDamage();
    void corpus_data();
    void corpus();
};

//! The check value that catalogues of checksums give, and every length against the slow one.
void tst_AwsEventDecoder::checksum()
{
    QCOMPARE(crc32("123456789"), 0xCBF43926U);
    QByteArray bytes;
    for (int i = 0; i < 40; ++i) {
        QCOMPARE(crc32(bytes), slowCrc32(bytes));
        QCOMPARE(crc32(bytes.sliced(i / 2), crc32(bytes.first(i / 2))), slowCrc32(bytes));
        bytes.append(char(i * 37));
    }
}

void tst_AwsEventDecoder::messages_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("log");

    const auto row = [](const char *name, const QByteArray &body, const QStringList &log) {
        QTest::newRow(name) << body << log;
    };
    row("an empty body", "", {});
    row("a message without headers and payload", awsMessage({}, {}), {u"<> @0+16 data@12"_s});
    row("two events",
        awsEvent("messageStart", "{\"role\":\"assistant\"}") + awsEvent("messageStop", "{}"),
        {u"messageStart <{\"role\":\"assistant\"}> @0+118 data@94"_s,
         u"messageStop <{}> @118+99 data@211"_s});
    row("an exception", awsException("throttlingException", "{\"message\":\"slow\"}"),
        {u"exception:throttlingException <{\"message\":\"slow\"}> @0+131 data@109"_s});
    row("an error",
        awsMessage(awsHeader(":message-type", "error") + awsHeader(":error-code", "500")
                       + awsHeader(":error-message", "gone"),
                   {}),
        {u"error:500 <gone> @0+78 data@70"_s});
    row("headers of every type",
        awsMessage(headerOfType(0, 0) + headerOfType(1, 0) + headerOfType(2, 1) + headerOfType(3, 2)
                       + headerOfType(4, 4) + headerOfType(5, 8) + headerOfType(6, 3)
                       + headerOfType(8, 8) + headerOfType(9, 16)
                       + awsHeader(":event-type", "chunk"),
                   "x"),
        {u"chunk <x> @0+108 data@103"_s});
    row("a header of an unknown type", awsMessage("\1a\x0A", {}),
        {u"damage @12 limit=0 the message's headers cannot be read"_s});
    row("a header that is longer than the headers", awsMessage(QByteArray("\1a\7\0\5x", 6), "yyyy"),
        {u"damage @12 limit=0 the message's headers cannot be read"_s});
    row("a header without a name", awsMessage(QByteArray("\0\0", 2), {}),
        {u"damage @12 limit=0 the message's headers cannot be read"_s});
    QByteArray length = bigEndian(15) + bigEndian(0);
    row("a length that cannot be", length + bigEndian(slowCrc32(length)) + "abc",
        {u"damage @0 limit=0 the message is shorter than a message can be"_s});
    length = bigEndian(20) + bigEndian(5);
    row("headers that are longer than the message", length + bigEndian(slowCrc32(length)) + "abc",
        {u"damage @4 limit=0 the headers are longer than their message"_s});
    row("an event stream of another kind", "data: {\"a\":1}\n\n",
        {u"damage @8 limit=0 the checksum of the message's prelude is wrong"_s});
}

void tst_AwsEventDecoder::messages()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, log);
    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        AwsEventDecoder decoder;
        QCOMPARE(recordLog(decoder, pieces), log);
        QCOMPARE(decoder.bytes(), body.size());
    }
}

void tst_AwsEventDecoder::everyTruncationIsPending()
{
    const QByteArray first = awsEvent("a", "{}");
    const QByteArray body = first + awsEvent("b", "[]");
    for (qsizetype size = 0; size < body.size(); ++size) {
        AwsEventDecoder decoder;
        const QStringList log = recordLog(decoder, {body.first(size)});
        const qsizetype begin = size < first.size() ? 0 : first.size();
        const qsizetype records = begin == 0 ? 0 : 1;
        QCOMPARE(log.size(), records + (size > begin ? 1 : 0));
        if (size > begin)
            QCOMPARE(log.last(), u"pending @%1+%2"_s.arg(begin).arg(size - begin));
    }
}

void tst_AwsEventDecoder::everyFlippedBitIsDamage()
{
    const QByteArray body = awsEvent("a", "{}");
    for (qsizetype i = 0; i < body.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            QByteArray damaged = body;
            damaged[i] = char(damaged.at(i) ^ (1 << bit));
            AwsEventDecoder decoder;
            QCOMPARE(recordLog(decoder, {damaged}).size(), 1);
            QVERIFY(decoder.damage());
        }
    }
}

void tst_AwsEventDecoder::aMessageBeyondTheLimitIsDamage()
{
    const QByteArray body = awsMessage({}, "1234") + awsMessage({}, "12345");
    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        AwsEventDecoder decoder(20);
        QCOMPARE(
            recordLog(decoder, pieces),
            (QStringList{
                u"<1234> @0+20 data@12"_s,
                u"damage @20 limit=0 a message of 21 bytes is announced, and the limit is 20"_s}));
    }
}

void tst_AwsEventDecoder::corpus_data()
{
    QTest::addColumn<QJsonObject>("test");
    if (!corpusMissing().isEmpty())
        QSKIP(corpusMissing().constData());
    const QList<QJsonObject> tests =
        readJsonLines(TestSupport::corpus().filePath(u"sse/aws-eventstream.jsonl"_s));
    QVERIFY2(tests.size() >= 9, "the corpus has lost messages");
    for (const QJsonObject &test : tests)
        QTest::newRow(test.value("id"_L1).toString().toUtf8().constData()) << test;
}

void tst_AwsEventDecoder::corpus()
{
    QFETCH(QJsonObject, test);
    QByteArray body = QByteArray::fromBase64(test.value("input"_L1).toString().toLatin1());
    const QJsonArray chunks = test.value("input_chunks"_L1).toArray();
    for (const QJsonValue &chunk : chunks)
        body += QByteArray::fromBase64(chunk.toString().toLatin1());
    QVERIFY(!body.isEmpty());

    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        AwsEventDecoder decoder;
        const QStringList log = recordLog(decoder, pieces);
        QCOMPARE(log.size(), 1);
        QCOMPARE(decoder.damage().has_value(), test.contains("expected_error"_L1));
        const QJsonValue payload = test.value("expected"_L1)["payload"_L1];
        if (payload.isString() && !log.first().startsWith(u"error"))
            QVERIFY(log.first().startsWith(
                u'<' + readable(QByteArray::fromBase64(payload.toString().toLatin1())) + u'>'));
    }
}

QTEST_GUILESS_MAIN(tst_AwsEventDecoder)
#include "tst_awseventdecoder.moc"
