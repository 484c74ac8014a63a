// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArrayView>
#include <QtCore/QString>
#include <QtCore/QStringList>

//! \file
//! \brief What is true of every decoder and dialect, whatever the bytes.

namespace Retryscope::TestSupport {

//! "sse", "ndjson", "json-array", "aws-event-stream", and each dialect by its id.
QStringList fuzzTargets();

//! Reads \a bytes, whose first one says how they are cut into pieces. What went wrong, or an empty
//! text: the pieces must not matter, and every number must lie within the body.
QString fuzz(const QString &target, QByteArrayView bytes);

} // namespace Retryscope::TestSupport
