// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/dialectvoice_p.h"

#include <QtCore/QList>

namespace Retryscope {

//! \brief The events of one streamed answer. They are rendered one by one when they are due, so
//! that a long answer to a slow client does not fill the memory.
class AnswerStream
{
public:
    //! \a voice is borrowed; it lives as long as the program.
    AnswerStream(const AnswerContent &content, const DialectVoice &voice,
                 const EventFraming &framing);

    qsizetype eventCount() const { return m_count; }

    //! Counted from 0.
    DialectEvent event(qsizetype index) const;
    //! How many intervals between tokens have passed when the event is due.
    qsizetype beat(qsizetype index) const;

    //! From which event on the answer is proven whole.
    qsizetype proofIndex() const { return m_proof; }

    const AnswerContent &content() const { return m_content; }

    const DialectVoice &voice() const { return m_voice; }

    const EventFraming &framing() const { return m_framing; }

private:
    enum class Kind { Opening, PartOpening, Pieces, PartClosing, Closing };

    //! Events that belong together; their texts are made when they are needed.
    struct Segment
    {
        Kind kind = Kind::Opening;
        qsizetype part = 0;
        qsizetype first = 0;
        qsizetype count = 0;
    };

    void append(Kind kind, qsizetype part);
    qsizetype countOf(const Segment &segment) const;
    QList<DialectEvent> fixedEvents(const Segment &segment) const;
    const Segment &segmentAt(qsizetype index) const;

    AnswerContent m_content;
    const DialectVoice &m_voice;
    EventFraming m_framing;
    QList<Segment> m_segments;
    qsizetype m_count = 0;
    qsizetype m_proof = 0;
};

} // namespace Retryscope
