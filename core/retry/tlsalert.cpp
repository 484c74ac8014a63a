// SPDX-License-Identifier: MIT
#include "core/retry/tlsalert.h"

#include <QtCore/QRegularExpression>

#include <algorithm>
#include <array>

namespace Retryscope {

namespace {

struct Alert
{
    int code;
    const char *name;
};

// RFC 8446, section 6, and for the older ones RFC 5246, section 7.2.
constexpr std::array Alerts{
    Alert{0, "close_notify"},
    Alert{10, "unexpected_message"},
    Alert{20, "bad_record_mac"},
    Alert{21, "decryption_failed"},
    Alert{22, "record_overflow"},
    Alert{30, "decompression_failure"},
    Alert{40, "handshake_failure"},
    Alert{41, "no_certificate"},
    Alert{42, "bad_certificate"},
    Alert{43, "unsupported_certificate"},
    Alert{44, "certificate_revoked"},
    Alert{45, "certificate_expired"},
    Alert{46, "certificate_unknown"},
    Alert{47, "illegal_parameter"},
    Alert{48, "unknown_ca"},
    Alert{49, "access_denied"},
    Alert{50, "decode_error"},
    Alert{51, "decrypt_error"},
    Alert{60, "export_restriction"},
    Alert{70, "protocol_version"},
    Alert{71, "insufficient_security"},
    Alert{80, "internal_error"},
    Alert{86, "inappropriate_fallback"},
    Alert{90, "user_canceled"},
    Alert{100, "no_renegotiation"},
    Alert{109, "missing_extension"},
    Alert{110, "unsupported_extension"},
    Alert{111, "certificate_unobtainable"},
    Alert{112, "unrecognized_name"},
    Alert{113, "bad_certificate_status_response"},
    Alert{114, "bad_certificate_hash_value"},
    Alert{115, "unknown_psk_identity"},
    Alert{116, "certificate_required"},
    Alert{120, "no_application_protocol"},
};

// "error:0A000410:SSL routines::...": library 20 (TLS) in the upper bits, the reason in the lower
// ones. The numbers are stable, the words are not.
std::optional<int> opensslReason(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("error:([0-9A-Fa-f]{8}):"));
    constexpr uint ReasonMask = 0x7fffff;
    constexpr uint TlsLibrary = 20;
    auto matches = pattern.globalMatch(text);
    while (matches.hasNext()) {
        const uint error = matches.next().captured(1).toUInt(nullptr, 16);
        if (error >> 23 == TlsLibrary)
            return static_cast<int>(error & ReasonMask);
    }
    return {};
}

} // namespace

QString tlsAlertName(int code)
{
    const auto found = std::ranges::find(Alerts, code, &Alert::code);
    const QLatin1StringView name(found == Alerts.end() ? "alert" : found->name);
    return name + QStringLiteral(" (%1)").arg(code);
}

std::optional<int> alertFromErrorText(const QString &text)
{
    const auto reason = opensslReason(text);
    // OpenSSL's SSL_AD_REASON_OFFSET.
    if (!reason || *reason < 1000 || *reason > 1255)
        return {};
    return *reason - 1000;
}

bool isNotTlsErrorText(const QString &text)
{
    // SSL_R_HTTPS_PROXY_REQUEST, SSL_R_HTTP_REQUEST and SSL_R_WRONG_VERSION_NUMBER.
    constexpr std::array reasons{155, 156, 267};
    const auto reason = opensslReason(text);
    return reason && std::ranges::find(reasons, *reason) != reasons.end();
}

} // namespace Retryscope
