// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QList>

#include <chrono>

namespace Retryscope {

//! \brief Stamps in order of time, millions of them, in four bytes each. A value, and cheap to
//! copy.
class RETRYSCOPE_EXPORT StampList final
{
public:
    //! How many.
    qsizetype size() const;

    //! size() == 0.
    bool isEmpty() const { return m_chunks.isEmpty(); }

    //! \a index must be less than size().
    std::chrono::microseconds at(qsizetype index) const;

    //! There must be one.
    std::chrono::microseconds last() const { return at(size() - 1); }

    //! At its place, behind those that are equal. Quick at the end.
    void insert(std::chrono::microseconds stamp);
    //! The index of the first that is not before \a stamp; size(): none.
    qsizetype lowerBound(std::chrono::microseconds stamp) const;

    //! The same stamps.
    friend bool operator==(const StampList &one, const StampList &other)
    {
        return one.equals(other);
    }

private:
    //! Stamps from \a base on, each by its distance.
    struct Chunk
    {
        std::chrono::microseconds base{0};
        qsizetype begin = 0; // the index of the first
        QList<quint32> distances;
    };

    bool equals(const StampList &other) const;
    qsizetype chunkFor(std::chrono::microseconds stamp);

    QList<Chunk> m_chunks;
};

} // namespace Retryscope
