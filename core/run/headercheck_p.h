// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>

#include <algorithm>

namespace Retryscope {

//! What a header's value may be (RFC 9110, 5.5): no line break, no NUL, no other control character
//! but the tab. Asked before a QNetworkRequest is made: Qt 6.8 leaves a header with such a value
//! out, with no more than a warning, and the request would go without it.
inline bool isHeaderValue(const QByteArray &value)
{
    return std::ranges::none_of(
        value, [](char c) { return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7f'; });
}

} // namespace Retryscope
