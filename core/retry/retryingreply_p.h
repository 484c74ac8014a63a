// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/retrycourse_p.h"
#include "core/retry/retryingreply.h"

#include <QtNetwork/QSslConfiguration>

namespace Retryscope {

class RetryingReply::Private
{
public:
    Private(RequestSpec spec, std::shared_ptr<RequesterServices> services)
        : course(std::move(spec), std::move(services))
    {}

    //! The reply of the attempt that runs or was answered; null without one.
    QNetworkReply *inner() const;
    void connectCourse(RetryingReply *q);
    void start(RetryingReply *q, QIODevice *device);
    //! Tells a new attempt what the caller has said about certificates.
    void passOnTrust() const;
    static void tellAsQtDoes(RetryingReply *q, Milestone milestone);
    void copyHead(RetryingReply *q) const;
    void commit(RetryingReply *q);
    void finish(RetryingReply *q);

    RetryCourse course;
    bool ignoresAllSslErrors = false;
    QList<QSslError> ignoredSslErrors;
    std::optional<QSslConfiguration> sslConfiguration;
    bool isAutoDeleted = false;
};

} // namespace Retryscope
