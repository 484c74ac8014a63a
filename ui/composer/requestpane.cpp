// SPDX-License-Identifier: MIT
#include "ui/composer/requestpane.h"

#include "ui/composer/jsoneditor.h"
#include "ui/composer/requestform.h"

#include <QtWidgets/QTabBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QVBoxLayout>

namespace Retryscope {

RequestPane::RequestPane(RequestDocument *document, QWidget *parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget)
    , m_form(new RequestForm(document))
    , m_json(new JsonEditor(document))
{
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setAccessibleName(tr("Request view"));
    m_tabs->addTab(m_form, tr("Form"));
    m_tabs->addTab(m_json, tr("JSON"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
}

void RequestPane::showMistake()
{
    m_tabs->setCurrentWidget(m_json);
    m_json->goToMistake();
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
