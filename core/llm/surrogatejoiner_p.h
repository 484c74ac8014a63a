// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/deltalist.h"

#include <QtCore/QChar>

#include <vector>

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

    //! Nothing waits.
    bool isIdle() const { return m_waiting.empty(); }

    //! How many halves became U+FFFD.
    qint64 replaced() const { return m_replaced; }

private:
    struct Half
    {
        DeltaKind kind;
        int choice;
        int toolIndex;
        QChar half;
    };

    void mend(Delta &delta);
    void takeWaiting(Delta &delta);

    std::vector<Half> m_waiting;
    qint64 m_replaced = 0;
};

} // namespace Retryscope
