// SPDX-License-Identifier: MIT
#include "core/run/repeatedrun.h"

#include "core/run/runjson_p.h"
#include "core/run/verdictwords_p.h"

#include <QtCore/QMetaEnum>

#include <algorithm>
#include <array>
#include <cmath>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

// A row must stay small whatever an endpoint says; the whole of it is in the run itself.
constexpr qsizetype longestCause = 160;

QString causeOf(const RunSummary &summary)
{
    switch (summary.verdict) {
    case RunVerdict::Complete:
        return {};
    case RunVerdict::HttpError:
        if (summary.status != 0)
            return u"HTTP %1"_s.arg(summary.status);
        break;
    case RunVerdict::Truncated:
    case RunVerdict::Failed:
    case RunVerdict::Damaged:
    case RunVerdict::Unknown:
        if (summary.judgement)
            return summary.judgement->reason;
        break;
    case RunVerdict::TransportError:
    case RunVerdict::Timeout:
    case RunVerdict::Cancelled:
    case RunVerdict::ConfigError:
        break;
    }
    return summary.failure ? shortCause(*summary.failure) : QString();
}

double milliseconds(std::chrono::microseconds duration)
{
    return static_cast<double>(duration.count()) / 1000.0;
}

} // namespace

RepeatedRun RepeatedRun::of(int number, quint64 seed, const RunSummary &summary)
{
    RepeatedRun run;
    run.number = number;
    run.seed = seed;
    run.verdict = summary.verdict;
    run.attempts = static_cast<int>(summary.attempts.size());
    run.sends = summary.wireRequests();
    run.sandboxRequests = summary.sandboxRequests;
    run.duration = summary.duration;
    run.cause = causeOf(summary).simplified();
    if (run.cause.size() > longestCause)
        run.cause = run.cause.left(longestCause - 1) + u'\u2026';
    if (!run.cause.isEmpty() && !summary.attempts.isEmpty()
        && summary.simulatedAttempts.contains(summary.attempts.last().number))
        run.cause += u" (simulated)"_s;
    return run;
}

QJsonObject RepeatedRun::toJson() const
{
    QJsonObject json{{u"run"_s, number},
                     {u"seed"_s, seedToJson(seed)},
                     {u"verdict"_s, verdictName(verdict)},
                     {u"attempts"_s, attempts},
                     {u"wire_requests"_s, sends},
                     {u"duration_ms"_s, milliseconds(duration)},
                     {u"cause"_s, cause.isEmpty() ? QJsonValue() : QJsonValue(cause)}};
    if (sandboxRequests)
        json.insert(u"sandbox_requests"_s, *sandboxRequests);
    return json;
}

RunStatistics RunStatistics::of(const QList<RepeatedRun> &runs)
{
    const auto meta = QMetaEnum::fromType<RunVerdict>();
    std::array<int, 16> counts{};
    RunStatistics statistics;
    statistics.runs = static_cast<int>(runs.size());
    statistics.durations.reserve(static_cast<std::size_t>(runs.size()));
    for (const RepeatedRun &run : runs) {
        ++counts.at(static_cast<std::size_t>(run.verdict));
        statistics.attempts += run.attempts;
        statistics.sends += run.sends;
        statistics.durations.push_back(run.duration);
    }
    std::ranges::sort(statistics.durations);
    for (int i = 0; i < meta.keyCount(); ++i) {
        const int value = meta.value(i);
        if (const int count = counts.at(static_cast<std::size_t>(value)); count > 0)
            statistics.shares.append({static_cast<RunVerdict>(value), count});
    }
    return statistics;
}

int RunStatistics::count(RunVerdict verdict) const
{
    const auto share = std::ranges::find(shares, verdict, &Share::verdict);
    return share == shares.end() ? 0 : share->count;
}

std::chrono::microseconds RunStatistics::percentile(double percent) const
{
    if (durations.empty())
        return std::chrono::microseconds(0);
    const double rank = std::ceil(percent / 100.0 * static_cast<double>(durations.size()));
    const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
    return durations.at(std::min(index, durations.size() - 1));
}

QJsonObject RunStatistics::toJson() const
{
    QJsonObject verdicts;
    for (const Share &share : shares)
        verdicts.insert(verdictName(share.verdict), share.count);
    QJsonObject times;
    for (const int percent : {50, 90, 99})
        times.insert(u"p%1"_s.arg(percent),
                     runs > 0 ? QJsonValue(milliseconds(percentile(percent))) : QJsonValue());
    return {{u"runs"_s, runs},
            {u"verdicts"_s, verdicts},
            {u"attempts"_s, attempts},
            {u"wire_requests"_s, sends},
            {u"duration_ms"_s, times}};
}

QString verdictName(RunVerdict verdict)
{
    return QString::fromLatin1(
        QMetaEnum::fromType<RunVerdict>().valueToKey(static_cast<int>(verdict)));
}

} // namespace Retryscope
