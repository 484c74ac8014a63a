// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/retryingreply.h"
#include "tests/soak/schedule.h"

#include <QtCore/QStringList>

namespace Retryscope::Test {

//! \brief What came out of one request of a schedule.
struct Outcome
{
    QStringList signalLog;
    QList<AttemptRecord> attempts;
    std::optional<Failure> failure;
    bool isCommitted = false;
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    QByteArray body;
    int finishedCount = 0;
    int signalsAfterTheEnd = 0;
};

//! What the peer counted over a whole schedule.
struct Counted
{
    int connections = 0;
    int requests = 0;
    //! Of the whole requests.
    int wrongBodies = 0;
};

//! Sentences; empty where everything is as it must be. \a outcomes: one a request of the schedule.
QStringList deviations(const Schedule &schedule, const QList<Outcome> &outcomes,
                       const Counted &counted);

} // namespace Retryscope::Test
