// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/faultcatalogue.h"
#include "core/fault/faultplan.h"

#include <QtCore/QList>
#include <QtCore/QString>

namespace Retryscope {

//! "connection refused": what a fault is called in the window, without its parameters.
QString faultWords(FaultKind kind);

//! "In the TLS handshake": when in an exchange faults strike.
QString faultPhaseWords(FaultPhase phase);

//! \brief A plan that is offered by name.
struct FaultPreset
{
    QString words;
    QString plan;
};

//! The plans to choose from; the last is the empty one.
const QList<FaultPreset> &faultPresets();

//! A plan drawn from \a seed: one to \a retries faults that any endpoint can be given, then none.
//! The same seed gives the same plan.
FaultPlan rolledPlan(quint64 seed, int retries, bool endpointSpeaksTls, bool endpointIsSandbox);

} // namespace Retryscope
