// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QtCore/QCoreApplication>

#include <memory>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace Retryscope {

class Trace;

//! \brief A trace that was saved, as the window opens it.
class TraceFile
{
    Q_DECLARE_TR_FUNCTIONS(Retryscope::TraceFile)
public:
    //! Whether \a device, open and at its beginning, holds a trace rather than a scenario: by its
    //! first line. The device stays where it is.
    static bool isTrace(QIODevice &device);

    //! The trace in \a device, which may lack its run's end, or why it was not opened. Never null.
    static Result<std::unique_ptr<Trace>> load(QIODevice &device);
};

} // namespace Retryscope
