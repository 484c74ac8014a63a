// SPDX-License-Identifier: MIT
#include "core/retry/noproxy_p.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! What an entry of the list is compared with.
struct Target
{
    QString name;
    QHostAddress address;
    int port = 0;
};

struct Entry
{
    QString host;
    //! 0: any.
    int port = 0;
    //! Empty where it is no network.
    QString prefix;
};

QString withoutDot(QString name)
{
    if (name.endsWith(u'.'))
        name.chop(1);
    return name.toLower();
}

Target targetOf(const QUrl &url)
{
    Target target;
    target.name = withoutDot(url.host(QUrl::FullyEncoded));
    if (target.name.startsWith(u'['))
        target.name = target.name.mid(1, target.name.size() - 2);
    target.address = QHostAddress(target.name);
    const bool isPlain = url.scheme() == "http"_L1 || url.scheme() == "ws"_L1;
    target.port = url.port(isPlain ? 80 : 443);
    return target;
}

//! None where the port is no port. A colon belongs to a port only if there is one, or behind
//! brackets.
std::optional<Entry> split(QString text)
{
    Entry entry;
    const qsizetype bracket = text.lastIndexOf(u']');
    const bool hasPort = bracket >= 0 ? text.indexOf(u':', bracket) >= 0 : text.count(u':') == 1;
    if (hasPort) {
        bool isNumber = false;
        const qsizetype colon = text.lastIndexOf(u':');
        entry.port = text.mid(colon + 1).toUShort(&isNumber);
        if (!isNumber || entry.port == 0)
            return {};
        text.truncate(colon);
    }
    entry.prefix = text.section(u'/', 1);
    entry.host = text.section(u'/', 0, 0);
    if (entry.host.startsWith(u'[') && entry.host.endsWith(u']'))
        entry.host = entry.host.mid(1, entry.host.size() - 2);
    return entry;
}

std::optional<bool> matchesNetwork(const Entry &entry, const QHostAddress &address)
{
    const QHostAddress network(entry.host);
    bool isNumber = false;
    const int bits = entry.prefix.toUShort(&isNumber);
    const bool isIpv6 = network.protocol() == QAbstractSocket::IPv6Protocol;
    if (network.isNull() || !isNumber || bits > (isIpv6 ? 128 : 32))
        return {};
    return address.protocol() == network.protocol() && address.isInSubnet(network, bits);
}

//! None where the entry is none.
std::optional<bool> matches(const QString &text, const Target &target)
{
    if (text == "*"_L1)
        return true;
    const auto entry = split(text);
    if (!entry)
        return {};
    const bool isPort = entry->port == 0 || entry->port == target.port;
    if (text.contains(u'/')) {
        const auto isInside = matchesNetwork(*entry, target.address);
        return isInside ? std::optional(*isInside && isPort) : std::nullopt;
    }
    const QHostAddress address(entry->host);
    if (!address.isNull())
        return isPort && address == target.address;
    static const QRegularExpression start(u"^(\\*?\\.)?"_s);
    static const QRegularExpression name(u"^[^\\s*:\\[\\]@<>]+$"_s);
    QString host = withoutDot(entry->host).remove(start);
    if (!host.contains(name))
        return {};
    host = QString::fromLatin1(QUrl::toAce(host));
    if (host.isEmpty())
        return {};
    const bool isBelow = target.name == host || target.name.endsWith(u'.' + host);
    return isPort && isBelow && target.address.isNull();
}

InputError noEntry(const QString &text)
{
    // A proxy's URL with its password may have been put here by mistake.
    const QString shown =
        text.contains(u'@') ? u"What has an \"@\" in it"_s : QString(u'"' + text + u'"');
    return {{},
            u"%1 is none of: a host, .domain, an address, a network such as 10.0.0.0/8, one of "
            "these with a :port, or * alone."_s.arg(shown),
            {}};
}

} // namespace

Result<bool> isException(const QString &list, const QUrl &url)
{
    static const QRegularExpression separator(u"[\\s,]+"_s);
    const Target target = targetOf(url);
    bool isMatch = false;
    const QStringList entries = list.split(separator, Qt::SkipEmptyParts);
    for (const QString &text : entries) {
        const auto match = matches(text, target);
        if (!match)
            return noEntry(text);
        isMatch = isMatch || *match;
    }
    return isMatch;
}

} // namespace Retryscope
