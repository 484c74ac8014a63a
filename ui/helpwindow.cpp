// SPDX-License-Identifier: MIT
#include "ui/helpwindow.h"

#include "core/fault/faultcatalogue.h"

#include <QtCore/QFile>
#include <QtCore/QMetaEnum>
#include <QtCore/QPointer>
#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>
#include <QtGui/QTextBlock>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTextBrowser>
#include <QtWidgets/QVBoxLayout>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QString textOf(const QString &page)
{
    QFile file(QString(u":/help/"_s + page));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

// Its first heading.
QString titleOf(const QString &text)
{
    const qsizetype begin = text.indexOf("# "_L1) + 2;
    return text.sliced(begin, text.indexOf(u'\n', begin) - begin);
}

template <typename Enum>
QString nameOf(Enum value)
{
    return QString::fromLatin1(QMetaEnum::fromType<Enum>().valueToKey(static_cast<int>(value)));
}

QString parametersOf(const FaultDescriptor &fault)
{
    QStringList words;
    for (const FaultParameter &parameter : fault.parameters)
        words.append(u"`%1` %2"_s.arg(parameter.name, parameter.summary));
    return words.join(u"; "_s);
}

// From the catalogue itself: none can be missing, and none can be told wrongly.
QString catalogueTable()
{
    QString table = QString(u"\n## "_s + HelpWindow::tr("All faults") + u"\n\n"_s
                            + HelpWindow::tr("| name | phase | where | on the wire | parameters |")
                            + u"\n|---|---|---|---|---|\n"_s);
    for (const FaultDescriptor &fault : faultCatalogue()) {
        if (fault.kind != FaultKind::None)
            table += u"| `%1` | %2 | %3 | %4 | %5 |\n"_s.arg(fault.name, nameOf(fault.phase),
                                                             nameOf(fault.site).toLower(),
                                                             fault.summary, parametersOf(fault));
    }
    return table;
}

} // namespace

QStringList HelpWindow::pages()
{
    return {u"first-steps.md"_s, u"window.md"_s, u"timeline.md"_s, u"verdicts.md"_s,
            u"faults.md"_s,      u"keys.md"_s,   u"sandbox.md"_s,  u"library.md"_s};
}

HelpWindow::HelpWindow(QWidget *parent)
    : QDialog(parent)
    , m_list(new QListWidget)
    , m_browser(new QTextBrowser)
{
    setWindowTitle(tr("Retryscope Help"));
    setModal(false);
    resize(820, 600);
    m_list->setAccessibleName(tr("Help pages"));
    for (const QString &page : pages()) {
        auto *item = new QListWidgetItem(titleOf(textOf(page)), m_list);
        item->setData(Qt::UserRole, page);
    }
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setWordWrap(true);
    m_list->setSpacing(2);
    m_browser->setAccessibleName(tr("Help text"));
    m_browser->setOpenLinks(false);
    auto *columns = new QSplitter;
    columns->addWidget(m_list);
    columns->addWidget(m_browser);
    columns->setStretchFactor(1, 1);
    columns->setSizes({m_list->sizeHintForColumn(0) + 20, 600});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(columns);
    connect(m_list, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem *item) {
        if (item)
            load(item->data(Qt::UserRole).toString());
    });
    connect(m_browser, &QTextBrowser::anchorClicked, this, &HelpWindow::follow);
}

void HelpWindow::load(const QString &page)
{
    QString text = textOf(page);
    if (page == "faults.md"_L1)
        text += catalogueTable();
    // Apart from the browser, which would lay all of it out anew for every paragraph that is added.
    auto *document = new QTextDocument(m_browser);
    document->setDefaultFont(m_browser->font());
    document->setDocumentMargin(14.0);
    document->setMarkdown(text);
    const QPointer<QTextDocument> before = m_browser->document();
    m_browser->setDocument(document);
    delete before; // but for the first one, which was the browser's own and is gone
    m_browser->moveCursor(QTextCursor::Start);
}

void HelpWindow::showPage(const QString &page, const QString &heading)
{
    const auto row = static_cast<int>(pages().indexOf(page));
    if (row < 0)
        return;
    m_list->setCurrentRow(row);
    show();
    raise();
    activateWindow();
    goTo(heading);
}

void HelpWindow::goTo(const QString &heading)
{
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

//! To another page, or out of the program.
void HelpWindow::follow(const QUrl &link)
{
    const QString page = link.fileName();
    if (link.scheme().isEmpty() || link.scheme() == "qrc"_L1)
        showPage(page);
    else
        QDesktopServices::openUrl(link);
}

} // namespace Retryscope
