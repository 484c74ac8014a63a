// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArrayView>

#include <chrono>
#include <optional>

namespace Retryscope {

//! \brief One dispatched server-sent event. Its views are valid during the call that shows it.
struct RETRYSCOPE_EXPORT SseEvent
{
    //! "message" where the event names no type.
    QByteArrayView type;
    //! The data lines joined with LF. Bytes as they came: decoding them is the reader's business.
    QByteArrayView data;
    //! The last event id at this event; it stays until another one comes.
    QByteArrayView lastEventId;
    //! The last valid retry value of this event's own lines.
    std::optional<std::chrono::milliseconds> retry;
    //! Where its first line that is no comment begins in the body, in bytes.
    qint64 offset = 0;
    //! Bytes up to and including the line end of its blank line. Of a CR LF there only the CR
    //! counts, so that a split between the two changes nothing.
    qint64 size = 0;
};

} // namespace Retryscope
