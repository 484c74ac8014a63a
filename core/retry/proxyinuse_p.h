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

//! \brief A proxy factory that stands for another, and knows whether that gives the same answer
//! each time it is asked.
class SteadyProxies
{
public:
    virtual ~SteadyProxies() = default;
    virtual bool isSteady() const = 0;
};

//! True where \a manager, asked again, is sure to use the same proxy for a URL.
bool hasSteadyProxies(const QNetworkAccessManager &manager);

//! The proxy that \a manager will use for \a url, chosen as it chooses itself; of the type NoProxy
//! where there is none.
QNetworkProxy proxyInUse(const QNetworkAccessManager &manager, const QUrl &url);

//! What is wrong with the settings that \a manager takes its proxies from; none where they are not
//! ours, or fine.
std::optional<Failure> checkProxy(const QNetworkAccessManager &manager, const QUrl &url);

//! Writes down what the classification needs to know of \a proxy on the way to \a url; its
//! credentials are not.
void noteProxy(ReplyState &state, const QNetworkProxy &proxy, const QUrl &url);

//! Lets a request that a proxy reads itself bring its credentials along. Only for steady proxies:
//! Qt asks a factory again, and where its answer is another one by then, they would go there.
void logInToProxy(QNetworkRequest &request, const QNetworkProxy &proxy);

} // namespace Retryscope
