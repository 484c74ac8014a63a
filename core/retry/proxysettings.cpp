// SPDX-License-Identifier: MIT
#include "core/retry/proxysettings.h"

#include "core/retry/noproxy_p.h"
#include "core/retry/proxyurl_p.h"

#include <QtCore/QProcessEnvironment>
#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

struct Variable
{
    QString name;
    QString value;
};

//! In lower case first; an empty one counts as missing.
Variable variable(const QProcessEnvironment &environment, const QString &name)
{
    if (const QString value = environment.value(name); !value.trimmed().isEmpty())
        return {name, value};
    const QString upper = name.toUpper();
    if (upper == "HTTP_PROXY"_L1 && environment.contains(u"REQUEST_METHOD"_s))
        return {};
    const QString value = environment.value(upper);
    return value.trimmed().isEmpty() ? Variable() : Variable{upper, value};
}

bool isPlain(const QUrl &url)
{
    return url.scheme() == "http"_L1 || url.scheme() == "ws"_L1;
}

InputError named(const QString &field, InputError error)
{
    error.field = field;
    return error;
}

// Qt takes the address family of the proxy for the host's too where the proxy looks names up
// (startHostInfoLookup() in qhttpnetworkconnection.cpp): an IPv6 address behind a proxy with an
// IPv4 address is "not found" before the proxy is asked. An address needs no look-up.
QNetworkProxy fitting(QNetworkProxy proxy, const QUrl &url)
{
    const bool isAddress = !QHostAddress(url.host()).isNull();
    if (proxy.type() == QNetworkProxy::Socks5Proxy && isAddress)
        proxy.setCapabilities(proxy.capabilities() & ~QNetworkProxy::HostNameLookupCapability);
    return proxy;
}

} // namespace

ProxySettings::Route ProxySettings::route(const QString &field, const QString &text)
{
    Route route;
    route.field = field;
    if (field.isEmpty())
        return route;
    const auto proxy = parseProxyUrl(text);
    if (proxy)
        route.proxy = *proxy;
    else
        route.error = named(field, proxy.error());
    return route;
}

ProxySettings ProxySettings::fromEnvironment(const QProcessEnvironment &environment)
{
    const Variable all = variable(environment, u"all_proxy"_s);
    const auto either = [&](const QString &name) {
        const Variable own = variable(environment, name);
        const Variable &chosen = own.name.isEmpty() ? all : own;
        return route(chosen.name, chosen.value);
    };
    ProxySettings settings;
    settings.m_http = either(u"http_proxy"_s);
    settings.m_https = either(u"https_proxy"_s);
    const Variable none = variable(environment, u"no_proxy"_s);
    settings.addExceptions(none.value, none.name);
    return settings;
}

ProxySettings ProxySettings::fromUrl(const QString &proxy, const QString &noProxy,
                                     const QString &field, const QString &noProxyField)
{
    ProxySettings settings;
    settings.m_http = route(field.isEmpty() ? u"proxy"_s : field, proxy);
    settings.m_https = settings.m_http;
    settings.addExceptions(noProxy, noProxyField);
    return settings;
}

void ProxySettings::addExceptions(const QString &noProxy, const QString &field)
{
    if (!noProxy.trimmed().isEmpty())
        m_exceptions.append({field, noProxy});
}

Result<QNetworkProxy> ProxySettings::proxyFor(const QUrl &url) const
{
    const Route &route = isPlain(url) ? m_http : m_https;
    if (route.field.isEmpty())
        return QNetworkProxy(QNetworkProxy::NoProxy);
    for (const Exceptions &exceptions : m_exceptions) {
        const auto isStraight = isException(exceptions.list, url);
        if (!isStraight)
            return named(exceptions.field, isStraight.error());
        if (*isStraight)
            return QNetworkProxy(QNetworkProxy::NoProxy);
    }
    if (route.error)
        return *route.error;
    return fitting(route.proxy, url);
}

QList<InputError> ProxySettings::validate() const
{
    QList<InputError> errors;
    for (const Route *route : {&m_http, &m_https}) {
        if (route->error && !errors.contains(*route->error))
            errors.append(*route->error);
    }
    for (const Exceptions &exceptions : m_exceptions) {
        if (const auto result = isException(exceptions.list, QUrl()); !result)
            errors.append(named(exceptions.field, result.error()));
    }
    return errors;
}

QStringList ProxySettings::secrets() const
{
    QStringList secrets;
    for (const Route *route : {&m_http, &m_https}) {
        const QString user = route->proxy.user();
        const QString password = route->proxy.password();
        // A name alone is the key itself: some proxies take a token in its place.
        const QString key = password.isEmpty() ? user : password;
        if (key.isEmpty())
            continue;
        const QByteArray pair = (user + u':' + password).toLatin1();
        for (const QString &secret : {key, QString::fromLatin1(pair.toBase64())}) {
            if (!secrets.contains(secret))
                secrets.append(secret);
        }
    }
    return secrets;
}

QString ProxySettings::withoutCredentials(const QString &proxy)
{
    const qsizetype at = proxy.lastIndexOf(u'@');
    if (at < 0)
        return proxy;
    const QString scheme = proxyScheme(proxy.trimmed());
    return (scheme.isEmpty() ? QString() : QString(scheme + u"://"_s)) + proxy.mid(at + 1);
}

} // namespace Retryscope
