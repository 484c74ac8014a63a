// SPDX-License-Identifier: MIT
#include "core/trace/secretnames_p.h"

#include "core/trace/variablereference.h"

#include <QtCore/QString>

#include <algorithm>
#include <array>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

// "-" and "_" are the same here.
constexpr std::array headerNames{
    "authorization"_L1,   "proxy-authorization"_L1,
    "api-key"_L1,         "apikey"_L1,
    "cookie"_L1,          "set-cookie"_L1,
    "token"_L1,           "helicone-auth"_L1,
    "x-amz-signature"_L1, "ocp-apim-subscription-key"_L1,
};
// Gateways and vendors put their own word in front: x-api-key, x-goog-api-key,
// x-amz-security-token, cf-aig-authorization.
constexpr std::array headerEndings{"-api-key"_L1, "-apikey"_L1,        "-token"_L1,
                                   "-secret"_L1,  "-authorization"_L1, "-access-key"_L1};
constexpr std::array parameterNames{
    "key"_L1,
    "token"_L1,
    "sig"_L1,
    "signature"_L1,
    "auth"_L1,
    "apikey"_L1,
    "api-key"_L1,
    "code"_L1,
    "x-amz-credential"_L1,
    "x-amz-signature"_L1,
    "secret"_L1,
    "pwd"_L1,
    "subscription-key"_L1,
};
constexpr std::array memberNames{
    "password"_L1,    "passwd"_L1,       "passphrase"_L1,        "secret"_L1,   "client-secret"_L1,
    "private-key"_L1, "access-token"_L1, "refresh-token"_L1,     "id-token"_L1, "bearer"_L1,
    "credentials"_L1, "x-api-key"_L1,    "secret-access-key"_L1,
};
constexpr std::array schemes{"Bearer "_L1, "Basic "_L1, "Digest "_L1, "Negotiate "_L1,
                             "AWS4-HMAC-SHA256 "_L1};

char16_t folded(char16_t c)
{
    if (c >= u'A' && c <= u'Z')
        return char16_t(c - u'A' + u'a');
    return c == u'_' ? u'-' : c;
}

bool sameName(QStringView name, QLatin1StringView known)
{
    if (name.size() != known.size())
        return false;
    for (qsizetype i = 0; i < name.size(); ++i) {
        if (folded(name[i].unicode()) != known[i].unicode())
            return false;
    }
    return true;
}

template <typename Names>
bool isOneOf(const Names &names, QStringView name)
{
    return std::ranges::any_of(names,
                               [name](QLatin1StringView known) { return sameName(name, known); });
}

bool isNameCharacter(QChar c)
{
    const char16_t u = c.unicode();
    return (u >= u'a' && u <= u'z') || (u >= u'A' && u <= u'Z') || (u >= u'0' && u <= u'9')
           || u == u'-' || u == u'_' || u == u'.' || u == u'%';
}

// The name that ends right before `end`.
QStringView nameBefore(QStringView text, qsizetype end)
{
    qsizetype begin = end;
    while (begin > 0 && isNameCharacter(text[begin - 1]))
        --begin;
    return text.sliced(begin, end - begin);
}

qsizetype firstOf(QStringView text, qsizetype from, QStringView stops)
{
    while (from < text.size() && !stops.contains(text[from]))
        ++from;
    return from;
}

//! What only names variables gives nothing away, and is what people need to see.
void addSecret(QStringView text, qsizetype begin, qsizetype end, TextRanges &ranges)
{
    if (end > begin && !holdsOnlyVariables(text.sliced(begin, end - begin).toString()))
        ranges.push_back({begin, end});
}

void findUserInformation(QStringView text, TextRanges &ranges)
{
    for (qsizetype at = text.indexOf(u"://"); at >= 0; at = text.indexOf(u"://", at + 3)) {
        const qsizetype begin = at + 3;
        const qsizetype end = firstOf(text, begin, u"/?# \t\r\n\"'<>\\");
        const qsizetype sign = text.sliced(begin, end - begin).lastIndexOf(u'@');
        if (sign > 0)
            ranges.push_back({begin, begin + sign});
    }
}

void findParameters(QStringView text, TextRanges &ranges)
{
    for (qsizetype at = text.indexOf(u'='); at >= 0; at = text.indexOf(u'=', at + 1)) {
        const QStringView name = nameBefore(text, at);
        const qsizetype before = at - name.size() - 1;
        if (name.isEmpty() || before < 0 || !QStringView(u"?&#;").contains(text[before]))
            continue;
        if (!isSecretParameterName(name))
            continue;
        const qsizetype end = firstOf(text, at + 1, u"&# \t\r\n\"'<>\\");
        addSecret(text, at + 1, end, ranges);
    }
}

// JSON text inside a JSON string has \" for its quotes.
qsizetype quoteLength(QStringView text, qsizetype at)
{
    if (at < text.size() && text[at] == u'"')
        return 1;
    return text.sliced(at).startsWith(u"\\\"") ? 2 : 0;
}

qsizetype closingQuote(QStringView text, qsizetype from, qsizetype quote)
{
    for (qsizetype i = from; i < text.size(); ++i) {
        if (quote == 2 && text.sliced(i).startsWith(u"\\\""))
            return i;
        if (quote == 1 && text[i] == u'"')
            return i;
        if (text[i] == u'\\')
            ++i;
    }
    return text.size();
}

void findMembersAndHeaderLines(QStringView text, TextRanges &ranges)
{
    for (qsizetype at = text.indexOf(u':'); at >= 0; at = text.indexOf(u':', at + 1)) {
        qsizetype nameEnd = at;
        while (nameEnd > 0 && text[nameEnd - 1] == u' ')
            --nameEnd;
        const bool quoted = nameEnd > 0 && text[nameEnd - 1] == u'"';
        if (quoted)
            --nameEnd;
        if (quoted && nameEnd > 0 && text[nameEnd - 1] == u'\\')
            --nameEnd;
        const QStringView name = nameBefore(text, nameEnd);
        if (name.isEmpty())
            continue;
        qsizetype begin = at + 1;
        while (begin < text.size() && (text[begin] == u' ' || text[begin] == u'\t'))
            ++begin;
        const qsizetype quote = quoteLength(text, begin);
        // Without quotes only header fields: "secret: " may begin any sentence.
        if (quoted && quote > 0 ? !isSecretMemberName(name) : !isSecretHeaderName(name))
            continue;
        begin += quote;
        const qsizetype end =
            quote > 0 ? closingQuote(text, begin, quote) : firstOf(text, begin, u"\r\n\"");
        begin += publicPrefix(text.sliced(begin, end - begin));
        addSecret(text, begin, end, ranges);
    }
}

} // namespace

bool isSecretHeaderName(QStringView name)
{
    if (isOneOf(headerNames, name))
        return true;
    return std::ranges::any_of(headerEndings, [name](QLatin1StringView ending) {
        return name.size() > ending.size() && sameName(name.last(ending.size()), ending);
    });
}

bool isSecretParameterName(QStringView name)
{
    return isOneOf(parameterNames, name) || isSecretMemberName(name);
}

bool isSecretMemberName(QStringView name)
{
    return isOneOf(memberNames, name) || isSecretHeaderName(name);
}

qsizetype publicPrefix(QStringView fieldValue)
{
    for (const QLatin1StringView scheme : schemes) {
        if (fieldValue.startsWith(scheme, Qt::CaseInsensitive))
            return scheme.size();
    }
    return 0;
}

void findNamedSecrets(QStringView text, TextRanges &ranges)
{
    findUserInformation(text, ranges);
    findParameters(text, ranges);
    findMembersAndHeaderLines(text, ranges);
}

} // namespace Retryscope
