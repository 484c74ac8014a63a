// SPDX-License-Identifier: MIT
#include "core/stream/ssedecoder.h"

#include "tests/stream/sselog.h"
#include "tests/support/pieces.h"

#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::TestSupport;

//! \brief The grammar of server-sent events, each row in every cut of its bytes.
class tst_SseDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void grammar_data();
    void grammar();
    void idAndRetryStayBehindTheirEvents();
    void theLimit_data();
    void theLimit();
    void aPositionInTheDataIsAPositionInTheBody();
    void aPositionBehindTheMapIsThatOfTheLastLineKnown();
    void linesThatAreNoFieldAreCounted();
    void pendingBytesAreShortened();
    void anEventInOnePieceIsShownInPlace();
    void resetForgetsTheBody();
    void aHugeEventInSmallPieces();
    void tenThousandDataLines();
    void randomBytesInRandomPieces();
};

void tst_SseDecoder::grammar_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("log");

    const auto row = [](const char *name, const QByteArray &body, const QStringList &log) {
        QTest::newRow(name) << body << log;
    };
    using List = QStringList;
    const auto u = [](const char *text) {
        return QString::fromUtf8(text);
    };

    row("an empty body has no event", "", {});
    row("a data line and a blank line are an event", "data: hi\n\n", {u("message <hi> @0+10")});
    row("CR LF ends lines", "data: hi\r\n\r\n", {u("message <hi> @0+11")});
    row("a bare CR ends lines", "data: hi\r\rdata: 2\r\r",
        {u("message <hi> @0+10"), u("message <2> @10+9")});
    row("line ends can be mixed", "data: a\r\ndata: b\rdata: c\n\r\ndata: d\n\n",
        {u("message <a\\nb\\nc> @0+26"), u("message <d> @27+9")});
    row("an offset counts the line feed of a CR LF", "data:1\r\n\r\ndata:2\r\n\r\n",
        {u("message <1> @0+9"), u("message <2> @10+9")});
    row("LF CR are two line ends", "data: a\n\rdata: b\n\r",
        {u("message <a> @0+9"), u("message <b> @9+9")});
    row("without the blank line an event is pending", "data: hi\n",
        {u("pending <data: hi\\n> @0+9"), u("pending event message <hi>")});
    row("a line cut before its end is pending", "data: a\n\ndata: [DO",
        {u("message <a> @0+9"), u("pending <data: [DO> @9+9"), u("pending event message <[DO>")});
    row("a whole line without its line end is pending", "event: x\ndata: b",
        {u("pending <event: x\\ndata: b> @0+16"), u("pending event x <b>")});
    row("a field name cut by the end has no data", "data: a\n\ndat",
        {u("message <a> @0+9"), u("pending <dat> @9+3")});
    row("an id cut by the end does not count", "data: a\n\nid: 7\ndata: b",
        {u("message <a> @0+9"), u("pending <id: 7\\ndata: b> @9+13"),
         u("pending event message <b>")});
    row("blank lines alone are nothing", "\n\r\n\r\n\n\r\r", {});
    row("blank lines in front of an event are not part of it", "\n\n\r\ndata: x\n\n",
        {u("message <x> @4+9")});
    row("several data lines are joined with LF", "data: a\ndata:\ndata: b\n\n",
        {u("message <a\\n\\nb> @0+23")});
    row("data without a colon is an empty line of data", "data\n\ndata\ndata\n\n",
        {u("message <> @0+6"), u("message <\\n> @6+11")});
    row("data with a colon and nothing is an event with empty data", "data:\n\n",
        {u("message <> @0+7")});
    row("an event without a data line is not dispatched", "event: ping\n\ndata: x\n\n",
        {u("message <x> @13+9")});
    row("a type does not reach the next event",
        "event: a\n\ndata: x\n\nevent: b\ndata: y\n\ndata: z\n\n",
        {u("message <x> @10+9"), u("b <y> @19+18"), u("message <z> @37+9")});
    row("the last type of an event wins", "event: a\nevent: b\ndata: x\n\n", {u("b <x> @0+27")});
    row("an empty type is message", "event: a\nevent:\ndata: x\n\n", {u("message <x> @0+25")});
    row("a type may stand behind the data", "data: x\nevent: late\n\n", {u("late <x> @0+21")});
    row("one space behind the colon goes, no more", "data:  two\ndata:none\ndata:\ttab\n\n",
        {u("message < two\\nnone\\n\\x09tab> @0+32")});
    row("blanks at the end of data stay", "data: x  \n\n", {u("message <x  > @0+11")});
    row("a colon in the value is part of it", "data: a: b:c\n\n", {u("message <a: b:c> @0+14")});
    row("field names are exact", "Data: a\n data: b\ndata : c\ndatax: d\ndat: e\ndata: f\n\n",
        {u("message <f> @0+51")});
    row("a comment is no part of an event", ": hi\ndata: x\n\n",
        {u("comment < hi> @0"), u("message <x> @5+9")});
    row("a comment inside an event changes nothing", "data: a\n:\ndata: b\n\n",
        List{u("comment <> @8"), u("message <a\\nb> @0+19")});
    row("a comment with its blank line is no event", ": OPENROUTER PROCESSING\n\ndata: x\n\n",
        {u("comment < OPENROUTER PROCESSING> @0"), u("message <x> @25+9")});
    row("a comment cut by the end is pending", "data: x\n\n: kee",
        {u("message <x> @0+9"), u("pending <: kee> @9+5")});
    row("an id stays until another one comes", "id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
        {u("message <a> id=1 @0+15"), u("message <b> id=1 @15+9"), u("message <c> @24+12")});
    row("an id with NUL is ignored",
        QByteArray("id: 1\ndata: a\n\nid: 2\0"
                   "3\ndata: b\n\n",
                   32),
        {u("message <a> id=1 @0+15"), u("message <b> id=1 @15+17")});
    row("an id without data counts for the next event", "id: 5\n\ndata: a\n\n",
        {u("message <a> id=5 @7+9")});
    row("NUL is data", QByteArray("data: a\0b\n\n", 11), {u("message <a\\x00b> @0+11")});
    row("NUL in a field name makes it unknown", QByteArray("da\0ta: x\ndata: y\n\n", 18),
        {u("message <y> @0+18")});
    row("retry takes digits only", "retry: 30\nretry: 1x\nretry:\nretry: -5\ndata: x\n\n",
        {u("message <x> retry=30 @0+46")});
    row("retry belongs to its own event", "retry: 3\ndata: x\n\ndata: y\n\n",
        {u("message <x> retry=3 @0+18"), u("message <y> @18+9")});
    row("a huge retry is the largest there is", "retry: 99999999999999999999999\ndata: x\n\n",
        {u("message <x> retry=9223372036854775807 @0+40")});
    row("a byte order mark in front is no part of the first line",
        "\xEF\xBB\xBF"
        "data: x\n\n",
        {u("message <x> @3+9")});
    row("a second byte order mark is part of the line",
        "\xEF\xBB\xBF\xEF\xBB\xBF"
        "data: x\n\n",
        {});
    row("two thirds of a byte order mark are part of the line",
        "\xEF\xBB"
        "data: x\n\ndata: y\n\n",
        {u("message <y> @11+9")});
    row("a byte order mark cut by the end is pending", "\xEF\xBB",
        {u("pending <\xEF\xBF\xBD\xEF\xBF\xBD> @0+2")});
    row("a byte order mark alone is an empty body", "\xEF\xBB\xBF", {});
    row("a byte order mark in front of CR LF", "\xEF\xBB\xBF\r\ndata: x\n\n",
        {u("message <x> @5+9")});
    row("characters of several bytes", "data: a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\n\n",
        {u("message <aé€😀> @0+18")});
    row("U+2028 and U+0085 end no line",
        "data: a\xE2\x80\xA8"
        "b\xC2\x85"
        "c\n\n",
        {u("message <a\xE2\x80\xA8"
           "b\xC2\x85"
           "c> @0+16")});
    row("a chat stream", "data: {\"a\":1}\n\n: keep-alive\n\ndata: [DONE]\n\n",
        {u("message <{\"a\":1}> @0+15"), u("comment < keep-alive> @15"),
         u("message <[DONE]> @29+14")});
}

void tst_SseDecoder::grammar()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, log);

    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        SseDecoder decoder;
        QCOMPARE(sseLog(decoder, pieces), log);
        QCOMPARE(decoder.bytes(), body.size());
    }
}

void tst_SseDecoder::idAndRetryStayBehindTheirEvents()
{
    SseDecoder decoder;
    sseLog(decoder, {"id: 1\nretry: 10\ndata: x\n\nretry: 20\nid: 2\ndata: cut"});
    QCOMPARE(decoder.lastEventId().toByteArray(), QByteArray("1"));
    QVERIFY(decoder.reconnectionTime() == std::chrono::milliseconds(20));
}

void tst_SseDecoder::theLimit_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<qint64>("limit");
    QTest::addColumn<QStringList>("log");

    const auto u = [](const char *text) {
        return QString::fromUtf8(text);
    };
    QTest::newRow("an event as large as the limit is an event")
        << QByteArray("data: 1\n\n") << qint64(9) << QStringList{u("message <1> @0+9")};
    QTest::newRow("one byte more is damage at that byte")
        << QByteArray("data: 1\n\ndata: 12\n\ndata: 3\n\n") << qint64(9)
        << QStringList{u("message <1> @0+9"), u("damage @18")};
    QTest::newRow("an event that never ends is damage")
        << QByteArray("data: 1\n\ndata: 1234567890") << qint64(9)
        << QStringList{u("message <1> @0+9"), u("damage @18")};
    QTest::newRow("many lines of one event add up") << QByteArray("data: 1\ndata: 2\ndata: 3\n\n")
                                                    << qint64(20) << QStringList{u("damage @20")};
    QTest::newRow("comments between events do not add up")
        << QByteArray(":1234567\n:1234567\n:1234567\ndata: 1\n\n") << qint64(9)
        << QStringList{u("comment <1234567> @0"), u("comment <1234567> @9"),
                       u("comment <1234567> @18"), u("message <1> @27+9")};
    QTest::newRow("a comment that never ends is damage")
        << QByteArray(":123456789012345") << qint64(9) << QStringList{u("damage @9")};
}

void tst_SseDecoder::theLimit()
{
    QFETCH(QByteArray, body);
    QFETCH(qint64, limit);
    QFETCH(QStringList, log);

    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        SseDecoder decoder(limit);
        QCOMPARE(sseLog(decoder, pieces), log);
    }
}

void tst_SseDecoder::aPositionInTheDataIsAPositionInTheBody()
{
    const QByteArray body =
        ": c\n\ndata: abc\r\nevent: x\r\ndata:de\r\n: c\r\ndata\r\ndata: f\r\n\r\n";
    const QList<QList<QByteArray>> cuts = allCuts(body);
    for (const QList<QByteArray> &pieces : cuts) {
        SseDecoder decoder;
        QByteArray found;
        for (const QByteArray &piece : pieces) {
            decoder.feed(piece, [&](const SseEvent &event) {
                QCOMPARE(event.data.toByteArray(), QByteArray("abc\nde\n\nf"));
                for (const qsizetype position : {0, 1, 2, 4, 5, 8})
                    found += body.at(decoder.bodyOffset(position));
            });
        }
        QCOMPARE(found, QByteArray("abcdef"));
    }
}

void tst_SseDecoder::aPositionBehindTheMapIsThatOfTheLastLineKnown()
{
    const QByteArray body = QByteArray("data:x\n").repeated(5000) + '\n';
    SseDecoder decoder;
    qint64 early = 0;
    qint64 late = 0;
    decoder.feed(body, [&](const SseEvent &) {
        early = decoder.bodyOffset(2 * 4095);
        late = decoder.bodyOffset(2 * 4999);
    });
    QCOMPARE(early, 4095 * 7 + 5);
    QVERIFY(late >= early);
    QVERIFY(late < body.size());
}

void tst_SseDecoder::linesThatAreNoFieldAreCounted()
{
    SseDecoder decoder;
    sseLog(decoder, {"\n<html>\n<body>\n\n", "data: x\n</html"});
    QCOMPARE(decoder.ignoredLines(), 3); // the cut "</html" can become no field any more
    QCOMPARE(decoder.firstIgnoredOffset(), 1);
}

void tst_SseDecoder::pendingBytesAreShortened()
{
    const QByteArray body = "data: y\n\ndata: " + QByteArray(100'000, 'x');
    const QList<QList<QByteArray>> cuts{{body}, piecesOf(body, 999)};
    for (const QList<QByteArray> &pieces : cuts) {
        SseDecoder decoder;
        for (const QByteArray &piece : pieces)
            decoder.feed(piece, [](const SseEvent &) {});
        const StreamPending pending = decoder.finish();
        QCOMPARE(pending.offset, 9);
        QCOMPARE(pending.size, body.size() - 9);
        QCOMPARE(pending.raw.toByteArray(), body.mid(9, SseDecoder::PendingLimit));
        QCOMPARE(pending.data.size(), 100'000);
    }
}

void tst_SseDecoder::anEventInOnePieceIsShownInPlace()
{
    const QByteArray body = "event: x\ndata: hello\n\n";
    SseDecoder decoder;
    bool called = false;
    decoder.feed(body, [&](const SseEvent &event) {
        called = true;
        QCOMPARE(static_cast<const void *>(event.data.data()),
                 static_cast<const void *>(body.constData() + 15));
        QCOMPARE(static_cast<const void *>(event.type.data()),
                 static_cast<const void *>(body.constData() + 7));
    });
    QVERIFY(called);
}

void tst_SseDecoder::resetForgetsTheBody()
{
    const QByteArray body = "id: 1\nretry: 2\ndata: a\n\nevent: x\ndata: cut\r";
    SseDecoder fresh;
    const QStringList log = sseLog(fresh, {"\xEF\xBB\xBF\ndata: x\n\nnothing"});

    SseDecoder used(100);
    sseLog(used, {body});
    used.reset();
    QCOMPARE(sseLog(used, {"\xEF\xBB\xBF\ndata: x\n\nnothing"}), log);
    QCOMPARE(used.ignoredLines(), fresh.ignoredLines());
    QVERIFY(!used.reconnectionTime());
    QVERIFY(used.lastEventId().isEmpty());

    SseDecoder damaged(5);
    sseLog(damaged, {body});
    QVERIFY(damaged.damage());
    damaged.reset();
    QCOMPARE(sseLog(damaged, {":\n\n"}), QStringList{QStringLiteral("comment <> @0")});
}

void tst_SseDecoder::aHugeEventInSmallPieces()
{
    constexpr qsizetype Size = 16 * 1024 * 1024;
    const QByteArray piece(4096, 'x');
    SseDecoder decoder;
    qsizetype found = 0;
    const auto take = [&found](const SseEvent &event) {
        found = event.data.size();
    };
    decoder.feed("data: ", take);
    for (qsizetype sent = 0; sent < Size; sent += piece.size())
        decoder.feed(piece, take);
    QCOMPARE(found, 0);
    decoder.feed("\n\n", take);
    QCOMPARE(found, Size);
}

void tst_SseDecoder::tenThousandDataLines()
{
    const QByteArray body = QByteArray("data:x\n").repeated(10'000) + '\n';
    for (const qsizetype size : {qsizetype(5), body.size()}) {
        SseDecoder decoder;
        QList<qsizetype> sizes;
        const QList<QByteArray> pieces = piecesOf(body, size);
        for (const QByteArray &piece : pieces)
            decoder.feed(piece, [&sizes](const SseEvent &event) { sizes += event.data.size(); });
        QCOMPARE(sizes, QList<qsizetype>{19'999});
    }
}

void tst_SseDecoder::randomBytesInRandomPieces()
{
    // Made of what the grammar cares about, so that every state meets every byte.
    static constexpr char Alphabet[] = "daeivntry: :\r\n\r\n\n\n01\xEF\xBB\xBFx";
    QRandomGenerator random(4711);
    for (int round = 0; round < 500; ++round) {
        QByteArray body;
        const int size = random.bounded(1, 200);
        for (int i = 0; i < size; ++i) {
            const bool field = random.bounded(6) == 0;
            body += field ? QByteArray("data:")
                          : QByteArray(1, Alphabet[random.bounded(int(sizeof Alphabet))]);
        }
        SseDecoder whole(150);
        const QStringList log = sseLog(whole, {body});
        for (int attempt = 0; attempt < 5; ++attempt) {
            QList<QByteArray> pieces;
            for (qsizetype at = 0; at < body.size(); at += pieces.back().size())
                pieces += body.mid(at, random.bounded(1, 20));
            SseDecoder decoder(150);
            QCOMPARE(sseLog(decoder, pieces), log);
        }
    }
}

QTEST_GUILESS_MAIN(tst_SseDecoder)
#include "tst_ssedecoder.moc"
