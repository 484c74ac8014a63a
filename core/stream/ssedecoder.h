// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/stream/functionref.h"
#include "core/stream/sseevent.h"
#include "core/stream/streamrecord.h"

#include <QtCore/QByteArrayView>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace Retryscope {

//! \brief Server-sent events out of bytes in pieces of any size.
//!
//! Pure, and allocation-free for an event once its buffers have grown: an event that lies within
//! one piece is shown as a view into that piece. Time is linear in the bytes, whatever the pieces.
//! An event that the end cuts is never dispatched: finish() tells what was pending.
//!
//! \par Errors
//! Any bytes are accepted (unknown lines are counted, as the standard asks), except an event larger
//! than the limit: damage() is set, and nothing more is shown.
//! \par Source
//! WHATWG HTML, section 9.2.6
class RETRYSCOPE_EXPORT SseDecoder
{
public:
    static constexpr qint64 DefaultEventLimit = qint64(64) * 1024 * 1024;
    static constexpr qsizetype PendingLimit = 4096;
    static constexpr qsizetype StrayLimit = 64 * 1024;

    using EventHandler = FunctionRef<void(const SseEvent &)>;
    //! The comment without its colon, and where its line begins.
    using CommentHandler = FunctionRef<void(QByteArrayView text, qint64 offset)>;

    //! \a eventLimit: the largest event in bytes, its comments included.
    explicit SseDecoder(qint64 eventLimit = DefaultEventLimit);

    //! A handler must not call the decoder's feed(), finish() or reset().
    void feed(QByteArrayView bytes, EventHandler onEvent);
    void feed(QByteArrayView bytes, EventHandler onEvent, CommentHandler onComment);
    //! The body has ended. What it returns is valid until reset().
    StreamPending finish();
    //! Ready for another body; the buffers stay.
    void reset();

    //! Bytes fed so far.
    qint64 bytes() const { return m_bytes; }

    const std::optional<StreamDamage> &damage() const { return m_damage; }

    QByteArrayView lastEventId() const { return m_lastEventId; }

    //! The last valid retry value of the body.
    std::optional<std::chrono::milliseconds> reconnectionTime() const { return m_reconnectionTime; }

    qint64 comments() const { return m_comments; }

    //! Lines that are no field the standard knows: a body that is no event stream has many. One
    //! that the end cuts counts at finish(), where nothing behind it could have made it a field.
    qint64 ignoredLines() const { return m_ignoredLines; }

    qint64 firstIgnoredOffset() const { return m_firstIgnoredOffset; }

    //! The first bytes of those lines, each with a line feed behind it: some servers write an error
    //! as bare JSON behind their events.
    QByteArrayView strayText() const { return m_stray; }

    //! Where the byte \a position of the data of the event being shown (or pending) stands in the
    //! body. Exact for the first 4,096 data lines of an event; behind them, the last line known.
    qint64 bodyOffset(qsizetype position) const;

private:
    struct DataLine
    {
        qsizetype position;
        qint64 offset;
    };

    const char *skipByteOrderMark(const char *at, const char *end);
    void takeLine(QByteArrayView line, qint64 offset, qint64 end, EventHandler onEvent,
                  CommentHandler onComment);
    void takeField(QByteArrayView line, qint64 offset);
    void takeOtherField(QByteArrayView line, QByteArrayView name, QByteArrayView value,
                        qint64 offset);
    void ignoreLine(QByteArrayView line, qint64 offset);
    void addData(QByteArrayView value, qint64 offset);
    void dispatch(qint64 end, EventHandler onEvent);
    void keepViews();
    void keepRest(const char *rest, const char *begin, const char *end);
    void checkLimit(qint64 begin, qint64 end);
    void setRetry(QByteArrayView digits);

    bool isPending() const { return m_started || m_hasLine; }

    qint64 pendingOffset() const { return m_started ? m_eventOffset : m_lineOffset; }

    qint64 m_limit;
    qint64 m_bytes = 0;
    std::optional<StreamDamage> m_damage;
    int m_markBytes = 0; // of the byte order mark, seen so far; -1: decided
    bool m_skipLineFeed = false;

    std::string m_line; // a line cut by the end of a piece
    bool m_hasLine = false;
    qint64 m_lineOffset = 0;

    bool m_started = false; // the event being read has a line that is no comment
    qint64 m_eventOffset = 0;
    QByteArrayView m_type; // into the piece, m_line or m_typeBuffer
    std::string m_typeBuffer;
    bool m_hasData = false;
    QByteArrayView m_data; // into the piece or m_line while there is one line; else m_dataBuffer
    bool m_dataOwned = false;
    std::string m_dataBuffer;
    std::vector<DataLine> m_dataLines;
    std::optional<std::chrono::milliseconds> m_retry;

    std::string m_idBuffer;
    bool m_idChanged = false;
    std::string m_lastEventId;
    std::optional<std::chrono::milliseconds> m_reconnectionTime;
    qint64 m_comments = 0;
    qint64 m_ignoredLines = 0;
    qint64 m_firstIgnoredOffset = 0;
    std::string m_stray;
    std::string m_raw; // the first bytes of what is pending
};

} // namespace Retryscope
