// SPDX-License-Identifier: MIT
#include "ui/columnarea.h"

#include <QtCore/QEvent>
#include <QtWidgets/QScrollBar>

#include <algorithm>

namespace Retryscope {

namespace {

constexpr int Narrowest = 340;
constexpr int Widest = 640;

} // namespace

ColumnArea::ColumnArea(QWidget *column, QWidget *parent) : QScrollArea(parent)
{
    setWidget(column);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    column->installEventFilter(this);
    fitWidth();
}

bool ColumnArea::eventFilter(QObject *object, QEvent *event)
{
    if (object == widget() && event->type() == QEvent::LayoutRequest)
        fitWidth();
    return QScrollArea::eventFilter(object, event);
}

void ColumnArea::fitWidth()
{
    const int wanted =
        widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width();
    const int width = std::clamp(wanted, Narrowest, Widest);
    setHorizontalScrollBarPolicy(wanted > width ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    setMinimumWidth(width);
}

} // namespace Retryscope
