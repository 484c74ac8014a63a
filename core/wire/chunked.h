// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QString>

namespace Retryscope {

//! \brief Takes the chunked transfer coding (RFC 9112 section 7.1) off a body, fed any split of its
//! bytes. Chunk extensions and trailers are read over.
//!
//! \par Errors
//! failed() is final and errorText() says why.
//! \par Threads
//! A plain object; any one thread at a time.
class RETRYSCOPE_EXPORT ChunkedReader
{
public:
    //! \a lineLimit bounds a size line, \a trailerLimit all trailers together. Units: bytes.
    explicit ChunkedReader(qint64 lineLimit = 4096, qint64 trailerLimit = 64 * 1024);

    //! Decodes into \a out until the body ends, and returns how many bytes belonged to it. Gives up
    //! as soon as \a out would grow by more than \a limit bytes.
    qsizetype feed(QByteArrayView bytes, QByteArray *out, qint64 limit);

    bool atEnd() const { return m_step == Step::End; }

    bool failed() const { return m_step == Step::Failed; }

    //! The limit given to feed() was what ended it.
    bool overLimit() const { return m_overLimit; }

    QString errorText() const { return m_errorText; }

private:
    enum class Step { Size, Data, DataEnd, Trailer, End, Failed };

    qsizetype feedLine(QByteArrayView bytes);
    void sizeLine(QByteArrayView line);
    void fail(const QString &text);

    qint64 m_lineLimit;
    qint64 m_trailerLimit;
    Step m_step = Step::Size;
    QByteArray m_line;
    qint64 m_left = 0;
    qint64 m_trailerSize = 0;
    bool m_overLimit = false;
    QString m_errorText;
};

} // namespace Retryscope
