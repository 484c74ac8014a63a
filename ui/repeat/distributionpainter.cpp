// SPDX-License-Identifier: MIT
#include "ui/repeat/distributionpainter.h"

#include "ui/repeat/repeatwords.h"
#include "ui/timeline/timelinewords.h"

#include <QtGui/QFontMetricsF>
#include <QtGui/QPainter>

#include <algorithm>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

constexpr double margin = 6.0;
constexpr double laneGap = 4.0;
constexpr double lineShare = 1.9; // of a lane's height in lines of text

//! Where everything stands.
struct Geometry
{
    Geometry(const QRectF &area, const Distribution &distribution, const QFont &font)
        : metrics(font)
    {
        double widest = 0.0;
        for (const Distribution::Lane &lane : distribution.lanes)
            widest = std::max(widest, metrics.horizontalAdvance(laneWords(lane)));
        const double line = metrics.height();
        plot = area.adjusted(widest + 2.0 * margin, line + 2.0, -2.0 * margin, -line - 6.0);
        const auto lanes = static_cast<double>(std::max<qsizetype>(distribution.lanes.size(), 1));
        laneHeight = plot.height() / lanes;
    }

    static QString laneWords(const Distribution::Lane &lane)
    {
        return QString(verdictWords(lane.verdict) + u"  "_s + QString::number(lane.count));
    }

    QRectF lane(qsizetype index) const
    {
        return {plot.left(), plot.top() + static_cast<double>(index) * laneHeight, plot.width(),
                laneHeight - laneGap};
    }

    double x(double position) const { return plot.left() + position * plot.width(); }

    QFontMetricsF metrics;
    QRectF plot;
    double laneHeight = 0.0;
};

QColor colorOf(RunVerdict verdict, const Theme &theme)
{
    return verdict == RunVerdict::Complete ? theme.success() : theme.failure();
}

//! What did not end well is hatched, too: colour alone would tell it to some only.
void paintBar(QPainter *painter, const QRectF &bar, RunVerdict verdict, const Theme &theme)
{
    const QColor color = colorOf(verdict, theme);
    if (verdict == RunVerdict::Complete)
        return painter->fillRect(bar, color);
    painter->fillRect(bar, QBrush(color, Qt::BDiagPattern));
    painter->setPen(QPen(color, 1.0));
    painter->drawRect(bar);
}

void paintLane(QPainter *painter, const Geometry &geometry, const Distribution &distribution,
               qsizetype index, const Theme &theme)
{
    const Distribution::Lane &lane = distribution.lanes.at(index);
    const QRectF area = geometry.lane(index);
    painter->setPen(colorOf(lane.verdict, theme));
    painter->drawText(
        QRectF(margin, area.top(), geometry.plot.left() - 2.0 * margin, area.height()),
        Qt::AlignRight | Qt::AlignBottom, Geometry::laneWords(lane));
    painter->setPen(QPen(theme.grid(), 1.0));
    painter->drawLine(area.bottomLeft(), area.bottomRight());
    const auto bins = static_cast<double>(lane.bins.size());
    for (std::size_t i = 0; i < lane.bins.size(); ++i) {
        if (lane.bins.at(i) == 0)
            continue;
        const double left = geometry.x(static_cast<double>(i) / bins);
        const double right = geometry.x(static_cast<double>(i + 1) / bins);
        // By the lane: beside thousands that went well the few others would have no shape. How many
        // they are stands at the left.
        const double height = std::max(area.height() * lane.bins.at(i) / lane.tallest, 3.0);
        paintBar(painter,
                 QRectF(left, area.bottom() - height, std::max(right - left - 1.0, 2.0), height),
                 lane.verdict, theme);
    }
}

void paintAxis(QPainter *painter, const Geometry &geometry, const Distribution &distribution,
               const Theme &theme)
{
    const double widest = geometry.metrics.horizontalAdvance(u"0000 ms  "_s);
    const int most = std::max(static_cast<int>(geometry.plot.width() / widest), 2);
    double free = 0.0;
    const auto ticks = distribution.ticks(most);
    for (const std::chrono::microseconds tick : ticks) {
        const double x = geometry.x(distribution.position(tick));
        painter->setPen(QPen(theme.grid(), 1.0));
        painter->drawLine(QPointF(x, geometry.plot.top()), QPointF(x, geometry.plot.bottom()));
        const QString words = tick.count() == 0 ? u"0"_s : timeWords(tick);
        const double width = geometry.metrics.horizontalAdvance(words);
        if (x - width / 2.0 < free)
            continue;
        free = x + width / 2.0 + margin;
        painter->setPen(theme.mutedText());
        painter->drawText(
            QPointF(x - width / 2.0, geometry.plot.bottom() + geometry.metrics.ascent() + 3.0),
            words);
    }
}

void paintPercentiles(QPainter *painter, const Geometry &geometry, const Distribution &distribution,
                      const Theme &theme)
{
    double free = geometry.plot.left();
    for (const auto &[percent, duration] : distribution.percentiles) {
        const double x = geometry.x(distribution.position(duration));
        painter->setPen(QPen(theme.text(), 1.0, Qt::DashLine));
        painter->drawLine(QPointF(x, geometry.plot.top()), QPointF(x, geometry.plot.bottom()));
        const QString words = u"p%1"_s.arg(percent);
        const double width = geometry.metrics.horizontalAdvance(words);
        // Percentiles that fall together share a line; their names stand side by side.
        const double left = std::max(x - width / 2.0, free);
        free = left + width + margin;
        painter->setPen(theme.text());
        painter->drawText(QPointF(left, geometry.plot.top() - 4.0), words);
    }
}

} // namespace

double DistributionPainter::height(int lanes, const QFont &font)
{
    const double line = QFontMetricsF(font).height();
    return std::max(lanes, 1) * (line * lineShare + laneGap) + 2.0 * line + 8.0;
}

void DistributionPainter::paint(QPainter *painter, const QRectF &area,
                                const Distribution &distribution, const Theme &theme,
                                const QFont &font)
{
    painter->save();
    painter->setLayoutDirection(Qt::LeftToRight);
    painter->setFont(font);
    painter->fillRect(area, theme.background());
    if (distribution.lanes.isEmpty()) {
        painter->setPen(theme.mutedText());
        painter->drawText(area, Qt::AlignCenter, noRunsWords());
    } else {
        painter->translate(area.topLeft());
        const Geometry geometry(QRectF(QPointF(), area.size()), distribution, font);
        paintAxis(painter, geometry, distribution, theme);
        for (qsizetype i = 0; i < distribution.lanes.size(); ++i)
            paintLane(painter, geometry, distribution, i, theme);
        paintPercentiles(painter, geometry, distribution, theme);
    }
    painter->restore();
}

} // namespace Retryscope
