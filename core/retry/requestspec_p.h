// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/retry/classify.h"
#include "core/retry/failure.h"
#include "core/retry/retrypolicy.h"

#include <QtCore/QByteArray>
#include <QtCore/QPointer>
#include <QtCore/QString>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkRequest>

#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QIODevice;
class QNetworkReply;
QT_END_NAMESPACE

namespace Retryscope {

class FailureInspector;
struct RequestSpec;

//! \brief What a requester lends to its replies; shared, because a reply may outlive the requester
//! by the time that deleteLater() takes.
struct RequesterServices
{
    // Guarded: the manager may be destroyed while requests run.
    QPointer<QNetworkAccessManager> manager;
    Clock *clock = nullptr;
    Random *random = nullptr;
    std::unique_ptr<Random> ownRandom;
    FailureInspector *inspector = nullptr;
};

//! \brief What every attempt of one request sends. A value; the body's bytes are shared.
struct RequestSpec
{
    QNetworkRequest request;
    QNetworkAccessManager::Operation operation = QNetworkAccessManager::GetOperation;
    QByteArray verb;
    //! None: no body at all. An empty one is a body of no bytes.
    std::optional<QByteArray> body;

    RetryPolicy policy;
    Timeouts timeouts;
    //! Sent where it is not empty, the same on all attempts.
    QByteArray idempotencyKey;
    //! Why it will not be sent at all.
    std::optional<Failure> refusal;

    //! The request's peerVerifyName is ours, see learnFrom().
    bool hasOwnVerifyName = false;

    bool isHead() const;
    //! Scheme, host and port.
    QString origin() const;
    //! "127.0.0.1:443".
    QString hostAndPort() const;
    bool isTls() const;
    bool hostIsAddress() const;
    bool allowsHttp2() const;
};

//! Draws an idempotency key where the policy asks for one and the caller has set none.
void drawIdempotencyKey(RequestSpec &spec);

//! Sets what our contract adds to the caller's request, where the caller has not set it: the user
//! agent, no redirects, the idempotency key; and turns off what would break it. For one attempt: a
//! request of our own takes 5 kB, which must not lie there while its next attempt waits.
void prepareRequest(RequestSpec &spec);

//! Turns Qt's transfer timeout off, the request's or the manager's, and gives its limit to ours.
void takeOverTransferTimeout(RequestSpec &spec, const QNetworkAccessManager &manager);

//! Gives a verb that must have a body one, and takes it from one that cannot: or says why not.
std::optional<Failure> settleBody(RequestSpec &spec);

//! What the next attempt does differently after \a failure: over HTTP/1.1 where that is required,
//! and over another connection where the last HTTP/2 connection is going away or was lost.
void learnFrom(RequestSpec &spec, const Failure &failure, bool wasHttp2);

//! Where an attempt stands before anything has happened.
ReplyState stateBefore(const RequestSpec &spec);

//! Hands one attempt over. \a body: null where there is none; must outlive the reply.
QNetworkReply *sendThrough(QNetworkAccessManager &manager, const RequestSpec &spec,
                           QIODevice *body);

} // namespace Retryscope
