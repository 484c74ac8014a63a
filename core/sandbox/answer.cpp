// SPDX-License-Identifier: MIT
#include "core/sandbox/answer_p.h"

#include <algorithm>
#include <array>
#include <utility>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr bool mayHaveBody(int status)
{
    return status != 204 && status != 304;
}

void replaceByStatus(SandboxAnswer &answer, const Fault &fault)
{
    const QString retryAfter = u"retry-after"_s;
    const SandboxAnswer error = SandboxAnswer::ofError(ApiError::forStatus(fault.status));
    const auto isType = [](const HttpHeader &header) {
        return header.name == "Content-Type";
    };
    answer.headers.removeIf(isType);
    answer.headers = error.headers + answer.headers;
    answer.status = error.status;
    answer.body = error.body;
    answer.stream.reset();
    answer.firstDelay = {};
    answer.withoutBody = answer.withoutBody || !mayHaveBody(fault.status);
    if (fault.status == 401)
        answer.headers.append(
            HttpHeader{"WWW-Authenticate", "Bearer realm=\"Retryscope sandbox\""});
    // The header is there only where it was asked for: many real answers have none.
    if (fault.parameters.contains(retryAfter))
        answer.headers.append(
            HttpHeader{"Retry-After", QByteArray::number(fault.parameter(retryAfter).number)});
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

QByteArray brokenOff(const QByteArray &json)
{
    return json.first(json.size() * 2 / 3);
}

ApiError errorInStream()
{
    return ApiError::forStatus(500);
}

using Maker = bool (*)(SandboxAnswer &, const Fault &);

bool makeStatus(SandboxAnswer &answer, const Fault &fault)
{
    replaceByStatus(answer, fault);
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

bool makeNoTerminal(SandboxAnswer &answer, const Fault &)
{
    if (answer.stream)
        answer.eventLimit = answer.stream->finishIndex();
    return answer.stream != nullptr;
}

//! On an answer that is one JSON object: the nearest thing to it.
bool makeErrorEvent(SandboxAnswer &answer, const Fault &fault)
{
    if (answer.status != 200)
        return false;
    const qint64 at = fault.parameter(u"at"_s).number;
    answer.eventLimit = qsizetype(std::min<qint64>(at, answer.eventLimit));
    if (!answer.stream)
        answer.body = errorInStream().toBody();
    return true;
}

bool makeBadJson(SandboxAnswer &answer, const Fault &)
{
    if (answer.status != 200)
        return false;
    if (!answer.stream)
        answer.body = brokenOff(answer.body);
    return true;
}

bool makeSlowFirst(SandboxAnswer &answer, const Fault &fault)
{
    answer.firstDelay = std::chrono::milliseconds(fault.parameter(u"ms"_s).number);
    return true;
}

//! What the sandbox makes; everything else is the tap's business.
constexpr std::array<std::pair<FaultKind, Maker>, 9> makers{{
    {FaultKind::HttpStatus, makeStatus},
    {FaultKind::Empty200, makeEmpty},
    {FaultKind::Cut, makeStop<SandboxAnswer::End::Fin>},
    {FaultKind::BodyReset, makeStop<SandboxAnswer::End::Reset>},
    {FaultKind::Stall, makeStop<SandboxAnswer::End::Silence>},
    {FaultKind::NoTerminal, makeNoTerminal},
    {FaultKind::ErrorEvent, makeErrorEvent},
    {FaultKind::BadJson, makeBadJson},
    {FaultKind::SlowFirst, makeSlowFirst},
}};

} // namespace

SandboxAnswer SandboxAnswer::ofError(const ApiError &error)
{
    SandboxAnswer answer;
    answer.status = error.status;
    answer.body = error.toBody();
    answer.headers = {{"Content-Type", "application/json"}};
    return answer;
}

QByteArray SandboxAnswer::event(qsizetype index) const
{
    if (fault.kind == FaultKind::ErrorEvent && index == faultyEvent())
        return "data: " + errorInStream().toEventData() + "\n\n";
    const QByteArray whole = stream->event(index);
    if (fault.kind == FaultKind::BadJson && index == faultyEvent())
        return brokenOff(whole) + "\n\n";
    return whole;
}

qsizetype SandboxAnswer::faultyEvent() const
{
    if (fault.kind == FaultKind::ErrorEvent)
        return eventLimit - 1;
    // The last event, "[DONE]", holds no JSON that could break off.
    if (fault.kind == FaultKind::BadJson)
        return qsizetype(std::min<qint64>(fault.parameter(u"at"_s).number, eventLimit - 1)) - 1;
    return eventLimit;
}

bool SandboxAnswer::apply(const Fault &made)
{
    for (const auto &[kind, make] : makers) {
        if (kind != made.kind || !make(*this, made))
            continue;
        fault = made;
        return true;
    }
    return false;
}

} // namespace Retryscope
