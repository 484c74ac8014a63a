// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QDateTime>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslKey>

#include <memory>

namespace Retryscope {

//! \brief A key and the chain that goes with it, leaf first. As real servers do, the chain leaves
//! the authority out: who trusts it has it.
struct RETRYSCOPE_EXPORT Credential
{
    QSslKey key;
    QList<QSslCertificate> chain;
};

//! \brief What a forged certificate says. The defaults make a sound one.
struct RETRYSCOPE_EXPORT CertificateRequest
{
    //! DNS names and IP literals for the subject alternative names; the first is the common name
    //! too, unless it is longer than the 64 characters such a name may have.
    QStringList names;
    QDateTime notBefore = QDateTime::currentDateTimeUtc().addDays(-1);
    QDateTime notAfter = QDateTime::currentDateTimeUtc().addDays(30);
    //! Signed by itself instead of by the authority.
    bool selfSigned = false;
    //! An RSA key of 1024 bits, which nobody should accept any more, instead of a sound one.
    bool weakKey = false;
};

//! \brief Makes certificates at run time: an authority that exists only in this process, and leaves
//! of it, sound ones and bad ones. No key is ever stored.
//!
//! \par Errors
//! A null key and an empty chain where libcrypto fails or a name cannot stand in a certificate; a
//! warning in the log says why.
//! \par Threads
//! Each object belongs to one thread at a time.
class RETRYSCOPE_EXPORT Forge
{
public:
    Forge();
    ~Forge();
    Forge(const Forge &) = delete;
    Forge &operator=(const Forge &) = delete;

    //! The authority's own certificate: trust it in exactly one request's QSslConfiguration.
    QSslCertificate authority() const;
    Credential issue(const CertificateRequest &request);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Retryscope
