// SPDX-License-Identifier: MIT
#pragma once

#include "core/trace/trace.h"
#include "core/trace/tracereader.h"

#include <QtCore/QFile>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>
#include <optional>

namespace Retryscope {

//! \brief A saved trace that is being read, slice after slice from the event loop: it can be looked
//! at meanwhile, and a large one does not hold up the window.
class TraceOpening final : public QObject
{
    Q_OBJECT
public:
    //! \a file is open and at its beginning.
    TraceOpening(std::unique_ptr<QFile> file, const TraceLimits &limits, QObject *parent = nullptr);
    ~TraceOpening() override;

    //! Reads the first slice, and then goes on by itself.
    void start();
    //! What was read so far is all there will be; finished() follows at once.
    void stop();

    //! As far as it was read; never null.
    std::shared_ptr<Trace> trace() const { return m_trace; }

    bool isReading() const { return m_timer.isActive(); }

    //! What is wrong with the file behind what was read; empty: nothing.
    QString problem() const { return m_problem; }

    QString path() const { return m_file->fileName(); }

    //! From 0 to 100.
    int percent() const;

Q_SIGNALS:
    void advanced();
    void finished();

private:
    void goOn();

    std::unique_ptr<QFile> m_file;
    TraceReader m_reader;
    std::shared_ptr<Trace> m_trace;
    QTimer m_timer;
    QString m_problem;
};

} // namespace Retryscope
