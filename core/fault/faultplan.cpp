// SPDX-License-Identifier: MIT
#include "core/fault/faultplan.h"

#include "core/base/random.h"
#include "core/fault/faultcatalogue.h"
#include "core/fault/faultparser_p.h"

#include <QtCore/QStringList>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! One element of the JSON form. Its error is about that element, not about the list.
Result<QList<Fault>> elementFromJson(const QJsonValue &element, qsizetype index)
{
    const QString field = "faultPlan["_L1 + QString::number(index) + u']';
    if (!element.isString())
        return InputError{field, u"A fault is written as text, as in \"refused\"."_s, {}};
    Result<QList<Fault>> parsed = FaultParser(element.toString()).parse();
    if (!parsed)
        return InputError{field, parsed.error().message, parsed.error().offset};
    if (parsed->isEmpty())
        return InputError{field, u"The entry is empty; write \"ok\" for no fault."_s, 0};
    return parsed;
}

//! Why a fault has no place at such an endpoint; empty if it has.
QString problemOf(const FaultDescriptor &fault, bool endpointSpeaksTls, bool endpointIsSandbox,
                  bool tapTerminatesTls)
{
    if (fault.phase == FaultPhase::Http2 && !endpointSpeaksTls)
        return u"is made over HTTP/2, which is spoken within TLS, but the endpoint is plain http; "
               "use https or take the entry out."_s;
    if (fault.needsTls && !endpointSpeaksTls)
        return u"breaks TLS, but the endpoint is plain http; use an https URL or take the entry "
               "out."_s;
    if (fault.site == FaultSite::Sandbox && !endpointIsSandbox)
        return u"can only be made by the sandbox; choose the sandbox as the endpoint or take the "
               "entry out."_s;
    const bool isHidden = fault.site == FaultSite::Http && endpointSpeaksTls && !tapTerminatesTls
                          && !(endpointIsSandbox && fault.bySandbox);
    if (isHidden)
        return u"happens within TLS, which hides it from the tap; let the tap terminate TLS "
               "(--terminate-tls), use an http URL or take the entry out."_s;
    return {};
}

} // namespace

FaultPlan::FaultPlan(QList<Fault> faults) : m_faults(std::move(faults))
{}

Result<FaultPlan> FaultPlan::fromString(const QString &text)
{
    const Result<QList<Fault>> parsed = FaultParser(text).parse();
    if (!parsed)
        return parsed.error();
    return FaultPlan(*parsed);
}

Result<FaultPlan> FaultPlan::fromJson(const QJsonArray &json)
{
    QList<Fault> faults;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const Result<QList<Fault>> element = elementFromJson(json[i], i);
        if (!element)
            return element.error();
        faults += *element;
        if (faults.size() > longest)
            return InputError{u"faultPlan"_s,
                              "The plan has more than the "_L1 + QString::number(longest)
                                  + " entries that are allowed."_L1,
                              {}};
    }
    return FaultPlan(faults);
}

QString FaultPlan::toString() const
{
    QStringList entries;
    for (auto run = m_faults.begin(); run != m_faults.end();) {
        const auto end =
            std::find_if(run, m_faults.end(), [&](const Fault &f) { return f != *run; });
        const auto count = end - run;
        entries += count == 1 ? run->toString() : run->toString() + u'*' + QString::number(count);
        run = end;
    }
    return entries.join(u',');
}

QJsonArray FaultPlan::toJson() const
{
    QJsonArray json;
    for (const Fault &fault : m_faults)
        json.append(fault.toString());
    return json;
}

Fault FaultPlan::forAttempt(int attempt) const
{
    return attempt < 1 ? Fault() : m_faults.value(attempt - 1);
}

bool FaultPlan::isEmpty() const
{
    return std::all_of(m_faults.begin(), m_faults.end(), [](const Fault &f) { return f.isNone(); });
}

bool FaultPlan::needsTls() const
{
    return std::any_of(m_faults.begin(), m_faults.end(),
                       [](const Fault &f) { return faultDescriptor(f.kind).needsTls; });
}

bool FaultPlan::needsHttp2() const
{
    return std::any_of(m_faults.begin(), m_faults.end(), [](const Fault &f) {
        return faultDescriptor(f.kind).phase == FaultPhase::Http2;
    });
}

std::optional<InputError> FaultPlan::checkPlaceable(bool endpointSpeaksTls, bool endpointIsSandbox,
                                                    bool tapTerminatesTls) const
{
    for (qsizetype i = 0; i < m_faults.size(); ++i) {
        const QString problem = problemOf(faultDescriptor(m_faults[i].kind), endpointSpeaksTls,
                                          endpointIsSandbox, tapTerminatesTls);
        if (!problem.isEmpty())
            return InputError{u"faultPlan"_s,
                              "Entry "_L1 + QString::number(i + 1) + ": \""_L1
                                  + m_faults[i].toString() + "\" "_L1 + problem,
                              {}};
    }
    return std::nullopt;
}

FaultPlan FaultPlan::drawn(double chance, Random &random) const
{
    QList<Fault> faults = m_faults;
    for (Fault &fault : faults) {
        if (random.uniform() >= chance)
            fault = Fault();
    }
    return FaultPlan(faults);
}

FaultPlan FaultPlan::withoutSandboxFaults() const
{
    QList<Fault> faults = m_faults;
    for (Fault &fault : faults) {
        if (faultDescriptor(fault.kind).bySandbox)
            fault = Fault();
    }
    return FaultPlan(faults);
}

QDebug operator<<(QDebug debug, const FaultPlan &plan)
{
    const QDebugStateSaver saver(debug);
    debug.nospace().noquote() << "FaultPlan(" << plan.toString() << ')';
    return debug;
}

} // namespace Retryscope
