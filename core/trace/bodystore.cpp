// SPDX-License-Identifier: MIT
#include "core/trace/bodystore.h"

#include "core/trace/redactor.h"

#include <QtCore/QByteArrayMatcher>
#include <QtCore/QDir>
#include <QtCore/QTemporaryFile>

#include <algorithm>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 ChunkSize = 1024 * 1024;

} // namespace

BodyStore::BodyStore(qint64 memoryLimit) : m_memoryChunks((memoryLimit + ChunkSize - 1) / ChunkSize)
{}

BodyStore::~BodyStore() = default;

qint64 BodyStore::chunked() const
{
    return qint64(m_chunks.size()) * ChunkSize + m_fileSize;
}

qint64 BodyStore::kept() const
{
    return chunked() + m_tail.size();
}

void BodyStore::append(QByteArrayView bytes, const Redactor &redactor)
{
    m_size += bytes.size();
    if (!m_problem.isEmpty())
        return;
    // A secret may be cut anywhere: so much of what has arrived is looked at again.
    const qsizetype overlap = redactor.longestSecret();
    const qsizetype from = std::max<qsizetype>(0, m_tail.size() - overlap);
    m_tail.append(bytes);
    redactor.mask(m_tail, from);
    while (m_tail.size() >= ChunkSize + overlap && m_problem.isEmpty())
        keepChunk();
}

void BodyStore::keepChunk()
{
    if (qint64(m_chunks.size()) < m_memoryChunks) {
        m_chunks.push_back(m_tail.first(ChunkSize));
    } else {
        if (!m_file && !openFile())
            return;
        // Behind a short write nothing may follow, for offsets would no longer hold.
        if (!m_file->seek(m_fileSize) || m_file->write(m_tail.constData(), ChunkSize) != ChunkSize
            || !m_file->flush())
            return giveUp(u"The temporary file could not be written: "_s + m_file->errorString());
        m_fileSize += ChunkSize;
    }
    m_tail.remove(0, ChunkSize);
}

// Its name is never asked for: on Linux the file has none until then, so that not even a crash
// leaves it behind.
bool BodyStore::openFile()
{
    m_file = std::make_unique<QTemporaryFile>(QDir::tempPath() + u"/retryscope-body"_s);
    if (m_file->open())
        return true;
    giveUp(u"No temporary file could be made in "_s + QDir::toNativeSeparators(QDir::tempPath())
           + u": "_s + m_file->errorString());
    return false;
}

void BodyStore::giveUp(const QString &problem)
{
    m_problem = problem + u". Bytes from "_s + QString::number(kept())
                + u" on are not kept; they were read and judged all the same."_s;
}

QByteArray BodyStore::read(qint64 offset, qint64 count) const
{
    QByteArray bytes;
    const qint64 end = std::min(kept(), offset + std::max<qint64>(0, count));
    if (offset < 0 || offset >= end)
        return bytes;
    bytes.reserve(end - offset);
    while (offset < end) {
        const qsizetype before = bytes.size();
        readChunk(offset, end - offset, bytes);
        if (bytes.size() == before)
            break; // the file is no longer what was written
        offset += bytes.size() - before;
    }
    return bytes;
}

void BodyStore::readChunk(qint64 offset, qint64 count, QByteArray &bytes) const
{
    const qint64 inMemory = qint64(m_chunks.size()) * ChunkSize;
    if (offset < inMemory) {
        const QByteArray &chunk = m_chunks[std::size_t(offset / ChunkSize)];
        const qint64 at = offset % ChunkSize;
        bytes.append(QByteArrayView(chunk).sliced(at, std::min(count, ChunkSize - at)));
    } else if (offset < chunked()) {
        if (m_file->seek(offset - inMemory))
            bytes.append(m_file->read(std::min(count, chunked() - offset)));
    } else {
        bytes.append(QByteArrayView(m_tail).sliced(offset - chunked(), count));
    }
}

qint64 BodyStore::indexOf(QByteArrayView wanted, qint64 from, qint64 end) const
{
    if (wanted.isEmpty() || from < 0)
        return -1;
    const QByteArray pattern = wanted.toByteArray();
    const QByteArrayMatcher matcher(pattern);
    end = std::min(end, kept() - wanted.size() + 1);
    while (from < end) {
        const qint64 places = std::min(ChunkSize, end - from);
        const QByteArray piece = read(from, places + wanted.size() - 1);
        if (piece.isEmpty())
            return -1;
        const qsizetype found = matcher.indexIn(piece);
        if (found >= 0)
            return from + found;
        from += places;
    }
    return -1;
}

} // namespace Retryscope
