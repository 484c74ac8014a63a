// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"

#include <QtCore/QList>
#include <QtNetwork/QSslCertificate>

#include <optional>

namespace Retryscope {

//! \brief Whether the tap may end TLS itself, to place faults within it, and what it then asks of
//! the endpoints in the client's stead. A value.
//!
//! Off at first: TLS stays end to end. On, it is ended only for an attempt whose fault needs it.
struct RETRYSCOPE_EXPORT TapTermination
{
    bool isOn = false;
    //! False: any certificate will do, as where the client asked for that.
    bool verifies = true;
    //! Who may have signed the endpoints' certificates.
    QList<QSslCertificate> authorities = {};

    //! On, with those that the system trusts.
    static TapTermination bySystem();
    //! Also those of a PEM file; an error where it has none.
    std::optional<InputError> addAuthorities(const QString &file);

    friend bool operator==(const TapTermination &, const TapTermination &) = default;
};

} // namespace Retryscope
