// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QDialog>

QT_BEGIN_NAMESPACE
class QListWidget;
class QTextBrowser;
class QUrl;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief The manual, beside the window and never in its way: its pages at the left, and one of
//! them.
class HelpWindow final : public QDialog
{
    Q_OBJECT
public:
    explicit HelpWindow(QWidget *parent = nullptr);

    //! Shows a page of resources/help ("faults.md") at a heading; without one, at its beginning.
    void showPage(const QString &page, const QString &heading = {});

    //! The names of all pages, in their order.
    static QStringList pages();

private:
    void load(const QString &page);
    void goTo(const QString &heading);
    void follow(const QUrl &link);

    QListWidget *m_list;
    QTextBrowser *m_browser;
};

} // namespace Retryscope
