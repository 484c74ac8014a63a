// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QList>
#include <QtCore/QObject>

QT_BEGIN_NAMESPACE
class QAction;
class QActionGroup;
class QMenu;
class QMenuBar;
class QWidget;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief Every action of the window, each in a menu and with its key. What they do is wired by
//! their owner.
class Actions final : public QObject
{
    Q_OBJECT
public:
    //! Fills the menu bar; \a window owns the keys.
    Actions(QMenuBar *bar, QWidget *window);

    QAction *open = nullptr;
    QAction *save = nullptr;
    QAction *saveAs = nullptr;
    QAction *saveTrace = nullptr;
    QAction *saveBody = nullptr;
    QAction *settings = nullptr;
    QAction *quit = nullptr;

    QAction *send = nullptr;
    QAction *stop = nullptr;
    QAction *retryNow = nullptr;
    QAction *again = nullptr;
    QAction *many = nullptr;
    QAction *arm = nullptr;
    QAction *copyCurl = nullptr;
    QAction *copyQtError = nullptr;
    QAction *showCertificate = nullptr;

    QAction *endpoint = nullptr;
    QList<QAction *> panes;
    QAction *nextPane = nullptr;
    QAction *previousPane = nullptr;
    QAction *zoomIn = nullptr;
    QAction *zoomOut = nullptr;
    QAction *fit = nullptr;
    QAction *previousAttempt = nullptr;
    QAction *nextAttempt = nullptr;
    QAction *previousEvent = nullptr;
    QAction *nextEvent = nullptr;
    QAction *longestGap = nullptr;
    QAction *find = nullptr;
    QAction *findNext = nullptr;
    QAction *largerText = nullptr;
    QAction *smallerText = nullptr;
    QAction *normalText = nullptr;
    //! Desktop, light, dark.
    QActionGroup *themes = nullptr;

    QAction *help = nullptr;
    QAction *shortcuts = nullptr;
    QAction *about = nullptr;
    QAction *aboutQt = nullptr;

private:
    void fillFile(QMenu *menu);
    void fillRun(QMenu *menu);
    void fillView(QMenu *menu);
    void fillSteps(QMenu *menu);
    void fillThemes(QMenu *menu);
    void fillHelp(QMenu *menu);
    QAction *add(QMenu *menu, const QString &text, const char *keys = nullptr);
};

} // namespace Retryscope
