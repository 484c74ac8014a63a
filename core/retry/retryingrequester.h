// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/export.h"
#include "core/base/random.h"
#include "core/retry/retryingreply.h"
#include "core/retry/retrypolicy.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkRequest>

#include <memory>

QT_BEGIN_NAMESPACE
class QHttpMultiPart;
class QIODevice;
QT_END_NAMESPACE

namespace Retryscope {

class FailureInspector;

//! \brief Sends requests through a QNetworkAccessManager, truthfully: one attempt is at most one
//! request on the wire (where there is a body), a truncated answer is an error, nothing hangs, and
//! what failed is told apart.
//!
//! The verbs, arguments and ownership are those of QNetworkAccessManager.
//!
//! \code
//! QNetworkAccessManager manager;
//! Retryscope::RetryingRequester requester(&manager);
//! auto *reply = requester.post(request, body);
//! QObject::connect(reply, &QNetworkReply::finished, reply, [reply] {
//!     qInfo() << reply->error() << reply->readAll();
//!     reply->deleteLater();
//! });
//! \endcode
//!
//! What differs from QNetworkAccessManager:
//! - a request that fails is retried as policy() says, and ends within Timeouts::total, 600 s
//!   unless set otherwise, its body included;
//! - a "User-Agent" of our own ("retryscope/" and the version) is sent unless the request has one;
//! - redirects are passed through, and so is a 401 to a request with a body; both can be changed in
//!   the request (RedirectPolicyAttribute, AuthenticationReuseAttribute);
//! - the body is read before the first attempt, and Content-Length is always sent with it;
//! - QNetworkAccessManager::finished() of the manager brings the RetryingReply, once, and none of
//!   the attempts behind it; the manager's sslErrors() and authenticationRequired() are asked with
//!   the attempt's own reply, which is not the receiver's to delete.
//!
//! \par HTTP/2
//! As the request says, its QHttp2Configuration included, for every attempt; after
//! HTTP_1_1_REQUIRED the next one goes over HTTP/1.1. Qt leaves Nagle's algorithm on, and no public
//! setting changes that: over HTTP/2 a body leaves after its headers, and waits for the peer to
//! acknowledge them, which most do up to 40 ms later. Nothing that a request can say avoids it
//! (bench_http2 tries); HTTP/1.1 does, where head and body leave together (Http2AllowedAttribute
//! false).
//!
//! \par Errors
//! Every verb returns a reply, never null; what cannot be sent as asked (a bad URL, a short device,
//! settings out of range, no manager, a bad header; but Qt 6.8 lets none into a request, it warns)
//! fails through the reply with FailureKind::Config, and nothing is sent.
//!
//! \par Ownership
//! Manager, clock and random are borrowed and must outlive the requester; should the manager be
//! destroyed first, the requests that are running fail as cancelled, and later ones with
//! FailureKind::Config. Replies are children of the requester.
//!
//! \par Threads
//! Lives in one thread, the manager's. A request made from another one fails with
//! FailureKind::Config; its reply has no parent and belongs to the thread that made it.
class RETRYSCOPE_EXPORT RetryingRequester final : public QObject
{
    Q_OBJECT
public:
    //! Sends through \a manager, with its cookies, TLS settings, proxy and cache; with the system's
    //! clock, and jitter of its own.
    explicit RetryingRequester(QNetworkAccessManager *manager, QObject *parent = nullptr);
    //! With a clock and a source of chance of your own, for tests. Null: the default.
    RetryingRequester(QNetworkAccessManager *manager, Clock *clock, Random *random,
                      QObject *parent = nullptr);
    //! Destroys its replies, which aborts them silently.
    ~RetryingRequester() override;

    //! Unless set, the defaults of RetryPolicy.
    RetryPolicy policy() const;
    //! For requests started from now on. A policy out of range makes them fail with
    //! FailureKind::Config.
    void setPolicy(const RetryPolicy &policy);
    //! Unless set, the defaults of Timeouts.
    Timeouts timeouts() const;
    //! For requests started from now on. Limits out of range make them fail with
    //! FailureKind::Config.
    void setTimeouts(const Timeouts &timeouts);
    //! A second witness of what happened to an attempt; null: none. Borrowed.
    void setFailureInspector(FailureInspector *inspector);

    //! Sends a GET.
    RetryingReply *get(const QNetworkRequest &request);
    //! Sends a HEAD.
    RetryingReply *head(const QNetworkRequest &request);
    //! Sends a DELETE without a body; for one with a body there is sendCustomRequest().
    RetryingReply *deleteResource(const QNetworkRequest &request);
    //! Sends a POST with \a body.
    RetryingReply *post(const QNetworkRequest &request, const QByteArray &body);
    //! Sends a POST. \a body is read once, from where it stands, before the first attempt; it must
    //! stay open until then and is not taken over.
    RetryingReply *post(const QNetworkRequest &request, QIODevice *body);
    //! Sends a POST of several parts, with the content type and the boundary that
    //! QNetworkAccessManager would. \a body is read whole before this returns, the devices of its
    //! parts from their beginning, and is not taken over.
    RetryingReply *post(const QNetworkRequest &request, QHttpMultiPart *body);
    //! Sends a PUT with \a body.
    RetryingReply *put(const QNetworkRequest &request, const QByteArray &body);
    //! Sends a PUT; \a body is treated as post() treats it.
    RetryingReply *put(const QNetworkRequest &request, QIODevice *body);
    //! The same, for a body of several parts.
    RetryingReply *put(const QNetworkRequest &request, QHttpMultiPart *body);
    //! Sends any \a verb ("PATCH", say), with \a body unless that is empty. "HEAD" is sent as
    //! head() sends it: QNetworkAccessManager would wait for a body that never comes. "CONNECT"
    //! fails: what follows it is no answer.
    RetryingReply *sendCustomRequest(const QNetworkRequest &request, const QByteArray &verb,
                                     const QByteArray &body = {});
    //! The same; \a body is treated as post() treats it.
    RetryingReply *sendCustomRequest(const QNetworkRequest &request, const QByteArray &verb,
                                     QIODevice *body);
    //! The same, for a body of several parts.
    RetryingReply *sendCustomRequest(const QNetworkRequest &request, const QByteArray &verb,
                                     QHttpMultiPart *body);

private:
    friend class RetryingAccessManager;
    class Private;
    //! What QNetworkAccessManager::createRequest() takes.
    RetryingReply *send(QNetworkAccessManager::Operation operation, const QNetworkRequest &request,
                        QIODevice *body);
    std::unique_ptr<Private> d;
};

} // namespace Retryscope
