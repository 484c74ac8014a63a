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

void RetryingReply::Private::connectCourse(RetryingReply *q)
{
    connect(&course, &RetryCourse::attemptStarted, q, &RetryingReply::attemptStarted);
    connect(&course, &RetryCourse::attemptAdvanced, q,
            [this, q](int attempt, Milestone milestone, std::chrono::nanoseconds stamp) {
                // Before everything that tells of it: receivers read status and headers.
                if (milestone == Milestone::HeadReceived)
                    copyHead(q);
                const QPointer<RetryingReply> self(q);
                Q_EMIT q->attemptAdvanced(attempt, milestone, stamp);
                if (self)
                    tellAsQtDoes(q, milestone);
            });
    connect(&course, &RetryCourse::attemptFailed, q, &RetryingReply::attemptFailed);
    connect(&course, &RetryCourse::retryDecided, q, &RetryingReply::retryDecided);
    connect(&course, &RetryCourse::retryScheduled, q, &RetryingReply::retryScheduled);
    connect(&course, &RetryCourse::sslErrors, q, [this, q](const QList<QSslError> &errors) {
        passOnTrust();
        Q_EMIT q->sslErrors(errors);
    });
    connect(&course, &RetryCourse::committed, q, [this, q] { commit(q); });
    connect(&course, &RetryCourse::readyRead, q, &RetryingReply::readyRead);
    connect(&course, &RetryCourse::downloadProgress, q, &RetryingReply::downloadProgress);
    connect(&course, &RetryCourse::uploadProgress, q, &RetryingReply::uploadProgress);
    connect(&course, &RetryCourse::preSharedKeyAuthenticationRequired, q,
            &RetryingReply::preSharedKeyAuthenticationRequired);
    connect(&course, &RetryCourse::redirected, q, &RetryingReply::redirected);
    connect(q, &RetryingReply::redirectAllowed, &course, [this] {
        if (QNetworkReply *reply = inner())
            Q_EMIT reply->redirectAllowed();
    });
    connect(&course, &RetryCourse::ended, q, [this, q] { finish(q); });
}

void RetryingReply::Private::start(RetryingReply *q, QIODevice *device)
{
    const RequestSpec &spec = course.spec();
    const auto isAutoDelete = QNetworkRequest::AutoDeleteReplyOnFinishAttribute;
    isAutoDeleted = spec.request.attribute(isAutoDelete).toBool();
    q->setUrl(spec.request.url());
    q->setRequest(spec.request);
    q->setOperation(spec.operation);
    q->open(QIODevice::ReadOnly);
    connectCourse(q);
    const auto refusal = course.begin(device);
    // Who asks for a synchronous request looks at the reply as soon as it is there.
    if (refusal && isSynchronous(spec.request)) {
        q->setError(nearestQtError(*refusal), refusal->message);
        q->setFinished(true);
    }
}

// The signals that QNetworkReply has for the milestones; encrypted() waits for the commit.
void RetryingReply::Private::tellAsQtDoes(RetryingReply *q, Milestone milestone)
{
    switch (milestone) {
    case Milestone::ConnectStarted:
        Q_EMIT q->socketStartedConnecting();
        return;
    case Milestone::RequestSent:
        Q_EMIT q->requestSent();
        return;
    case Milestone::Encrypted:
    case Milestone::HeadReceived:
        return;
    }
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

void RetryingReply::Private::copyHead(RetryingReply *q) const
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

void RetryingReply::Private::commit(RetryingReply *q)
{
    // Guarded: a receiver may destroy the reply, or see its end in an event loop of its own.
    const QPointer<RetryingReply> self(q);
    if (course.runner() && course.runner()->state().encrypted)
        Q_EMIT q->encrypted();
    if (self && !q->isFinished())
        Q_EMIT q->metaDataChanged();
}

void RetryingReply::Private::finish(RetryingReply *q)
{
    const std::optional<Failure> failure = course.failure();
    if (failure) {
        q->setError(nearestQtError(*failure), failure->message);
    } else if (const auto *runner = course.runner()) {
        // Not the inner reply's code: that may be a ContentReSendError beside a whole answer.
        const auto error = errorForStatus(runner->state().status);
        const bool isQtText = runner->state().qtError == error;
        if (error != QNetworkReply::NoError) {
            q->setError(error, isQtText ? runner->state().qtErrorString
                                        : tr("The server answered with an error status."));
        }
    }
    q->setFinished(true);
    // Guarded: any receiver may destroy the reply.
    const QPointer<RetryingReply> self(q);
    if (q->error() != QNetworkReply::NoError)
        Q_EMIT q->errorOccurred(q->error());
    if (self)
        Q_EMIT q->readChannelFinished();
    if (self)
        Q_EMIT q->finished();
    if (self && isAutoDeleted)
        q->deleteLater();
}

RetryingReply::RetryingReply(std::unique_ptr<Private> dd, QObject *parent)
    : QNetworkReply(parent)
    , d(std::move(dd))
{}

RetryingReply::~RetryingReply()
{
    // Its attempt ends silently: nobody is to hear of it from a half-destroyed reply.
    d->course.disconnect(this);
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
    const QNetworkReply *reply = d->inner();
    configuration = reply ? reply->sslConfiguration() : d->course.spec().request.sslConfiguration();
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
