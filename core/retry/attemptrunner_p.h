// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/attempt.h"
#include "core/retry/classify.h"
#include "core/retry/lazytimer_p.h"
#include "core/retry/oneshotbody_p.h"
#include "core/retry/proxywatch.h"
#include "core/retry/replynews_p.h"
#include "core/retry/requestspec_p.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslError>
#include <QtNetwork/QSslPreSharedKeyAuthenticator>

#include <chrono>
#include <memory>

namespace Retryscope {

//! \brief One attempt: one reply of QNetworkAccessManager, watched over by timers of our own,
//! because QNetworkAccessManager can wait for ever.
//!
//! Its signals never come from inside one of the inner reply's (all but sslErrors() and
//! preSharedKeyAuthenticationRequired(), which Qt waits for), so that a receiver may destroy
//! anything, the manager included.
class AttemptRunner final : public QObject
{
    Q_OBJECT
public:
    //! \a spec: prepared.
    AttemptRunner(RequestSpec spec, std::shared_ptr<RequesterServices> services,
                  QObject *parent = nullptr);
    ~AttemptRunner() override;

    void start();
    //! Ends the attempt at once; ended() follows through the event loop. What has arrived can still
    //! be read.
    void stop(ReplyState::EndedBy by, TimeoutKind timer = TimeoutKind::Total,
              std::chrono::milliseconds limit = {});

    bool isRunning() const { return m_isRunning; }

    //! Where the attempt stands or, after ended(), stood.
    const ReplyState &state() const { return m_state; }

    bool isReused() const { return m_isReused; }

    //! How long it has waited for a connection of QNetworkAccessManager's.
    std::chrono::nanoseconds queuedFor() const;

    //! Null once it is gone.
    QNetworkReply *reply() const { return m_reply; }

    //! Another attempt may follow: then what Qt holds back is worth giving up.
    void setMayRepeat(bool mayRepeat) { m_mayRepeat = mayRepeat; }

    void noteContentEvent();
    void setReadBufferSize(qint64 size);
    qint64 bytesAvailable() const;
    bool canReadLine() const;
    qint64 read(char *data, qint64 maxSize);

Q_SIGNALS:
    void advanced(Retryscope::Milestone milestone, std::chrono::nanoseconds stamp);
    void sslErrors(const QList<QSslError> &errors);
    //! The head of a final response is there.
    void answered();
    void readyRead();
    void downloadProgress(qint64 received, qint64 total);
    void uploadProgress(qint64 sent, qint64 total);
    void preSharedKeyAuthenticationRequired(QSslPreSharedKeyAuthenticator *authenticator);
    void redirected(const QUrl &url);
    void ended();

private:
    void connectReply();
    void releaseReply();

    void onNews(const ReplyNews::Item &item);
    void onConnectStarted(std::chrono::nanoseconds stamp);
    void onEncrypted(std::chrono::nanoseconds stamp);
    void onRequestSent(std::chrono::nanoseconds stamp);
    void onSslErrors(const QList<QSslError> &errors);
    void onMetaDataChanged();
    void onReadyRead();
    void onFinished();

    void leaveQueue();
    void updateState();
    void noteHead();
    bool isFollowingRedirect(const QNetworkReply &reply) const;
    bool isReplyFinished() const;
    void end();
    void watch(TimeoutKind kind, std::chrono::milliseconds limit);
    void watchBytes();
    void watchEvents();

    RequestSpec m_spec;
    const std::shared_ptr<RequesterServices> m_services;
    LazyTimer m_phaseTimer;
    LazyTimer m_eventTimer;
    ReplyNews m_news;
    ProxyWatch m_proxyWatch;
    // Guarded: the manager owns the reply, which owns the body.
    QPointer<QNetworkReply> m_reply;
    QPointer<OneShotBody> m_body;
    ReplyState m_state;
    std::chrono::nanoseconds m_began{0};
    std::chrono::nanoseconds m_queuedFor{0};
    QByteArray m_leftover;
    qint64 m_readBufferSize = 0;
    bool m_isRunning = false;
    bool m_isAnswered = false;
    bool m_isReused = false;
    bool m_mayRepeat = false;
};

} // namespace Retryscope
