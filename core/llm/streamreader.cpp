// SPDX-License-Identifier: MIT
#include "core/llm/streamreader.h"

#include "core/llm/answerbuilder.h"
#include "core/llm/dialect.h"
#include "core/stream/ssedecoder.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr qsizetype LongestShown = 200;

//! For a sentence or a line of a table: one line, shortened, never half a character.
QString shown(QByteArrayView bytes)
{
    // One more than what is shown, in bytes of the longest characters.
    const QByteArrayView head = bytes.first(std::min(bytes.size(), (LongestShown + 1) * 4));
    QString text = QString::fromUtf8(head).simplified();
    if (text.size() <= LongestShown)
        return text;
    const bool half = text.at(LongestShown - 1).isHighSurrogate();
    text.truncate(half ? LongestShown - 1 : LongestShown);
    return QString(text % u'…');
}

} // namespace

class StreamReader::Private
{
public:
    explicit Private(const Dialect *dialect) : reader(dialect->createEventReader()) {}

    void take(const SseEvent &event);
    void takeDeltas();
    void settle(StreamVerdict verdict, qint64 offset, const QString &reason);
    void settleFailure(const SseEvent &event);
    StreamJudgement judge(const StreamPending &pending, bool clean);
    StreamJudgement truncated(const StreamPending &pending, bool clean) const;
    QString seenSoFar() const;

    SseDecoder decoder;
    std::unique_ptr<EventReader> reader;
    EventHandler onEvent;
    DeltaHandler onDelta;
    EventReading reading;
    AnswerBuilder builder;
    qint64 events = 0;
    qint64 lastEventOffset = 0;
    bool terminal = false;
    //! The first of terminal event, error event and damage: nothing that follows changes it.
    std::optional<StreamJudgement> settled;
    bool finished = false;
};

void StreamReader::Private::take(const SseEvent &event)
{
    StreamEvent shownEvent{events, event.offset, event.size, event.type, event.data, false, false};
    ++events;
    lastEventOffset = event.offset;
    const bool over = terminal;
    if (over)
        reading.clear();
    else
        reader->read(event.type, event.data, reading);
    shownEvent.terminal = reading.terminal;
    shownEvent.content = !reading.deltas.empty();
    if (onEvent)
        onEvent(shownEvent);
    if (over)
        return;

    takeDeltas();
    if (!reading.damage.isEmpty()) {
        const qint64 offset = decoder.bodyOffset(reading.damageOffset);
        settle(StreamVerdict::Damaged, offset,
               u"Event %1 at byte %2 is damaged: %3 at byte %4."_s.arg(shownEvent.index + 1)
                   .arg(event.offset)
                   .arg(reading.damage)
                   .arg(offset));
    }
    settleFailure(event);
    if (reading.terminal) {
        terminal = true;
        const qint64 end = event.offset + event.size;
        settle(StreamVerdict::Complete, end,
               u"The terminal event %1 ended at byte %2."_s.arg(shown(event.data)).arg(end));
    }
}

void StreamReader::Private::takeDeltas()
{
    for (const Delta &delta : reading.deltas) {
        builder.add(delta);
        if (onDelta)
            onDelta(delta);
    }
}

void StreamReader::Private::settleFailure(const SseEvent &event)
{
    const auto error =
        std::find_if(reading.deltas.begin(), reading.deltas.end(),
                     [](const Delta &delta) { return delta.kind == DeltaKind::Error; });
    if (error != reading.deltas.end())
        settle(StreamVerdict::Failed, event.offset,
               u"The endpoint sent an error event at byte %1: %2"_s.arg(event.offset)
                   .arg(shown(error->text.toUtf8())));
}

void StreamReader::Private::settle(StreamVerdict verdict, qint64 offset, const QString &reason)
{
    if (!settled)
        settled = StreamJudgement{verdict, reason, offset, {}};
}

StreamJudgement StreamReader::Private::judge(const StreamPending &pending, bool clean)
{
    if (settled)
        return *settled;
    if (decoder.damage()) {
        const StreamDamage damage = *decoder.damage();
        return {StreamVerdict::Damaged,
                u"An event is larger than the limit of %1 bytes, which it crossed at byte %2."_s
                    .arg(damage.limit)
                    .arg(damage.offset),
                damage.offset,
                {}};
    }
    if (pending.hasData) {
        reader->read(pending.type, pending.data, reading);
        if (reading.terminal) {
            terminal = true;
            takeDeltas();
            return {StreamVerdict::Complete,
                    u"The terminal event %1 at byte %2 is whole but for its blank line."_s
                        .arg(shown(pending.data))
                        .arg(pending.offset),
                    decoder.bytes(), shown(pending.raw)};
        }
    }
    reader->finish(reading);
    takeDeltas();
    if (events == 0 && decoder.ignoredLines() > 0)
        return {
            StreamVerdict::Damaged,
            u"The body is no event stream: no event came, and the line at byte %1 is no field."_s
                .arg(decoder.firstIgnoredOffset()),
            decoder.firstIgnoredOffset(), shown(pending.raw)};
    return truncated(pending, clean);
}

StreamJudgement StreamReader::Private::truncated(const StreamPending &pending, bool clean) const
{
    const qint64 end = decoder.bytes();
    QString reason = clean ? u"The stream ended at byte %1"_s.arg(end)
                           : u"The connection failed at byte %1 of the stream"_s.arg(end);
    if (pending.size > 0)
        reason +=
            u", inside an event that began at byte %1 (%2 bytes pending)"_s.arg(pending.offset)
                .arg(pending.size);
    else
        reason += u", before the terminal event"_s;
    reason += seenSoFar() % u'.';
    return {StreamVerdict::Truncated, reason, end, shown(pending.raw)};
}

QString StreamReader::Private::seenSoFar() const
{
    const QString stop = builder.answer().stopReason;
    QString seen;
    if (events == 0 && decoder.bytes() == 0)
        seen = u": no event, the body is empty"_s;
    else if (events == 0 && decoder.comments() > 0)
        seen = u": no event, only comments"_s;
    else if (events == 0)
        seen = u": no event came"_s;
    else
        seen =
            u"; the last whole event is number %1, at byte %2"_s.arg(events).arg(lastEventOffset);
    if (!stop.isEmpty())
        seen += u"; the finish reason \"%1\" was seen"_s.arg(stop);
    return seen;
}

StreamReader::StreamReader(const Dialect *dialect) : d(std::make_unique<Private>(dialect))
{}

StreamReader::~StreamReader() = default;

void StreamReader::setHandlers(EventHandler onEvent, DeltaHandler onDelta)
{
    d->onEvent = std::move(onEvent);
    d->onDelta = std::move(onDelta);
}

void StreamReader::feed(QByteArrayView bytes)
{
    Q_ASSERT_X(!d->finished, "StreamReader::feed", "the body has ended");
    if (d->finished)
        return;
    d->decoder.feed(bytes, [this](const SseEvent &event) { d->take(event); });
}

StreamJudgement StreamReader::finish(bool clean)
{
    if (!d->finished) {
        d->finished = true;
        const StreamPending pending = d->decoder.finish();
        d->settled = d->judge(pending, clean);
    }
    return *d->settled;
}

const Answer &StreamReader::answer() const
{
    return d->builder.answer();
}

qint64 StreamReader::bytes() const
{
    return d->decoder.bytes();
}

qint64 StreamReader::events() const
{
    return d->events;
}

bool StreamReader::sawTerminal() const
{
    return d->terminal;
}

} // namespace Retryscope

// Here, not in the one file for all: a program that links this room needs none above it.
#include "moc_streamreader.cpp"
