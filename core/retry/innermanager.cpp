// SPDX-License-Identifier: MIT
#include "core/retry/innermanager_p.h"

#include "core/retry/proxyinuse_p.h"

#include <QtCore/QDateTime>
#include <QtNetwork/QAbstractNetworkCache>
#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QNetworkCookieJar>
#include <QtNetwork/QNetworkProxyFactory>
#include <QtNetwork/QNetworkReply>

#include <algorithm>

namespace Retryscope {

namespace {

// The setters of QNetworkAccessManager are not virtual and tell nobody, and jar, cache and factory
// belong to the front, which may replace and delete them at any time. So these three ask the front
// each time, and own nothing of it.

class FrontCookies final : public QNetworkCookieJar
{
public:
    explicit FrontCookies(const QNetworkAccessManager *front) : m_front(front) {}

    QList<QNetworkCookie> cookiesForUrl(const QUrl &url) const override
    {
        const QNetworkCookieJar *jar = m_front->cookieJar();
        return jar ? jar->cookiesForUrl(url) : QList<QNetworkCookie>();
    }

    bool setCookiesFromUrl(const QList<QNetworkCookie> &cookies, const QUrl &url) override
    {
        QNetworkCookieJar *jar = m_front->cookieJar();
        return jar && jar->setCookiesFromUrl(cookies, url);
    }

private:
    const QNetworkAccessManager *const m_front;
};

class FrontCache final : public QAbstractNetworkCache
{
public:
    explicit FrontCache(const QNetworkAccessManager *front) : m_front(front) {}

    QNetworkCacheMetaData metaData(const QUrl &url) override
    {
        return behind() ? behind()->metaData(url) : QNetworkCacheMetaData();
    }

    void updateMetaData(const QNetworkCacheMetaData &metaData) override
    {
        if (behind())
            behind()->updateMetaData(metaData);
    }

    QIODevice *data(const QUrl &url) override { return behind() ? behind()->data(url) : nullptr; }

    bool remove(const QUrl &url) override { return behind() && behind()->remove(url); }

    qint64 cacheSize() const override { return behind() ? behind()->cacheSize() : 0; }

    QIODevice *prepare(const QNetworkCacheMetaData &metaData) override
    {
        return behind() ? behind()->prepare(metaData) : nullptr;
    }

    void insert(QIODevice *device) override
    {
        if (behind())
            behind()->insert(device);
    }

    void clear() override
    {
        if (behind())
            behind()->clear();
    }

private:
    QAbstractNetworkCache *behind() const { return m_front->cache(); }

    const QNetworkAccessManager *const m_front;
};

class FrontProxies final
    : public QNetworkProxyFactory
    , public SteadyProxies
{
public:
    explicit FrontProxies(const QNetworkAccessManager *front) : m_front(front) {}

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        if (QNetworkProxyFactory *factory = m_front->proxyFactory())
            return factory->queryProxy(query);
        if (m_front->proxy().type() == QNetworkProxy::DefaultProxy)
            return proxyForQuery(query);
        return {m_front->proxy()};
    }

    bool isSteady() const override { return hasSteadyProxies(*m_front); }

private:
    const QNetworkAccessManager *const m_front;
};

bool isAmong(const QList<QHstsPolicy> &policies, const QHstsPolicy &wanted)
{
    return std::ranges::any_of(
        policies, [&](const QHstsPolicy &policy) { return policy.host() == wanted.host(); });
}

// Those of \a known that are no longer among \a current, as policies that make a manager forget.
QList<QHstsPolicy> forgotten(const QList<QHstsPolicy> &known, const QList<QHstsPolicy> &current)
{
    QList<QHstsPolicy> expired;
    for (QHstsPolicy policy : known) {
        if (isAmong(current, policy))
            continue;
        policy.setExpiry(QDateTime::currentDateTimeUtc().addDays(-1));
        expired.append(policy);
    }
    return expired;
}

} // namespace

InnerManager::InnerManager(QNetworkAccessManager *front)
    : QNetworkAccessManager(front)
    , m_front(front)
{
    setCookieJar(new FrontCookies(front));
    setProxyFactory(new FrontProxies(front));
    // In the reply's own signal: before the front's receivers hear of the end.
    connect(this, &QNetworkAccessManager::finished, this, &InnerManager::pullStrictTransport);
}

QNetworkReply *InnerManager::preconnect(const QNetworkRequest &request)
{
    return createRequest(GetOperation, request, nullptr);
}

QNetworkReply *InnerManager::createRequest(Operation operation, const QNetworkRequest &request,
                                           QIODevice *body)
{
    followFront();
    return QNetworkAccessManager::createRequest(operation, request, body);
}

void InnerManager::followFront()
{
    if (!cache() && m_front->cache())
        setCache(new FrontCache(m_front));
    pullStrictTransport();
    pushStrictTransport();
}

void InnerManager::pushStrictTransport()
{
    const bool isEnabled = m_front->isStrictTransportSecurityEnabled();
    setStrictTransportSecurityEnabled(isEnabled);
    if (!isEnabled)
        return;
    const QList<QHstsPolicy> wanted = m_front->strictTransportSecurityHosts();
    if (wanted == m_strictHosts)
        return;
    addStrictTransportSecurityHosts(forgotten(m_strictHosts, wanted) + wanted);
    m_strictHosts = wanted;
}

// What servers have said goes to the front, which may keep it on the disk.
void InnerManager::pullStrictTransport()
{
    if (!isStrictTransportSecurityEnabled())
        return;
    const QList<QHstsPolicy> learnt = strictTransportSecurityHosts();
    if (learnt == m_strictHosts)
        return;
    m_front->addStrictTransportSecurityHosts(forgotten(m_strictHosts, learnt) + learnt);
    m_strictHosts = learnt;
}

} // namespace Retryscope

#include "moc_innermanager_p.cpp"
