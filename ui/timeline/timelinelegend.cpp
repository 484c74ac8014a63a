// SPDX-License-Identifier: MIT
#include "ui/timeline/timelinelegend.h"

#include "ui/theme.h"
#include "ui/timeline/timelinepainter.h"
#include "ui/timeline/timelinewords.h"

#include <QtCore/QStringList>
#include <QtGui/QPainter>

namespace Retryscope {

namespace {

constexpr double margin = 2.0;
constexpr double boxSize = 14.0;
constexpr double afterBox = 5.0;
constexpr double afterWords = 14.0;

} // namespace

TimelineLegend::TimelineLegend(QWidget *parent) : QWidget(parent)
{
    // Not Fixed: a layout would centre the height of one line in the height for the width.
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Legend"));
    QStringList words;
    const auto all = entries();
    for (const Entry &entry : all)
        words << entry.words;
    setAccessibleDescription(words.join(QStringLiteral(", ")));
}

QSize TimelineLegend::sizeHint() const
{
    return {400, lineHeight()};
}

QList<TimelineLegend::Entry> TimelineLegend::entries()
{
    const Theme &theme = Theme::current();
    QList<Entry> entries;
    for (const auto phase : {TimelinePhase::Dns, TimelinePhase::Connect, TimelinePhase::Tls,
                             TimelinePhase::Request, TimelinePhase::Waiting, TimelinePhase::Body})
        entries.append({Shape::Bar, theme.phase(phase), phaseWords(phase)});
    entries.append({Shape::Cross, theme.failure(), tr("failed")});
    entries.append({Shape::Hatching, theme.hatch(), tr("wait before a retry")});
    entries.append({Shape::Frame, theme.simulated(), tr("simulated")});
    entries.append({Shape::Dot, theme.success(), tr("stream event")});
    return entries;
}

void TimelineLegend::paintShape(QPainter *painter, const QRectF &box, const Entry &entry)
{
    const QRectF bar = box.adjusted(0.5, 3.5, -0.5, -3.5);
    painter->setPen(QPen(entry.color, 1.0));
    switch (entry.shape) {
    case Shape::Bar:
        painter->fillRect(bar, entry.color);
        break;
    case Shape::Hatching:
        painter->fillRect(bar, QBrush(entry.color, Qt::BDiagPattern));
        painter->drawRect(bar);
        break;
    case Shape::Dot:
        painter->setBrush(entry.color);
        painter->drawEllipse(box.center(), 2.0, 2.0);
        painter->setBrush(Qt::NoBrush);
        break;
    case Shape::Cross:
        TimelinePainter::paintCross(painter, box.center(), 3.5, entry.color);
        break;
    case Shape::Frame:
        painter->setPen(QPen(entry.color, 2.0));
        painter->drawRoundedRect(bar.adjusted(0.5, -1.0, -0.5, 1.0), 3.0, 3.0);
        break;
    }
}

QFont TimelineLegend::smallFont() const
{
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    return small;
}

int TimelineLegend::lineHeight() const
{
    return fontMetrics().height() + 2;
}

QList<TimelineLegend::Place> TimelineLegend::places(int width) const
{
    const QFontMetricsF metrics(smallFont());
    QList<Place> places;
    double x = margin;
    int line = 0;
    const auto all = entries();
    for (const Entry &entry : all) {
        const double needed = boxSize + afterBox + metrics.horizontalAdvance(entry.words);
        if (x > margin && x + needed > width) {
            x = margin;
            ++line;
        }
        places.append({entry, x, line});
        x += needed + afterWords;
    }
    return places;
}

int TimelineLegend::heightForWidth(int width) const
{
    return (places(width).last().line + 1) * lineHeight();
}

void TimelineLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setLayoutDirection(Qt::LeftToRight);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(smallFont());
    const auto all = places(width());
    for (const auto &[entry, x, line] : all) {
        const double top = line * lineHeight();
        paintShape(&painter, QRectF(x, top + (lineHeight() - boxSize) / 2.0, boxSize, boxSize),
                   entry);
        painter.setPen(Theme::current().mutedText());
        painter.drawText(QRectF(x + boxSize + afterBox, top, width(), lineHeight()),
                         Qt::AlignVCenter, entry.words);
    }
}

} // namespace Retryscope
