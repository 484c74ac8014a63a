// SPDX-License-Identifier: MIT
#include "core/fault/faultrows_p.h"

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 tenMinutes = 600'000; // in milliseconds

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

} // namespace

void addConnectionFaults(FaultRows &rows)
{
    using enum FaultDescriptor::Phase;
    const auto row = [&rows](FaultKind kind, const QString &name, FaultPhase phase,
                             const QString &summary, const QList<FaultParameter> &parameters = {},
                             bool waits = false) {
        rows.push_back({.kind = kind,
                        .name = name,
                        .phase = phase,
                        .site = FaultSite::Tap,
                        .waits = waits,
                        .summary = summary,
                        .parameters = parameters});
    };
    constexpr bool waits = true;
    row(FaultKind::Dns, u"dns"_s, Dns, u"The name of the server cannot be found."_s);
    row(FaultKind::DnsSlow, u"dns-slow"_s, Dns, u"The look-up of the server's name takes longer."_s,
        {milliseconds(u"ms"_s, 2000, u"How much longer, in milliseconds."_s)});
    row(FaultKind::DnsTimeout, u"dns-timeout"_s, Dns,
        u"The look-up of the server's name never ends."_s, {}, waits);
    row(FaultKind::DnsWrong, u"dns-wrong"_s, Dns, u"The server's name has another address."_s,
        {text(u"address"_s, u"127.0.0.2"_s, 45, false,
              u"The IP address that the name is said to have."_s)});
    row(FaultKind::Refused, u"refused"_s, Connect, u"The server refuses the connection."_s);
    row(FaultKind::Blackhole, u"blackhole"_s, Connect,
        u"The server never answers the attempt to connect."_s, {}, waits);
    row(FaultKind::Reset, u"reset"_s, Connect,
        u"The connection is made and reset (RST) at once."_s);
    row(FaultKind::Close, u"close"_s, Connect,
        u"The connection is made and closed (FIN) at once."_s);
    row(FaultKind::Unreachable, u"unreachable"_s, Connect,
        u"There is no route to the server's network."_s);
    row(FaultKind::TtlExpired, u"ttl-expired"_s, Connect,
        u"The packets to the server are given up on their way."_s);
    row(FaultKind::Latency, u"latency"_s, Connect,
        u"Everything takes longer, in both directions."_s,
        {milliseconds(u"ms"_s, 300, u"The delay of each piece of data, in milliseconds."_s),
         milliseconds(u"jitter"_s, 0, u"How far the delay strays, in milliseconds up or down."_s)});
    row(FaultKind::ProxyGeneral, u"proxy-general"_s, Proxy,
        u"A proxy on the way says that it failed, and not why."_s);
    row(FaultKind::ProxyDenied, u"proxy-denied"_s, Proxy,
        u"A proxy on the way says that its rules do not allow the connection."_s);
    row(FaultKind::ProxyAuth, u"proxy-auth"_s, Proxy,
        u"A proxy on the way does not accept the user name and password."_s);
    row(FaultKind::ProxyGarbage, u"proxy-garbage"_s, Proxy,
        u"A proxy on the way answers in another protocol."_s);
    row(FaultKind::ProxyClose, u"proxy-close"_s, Proxy,
        u"A proxy on the way closes the connection instead of answering."_s);
}

} // namespace Retryscope
