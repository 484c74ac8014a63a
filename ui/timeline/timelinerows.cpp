// SPDX-License-Identifier: MIT
#include "ui/timeline/timelinerows.h"

#include "ui/timeline/timelinewords.h"

namespace Retryscope {

TimelineRows::TimelineRows(TimelineModel *model, QObject *parent)
    : QAbstractTableModel(parent)
    , m_model(model)
{
    connect(model, &QAbstractItemModel::rowsAboutToBeInserted, this,
            [this](const QModelIndex &, int first, int last) { beginInsertRows({}, first, last); });
    connect(model, &QAbstractItemModel::rowsInserted, this, [this] { endInsertRows(); });
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex &, int first, int last) { beginRemoveRows({}, first, last); });
    connect(model, &QAbstractItemModel::rowsRemoved, this, [this] { endRemoveRows(); });
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(model, &QAbstractItemModel::modelReset, this, [this] { endResetModel(); });
    connect(model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last) {
                Q_EMIT dataChanged(index(first.row(), WordsColumn), index(last.row(), BarColumn));
            });
}

void TimelineRows::setNow(Now now)
{
    m_now = std::move(now);
}

std::chrono::microseconds TimelineRows::now() const
{
    if (m_now && !m_model->isFinished())
        return m_now();
    return m_model->duration();
}

int TimelineRows::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_model->rowCount();
}

int TimelineRows::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const TimelineRow *TimelineRows::before(int row) const
{
    return row > 0 ? &m_model->row(row - 1) : nullptr;
}

QString TimelineRows::spoken(int row) const
{
    const TimelineRow *following = row + 1 < m_model->rowCount() ? &m_model->row(row + 1) : nullptr;
    return rowSpoken(m_model->row(row), before(row), following, now());
}

QVariant TimelineRows::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const TimelineRow &row = m_model->row(index.row());
    const bool words = index.column() == WordsColumn;
    switch (role) {
    case Qt::DisplayRole: {
        if (!words)
            return barWords(row, before(index.row()), now());
        const QString outcome = rowOutcome(row);
        const QString title = rowTitle(row, now());
        return outcome.isEmpty() ? title : QString(title + QStringLiteral(", ") + outcome);
    }
    case Qt::AccessibleTextRole:
        return words ? spoken(index.row()) : barWords(row, before(index.row()), now());
    case Qt::AccessibleDescriptionRole:
    case Qt::ToolTipRole:
        return rowToolTip(row, before(index.row()), now());
    case TimelineModel::RowRole:
        return QVariant::fromValue(row);
    default:
        return {};
    }
}

QVariant TimelineRows::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == WordsColumn ? tr("Attempts and waits") : tr("Time");
}

} // namespace Retryscope
