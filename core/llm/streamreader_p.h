// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/answerbuilder.h"
#include "core/llm/dialect.h"
#include "core/llm/lint_p.h"
#include "core/llm/streamreader.h"
#include "core/stream/streamdecoder.h"

#include <memory>
#include <optional>

namespace Retryscope {

class StreamReader::Private
{
public:
    Private(const Dialect *itsDialect, const DialectFlavour *flavour)
        : dialect(itsDialect)
        , endsWithBody(dialect->facts().endsWithBody || (flavour && flavour->endsWithBody))
        , reader(dialect->createEventReader())
    {}

    void take(const StreamRecord &record);
    void takeDeltas();
    void noteOddities(qint64 offset);
    void settle(StreamVerdict verdict, qint64 offset, const QString &reason);
    void settleDamage(const StreamEvent &event);
    void settleFailure(qint64 offset);
    void noteClosing(const StreamRecord &record);
    void settleTerminal(const StreamRecord &record, qint64 index, const QString &ending,
                        qint64 end);

    StreamJudgement judge(const StreamPending &pending, bool clean);
    void takePending(const StreamPending &pending, bool clean);
    void showPending(const StreamEvent &event);
    void takeStrayText();
    StreamJudgement judgeEnd(const StreamPending &pending, bool clean) const;
    StreamJudgement damaged(const StreamDamage &damage) const;
    StreamJudgement judgeClosed(qint64 end) const;
    StreamJudgement truncated(const StreamPending &pending, bool clean) const;
    QString seenSoFar() const;
    //! What to call a terminal event: by its type, where it has one.
    static QString shownTerminal(const StreamRecord &record, qint64 index);
    void lintEnd(const StreamPending &pending);
    void lintDamage();
    void lintSilence(bool comments);

    qint64 bytes() const { return decoder ? decoder->bytes() : 0; }

    const Dialect *dialect;
    //! Instead of with a terminal event.
    bool endsWithBody;
    //! None before the first byte, which may tell how the stream is cut into events.
    std::optional<StreamDecoder> decoder;
    std::unique_ptr<EventReader> reader;
    EventHandler onEvent;
    DeltaHandler onDelta;
    EventReading reading;
    AnswerBuilder builder;
    Lint lint;
    StreamTiming timing;
    //! Of the latest bytes.
    std::optional<std::chrono::nanoseconds> arrived;
    qint64 events = 0;
    qint64 contentEvents = 0;
    qint64 lastEventOffset = 0;
    bool terminal = false;
    bool begun = false; // an answer
    //! Every choice has its finish reason, since the event that ended there; and whether something
    //! came for one behind its reason.
    bool closed = false;
    qint64 closingEnd = 0;
    bool reopened = false;
    //! The first of terminal event, error event and damage: nothing that follows changes it.
    std::optional<StreamJudgement> settled;
    bool finished = false;
};

} // namespace Retryscope
