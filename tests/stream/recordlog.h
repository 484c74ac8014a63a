// SPDX-License-Identifier: MIT
#pragma once

#include "core/stream/streamrecord.h"
#include "tests/stream/sselog.h"

namespace Retryscope::TestSupport {

//! Everything that a decoder of records says about the pieces of a body, as a log.
template <typename Decoder>
QStringList recordLog(Decoder &decoder, const QList<QByteArray> &pieces)
{
    QStringList log;
    for (const QByteArray &piece : pieces) {
        // A copy of its own, freed at once: a view that outlives its piece is found by ASan.
        const QByteArray own(piece.constData(), piece.size());
        decoder.feed(own, [&](const StreamRecord &record) {
            const QString type =
                record.type.isEmpty() ? QString() : QString(readable(record.type) + u' ');
            log += QStringLiteral("%1<%2> @%3+%4 data@%5")
                       .arg(type, readable(record.data))
                       .arg(record.offset)
                       .arg(record.size)
                       .arg(decoder.bodyOffset(0));
        });
    }
    const StreamPending pending = decoder.finish();
    if (decoder.damage())
        log += QStringLiteral("damage @%1 limit=%2 %3")
                   .arg(decoder.damage()->offset)
                   .arg(decoder.damage()->limit)
                   .arg(decoder.damage()->reason);
    if (pending.size > 0)
        log +=
            QStringLiteral("pending @%1+%2%3")
                .arg(pending.offset)
                .arg(pending.size)
                .arg(pending.hasData ? QString(u" <" + readable(pending.data) + u'>') : QString());
    return log;
}

} // namespace Retryscope::TestSupport
