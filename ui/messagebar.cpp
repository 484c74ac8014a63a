// SPDX-License-Identifier: MIT
#include "ui/messagebar.h"

#include "ui/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace Retryscope {

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent)
    , m_label(new QLabel(this))
    , m_close(new QToolButton(this))
{
    m_label->setWordWrap(true);
    m_label->setTextFormat(Qt::PlainText);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setText(tr("Close"));
    m_close->setAccessibleName(tr("Close message"));
    m_close->setAutoRaise(true);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 6, 6, 6);
    layout->addWidget(m_label, 1);
    layout->addWidget(m_close);
    connect(m_close, &QToolButton::clicked, this, &MessageBar::clear);
    setVisible(false);
}

void MessageBar::showMessage(Kind kind, const QString &text)
{
    m_kind = kind;
    m_label->setText(text);
    setVisible(true);
    update();
}

void MessageBar::clear()
{
    m_label->clear();
    setVisible(false);
}

QString MessageBar::text() const
{
    return m_label->text();
}

void MessageBar::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    const QColor edge = m_kind == Kind::Mistake ? theme.failure() : theme.mutedText();
    painter.fillRect(rect(), m_kind == Kind::Mistake ? theme.mistakeTint() : theme.selection());
    painter.fillRect(QRect(0, 0, 4, height()), edge);
}

} // namespace Retryscope
