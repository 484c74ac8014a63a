// SPDX-License-Identifier: MIT
#include "ui/response/headersview.h"

#include "ui/response/tracedigest.h"

#include <QtWidgets/QHeaderView>

namespace Retryscope {

HeadersView::HeadersView(QWidget *parent) : QTreeWidget(parent)
{
    setAccessibleName(tr("Headers"));
    setColumnCount(2);
    setHeaderLabels({tr("Name"), tr("Value")});
    setFrameShape(QFrame::NoFrame);
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setAlternatingRowColors(true);
    setUniformRowHeights(true);
    header()->setStretchLastSection(true);
    header()->resizeSection(0, 220);
}

QTreeWidgetItem *HeadersView::addHead(const QString &line)
{
    auto *head = new QTreeWidgetItem(this, {line});
    QFont font = head->font(0);
    font.setBold(true);
    head->setFont(0, font);
    head->setFirstColumnSpanned(true);
    head->setExpanded(true);
    return head;
}

void HeadersView::show(const AttemptDigest *digest)
{
    const int attempt = digest ? digest->attempt : 0;
    const qsizetype stage =
        digest ? (digest->finished ? 1 : 0) + (digest->status > 0 ? 2 : 0) + (digest->sent ? 4 : 0)
               : -1;
    if (attempt == m_attempt && stage == m_stage)
        return;
    m_attempt = attempt;
    m_stage = stage;
    clear();
    if (!digest)
        return;
    QTreeWidgetItem *request = addHead(tr("Request: %1 %2").arg(digest->method, digest->url));
    for (const auto &[name, value] : digest->requestHeaders)
        new QTreeWidgetItem(request, {name, value});
    if (!digest->sent)
        request->setText(0, tr("%1 (%2)").arg(request->text(0), digest->finished
                                                                    ? tr("never sent")
                                                                    : tr("not sent yet")));
    if (digest->status == 0) {
        addHead(digest->finished ? tr("Response: none came") : tr("Response: none yet"));
    } else {
        QTreeWidgetItem *response = addHead(tr("Response: %1 %2 %3")
                                                .arg(digest->httpVersion)
                                                .arg(digest->status)
                                                .arg(digest->reason));
        for (const auto &[name, value] : digest->responseHeaders)
            new QTreeWidgetItem(response, {name, value});
    }
    expandAll();
}

} // namespace Retryscope
