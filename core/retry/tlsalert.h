// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QString>

#include <optional>

namespace Retryscope {

//! The name that the TLS standards give an alert, with its number: "handshake_failure (40)"; "alert
//! (200)" for an unknown one.
RETRYSCOPE_EXPORT QString tlsAlertName(int code);

//! The alert that the peer sent, read from the error text of a failed handshake; none where the
//! text tells of no alert.
RETRYSCOPE_EXPORT std::optional<int> alertFromErrorText(const QString &text);

//! True where the text of a failed handshake says that what the peer sent was no TLS at all.
RETRYSCOPE_EXPORT bool isNotTlsErrorText(const QString &text);

} // namespace Retryscope
