// SPDX-License-Identifier: MIT
#include "core/stream/awseventencoder.h"
#include "core/stream/streamdecoder.h"

#include <QtTest/QTest>

#include <atomic>
#include <cstdlib>
#include <new>

using namespace Retryscope;

namespace {

std::atomic<qint64> allocations{0};

} // namespace

// All of the program's, whoever asks: the decoders keep their bytes in standard containers only.
void *operator new(std::size_t size)
{
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void *memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc();
}

void *operator new[](std::size_t size)
{
    return operator new(size);
}

void operator delete(void *memory) noexcept
{
    std::free(memory);
}

void operator delete[](void *memory) noexcept
{
    std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

void operator delete[](void *memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace {

QByteArray repeated(const QByteArray &event)
{
    return event.repeated(200);
}

QByteArray awsMessage()
{
    return awsEventMessage({{":message-type", "event"}, {":event-type", "contentBlockDelta"}},
                           R"({"contentBlockIndex":0,"delta":{"text":"Hello"}})");
}

} // namespace

//! \brief Once their buffers have grown, decoders allocate nothing for an event.
class tst_Allocations : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void theyAreCounted();
    void steadyState_data();
    void steadyState();
};

void tst_Allocations::theyAreCounted()
{
    const qint64 before = allocations;
    std::string text(1000, 'x');
    QVERIFY(allocations > before);
    QCOMPARE(text.size(), std::size_t(1000));
}

void tst_Allocations::steadyState_data()
{
    QTest::addColumn<StreamFraming>("framing");
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<qsizetype>("piece");
    QTest::addColumn<int>("events");

    struct Framing
    {
        const char *name;
        StreamFraming framing;
        QByteArray begin;
        QByteArray event;
    };

    const Framing framings[] = {
        {"SSE",
         StreamFraming::Sse,
         {},
         ": a comment\nevent: delta\nid: 7\nretry: 50\ndata: {\"text\":\"Hello\"}\n\n"},
        {"SSE with several lines of data",
         StreamFraming::Sse,
         {},
         "event: delta\r\ndata: {\"text\":\r\ndata: \"Hello\"}\r\n\r\n"},
        {"NDJSON", StreamFraming::NdJson, {}, "{\"message\":{\"content\":\"Hello\"}}\n"},
        {"a JSON array", StreamFraming::JsonArray, "[0", ",\n{\"text\":[\"Hello\", 1.5e3]}"},
        {"AWS event stream", StreamFraming::AwsEventStream, {}, awsMessage()}};
    for (const Framing &framing : framings) {
        // Whole, and so that every event is cut, at ever other places.
        for (const qsizetype piece :
             {qsizetype(1'000'000), qsizetype(1021), qsizetype(37), qsizetype(1)}) {
            const QByteArray name =
                framing.name + QByteArray(", in pieces of ") + QByteArray::number(piece);
            QTest::newRow(name.constData())
                << framing.framing << framing.begin << repeated(framing.event) << piece << 200;
        }
    }
}

void tst_Allocations::steadyState()
{
    QFETCH(StreamFraming, framing);
    QFETCH(QByteArray, begin);
    QFETCH(QByteArray, body);
    QFETCH(qsizetype, piece);
    QFETCH(int, events);

    StreamDecoder decoder(framing);
    qint64 seen = 0;
    const auto count = [&seen](const StreamRecord &record) {
        seen += record.data.isEmpty() ? 0 : 1;
    };
    const auto feed = [&] {
        for (qsizetype at = 0; at < body.size(); at += piece)
            decoder.feed(QByteArrayView(body).sliced(at, std::min(piece, body.size() - at)), count);
    };
    decoder.feed(begin, count);
    feed(); // the buffers grow
    seen = 0;
    const qint64 before = allocations;
    feed();
    feed();
    QCOMPARE(allocations - before, 0);
    QVERIFY(seen >= 2 * events - 1); // the last element of an array that goes on
    QVERIFY(!decoder.damage());
}

QTEST_GUILESS_MAIN(tst_Allocations)
#include "tst_allocations.moc"
