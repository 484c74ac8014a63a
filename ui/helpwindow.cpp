// SPDX-License-Identifier: MIT
#include "ui/helpwindow.h"

#include <QtCore/QFile>
#include <QtGui/QTextBlock>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QVBoxLayout>

namespace Retryscope {

HelpWindow::HelpWindow(QWidget *parent) : QDialog(parent), m_browser(new QTextBrowser)
{
    setWindowTitle(tr("Retryscope Help"));
    setModal(false);
    resize(620, 560);
    m_browser->setAccessibleName(tr("Help text"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_browser);
    QFile file(QStringLiteral(":/help/window.md"));
    if (file.open(QIODevice::ReadOnly))
        m_browser->setMarkdown(QString::fromUtf8(file.readAll()));
    m_browser->document()->setDocumentMargin(14.0);
}

void HelpWindow::showPart(const QString &heading)
{
    show();
    raise();
    activateWindow();
    m_browser->moveCursor(QTextCursor::Start);
    for (QTextBlock block = m_browser->document()->begin(); block.isValid(); block = block.next()) {
        if (heading.isEmpty() || block.blockFormat().headingLevel() == 0 || block.text() != heading)
            continue;
        m_browser->setTextCursor(QTextCursor(block));
        QScrollBar *bar = m_browser->verticalScrollBar();
        bar->setValue(bar->value() + m_browser->cursorRect().top());
        return;
    }
}

} // namespace Retryscope
