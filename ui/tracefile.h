// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QCoreApplication>
#include <QtCore/QString>

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

    //! Of a trace without its run's end that is said beside it, in \a remark. Null where it was not
    //! opened: then \a remark says why.
    static std::unique_ptr<Trace> load(QIODevice &device, QString &remark);
};

} // namespace Retryscope
