// SPDX-License-Identifier: MIT
#include "ui/response/eventsmodel.h"

#include "core/trace/trace.h"
#include "ui/response/tracedigest.h"
#include "ui/theme.h"
#include "ui/timeline/timelinewords.h"

#include <QtGui/QFont>

#include <algorithm>

namespace Retryscope {

namespace {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using std::chrono::microseconds;

// A table cell that shows more than this is no longer a cell.
constexpr qsizetype longestCell = 500;

QString deltaWords(const QJsonObject &fields)
{
    const QString delta = fields.value("delta"_L1).toString();
    const QString text = fields.value("text"_L1).toString();
    if (delta == "text"_L1)
        return QString(u"\u201c"_s + text + u"\u201d"_s);
    return text.isEmpty() ? delta : QString(delta + u": "_s + text);
}

} // namespace

EventsModel::EventsModel(const TraceDigest *digest, QObject *parent)
    : QAbstractTableModel(parent)
    , m_digest(digest)
{}

void EventsModel::clear()
{
    beginResetModel();
    m_attempt = 0;
    m_rows = 0;
    endResetModel();
}

void EventsModel::show(int attempt)
{
    if (attempt != m_attempt) {
        clear();
        m_attempt = attempt;
    }
    // The rows are read from the trace, which the digest outlives.
    const AttemptDigest *digest = m_digest->trace() ? m_digest->attempt(attempt) : nullptr;
    const int rows = digest ? static_cast<int>(digest->events.size()) : 0;
    if (rows <= m_rows)
        return;
    beginInsertRows({}, m_rows, rows - 1);
    m_rows = rows;
    endInsertRows();
}

std::pair<qint64, qint64> EventsModel::bytesOf(int row) const
{
    const QJsonObject fields = eventAt(row).fields;
    return {fields.value("offset"_L1).toInteger(), fields.value("bytes"_L1).toInteger()};
}

int EventsModel::rowAt(qint64 offset) const
{
    int begin = 0;
    int end = m_rows;
    while (begin < end) {
        const int middle = begin + (end - begin) / 2;
        const auto [at, size] = bytesOf(middle);
        if (offset < at)
            end = middle;
        else if (offset - at >= size)
            begin = middle + 1;
        else
            return middle;
    }
    return -1;
}

int EventsModel::find(const QString &text, int from, int end) const
{
    if (from >= end)
        return -1;
    const EventPlaces &places = m_digest->attempt(m_attempt)->events;
    const TraceEvents &events = m_digest->trace()->events();
    const auto last = std::size_t(end);
    const std::size_t behind = places.at(last - 1) + 1;
    for (auto row = std::size_t(from); row < last; ++row) {
        // Some of these are the deltas in between.
        row = places.lowerBound(events.candidate(text, places.at(row), behind));
        if (row >= last)
            break;
        const QString data = events.at(places.at(row)).fields.value("data"_L1).toString();
        if (data.contains(text, Qt::CaseInsensitive))
            return static_cast<int>(row);
    }
    return -1;
}

int EventsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int EventsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

TraceEvent EventsModel::eventAt(int row) const
{
    const auto &events = m_digest->attempt(m_attempt)->events;
    return m_digest->trace()->events().at(events.at(static_cast<std::size_t>(row)));
}

microseconds EventsModel::gap(int row) const
{
    return row == 0 ? microseconds(0) : eventAt(row).t - eventAt(row - 1).t;
}

QString EventsModel::words(int row, int column) const
{
    const TraceEvent e = eventAt(row);
    switch (column) {
    case NumberColumn:
        return QString::number(row + 1);
    case TimeColumn:
        return timeWords(e.t);
    case GapColumn:
        return row == 0 ? QString() : timeWords(gap(row));
    case TypeColumn: {
        const QString type = e.fields.value("type"_L1).toString();
        return type.isEmpty() ? u"message"_s : type;
    }
    case SizeColumn:
        return tr("%1 B").arg(e.fields.value("bytes"_L1).toInteger());
    case MeaningColumn:
        return meaning(row);
    case DataColumn:
        return e.fields.value("data"_L1).toString().left(longestCell);
    default:
        return {};
    }
}

QString EventsModel::meaning(int row) const
{
    const TraceEvents &all = m_digest->trace()->events();
    const std::size_t at = m_digest->attempt(m_attempt)->events.at(static_cast<std::size_t>(row));
    QStringList parts;
    for (std::size_t i = at + 1; i < all.size(); ++i) {
        const TraceEvent event = all.at(i);
        if (event.name != TraceEventName::StreamDelta)
            break;
        parts << deltaWords(event.fields);
    }
    if (parts.isEmpty() && all.at(at).fields.value("terminal"_L1).toBool())
        return tr("end of the stream");
    return parts.join(u' ');
}

QVariant EventsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || !m_digest->trace())
        return {};
    const bool number = index.column() == NumberColumn || index.column() == TimeColumn
                        || index.column() == GapColumn || index.column() == SizeColumn;
    const bool longGap = index.column() == GapColumn && gap(index.row()) > 1s;
    switch (role) {
    case Qt::DisplayRole:
        return words(index.row(), index.column());
    case Qt::ToolTipRole:
        return index.column() == DataColumn
                   ? eventAt(index.row()).fields.value("data"_L1).toString().left(4 * longestCell)
                   : QVariant();
    case Qt::TextAlignmentRole:
        return number ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::ForegroundRole:
        return longGap ? QVariant(Theme::current().failure()) : QVariant();
    case Qt::FontRole: {
        QFont bold;
        bold.setBold(true);
        return longGap ? QVariant(bold) : QVariant();
    }
    default:
        return {};
    }
}

QVariant EventsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NumberColumn:
        return tr("No.");
    case TimeColumn:
        return tr("Time");
    case GapColumn:
        return tr("Gap");
    case TypeColumn:
        return tr("Type");
    case SizeColumn:
        return tr("Size");
    case MeaningColumn:
        return tr("Adds");
    case DataColumn:
        return tr("Data");
    default:
        return {};
    }
}

} // namespace Retryscope
