// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>

namespace Retryscope::Test {

//! Bytes of which no two neighbouring pieces of any size are alike: what is left out, repeated or
//! in another's place is seen.
inline QByteArray pattern(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 state = 1;
    for (char &byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = char(state >> 24);
    }
    return bytes;
}

} // namespace Retryscope::Test
