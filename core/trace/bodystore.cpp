// SPDX-License-Identifier: MIT
#include "core/trace/bodystore.h"

#include "core/trace/redactor.h"

#include <QtCore/QByteArrayMatcher>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 ChunkSize = SpillBuffer::ChunkSize;

} // namespace

BodyStore::BodyStore(qint64 memoryLimit, qint64 sizeLimit)
    : m_chunks(memoryLimit)
    , m_sizeLimit(sizeLimit)
{}

BodyStore::~BodyStore() = default;

qint64 BodyStore::kept() const
{
    return m_chunks.size() + m_tail.size();
}

void BodyStore::append(QByteArrayView bytes, const Redactor &redactor)
{
    m_size += bytes.size();
    if (!m_problem.isEmpty())
        return;
    // A secret may be cut anywhere: so much of what has arrived is looked at again.
    const qsizetype overlap = redactor.longestSecret();
    const qsizetype from = std::max<qsizetype>(0, m_tail.size() - overlap);
    const qint64 room = m_sizeLimit - kept();
    m_tail.append(bytes.first(std::min<qint64>(bytes.size(), room)));
    redactor.mask(m_tail, from);
    if (bytes.size() > room)
        giveUp(u"The body is larger than what is kept of one"_s);
    while (m_tail.size() >= ChunkSize + overlap && m_problem.isEmpty())
        keepChunk();
}

// A body may be larger than memory: without the file it ends here.
void BodyStore::keepChunk()
{
    m_chunks.append(QByteArrayView(m_tail).first(ChunkSize));
    m_tail.remove(0, ChunkSize);
    if (!m_chunks.problem().isEmpty())
        giveUp(m_chunks.problem());
}

void BodyStore::giveUp(const QString &why)
{
    m_problem = why + u". Bytes from "_s + QString::number(kept())
                + u" on are not kept; they were read and judged all the same."_s;
}

QByteArray BodyStore::read(qint64 offset, qint64 count) const
{
    if (offset < 0 || count <= 0 || offset >= kept())
        return {};
    const qint64 end = offset + std::min(count, kept() - offset);
    QByteArray bytes = m_chunks.read(offset, end - offset);
    const qint64 at = offset + bytes.size() - m_chunks.size();
    if (at >= 0)
        bytes.append(QByteArrayView(m_tail).sliced(at, end - m_chunks.size() - at));
    return bytes;
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
