// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtNetwork/QNetworkProxy>

#include <optional>

QT_BEGIN_NAMESPACE
class QProcessEnvironment;
class QUrl;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief Which proxy a request goes through: by the environment, by a URL, or none. A value.
//!
//! \code
//! const auto settings = Retryscope::ProxySettings::fromEnvironment(
//!     QProcessEnvironment::systemEnvironment());
//! manager.setProxyFactory(new Retryscope::ProxyFactory(settings)); // core/retry/proxyfactory.h
//! \endcode
//!
//! A proxy is written `[scheme://][user:password@]host[:port]`:
//! - `http` (also without a scheme): an HTTP proxy; https URLs go through CONNECT;
//! - `socks5h`: a SOCKS5 proxy that looks the names up; `socks5`: the names are looked up here.
//!
//! User and password are percent-decoded; the port is 1080 where it is missing, as in curl. A path
//! is ignored. `https` (TLS to the proxy), `socks4` and `socks4a` are refused: Qt speaks neither.
//!
//! The exceptions are a list with commas or spaces: `example.com` (the host and everything below
//! it; `.example.com` and `*.example.com` mean the same), an address, a network (`10.0.0.0/8`,
//! `fd00::/8`: addresses only, no name is looked up for it), each with `:port` for one port alone
//! (an IPv6 address then in brackets), and `*` for everything.
//!
//! \par Errors
//! What cannot be used is kept as it is and told by proxyFor() of the URLs that need it. An error
//! names the variable, and never holds any part of user or password.
class RETRYSCOPE_EXPORT ProxySettings
{
public:
    //! No proxy for anything.
    ProxySettings() = default;

    //! `http_proxy` for http, `https_proxy` for https, `all_proxy` for where these are missing, and
    //! the exceptions in `no_proxy`; then the same in upper case. An empty variable counts as
    //! missing. HTTP_PROXY in upper case is ignored where REQUEST_METHOD is set: in a CGI program
    //! it is the client's header "Proxy" (the hole called httpoxy).
    static ProxySettings fromEnvironment(const QProcessEnvironment &environment);
    //! One proxy for http and https; errors name \a field and, of the exceptions, \a noProxyField.
    static ProxySettings fromUrl(const QString &proxy, const QString &noProxy = {},
                                 const QString &field = QStringLiteral("proxy"),
                                 const QString &noProxyField = QStringLiteral("no_proxy"));

    //! Exceptions in addition to those there are.
    void addExceptions(const QString &noProxy, const QString &field);

    //! What to give QNetworkAccessManager for this URL; QNetworkProxy::NoProxy to go straight.
    Result<QNetworkProxy> proxyFor(const QUrl &url) const;

    //! Everything that is wrong, whether a URL needs it or not.
    QList<InputError> validate() const;

    //! Passwords, or the user's name where that comes without one, as text and as they go over the
    //! wire: for whoever redacts. Handle with care.
    QStringList secrets() const;

    //! \a proxy without user and password, for people: also where it is not a valid one.
    static QString withoutCredentials(const QString &proxy);

    //! Equal in everything, also in what is wrong.
    friend bool operator==(const ProxySettings &, const ProxySettings &) = default;

private:
    struct Route
    {
        //! The variable that it came from; empty where there is none.
        QString field;
        QNetworkProxy proxy{QNetworkProxy::NoProxy};
        std::optional<InputError> error;

        friend bool operator==(const Route &, const Route &) = default;
    };

    struct Exceptions
    {
        QString field;
        QString list;

        friend bool operator==(const Exceptions &, const Exceptions &) = default;
    };

    static Route route(const QString &field, const QString &text);

    Route m_http;
    Route m_https;
    QList<Exceptions> m_exceptions;
};

} // namespace Retryscope
