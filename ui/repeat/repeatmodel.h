// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/repeatedrun.h"

#include <QtCore/QAbstractTableModel>
#include <QtCore/QSortFilterProxyModel>

namespace Retryscope {

//! \brief Many runs as a table, a row each, in the order in which they ran.
class RepeatModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        NumberColumn,
        SeedColumn,
        VerdictColumn,
        AttemptsColumn,
        SendsColumn,
        DurationColumn,
        CauseColumn,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    void clear();
    void append(const RepeatedRun &run);

    const QList<RepeatedRun> &runs() const { return m_runs; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    static QString words(const RepeatedRun &run, int column);

    QList<RepeatedRun> m_runs;
};

//! \brief The rows of a RepeatModel in another order, or only those that did not end well.
class RepeatOrder final : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    enum class Order { AsTheyRan, SlowestFirst, ByVerdict };

    explicit RepeatOrder(RepeatModel *model, QObject *parent = nullptr);

    void setOrder(Order order);
    void showOnlyFailures(bool on);
    //! Of the run in that row.
    int number(const QModelIndex &index) const;
    //! The whole table as it is shown: lines of cells with tabs between, the headings first.
    QString text() const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    const RepeatedRun &run(const QModelIndex &index) const;

    RepeatModel *m_model;
    Order m_order = Order::AsTheyRan;
    bool m_onlyFailures = false;
};

} // namespace Retryscope
