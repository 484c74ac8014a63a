// SPDX-License-Identifier: MIT
#include "core/stream/jsonarraydecoder.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

bool isSpace(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

bool endsScalar(char byte)
{
    return isSpace(byte) || byte == ',' || byte == ']';
}

bool matters(char byte)
{
    return byte == '"' || byte == '{' || byte == '}' || byte == '[' || byte == ']';
}

} // namespace

JsonArrayDecoder::JsonArrayDecoder(qint64 elementLimit) : m_limit(elementLimit)
{}

void JsonArrayDecoder::feed(QByteArrayView bytes, RecordHandler onRecord)
{
    m_pieceBegin = bytes.data();
    const char *const end = m_pieceBegin + bytes.size();
    const bool inside = m_state == State::Nested || m_state == State::Text
                        || m_state == State::Escape || m_state == State::Scalar;
    m_elementBegin = inside ? m_pieceBegin : nullptr;
    for (const char *at = m_pieceBegin; at != end && !m_damage;)
        at = step(at, end, onRecord);
    if (m_elementBegin && !m_damage) {
        m_element.append(m_elementBegin, end);
        if (qint64(m_element.size()) > m_limit)
            m_damage = StreamDamage{m_elementOffset + m_limit, m_limit, {}};
    }
    m_bytes += bytes.size();
    m_elementBegin = m_pieceBegin = nullptr;
}

//! Takes what stands at \a at, and returns where to go on.
const char *JsonArrayDecoder::step(const char *at, const char *end, RecordHandler onRecord)
{
    switch (m_state) {
    case State::Nested:
    case State::Text:
    case State::Escape:
    case State::Scalar:
        return stepInside(at, end, onRecord);
    case State::Before:
    case State::First:
    case State::Element:
    case State::Separator:
    case State::Behind:
        break;
    }
    const char byte = *at;
    if (isSpace(byte))
        return at + 1;
    if (m_state == State::Behind)
        return fail(at, u"something follows the end of the JSON"_s);
    if (byte == ']' && (m_state == State::First || m_state == State::Separator))
        return closeArray(at + 1);
    if (m_state == State::Separator) {
        if (byte != ',')
            return fail(at, u"a comma or ] was expected"_s);
        m_state = State::Element;
        return at + 1;
    }
    if (m_state == State::Before && byte == '[') {
        m_array = true;
        m_state = State::First;
        return at + 1;
    }
    if (byte == ',' || byte == ']' || byte == '}' || byte == ':')
        return fail(at, u"a JSON value was expected"_s);
    return begin(at);
}

const char *JsonArrayDecoder::stepInside(const char *at, const char *end, RecordHandler onRecord)
{
    if (m_state == State::Escape) {
        m_state = State::Text;
        return at + 1;
    }
    if (m_state == State::Text) {
        at = std::find_if(at, end, [](char byte) { return byte == '"' || byte == '\\'; });
        if (at == end)
            return end;
        if (*at == '\\')
            m_state = State::Escape;
        else if (m_depth > 0)
            m_state = State::Nested;
        else
            close(at + 1, onRecord);
        return at + 1;
    }
    if (m_state == State::Scalar) {
        at = std::find_if(at, end, endsScalar);
        if (at != end)
            close(at, onRecord);
        return at;
    }
    at = std::find_if(at, end, matters);
    if (at == end)
        return end;
    if (*at == '"')
        m_state = State::Text;
    else
        m_depth += *at == '{' || *at == '[' ? 1 : -1;
    if (m_depth == 0)
        close(at + 1, onRecord);
    return at + 1;
}

const char *JsonArrayDecoder::begin(const char *at)
{
    m_element.clear();
    m_elementBegin = at;
    m_elementOffset = offsetOf(at);
    const bool nested = *at == '{' || *at == '[';
    m_depth = nested ? 1 : 0;
    m_state = nested ? State::Nested : *at == '"' ? State::Text : State::Scalar;
    return at + 1;
}

void JsonArrayDecoder::close(const char *stop, RecordHandler onRecord)
{
    QByteArrayView element(m_elementBegin, stop);
    if (!m_element.empty()) {
        m_element.append(m_elementBegin, stop);
        element = m_element;
    }
    m_elementBegin = nullptr;
    m_state = State::Separator;
    if (!m_array)
        closeArray(stop);
    if (element.size() > m_limit)
        m_damage = StreamDamage{m_elementOffset + m_limit, m_limit, {}};
    else
        onRecord(StreamRecord{{}, element, m_elementOffset, element.size()});
    m_element.clear();
}

const char *JsonArrayDecoder::closeArray(const char *at)
{
    m_state = State::Behind;
    m_closedAt = offsetOf(at);
    return at;
}

const char *JsonArrayDecoder::fail(const char *at, const QString &reason)
{
    m_damage = StreamDamage{offsetOf(at), 0, reason};
    return at;
}

StreamPending JsonArrayDecoder::finish() const
{
    if (m_damage || m_element.empty())
        return {};
    const QByteArrayView element(m_element);
    return {m_elementOffset,
            element.size(),
            element.first(std::min(element.size(), PendingLimit)),
            true,
            {},
            element};
}

void JsonArrayDecoder::reset()
{
    m_bytes = m_elementOffset = m_closedAt = m_depth = 0;
    m_state = State::Before;
    m_array = false;
    m_element.clear();
    m_damage.reset();
}

} // namespace Retryscope
