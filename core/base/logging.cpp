// SPDX-License-Identifier: MIT
#include "core/base/logging.h"

namespace Retryscope {

Q_LOGGING_CATEGORY(lcRetry, "retryscope.retry", QtWarningMsg)
Q_LOGGING_CATEGORY(lcTap, "retryscope.tap", QtWarningMsg)
Q_LOGGING_CATEGORY(lcTls, "retryscope.tls", QtWarningMsg)
Q_LOGGING_CATEGORY(lcSandbox, "retryscope.sandbox", QtWarningMsg)
Q_LOGGING_CATEGORY(lcRun, "retryscope.run", QtWarningMsg)

} // namespace Retryscope
