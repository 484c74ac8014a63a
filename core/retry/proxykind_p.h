// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/classify.h"

QT_BEGIN_NAMESPACE
class QNetworkAccessManager;
class QUrl;
QT_END_NAMESPACE

namespace Retryscope {

//! The proxy that \a manager will use for \a url, asked in the same way as it asks itself.
ReplyState::Proxy proxyKind(const QNetworkAccessManager *manager, const QUrl &url);

} // namespace Retryscope
