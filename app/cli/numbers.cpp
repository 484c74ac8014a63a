// SPDX-License-Identifier: MIT
#include "app/cli/numbers.h"

namespace Retryscope {

std::optional<InputError> readMilliseconds(const QString &text, std::chrono::milliseconds &target)
{
    constexpr qint64 week = 7 * 24 * 3600 * qint64(1000);
    return readNumber(text, 0, week, target);
}

std::optional<InputError> readFraction(const QString &text, double least, double most,
                                       double &target)
{
    bool ok = false;
    const double number = text.toDouble(&ok);
    // Written so that NaN is refused too.
    if (!ok || !(number >= least && number <= most)) {
        const QString message = QStringLiteral("\"%1\" is not a number from %2 to %3.");
        return InputError{{}, message.arg(text).arg(least).arg(most), {}};
    }
    target = number;
    return {};
}

} // namespace Retryscope
