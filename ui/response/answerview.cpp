// SPDX-License-Identifier: MIT
#include "ui/response/answerview.h"

#include "ui/response/tracedigest.h"

#include <QtGui/QTextCursor>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace Retryscope {

AnswerView::AnswerView(QWidget *parent) : QWidget(parent), m_bound(new QLabel)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    m_lanes = {makeLane(tr("Reasoning"), tr("Reasoning")), makeLane(QString(), tr("Answer text")),
               makeLane(tr("Tool calls"), tr("Tool calls")),
               makeLane(tr("Refusal and errors"), tr("Refusal and errors"))};
    for (const Lane &lane : m_lanes) {
        layout->addWidget(lane.label);
        layout->addWidget(lane.edit, lane.label->text().isEmpty() ? 3 : 1);
    }
    layout->addWidget(m_bound);
    m_bound->setText(tr("Only the first %1 characters are shown.").arg(MostCharacters));
    clear();
}

AnswerView::Lane AnswerView::makeLane(const QString &title, const QString &accessibleName)
{
    Lane lane{new QLabel(title), new QPlainTextEdit, 0};
    lane.label->setBuddy(lane.edit);
    lane.edit->setReadOnly(true);
    lane.edit->setUndoRedoEnabled(false);
    lane.edit->setFrameShape(QFrame::NoFrame);
    lane.edit->setAccessibleName(accessibleName);
    lane.edit->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return lane;
}

void AnswerView::clear()
{
    for (Lane &lane : m_lanes) {
        lane.edit->clear();
        lane.shown = 0;
        const bool always = lane.label->text().isEmpty();
        lane.edit->setVisible(always);
        lane.label->setVisible(false);
    }
    m_bound->hide();
}

void AnswerView::show(const AttemptDigest *digest)
{
    const int attempt = digest ? digest->attempt : 0;
    if (attempt != m_attempt || (digest && digest->text.size() < m_lanes.at(1).shown))
        clear();
    m_attempt = attempt;
    if (!digest)
        return;
    append(&m_lanes.at(0), digest->reasoning);
    append(&m_lanes.at(1), digest->text);
    append(&m_lanes.at(2), digest->tools);
    append(&m_lanes.at(3), digest->refusal + digest->errors);
    m_bound->setVisible(digest->text.size() > MostCharacters);
    if (!digest->failure.isEmpty() && digest->text.isEmpty())
        m_lanes.at(1).edit->setPlaceholderText(
            tr("Attempt %1 failed before any text came.").arg(attempt));
    else
        m_lanes.at(1).edit->setPlaceholderText({});
}

bool AnswerView::find(const QString &text)
{
    QPlainTextEdit *edit = m_lanes.at(1).edit;
    if (edit->find(text))
        return true;
    const QTextCursor before = edit->textCursor();
    edit->moveCursor(QTextCursor::Start);
    if (edit->find(text))
        return true;
    edit->setTextCursor(before);
    return false;
}

void AnswerView::append(Lane *lane, const QString &text)
{
    const qsizetype end = std::min(text.size(), MostCharacters);
    if (end <= lane->shown)
        return;
    QScrollBar *bar = lane->edit->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum();
    QTextCursor cursor(lane->edit->document());
    cursor.movePosition(QTextCursor::End);
    cursor.insertText(text.mid(lane->shown, end - lane->shown));
    lane->shown = end;
    lane->edit->show();
    lane->label->setVisible(!lane->label->text().isEmpty());
    if (atEnd)
        bar->setValue(bar->maximum());
}

} // namespace Retryscope
