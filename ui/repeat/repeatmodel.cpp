// SPDX-License-Identifier: MIT
#include "ui/repeat/repeatmodel.h"

#include "ui/repeat/repeatwords.h"
#include "ui/theme.h"
#include "ui/timeline/timelinewords.h"

#include <QtCore/QStringList>

#include <tuple>

namespace Retryscope {

void RepeatModel::clear()
{
    beginResetModel();
    m_runs.clear();
    endResetModel();
}

void RepeatModel::append(const RepeatedRun &run)
{
    const auto row = static_cast<int>(m_runs.size());
    beginInsertRows({}, row, row);
    m_runs.append(run);
    endInsertRows();
}

int RepeatModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RepeatModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString RepeatModel::words(const RepeatedRun &run, int column)
{
    switch (column) {
    case NumberColumn:
        return QString::number(run.number);
    case SeedColumn:
        return QString::number(run.seed);
    case VerdictColumn:
        return verdictWords(run.verdict);
    case AttemptsColumn:
        return QString::number(run.attempts);
    case SendsColumn:
        return QString::number(run.sends);
    case DurationColumn:
        return timeWords(run.duration);
    case CauseColumn:
        return run.cause;
    default:
        return {};
    }
}

QVariant RepeatModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RepeatedRun &run = m_runs.at(index.row());
    const bool isWord = index.column() == VerdictColumn || index.column() == CauseColumn;
    switch (role) {
    case Qt::DisplayRole:
        return words(run, index.column());
    case Qt::ToolTipRole:
        return index.column() == CauseColumn ? run.cause : QVariant();
    case Qt::TextAlignmentRole:
        return isWord ? QVariant() : QVariant(Qt::AlignRight | Qt::AlignVCenter);
    case Qt::ForegroundRole:
        if (index.column() != VerdictColumn)
            return {};
        return run.verdict == RunVerdict::Complete ? Theme::current().success()
                                                   : Theme::current().failure();
    default:
        return {};
    }
}

QVariant RepeatModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NumberColumn:
        return tr("Run");
    case SeedColumn:
        return tr("Seed");
    case VerdictColumn:
        return tr("Verdict");
    case AttemptsColumn:
        return tr("Attempts");
    case SendsColumn:
        return tr("Sent");
    case DurationColumn:
        return tr("Duration");
    case CauseColumn:
        return tr("Cause");
    default:
        return {};
    }
}

RepeatOrder::RepeatOrder(RepeatModel *model, QObject *parent)
    : QSortFilterProxyModel(parent)
    , m_model(model)
{
    setSourceModel(model);
}

void RepeatOrder::setOrder(Order order)
{
    m_order = order;
    // Unsorted as they ran: then a new row costs nothing.
    sort(order == Order::AsTheyRan ? -1 : 0);
    invalidate();
}

void RepeatOrder::showOnlyFailures(bool on)
{
    m_onlyFailures = on;
    invalidateFilter();
}

const RepeatedRun &RepeatOrder::run(const QModelIndex &index) const
{
    return m_model->runs().at(index.row());
}

int RepeatOrder::number(const QModelIndex &index) const
{
    return run(mapToSource(index)).number;
}

bool RepeatOrder::filterAcceptsRow(int row, const QModelIndex &) const
{
    return !m_onlyFailures || m_model->runs().at(row).verdict != RunVerdict::Complete;
}

bool RepeatOrder::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const RepeatedRun &a = run(left);
    const RepeatedRun &b = run(right);
    if (m_order == Order::SlowestFirst)
        return std::tuple(-a.duration, a.number) < std::tuple(-b.duration, b.number);
    if (m_order == Order::ByVerdict)
        return std::tuple(a.verdict, a.number) < std::tuple(b.verdict, b.number);
    return a.number < b.number;
}

QString RepeatOrder::text() const
{
    QStringList lines;
    QStringList cells;
    for (int column = 0; column < columnCount(); ++column)
        cells << headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    lines << cells.join(QLatin1Char('\t'));
    for (int row = 0; row < rowCount(); ++row) {
        cells.clear();
        for (int column = 0; column < columnCount(); ++column)
            cells << index(row, column).data().toString();
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace Retryscope
