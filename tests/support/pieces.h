// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>

//! \file
//! \brief Cuts a body into pieces, as a network would, for decoders that must not notice.

namespace Retryscope::TestSupport {

//! Pieces of \a size bytes; the last may be shorter.
inline QList<QByteArray> piecesOf(const QByteArray &body, qsizetype size)
{
    QList<QByteArray> pieces;
    for (qsizetype at = 0; at < body.size(); at += size)
        pieces.append(body.mid(at, size));
    return pieces;
}

//! Every way that a test tries: whole, byte by byte, in twos, threes and sevens, with empty pieces
//! in between, and in two at every offset (every \a step-th of a long body).
inline QList<QList<QByteArray>> allCuts(const QByteArray &body, qsizetype step = 1)
{
    QList<QList<QByteArray>> cuts{{body}, {QByteArray(), body, QByteArray()}};
    for (const qsizetype size : {1, 2, 3, 7})
        cuts.append(piecesOf(body, size));
    for (qsizetype at = 1; at < body.size(); at += step)
        cuts.append({body.first(at), QByteArray(), body.sliced(at)});
    return cuts;
}

} // namespace Retryscope::TestSupport
