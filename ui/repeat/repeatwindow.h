// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/repeater.h"
#include "core/run/runner.h"
#include "ui/repeat/repeatmodel.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QCheckBox;
class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTableView;
QT_END_NAMESPACE

namespace Retryscope {

class DistributionView;

//! \brief One request run many times, in a window of its own: how many, progress, a table, a plot,
//! and what they say together. Has a runner of its own, so that the main window stays free for
//! looking at one of the runs. Closing it stops the runs.
class RepeatWindow final : public QWidget
{
    Q_OBJECT
public:
    explicit RepeatWindow(QWidget *parent = nullptr);
    ~RepeatWindow() override;

    //! Begins; the errors are shown here, too.
    QList<InputError> start(const Scenario &scenario, const QByteArray &key);
    //! A sentence under the buttons; empty: none.
    void showProblem(const QString &sentence);

    int count() const;
    void setCount(int count);

    //! What the run with that number was, and with which key: never to be sent anywhere else.
    Scenario scenarioOf(int number) const { return m_repeater.scenarioOf(number); }

    QByteArray key() const { return m_key; }

    Repeater *repeater() { return &m_repeater; }

    Runner *runner() { return &m_runner; }

    QString statistics() const;

Q_SIGNALS:
    //! The person wants runs: answer with start().
    void startAsked();
    //! One of the runs is to be had again, to be looked at.
    void againAsked(int number);
    void countChanged();

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void buildLayout();
    void connectParts();
    void connectKeys();
    void addRun(const RepeatedRun &run);
    void showState();
    void showStatistics();
    void askAgain();

    Runner m_runner;
    Repeater m_repeater;
    RepeatModel m_model;
    RepeatOrder m_order;
    QByteArray m_key;
    QTimer m_refresh;
    QSpinBox *m_count;
    QPushButton *m_start;
    QPushButton *m_pause;
    QPushButton *m_stop;
    QProgressBar *m_progress;
    QLabel *m_problem;
    QLabel *m_statistics;
    DistributionView *m_plot;
    QComboBox *m_orderField;
    QCheckBox *m_failures;
    QPushButton *m_copy;
    QPushButton *m_again;
    QTableView *m_table;
};

} // namespace Retryscope
