// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QtCore/QString>

#include <optional>

QT_BEGIN_NAMESPACE
class QUrl;
QT_END_NAMESPACE

namespace Retryscope {

//! True if \a url goes straight by the exceptions in \a list, or which entry of the list is none.
//! The error has no field.
Result<bool> isException(const QString &list, const QUrl &url);

} // namespace Retryscope
