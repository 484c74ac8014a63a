// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QDialog>

QT_BEGIN_NAMESPACE
class QMenuBar;
class QTableWidget;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief Every action of the menus with its keys, by menu; read from the menus, so that none can
//! be missing.
class ShortcutsWindow final : public QDialog
{
    Q_OBJECT
public:
    //! The bar is read once, here.
    explicit ShortcutsWindow(const QMenuBar &bar, QWidget *parent = nullptr);

private:
    void filter(const QString &text);

    QTableWidget *m_table;
};

} // namespace Retryscope
