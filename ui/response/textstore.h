// SPDX-License-Identifier: MIT
#pragma once

#include "core/trace/spillbuffer.h"

#include <QtCore/QString>

#include <vector>

namespace Retryscope {

//! \brief Text of any length that only grows, in a SpillBuffer. Places are counted in UTF-16 units.
//!
//! It is cut into pieces, which a view lays out one by one: whole lines together, and of a line
//! without end so much at a time, cut at a space where there is one.
class TextStore final
{
public:
    //! Lines are put together until a piece has so many units...
    static constexpr qsizetype ShortestPiece = 512;
    //! ... and no piece has more than these.
    static constexpr qsizetype LongestPiece = 8192;

    explicit TextStore(qint64 memoryLimit = SpillBuffer::UsualMemory);

    void append(QStringView text);

    qint64 size() const { return m_size; }

    bool isEmpty() const { return m_size == 0; }

    //! As much of it as there is.
    QString mid(qint64 from, qint64 count) const;

    //! All of it: only for text that is known to be short.
    QString toString() const { return mid(0, m_size); }

    //! At least one, which may be empty.
    qint64 pieceCount() const { return qint64(m_begins.size()); }

    qint64 pieceBegin(qint64 piece) const { return m_begins[std::size_t(piece)]; }

    qint64 pieceEnd(qint64 piece) const;

    //! The one that the unit at \a place is in; the last one for all that is behind it.
    qint64 pieceAt(qint64 place) const;

    //! Where \a wanted begins first, in any case, of the places from \a from to before \a end; -1:
    //! nowhere.
    qint64 indexOf(const QString &wanted, qint64 from, qint64 end) const;

private:
    void cutBefore(qint64 place);

    SpillBuffer m_units;
    qint64 m_size = 0;
    std::vector<qint64> m_begins{0};
    qint64 m_afterSpace = 0; // behind the last space of the last piece
};

} // namespace Retryscope
