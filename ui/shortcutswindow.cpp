// SPDX-License-Identifier: MIT
#include "ui/shortcutswindow.h"

#include <QtGui/QAction>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>

#include <vector>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

struct Row
{
    QString menu;
    QString action;
    QString keys;
};

// "&Save" without its mark; "&&" is an ampersand.
QString withoutMnemonic(QString text)
{
    text.replace("&&"_L1, "\1"_L1).remove(u'&').replace("\1"_L1, "&"_L1);
    return text;
}

void collect(const QMenu &menu, const QString &name, std::vector<Row> &rows)
{
    const auto actions = menu.actions();
    for (const QAction *action : actions) {
        if (const QMenu *inner = action->menu()) {
            collect(*inner, QString(name + u" \u203a "_s + withoutMnemonic(inner->title())), rows);
        } else if (!action->isSeparator()) {
            const QString keys =
                QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText);
            rows.push_back({name, withoutMnemonic(action->text()), keys});
        }
    }
}

} // namespace

ShortcutsWindow::ShortcutsWindow(const QMenuBar &bar, QWidget *parent)
    : QDialog(parent)
    , m_table(new QTableWidget)
{
    setWindowTitle(tr("Keyboard Shortcuts"));
    setModal(false);
    resize(520, 560);
    auto *search = new QLineEdit;
    search->setPlaceholderText(tr("Find an action or a key"));
    search->setAccessibleName(tr("Find an action or a key"));
    search->setClearButtonEnabled(true);
    connect(search, &QLineEdit::textChanged, this, &ShortcutsWindow::filter);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(search);
    layout->addWidget(m_table);

    std::vector<Row> rows;
    const auto menus = bar.actions();
    for (const QAction *action : menus) {
        if (const QMenu *menu = action->menu())
            collect(*menu, withoutMnemonic(menu->title()), rows);
    }
    m_table->setAccessibleName(tr("Shortcuts"));
    m_table->setColumnCount(3);
    m_table->setRowCount(static_cast<int>(rows.size()));
    m_table->setHorizontalHeaderLabels({tr("Menu"), tr("Action"), tr("Keys")});
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const Row &entry = rows.at(static_cast<size_t>(row));
        int column = 0;
        for (const QString &text : {entry.menu, entry.action, entry.keys})
            m_table->setItem(row, column++, new QTableWidgetItem(text));
    }
    m_table->resizeColumnToContents(0);
    m_table->resizeColumnToContents(2);
    search->setFocus();
}

void ShortcutsWindow::filter(const QString &text)
{
    for (int row = 0; row < m_table->rowCount(); ++row) {
        bool isFound = false;
        for (int column = 0; column < m_table->columnCount(); ++column)
            isFound =
                isFound || m_table->item(row, column)->text().contains(text, Qt::CaseInsensitive);
        m_table->setRowHidden(row, !isFound);
    }
}

} // namespace Retryscope
