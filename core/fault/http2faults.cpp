// SPDX-License-Identifier: MIT
#include "core/fault/faultrows_p.h"

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! RFC 9113, section 7.
FaultParameter errorCode(qint64 usual, const QString &summary)
{
    return {u"code"_s, {usual, FaultUnit::Plain, {}}, 0, 0xd, false, false, summary};
}

//! Before the status, unless it is given.
FaultParameter after()
{
    return {
        u"after"_s,
        {3, FaultUnit::Events, {}},
        0,
        1'000'000'000,
        true,
        true,
        u"How many events (3) or bytes of the body (100b) arrive before; left out, not even the "
        "status does."_s};
}

} // namespace

void addHttp2Faults(FaultRows &rows)
{
    const auto row = [&rows](FaultKind kind, const QString &name, const QString &summary,
                             const FaultParameter &code) {
        rows.push_back({.kind = kind,
                        .name = name,
                        .phase = FaultPhase::Http2,
                        .site = FaultSite::Sandbox,
                        .needsTls = true,
                        .bySandbox = true,
                        .summary = summary,
                        .parameters = {code, after()}});
    };
    row(FaultKind::Http2Reset, u"h2-reset"_s,
        u"The stream is reset (RST_STREAM), the connection stays."_s,
        errorCode(2, u"0 none, 1 protocol error, 2 internal error, 7 refused (not dealt with), 8 "
                     "cancelled, 11 enhance your calm, 13 HTTP/1.1 required."_s));
    row(FaultKind::Http2GoAway, u"h2-goaway"_s,
        u"The connection is given up (GOAWAY), with no stream dealt with."_s,
        errorCode(0, u"0 none (as before a restart), 2 internal error, 11 enhance your calm."_s));
}

} // namespace Retryscope
