// SPDX-License-Identifier: MIT
#include "core/retry/stricttransport_p.h"

#include "core/retry/innermanager_p.h"

#include <QtCore/QUrl>
#include <QtNetwork/QHstsPolicy>
#include <QtNetwork/QNetworkAccessManager>

#include <algorithm>

namespace Retryscope {

namespace {

// RFC 6797, 8.2. Addresses are never known hosts, and none is in Qt's list.
bool covers(const QHstsPolicy &policy, const QString &host)
{
    if (policy.isExpired())
        return false;
    const QString known = policy.host();
    if (host == known)
        return true;
    return policy.includesSubDomains() && host.endsWith(QLatin1Char('.') + known);
}

} // namespace

QUrl strictlyTransported(const QUrl &url, QNetworkAccessManager &manager)
{
    if (url.scheme() != QLatin1StringView("http"))
        return url;
    if (auto *inner = qobject_cast<InnerManager *>(&manager))
        inner->followFront();
    if (!manager.isStrictTransportSecurityEnabled())
        return url;
    const auto isKnown = [host = url.host()](const auto &policy) {
        return covers(policy, host);
    };
    if (!std::ranges::any_of(manager.strictTransportSecurityHosts(), isKnown))
        return url;
    QUrl strict = url;
    strict.setScheme(QStringLiteral("https"));
    if (url.port() == 80)
        strict.setPort(443);
    return strict;
}

} // namespace Retryscope
