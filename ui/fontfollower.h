// SPDX-License-Identifier: MIT
#pragma once

#include <QtGui/QFont>

#include <functional>

QT_BEGIN_NAMESPACE
class QWidget;
QT_END_NAMESPACE

namespace Retryscope {

//! Calls \a apply now and whenever the font of \a widget changes: for sizes that are counted in
//! letters and lines.
void followFont(QWidget *widget, std::function<void()> apply);

//! The family of the desktop's fixed font, in the size of everything else, which it follows.
QFont fixedFont();

} // namespace Retryscope
