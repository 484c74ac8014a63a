// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace Retryscope {

//! \file
//! \brief Numbers on the command line: an error says what was typed and what would do.

//! A whole number within the bounds, set into \a target.
template <typename Number>
std::optional<InputError> readNumber(const QString &text, qint64 least, qint64 most, Number &target)
{
    bool ok = false;
    const qint64 number = text.toLongLong(&ok);
    if (!ok || number < least || number > most) {
        const QString message = QStringLiteral("\"%1\" is not a whole number from %2 to %3.");
        return InputError{{}, message.arg(text).arg(least).arg(most), {}};
    }
    target = Number(number);
    return {};
}

//! Milliseconds, up to a week.
std::optional<InputError> readMilliseconds(const QString &text, std::chrono::milliseconds &target);

//! A number with a fraction within the bounds.
std::optional<InputError> readFraction(const QString &text, double least, double most,
                                       double &target);

} // namespace Retryscope
