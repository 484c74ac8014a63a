// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace Retryscope {

//! The candidate with the smallest edit distance to what was typed, case aside; the first of
//! equals. Empty without candidates.
QString nearestOf(QStringView typed, const QStringList &candidates);

} // namespace Retryscope
