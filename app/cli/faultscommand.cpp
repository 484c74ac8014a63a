// SPDX-License-Identifier: MIT
#include "app/cli/faultscommand.h"

#include "app/cli/console.h"
#include "app/cli/exitcode.h"
#include "core/fault/faultcatalogue.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QMetaEnum>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QString phaseName(FaultPhase phase)
{
    return QString::fromLatin1(
        QMetaEnum::fromType<FaultPhase>().valueToKey(static_cast<int>(phase)));
}

QString siteName(const FaultDescriptor &fault)
{
    if (fault.site == FaultSite::Sandbox)
        return u"sandbox"_s;
    return fault.bySandbox ? u"both"_s : u"tap"_s;
}

QJsonValue defaultOf(const FaultParameter &parameter)
{
    const FaultValue &value = parameter.defaultValue;
    return value.unit == FaultUnit::Text ? QJsonValue(value.text) : QJsonValue(value.number);
}

QJsonObject toJson(const FaultDescriptor &fault)
{
    QJsonArray parameters;
    for (const FaultParameter &parameter : fault.parameters)
        parameters.append(QJsonObject{{u"name"_s, parameter.name},
                                      {u"default"_s, defaultOf(parameter)},
                                      {u"minimum"_s, parameter.minimum},
                                      {u"maximum"_s, parameter.maximum},
                                      {u"summary"_s, parameter.summary}});
    return {{u"name"_s, fault.name},
            {u"phase"_s, phaseName(fault.phase)},
            {u"made_by"_s, siteName(fault)},
            {u"needs_tls"_s, fault.needsTls},
            {u"within_http"_s, fault.site == FaultSite::Http},
            {u"summary"_s, fault.summary},
            {u"parameters"_s, parameters}};
}

QString toLine(const FaultDescriptor &fault)
{
    QStringList parameters;
    for (const FaultParameter &parameter : fault.parameters)
        parameters.append(parameter.name + u'=' + parameter.defaultValue.toString());
    const QString name =
        parameters.isEmpty() ? fault.name : fault.name + u'(' + parameters.join(u", "_s) + u')';
    return u"%1 %2 %3 %4\n"_s.arg(name, -30)
        .arg(phaseName(fault.phase), -13)
        .arg(siteName(fault), -8)
        .arg(fault.summary);
}

} // namespace

int runFaults(const QStringList &arguments)
{
    const bool json = arguments == QStringList{u"--json"_s};
    if (arguments == QStringList{u"--help"_s}) {
        printResult("Usage: retryscope-cli faults [--json]\nPrints the fault catalogue: name with "
                    "its default "
                    "parameters, phase, who makes it, what is done on the wire.\n");
        return 0;
    }
    if (!json && !arguments.isEmpty()) {
        printError({}, {{},
                        u"\"%1\" is not an option of faults. Known: --json, --help."_s.arg(
                            arguments.first()),
                        {}});
        return UsageExitCode;
    }
    QJsonArray list;
    QString text;
    for (const FaultDescriptor &fault : faultCatalogue()) {
        list.append(toJson(fault));
        text += toLine(fault);
    }
    printResult(json ? QJsonDocument(list).toJson() : text.toUtf8());
    return 0;
}

} // namespace Retryscope
