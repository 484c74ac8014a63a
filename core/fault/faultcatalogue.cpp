// SPDX-License-Identifier: MIT
#include "core/fault/faultcatalogue.h"

#include "core/fault/faultrows_p.h"
#include "core/fault/nearest_p.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <vector>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

FaultRows makeCatalogue()
{
    FaultRows rows;
    rows.push_back({.kind = FaultKind::None, .name = u"ok"_s, .summary = u"No fault."_s});
    addConnectionFaults(rows);
    addTlsFaults(rows);
    addExchangeFaults(rows);
    addBodyFaults(rows);
    addHttp2Faults(rows);
    return rows;
}

//! "http-" and what stands for a status.
bool namesHttpStatus(QStringView name)
{
    if (!name.startsWith("http-"_L1) || name.size() != 8)
        return false;
    const QStringView status = name.sliced(5);
    return status == "NNN"_L1 || std::all_of(status.begin(), status.end(), [](QChar c) {
               return c >= u'0' && c <= u'9';
           });
}

} // namespace

std::span<const FaultDescriptor> faultCatalogue()
{
    static const FaultRows rows = makeCatalogue();
    return rows;
}

const FaultDescriptor &faultDescriptor(FaultKind kind)
{
    const auto rows = faultCatalogue();
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [kind](const FaultDescriptor &d) { return d.kind == kind; });
    Q_ASSERT_X(row != rows.end(), "faultDescriptor", "a kind is missing in the catalogue");
    return row == rows.end() ? rows.front() : *row;
}

const FaultDescriptor *findFault(const QString &name)
{
    if (namesHttpStatus(name))
        return &faultDescriptor(FaultKind::HttpStatus);
    const auto rows = faultCatalogue();
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const FaultDescriptor &d) { return d.name == name; });
    return row == rows.end() ? nullptr : &*row;
}

QString nearestFaultName(const QString &typed)
{
    QStringList names;
    for (const FaultDescriptor &descriptor : faultCatalogue())
        names += descriptor.name;
    return nearestOf(typed, names);
}

} // namespace Retryscope

#include "moc_faultcatalogue.cpp"
