// SPDX-License-Identifier: MIT
#include "ui/composer/jsonmember.h"

namespace Retryscope {

namespace {

struct Step
{
    QString first;
    //! Empty at the end of the path.
    QString rest;
};

Step step(const QString &path)
{
    return {path.section(u'.', 0, 0), path.section(u'.', 1)};
}

} // namespace

QJsonValue memberAt(const QJsonObject &object, const QString &path)
{
    const auto [first, rest] = step(path);
    const QJsonValue value = object.value(first);
    return rest.isEmpty() ? value : memberAt(value.toObject(), rest);
}

void setMemberAt(QJsonObject &object, const QString &path, const QJsonValue &value)
{
    if (!hasRoomAt(object, path))
        return;
    const auto [first, rest] = step(path);
    if (rest.isEmpty()) {
        object.insert(first, value); // undefined takes it out
        return;
    }
    QJsonObject inner = object.value(first).toObject();
    setMemberAt(inner, rest, value);
    object.insert(first, inner.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(inner));
}

bool hasRoomAt(const QJsonObject &object, const QString &path)
{
    const auto [first, rest] = step(path);
    if (rest.isEmpty())
        return true;
    const QJsonValue value = object.value(first);
    return value.isUndefined() || (value.isObject() && hasRoomAt(value.toObject(), rest));
}

} // namespace Retryscope
