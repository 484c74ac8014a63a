// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/attempt.h"

#include <QtCore/QList>

#include <chrono>

QT_BEGIN_NAMESPACE
class QSslError;
class QSslPreSharedKeyAuthenticator;
class QUrl;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief Who a RetryCourse tells: the reply. All but the two of the handshake come from the event
//! loop, and each may destroy the course.
class CourseListener
{
public:
    virtual void onAttemptStarted(int attempt) = 0;
    virtual void onAttemptAdvanced(int attempt, Milestone milestone,
                                   std::chrono::nanoseconds stamp) = 0;
    virtual void onAttemptFailed(int attempt, const Failure &failure) = 0;
    virtual void onRetryDecided(int attempt, const RetryDecision &decision) = 0;
    virtual void onRetryScheduled(int attempt, std::chrono::microseconds delay) = 0;
    virtual void onSslErrors(const QList<QSslError> &errors) = 0;
    virtual void onPreSharedKeyRequired(QSslPreSharedKeyAuthenticator *authenticator) = 0;
    virtual void onCommitted() = 0;
    virtual void onReadyRead() = 0;
    virtual void onDownloadProgress(qint64 received, qint64 total) = 0;
    virtual void onUploadProgress(qint64 sent, qint64 total) = 0;
    virtual void onRedirected(const QUrl &url) = 0;
    //! Once, and the last.
    virtual void onEnded() = 0;

protected:
    ~CourseListener() = default;
};

} // namespace Retryscope
