// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fault/faultplan.h"

#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QToolButton;
class QVBoxLayout;
QT_END_NAMESPACE

namespace Retryscope {

class FaultKinds;
class FaultRow;
class FieldNote;

//! \brief What is broken on purpose: a plan as text, by name, or attempt by attempt; all three show
//! the same. With it the seed, which also draws the waits.
class FaultPlanEditor final : public QWidget
{
    Q_OBJECT
public:
    explicit FaultPlanEditor(QWidget *parent = nullptr);

    //! The plan as typed; the error points into the text.
    Result<FaultPlan> plan() const;
    //! What a run gets: nothing while disarmed.
    Result<FaultPlan> armedPlan() const;
    void setPlan(const FaultPlan &plan);

    QString seedText() const;
    Result<quint64> seed() const;
    void setSeed(quint64 seed);

    //! With which each fault strikes, from 0 to 1.
    double chance() const;
    void setChance(double chance);

    //! The tap may end TLS itself, to place faults within it.
    bool terminatesTls() const;
    void setTerminatesTls(bool on);
    bool isArmed() const;
    void setArmed(bool armed);
    //! What the plan is to be used against, and how many retries there are.
    void setSurroundings(bool endpointSpeaksTls, bool endpointIsSandbox, int retries);
    void setProblem(const QString &message);

    QJsonObject state() const;
    void restore(const QJsonObject &state);

    //! For the heading of the pane.
    QPushButton *armButton() const { return m_arm; }

    QWidget *entry() const;

Q_SIGNALS:
    void edited();

private:
    void buildLayout();
    void connectFields();
    void setPlanText(const QString &text);
    void refresh();
    void refreshRows(const FaultPlan &plan);
    void refreshArmButton(const Result<FaultPlan> &plan);
    FaultRow *makeRow(int attempt);
    void storeRows();
    void addAttempt();
    void removeAttempt(int attempt);
    void choosePreset(int index);
    void roll();

    FaultKinds *m_kinds;
    QComboBox *m_preset;
    QLineEdit *m_plan;
    FieldNote *m_planNote;
    QVBoxLayout *m_rowLayout;
    QLabel *m_more;
    QList<FaultRow *> m_rows;
    QToolButton *m_add;
    QSpinBox *m_chance;
    QToolButton *m_dice;
    QLineEdit *m_seed;
    FieldNote *m_seedNote;
    QCheckBox *m_terminate;
    QPushButton *m_arm;
    double m_givenChance = 1.0;
    bool m_tls = false;
    bool m_sandbox = true;
    int m_retries = 2;
};

} // namespace Retryscope
