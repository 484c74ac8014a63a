// SPDX-License-Identifier: MIT
#include "ui/response/textstore.h"

#include <QtCore/QStringMatcher>

#include <algorithm>

namespace Retryscope {

namespace {

// A cut may stand so many units before where the piece would be full.
constexpr qint64 CutRange = 1024;
constexpr qint64 SearchSize = 64 * 1024;

} // namespace

TextStore::TextStore(qint64 memoryLimit) : m_units(memoryLimit)
{}

void TextStore::append(QStringView text)
{
    m_units.append({reinterpret_cast<const char *>(text.utf16()), text.size() * 2});
    for (const QChar unit : text) {
        if (m_size - m_begins.back() >= LongestPiece && !unit.isLowSurrogate()) {
            const bool isSpaceNear = m_size - m_afterSpace < CutRange;
            cutBefore(isSpaceNear ? m_afterSpace : m_size);
        }
        ++m_size;
        if (unit.isSpace())
            m_afterSpace = m_size;
        if (unit == QLatin1Char('\n') && m_size - m_begins.back() >= ShortestPiece)
            cutBefore(m_size);
    }
}

void TextStore::cutBefore(qint64 place)
{
    m_begins.push_back(place);
    m_afterSpace = place;
}

QString TextStore::mid(qint64 from, qint64 count) const
{
    if (from < 0 || count <= 0 || from >= m_size)
        return {};
    const QByteArray bytes = m_units.read(from * 2, std::min(count, m_size - from) * 2);
    return QString(reinterpret_cast<const QChar *>(bytes.constData()), bytes.size() / 2);
}

qint64 TextStore::pieceEnd(qint64 piece) const
{
    return piece + 1 < pieceCount() ? pieceBegin(piece + 1) : m_size;
}

qint64 TextStore::pieceAt(qint64 place) const
{
    const auto next = std::ranges::upper_bound(m_begins, std::max<qint64>(place, 0));
    return next - m_begins.begin() - 1;
}

qint64 TextStore::indexOf(const QString &wanted, qint64 from, qint64 end) const
{
    if (wanted.isEmpty() || from < 0)
        return -1;
    const QStringMatcher matcher(wanted, Qt::CaseInsensitive);
    end = std::min(end, m_size - wanted.size() + 1);
    while (from < end) {
        const qint64 places = std::min(SearchSize, end - from);
        const QString part = mid(from, places + wanted.size() - 1);
        const qsizetype found = matcher.indexIn(part);
        if (found >= 0)
            return from + found;
        if (part.isEmpty())
            return -1;
        from += places;
    }
    return -1;
}

} // namespace Retryscope
