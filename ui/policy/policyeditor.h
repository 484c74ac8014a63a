// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/retrypolicy.h"

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QSpinBox;
QT_END_NAMESPACE

namespace Retryscope {

class FieldNote;
class WaitPreview;

//! \brief How often, and how long between: the four numbers of a retry policy, and what they lead
//! to. The rest of the policy it was given stays as it is.
class PolicyEditor final : public QWidget
{
    Q_OBJECT
public:
    explicit PolicyEditor(QWidget *parent = nullptr);

    RetryPolicy policy() const;
    void setPolicy(const RetryPolicy &policy);
    void setProblem(const QString &message);

    WaitPreview *preview() const { return m_preview; }

Q_SIGNALS:
    void edited();

private:
    void buildLayout();
    void store();
    void refresh();

    RetryPolicy m_policy;
    QSpinBox *m_retries;
    QSpinBox *m_first;
    QSpinBox *m_longest;
    QSpinBox *m_jitter;
    FieldNote *m_note;
    WaitPreview *m_preview;
    bool m_refreshing = false;
};

} // namespace Retryscope
