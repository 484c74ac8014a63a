// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QHeaderView>

namespace Retryscope {

class TimelineView;

//! \brief The axis of time above the bars.
class TimelineHeader final : public QHeaderView
{
    Q_OBJECT
public:
    //! The view is the parent.
    explicit TimelineHeader(TimelineView *view);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;

private:
    const TimelineView *m_view;
};

} // namespace Retryscope
