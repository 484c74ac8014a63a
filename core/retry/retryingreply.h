// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/retry/attempt.h"
#include "core/retry/failure.h"

#include <QtCore/QList>
#include <QtNetwork/QNetworkReply>

#include <chrono>
#include <memory>
#include <optional>

namespace Retryscope {

class RetryingAccessManager;
class RetryingRequester;

//! \brief The answer to one request, over as many attempts as it takes. Is a QNetworkReply: code
//! that reads replies works unchanged.
//!
//! The commit point is the first final (not 1xx) status line. Before it the reply tells about its
//! attempts only: attemptStarted(), attemptAdvanced(), attemptFailed(), retryDecided(),
//! retryScheduled(); what QNetworkReply has for the same facts, of each attempt anew:
//! socketStartedConnecting(), requestSent(), uploadProgress(); and sslErrors() while a handshake
//! waits, since QNetworkReply::ignoreSslErrors() works only then. After it come metaDataChanged(),
//! readyRead() and downloadProgress() as from any reply. In the end, always through the event loop,
//! errorOccurred() if it failed and then exactly one finished(); nothing follows finished().
//!
//! An HTTP error status is an answer: it is passed through with its body, error() is the code that
//! Qt gives it, and failure() is empty.
//!
//! \par Errors
//! failure() says why the last attempt failed. error() is the nearest code of Qt:
//! RemoteHostClosedError where Qt reported ContentReSendError only because it was kept from sending
//! the body twice. errorString() never holds the URL's query or user info.
//!
//! Two kinds of damage Qt tells nobody of, and they look like a whole answer here too: a chunk
//! whose size is no number, and a compressed body that is itself cut short. With an Accept-Encoding
//! of the caller's own ("identity", say) Qt leaves the body as it comes.
//!
//! \par Ownership
//! The parent is the requester; call deleteLater() when done.
//! Destroying the reply at any moment aborts it silently. manager() is null unless the reply comes
//! from a RetryingAccessManager (Qt sets it in createRequest() only).
//!
//! \par Threads
//! Lives in the requester's thread.
class RETRYSCOPE_EXPORT RetryingReply final : public QNetworkReply
{
    Q_OBJECT
public:
    //! Aborts silently: no signal is emitted, and nothing is sent any more.
    ~RetryingReply() override;

    //! Every attempt so far, the first one first; on success too.
    //!
    //! Qt repeats a request without a body by itself. One repeat it hides even from this count:
    //! behind an answer that ends with its connection. If the last chunk is missing there, it may
    //! report a whole answer. With a body, be it an empty one
    //! (sendCustomRequest() with QByteArray("")), neither happens.
    QList<AttemptRecord> attempts() const;
    //! Why the request failed; none while it runs, and none for any HTTP status.
    std::optional<Failure> failure() const;
    //! True after the commit: an HTTP status has been seen.
    bool isCommitted() const;

    //! Changes a header of the request for the attempts that have not begun; a slot of
    //! attemptStarted() is still in time for that one. For what grows old: a signature, a token. A
    //! null value takes it out.
    //! \par Errors
    //! False, and nothing changes, where it is no valid header, or would change the body's length.
    bool setRequestHeader(const QByteArray &name, const QByteArray &value);
    //! Ends the wait that is running at once and starts the next attempt. Nothing happens without a
    //! wait.
    void retryNow();
    //! Feeds Timeouts::idleEvents: call it for each event that carries content.
    void noteContentEvent();
    //! Ends the attempt that is running as the loss of its connection: for those who see more of
    //! the wire than QNetworkAccessManager tells. It may wait for ever where the end comes together
    //! with the first frames of an HTTP/2 connection, or within the size of a chunk. Give it a
    //! moment first: what has arrived may not have been told yet. Nothing happens between attempts.
    void noteConnectionLost();

    //! Gives up at once, in whatever state: FailureKind::Cancelled, OperationCanceledError, and
    //! finished() through the event loop. What has arrived stays readable. Nothing happens after
    //! finished().
    void abort() override;
    //! As QNetworkAccessManager's replies do: discards what has not been read, and gives up like
    //! abort().
    void close() override;
    // The overload that takes a list would be hidden otherwise.
    using QNetworkReply::ignoreSslErrors;
    //! Of this attempt and of all that follow; so does the overload that takes a list.
    void ignoreSslErrors() override;
    //! Holds back the network where the caller does not read. Units: bytes; 0, the default, is no
    //! limit. Without effect behind a SOCKS5 proxy: Qt loses there what it holds back.
    void setReadBufferSize(qint64 size) override;
    //! Bytes of the body that can be read now; 0 before the commit, and after close().
    qint64 bytesAvailable() const override;
    //! Whether a whole line of the body can be read now; false before the commit.
    bool canReadLine() const override;
    //! True: what has been read is gone.
    bool isSequential() const override;

Q_SIGNALS:
    //! Emitted before the attempt's request is handed to QNetworkAccessManager: a slot may still
    //! prepare the manager (its proxy, say) and the request's headers (setRequestHeader()). \a
    //! attempt counts from 1.
    void attemptStarted(int attempt);
    //! The attempt passed a point on its way. \a stamp is a stamp of the requester's Clock, taken
    //! when Qt's signal arrived.
    void attemptAdvanced(int attempt, Retryscope::Milestone milestone,
                         std::chrono::nanoseconds stamp);
    //! Emitted for the last attempt, too, before errorOccurred().
    void attemptFailed(int attempt, const Retryscope::Failure &failure);
    //! Follows each attemptFailed().
    void retryDecided(int attempt, const Retryscope::RetryDecision &decision);
    //! \a attempt is the one that failed; attempt + 1 starts after \a delay.
    void retryScheduled(int attempt, std::chrono::microseconds delay);

protected:
    //! For QIODevice's read functions.
    qint64 readData(char *data, qint64 maxSize) override;
    //! For ignoreSslErrors() with a list: of this attempt and of all that follow.
    void ignoreSslErrorsImplementation(const QList<QSslError> &errors) override;
    //! For setSslConfiguration(): from the next attempt on.
    void setSslConfigurationImplementation(const QSslConfiguration &configuration) override;
    //! For sslConfiguration(): of the attempt that is running, or was the last.
    void sslConfigurationImplementation(QSslConfiguration &configuration) const override;

private:
    friend class RetryingAccessManager;
    friend class RetryingRequester;
    class Private;
    explicit RetryingReply(std::unique_ptr<Private> d, QObject *parent);
    std::unique_ptr<Private> d;
};

} // namespace Retryscope
