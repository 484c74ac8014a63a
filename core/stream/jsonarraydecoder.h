// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/stream/functionref.h"
#include "core/stream/streamrecord.h"

#include <QtCore/QByteArrayView>

#include <optional>
#include <string>

namespace Retryscope {

//! \brief The elements of one JSON array that grows while it is sent, out of bytes in pieces of any
//! size.
//!
//! Pure, linear in the bytes, and allocation-free for an element once its buffer has grown. Only
//! the array's own punctuation is checked: whether an element is sound JSON is the reader's
//! business. A body that is one value and no array is shown as one element (an error object).
//!
//! \par Errors
//! Punctuation that is none of an array's, something behind its end, or an element larger than the
//! limit: damage() is set, and nothing more is shown.
class RETRYSCOPE_EXPORT JsonArrayDecoder
{
public:
    static constexpr qint64 DefaultElementLimit = qint64(64) * 1024 * 1024;
    static constexpr qsizetype PendingLimit = 4096;

    using RecordHandler = FunctionRef<void(const StreamRecord &)>;

    explicit JsonArrayDecoder(qint64 elementLimit = DefaultElementLimit);

    //! The handler must not call the decoder.
    void feed(QByteArrayView bytes, RecordHandler onRecord);
    //! The body has ended; the element that was cut, if any. Valid until reset(). An array that is
    //! only without its end has nothing pending: ask isClosed().
    StreamPending finish() const;
    //! Ready for another body; the buffer stays.
    void reset();

    //! The array's own end was seen: the body is whole.
    bool isClosed() const { return m_state == State::Behind; }

    qint64 bytes() const { return m_bytes; }

    //! Where the byte behind the array's end stands in the body; only if isClosed().
    qint64 closedAt() const { return m_closedAt; }

    const std::optional<StreamDamage> &damage() const { return m_damage; }

    //! Where the byte \a position of the element being shown (or pending) stands in the body.
    qint64 bodyOffset(qsizetype position) const { return m_elementOffset + position; }

private:
    enum class State {
        Before,    // nothing but blanks so far
        First,     // behind [
        Element,   // behind a comma
        Nested,    // in an element that is an object or an array
        Text,      // in a string, at any depth
        Escape,    // behind a backslash in it
        Scalar,    // in a number, true, false or null
        Separator, // behind an element
        Behind,    // behind the end
    };

    const char *step(const char *at, const char *end, RecordHandler onRecord);
    const char *stepInside(const char *at, const char *end, RecordHandler onRecord);
    const char *begin(const char *at);
    void close(const char *stop, RecordHandler onRecord);
    const char *closeArray(const char *at);
    const char *fail(const char *at, const QString &reason);

    qint64 offsetOf(const char *at) const { return m_bytes + (at - m_pieceBegin); }

    qint64 m_limit;
    qint64 m_bytes = 0;
    qint64 m_elementOffset = 0;
    qint64 m_closedAt = 0;
    State m_state = State::Before;
    bool m_array = false;
    qint64 m_depth = 0;
    const char *m_pieceBegin = nullptr;   // of the piece being fed
    const char *m_elementBegin = nullptr; // in that piece; null where m_element holds its beginning
    std::string m_element;
    std::optional<StreamDamage> m_damage;
};

} // namespace Retryscope
