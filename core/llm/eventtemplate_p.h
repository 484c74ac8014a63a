// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/deltalist.h"
#include "core/llm/jsonwalker_p.h"

#include <QtCore/QByteArrayView>

#include <optional>
#include <string>
#include <vector>

namespace Retryscope {

//! \brief Reads an event by its likeness to the one before.
//!
//! The events of a stream are the same but for a text, a number and some padding. Where all bytes
//! around those are the same as those of an event that was parsed, and what stands in their places
//! is a string or a number too, then the JSON means the same but for the text: no need to parse it
//! again, and comparing is several times as fast. Anything else is left to the parser.
class EventTemplate
{
public:
    //! Of a \a text that was parsed into one delta, whose text is the only hole of kind Text in
    //! \a holes; otherwise, or where it is large, the template is forgotten.
    void learn(QByteArrayView type, QByteArrayView text, const std::vector<JsonWalker::Hole> &holes,
               const DeltaList &deltas);

    void forget() { m_bytes.clear(); }

    //! Adds the delta of \a text; false, and nothing, where it is not like the learnt one.
    bool apply(QByteArrayView type, QByteArrayView text, DeltaList &deltas) const;

private:
    using Hole = JsonWalker::Hole;

    std::optional<QByteArrayView> exactContent(QByteArrayView text) const;
    std::optional<QByteArrayView> similarContent(QByteArrayView text) const;

    std::string m_type;
    std::string m_bytes;
    std::vector<Hole> m_holes;
    Hole m_textHole{Hole::Kind::Text, 0, 0}; // of m_holes
    Delta m_delta;                           // without its text
};

} // namespace Retryscope
