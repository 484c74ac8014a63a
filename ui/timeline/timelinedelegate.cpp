// SPDX-License-Identifier: MIT
#include "ui/timeline/timelinedelegate.h"

#include "ui/timeline/timelinepainter.h"
#include "ui/timeline/timelinerows.h"
#include "ui/timeline/timelineview.h"

#include <QtGui/QPainter>

namespace Retryscope {

TimelineDelegate::TimelineDelegate(TimelineView *view) : QStyledItemDelegate(view), m_view(view)
{}

void TimelineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                             const QModelIndex &index) const
{
    // By reference, not through a QVariant: a row may carry a million stamps.
    const TimelineRow &row = m_view->rows().timeline().row(index.row());
    const TimelineLook look = m_view->look();
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, look.theme.selection());
    if (index.column() == TimelineRows::WordsColumn) {
        TimelinePainter::paintWords(painter, option.rect, row, look);
        return;
    }
    TimelinePainter::paintBar(painter, option.rect, row, m_view->rows().before(index.row()), look);
}

QSize TimelineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {60, static_cast<int>(TimelinePainter::rowHeight(option.font))};
}

} // namespace Retryscope
