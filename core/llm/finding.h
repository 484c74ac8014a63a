// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QObject>
#include <QtCore/QString>

namespace Retryscope {

//! \brief Something odd about a stream. It never changes the answer, and says nothing about whether
//! the answer is whole: that is the verdict's.
struct RETRYSCOPE_EXPORT Finding
{
    Q_GADGET
public:
    enum class Kind {
        NoTerminalEvent,   //!< the stream ended without it
        UnterminatedEvent, //!< the end cut the last event, or only its blank line
        BadJson,
        BadFraming, //!< bytes that cannot be cut into events: a wrong checksum, a wrong length
        TooLarge,   //!< an event beyond the limit
        InvalidUtf8,
        LoneSurrogate, //!< half of a character; it became U+FFFD
        BadIndex,      //!< an index of a part or tool call that is missing or there twice
        BadToolArguments,
        WrongContentType,
        OnlyKeepAlives,
        NoUsage,
        StrayText, //!< lines that are no part of the framing
        Omitted,   //!< there are more findings than are listed
    };
    Q_ENUM(Kind)

    Kind kind = Kind::BadJson;
    //! In the body, in bytes.
    qint64 offset = 0;
    //! A sentence.
    QString text;

    friend bool operator==(const Finding &, const Finding &) = default;
};

using FindingKind = Finding::Kind;

} // namespace Retryscope
