// SPDX-License-Identifier: MIT
#include "core/trace/spillbuffer.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryFile>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

SpillBuffer::SpillBuffer(qint64 memoryLimit)
    : m_memoryChunks((memoryLimit + ChunkSize - 1) / ChunkSize)
{}

SpillBuffer::~SpillBuffer() = default;
SpillBuffer::SpillBuffer(SpillBuffer &&) noexcept = default;
SpillBuffer &SpillBuffer::operator=(SpillBuffer &&) noexcept = default;

qint64 SpillBuffer::chunked() const
{
    return (qint64(m_chunks.size()) + m_fileChunks) * ChunkSize;
}

void SpillBuffer::append(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const qsizetype fits = std::min(bytes.size(), ChunkSize - m_tail.size());
        m_tail.append(bytes.first(fits));
        bytes = bytes.sliced(fits);
        if (m_tail.size() == ChunkSize)
            keepChunk();
    }
}

void SpillBuffer::keepChunk()
{
    if (qint64(m_chunks.size()) < m_memoryChunks || !spill())
        m_chunks.push_back(std::exchange(m_tail, {}));
    else
        m_tail.resize(0);
}

// The file's name is never asked for: on Linux it has none until then, so that not even a crash
// leaves it behind.
bool SpillBuffer::spill()
{
    if (!m_problem.isEmpty())
        return false;
    if (!m_file) {
        m_file = std::make_unique<QTemporaryFile>(QDir::tempPath() + u"/retryscope"_s);
        if (!m_file->open())
            return fail(u"No temporary file could be made in "_s
                        + QDir::toNativeSeparators(QDir::tempPath()) + u": "_s
                        + m_file->errorString());
    }
    // What a short write leaves behind is never read: the file counts by whole chunks.
    if (!m_file->seek(m_fileChunks * ChunkSize)
        || m_file->write(m_tail.constData(), ChunkSize) != ChunkSize || !m_file->flush())
        return fail(u"The temporary file could not be written: "_s + m_file->errorString());
    ++m_fileChunks;
    return true;
}

bool SpillBuffer::fail(const QString &problem)
{
    m_problem = problem;
    return false;
}

QByteArray SpillBuffer::read(qint64 offset, qint64 count) const
{
    QByteArray bytes;
    if (offset < 0 || count <= 0 || offset >= size())
        return bytes;
    const qint64 end = offset + std::min(count, size() - offset);
    bytes.reserve(end - offset);
    while (offset < end) {
        const qint64 at = offset % ChunkSize;
        const QByteArrayView chunk = chunkAt(offset / ChunkSize);
        if (chunk.size() <= at)
            break;
        const qint64 taken = std::min(end - offset, chunk.size() - at);
        bytes.append(chunk.sliced(at, taken));
        offset += taken;
    }
    return bytes;
}

QByteArrayView SpillBuffer::chunkAt(qint64 number) const
{
    if (number == chunked() / ChunkSize)
        return m_tail;
    if (number < m_memoryChunks && number < qint64(m_chunks.size()))
        return m_chunks[std::size_t(number)];
    if (number < m_memoryChunks + m_fileChunks)
        return fileChunk(number - m_memoryChunks);
    return m_chunks[std::size_t(number - m_fileChunks)];
}

QByteArrayView SpillBuffer::fileChunk(qint64 number) const
{
    if (m_cached != number) {
        m_cached = number;
        m_cache.clear();
        if (m_file->seek(number * ChunkSize))
            m_cache = m_file->read(ChunkSize);
    }
    return m_cache;
}

} // namespace Retryscope
