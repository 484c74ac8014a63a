// SPDX-License-Identifier: MIT
// Files of the window: scenarios and traces; its structure is in mainwindow.cpp.
#include "ui/actions.h"
#include "ui/composer/composer.h"
#include "ui/filetasks.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/response/responsepane.h"
#include "ui/runview.h"
#include "ui/tracefile.h"

#include "core/trace/trace.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QMimeData>
#include <QtCore/QSaveFile>
#include <QtGui/QAction>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QDropEvent>
#include <QtWidgets/QFileDialog>

#include <utility>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! One at a time: the window shows one scenario and one trace.
std::optional<QString> droppedFile(const QMimeData &data)
{
    const QList<QUrl> urls = data.urls();
    if (urls.size() != 1 || !urls.first().isLocalFile())
        return {};
    return urls.first().toLocalFile();
}

} // namespace

void MainWindow::connectFileActions()
{
    connect(m_actions->open, &QAction::triggered, this, &MainWindow::askForFile);
    connect(m_actions->save, &QAction::triggered, this, [this] {
        if (m_scenarioFile.isEmpty())
            askWhereToSave();
        else
            saveScenario(m_scenarioFile);
    });
    connect(m_actions->saveAs, &QAction::triggered, this, &MainWindow::askWhereToSave);
    connect(m_actions->saveTrace, &QAction::triggered, this, [this] {
        const QString path = QFileDialog::getSaveFileName(
            this, tr("Save trace"), u"trace.retrytrace"_s, tr("Traces (*.retrytrace *.jsonl)"));
        if (!path.isEmpty())
            saveTrace(path);
    });
    connect(m_actions->saveBody, &QAction::triggered, this, [this] {
        const QString path = QFileDialog::getSaveFileName(this, tr("Save body"), u"body"_s);
        if (!path.isEmpty())
            saveBody(path);
    });
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_files, &FileTasks::traceBegun, this, &MainWindow::showTrace);
    connect(m_files, &FileTasks::traceEnded, this, &MainWindow::endTrace);
    connect(m_files, &FileTasks::changed, this, &MainWindow::enableFileActions);
    connect(m_files, &FileTasks::written, this, [this](bool good) {
        // Where it failed, the window stays and says why.
        if (std::exchange(m_closesAfterWriting, false) && good)
            close();
    });
    enableFileActions();
}

void MainWindow::askForFile()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open a scenario or a trace"), m_scenarioFile,
        tr("Scenarios and traces (*.retryscope *.json *.retrytrace *.jsonl);;All files (*)"));
    if (!path.isEmpty())
        openFile(path);
}

void MainWindow::askWhereToSave()
{
    const QString proposal = m_scenarioFile.isEmpty() ? u"scenario.retryscope"_s : m_scenarioFile;
    const QString path = QFileDialog::getSaveFileName(this, tr("Save scenario"), proposal,
                                                      tr("Scenarios (*.retryscope *.json)"));
    if (!path.isEmpty())
        saveScenario(path);
}

void MainWindow::openFile(const QString &path)
{
    auto file = std::make_unique<QFile>(path);
    if (!file->open(QIODevice::ReadOnly))
        return m_files->tellRefused(path, file->errorString());
    // Both are read twice, or not at all.
    if (file->isSequential())
        return m_files->tellRefused(path, tr("it is no regular file."));
    if (TraceFile::isTrace(*file))
        openTrace(std::move(file));
    else
        openScenario(*file);
}

void MainWindow::openScenario(QFile &file)
{
    constexpr qint64 largest = 64 * 1024 * 1024;
    if (file.size() > largest)
        return m_files->tellRefused(file.fileName(),
                                    tr("it is larger than 64 MiB and cannot be a scenario."));
    const QByteArray text = file.readAll();
    const Result<Scenario> scenario = Scenario::fromText(text);
    if (!scenario) {
        const InputError &error = scenario.error();
        QString place = error.field.isEmpty() ? QString() : QString(error.field + u": "_s);
        if (error.offset) {
            const auto before = text.left(*error.offset);
            place += tr("line %1: ").arg(before.count('\n') + 1);
        }
        return m_files->tellRefused(file.fileName(), QString(place + error.message));
    }
    m_messages->clear();
    m_scenarioFile = file.fileName();
    m_composer->setScenario(*scenario);
}

void MainWindow::openTrace(std::unique_ptr<QFile> file)
{
    if (m_runner.isRunning())
        return m_files->tellRefused(file->fileName(),
                                    tr("a run is under way. Stop it first, or wait for its end."));
    m_files->openTrace(std::move(file), m_settings.traceLimits());
}

void MainWindow::saveScenario(const QString &path)
{
    const Composition composition = m_composer->compose();
    // A key is no part of a scenario: a missing one does not stand in the way.
    const bool wrong = std::any_of(composition.errors.begin(), composition.errors.end(),
                                   [](const InputError &e) { return e.field != "key"_L1; });
    if (wrong) {
        m_composer->showErrors(composition.errors);
        m_messages->showMessage(
            MessageBar::Kind::Mistake,
            tr("%1 was not written: %2")
                .arg(QDir::toNativeSeparators(path), composition.errors.first().message));
        return;
    }
    QSaveFile file(path);
    const bool good = file.open(QIODevice::WriteOnly)
                      && file.write(composition.scenario.toText()) >= 0 && file.commit();
    if (good)
        m_scenarioFile = path;
    m_files->tellWritten(path, good ? QString() : file.errorString());
}

void MainWindow::saveTrace(const QString &path)
{
    m_files->write(path, TraceFile::lines(sharedTrace()));
}

void MainWindow::saveBody(const QString &path)
{
    m_files->write(path, TraceFile::body(sharedTrace()), shownTrace()->body().problem());
}

void MainWindow::showTrace(const std::shared_ptr<Trace> &trace)
{
    m_runView->showTrace(trace.get());
    m_response->setTrace(trace.get());
    m_opened = trace;
    enableFileActions();
}

void MainWindow::endTrace()
{
    m_runView->endTrace(*m_opened);
    enableFileActions();
}

void MainWindow::enableFileActions()
{
    const bool isRunning = m_runner.isRunning();
    const bool hasEvents = !shownTrace()->events().empty();
    m_actions->stop->setEnabled(isRunning || m_files->isReading() || m_files->isWriting());
    m_actions->saveTrace->setEnabled(isRunning || (hasEvents && !m_files->isReading()));
    m_actions->saveBody->setEnabled(!isRunning && shownTrace()->body().kept() > 0);
    m_actions->copyQtError->setEnabled(isRunning || hasEvents);
}

const Trace *MainWindow::shownTrace() const
{
    return sharedTrace().get();
}

std::shared_ptr<const Trace> MainWindow::sharedTrace() const
{
    return m_opened ? m_opened : m_runner.sharedTrace();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (droppedFile(*event->mimeData()))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    const std::optional<QString> path = droppedFile(*event->mimeData());
    if (!path)
        return;
    event->acceptProposedAction();
    openFile(*path);
}

} // namespace Retryscope
