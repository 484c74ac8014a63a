// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/streamreader.h"
#include "core/retry/attempt.h"

#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>

#include <chrono>

namespace Retryscope {

//! \brief The result of a run. A value.
struct RETRYSCOPE_EXPORT RunSummary
{
    Q_GADGET
public:
    //! \brief How a run ended: the closed list.
    enum class Verdict {
        Complete,
        Truncated,
        Failed,
        Damaged,
        Unknown,
        HttpError,      //!< a status outside 2xx
        TransportError, //!< no status, after all attempts
        Timeout,
        Cancelled,
        ConfigError, //!< nothing was sent
    };
    Q_ENUM(Verdict)

    Verdict verdict = Verdict::Unknown;
    //! One or more whole sentences for people: outcome, cause, what was retried, what was
    //! simulated, what was counted.
    QString reason;
    //! What to try next, a sentence; may be empty.
    QString advice;
    QList<AttemptRecord> attempts;
    //! The drawn waits.
    QList<std::chrono::microseconds> waits;
    int status = 0;
    //! The message in the body of an HTTP error; may be empty.
    QString httpErrorMessage;
    //! Beside an HTTP error: how long the endpoint asks to wait, by a header or in the body.
    std::optional<std::chrono::milliseconds> askedWait;
    //! What the body's reader judged; none where no 2xx answer began.
    std::optional<StreamJudgement> judgement;
    //! Of a stream, no more of each text than 1 Mi UTF-16 units; the trace has all of it.
    Answer answer;
    //! Where the request asked for several: each with its number, the one above among them; empty
    //! otherwise.
    QList<ChoiceAnswer> choices;
    //! What is odd about the stream; none for an answer that was not streamed.
    QList<Finding> findings;
    //! Of the stream, since its attempt began; empty for an answer that was not streamed.
    StreamTiming timing;
    qint64 bytes = 0;
    qint64 events = 0;
    QString requestId;
    std::chrono::microseconds duration{0};
    //! Since the run began; none without one.
    std::optional<std::chrono::microseconds> firstToken;
    //! The attempts that a fault was injected into, in order.
    QList<int> simulatedAttempts;
    //! In one of them at least.
    bool tlsEndedAtTap = false;
    //! Requests that the sandbox counted; none where the endpoint is not the sandbox.
    std::optional<int> sandboxRequests;

    //! The endpoint kept the connection open behind the terminal event, and the run was ended
    //! without it.
    bool keptOpen = false;
    //! Why the last attempt failed; none for a run that ended by a status or a stream.
    std::optional<Failure> failure;

    bool isSimulated() const { return !simulatedAttempts.isEmpty(); }

    //! How often requests were written, over all attempts.
    int wireRequests() const;
    //! The object of "--output summary".
    QJsonObject toJson() const;
};

using RunVerdict = RunSummary::Verdict;

//! Of a run whose answer began, and nothing else decided it.
RETRYSCOPE_EXPORT RunVerdict runVerdict(StreamVerdict verdict);

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::RunSummary)
