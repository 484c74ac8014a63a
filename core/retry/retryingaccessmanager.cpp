// SPDX-License-Identifier: MIT
#include "core/retry/retryingaccessmanager.h"

#include "core/retry/innermanager_p.h"
#include "core/retry/retryingreply_p.h"
#include "core/retry/retryingrequester.h"

#include <QtCore/QPointer>
#include <QtCore/QThread>
#include <QtNetwork/QAuthenticator>

#include <typeinfo>

namespace Retryscope {

class RetryingAccessManager::Private
{
public:
    Private(RetryingAccessManager *q, Clock *clock, Random *random)
        : inner(new InnerManager(q))
        , requester(new RetryingRequester(inner, clock, random, q))
    {}

    // Children both, so that they move to another thread with the front.
    InnerManager *const inner;
    RetryingRequester *const requester;
    // Those that may still run. Not found by their parent: callers give them another one.
    QList<QPointer<RetryingReply>> replies;
};

namespace {

bool isToBeRetried(const QNetworkRequest &request)
{
    const QString scheme = request.url().scheme();
    if (scheme != QLatin1StringView("http") && scheme != QLatin1StringView("https"))
        return false;
    const auto source = request.attribute(QNetworkRequest::CacheLoadControlAttribute).toInt();
    return source != QNetworkRequest::AlwaysCache;
}

// What QNetworkAccessManager::createRequest() takes from the manager where the request does not say
// it.
QNetworkRequest withDefaultsOf(const QNetworkAccessManager &manager, QNetworkRequest request)
{
    if (!request.attribute(QNetworkRequest::RedirectPolicyAttribute).isValid())
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, manager.redirectPolicy());
    if (request.transferTimeout() == 0)
        request.setTransferTimeout(manager.transferTimeout());
    const auto isAutoDelete = QNetworkRequest::AutoDeleteReplyOnFinishAttribute;
    if (manager.autoDeleteReplies() && !request.attribute(isAutoDelete).isValid())
        request.setAttribute(isAutoDelete, true);
    return request;
}

// A QHttpMultiPart with a sequential part: unlike other sequential devices it never says that it
// has ended (QNetworkAccessManager waits for that for ever), but knows its size beforehand.
bool isPipeOfParts(const QIODevice *device)
{
    return device && device->isSequential()
           && QByteArrayView(typeid(*device).name()).contains("QHttpMultiPartIODevice");
}

} // namespace

RetryingAccessManager::RetryingAccessManager(QObject *parent)
    : RetryingAccessManager(nullptr, nullptr, parent)
{}

RetryingAccessManager::RetryingAccessManager(Clock *clock, Random *random, QObject *parent)
    : QNetworkAccessManager(parent)
    , d(std::make_unique<Private>(this, clock, random))
{
    connect(d->inner, &QNetworkAccessManager::authenticationRequired, this,
            [this](const QNetworkReply *attempt, QAuthenticator *authenticator) {
                for (const QPointer<RetryingReply> &reply : std::as_const(d->replies)) {
                    if (reply && reply->d->inner() == attempt) {
                        Q_EMIT authenticationRequired(reply, authenticator);
                        return;
                    }
                }
            });
    connect(d->inner, &QNetworkAccessManager::proxyAuthenticationRequired, this,
            &QNetworkAccessManager::proxyAuthenticationRequired);
}

RetryingAccessManager::~RetryingAccessManager()
{
    // Before what they stand on.
    const auto found = findChildren<RetryingReply *>(QString(), Qt::FindDirectChildrenOnly);
    // Guarded: a slot of one's destroyed() may delete another.
    const QList<QPointer<RetryingReply>> replies(found.begin(), found.end());
    for (const QPointer<RetryingReply> &reply : replies) {
        if (!reply)
            continue;
        if (reply->isRunning()) {
            delete reply;
            continue;
        }
        // We may be in a slot of finished(), and QNetworkAccessManager still looks at the reply
        // when its own finished() has been emitted
        // (QNetworkAccessManagerPrivate::_q_replyFinished).
        reply->blockSignals(true);
        reply->setParent(nullptr);
        reply->deleteLater();
    }
    delete d->requester;
    delete d->inner;
}

RetryPolicy RetryingAccessManager::policy() const
{
    return d->requester->policy();
}

void RetryingAccessManager::setPolicy(const RetryPolicy &policy)
{
    d->requester->setPolicy(policy);
}

Timeouts RetryingAccessManager::timeouts() const
{
    return d->requester->timeouts();
}

void RetryingAccessManager::setTimeouts(const Timeouts &timeouts)
{
    d->requester->setTimeouts(timeouts);
}

void RetryingAccessManager::setFailureInspector(FailureInspector *inspector)
{
    d->requester->setFailureInspector(inspector);
}

void RetryingAccessManager::clearAccessCache()
{
    QNetworkAccessManager::clearAccessCache();
    d->inner->clearAccessCache();
}

void RetryingAccessManager::clearConnectionCache()
{
    QNetworkAccessManager::clearConnectionCache();
    d->inner->clearConnectionCache();
}

QNetworkReply *RetryingAccessManager::createRequest(Operation operation,
                                                    const QNetworkRequest &original,
                                                    QIODevice *body)
{
    if (original.url().scheme().startsWith(QLatin1StringView("preconnect-http")))
        return d->inner->preconnect(original);
    if (!isToBeRetried(original))
        return QNetworkAccessManager::createRequest(operation, original, body);
    const bool isOurThread = QThread::currentThread() == thread();
    QNetworkRequest request = isOurThread ? withDefaultsOf(*this, original) : original;
    if (isPipeOfParts(body) && !request.hasRawHeader("Content-Length"))
        request.setHeader(QNetworkRequest::ContentLengthHeader, body->size());
    RetryingReply *reply = d->requester->send(operation, request, body);
    if (!isOurThread)
        return reply;
    reply->setParent(this);
    d->replies.removeIf([](const auto &old) { return !old || old->isFinished(); });
    d->replies.append(reply);
    return reply;
}

} // namespace Retryscope

#include "moc_retryingaccessmanager.cpp"
