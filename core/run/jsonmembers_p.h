// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

#include <chrono>
#include <cmath>
#include <optional>

namespace Retryscope {

//! Reads the members of one object, keeps the first error, and knows which members nobody asked
//! for.
class Members
{
public:
    Members(const QJsonObject &object, QString path, std::optional<InputError> &error)
        : m_object(object)
        , m_path(std::move(path))
        , m_error(error)
        , m_left(object.keys())
    {}

    ~Members() = default;
    Q_DISABLE_COPY_MOVE(Members)

    void fail(const QString &name, const QString &message)
    {
        if (!m_error)
            m_error = InputError{pathOf(name), message, {}};
    }

    std::optional<QJsonValue> take(const QString &name)
    {
        m_left.removeOne(name);
        const QJsonValue value = m_object.value(name);
        return value.isUndefined() ? std::nullopt : std::optional(value);
    }

    void read(const QString &name, QString &target)
    {
        const auto value = take(name);
        if (value && !value->isString())
            fail(name, QStringLiteral("Must be a string."));
        else if (value)
            target = value->toString();
    }

    void read(const QString &name, bool &target)
    {
        const auto value = take(name);
        if (value && !value->isBool())
            fail(name, QStringLiteral("Must be true or false."));
        else if (value)
            target = value->toBool();
    }

    void read(const QString &name, double &target)
    {
        const auto value = take(name);
        if (value && !value->isDouble())
            fail(name, QStringLiteral("Must be a number."));
        else if (value)
            target = value->toDouble();
    }

    void read(const QString &name, int &target)
    {
        double number = target;
        read(name, number);
        if (number != std::trunc(number) || std::abs(number) > 1e9)
            fail(name, QStringLiteral("Must be a whole number."));
        else
            target = static_cast<int>(number);
    }

    void read(const QString &name, std::chrono::milliseconds &target)
    {
        double number = static_cast<double>(target.count());
        read(name, number);
        if (number != std::trunc(number) || std::abs(number) > 1e15)
            fail(name, QStringLiteral("Must be a whole number of milliseconds."));
        else
            target = std::chrono::milliseconds(static_cast<qint64>(number));
    }

    //! A nested object, read by \a reader; missing is fine.
    template <typename Reader>
    void object(const QString &name, Reader reader)
    {
        const auto value = take(name);
        if (!value)
            return;
        if (!value->isObject())
            return fail(name, QStringLiteral("Must be an object."));
        const QJsonObject inner = value->toObject();
        Members members(inner, pathOf(name), m_error);
        reader(members);
        members.refuseTheRest();
    }

    void refuseTheRest()
    {
        if (!m_left.isEmpty())
            fail(m_left.first(), QStringLiteral("There is no such member."));
    }

    QString pathOf(const QString &name) const
    {
        return m_path.isEmpty() ? name : m_path + u'.' + name;
    }

private:
    const QJsonObject &m_object;
    QString m_path;
    std::optional<InputError> &m_error;
    QStringList m_left;
};

} // namespace Retryscope
