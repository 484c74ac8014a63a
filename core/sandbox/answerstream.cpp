// SPDX-License-Identifier: MIT
#include "core/sandbox/answerstream_p.h"

#include <algorithm>

namespace Retryscope {

AnswerStream::AnswerStream(const AnswerContent &content, const DialectVoice &voice,
                           const EventFraming &framing)
    : m_content(content)
    , m_voice(voice)
    , m_framing(framing)
{
    append(Kind::Opening, 0);
    for (qsizetype part = 0; part < content.parts.size(); ++part) {
        append(Kind::PartOpening, part);
        append(Kind::Pieces, part);
        append(Kind::PartClosing, part);
    }
    append(Kind::Closing, content.parts.size());
    m_proof = m_segments.last().first + voice.proof();
}

void AnswerStream::append(Kind kind, qsizetype part)
{
    Segment segment{kind, part, m_count, 0};
    segment.count = countOf(segment);
    m_count += segment.count;
    m_segments.append(segment);
}

qsizetype AnswerStream::countOf(const Segment &segment) const
{
    if (segment.kind != Kind::Pieces)
        return fixedEvents(segment).size();
    const AnswerPart &part = m_content.parts[segment.part];
    return part.isTool() && m_voice.toolsComeWhole() ? 1 : part.pieces.size();
}

QList<DialectEvent> AnswerStream::fixedEvents(const Segment &segment) const
{
    const EventPlace place{segment.part, 0, segment.first};
    switch (segment.kind) {
    case Kind::Opening:
        return m_voice.opening(m_content);
    case Kind::PartOpening:
        return m_voice.partOpening(m_content, place);
    case Kind::PartClosing:
        return m_voice.partClosing(m_content, place);
    case Kind::Closing:
        return m_voice.closing(m_content, segment.first);
    case Kind::Pieces:
        return {};
    }
    Q_UNREACHABLE();
}

const AnswerStream::Segment &AnswerStream::segmentAt(qsizetype index) const
{
    // The last one that begins at or before it: empty ones begin where the next one does.
    const auto behind = std::upper_bound(
        m_segments.begin(), m_segments.end(), index,
        [](qsizetype wanted, const Segment &segment) { return wanted < segment.first; });
    return *std::prev(behind);
}

DialectEvent AnswerStream::event(qsizetype index) const
{
    const Segment &segment = segmentAt(index);
    const qsizetype offset = index - segment.first;
    if (segment.kind == Kind::Pieces)
        return m_voice.piece(m_content, {segment.part, offset, index});
    return fixedEvents(segment).at(offset);
}

qsizetype AnswerStream::beat(qsizetype index) const
{
    const Segment &segment = segmentAt(index);
    const qsizetype last = std::max<qsizetype>(m_content.outputTokens() - 1, 0);
    switch (segment.kind) {
    case Kind::Opening:
    case Kind::PartOpening:
        return std::min(m_content.tokensBefore(segment.part, 0), last);
    case Kind::Pieces: {
        const qsizetype size = m_content.parts[segment.part].pieces.size();
        // A call that comes whole comes when its last token is there.
        const qsizetype piece = segment.count < size ? size - 1 : index - segment.first;
        return std::min(m_content.tokensBefore(segment.part, piece), last);
    }
    case Kind::PartClosing:
        return std::clamp<qsizetype>(m_content.tokensBefore(segment.part + 1, 0) - 1, 0, last);
    case Kind::Closing:
        return last;
    }
    Q_UNREACHABLE();
}

} // namespace Retryscope
