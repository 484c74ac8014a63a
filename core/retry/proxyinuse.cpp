// SPDX-License-Identifier: MIT
#include "core/retry/proxyinuse_p.h"

#include "core/retry/proxyfactory.h"

#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkRequest>

namespace Retryscope {

namespace {

bool isHttp(const QNetworkProxy &proxy)
{
    return proxy.type() == QNetworkProxy::HttpProxy
           || proxy.type() == QNetworkProxy::HttpCachingProxy;
}

// It is handed plain requests whole, instead of being asked for a tunnel.
bool forwards(const QNetworkProxy &proxy, const QUrl &url)
{
    return isHttp(proxy) && proxy.isCachingProxy() && url.scheme() == QLatin1StringView("http");
}

QList<QNetworkProxy> proxiesFor(const QNetworkAccessManager &manager, const QUrl &url)
{
    const QNetworkProxyQuery query(url);
    if (QNetworkProxyFactory *factory = manager.proxyFactory())
        return factory->queryProxy(query);
    if (manager.proxy().type() == QNetworkProxy::DefaultProxy)
        return QNetworkProxyFactory::proxyForQuery(query);
    return {manager.proxy()};
}

} // namespace

bool hasSteadyProxies(const QNetworkAccessManager &manager)
{
    const QNetworkProxyFactory *factory = manager.proxyFactory();
    // The application's own proxy is none where it has a factory.
    if (!factory)
        return manager.proxy().type() != QNetworkProxy::DefaultProxy
               || isHttp(QNetworkProxy::applicationProxy());
    if (const auto *other = dynamic_cast<const SteadyProxies *>(factory))
        return other->isSteady();
    return dynamic_cast<const ProxyFactory *>(factory) != nullptr;
}

QNetworkProxy proxyInUse(const QNetworkAccessManager &manager, const QUrl &url)
{
    // The first that works, as in QNetworkReplyHttpImplPrivate::postRequest().
    const QList<QNetworkProxy> proxies = proxiesFor(manager, url);
    for (const QNetworkProxy &proxy : proxies) {
        if (forwards(proxy, url) || proxy.isTransparentProxy())
            return proxy;
    }
    return QNetworkProxy(QNetworkProxy::NoProxy);
}

std::optional<Failure> checkProxy(const QNetworkAccessManager &manager, const QUrl &url)
{
    const QList<QNetworkProxy> proxies = proxiesFor(manager, url);
    for (const QNetworkProxy &proxy : proxies) {
        if (const auto error = ProxyFactory::errorOf(proxy))
            return configFailure(error->field,
                                 error->field % QStringLiteral(": ") % error->message);
    }
    return {};
}

void noteProxy(ReplyState &state, const QNetworkProxy &proxy, const QUrl &url)
{
    if (isHttp(proxy))
        state.proxy = ReplyState::Proxy::Http;
    else if (proxy.type() == QNetworkProxy::Socks5Proxy)
        state.proxy = ReplyState::Proxy::Socks5;
    else
        return;
    const QHostAddress address(proxy.hostName());
    const bool isIpv6 = address.protocol() == QAbstractSocket::IPv6Protocol;
    const QString host =
        isIpv6 ? QString(QLatin1Char('[') % proxy.hostName() % QLatin1Char(']')) : proxy.hostName();
    state.proxyHostAndPort = host % QLatin1Char(':') % QString::number(proxy.port());
    state.proxyIsAddress = !address.isNull();
    state.proxyHasCredentials = !proxy.user().isEmpty() || !proxy.password().isEmpty();
    state.proxyForwards = forwards(proxy, url);
    state.proxyLooksUp = proxy.capabilities().testFlag(QNetworkProxy::HostNameLookupCapability);
}

// Otherwise Qt sends the request without them first, cannot repeat our body after the 407, and so
// never gets through.
void logInToProxy(QNetworkRequest &request, const QNetworkProxy &proxy)
{
    // Where Qt follows redirects, the header would go on to another host.
    const auto policy = request.attribute(QNetworkRequest::RedirectPolicyAttribute);
    if (!forwards(proxy, request.url()) || proxy.user().isEmpty()
        || policy.toInt() != QNetworkRequest::ManualRedirectPolicy
        || request.hasRawHeader("Proxy-Authorization")) {
        return;
    }
    const QString credentials = proxy.user() % QLatin1Char(':') % proxy.password();
    request.setRawHeader("Proxy-Authorization", "Basic " + credentials.toLatin1().toBase64());
}

} // namespace Retryscope
