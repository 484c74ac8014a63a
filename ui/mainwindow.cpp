// SPDX-License-Identifier: MIT
#include "ui/mainwindow.h"

#include "ui/actions.h"
#include "ui/columnarea.h"
#include "ui/composer/composer.h"
#include "ui/composer/endpointbar.h"
#include "ui/composer/requestform.h"
#include "ui/composer/requestpane.h"
#include "ui/faults/faultplaneditor.h"
#include "ui/filetasks.h"
#include "ui/messagebar.h"
#include "ui/pane.h"
#include "ui/policy/policyeditor.h"
#include "ui/repeat/repeatwindow.h"
#include "ui/response/responsepane.h"
#include "ui/runview.h"
#include "ui/settingswindow.h"
#include "ui/timeline/timelineview.h"

#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtGui/QCloseEvent>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QVBoxLayout>

namespace Retryscope {

using namespace Qt::StringLiterals;

MainWindow::MainWindow(const QString &sessionFile, QWidget *parent)
    : QMainWindow(parent)
    , m_session(sessionFile)
    , m_composer(new Composer(this))
    , m_runView(new RunView(&m_runner))
    , m_response(new ResponsePane)
    , m_messages(new MessageBar)
    , m_files(new FileTasks(m_messages, this))
{
    setWindowTitle(tr("Retryscope"));
    setAcceptDrops(true);
    buildPanes();
    m_actions = new Actions(menuBar(), this);
    connectParts();
    connectFileActions();
    connectRunActions();
    connectViewActions();
    connectHelpActions();
    nameListsOfCombos();
    restoreSession();
}

MainWindow::~MainWindow()
{
    // The runner goes after the widgets that look at it otherwise: children die last.
    m_session.flush();
    delete centralWidget();
}

// The list that a combo box opens is an element of its own for a screen reader, and has no name.
void MainWindow::nameListsOfCombos()
{
    const auto combos = findChildren<QComboBox *>();
    for (QComboBox *combo : combos)
        combo->view()->setAccessibleName(combo->accessibleName());
}

void MainWindow::buildPanes()
{
    m_columns = new QSplitter(Qt::Horizontal);
    m_columns->setChildrenCollapsible(false);
    m_columns->addWidget(buildLeft());
    m_columns->addWidget(buildRight());
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setSizes({380, 900});
    auto *center = new QWidget;
    auto *layout = new QVBoxLayout(center);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_messages);
    layout->addWidget(m_composer->bar());
    layout->addWidget(m_columns, 1);
    setCentralWidget(center);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(0, 0, 8, 0);
    statusBar()->addPermanentWidget(m_runView->counters());
    setMinimumSize(800, 480);
    resize(1280, 800);
}

QWidget *MainWindow::buildLeft()
{
    auto *request = new Pane(1, tr("Request"));
    request->setContent(m_composer->request());
    request->setEntry(m_composer->request());
    auto *faults = new Pane(2, tr("Break it"));
    faults->addHeaderWidget(m_composer->faults()->armButton());
    faults->setContent(m_composer->faults());
    faults->setEntry(m_composer->faults()->entry());
    auto *policy = new Pane(0, tr("Retry policy"));
    policy->setContent(m_composer->policy());
    m_panes << request << faults;

    auto *column = new QWidget;
    auto *layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(request, 1);
    layout->addWidget(faults);
    layout->addWidget(policy);
    return new ColumnArea(column);
}

QWidget *MainWindow::buildRight()
{
    auto *happened = new Pane(3, tr("What happened"));
    happened->addHeaderWidget(m_runView->certificateButton());
    happened->addHeaderWidget(m_runView->copyButton());
    happened->addHeaderWidget(m_runView->retryButton());
    happened->addHeaderWidget(m_runView->stopButton());
    happened->setContent(m_runView);
    happened->setEntry(m_runView->timeline());
    auto *arrived = new Pane(4, tr("What arrived"));
    arrived->setContent(m_response);
    arrived->setEntry(m_response->entry());
    m_panes << happened << arrived;
    m_rows = new QSplitter(Qt::Vertical);
    m_rows->setChildrenCollapsible(false);
    m_rows->addWidget(happened);
    m_rows->addWidget(arrived);
    m_rows->setStretchFactor(0, 1);
    m_rows->setStretchFactor(1, 1);
    return m_rows;
}

void MainWindow::connectParts()
{
    connect(m_composer->bar()->sendButton(), &QPushButton::clicked, this, &MainWindow::send);
    connect(m_composer, &Composer::edited, &m_session, &Session::touch);
    connect(m_columns, &QSplitter::splitterMoved, &m_session, &Session::touch);
    connect(m_rows, &QSplitter::splitterMoved, &m_session, &Session::touch);
    connect(&m_session, &Session::failed, this, [this](const QString &sentence) {
        m_messages->showMessage(MessageBar::Kind::Mistake, sentence);
    });
    const auto fields = findChildren<QLineEdit *>();
    for (const QLineEdit *field : fields) {
        connect(field, &QLineEdit::inputRejected, this, [this, field] {
            if (field->text().size() >= field->maxLength())
                m_messages->showMessage(
                    MessageBar::Kind::Mistake,
                    tr("%1 takes no more than %L2 characters: the rest of what was pasted is "
                       "not there.")
                        .arg(field->accessibleName())
                        .arg(field->maxLength()));
        });
    }
    m_runner.setKeepsBody(true);
    connect(&m_runner, &Runner::started, this, [this] {
        m_files->abandonTrace();
        m_composer->bar()->sendButton()->setEnabled(false);
        m_response->setTrace(m_runner.trace());
        m_opened.reset();
        enableFileActions();
    });
    connect(&m_runner, &Runner::finished, this, &MainWindow::runEnded);
    connect(m_runView, &RunView::waitingChanged, m_actions->retryNow, &QAction::setEnabled);
    connect(m_runView->timeline(), &TimelineView::attemptSelected, m_response,
            &ResponsePane::showAttempt);
}

void MainWindow::send()
{
    if (m_runner.isRunning())
        return;
    const Composition composition = m_composer->compose();
    if (!composition.errors.isEmpty())
        return showRefusal(composition.errors);
    run(composition.scenario, composition.key);
}

void MainWindow::run(const Scenario &scenario, const QByteArray &key)
{
    m_messages->clear();
    m_lastScenario = scenario;
    m_lastKey = key;
    m_composer->showErrors({});
    const QList<InputError> errors = m_runner.start(scenario, key);
    if (!errors.isEmpty())
        showRefusal(errors);
}

void MainWindow::runAgain()
{
    if (!m_runner.isRunning() && m_lastScenario)
        run(Scenario(*m_lastScenario), QByteArray(m_lastKey));
}

void MainWindow::runEnded()
{
    m_response->flush();
    m_actions->retryNow->setEnabled(false);
    m_actions->again->setEnabled(true);
    enableFileActions();
    m_composer->bar()->sendButton()->setEnabled(true);
}

void MainWindow::showRefusal(const QList<InputError> &errors)
{
    const QList<InputError> homeless = m_composer->showErrors(errors);
    for (const InputError &error : homeless) {
        const QString place = error.field.isEmpty() ? QString() : QString(error.field + u": "_s);
        m_messages->showMessage(MessageBar::Kind::Mistake, QString(place + error.message));
    }
    m_runView->showRefusal(tr("Nothing was sent. %1").arg(errors.first().message));
}

void MainWindow::applySettings(const Settings &settings)
{
    m_settings = settings;
    m_actions->themes->actions().at(static_cast<int>(settings.theme))->setChecked(true);
    if (m_settingsWindow)
        m_settingsWindow->setSettings(settings);
    settings.apply();
    m_runner.setTraceLimits(settings.traceLimits());
    m_session.touch();
}

void MainWindow::restoreSession()
{
    const QJsonObject state = m_session.load();
    if (!m_session.remark().isEmpty())
        m_messages->showMessage(MessageBar::Kind::Remark, m_session.remark());
    const QJsonObject window = state.value("window"_L1).toObject();
    const auto bytes = [&window](QLatin1StringView name) {
        return QByteArray::fromBase64(window.value(name).toString().toLatin1());
    };
    restoreGeometry(bytes("geometry"_L1));
    m_columns->restoreState(bytes("columns"_L1));
    m_rows->restoreState(bytes("rows"_L1));
    const Settings settings = Settings::fromJson(state.value("settings"_L1).toObject());
    if (settings != m_settings)
        applySettings(settings);
    if (state.contains("composer"_L1))
        m_composer->restore(state.value("composer"_L1).toObject());
    else
        m_composer->setScenario(Scenario::example());
    m_scenarioFile = window.value("file"_L1).toString();
    m_repeatCount = window.value("runs"_L1).toInt();
    m_composer->request()->form()->messageField()->setFocus(Qt::OtherFocusReason);
    m_session.setSnapshot([this] { return snapshot(); });
}

QJsonObject MainWindow::snapshot() const
{
    const auto text = [](const QByteArray &bytes) {
        return QString::fromLatin1(bytes.toBase64());
    };
    const QJsonObject window{{u"geometry"_s, text(saveGeometry())},
                             {u"columns"_s, text(m_columns->saveState())},
                             {u"rows"_s, text(m_rows->saveState())},
                             {u"file"_s, m_scenarioFile},
                             {u"runs"_s, m_repeatCount}};
    return {{u"version"_s, 1},
            {u"window"_s, window},
            {u"settings"_s, m_settings.toJson()},
            {u"composer"_s, m_composer->state()}};
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (m_files->isWriting() && !m_closesAfterWriting) {
        m_closesAfterWriting = true;
        m_messages->showMessage(MessageBar::Kind::Remark,
                                tr("A file is being written; the window closes when it is there. "
                                   "Close it once more to give the file up."));
        return event->ignore();
    }
    m_session.touch();
    m_session.flush();
    if (m_repeat)
        m_repeat->close();
    QMainWindow::closeEvent(event);
}

void MainWindow::moveEvent(QMoveEvent *event)
{
    QMainWindow::moveEvent(event);
    m_session.touch();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_session.touch();
}

} // namespace Retryscope
