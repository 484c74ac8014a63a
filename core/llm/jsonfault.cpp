// SPDX-License-Identifier: MIT
#include "core/llm/jsonfault_p.h"

#include "core/llm/jsontext_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

//! Moves over a text until something is wrong. Every function returns false from then on.
class JsonScanner
{
public:
    explicit JsonScanner(QByteArrayView text) : m_text(text) {}

    bool document()
    {
        if (!value(1))
            return false;
        skipSpace();
        return atEnd() || fail(u"something follows the JSON value"_s);
    }

    JsonFault fault() const { return m_fault; }

private:
    bool atEnd() const { return m_at >= m_text.size(); }

    char peek() const { return atEnd() ? '\0' : m_text.at(m_at); }

    bool fail(const QString &reason)
    {
        m_fault = {std::min(m_at, m_text.size()),
                   atEnd() ? u"the JSON text ends too early"_s : reason};
        return false;
    }

    void skipSpace()
    {
        while (!atEnd() && isJsonSpace(m_text.at(m_at)))
            ++m_at;
    }

    bool take(char wanted)
    {
        skipSpace();
        if (atEnd() || m_text.at(m_at) != wanted)
            return false;
        ++m_at;
        return true;
    }

    bool value(int depth)
    {
        skipSpace();
        if (depth > DeepestJson)
            return fail(u"the JSON is nested too deeply"_s);
        switch (peek()) {
        case '{':
            return object(depth);
        case '[':
            return array(depth);
        case '"':
            return string();
        default:
            return scalar();
        }
    }

    bool object(int depth)
    {
        ++m_at;
        if (take('}'))
            return true;
        do {
            skipSpace();
            if (peek() != '"')
                return fail(u"a member name was expected"_s);
            if (!string())
                return false;
            if (!take(':'))
                return fail(u"a colon was expected"_s);
            if (!value(depth + 1))
                return false;
        } while (take(','));
        return take('}') || fail(u"a comma or } was expected"_s);
    }

    bool array(int depth)
    {
        ++m_at;
        if (take(']'))
            return true;
        do {
            if (!value(depth + 1))
                return false;
        } while (take(','));
        return take(']') || fail(u"a comma or ] was expected"_s);
    }

    bool scalar()
    {
        qsizetype end = m_at;
        while (end < m_text.size() && !endsJsonScalar(m_text.at(end)))
            ++end;
        const QByteArrayView token = m_text.sliced(m_at, end - m_at);
        if (!isJsonScalar(token))
            return fail(u"a JSON value was expected"_s);
        m_at = end;
        return true;
    }

    bool string()
    {
        ++m_at;
        while (!atEnd()) {
            const uchar byte = uchar(m_text.at(m_at));
            if (byte == '"') {
                ++m_at;
                return true;
            }
            if (byte < 0x20)
                return fail(u"a control character stands in a string"_s);
            const QByteArrayView rest = m_text.sliced(m_at);
            const qsizetype size = byte == '\\' ? jsonEscapeSize(rest) : utf8CharacterSize(rest);
            if (size == 0)
                return fail(byte == '\\' ? u"the escape is none that JSON knows"_s
                                         : u"the bytes are no UTF-8"_s);
            m_at += size;
        }
        return fail({});
    }

    QByteArrayView m_text;
    qsizetype m_at = 0;
    JsonFault m_fault;
};

} // namespace

std::optional<JsonFault> findJsonFault(QByteArrayView text)
{
    JsonScanner scanner(text);
    if (scanner.document())
        return std::nullopt;
    return scanner.fault();
}

} // namespace Retryscope
