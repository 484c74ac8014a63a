// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>

namespace Retryscope {

//! Exactly \a count tokens of readable English about what a retry oscilloscope shows, whole
//! sentences all through, the same for the same seed. Each token is UTF-8 that needs no escaping in
//! JSON; some are not ASCII, so that decoders have something to do.
QList<QByteArray> answerTokens(int count, quint64 seed);

} // namespace Retryscope
