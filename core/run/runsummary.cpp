// SPDX-License-Identifier: MIT
#include "core/run/runsummary.h"

#include "core/run/runjson_p.h"

#include <QtCore/QMetaEnum>

#include <numeric>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QJsonObject attemptToJson(const AttemptRecord &attempt)
{
    const auto duration = attempt.finished.value_or(attempt.started) - attempt.started;
    QJsonObject json{{u"n"_s, attempt.number},
                     {u"kind"_s, QJsonValue()},
                     {u"phase"_s, QJsonValue()},
                     {u"safety"_s, QJsonValue()},
                     {u"status"_s, attempt.status == 0 ? QJsonValue() : QJsonValue(attempt.status)},
                     {u"qt_error"_s, 0},
                     {u"duration_ms"_s, static_cast<double>(duration.count() / 1000) / 1000.0},
                     {u"wire_sends"_s, attempt.wireSends}};
    if (attempt.failure) {
        json[u"kind"_s] = enumName(attempt.failure->kind);
        json[u"phase"_s] = enumName(attempt.failure->phase);
        json[u"safety"_s] = enumName(attempt.failure->safety);
        json[u"qt_error"_s] = static_cast<int>(attempt.failure->qtError);
    }
    return json;
}

QJsonValue milliseconds(const std::optional<StreamTiming::Stamp> &stamp)
{
    return stamp ? QJsonValue(double(stamp->count() / 1000) / 1000.0) : QJsonValue();
}

QJsonObject timingToJson(const StreamTiming &timing, const Usage &usage)
{
    const std::optional<double> rate = timing.tokensPerSecond(usage);
    return {{u"first_byte_ms"_s, milliseconds(timing.firstByte)},
            {u"first_event_ms"_s, milliseconds(timing.firstEvent)},
            {u"first_token_ms"_s, milliseconds(timing.firstToken)},
            {u"longest_gap_ms"_s, milliseconds(timing.longestGap)},
            {u"longest_gap_event"_s,
             timing.longestGap ? QJsonValue(timing.longestGapEvent) : QJsonValue()},
            {u"tokens_per_second"_s, rate ? QJsonValue(*rate) : QJsonValue()}};
}

//! What the answer of one choice says, by the members of the summary.
QJsonObject answerToJson(const Answer &answer)
{
    return {{u"text"_s, answer.text},
            {u"reasoning"_s, answer.reasoning},
            {u"tool_calls"_s, toolCallsToJson(answer.toolCalls)},
            {u"stop_reason"_s,
             answer.stopReason.isEmpty() ? QJsonValue() : QJsonValue(answer.stopReason)}};
}

QJsonArray choicesToJson(const QList<ChoiceAnswer> &choices)
{
    QJsonArray json;
    for (const ChoiceAnswer &choice : choices) {
        QJsonObject object = answerToJson(choice.answer);
        object.insert(u"index"_s, choice.index);
        if (choice.answer.omitted > 0)
            object.insert(u"omitted"_s, choice.answer.omitted);
        json.append(object);
    }
    return json;
}

QJsonArray findingsToJson(const QList<Finding> &findings)
{
    QJsonArray json;
    for (const Finding &finding : findings) {
        const char *kind =
            QMetaEnum::fromType<FindingKind>().valueToKey(static_cast<int>(finding.kind));
        json.append(QJsonObject{{u"kind"_s, QString::fromLatin1(kind)},
                                {u"offset"_s, finding.offset},
                                {u"text"_s, finding.text}});
    }
    return json;
}

} // namespace

RunVerdict runVerdict(StreamVerdict verdict)
{
    switch (verdict) {
    case StreamVerdict::Complete:
        return RunVerdict::Complete;
    case StreamVerdict::Truncated:
        return RunVerdict::Truncated;
    case StreamVerdict::Failed:
        return RunVerdict::Failed;
    case StreamVerdict::Damaged:
        return RunVerdict::Damaged;
    case StreamVerdict::Unknown:
        return RunVerdict::Unknown;
    }
    Q_UNREACHABLE();
}

int RunSummary::wireRequests() const
{
    return std::accumulate(
        attempts.begin(), attempts.end(), 0,
        [](int sum, const AttemptRecord &attempt) { return sum + attempt.wireSends; });
}

QJsonObject RunSummary::toJson() const
{
    QJsonArray attemptList;
    for (const AttemptRecord &attempt : attempts)
        attemptList.append(attemptToJson(attempt));
    QJsonArray waitList;
    for (const std::chrono::microseconds wait : waits)
        waitList.append(static_cast<double>(wait.count()) / 1000.0);
    const char *word = QMetaEnum::fromType<RunVerdict>().valueToKey(static_cast<int>(verdict));
    QJsonObject json = answerToJson(answer);
    json.insert(u"verdict"_s, QString::fromLatin1(word));
    json.insert(u"reason"_s, reason);
    if (!advice.isEmpty())
        json.insert(u"advice"_s, advice);
    json.insert(u"attempts"_s, attemptList);
    json.insert(u"waits_ms"_s, waitList);
    json.insert(u"wire_requests"_s, wireRequests());
    json.insert(u"status"_s, status == 0 ? QJsonValue() : QJsonValue(status));
    json.insert(u"usage"_s, usageToJson(answer.usage));
    json.insert(u"findings"_s, findingsToJson(findings));
    json.insert(u"timing"_s, timingToJson(timing, answer.usage));
    json.insert(u"bytes"_s, bytes);
    json.insert(u"events"_s, events);
    json.insert(u"request_id"_s, requestId.isEmpty() ? QJsonValue() : QJsonValue(requestId));
    json.insert(u"simulated"_s, isSimulated());
    if (!choices.isEmpty())
        json.insert(u"choices"_s, choicesToJson(choices));
    if (judgement && !judgement->pending.isEmpty())
        json.insert(u"pending"_s, judgement->pending);
    return json;
}

} // namespace Retryscope
