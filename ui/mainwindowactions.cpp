// SPDX-License-Identifier: MIT
// What the actions of the window do; its structure is in mainwindow.cpp.
#include "ui/aboutbox.h"
#include "ui/actions.h"
#include "ui/composer/composer.h"
#include "ui/composer/endpointbar.h"
#include "ui/composer/keyfield.h"
#include "ui/curl.h"
#include "ui/faults/faultplaneditor.h"
#include "ui/filetasks.h"
#include "ui/helpwindow.h"
#include "ui/mainwindow.h"
#include "ui/pane.h"
#include "ui/repeat/repeatwindow.h"
#include "ui/response/responsepane.h"
#include "ui/runview.h"
#include "ui/settingswindow.h"
#include "ui/shortcutswindow.h"
#include "ui/timeline/timelineview.h"
#include "ui/verdictline.h"

#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtGui/QClipboard>
#include <QtGui/QFontInfo>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPushButton>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

void MainWindow::connectRunActions()
{
    connect(m_actions->send, &QAction::triggered, this, &MainWindow::send);
    connect(m_actions->again, &QAction::triggered, this, &MainWindow::runAgain);
    connect(m_actions->many, &QAction::triggered, this, [this] {
        repeatWindow()->show();
        repeatWindow()->raise();
        repeatWindow()->activateWindow();
    });
    connect(m_actions->stop, &QAction::triggered, this, &MainWindow::stop);
    connect(m_actions->retryNow, &QAction::triggered, &m_runner, &Runner::retryNow);
    QPushButton *arm = m_composer->faults()->armButton();
    connect(m_actions->arm, &QAction::toggled, arm, &QPushButton::setChecked);
    connect(arm, &QPushButton::toggled, m_actions->arm, &QAction::setChecked);
    connect(m_actions->copyCurl, &QAction::triggered, this, [this] {
        QApplication::clipboard()->setText(curlCommand(m_composer->compose().scenario));
    });
    connect(m_actions->copyQtError, &QAction::triggered, this,
            [this] { QApplication::clipboard()->setText(m_response->qtErrorText()); });
    connect(m_runView->copyButton(), &QPushButton::clicked, m_actions->copyQtError,
            &QAction::trigger);
    connect(m_actions->showCertificate, &QAction::triggered, this, &MainWindow::showCertificate);
    connect(m_runView->certificateButton(), &QPushButton::clicked, m_actions->showCertificate,
            &QAction::trigger);
    for (QAction *action : {m_actions->retryNow, m_actions->again})
        action->setEnabled(false);
}

//! Of the attempt that it stopped, or else of the one that is looked at.
void MainWindow::showCertificate()
{
    if (const int attempt = m_runView->certificateAttempt(); attempt > 0)
        m_runView->timeline()->selectAttempt(attempt);
    m_response->showTls();
}

// One thing at a time: the run before what goes on with files.
void MainWindow::stop()
{
    if (m_runner.isRunning())
        m_runner.stop();
    else
        m_files->stop();
}

RepeatWindow *MainWindow::repeatWindow()
{
    if (m_repeat)
        return m_repeat;
    m_repeat = new RepeatWindow(this);
    if (m_repeatCount > 0)
        m_repeat->setCount(m_repeatCount);
    connect(m_repeat, &RepeatWindow::startAsked, this, &MainWindow::runMany);
    connect(m_repeat, &RepeatWindow::againAsked, this, &MainWindow::runOneOfMany);
    connect(m_repeat, &RepeatWindow::countChanged, this, [this] {
        m_repeatCount = m_repeat->count();
        m_session.touch();
    });
    return m_repeat;
}

void MainWindow::runMany()
{
    const Composition composition = m_composer->compose();
    m_composer->showErrors({});
    const QList<InputError> errors = composition.errors.isEmpty()
                                         ? m_repeat->start(composition.scenario, composition.key)
                                         : composition.errors;
    if (errors.isEmpty())
        return;
    m_repeat->showProblem(tr("Nothing was sent. %1").arg(errors.first().message));
    showRefusal(errors);
}

void MainWindow::runOneOfMany(int number)
{
    if (m_runner.isRunning())
        return m_repeat->showProblem(
            tr("A run is under way in the main window: stop it there, or wait for its end."));
    m_repeat->showProblem({});
    run(m_repeat->scenarioOf(number), m_repeat->key());
    activateWindow();
    m_runView->timeline()->setFocus(Qt::OtherFocusReason);
}

void MainWindow::connectViewActions()
{
    connect(m_actions->endpoint, &QAction::triggered, this, [this] {
        m_composer->bar()->endpointField()->setFocus(Qt::ShortcutFocusReason);
        m_composer->bar()->endpointField()->selectAll();
    });
    for (int i = 0; i < m_panes.size(); ++i)
        connect(m_actions->panes.at(i), &QAction::triggered, m_panes.at(i), &Pane::enter);
    connect(m_actions->nextPane, &QAction::triggered, this, [this] { cyclePanes(1); });
    connect(m_actions->previousPane, &QAction::triggered, this, [this] { cyclePanes(-1); });

    TimelineView *timeline = m_runView->timeline();
    connect(m_actions->zoomIn, &QAction::triggered, timeline, [timeline] { timeline->zoom(1.25); });
    connect(m_actions->zoomOut, &QAction::triggered, timeline, [timeline] { timeline->zoom(0.8); });
    connect(m_actions->fit, &QAction::triggered, timeline, &TimelineView::fit);
    connect(m_actions->previousAttempt, &QAction::triggered, timeline,
            [timeline] { timeline->stepAttempt(-1); });
    connect(m_actions->nextAttempt, &QAction::triggered, timeline,
            [timeline] { timeline->stepAttempt(1); });
    connect(m_actions->previousEvent, &QAction::triggered, this,
            [this] { m_response->stepEvent(-1); });
    connect(m_actions->nextEvent, &QAction::triggered, this, [this] { m_response->stepEvent(1); });
    connect(m_actions->longestGap, &QAction::triggered, m_response, &ResponsePane::goToLongestGap);
    connect(m_actions->find, &QAction::triggered, m_response, &ResponsePane::openFind);
    connect(m_actions->findNext, &QAction::triggered, m_response, &ResponsePane::findNext);
    connect(m_actions->themes, &QActionGroup::triggered, this, [this](const QAction *action) {
        Settings settings = m_settings;
        settings.theme = static_cast<Theme::Mode>(action->data().toInt());
        applySettings(settings);
    });
    connect(m_actions->largerText, &QAction::triggered, this, [this] { changeFontSize(1); });
    connect(m_actions->smallerText, &QAction::triggered, this, [this] { changeFontSize(-1); });
    connect(m_actions->normalText, &QAction::triggered, this, [this] { changeFontSize(0); });
    connect(m_actions->settings, &QAction::triggered, this, &MainWindow::showSettings);
}

//! 0: as the desktop has it.
void MainWindow::changeFontSize(int direction)
{
    Settings settings = m_settings;
    const int now = QFontInfo(QApplication::font()).pointSize();
    settings.fontSize =
        direction == 0 ? 0
                       : std::clamp(now + direction, Settings::SmallestFont, Settings::LargestFont);
    applySettings(settings);
}

void MainWindow::showSettings()
{
    if (!m_settingsWindow) {
        m_settingsWindow = new SettingsWindow(this);
        m_settingsWindow->setSettings(m_settings);
        connect(m_settingsWindow, &SettingsWindow::changed, this,
                [this] { applySettings(m_settingsWindow->settings()); });
    }
    m_settingsWindow->show();
    m_settingsWindow->raise();
    m_settingsWindow->activateWindow();
}

void MainWindow::connectHelpActions()
{
    connect(m_actions->help, &QAction::triggered, this, &MainWindow::showHelp);
    connect(m_actions->aboutQt, &QAction::triggered, qApp, &QApplication::aboutQt);
    connect(m_actions->about, &QAction::triggered, this, [this] { AboutBox::show(this); });
    connect(m_actions->shortcuts, &QAction::triggered, this, [this] {
        if (!m_shortcuts)
            m_shortcuts = new ShortcutsWindow(*menuBar(), this);
        m_shortcuts->show();
        m_shortcuts->raise();
        m_shortcuts->activateWindow();
    });
}

int MainWindow::currentPane() const
{
    const QWidget *focus = QApplication::focusWidget();
    for (int i = 0; i < m_panes.size(); ++i) {
        if (focus && m_panes.at(i)->isAncestorOf(focus))
            return i;
    }
    return -1;
}

void MainWindow::cyclePanes(int direction)
{
    const int count = static_cast<int>(m_panes.size());
    const int now = currentPane();
    const int next = now < 0 ? (direction > 0 ? 0 : count - 1) : (now + direction + count) % count;
    m_panes.at(next)->enter();
}

// The part about what is in focus.
void MainWindow::showHelp()
{
    if (!m_help)
        m_help = new HelpWindow(this);
    const QWidget *focus = QApplication::focusWidget();
    if (focus && m_composer->bar()->key()->isAncestorOf(focus))
        return m_help->showPage(u"keys.md"_s);
    switch (currentPane()) {
    case 0:
        return m_help->showPage(u"window.md"_s, tr("Request"));
    case 1:
        return m_help->showPage(u"faults.md"_s);
    case 2:
        return m_help->showPage(m_runView->verdict()->isAncestorOf(focus) ? u"verdicts.md"_s
                                                                          : u"timeline.md"_s);
    case 3:
        return m_help->showPage(u"window.md"_s, tr("What arrived"));
    default:
        return m_help->showPage(u"first-steps.md"_s);
    }
}

} // namespace Retryscope
