// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace Retryscope {

class TimelineView;

//! \brief Hands the rows of a TimelineView to the painter.
class TimelineDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    //! The view is the parent.
    explicit TimelineDelegate(TimelineView *view);

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const TimelineView *m_view;
};

} // namespace Retryscope
