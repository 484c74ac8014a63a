// SPDX-License-Identifier: MIT
#include "core/retry/certificatecause.h"

#include <QtCore/QMetaEnum>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslKey>

#include <algorithm>

namespace Retryscope {

namespace {

// In the order in which they decide.
constexpr QSslError::SslError Decisive[] = {
    QSslError::CertificateRevoked,     QSslError::CertificateExpired,
    QSslError::CertificateNotYetValid, QSslError::HostNameMismatch,
    QSslError::SelfSignedCertificate,
};

//! OpenSSL turns such keys down, and Qt has no name for it.
bool hasWeakKey(const QSslError &error)
{
    constexpr int shortest = 2048; // bits
    const QSslKey key = error.certificate().publicKey();
    return error.error() == QSslError::UnspecifiedError && key.algorithm() == QSsl::Rsa
           && key.length() > 0 && key.length() < shortest;
}

} // namespace

QString certificateCause(const QList<QSslError> &errors)
{
    if (errors.isEmpty())
        return {};
    QSslError::SslError cause = errors.first().error();
    for (const QSslError::SslError decisive : Decisive) {
        if (std::ranges::find(errors, decisive, &QSslError::error) != errors.end()) {
            cause = decisive;
            break;
        }
    }
    if (cause == QSslError::UnspecifiedError && std::ranges::any_of(errors, hasWeakKey))
        return QStringLiteral("WeakKey");
    return QString::fromLatin1(QMetaEnum::fromType<QSslError::SslError>().valueToKey(cause));
}

} // namespace Retryscope
