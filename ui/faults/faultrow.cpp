// SPDX-License-Identifier: MIT
#include "ui/faults/faultrow.h"

#include "ui/faults/faultkinds.h"
#include "ui/faults/faultparameters.h"
#include "ui/fontfollower.h"

#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QCompleter>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

#include <algorithm>

namespace Retryscope {

namespace {

constexpr int ShownKinds = 24;

//! Finds a fault by any word of what is said about it, and writes what it is called.
class KindSearch final : public QCompleter
{
public:
    explicit KindSearch(FaultKinds *kinds, QObject *parent) : QCompleter(kinds, parent)
    {
        setCompletionRole(FaultKinds::SearchRole);
        setCaseSensitivity(Qt::CaseInsensitive);
        setFilterMode(Qt::MatchContains);
        setMaxVisibleItems(ShownKinds);
    }

    QString pathFromIndex(const QModelIndex &index) const override
    {
        return index.data().toString();
    }
};

QToolButton *flatButton(const QString &text, const QString &name, const QString &toolTip)
{
    auto *button = new QToolButton;
    button->setText(text);
    button->setAutoRaise(true);
    button->setAccessibleName(name);
    button->setToolTip(toolTip);
    return button;
}

} // namespace

FaultRow::FaultRow(int attempt, FaultKinds *kinds, QWidget *parent)
    : QWidget(parent)
    , m_attempt(attempt)
    , m_kinds(kinds)
    , m_kind(new QComboBox)
    , m_layout(new QGridLayout(this))
    , m_more(flatButton(QStringLiteral("\u2026"),
                        tr("More parameters of the fault for attempt %1").arg(attempt),
                        tr("More parameters")))
    , m_remove(flatButton(QStringLiteral("\u2212"), tr("Remove attempt %1").arg(attempt),
                          tr("Remove this attempt from the plan")))
{
    auto *label = new QLabel(QString::number(attempt));
    label->setBuddy(m_kind);
    followFont(label, [label] {
        label->setMinimumWidth(label->fontMetrics().horizontalAdvance(QStringLiteral("00")));
    });
    setUpKind();
    m_more->setCheckable(true);
    m_more->hide();
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(6);
    m_layout->setVerticalSpacing(3);
    m_layout->addWidget(label, 0, 0);
    m_layout->addWidget(m_kind, 0, 1);
    m_layout->addWidget(m_more, 0, 3);
    m_layout->addWidget(m_remove, 0, 4);
    m_layout->setColumnStretch(1, 1);
    connect(m_more, &QToolButton::toggled, this, [this](bool isOn) {
        if (m_below)
            m_below->setVisible(isOn);
    });
    connect(m_remove, &QToolButton::clicked, this, &FaultRow::removed);
}

void FaultRow::setUpKind()
{
    const QString name = tr("Fault for attempt %1").arg(m_attempt);
    m_kind->setModel(m_kinds);
    m_kind->setEditable(true);
    m_kind->setInsertPolicy(QComboBox::NoInsert);
    m_kind->setMaxVisibleItems(ShownKinds);
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kind->setMinimumContentsLength(16);
    m_kind->setAccessibleName(name);
    m_kind->view()->setAccessibleName(name);
    m_kind->lineEdit()->setAccessibleName(name);
    m_kind->lineEdit()->setPlaceholderText(tr("any word of a fault"));
    auto *search = new KindSearch(m_kinds, m_kind);
    m_kind->setCompleter(search);
    connect(m_kind->lineEdit(), &QLineEdit::textEdited, search,
            [search, name] { search->popup()->setAccessibleName(name); });
    showKind();
    connect(m_kind, &QComboBox::activated, this, &FaultRow::chooseKind);
    connect(m_kind->lineEdit(), &QLineEdit::returnPressed, this, &FaultRow::chooseFirstFound);
    connect(m_kind->lineEdit(), &QLineEdit::editingFinished, this, &FaultRow::showKind);
}

void FaultRow::setFault(const Fault &fault)
{
    if (fault == m_fault && m_kind->currentIndex() == m_kinds->rowOf(fault.kind))
        return;
    m_fault = fault;
    showKind();
    rebuildParameters();
}

//! What was typed and is no fault goes: the row has always one.
void FaultRow::showKind()
{
    const int row = m_kinds->rowOf(m_fault.kind);
    m_kind->setCurrentIndex(row);
    m_kind->setEditText(m_kind->itemText(row));
    m_kind->lineEdit()->setCursorPosition(0);
    m_kind->setToolTip(faultDescriptor(m_fault.kind).summary);
}

void FaultRow::chooseKind()
{
    const QVariant chosen = m_kind->currentData(FaultKinds::KindRole);
    const auto kind = static_cast<FaultKind>(chosen.toInt());
    // A heading can be typed.
    if (!chosen.isValid() || kind == m_fault.kind)
        return showKind();
    m_fault = Fault();
    m_fault.kind = kind;
    if (kind == FaultKind::HttpStatus)
        m_fault.status = 429;
    showKind();
    rebuildParameters();
    Q_EMIT edited();
}

//! Return, with "expired" in the field.
void FaultRow::chooseFirstFound()
{
    const QString typed = m_kind->lineEdit()->text().trimmed();
    if (typed.isEmpty() || typed == m_kind->itemText(m_kinds->rowOf(m_fault.kind)))
        return;
    m_kind->setCurrentIndex(m_kinds->bestMatch(typed));
    chooseKind();
}

void FaultRow::rebuildParameters()
{
    // The signal that led here may come from one of their fields.
    for (QWidget **old : {&m_beside, &m_below}) {
        if (!*old)
            continue;
        (*old)->hide();
        (*old)->deleteLater();
        *old = nullptr;
    }
    QList<FaultParameter> parameters = faultDescriptor(m_fault.kind).parameters;
    if (m_fault.kind == FaultKind::HttpStatus)
        addStatus();
    else if (!parameters.isEmpty() && parameters.first().defaultValue.unit != FaultUnit::Text)
        m_beside = addParameters({parameters.takeFirst()}, true);
    if (!parameters.isEmpty())
        m_below = addParameters(parameters, false);
    const bool isGiven = std::ranges::any_of(parameters, [this](const FaultParameter &parameter) {
        return m_fault.parameters.contains(parameter.name);
    });
    m_more->setVisible(m_below && m_beside);
    m_more->setChecked(isGiven);
    if (m_below)
        m_below->setVisible(isGiven || !m_beside);
}

QWidget *FaultRow::addParameters(const QList<FaultParameter> &parameters, bool isBeside)
{
    using Names = FaultParameters::Names;
    auto *fields = new FaultParameters(m_attempt, m_fault, parameters,
                                       isBeside ? Names::Hidden : Names::Shown);
    connect(fields, &FaultParameters::changed, this, &FaultRow::setParameter);
    if (isBeside)
        m_layout->addWidget(fields, 0, 2);
    else
        m_layout->addWidget(fields, 1, 1, 1, 4);
    return fields;
}

void FaultRow::addStatus()
{
    auto *box = new QSpinBox;
    box->setAccessibleName(FaultParameters::nameOf(m_attempt, tr("status")));
    box->setToolTip(tr("The HTTP status to answer with"));
    box->setRange(200, 599);
    box->setValue(m_fault.status);
    connect(box, &QSpinBox::valueChanged, this, [this](int value) {
        m_fault.status = value;
        Q_EMIT edited();
    });
    m_layout->addWidget(box, 0, 2);
    m_beside = box;
}

void FaultRow::setParameter(const QString &name, const std::optional<FaultValue> &value)
{
    if (value)
        m_fault.parameters.insert(name, *value);
    else
        m_fault.parameters.remove(name);
    Q_EMIT edited();
}

} // namespace Retryscope
