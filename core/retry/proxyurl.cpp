// SPDX-License-Identifier: MIT
#include "core/retry/proxyurl_p.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

// curl's, for every kind of proxy.
constexpr quint16 DefaultPort = 1080;
// RFC 1929: the length has one byte, and Qt does not check it.
constexpr qsizetype LongestSocksField = 255;

//! A proxy's URL in its parts, still encoded.
struct Parts
{
    QString scheme;
    bool hasUser = false;
    QString user;
    QString password;
    QString host;
    QString port;
};

InputError wrong(const QString &message)
{
    return {{}, message, {}};
}

// By hand: QUrl takes "me:secret@host:1" for a URL of the scheme "me", and stops at a "/" in a
// password.
Result<Parts> split(const QString &text)
{
    Parts parts;
    const qsizetype schemeEnd = text.indexOf("://"_L1);
    parts.scheme = schemeEnd < 0 ? u"http"_s : proxyScheme(text);
    const QString rest = schemeEnd < 0 ? text : text.mid(schemeEnd + 3);
    static const QRegularExpression authorityEnd(u"[/?#]"_s);
    const qsizetype end = rest.indexOf(authorityEnd);
    const QString authority = rest.left(end < 0 ? rest.size() : end);
    if (rest.indexOf(u'@', authority.size()) >= 0)
        return wrong(u"A \"/\", \"?\" or \"#\" in the proxy's user name or password is written as "
                     "%2F, %3F or %23."_s);
    const qsizetype at = authority.lastIndexOf(u'@');
    parts.hasUser = at >= 0;
    const QString credentials = authority.left(std::max<qsizetype>(at, 0));
    parts.user = credentials.section(u':', 0, 0);
    parts.password = credentials.section(u':', 1);
    const QString place = authority.mid(at + 1);
    const qsizetype bracket = place.lastIndexOf(u']');
    const qsizetype colon = place.indexOf(u':', std::max<qsizetype>(bracket, 0));
    parts.host = place.left(colon < 0 ? place.size() : colon);
    parts.port = colon < 0 ? QString::number(DefaultPort) : place.mid(colon + 1);
    return parts;
}

Result<QNetworkProxy::ProxyType> typeOf(const QString &scheme)
{
    if (scheme == "http"_L1)
        return QNetworkProxy::HttpProxy;
    if (scheme == "socks5"_L1 || scheme == "socks5h"_L1)
        return QNetworkProxy::Socks5Proxy;
    if (scheme == "https"_L1)
        return wrong(u"Qt cannot speak TLS to a proxy (https://): name the proxy's http:// or "
                     "socks5h:// port. Requests to https URLs are encrypted all the same."_s);
    if (scheme == "socks4"_L1 || scheme == "socks4a"_L1)
        return wrong(u"Qt does not speak SOCKS version 4 (%1://): use socks5h:// if the proxy "
                     "understands it."_s.arg(scheme));
    if (scheme == "socks"_L1)
        return wrong(u"socks:// leaves the version open: write socks5h://."_s);
    if (scheme.isEmpty())
        return wrong(u"What stands before \"://\" is no scheme: a proxy is written as "
                     "http://host:port or socks5h://host:port."_s);
    return wrong(u"%1:// is no proxy that Qt can use: a proxy is written as http://host:port or "
                 "socks5h://host:port."_s.arg(scheme));
}

std::optional<QString> decoded(const QString &text)
{
    static const QRegularExpression badPercent(u"%(?![0-9A-Fa-f]{2})"_s);
    if (text.contains(badPercent))
        return {};
    return QUrl::fromPercentEncoding(text.toUtf8());
}

std::optional<InputError> checkCredential(const QString &text, const QString &name, bool isSocks)
{
    const auto isUnsendable = [](QChar c) {
        return c.unicode() > 0xff || c.unicode() < 0x20;
    };
    if (std::ranges::any_of(text, isUnsendable))
        return wrong(
            u"Qt cannot send the proxy's %1: it has a character that is not in Latin-1."_s.arg(
                name));
    if (isSocks && text.size() > LongestSocksField)
        return wrong(
            u"The proxy's %1 is longer than the 255 bytes that SOCKS5 allows."_s.arg(name));
    return {};
}

std::optional<InputError> setCredentials(QNetworkProxy &proxy, const Parts &parts)
{
    const auto user = decoded(parts.user);
    const auto password = decoded(parts.password);
    if (!user || !password)
        return wrong(u"A \"%\" in the proxy's user name or password is written as %25."_s);
    const bool isSocks = proxy.type() == QNetworkProxy::Socks5Proxy;
    if (auto error = checkCredential(*user, u"user name"_s, isSocks))
        return error;
    if (auto error = checkCredential(*password, u"password"_s, isSocks))
        return error;
    if (!isSocks && user->contains(u':'))
        return wrong(u"A user name for an HTTP proxy cannot have a colon in it."_s);
    proxy.setUser(*user);
    proxy.setPassword(*password);
    return {};
}

std::optional<InputError> setPlace(QNetworkProxy &proxy, const Parts &parts)
{
    bool isNumber = false;
    const quint16 port = parts.port.toUShort(&isNumber);
    const bool isDigits =
        std::ranges::all_of(parts.port, [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (!isNumber || !isDigits || port == 0)
        return wrong(u"The proxy's port must be a number from 1 to 65535."_s);
    QString host = parts.host;
    if (host.isEmpty())
        return wrong(u"The proxy has no host: it is written as http://host:port or "
                     "socks5h://host:port."_s);
    const bool isBracketed = host.startsWith(u'[') && host.endsWith(u']');
    if (isBracketed)
        host = host.mid(1, host.size() - 2);
    const bool isIpv6 = QHostAddress(host).protocol() == QAbstractSocket::IPv6Protocol;
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(host, QUrl::StrictMode);
    if (isBracketed != isIpv6 || url.host().isEmpty())
        return wrong(u"The proxy's host is neither a name nor an address (an IPv6 address stands "
                     "in brackets)."_s);
    proxy.setHostName(url.host());
    proxy.setPort(port);
    return {};
}

} // namespace

QString proxyScheme(const QString &text)
{
    static const QRegularExpression scheme(u"^([A-Za-z][A-Za-z0-9+.-]*)://"_s);
    return scheme.match(text).captured(1).toLower();
}

Result<QNetworkProxy> parseProxyUrl(const QString &text)
{
    const auto parts = split(text.trimmed());
    if (!parts)
        return parts.error();
    const auto type = typeOf(parts->scheme);
    if (!type)
        return type.error();
    QNetworkProxy proxy(*type);
    if (const auto error = setCredentials(proxy, *parts))
        return *error;
    if (const auto error = setPlace(proxy, *parts))
        return *error;
    if (parts->scheme == "socks5"_L1)
        proxy.setCapabilities(proxy.capabilities() & ~QNetworkProxy::HostNameLookupCapability);
    return proxy;
}

} // namespace Retryscope
