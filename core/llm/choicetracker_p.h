// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/deltalist.h"

#include <QtCore/QHash>

namespace Retryscope {

//! \brief Watches which choices of a stream (candidates, Gemini calls them) have their finish
//! reason: where no event ends the stream, it is whole when all of them do.
class ChoiceTracker
{
public:
    //! The deltas from \a begin on came for \a choice, in an event with or without its reason.
    void note(int choice, bool stopped, const DeltaList &deltas, std::size_t begin)
    {
        const auto known = m_stopped.find(choice);
        const bool before = known != m_stopped.end() && *known;
        const bool content = holdsContent(deltas, begin);
        m_reopened = m_reopened || (before && (content || stopped));
        if (known == m_stopped.end()) {
            m_stopped.insert(choice, stopped);
            m_open += stopped ? 0 : 1;
        } else if (stopped && !before) {
            *known = true;
            --m_open;
        }
    }

    //! At least one came, and none is without its reason.
    bool allStopped() const { return m_open == 0 && !m_stopped.isEmpty(); }

    //! Content or another reason came for one that had its reason.
    bool isReopened() const { return m_reopened; }

    static bool holdsContent(const DeltaList &deltas, std::size_t begin = 0)
    {
        for (std::size_t i = begin; i < deltas.size(); ++i) {
            const DeltaKind kind = deltas[i].kind;
            if (kind == DeltaKind::Text || kind == DeltaKind::Reasoning
                || kind == DeltaKind::Refusal || kind == DeltaKind::Tool)
                return true;
        }
        return false;
    }

private:
    QHash<int, bool> m_stopped;
    qsizetype m_open = 0;
    bool m_reopened = false;
};

} // namespace Retryscope
