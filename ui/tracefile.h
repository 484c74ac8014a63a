// SPDX-License-Identifier: MIT
#pragma once

#include "ui/filewriter.h"

#include <QtCore/QCoreApplication>

#include <memory>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace Retryscope {

class Trace;

//! \brief What the window reads from files of traces and writes to them.
class TraceFile
{
    Q_DECLARE_TR_FUNCTIONS(Retryscope::TraceFile)
public:
    //! Whether \a device, open and at its beginning, holds a trace rather than a scenario: by its
    //! first line. The device stays where it is.
    static bool isTrace(QIODevice &device);

    //! The lines of the events that \a trace has now.
    static FileWriter::Source lines(std::shared_ptr<const Trace> trace);
    //! The bytes of the body that \a trace keeps now.
    static FileWriter::Source body(std::shared_ptr<const Trace> trace);
};

} // namespace Retryscope
