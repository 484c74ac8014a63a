// SPDX-License-Identifier: MIT
#include "ui/faults/faultwords.h"

#include "core/base/random.h"
#include "core/fault/faultcatalogue.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace Retryscope {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Retryscope::FaultWords)
};

bool canBeRolled(const FaultDescriptor &fault, bool tls, bool sandbox)
{
    // A fault that only waits would make a roll of the dice last for minutes.
    if (fault.kind == FaultKind::None || fault.kind == FaultKind::HttpStatus || fault.waits)
        return false;
    // What strikes after the status ends the run, and so does a proxy: nothing would be retried.
    if (fault.phase >= FaultPhase::Head || fault.phase == FaultPhase::Proxy)
        return false;
    Fault alone;
    alone.kind = fault.kind;
    return !FaultPlan({alone}).checkPlaceable(tls, sandbox);
}

} // namespace

QString faultPhaseWords(FaultPhase phase)
{
    switch (phase) {
    case FaultPhase::None:
        return {};
    case FaultPhase::Dns:
        return Words::tr("Looking up the name");
    case FaultPhase::Connect:
        return Words::tr("Connecting");
    case FaultPhase::Proxy:
        return Words::tr("At a proxy");
    case FaultPhase::Tls:
        return Words::tr("TLS handshake");
    case FaultPhase::Request:
        return Words::tr("Sending the request");
    case FaultPhase::BeforeStatus:
        return Words::tr("Before the status");
    case FaultPhase::Head:
        return Words::tr("Head of the answer");
    case FaultPhase::Status:
        return Words::tr("Status");
    case FaultPhase::Body:
        return Words::tr("Body of the answer");
    case FaultPhase::Stream:
        return Words::tr("Stream of events");
    case FaultPhase::Http2:
        return Words::tr("HTTP/2");
    }
    return {};
}

QString faultWords(FaultKind kind)
{
    switch (kind) {
    case FaultKind::None:
        return Words::tr("no fault");
    case FaultKind::Dns:
        return Words::tr("name not found");
    case FaultKind::DnsSlow:
        return Words::tr("slow name look-up");
    case FaultKind::DnsTimeout:
        return Words::tr("name look-up without an end");
    case FaultKind::DnsWrong:
        return Words::tr("wrong address");
    case FaultKind::Refused:
        return Words::tr("connection refused");
    case FaultKind::Blackhole:
        return Words::tr("connection never answered");
    case FaultKind::Reset:
        return Words::tr("connection reset");
    case FaultKind::Close:
        return Words::tr("connection closed at once");
    case FaultKind::Unreachable:
        return Words::tr("network unreachable");
    case FaultKind::TtlExpired:
        return Words::tr("packets given up on the way");
    case FaultKind::Latency:
        return Words::tr("slow network");
    case FaultKind::ProxyGeneral:
        return Words::tr("proxy fails");
    case FaultKind::ProxyDenied:
        return Words::tr("proxy does not allow it");
    case FaultKind::ProxyAuth:
        return Words::tr("proxy wants another login");
    case FaultKind::ProxyGarbage:
        return Words::tr("proxy speaks another protocol");
    case FaultKind::ProxyClose:
        return Words::tr("proxy closes");
    case FaultKind::TlsSelfSigned:
        return Words::tr("self-signed certificate");
    case FaultKind::TlsExpired:
        return Words::tr("expired certificate");
    case FaultKind::TlsNotYet:
        return Words::tr("certificate not valid yet");
    case FaultKind::TlsWrongHost:
        return Words::tr("certificate of another host");
    case FaultKind::TlsUnknownCa:
        return Words::tr("unknown authority");
    case FaultKind::TlsWeakKey:
        return Words::tr("weak key");
    case FaultKind::TlsClientCert:
        return Words::tr("client certificate demanded");
    case FaultKind::TlsAlert:
        return Words::tr("TLS alert");
    case FaultKind::TlsPlain:
        return Words::tr("plain HTTP instead of TLS");
    case FaultKind::TlsGarbage:
        return Words::tr("nonsense instead of TLS");
    case FaultKind::TlsClose:
        return Words::tr("closed in the TLS handshake");
    case FaultKind::TlsReset:
        return Words::tr("reset in the TLS handshake");
    case FaultKind::TlsStall:
        return Words::tr("stalled TLS handshake");
    case FaultKind::TlsBadMac:
        return Words::tr("damaged encryption");
    case FaultKind::WriteReset:
        return Words::tr("reset while sending");
    case FaultKind::WriteClose:
        return Words::tr("closed while sending");
    case FaultKind::WriteStall:
        return Words::tr("request not read");
    case FaultKind::Eof:
        return Words::tr("closed before the status");
    case FaultKind::Rst:
        return Words::tr("reset before the status");
    case FaultKind::Silence:
        return Words::tr("no answer at all");
    case FaultKind::Garbage:
        return Words::tr("answer in another protocol");
    case FaultKind::ContinueEof:
        return Words::tr("\"100 Continue\" and no more");
    case FaultKind::EarlyHints:
        return Words::tr("early hints first");
    case FaultKind::HeadCut:
        return Words::tr("head cut off");
    case FaultKind::HeadReset:
        return Words::tr("reset in the head");
    case FaultKind::HeadDribble:
        return Words::tr("head byte by byte");
    case FaultKind::HeadHuge:
        return Words::tr("very long head");
    case FaultKind::HeadMalformed:
        return Words::tr("malformed head");
    case FaultKind::HttpStatus:
        return Words::tr("HTTP status");
    case FaultKind::Redirect:
        return Words::tr("redirect");
    case FaultKind::Html200:
        return Words::tr("web page, status 200");
    case FaultKind::Empty200:
        return Words::tr("empty answer, status 200");
    case FaultKind::Quota:
        return Words::tr("quota used up");
    case FaultKind::Cut:
        return Words::tr("answer cut off");
    case FaultKind::BodyReset:
        return Words::tr("reset in the answer");
    case FaultKind::Stall:
        return Words::tr("stalled answer");
    case FaultKind::ShortLength:
        return Words::tr("length too short");
    case FaultKind::LongLength:
        return Words::tr("length too long");
    case FaultKind::BadChunk:
        return Words::tr("broken chunk");
    case FaultKind::NoLastChunk:
        return Words::tr("chunks without an end");
    case FaultKind::GzipCorrupt:
        return Words::tr("damaged gzip");
    case FaultKind::GzipCut:
        return Words::tr("gzip cut off");
    case FaultKind::NotGzip:
        return Words::tr("gzip that is none");
    case FaultKind::Throttle:
        return Words::tr("slow answer");
    case FaultKind::Slice:
        return Words::tr("answer in small pieces");
    case FaultKind::SlowClose:
        return Words::tr("late end");
    case FaultKind::NoTerminal:
        return Words::tr("stream without its end");
    case FaultKind::ErrorEvent:
        return Words::tr("error event in the stream");
    case FaultKind::BadJson:
        return Words::tr("broken JSON in the stream");
    case FaultKind::SplitUtf8:
        return Words::tr("characters cut in pieces");
    case FaultKind::SplitCrlf:
        return Words::tr("line ends cut in pieces");
    case FaultKind::Crlf:
        return Words::tr("lines that end with CR LF");
    case FaultKind::CrOnly:
        return Words::tr("lines that end with CR");
    case FaultKind::Bom:
        return Words::tr("byte order mark in front");
    case FaultKind::Comments:
        return Words::tr("comments between the events");
    case FaultKind::Duplicate:
        return Words::tr("an event twice");
    case FaultKind::Drop:
        return Words::tr("an event left out");
    case FaultKind::BigEvent:
        return Words::tr("a very large event");
    case FaultKind::PingsOnly:
        return Words::tr("only signs of life");
    case FaultKind::SlowFirst:
        return Words::tr("slow first token");
    case FaultKind::WrongDialect:
        return Words::tr("another dialect's answer");
    case FaultKind::LengthStop:
        return Words::tr("stopped at the length limit");
    case FaultKind::Refusal:
        return Words::tr("refused by the model");
    case FaultKind::Http2Reset:
        return Words::tr("HTTP/2 stream reset");
    case FaultKind::Http2GoAway:
        return Words::tr("HTTP/2 connection given up");
    }
    return {};
}

const QList<FaultPreset> &faultPresets()
{
    static const QList<FaultPreset> presets{
        {Words::tr("Name not found, then refused"), QStringLiteral("dns,refused,ok")},
        {Words::tr("Expired certificate"), QStringLiteral("tls-expired,ok")},
        {Words::tr("Closed in the TLS handshake"), QStringLiteral("tls-close,ok")},
        {Words::tr("Closed before the status"), QStringLiteral("eof,ok")},
        {Words::tr("Reset twice"), QStringLiteral("reset*2,ok")},
        {Words::tr("Refused until it gives up"), QStringLiteral("refused*9")},
        {Words::tr("Too many requests"), QStringLiteral("http-429(retry-after=2)")},
        {Words::tr("Answer cut off"), QStringLiteral("cut(after=3)")},
        {Words::tr("Stream without its end"), QStringLiteral("no-terminal")},
        {Words::tr("No faults"), QString()},
    };
    return presets;
}

FaultPlan rolledPlan(quint64 seed, int retries, bool endpointSpeaksTls, bool endpointIsSandbox)
{
    QList<FaultKind> kinds;
    for (const FaultDescriptor &fault : faultCatalogue()) {
        if (canBeRolled(fault, endpointSpeaksTls, endpointIsSandbox))
            kinds.append(fault.kind);
    }
    SeededRandom random(seed);
    QList<Fault> faults;
    const int most = std::clamp(retries, 1, 5);
    const int count = 1 + static_cast<int>(random.uniform() * most);
    for (int i = 0; i < count && !kinds.isEmpty(); ++i) {
        const auto pick =
            static_cast<qsizetype>(random.uniform() * static_cast<double>(kinds.size()));
        Fault fault;
        fault.kind = kinds.at(pick);
        faults.append(fault);
    }
    faults.append(Fault());
    return FaultPlan(faults);
}

} // namespace Retryscope
