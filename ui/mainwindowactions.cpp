// SPDX-License-Identifier: MIT
// What the actions of the window do; its structure is in mainwindow.cpp.
#include "ui/actions.h"
#include "ui/composer/composer.h"
#include "ui/composer/endpointbar.h"
#include "ui/curl.h"
#include "ui/faults/faultplaneditor.h"
#include "ui/helpwindow.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/pane.h"
#include "ui/repeat/repeatwindow.h"
#include "ui/response/responsepane.h"
#include "ui/runview.h"
#include "ui/timeline/timelineview.h"

#include "core/base/version.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSaveFile>
#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtGui/QClipboard>
#include <QtWidgets/QApplication>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

void MainWindow::connectFileActions()
{
    connect(m_actions->open, &QAction::triggered, this, &MainWindow::askForScenario);
    connect(m_actions->save, &QAction::triggered, this, [this] {
        if (m_scenarioFile.isEmpty())
            askWhereToSave();
        else
            saveScenario(m_scenarioFile);
    });
    connect(m_actions->saveAs, &QAction::triggered, this, &MainWindow::askWhereToSave);
    connect(m_actions->saveTrace, &QAction::triggered, this, [this] {
        const QString path = QFileDialog::getSaveFileName(this, tr("Save trace"), u"trace.jsonl"_s,
                                                          tr("Traces (*.jsonl)"));
        if (!path.isEmpty())
            saveTrace(path);
    });
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
    m_actions->saveTrace->setEnabled(false);
}

void MainWindow::connectRunActions()
{
    connect(m_actions->send, &QAction::triggered, this, &MainWindow::send);
    connect(m_actions->again, &QAction::triggered, this, &MainWindow::runAgain);
    connect(m_actions->many, &QAction::triggered, this, [this] {
        repeatWindow()->show();
        repeatWindow()->raise();
        repeatWindow()->activateWindow();
    });
    connect(m_actions->stop, &QAction::triggered, &m_runner, &Runner::stop);
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
    for (QAction *action :
         {m_actions->stop, m_actions->retryNow, m_actions->again, m_actions->copyQtError})
        action->setEnabled(false);
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
        setTheme(static_cast<Theme::Mode>(action->data().toInt()));
    });
}

void MainWindow::connectHelpActions()
{
    connect(m_actions->help, &QAction::triggered, this, &MainWindow::showHelp);
    connect(m_actions->aboutQt, &QAction::triggered, qApp, &QApplication::aboutQt);
    connect(m_actions->about, &QAction::triggered, this, [this] {
        QMessageBox::about(this, tr("About Retryscope"),
                           tr("<b>Retryscope %1</b><br>An oscilloscope for LLM requests: compose "
                              "one, break it on purpose, and see every attempt, every wait and "
                              "every byte.<br>MIT licence.")
                               .arg(versionString()));
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

void MainWindow::showHelp()
{
    if (!m_help)
        m_help = new HelpWindow(this);
    const QStringList headings{tr("Request"), tr("Break it"), tr("What happened"),
                               tr("What arrived")};
    m_help->showPart(headings.value(currentPane()));
}

void MainWindow::askForScenario()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open scenario"), m_scenarioFile,
                                                      tr("Scenarios (*.json);;All files (*)"));
    if (!path.isEmpty())
        openScenario(path);
}

void MainWindow::askWhereToSave()
{
    const QString proposal = m_scenarioFile.isEmpty() ? u"scenario.json"_s : m_scenarioFile;
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save scenario"), proposal, tr("Scenarios (*.json)"));
    if (!path.isEmpty())
        saveScenario(path);
}

void MainWindow::openScenario(const QString &path)
{
    const QString shown = QDir::toNativeSeparators(path);
    const auto refuse = [this, &shown](const QString &why) {
        m_messages->showMessage(MessageBar::Kind::Mistake,
                                tr("%1 was not opened: %2").arg(shown, why));
    };
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return refuse(file.errorString());
    constexpr qint64 largest = 64 * 1024 * 1024;
    if (file.size() > largest)
        return refuse(tr("it is larger than 64 MiB and cannot be a scenario."));
    const QByteArray text = file.readAll();
    const Result<Scenario> scenario = Scenario::fromText(text);
    if (!scenario) {
        const InputError &error = scenario.error();
        QString place = error.field.isEmpty() ? QString() : QString(error.field + u": "_s);
        if (error.offset) {
            const auto before = text.left(*error.offset);
            place += tr("line %1: ").arg(before.count('\n') + 1);
        }
        return refuse(QString(place + error.message));
    }
    m_messages->clear();
    m_scenarioFile = path;
    m_composer->setScenario(*scenario);
}

void MainWindow::saveScenario(const QString &path)
{
    const Composition composition = m_composer->compose();
    // A key is no part of a scenario: a missing one does not stand in the way.
    const bool wrong = std::any_of(composition.errors.begin(), composition.errors.end(),
                                   [](const InputError &e) { return e.field != "key"_L1; });
    const QString shown = QDir::toNativeSeparators(path);
    if (wrong) {
        m_composer->showErrors(composition.errors);
        m_messages->showMessage(
            MessageBar::Kind::Mistake,
            tr("%1 was not written: %2").arg(shown, composition.errors.first().message));
        return;
    }
    QSaveFile file(path);
    const bool good = file.open(QIODevice::WriteOnly)
                      && file.write(composition.scenario.toText()) >= 0 && file.commit();
    if (good)
        m_scenarioFile = path;
    m_messages->showMessage(good ? MessageBar::Kind::Remark : MessageBar::Kind::Mistake,
                            good ? tr("Saved as %1.").arg(shown)
                                 : tr("%1 was not written: %2.").arg(shown, file.errorString()));
}

void MainWindow::saveTrace(const QString &path)
{
    QSaveFile file(path);
    const bool good =
        file.open(QIODevice::WriteOnly) && m_runner.trace()->save(&file) && file.commit();
    const QString shown = QDir::toNativeSeparators(path);
    m_messages->showMessage(good ? MessageBar::Kind::Remark : MessageBar::Kind::Mistake,
                            good ? tr("Saved as %1.").arg(shown)
                                 : tr("%1 was not written: %2.").arg(shown, file.errorString()));
}

} // namespace Retryscope
