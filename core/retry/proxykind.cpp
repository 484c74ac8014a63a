// SPDX-License-Identifier: MIT
#include "core/retry/proxykind_p.h"

#include <QtCore/QUrl>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>

namespace Retryscope {

namespace {

QNetworkProxy firstProxy(const QNetworkAccessManager *manager, const QUrl &url)
{
    const QNetworkProxyQuery query(url);
    QList<QNetworkProxy> proxies;
    if (QNetworkProxyFactory *factory = manager->proxyFactory())
        proxies = factory->queryProxy(query);
    else if (manager->proxy().type() == QNetworkProxy::DefaultProxy)
        proxies = QNetworkProxyFactory::proxyForQuery(query);
    else
        proxies = {manager->proxy()};
    return proxies.isEmpty() ? QNetworkProxy(QNetworkProxy::NoProxy) : proxies.first();
}

} // namespace

ReplyState::Proxy proxyKind(const QNetworkAccessManager *manager, const QUrl &url)
{
    switch (firstProxy(manager, url).type()) {
    case QNetworkProxy::Socks5Proxy:
        return ReplyState::Proxy::Socks5;
    case QNetworkProxy::HttpProxy:
    case QNetworkProxy::HttpCachingProxy:
        return ReplyState::Proxy::Http;
    case QNetworkProxy::DefaultProxy:
    case QNetworkProxy::NoProxy:
    case QNetworkProxy::FtpCachingProxy:
        break;
    }
    return ReplyState::Proxy::None;
}

} // namespace Retryscope
