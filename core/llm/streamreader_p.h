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

//! For a sentence or a line of a table: one line, shortened, never half a character.
QString shownBytes(QByteArrayView bytes);

class StreamReader::Private
{
public:
    explicit Private(const Dialect *itsDialect)
        : dialect(itsDialect)
        , reader(dialect->createEventReader())
    {}

    void take(const StreamRecord &record);
    void takeDeltas();
    void noteOddities(qint64 offset);
    void settle(StreamVerdict verdict, qint64 offset, const QString &reason);
    void settleDamage(const StreamEvent &event);
    void settleFailure(qint64 offset);
    void noteClosing(const StreamRecord &record);

    StreamJudgement judge(const StreamPending &pending, bool clean);
    bool takePending(const StreamPending &pending);
    bool takeStrayText();
    StreamJudgement judgeEnd(const StreamPending &pending, bool clean) const;
    StreamJudgement damaged(const StreamDamage &damage) const;
    StreamJudgement closed(qint64 end) const;
    StreamJudgement truncated(const StreamPending &pending, bool clean) const;
    QString seenSoFar() const;
    //! What to call a terminal event: by its type, where it has one.
    static QString shownTerminal(const StreamRecord &record, qint64 index);
    void lintEnd(const StreamPending &pending);
    void lintSilence(bool comments);

    qint64 bytes() const { return decoder ? decoder->bytes() : 0; }

    const Dialect *dialect;
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
    //! Of a dialect without a terminal event: how many events might have been the last one, where
    //! the latest of them ended, and whether content came behind it.
    qint64 closings = 0;
    qint64 closingEnd = 0;
    bool reopened = false;
    //! The first of terminal event, error event and damage: nothing that follows changes it.
    std::optional<StreamJudgement> settled;
    bool finished = false;
};

} // namespace Retryscope
