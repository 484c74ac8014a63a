// SPDX-License-Identifier: MIT
#include "core/fault/faultrows_p.h"

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 aBillion = 1'000'000'000;
constexpr qint64 tenMinutes = 600'000; // in milliseconds

FaultParameter milliseconds(const QString &name, qint64 number, const QString &summary)
{
    return {name, {number, FaultUnit::Milliseconds, {}}, 0, tenMinutes, false, false, summary};
}

//! How far a stream gets before something happens to it: events, or bytes of the body.
FaultParameter after()
{
    return {u"after"_s,
            {3, FaultUnit::Events, {}},
            0,
            aBillion,
            true,
            false,
            u"How many events (3) or bytes of the body (100b) arrive before."_s};
}

//! Which event of a stream something happens to.
FaultParameter at()
{
    return {u"at"_s,
            {3, FaultUnit::Events, {}},
            1,
            aBillion,
            false,
            false,
            u"Which event of the stream, counted from 1."_s};
}

//! The same as after(), where only events make sense.
FaultParameter eventsBefore()
{
    FaultParameter parameter = after();
    parameter.takesBytes = false;
    parameter.summary = u"How many events arrive before."_s;
    return parameter;
}

FaultParameter bytes(const QString &name, qint64 number, const QString &summary)
{
    return {name, {number, FaultUnit::Bytes, {}}, 1, aBillion, true, false, summary};
}

bool waitsFor(FaultKind kind)
{
    return kind == FaultKind::Stall || kind == FaultKind::PingsOnly;
}

void addStreamFaults(FaultRows &rows)
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
    constexpr auto sandbox = FaultSite::Sandbox;
    row(FaultKind::NoTerminal, u"no-terminal"_s, Stream,
        u"The body ends cleanly, but the stream's own end marker is missing."_s, {}, bySandbox,
        sandbox);
    row(FaultKind::ErrorEvent, u"error-event"_s, Stream,
        u"An error arrives as an event of the stream, which ends there."_s, {at()}, bySandbox,
        sandbox);
    row(FaultKind::BadJson, u"bad-json"_s, Stream,
        u"One event of the stream holds JSON that breaks off."_s, {at()}, bySandbox, sandbox);
    row(FaultKind::SplitUtf8, u"split-utf8"_s, Stream,
        u"Each character of several bytes is cut up, its pieces arrive one by one."_s, {},
        bySandbox, sandbox);
    row(FaultKind::SplitCrlf, u"split-crlf"_s, Stream,
        u"Lines end with CR and LF, which arrive one by one."_s, {}, bySandbox, sandbox);
    row(FaultKind::Crlf, u"crlf"_s, Stream, u"Lines end with CR LF instead of LF."_s, {}, bySandbox,
        sandbox);
    row(FaultKind::CrOnly, u"cr-only"_s, Stream, u"Lines end with CR instead of LF."_s, {},
        bySandbox, sandbox);
    row(FaultKind::Bom, u"bom"_s, Stream, u"A byte order mark stands before the body."_s, {},
        bySandbox, sandbox);
    row(FaultKind::Comments, u"comments"_s, Stream, u"A comment stands before each event."_s, {},
        bySandbox, sandbox);
    row(FaultKind::Duplicate, u"duplicate"_s, Stream, u"One event of the stream comes twice."_s,
        {at()}, bySandbox, sandbox);
    row(FaultKind::Drop, u"drop"_s, Stream, u"One event of the stream is left out."_s, {at()},
        bySandbox, sandbox);
    row(FaultKind::BigEvent, u"big-event"_s, Stream, u"One event of the stream is very large."_s,
        {{u"bytes"_s,
          {1'000'000, FaultUnit::Bytes, {}},
          1,
          64'000'000,
          false,
          false,
          u"By how many bytes it grows (1000000b)."_s}},
        bySandbox, sandbox);
    row(FaultKind::PingsOnly, u"pings-only"_s, Stream,
        u"After some events nothing comes but signs of life."_s, {eventsBefore()}, bySandbox,
        sandbox);
    row(FaultKind::SlowFirst, u"slow-first"_s, Stream,
        u"The first token takes its time after the status."_s,
        {milliseconds(u"ms"_s, 5000, u"The wait before the first token, in milliseconds."_s)},
        bySandbox);
    row(FaultKind::WrongDialect, u"wrong-dialect"_s, Stream,
        u"The answer is another dialect's, whatever its media type says."_s, {}, bySandbox,
        sandbox);
    row(FaultKind::LengthStop, u"length-stop"_s, Stream,
        u"The answer stops in the middle, at the limit of its length."_s, {}, bySandbox, sandbox);
    row(FaultKind::Refusal, u"refusal"_s, Stream, u"The model refuses to answer."_s, {}, bySandbox,
        sandbox);
}

} // namespace

void addBodyFaults(FaultRows &rows)
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
    row(FaultKind::Cut, u"cut"_s, Body,
        u"The connection is closed (FIN) in the middle of the body."_s, {after()}, bySandbox);
    row(FaultKind::BodyReset, u"body-reset"_s, Body,
        u"The connection is reset (RST) in the middle of the body."_s, {after()}, bySandbox);
    row(FaultKind::Stall, u"stall"_s, Body,
        u"The body falls silent, and the connection stays open."_s, {after()}, bySandbox);
    row(FaultKind::ShortLength, u"short-length"_s, Body,
        u"The Content-Length is too short: the body goes on behind its end."_s);
    row(FaultKind::LongLength, u"long-length"_s, Body,
        u"The Content-Length is too long: the connection is closed before its end."_s);
    row(FaultKind::BadChunk, u"bad-chunk"_s, Body, u"A chunk of the body has no valid size."_s);
    row(FaultKind::NoLastChunk, u"no-last-chunk"_s, Body,
        u"The chunks of the body have no end, and the connection is closed."_s);
    row(FaultKind::GzipCorrupt, u"gzip-corrupt"_s, Body,
        u"The body is packed (gzip), and damaged in the middle."_s);
    row(FaultKind::GzipCut, u"gzip-cut"_s, Body,
        u"The body is packed (gzip), and its end is missing."_s);
    row(FaultKind::NotGzip, u"not-gzip"_s, Body,
        u"The body is said to be packed (gzip), but is not."_s);
    row(FaultKind::Throttle, u"throttle"_s, Body, u"The body arrives slowly."_s,
        {bytes(u"bps"_s, 2000, u"How many bytes a second."_s)});
    row(FaultKind::Slice, u"slice"_s, Body, u"The body arrives in small pieces."_s,
        {bytes(u"bytes"_s, 1, u"The size of a piece."_s)});
    row(FaultKind::SlowClose, u"slow-close"_s, Body,
        u"The body ends with the connection, which is closed late."_s,
        {milliseconds(u"ms"_s, 2000, u"How late, in milliseconds."_s)});
    addStreamFaults(rows);
}

} // namespace Retryscope
