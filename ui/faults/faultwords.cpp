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
    if (fault.kind == FaultKind::None || fault.kind == FaultKind::Silence
        || fault.kind == FaultKind::TlsStall || fault.kind == FaultKind::Stall
        || fault.kind == FaultKind::HttpStatus)
        return false;
    // What strikes after the status ends the run: nothing would be retried.
    if (fault.phase >= FaultPhase::Status)
        return false;
    return (tls || !fault.needsTls) && (sandbox || fault.site == FaultSite::Tap);
}

} // namespace

QString faultWords(FaultKind kind)
{
    switch (kind) {
    case FaultKind::None:
        return Words::tr("no fault");
    case FaultKind::Dns:
        return Words::tr("name not found");
    case FaultKind::Refused:
        return Words::tr("connection refused");
    case FaultKind::Reset:
        return Words::tr("connection reset");
    case FaultKind::Close:
        return Words::tr("connection closed at once");
    case FaultKind::Unreachable:
        return Words::tr("network unreachable");
    case FaultKind::Latency:
        return Words::tr("slow network");
    case FaultKind::TlsSelfSigned:
        return Words::tr("self-signed certificate");
    case FaultKind::TlsExpired:
        return Words::tr("expired certificate");
    case FaultKind::TlsWrongHost:
        return Words::tr("certificate of another host");
    case FaultKind::TlsAlert:
        return Words::tr("TLS alert");
    case FaultKind::TlsPlain:
        return Words::tr("plain HTTP instead of TLS");
    case FaultKind::TlsClose:
        return Words::tr("closed in the TLS handshake");
    case FaultKind::TlsStall:
        return Words::tr("stalled TLS handshake");
    case FaultKind::Eof:
        return Words::tr("closed before the status");
    case FaultKind::Rst:
        return Words::tr("reset before the status");
    case FaultKind::Silence:
        return Words::tr("no answer at all");
    case FaultKind::HttpStatus:
        return Words::tr("HTTP status");
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
