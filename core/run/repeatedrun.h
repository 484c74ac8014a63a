// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/run/runsummary.h"

#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>

#include <chrono>
#include <optional>
#include <vector>

namespace Retryscope {

//! \brief What is kept of one of many runs: a row of a table, never its trace or its answer. A
//! value.
struct RETRYSCOPE_EXPORT RepeatedRun
{
    //! From 1.
    int number = 0;
    //! With it the same run can be had again.
    quint64 seed = 0;
    RunVerdict verdict = RunVerdict::Unknown;
    int attempts = 0;
    //! How often requests were written.
    int sends = 0;
    //! How many the sandbox counted; none where the endpoint is another.
    std::optional<int> sandboxRequests;
    std::chrono::microseconds duration{0};
    //! Why it did not end well, in a few words, with "(simulated)" where it was done on purpose;
    //! empty for a complete one.
    QString cause;

    //! \a summary is that of the run with this number and seed.
    static RepeatedRun of(int number, quint64 seed, const RunSummary &summary);

    //! With "run" for the number, and the names of RunSummary::toJson().
    QJsonObject toJson() const;

    friend bool operator==(const RepeatedRun &, const RepeatedRun &) = default;
};

//! \brief What many runs say together: how they ended, and how long they took. A value.
struct RETRYSCOPE_EXPORT RunStatistics
{
    //! \brief How many runs ended in one way.
    struct Share
    {
        RunVerdict verdict = RunVerdict::Unknown;
        int count = 0;

        friend bool operator==(const Share &, const Share &) = default;
    };

    int runs = 0;
    //! Only what occurred, Complete first, in the order of the closed list.
    QList<Share> shares;
    qint64 attempts = 0;
    qint64 sends = 0;
    //! The runs in the order of their durations; empty without runs.
    std::vector<std::chrono::microseconds> durations;

    static RunStatistics of(const QList<RepeatedRun> &runs);

    int count(RunVerdict verdict) const;
    //! The shortest duration that so many percent of the runs did not exceed (nearest rank): always
    //! that of a run, never one in between. 0 without runs. \a percent is over 0, at most 100.
    std::chrono::microseconds percentile(double percent) const;

    QJsonObject toJson() const;

    friend bool operator==(const RunStatistics &, const RunStatistics &) = default;
};

//! "Complete", "TransportError" and so on, as the summary spells it.
RETRYSCOPE_EXPORT QString verdictName(RunVerdict verdict);

} // namespace Retryscope
