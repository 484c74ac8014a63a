// SPDX-License-Identifier: MIT
// Keys, mouse and clipboard of the TextView.
#include "ui/response/textstore.h"
#include "ui/response/textview.h"

#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMenu>

#include <utility>

namespace Retryscope {

namespace {

constexpr int AutoScrollInterval = 50; // milliseconds

} // namespace

void TextView::moveCaretByLines(int count, bool extend)
{
    Line line = m_lines.at(m_caret);
    const qreal x = m_caretX >= 0 ? m_caretX : m_lines.xOf(line, m_caret);
    m_lines.step(line, count);
    goTo(m_lines.placeAt(line, x), extend);
    m_caretX = x;
}

void TextView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        return copy();
    if (!store())
        return QAbstractScrollArea::keyPressEvent(event);
    if (event->matches(QKeySequence::SelectAll))
        return select(0, size());
    const bool extend = event->modifiers() & Qt::ShiftModifier;
    const bool far = event->modifiers() & Qt::ControlModifier;
    switch (event->key()) {
    case Qt::Key_Up:
        return moveCaretByLines(-1, extend);
    case Qt::Key_Down:
        return moveCaretByLines(1, extend);
    case Qt::Key_PageUp:
        return moveCaretByLines(1 - rowsPerPage(), extend);
    case Qt::Key_PageDown:
        return moveCaretByLines(rowsPerPage() - 1, extend);
    default:
        break;
    }
    const qreal strivesTo = std::exchange(m_caretX, -1);
    switch (event->key()) {
    case Qt::Key_Left:
        return goTo(m_lines.nextPlace(m_caret, -1), extend);
    case Qt::Key_Right:
        return goTo(m_lines.nextPlace(m_caret, 1), extend);
    case Qt::Key_Home:
        return goTo(far ? 0 : m_lines.beginOf(m_lines.at(m_caret)), extend);
    case Qt::Key_End:
        return goTo(far ? size() : m_lines.endOf(m_lines.at(m_caret)), extend);
    default:
        m_caretX = strivesTo;
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void TextView::wheelEvent(QWheelEvent *event)
{
    if (event->modifiers() != Qt::NoModifier)
        return QAbstractScrollArea::wheelEvent(event);
    constexpr int notch = 120;
    m_wheel += event->angleDelta().y() * QApplication::wheelScrollLines();
    scrollLines(-(m_wheel / notch));
    m_wheel %= notch;
    event->accept();
}

void TextView::mousePressEvent(QMouseEvent *event)
{
    m_caretX = -1;
    if (event->button() == Qt::LeftButton)
        goTo(placeAt(event->position()), event->modifiers() & Qt::ShiftModifier);
}

void TextView::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton))
        return;
    m_dragged = event->position();
    if (viewport()->rect().contains(m_dragged.toPoint()))
        m_autoScroll.stop();
    else if (!m_autoScroll.isActive())
        m_autoScroll.start(AutoScrollInterval, this);
    goTo(placeAt(m_dragged), true);
}

void TextView::mouseReleaseEvent(QMouseEvent *)
{
    m_autoScroll.stop();
    QClipboard *clipboard = QGuiApplication::clipboard();
    if (clipboard->supportsSelection() && selectionBegin() < selectionEnd())
        clipboard->setText(selectedText(), QClipboard::Selection);
}

//! The word.
void TextView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (!store() || event->button() != Qt::LeftButton)
        return;
    const auto [begin, end] = m_lines.wordAt(placeAt(event->position()));
    m_anchor = begin;
    goTo(end, true);
}

void TextView::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_autoScroll.timerId())
        return QAbstractScrollArea::timerEvent(event);
    scrollLines(m_dragged.y() < 0 ? -1 : 1);
    goTo(placeAt(m_dragged), true);
}

void TextView::copy() const
{
    if (selectionBegin() < selectionEnd())
        QGuiApplication::clipboard()->setText(selectedText());
}

void TextView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    QAction *copyAction = menu.addAction(tr("&Copy"), this, &TextView::copy);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setEnabled(selectionBegin() < selectionEnd());
    QAction *all = menu.addAction(tr("Select &all"), this, [this] { select(0, size()); });
    all->setShortcut(QKeySequence::SelectAll);
    all->setEnabled(size() > 0);
    menu.exec(event->globalPos());
}

} // namespace Retryscope
