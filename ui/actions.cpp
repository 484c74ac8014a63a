// SPDX-License-Identifier: MIT
#include "ui/actions.h"

#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>

namespace Retryscope {

Actions::Actions(QMenuBar *bar, QWidget *window) : QObject(window)
{
    fillFile(bar->addMenu(tr("&File")));
    fillRun(bar->addMenu(tr("&Run")));
    fillView(bar->addMenu(tr("&View")));
    fillHelp(bar->addMenu(tr("&Help")));
}

QAction *Actions::add(QMenu *menu, const QString &text, const char *keys)
{
    QAction *action = menu->addAction(text);
    if (keys)
        action->setShortcut(QKeySequence(QString::fromLatin1(keys)));
    return action;
}

void Actions::fillFile(QMenu *menu)
{
    open = add(menu, tr("&Open\u2026"), "Ctrl+O");
    save = add(menu, tr("&Save scenario"), "Ctrl+S");
    saveAs = add(menu, tr("Save scenario &as\u2026"), "Ctrl+Shift+S");
    menu->addSeparator();
    saveTrace = add(menu, tr("Save &trace\u2026"), "Ctrl+T");
    saveBody = add(menu, tr("Save &body\u2026"), "Ctrl+B");
    menu->addSeparator();
    settings = add(menu, tr("Setti&ngs\u2026"));
    settings->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Comma));
    settings->setMenuRole(QAction::PreferencesRole);
    menu->addSeparator();
    quit = add(menu, tr("&Quit"), "Ctrl+Q");
    quit->setMenuRole(QAction::QuitRole);
}

void Actions::fillRun(QMenu *menu)
{
    send = add(menu, tr("&Send"));
    // The Enter of the number pad is another key.
    send->setShortcuts(
        {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)});
    again = add(menu, tr("Run a&gain with the same seed"), "Ctrl+R");
    many = add(menu, tr("Run &many times\u2026"), "Ctrl+Shift+R");
    stop = add(menu, tr("S&top"), "Esc");
    retryNow = add(menu, tr("&Retry now"), "Ctrl+Shift+Return");
    menu->addSeparator();
    arm = add(menu, tr("&Faults armed"), "Ctrl+Shift+F");
    arm->setCheckable(true);
    arm->setChecked(true);
    menu->addSeparator();
    copyCurl = add(menu, tr("Copy as &cURL"), "Ctrl+Shift+C");
    copyQtError = add(menu, tr("Copy &Qt error"), "Ctrl+Shift+E");
    showCertificate = add(menu, tr("Sho&w certificate"), "Ctrl+Shift+T");
}

void Actions::fillView(QMenu *menu)
{
    endpoint = add(menu, tr("&Endpoint"), "Ctrl+L");
    panes = {add(menu, tr("&1 Request"), "Ctrl+1"), add(menu, tr("&2 Break it"), "Ctrl+2"),
             add(menu, tr("&3 What happened"), "Ctrl+3"),
             add(menu, tr("&4 What arrived"), "Ctrl+4")};
    nextPane = add(menu, tr("&Next pane"), "F6");
    previousPane = add(menu, tr("&Previous pane"), "Shift+F6");
    menu->addSeparator();
    zoomIn = add(menu, tr("Zoom &in"), "+");
    zoomOut = add(menu, tr("Zoom &out"), "-");
    fit = add(menu, tr("&Whole run"), "0");
    menu->addSeparator();
    fillSteps(menu);
    menu->addSeparator();
    find = add(menu, tr("&Find in what arrived\u2026"), "Ctrl+F");
    findNext = add(menu, tr("Find ne&xt"), "F3");
    menu->addSeparator();
    largerText = add(menu, tr("Lar&ger text"), "Ctrl++");
    smallerText = add(menu, tr("&Smaller text"), "Ctrl+-");
    normalText = add(menu, tr("Text as the &desktop has it"), "Ctrl+0");
    fillThemes(menu->addMenu(tr("The&me")));
}

void Actions::fillSteps(QMenu *menu)
{
    previousAttempt = add(menu, tr("Previous &attempt"), "[");
    nextAttempt = add(menu, tr("Next a&ttempt"), "]");
    // Not by QKeySequence("..."): a comma separates keys there.
    previousEvent = add(menu, tr("Previous e&vent"));
    previousEvent->setShortcut(QKeySequence(Qt::Key_Comma));
    nextEvent = add(menu, tr("Next event"), ".");
    longestGap = add(menu, tr("&Longest gap"), "G");
}

void Actions::fillThemes(QMenu *menu)
{
    themes = new QActionGroup(this);
    for (const QString &text : {tr("As the &desktop"), tr("&Light"), tr("D&ark")}) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setData(themes->actions().size());
        themes->addAction(action);
    }
    themes->actions().constFirst()->setChecked(true);
}

void Actions::fillHelp(QMenu *menu)
{
    help = add(menu, tr("&Help"), "F1");
    shortcuts = add(menu, tr("&Keyboard shortcuts"), "Ctrl+F1");
    menu->addSeparator();
    about = add(menu, tr("&About Retryscope"));
    about->setMenuRole(QAction::AboutRole);
    aboutQt = add(menu, tr("About &Qt"));
    aboutQt->setMenuRole(QAction::AboutQtRole);
}

} // namespace Retryscope
