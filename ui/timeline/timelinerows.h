// SPDX-License-Identifier: MIT
#pragma once

#include "core/timeline/timelinemodel.h"

#include <QtCore/QAbstractTableModel>

#include <chrono>
#include <functional>

namespace Retryscope {

//! \brief A TimelineModel with words: a column that says what a row is, and one for its bar.
class TimelineRows final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { WordsColumn, BarColumn, ColumnCount };

    using Now = std::function<std::chrono::microseconds()>;

    //! The model is borrowed and must outlive this one.
    explicit TimelineRows(TimelineModel *model, QObject *parent = nullptr);

    //! The time since the run began, for rows that are not over; unset: the model's duration.
    void setNow(Now now);
    std::chrono::microseconds now() const;

    const TimelineModel &timeline() const { return *m_model; }

    //! The row before; null for the first.
    const TimelineRow *before(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString spoken(int row) const;

    TimelineModel *m_model;
    Now m_now;
};

} // namespace Retryscope
