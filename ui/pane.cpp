// SPDX-License-Identifier: MIT
#include "ui/pane.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

namespace Retryscope {

Pane::Pane(int number, const QString &title, QWidget *parent)
    : QFrame(parent)
    , m_layout(new QVBoxLayout(this))
    , m_header(new QHBoxLayout)
{
    auto *label = new QLabel(number > 0 ? QStringLiteral("%1  %2").arg(number).arg(title) : title);
    QFont font = label->font();
    font.setBold(true);
    label->setFont(font);
    m_layout->setContentsMargins(8, 4, 8, 6);
    m_layout->setSpacing(4);
    m_header->setSpacing(6);
    m_header->addWidget(label);
    m_header->addStretch(1);
    m_layout->addLayout(m_header);
}

void Pane::addHeaderWidget(QWidget *widget)
{
    m_header->addWidget(widget);
}

void Pane::setContent(QWidget *content, int stretch)
{
    m_layout->addWidget(content, stretch);
}

void Pane::setEntry(QWidget *entry)
{
    m_entry = entry;
}

void Pane::enter()
{
    if (m_entry)
        m_entry->setFocus(Qt::ShortcutFocusReason);
}

} // namespace Retryscope
