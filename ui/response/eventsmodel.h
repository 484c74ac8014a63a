// SPDX-License-Identifier: MIT
#pragma once

#include "core/trace/traceevent.h"

#include <QtCore/QAbstractTableModel>

#include <chrono>
#include <utility>

namespace Retryscope {

struct AttemptDigest;
class TraceDigest;

//! \brief The stream events of one attempt as a table. Holds no copies: the trace has them.
class EventsModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        NumberColumn,
        TimeColumn,
        GapColumn,
        TypeColumn,
        SizeColumn,
        MeaningColumn,
        DataColumn,
        ColumnCount
    };

    //! The digest is borrowed and must outlive the model.
    explicit EventsModel(const TraceDigest *digest, QObject *parent = nullptr);

    //! Shows an attempt, or what is new in it.
    void show(int attempt);
    //! Call before the digest turns to another trace.
    void clear();

    //! Where the event's bytes stand in the body, and how many they are.
    std::pair<qint64, qint64> bytesOf(int row) const;
    //! The event that this byte of the body belongs to; -1: none.
    int rowAt(qint64 offset) const;
    //! The first row from \a from to before \a end whose data holds \a text, in any case; -1: none.
    int find(const QString &text, int from, int end) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    TraceEvent eventAt(int row) const;
    std::chrono::microseconds gap(int row) const;
    QString words(int row, int column) const;
    //! What the event added to the answer, from the deltas that follow it in the trace.
    QString meaning(int row) const;

    const TraceDigest *m_digest;
    int m_attempt = 0;
    int m_rows = 0;
};

} // namespace Retryscope
