// SPDX-License-Identifier: MIT
#include "core/retry/attemptrunner_p.h"

#include "core/retry/certificatecause.h"
#include "core/retry/deafness_p.h"
#include "core/retry/heldback_p.h"
#include "core/retry/httpstatus_p.h"
#include "core/retry/proxyinuse_p.h"
#include "core/retry/replyhead_p.h"

#include <algorithm>

namespace Retryscope {

namespace {

// QNetworkAccessManager's channelCount in qhttpnetworkconnection.cpp: further requests to the same
// host wait for a connection, and that is not the connect timeout's business.
constexpr int ConnectionsPerHost = 6;

} // namespace

AttemptRunner::AttemptRunner(RequestSpec spec, std::shared_ptr<RequesterServices> services,
                             QObject *parent)
    : QObject(parent)
    , m_spec(std::move(spec))
    , m_services(std::move(services))
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
    if (m_isRunning)
        --m_services->inFlight[m_spec.origin()];
    releaseReply();
}

void AttemptRunner::start()
{
    m_isRunning = true;
    m_began = m_services->clock->now();
    const int inFlight = ++m_services->inFlight[m_spec.origin()];
    QNetworkAccessManager *manager = m_services->manager;
    if (!manager) {
        stop(ReplyState::EndedBy::ManagerGone);
        return;
    }
    m_state = stateBefore(m_spec);
    m_state.queued = inFlight > ConnectionsPerHost;
    takeOverTransferTimeout(m_spec, *manager);
    const QNetworkProxy proxy = proxyInUse(*manager, m_spec.request.url());
    noteProxy(m_state, proxy, m_spec.request.url());
    if (!m_state.proxyIsAddress)
        m_proxyWatch.noteName();
    if (hasSteadyProxies(*manager))
        logInToProxy(m_spec.request, proxy);
    OneShotBody *body = m_spec.body ? new OneShotBody(*m_spec.body) : nullptr;
    if (inFlight > 1)
        m_services->budget(m_spec).noteSecondConnection();
    m_reply = sendThrough(*manager, m_spec, body);
    // The reply may ask for more of the body until it is destroyed, which is later than this.
    if (body)
        body->setParent(m_reply);
    m_body = body;
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
        watch(TimeoutKind::Connect, m_spec.timeouts.connect);
    if (m_mayRepeat && isPerhapsHeldBack(m_spec, *m_services)) {
        m_eventTimer.start(HeldBackLimit, [this] {
            if (!m_state.connectStarted && m_state.sends == 0 && !isReplyFinished())
                stop(ReplyState::EndedBy::HeldBack);
        });
    }
}

void AttemptRunner::connectReply()
{
    QNetworkReply *reply = m_reply;
    m_news.listenTo(*reply);
    // At once: the handshake waits for ignoreSslErrors() only as long as the signal lasts.
    connect(reply, &QNetworkReply::sslErrors, this, &AttemptRunner::onSslErrors);
    connect(reply, &QNetworkReply::preSharedKeyAuthenticationRequired, this,
            &AttemptRunner::preSharedKeyAuthenticationRequired);
}

void AttemptRunner::onNews(const ReplyNews::Item &item)
{
    using Kind = ReplyNews::Item::Kind;
    if (!m_isRunning)
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
        return Q_EMIT redirected(item.url);
    case Kind::DownloadProgress:
        return Q_EMIT downloadProgress(item.done, item.total);
    case Kind::UploadProgress:
        return Q_EMIT uploadProgress(item.done, item.total);
    case Kind::Finished:
        return onFinished();
    case Kind::Gone:
        // With its manager, or by a receiver of QNetworkAccessManager::finished().
        return stop(ReplyState::EndedBy::ManagerGone);
    }
}

void AttemptRunner::releaseReply()
{
    // Guarded: abort() emits finished(), and a receiver of the manager's may do anything.
    const QPointer<QNetworkReply> reply = std::exchange(m_reply, nullptr);
    if (!reply)
        return;
    reply->disconnect(this);
    m_news.leave(*reply);
    // A reply that has told its error, and not its end yet, warns about a second one.
    if (reply->isFinished() || reply->error() == QNetworkReply::NoError)
        reply->abort();
    if (!reply)
        return;
    // What the HTTP thread still posts must not reach the aborted reply: it would warn about a
    // second error.
    reply->installEventFilter(new Deafness(reply));
    reply->deleteLater();
}

void AttemptRunner::stop(ReplyState::EndedBy by, TimeoutKind timer, std::chrono::milliseconds limit)
{
    if (!m_isRunning)
        return;
    updateState();
    m_state.endedBy = by;
    m_state.timer = timer;
    m_state.timerLimit = limit;
    // abort() closes the inner reply; what has arrived belongs to the caller all the same.
    if (QNetworkReply *arriving = m_reply; arriving && m_isAnswered)
        m_leftover = arriving->readAll();
    end();
    releaseReply();
    QMetaObject::invokeMethod(this, &AttemptRunner::ended, Qt::QueuedConnection);
}

void AttemptRunner::end()
{
    m_isRunning = false;
    --m_services->inFlight[m_spec.origin()];
    m_phaseTimer.stop();
    m_eventTimer.stop();
    m_proxyWatch.stop();
}

void AttemptRunner::onConnectStarted(std::chrono::nanoseconds stamp)
{
    // Once: Qt may connect again and again behind one reply, and the limit is for all of it.
    if (m_state.queued && !m_state.connectStarted)
        watch(TimeoutKind::Connect, m_spec.timeouts.connect);
    leaveQueue();
    m_state.connectStarted = true;
    ++m_state.connects;
    // Qt 6.4 does not tell that a body of no bytes was sent.
    const bool isSilent = m_spec.body && m_spec.body->isEmpty();
    const bool isThrough = m_state.encrypted || m_state.sends > 0 || isSilent;
    if (m_state.proxy != ReplyState::Proxy::None && !isThrough)
        m_proxyWatch.noteConnect(m_state.connects, m_services->inFlight[m_spec.origin()] == 1);
    Q_EMIT advanced(Milestone::ConnectStarted, stamp);
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
    Q_EMIT advanced(Milestone::Encrypted, stamp);
}

void AttemptRunner::onRequestSent(std::chrono::nanoseconds stamp)
{
    leaveQueue();
    m_proxyWatch.stop();
    m_isReused = m_isReused || (m_state.sends == 0 && !m_state.connectStarted);
    if (++m_state.sends == 1 && !m_isAnswered)
        watch(TimeoutKind::FirstByte, m_spec.timeouts.firstByte);
    Q_EMIT advanced(Milestone::RequestSent, stamp);
}

void AttemptRunner::onSslErrors(const QList<QSslError> &errors)
{
    if (!m_isRunning)
        return;
    m_state.certificateError = certificateCause(errors);
    Q_EMIT sslErrors(errors);
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
    Q_EMIT advanced(Milestone::HeadReceived, m_services->clock->now());
    if (self)
        Q_EMIT answered();
}

void AttemptRunner::onReadyRead()
{
    if (!m_isAnswered)
        return;
    watchBytes();
    Q_EMIT readyRead();
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
    judgeLoss(m_state, m_services->budget(m_spec), m_body != nullptr);
    const bool isHeadNew = m_state.isAnswered() && !m_isAnswered;
    end();
    // Through the event loop where a FailureInspector may still learn something, or where the head
    // is yet to be told: its receiver may run a loop of its own and wait there for the end.
    const bool isAtOnce = m_state.qtError == QNetworkReply::NoError && !isHeadNew;
    const auto how = isAtOnce ? Qt::DirectConnection : Qt::QueuedConnection;
    QMetaObject::invokeMethod(this, &AttemptRunner::ended, how);
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
    if (m_state.http2 && m_state.sends > 0)
        m_services->http2Origins.insert(m_spec.origin());
    // Qt 6.4 emits no requestSent() for a body of no bytes (qhttpprotocolhandler.cpp,
    // WritingState).
    const bool isSilent = m_spec.body && m_spec.body->isEmpty() && m_state.sends == 0;
    const bool isConnected = m_state.status > 0 || m_state.encrypted
                             || (!m_state.isTls && isConnectionLost(m_state.qtError));
    if (isSilent && isConnected)
        m_state.sends = 1;
    m_state.requestLeft = m_state.requestLeft || m_state.sends > 0 || m_state.status > 0;
}

// Finished already, only the news has not arrived.
bool AttemptRunner::isReplyFinished() const
{
    return m_reply && m_reply->isFinished();
}

void AttemptRunner::watch(TimeoutKind kind, std::chrono::milliseconds limit)
{
    if (limit.count() == 0) {
        m_phaseTimer.stop();
        return;
    }
    m_phaseTimer.start(limit, [this, kind, limit] {
        if (!isReplyFinished())
            stop(ReplyState::EndedBy::Timer, kind, limit);
    });
}

void AttemptRunner::watchBytes()
{
    const auto limit = m_spec.timeouts.idleBytes;
    if (limit.count() == 0) {
        m_phaseTimer.stop();
        return;
    }
    m_phaseTimer.start(limit, [this, limit] {
        if (isReplyFinished())
            return;
        // It is the caller who does not read, not the server who does not send.
        const QNetworkReply *reply = m_reply;
        const bool isFull =
            m_readBufferSize > 0 && reply && reply->bytesAvailable() >= m_readBufferSize;
        if (isFull)
            watchBytes();
        else
            stop(ReplyState::EndedBy::Timer, TimeoutKind::IdleBytes, limit);
    });
}

void AttemptRunner::watchEvents()
{
    const auto limit = m_spec.timeouts.idleEvents;
    if (limit.count() == 0)
        return;
    m_eventTimer.start(limit, [this, limit] {
        if (!isReplyFinished())
            stop(ReplyState::EndedBy::Timer, TimeoutKind::IdleEvents, limit);
    });
}

void AttemptRunner::noteContentEvent()
{
    if (m_isRunning && m_isAnswered)
        watchEvents();
}

} // namespace Retryscope

#include "moc_attemptrunner_p.cpp"
