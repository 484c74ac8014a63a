// SPDX-License-Identifier: MIT
#include "core/sandbox/answer_p.h"

#include <algorithm>
#include <utility>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QByteArray brokenOff(const QByteArray &json)
{
    return json.first(json.size() * 2 / 3);
}

bool splitsBefore(const QByteArray &bytes, qsizetype at, SandboxAnswer::Split split)
{
    if (split == SandboxAnswer::Split::InCharacters)
        return (uchar(bytes[at]) & 0xC0) == 0x80;
    return bytes[at] == '\n' && bytes[at - 1] == '\r';
}

QList<QByteArray> splitUp(const QByteArray &bytes, SandboxAnswer::Split split)
{
    if (split == SandboxAnswer::Split::None)
        return {bytes};
    QList<QByteArray> pieces;
    qsizetype begin = 0;
    for (qsizetype i = 1; i < bytes.size(); ++i) {
        if (!splitsBefore(bytes, i, split))
            continue;
        pieces += bytes.sliced(begin, i - begin);
        begin = i;
    }
    pieces += bytes.sliced(begin);
    return pieces;
}

QByteArray errorBytes(const AnswerStream &stream, qsizetype index)
{
    const QList<DialectEvent> events =
        stream.voice().errorEvents(ApiError::forStatus(500), stream.content(), index);
    QByteArray bytes;
    for (const DialectEvent &event : events)
        bytes += stream.framing().write(event, index == 0 && bytes.isEmpty());
    return bytes;
}

} // namespace

QByteArray byteOrderMark()
{
    return QByteArrayLiteral("\xEF\xBB\xBF");
}

SandboxAnswer SandboxAnswer::ofError(const DialectVoice *voice, const ApiError &error)
{
    SandboxAnswer answer;
    answer.voice = voice;
    answer.status = error.status;
    answer.body = voice->errorBody(error);
    answer.headers = {{"Content-Type", "application/json"}};
    answer.headers += voice->errorHeaders(error);
    return answer;
}

void SandboxAnswer::say(AnswerContent said, const DialectVoice &by, const EventFraming *framing)
{
    if (framing) {
        auto made = std::make_shared<const AnswerStream>(said, by, *framing);
        eventLimit = made->eventCount();
        stream = std::move(made);
    } else {
        body = by.whole(said);
    }
    content = std::make_shared<const AnswerContent>(std::move(said));
}

//! What was sent is not what was said where an event is left out or repeated.
qsizetype SandboxAnswer::sourceIndex(qsizetype index) const
{
    if (fault.kind == FaultKind::Drop && index >= faultyEvent())
        return index + 1;
    if (fault.kind == FaultKind::Duplicate && index >= faultyEvent())
        return index - 1;
    return index;
}

QByteArray SandboxAnswer::bytesOf(qsizetype index) const
{
    if (!stream)
        return body;
    if (fault.kind == FaultKind::ErrorEvent && index == faultyEvent())
        return errorBytes(*stream, index);
    const EventFraming &framing = stream->framing();
    DialectEvent event = stream->event(sourceIndex(index));
    if (fault.kind == FaultKind::BadJson && index == faultyEvent())
        event.data = brokenOff(event.data);
    QByteArray bytes = framing.write(event, index == 0);
    if (fault.kind == FaultKind::Bom && index == 0)
        bytes.prepend(byteOrderMark());
    if (fault.kind == FaultKind::Comments)
        bytes.prepend(": a comment, to be read over" + framing.lineEnd + framing.lineEnd);
    return bytes;
}

QList<HttpHeader> SandboxAnswer::allHeaders() const
{
    QList<HttpHeader> all{{"Server", "Retryscope sandbox"}};
    all += headers;
    if (!stream && status != 204 && status != 304)
        all.append({"Content-Length", QByteArray::number(body.size())});
    return all;
}

QList<QByteArray> SandboxAnswer::pieces(qsizetype index) const
{
    return splitUp(bytesOf(index), split);
}

std::chrono::nanoseconds SandboxAnswer::dueAt(qsizetype index) const
{
    auto due = firstDelay;
    if (stream)
        due += interval * stream->beat(sourceIndex(index));
    for (const AnswerPause &pause : pauses) {
        if (pause.beforeEvent <= index)
            due += pause.length;
    }
    return due;
}

QByteArray SandboxAnswer::ending() const
{
    return stream ? stream->framing().end() : QByteArray();
}

qsizetype SandboxAnswer::faultyEvent() const
{
    if (fault.kind == FaultKind::ErrorEvent)
        return eventLimit - 1;
    if (fault.kind == FaultKind::Drop)
        return qsizetype(fault.parameter(u"at"_s).number - 1);
    if (fault.kind == FaultKind::Duplicate)
        return qsizetype(fault.parameter(u"at"_s).number);
    if (fault.kind != FaultKind::BadJson)
        return eventLimit;
    // OpenAI's "[DONE]" holds no JSON that could break off.
    auto index = qsizetype(std::min<qint64>(fault.parameter(u"at"_s).number, eventLimit) - 1);
    while (stream && index > 0 && !stream->event(index).isJson())
        --index;
    return index;
}

} // namespace Retryscope
