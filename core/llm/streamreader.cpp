// SPDX-License-Identifier: MIT
#include "core/llm/streamreader.h"

#include "core/llm/choicetracker_p.h"
#include "core/llm/streamreader_p.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace Retryscope {

void StreamReader::Private::take(const StreamRecord &record)
{
    StreamEvent event{events, record.offset, record.size,        record.type, record.data,
                      false,  false,         record.lastEventId, record.retry};
    ++events;
    lastEventOffset = record.offset;
    const bool over = terminal;
    if (over)
        reading.clear();
    else
        reader->read(record.type, record.data, reading);
    event.terminal = reading.terminal;
    event.content = !reading.deltas.empty();
    contentEvents += event.content ? 1 : 0;
    if (arrived)
        timing.noteEvent(event.index, event.content, *arrived);
    if (onEvent)
        onEvent(event);
    if (over)
        return;

    takeDeltas();
    noteOddities(record.offset);
    if (!reading.damage.isEmpty())
        settleDamage(event);
    settleFailure(record.offset);
    noteClosing(record);
    if (reading.terminal) {
        const qint64 end = record.offset + record.size;
        settleTerminal(record, event.index, u"ended at byte %1"_s.arg(end), end);
    }
}

//! \a ending: what is to be said of the event, a clause.
void StreamReader::Private::settleTerminal(const StreamRecord &record, qint64 index,
                                           const QString &ending, qint64 end)
{
    terminal = true;
    takeStrayText(); // an error as a bare line may stand before it
    const QString what = u"The terminal event %1 %2"_s.arg(shownTerminal(record, index), ending);
    if (begun)
        settle(StreamVerdict::Complete, end, what % u'.');
    else
        settle(StreamVerdict::Truncated, end,
               what % u", but no part of an answer came before it."_s);
}

void StreamReader::Private::takeDeltas()
{
    begun = begun || reading.begun || ChoiceTracker::holdsContent(reading.deltas);
    for (const Delta &delta : std::as_const(reading.deltas)) {
        builder.add(delta);
        if (arrived)
            timing.noteDelta(delta.kind, *arrived);
        if (onDelta)
            onDelta(delta);
    }
}

void StreamReader::Private::noteOddities(qint64 offset)
{
    for (const QString &oddity : std::as_const(reading.oddities))
        lint.add(FindingKind::BadIndex, offset, oddity);
    lint.checkHalves(reading.halves, offset);
}

void StreamReader::Private::settleDamage(const StreamEvent &event)
{
    const qint64 offset = decoder->bodyOffset(reading.damageOffset);
    lint.addDamage(FindingKind::BadJson, reading.damage, offset);
    settle(StreamVerdict::Damaged, offset,
           u"Event %1 at byte %2 is damaged: %3 at byte %4."_s.arg(event.index + 1)
               .arg(event.offset)
               .arg(reading.damage)
               .arg(offset));
}

void StreamReader::Private::settleFailure(qint64 offset)
{
    const auto isError = [](const Delta &delta) {
        return delta.kind == DeltaKind::Error;
    };
    const auto error = std::find_if(reading.deltas.begin(), reading.deltas.end(), isError);
    if (error != reading.deltas.end())
        settle(StreamVerdict::Failed, offset,
               u"The endpoint sent an error event at byte %1: %2"_s.arg(offset).arg(
                   shownBytes(error->text.toUtf8())));
}

void StreamReader::Private::noteClosing(const StreamRecord &record)
{
    const auto isStop = [](const Delta &delta) {
        return delta.kind == DeltaKind::Stop;
    };
    const bool stops = std::any_of(reading.deltas.begin(), reading.deltas.end(), isStop);
    if (reading.closing && (!closed || stops))
        closingEnd = record.offset + record.size;
    if (reading.closing)
        closed = true;
    else if (ChoiceTracker::holdsContent(reading.deltas))
        closed = false;
    reopened = reopened || reading.reopened;
}

void StreamReader::Private::settle(StreamVerdict verdict, qint64 offset, const QString &reason)
{
    if (!settled)
        settled = StreamJudgement{verdict, reason, offset, {}};
}

StreamReader::StreamReader(const Dialect *dialect, const DialectFlavour *flavour)
    : d(std::make_unique<Private>(dialect, flavour))
{}

StreamReader::~StreamReader() = default;

void StreamReader::setHandlers(EventHandler onEvent, DeltaHandler onDelta)
{
    d->onEvent = std::move(onEvent);
    d->onDelta = std::move(onDelta);
}

void StreamReader::setTextLimit(qsizetype limit)
{
    d->builder.setTextLimit(limit);
}

void StreamReader::setContentType(const QByteArray &contentType)
{
    d->lint.checkContentType(contentType, d->dialect->facts());
}

void StreamReader::feed(QByteArrayView bytes, std::optional<std::chrono::nanoseconds> arrived)
{
    Q_ASSERT_X(!d->finished, "StreamReader::feed", "the body has ended");
    if (d->finished || bytes.isEmpty())
        return;
    d->arrived = arrived;
    if (arrived)
        d->timing.noteByte(*arrived);
    if (!d->decoder)
        d->decoder.emplace(d->dialect->framingOf(bytes.front()));
    d->decoder->feed(bytes, [this](const StreamRecord &record) { d->take(record); });
}

StreamJudgement StreamReader::finish(bool clean)
{
    if (!d->finished) {
        d->finished = true;
        const StreamPending pending = d->decoder ? d->decoder->finish() : StreamPending();
        d->settled = d->judge(pending, clean);
        d->lintEnd(pending);
        d->lint.finish();
    }
    return *d->settled;
}

const Answer &StreamReader::answer() const
{
    return d->builder.answer();
}

QList<int> StreamReader::choices() const
{
    return d->builder.choices();
}

const Answer *StreamReader::answer(int choice) const
{
    return d->builder.answer(choice);
}

QList<ChoiceAnswer> StreamReader::severalAnswers() const
{
    return d->builder.several();
}

const QList<Finding> &StreamReader::findings() const
{
    return d->lint.findings();
}

const StreamTiming &StreamReader::timing() const
{
    return d->timing;
}

qint64 StreamReader::bytes() const
{
    return d->bytes();
}

qint64 StreamReader::events() const
{
    return d->events;
}

bool StreamReader::isBroken() const
{
    return d->decoder && d->decoder->damage();
}

bool StreamReader::sawTerminal() const
{
    return d->terminal;
}

} // namespace Retryscope

// Here, not in the one file for all: a program that links this room needs none above it.
#include "moc_streamreader.cpp"
