// SPDX-License-Identifier: MIT
#include "core/fault/faultcatalogue.h"

#include "core/fault/nearest_p.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <vector>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 tenMinutes = 600'000; // in milliseconds
constexpr qint64 aDay = 86'400;        // in seconds
constexpr qint64 aBillion = 1'000'000'000;

FaultParameter milliseconds(const QString &name, qint64 number, const QString &summary)
{
    return {name, {number, FaultUnit::Milliseconds}, 0, tenMinutes, false, false, summary};
}

//! How far a stream gets before something happens to it: events, or bytes of the body.
FaultParameter after()
{
    return {u"after"_s,
            {3, FaultUnit::Events},
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
            {3, FaultUnit::Events},
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

FaultParameter alertCode()
{
    return {u"code"_s,
            {40, FaultUnit::Plain},
            0,
            255,
            false,
            false,
            u"The alert's number: 40 is handshake_failure, 70 protocol_version."_s};
}

FaultParameter retryAfter()
{
    return {u"retry-after"_s,
            {2, FaultUnit::Seconds},
            0,
            aDay,
            false,
            true,
            u"Seconds to ask the client to wait, as a Retry-After header."_s};
}

using Rows = std::vector<FaultDescriptor>;

void addTapRows(Rows &rows)
{
    using enum FaultDescriptor::Phase;
    const auto tap = FaultSite::Tap;
    const auto row = [&](FaultKind kind, const QString &name, FaultPhase phase,
                         const QString &summary, const QList<FaultParameter> &parameters = {}) {
        rows.push_back({kind, name, phase, tap, phase == Tls, summary, parameters});
    };
    row(FaultKind::Dns, u"dns"_s, Dns, u"The name of the server cannot be found."_s);
    row(FaultKind::Refused, u"refused"_s, Connect, u"The server refuses the connection."_s);
    row(FaultKind::Reset, u"reset"_s, Connect,
        u"The connection is made and reset (RST) at once."_s);
    row(FaultKind::Close, u"close"_s, Connect,
        u"The connection is made and closed (FIN) at once."_s);
    row(FaultKind::Unreachable, u"unreachable"_s, Connect,
        u"There is no route to the server's network."_s);
    row(FaultKind::Latency, u"latency"_s, Connect,
        u"Everything takes longer, in both directions."_s,
        {milliseconds(u"ms"_s, 300, u"The delay of each piece of data, in milliseconds."_s),
         milliseconds(u"jitter"_s, 0, u"How far the delay strays, in milliseconds up or down."_s)});
    row(FaultKind::TlsSelfSigned, u"tls-selfsigned"_s, Tls,
        u"The server shows a certificate signed by itself."_s);
    row(FaultKind::TlsExpired, u"tls-expired"_s, Tls,
        u"The server shows a certificate that has expired."_s);
    row(FaultKind::TlsWrongHost, u"tls-wronghost"_s, Tls,
        u"The server shows a certificate for another host."_s);
    row(FaultKind::TlsAlert, u"tls-alert"_s, Tls, u"The server ends the handshake with an alert."_s,
        {alertCode()});
    row(FaultKind::TlsPlain, u"tls-plain"_s, Tls,
        u"The server answers the handshake with plain HTTP."_s);
    row(FaultKind::TlsClose, u"tls-close"_s, Tls,
        u"The connection is closed in the middle of the handshake."_s);
    row(FaultKind::TlsStall, u"tls-stall"_s, Tls,
        u"The server says nothing after the handshake's first message."_s);
    row(FaultKind::Eof, u"eof"_s, BeforeStatus,
        u"The request is read whole, then the connection is closed (FIN) without an answer."_s);
    row(FaultKind::Rst, u"rst"_s, BeforeStatus,
        u"The request is read whole, then the connection is reset (RST) without an answer."_s);
    row(FaultKind::Silence, u"silence"_s, BeforeStatus,
        u"The request is read whole, and no answer ever comes."_s);
}

//! What is done to a stream that may be read all the same, and what its end may say.
template <typename Add>
void addStreamRows(const Add &row)
{
    using enum FaultDescriptor::Phase;
    row(FaultKind::SplitUtf8, u"split-utf8"_s, Stream,
        u"Each character of several bytes is cut up, its pieces arrive one by one."_s);
    row(FaultKind::SplitCrlf, u"split-crlf"_s, Stream,
        u"Lines end with CR and LF, which arrive one by one."_s);
    row(FaultKind::Crlf, u"crlf"_s, Stream, u"Lines end with CR LF instead of LF."_s);
    row(FaultKind::CrOnly, u"cr-only"_s, Stream, u"Lines end with CR instead of LF."_s);
    row(FaultKind::Bom, u"bom"_s, Stream, u"A byte order mark stands before the body."_s);
    row(FaultKind::Comments, u"comments"_s, Stream, u"A comment stands before each event."_s);
    row(FaultKind::Duplicate, u"duplicate"_s, Stream, u"One event of the stream comes twice."_s,
        {at()});
    row(FaultKind::Drop, u"drop"_s, Stream, u"One event of the stream is left out."_s, {at()});
    row(FaultKind::BigEvent, u"big-event"_s, Stream, u"One event of the stream is very large."_s,
        {{u"bytes"_s,
          {1'000'000, FaultUnit::Bytes},
          1,
          64'000'000,
          false,
          false,
          u"By how many bytes it grows (1000000b)."_s}});
    row(FaultKind::PingsOnly, u"pings-only"_s, Stream,
        u"After some events nothing comes but signs of life."_s, {eventsBefore()});
    row(FaultKind::SlowFirst, u"slow-first"_s, Stream,
        u"The first token takes its time after the status."_s,
        {milliseconds(u"ms"_s, 5000, u"The wait before the first token, in milliseconds."_s)});
    row(FaultKind::WrongDialect, u"wrong-dialect"_s, Stream,
        u"The answer is another dialect's, whatever its media type says."_s);
    row(FaultKind::LengthStop, u"length-stop"_s, Stream,
        u"The answer stops in the middle, at the limit of its length."_s);
    row(FaultKind::Refusal, u"refusal"_s, Stream, u"The model refuses to answer."_s);
}

void addSandboxRows(Rows &rows)
{
    using enum FaultDescriptor::Phase;
    const auto row = [&](FaultKind kind, const QString &name, FaultPhase phase,
                         const QString &summary, const QList<FaultParameter> &parameters = {}) {
        rows.push_back({kind, name, phase, FaultSite::Sandbox, false, summary, parameters});
    };
    row(FaultKind::HttpStatus, u"http-NNN"_s, Status,
        u"The answer has this status, 200 to 599, and an error as its body."_s, {retryAfter()});
    row(FaultKind::Empty200, u"empty-200"_s, Status, u"The answer is 200 with an empty body."_s);
    row(FaultKind::Quota, u"quota"_s, Status,
        u"The answer is 429, and says that the account's quota is used up: waiting does not help."_s);
    row(FaultKind::Cut, u"cut"_s, Body,
        u"The connection is closed (FIN) in the middle of the body."_s, {after()});
    row(FaultKind::BodyReset, u"body-reset"_s, Body,
        u"The connection is reset (RST) in the middle of the body."_s, {after()});
    row(FaultKind::Stall, u"stall"_s, Body,
        u"The body falls silent, and the connection stays open."_s, {after()});
    row(FaultKind::NoTerminal, u"no-terminal"_s, Stream,
        u"The body ends cleanly, but the stream's own end marker is missing."_s);
    row(FaultKind::ErrorEvent, u"error-event"_s, Stream,
        u"An error arrives as an event of the stream, which ends there."_s, {at()});
    row(FaultKind::BadJson, u"bad-json"_s, Stream,
        u"One event of the stream holds JSON that breaks off."_s, {at()});
    addStreamRows(row);
}

Rows makeCatalogue()
{
    Rows rows;
    rows.push_back(
        {FaultKind::None, u"ok"_s, FaultPhase::None, FaultSite::Tap, false, u"No fault."_s, {}});
    addTapRows(rows);
    addSandboxRows(rows);
    return rows;
}

//! "http-" and what stands for a status.
bool namesHttpStatus(QStringView name)
{
    if (!name.startsWith("http-"_L1) || name.size() != 8)
        return false;
    const QStringView status = name.sliced(5);
    return status == "NNN"_L1 || std::all_of(status.begin(), status.end(), [](QChar c) {
               return c >= u'0' && c <= u'9';
           });
}

} // namespace

std::span<const FaultDescriptor> faultCatalogue()
{
    static const Rows rows = makeCatalogue();
    return rows;
}

const FaultDescriptor &faultDescriptor(FaultKind kind)
{
    const auto rows = faultCatalogue();
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [kind](const FaultDescriptor &d) { return d.kind == kind; });
    Q_ASSERT_X(row != rows.end(), "faultDescriptor", "a kind is missing in the catalogue");
    return row == rows.end() ? rows.front() : *row;
}

const FaultDescriptor *findFault(const QString &name)
{
    if (namesHttpStatus(name))
        return &faultDescriptor(FaultKind::HttpStatus);
    const auto rows = faultCatalogue();
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const FaultDescriptor &d) { return d.name == name; });
    return row == rows.end() ? nullptr : &*row;
}

QString nearestFaultName(const QString &typed)
{
    QStringList names;
    for (const FaultDescriptor &descriptor : faultCatalogue())
        names += descriptor.name;
    return nearestOf(typed, names);
}

} // namespace Retryscope

#include "moc_faultcatalogue.cpp"
