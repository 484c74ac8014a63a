// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/failure.h"
#include "core/retry/retrypolicy.h"

#include <QtCore/QByteArray>
#include <QtNetwork/QNetworkRequest>

#include <optional>

QT_BEGIN_NAMESPACE
class QNetworkAccessManager;
QT_END_NAMESPACE

namespace Retryscope {

//! Why \a request cannot be sent as it is asked for, before anything is looked up or sent. Never
//! shows a header's value.
std::optional<Failure> checkRequest(const QNetworkRequest &request, const QByteArray &verb);

//! True if the caller will not let the event loop run, as a synchronous XMLHttpRequest.
bool isSynchronous(const QNetworkRequest &request);

//! Why \a manager cannot send it.
std::optional<Failure> checkManager(const QNetworkAccessManager *manager);

//! Likewise for the settings.
std::optional<Failure> checkSettings(const RetryPolicy &policy, const Timeouts &timeouts);

//! The Content-Length that the caller set; none without one. A negative number or text that is no
//! number gives -1.
std::optional<qint64> declaredLength(const QNetworkRequest &request);

} // namespace Retryscope
