// SPDX-License-Identifier: MIT
#include "ui/response/findbar.h"

#include "ui/theme.h"

#include <QtWidgets/QToolButton>

namespace Retryscope {

FindBar::FindBar(QWidget *parent) : QLineEdit(parent)
{
    setAccessibleName(tr("Find in what arrived"));
    setPlaceholderText(tr(
        "Find in what is shown above; 0x\u2026 finds bytes; F3 for the next place, Esc to close"));
    connect(this, &QLineEdit::textChanged, this, [this] { showFound(true); });
    hide();
}

void FindBar::open()
{
    addClearButton();
    show();
    setFocus(Qt::ShortcutFocusReason);
    selectAll();
}

//! Its picture is only loaded when it is about to be seen: that takes longer than a whole tab.
void FindBar::addClearButton()
{
    if (isClearButtonEnabled())
        return;
    setClearButtonEnabled(true);
    const auto buttons = findChildren<QToolButton *>();
    for (QToolButton *clear : buttons)
        clear->setAccessibleName(tr("Clear the search"));
}

void FindBar::showFound(bool found)
{
    QPalette palette;
    if (!found)
        palette.setColor(QPalette::Base, Theme::current().mistakeTint());
    setPalette(palette);
    setAccessibleDescription(found ? QString() : tr("Not found"));
}

} // namespace Retryscope
