// SPDX-License-Identifier: MIT
#include "ui/response/textview.h"

#include "ui/response/textstore.h"
#include "ui/response/textviewaccessible.h"
#include "ui/theme.h"

#include <QtCore/QScopedValueRollback>
#include <QtGui/QAccessible>
#include <QtGui/QPainter>
#include <QtGui/QTextLayout>
#include <QtWidgets/QScrollBar>

#include <algorithm>

namespace Retryscope {

namespace {

constexpr qreal Margin = 4;
// A scroll bar counts with int.
constexpr qint64 ScrollRange = 1'000'000'000;

qint64 unitsPerStep(qint64 size)
{
    return size / ScrollRange + 1;
}

} // namespace

TextView::TextView(QWidget *parent) : QAbstractScrollArea(parent)
{
    TextViewAccessible::install();
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setCursor(Qt::IBeamCursor);
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, &TextView::onScrollAction);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &TextView::scrollTo);
}

TextView::~TextView() = default;

qint64 TextView::size() const
{
    return store() ? store()->size() : 0;
}

void TextView::setStore(const TextStore *store)
{
    if (store == m_lines.store())
        return;
    m_lines.setStore(store);
    m_top = m_anchor = m_caret = 0;
    m_caretX = -1;
    updateScrollBar();
    viewport()->update();
}

void TextView::showMore()
{
    const bool wasAtEnd = isAtEnd();
    updateScrollBar();
    if (wasAtEnd && store())
        setTop(lastTop());
    viewport()->update();
}

void TextView::setPlaceholderText(const QString &text)
{
    m_placeholder = text;
    viewport()->update();
}

int TextView::rowsPerPage() const
{
    return std::max(1, viewport()->height() / std::max(1, fontMetrics().height()));
}

void TextView::relayout()
{
    m_lines.setGeometry(std::max<qreal>(viewport()->width() - 2 * Margin, 10), font());
    if (!store())
        return;
    const bool wasAtEnd = isAtEnd() && m_top > 0;
    updateScrollBar();
    setTop(wasAtEnd ? lastTop() : m_lines.at(m_top));
}

void TextView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    relayout();
}

void TextView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        relayout();
}

// --- Scrolling

bool TextView::isAtEnd() const
{
    return verticalScrollBar()->value() >= verticalScrollBar()->maximum();
}

//! With this line on top, the last one is just in sight.
TextView::Line TextView::lastTop() const
{
    return m_lines.topFor(m_lines.at(size()), viewport()->height());
}

void TextView::updateScrollBar()
{
    const QScopedValueRollback guard(m_isMovingBar, true);
    if (!store())
        return verticalScrollBar()->setRange(0, 0);
    const qint64 units = unitsPerStep(size());
    verticalScrollBar()->setRange(0, static_cast<int>(m_lines.beginOf(lastTop()) / units));
    verticalScrollBar()->setValue(static_cast<int>(m_top / units));
    Line end = m_lines.at(m_top);
    m_lines.step(end, rowsPerPage());
    verticalScrollBar()->setPageStep(
        std::max(1, static_cast<int>((m_lines.beginOf(end) - m_top) / units)));
}

void TextView::setTop(const Line &line)
{
    m_top = std::min(m_lines.beginOf(line), m_lines.beginOf(lastTop()));
    const QScopedValueRollback guard(m_isMovingBar, true);
    verticalScrollBar()->setValue(static_cast<int>(m_top / unitsPerStep(size())));
    viewport()->update();
}

void TextView::scrollLines(int count)
{
    if (!store())
        return;
    Line top = m_lines.at(m_top);
    m_lines.step(top, count);
    setTop(top);
}

//! A drag of the scroll bar.
void TextView::scrollTo(int value)
{
    if (store() && !m_isMovingBar)
        setTop(m_lines.at(qint64(value) * unitsPerStep(size())));
}

//! Its steps are lines and pages, whatever they are long.
void TextView::onScrollAction(int action)
{
    if (action == QAbstractSlider::SliderSingleStepAdd)
        scrollLines(1);
    else if (action == QAbstractSlider::SliderSingleStepSub)
        scrollLines(-1);
    else if (action == QAbstractSlider::SliderPageStepAdd)
        scrollLines(rowsPerPage() - 1);
    else if (action == QAbstractSlider::SliderPageStepSub)
        scrollLines(1 - rowsPerPage());
    else
        return;
    verticalScrollBar()->setSliderPosition(verticalScrollBar()->value());
}

void TextView::reveal(qint64 place)
{
    const Line line = m_lines.at(place);
    const qint64 begin = m_lines.beginOf(line);
    if (begin < m_top)
        return setTop(line);
    const Line top = m_lines.topFor(line, viewport()->height());
    if (m_lines.beginOf(top) > m_top)
        setTop(top);
}

// --- Painting

void TextView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setFont(font());
    const QRectF area = viewport()->rect();
    if (!store() || store()->isEmpty()) {
        painter.setPen(Theme::current().mutedText());
        painter.drawText(area.adjusted(Margin, 0, -Margin, 0), Qt::TextWordWrap, m_placeholder);
        return;
    }
    painter.setPen(Theme::current().text());
    const Line top = m_lines.at(m_top);
    const QTextLayout &first = m_lines.layout(top.piece);
    qreal y = first.lineCount() == 0 ? 0 : -first.lineAt(top.number).y();
    for (qint64 piece = top.piece; piece < store()->pieceCount() && y < area.height(); ++piece) {
        paintPiece(painter, piece, y, area);
        y += m_lines.heightOf(piece);
    }
}

void TextView::paintPiece(QPainter &painter, qint64 piece, qreal y, const QRectF &clip) const
{
    const qint64 begin = store()->pieceBegin(piece);
    const qint64 size = store()->pieceEnd(piece) - begin;
    const qint64 from = std::clamp<qint64>(selectionBegin() - begin, 0, size);
    const qint64 to = std::clamp<qint64>(selectionEnd() - begin, 0, size);
    QList<QTextLayout::FormatRange> selections;
    if (from < to) {
        QTextCharFormat format;
        format.setBackground(Theme::current().selection());
        format.setForeground(Theme::current().text());
        selections.append({static_cast<int>(from), static_cast<int>(to - from), format});
    }
    const QTextLayout &layout = m_lines.layout(piece);
    layout.draw(&painter, {Margin, y}, selections, clip);
    if (hasFocus() && store()->pieceAt(m_caret) == piece)
        layout.drawCursor(&painter, {Margin, y}, static_cast<int>(m_caret - begin));
}

// --- Selection

qint64 TextView::selectionBegin() const
{
    return std::min(m_anchor, m_caret);
}

qint64 TextView::selectionEnd() const
{
    return std::max(m_anchor, m_caret);
}

void TextView::select(qint64 from, qint64 count)
{
    if (from < 0 || count < 0 || from > size())
        return;
    m_anchor = from + std::min(count, size() - from);
    goTo(from, true);
}

void TextView::goTo(qint64 place, bool extend)
{
    if (!store())
        return;
    m_caret = std::clamp<qint64>(place, 0, size());
    if (!extend)
        m_anchor = m_caret;
    reveal(m_caret);
    viewport()->update();
    if (QAccessible::isActive()) {
        QAccessibleTextSelectionEvent event(this, static_cast<int>(selectionBegin()),
                                            static_cast<int>(selectionEnd()));
        QAccessible::updateAccessibility(&event);
    }
}

QString TextView::selectedText() const
{
    if (!store())
        return {};
    return store()->mid(selectionBegin(), std::min(selectionEnd() - selectionBegin(), MostCopied));
}

qint64 TextView::placeAt(QPointF point) const
{
    if (!store())
        return 0;
    Line line = m_lines.at(m_top);
    for (qreal y = m_lines.heightOf(line); y <= point.y() && m_lines.step(line, 1);)
        y += m_lines.heightOf(line);
    return m_lines.placeAt(line, point.x() - Margin);
}

QRect TextView::rectOf(qint64 place) const
{
    if (!store() || place < 0 || place > size())
        return {};
    const Line wanted = m_lines.at(place);
    Line line = m_lines.at(m_top);
    for (qreal y = 0; y < viewport()->height(); y += m_lines.heightOf(line)) {
        if (line == wanted)
            return QRectF(Margin + m_lines.xOf(line, place), y, 1, m_lines.heightOf(line))
                .toAlignedRect();
        if (!m_lines.step(line, 1))
            break;
    }
    return {};
}

} // namespace Retryscope
