// SPDX-License-Identifier: MIT
#include "core/base/version.h"

namespace Retryscope {

QString versionString()
{
    return QStringLiteral(RETRYSCOPE_VERSION);
}

} // namespace Retryscope
