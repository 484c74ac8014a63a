// SPDX-License-Identifier: MIT
#include "ui/timeline/timelinepainter.h"

#include "ui/timeline/timelinewords.h"

#include <QtGui/QFontMetricsF>
#include <QtGui/QPainter>
#include <QtGui/QPainterPath>

#include <algorithm>
#include <cmath>

namespace Retryscope {

namespace {

using std::chrono::microseconds;

constexpr double tickDistance = 90.0;
constexpr double gap = 6.0;

QFont smallFont(const QFont &font)
{
    QFont small = font;
    small.setPointSizeF(std::max(font.pointSizeF() * 0.9, 7.0));
    return small;
}

//! The bar's own rectangle in a cell; a strip below it stays free for the event dots.
QRectF barRect(const QRectF &cell, const TimelineRow &row, const TimelineLook &look)
{
    const double height = std::round(cell.height() * 0.56);
    const double left = look.axis.toX(row.begin);
    const double right = look.axis.toX(row.end.value_or(look.now));
    return {left, cell.top() + std::round(cell.height() * 0.16), std::max(right - left, 2.0),
            height};
}

bool isVisible(const QRectF &bar, const QRectF &cell)
{
    return bar.right() >= cell.left() && bar.left() <= cell.right();
}

void paintSpan(QPainter *painter, const QRectF &bar, const TimelineSpan &span,
               const TimelineLook &look)
{
    const double left = look.axis.toX(span.begin);
    const double right = look.axis.toX(span.end.value_or(look.now));
    const QRectF rect(left, bar.top(), std::max(right - left, 2.0), bar.height());
    const QColor fill = look.theme.phase(span.phase);
    painter->fillRect(rect, fill);
    // A seam keeps neighbours apart also for eyes that do not tell their colours.
    painter->fillRect(QRectF(rect.left(), rect.top(), 1.0, rect.height()), look.theme.background());
    // In the middle of what is seen of it: close up, the middle of the whole may be far away.
    const QRectF seen = rect.intersected(painter->clipBoundingRect());
    const QFontMetricsF metrics(painter->font());
    for (const QString &label : {phaseWords(span.phase), phaseLetter(span.phase)}) {
        if (metrics.horizontalAdvance(label) + 6.0 > seen.width())
            continue;
        painter->setPen(Theme::textOn(fill));
        painter->drawText(seen, Qt::AlignCenter, label);
        break;
    }
}

void paintEvents(QPainter *painter, const QRectF &cell, const QRectF &bar, const TimelineRow &row,
                 const TimelineLook &look)
{
    // Events that fall on one pixel are drawn once, and a search skips those out of sight: a
    // million events cost as much as the bar is wide.
    const double y = std::round((bar.bottom() + cell.bottom()) / 2.0);
    const StampList &events = row.events;
    qsizetype next = events.lowerBound(look.axis.toTime(cell.left()));
    painter->setPen(Qt::NoPen);
    painter->setBrush(look.theme.success());
    while (next < events.size()) {
        const double x = std::floor(look.axis.toX(events.at(next)));
        if (x > cell.right())
            break;
        painter->drawEllipse(QPointF(x + 0.5, y), 1.6, 1.6);
        next = std::max(next + 1, events.lowerBound(look.axis.toTime(x + 1.0)));
    }
    painter->setBrush(Qt::NoBrush);
}

void paintResends(QPainter *painter, const QRectF &bar, const TimelineRow &row,
                  const TimelineLook &look)
{
    for (const microseconds at : row.resends) {
        const double x = look.axis.toX(at);
        painter->setPen(QPen(look.theme.failure(), 2.0));
        painter->drawLine(QPointF(x, bar.top() - 2.0), QPointF(x, bar.bottom() + 2.0));
        painter->drawText(QRectF(x - 14.0, bar.top() - 4.0, 12.0, bar.height() + 8.0),
                          Qt::AlignCenter, QStringLiteral("!"));
    }
}

//! Words beside a bar: behind it, else in front of it; false where there is no room.
bool paintBeside(QPainter *painter, const QRectF &cell, const QRectF &bar, const QString &words,
                 const QString &tag, const TimelineLook &look)
{
    const QFontMetricsF metrics(painter->font());
    const double wordsWidth = metrics.horizontalAdvance(words);
    const double tagWidth = tag.isEmpty() ? 0.0 : metrics.horizontalAdvance(tag) + 3 * gap;
    const double width = wordsWidth + tagWidth;
    double x = bar.right() + gap;
    if (x + width > cell.right() - 2.0) {
        x = bar.left() - gap - width;
        if (x < cell.left() + 2.0)
            return false;
    }
    painter->setPen(look.theme.text());
    painter->drawText(QRectF(x, bar.top(), wordsWidth + 1.0, bar.height()),
                      Qt::AlignVCenter | Qt::TextDontClip, words);
    if (tag.isEmpty())
        return true;
    const QRectF frame(x + wordsWidth + gap, bar.top() + 0.5, tagWidth - gap, bar.height() - 1.0);
    painter->setPen(QPen(look.theme.simulated(), 1.0));
    painter->drawRoundedRect(frame, 3.0, 3.0);
    painter->drawText(frame, Qt::AlignCenter | Qt::TextDontClip, tag);
    return true;
}

//! Words on a bar, on a plate of their own: letters on hatching cannot be read. False where there
//! is no room in what is seen of the bar.
bool paintOnPlate(QPainter *painter, const QRectF &seen, const QString &words,
                  const TimelineLook &look)
{
    const double width = painter->fontMetrics().horizontalAdvance(words) + 8;
    if (width + 4.0 > seen.width())
        return false;
    const double height = std::max<double>(painter->fontMetrics().height(), seen.height() - 2.0);
    const QRectF plate(seen.center().x() - width / 2.0, seen.center().y() - height / 2.0, width,
                       height);
    painter->fillRect(plate, look.theme.background());
    painter->setPen(look.theme.text());
    painter->drawText(plate, Qt::AlignCenter, words);
    return true;
}

void paintAttempt(QPainter *painter, const QRectF &cell, const TimelineRow &row,
                  const TimelineLook &look)
{
    QRectF bar = barRect(cell, row, look);
    if (!isVisible(bar, cell))
        return;
    painter->fillRect(QRectF(bar.left(), bar.center().y() - 1.0, bar.width(), 2.0),
                      look.theme.hatch());
    for (const TimelineSpan &span : row.spans)
        paintSpan(painter, bar, span, look);
    paintEvents(painter, cell, bar, row, look);
    paintResends(painter, bar, row, look);
    QRectF whole = bar;
    if (!row.failure.isEmpty()) {
        const double radius = bar.height() * 0.3;
        TimelinePainter::paintCross(painter, {bar.right() + radius + 3.0, bar.center().y()}, radius,
                                    look.theme.failure());
        whole.setRight(bar.right() + 2 * radius + 5.0);
    }
    if (isSimulated(row)) {
        painter->setPen(QPen(look.theme.simulated(), 2.0));
        painter->drawRoundedRect(whole.adjusted(-2.0, -2.0, 1.0, 2.0), 3.0, 3.0);
    }
    // The first column says what is left out where there is no room.
    const QString tag = isSimulated(row) ? QObject::tr("simulated") : QString();
    if (!paintBeside(painter, cell, whole, barWords(row, nullptr, look.now), tag, look))
        paintBeside(painter, cell, whole, {}, tag, look);
}

void paintWait(QPainter *painter, const QRectF &cell, const TimelineRow &row,
               const TimelineRow *before, const TimelineLook &look)
{
    const QRectF bar = barRect(cell, row, look).adjusted(0.5, 2.5, -0.5, -2.5);
    QRectF whole = bar;
    if (!row.end)
        whole.setRight(std::max(look.axis.toX(row.begin + row.planned), bar.right()));
    if (!isVisible(whole, cell))
        return;
    painter->fillRect(bar, QBrush(look.theme.hatch(), Qt::BDiagPattern));
    painter->setPen(QPen(look.theme.hatch(), 1.0, row.end ? Qt::SolidLine : Qt::DashLine));
    painter->drawRect(whole);
    for (const QString &words : {barWords(row, before, look.now), waitFormula(row)}) {
        if (paintOnPlate(painter, whole.intersected(cell), words, look)
            || paintBeside(painter, cell, whole, words, {}, look))
            break;
    }
}

QString tickWords(microseconds t, microseconds step)
{
    const double us = static_cast<double>(t.count());
    if (step < microseconds(1'000))
        return QObject::tr("%1 ms").arg(
            QString::number(us / 1e3, 'f', step < microseconds(100) ? 2 : 1));
    if (step < microseconds(1'000'000) && t < microseconds(10'000'000))
        return QObject::tr("%1 ms").arg(QString::number(us / 1e3, 'f', 0));
    return QObject::tr("%1 s").arg(
        QString::number(us / 1e6, 'f', step < microseconds(1'000'000) ? 1 : 0));
}

} // namespace

double TimelinePainter::rowHeight(const QFont &font)
{
    return std::ceil(QFontMetricsF(font).height() * 1.75);
}

void TimelinePainter::paintCross(QPainter *painter, const QPointF &center, double radius,
                                 const QColor &color)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 2.0, Qt::SolidLine, Qt::RoundCap));
    painter->drawLine(center + QPointF(-radius, -radius), center + QPointF(radius, radius));
    painter->drawLine(center + QPointF(-radius, radius), center + QPointF(radius, -radius));
    painter->restore();
}

void TimelinePainter::paintTick(QPainter *painter, const QPointF &center, double radius,
                                const QColor &color)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 2.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    QPainterPath path(center + QPointF(-radius, 0.0));
    path.lineTo(center + QPointF(-radius * 0.25, radius * 0.75));
    path.lineTo(center + QPointF(radius, -radius * 0.8));
    painter->drawPath(path);
    painter->restore();
}

void TimelinePainter::paintWords(QPainter *painter, const QRectF &cell, const TimelineRow &row,
                                 const TimelineLook &look)
{
    painter->save();
    painter->setLayoutDirection(Qt::LeftToRight);
    const bool attempt = row.kind == TimelineRow::Kind::Attempt;
    const QPointF mark(cell.left() + 12.0, cell.center().y());
    if (attempt && isBad(row))
        paintCross(painter, mark, 4.0, look.theme.failure());
    else if (attempt && row.finished)
        paintTick(painter, mark, 5.0, look.theme.success());
    else if (attempt)
        painter->fillRect(QRectF(mark.x() - 3.0, mark.y() - 3.0, 6.0, 6.0), look.theme.text());
    QFont font = look.font;
    font.setBold(attempt);
    painter->setFont(font);
    const QString title = rowTitle(row, look.now);
    const double width = QFontMetricsF(font).horizontalAdvance(title);
    QRectF text = cell.adjusted(24.0, 0.0, -2.0, 0.0);
    painter->setPen(attempt ? look.theme.text() : look.theme.mutedText());
    painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft, title);
    text.setLeft(text.left() + width + 8.0);
    if (attempt) {
        painter->setFont(look.font);
        painter->setPen(isBad(row) ? look.theme.failure() : look.theme.success());
        const QString outcome = rowOutcome(row);
        painter->drawText(
            text, Qt::AlignVCenter | Qt::AlignLeft,
            QFontMetricsF(look.font).elidedText(outcome, Qt::ElideRight, text.width()));
    }
    painter->restore();
}

void TimelinePainter::paintBar(QPainter *painter, const QRectF &cell, const TimelineRow &row,
                               const TimelineRow *before, const TimelineLook &look)
{
    painter->save();
    painter->setLayoutDirection(Qt::LeftToRight);
    painter->setClipRect(cell);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setFont(smallFont(look.font));
    switch (row.kind) {
    case TimelineRow::Kind::Attempt:
        paintAttempt(painter, cell, row, look);
        break;
    case TimelineRow::Kind::Wait:
        paintWait(painter, cell, row, before, look);
        break;
    }
    painter->restore();
}

void TimelinePainter::paintAxis(QPainter *painter, const QRectF &cell, const TimelineLook &look)
{
    painter->save();
    painter->setLayoutDirection(Qt::LeftToRight);
    painter->setFont(smallFont(look.font));
    const auto ticks = look.axis.ticks(tickDistance);
    const microseconds step =
        ticks.size() > 1 ? ticks.at(1) - ticks.at(0) : microseconds(1'000'000);
    for (const microseconds t : ticks) {
        const double x = std::floor(look.axis.toX(t)) + 0.5;
        painter->setPen(look.theme.mutedText());
        painter->drawLine(QPointF(x, cell.bottom() - 4.0), QPointF(x, cell.bottom()));
        const QString words = tickWords(t, step);
        const double width = QFontMetricsF(painter->font()).horizontalAdvance(words) + 4.0;
        const double left =
            std::clamp(x - width / 2.0, cell.left(), std::max(cell.right() - width, cell.left()));
        painter->drawText(QRectF(left, cell.top(), width, cell.height() - 4.0), Qt::AlignCenter,
                          words);
    }
    painter->restore();
}

void TimelinePainter::paintGrid(QPainter *painter, const QRectF &area, const TimelineLook &look)
{
    painter->setPen(QPen(look.theme.grid(), 1.0));
    for (const microseconds t : look.axis.ticks(tickDistance)) {
        const double x = std::floor(look.axis.toX(t)) + 0.5;
        painter->drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
}

} // namespace Retryscope
