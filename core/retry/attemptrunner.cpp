// SPDX-License-Identifier: MIT
#include "core/retry/attemptrunner_p.h"

#include "core/retry/certificatecause.h"
#include "core/retry/heldback_p.h"
#include "core/retry/httpstatus_p.h"
#include "core/retry/proxyinuse_p.h"
#include "core/retry/replyhead_p.h"
#include "core/retry/stricttransport_p.h"

#include <QtNetwork/QSslPreSharedKeyAuthenticator>

#include <algorithm>

namespace Retryscope {

AttemptRunner::AttemptRunner(RequestSpec spec, std::shared_ptr<RequesterServices> services,
                             AttemptListener *listener)
    : m_spec(std::move(spec))
    , m_services(std::move(services))
    , m_listener(listener)
    , m_phaseTimer(m_services->clock)
    , m_eventTimer(m_services->clock)
    , m_news(m_services->clock, [this](const ReplyNews::Item &item) { onNews(item); })
    , m_proxyWatch(m_services->clock, [this] {
        if (!isReplyFinished())
            stop(ReplyState::EndedBy::ProxyWatch);
    })
{}

AttemptRunner::~AttemptRunner()
{
    m_listener = nullptr;
    releaseReply();
}

void AttemptRunner::start()
{
    m_isRunning = true;
    m_began = m_services->clock->now();
    QNetworkAccessManager *manager = m_services->manager;
    if (!manager) {
        stop(ReplyState::EndedBy::ManagerGone);
        return;
    }
    m_spec.request.setUrl(strictlyTransported(m_spec.request.url(), *manager));
    m_state = stateBefore(m_spec);
    takeOverTransferTimeout(m_spec, *manager);
    const QNetworkProxy proxy = proxyInUse(*manager, m_spec.request.url());
    m_connections.begin(*ConnectionBook::of(*manager), connectionKey(m_spec, proxy));
    ConnectionBook::Entry &connections = *m_connections.entry();
    m_state.queued = !connections.isHttp2 && connections.inFlight > connectionsPerHost(m_spec);
    if (connections.inFlight > 1)
        connections.budget.noteSecondConnection();
    m_reply = send(*manager, proxy);
    connectReply();
    if (m_readBufferSize > 0) {
        setReadBufferSize(m_readBufferSize);
        // Once more behind _q_startOperation(): Qt 6.4 and 6.8 pass the size on with a signal,
        // which is lost where a body delays the start of the HTTP side (qnetworkreplyhttpimpl.cpp).
        QMetaObject::invokeMethod(
            this, [this] { setReadBufferSize(m_readBufferSize); }, Qt::QueuedConnection);
    }
    // From here and not from socketStartedConnecting: Qt looks the name up before that signal.
    if (!m_state.queued)
        watchConnect();
    if (m_mayRepeat && isPerhapsHeldBack(m_spec, connections)) {
        m_eventTimer.start(HeldBackLimit, [this] {
            if (!m_state.connectStarted && m_state.sends == 0 && !isReplyFinished())
                stop(ReplyState::EndedBy::HeldBack);
        });
    }
}

QNetworkReply *AttemptRunner::send(QNetworkAccessManager &manager, const QNetworkProxy &proxy)
{
    noteProxy(m_state, proxy, m_spec.request.url());
    if (!m_state.proxyIsAddress)
        m_proxyWatch.noteName();
    if (hasSteadyProxies(manager))
        logInToProxy(m_spec.request, proxy);
    OneShotBody *body = m_spec.body ? new OneShotBody(*m_spec.body, m_services->clock) : nullptr;
    QNetworkReply *reply = sendThrough(manager, m_spec, body);
    // The reply may ask for more of the body until it is destroyed, which is later than this.
    if (body)
        body->setParent(reply);
    m_body = body;
    return reply;
}

void AttemptRunner::connectReply()
{
    QNetworkReply *reply = m_reply;
    const bool isTls = m_state.isTls || m_state.followsRedirects;
    m_news.listenTo(
        *reply,
        {.tls = isTls, .body = m_spec.body.has_value(), .redirects = m_state.followsRedirects});
    // The attempt is ours. Receivers of QNetworkAccessManager::finished() hear of the whole
    // request instead, and may delete or read that reply, as they do; postProcess() in
    // qnetworkaccessmanager.cpp connects with the reply as the context.
    QObject::disconnect(reply, &QNetworkReply::finished, reply, nullptr);
    if (!isTls)
        return;
    // At once: the handshake waits for ignoreSslErrors() only as long as the signal lasts.
    connect(reply, &QNetworkReply::sslErrors, this, &AttemptRunner::onSslErrors);
    connect(reply, &QNetworkReply::preSharedKeyAuthenticationRequired, this,
            [this](QSslPreSharedKeyAuthenticator *authenticator) {
                if (m_listener)
                    m_listener->onPreSharedKeyRequired(authenticator);
            });
}

void AttemptRunner::onNews(const ReplyNews::Item &item)
{
    using Kind = ReplyNews::Item::Kind;
    if (!m_isRunning && m_isEndAwaited && item.kind == Kind::RequestSent)
        return onLateRequestSent(item.stamp);
    if (!m_isRunning || !m_listener)
        return;
    switch (item.kind) {
    case Kind::ConnectStarted:
        return onConnectStarted(item.stamp);
    case Kind::Encrypted:
        return onEncrypted(item.stamp);
    case Kind::RequestSent:
        return onRequestSent(item.stamp);
    case Kind::MetaDataChanged:
        return onMetaDataChanged();
    case Kind::ReadyRead:
        return onReadyRead();
    case Kind::Redirected:
        return m_listener->onRedirected(item.url);
    case Kind::DownloadProgress:
        return m_listener->onDownloadProgress(item.done, item.total);
    case Kind::UploadProgress:
        return m_listener->onUploadProgress(item.done, item.total);
    case Kind::Finished:
        return onFinished();
    case Kind::Gone:
        // With its manager, or by a manager of the caller's own.
        return stop(ReplyState::EndedBy::ManagerGone);
    }
}

void AttemptRunner::releaseReply()
{
    QNetworkReply *reply = std::exchange(m_reply, nullptr);
    if (!reply)
        return;
    if (m_state.isTls)
        m_sslConfiguration = reply->sslConfiguration();
    reply->disconnect(this);
    m_news.leave(*reply);
    // Last, for it emits finished(), and a manager of the caller's own may listen to that and
    // destroy anything. A reply that has told its error, and not its end yet, warns about a second
    // one.
    if (reply->isFinished() || reply->error() == QNetworkReply::NoError)
        reply->abort();
}

QSslConfiguration AttemptRunner::sslConfiguration() const
{
    if (const QNetworkReply *reply = m_reply)
        return reply->sslConfiguration();
    return m_sslConfiguration.value_or(m_spec.request.sslConfiguration());
}

void AttemptRunner::stop(ReplyState::EndedBy by, TimeoutKind timer, std::chrono::milliseconds limit)
{
    if (!m_isRunning)
        return;
    updateState();
    // It may have: who knows whether the connection was made.
    m_state.requestLeft = m_state.requestLeft || isSilentlyConnecting();
    m_state.endedBy = by;
    m_state.timer = timer;
    m_state.timerLimit = limit;
    // abort() closes the inner reply; what has arrived belongs to the caller all the same.
    if (QNetworkReply *arriving = m_reply; arriving && m_isAnswered)
        m_leftover = arriving->readAll();
    end();
    // Before the reply goes: what its end sets off may destroy this object.
    QMetaObject::invokeMethod(this, &AttemptRunner::tellEnd, Qt::QueuedConnection);
    releaseReply();
}

void AttemptRunner::tellEnd()
{
    m_isEndAwaited = false;
    if (m_listener)
        m_listener->onAttemptEnded();
}

void AttemptRunner::end()
{
    m_isRunning = false;
    m_connections.end();
    m_phaseTimer.stop();
    m_eventTimer.stop();
    m_proxyWatch.stop();
}

void AttemptRunner::onConnectStarted(std::chrono::nanoseconds stamp)
{
    // Once: Qt may connect again and again behind one reply, and the limit is for all of it.
    if (m_state.queued && !m_state.connectStarted)
        watchConnect();
    leaveQueue();
    m_state.connectStarted = true;
    ++m_state.connects;
    const bool isThrough = m_state.encrypted || m_state.sends > 0 || isSilent();
    if (m_state.proxy != ReplyState::Proxy::None && !isThrough) {
        const auto *connections = m_connections.entry();
        m_proxyWatch.noteConnect(m_state.connects, connections && connections->inFlight == 1);
    }
    m_listener->onAdvanced(Milestone::ConnectStarted, stamp);
}

// Qt tells nobody that a body of no bytes was sent over HTTP/1.1 (6.4 and 6.8, WritingState in
// qhttpprotocolhandler.cpp).
bool AttemptRunner::isSilent() const
{
    return m_spec.body && m_spec.body->isEmpty() && m_state.sends == 0;
}

// Nor, without TLS, that the connection for it was made.
bool AttemptRunner::isSilentlyConnecting() const
{
    return isSilent() && !m_state.isTls && m_state.connectStarted;
}

void AttemptRunner::leaveQueue()
{
    m_queuedFor = queuedFor();
    m_state.queued = false;
}

std::chrono::nanoseconds AttemptRunner::queuedFor() const
{
    return m_state.queued ? m_services->clock->now() - m_began : m_queuedFor;
}

void AttemptRunner::onEncrypted(std::chrono::nanoseconds stamp)
{
    m_state.encrypted = true;
    m_proxyWatch.stop();
    if (isSilent() && !m_isAnswered)
        watchFirstByte();
    m_listener->onAdvanced(Milestone::Encrypted, stamp);
}

void AttemptRunner::onRequestSent(std::chrono::nanoseconds stamp)
{
    leaveQueue();
    m_proxyWatch.stop();
    m_isReused = m_isReused || (m_state.sends == 0 && !m_state.connectStarted);
    if (++m_state.sends == 1 && !m_isAnswered)
        watchFirstByte();
    m_listener->onAdvanced(Milestone::RequestSent, stamp);
}

// Qt's HTTP thread posts this news to itself first, and the end of the reply overtakes it where
// what ends it is next in that thread's queue (a connection's channel that gives up what it has
// just sent, because the one before is to be repeated).
void AttemptRunner::onLateRequestSent(std::chrono::nanoseconds stamp)
{
    m_state.queued = false;
    m_state.requestLeft = true;
    ++m_state.sends;
    if (m_listener)
        m_listener->onAdvanced(Milestone::RequestSent, stamp);
}

void AttemptRunner::onSslErrors(const QList<QSslError> &errors)
{
    if (!m_isRunning)
        return;
    m_state.certificateError = certificateCause(errors);
    if (m_listener)
        m_listener->onSslErrors(errors);
}

void AttemptRunner::onMetaDataChanged()
{
    const QNetworkReply *reply = m_reply;
    if (!reply)
        return;
    updateState();
    if (m_state.isAnswered() && !isFollowingRedirect(*reply))
        noteHead();
}

// Not by the headers: Qt may have cleared them for the next answer already, this signal is queued.
bool AttemptRunner::isFollowingRedirect(const QNetworkReply &reply) const
{
    return m_state.followsRedirects && isRedirect(m_state.status) && !reply.isFinished();
}

void AttemptRunner::noteHead()
{
    if (m_isAnswered)
        return;
    m_isAnswered = true;
    m_eventTimer.stop();
    // Guarded: a receiver may destroy this object.
    const QPointer<AttemptRunner> self(this);
    if (m_isRunning) {
        watchBytes();
        watchEvents();
    }
    if (m_listener)
        m_listener->onAdvanced(Milestone::HeadReceived, m_services->clock->now());
    if (self && m_listener)
        m_listener->onAnswered();
}

void AttemptRunner::onReadyRead()
{
    if (!m_isAnswered)
        return;
    watchBytes();
    // Not where the caller has been faster than the news.
    if (bytesAvailable() > 0)
        m_listener->onReadyRead();
}

void AttemptRunner::onFinished()
{
    const QNetworkReply *reply = m_reply;
    if (!reply)
        return;
    m_state.qtError = reply->error();
    if (m_state.qtError != QNetworkReply::NoError)
        m_state.qtErrorString = errorText(*reply);
    updateState();
    if (auto *connections = m_connections.entry())
        judgeLoss(m_state, connections->budget, m_body != nullptr);
    const bool isHeadNew = m_state.isAnswered() && !m_isAnswered;
    end();
    // Through the event loop where a FailureInspector may still learn something, or where the head
    // is yet to be told: its receiver may run a loop of its own and wait there for the end.
    if (m_state.qtError == QNetworkReply::NoError && !isHeadNew)
        return tellEnd();
    const bool isSendUnsure = m_state.sends == 0 && m_body && m_body->taken() > 0;
    m_isEndAwaited = m_state.sends == 0;
    QMetaObject::invokeMethod(
        this,
        [this, isSendUnsure] {
            if (isSendUnsure)
                QMetaObject::invokeMethod(this, &AttemptRunner::tellEnd, Qt::QueuedConnection);
            else
                tellEnd();
        },
        Qt::QueuedConnection);
    if (isHeadNew)
        noteHead();
}

void AttemptRunner::updateState()
{
    m_state.received = m_news.received();
    m_state.isRedirected = m_news.isRedirected();
    m_state.isResetWithoutError = m_news.isResetWithoutError();
    if (const OneShotBody *body = m_body) {
        m_state.bodyPending = !body->atEnd();
        m_state.requestLeft = m_state.requestLeft || body->taken() > 0;
    }
    if (const QNetworkReply *reply = m_reply)
        readHead(*reply, m_state);
    if (auto *connections = m_connections.entry(); connections && m_state.sends > 0)
        connections->isHttp2 = connections->isHttp2 || m_state.http2;
    const bool isConnected = m_state.status > 0 || m_state.encrypted
                             || (!m_state.isTls && isConnectionLost(m_state.qtError));
    if (isSilent() && isConnected)
        m_state.sends = 1;
    m_state.requestLeft = m_state.requestLeft || m_state.sends > 0 || m_state.status > 0;
}

} // namespace Retryscope

#include "moc_attemptrunner_p.cpp"
