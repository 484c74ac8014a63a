// SPDX-License-Identifier: MIT
#include "core/sandbox/answer_p.h"

#include "core/fault/faultcatalogue.h"
#include "core/llm/dialect.h"

#include <algorithm>
#include <array>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr bool mayHaveBody(int status)
{
    return status != 204 && status != 304;
}

void replaceByError(SandboxAnswer &answer, const ApiError &made)
{
    const SandboxAnswer error = SandboxAnswer::ofError(answer.voice, made);
    const auto isType = [](const HttpHeader &header) {
        return header.name == "Content-Type" || header.name == "Cache-Control";
    };
    answer.headers.removeIf(isType);
    answer.headers = error.headers + answer.headers;
    answer.status = error.status;
    answer.body = error.body;
    answer.stream.reset();
    answer.content.reset();
    answer.firstDelay = {};
    answer.withoutBody = answer.withoutBody || !mayHaveBody(made.status);
}

//! Where the body stops early. Without a stream there are no events to count: half of the body, and
//! never all of it, or the framing would be satisfied.
void stopAfter(SandboxAnswer &answer, const FaultValue &after)
{
    const bool bytes = after.unit == FaultUnit::Bytes;
    if (answer.stream) {
        if (bytes)
            answer.byteLimit = after.number;
        else
            answer.eventLimit = qsizetype(std::min<qint64>(after.number, answer.eventLimit));
        return;
    }
    const qint64 size = answer.body.size();
    answer.byteLimit = bytes ? std::min(after.number, std::max<qint64>(size - 1, 0)) : size / 2;
}

//! The same answer with other words, or in other ones.
void sayAgain(SandboxAnswer &answer, const AnswerContent &content)
{
    if (answer.stream) {
        const EventFraming framing = answer.stream->framing();
        answer.say(content, answer.stream->voice(), &framing);
    } else {
        answer.say(content, *answer.voice, nullptr);
    }
}

void changeLineEnds(SandboxAnswer &answer, const QByteArray &lineEnd)
{
    EventFraming framing = answer.stream->framing();
    framing.lineEnd = lineEnd;
    answer.say(*answer.content, *answer.voice, &framing);
}

using Maker = bool (*)(SandboxAnswer &, const Fault &);

bool makeStatus(SandboxAnswer &answer, const Fault &fault)
{
    const QString retryAfter = u"retry-after"_s;
    ApiError error = ApiError::forStatus(fault.status);
    // The header is there only where it was asked for: many real answers have none.
    if (fault.parameters.contains(retryAfter))
        error.retryAfterSeconds = int(fault.parameter(retryAfter).number);
    replaceByError(answer, error);
    if (fault.status == 401)
        answer.headers.append(
            HttpHeader{"WWW-Authenticate", "Bearer realm=\"Retryscope sandbox\""});
    const bool isTold = std::any_of(answer.headers.begin(), answer.headers.end(),
                                    [](const HttpHeader &h) { return h.name == "Retry-After"; });
    if (error.retryAfterSeconds && !isTold)
        answer.headers.append(
            HttpHeader{"Retry-After", QByteArray::number(*error.retryAfterSeconds)});
    const QString retryAfterMs = u"retry-after-ms"_s;
    if (fault.parameters.contains(retryAfterMs))
        answer.headers.append(
            HttpHeader{"retry-after-ms", QByteArray::number(fault.parameter(retryAfterMs).number)});
    const QString body = u"body"_s;
    if (fault.parameters.contains(body))
        answer.body = fault.parameter(body).text.toUtf8();
    return true;
}

bool makeQuota(SandboxAnswer &answer, const Fault &)
{
    replaceByError(answer, ApiError::quota());
    return true;
}

bool makeEmpty(SandboxAnswer &answer, const Fault &)
{
    answer.status = 200;
    answer.stream.reset();
    answer.body.clear();
    answer.firstDelay = {};
    return true;
}

template <SandboxAnswer::End Where>
bool makeStop(SandboxAnswer &answer, const Fault &fault)
{
    if (answer.withoutBody || (!answer.stream && answer.body.isEmpty()))
        return false;
    stopAfter(answer, fault.parameter(u"after"_s));
    answer.end = Where;
    return true;
}

template <SandboxAnswer::End Where>
bool makeNothing(SandboxAnswer &answer, const Fault &)
{
    answer.withoutHead = true;
    answer.withoutBody = true;
    answer.firstDelay = {};
    answer.end = Where;
    return true;
}

//! Before the status, or where the body has got so far.
template <SandboxAnswer::End How>
bool makeFrame(SandboxAnswer &answer, const Fault &fault)
{
    if (!answer.overHttp2)
        return false;
    answer.errorCode = quint32(fault.parameter(u"code"_s).number);
    return fault.parameters.contains(u"after"_s) ? makeStop<How>(answer, fault)
                                                 : makeNothing<How>(answer, fault);
}

bool makeNoTerminal(SandboxAnswer &answer, const Fault &)
{
    answer.eventLimit = answer.stream->proofIndex();
    return true;
}

//! On an answer that is one JSON object: the nearest thing to it.
bool makeErrorEvent(SandboxAnswer &answer, const Fault &fault)
{
    if (!answer.stream) {
        answer.body = answer.voice->errorBody(ApiError::forStatus(500));
        return true;
    }
    // At the latest in place of what proves the answer whole: behind it nobody reads on.
    const qint64 at = fault.parameter(u"at"_s).number;
    answer.eventLimit = qsizetype(std::min<qint64>(at, answer.stream->proofIndex() + 1));
    return true;
}

bool makeBadJson(SandboxAnswer &answer, const Fault &)
{
    if (!answer.stream)
        answer.body = answer.body.first(answer.body.size() * 2 / 3);
    return true;
}

bool makeSlowFirst(SandboxAnswer &answer, const Fault &fault)
{
    answer.firstDelay = std::chrono::milliseconds(fault.parameter(u"ms"_s).number);
    return true;
}

bool makeSplitUtf8(SandboxAnswer &answer, const Fault &)
{
    AnswerContent content = *answer.content;
    if (!content.needWideCharacter())
        return false;
    sayAgain(answer, content);
    answer.split = SandboxAnswer::Split::InCharacters;
    return true;
}

bool makeSplitCrlf(SandboxAnswer &answer, const Fault &)
{
    changeLineEnds(answer, "\r\n");
    answer.split = SandboxAnswer::Split::InLineEnds;
    return true;
}

bool makeCrlf(SandboxAnswer &answer, const Fault &)
{
    changeLineEnds(answer, "\r\n");
    return true;
}

bool makeCrOnly(SandboxAnswer &answer, const Fault &)
{
    changeLineEnds(answer, "\r");
    return true;
}

//! Nothing but the bytes is another: see SandboxAnswer::pieces().
bool makeComments(SandboxAnswer &, const Fault &)
{
    return true;
}

bool makeBom(SandboxAnswer &answer, const Fault &)
{
    if (!answer.stream)
        answer.body.prepend(byteOrderMark());
    return true;
}

template <int More>
bool makeOther(SandboxAnswer &answer, const Fault &fault)
{
    if (fault.parameter(u"at"_s).number > answer.eventLimit)
        return false;
    answer.eventLimit += More;
    return true;
}

bool makeBigEvent(SandboxAnswer &answer, const Fault &fault)
{
    AnswerContent content = *answer.content;
    content.inflate(qsizetype(fault.parameter(u"bytes"_s).number));
    sayAgain(answer, content);
    return true;
}

bool makePingsOnly(SandboxAnswer &answer, const Fault &fault)
{
    answer.eventLimit =
        qsizetype(std::min<qint64>(fault.parameter(u"after"_s).number, answer.eventLimit));
    answer.end = SandboxAnswer::End::Pings;
    return true;
}

//! Head and media type stay: they lie.
bool makeWrongDialect(SandboxAnswer &answer, const Fault &)
{
    const bool sse = answer.voice->dialect().facts().framing == StreamFraming::Sse;
    const DialectVoice &other = *DialectVoice::find(sse ? u"ollama"_s : u"openai-chat"_s);
    const EventFraming framing{other.dialect().facts().framing, other.lineEnd()};
    answer.say(*answer.content, other, answer.stream ? &framing : nullptr);
    return true;
}

bool makeLengthStop(SandboxAnswer &answer, const Fault &)
{
    AnswerContent content = *answer.content;
    content.stopAtLength();
    sayAgain(answer, content);
    return true;
}

bool makeRefusal(SandboxAnswer &answer, const Fault &)
{
    AnswerContent content = *answer.content;
    content.refuse();
    sayAgain(answer, content);
    return true;
}

//! What a fault needs of the answer that it is made of.
enum Need : unsigned {
    Anything = 0,
    Said = 1,       //!< an answer to a chat, no error and no list
    Streamed = 2,   //!< its events
    Lines = 4,      //!< events that are lines of text
    SseLines = 8,   //!< those of SSE
    OtherEnds = 16, //!< line ends that are not CRLF already
    Pings = 32,
    Refusals = 64,
    Text = 128, //!< no binary framing
};

struct Row
{
    FaultKind kind;
    Maker make;
    unsigned needs;
};

//! What the sandbox makes; everything else is the tap's business. Before the status the tap does,
//! too: in a run it is the one.
constexpr std::array<Row, 28> rows{{
    {FaultKind::Eof, makeNothing<SandboxAnswer::End::Fin>, Anything},
    {FaultKind::Rst, makeNothing<SandboxAnswer::End::Reset>, Anything},
    {FaultKind::Silence, makeNothing<SandboxAnswer::End::Silence>, Anything},
    {FaultKind::HttpStatus, makeStatus, Anything},
    {FaultKind::Quota, makeQuota, Anything},
    {FaultKind::Empty200, makeEmpty, Anything},
    {FaultKind::Cut, makeStop<SandboxAnswer::End::Fin>, Anything},
    {FaultKind::BodyReset, makeStop<SandboxAnswer::End::Reset>, Anything},
    {FaultKind::Stall, makeStop<SandboxAnswer::End::Silence>, Anything},
    {FaultKind::NoTerminal, makeNoTerminal, Said | Streamed},
    {FaultKind::ErrorEvent, makeErrorEvent, Said},
    {FaultKind::BadJson, makeBadJson, Said},
    {FaultKind::SplitUtf8, makeSplitUtf8, Said},
    {FaultKind::SplitCrlf, makeSplitCrlf, Said | Streamed | Lines},
    {FaultKind::Crlf, makeCrlf, Said | Streamed | Lines | OtherEnds},
    {FaultKind::CrOnly, makeCrOnly, Said | Streamed | SseLines},
    {FaultKind::Bom, makeBom, Said | Text},
    {FaultKind::Comments, makeComments, Said | Streamed | SseLines},
    {FaultKind::Duplicate, makeOther<1>, Said | Streamed},
    {FaultKind::Drop, makeOther<-1>, Said | Streamed},
    {FaultKind::BigEvent, makeBigEvent, Said},
    {FaultKind::PingsOnly, makePingsOnly, Said | Streamed | Pings},
    {FaultKind::SlowFirst, makeSlowFirst, Anything},
    {FaultKind::WrongDialect, makeWrongDialect, Said},
    {FaultKind::LengthStop, makeLengthStop, Said},
    {FaultKind::Refusal, makeRefusal, Said | Refusals},
    {FaultKind::Http2Reset, makeFrame<SandboxAnswer::End::StreamReset>, Anything},
    {FaultKind::Http2GoAway, makeFrame<SandboxAnswer::End::GoAway>, Anything},
}};

const Row *rowOf(FaultKind kind)
{
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [kind](const Row &candidate) { return candidate.kind == kind; });
    return row == rows.end() ? nullptr : &*row;
}

QString framingName(StreamFraming framing)
{
    switch (framing) {
    case StreamFraming::Sse:
        return u"server-sent events"_s;
    case StreamFraming::NdJson:
        return u"lines of JSON that end with LF"_s;
    case StreamFraming::JsonArray:
        return u"one JSON array"_s;
    case StreamFraming::AwsEventStream:
        return u"binary messages"_s;
    }
    Q_UNREACHABLE();
}

} // namespace

QString whyNoPlace(const Fault &fault, const DialectVoice &voice, bool streamed,
                   StreamFraming framing)
{
    const Row *const row = rowOf(fault.kind);
    const unsigned needs = row ? row->needs : unsigned(Anything);
    const QString subject = u'"' + faultDescriptor(fault.kind).name + "\" "_L1;
    const QString name = voice.dialect().name();
    const bool sse = framing == StreamFraming::Sse;
    if ((needs & Streamed) && !streamed)
        return subject + "needs an answer that is streamed."_L1;
    const QString framed = subject + "has no place in a stream of "_L1 + name + ", which is "_L1
                           + framingName(framing) + u'.';
    if ((needs & SseLines) && !sse)
        return framed;
    if ((needs & Lines) && !sse && framing != StreamFraming::NdJson)
        return framed;
    if ((needs & Text) && streamed && framing == StreamFraming::AwsEventStream)
        return framed;
    if ((needs & OtherEnds) && voice.lineEnd() == "\r\n")
        return subject + "is no fault here: the streams of "_L1 + name
               + " have such line ends anyway."_L1;
    if ((needs & Pings) && (voice.ping().isEmpty() || !sse))
        return subject + "has no place in a stream of "_L1 + name
               + ", which knows no sign of life."_L1;
    if ((needs & Refusals) && !voice.canRefuse())
        return subject + "has no place in an answer of "_L1 + name
               + ", which has no word for it."_L1;
    return {};
}

bool isMadeBySandbox(FaultKind kind)
{
    return kind == FaultKind::None || rowOf(kind);
}

bool SandboxAnswer::apply(const Fault &made)
{
    const Row *const row = rowOf(made.kind);
    if (!row || ((row->needs & Said) && !content))
        return false;
    const StreamFraming framing = stream ? stream->framing().framing : StreamFraming::Sse;
    if (!whyNoPlace(made, *voice, stream != nullptr, framing).isEmpty() || !row->make(*this, made))
        return false;
    fault = made;
    return true;
}

} // namespace Retryscope
