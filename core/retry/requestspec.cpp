// SPDX-License-Identifier: MIT
#include "core/retry/requestspec_p.h"

#include "core/base/version.h"
#include "core/retry/classify.h"

#include <QtCore/QUuid>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QNetworkReply>

#include <limits>

namespace Retryscope {

QString RequestSpec::origin() const
{
    return request.url().scheme() % QStringLiteral("://") % hostAndPort();
}

QString RequestSpec::hostAndPort() const
{
    const QUrl url = request.url();
    const QString host = url.host();
    const QString port = QString::number(url.port(isTls() ? 443 : 80));
    if (host.contains(QLatin1Char(':')))
        return QLatin1Char('[') % host % QStringLiteral("]:") % port;
    return host % QLatin1Char(':') % port;
}

bool RequestSpec::isTls() const
{
    return request.url().scheme() == QLatin1StringView("https");
}

bool RequestSpec::isHead() const
{
    // Methods are case-sensitive.
    return verb == "HEAD";
}

bool RequestSpec::hostIsAddress() const
{
    return !QHostAddress(request.url().host()).isNull();
}

bool RequestSpec::allowsHttp2() const
{
    if (request.attribute(QNetworkRequest::Http2DirectAttribute).toBool())
        return true;
    return isTls() && request.attribute(QNetworkRequest::Http2AllowedAttribute, true).toBool();
}

namespace {

// After a 401 Qt would send the request again, with the credentials of the URL, of its cache or of
// a slot. It cannot repeat our body, and would report ContentReSendError without the status. So it
// is told to leave challenges alone (a 401 is an answer like any other), and the credentials of the
// URL go with the first request; not where Qt follows redirects: it takes headers along to any
// host.
void answerChallengesBeforehand(QNetworkRequest &request)
{
    const auto attribute = QNetworkRequest::AuthenticationReuseAttribute;
    if (request.attribute(attribute).isValid())
        return;
    request.setAttribute(attribute, QNetworkRequest::Manual);
    const QUrl url = request.url();
    const auto policy = request.attribute(QNetworkRequest::RedirectPolicyAttribute).toInt();
    const bool staysThere = policy == QNetworkRequest::ManualRedirectPolicy
                            || policy == QNetworkRequest::SameOriginRedirectPolicy;
    if (!staysThere || url.userName().isEmpty() || request.hasRawHeader("Authorization"))
        return;
    const QString credentials =
        url.userName(QUrl::FullyDecoded) % QLatin1Char(':') % url.password(QUrl::FullyDecoded);
    request.setRawHeader("Authorization", "Basic " + credentials.toUtf8().toBase64());
}

} // namespace

void drawIdempotencyKey(RequestSpec &spec)
{
    // Not from the injected Random: the same key must never be used for two requests, not even with
    // the same seed.
    if (spec.policy.idempotencyKey && !spec.request.hasRawHeader("Idempotency-Key"))
        spec.idempotencyKey = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
}

void prepareRequest(RequestSpec &spec)
{
    QNetworkRequest &request = spec.request;
    if (!request.hasRawHeader("User-Agent"))
        request.setRawHeader("User-Agent", "retryscope/" + versionString().toLatin1());
    // Qt would forward Authorization to another host, and cannot repeat our body there.
    if (!request.attribute(QNetworkRequest::RedirectPolicyAttribute).isValid()) {
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                             QNetworkRequest::ManualRedirectPolicy);
    }
    if (!spec.idempotencyKey.isEmpty())
        request.setRawHeader("Idempotency-Key", spec.idempotencyKey);
    // The inner reply is ours to delete, whatever the request or the manager says.
    request.setAttribute(QNetworkRequest::AutoDeleteReplyOnFinishAttribute, false);
    if (spec.body) {
        answerChallengesBeforehand(request);
        // Without both, QNetworkAccessManager copies the body into a buffer that it can rewind.
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        request.setHeader(QNetworkRequest::ContentLengthHeader, spec.body->size());
    }
}

// Qt's transfer timeout is up to 5 % early and reports the same code as an abort. Where the caller
// asked for it, our own timers do what it was meant to do.
void takeOverTransferTimeout(RequestSpec &spec, const QNetworkAccessManager &manager)
{
    const int asked = spec.request.transferTimeout() > 0 ? spec.request.transferTimeout()
                                                         : manager.transferTimeout();
    if (asked <= 0)
        return;
    // Zero would mean the manager's.
    spec.request.setTransferTimeout(std::numeric_limits<int>::max());
    Timeouts &timeouts = spec.timeouts;
    for (auto *own : {&timeouts.connect, &timeouts.firstByte, &timeouts.idleBytes}) {
        if (own->count() == 0)
            *own = std::chrono::milliseconds(asked);
    }
}

std::optional<Failure> settleBody(RequestSpec &spec)
{
    using Operation = QNetworkAccessManager::Operation;
    const bool isBodyAllowed =
        !spec.isHead() && spec.operation != Operation::DeleteOperation
        && (QT_VERSION >= QT_VERSION_CHECK(6, 7, 0) || spec.operation != Operation::GetOperation);
    if (!isBodyAllowed) {
        if (spec.body && !spec.body->isEmpty()) {
            return configFailure(QStringLiteral("BodyNotAllowed"),
                                 QStringLiteral("Qt cannot send a body with this %1 request.")
                                     .arg(QString::fromLatin1(spec.verb)));
        }
        spec.body.reset();
    }
    // One of no bytes: what has no body at all is what Qt sends again and again.
    const bool isBodyNeeded =
        spec.operation == Operation::PostOperation || spec.operation == Operation::PutOperation;
    if (isBodyNeeded && !spec.body)
        spec.body.emplace();
    return {};
}

namespace {

// Qt gives every request to the connection it has for the origin, and refuses those that come while
// that is going away, until its last stream has ended and the server has closed it: with a long
// answer still coming in on it, every retry would fail. Its connections are told apart by the name
// to verify too (makeCacheKey() in qhttpthreaddelegate.cpp); the host's own name changes nothing
// else, for it is what is verified anyway.
void takeAnotherConnection(RequestSpec &spec)
{
    // Where Qt follows redirects it takes the name along, to any host.
    const auto policy = spec.request.attribute(QNetworkRequest::RedirectPolicyAttribute).toInt();
    if (policy != QNetworkRequest::ManualRedirectPolicy)
        return;
    if (!spec.hasOwnVerifyName && !spec.request.peerVerifyName().isEmpty())
        return;
    spec.hasOwnVerifyName = !spec.hasOwnVerifyName;
    spec.request.setPeerVerifyName(spec.hasOwnVerifyName ? spec.request.url().host() : QString());
}

} // namespace

void learnFrom(RequestSpec &spec, const Failure &failure, bool wasHttp2)
{
    const bool isGone = failure.cause == QLatin1StringView("GOAWAY")
                        || failure.cause == QLatin1StringView("HeldBack");
    if (failure.kind == FailureKind::Http2
        && failure.cause == QLatin1StringView("HTTP_1_1_REQUIRED")) {
        spec.request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        spec.request.setAttribute(QNetworkRequest::Http2DirectAttribute, false);
    } else if ((failure.kind == FailureKind::Http2 && isGone)
               || (failure.kind == FailureKind::Io && wasHttp2)) {
        // A lost connection too: between TLS's end and TCP's, Qt takes it for one that goes away.
        takeAnotherConnection(spec);
    }
}

ReplyState stateBefore(const RequestSpec &spec)
{
    ReplyState state;
    state.isTls = spec.isTls();
    state.hostIsAddress = spec.hostIsAddress();
    state.hostAndPort = spec.hostAndPort();
    state.isHead = spec.isHead();
    state.followsRedirects =
        spec.request.attribute(QNetworkRequest::RedirectPolicyAttribute).toInt()
        != QNetworkRequest::ManualRedirectPolicy;
    state.http2 = spec.request.attribute(QNetworkRequest::Http2DirectAttribute).toBool();
    return state;
}

QNetworkReply *sendThrough(QNetworkAccessManager &manager, const RequestSpec &spec, QIODevice *body)
{
    switch (spec.operation) {
    case QNetworkAccessManager::HeadOperation:
        return manager.head(spec.request);
    case QNetworkAccessManager::PostOperation:
        return manager.post(spec.request, body);
    case QNetworkAccessManager::PutOperation:
        return manager.put(spec.request, body);
    case QNetworkAccessManager::DeleteOperation:
        return manager.deleteResource(spec.request);
    case QNetworkAccessManager::CustomOperation:
        // QNetworkAccessManager knows only its own HEAD as a request whose answer has no body.
        if (spec.isHead())
            return manager.head(spec.request);
        return manager.sendCustomRequest(spec.request, spec.verb, body);
    case QNetworkAccessManager::GetOperation:
    case QNetworkAccessManager::UnknownOperation:
        break;
    }
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    if (body)
        return manager.get(spec.request, body);
#endif
    return manager.get(spec.request);
}

} // namespace Retryscope
