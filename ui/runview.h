// SPDX-License-Identifier: MIT
#pragma once

#include "core/timeline/timelinemodel.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <chrono>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
QT_END_NAMESPACE

namespace Retryscope {

class Runner;
class TimelineView;
class Trace;
class VerdictLine;
struct RunSummary;

//! \brief What happened: the verdict and the timeline of a runner's latest run, live.
class RunView final : public QWidget
{
    Q_OBJECT
public:
    //! The runner is borrowed and must outlive the view.
    explicit RunView(Runner *runner, QWidget *parent = nullptr);
    ~RunView() override;

    TimelineView *timeline() const { return m_timeline; }

    VerdictLine *verdict() const { return m_verdict; }

    const TimelineModel &model() const { return m_model; }

    //! For the heading of the pane.
    QPushButton *stopButton() const { return m_stop; }

    QPushButton *retryButton() const { return m_retry; }

    QPushButton *copyButton() const { return m_copy; }

    QPushButton *certificateButton() const { return m_certificate; }

    //! For the status line: "1 request : 3 attempts : 1 on the wire".
    QLabel *counters() const { return m_counters; }

    //! The last attempt that failed because of a certificate; 0: none did.
    int certificateAttempt() const;

    bool isWaiting() const;
    //! A run of long ago, which may still be read from its file. Borrowed until the next run
    //! begins.
    void showTrace(Trace *trace);
    //! There is no more of it: what its verdict is.
    void endTrace(const Trace &trace);
    //! "Nothing was sent: ...".
    void showRefusal(const QString &sentence);

Q_SIGNALS:
    void waitingChanged(bool waiting);

private:
    void connectRunner();
    void begin();
    void end(const RunSummary &summary);
    void tick();
    void showButtons(bool isGood);
    void hideButtons();
    void count(int sends);
    int sendsSeen() const;
    std::chrono::microseconds now() const;

    Runner *m_runner;
    TimelineModel m_model;
    VerdictLine *m_verdict;
    TimelineView *m_timeline;
    QPushButton *m_stop;
    QPushButton *m_retry;
    QPushButton *m_copy;
    QPushButton *m_certificate;
    QLabel *m_counters;
    QTimer m_tick;
    bool m_waiting = false;
};

} // namespace Retryscope
