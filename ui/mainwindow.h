// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/runner.h"
#include "ui/session.h"
#include "ui/settings.h"

#include <QtCore/QList>
#include <QtWidgets/QMainWindow>

#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QFile;
class QSplitter;
QT_END_NAMESPACE

namespace Retryscope {

class Actions;
class Composer;
class FileTasks;
class HelpWindow;
class MessageBar;
class Pane;
class RepeatWindow;
class ResponsePane;
class RunView;
class SettingsWindow;
class ShortcutsWindow;
class Trace;

//! \brief The window: what is sent and what is broken at the left, what happened and what arrived
//! at the right.
class MainWindow final : public QMainWindow
{
    Q_OBJECT
public:
    //! \a sessionFile is what is remembered between starts; empty: nothing is.
    explicit MainWindow(const QString &sessionFile = {}, QWidget *parent = nullptr);
    ~MainWindow() override;

    //! A scenario or a trace. What cannot be read is said in the window, which stays as it was; a
    //! damaged trace is shown up to the damage.
    void openFile(const QString &path);
    void saveScenario(const QString &path);
    //! These two go on after they return: files().
    void saveTrace(const QString &path);
    void saveBody(const QString &path);

    Composer *composer() const { return m_composer; }

    RunView *runView() const { return m_runView; }

    ResponsePane *response() const { return m_response; }

    MessageBar *messages() const { return m_messages; }

    FileTasks *files() const { return m_files; }

    Actions *actions() const { return m_actions; }

    Runner *runner() { return &m_runner; }

    //! Of the latest run, or of the file that was opened since.
    const Trace *shownTrace() const;

    //! Made when it is asked for.
    RepeatWindow *repeatWindow();

public Q_SLOTS:
    void send();

protected:
    //! A file that is dropped on the window is opened.
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void moveEvent(QMoveEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildPanes();
    void nameListsOfCombos();
    QWidget *buildLeft();
    QWidget *buildRight();
    void connectParts();
    void connectFileActions();
    void connectRunActions();
    void connectViewActions();
    void connectHelpActions();
    void restoreSession();
    QJsonObject snapshot() const;
    void run(const Scenario &scenario, const QByteArray &key);
    void runAgain();
    void showCertificate();
    void runMany();
    void runOneOfMany(int number);
    void runEnded();
    void showRefusal(const QList<InputError> &errors);
    void cyclePanes(int direction);
    int currentPane() const;
    void applySettings(const Settings &settings);
    void changeFontSize(int direction);
    void showSettings();
    void showHelp();
    void askForFile();
    void openScenario(QFile &file);
    void openTrace(std::unique_ptr<QFile> file);
    void showTrace(const std::shared_ptr<Trace> &trace);
    void endTrace();
    std::shared_ptr<const Trace> sharedTrace() const;
    void enableFileActions();
    void stop();
    void askWhereToSave();

    Runner m_runner;
    //! From a file; none once a run has begun.
    std::shared_ptr<Trace> m_opened;
    Session m_session;
    Composer *m_composer;
    RunView *m_runView;
    ResponsePane *m_response;
    MessageBar *m_messages;
    FileTasks *m_files;
    //! Once the file that is being written is there.
    bool m_closesAfterWriting = false;
    QList<Pane *> m_panes;
    QSplitter *m_columns = nullptr;
    QSplitter *m_rows = nullptr;
    Actions *m_actions = nullptr;
    HelpWindow *m_help = nullptr;
    ShortcutsWindow *m_shortcuts = nullptr;
    RepeatWindow *m_repeat = nullptr;
    int m_repeatCount = 0;
    QString m_scenarioFile;
    Settings m_settings;
    SettingsWindow *m_settingsWindow = nullptr;
    //! What "run again" repeats.
    std::optional<Scenario> m_lastScenario;
    QByteArray m_lastKey;
};

} // namespace Retryscope
