// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/answer.h"
#include "core/llm/delta.h"
#include "core/llm/finding.h"
#include "core/llm/streamtiming.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QList>
#include <QtCore/QString>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace Retryscope {

class Dialect;
struct DialectFlavour;

//! For a sentence or a line of a table: one line, shortened, never half a character.
RETRYSCOPE_EXPORT QString shownBytes(QByteArrayView bytes);

//! \brief A verdict and what proves it.
struct RETRYSCOPE_EXPORT StreamJudgement
{
    Q_GADGET
public:
    //! \brief Whether a streamed answer is whole: the closed list.
    enum class Verdict {
        Complete,  //!< the terminal event was seen, behind an answer
        Truncated, //!< it ended without the terminal event, or inside an event
        Failed,    //!< the endpoint sent an error event, or a finish reason that is an error
        Damaged,   //!< bytes that are no valid event, or JSON that does not parse
        Unknown,   //!< a format without a terminal event that ended cleanly
    };
    Q_ENUM(Verdict)

    Verdict verdict = Verdict::Truncated;
    //! A sentence: the terminal event and where it stood, or where the stream stopped and what was
    //! pending.
    QString reason;
    //! Byte offset in the body of the proof: where the terminal event ended, the stream stopped,
    //! the error event begins or the damage lies.
    qint64 offset = 0;
    //! The lines of an event that the end cut, if any, shortened for showing.
    QString pending;
};

using StreamVerdict = StreamJudgement::Verdict;

//! \brief One event as it stood in the body.
struct RETRYSCOPE_EXPORT StreamEvent
{
    //! From 0.
    qint64 index = 0;
    //! Where it begins and how long it is in the body, in bytes (see SseEvent).
    qint64 offset = 0;
    qint64 size = 0;
    //! Views: valid only during the call.
    QByteArrayView type;
    QByteArrayView data;
    bool terminal = false;
    //! It carried at least one delta (keep-alives, comments and what follows the terminal event do
    //! not).
    bool content = false;
    //! Only SSE has these: see SseEvent.
    QByteArrayView lastEventId = {};
    std::optional<std::chrono::milliseconds> retry = {};
};

//! \brief Reads a streamed body in pieces of any size: events, deltas, the assembled answer, and
//! the verdict.
//!
//! Pure: no network, no clock. Any split of the bytes gives the same calls.
//! Any bytes at all are accepted; what is wrong with them is the verdict. The dialect is borrowed.
class RETRYSCOPE_EXPORT StreamReader
{
public:
    using EventHandler = std::function<void(const StreamEvent &)>;
    using DeltaHandler = std::function<void(const Delta &)>;

    //! \a flavour: who answers, where that is known; borrowed too.
    explicit StreamReader(const Dialect *dialect, const DialectFlavour *flavour = nullptr);
    ~StreamReader();
    StreamReader(const StreamReader &) = delete;
    StreamReader &operator=(const StreamReader &) = delete;

    //! Called for each event before its deltas; either may be empty. Set them before the first
    //! feed(); they must not call feed(), finish() or the destructor.
    void setHandlers(EventHandler onEvent, DeltaHandler onDelta);
    //! As AnswerBuilder::setTextLimit(): for streams without end.
    void setTextLimit(qsizetype limit);
    //! The answer's header, for a finding where it is none that the dialect's streams have. Without
    //! this call nothing is said about it.
    void setContentType(const QByteArray &contentType);
    //! \a arrived: for timing(); the caller's clock, from wherever it counts.
    void feed(QByteArrayView bytes, std::optional<std::chrono::nanoseconds> arrived = {});
    //! The body has ended. \a clean is false where the transport reported an error: after the
    //! terminal event that changes nothing. A second call returns the same.
    StreamJudgement finish(bool clean);

    //! Of the first choice; usage and error of the whole answer.
    const Answer &answer() const;
    //! Where a request asked for several: their numbers, and each; null where there is none.
    QList<int> choices() const;
    const Answer *answer(int choice) const;
    //! All of them by their numbers; empty where there is only the first.
    QList<ChoiceAnswer> severalAnswers() const;
    //! What is odd about the stream; complete behind finish().
    const QList<Finding> &findings() const;
    //! Empty where feed() was not told.
    const StreamTiming &timing() const;
    qint64 bytes() const;
    qint64 events() const;
    bool sawTerminal() const;
    //! The bytes cannot be cut into events any more: nothing that is fed now is shown.
    bool isBroken() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Retryscope
