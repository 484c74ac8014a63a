// SPDX-License-Identifier: MIT
#include "core/llm/jsontext_p.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace Retryscope {

namespace {

bool isDigit(char byte)
{
    return byte >= '0' && byte <= '9';
}

int hexValue(char byte)
{
    if (isDigit(byte))
        return byte - '0';
    const char lower = char(byte | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

//! Moves \a at over digits; false where there is none.
bool skipDigits(QByteArrayView token, qsizetype &at)
{
    const qsizetype begin = at;
    while (at < token.size() && isDigit(token.at(at)))
        ++at;
    return at > begin;
}

bool isJsonNumber(QByteArrayView token)
{
    qsizetype at = token.startsWith('-') ? 1 : 0;
    if (at < token.size() && token.at(at) == '0')
        ++at;
    else if (!skipDigits(token, at))
        return false;
    if (at < token.size() && token.at(at) == '.' && !skipDigits(token, ++at))
        return false;
    if (at < token.size() && (token.at(at) | 0x20) == 'e') {
        ++at;
        if (at < token.size() && (token.at(at) == '+' || token.at(at) == '-'))
            ++at;
        if (!skipDigits(token, at))
            return false;
    }
    return at == token.size();
}

//! The code unit of four hexadecimal digits, or -1.
int codeUnit(QByteArrayView digits)
{
    if (digits.size() < 4)
        return -1;
    int unit = 0;
    for (qsizetype i = 0; i < 4; ++i) {
        const int value = hexValue(digits.at(i));
        if (value < 0)
            return -1;
        unit = unit * 16 + value;
    }
    return unit;
}

//! Of a number that is written as a fraction or with an exponent: 12.0 and 1e2 are whole all the
//! same. Beyond the range a double is exact in nothing is known to be.
std::optional<qint64> wholeNumber(QByteArrayView token)
{
    constexpr double Exact = 9007199254740992.0; // 2^53
    double value = 0;
    const std::from_chars_result result = std::from_chars(token.begin(), token.end(), value);
    const bool number = result.ec == std::errc() && result.ptr == token.end();
    if (!number || !(std::abs(value) <= Exact) || std::floor(value) != value)
        return std::nullopt;
    return qint64(value);
}

//! The character of valid UTF-8 that \a at stands on; \a at moves behind it.
char32_t takeCharacter(const char *&at)
{
    const auto next = [&at] {
        return char32_t(uchar(*at++));
    };
    const char32_t first = next();
    if (first < 0x80)
        return first;
    if (first < 0xE0)
        return (first & 0x1F) << 6 | (next() & 0x3F);
    if (first < 0xF0) {
        const char32_t high = (first & 0x0F) << 12 | (next() & 0x3F) << 6;
        return high | (next() & 0x3F);
    }
    char32_t character = (first & 0x07) << 18;
    character |= (next() & 0x3F) << 12;
    character |= (next() & 0x3F) << 6;
    return character | (next() & 0x3F);
}

constexpr qsizetype AsciiBlock = 16;

bool isAscii(const char *block)
{
    std::uint64_t halves[2];
    std::memcpy(halves, block, sizeof halves);
    return ((halves[0] | halves[1]) & 0x8080808080808080U) == 0;
}

//! As it stands: QString::fromUtf8() would allocate, and drop a U+FEFF in front, which is text
//! here.
void appendUtf8(QByteArrayView bytes, QString &text)
{
    const qsizetype before = text.size();
    text.resize(before + bytes.size()); // UTF-16 needs no more units than UTF-8 bytes
    auto *const begin = reinterpret_cast<char16_t *>(text.data());
    char16_t *unit = begin + before;
    const char *at = bytes.data();
    const char *const end = at + bytes.size();
    while (at < end) {
        for (; end - at >= AsciiBlock && isAscii(at); at += AsciiBlock, unit += AsciiBlock) {
            for (qsizetype i = 0; i < AsciiBlock; ++i)
                unit[i] = char16_t(uchar(at[i]));
        }
        while (at < end && uchar(*at) < 0x80)
            *unit++ = char16_t(uchar(*at++));
        if (at >= end)
            break;
        const char32_t character = takeCharacter(at);
        if (QChar::requiresSurrogates(character)) {
            *unit++ = QChar::highSurrogate(character);
            *unit++ = QChar::lowSurrogate(character);
        } else {
            *unit++ = char16_t(character);
        }
    }
    text.resize(unit - begin);
}

//! What the letter behind a backslash stands for; 0 where it is none of the short escapes.
char16_t shortEscape(char letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/':
        return char16_t(letter);
    case 'b':
        return u'\b';
    case 'f':
        return u'\f';
    case 'n':
        return u'\n';
    case 'r':
        return u'\r';
    case 't':
        return u'\t';
    default:
        return 0;
    }
}

} // namespace

bool isJsonScalar(QByteArrayView token)
{
    return token == "null" || token == "false" || token == "true" || isJsonNumber(token);
}

std::optional<qint64> jsonInteger(QByteArrayView token)
{
    qint64 value = 0;
    const std::from_chars_result result = std::from_chars(token.begin(), token.end(), value);
    if (result.ec != std::errc())
        return std::nullopt;
    return result.ptr == token.end() ? std::optional(value) : wholeNumber(token);
}

qsizetype jsonEscapeSize(QByteArrayView text)
{
    if (text.size() < 2)
        return 0;
    if (text.at(1) == 'u')
        return codeUnit(text.sliced(2)) < 0 ? 0 : 6;
    return shortEscape(text.at(1)) ? 2 : 0;
}

qsizetype utf8CharacterSize(QByteArrayView text)
{
    const auto byte = [text](qsizetype i) {
        return i < text.size() ? uchar(text.at(i)) : uchar(0);
    };
    const auto follows = [&byte](qsizetype i) {
        return (byte(i) & 0xC0) == 0x80;
    };
    const uchar first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) >= 0xA0;
        return !overlong && !surrogate && follows(1) && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool overlong = first == 0xF0 && byte(1) < 0x90;
        const bool beyond = first == 0xF4 && byte(1) >= 0x90;
        return !overlong && !beyond && follows(1) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

std::optional<QString> jsonText(QByteArrayView content, bool &halves)
{
    QString text;
    return appendJsonText(content, text, halves) ? std::optional(std::move(text)) : std::nullopt;
}

bool appendJsonText(QByteArrayView content, QString &text, bool &halves)
{
    while (true) {
        const qsizetype escape = content.indexOf('\\');
        appendUtf8(escape < 0 ? content : content.first(escape), text);
        if (escape < 0)
            return true;
        content = content.sliced(escape);
        const qsizetype size = jsonEscapeSize(content);
        if (size == 0)
            return false;
        const QChar unit = size == 2 ? QChar(shortEscape(content.at(1)))
                                     : QChar(char16_t(codeUnit(content.sliced(2))));
        halves = halves || unit.isSurrogate();
        text += unit;
        content = content.sliced(size);
    }
}

} // namespace Retryscope
