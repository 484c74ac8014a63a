// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/failure.h"
#include "core/retry/retrypolicy.h"

#include <QtCore/QByteArray>
#include <QtNetwork/QNetworkRequest>

#include <optional>

namespace Retryscope {

//! Why \a request cannot be sent as it is asked for, before anything is looked up or sent. Never
//! shows a header's value.
std::optional<Failure> checkRequest(const QNetworkRequest &request, const QByteArray &verb);

//! Likewise for the settings.
std::optional<Failure> checkSettings(const RetryPolicy &policy, const Timeouts &timeouts);

//! The Content-Length that the caller set; none without one. A negative number or text that is no
//! number gives -1.
std::optional<qint64> declaredLength(const QNetworkRequest &request);

} // namespace Retryscope
