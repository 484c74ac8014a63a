// SPDX-License-Identifier: MIT
#include "ui/policy/policyeditor.h"

#include "ui/fieldnote.h"
#include "ui/policy/waitpreview.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>

#include <algorithm>
#include <cmath>
#include <limits>

namespace Retryscope {

namespace {

QSpinBox *spinBox(const QString &name, int maximum, const QString &suffix)
{
    auto *box = new QSpinBox;
    box->setAccessibleName(name);
    box->setRange(0, maximum);
    box->setSuffix(suffix);
    box->setStepType(maximum > 1000 ? QAbstractSpinBox::AdaptiveDecimalStepType
                                    : QAbstractSpinBox::DefaultStepType);
    return box;
}

int toInt(std::chrono::milliseconds ms)
{
    return static_cast<int>(std::clamp<qint64>(ms.count(), 0, std::numeric_limits<int>::max()));
}

int percent(double share)
{
    return static_cast<int>(std::lround(share * 100.0));
}

} // namespace

PolicyEditor::PolicyEditor(QWidget *parent)
    : QWidget(parent)
    , m_retries(spinBox(tr("Retries"), 255, {}))
    , m_first(spinBox(tr("First wait"), 3'600'000, tr(" ms")))
    , m_longest(spinBox(tr("Longest wait"), 86'400'000, tr(" ms")))
    , m_jitter(spinBox(tr("Jitter"), 100, tr(" %")))
    , m_note(new FieldNote(m_longest))
    , m_preview(new WaitPreview)
{
    m_retries->setToolTip(tr("Retries after the first attempt"));
    m_first->setToolTip(tr("Base of the first wait; each further base is twice as long"));
    m_longest->setToolTip(tr("No wait is longer, jitter included"));
    m_jitter->setToolTip(tr("How far a wait may be drawn from its base, to either side"));
    buildLayout();
    refresh();
    for (QSpinBox *box : {m_retries, m_first, m_longest, m_jitter})
        connect(box, &QSpinBox::valueChanged, this, &PolicyEditor::store);
}

void PolicyEditor::buildLayout()
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    const auto add = [grid](const QString &text, QWidget *field, int row, int column) {
        auto *label = new QLabel(text);
        label->setBuddy(field);
        grid->addWidget(label, row, column);
        grid->addWidget(field, row, column + 1);
    };
    add(tr("Re&tries"), m_retries, 0, 0);
    add(tr("F&irst wait"), m_first, 0, 2);
    add(tr("&Jitter"), m_jitter, 1, 0);
    add(tr("Lon&gest wait"), m_longest, 1, 2);
    grid->addWidget(m_note, 2, 0, 1, 4);
    grid->addWidget(m_preview, 3, 0, 1, 4);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 2);
}

RetryPolicy PolicyEditor::policy() const
{
    return m_policy;
}

void PolicyEditor::setPolicy(const RetryPolicy &policy)
{
    m_policy = policy;
    refresh();
}

void PolicyEditor::setProblem(const QString &message)
{
    m_note->setMessage(message);
}

void PolicyEditor::refresh()
{
    const QScopedValueRollback guard(m_refreshing, true);
    m_retries->setValue(m_policy.maxRetries);
    m_first->setValue(toInt(m_policy.initialBackoff));
    m_longest->setValue(toInt(m_policy.maxBackoff));
    m_jitter->setValue(percent(m_policy.jitter));
    m_preview->setPolicy(m_policy);
    const auto problem = m_policy.validate();
    m_note->setMessage(problem ? problem->message : QString());
}

void PolicyEditor::store()
{
    if (m_refreshing)
        return;
    m_policy.maxRetries = m_retries->value();
    m_policy.initialBackoff = std::chrono::milliseconds(m_first->value());
    m_policy.maxBackoff = std::chrono::milliseconds(m_longest->value());
    // A file may hold 0.333: that stays unless the person changes it.
    if (m_jitter->value() != percent(m_policy.jitter))
        m_policy.jitter = m_jitter->value() / 100.0;
    refresh();
    Q_EMIT edited();
}

} // namespace Retryscope
