// SPDX-License-Identifier: MIT
#include "ui/faults/faultrow.h"

#include "core/fault/faultcatalogue.h"
#include "ui/faults/faultwords.h"
#include "ui/fontfollower.h"

#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <limits>

namespace Retryscope {

namespace {

QString unitSuffix(FaultUnit unit)
{
    switch (unit) {
    case FaultUnit::Plain:
        return {};
    case FaultUnit::Milliseconds:
        return FaultRow::tr(" ms");
    case FaultUnit::Seconds:
        return FaultRow::tr(" s");
    case FaultUnit::Events:
        return FaultRow::tr(" events");
    case FaultUnit::Bytes:
        return FaultRow::tr(" bytes");
    case FaultUnit::Text:
        return {};
    }
    return {};
}

int toInt(qint64 number)
{
    return static_cast<int>(std::clamp<qint64>(number, std::numeric_limits<int>::min(),
                                               std::numeric_limits<int>::max()));
}

} // namespace

FaultRow::FaultRow(int attempt, QWidget *parent)
    : QWidget(parent)
    , m_attempt(attempt)
    , m_kind(new QComboBox)
    , m_layout(new QHBoxLayout(this))
    , m_remove(new QToolButton)
{
    auto *label = new QLabel(QString::number(attempt));
    label->setBuddy(m_kind);
    followFont(label, [label] {
        label->setMinimumWidth(label->fontMetrics().horizontalAdvance(QStringLiteral("00")));
    });
    m_kind->setAccessibleName(tr("Fault for attempt %1").arg(attempt));
    m_kind->view()->setAccessibleName(m_kind->accessibleName());
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kind->setMinimumContentsLength(16);
    m_remove->setText(QStringLiteral("\u2212"));
    m_remove->setAutoRaise(true);
    m_remove->setAccessibleName(tr("Remove attempt %1").arg(attempt));
    m_remove->setToolTip(tr("Remove this attempt from the plan"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(6);
    m_layout->addWidget(label);
    m_layout->addWidget(m_kind, 1);
    m_layout->addWidget(m_remove);
    fillKinds();
    connect(m_kind, &QComboBox::activated, this, &FaultRow::chooseKind);
    connect(m_remove, &QToolButton::clicked, this, &FaultRow::removed);
}

void FaultRow::fillKinds()
{
    FaultPhase phase = FaultPhase::None;
    for (const FaultDescriptor &fault : faultCatalogue()) {
        if (fault.phase != phase)
            m_kind->insertSeparator(m_kind->count());
        phase = fault.phase;
        m_kind->addItem(faultWords(fault.kind), static_cast<int>(fault.kind));
        m_kind->setItemData(m_kind->count() - 1,
                            QString(fault.name + QStringLiteral(": ") + fault.summary),
                            Qt::ToolTipRole);
    }
}

void FaultRow::setFault(const Fault &fault)
{
    if (fault == m_fault && m_kind->currentIndex() >= 0)
        return;
    m_fault = fault;
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(fault.kind)));
    m_kind->setToolTip(faultDescriptor(fault.kind).summary);
    rebuildParameters();
}

void FaultRow::chooseKind()
{
    const auto kind = static_cast<FaultKind>(m_kind->currentData().toInt());
    if (kind == m_fault.kind)
        return;
    m_fault = Fault();
    m_fault.kind = kind;
    if (kind == FaultKind::HttpStatus)
        m_fault.status = 429;
    rebuildParameters();
    Q_EMIT edited();
}

void FaultRow::rebuildParameters()
{
    if (m_parameters) {
        // The signal that led here may come from one of its fields.
        m_parameters->hide();
        m_parameters->deleteLater();
        m_parameters = nullptr;
    }
    const FaultDescriptor &fault = faultDescriptor(m_fault.kind);
    if (fault.parameters.isEmpty() && fault.kind != FaultKind::HttpStatus)
        return;
    m_parameters = new QWidget;
    auto *layout = new QHBoxLayout(m_parameters);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    if (fault.kind == FaultKind::HttpStatus)
        addStatus();
    // More than one would not fit into the row; the others can be typed into the plan.
    else if (fault.parameters.first().defaultValue.unit != FaultUnit::Text)
        addParameter(fault.parameters.first().name);
    m_layout->insertWidget(2, m_parameters);
}

QSpinBox *FaultRow::addSpinBox(const QString &name, const QString &toolTip)
{
    auto *box = new QSpinBox;
    box->setAccessibleName(tr("Fault for attempt %1, %2").arg(m_attempt).arg(name));
    box->setToolTip(toolTip);
    m_parameters->layout()->addWidget(box);
    return box;
}

void FaultRow::addStatus()
{
    QSpinBox *box = addSpinBox(tr("status"), tr("The HTTP status to answer with"));
    box->setRange(200, 599);
    box->setValue(m_fault.status);
    connect(box, &QSpinBox::valueChanged, this, [this](int value) {
        m_fault.status = value;
        Q_EMIT edited();
    });
}

void FaultRow::addParameter(const QString &name)
{
    const auto &parameters = faultDescriptor(m_fault.kind).parameters;
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const FaultParameter &p) { return p.name == name; });
    const FaultValue value = m_fault.parameter(name);
    QSpinBox *box = addSpinBox(name, found->summary);
    box->setRange(toInt(found->minimum), toInt(found->maximum));
    box->setSuffix(unitSuffix(value.unit));
    box->setValue(toInt(value.number));
    connect(box, &QSpinBox::valueChanged, this, [this, name, unit = value.unit](int number) {
        m_fault.parameters.insert(name, FaultValue{number, unit});
        Q_EMIT edited();
    });
}

} // namespace Retryscope
