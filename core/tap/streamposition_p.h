// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"

#include <QtCore/QByteArray>

namespace Retryscope {

//! \brief Finds the place in a body that a fault's "after" means: so many bytes, or so many events.
//!
//! Events are what blank lines (server-sent events) or line ends (NDJSON) part; in any other body
//! every piece that arrives counts as one.
class StreamPosition
{
public:
    enum class Unit { Bytes, Pieces, Lines, BlankLines };

    StreamPosition() = default;

    StreamPosition(Unit unit, qint64 after) : m_unit(unit), m_left(after) {}

    static Unit unitFor(const QByteArray &contentType);

    //! How much of these bytes lies before the place.
    qsizetype advance(const QByteArray &bytes);

    bool isReached() const { return m_left <= 0; }

private:
    bool endsEvent(char c);

    Unit m_unit = Unit::Bytes;
    qint64 m_left = 0;
    bool m_isLineEmpty = true;
    bool m_hasContent = false;
};

} // namespace Retryscope
