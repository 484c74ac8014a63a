// SPDX-License-Identifier: MIT
#include "core/retry/proxytext_p.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace Retryscope {

namespace {

//! What one text of Qt's means. Most failures of a proxy's share one code, UnknownNetworkError.
struct Words
{
    const char *context;
    const char *qtText;
    const char *cause;
    //! %1 is the proxy, %2 the server.
    const char *message;
};

constexpr const char Http[] = "QHttpSocketEngine";
constexpr const char Socks[] = "QSocks5SocketEngine";
constexpr const char Refused[] = "%1 refused the connection.";
constexpr const char Closed[] = "%1 closed the connection before its answer.";
constexpr const char NotFound[] = "The name of %1 could not be resolved.";
constexpr const char Silent[] = "No connection to %1 could be made in time.";

constexpr Words AllWords[] = {
    {Http, "Proxy connection refused", "ProxyRefused", Refused},
    {Http, "Proxy server not found", "ProxyNotFound", NotFound},
    {Http, "Proxy server connection timed out", "ProxyTimedOut", Silent},
    {Http, "Proxy connection closed prematurely", "ProxyClosed", Closed},
    {Http, "Did not receive HTTP response from proxy", "NotHttp",
     "%1 did not answer in HTTP. Is it an HTTP proxy?"},
    {Http, "Error parsing authentication request from proxy", "407",
     "%1 asks for a user name and a password in a way that Qt does not understand."},
    {Http, "Proxy denied connection", "CONNECT 403",
     "%1 does not allow a tunnel to %2: it answered CONNECT with 403 or 405."},
    {Http, "Error communicating with HTTP proxy", "CONNECT",
     "%1 did not open a tunnel to %2: it answered CONNECT with an error status, which Qt does not "
     "tell."},
    {Socks, "Connection to proxy refused", "ProxyRefused", Refused},
    {Socks, "Proxy host not found", "ProxyNotFound", NotFound},
    {Socks, "Connection to proxy timed out", "ProxyTimedOut", Silent},
    {Socks, "Connection to proxy closed prematurely", "ProxyClosed", Closed},
    {Socks, "SOCKS version 5 protocol error", "NotSocks",
     "%1 did not answer in SOCKS version 5. Is it a SOCKS5 proxy?"},
    {Socks, "General SOCKSv5 server failure", "general failure (1)",
     "%1 did not get through to %2 and does not say why (SOCKS reply 1)."},
    {Socks, "Connection not allowed by SOCKSv5 server", "not allowed (2)",
     "%1 does not allow a connection to %2 (SOCKS reply 2)."},
    {Socks, "SOCKSv5 command not supported", "command not supported (7)",
     "%1 does not make connections for clients (SOCKS reply 7)."},
    {Socks, "Address type not supported", "address type not supported (8)",
     "%1 does not take this kind of address (SOCKS reply 8)."},
};

void say(Failure &failure, const ReplyState &state, const QString &cause, const char *message)
{
    failure.cause = cause;
    QString text = QString::fromLatin1(message);
    text.replace(QLatin1StringView("%1"), proxyName(state));
    text.replace(QLatin1StringView("%2"), state.hostAndPort);
    failure.message = text.left(1).toUpper() % text.mid(1);
}

void askForLogin(Failure &failure, const ReplyState &state)
{
    const bool isSocks = state.proxy == ReplyState::Proxy::Socks5;
    say(failure, state, isSocks ? QStringLiteral("SocksLogin") : QStringLiteral("407"),
        state.proxyHasCredentials ? "%1 does not accept the user name and the password."
                                  : "%1 asks for a user name and a password.");
}

//! Qt's code alone says it, or where the attempt stood.
bool describeByCode(Failure &failure, const ReplyState &state)
{
    const bool isLogin = failure.qtError == QNetworkReply::ProxyAuthenticationRequiredError;
    const bool isTunnel = state.proxy == ReplyState::Proxy::Http && !state.proxyForwards;
    if (isLogin || state.status == 407) {
        askForLogin(failure, state);
    } else if (state.endedBy == ReplyState::EndedBy::ProxyWatch) {
        say(failure, state, QStringLiteral("ProxyClosed"),
            "%1 closes connections before its answer, or does not answer; Qt would wait for ever.");
    } else if (isConnectionLost(failure.qtError)) {
        say(failure, state, QStringLiteral("ProxyClosed"),
            "%1 closed the connection after the request, before any answer.");
    } else if (failure.qtError == QNetworkReply::ProxyNotFoundError
               || (failure.qtError == QNetworkReply::HostNotFoundError && !state.connectStarted)) {
        // Qt 6.4 has the code of the server's name for the proxy's, too.
        say(failure, state, QStringLiteral("ProxyNotFound"), NotFound);
    } else if (failure.qtError == QNetworkReply::HostNotFoundError && isTunnel) {
        say(failure, state, QStringLiteral("CONNECT 404"),
            "%1 did not find %2: it answered CONNECT with 404.");
    } else if (failure.qtError == QNetworkReply::ConnectionRefusedError && isTunnel) {
        say(failure, state, QStringLiteral("CONNECT 503"),
            "%1 did not get through to %2: it answered CONNECT with 503.");
    } else if (failure.qtError == QNetworkReply::ProxyConnectionRefusedError
               || failure.qtError == QNetworkReply::ConnectionRefusedError) {
        // Qt 6.4 has the first code for no proxy, Qt 6.8 for all.
        say(failure, state, QStringLiteral("ProxyRefused"), Refused);
    } else {
        return false;
    }
    return true;
}

} // namespace

QString proxyName(const ReplyState &state)
{
    return state.proxyHostAndPort.isEmpty() ? QStringLiteral("the proxy")
                                            : QStringLiteral("the proxy ") % state.proxyHostAndPort;
}

void describeProxy(Failure &failure, const ReplyState &state)
{
    if (describeByCode(failure, state))
        return;
    // As Qt says it in the program's language.
    const auto *words = std::ranges::find_if(AllWords, [&](const Words &entry) {
        return QCoreApplication::translate(entry.context, entry.qtText) == failure.qtErrorString;
    });
    if (words != std::end(AllWords)) {
        say(failure, state, QString::fromLatin1(words->cause), words->message);
        return;
    }
    const QString login =
        QCoreApplication::translate("QSocks5SocketEngine", "Proxy authentication failed");
    if (failure.qtErrorString.startsWith(login)) {
        askForLogin(failure, state);
        return;
    }
    say(failure, state, QString(), "%1 did not get through to %2: ");
    failure.message += failure.qtErrorString % QLatin1Char('.');
}

} // namespace Retryscope
