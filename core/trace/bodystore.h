// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/trace/spillbuffer.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QString>

#include <limits>

namespace Retryscope {

class Redactor;

//! \brief The bytes of a response's body as they arrived, of any size: the first of them in memory,
//! the rest in a temporary file that goes with the store.
//!
//! Bytes of known secrets are stars, each at its place, before anything is kept (Redactor::mask());
//! those that arrive in two pieces, too.
//!
//! \par Errors
//! Where the temporary file cannot be made or written, what is kept ends there: problem() says so,
//! and everything that was kept before stays readable.
//! \par Threads
//! Belongs to one thread.
class RETRYSCOPE_EXPORT BodyStore final
{
public:
    //! \a memoryLimit: beyond so many bytes, rounded up to whole chunks of 1 MiB, the file begins.
    //! \a sizeLimit: so many bytes are kept at most.
    explicit BodyStore(qint64 memoryLimit = SpillBuffer::UsualMemory,
                       qint64 sizeLimit = std::numeric_limits<qint64>::max());
    ~BodyStore();

    //! Behind all others.
    void append(QByteArrayView bytes, const Redactor &redactor);

    //! How many bytes arrived.
    qint64 size() const { return m_size; }

    //! How many of them are kept: the first ones.
    qint64 kept() const;

    //! A sentence; empty while all is kept.
    QString problem() const { return m_problem; }

    //! As many of these as are kept.
    QByteArray read(qint64 offset, qint64 count) const;

    //! Where \a wanted begins first, of the places from \a from to before \a end; -1: nowhere.
    qint64 indexOf(QByteArrayView wanted, qint64 from, qint64 end) const;

private:
    void keepChunk();
    void giveUp(const QString &why);

    SpillBuffer m_chunks; // whole ones
    qint64 m_sizeLimit;
    QByteArray m_tail; // may still hold the beginning of a secret
    qint64 m_size = 0;
    QString m_problem;
};

} // namespace Retryscope
