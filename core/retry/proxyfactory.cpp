// SPDX-License-Identifier: MIT
#include "core/retry/proxyfactory.h"

#include <QtCore/QUrl>

namespace Retryscope {

namespace {

// Nobody connects to it: RFC 2606.
const QString brokenHost = QStringLiteral("broken-setting.invalid");

// Of a kind that QNetworkAccessManager cannot take: it then fails with ProxyNotFoundError. A
// default-constructed one would be the application's proxy, and an empty list no proxy.
QNetworkProxy broken(const InputError &error)
{
    return QNetworkProxy(QNetworkProxy::FtpCachingProxy, brokenHost, 0, error.field, error.message);
}

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
    return {proxy ? *proxy : broken(proxy.error())};
}

std::optional<InputError> ProxyFactory::errorOf(const QNetworkProxy &proxy)
{
    if (proxy.type() != QNetworkProxy::FtpCachingProxy || proxy.hostName() != brokenHost)
        return {};
    return InputError{proxy.user(), proxy.password(), {}};
}

} // namespace Retryscope
