// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QLoggingCategory>

//! \file
//! \brief Every logging category of the library, in one place. All are silent below warnings by
//! default; QT_LOGGING_RULES="retryscope.tap.debug=true" opens one. No category ever logs a header
//! value, a key or a body.

namespace Retryscope {

RETRYSCOPE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcRetry) RETRYSCOPE_EXPORT
    Q_DECLARE_LOGGING_CATEGORY(lcTap) RETRYSCOPE_EXPORT
    Q_DECLARE_LOGGING_CATEGORY(lcTls) RETRYSCOPE_EXPORT
    Q_DECLARE_LOGGING_CATEGORY(lcSandbox) RETRYSCOPE_EXPORT Q_DECLARE_LOGGING_CATEGORY(lcRun)

} // namespace Retryscope
