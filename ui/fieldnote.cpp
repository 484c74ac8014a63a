// SPDX-License-Identifier: MIT
#include "ui/fieldnote.h"

#include "ui/theme.h"

#include <QtCore/QEvent>

namespace Retryscope {

FieldNote::FieldNote(QWidget *field, QWidget *parent)
    : QLabel(parent)
    , m_field(field)
    , m_description(field->accessibleDescription())
{
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    // A label that takes the mouse must not become a stop in the tab order.
    setFocusPolicy(Qt::NoFocus);
    setVisible(false);
}

void FieldNote::setMessage(const QString &message)
{
    show(message, true);
}

void FieldNote::setHint(const QString &hint)
{
    show(hint, false);
}

void FieldNote::show(const QString &text, bool mistake)
{
    const bool isMistake = mistake && !text.isEmpty();
    if (this->text() == text && m_mistake == isMistake)
        return;
    setText(text);
    setVisible(!text.isEmpty());
    m_mistake = isMistake;
    m_field->setAccessibleDescription(text.isEmpty() ? m_description : text);
    applyColors();
}

void FieldNote::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    // setPalette() below sends the same event again.
    if (event->type() == QEvent::PaletteChange && !m_applying)
        applyColors();
}

void FieldNote::applyColors()
{
    m_applying = true;
    const Theme &theme = Theme::current();
    QPalette own;
    own.setColor(QPalette::WindowText, m_mistake ? theme.failure() : theme.mutedText());
    setPalette(own);
    QPalette field;
    if (m_mistake)
        field.setColor(QPalette::Base, theme.mistakeTint());
    m_field->setPalette(field);
    m_applying = false;
}

} // namespace Retryscope
