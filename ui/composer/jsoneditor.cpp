// SPDX-License-Identifier: MIT
#include "ui/composer/jsoneditor.h"

#include "ui/composer/requestdocument.h"
#include "ui/composer/textedit.h"
#include "ui/fieldnote.h"
#include "ui/fontfollower.h"
#include "ui/plaintext.h"
#include "ui/theme.h"

#include <QtCore/QScopedValueRollback>
#include <QtGui/QTextCursor>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace Retryscope {

JsonEditor::JsonEditor(RequestDocument *document, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_edit(new TextEdit)
    , m_note(new FieldNote(m_edit))
{
    m_edit->setFont(fixedFont());
    m_edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_edit->setTabChangesFocus(true);
    // See the fields of the form: its preferred height must not make the column scroll.
    m_edit->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_edit, 1);
    layout->addWidget(m_note);
    connect(m_document, &RequestDocument::changed, this, &JsonEditor::refresh);
    connect(m_edit, &TextEdit::refused, m_note, &FieldNote::setMessage);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_refreshing)
            m_document->setText(plainText(m_edit));
    });
    refresh();
}

void JsonEditor::refresh()
{
    const QScopedValueRollback guard(m_refreshing, true);
    const bool isShown = isEditable(m_document->text());
    setPlainText(m_edit, isShown ? m_document->text() : QString());
    m_edit->setReadOnly(!isShown);
    const bool isRaw = m_document->isRaw();
    m_edit->setAccessibleName(isRaw ? tr("Request body") : tr("Request JSON"));
    m_edit->setPlaceholderText(isShown ? isRaw ? tr("No body. Any text here is sent as it is.")
                                               : QString()
                                       : tooLongWords(m_document->text()));
    const auto &error = m_document->error();
    m_note->setMessage(error ? error->message : QString());
    markMistake();
}

void JsonEditor::markMistake()
{
    QList<QTextEdit::ExtraSelection> marks;
    const auto &error = m_document->error();
    if (error && error->offset && !m_edit->document()->isEmpty()) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(m_edit->document());
        const int last = m_edit->document()->characterCount() - 1;
        const int at = std::clamp(static_cast<int>(*error->offset), 0, std::max(last - 1, 0));
        mark.cursor.setPosition(at);
        mark.cursor.setPosition(std::min(at + 1, last), QTextCursor::KeepAnchor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(Theme::current().failure());
        mark.format.setBackground(Theme::current().failure());
        mark.format.setForeground(Theme::textOn(Theme::current().failure()));
        marks.append(mark);
    }
    m_edit->setExtraSelections(marks);
}

void JsonEditor::goToMistake()
{
    m_edit->setFocus(Qt::OtherFocusReason);
    const auto &error = m_document->error();
    if (!error || !error->offset)
        return;
    QTextCursor cursor(m_edit->document());
    cursor.setPosition(std::clamp(static_cast<int>(*error->offset), 0,
                                  std::max(m_edit->document()->characterCount() - 1, 0)));
    m_edit->setTextCursor(cursor);
    m_edit->ensureCursorVisible();
}

} // namespace Retryscope
