// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/attempt.h"
#include "core/retry/attemptlistener_p.h"
#include "core/retry/classify.h"
#include "core/retry/connectionbook_p.h"
#include "core/retry/lazytimer_p.h"
#include "core/retry/oneshotbody_p.h"
#include "core/retry/proxywatch.h"
#include "core/retry/replynews_p.h"
#include "core/retry/requestspec_p.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>

#include <chrono>
#include <memory>
#include <optional>

namespace Retryscope {

//! \brief One attempt: one reply of QNetworkAccessManager, watched over by timers of our own,
//! because QNetworkAccessManager can wait for ever.
//!
//! Its listener is never called from inside one of the inner reply's signals (but for the two of
//! the handshake, which Qt waits for), so that it may destroy anything, the manager included.
class AttemptRunner final : public QObject
{
    Q_OBJECT
public:
    //! \a spec: prepared. \a listener must outlive this object or forget() must be called.
    AttemptRunner(RequestSpec spec, std::shared_ptr<RequesterServices> services,
                  AttemptListener *listener);
    ~AttemptRunner() override;

    void start();

    //! Tells nobody anything from now on.
    void forgetListener() { m_listener = nullptr; }

    //! Ends the attempt at once; its end is told through the event loop. What has arrived can still
    //! be read.
    void stop(ReplyState::EndedBy by, TimeoutKind timer = TimeoutKind::Total,
              std::chrono::milliseconds limit = {});

    bool isRunning() const { return m_isRunning; }

    //! Where the attempt stands or, after its end, stood.
    const ReplyState &state() const { return m_state; }

    bool isReused() const { return m_isReused; }

    //! How long it has waited for a connection of QNetworkAccessManager's.
    std::chrono::nanoseconds queuedFor() const;

    //! Null once it is gone.
    QNetworkReply *reply() const { return m_reply; }

    //! Of its connection, also when the reply is gone; without one, what was asked for.
    QSslConfiguration sslConfiguration() const;

    //! Another attempt may follow: then what Qt holds back is worth giving up.
    void setMayRepeat(bool mayRepeat) { m_mayRepeat = mayRepeat; }

    void noteContentEvent();
    void noteConnectionLost();
    void setReadBufferSize(qint64 size);
    qint64 bytesAvailable() const;
    bool canReadLine() const;
    qint64 read(char *data, qint64 maxSize);

private:
    QNetworkReply *send(QNetworkAccessManager &manager, const QNetworkProxy &proxy);
    void connectReply();
    void watchConnect();
    void releaseReply();

    void onNews(const ReplyNews::Item &item);
    void onConnectStarted(std::chrono::nanoseconds stamp);
    void onEncrypted(std::chrono::nanoseconds stamp);
    void onRequestSent(std::chrono::nanoseconds stamp);
    void onLateRequestSent(std::chrono::nanoseconds stamp);
    void onSslErrors(const QList<QSslError> &errors);
    void onMetaDataChanged();
    void onReadyRead();
    void onFinished();

    void leaveQueue();
    void updateState();
    void noteHead();
    bool isFollowingRedirect(const QNetworkReply &reply) const;

    //! Finished already, only the news has not arrived.
    bool isReplyFinished() const { return m_reply && m_reply->isFinished(); }

    bool isSilent() const;
    bool isSilentlyConnecting() const;
    void end();
    void tellEnd();
    void watch(std::chrono::nanoseconds limit, ClockTimer::Callback expired);
    void watchFirstByte();
    void watchForAnswer();
    void watchBytes();
    void watchEvents();

    RequestSpec m_spec;
    const std::shared_ptr<RequesterServices> m_services;
    AttemptListener *m_listener;
    LazyTimer m_phaseTimer;
    LazyTimer m_eventTimer;
    ReplyNews m_news;
    ProxyWatch m_proxyWatch;
    // Guarded: the manager owns the reply, which owns the body.
    QPointer<QNetworkReply> m_reply;
    QPointer<OneShotBody> m_body;
    ConnectionUse m_connections;
    //! Of a reply that is gone.
    std::optional<QSslConfiguration> m_sslConfiguration;
    ReplyState m_state;
    std::chrono::nanoseconds m_began{0};
    std::chrono::nanoseconds m_queuedFor{0};
    std::chrono::nanoseconds m_requestSent{0};
    QByteArray m_leftover;
    qint64 m_readBufferSize = 0;
    bool m_isRunning = false;
    bool m_isAnswered = false;
    //! Qt has told the end, and it is about to be passed on.
    bool m_isEndAwaited = false;
    bool m_isReused = false;
    bool m_mayRepeat = false;
};

} // namespace Retryscope
