// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QString>

#include <memory>
#include <vector>

QT_BEGIN_NAMESPACE
class QTemporaryFile;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief Bytes of any number that are only ever appended: the first of them in memory, the rest in
//! a temporary file that goes with the buffer.
//!
//! \par Errors
//! Where the temporary file cannot be made or written, nothing is lost: whatever follows stays in
//! memory, and problem() says why.
//! \par Threads
//! Belongs to one thread.
class RETRYSCOPE_EXPORT SpillBuffer final
{
public:
    //! In bytes: what is written at a time.
    static constexpr qint64 ChunkSize = 1024 * 1024;
    //! In bytes: the memory limit of whoever is not told another.
    static constexpr qint64 UsualMemory = 4 * ChunkSize;

    //! \a memoryLimit: beyond so many bytes, rounded up to whole chunks, the file begins.
    explicit SpillBuffer(qint64 memoryLimit = UsualMemory);
    ~SpillBuffer();
    SpillBuffer(SpillBuffer &&) noexcept;
    SpillBuffer &operator=(SpillBuffer &&) noexcept;

    //! Behind all others.
    void append(QByteArrayView bytes);

    //! In bytes.
    qint64 size() const { return chunked() + m_tail.size(); }

    //! As many of these as there are; fewer, too, where the file is no longer what was written.
    QByteArray read(qint64 offset, qint64 count) const;

    //! Why the file is no longer written, without a full stop; empty while it can be.
    QString problem() const { return m_problem; }

private:
    void keepChunk();
    bool spill();
    bool fail(const QString &problem);
    qint64 chunked() const;
    QByteArrayView chunkAt(qint64 number) const;
    QByteArrayView fileChunk(qint64 number) const;

    qint64 m_memoryChunks;
    std::vector<QByteArray> m_chunks; // each full; those behind m_memoryChunks follow the file's
    std::unique_ptr<QTemporaryFile> m_file;
    qint64 m_fileChunks = 0;
    QByteArray m_tail; // not full yet
    QString m_problem;
    // The one read last: readers go on where they were.
    mutable QByteArray m_cache;
    mutable qint64 m_cached = -1;
};

} // namespace Retryscope
