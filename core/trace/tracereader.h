// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"
#include "core/trace/traceevent.h"

#include <QtCore/QByteArray>

#include <optional>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief Reads a saved trace event by event: for whoever cannot wait until a large one is read.
//!
//! An unknown event name or field is skipped.
class RETRYSCOPE_EXPORT TraceReader final
{
public:
    //! \a device, open and at its beginning, is borrowed.
    explicit TraceReader(QIODevice *device);

    //! The next event; none: that was the last. An error names the damaged line, and is the last,
    //! too.
    Result<std::optional<TraceEvent>> next();

private:
    Result<QByteArray> readLine();

    QIODevice *m_device;
    QByteArray m_buffer;
    qsizetype m_number = 0; // of the line read last, from 1
    bool m_hasBegun = false;
};

} // namespace Retryscope
