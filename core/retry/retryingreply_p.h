// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/retrycourse_p.h"
#include "core/retry/retryingreply.h"

#include <QtCore/QList>
#include <QtNetwork/QSslError>

namespace Retryscope {

class RetryingReply::Private final : private CourseListener
{
public:
    Private(RequestSpec spec, std::shared_ptr<RequesterServices> services)
        : course(std::move(spec), std::move(services), this)
    {}

    //! The reply of the attempt that runs or was answered; null without one.
    QNetworkReply *inner() const;
    void start(RetryingReply *reply, QIODevice *device);
    //! Tells a new attempt what the caller has said about certificates.
    void passOnTrust() const;

    RetryingReply *q = nullptr;
    RetryCourse course;
    bool ignoresAllSslErrors = false;
    QList<QSslError> ignoredSslErrors;
    bool isAutoDeleted = false;

private:
    void onAttemptStarted(int attempt) override;
    void onAttemptAdvanced(int attempt, Milestone milestone,
                           std::chrono::nanoseconds stamp) override;
    void onAttemptFailed(int attempt, const Failure &failure) override;
    void onRetryDecided(int attempt, const RetryDecision &decision) override;
    void onRetryScheduled(int attempt, std::chrono::microseconds delay) override;
    void onSslErrors(const QList<QSslError> &errors) override;
    void onPreSharedKeyRequired(QSslPreSharedKeyAuthenticator *authenticator) override;
    void onCommitted() override;
    void onReadyRead() override;
    void onDownloadProgress(qint64 received, qint64 total) override;
    void onUploadProgress(qint64 sent, qint64 total) override;
    void onRedirected(const QUrl &url) override;
    void onEnded() override;

    void copyHead() const;
    void settleError() const;
};

} // namespace Retryscope
