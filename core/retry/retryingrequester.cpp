// SPDX-License-Identifier: MIT
#include "core/retry/retryingrequester.h"

#include "core/retry/retryingreply_p.h"

namespace Retryscope {

using Operation = QNetworkAccessManager::Operation;

class RetryingRequester::Private
{
public:
    RetryingReply *send(RetryingRequester *q, RequestSpec spec, QIODevice *device = nullptr) const
    {
        spec.policy = policy;
        spec.timeouts = timeouts;
        const auto isAutoDelete = QNetworkRequest::AutoDeleteReplyOnFinishAttribute;
        if (services->manager && services->manager->autoDeleteReplies()
            && !spec.request.attribute(isAutoDelete).isValid()) {
            spec.request.setAttribute(isAutoDelete, true);
        }
        auto *reply = new RetryingReply(
            std::make_unique<RetryingReply::Private>(std::move(spec), services), q);
        reply->d->start(reply, device);
        return reply;
    }

    std::shared_ptr<RequesterServices> services = std::make_shared<RequesterServices>();
    RetryPolicy policy;
    Timeouts timeouts;
};

namespace {

RequestSpec makeSpec(const QNetworkRequest &request, Operation operation, const QByteArray &verb,
                     std::optional<QByteArray> body = {})
{
    RequestSpec spec;
    spec.request = request;
    spec.operation = operation;
    spec.verb = verb;
    spec.body = std::move(body);
    return spec;
}

} // namespace

RetryingRequester::RetryingRequester(QNetworkAccessManager *manager, QObject *parent)
    : RetryingRequester(manager, Clock::system(), nullptr, parent)
{
    d->services->ownRandom = std::make_unique<SeededRandom>();
    d->services->random = d->services->ownRandom.get();
}

RetryingRequester::RetryingRequester(QNetworkAccessManager *manager, Clock *clock, Random *random,
                                     QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->services->manager = manager;
    d->services->clock = clock;
    d->services->random = random;
}

RetryingRequester::~RetryingRequester() = default;

RetryPolicy RetryingRequester::policy() const
{
    return d->policy;
}

void RetryingRequester::setPolicy(const RetryPolicy &policy)
{
    d->policy = policy;
}

Timeouts RetryingRequester::timeouts() const
{
    return d->timeouts;
}

void RetryingRequester::setTimeouts(const Timeouts &timeouts)
{
    d->timeouts = timeouts;
}

void RetryingRequester::setFailureInspector(FailureInspector *inspector)
{
    d->services->inspector = inspector;
}

RetryingReply *RetryingRequester::get(const QNetworkRequest &request)
{
    return d->send(this, makeSpec(request, Operation::GetOperation, "GET"));
}

RetryingReply *RetryingRequester::head(const QNetworkRequest &request)
{
    return d->send(this, makeSpec(request, Operation::HeadOperation, "HEAD"));
}

RetryingReply *RetryingRequester::deleteResource(const QNetworkRequest &request)
{
    return d->send(this, makeSpec(request, Operation::DeleteOperation, "DELETE"));
}

RetryingReply *RetryingRequester::post(const QNetworkRequest &request, const QByteArray &body)
{
    return d->send(this, makeSpec(request, Operation::PostOperation, "POST", body));
}

RetryingReply *RetryingRequester::post(const QNetworkRequest &request, QIODevice *body)
{
    return d->send(this, makeSpec(request, Operation::PostOperation, "POST"), body);
}

RetryingReply *RetryingRequester::put(const QNetworkRequest &request, const QByteArray &body)
{
    return d->send(this, makeSpec(request, Operation::PutOperation, "PUT", body));
}

RetryingReply *RetryingRequester::put(const QNetworkRequest &request, QIODevice *body)
{
    return d->send(this, makeSpec(request, Operation::PutOperation, "PUT"), body);
}

RetryingReply *RetryingRequester::sendCustomRequest(const QNetworkRequest &request,
                                                    const QByteArray &verb, const QByteArray &body)
{
    return d->send(this, makeSpec(request, Operation::CustomOperation, verb, body));
}

RetryingReply *RetryingRequester::sendCustomRequest(const QNetworkRequest &request,
                                                    const QByteArray &verb, QIODevice *body)
{
    return d->send(this, makeSpec(request, Operation::CustomOperation, verb), body);
}

} // namespace Retryscope

#include "moc_retryingrequester.cpp"
