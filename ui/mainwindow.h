// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/runner.h"
#include "ui/session.h"
#include "ui/theme.h"

#include <QtCore/QList>
#include <QtWidgets/QMainWindow>

QT_BEGIN_NAMESPACE
class QSplitter;
QT_END_NAMESPACE

namespace Retryscope {

class Actions;
class Composer;
class HelpWindow;
class MessageBar;
class Pane;
class RepeatWindow;
class ResponsePane;
class RunView;

//! \brief The window: what is sent and what is broken at the left, what happened and what arrived
//! at the right.
class MainWindow final : public QMainWindow
{
    Q_OBJECT
public:
    //! \a sessionFile is what is remembered between starts; empty: nothing is.
    explicit MainWindow(const QString &sessionFile = {}, QWidget *parent = nullptr);
    ~MainWindow() override;

    //! A mistake in the file is shown in the window, which stays as it was.
    void openScenario(const QString &path);
    void saveScenario(const QString &path);
    void saveTrace(const QString &path);

    Composer *composer() const { return m_composer; }

    RunView *runView() const { return m_runView; }

    ResponsePane *response() const { return m_response; }

    MessageBar *messages() const { return m_messages; }

    Actions *actions() const { return m_actions; }

    Runner *runner() { return &m_runner; }

    //! Made when it is asked for.
    RepeatWindow *repeatWindow();

public Q_SLOTS:
    void send();

protected:
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
    void runMany();
    void runOneOfMany(int number);
    void runEnded();
    void showRefusal(const QList<InputError> &errors);
    void cyclePanes(int direction);
    int currentPane() const;
    void setTheme(Theme::Mode mode);
    void showHelp();
    void askForScenario();
    void askWhereToSave();

    Runner m_runner;
    Session m_session;
    Composer *m_composer;
    RunView *m_runView;
    ResponsePane *m_response;
    MessageBar *m_messages;
    QList<Pane *> m_panes;
    QSplitter *m_columns = nullptr;
    QSplitter *m_rows = nullptr;
    Actions *m_actions = nullptr;
    HelpWindow *m_help = nullptr;
    RepeatWindow *m_repeat = nullptr;
    int m_repeatCount = 0;
    QString m_scenarioFile;
    Theme::Mode m_theme = Theme::Mode::Desktop;
    //! What "run again" repeats.
    std::optional<Scenario> m_lastScenario;
    QByteArray m_lastKey;
};

} // namespace Retryscope
