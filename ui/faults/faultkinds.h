// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/faultcatalogue.h"

#include <QtCore/QAbstractListModel>

#include <vector>

namespace Retryscope {

//! \brief The catalogue of faults as a list to choose from: "no fault", then each phase of an
//! exchange as a heading, and its faults below.
class FaultKinds final : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole, //!< the FaultKind as an int; none for a heading
        SearchRole,              //!< all that a search looks at; empty for a heading
    };

    explicit FaultKinds(QObject *parent = nullptr);

    //! Where the fault stands.
    int rowOf(FaultKind kind) const;
    //! What a person means who has typed so much: what is called just so, what begins so, or the
    //! first of which so much is said; -1: nothing.
    int bestMatch(const QString &typed) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    //! A heading cannot be chosen.
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    //! A heading has a phase only.
    struct Row
    {
        FaultPhase phase;
        const FaultDescriptor *fault;
    };

    std::vector<Row> m_rows;
};

} // namespace Retryscope
