// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/classify.h"

#include <QtNetwork/QNetworkProxy>

#include <optional>

QT_BEGIN_NAMESPACE
class QNetworkAccessManager;
class QNetworkRequest;
class QUrl;
QT_END_NAMESPACE

namespace Retryscope {

//! The proxy that \a manager will use for \a url, chosen as it chooses itself; of the type NoProxy
//! where there is none.
QNetworkProxy proxyInUse(const QNetworkAccessManager &manager, const QUrl &url);

//! What is wrong with the settings that \a manager takes its proxies from; none where they are not
//! ours, or fine.
std::optional<Failure> checkProxy(const QNetworkAccessManager &manager, const QUrl &url);

//! Writes down what the classification needs to know of \a proxy on the way to \a url; its
//! credentials are not.
void noteProxy(ReplyState &state, const QNetworkProxy &proxy, const QUrl &url);

//! Lets a request that a proxy reads itself bring its credentials along.
void logInToProxy(QNetworkRequest &request, const QNetworkProxy &proxy);

} // namespace Retryscope
