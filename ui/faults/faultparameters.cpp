// SPDX-License-Identifier: MIT
#include "ui/faults/faultparameters.h"

#include "core/fault/faultplan.h"
#include "ui/fieldnote.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSpinBox>

#include <algorithm>
#include <limits>

namespace Retryscope {

namespace {

QString unitSuffix(FaultUnit unit)
{
    switch (unit) {
    case FaultUnit::Plain:
    case FaultUnit::Text:
        return {};
    case FaultUnit::Milliseconds:
        return FaultParameters::tr(" ms");
    case FaultUnit::Seconds:
        return FaultParameters::tr(" s");
    case FaultUnit::Events:
        return FaultParameters::tr(" events");
    case FaultUnit::Bytes:
        return FaultParameters::tr(" bytes");
    }
    return {};
}

int toInt(qint64 number)
{
    return static_cast<int>(std::clamp<qint64>(number, std::numeric_limits<int>::min() + 1,
                                               std::numeric_limits<int>::max()));
}

} // namespace

FaultParameters::FaultParameters(int attempt, const Fault &fault,
                                 const QList<FaultParameter> &parameters, Names names,
                                 QWidget *parent)
    : QWidget(parent)
    , m_fault(fault)
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(1, 1);
    for (const FaultParameter &parameter : parameters) {
        FieldNote *note = nullptr;
        QWidget *field = nullptr;
        if (parameter.defaultValue.unit == FaultUnit::Text)
            field = textField(parameter, &note);
        else
            field = numberField(parameter);
        field->setToolTip(parameter.summary);
        field->setAccessibleName(nameOf(attempt, parameter.name));
        const int row = grid->rowCount();
        grid->addWidget(field, row, 1);
        if (names == Names::Shown) {
            auto *label = new QLabel(parameter.name);
            label->setBuddy(field);
            grid->addWidget(label, row, 0);
        }
        if (note)
            grid->addWidget(note, row + 1, 0, 1, 2);
    }
}

QString FaultParameters::nameOf(int attempt, const QString &parameter)
{
    return tr("Fault for attempt %1, %2").arg(attempt).arg(parameter);
}

QSpinBox *FaultParameters::numberField(const FaultParameter &parameter)
{
    const FaultValue value = m_fault.parameter(parameter.name);
    const int least = toInt(parameter.minimum);
    auto *box = new QSpinBox;
    // Below the least stands "left out".
    const int none = parameter.optional ? least - 1 : least;
    box->setRange(none, toInt(parameter.maximum));
    box->setSuffix(unitSuffix(value.unit));
    if (parameter.optional)
        box->setSpecialValueText(tr("left out"));
    const bool isLeftOut = parameter.optional && !m_fault.parameters.contains(parameter.name);
    box->setValue(isLeftOut ? none : toInt(value.number));
    connect(box, &QSpinBox::valueChanged, this,
            [this, name = parameter.name, unit = value.unit, least](int number) {
                Q_EMIT changed(name, number < least ? std::nullopt
                                                    : std::optional(FaultValue{number, unit}));
            });
    return box;
}

QLineEdit *FaultParameters::textField(const FaultParameter &parameter, FieldNote **note)
{
    auto *field = new QLineEdit(m_fault.parameters.value(parameter.name).text);
    field->setPlaceholderText(parameter.optional ? tr("left out") : parameter.defaultValue.text);
    field->setMaxLength(toInt(parameter.maximum));
    *note = new FieldNote(field);
    connect(field, &QLineEdit::editingFinished, this, [this, field, parameter, told = *note] {
        told->setMessage(takeText(parameter, field->text()));
    });
    return field;
}

//! Whole texts only: with half an address in it the plan would have a mistake while one types.
QString FaultParameters::takeText(const FaultParameter &parameter, const QString &text)
{
    std::optional<FaultValue> value;
    Fault changedFault = m_fault;
    changedFault.parameters.remove(parameter.name);
    if (!text.isEmpty()) {
        value = FaultValue{0, FaultUnit::Text, text};
        changedFault.parameters.insert(parameter.name, *value);
    }
    const auto plan = FaultPlan::fromString(changedFault.toString());
    // Without the "Entry 1: " of a plan.
    if (!plan)
        return plan.error().message.section(QLatin1String(": "), 1);
    if (changedFault != m_fault) {
        m_fault = changedFault;
        Q_EMIT changed(parameter.name, value);
    }
    return {};
}

} // namespace Retryscope
