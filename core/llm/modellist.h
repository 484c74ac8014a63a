// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace Retryscope {

//! \brief The models that an endpoint offers.
struct RETRYSCOPE_EXPORT ModelList
{
    //! As requests name them, in the order they came.
    QStringList ids;
    //! The query that asks for the rest: "pageToken=abc"; empty where there is none.
    QString nextQuery;
};

} // namespace Retryscope
