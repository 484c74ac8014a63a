// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QComboBox;
class QHBoxLayout;
class QLabel;
class QSpinBox;
class QToolButton;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief The fault of one attempt: a choice from the catalogue and fields for its parameters.
class FaultRow final : public QWidget
{
    Q_OBJECT
public:
    explicit FaultRow(int attempt, QWidget *parent = nullptr);

    void setFault(const Fault &fault);

    const Fault &fault() const { return m_fault; }

Q_SIGNALS:
    //! By the person, not by setFault().
    void edited();
    void removed();

private:
    void fillKinds();
    void chooseKind();
    void rebuildParameters();
    void addParameter(const QString &name);
    void addStatus();
    QSpinBox *addSpinBox(const QString &name, const QString &toolTip);

    int m_attempt;
    Fault m_fault;
    QComboBox *m_kind;
    QWidget *m_parameters = nullptr;
    QHBoxLayout *m_layout;
    QToolButton *m_remove;
};

} // namespace Retryscope
