// SPDX-License-Identifier: MIT
#include "core/retry/retryingrequester.h"

#include "core/retry/classify.h"
#include "core/retry/multipartbody_p.h"
#include "core/retry/retryingreply_p.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QThread>

namespace Retryscope {

using Operation = QNetworkAccessManager::Operation;

class RetryingRequester::Private
{
public:
    RetryingReply *send(RetryingRequester *q, RequestSpec spec, QIODevice *device = nullptr) const
    {
        if (QThread::currentThread() != q->thread())
            return refuse(std::move(spec));
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

    // Touches nothing that the requester's thread may be changing.
    RetryingReply *refuse(RequestSpec spec) const
    {
        spec.refusal = configFailure(
            QStringLiteral("Thread"),
            QStringLiteral("The request was made from another thread than its requester's."));
        auto *reply = new RetryingReply(
            std::make_unique<RetryingReply::Private>(std::move(spec), services), nullptr);
        reply->d->start(reply, nullptr);
        return reply;
    }

    RetryingReply *sendMultiPart(RetryingRequester *q, RequestSpec spec,
                                 QHttpMultiPart *multiPart) const
    {
        MultiPartBody read = readMultiPart(spec.request, multiPart);
        spec.request = read.request;
        spec.body = std::move(read.body);
        spec.refusal = std::move(read.failure);
        return send(q, std::move(spec));
    }

    std::shared_ptr<RequesterServices> services = std::make_shared<RequesterServices>();
    RetryPolicy policy;
    Timeouts timeouts;
};

namespace {

//! Has no state: a thousand requesters would hold 2.5 MB of generators otherwise.
class SystemRandom final : public Random
{
public:
    double uniform() override { return QRandomGenerator::global()->generateDouble(); }
};

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

QByteArray verbOf(Operation operation)
{
    switch (operation) {
    case Operation::HeadOperation:
        return "HEAD";
    case Operation::GetOperation:
        return "GET";
    case Operation::PutOperation:
        return "PUT";
    case Operation::PostOperation:
        return "POST";
    case Operation::DeleteOperation:
        return "DELETE";
    case Operation::CustomOperation:
    case Operation::UnknownOperation:
        break;
    }
    return {};
}

} // namespace

RetryingRequester::RetryingRequester(QNetworkAccessManager *manager, QObject *parent)
    : RetryingRequester(manager, nullptr, nullptr, parent)
{}

RetryingRequester::RetryingRequester(QNetworkAccessManager *manager, Clock *clock, Random *random,
                                     QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->services->manager = manager;
    d->services->clock = clock ? clock : Clock::system();
    if (!random)
        d->services->ownRandom = std::make_unique<SystemRandom>();
    d->services->random = random ? random : d->services->ownRandom.get();
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

RetryingReply *RetryingRequester::post(const QNetworkRequest &request, QHttpMultiPart *body)
{
    return d->sendMultiPart(this, makeSpec(request, Operation::PostOperation, "POST"), body);
}

RetryingReply *RetryingRequester::put(const QNetworkRequest &request, const QByteArray &body)
{
    return d->send(this, makeSpec(request, Operation::PutOperation, "PUT", body));
}

RetryingReply *RetryingRequester::put(const QNetworkRequest &request, QIODevice *body)
{
    return d->send(this, makeSpec(request, Operation::PutOperation, "PUT"), body);
}

RetryingReply *RetryingRequester::put(const QNetworkRequest &request, QHttpMultiPart *body)
{
    return d->sendMultiPart(this, makeSpec(request, Operation::PutOperation, "PUT"), body);
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

RetryingReply *RetryingRequester::sendCustomRequest(const QNetworkRequest &request,
                                                    const QByteArray &verb, QHttpMultiPart *body)
{
    return d->sendMultiPart(this, makeSpec(request, Operation::CustomOperation, verb), body);
}

RetryingReply *RetryingRequester::send(Operation operation, const QNetworkRequest &request,
                                       QIODevice *body)
{
    const QByteArray verb =
        operation == Operation::CustomOperation
            ? request.attribute(QNetworkRequest::CustomVerbAttribute).toByteArray()
            : verbOf(operation);
    return d->send(this, makeSpec(request, operation, verb), body);
}

} // namespace Retryscope

#include "moc_retryingrequester.cpp"
