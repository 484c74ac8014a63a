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

//! \brief Who an attempt tells what happens to it. No signals: a request has one such listener, and
//! a connection for each would be a good part of what a small request costs.
//!
//! Each may destroy the attempt.
class AttemptListener
{
public:
    virtual void onAdvanced(Milestone milestone, std::chrono::nanoseconds stamp) = 0;
    //! Inside the inner reply's signal: the handshake waits for ignoreSslErrors() only that long.
    virtual void onSslErrors(const QList<QSslError> &errors) = 0;
    //! Inside the inner reply's signal, which waits for the answer.
    virtual void onPreSharedKeyRequired(QSslPreSharedKeyAuthenticator *authenticator) = 0;
    //! The head of a final response is there.
    virtual void onAnswered() = 0;
    virtual void onReadyRead() = 0;
    virtual void onDownloadProgress(qint64 received, qint64 total) = 0;
    virtual void onUploadProgress(qint64 sent, qint64 total) = 0;
    virtual void onRedirected(const QUrl &url) = 0;
    virtual void onAttemptEnded() = 0;

protected:
    ~AttemptListener() = default;
};

} // namespace Retryscope
