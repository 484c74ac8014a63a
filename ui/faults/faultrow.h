// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/faultcatalogue.h"

#include <QtWidgets/QWidget>

#include <optional>

QT_BEGIN_NAMESPACE
class QComboBox;
class QGridLayout;
class QToolButton;
QT_END_NAMESPACE

namespace Retryscope {

class FaultKinds;
class FaultParameters;

//! \brief The fault of one attempt: chosen from the catalogue, by its list or by a word of what it
//! does, with fields for its parameters.
class FaultRow final : public QWidget
{
    Q_OBJECT
public:
    //! The kinds are borrowed and must outlive the row.
    FaultRow(int attempt, FaultKinds *kinds, QWidget *parent = nullptr);

    void setFault(const Fault &fault);

    const Fault &fault() const { return m_fault; }

Q_SIGNALS:
    //! By the person, not by setFault().
    void edited();
    void removed();

private:
    void setUpKind();
    void chooseKind();
    void chooseFirstFound();
    void showKind();
    void rebuildParameters();
    void addStatus();
    QWidget *addParameters(const QList<FaultParameter> &parameters, bool isBeside);
    void setParameter(const QString &name, const std::optional<FaultValue> &value);

    int m_attempt;
    Fault m_fault;
    FaultKinds *m_kinds;
    QComboBox *m_kind;
    QGridLayout *m_layout;
    QToolButton *m_more;
    QToolButton *m_remove;
    //! Beside the kind and below it; null where there are none.
    QWidget *m_beside = nullptr;
    QWidget *m_below = nullptr;
};

} // namespace Retryscope
