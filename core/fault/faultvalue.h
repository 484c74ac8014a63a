// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QObject>
#include <QtCore/QString>

namespace Retryscope {

//! \brief A parameter as it was given: after=3 (events), after=100b (bytes), ms=250,
//! location="http://127.0.0.1:9/".
struct RETRYSCOPE_EXPORT FaultValue
{
    Q_GADGET
public:
    //! \brief What a parameter counts.
    enum class Unit { Plain, Milliseconds, Seconds, Events, Bytes, Text };
    Q_ENUM(Unit)

    qint64 number = 0;
    Unit unit = Unit::Plain;
    //! Only with Unit::Text.
    QString text = {};

    //! As it stands in a plan: "3", "100b", "250"; a text in quotes where it needs them.
    QString toString() const;

    friend bool operator==(const FaultValue &, const FaultValue &) = default;
};

using FaultUnit = FaultValue::Unit;

} // namespace Retryscope
