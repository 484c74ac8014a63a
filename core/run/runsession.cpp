// SPDX-License-Identifier: MIT
#include "core/run/runsession_p.h"

#include "core/base/version.h"
#include "core/llm/responsefacts.h"
#include "core/run/runjson_p.h"
#include "core/run/verdictwords_p.h"
#include "core/run/wirehost_p.h"
#include "core/tap/tap.h"

namespace Retryscope {

using namespace Qt::StringLiterals;
using std::chrono::duration_cast;
using std::chrono::microseconds;

namespace {

// Enough to keep a fast stream flowing, and a bound on what a busy window can make pile up.
constexpr qint64 readBufferSize = 4 * 1024 * 1024;

// Some endpoints keep the connection open behind the last event. What may still come then changes
// nothing.
constexpr std::chrono::seconds lingerTime{2};

// Qt needs a moment to read what came with the end of a connection: so many steps without a byte. A
// loop that stood still, in a dialog or a suspended machine, takes one when it goes on, and then
// has what was waiting before the next.
constexpr std::chrono::milliseconds lossStep{500};
constexpr int lossSteps = 4;

} // namespace

RunSession::RunSession(Setup setup, Clock *clock, WireHost *wire, Trace *trace, QObject *parent)
    : QObject(parent)
    , m_setup(std::move(setup))
    , m_clock(clock)
    , m_wire(wire)
    , m_dialect(Dialect::find(m_setup.scenario.dialect))
    , m_recorder(trace, clock, m_setup.origin, m_setup.redactor)
    , m_reader(
          m_dialect, m_dialect->flavourAt(m_setup.url),
          [this](const StreamEvent &event) { handleEvent(event); },
          [this](const Delta &delta) { handleDelta(delta); })
    , m_random(m_setup.scenario.seed)
    , m_requester(&m_manager, clock, &m_random)
{
    m_manager.setAutoDeleteReplies(false);
    m_requester.setPolicy(m_setup.scenario.policy);
    m_requester.setTimeouts(m_setup.scenario.timeouts);
    if (m_setup.scenario.useTap)
        m_requester.setFailureInspector(&m_witness);
    else
        m_manager.setProxy(m_setup.proxy);
}

RunSession::~RunSession()
{
    // Gone before the members that its signals would reach.
    if (m_reply)
        m_reply->disconnect(this);
    delete m_reply;
}

void RunSession::start()
{
    connectWire();
    recordStart();
    const Scenario &scenario = m_setup.scenario;
    if (scenario.useTap)
        m_wire->setPlan(m_setup.generation,
                        m_setup.sandbox ? scenario.faults.withoutSandboxFaults() : scenario.faults,
                        m_setup.proxy, m_setup.termination);
    m_reply =
        m_requester.sendCustomRequest(m_setup.built.request, scenario.method, m_setup.built.body);
    // Through the tap it is the tap that holds back; see Tap::setReader().
    m_reply->setReadBufferSize(readBufferSize);
    if (scenario.insecure)
        m_reply->ignoreSslErrors();
    connectReply();
    if (m_stopAsked)
        m_reply->abort();
}

void RunSession::stop()
{
    m_stopAsked = true;
    if (m_reply)
        m_reply->abort();
}

void RunSession::retryNow()
{
    if (!m_reply || m_waitAfter == 0)
        return;
    m_waitCut = true;
    m_reply->retryNow();
}

void RunSession::connectWire()
{
    if (m_setup.scenario.useTap) {
        connect(m_wire->tap(), &Tap::wireEvent, this,
                [this](quint64 generation, const WireEvent &event) {
                    // News of an earlier run, or of this one after its last event.
                    if (generation != m_setup.generation || m_ended)
                        return;
                    m_witness.see(event);
                    m_recorder.wire(event);
                    watchLoss();
                });
    }
    if (!m_setup.sandbox)
        return;
    connect(m_wire->sandbox(), &Sandbox::requestArrived, this,
            [this] { m_sandboxRequests += m_ended ? 0 : 1; });
    connect(m_wire->sandbox(), &Sandbox::faultInjected, this,
            [this](int, int attempt, const Fault &fault, std::chrono::nanoseconds stamp) {
                if (m_ended)
                    return;
                m_witness.noteSimulated(attempt);
                m_recorder.sandboxFault(attempt, fault, stamp);
            });
}

void RunSession::connectReply()
{
    connect(m_reply, &RetryingReply::attemptStarted, this, &RunSession::beginAttempt);
    connect(m_reply, &RetryingReply::attemptAdvanced, this, &RunSession::advance);
    connect(m_reply, &QNetworkReply::sslErrors, this,
            [this](const QList<QSslError> &errors) { m_sslErrors = errors; });
    connect(m_reply, &RetryingReply::attemptFailed, this, &RunSession::failAttempt);
    connect(m_reply, &RetryingReply::retryDecided, this,
            [this](int attempt, const RetryDecision &decision) {
                if (!m_lingered)
                    m_recorder.decided(attempt, decision);
            });
    connect(m_reply, &RetryingReply::retryScheduled, this, [this](int attempt, microseconds delay) {
        m_waitAfter = attempt;
        m_waitCut = false;
        m_summary.waits.append(delay);
        m_recorder.waitStarted(attempt, delay);
    });
    connect(m_reply, &QNetworkReply::readyRead, this, &RunSession::readBody);
    connect(m_reply, &QNetworkReply::finished, this, &RunSession::end);
}

void RunSession::recordStart()
{
    m_recorder.runStarted({{u"schema"_s, Scenario::Schema},
                           {u"version"_s, versionString()},
                           {u"qt"_s, QString::fromLatin1(qVersion())},
                           {u"endpoint"_s, shownUrl()},
                           {u"dialect"_s, m_dialect->id()},
                           {u"seed"_s, m_setup.scenario.toJson().value("seed"_L1)},
                           {u"scenario"_s, m_setup.asked.withoutSecrets().toJson()}});
}

QString RunSession::shownUrl() const
{
    if (m_setup.values.isEmpty())
        return m_setup.redactor.url(m_setup.url);
    // The names first: where a secret came from a variable, its name is there to be seen.
    const QString url = m_setup.url.toString(QUrl::FullyEncoded | QUrl::RemoveUserInfo);
    return m_setup.redactor.text(m_setup.values.hide(url));
}

QByteArray RunSession::shownHeader(const QByteArray &name) const
{
    const QByteArray value = m_setup.built.request.rawHeader(name);
    return m_setup.values.hide(QString::fromUtf8(value)).toUtf8();
}

void RunSession::beginAttempt(int attempt)
{
    endWait();
    m_attempt = attempt;
    m_attemptBegan = m_clock->now();
    m_attemptOpen = true;
    const Scenario &scenario = m_setup.scenario;
    if (scenario.useTap)
        m_manager.setProxy(
            m_wire->tap()->proxyFor(m_setup.generation, attempt, m_setup.url.host()));
    if (m_setup.sandbox)
        m_wire->setSandboxFault(attempt, scenario.faults.forAttempt(attempt));
    signAttempt();

    QList<QNetworkReply::RawHeaderPair> headers;
    for (const QByteArray &name : m_setup.built.request.rawHeaderList())
        headers.append({name, shownHeader(name)});
    m_recorder.attemptStarted(attempt, shownUrl(), scenario.method, m_recorder.headers(headers),
                              m_setup.built.body.size());
}

void RunSession::signAttempt()
{
    if (!m_setup.built.signer)
        return;
    for (const HeaderField &header : m_setup.built.signer->sign(m_setup.calendar())) {
        m_reply->setRequestHeader(header.name, header.value);
        m_setup.built.request.setRawHeader(header.name, header.value);
        // An endpoint may send them back.
        m_setup.redactor.addSecretsOfHeader(header.name, header.value);
        m_recorder.addSecretsOfHeader(header.name, header.value);
    }
}

void RunSession::advance(int attempt, Milestone milestone, std::chrono::nanoseconds stamp)
{
    m_recorder.advanced(attempt, milestone, stamp, *m_reply, m_setup.scenario.useTap);
    if (milestone == Milestone::Encrypted)
        tellCertificates(attempt);
    if (milestone != Milestone::HeadReceived)
        return;
    m_begun = true;
    m_summary.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    QList<HeaderField> headers;
    for (const QNetworkReply::RawHeaderPair &header : m_reply->rawHeaderPairs())
        headers.append({header.first, header.second});
    const auto facts = ResponseFacts::read(headers, m_dialect->facts(), m_setup.calendar());
    m_summary.requestId = QString::fromUtf8(facts.requestId);
    m_summary.askedWait = facts.retryAfter;
    m_reader.begin(m_summary.status, m_reply->rawHeader("Content-Type"), m_setup.built.stream,
                   m_reply->rawHeader("Content-Encoding"));
}

void RunSession::tellCertificates(int attempt)
{
    m_recorder.certificates(attempt, m_reply->sslConfiguration().peerCertificateChain(),
                            std::exchange(m_sslErrors, {}));
}

void RunSession::failAttempt(int attempt, const Failure &failure)
{
    readBody();
    m_attemptOpen = false;
    m_lossWatch.reset();
    const QList<AttemptRecord> records = m_reply->attempts();
    const AttemptRecord record = records.value(attempt - 1);
    if (failure.kind == FailureKind::Certificate)
        tellCertificates(attempt);
    m_recorder.attemptFinished(record, m_lingered ? std::nullopt : std::optional(failure),
                               m_witness.isSimulated(attempt));
}

void RunSession::endWait()
{
    if (m_waitAfter == 0)
        return;
    const QList<AttemptRecord> records = m_reply->attempts();
    const microseconds late = records.isEmpty() ? microseconds(0) : records.last().late;
    m_recorder.waitFinished(m_waitAfter, m_waitCut ? microseconds(0) : late, m_waitCut);
    m_waitAfter = 0;
}

void RunSession::readBody()
{
    if (!m_begun || !m_reply->isOpen())
        return;
    const QByteArray bytes = m_reply->readAll();
    if (bytes.isEmpty())
        return;
    if (m_setup.keepsBody)
        m_recorder.keepBody(bytes);
    m_recorder.bodyData(m_attempt, m_reader.bytes(), bytes.size());
    m_reader.feed(bytes, m_clock->now() - m_attemptBegan);
    watchLinger();
    watchLoss();
}

void RunSession::watchLinger()
{
    if (m_linger || !m_reader.isDecided())
        return;
    m_linger = m_clock->createTimer();
    m_linger->start(lingerTime, [this] {
        m_lingered = true;
        m_reply->abort();
    });
}

//! Qt may wait for ever for a connection that has ended.
void RunSession::watchLoss()
{
    m_lossWatch.reset();
    if (!m_attemptOpen || !m_witness.isConnectionLost(m_attempt))
        return;
    m_lossStepsLeft = lossSteps;
    m_lossWatch = m_clock->createTimer();
    m_lossWatch->start(lossStep, [this] { stepLoss(); });
}

void RunSession::stepLoss()
{
    if (--m_lossStepsLeft > 0)
        m_lossWatch->start(lossStep, [this] { stepLoss(); });
    else
        m_reply->noteConnectionLost();
}

void RunSession::handleEvent(const StreamEvent &event)
{
    m_recorder.streamEvent(m_attempt, event);
    if (event.content)
        m_reply->noteContentEvent();
}

void RunSession::handleDelta(const Delta &delta)
{
    const bool token = delta.kind == DeltaKind::Text || delta.kind == DeltaKind::Reasoning
                       || delta.kind == DeltaKind::Tool;
    if (token && !m_summary.firstToken)
        m_summary.firstToken = duration_cast<microseconds>(m_clock->now() - m_setup.origin);
    m_recorder.delta(m_attempt, delta);
}

void RunSession::end()
{
    readBody();
    m_linger.reset();
    m_lossWatch.reset();
    m_waitCut = m_waitAfter != 0;
    endWait();
    closeAttempt();
    judge();
    summarize();
    QJsonObject fields = m_summary.toJson();
    fields.remove(u"text"_s);
    fields.remove(u"reasoning"_s);
    m_recorder.runFinished(fields);
    m_ended = true;
    Q_EMIT finished();
}

void RunSession::closeAttempt()
{
    if (!m_attemptOpen)
        return;
    m_attemptOpen = false;
    const QList<AttemptRecord> records = m_reply->attempts();
    if (!records.isEmpty())
        m_recorder.attemptFinished(records.last(), m_reply->failure(),
                                   m_witness.isSimulated(records.last().number));
}

} // namespace Retryscope
