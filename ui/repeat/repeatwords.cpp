// SPDX-License-Identifier: MIT
#include "ui/repeat/repeatwords.h"

#include "ui/timeline/timelinewords.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

namespace Retryscope {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Retryscope::RepeatWords)
};

} // namespace

QString verdictWords(RunVerdict verdict)
{
    switch (verdict) {
    case RunVerdict::Complete:
        return Words::tr("complete");
    case RunVerdict::Truncated:
        return Words::tr("truncated");
    case RunVerdict::Failed:
        return Words::tr("failed");
    case RunVerdict::Damaged:
        return Words::tr("damaged");
    case RunVerdict::Unknown:
        return Words::tr("unknown");
    case RunVerdict::HttpError:
        return Words::tr("HTTP error");
    case RunVerdict::TransportError:
        return Words::tr("no answer");
    case RunVerdict::Timeout:
        return Words::tr("timeout");
    case RunVerdict::Cancelled:
        return Words::tr("stopped");
    case RunVerdict::ConfigError:
        return Words::tr("not sent");
    }
    return {};
}

QString statisticsWords(const RunStatistics &statistics)
{
    if (statistics.runs == 0)
        return {};
    QStringList shares;
    for (const RunStatistics::Share &share : statistics.shares)
        shares << Words::tr("%1 %2 (%3 %)")
                      .arg(share.count)
                      .arg(verdictWords(share.verdict),
                           QString::number(100.0 * share.count / statistics.runs, 'f', 1));
    // No counted nouns: they would need plural forms, which plain English has no catalogue for.
    return Words::tr("Runs: %1. Of these %2. Durations: p50 %3, p90 %4, p99 %5. Attempts: %6. "
                     "Requests sent: %7.")
        .arg(QString::number(statistics.runs), shares.join(QStringLiteral(", ")),
             timeWords(statistics.percentile(50)), timeWords(statistics.percentile(90)),
             timeWords(statistics.percentile(99)), QString::number(statistics.attempts),
             QString::number(statistics.sends));
}

QString noRunsWords()
{
    return Words::tr("No runs yet.");
}

} // namespace Retryscope
