// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArray>

namespace Retryscope {

//! \brief A header of a request or an answer.
struct RETRYSCOPE_EXPORT HeaderField
{
    QByteArray name;
    QByteArray value;

    friend bool operator==(const HeaderField &, const HeaderField &) = default;
};

} // namespace Retryscope
