// SPDX-License-Identifier: MIT
#include "ui/composer/requestpane.h"

#include "ui/composer/connectionform.h"
#include "ui/composer/headerseditor.h"
#include "ui/composer/jsoneditor.h"
#include "ui/composer/requestdocument.h"
#include "ui/composer/requestform.h"
#include "ui/composer/textedit.h"
#include "ui/composer/toolsfield.h"

#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QVBoxLayout>

namespace Retryscope {

RequestPane::RequestPane(RequestDocument *document, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_tabs(new QTabWidget)
    , m_form(new RequestForm(document))
    , m_json(new JsonEditor(document))
    , m_headers(new HeadersEditor)
    , m_connection(new ConnectionForm)
{
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setAccessibleName(tr("Request view"));
    m_tabs->addTab(m_form, tr("Form"));
    m_tabs->addTab(m_json, tr("JSON"));
    m_tabs->addTab(m_headers, tr("Headers"));
    // It is longer than a small window is high.
    auto *area = new QScrollArea;
    area->setWidget(m_connection);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setMinimumWidth(m_connection->minimumSizeHint().width()
                          + area->verticalScrollBar()->sizeHint().width());
    m_tabs->addTab(area, tr("Connection"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    connect(m_tabs, &QTabWidget::currentChanged, this, &RequestPane::passFocus);
    connect(m_document, &RequestDocument::changed, this, &RequestPane::refresh);
    refresh();
    passFocus();
}

void RequestPane::refresh()
{
    const int form = m_tabs->indexOf(m_form);
    const bool isRaw = m_document->isRaw();
    m_tabs->setTabText(m_tabs->indexOf(m_json), isRaw ? tr("Body") : tr("JSON"));
    if (m_tabs->isTabVisible(form) != isRaw)
        return;
    // A form has nothing to show of a raw request.
    const bool isShown = m_tabs->currentWidget() == m_form || m_tabs->currentWidget() == m_json;
    m_tabs->setTabVisible(form, !isRaw);
    if (isShown)
        m_tabs->setCurrentIndex(isRaw ? m_tabs->indexOf(m_json) : form);
}

void RequestPane::passFocus()
{
    const QWidget *shown = m_tabs->currentWidget();
    if (shown == m_form)
        setFocusProxy(m_form->messageField());
    else if (shown == m_json)
        setFocusProxy(m_json->field());
    else if (shown == m_headers)
        setFocusProxy(m_headers->entry());
    else
        setFocusProxy(m_connection->entry());
}

void RequestPane::showMistake()
{
    m_tabs->setCurrentWidget(m_json);
    m_json->goToMistake();
}

void RequestPane::showHeaders()
{
    m_tabs->setCurrentWidget(m_headers);
    m_headers->entry()->setFocus(Qt::OtherFocusReason);
}

void RequestPane::showTools()
{
    m_tabs->setCurrentWidget(m_form);
    m_form->tools()->setOpen(true);
    m_form->tools()->field()->setFocus(Qt::OtherFocusReason);
}

void RequestPane::showConnection()
{
    m_tabs->setCurrentIndex(m_tabs->count() - 1);
    m_connection->entry()->setFocus(Qt::OtherFocusReason);
}

int RequestPane::currentTab() const
{
    return m_tabs->currentIndex();
}

void RequestPane::setCurrentTab(int tab)
{
    m_tabs->setCurrentIndex(tab);
}

} // namespace Retryscope
