// SPDX-License-Identifier: MIT
#include "ui/runview.h"

#include "core/run/runner.h"
#include "core/trace/trace.h"
#include "ui/timeline/timelinelegend.h"
#include "ui/timeline/timelineview.h"
#include "ui/timeline/timelinewords.h"
#include "ui/verdictline.h"

#include <QtWidgets/QLabel>
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

QString sentences(const QString &reason, const QString &advice)
{
    return advice.isEmpty() ? reason : QString(reason + QLatin1Char(' ') + advice);
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
    , m_certificate(button(tr("Show certificate"),
                           tr("The chain as it came, with what is wrong marked in it")))
    , m_counters(new QLabel)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_verdict);
    layout->addWidget(m_timeline, 1);
    layout->addWidget(new TimelineLegend);
    hideButtons();
    m_counters->setAccessibleName(tr("Counters"));
    m_counters->setToolTip(tr("What was asked for : how often it was tried : how often the "
                              "request left this machine, copies that Qt sent on its own "
                              "included"));
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
    hideButtons();
    m_tick.start();
    tick();
}

void RunView::tick()
{
    m_verdict->setVerdict(VerdictLine::State::Running, runningWords(m_model, now()));
    count(sendsSeen());
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
    count(summary.wireRequests());
    const bool good = summary.verdict == RunVerdict::Complete;
    m_verdict->setVerdict(good ? VerdictLine::State::Good : VerdictLine::State::Bad,
                          sentences(summary.reason, summary.advice), summary.isSimulated());
    m_timeline->fit();
    m_stop->setEnabled(false);
    m_retry->setEnabled(false);
    showButtons(good);
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
    hideButtons();
    m_counters->clear();
    m_verdict->setVerdict(VerdictLine::State::Idle, tr("The trace is being read."));
}

void RunView::endTrace(const Trace &trace)
{
    const TraceEvent last = trace.events().back();
    const bool isWhole = last.name == TraceEventName::RunFinished;
    const bool isGood = isWhole && last.fields.value("verdict"_L1) == "Complete"_L1;
    showButtons(isGood);
    count(isWhole ? last.fields.value("wire_requests"_L1).toInt() : sendsSeen());
    if (!isWhole)
        return m_verdict->setVerdict(VerdictLine::State::Idle,
                                     tr("No verdict: the trace ends before the run does."));
    m_verdict->setVerdict(isGood ? VerdictLine::State::Good : VerdictLine::State::Bad,
                          sentences(last.fields.value("reason"_L1).toString(),
                                    last.fields.value("advice"_L1).toString()),
                          last.fields.value("simulated"_L1).toBool());
}

//! So far, as the wire shows them.
int RunView::sendsSeen() const
{
    qsizetype sends = 0;
    for (int i = 0; i < m_model.rowCount(); ++i) {
        const TimelineRow &row = m_model.row(i);
        const bool hasLeft = std::ranges::any_of(row.spans, [](const TimelineSpan &span) {
            return span.phase >= TimelinePhase::Waiting;
        });
        sends += row.resends.size() + (hasLeft ? 1 : 0);
    }
    return static_cast<int>(sends);
}

void RunView::count(int sends)
{
    const int rows = m_model.rowCount();
    int attempts = 0;
    for (int i = 0; i < rows; ++i)
        attempts += m_model.row(i).kind == TimelineRow::Kind::Attempt ? 1 : 0;
    const QString words = QStringList{tr("1 request"), tr("%n attempts", nullptr, attempts),
                                      tr("%n on the wire", nullptr, sends)}
                              .join(QStringLiteral(" : "));
    if (m_counters->text() == words)
        return;
    m_counters->setText(words);
    // A label with an accessible name hides its text from screen readers.
    m_counters->setAccessibleDescription(words);
}

int RunView::certificateAttempt() const
{
    for (int i = m_model.rowCount() - 1; i >= 0; --i) {
        const TimelineRow &row = m_model.row(i);
        if (row.failure.value("kind"_L1) == "Certificate"_L1)
            return row.attempt;
    }
    return 0;
}

void RunView::showButtons(bool isGood)
{
    m_copy->setVisible(!isGood);
    m_copy->setEnabled(!isGood);
    const bool isRefused = certificateAttempt() > 0;
    m_certificate->setVisible(isRefused);
    m_certificate->setEnabled(isRefused);
}

void RunView::hideButtons()
{
    for (QPushButton *unneeded : {m_copy, m_certificate}) {
        unneeded->hide();
        unneeded->setEnabled(false);
    }
}

void RunView::showRefusal(const QString &sentence)
{
    m_verdict->setVerdict(VerdictLine::State::Bad, sentence);
}

} // namespace Retryscope
