// SPDX-License-Identifier: MIT
#include "core/llm/jsonwalker_p.h"

#include "core/llm/jsontext_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <cstring>

namespace Retryscope {

//! simdjson reads whole registers, up to 64 bytes behind the text. The event's own buffer promises
//! nothing there, so that the text moves to one that does, which is used again and again.
simdjson::padded_string_view JsonWalker::padded(QByteArrayView text)
{
    const auto size = std::size_t(text.size());
    if (m_buffer.size() < size + simdjson::SIMDJSON_PADDING)
        m_buffer.resize(size + size / 2 + simdjson::SIMDJSON_PADDING);
    if (size > 0)
        std::memcpy(m_buffer.data(), text.data(), size);
    std::memset(m_buffer.data() + size, 0, simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(m_buffer.data(), size, m_buffer.size());
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

std::optional<qint64> JsonWalker::integer(Value value)
{
    skim(value);
    return kind(value) == Kind::Other ? jsonInteger(token(value)) : std::nullopt;
}

QJsonValue JsonWalker::json(Value value)
{
    std::string_view raw;
    if (simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS)
        refuse();
    const QByteArrayView text(raw.data(), qsizetype(raw.size()));
    if (findJsonFault(text))
        refuse();
    // In brackets: QJsonDocument takes no text or number by itself.
    return QJsonDocument::fromJson('[' + text.toByteArray() + ']').array().at(0);
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
        return;
    }
    case Kind::Other:
        if (!isJsonScalar(token(value)))
            refuse();
        return;
    }
}

} // namespace Retryscope
