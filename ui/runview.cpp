// SPDX-License-Identifier: MIT
#include "ui/runview.h"

#include "core/run/runner.h"
#include "core/trace/trace.h"
#include "ui/timeline/timelinelegend.h"
#include "ui/timeline/timelineview.h"
#include "ui/timeline/timelinewords.h"
#include "ui/verdictline.h"

#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QPushButton *button(const QString &text, const QString &toolTip)
{
    auto *b = new QPushButton(text);
    b->setAccessibleName(text);
    b->setToolTip(toolTip);
    b->setAutoDefault(false);
    b->setEnabled(false);
    return b;
}

QString sentences(const RunSummary &summary)
{
    if (summary.advice.isEmpty())
        return summary.reason;
    return QString(summary.reason + QLatin1Char(' ') + summary.advice);
}

} // namespace

RunView::RunView(Runner *runner, QWidget *parent)
    : QWidget(parent)
    , m_runner(runner)
    , m_verdict(new VerdictLine)
    , m_timeline(new TimelineView(&m_model))
    , m_stop(button(tr("Stop"), tr("Stop the run (Esc)")))
    , m_retry(button(tr("Retry now"), tr("End the wait now (Ctrl+Shift+Return)")))
    , m_copy(button(tr("Copy Qt error"), tr("Copy what your own program would see")))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_verdict);
    layout->addWidget(m_timeline, 1);
    layout->addWidget(new TimelineLegend);
    m_copy->hide();
    m_verdict->setVerdict(VerdictLine::State::Idle,
                          tr("Nothing has been sent. Press Ctrl+Return to send."));
    m_tick.setInterval(33);
    connectRunner();
}

RunView::~RunView() = default;

void RunView::connectRunner()
{
    connect(m_runner, &Runner::started, this, &RunView::begin);
    connect(m_runner, &Runner::finished, this, &RunView::end);
    connect(&m_tick, &QTimer::timeout, this, &RunView::tick);
    connect(m_stop, &QPushButton::clicked, m_runner, &Runner::stop);
    connect(m_retry, &QPushButton::clicked, m_runner, &Runner::retryNow);
}

std::chrono::microseconds RunView::now() const
{
    return std::chrono::duration_cast<std::chrono::microseconds>(m_runner->clock()->now()
                                                                 - m_runner->origin());
}

void RunView::begin()
{
    m_model.setTrace(m_runner->trace());
    m_timeline->setNow([this] { return now(); });
    m_timeline->fit();
    m_stop->setEnabled(true);
    m_copy->hide();
    m_tick.start();
    tick();
}

void RunView::tick()
{
    m_verdict->setVerdict(VerdictLine::State::Running, runningWords(m_model, now()));
    const bool waiting = isWaiting();
    if (waiting == m_waiting)
        return;
    m_waiting = waiting;
    m_retry->setEnabled(waiting);
    Q_EMIT waitingChanged(waiting);
}

bool RunView::isWaiting() const
{
    if (!m_runner->isRunning() || m_model.rowCount() == 0)
        return false;
    const TimelineRow &last = m_model.row(m_model.rowCount() - 1);
    return last.kind == TimelineRow::Kind::Wait && !last.end;
}

void RunView::end(const RunSummary &summary)
{
    m_tick.stop();
    const bool good = summary.verdict == RunVerdict::Complete;
    m_verdict->setVerdict(good ? VerdictLine::State::Good : VerdictLine::State::Bad,
                          sentences(summary), summary.isSimulated());
    m_timeline->fit();
    m_stop->setEnabled(false);
    m_retry->setEnabled(false);
    m_copy->setVisible(!good);
    m_copy->setEnabled(!good);
    if (m_waiting)
        Q_EMIT waitingChanged(false);
    m_waiting = false;
}

void RunView::showTrace(Trace *trace)
{
    m_model.setTrace(trace);
    // A bar without an end lasts until the last thing that is known.
    m_timeline->setNow([this] { return m_model.duration(); });
    m_timeline->fit();
    m_copy->hide();
    m_copy->setEnabled(false);
    m_verdict->setVerdict(VerdictLine::State::Idle, tr("The trace is being read."));
}

void RunView::endTrace(const Trace &trace)
{
    const TraceEvent last = trace.events().back();
    const bool isWhole = last.name == TraceEventName::RunFinished;
    const bool isGood = isWhole && last.fields.value("verdict"_L1) == "Complete"_L1;
    m_copy->setEnabled(true);
    m_copy->setVisible(!isGood);
    if (!isWhole)
        return m_verdict->setVerdict(VerdictLine::State::Idle,
                                     tr("No verdict: the trace ends before the run does."));
    m_verdict->setVerdict(isGood ? VerdictLine::State::Good : VerdictLine::State::Bad,
                          last.fields.value("reason"_L1).toString(),
                          last.fields.value("simulated"_L1).toBool());
}

void RunView::showRefusal(const QString &sentence)
{
    m_verdict->setVerdict(VerdictLine::State::Bad, sentence);
}

} // namespace Retryscope
