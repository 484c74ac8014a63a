// SPDX-License-Identifier: MIT
#include "core/llm/streamtiming.h"

#include "tests/llm/streamchecks.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;
using namespace std::chrono_literals;

namespace {

QByteArray text(const QByteArray &member)
{
    return R"(data: {"choices":[{"delta":{")" + member
           + R"(":"a"}}]})"
             "\n\n";
}

QString stampText(const std::optional<StreamTiming::Stamp> &stamp)
{
    return stamp ? QString::number(*stamp / 1ms) : u"-"_s;
}

QString timingText(const StreamTiming &timing)
{
    return QStringLiteral("byte %1 event %2 token %3 to %4 gap %5 before %6")
        .arg(stampText(timing.firstByte), stampText(timing.firstEvent),
             stampText(timing.firstToken), stampText(timing.lastToken),
             stampText(timing.longestGap))
        .arg(timing.longestGapEvent);
}

Usage usage(qint64 output, std::optional<qint64> reasoning = {})
{
    Usage usage;
    usage.outputTokens = output;
    usage.reasoningTokens = reasoning;
    return usage;
}

} // namespace

//! \brief When what came, by the stamps that came with it.
class tst_StreamTiming : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void everyStepHasItsOwnStamp();
    void anEventCountsWhenItIsWhole();
    void withoutStampsThereIsNothing();
    void theEndThatCompletesAnEventCounts();
    void rate();
};

void tst_StreamTiming::everyStepHasItsOwnStamp()
{
    const auto stream = readerOf(u"openai-chat"_s);
    QCOMPARE(timingText(stream->timing()), u"byte - event - token - to - gap - before 0"_s);
    stream->feed(": wait\n\n", 5ms);
    QCOMPARE(timingText(stream->timing()), u"byte 5 event - token - to - gap - before 0"_s);
    stream->feed("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n", 20ms);
    QCOMPARE(timingText(stream->timing()), u"byte 5 event 20 token - to - gap - before 0"_s);
    stream->feed(text("content"), 30ms);
    QCOMPARE(timingText(stream->timing()), u"byte 5 event 20 token 30 to 30 gap - before 0"_s);
    stream->feed(text("content"), 40ms);
    stream->feed(": ping\n\n", 60ms);
    stream->feed(QByteArray(text("content") + text("content")), 90ms);
    stream->feed(text("content"), 100ms);
    QCOMPARE(timingText(stream->timing()), u"byte 5 event 20 token 30 to 100 gap 50 before 3"_s);
}

void tst_StreamTiming::anEventCountsWhenItIsWhole()
{
    const auto stream = readerOf(u"openai-chat"_s);
    const QByteArray event = text("reasoning_content");
    stream->feed(event.first(event.size() - 1), 1ms);
    QCOMPARE(timingText(stream->timing()), u"byte 1 event - token - to - gap - before 0"_s);
    stream->feed("\n", 2ms);
    QCOMPARE(timingText(stream->timing()), u"byte 1 event 2 token 2 to 2 gap - before 0"_s);
}

void tst_StreamTiming::withoutStampsThereIsNothing()
{
    const auto stream = readerOf(u"openai-chat"_s);
    stream->feed(text("content"));
    stream->finish(true);
    QCOMPARE(timingText(stream->timing()), u"byte - event - token - to - gap - before 0"_s);
    QVERIFY(!stream->timing().tokensPerSecond(usage(10)));
}

void tst_StreamTiming::theEndThatCompletesAnEventCounts()
{
    const auto stream = readerOf(u"ollama"_s);
    stream->feed("{\"message\":{\"content\":\"a\"},\"done\":false}\n", 1ms);
    stream->feed("{\"message\":{\"content\":\"b\"},\"done\":true}", 9ms);
    stream->finish(true);
    QCOMPARE(timingText(stream->timing()), u"byte 1 event 1 token 1 to 9 gap 8 before 1"_s);
}

void tst_StreamTiming::rate()
{
    StreamTiming timing;
    timing.noteDelta(DeltaKind::Text, 1s);
    QVERIFY(!timing.tokensPerSecond(usage(11))); // all at once
    timing.noteDelta(DeltaKind::Stop, 9s);
    QVERIFY(!timing.tokensPerSecond(usage(11)));
    timing.noteDelta(DeltaKind::Text, 3s);
    QCOMPARE(timing.tokensPerSecond(usage(11)), std::optional(5.0));
    QCOMPARE(timing.tokensPerSecond(usage(11, 4)), std::optional(3.0)); // four were not sent
    QVERIFY(!timing.tokensPerSecond(usage(1)));
    QVERIFY(!timing.tokensPerSecond(usage(4, 4)));
    QVERIFY(!timing.tokensPerSecond({}));
    timing.noteDelta(DeltaKind::Reasoning, 3s);
    QCOMPARE(timing.tokensPerSecond(usage(11, 4)), std::optional(5.0));
}

QTEST_GUILESS_MAIN(tst_StreamTiming)
#include "tst_streamtiming.moc"
