// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/stream/functionref.h"
#include "core/stream/streamrecord.h"

#include <QtCore/QByteArrayView>

#include <optional>
#include <string>

namespace Retryscope {

//! \brief Lines out of bytes in pieces of any size: newline-delimited JSON.
//!
//! Pure, linear in the bytes, and allocation-free for a line once its buffer has grown. A line ends
//! with LF (a CR in front of it is dropped); blank lines are skipped. Whether a line is JSON is the
//! reader's business.
//!
//! \par Errors
//! Any bytes are accepted, except a line larger than the limit: damage() is set, and nothing more
//! is shown.
class RETRYSCOPE_EXPORT NdJsonDecoder
{
public:
    static constexpr qint64 DefaultLineLimit = qint64(64) * 1024 * 1024;
    static constexpr qsizetype PendingLimit = 4096;

    using RecordHandler = FunctionRef<void(const StreamRecord &)>;

    explicit NdJsonDecoder(qint64 lineLimit = DefaultLineLimit);

    //! The handler must not call the decoder.
    void feed(QByteArrayView bytes, RecordHandler onRecord);
    //! The body has ended; the line that has no end, if any. Valid until reset().
    StreamPending finish() const;
    //! Ready for another body; the buffer stays.
    void reset();

    qint64 bytes() const { return m_bytes; }

    const std::optional<StreamDamage> &damage() const { return m_damage; }

    //! Where the byte \a position of the line being shown (or pending) stands in the body.
    qint64 bodyOffset(qsizetype position) const { return m_lineOffset + position; }

private:
    bool checkLimit(qint64 size);
    void take(QByteArrayView line, qint64 size, RecordHandler onRecord);

    qint64 m_limit;
    qint64 m_bytes = 0;
    qint64 m_lineOffset = 0;
    std::string m_line; // a line cut by the end of a piece
    std::optional<StreamDamage> m_damage;
};

} // namespace Retryscope
