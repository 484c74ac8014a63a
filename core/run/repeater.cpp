// SPDX-License-Identifier: MIT
#include "core/run/repeater.h"

#include "core/run/runner.h"

#include <QtCore/QPointer>

namespace Retryscope {

using namespace Qt::StringLiterals;

Repeater::Repeater(Runner *runner, QObject *parent) : QObject(parent), m_runner(runner)
{
    connect(runner, &Runner::finished, this, &Repeater::takeResult);
}

Repeater::~Repeater() = default;

quint64 Repeater::seedOf(const Scenario &scenario, int number)
{
    // Not hashed: people read seeds and type them again. The generators that they go into mix them.
    return scenario.seed + static_cast<quint64>(number - 1);
}

Scenario Repeater::scenarioOf(int number) const
{
    Scenario scenario = m_scenario;
    scenario.seed = seedOf(m_scenario, number);
    return scenario;
}

QList<InputError> Repeater::start(const Scenario &scenario, const QByteArray &key, int count)
{
    if (m_state != State::Idle)
        return {{{}, u"Runs are under way: stop them first."_s, {}}};
    if (count < 1 || count > most)
        return {{u"runs"_s, u"The number of runs must be from 1 to %1."_s.arg(most), {}}};
    // The first run is started before anything is forgotten: a refusal must not cost the last
    // table.
    if (const auto errors = m_runner->start(scenario, key); !errors.isEmpty())
        return errors;
    m_scenario = scenario;
    m_key = key;
    m_total = count;
    m_runs.clear();
    m_runs.reserve(count);
    setState(State::Running);
    return {};
}

void Repeater::pause()
{
    if (m_state == State::Running)
        setState(m_runner->isRunning() ? State::Pausing : State::Paused);
}

void Repeater::resume()
{
    if (m_state == State::Pausing)
        setState(State::Running);
    else if (m_state == State::Paused) {
        setState(State::Running);
        queueNext();
    }
}

void Repeater::stop()
{
    if (m_state == State::Idle || m_state == State::Stopping)
        return;
    if (!m_runner->isRunning())
        return end();
    setState(State::Stopping);
    m_runner->stop();
}

void Repeater::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

void Repeater::queueNext()
{
    // Through the event loop: ten thousand runs must neither pile up on the stack nor keep the
    // window from its events, and what the last run left to deleteLater() goes in between.
    QMetaObject::invokeMethod(this, &Repeater::runNext, Qt::QueuedConnection);
}

void Repeater::runNext()
{
    // Pause and resume within one turn of the event loop leave two of these calls.
    if (m_state != State::Running || m_runner->isRunning())
        return;
    const int number = static_cast<int>(m_runs.size()) + 1;
    if (const auto errors = m_runner->start(scenarioOf(number), m_key); !errors.isEmpty())
        end(errors);
}

void Repeater::takeResult(const RunSummary &summary)
{
    if (m_state == State::Idle)
        return;
    const bool cut = m_state == State::Stopping && summary.verdict == RunVerdict::Cancelled;
    const QPointer<Repeater> self(this);
    if (!cut) {
        const int number = static_cast<int>(m_runs.size()) + 1;
        m_runs.append(RepeatedRun::of(number, seedOf(m_scenario, number), summary));
        const RepeatedRun run = m_runs.last();
        // A receiver may stop, pause or destroy it.
        Q_EMIT runAdded(run);
        if (!self || m_state == State::Idle)
            return;
    }
    if (m_state == State::Stopping || m_runs.size() >= m_total)
        end();
    else if (m_state == State::Pausing)
        setState(State::Paused);
    else if (m_state == State::Running)
        queueNext();
}

void Repeater::end(const QList<InputError> &errors)
{
    m_key.clear();
    const QPointer<Repeater> self(this);
    setState(State::Idle);
    if (self)
        Q_EMIT ended(errors);
}

} // namespace Retryscope
