// SPDX-License-Identifier: MIT
#include "ui/timeline/timelineview.h"

#include "ui/fontfollower.h"
#include "ui/timeline/timelinedelegate.h"
#include "ui/timeline/timelineheader.h"
#include "ui/timeline/timelinewords.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QRubberBand>

#include <algorithm>
#include <cmath>
#include <utility>

namespace Retryscope {

namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr double zoomStep = 1.25;
constexpr double panStep = 60.0;

} // namespace

TimelineView::TimelineView(TimelineModel *model, QWidget *parent)
    : QTreeView(parent)
    , m_rows(new TimelineRows(model, this))
{
    setUpView();
    setModel(m_rows);
    setItemDelegate(new TimelineDelegate(this));
    followFont(this, [this] {
        header()->resizeSection(
            TimelineRows::WordsColumn,
            fontMetrics().horizontalAdvance(tr("Attempt 3  certificate expired")) + 44);
    });
    m_refresh.setInterval(33);
    m_refresh.setSingleShot(true);
    connect(&m_refresh, &QTimer::timeout, this, &TimelineView::refresh);
    connect(m_rows, &QAbstractItemModel::modelReset, this, &TimelineView::fit);
    connect(m_rows, &QAbstractItemModel::rowsInserted, this, [this] {
        if (!m_refresh.isActive())
            m_refresh.start();
    });
}

TimelineView::~TimelineView() = default;

void TimelineView::setUpView()
{
    setAccessibleName(tr("Retry timeline"));
    // Time goes from left to right in every language.
    setLayoutDirection(Qt::LeftToRight);
    setHeader(new TimelineHeader(this));
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setUniformRowHeights(true);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setMouseTracking(true);
    setMinimumHeight(static_cast<int>(TimelinePainter::rowHeight(font())) * 3);
    header()->setMinimumSectionSize(60);
}

void TimelineView::setNow(TimelineRows::Now now)
{
    m_rows->setNow(std::move(now));
}

TimelineLook TimelineView::look() const
{
    return {Theme::current(), axis(), font(), m_rows->now()};
}

microseconds TimelineView::fitEnd() const
{
    const TimelineModel &timeline = m_rows->timeline();
    microseconds end = std::max(m_rows->now(), 10'000us);
    if (timeline.isFinished() || timeline.rowCount() == 0)
        return end + end / 20;
    const TimelineRow &last = timeline.row(timeline.rowCount() - 1);
    if (last.kind == TimelineRow::Kind::Wait)
        end = std::max(end, last.begin + last.planned);
    // In steps: an axis that crept along with the bar would be hard to read.
    microseconds step = 100ms;
    while (step < end + end / 20)
        step += step / 2;
    return step;
}

TimeAxis TimelineView::axis() const
{
    TimeAxis axis;
    axis.begin = m_fit ? microseconds(0) : m_begin;
    axis.end = m_fit ? fitEnd() : m_end;
    axis.left = columnViewportPosition(TimelineRows::BarColumn) + 8.0;
    axis.right = std::max(axis.left + 40.0, viewport()->width() - 12.0);
    return axis;
}

void TimelineView::fit()
{
    m_fit = true;
    refresh();
}

void TimelineView::zoom(double factor)
{
    const TimeAxis now = axis();
    zoomAt(factor, (now.left + now.right) / 2.0);
}

void TimelineView::zoomAt(double factor, double x)
{
    const TimeAxis zoomed = axis().zoomed(factor, x);
    m_begin = zoomed.begin;
    m_end = zoomed.end;
    m_fit = false;
    refresh();
}

void TimelineView::pan(double pixels)
{
    const TimeAxis panned = axis().panned(pixels);
    m_begin = panned.begin;
    m_end = panned.end;
    m_fit = false;
    refresh();
}

void TimelineView::zoomTo(double left, double right)
{
    const TimeAxis now = axis();
    const microseconds begin = now.toTime(left);
    const microseconds end = now.toTime(right);
    if (end - begin < TimeAxis::Closest)
        return;
    m_begin = begin;
    m_end = end;
    m_fit = false;
    refresh();
}

int TimelineView::selectedAttempt() const
{
    const QModelIndex index = currentIndex();
    return index.isValid() ? m_rows->timeline().row(index.row()).attempt : 0;
}

void TimelineView::selectAttempt(int attempt)
{
    const TimelineModel &timeline = m_rows->timeline();
    for (int i = 0; i < timeline.rowCount(); ++i) {
        const TimelineRow &row = timeline.row(i);
        if (row.kind == TimelineRow::Kind::Attempt && row.attempt == attempt) {
            setCurrentIndex(m_rows->index(i, TimelineRows::WordsColumn));
            return;
        }
    }
}

void TimelineView::stepAttempt(int direction)
{
    const int now = selectedAttempt();
    const TimelineModel &timeline = m_rows->timeline();
    if (now == 0 && timeline.rowCount() > 0)
        selectAttempt(timeline.row(timeline.rowCount() - 1).attempt);
    else
        selectAttempt(now + direction);
}

void TimelineView::selectionChanged(const QItemSelection &selected,
                                    const QItemSelection &deselected)
{
    QTreeView::selectionChanged(selected, deselected);
    if (!selected.isEmpty())
        Q_EMIT attemptSelected(selectedAttempt());
}

void TimelineView::dataChanged(const QModelIndex &, const QModelIndex &, const QList<int> &)
{
    // Not handed on: a stream of a thousand events a second would repaint as often. The timer
    // paints them together.
    if (!m_refresh.isActive())
        m_refresh.start();
}

void TimelineView::refresh()
{
    viewport()->update();
    header()->viewport()->update();
    // While it runs, bars grow and waits count down without any news from the model. In a trace
    // that ends before its run did, time stands still.
    const TimelineModel &timeline = m_rows->timeline();
    const microseconds now = m_rows->now();
    const bool timePasses = std::exchange(m_painted, now) != now;
    if (timeline.rowCount() > 0 && !timeline.isFinished() && timePasses && isVisible())
        m_refresh.start();
}

void TimelineView::drawRow(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    QStyleOptionViewItem plain(option);
    // The delegate paints selection and focus itself.
    plain.state &= ~QStyle::State_MouseOver;
    QTreeView::drawRow(painter, plain, index);
}

void TimelineView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    if (m_rows->rowCount() > 0) {
        // Behind the rows, and on below the last.
        QRect bars = viewport()->rect();
        bars.setLeft(columnViewportPosition(TimelineRows::BarColumn));
        painter.setClipRect(bars);
        TimelinePainter::paintGrid(&painter, bars, look());
    } else {
        painter.setPen(Theme::current().mutedText());
        painter.drawText(
            viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap,
            tr("Press Ctrl+Return to send. Every attempt and every wait appears here."));
    }
    painter.end();
    QTreeView::paintEvent(event);
}

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(zoomStep);
    case Qt::Key_Minus:
        return zoom(1.0 / zoomStep);
    case Qt::Key_0:
        return fit();
    case Qt::Key_Left:
        return pan(-panStep);
    case Qt::Key_Right:
        return pan(panStep);
    default:
        QTreeView::keyPressEvent(event);
    }
}

void TimelineView::wheel(QWheelEvent *event)
{
    const QPoint angle = event->angleDelta();
    const bool sideways = angle.x() != 0 || event->modifiers().testFlag(Qt::ShiftModifier);
    const double steps = (sideways && angle.x() != 0 ? angle.x() : angle.y()) / 120.0;
    if (sideways)
        pan(-steps * panStep);
    else
        zoomAt(std::pow(zoomStep, steps), event->position().x());
    event->accept();
}

bool TimelineView::rubberBand(QMouseEvent *event)
{
    const QPoint at = event->position().toPoint();
    if (event->type() == QEvent::MouseButtonPress && event->button() == Qt::LeftButton) {
        m_bandFrom = at;
        return false;
    }
    const bool far = std::abs(at.x() - m_bandFrom.x()) > 6;
    if (event->type() == QEvent::MouseMove && event->buttons().testFlag(Qt::LeftButton)
        && m_bandFrom.x() >= columnViewportPosition(TimelineRows::BarColumn) && far) {
        if (!m_band)
            m_band = std::make_unique<QRubberBand>(QRubberBand::Rectangle, viewport());
        m_band->setGeometry(QRect(std::min(at.x(), m_bandFrom.x()), 0,
                                  std::abs(at.x() - m_bandFrom.x()), viewport()->height()));
        m_band->show();
        return true;
    }
    if (event->type() == QEvent::MouseButtonRelease && m_band) {
        const QRect range = m_band->geometry();
        m_band.reset();
        zoomTo(range.left(), range.right());
        return true;
    }
    return false;
}

bool TimelineView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Wheel) {
        auto *turned = static_cast<QWheelEvent *>(event);
        // Over the words the wheel scrolls, as in any list.
        if (turned->position().x() >= columnViewportPosition(TimelineRows::BarColumn)) {
            wheel(turned);
            return true;
        }
    }
    if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseMove
        || event->type() == QEvent::MouseButtonRelease) {
        if (rubberBand(static_cast<QMouseEvent *>(event)))
            return true;
    }
    return QTreeView::viewportEvent(event);
}

} // namespace Retryscope
