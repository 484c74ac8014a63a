// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QDialog>

QT_BEGIN_NAMESPACE
class QTextBrowser;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief The manual, beside the window and never in its way.
class HelpWindow final : public QDialog
{
    Q_OBJECT
public:
    explicit HelpWindow(QWidget *parent = nullptr);

    //! Shows the part under a heading of the manual; empty: its beginning.
    void showPart(const QString &heading);

private:
    QTextBrowser *m_browser;
};

} // namespace Retryscope
