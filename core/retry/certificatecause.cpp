// SPDX-License-Identifier: MIT
#include "core/retry/certificatecause.h"

#include <QtCore/QMetaEnum>

#include <algorithm>

namespace Retryscope {

namespace {

// In the order in which they decide.
constexpr QSslError::SslError Decisive[] = {
    QSslError::CertificateRevoked,     QSslError::CertificateExpired,
    QSslError::CertificateNotYetValid, QSslError::HostNameMismatch,
    QSslError::SelfSignedCertificate,
};

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
    return QString::fromLatin1(QMetaEnum::fromType<QSslError::SslError>().valueToKey(cause));
}

} // namespace Retryscope
