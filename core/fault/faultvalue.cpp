// SPDX-License-Identifier: MIT
#include "core/fault/faultvalue.h"

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

QString FaultValue::toString() const
{
    if (unit == Unit::Text) {
        const bool isPlain = !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
            return c.isLetterOrNumber() || u"-._:/?=&%+"_s.contains(c);
        });
        const QString escaped = QString(text).replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s);
        return isPlain ? text : QString(u'"' + escaped + u'"');
    }
    const QString digits = QString::number(number);
    return unit == Unit::Bytes ? digits + u'b' : digits;
}

} // namespace Retryscope

#include "moc_faultvalue.cpp"
