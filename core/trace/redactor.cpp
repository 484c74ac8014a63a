// SPDX-License-Identifier: MIT
#include "core/trace/redactor.h"

#include "core/trace/secretfinder_p.h"
#include "core/trace/secretnames_p.h"
#include "core/trace/variablereference.h"

#include <QtCore/QJsonArray>
#include <QtCore/QUrlQuery>

#include <algorithm>
#include <optional>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

constexpr auto theMark = "[redacted]"_L1;

QString withoutRanges(const QString &text, TextRanges ranges)
{
    std::ranges::sort(ranges, {}, &TextRange::begin);
    QString result;
    result.reserve(text.size());
    qsizetype copied = 0;
    for (std::size_t i = 0; i < ranges.size();) {
        // Ranges that touch or overlap become one: no tail of the longer secret may stay.
        TextRange merged = ranges[i];
        for (++i; i < ranges.size() && ranges[i].begin <= merged.end; ++i)
            merged.end = std::max(merged.end, ranges[i].end);
        result += QStringView(text).sliced(copied, merged.begin - copied);
        result += theMark;
        copied = merged.end;
    }
    result += QStringView(text).sliced(copied);
    return result;
}

QString secretField(const QString &value)
{
    const qsizetype shown = publicPrefix(value);
    if (value.isEmpty() || holdsOnlyVariables(value.sliced(shown)))
        return value;
    return value.left(shown) + theMark;
}

// Of "a=1&key=2", by exact names; the rest is left as it is spelt.
QString secretParametersReplaced(const QString &query)
{
    QStringList pairs = query.split(u'&');
    for (QString &pair : pairs) {
        const qsizetype equals = pair.indexOf(u'=');
        if (equals < 0 || equals + 1 == pair.size())
            continue;
        const QString name = QUrl::fromPercentEncoding(pair.left(equals).toUtf8());
        if (isSecretParameterName(name) && !holdsOnlyVariables(pair.sliced(equals + 1)))
            pair = pair.left(equals + 1) + theMark;
    }
    return pairs.join(u'&');
}

// A secret member's value may itself be a list or an object. No secret is true, false or null.
QJsonValue allReplaced(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::String:
        return secretField(value.toString());
    case QJsonValue::Double:
        return QString(theMark);
    case QJsonValue::Array: {
        QJsonArray array = value.toArray();
        for (auto element : array)
            element = allReplaced(element);
        return array;
    }
    case QJsonValue::Object: {
        QJsonObject object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member)
            member.value() = allReplaced(member.value());
        return object;
    }
    case QJsonValue::Null:
    case QJsonValue::Bool:
    case QJsonValue::Undefined:
        break;
    }
    return value;
}

} // namespace

class Redactor::Private
{
public:
    // Each returns none where nothing has to change, so that harmless events are not built anew.
    std::optional<QString> text(const QString &text, Rules rules) const;
    std::optional<QJsonValue> value(const QJsonValue &value, Rules rules) const;
    std::optional<QJsonObject> object(const QJsonObject &object, Rules rules) const;
    std::optional<QJsonArray> array(const QJsonArray &array, Rules rules) const;

    SecretFinder finder;
};

std::optional<QString> Redactor::Private::text(const QString &text, Rules rules) const
{
    TextRanges ranges;
    finder.find(text, ranges);
    if (rules == Rules::ByValueAndName)
        findNamedSecrets(text, ranges);
    if (ranges.empty())
        return std::nullopt;
    return withoutRanges(text, std::move(ranges));
}

std::optional<QJsonValue> Redactor::Private::value(const QJsonValue &value, Rules rules) const
{
    switch (value.type()) {
    case QJsonValue::String:
        return text(value.toString(), rules);
    case QJsonValue::Array:
        return array(value.toArray(), rules);
    case QJsonValue::Object:
        return object(value.toObject(), rules);
    case QJsonValue::Null:
    case QJsonValue::Bool:
    case QJsonValue::Double:
    case QJsonValue::Undefined:
        break;
    }
    return std::nullopt;
}

std::optional<QJsonObject> Redactor::Private::object(const QJsonObject &object, Rules rules) const
{
    const bool byName = rules == Rules::ByValueAndName;
    // {"name": "Cookie", "value": ...}
    const bool isSecretPair = byName && object.contains("value"_L1)
                              && isSecretMemberName(object.value("name"_L1).toString());
    std::optional<QJsonObject> result;
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString name = member.key();
        const bool isSecret =
            byName && (isSecretMemberName(name) || (isSecretPair && name == "value"_L1));
        const std::optional<QJsonValue> changed =
            isSecret ? allReplaced(member.value()) : value(member.value(), rules);
        const std::optional<QString> newName = text(name, rules);
        if (!changed && !newName)
            continue;
        if (!result)
            result = object;
        if (newName)
            result->remove(name);
        result->insert(newName.value_or(name), changed ? *changed : QJsonValue(member.value()));
    }
    return result;
}

std::optional<QJsonArray> Redactor::Private::array(const QJsonArray &array, Rules rules) const
{
    // ["Cookie", "a=b"]
    const bool isSecretPair = rules == Rules::ByValueAndName && array.size() == 2
                              && array.at(1).isString()
                              && isSecretHeaderName(array.at(0).toString());
    if (isSecretPair)
        return QJsonArray{array.at(0), secretField(array.at(1).toString())};
    std::optional<QJsonArray> result;
    for (qsizetype i = 0; i < array.size(); ++i) {
        const auto changed = value(array.at(i), rules);
        if (!changed)
            continue;
        if (!result)
            result = array;
        result->replace(i, *changed);
    }
    return result;
}

Redactor::Redactor() : d(std::make_shared<Private>())
{}

QString Redactor::mark()
{
    return theMark;
}

void Redactor::addSecret(const QByteArray &secret)
{
    auto changed = std::make_shared<Private>(*d);
    changed->finder.add(secret);
    d = std::move(changed);
}

void Redactor::addSecretsOfHeader(const QByteArray &name, const QByteArray &value)
{
    if (!isSecretHeader(name))
        return;
    addSecret(value);
    // An endpoint that complains about a key shows it without the scheme in front.
    addSecret(value.sliced(publicPrefix(QString::fromLatin1(value))).trimmed());
    if (name.compare("cookie", Qt::CaseInsensitive) != 0)
        return;
    const QList<QByteArray> cookies = value.split(';');
    for (const QByteArray &cookie : cookies)
        addSecret(cookie.sliced(cookie.indexOf('=') + 1).trimmed());
}

void Redactor::addSecretsOf(const QUrl &url)
{
    addSecret(url.password(QUrl::FullyDecoded).toUtf8());
    const auto items = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : items) {
        if (isSecretParameterName(name))
            addSecret(value.toUtf8());
    }
}

bool Redactor::isSecretHeader(const QByteArray &name)
{
    return isSecretHeaderName(QString::fromLatin1(name));
}

void Redactor::mask(QByteArray &bytes, qsizetype from) const
{
    if (d->finder.isEmpty())
        return;
    TextRanges ranges;
    // Not as UTF-8: one unit a byte. Secrets are known in this form, too.
    d->finder.find(QString::fromLatin1(QByteArrayView(bytes).sliced(from)), ranges);
    for (const TextRange &range : ranges)
        std::fill_n(bytes.begin() + from + range.begin, range.end - range.begin, '*');
}

qsizetype Redactor::longestSecret() const
{
    return d->finder.longest();
}

QString Redactor::header(const QByteArray &name, const QByteArray &value) const
{
    const QString shown = QString::fromLatin1(value);
    return isSecretHeader(name) ? secretField(shown) : text(shown);
}

QString Redactor::url(const QUrl &url) const
{
    QUrl shown = url;
    shown.setUserInfo(QString());
    // Pieced together as text: as a part of a QUrl the mark's brackets would be percent-encoded.
    shown.setQuery(QString());
    shown.setFragment(QString());
    QString result = shown.toString(QUrl::FullyEncoded);
    if (url.hasQuery()) {
        result += u'?';
        result += secretParametersReplaced(url.query(QUrl::FullyEncoded));
    }
    if (url.hasFragment()) {
        result += u'#';
        result += secretParametersReplaced(url.fragment(QUrl::FullyEncoded));
    }
    return text(result);
}

QString Redactor::text(const QString &text, Rules rules) const
{
    return d->text(text, rules).value_or(text);
}

QJsonValue Redactor::json(const QJsonValue &value, Rules rules) const
{
    return d->value(value, rules).value_or(value);
}

QJsonObject Redactor::json(const QJsonObject &object, Rules rules) const
{
    return d->object(object, rules).value_or(object);
}

} // namespace Retryscope
