// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QDebug>
#include <QtCore/QMetaEnum>
#include <QtTest/QTest>

#include <chrono>
#include <optional>
#include <type_traits>

//! \file
//! \brief What QCOMPARE prints for our values and for chrono and optional ones. Include it before
//! the first comparison.

namespace Retryscope::Test {

//! The key of a Q_ENUM, without its scope.
template <typename Enum>
QString keyOf(Enum value)
{
    const auto meta = QMetaEnum::fromType<Enum>();
    const char *key = meta.valueToKey(static_cast<int>(value));
    return key ? QString::fromLatin1(key) : QString::number(static_cast<int>(value));
}

} // namespace Retryscope::Test

// Newer ones have it, for the same argument.
#if QT_VERSION < QT_VERSION_CHECK(6, 7, 0)
namespace std::chrono {

// Found by argument-dependent look-up, as Qt Test looks for it.
template <typename Rep, typename Period>
char *toString(const duration<Rep, Period> &value)
{
    const auto count = duration_cast<duration<double, micro>>(value).count();
    return QTest::toString(QString::number(count, 'f', 3) + QStringLiteral(" us"));
}

} // namespace std::chrono
#endif

namespace std {

template <typename T>
char *toString(const optional<T> &value)
{
    if (!value)
        return qstrdup("none");
    if constexpr (QTypeTraits::has_ostream_operator_v<QDebug, T>)
        return QTest::toString(QDebug::toString(*value));
    else
        return QTest::toString(*value);
}

} // namespace std
