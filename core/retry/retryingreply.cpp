// SPDX-License-Identifier: MIT
#include "core/retry/retryingreply.h"

#include "core/retry/classify.h"
#include "core/retry/httpstatus_p.h"
#include "core/retry/requestcheck_p.h"
#include "core/retry/retryingreply_p.h"

#include <QtCore/QPointer>

#include <algorithm>

namespace Retryscope {

namespace {

constexpr QNetworkRequest::Attribute CopiedAttributes[] = {
    QNetworkRequest::HttpStatusCodeAttribute,    QNetworkRequest::HttpReasonPhraseAttribute,
    QNetworkRequest::RedirectionTargetAttribute, QNetworkRequest::ConnectionEncryptedAttribute,
    QNetworkRequest::SourceIsFromCacheAttribute, QNetworkRequest::HttpPipeliningWasUsedAttribute,
    QNetworkRequest::Http2WasUsedAttribute,      QNetworkRequest::OriginalContentLengthAttribute,
};

} // namespace

QNetworkReply *RetryingReply::Private::inner() const
{
    return course.runner() ? course.runner()->reply() : nullptr;
}

void RetryingReply::Private::start(RetryingReply *reply, QIODevice *device)
{
    q = reply;
    const RequestSpec &spec = course.spec();
    const auto isAutoDelete = QNetworkRequest::AutoDeleteReplyOnFinishAttribute;
    isAutoDeleted = spec.request.attribute(isAutoDelete).toBool();
    q->setUrl(spec.request.url());
    q->setRequest(spec.request);
    q->setOperation(spec.operation);
    q->open(QIODevice::ReadOnly);
    const auto policy = spec.request.attribute(QNetworkRequest::RedirectPolicyAttribute).toInt();
    if (policy == QNetworkRequest::UserVerifiedRedirectPolicy) {
        connect(q, &RetryingReply::redirectAllowed, &course, [this] {
            if (QNetworkReply *verified = inner())
                Q_EMIT verified->redirectAllowed();
        });
    }
    const auto refusal = course.begin(device);
    // Who asks for a synchronous request looks at the reply as soon as it is there.
    if (refusal && isSynchronous(spec.request)) {
        q->setError(nearestQtError(*refusal), refusal->message);
        q->setFinished(true);
    }
}

void RetryingReply::Private::onAttemptStarted(int attempt)
{
    Q_EMIT q->attemptStarted(attempt);
}

// With the signals that QNetworkReply has for the milestones; encrypted() waits for the commit.
void RetryingReply::Private::onAttemptAdvanced(int attempt, Milestone milestone,
                                               std::chrono::nanoseconds stamp)
{
    // Before everything that tells of it: receivers read status and headers.
    if (milestone == Milestone::HeadReceived)
        copyHead();
    const QPointer<RetryingReply> self(q);
    Q_EMIT self->attemptAdvanced(attempt, milestone, stamp);
    if (self && milestone == Milestone::ConnectStarted)
        Q_EMIT self->socketStartedConnecting();
    else if (self && milestone == Milestone::RequestSent)
        Q_EMIT self->requestSent();
}

void RetryingReply::Private::onAttemptFailed(int attempt, const Failure &failure)
{
    Q_EMIT q->attemptFailed(attempt, failure);
}

void RetryingReply::Private::onRetryDecided(int attempt, const RetryDecision &decision)
{
    Q_EMIT q->retryDecided(attempt, decision);
}

void RetryingReply::Private::onRetryScheduled(int attempt, std::chrono::microseconds delay)
{
    Q_EMIT q->retryScheduled(attempt, delay);
}

void RetryingReply::Private::onSslErrors(const QList<QSslError> &errors)
{
    passOnTrust();
    Q_EMIT q->sslErrors(errors);
}

void RetryingReply::Private::onPreSharedKeyRequired(QSslPreSharedKeyAuthenticator *authenticator)
{
    Q_EMIT q->preSharedKeyAuthenticationRequired(authenticator);
}

void RetryingReply::Private::onCommitted()
{
    // Guarded: a receiver may destroy the reply, or see its end in an event loop of its own.
    const QPointer<RetryingReply> self(q);
    if (course.runner() && course.runner()->state().encrypted)
        Q_EMIT self->encrypted();
    if (self && !self->isFinished())
        Q_EMIT self->metaDataChanged();
}

void RetryingReply::Private::onReadyRead()
{
    Q_EMIT q->readyRead();
}

void RetryingReply::Private::onDownloadProgress(qint64 received, qint64 total)
{
    Q_EMIT q->downloadProgress(received, total);
}

void RetryingReply::Private::onUploadProgress(qint64 sent, qint64 total)
{
    Q_EMIT q->uploadProgress(sent, total);
}

void RetryingReply::Private::onRedirected(const QUrl &url)
{
    Q_EMIT q->redirected(url);
}

void RetryingReply::Private::passOnTrust() const
{
    QNetworkReply *reply = inner();
    if (!reply)
        return;
    if (ignoresAllSslErrors)
        reply->ignoreSslErrors();
    else if (!ignoredSslErrors.isEmpty())
        reply->ignoreSslErrors(ignoredSslErrors);
}

void RetryingReply::Private::copyHead() const
{
    const QNetworkReply *reply = inner();
    if (!reply)
        return;
    for (const QNetworkRequest::Attribute attribute : CopiedAttributes)
        q->setAttribute(attribute, reply->attribute(attribute));
    const QList<QNetworkReply::RawHeaderPair> headers = reply->rawHeaderPairs();
    for (const QNetworkReply::RawHeaderPair &header : headers)
        q->setRawHeader(header.first, header.second);
    q->setUrl(reply->url());
    // Qt tells the target only where it does not mean to follow; this one it could not.
    const ReplyState &state = course.runner()->state();
    const auto target = QNetworkRequest::RedirectionTargetAttribute;
    if (state.followsRedirects && isRedirect(state.status)
        && state.qtError == QNetworkReply::ContentReSendError) {
        q->setAttribute(target, QUrl::fromEncoded(q->rawHeader("Location")));
    }
    // A redirect may have made a GET of it.
    if (course.spec().operation != QNetworkAccessManager::CustomOperation)
        q->setOperation(reply->operation());
}

void RetryingReply::Private::settleError() const
{
    if (const std::optional<Failure> &failure = course.failure()) {
        q->setError(nearestQtError(*failure), failure->message);
        return;
    }
    const auto *runner = course.runner();
    if (!runner)
        return;
    // Not the inner reply's code: that may be a ContentReSendError beside a whole answer.
    const auto error = errorForStatus(runner->state().status);
    const bool isQtText = runner->state().qtError == error;
    if (error != QNetworkReply::NoError) {
        q->setError(error, isQtText ? runner->state().qtErrorString
                                    : tr("The server answered with an error status."));
    }
}

void RetryingReply::Private::onEnded()
{
    settleError();
    q->setFinished(true);
    const bool isDeletedNow = isAutoDeleted;
    // Guarded: any receiver may destroy the reply.
    const QPointer<RetryingReply> self(q);
    if (self->error() != QNetworkReply::NoError)
        Q_EMIT self->errorOccurred(self->error());
    if (self)
        Q_EMIT self->readChannelFinished();
    // First the manager's, as from Qt, where the reply's own receivers come later.
    if (self && course.manager())
        Q_EMIT course.manager()->finished(self);
    if (self)
        Q_EMIT self->finished();
    if (self && isDeletedNow)
        self->deleteLater();
}

RetryingReply::RetryingReply(std::unique_ptr<Private> dd, QObject *parent)
    : QNetworkReply(parent)
    , d(std::move(dd))
{}

RetryingReply::~RetryingReply()
{
    // Its attempt ends silently: nobody is to hear of it from a half-destroyed reply.
    d->course.forgetListener();
}

QList<AttemptRecord> RetryingReply::attempts() const
{
    return d->course.records();
}

std::optional<Failure> RetryingReply::failure() const
{
    return d->course.failure();
}

bool RetryingReply::isCommitted() const
{
    return d->course.isCommitted();
}

bool RetryingReply::setRequestHeader(const QByteArray &name, const QByteArray &value)
{
    return d->course.setRequestHeader(name, value);
}

void RetryingReply::retryNow()
{
    d->course.retryNow();
}

void RetryingReply::noteContentEvent()
{
    d->course.noteContentEvent();
}

void RetryingReply::noteConnectionLost()
{
    d->course.noteConnectionLost();
}

void RetryingReply::abort()
{
    d->course.abort();
}

// Nobody could read what came in afterwards; with a read buffer's limit nothing would.
void RetryingReply::close()
{
    d->course.abort();
    QNetworkReply::close();
}

void RetryingReply::ignoreSslErrors()
{
    d->ignoresAllSslErrors = true;
    d->passOnTrust();
}

void RetryingReply::ignoreSslErrorsImplementation(const QList<QSslError> &errors)
{
    d->ignoredSslErrors = errors;
    d->passOnTrust();
}

void RetryingReply::setSslConfigurationImplementation(const QSslConfiguration &configuration)
{
    d->course.setSslConfiguration(configuration);
}

void RetryingReply::sslConfigurationImplementation(QSslConfiguration &configuration) const
{
    configuration = d->course.sslConfiguration();
}

void RetryingReply::setReadBufferSize(qint64 size)
{
    QNetworkReply::setReadBufferSize(size);
    d->course.setReadBufferSize(size);
}

qint64 RetryingReply::bytesAvailable() const
{
    if (!isOpen())
        return 0;
    const AttemptRunner *runner = d->course.runner();
    return QNetworkReply::bytesAvailable() + (runner ? runner->bytesAvailable() : 0);
}

bool RetryingReply::canReadLine() const
{
    const AttemptRunner *runner = d->course.runner();
    return isOpen() && (QNetworkReply::canReadLine() || (runner && runner->canReadLine()));
}

bool RetryingReply::isSequential() const
{
    return true;
}

qint64 RetryingReply::readData(char *data, qint64 maxSize)
{
    if (AttemptRunner *runner = d->course.runner())
        return runner->read(data, maxSize);
    return isFinished() ? -1 : 0;
}

} // namespace Retryscope

#include "moc_retryingreply.cpp"
