// SPDX-License-Identifier: MIT
#include "tests/stream/sselog.h"
#include "tests/support/corpus.h"
#include "tests/support/pieces.h"

#include <QtCore/QJsonArray>
#include <QtCore/QStringConverter>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

namespace {

QByteArray bodyOf(const QJsonObject &test)
{
    QByteArray body;
    const QJsonArray chunks = test.value("input_chunks"_L1).toArray();
    for (const QJsonValue &chunk : chunks)
        body += QByteArray::fromBase64(chunk.toString().toLatin1());
    return body;
}

QList<QByteArray> chunksOf(const QJsonObject &test)
{
    QList<QByteArray> pieces;
    const QJsonArray chunks = test.value("input_chunks"_L1).toArray();
    for (const QJsonValue &chunk : chunks)
        pieces += QByteArray::fromBase64(chunk.toString().toLatin1());
    return pieces;
}

//! QString::fromUtf8() would drop a byte order mark in front, which is data here.
QString textOf(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return decoder.decode(bytes);
}

} // namespace

//! \brief The decoder against cases that other projects wrote for theirs.
class tst_SseCorpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void whatwg_data();
    void whatwg();
    void lines_data();
    void lines();
    void large_data();
    void large();

private:
    void addRows(const QString &file);
};

void tst_SseCorpus::addRows(const QString &file)
{
    QTest::addColumn<QJsonObject>("test");
    if (!corpusMissing().isEmpty())
        QSKIP(corpusMissing().constData());
    const QList<QJsonObject> tests = readJsonLines(corpus().filePath(file));
    QVERIFY2(!tests.isEmpty(), "the corpus has lost a file");
    for (const QJsonObject &test : tests)
        QTest::newRow(test.value("id"_L1).toString().toUtf8().constData()) << test;
}

void tst_SseCorpus::whatwg_data()
{
    addRows(u"sse/whatwg.jsonl"_s);
}

void tst_SseCorpus::whatwg()
{
    QFETCH(QJsonObject, test);
    const QByteArray body = bodyOf(test);

    QList<QList<QByteArray>> cuts = allCuts(body, body.size() > 2000 ? 37 : 1);
    cuts += chunksOf(test);
    for (const QList<QByteArray> &pieces : std::as_const(cuts)) {
        QJsonArray events;
        QJsonArray comments;
        SseDecoder decoder;
        for (const QByteArray &piece : pieces) {
            decoder.feed(
                piece,
                [&events](const SseEvent &event) {
                    events += QJsonObject{
                        {u"event"_s, textOf(event.type)},
                        {u"data"_s, textOf(event.data)},
                        {u"id"_s, textOf(event.lastEventId)},
                        {u"retry"_s, event.retry ? QJsonValue(qint64(event.retry->count()))
                                                 : QJsonValue(QJsonValue::Null)}};
                },
                [&comments](QByteArrayView text, qint64) { comments += textOf(text); });
        }
        const StreamPending pending = decoder.finish();
        QCOMPARE(events, test.value("expected_events"_L1).toArray());
        QCOMPARE(comments, test.value("expected_comments"_L1).toArray());
        QCOMPARE(textOf(decoder.lastEventId()), test.value("expected_last_event_id"_L1).toString());
        const QJsonArray retries = test.value("expected_retry_values"_L1).toArray();
        QCOMPARE(decoder.reconnectionTime().has_value(), !retries.isEmpty());
        if (!retries.isEmpty())
            QCOMPARE(qint64(decoder.reconnectionTime()->count()), retries.last().toInteger());
        const QJsonValue flushed = test.value("pending_at_eof"_L1);
        QCOMPARE(pending.hasData, !flushed.isNull());
        if (pending.hasData) {
            QCOMPARE(textOf(pending.type), flushed["event"_L1].toString());
            QCOMPARE(textOf(pending.data), flushed["data"_L1].toString());
        }
    }
}

void tst_SseCorpus::lines_data()
{
    addRows(u"sse/lines.jsonl"_s);
}

//! The lines of these cases are no fields and no comments: the decoder counts those that have
//! ended.
void tst_SseCorpus::lines()
{
    QFETCH(QJsonObject, test);
    const QByteArray body = bodyOf(test);

    qint64 expected = 0;
    const QJsonArray wanted = test.value("expected_lines_after_flush"_L1).toArray();
    for (const QJsonValue &line : wanted)
        expected += line.toString().isEmpty() ? 0 : 1;
    QList<QList<QByteArray>> cuts = allCuts(body);
    cuts += chunksOf(test);
    for (QList<QByteArray> &pieces : cuts) {
        pieces += QByteArray("\n"); // ends the last line, or is one more blank one
        SseDecoder decoder;
        QCOMPARE(sseLog(decoder, pieces).filter(u"message"_s), QStringList());
        QCOMPARE(decoder.ignoredLines(), expected);
    }
}

void tst_SseCorpus::large_data()
{
    addRows(u"sse/generated-large.jsonl"_s);
}

void tst_SseCorpus::large()
{
    QFETCH(QJsonObject, test);
    // One of them is a byte larger than the default limit, on purpose.
    SseDecoder decoder(2 * SseDecoder::DefaultEventLimit);
    qint64 events = 0;
    qsizetype firstSize = -1;
    const QJsonArray recipe = test.value("generate"_L1).toArray();
    for (const QJsonValue &step : recipe) {
        const QByteArray text =
            step["text"_L1].toString().toUtf8().repeated(qsizetype(step["repeat"_L1].toInteger()));
        decoder.feed(text, [&](const SseEvent &event) {
            firstSize = events++ == 0 ? event.data.size() : firstSize;
        });
    }
    const QJsonObject expected = test.value("expected"_L1).toObject();
    QCOMPARE(events, expected.value("events"_L1).toInteger());
    if (expected.contains("event0_data_length"_L1))
        QCOMPARE(firstSize, expected.value("event0_data_length"_L1).toInteger());
}

QTEST_GUILESS_MAIN(tst_SseCorpus)
#include "tst_ssecorpus.moc"
