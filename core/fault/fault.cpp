// SPDX-License-Identifier: MIT
#include "core/fault/fault.h"

#include "core/fault/faultcatalogue.h"

#include <QtCore/QStringList>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

FaultValue Fault::parameter(const QString &name) const
{
    const auto given = parameters.constFind(name);
    if (given != parameters.constEnd())
        return *given;
    const QList<FaultParameter> &known = faultDescriptor(kind).parameters;
    const auto row = std::find_if(known.begin(), known.end(),
                                  [&](const FaultParameter &p) { return p.name == name; });
    Q_ASSERT_X(row != known.end(), "Fault::parameter", "this fault has no such parameter");
    return row == known.end() ? FaultValue() : row->defaultValue;
}

QString Fault::toString() const
{
    const FaultDescriptor &descriptor = faultDescriptor(kind);
    QString text = descriptor.name;
    if (kind == Kind::HttpStatus)
        text = "http-"_L1 + QString::number(status).rightJustified(3, u'0');
    QStringList given;
    // In the order of the catalogue, where the most important one comes first.
    for (const FaultParameter &parameter : descriptor.parameters) {
        const auto value = parameters.constFind(parameter.name);
        if (value != parameters.constEnd())
            given += parameter.name + u'=' + value->toString();
    }
    return given.isEmpty() ? text : text + u'(' + given.join(u',') + u')';
}

QDebug operator<<(QDebug debug, const Fault &fault)
{
    const QDebugStateSaver saver(debug);
    debug.nospace().noquote() << "Fault(" << fault.toString() << ')';
    return debug;
}

} // namespace Retryscope

// Here rather than in one file for the whole library: a static link takes only what it needs.
#include "moc_fault.cpp"
