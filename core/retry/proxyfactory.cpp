// SPDX-License-Identifier: MIT
#include "core/retry/proxyfactory.h"

#include <QtCore/QUrl>

namespace Retryscope {

namespace {

QUrl urlOf(const QNetworkProxyQuery &query)
{
    if (query.queryType() == QNetworkProxyQuery::UrlRequest)
        return query.url();
    // A bare socket: TLS or not, nothing of it can go through a forwarding proxy.
    QUrl url;
    url.setScheme(QStringLiteral("https"));
    url.setHost(query.peerHostName());
    url.setPort(query.peerPort());
    return url;
}

} // namespace

ProxyFactory::ProxyFactory(const ProxySettings &settings) : m_settings(settings)
{}

ProxyFactory::~ProxyFactory() = default;

QList<QNetworkProxy> ProxyFactory::queryProxy(const QNetworkProxyQuery &query)
{
    const auto proxy = m_settings.proxyFor(urlOf(query));
    // Of a kind that QNetworkAccessManager has no use for: it then fails with ProxyNotFoundError. A
    // default-constructed one would be the application's proxy, and an empty list no proxy.
    return {proxy ? *proxy : QNetworkProxy(QNetworkProxy::FtpCachingProxy)};
}

} // namespace Retryscope
