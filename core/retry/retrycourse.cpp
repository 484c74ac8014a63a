// SPDX-License-Identifier: MIT
#include "core/retry/retrycourse_p.h"

#include "core/base/logging.h"
#include "core/retry/backoff.h"
#include "core/retry/decide.h"
#include "core/retry/failureinspector.h"
#include "core/retry/requestcheck_p.h"

#include <algorithm>
#include <utility>

namespace Retryscope {

using namespace std::chrono;

namespace {

// As many as one request may be lost to others' connections before it counts as its own failure.
constexpr int MaxUncharged = 255;

} // namespace

RetryCourse::RetryCourse(RequestSpec spec, std::shared_ptr<RequesterServices> services,
                         CourseListener *listener)
    : m_spec(std::move(spec))
    , m_services(std::move(services))
    , m_listener(listener)
    , m_waitTimer(m_services->clock)
    , m_totalTimer(m_services->clock)
    , m_began(m_services->clock->now())
{}

RetryCourse::~RetryCourse()
{
    forgetListener();
    dropBodyReader();
}

void RetryCourse::forgetListener()
{
    m_listener = nullptr;
    if (m_runner)
        m_runner->forgetListener();
}

std::optional<Failure> RetryCourse::begin(QIODevice *device)
{
    if (const auto failure = checkAndReadBody(device)) {
        QMetaObject::invokeMethod(
            this, [this, failure] { conclude(failure); }, Qt::QueuedConnection);
        return failure;
    }
    if (m_spec.timeouts.total.count() > 0) {
        m_totalTimer.start(m_spec.timeouts.total, [this] { giveUp(ReplyState::EndedBy::Timer); });
    }
    if (!m_bodyReader)
        scheduleStart();
    return {};
}

void RetryCourse::scheduleStart()
{
    drawIdempotencyKey(m_spec);
    QMetaObject::invokeMethod(this, &RetryCourse::startAttempt, Qt::QueuedConnection);
}

void RetryCourse::startAttempt()
{
    if (m_isGivingUp || m_isOver)
        return;
    AttemptRecord record;
    record.number = static_cast<int>(m_records.size()) + 1;
    record.started = m_services->clock->now();
    record.late = duration_cast<microseconds>(m_late);
    m_records.append(record);
    qCDebug(lcRetry) << "attempt" << record.number << "to" << m_spec.origin();
    // Guarded here and below: a receiver may destroy this object, or abort.
    const QPointer<RetryCourse> self(this);
    m_listener->onAttemptStarted(record.number);
    if (!self || m_isGivingUp)
        return;
    createRunner();
    m_runner->start();
}

void RetryCourse::createRunner()
{
    RequestSpec spec = m_spec;
    prepareRequest(spec);
    AttemptListener *listener = this;
    m_runner = std::make_unique<AttemptRunner>(std::move(spec), m_services, listener);
    m_runner->setReadBufferSize(m_readBufferSize);
    const bool isLast = m_records.size() - m_uncharged > m_spec.policy.maxRetries;
    m_runner->setMayRepeat(!isLast && m_spec.policy.retries(FailureKind::Http2));
}

void RetryCourse::onAdvanced(Milestone milestone, nanoseconds stamp)
{
    closeRecord(*m_runner);
    // Already: a receiver's own event loop may see the end of the answer before it returns.
    m_isCommitted = m_isCommitted || milestone == Milestone::HeadReceived;
    m_listener->onAttemptAdvanced(m_records.last().number, milestone, stamp);
}

// Before all that belongs to the answer, its end included; once.
void RetryCourse::tellCommit()
{
    if (!m_isCommitted || m_isOver || std::exchange(m_isCommitTold, true))
        return;
    m_listener->onCommitted();
}

void RetryCourse::onAnswered()
{
    tellCommit();
}

void RetryCourse::onReadyRead()
{
    const QPointer<RetryCourse> self(this);
    tellCommit();
    if (self && m_listener)
        m_listener->onReadyRead();
}

void RetryCourse::onDownloadProgress(qint64 received, qint64 total)
{
    if (m_isCommitTold)
        m_listener->onDownloadProgress(received, total);
}

void RetryCourse::onUploadProgress(qint64 sent, qint64 total)
{
    m_listener->onUploadProgress(sent, total);
}

void RetryCourse::onSslErrors(const QList<QSslError> &errors)
{
    m_listener->onSslErrors(errors);
}

void RetryCourse::onPreSharedKeyRequired(QSslPreSharedKeyAuthenticator *authenticator)
{
    m_listener->onPreSharedKeyRequired(authenticator);
}

void RetryCourse::onRedirected(const QUrl &url)
{
    m_listener->onRedirected(url);
}

void RetryCourse::closeRecord(const AttemptRunner &runner)
{
    AttemptRecord &record = m_records.last();
    record.wireSends = runner.state().sends;
    record.reusedConnection = runner.isReused();
    record.queued = runner.queuedFor();
    record.http2 = runner.state().http2;
    record.status = runner.state().isAnswered() ? runner.state().status : 0;
}

void RetryCourse::onAttemptEnded()
{
    if (m_isOver || !m_runner)
        return;
    closeRecord(*m_runner);
    const QPointer<RetryCourse> self(this);
    tellCommit();
    if (!self || m_isOver)
        return;
    std::optional<Failure> failure = classify(m_runner->state());
    if (!failure) {
        m_records.last().finished = m_services->clock->now();
        conclude({});
        return;
    }
    if (m_services->inspector)
        m_services->inspector->inspect(m_records.last().number, *failure);
    if (self)
        failAttempt(*failure);
}

RetryDecision RetryCourse::judge(const Failure &failure, int number)
{
    // Qt fails all that wait in its queue when one connection to their host is lost: that is no
    // fault of theirs, and must not use up their retries; nor go on without end.
    if (failure.kind == FailureKind::Io && failure.phase == AttemptPhase::Queued
        && m_uncharged < MaxUncharged)
        ++m_uncharged;
    const int charged = std::max(1, number - m_uncharged);
    const DrawnWait drawn = drawWait(m_spec.policy, charged - 1, m_services->random->uniform());
    RetryDecision decision = decide(m_spec.policy, failure, charged, drawn, remaining());
    // What has been committed belongs to the caller, whatever the inspector says.
    if (m_isCommitted && decision.retry) {
        decision = {};
        decision.reason = RetryReason::Answered;
    }
    return decision;
}

// Records, tells and judges: goes on with a wait, or ends.
void RetryCourse::failAttempt(const Failure &failure)
{
    const int number = m_records.last().number;
    RetryDecision decision = judge(failure, number);
    m_records.last().finished = m_services->clock->now();
    m_records.last().failure = failure;
    m_records.last().decision = decision;
    if (!m_isCommitted)
        dropRunner();

    // Guarded: a receiver may destroy this object, abort, or run an event loop of its own.
    const QPointer<RetryCourse> self(this);
    m_listener->onAttemptFailed(number, failure);
    if (!self || m_isOver)
        return;
    // Given up inside that signal, or before its news came: then giveUp() has an end under way.
    const bool isCutShort = m_isGivingUp && decision.retry && m_isEndPosted;
    if (m_isGivingUp && decision.retry) {
        decision = {};
        decision.reason = m_givenUpBy == ReplyState::EndedBy::Caller ? RetryReason::Cancelled
                                                                     : RetryReason::NeverRetried;
        m_records.last().decision = decision;
    }
    m_listener->onRetryDecided(number, decision);
    if (!self || m_isOver)
        return;
    if (decision.retry && !m_isGivingUp)
        waitFor(decision, failure);
    else if (!decision.retry && !isCutShort)
        conclude(failure);
}

void RetryCourse::waitFor(const RetryDecision &decision, const Failure &failure)
{
    learnFrom(m_spec, failure, m_records.last().http2);
    m_waitDue = m_services->clock->now() + decision.delay;
    m_waitTimer.start(decision.delay, [this] { onWaited(); });
    m_listener->onRetryScheduled(m_records.last().number, decision.delay);
}

void RetryCourse::onWaited()
{
    m_late = std::max(m_services->clock->now() - m_waitDue, nanoseconds::zero());
    startAttempt();
}

void RetryCourse::retryNow()
{
    if (!m_waitTimer.isActive())
        return;
    m_waitDue = m_services->clock->now();
    m_waitTimer.start(nanoseconds::zero(), [this] { onWaited(); });
}

void RetryCourse::dropRunner()
{
    if (!m_runner)
        return;
    if (m_spec.isTls())
        m_sslConfiguration = m_runner->sslConfiguration();
    // It may be what is calling us.
    m_runner->forgetListener();
    m_runner.release()->deleteLater();
}

void RetryCourse::abort()
{
    giveUp(ReplyState::EndedBy::Caller);
}

void RetryCourse::giveUp(ReplyState::EndedBy by)
{
    if (m_isOver || m_isGivingUp)
        return;
    m_isGivingUp = true;
    m_givenUpBy = by;
    m_waitTimer.stop();
    dropBodyReader();
    if (m_runner && m_runner->isRunning()) {
        m_runner->stop(by, TimeoutKind::Total, m_spec.timeouts.total);
        return;
    }
    m_isEndPosted = true;
    QMetaObject::invokeMethod(
        this,
        [this, by] {
            if (m_isOver)
                return;
            const Failure failure = failureOutsideAttempt(by);
            const bool isOpen = !m_records.isEmpty() && !m_records.last().finished;
            if (isOpen)
                failAttempt(failure);
            else
                conclude(failure);
        },
        Qt::QueuedConnection);
}

// While waiting, or before anything was sent.
Failure RetryCourse::failureOutsideAttempt(ReplyState::EndedBy by) const
{
    ReplyState state;
    state.hostAndPort = m_spec.hostAndPort();
    state.endedBy = by;
    state.queued = true;
    state.timer = TimeoutKind::Total;
    state.timerLimit = m_spec.timeouts.total;
    return *classify(state);
}

void RetryCourse::conclude(const std::optional<Failure> &failure)
{
    if (m_isOver)
        return;
    m_isOver = true;
    m_waitTimer.stop();
    m_totalTimer.stop();
    m_failure = failure;
    if (m_listener)
        m_listener->onEnded();
}

void RetryCourse::noteContentEvent()
{
    if (m_runner)
        m_runner->noteContentEvent();
}

void RetryCourse::noteConnectionLost()
{
    if (m_runner)
        m_runner->noteConnectionLost();
}

QSslConfiguration RetryCourse::sslConfiguration() const
{
    if (m_runner)
        return m_runner->sslConfiguration();
    return m_sslConfiguration.value_or(m_spec.request.sslConfiguration());
}

void RetryCourse::setReadBufferSize(qint64 size)
{
    m_readBufferSize = size;
    if (m_runner)
        m_runner->setReadBufferSize(size);
}

void RetryCourse::setSslConfiguration(const QSslConfiguration &configuration)
{
    m_spec.request.setSslConfiguration(configuration);
}

bool RetryCourse::setRequestHeader(const QByteArray &name, const QByteArray &value)
{
    QNetworkRequest changed = m_spec.request;
    changed.setRawHeader(name, value);
    // Qt 6.8 leaves out by itself what a header cannot carry.
    if (changed.rawHeader(name) != value || checkRequest(changed, m_spec.verb)
        || declaredLength(changed) != declaredLength(m_spec.request))
        return false;
    m_spec.request = changed;
    return true;
}

std::optional<nanoseconds> RetryCourse::remaining() const
{
    if (m_spec.timeouts.total.count() == 0)
        return {};
    return m_began + m_spec.timeouts.total - m_services->clock->now();
}

} // namespace Retryscope

#include "moc_retrycourse_p.cpp"
