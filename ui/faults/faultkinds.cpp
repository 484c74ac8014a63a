// SPDX-License-Identifier: MIT
#include "ui/faults/faultkinds.h"

#include "ui/faults/faultwords.h"
#include "ui/theme.h"

#include <QtCore/QStringList>
#include <QtGui/QFont>

#include <algorithm>

namespace Retryscope {

namespace {

QVariant headingData(int role)
{
    if (role == Qt::FontRole) {
        QFont font;
        font.setBold(true);
        return font;
    }
    // What cannot be chosen would be too pale to be read otherwise.
    return role == Qt::ForegroundRole ? Theme::current().mutedText() : QVariant();
}

} // namespace

FaultKinds::FaultKinds(QObject *parent) : QAbstractListModel(parent)
{
    FaultPhase phase = FaultPhase::None;
    for (const FaultDescriptor &fault : faultCatalogue()) {
        if (fault.phase != phase)
            m_rows.push_back({fault.phase, nullptr});
        phase = fault.phase;
        m_rows.push_back({phase, &fault});
    }
}

int FaultKinds::rowOf(FaultKind kind) const
{
    const auto row = std::ranges::find_if(
        m_rows, [kind](const Row &each) { return each.fault && each.fault->kind == kind; });
    return row == m_rows.end() ? -1 : static_cast<int>(row - m_rows.begin());
}

int FaultKinds::bestMatch(const QString &typed) const
{
    int begins = -1;
    int holds = -1;
    for (int row = 0; row < rowCount(); ++row) {
        const FaultDescriptor *fault = m_rows.at(static_cast<std::size_t>(row)).fault;
        if (!fault)
            continue;
        const QString words = faultWords(fault->kind);
        if (words.compare(typed, Qt::CaseInsensitive) == 0 || fault->name == typed)
            return row;
        if (begins < 0 && words.startsWith(typed, Qt::CaseInsensitive))
            begins = row;
        if (holds < 0
            && index(row).data(SearchRole).toString().contains(typed, Qt::CaseInsensitive))
            holds = row;
    }
    return begins >= 0 ? begins : holds;
}

int FaultKinds::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant FaultKinds::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const auto &[phase, fault] = m_rows.at(static_cast<std::size_t>(index.row()));
    // An editable combo box asks for what can be edited.
    if (role == Qt::DisplayRole || role == Qt::EditRole)
        return fault ? faultWords(fault->kind) : faultPhaseWords(phase);
    if (!fault)
        return headingData(role);
    switch (role) {
    case Qt::ToolTipRole:
        return QString(fault->name + QStringLiteral(": ") + fault->summary);
    case KindRole:
        return static_cast<int>(fault->kind);
    case SearchRole:
        return QStringList{faultWords(fault->kind), fault->name, fault->summary,
                           faultPhaseWords(phase)}
            .join(QLatin1Char('\n'));
    default:
        return {};
    }
}

Qt::ItemFlags FaultKinds::flags(const QModelIndex &index) const
{
    const bool isFault = index.isValid() && m_rows.at(static_cast<std::size_t>(index.row())).fault;
    return isFault ? QAbstractListModel::flags(index) | Qt::ItemNeverHasChildren : Qt::NoItemFlags;
}

} // namespace Retryscope
