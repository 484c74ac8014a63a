// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"
#include "core/fault/fault.h"

#include <QtCore/QJsonArray>
#include <QtCore/QList>
#include <QtCore/QString>

namespace Retryscope {

class Random;

//! \brief Which attempt gets which fault. A value.
//!
//! The text form is one entry an attempt, in order: "dns,refused*2,tls-expired,ok". "*N" repeats (1
//! to 1000), "ok" is no fault, parameters stand in brackets: "http-429(retry-after=2)". Attempts
//! beyond the list have none. An empty text is an empty plan.
class RETRYSCOPE_EXPORT FaultPlan
{
public:
    FaultPlan() = default;
    explicit FaultPlan(QList<Fault> faults);

    //! The error names the entry, its offset points at what is wrong in it, and an unknown name or
    //! parameter names the nearest one.
    static Result<FaultPlan> fromString(const QString &text);
    //! JSON form: an array of entries in the text form ("refused", "latency(ms=250)", "ok*3"). The
    //! error's field says which element, its offset counts within that.
    static Result<FaultPlan> fromJson(const QJsonArray &json);

    QString toString() const;
    QJsonArray toJson() const;

    //! The fault of an attempt, counted from 1.
    Fault forAttempt(int attempt) const;

    const QList<Fault> &faults() const { return m_faults; }

    //! True without any fault (only "ok" counts as none).
    bool isEmpty() const;
    //! True if any entry needs an endpoint that speaks TLS.
    bool needsTls() const;
    //! True if any entry needs an endpoint that speaks HTTP/2 (over TLS).
    bool needsHttp2() const;
    //! Why the plan cannot be carried out against such an endpoint, or none: TLS faults on a plain
    //! endpoint, faults that only the sandbox makes elsewhere, faults within HTTP that TLS hides.
    //! \a tapTerminatesTls: the tap reads what passes through it, TLS or not.
    std::optional<InputError> checkPlaceable(bool endpointSpeaksTls, bool endpointIsSandbox,
                                             bool tapTerminatesTls = false) const;
    //! The plan of the tap where the endpoint is the sandbox: without what that makes itself.
    FaultPlan withoutSandboxFaults() const;
    //! What is left when each entry strikes with a chance from 0 (never) to 1 (always). One number
    //! is drawn for each entry, struck or not.
    FaultPlan drawn(double chance, Random &random) const;

    friend bool operator==(const FaultPlan &, const FaultPlan &) = default;

    //! As many entries as a plan may have, repeats counted.
    static constexpr qsizetype longest = 1000;

private:
    QList<Fault> m_faults;
};

RETRYSCOPE_EXPORT QDebug operator<<(QDebug debug, const FaultPlan &plan);

} // namespace Retryscope
