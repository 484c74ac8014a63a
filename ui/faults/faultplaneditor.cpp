// SPDX-License-Identifier: MIT
#include "ui/faults/faultplaneditor.h"

#include "ui/faults/faultkinds.h"
#include "ui/faults/faultrow.h"
#include "ui/faults/faultwords.h"
#include "ui/fieldnote.h"
#include "ui/fontfollower.h"

#include <QtCore/QRandomGenerator>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

#include <algorithm>

namespace Retryscope {

namespace {

// More rows than that help nobody; the text shows them all.
constexpr int mostRows = 12;

QToolButton *toolButton(const QString &text, const QString &toolTip)
{
    auto *button = new QToolButton;
    button->setText(text);
    button->setToolTip(toolTip);
    return button;
}

QLabel *labelFor(const QString &text, QWidget *buddy)
{
    auto *label = new QLabel(text);
    label->setBuddy(buddy);
    return label;
}

} // namespace

FaultPlanEditor::FaultPlanEditor(QWidget *parent)
    : QWidget(parent)
    , m_kinds(new FaultKinds(this))
    , m_preset(new QComboBox)
    , m_plan(new QLineEdit)
    , m_planNote(new FieldNote(m_plan))
    , m_rowLayout(new QVBoxLayout)
    , m_more(new QLabel)
    , m_add(toolButton(tr("+ &attempt"), tr("Add an attempt to the plan")))
    , m_chance(new QSpinBox)
    , m_dice(toolButton(tr("Ro&ll"), tr("Draw a new seed, and a plan from it")))
    , m_seed(new QLineEdit(QStringLiteral("1")))
    , m_seedNote(new FieldNote(m_seed))
    , m_terminate(new QCheckBox(tr("TLS ends at the tap where a fa&ult lies within it")))
    , m_arm(new QPushButton(this))
{
    m_preset->setAccessibleName(tr("Fault preset"));
    for (const FaultPreset &preset : faultPresets())
        m_preset->addItem(preset.words, preset.plan);
    m_preset->addItem(tr("Own plan"));
    m_plan->setAccessibleName(tr("Fault plan"));
    m_plan->setPlaceholderText(tr("no faults; for example dns,refused*2,ok"));
    m_plan->setToolTip(tr("One entry an attempt, in order; *N repeats; ok is no fault"));
    m_add->setAccessibleName(tr("Add attempt"));
    m_chance->setRange(0, 100);
    m_chance->setValue(100);
    m_chance->setSuffix(tr(" %"));
    m_chance->setAccessibleName(tr("Chance of each fault"));
    m_chance->setToolTip(tr("Each fault of the plan strikes with this chance; the seed decides"));
    m_dice->setAccessibleName(tr("Roll the dice"));
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setToolTip(tr("The same seed draws the same waits and the same plan"));
    m_terminate->setAccessibleName(tr("TLS ends at the tap"));
    m_terminate->setToolTip(
        tr("For faults in the HTTP of an https endpoint: the tap checks the endpoint's certificate "
           "and shows this request one of its own. Without it, TLS stays end to end."));
    m_arm->setCheckable(true);
    m_arm->setChecked(true);
    m_arm->setAccessibleName(tr("Faults armed"));
    m_arm->setToolTip(tr("Arm or disarm the faults (Ctrl+Shift+F)"));
    m_arm->setAutoDefault(false);
    buildLayout();
    connectFields();
    refresh();
}

void FaultPlanEditor::buildLayout()
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(labelFor(tr("&Preset"), m_preset), 0, 0);
    grid->addWidget(m_preset, 0, 1);
    grid->addWidget(labelFor(tr("Pla&n"), m_plan), 1, 0);
    grid->addWidget(m_plan, 1, 1);
    grid->addWidget(m_planNote, 2, 1);
    m_rowLayout->setSpacing(3);
    m_rowLayout->addWidget(m_more);
    grid->addLayout(m_rowLayout, 3, 0, 1, 2);
    auto *line = new QHBoxLayout;
    line->setSpacing(6);
    line->addWidget(m_add);
    line->addStretch(1);
    line->addWidget(labelFor(tr("Chance"), m_chance));
    line->addWidget(m_chance);
    line->addWidget(m_dice);
    line->addWidget(labelFor(tr("Seed"), m_seed));
    line->addWidget(m_seed);
    followFont(m_seed, [this] {
        m_seed->setMaximumWidth(m_seed->fontMetrics().horizontalAdvance(u'0') * 14);
    });
    grid->addLayout(line, 4, 0, 1, 2);
    grid->addWidget(m_seedNote, 5, 0, 1, 2);
    grid->addWidget(m_terminate, 6, 0, 1, 2);
    grid->setColumnStretch(1, 1);
    m_more->hide();
}

void FaultPlanEditor::connectFields()
{
    connect(m_preset, &QComboBox::activated, this, &FaultPlanEditor::choosePreset);
    connect(m_plan, &QLineEdit::textChanged, this, [this] {
        refresh();
        Q_EMIT edited();
    });
    connect(m_seed, &QLineEdit::textChanged, this, [this] {
        const auto number = seed();
        m_seedNote->setMessage(number ? QString() : number.error().message);
        Q_EMIT edited();
    });
    connect(m_chance, &QSpinBox::valueChanged, this, &FaultPlanEditor::edited);
    connect(m_add, &QToolButton::clicked, this, &FaultPlanEditor::addAttempt);
    connect(m_dice, &QToolButton::clicked, this, &FaultPlanEditor::roll);
    connect(m_terminate, &QCheckBox::toggled, this, [this] {
        refresh();
        Q_EMIT edited();
    });
    connect(m_arm, &QPushButton::toggled, this, [this] {
        refresh();
        Q_EMIT edited();
    });
}

Result<FaultPlan> FaultPlanEditor::plan() const
{
    return FaultPlan::fromString(m_plan->text());
}

Result<FaultPlan> FaultPlanEditor::armedPlan() const
{
    if (!isArmed())
        return FaultPlan();
    Result<FaultPlan> typed = plan();
    if (typed) {
        if (const auto problem = typed->checkPlaceable(m_tls, m_sandbox, terminatesTls()))
            return *problem;
    }
    return typed;
}

void FaultPlanEditor::setPlan(const FaultPlan &plan)
{
    setPlanText(plan.toString());
}

void FaultPlanEditor::setPlanText(const QString &text)
{
    m_plan->setText(text);
}

QString FaultPlanEditor::seedText() const
{
    return m_seed->text();
}

Result<quint64> FaultPlanEditor::seed() const
{
    bool good = false;
    const quint64 number = m_seed->text().trimmed().toULongLong(&good);
    if (good)
        return number;
    return InputError{QStringLiteral("seed"),
                      tr("The seed must be a whole number from 0 to 18446744073709551615."),
                      std::nullopt};
}

void FaultPlanEditor::setSeed(quint64 seed)
{
    m_seed->setText(QString::number(seed));
}

double FaultPlanEditor::chance() const
{
    // The field shows whole percents; what a file says more exactly is not rounded by it.
    return qRound(m_givenChance * 100.0) == m_chance->value() ? m_givenChance
                                                              : m_chance->value() / 100.0;
}

void FaultPlanEditor::setChance(double chance)
{
    m_givenChance = chance;
    m_chance->setValue(qRound(chance * 100.0));
}

bool FaultPlanEditor::terminatesTls() const
{
    return m_terminate->isChecked();
}

void FaultPlanEditor::setTerminatesTls(bool on)
{
    m_terminate->setChecked(on);
}

bool FaultPlanEditor::isArmed() const
{
    return m_arm->isChecked();
}

void FaultPlanEditor::setArmed(bool armed)
{
    m_arm->setChecked(armed);
}

void FaultPlanEditor::setSurroundings(bool endpointSpeaksTls, bool endpointIsSandbox, int retries)
{
    m_tls = endpointSpeaksTls;
    m_sandbox = endpointIsSandbox;
    m_retries = retries;
    refresh();
}

void FaultPlanEditor::setProblem(const QString &message)
{
    m_planNote->setMessage(message);
}

QWidget *FaultPlanEditor::entry() const
{
    return m_plan;
}

void FaultPlanEditor::choosePreset(int index)
{
    const QVariant text = m_preset->itemData(index);
    if (text.isValid())
        setPlanText(text.toString());
    else
        m_plan->setFocus(Qt::OtherFocusReason);
    refresh();
}

void FaultPlanEditor::roll()
{
    const quint64 seed = 1 + QRandomGenerator::global()->bounded(quint64(999'999));
    setSeed(seed);
    setPlan(rolledPlan(seed, m_retries, m_tls, m_sandbox));
}

void FaultPlanEditor::addAttempt()
{
    if (!plan())
        return;
    QList<Fault> faults = plan()->faults();
    Fault fault;
    fault.kind = FaultKind::Refused;
    // An "ok" at the end stands for the attempt that is to succeed: it stays the last.
    if (!faults.isEmpty() && faults.last().isNone())
        faults.insert(faults.size() - 1, fault);
    else
        faults.append(fault);
    setPlan(FaultPlan(faults));
}

void FaultPlanEditor::removeAttempt(int attempt)
{
    QList<Fault> faults = plan()->faults();
    if (attempt <= faults.size())
        faults.removeAt(attempt - 1);
    setPlan(FaultPlan(faults));
}

void FaultPlanEditor::storeRows()
{
    QList<Fault> faults = plan()->faults();
    for (int i = 0; i < m_rows.size() && i < faults.size(); ++i)
        faults[i] = m_rows.at(i)->fault();
    setPlan(FaultPlan(faults));
}

FaultRow *FaultPlanEditor::makeRow(int attempt)
{
    auto *row = new FaultRow(attempt, m_kinds);
    connect(row, &FaultRow::edited, this, &FaultPlanEditor::storeRows);
    // Queued: the row that sends it may go.
    connect(
        row, &FaultRow::removed, this, [this, attempt] { removeAttempt(attempt); },
        Qt::QueuedConnection);
    return row;
}

void FaultPlanEditor::refreshRows(const FaultPlan &plan)
{
    const int wanted = std::min(static_cast<int>(plan.faults().size()), mostRows);
    while (m_rows.size() > wanted) {
        FaultRow *row = m_rows.takeLast();
        row->hide();
        row->deleteLater();
    }
    while (m_rows.size() < wanted) {
        m_rows.append(makeRow(static_cast<int>(m_rows.size()) + 1));
        m_rowLayout->insertWidget(static_cast<int>(m_rows.size()) - 1, m_rows.last());
    }
    for (int i = 0; i < wanted; ++i)
        m_rows.at(i)->setFault(plan.faults().at(i));
    const int more = static_cast<int>(plan.faults().size()) - wanted;
    m_more->setText(tr("and %n more attempts, in the plan's text", nullptr, more));
    m_more->setVisible(more > 0);
}

void FaultPlanEditor::refreshArmButton(const Result<FaultPlan> &plan)
{
    if (!plan) {
        m_arm->setText(isArmed() ? tr("armed: mistake in the plan") : tr("disarmed"));
        return;
    }
    const auto &faults = plan->faults();
    const auto count = std::count_if(faults.begin(), faults.end(),
                                     [](const Fault &fault) { return !fault.isNone(); });
    if (!isArmed())
        m_arm->setText(tr("disarmed"));
    else
        m_arm->setText(tr("armed: %n faults", nullptr, static_cast<int>(count)));
}

void FaultPlanEditor::refresh()
{
    const Result<FaultPlan> typed = plan();
    for (FaultRow *row : std::as_const(m_rows))
        row->setEnabled(typed.hasValue());
    m_add->setEnabled(typed.hasValue());
    if (typed)
        refreshRows(*typed);
    const Result<FaultPlan> armed = armedPlan();
    m_planNote->setMessage(!typed  ? typed.error().message
                           : armed ? QString()
                                   : armed.error().message);
    const int preset = m_preset->findData(m_plan->text().trimmed());
    m_preset->setCurrentIndex(preset >= 0 ? preset : m_preset->count() - 1);
    refreshArmButton(typed);
}

QJsonObject FaultPlanEditor::state() const
{
    return {{QStringLiteral("plan"), m_plan->text()},
            {QStringLiteral("seed"), m_seed->text()},
            {QStringLiteral("chance"), chance() * 100.0},
            {QStringLiteral("terminateTls"), terminatesTls()},
            {QStringLiteral("armed"), isArmed()}};
}

void FaultPlanEditor::restore(const QJsonObject &state)
{
    m_plan->setText(state.value(QStringLiteral("plan")).toString());
    m_seed->setText(state.value(QStringLiteral("seed")).toString());
    const double percent = state.value(QStringLiteral("chance")).toDouble(100.0);
    setChance(std::clamp(percent, 0.0, 100.0) / 100.0);
    setTerminatesTls(state.value(QStringLiteral("terminateTls")).toBool(false));
    setArmed(state.value(QStringLiteral("armed")).toBool(true));
}

} // namespace Retryscope
