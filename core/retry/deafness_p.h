// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QEvent>
#include <QtCore/QObject>

namespace Retryscope {

//! \brief Keeps queued calls away from an object that waits for its deletion.
class Deafness final : public QObject
{
public:
    explicit Deafness(QObject *parent) : QObject(parent) {}

    bool eventFilter(QObject *, QEvent *event) override
    {
        return event->type() == QEvent::MetaCall;
    }
};

} // namespace Retryscope
