// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QString>

namespace Retryscope {

//! \brief The name of a TLS alert as RFC 8446 (section 6) and, for retired codes, RFC 5246 write
//! it: 40 is "handshake_failure". A code without a name gives "alert_200".
RETRYSCOPE_EXPORT QString wireAlertName(int code);

//! \brief "TLS 1.3" for 0x0304; "0x7f1c" for what is no version.
RETRYSCOPE_EXPORT QString wireVersionName(quint16 version);

} // namespace Retryscope
