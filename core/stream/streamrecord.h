// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace Retryscope {

//! \brief One event of any framing. Its views are valid during the call that shows it.
struct RETRYSCOPE_EXPORT StreamRecord
{
    //! SSE: the event's type. AWS event stream: the event type; "exception:NAME" or "error:CODE"
    //! where the message is no event. Empty where the framing has no types.
    QByteArrayView type;
    QByteArrayView data;
    //! Where it begins in the body, and its size with its delimiter, in bytes.
    qint64 offset = 0;
    qint64 size = 0;
    //! Only SSE has these: see SseEvent.
    QByteArrayView lastEventId = {};
    std::optional<std::chrono::milliseconds> retry = {};
};

//! \brief What the end of the body cut.
struct RETRYSCOPE_EXPORT StreamPending
{
    qint64 offset = 0;
    //! 0 where nothing was pending.
    qint64 size = 0;
    //! Its first bytes, at most 4,096. A view into the decoder.
    QByteArrayView raw;
    //! There is data, the cut part included; then type and data are what an event would have had.
    bool hasData = false;
    QByteArrayView type;
    QByteArrayView data;
};

//! \brief Why a decoder gave up, and at which byte of the body.
struct RETRYSCOPE_EXPORT StreamDamage
{
    qint64 offset = 0;
    //! The limit that was crossed, in bytes; 0 where it is something else.
    qint64 limit = 0;
    //! What is wrong where no limit was crossed: a clause without capital and full stop.
    QString reason;
};

} // namespace Retryscope
