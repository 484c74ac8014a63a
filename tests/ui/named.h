// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QMap>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtGui/QAction>
#include <QtGui/QKeySequence>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>

//! \file
//! \brief Finds parts of a window as its users do: by the name that a screen reader says, by the
//! letter that Alt leads to.

namespace Retryscope {

//! The first \a Widget below \a window that a screen reader calls \a name, or null.
template <typename Widget>
Widget *named(const QWidget &window, const QString &name)
{
    const auto widgets = window.findChildren<Widget *>();
    for (Widget *widget : widgets) {
        if (widget->accessibleName() == name)
            return widget;
    }
    return nullptr;
}

//! Texts by where they are and the letter that Alt must be held for.
class MnemonicOwners
{
public:
    //! What Alt and a letter lead to: menus, labels with a buddy, buttons.
    void addWindow(const QWidget &window)
    {
        const auto labels = window.findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->buddy())
                add({}, label->text());
        }
        const auto buttons = window.findChildren<QAbstractButton *>();
        for (const QAbstractButton *button : buttons)
            add({}, button->text());
        const auto menus = window.findChild<QMenuBar *>()->actions();
        for (const QAction *menu : menus)
            add({}, menu->text());
    }

    //! What lies in the menus; each menu is a place of its own.
    void addMenus(const QWidget &window)
    {
        const auto menus = window.findChild<QMenuBar *>()->actions();
        for (const QAction *menu : menus)
            addMenu(*menu->menu());
    }

    qsizetype size() const { return m_owners.size(); }

    //! Letters with more than one owner, a line each.
    QString ownedTwice() const
    {
        QStringList twice;
        for (auto owner = m_owners.cbegin(); owner != m_owners.cend(); ++owner) {
            if (owner->size() > 1)
                twice.append(owner.key() + QLatin1String(": ") + owner->join(QLatin1String(", ")));
        }
        return twice.join(u'\n');
    }

private:
    void add(const QString &place, const QString &text)
    {
        const QKeySequence keys = QKeySequence::mnemonic(text);
        if (!keys.isEmpty())
            m_owners[place + keys.toString()].append(text);
    }

    void addMenu(const QMenu &menu)
    {
        const auto entries = menu.actions();
        for (const QAction *entry : entries) {
            add(menu.title() + u' ', entry->text());
            if (entry->menu())
                addMenu(*entry->menu());
        }
    }

    QMap<QString, QStringList> m_owners;
};

} // namespace Retryscope
