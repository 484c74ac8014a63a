// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/qglobal.h>

QT_BEGIN_NAMESPACE
class QNetworkAccessManager;
class QUrl;
QT_END_NAMESPACE

namespace Retryscope {

//! \a url as \a manager will use it: with https instead of http for a host that has asked for that
//! (RFC 6797). Qt does so itself, but only when all that depends on the scheme has been settled:
//! the proxy, its credentials, which connection is meant.
QUrl strictlyTransported(const QUrl &url, QNetworkAccessManager &manager);

} // namespace Retryscope
