// SPDX-License-Identifier: MIT
#include "ui/repeat/repeatwindow.h"

#include "ui/fontfollower.h"
#include "ui/repeat/distributionview.h"
#include "ui/repeat/repeatwords.h"
#include "ui/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QCloseEvent>
#include <QtGui/QShortcut>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

// Runs may end by the hundred in a second; nobody reads numbers faster than that.
constexpr int refreshInterval = 100;

QPushButton *button(const QString &text, const QString &name, const QString &toolTip)
{
    auto *b = new QPushButton(text);
    b->setAccessibleName(name);
    b->setToolTip(toolTip);
    return b;
}

QLabel *sentence()
{
    auto *label = new QLabel;
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

RepeatWindow::RepeatWindow(QWidget *parent)
    : QWidget(parent, Qt::Window)
    , m_repeater(&m_runner)
    , m_order(&m_model)
    , m_count(new QSpinBox)
    , m_start(
          button(tr("&Run"), tr("Run many times"), tr("Start from the first run (Ctrl+Return)")))
    , m_pause(button(tr("&Pause"), tr("Pause"), tr("Pause behind the run that is under way")))
    , m_stop(button(tr("S&top"), tr("Stop"), tr("End it, the run under way too (Esc)")))
    , m_progress(new QProgressBar)
    , m_problem(sentence())
    , m_statistics(sentence())
    , m_plot(new DistributionView)
    , m_orderField(new QComboBox)
    , m_failures(new QCheckBox(tr("Only what &failed")))
    , m_copy(button(tr("&Copy table"), tr("Copy table"), tr("Copy the table, with tabs between")))
    , m_again(button(tr("Run this one &again"), tr("Run this one again"),
                     tr("The same run with the same seed, in the main window (Return)")))
    , m_table(new QTableView)
{
    setWindowTitle(tr("Run many times"));
    m_count->setRange(1, Repeater::most);
    m_count->setValue(100);
    m_count->setAccessibleName(tr("Number of runs"));
    m_count->setToolTip(
        tr("From 1 to %1, one after the other, each with the next seed").arg(Repeater::most));
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setAlignment(Qt::AlignCenter);
    m_orderField->addItems({tr("as they ran"), tr("slowest first"), tr("by verdict")});
    m_orderField->setAccessibleName(tr("Order"));
    m_orderField->view()->setAccessibleName(tr("Order"));
    m_failures->setAccessibleName(tr("Only what failed"));
    m_table->setModel(&m_order);
    m_table->setAccessibleName(tr("Runs"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_problem->hide();
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(refreshInterval);
    buildLayout();
    connectParts();
    connectKeys();
    showState();
    showStatistics();
}

RepeatWindow::~RepeatWindow() = default;

void RepeatWindow::buildLayout()
{
    const auto label = [](const QString &text, QWidget *buddy) {
        auto *l = new QLabel(text);
        l->setBuddy(buddy);
        return l;
    };
    auto *first = new QHBoxLayout;
    first->addWidget(label(tr("&Number of runs"), m_count));
    first->addWidget(m_count);
    for (QWidget *widget : {m_start, m_pause, m_stop})
        first->addWidget(widget);
    first->addWidget(m_progress, 1);
    auto *second = new QHBoxLayout;
    second->addWidget(label(tr("&Order"), m_orderField));
    second->addWidget(m_orderField);
    second->addWidget(m_failures);
    second->addStretch(1);
    second->addWidget(m_copy);
    second->addWidget(m_again);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(6);
    layout->addLayout(first);
    layout->addWidget(m_problem);
    layout->addWidget(m_statistics);
    layout->addWidget(m_plot);
    layout->addLayout(second);
    layout->addWidget(m_table, 1);
    followFont(m_table, [this] {
        m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 6);
        const int digit = m_table->fontMetrics().horizontalAdvance(u'0');
        const int widths[] = {7, 14, 13, 10, 8, 11};
        for (int column = 0; column < RepeatModel::CauseColumn; ++column)
            m_table->setColumnWidth(column, widths[column] * digit);
    });
    resize(760, 560);
    m_count->setFocus();
    m_count->selectAll();
}

void RepeatWindow::connectParts()
{
    connect(m_start, &QPushButton::clicked, this, &RepeatWindow::startAsked);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        const auto state = m_repeater.state();
        const bool halts = state == Repeater::State::Pausing || state == Repeater::State::Paused;
        halts ? m_repeater.resume() : m_repeater.pause();
    });
    connect(m_stop, &QPushButton::clicked, &m_repeater, &Repeater::stop);
    connect(m_count, &QSpinBox::valueChanged, this, &RepeatWindow::countChanged);
    connect(m_orderField, &QComboBox::currentIndexChanged, this,
            [this](int index) { m_order.setOrder(static_cast<RepeatOrder::Order>(index)); });
    connect(m_failures, &QCheckBox::toggled, &m_order, &RepeatOrder::showOnlyFailures);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_order.text()); });
    connect(m_again, &QPushButton::clicked, this, &RepeatWindow::askAgain);
    connect(m_table, &QTableView::activated, this, &RepeatWindow::askAgain);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &RepeatWindow::showState);
    connect(&m_order, &QAbstractItemModel::modelReset, this, &RepeatWindow::showState);
    connect(&m_refresh, &QTimer::timeout, this, &RepeatWindow::showStatistics);
    connect(&m_repeater, &Repeater::runAdded, this, &RepeatWindow::addRun);
    connect(&m_repeater, &Repeater::stateChanged, this, &RepeatWindow::showState);
    connect(&m_repeater, &Repeater::ended, this, [this](const QList<InputError> &errors) {
        if (!errors.isEmpty())
            showProblem(tr("It ended early: %1").arg(errors.first().message));
        showStatistics();
    });
}

void RepeatWindow::connectKeys()
{
    for (const int key : {Qt::Key_Return, Qt::Key_Enter}) {
        auto *send = new QShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(key)), this);
        connect(send, &QShortcut::activated, m_start, &QPushButton::click);
    }
    // And without Ctrl in the one field there is, which the window begins in.
    const auto *typed = m_count->findChild<QLineEdit *>();
    connect(typed, &QLineEdit::returnPressed, m_start, &QPushButton::click);
    // First the runs, then the window: who wants to stop must not lose sight of what there is.
    auto *escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    connect(escape, &QShortcut::activated, this, [this] {
        if (m_repeater.state() == Repeater::State::Idle)
            close();
        else
            m_repeater.stop();
    });
}

QList<InputError> RepeatWindow::start(const Scenario &scenario, const QByteArray &key)
{
    const QList<InputError> errors = m_repeater.start(scenario, key, count());
    if (!errors.isEmpty()) {
        showProblem(tr("Nothing was sent. %1").arg(errors.first().message));
        return errors;
    }
    m_key = key;
    showProblem({});
    m_model.clear();
    showState();
    showStatistics();
    return {};
}

void RepeatWindow::showProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    QPalette palette;
    palette.setColor(QPalette::WindowText, Theme::current().failure());
    m_problem->setPalette(palette);
}

int RepeatWindow::count() const
{
    return m_count->value();
}

void RepeatWindow::setCount(int count)
{
    m_count->setValue(count);
}

QString RepeatWindow::statistics() const
{
    return m_statistics->text();
}

void RepeatWindow::addRun(const RepeatedRun &run)
{
    m_model.append(run);
    if (!m_refresh.isActive())
        m_refresh.start();
}

void RepeatWindow::showStatistics()
{
    m_refresh.stop();
    const QString words = statisticsWords(RunStatistics::of(m_model.runs()));
    m_statistics->setText(words.isEmpty()
                              ? tr("Runs the request of the main window that often, and counts.")
                              : words);
    m_plot->setRuns(m_model.runs());
    showState();
}

void RepeatWindow::showState()
{
    const auto state = m_repeater.state();
    const bool idle = state == Repeater::State::Idle;
    const bool halts = state == Repeater::State::Pausing || state == Repeater::State::Paused;
    m_start->setEnabled(idle);
    m_pause->setEnabled(!idle && state != Repeater::State::Stopping);
    m_pause->setText(halts ? tr("&Go on") : tr("&Pause"));
    m_pause->setAccessibleName(halts ? tr("Go on") : tr("Pause"));
    m_stop->setEnabled(!idle && state != Repeater::State::Stopping);
    m_again->setEnabled(m_table->currentIndex().isValid());
    m_copy->setEnabled(m_order.rowCount() > 0);
    m_progress->setRange(0, std::max(m_repeater.total(), 1));
    m_progress->setValue(static_cast<int>(m_model.runs().size()));
    switch (state) {
    case Repeater::State::Idle:
    case Repeater::State::Running:
        m_progress->setFormat(m_repeater.total() > 0 ? tr("%v of %m") : QString());
        break;
    case Repeater::State::Pausing:
        m_progress->setFormat(tr("%v of %m, pausing behind this run"));
        break;
    case Repeater::State::Paused:
        m_progress->setFormat(tr("%v of %m, paused"));
        break;
    case Repeater::State::Stopping:
        m_progress->setFormat(tr("%v of %m, stopping"));
        break;
    }
}

void RepeatWindow::askAgain()
{
    const QModelIndex current = m_table->currentIndex();
    if (current.isValid())
        Q_EMIT againAsked(m_order.number(current));
}

void RepeatWindow::closeEvent(QCloseEvent *event)
{
    // Nothing is sent behind a closed window.
    m_repeater.stop();
    QWidget::closeEvent(event);
}

} // namespace Retryscope
