// SPDX-License-Identifier: MIT
#include "ui/timeline/timelineheader.h"

#include "ui/timeline/timelinepainter.h"
#include "ui/timeline/timelinerows.h"
#include "ui/timeline/timelineview.h"

#include <QtGui/QPainter>

namespace Retryscope {

TimelineHeader::TimelineHeader(TimelineView *view) : QHeaderView(Qt::Horizontal, view), m_view(view)
{
    setStretchLastSection(true);
    setSectionsMovable(false);
    setHighlightSections(false);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Axis of time"));
}

void TimelineHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    const TimelineLook look = m_view->look();
    painter->save();
    painter->setLayoutDirection(Qt::LeftToRight);
    painter->fillRect(rect, look.theme.background());
    if (logicalIndex == TimelineRows::BarColumn) {
        // Without a run there is no time to show.
        if (m_view->rows().rowCount() > 0)
            TimelinePainter::paintAxis(painter, rect, look);
    } else {
        painter->setPen(look.theme.mutedText());
        painter->drawText(rect.adjusted(6, 0, -2, 0), Qt::AlignVCenter | Qt::AlignLeft,
                          model()->headerData(logicalIndex, Qt::Horizontal).toString());
    }
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), look.theme.grid());
    painter->restore();
}

} // namespace Retryscope
