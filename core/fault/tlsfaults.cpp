// SPDX-License-Identifier: MIT
#include "core/fault/faultrows_p.h"

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

FaultParameter alertCode()
{
    return {u"code"_s,
            {40, FaultUnit::Plain, {}},
            0,
            255,
            false,
            false,
            u"The alert's number: 40 is handshake_failure, 70 protocol_version."_s};
}

FaultParameter recordsAfter()
{
    return {u"after"_s,
            {1500, FaultUnit::Bytes, {}},
            0,
            1'000'000'000,
            true,
            false,
            u"How many encrypted bytes (1500b) arrive before; the first may be session tickets."_s};
}

} // namespace

void addTlsFaults(FaultRows &rows)
{
    const auto row = [&rows](FaultKind kind, const QString &name, const QString &summary,
                             const QList<FaultParameter> &parameters = {},
                             FaultSite site = FaultSite::Tap) {
        rows.push_back({.kind = kind,
                        .name = name,
                        .phase = FaultPhase::Tls,
                        .site = site,
                        .needsTls = true,
                        .waits = kind == FaultKind::TlsStall,
                        .summary = summary,
                        .parameters = parameters});
    };
    row(FaultKind::TlsSelfSigned, u"tls-selfsigned"_s,
        u"The server shows a certificate signed by itself."_s);
    row(FaultKind::TlsExpired, u"tls-expired"_s,
        u"The server shows a certificate that has expired."_s);
    row(FaultKind::TlsNotYet, u"tls-notyet"_s,
        u"The server shows a certificate that is not valid yet."_s);
    row(FaultKind::TlsWrongHost, u"tls-wronghost"_s,
        u"The server shows a certificate for another host."_s);
    row(FaultKind::TlsUnknownCa, u"tls-unknownca"_s,
        u"The server shows a certificate of an authority that nobody knows."_s);
    row(FaultKind::TlsWeakKey, u"tls-weakkey"_s,
        u"The server shows a certificate with a key of 1024 bits."_s);
    row(FaultKind::TlsClientCert, u"tls-clientcert"_s,
        u"The server demands a certificate of the client's."_s, {}, FaultSite::Http);
    row(FaultKind::TlsAlert, u"tls-alert"_s, u"The server ends the handshake with an alert."_s,
        {alertCode()});
    row(FaultKind::TlsPlain, u"tls-plain"_s,
        u"The server answers the handshake with plain HTTP."_s);
    row(FaultKind::TlsGarbage, u"tls-garbage"_s,
        u"The server answers the handshake with a record that makes no sense."_s);
    row(FaultKind::TlsClose, u"tls-close"_s,
        u"The connection is closed (FIN) in the middle of the handshake."_s);
    row(FaultKind::TlsReset, u"tls-reset"_s,
        u"The connection is reset (RST) in the middle of the handshake."_s);
    row(FaultKind::TlsStall, u"tls-stall"_s,
        u"The server says nothing after the handshake's first message."_s);
    row(FaultKind::TlsBadMac, u"tls-badmac"_s, u"The answer's encryption is damaged on the way."_s,
        {recordsAfter()});
}

} // namespace Retryscope
