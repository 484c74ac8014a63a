// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/run/repeatedrun.h"
#include "core/run/scenario.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QObject>

namespace Retryscope {

class Runner;

//! \brief Carries out one scenario many times, one run after the other, each with a seed of its own
//! that follows from the scenario's. Keeps a row of each run, nothing else: memory does not grow
//! with what the endpoint answers.
//!
//! \par Signals
//! After a start() without errors: runAdded() for each run that came to its own end, then ended(),
//! once. stateChanged() comes with each change, before ended().
//! \par Ownership
//! The runner is borrowed, must outlive the repeater, and belongs to it alone between start() and
//! ended().
//! \par Threads
//! That of the runner.
class RETRYSCOPE_EXPORT Repeater final : public QObject
{
    Q_OBJECT
public:
    //! \brief What it is about.
    enum class State {
        Idle,     //!< nothing is under way
        Running,  //!< one run after the other
        Pausing,  //!< the run that is under way goes to its end, then it is Paused
        Paused,   //!< nothing is sent until resume()
        Stopping, //!< the run that is under way is being ended
    };
    Q_ENUM(State)

    //! As many runs as one start() may ask for.
    static constexpr int most = 10'000;

    explicit Repeater(Runner *runner, QObject *parent = nullptr);
    ~Repeater() override;

    //! Of the run with that number, from 1: the first has the scenario's own seed, each further one
    //! the next.
    static quint64 seedOf(const Scenario &scenario, int number);

    //! Errors: empty, or why nothing was sent; then the rows of the last time are still there.
    //! \a key as with Runner::start().
    QList<InputError> start(const Scenario &scenario, const QByteArray &key, int count);
    //! The run that is under way is not disturbed.
    void pause();
    void resume();
    //! The run that is under way is ended and leaves no row: how it ended says nothing about the
    //! endpoint.
    void stop();

    State state() const { return m_state; }

    //! How many runs were asked for.
    int total() const { return m_total; }

    const QList<RepeatedRun> &runs() const { return m_runs; }

    //! What is repeated, with the seed of the run with that number.
    Scenario scenarioOf(int number) const;

Q_SIGNALS:
    void runAdded(const Retryscope::RepeatedRun &run);
    void stateChanged(Retryscope::Repeater::State state);
    //! All runs are done, or it was stopped; or the next run could not be started, and why.
    void ended(const QList<Retryscope::InputError> &errors);

private:
    void setState(State state);
    void runNext();
    void queueNext();
    void takeResult(const RunSummary &summary);
    void end(const QList<InputError> &errors = {});

    Runner *m_runner;
    Scenario m_scenario;
    QByteArray m_key;
    QList<RepeatedRun> m_runs;
    int m_total = 0;
    State m_state = State::Idle;
};

} // namespace Retryscope
