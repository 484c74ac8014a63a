// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <algorithm>

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

//! In two at every offset, in far fewer turns than there are offsets: each turn cuts every one of
//! the parts that begin at \a begins once, all of them as far from their beginning as the turn's
//! number. What a decoder carries over a cut ends with the part, so that one cut a part is as hard
//! as one cut a body.
inline QList<QList<QByteArray>> cutsInEveryPart(const QByteArray &body,
                                                const QList<qsizetype> &begins)
{
    QList<QList<QByteArray>> turns;
    for (qsizetype turn = 0, longest = 1; turn < longest; ++turn) {
        QList<QByteArray> pieces;
        qsizetype done = 0;
        for (qsizetype i = 0; i < begins.size(); ++i) {
            const qsizetype end = i + 1 < begins.size() ? begins.at(i + 1) : body.size();
            longest = std::max(longest, end - begins.at(i));
            const qsizetype at = begins.at(i) + turn;
            if (at >= end)
                continue;
            pieces.append(body.mid(done, at - done));
            done = at;
        }
        pieces.append(body.sliced(done));
        turns.append(pieces);
    }
    return turns;
}

} // namespace Retryscope::TestSupport
