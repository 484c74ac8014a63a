// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/jsonfault_p.h"
#include "core/llm/jsonhole_p.h"
#include "core/llm/jsonslice_p.h"

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

#include <memory>
#include <optional>
#include <simdjson.h>
#include <string_view>
#include <vector>

namespace Retryscope {

//! \brief Walks a JSON object in one pass, strictly: what nobody asked for is checked too, which
//! simdjson's on-demand reading by itself does not do. Every value that a visitor gets must be used
//! exactly once, by one of the functions here. Errors travel as simdjson_error inside walk() only.
class JsonWalker
{
public:
    using Value = simdjson::ondemand::value;

    using Hole = JsonHole;
    enum class Kind { Object, Array, String, Other };

    //! Calls \a visit(key, value) for each member of the object that \a text must be. What is
    //! wrong with the text, or none.
    template <typename Visit>
    std::optional<JsonFault> walk(QByteArrayView text, Visit &&visit);

    static Kind kind(Value value);
    //! For Kind::Object. Returns the object as it stands in the text.
    template <typename Visit>
    QByteArrayView members(Value value, Visit &&visit);
    //! For Kind::Array: \a visit(value).
    template <typename Visit>
    void elements(Value value, Visit &&visit);
    //! A string's text; empty for anything else.
    QString text(Value value);
    //! The same for the text of a delta, into a string whose room is used again.
    void deltaText(Value value, QString &text);
    //! None for anything but a whole number that fits; false for anything but true.
    std::optional<qint64> integer(Value value);
    bool isTrue(Value value);
    //! The whole value, for what is rare, as it stands in the text; valid until the next walk().
    JsonSlice slice(Value value);
    void skim(Value value);

    //! Some text since walk() began has half a character in it; expectHalves(): or may have.
    bool sawHalves() const { return m_halves; }

    void expectHalves() { m_halves = true; }

    //! Of the last text, in its order.
    const std::vector<Hole> &holes() const { return m_holes; }

private:
    simdjson::padded_string_view padded(QByteArrayView text);
    [[noreturn]] static void refuse();
    static QByteArrayView token(Value &value);
    void addHole(Hole::Kind kind, QByteArrayView content);
    template <typename Object, typename Visit>
    void visitMembers(Object &&object, Visit &&visit);
    QByteArrayView whole(const char *begin) const;

    simdjson::ondemand::parser m_parser;
    simdjson::ondemand::document *m_document = nullptr; // during walk()
    std::unique_ptr<char[]> m_buffer;
    std::size_t m_capacity = 0;
    std::vector<Hole> m_holes;
    qsizetype m_size = 0; // of the text
    int m_depth = 0;
    bool m_halves = false;
};

//! By the first byte, and inline: every value is asked, most of them twice.
inline JsonWalker::Kind JsonWalker::kind(Value value)
{
    // Not front(): behind the last token there is only our padding, and no length to trust.
    const char first = *value.raw_json_token().data();
    if (first == '"')
        return Kind::String;
    if (first == '{')
        return Kind::Object;
    if (first == '[')
        return Kind::Array;
    if (first == ']' || first == '}' || first == ',' || first == ':' || first == '\0')
        refuse();
    return Kind::Other;
}

template <typename Visit>
std::optional<JsonFault> JsonWalker::walk(QByteArrayView text, Visit &&visit)
{
    m_depth = 0;
    m_halves = false;
    m_holes.clear();
    try {
        simdjson::ondemand::document document = m_parser.iterate(padded(text));
        m_document = &document;
        visitMembers(document.get_object().value(), visit);
        // Anything behind the object?
        if (document.current_location().error() == simdjson::OUT_OF_BOUNDS)
            return std::nullopt;
    } catch (const simdjson::simdjson_error &) {
        // The fault is looked for below.
    }
    const std::optional<JsonFault> fault = findJsonFault(text);
    return fault ? fault : JsonFault{0, QStringLiteral("the JSON cannot be read")};
}

template <typename Object, typename Visit>
void JsonWalker::visitMembers(Object &&object, Visit &&visit)
{
    if (++m_depth > DeepestJson)
        refuse();
    for (simdjson::ondemand::field field : object) {
        const std::string_view key = field.unescaped_key();
        visit(key, field.value());
    }
    --m_depth;
}

template <typename Visit>
QByteArrayView JsonWalker::members(Value value, Visit &&visit)
{
    const char *const begin = value.raw_json_token().data();
    visitMembers(value.get_object().value(), visit);
    return whole(begin);
}

template <typename Visit>
void JsonWalker::elements(Value value, Visit &&visit)
{
    if (++m_depth > DeepestJson)
        refuse();
    // Named: a range-for keeps no temporary alive but its last one.
    simdjson::ondemand::array array = value.get_array();
    for (Value element : array)
        visit(element);
    --m_depth;
}

} // namespace Retryscope
