// SPDX-License-Identifier: MIT
#include "core/tap/taptermination.h"

#include <QtNetwork/QSslConfiguration>

namespace Retryscope {

TapTermination TapTermination::bySystem()
{
    return {.isOn = true, .authorities = QSslConfiguration::systemCaCertificates()};
}

std::optional<InputError> TapTermination::addAuthorities(const QString &file)
{
    const auto extra = QSslCertificate::fromPath(file, QSsl::Pem);
    if (extra.isEmpty())
        return InputError{
            {}, QStringLiteral("The file %1 holds no certificate in PEM form.").arg(file), {}};
    authorities += extra;
    return {};
}

} // namespace Retryscope
