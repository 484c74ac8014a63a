// SPDX-License-Identifier: MIT
#include "core/retry/failure.h"

#include <QtCore/QDebug>

namespace Retryscope {

QDebug operator<<(QDebug debug, const Failure &failure)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "Failure(" << failure.kind;
    if (failure.timeout)
        debug << ' ' << *failure.timeout;
    debug << ", " << failure.phase << ", " << failure.safety << ", " << failure.qtError;
    if (!failure.cause.isEmpty())
        debug << ", " << failure.cause;
    debug << ", " << failure.message << ')';
    return debug;
}

} // namespace Retryscope

#include "moc_failure.cpp"
