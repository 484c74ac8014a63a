// SPDX-License-Identifier: MIT
#pragma once

#include "core/timeline/timeaxis.h"
#include "core/timeline/timelinemodel.h"
#include "ui/theme.h"

#include <QtCore/QRectF>
#include <QtGui/QFont>

#include <chrono>

QT_BEGIN_NAMESPACE
class QPainter;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief What a row is drawn with.
struct TimelineLook
{
    Theme theme;
    TimeAxis axis;
    QFont font;
    //! Where rows that are not over end.
    std::chrono::microseconds now{0};
};

//! \brief Draws the rows of a timeline. Stateless: the same row and look give the same picture.
namespace TimelinePainter {

//! What a row is, at the left: number, mark, words.
void paintWords(QPainter *painter, const QRectF &cell, const TimelineRow &row,
                const TimelineLook &look);
//! Its bar, on the axis. \a before is the row before, or null: a wait names what it comes from.
void paintBar(QPainter *painter, const QRectF &cell, const TimelineRow &row,
              const TimelineRow *before, const TimelineLook &look);
//! The head of the axis: ticks and their times.
void paintAxis(QPainter *painter, const QRectF &cell, const TimelineLook &look);
//! The same ticks as faint lines behind the rows.
void paintGrid(QPainter *painter, const QRectF &area, const TimelineLook &look);

//! A cross: failed.
void paintCross(QPainter *painter, const QPointF &center, double radius, const QColor &color);
//! A tick: answered.
void paintTick(QPainter *painter, const QPointF &center, double radius, const QColor &color);

double rowHeight(const QFont &font);

} // namespace TimelinePainter

} // namespace Retryscope
