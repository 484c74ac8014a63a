// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QJsonArray>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslError>

namespace Retryscope {

//! \file
//! \brief What a server has shown of itself, as a trace keeps it. Certificates are public: nothing
//! in them is redacted.

//! The server's own first, each {subject, issuer, names [], not_before, not_after (ISO 8601, UTC),
//! key, sha256}.
QJsonArray chainToJson(const QList<QSslCertificate> &chain);
//! What is wrong with it, each {certificate?: its place in \a chain, from 0; error: Qt's name;
//! text: Qt's sentence}.
QJsonArray sslErrorsToJson(const QList<QSslError> &errors, const QList<QSslCertificate> &chain);

} // namespace Retryscope
