// SPDX-License-Identifier: MIT
#include "core/llm/jsonwalker_p.h"

#include "core/llm/jsontext_p.h"

#include <algorithm>
#include <cstring>

namespace Retryscope {

namespace {

constexpr std::size_t LargestReserve = 64 * 1024;

} // namespace

//! simdjson reads whole registers, up to 64 bytes behind the text. The event's own buffer promises
//! nothing there, so that the text moves to one that does, which is used again and again.
simdjson::padded_string_view JsonWalker::padded(QByteArrayView text)
{
    const auto size = std::size_t(text.size());
    const std::size_t needed = size + simdjson::SIMDJSON_PADDING;
    if (m_capacity < needed) {
        // Not a vector: it would fill with zeros what is overwritten anyway.
        m_capacity = needed + std::min(needed / 2, LargestReserve);
        m_buffer.reset(new char[m_capacity]);
    }
    if (size > 0)
        std::memcpy(m_buffer.get(), text.data(), size);
    std::memset(m_buffer.get() + size, 0, simdjson::SIMDJSON_PADDING);
    m_size = text.size();
    return simdjson::padded_string_view(m_buffer.get(), size, m_capacity);
}

void JsonWalker::refuse()
{
    throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
}

QByteArrayView JsonWalker::token(Value &value)
{
    const std::string_view raw = value.raw_json_token();
    QByteArrayView token(raw.data(), qsizetype(raw.size()));
    while (!token.isEmpty() && isJsonSpace(token.back()))
        token.chop(1);
    return token;
}

//! From \a begin to the last brace that was passed.
QByteArrayView JsonWalker::whole(const char *begin) const
{
    const char *next = nullptr;
    if (m_document->current_location().get(next) != simdjson::SUCCESS)
        next = m_buffer.get() + m_size;
    QByteArrayView text(begin, next);
    const qsizetype brace = text.lastIndexOf('}');
    return text.first(brace + 1);
}

QString JsonWalker::text(Value value)
{
    if (kind(value) != Kind::String) {
        skim(value);
        return {};
    }
    const QByteArrayView quoted = token(value);
    std::optional<QString> text = jsonText(quoted.sliced(1, quoted.size() - 2), m_halves);
    if (!text)
        refuse();
    return *std::move(text);
}

void JsonWalker::deltaText(Value value, QString &text)
{
    text.resize(0);
    if (kind(value) != Kind::String) {
        skim(value);
        return;
    }
    const QByteArrayView quoted = token(value);
    const QByteArrayView content = quoted.sliced(1, quoted.size() - 2);
    addHole(Hole::Kind::Text, content);
    if (!appendJsonText(content, text, m_halves))
        refuse();
}

void JsonWalker::addHole(Hole::Kind kind, QByteArrayView content)
{
    const qsizetype begin = content.data() - m_buffer.get();
    m_holes.push_back({kind, begin, begin + content.size()});
}

std::optional<qint64> JsonWalker::integer(Value value)
{
    if (kind(value) != Kind::Other) {
        skim(value);
        return std::nullopt;
    }
    const QByteArrayView scalar = token(value);
    if (!isJsonScalar(scalar))
        refuse();
    return jsonInteger(scalar);
}

bool JsonWalker::isTrue(Value value)
{
    skim(value);
    return kind(value) == Kind::Other && token(value) == "true";
}

JsonSlice JsonWalker::slice(Value value)
{
    std::string_view raw;
    if (simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS)
        refuse();
    const QByteArrayView text(raw.data(), qsizetype(raw.size()));
    if (findJsonFault(text))
        refuse();
    m_halves = m_halves || text.contains("\\ud") || text.contains("\\uD");
    return JsonSlice(text);
}

void JsonWalker::skim(Value value)
{
    switch (kind(value)) {
    case Kind::Object:
        members(value, [this](std::string_view, Value member) { skim(member); });
        return;
    case Kind::Array:
        elements(value, [this](Value element) { skim(element); });
        return;
    case Kind::String: {
        const QByteArrayView quoted = token(value);
        for (qsizetype at = quoted.indexOf('\\'); at >= 0; at = quoted.indexOf('\\', at)) {
            const qsizetype size = jsonEscapeSize(quoted.sliced(at));
            if (size == 0)
                refuse();
            at += size;
        }
        addHole(Hole::Kind::String, quoted.sliced(1, quoted.size() - 2));
        return;
    }
    case Kind::Other: {
        const QByteArrayView scalar = token(value);
        if (!isJsonScalar(scalar))
            refuse();
        if (scalar.front() >= '0' && scalar.front() <= '9')
            addHole(Hole::Kind::Number, scalar);
        return;
    }
    }
}

} // namespace Retryscope
