// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtNetwork/QSslError>

namespace Retryscope {

//! \brief The name of the error that says most about a refused certificate ("CertificateExpired");
//! empty without errors.
//!
//! Qt lists every error of every certificate of a chain, and an unknown issuer first, also where
//! the certificate has expired or names another host: what is wrong with the certificate itself
//! goes before what is wrong with its issuer.
RETRYSCOPE_EXPORT QString certificateCause(const QList<QSslError> &errors);

} // namespace Retryscope
