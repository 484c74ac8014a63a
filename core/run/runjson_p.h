// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/llmjson.h"
#include "core/retry/attempt.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

namespace Retryscope {

//! \file
//! \brief Values of other rooms as members of trace events and of the summary.

QJsonObject failureToJson(const Failure &failure, bool simulated);
QJsonObject decisionToJson(const RetryDecision &decision);
//! The name of an enumerator: "MaybeProcessed".
QString enumName(FailureKind kind);
QString enumName(TimeoutKind kind);
QString enumName(AttemptPhase phase);
QString enumName(Safety safety);
QString enumName(RetryReason reason);
QString enumName(QNetworkReply::NetworkError error);

//! A seed has 64 bits, of which a JSON number keeps 53: the large ones are written as strings.
QJsonValue seedToJson(quint64 seed);

} // namespace Retryscope
