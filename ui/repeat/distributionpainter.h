// SPDX-License-Identifier: MIT
#pragma once

#include "ui/repeat/distribution.h"
#include "ui/theme.h"

#include <QtCore/QRectF>
#include <QtGui/QFont>

QT_BEGIN_NAMESPACE
class QPainter;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief Draws a distribution: a lane of bars for each verdict above one axis of durations, and
//! the percentiles across them. Stateless: the same values give the same picture.
namespace DistributionPainter {

void paint(QPainter *painter, const QRectF &area, const Distribution &distribution,
           const Theme &theme, const QFont &font);
//! What it takes for \a lanes to be told apart.
double height(int lanes, const QFont &font);

} // namespace DistributionPainter

} // namespace Retryscope
