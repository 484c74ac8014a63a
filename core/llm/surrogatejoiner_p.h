// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/deltalist.h"

#include <QtCore/QChar>

#include <compare>
#include <map>

namespace Retryscope {

//! \brief Joins the halves of a character that JSON escapes split over two deltas.
//!
//! Some servers cut their text between "\ud83d" and "\ude00". The first half waits here for the
//! next text of the same kind, choice and tool; a half that stays alone becomes U+FFFD. No text
//! that has passed has half a character in it.
class SurrogateJoiner
{
public:
    //! Joins and mends the texts of \a deltas from \a begin on; one that is empty afterwards is
    //! taken out. \a halves: one of them may hold a half.
    void join(DeltaList &deltas, std::size_t begin, bool halves);
    //! What waits for more of \a choice (of any, if negative) is lost: U+FFFD in its place.
    void flush(int choice, DeltaList &deltas);
    //! The same of one part of the first choice: see Delta::toolIndex.
    void flushPart(int toolIndex, DeltaList &deltas);
    //! Without allocation where nothing waits in either.
    void copyTo(SurrogateJoiner &other) const;

    //! Nothing waits.
    bool isIdle() const { return m_waiting.empty(); }

    //! How many halves became U+FFFD.
    qint64 replaced() const { return m_replaced; }

private:
    struct Place
    {
        int choice;
        int toolIndex;
        DeltaKind kind;

        friend auto operator<=>(const Place &, const Place &) = default;
    };

    using Halves = std::map<Place, QChar>;

    static Place placeOf(const Delta &delta);
    Halves::iterator lose(Halves::iterator half, DeltaList &deltas);
    void mend(Delta &delta);
    void takeWaiting(Delta &delta);

    Halves m_waiting;
    qint64 m_replaced = 0;
};

} // namespace Retryscope
