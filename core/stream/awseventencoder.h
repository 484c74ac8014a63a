// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QList>

#include <utility>

namespace Retryscope {

//! \brief One message of an AWS event stream, its checksums included: the reverse of
//! AwsEventDecoder. Pure.
//!
//! \a headers: names of at most 255 and texts of at most 65535 bytes, written in this order as
//! strings; those that are longer are a broken promise, and cut.
RETRYSCOPE_EXPORT QByteArray
awsEventMessage(const QList<std::pair<QByteArray, QByteArray>> &headers, QByteArrayView payload);

} // namespace Retryscope
