// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/export.h"
#include "core/run/runsummary.h"
#include "core/run/scenario.h"
#include "core/sandbox/sandbox.h"
#include "core/trace/trace.h"

#include <QtCore/QObject>

#include <memory>

QT_BEGIN_NAMESPACE
class QProcessEnvironment;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief Carries out scenarios, one at a time: the composition root that owns the wire thread with
//! tap and sandbox, the QNetworkAccessManager, the requester and the recorder.
//!
//! \par Errors
//! start() refuses a scenario that validate() finds fault with, or a machine without a loopback
//! port, and sends nothing; everything later is the run's verdict. \par Ownership The trace of the
//! latest run belongs to the runner and lives until the next start(). \par Threads Lives in the
//! caller's thread; the wire thread is its own business.
class RETRYSCOPE_EXPORT Runner final : public QObject
{
    Q_OBJECT
public:
    explicit Runner(QObject *parent = nullptr);
    ~Runner() override;

    //! \a key is the API key, or empty. It is used for this run and never recorded. Errors: empty,
    //! or why nothing was started.
    QList<InputError> start(const Scenario &scenario, const QByteArray &key = {});
    //! Where a scenario that asks for it takes its proxy from; the process's own environment until
    //! this is called.
    void setEnvironment(const QProcessEnvironment &environment);
    //! How the sandbox answers from the next run on; its seed is the scenario's.
    void setSandboxOptions(const SandboxOptions &options);
    //! Whether traces keep the bytes of the body, from the next run on: for whoever shows them. Not
    //! unless asked for, since they may be gigabytes.
    void setKeepsBody(bool keeps);
    //! How much of a run the trace keeps, from the next run on.
    void setTraceLimits(const TraceLimits &limits);
    bool isRunning() const;
    //! The trace of the latest run; never null.
    Trace *trace() const;
    //! The same for whoever still needs it when the next run has begun.
    std::shared_ptr<const Trace> sharedTrace() const;
    //! Stamps of traces count from here: now() - origin() is the time since the run began.
    Clock *clock() const;
    std::chrono::nanoseconds origin() const;
    //! Valid after finished().
    const RunSummary &summary() const;

    //! Ends the run as cancelled, through finished(). Nothing happens without a run.
    void stop();
    //! Ends the wait that is running.
    void retryNow();

Q_SIGNALS:
    //! A new, empty trace is there; the first event follows.
    void started();
    void finished(const Retryscope::RunSummary &summary);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Retryscope
