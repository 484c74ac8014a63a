// SPDX-License-Identifier: MIT
#pragma once

#include "core/stream/ssedecoder.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QStringList>

namespace Retryscope::TestSupport {

//! Bytes as something that can be read in a failure: UTF-8, control characters escaped.
inline QString readable(QByteArrayView bytes)
{
    QString text;
    const QString decoded = QString::fromUtf8(bytes);
    for (const QChar character : decoded) {
        if (character == u'\n')
            text += QStringLiteral("\\n");
        else if (character == u'\r')
            text += QStringLiteral("\\r");
        else if (character.unicode() < 0x20)
            text += QStringLiteral("\\x%1").arg(character.unicode(), 2, 16, QLatin1Char('0'));
        else
            text += character;
    }
    return text;
}

//! Everything a decoder says about the pieces of a body, as a log.
inline QStringList sseLog(SseDecoder &decoder, const QList<QByteArray> &pieces)
{
    QStringList log;
    for (const QByteArray &piece : pieces) {
        // A copy of its own, freed at once: a view that outlives its piece is found by ASan.
        const QByteArray own(piece.constData(), piece.size());
        decoder.feed(
            own,
            [&log](const SseEvent &event) {
                QString line =
                    QStringLiteral("%1 <%2>").arg(readable(event.type), readable(event.data));
                if (!event.lastEventId.isEmpty())
                    line += QStringLiteral(" id=%1").arg(readable(event.lastEventId));
                if (event.retry)
                    line += QStringLiteral(" retry=%1").arg(event.retry->count());
                log += line + QStringLiteral(" @%1+%2").arg(event.offset).arg(event.size);
            },
            [&log](QByteArrayView text, qint64 offset) {
                log += QStringLiteral("comment <%1> @%2").arg(readable(text)).arg(offset);
            });
    }
    const StreamPending pending = decoder.finish();
    if (decoder.damage())
        log += QStringLiteral("damage @%1").arg(decoder.damage()->offset);
    if (pending.size > 0) {
        log += QStringLiteral("pending <%1> @%2+%3")
                   .arg(readable(pending.raw))
                   .arg(pending.offset)
                   .arg(pending.size);
    }
    if (pending.hasData)
        log += QStringLiteral("pending event %1 <%2>")
                   .arg(readable(pending.type), readable(pending.data));
    return log;
}

} // namespace Retryscope::TestSupport
