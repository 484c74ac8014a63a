// SPDX-License-Identifier: MIT
#include "core/trace/secretfinder_p.h"

#include <algorithm>
#include <optional>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

// A text with its escapes undone, and where each unit stood in the original.
struct Undone
{
    QString text;
    std::vector<qsizetype> begins; // one more than units: the end

    void append(char16_t unit, qsizetype begin)
    {
        text.append(QChar(unit));
        begins.push_back(begin);
    }
};

std::optional<char16_t> hexadecimal(QStringView digits)
{
    bool ok = false;
    const ushort value = digits.toUShort(&ok, 16);
    if (!ok || digits.contains(u'+') || digits.contains(u' '))
        return std::nullopt;
    return char16_t(value);
}

struct Unit
{
    char16_t value;
    qsizetype length;
};

// Undone to bytes, not to characters: secrets are searched for in their Latin-1 form too.
Unit percentUnit(QStringView text)
{
    if (text.size() >= 3 && text[0] == u'%') {
        if (const auto value = hexadecimal(text.sliced(1, 2)))
            return {*value, 3};
    }
    return {text[0].unicode(), 1};
}

Unit jsonUnit(QStringView text)
{
    if (text.size() < 2 || text[0] != u'\\')
        return {text[0].unicode(), 1};
    switch (text[1].unicode()) {
    case u'n':
        return {u'\n', 2};
    case u't':
        return {u'\t', 2};
    case u'r':
        return {u'\r', 2};
    case u'b':
        return {u'\b', 2};
    case u'f':
        return {u'\f', 2};
    case u'u':
        if (text.size() >= 6) {
            if (const auto value = hexadecimal(text.sliced(2, 4)))
                return {*value, 6};
        }
        return {text[0].unicode(), 1};
    case u'"':
    case u'\\':
    case u'/':
        return {text[1].unicode(), 2};
    }
    return {text[0].unicode(), 1};
}

Undone undo(QStringView text, const std::vector<qsizetype> &begins, Unit (*next)(QStringView))
{
    Undone undone;
    undone.text.reserve(text.size());
    undone.begins.reserve(std::size_t(text.size()) + 1);
    const auto original = [&begins](qsizetype at) {
        return begins.empty() ? at : begins[std::size_t(at)];
    };
    for (qsizetype at = 0; at < text.size();) {
        const Unit unit = next(text.sliced(at));
        undone.append(unit.value, original(at));
        at += unit.length;
    }
    undone.begins.push_back(original(text.size()));
    return undone;
}

bool isBase64(QChar c)
{
    const char16_t u = c.unicode();
    return (u >= u'a' && u <= u'z') || (u >= u'A' && u <= u'Z') || (u >= u'0' && u <= u'9')
           || u == u'+' || u == u'/' || u == u'-' || u == u'_';
}

TextRange wholeWord(QStringView text, TextRange range)
{
    while (range.begin > 0 && isBase64(text[range.begin - 1]))
        --range.begin;
    while (range.end < text.size() && isBase64(text[range.end]))
        ++range.end;
    while (range.end < text.size() && text[range.end] == u'=')
        ++range.end;
    return range;
}

void addOnce(std::vector<QStringMatcher> &matchers, const QString &pattern)
{
    const bool known = std::ranges::any_of(
        matchers, [&pattern](const QStringMatcher &m) { return m.pattern() == pattern; });
    if (!known)
        matchers.emplace_back(pattern);
}

} // namespace

void SecretFinder::add(const QByteArray &secret)
{
    constexpr qsizetype shortest = 4;
    if (secret.size() < shortest)
        return;
    // Each byte as \u00XX, and no base64 is longer than that.
    m_longest = std::max(m_longest, 6 * secret.size());
    addPlain(QString::fromUtf8(secret));
    addPlain(QString::fromLatin1(secret));
    addBase64(secret, QByteArray::Base64Encoding);
    addBase64(secret, QByteArray::Base64UrlEncoding);
}

void SecretFinder::addPlain(const QString &text)
{
    addOnce(m_plain, text);
    // Forms send blanks as "+".
    if (text.contains(u' '))
        addOnce(m_plain, QString(text).replace(u' ', u'+'));
}

void SecretFinder::addBase64(const QByteArray &secret, QByteArray::Base64Options options)
{
    // Shorter words would be found in innocent text.
    constexpr qsizetype shortest = 6;
    bool found = false;
    for (qsizetype before = 0; before < 3; ++before) {
        const QByteArray shifted = QByteArray(before, '\0') + secret;
        const QByteArray encoded = shifted.toBase64(options);
        // Only the characters that none of the neighbouring bytes has a part in.
        const qsizetype first = (before * 8 + 5) / 6;
        const qsizetype end = (before + secret.size()) * 8 / 6;
        if (end - first < shortest)
            continue;
        addOnce(m_base64, QString::fromLatin1(encoded.sliced(first, end - first)));
        found = true;
    }
    if (!found)
        addOnce(m_base64, QString::fromLatin1(secret.toBase64(options)));
}

void SecretFinder::find(QStringView text, TextRanges &ranges) const
{
    if (m_plain.empty())
        return;
    const TextRanges plain = findHere(text);
    ranges.insert(ranges.end(), plain.begin(), plain.end());

    // Escaped text is put into escaped text: a tool's arguments inside a stream event.
    constexpr int depth = 3;
    const auto findUndone = [&](QChar mark, Unit (*next)(QStringView)) {
        Undone undone{text.toString(), {}};
        for (int i = 0; i < depth && undone.text.contains(mark); ++i) {
            undone = undo(undone.text, undone.begins, next);
            for (const TextRange &range : findHere(undone.text)) {
                ranges.push_back({undone.begins[std::size_t(range.begin)],
                                  undone.begins[std::size_t(range.end)]});
            }
        }
    };
    if (text.contains(u'%'))
        findUndone(u'%', percentUnit);
    if (text.contains(u'\\'))
        findUndone(u'\\', jsonUnit);
}

TextRanges SecretFinder::findHere(QStringView text) const
{
    TextRanges ranges;
    for (const QStringMatcher &matcher : m_plain) {
        const qsizetype size = matcher.pattern().size();
        for (qsizetype at = matcher.indexIn(text); at >= 0; at = matcher.indexIn(text, at + 1))
            ranges.push_back({at, at + size});
    }
    for (const QStringMatcher &matcher : m_base64) {
        const qsizetype size = matcher.pattern().size();
        for (qsizetype at = matcher.indexIn(text); at >= 0;) {
            const TextRange word = wholeWord(text, {at, at + size});
            ranges.push_back(word);
            at = matcher.indexIn(text, word.end);
        }
    }
    return ranges;
}

} // namespace Retryscope
