// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/export.h"
#include "core/base/random.h"
#include "core/retry/retrypolicy.h"

#include <QtNetwork/QNetworkAccessManager>

#include <memory>

namespace Retryscope {

class FailureInspector;

//! \brief A QNetworkAccessManager whose requests go through a RetryingRequester: an application, a
//! QML engine or a library that takes a QNetworkAccessManager gains its behaviour by one changed
//! line.
//!
//! Everything that is set on it counts, as for QNetworkAccessManager: cookie jar, cache, proxy,
//! proxy factory, redirect policy, transfer timeout, strict transport security, automatic deletion
//! of replies. Its replies are RetryingReply objects, their manager() and parent is this object,
//! and its signals carry them. URLs that are not http or https (file, qrc, data) go the way they go
//! in Qt, and so does a request with QNetworkRequest::AlwaysCache: there is nothing to retry.
//!
//! What differs from QNetworkAccessManager:
//! - a request that fails is retried as policy() says, and ends within Timeouts::total, 600 s
//!   unless set otherwise, its body included;
//! - redirects are followed as redirectPolicy() says (the requester by itself never follows one),
//!   but a 307 or 308 that asks for the body once more is passed through: Qt sends a body once;
//! - for the same reason a 401 to a request with a body is passed through; credentials in the URL
//!   or in an Authorization header go with the first request. Without a body,
//!   authenticationRequired() comes as from Qt;
//! - the body is read before createRequest() returns, or as it comes in;
//! - QNetworkReply::uploadProgress() begins anew with each attempt;
//! - a synchronous request (of an XMLHttpRequest, say) cannot wait and fails at once.
//!
//! \code
//! Retryscope::RetryingAccessManager manager;
//! QNetworkReply *reply = manager.get(QNetworkRequest(url));
//! \endcode
//!
//! \par Errors
//! As RetryingRequester's.
//!
//! \par Ownership
//! Replies are its children, clock and random are borrowed and must outlive it.
//!
//! \par Threads
//! Lives in one thread. A request made from another one fails with FailureKind::Config, and its
//! reply, without a parent, belongs to the thread that made it.
class RETRYSCOPE_EXPORT RetryingAccessManager : public QNetworkAccessManager
{
    Q_OBJECT
public:
    //! With the system's clock, and jitter of its own.
    explicit RetryingAccessManager(QObject *parent = nullptr);
    //! With a clock and a source of chance of your own, for tests. Null: the default.
    RetryingAccessManager(Clock *clock, Random *random, QObject *parent = nullptr);
    //! Destroys its replies, which aborts them silently.
    ~RetryingAccessManager() override;

    //! Unless set, the defaults of RetryPolicy.
    RetryPolicy policy() const;
    //! For requests started from now on; see RetryingRequester::setPolicy().
    void setPolicy(const RetryPolicy &policy);
    //! Unless set, the defaults of Timeouts.
    Timeouts timeouts() const;
    //! For requests started from now on; see RetryingRequester::setTimeouts().
    void setTimeouts(const Timeouts &timeouts);
    //! A second witness of what happened to an attempt; null: none. Borrowed.
    void setFailureInspector(FailureInspector *inspector);

    //! Like QNetworkAccessManager::clearAccessCache(). That function is not virtual: called through
    //! a pointer to QNetworkAccessManager it reaches no connection.
    void clearAccessCache();
    //! Likewise.
    void clearConnectionCache();

protected:
    //! Where every verb of QNetworkAccessManager arrives. Whoever overrides it once more sees each
    //! request once, not each attempt.
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request,
                                 QIODevice *body) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Retryscope
