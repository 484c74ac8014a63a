// SPDX-License-Identifier: MIT
#include "core/retry/connectionbook_p.h"

#include "core/retry/requestspec_p.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
#    include <QtNetwork/QHttp1Configuration>
#endif

namespace Retryscope {

namespace {

// Qt keeps what nobody uses for 120 s (ExpiryTime in qnetworkaccesscache.cpp); not less than it.
constexpr std::chrono::seconds ForgottenAfter{150};

} // namespace

ConnectionBook::ConnectionBook(QNetworkAccessManager *manager, const Clock *clock)
    : QObject(manager)
    , m_clock(clock)
{}

ConnectionBook *ConnectionBook::of(QNetworkAccessManager &manager)
{
    auto *book = manager.findChild<ConnectionBook *>(QString(), Qt::FindDirectChildrenOnly);
    return book ? book : new ConnectionBook(&manager);
}

ConnectionBook::Entry &ConnectionBook::begin(const QString &key)
{
    const std::chrono::nanoseconds now = m_clock->now();
    if (now - m_lastSweep > ForgottenAfter)
        forgetIdle(now);
    Entry &entry = m_entries[key];
    ++entry.inFlight;
    return entry;
}

void ConnectionBook::end(Entry &entry)
{
    if (--entry.inFlight == 0)
        entry.idleSince = m_clock->now();
}

void ConnectionBook::forgetIdle(std::chrono::nanoseconds now)
{
    m_lastSweep = now;
    std::erase_if(m_entries, [now](const auto &item) {
        const Entry &entry = item.second;
        return entry.inFlight == 0 && now - entry.idleSince > ForgottenAfter;
    });
}

void ConnectionUse::begin(ConnectionBook &book, const QString &key)
{
    m_book = &book;
    m_entry = &book.begin(key);
}

void ConnectionUse::end()
{
    if (ConnectionBook::Entry *used = entry())
        m_book->end(*used);
    m_book.clear();
}

QString connectionKey(const RequestSpec &spec, const QNetworkProxy &proxy)
{
    const QString direct = spec.origin() % QLatin1Char(' ') % spec.request.peerVerifyName();
    if (proxy.type() == QNetworkProxy::NoProxy)
        return direct;
    return direct % QLatin1Char(' ') % QString::number(proxy.type()) % QLatin1Char(' ')
           % proxy.user() % QLatin1Char('@') % proxy.hostName() % QLatin1Char(':')
           % QString::number(proxy.port());
}

int connectionsPerHost([[maybe_unused]] const RequestSpec &spec)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return static_cast<int>(spec.request.http1Configuration().numberOfConnectionsPerHost());
#else
    // channelCount in qhttpnetworkconnection.cpp.
    return 6;
#endif
}

} // namespace Retryscope

#include "moc_connectionbook_p.cpp"
