// SPDX-License-Identifier: MIT
#include "ui/response/rawview.h"

#include "core/trace/trace.h"
#include "ui/fontfollower.h"
#include "ui/response/hexrow.h"
#include "ui/theme.h"

#include <QtCore/QtMath>
#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QMenu>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <limits>
#include <memory>

namespace Retryscope {

namespace {

// Where the parts of a row begin, in characters.
constexpr int OffsetColumns = 10;
constexpr int CharacterGap = 2;

constexpr qint64 MostCopied = 1024 * 1024;

// Looked through in one turn of the event loop: some milliseconds' worth.
constexpr qint64 SearchSlice = 8 * 1024 * 1024;

int charactersColumn()
{
    return OffsetColumns + HexRow::columns() + CharacterGap;
}

} // namespace

RawView::RawView(QWidget *parent) : QAbstractScrollArea(parent), m_search(SearchSlice)
{
    setAccessibleName(tr("Raw body"));
    setFont(fixedFont());
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setCursor(Qt::IBeamCursor);
    connect(&m_search, &SlicedSearch::finished, this,
            [this](qint64 place) { Q_EMIT searched(place >= 0); });
}

const BodyStore *RawView::body() const
{
    return m_trace ? &m_trace->body() : nullptr;
}

qint64 RawView::size() const
{
    return m_trace ? m_shown : 0;
}

void RawView::show(const Trace *trace)
{
    if (!trace || trace != m_trace) {
        m_search.stop();
        m_trace = trace;
        m_anchor = m_current = -1;
        m_shown = 0;
        verticalScrollBar()->setValue(0);
        tellPlace();
    }
    const qint64 kept = body() ? body()->kept() : 0;
    if (kept != m_shown) {
        m_shown = kept;
        measure();
    }
    viewport()->update();
}

int RawView::rowHeight() const
{
    return fontMetrics().height() + 2;
}

qreal RawView::charWidth() const
{
    return QFontMetricsF(font()).horizontalAdvance(u'0');
}

int RawView::rowsPerPage() const
{
    return std::max(1, viewport()->height() / rowHeight());
}

void RawView::measure()
{
    // Rows beyond what a scroll bar can count: 32 GiB of them.
    const qint64 rows = std::min<qint64>((size() + HexRow::Bytes - 1) / HexRow::Bytes,
                                         std::numeric_limits<int>::max());
    verticalScrollBar()->setPageStep(rowsPerPage());
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(rows) - rowsPerPage()));
    const int width = qCeil((charactersColumn() + HexRow::Bytes + 1) * charWidth());
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
    horizontalScrollBar()->setSingleStep(qCeil(charWidth()));
}

void RawView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    measure();
}

void RawView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        measure();
}

// --- Painting

void RawView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setLayoutDirection(Qt::LeftToRight);
    painter.setFont(font());
    if (size() == 0) {
        painter.setPen(Theme::current().mutedText());
        const bool isLoaded = m_trace && !m_trace->events().empty()
                              && m_trace->events().back().name == TraceEventName::RunFinished;
        painter.drawText(viewport()->rect().adjusted(8, 8, -8, -8), Qt::TextWordWrap,
                         isLoaded ? tr("There are no bytes: none arrived, or this is a saved "
                                       "trace, which holds events and not the body.")
                                  : tr("No bytes have arrived yet."));
        return;
    }
    const qint64 first = verticalScrollBar()->value();
    for (int i = 0; i <= rowsPerPage(); ++i) {
        if ((first + i) * HexRow::Bytes < size())
            paintRow(painter, first + i, i * rowHeight());
    }
}

void RawView::paintRow(QPainter &painter, qint64 row, int y) const
{
    const Theme &theme = Theme::current();
    const qint64 offset = row * HexRow::Bytes;
    const QByteArray bytes = body()->read(offset, std::min<qint64>(HexRow::Bytes, size() - offset));
    const qreal left = margin() - horizontalScrollBar()->value();
    const qreal width = charWidth();
    const auto x = [&](int column) {
        return left + column * width;
    };
    const auto from = static_cast<int>(std::max<qint64>(selectionBegin() - offset, 0));
    const auto to = static_cast<int>(std::min<qint64>(selectionEnd() - offset, bytes.size()));
    if (m_current >= 0 && from < to) {
        const int begin = OffsetColumns + HexRow::column(from);
        const int end = OffsetColumns + HexRow::column(to - 1) + 2;
        painter.fillRect(QRectF(x(begin), y, (end - begin) * width, rowHeight()),
                         theme.selection());
        painter.fillRect(QRectF(x(charactersColumn() + from), y, (to - from) * width, rowHeight()),
                         theme.selection());
    }
    const int baseline = y + 1 + fontMetrics().ascent();
    painter.setPen(theme.mutedText());
    painter.drawText(QPointF(x(0), baseline), HexRow::offset(offset));
    painter.setPen(theme.text());
    painter.drawText(QPointF(x(OffsetColumns), baseline), HexRow::hex(bytes));
    painter.drawText(QPointF(x(charactersColumn()), baseline), HexRow::characters(bytes));
    const qint64 at = m_current - offset;
    if (hasFocus() && at >= 0 && at < bytes.size()) {
        const int column = OffsetColumns + HexRow::column(static_cast<int>(at));
        painter.drawRect(QRectF(x(column) - 1, y, 2 * width + 1, rowHeight() - 1));
    }
}

// --- Selection

qint64 RawView::selectionBegin() const
{
    return std::min(m_anchor, m_current);
}

qint64 RawView::selectionEnd() const
{
    return m_current < 0 ? -1 : std::max(m_anchor, m_current) + 1;
}

void RawView::select(qint64 offset, qint64 count)
{
    // In this order: a trace from a file may hold any numbers.
    if (offset < 0 || count <= 0 || offset >= size())
        return;
    const qint64 end = offset + std::min(count, size() - offset);
    m_anchor = end - 1;
    m_current = offset;
    reveal(end - 1);
    reveal(offset);
    tellPlace();
    viewport()->update();
}

void RawView::reveal(qint64 offset)
{
    const auto row = static_cast<int>(offset / HexRow::Bytes);
    QScrollBar *bar = verticalScrollBar();
    if (row < bar->value())
        bar->setValue(row);
    else if (row >= bar->value() + rowsPerPage())
        bar->setValue(row - rowsPerPage() + 1);
}

void RawView::goTo(qint64 offset, bool extend)
{
    if (size() == 0)
        return;
    m_current = std::clamp<qint64>(offset, 0, size() - 1);
    if (!extend || m_anchor < 0)
        m_anchor = m_current;
    reveal(m_current);
    tellPlace();
    viewport()->update();
    if (!extend)
        Q_EMIT visited(m_current);
}

//! What is painted is hidden from a screen reader: the row at hand is said instead.
void RawView::tellPlace()
{
    if (m_current < 0)
        return setAccessibleDescription({});
    const qint64 row = m_current - m_current % HexRow::Bytes;
    const QByteArray bytes = body()->read(row, HexRow::Bytes);
    setAccessibleDescription(tr("Byte %1 of %2. Row: %3, %4")
                                 .arg(m_current)
                                 .arg(size())
                                 .arg(HexRow::hex(bytes).simplified(), HexRow::characters(bytes)));
}

qint64 RawView::byteAt(QPoint point) const
{
    const int column =
        qFloor((point.x() - margin() + horizontalScrollBar()->value()) / charWidth());
    int byte = HexRow::Bytes - 1;
    if (column >= charactersColumn())
        byte = std::min(byte, column - charactersColumn());
    else
        while (byte > 0 && OffsetColumns + HexRow::column(byte) > column)
            --byte;
    const qint64 row = verticalScrollBar()->value() + point.y() / rowHeight();
    return row * HexRow::Bytes + byte;
}

void RawView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        goTo(byteAt(event->position().toPoint()), event->modifiers() & Qt::ShiftModifier);
}

void RawView::mouseMoveEvent(QMouseEvent *event)
{
    if (event->buttons() & Qt::LeftButton)
        goTo(byteAt(event->position().toPoint()), true);
}

void RawView::keyPressEvent(QKeyEvent *event)
{
    const bool extend = event->modifiers() & Qt::ShiftModifier;
    const bool far = event->modifiers() & Qt::ControlModifier;
    const qint64 now = std::max<qint64>(m_current, 0);
    const qint64 row = now - now % HexRow::Bytes;
    const qint64 page = qint64(rowsPerPage()) * HexRow::Bytes;
    if (event->matches(QKeySequence::Copy))
        return copy();
    switch (event->key()) {
    case Qt::Key_Left:
        return goTo(now - 1, extend);
    case Qt::Key_Right:
        return goTo(now + 1, extend);
    case Qt::Key_Up:
        return goTo(now >= HexRow::Bytes ? now - HexRow::Bytes : now, extend);
    case Qt::Key_Down:
        return goTo(now + HexRow::Bytes < size() ? now + HexRow::Bytes : now, extend);
    case Qt::Key_PageUp:
        return goTo(now - page, extend);
    case Qt::Key_PageDown:
        return goTo(now + page, extend);
    case Qt::Key_Home:
        return goTo(far ? 0 : row, extend);
    case Qt::Key_End:
        return goTo(far ? size() - 1 : row + HexRow::Bytes - 1, extend);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void RawView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    QAction *action = menu.addAction(tr("&Copy"), this, &RawView::copy);
    action->setShortcut(QKeySequence::Copy);
    action->setEnabled(m_current >= 0);
    menu.exec(event->globalPos());
}

QString RawView::selectedText() const
{
    if (m_current < 0 || !body())
        return {};
    QStringList lines;
    const qint64 end = std::min(selectionEnd(), selectionBegin() + MostCopied);
    for (qint64 at = selectionBegin(); at < end; at += HexRow::Bytes)
        lines << HexRow::line(at, body()->read(at, std::min<qint64>(HexRow::Bytes, end - at)));
    if (end < selectionEnd())
        lines << tr("(%1 bytes more are selected)").arg(selectionEnd() - end);
    return lines.join(u'\n') + u'\n';
}

void RawView::copy() const
{
    if (m_current >= 0)
        QGuiApplication::clipboard()->setText(selectedText());
}

// --- Search

void RawView::find(const QByteArray &bytes)
{
    const qint64 from = m_current < 0 ? 0 : selectionBegin() + 1;
    m_search.start(from, size(), [this, bytes](qint64 at, qint64 end) {
        const qint64 found = body() ? body()->indexOf(bytes, at, end) : -1;
        if (found >= 0)
            select(found, bytes.size());
        return found;
    });
}

bool RawView::stopSearch()
{
    return m_search.stop();
}

} // namespace Retryscope
