// SPDX-License-Identifier: MIT
#include "core/tap/wireevent.h"

#include <QtCore/QMetaEnum>

namespace Retryscope {

QDebug operator<<(QDebug debug, const WireEvent &event)
{
    const QDebugStateSaver saver(debug);
    const char *kind = QMetaEnum::fromType<WireEvent::Kind>().valueToKey(int(event.kind));
    debug.nospace() << "WireEvent(" << kind << ", attempt " << event.attempt << ", connection "
                    << event.connection << ", " << event.detail << ')';
    return debug;
}

} // namespace Retryscope

#include "moc_wireevent.cpp"
