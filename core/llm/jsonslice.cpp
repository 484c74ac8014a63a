// SPDX-License-Identifier: MIT
#include "core/llm/jsonslice_p.h"

#include "core/llm/jsonfault_p.h"
#include "core/llm/jsontext_p.h"

#include <algorithm>

namespace Retryscope {

//! \brief Moves over the tokens of a sound text. It relies on that, but never leaves the text.
class JsonSlice::Scanner
{
public:
    //! \a text: an object or an array; stands behind its bracket.
    explicit Scanner(QByteArrayView text) : m_text(text), m_at(1) {}

    //! Moves to the next member or element; false behind the last one.
    bool next()
    {
        while (m_at < m_text.size() && (isJsonSpace(m_text[m_at]) || m_text[m_at] == ','))
            ++m_at;
        return m_at < m_text.size() && m_text[m_at] != '}' && m_text[m_at] != ']';
    }

    //! What stands between the quotes; moves behind the colon.
    QByteArrayView key()
    {
        const QByteArrayView quoted = value();
        while (m_at < m_text.size() && (isJsonSpace(m_text[m_at]) || m_text[m_at] == ':'))
            ++m_at;
        return quoted.size() < 2 ? quoted : quoted.sliced(1, quoted.size() - 2);
    }

    QByteArrayView value()
    {
        const qsizetype begin = m_at;
        const char first = m_text[begin];
        if (first == '"')
            skipString();
        else if (first == '{' || first == '[')
            skipNested();
        else
            skipScalar();
        return m_text.sliced(begin, m_at - begin);
    }

private:
    void skipString()
    {
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (m_text[m_at] == '\\')
                ++m_at;
        }
        m_at = std::min(m_at + 1, m_text.size());
    }

    void skipNested()
    {
        qsizetype depth = 0;
        while (m_at < m_text.size()) {
            const char byte = m_text[m_at];
            if (byte == '"') {
                skipString();
                continue;
            }
            ++m_at;
            if (byte == '{' || byte == '[')
                ++depth;
            else if ((byte == '}' || byte == ']') && --depth == 0)
                return;
        }
    }

    void skipScalar()
    {
        ++m_at; // whatever it is, it is passed
        while (m_at < m_text.size() && !endsJsonScalar(m_text[m_at]))
            ++m_at;
    }

    QByteArrayView m_text;
    qsizetype m_at;
};

namespace {

QString textOfContent(QByteArrayView content)
{
    bool halves = false;
    return jsonText(content, halves).value_or(QString());
}

bool isName(QByteArrayView key, QLatin1StringView name)
{
    if (key.contains('\\'))
        return textOfContent(key) == name;
    return key == QByteArrayView(name.data(), name.size());
}

} // namespace

JsonSlice::JsonSlice(QByteArrayView text) : m_text(text.trimmed())
{}

JsonSlice JsonSlice::ofUnchecked(QByteArrayView text)
{
    return findJsonFault(text) ? JsonSlice() : JsonSlice(text);
}

bool JsonSlice::saysSomething() const
{
    if (isObject() || isArray())
        return Scanner(m_text).next();
    if (isString())
        return m_text.size() > 2;
    const auto isZero = [](char byte) {
        return byte == '0' || byte == '.' || byte == '-';
    };
    return !(m_text.isEmpty() || m_text == "null" || m_text == "false"
             || std::all_of(m_text.begin(), m_text.end(), isZero));
}

QString JsonSlice::text() const
{
    return isString() ? textOfContent(m_text.sliced(1, m_text.size() - 2)) : QString();
}

std::optional<qint64> JsonSlice::integer() const
{
    return isString() ? std::nullopt : jsonInteger(m_text);
}

QString JsonSlice::scalar() const
{
    if (isString())
        return text();
    const char first = m_text.isEmpty() ? '\0' : m_text.front();
    const bool number = first == '-' || (first >= '0' && first <= '9');
    return number ? raw() : QString();
}

JsonSlice JsonSlice::operator[](QLatin1StringView name) const
{
    JsonSlice found;
    if (!isObject())
        return found;
    for (Scanner scanner(m_text); scanner.next();) {
        const QByteArrayView key = scanner.key();
        const JsonSlice value(scanner.value());
        if (isName(key, name))
            found = value;
    }
    return found;
}

JsonSlice JsonSlice::firstMember(QString &name) const
{
    Scanner scanner(m_text);
    if (!isObject() || !scanner.next())
        return {};
    name = textOfContent(scanner.key());
    return JsonSlice(scanner.value());
}

std::vector<JsonSlice> JsonSlice::elements() const
{
    std::vector<JsonSlice> elements;
    if (!isArray())
        return elements;
    for (Scanner scanner(m_text); scanner.next();)
        elements.emplace_back(scanner.value());
    return elements;
}

} // namespace Retryscope
