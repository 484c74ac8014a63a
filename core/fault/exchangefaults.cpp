// SPDX-License-Identifier: MIT
#include "core/fault/faultrows_p.h"

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 tenMinutes = 600'000; // in milliseconds
constexpr qint64 aDay = 86'400;        // in seconds

FaultParameter milliseconds(const QString &name, qint64 number, const QString &summary)
{
    return {name, {number, FaultUnit::Milliseconds, {}}, 0, tenMinutes, false, false, summary};
}

//! Between one character and \a longest.
FaultParameter text(const QString &name, const QString &proposal, qint64 longest, bool optional,
                    const QString &summary)
{
    return {name, {0, FaultUnit::Text, proposal}, 1, longest, false, optional, summary};
}

FaultParameter retryAfter()
{
    return {u"retry-after"_s,
            {2, FaultUnit::Seconds, {}},
            0,
            aDay,
            false,
            true,
            u"Seconds to ask the client to wait, as a Retry-After header."_s};
}

FaultParameter retryAfterMs()
{
    FaultParameter parameter =
        milliseconds(u"retry-after-ms"_s, 500,
                     u"Milliseconds to ask the client to wait, as a retry-after-ms header."_s);
    parameter.optional = true;
    return parameter;
}

FaultParameter bytes(const QString &name, qint64 number, qint64 most, const QString &summary)
{
    return {name, {number, FaultUnit::Bytes, {}}, 0, most, true, false, summary};
}

FaultParameter requestAfter()
{
    return bytes(u"after"_s, 1000, 1'000'000'000,
                 u"How many bytes of the request (1000b) are read before, at most."_s);
}

bool waitsFor(FaultKind kind)
{
    return kind == FaultKind::Silence || kind == FaultKind::WriteStall;
}

void addStatusFaults(FaultRows &rows)
{
    using enum FaultDescriptor::Phase;
    const auto row = [&rows](FaultKind kind, const QString &name, FaultPhase phase,
                             const QString &summary, const QList<FaultParameter> &parameters = {},
                             bool bySandbox = false, FaultSite site = FaultSite::Http) {
        rows.push_back({.kind = kind,
                        .name = name,
                        .phase = phase,
                        .site = site,
                        .bySandbox = bySandbox,
                        .waits = waitsFor(kind),
                        .summary = summary,
                        .parameters = parameters});
    };
    constexpr bool bySandbox = true;
    row(FaultKind::HttpStatus, u"http-NNN"_s, Status,
        u"The answer has this status, 200 to 599, and an error as its body."_s,
        {retryAfter(), retryAfterMs(),
         text(u"body"_s, u"{}"_s, 4000, true, u"The whole body, instead of an error."_s)},
        bySandbox);
    row(FaultKind::Redirect, u"redirect"_s, Status, u"The answer is a redirect (307)."_s,
        {text(u"location"_s, u"/"_s, 2000, false, u"Where it leads, a URL or a path."_s)});
    row(FaultKind::Html200, u"html-200"_s, Status,
        u"The answer is a web page with status 200, as of a network that wants a login."_s);
    row(FaultKind::Empty200, u"empty-200"_s, Status, u"The answer is 200 with an empty body."_s, {},
        bySandbox);
    row(FaultKind::Quota, u"quota"_s, Status,
        u"The answer is 429, and says that the account's quota is used up: waiting does not help."_s,
        {}, bySandbox);
}

} // namespace

void addExchangeFaults(FaultRows &rows)
{
    using enum FaultDescriptor::Phase;
    const auto row = [&rows](FaultKind kind, const QString &name, FaultPhase phase,
                             const QString &summary, const QList<FaultParameter> &parameters = {},
                             bool bySandbox = false, FaultSite site = FaultSite::Http) {
        rows.push_back({.kind = kind,
                        .name = name,
                        .phase = phase,
                        .site = site,
                        .bySandbox = bySandbox,
                        .waits = waitsFor(kind),
                        .summary = summary,
                        .parameters = parameters});
    };
    constexpr auto tap = FaultSite::Tap;
    row(FaultKind::WriteReset, u"write-reset"_s, Request,
        u"The connection is reset (RST) while the request is being sent."_s, {requestAfter()},
        false, tap);
    row(FaultKind::WriteClose, u"write-close"_s, Request,
        u"The connection is closed (FIN) while the request is being sent."_s, {requestAfter()},
        false, tap);
    row(FaultKind::WriteStall, u"write-stall"_s, Request,
        u"Nothing of the request is read, and the connection stays open."_s, {}, false, tap);
    row(FaultKind::Eof, u"eof"_s, BeforeStatus,
        u"The request is read whole, then the connection is closed (FIN) without an answer."_s, {},
        false, tap);
    row(FaultKind::Rst, u"rst"_s, BeforeStatus,
        u"The request is read whole, then the connection is reset (RST) without an answer."_s, {},
        false, tap);
    row(FaultKind::Silence, u"silence"_s, BeforeStatus,
        u"The request is read whole, and no answer ever comes."_s, {}, false, tap);
    row(FaultKind::Garbage, u"garbage"_s, BeforeStatus,
        u"The request is answered in another protocol, and the connection closed."_s);
    row(FaultKind::ContinueEof, u"continue-eof"_s, BeforeStatus,
        u"The request is answered by \"100 Continue\" only, and the connection closed."_s);
    row(FaultKind::EarlyHints, u"early-hints"_s, BeforeStatus,
        u"The answer comes behind \"103 Early Hints\"."_s);
    row(FaultKind::HeadCut, u"head-cut"_s, Head,
        u"The connection is closed (FIN) in the middle of the answer's head."_s);
    row(FaultKind::HeadReset, u"head-reset"_s, Head,
        u"The connection is reset (RST) in the middle of the answer's head."_s);
    row(FaultKind::HeadDribble, u"head-dribble"_s, Head,
        u"The answer's head arrives one byte at a time."_s,
        {milliseconds(u"ms"_s, 20, u"From one byte to the next, in milliseconds."_s)});
    row(FaultKind::HeadHuge, u"head-huge"_s, Head, u"The answer's head has a very long line."_s,
        {bytes(u"bytes"_s, 1'000'000, 64'000'000, u"The length of the line."_s)});
    row(FaultKind::HeadMalformed, u"head-malformed"_s, Head,
        u"The answer's head has a line without a colon."_s);
    addStatusFaults(rows);
}

} // namespace Retryscope
