// SPDX-License-Identifier: MIT
#include "core/llm/streamreader_p.h"

#include <algorithm>
#include <utility>

//! \file
//! \brief What the end of a stream means: the verdict with its proof.

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr qsizetype LongestShown = 200;

//! "1 byte", "2 bytes".
QString counted(qint64 number, QLatin1StringView word)
{
    return QString::number(number) % u' ' % word % (number == 1 ? ""_L1 : "s"_L1);
}

} // namespace

QString shownBytes(QByteArrayView bytes)
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

QString StreamReader::Private::shownTerminal(const StreamRecord &record, qint64 index)
{
    const bool typed = !record.type.isEmpty() && record.type != "message";
    // An object would be the sentence's better half, and says no more than its number.
    if (!typed && record.data.startsWith('{'))
        return u"(number %1)"_s.arg(index + 1);
    return shownBytes(typed ? record.type : record.data);
}

StreamJudgement StreamReader::Private::judge(const StreamPending &pending, bool clean)
{
    if (!settled && decoder && decoder->damage())
        settled = damaged(*decoder->damage());
    if (!settled && pending.hasData)
        takePending(pending, clean);
    if (!terminal) { // half a character may wait for the other one
        reader->finish(reading);
        takeDeltas();
        lint.checkHalves(reading.halves, bytes());
    }
    takeStrayText();
    return settled ? *settled : judgeEnd(pending, clean);
}

//! What the end cut may be whole but for its delimiter.
void StreamReader::Private::takePending(const StreamPending &pending, bool clean)
{
    const bool sse = decoder->framing() == StreamFraming::Sse;
    reader->read(pending.type, pending.data, reading);
    // A line that is no beginning of an object does not become one.
    const bool lost =
        decoder->framing() == StreamFraming::NdJson && !pending.data.trimmed().startsWith('{');
    const StreamEvent event{events,       pending.offset,   pending.size,           pending.type,
                            pending.data, reading.terminal, !reading.deltas.empty()};
    if (lost && !reading.damage.isEmpty())
        return settleDamage(event);
    const bool last = reading.terminal || (endsWithBody && clean && reading.closing);
    if (!reading.damage.isEmpty() || (sse && !last)) {
        reader->undo();
        return;
    }
    if (!sse)
        showPending(event); // only SSE says that an event without its delimiter is none
    takeDeltas();
    noteOddities(pending.offset);
    settleFailure(pending.offset);
    const StreamRecord record{pending.type, pending.data, pending.offset, pending.size};
    noteClosing(record);
    const QString missing = sse ? u"blank line"_s : u"line end"_s;
    if (reading.terminal)
        settleTerminal(record, event.index,
                       u"at byte %1 is whole but for its %2"_s.arg(pending.offset).arg(missing),
                       decoder->bytes());
    else if (last && !settled)
        settled = judgeClosed(bytes());
    if (settled)
        settled->pending = shownBytes(pending.raw);
}

void StreamReader::Private::showPending(const StreamEvent &event)
{
    ++events;
    lastEventOffset = event.offset;
    contentEvents += event.content ? 1 : 0;
    if (arrived)
        timing.noteEvent(event.index, event.content, *arrived);
    if (onEvent)
        onEvent(event);
}

//! Some servers write an error beside their events as bare JSON, which the framing takes for stray
//! lines.
void StreamReader::Private::takeStrayText()
{
    const SseDecoder *const sse = decoder ? decoder->sse() : nullptr;
    const QByteArrayView text = sse ? sse->strayText().trimmed() : QByteArrayView();
    if (settled || text.isEmpty() || (text.front() != '{' && text.front() != '['))
        return;
    const EndpointError error = dialect->readError(text);
    if (error.message.isEmpty())
        return;
    reading.clear();
    Delta &delta = reading.deltas.add(DeltaKind::Error);
    delta.text = error.message;
    delta.errorType = error.type;
    takeDeltas();
    settleFailure(sse->firstIgnoredOffset());
}

StreamJudgement StreamReader::Private::judgeEnd(const StreamPending &pending, bool clean) const
{
    const SseDecoder *const sse = decoder ? decoder->sse() : nullptr;
    if (events == 0 && sse && sse->ignoredLines() > 0)
        return {
            StreamVerdict::Damaged,
            u"The body is no event stream: no event came, and the line at byte %1 is no field."_s
                .arg(sse->firstIgnoredOffset()),
            sse->firstIgnoredOffset(), shownBytes(pending.raw)};
    const bool array = decoder && decoder->framing() == StreamFraming::JsonArray;
    const std::optional<qint64> ownEnd = array ? decoder->ownEnd() : std::nullopt;
    const bool closing = endsWithBody && (closed || reopened);
    if (closing && ownEnd)
        return {StreamVerdict::Complete,
                u"The finish reason \"%1\" was seen, and the array ended at byte %2."_s
                    .arg(builder.answer().stopReason)
                    .arg(*ownEnd),
                *ownEnd,
                {}};
    if (closing && !array && clean && pending.size == 0)
        return judgeClosed(bytes());
    return truncated(pending, clean);
}

//! The end of the body is the only end that the dialect has.
StreamJudgement StreamReader::Private::judgeClosed(qint64 end) const
{
    const QString stop = builder.answer().stopReason;
    if (reopened)
        return {
            StreamVerdict::Unknown,
            u"The stream ended cleanly at byte %1, but more came behind the first finish reason, so that the last one (\"%2\") proves nothing."_s
                .arg(end)
                .arg(stop),
            end,
            {}};
    if (dialect->facts().isRaw)
        return {StreamVerdict::Complete,
                u"The last event ended at byte %1, and the body ended as HTTP says at byte %2."_s
                    .arg(closingEnd)
                    .arg(end),
                closingEnd,
                {}};
    return {
        StreamVerdict::Complete,
        u"The event with the finish reason \"%1\" ended at byte %2, and the stream ended cleanly at byte %3."_s
            .arg(stop)
            .arg(closingEnd)
            .arg(end),
        closingEnd,
        {}};
}

StreamJudgement StreamReader::Private::damaged(const StreamDamage &damage) const
{
    if (damage.limit == 0)
        return {StreamVerdict::Damaged,
                u"The stream is damaged at byte %1: %2."_s.arg(damage.offset).arg(damage.reason),
                damage.offset,
                {}};
    return {StreamVerdict::Damaged,
            u"An event is larger than the limit of %1 bytes, which it crossed at byte %2."_s
                .arg(damage.limit)
                .arg(damage.offset),
            damage.offset,
            {}};
}

StreamJudgement StreamReader::Private::truncated(const StreamPending &pending, bool clean) const
{
    const qint64 end = bytes();
    QString reason = clean ? u"The stream ended at byte %1"_s.arg(end)
                           : u"The connection failed at byte %1 of the stream"_s.arg(end);
    if (pending.size > 0)
        reason += u", inside an event that began at byte %1 (%2 pending)"_s.arg(pending.offset)
                      .arg(counted(pending.size, "byte"_L1));
    else
        reason += u", before the terminal event"_s;
    reason += seenSoFar() % u'.';
    return {StreamVerdict::Truncated, reason, end, shownBytes(pending.raw)};
}

void StreamReader::Private::lintEnd(const StreamPending &pending)
{
    const qint64 end = bytes();
    const StreamVerdict verdict = settled->verdict;
    if (!terminal && (verdict == StreamVerdict::Truncated || verdict == StreamVerdict::Unknown))
        lint.add(FindingKind::NoTerminalEvent, end,
                 u"%1 It never came."_s.arg(dialect->facts().ending));
    if (pending.size > 0 && verdict != StreamVerdict::Damaged && verdict != StreamVerdict::Failed)
        lint.add(
            FindingKind::UnterminatedEvent, pending.offset,
            u"The stream ends with %1 of an event without its end: strict clients discard it."_s
                .arg(counted(pending.size, "byte"_L1)));
    lintDamage();
    const SseDecoder *const sse = decoder ? decoder->sse() : nullptr;
    if (sse && sse->ignoredLines() > 0)
        lint.add(
            FindingKind::StrayText, sse->firstIgnoredOffset(),
            u"%1 at byte %2."_s
                .arg(sse->ignoredLines() == 1
                         ? u"One line is no field of an event stream; it stands"_s
                         : u"%1 lines are no fields of an event stream; the first stands"_s.arg(
                             sse->ignoredLines()))
                .arg(sse->firstIgnoredOffset()));
    if (contentEvents == 0 && verdict != StreamVerdict::Damaged)
        lintSilence(sse && sse->comments() > 0);
    if (verdict != StreamVerdict::Complete)
        return;
    if (builder.answer().usage.isEmpty())
        lint.add(FindingKind::NoUsage, end, u"The stream gives no count of the tokens used."_s);
    for (const int choice : builder.choices())
        lint.checkTools(*builder.answer(choice), end);
}

void StreamReader::Private::lintDamage()
{
    if (!decoder || !decoder->damage())
        return;
    const StreamDamage &damage = *decoder->damage();
    if (damage.limit > 0)
        lint.addDamage(FindingKind::TooLarge, u"an event is larger than the limit"_s,
                       damage.offset);
    else
        lint.addDamage(decoder->framing() == StreamFraming::AwsEventStream ? FindingKind::BadFraming
                                                                           : FindingKind::BadJson,
                       damage.reason, damage.offset);
}

//! Nothing that came was content.
void StreamReader::Private::lintSilence(bool comments)
{
    if (events > 0)
        lint.add(
            FindingKind::OnlyKeepAlives, bytes(),
            events == 1
                ? u"The only event has no content: it is a keep-alive, or another dialect's."_s
                : u"None of the %1 events has content: they are keep-alives, or another dialect's."_s
                      .arg(events));
    else if (comments)
        lint.add(FindingKind::OnlyKeepAlives, bytes(),
                 u"The stream has keep-alives only, and no content."_s);
}

QString StreamReader::Private::seenSoFar() const
{
    const QString stop = builder.answer().stopReason;
    QString seen;
    const SseDecoder *const sse = decoder ? decoder->sse() : nullptr;
    if (events == 0 && bytes() == 0)
        seen = u": no event, the body is empty"_s;
    else if (events == 0 && sse && sse->comments() > 0)
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

} // namespace Retryscope
