// SPDX-License-Identifier: MIT
#include "core/llm/eventtemplate_p.h"

#include "core/llm/jsontext_p.h"

#include <algorithm>
#include <cstring>
#include <simdjson.h>

namespace Retryscope {

namespace {

// Larger ones are rare, and copying them to learn from them would cost more than it saves.
constexpr qsizetype LargestTemplate = 4096;
constexpr std::size_t MostHoles = 32;

//! What matters of all bytes of a string.
struct Bytes
{
    bool plain = true; // printable ASCII without escapes
    bool sound = true; // no control character, no backslash and no quote
};

Bytes inspect(QByteArrayView text)
{
    unsigned high = 0;
    unsigned odd = 0;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        high |= byte;
        odd |= unsigned(byte < 0x20) | unsigned(byte == '\\') | unsigned(byte == '"');
    }
    return {odd == 0 && high < 0x80, odd == 0};
}

void setAscii(QByteArrayView ascii, QString &text)
{
    if (text.size() != ascii.size())
        text.resize(ascii.size());
    auto *unit = reinterpret_cast<char16_t *>(text.data());
    for (const char character : ascii)
        *unit++ = char16_t(static_cast<unsigned char>(character));
}

bool setText(QByteArrayView content, QString &text)
{
    const Bytes bytes = inspect(content);
    if (bytes.plain) {
        setAscii(content, text);
        return true;
    }
    if (!bytes.sound || !simdjson::validate_utf8(content.data(), std::size_t(content.size())))
        return false;
    bool halves = false;
    text.resize(0);
    return appendJsonText(content, text, halves) && !halves;
}

qsizetype stringSize(QByteArrayView rest)
{
    const void *quote = std::memchr(rest.data(), '"', std::size_t(rest.size()));
    return quote ? static_cast<const char *>(quote) - rest.data() : -1;
}

//! Of a whole number without sign; -1 where there is none.
qsizetype numberSize(QByteArrayView rest)
{
    const auto *end =
        std::find_if(rest.begin(), rest.end(), [](char c) { return c < '0' || c > '9'; });
    const qsizetype size = end - rest.begin();
    const bool leadingZero = size > 1 && rest.front() == '0';
    return size == 0 || leadingZero ? -1 : size;
}

bool matches(QByteArrayView wanted, QByteArrayView rest)
{
    return rest.size() >= wanted.size()
           && std::memcmp(wanted.data(), rest.data(), std::size_t(wanted.size())) == 0;
}

} // namespace

void EventTemplate::learn(QByteArrayView type, QByteArrayView text,
                          const std::vector<JsonWalker::Hole> &holes, const DeltaList &deltas)
{
    forget();
    const auto isText = [](const Hole &hole) {
        return hole.kind == Hole::Kind::Text;
    };
    if (text.size() > LargestTemplate || holes.size() > MostHoles || deltas.size() != 1
        || std::count_if(holes.begin(), holes.end(), isText) != 1)
        return;
    // The delta's text may have come from elsewhere, and the hole be one that gave nothing.
    const Hole hole = *std::find_if(holes.begin(), holes.end(), isText);
    QString filling;
    if (!setText(text.sliced(hole.begin, hole.end - hole.begin), filling)
        || filling != deltas[0].text)
        return;
    m_type.assign(type.begin(), type.end());
    m_bytes.assign(text.begin(), text.end());
    m_holes = holes;
    m_textHole = hole;
    m_delta = deltas[0];
    m_delta.text.clear();
}

bool EventTemplate::apply(QByteArrayView type, QByteArrayView text, DeltaList &deltas) const
{
    if (m_bytes.empty() || type != QByteArrayView(m_type))
        return false;
    std::optional<QByteArrayView> content = exactContent(text);
    if (!content)
        content = similarContent(text);
    if (!content || content->isEmpty())
        return false;
    Delta &delta = deltas.add(m_delta.kind);
    if (!setText(*content, delta.text)) {
        deltas.clear();
        return false;
    }
    delta.choice = m_delta.choice;
    delta.toolIndex = m_delta.toolIndex;
    if (!m_delta.part.isEmpty())
        delta.part = m_delta.part;
    return true;
}

//! Of a text that has the learnt bytes around it: mostly only the text is another one.
std::optional<QByteArrayView> EventTemplate::exactContent(QByteArrayView text) const
{
    const QByteArrayView learnt(m_bytes);
    const QByteArrayView before = learnt.first(m_textHole.begin);
    const QByteArrayView behind = learnt.sliced(m_textHole.end);
    const qsizetype size = text.size() - before.size() - behind.size();
    if (size < 0 || !matches(before, text) || text.last(behind.size()) != behind)
        return std::nullopt;
    return text.sliced(before.size(), size); // may hold a quote: setText() looks
}

//! Of a text whose other values may be others, too.
std::optional<QByteArrayView> EventTemplate::similarContent(QByteArrayView text) const
{
    const QByteArrayView learnt(m_bytes);
    qsizetype before = 0; // in the learnt bytes
    QByteArrayView content;
    for (const Hole &hole : m_holes) {
        const QByteArrayView same = learnt.sliced(before, hole.begin - before);
        if (!matches(same, text))
            return std::nullopt;
        text = text.sliced(same.size());
        const bool number = hole.kind == Hole::Kind::Number;
        const qsizetype size = number ? numberSize(text) : stringSize(text);
        if (size < 0)
            return std::nullopt;
        const QByteArrayView filling = text.first(size);
        if (hole.kind == Hole::Kind::Text)
            content = filling;
        else if (!number && !inspect(filling).plain)
            return std::nullopt;
        text = text.sliced(size);
        before = hole.end;
    }
    return text == learnt.sliced(before) ? std::optional(content) : std::nullopt;
}

} // namespace Retryscope
