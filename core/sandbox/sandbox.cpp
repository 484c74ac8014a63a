// SPDX-License-Identifier: MIT
#include "core/sandbox/sandbox.h"

#include "core/base/logging.h"
#include "core/fault/faultcatalogue.h"
#include "core/llm/dialect.h"
#include "core/sandbox/answermaker_p.h"
#include "core/sandbox/sandboxconnection_p.h"
#include "core/sandbox/sandboxlistener_p.h"
#include "core/tls/forge.h"

#include <QtCore/QCryptographicHash>
#include <QtNetwork/QSslSocket>

#include <cmath>
#include <optional>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

// Each costs some memory at most (sandboxconnection.cpp): this bounds the sum.
constexpr qsizetype mostConnections = 256;
constexpr int mostTokens = 100'000;

QString problemWith(const SandboxOptions &options)
{
    if (options.tokens < 1 || options.tokens > mostTokens)
        return "The length of an answer must lie between 1 and "_L1 + QString::number(mostTokens)
               + " tokens, not "_L1 + QString::number(options.tokens) + u'.';
    if (!(options.tokensPerSecond >= 0.01 && options.tokensPerSecond <= 1e6))
        return "The rate must lie between 0.01 and 1000000 tokens per second, not "_L1
               + QString::number(options.tokensPerSecond) + u'.';
    if (options.firstToken.count() < 0 || options.firstToken > std::chrono::minutes(10))
        return "The wait before the first token must lie between 0 and 600000 milliseconds, not "_L1
               + QString::number(options.firstToken.count()) + u'.';
    if (options.requestsPerMinute < 0)
        return u"The limit of requests per minute must be 0 (no limit) or more."_s;
    if (options.tls && !QSslSocket::supportsSsl())
        return u"Qt found no TLS library, so the sandbox cannot listen with TLS."_s;
    if (options.http2 && !options.tls)
        return u"The sandbox offers HTTP/2 over TLS only, and TLS is off."_s;
    return {};
}

//! Of a request without a dialect nobody knows in time what the sandbox will answer.
QString whyNoRawPlace(const Fault &fault)
{
    const FaultDescriptor &descriptor = faultDescriptor(fault.kind);
    if (descriptor.phase != FaultDescriptor::Phase::Stream)
        return {};
    return u'"' + descriptor.name
           + "\" lies in a dialect's stream, and a raw request has no dialect: choose one."_L1;
}

} // namespace

class Sandbox::Private
{
public:
    Private(Sandbox *sandbox, Clock *usedClock) : q(sandbox), clock(usedClock) {}

    std::unique_ptr<SandboxListener> listen(quint16 port, bool overTls);
    void accept(qintptr descriptor, bool overTls);
    SandboxAnswer answer(const HttpRequestParser &request, RequestWay way);
    void planFault(SandboxAnswer &made);

    Sandbox *q;
    Clock *clock;
    SandboxScript script;
    std::optional<AnswerMaker> maker;
    QString errorString;
    std::unique_ptr<Forge> forge;
    Credential credential;
    bool offersHttp2 = false;
    std::unique_ptr<SandboxListener> http;
    std::unique_ptr<SandboxListener> https;
    QList<SandboxConnection *> connections; // children of q, oldest first
    FaultPlan plan;
    int planPosition = 0;
    std::optional<std::pair<int, Fault>> fixedFault;
    int requestCount = 0;
};

std::unique_ptr<SandboxListener> Sandbox::Private::listen(quint16 port, bool overTls)
{
    auto listener = std::make_unique<SandboxListener>(
        [this, overTls](qintptr descriptor) { accept(descriptor, overTls); }, q);
    if (listener->listen(QHostAddress::LocalHost, port))
        return listener;
    errorString = "The sandbox cannot listen on 127.0.0.1, port "_L1 + QString::number(port)
                  + ": "_L1 + listener->errorString() + u'.';
    return nullptr;
}

void Sandbox::Private::accept(qintptr descriptor, bool overTls)
{
    if (connections.size() >= mostConnections) {
        const auto idle = std::find_if(connections.begin(), connections.end(),
                                       [](SandboxConnection *c) { return c->isIdle(); });
        if (idle == connections.end()) {
            qCWarning(lcSandbox, "closed a new connection: %lld are open and none is idle",
                      qlonglong(connections.size()));
            QTcpSocket turnedAway;
            turnedAway.setSocketDescriptor(descriptor);
            return;
        }
        (*idle)->abandon();
        connections.erase(idle);
    }
    auto *connection = new SandboxConnection(
        descriptor, overTls ? ConnectionOffer{credential, offersHttp2} : ConnectionOffer(), clock,
        {[this](const HttpRequestParser &request, RequestWay way) { return answer(request, way); },
         [this](const SandboxAnswer &made) {
             Q_EMIT q->faultInjected(made.number, made.attempt, made.fault, clock->now());
         }},
        q);
    connections.append(connection);
    QObject::connect(connection, &SandboxConnection::closed, q,
                     [this, connection] { connections.removeOne(connection); });
}

SandboxAnswer Sandbox::Private::answer(const HttpRequestParser &request, RequestWay way)
{
    ++requestCount;
    SandboxAnswer made = maker->answerTo(request, requestCount);
    const SandboxRequest seen{
        requestCount,
        request.method(),
        request.target(),
        request.bodySize(),
        QCryptographicHash::hash(request.body(), QCryptographicHash::Sha256),
        way.overTls,
        way.overHttp2,
    };
    made.overHttp2 = way.overHttp2;
    planFault(made);
    // Last, because a receiver may stop the sandbox or set the fault of the next request.
    Q_EMIT q->requestArrived(seen);
    return made;
}

void Sandbox::Private::planFault(SandboxAnswer &made)
{
    Fault fault;
    if (fixedFault) {
        made.attempt = fixedFault->first;
        fault = fixedFault->second;
        // In a run both know the plan, and the tap makes what it can.
        if (faultDescriptor(fault.kind).site == FaultSite::Tap)
            return;
    } else {
        made.attempt = ++planPosition;
        fault = plan.forAttempt(planPosition);
    }
    if (fault.isNone())
        fault = made.scripted;
    if (!fault.isNone() && !made.apply(fault))
        qCDebug(lcSandbox, "a planned fault has no place in the answer to request %d", made.number);
}

Sandbox::Sandbox(Clock *clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, clock))
{
    qRegisterMetaType<Retryscope::SandboxRequest>();
    qRegisterMetaType<Retryscope::Fault>();
    qRegisterMetaType<std::chrono::nanoseconds>("std::chrono::nanoseconds");
}

Sandbox::~Sandbox()
{
    stop();
}

bool Sandbox::makes(const Fault &fault)
{
    return isMadeBySandbox(fault.kind);
}

std::optional<InputError> Sandbox::checkPlaceable(const FaultPlan &plan, const QString &dialect,
                                                  bool streamed)
{
    const DialectVoice *const voice = DialectVoice::find(dialect);
    for (qsizetype i = 0; i < plan.faults().size(); ++i) {
        const Fault &fault = plan.faults()[i];
        const QString why =
            voice ? whyNoPlace(fault, *voice, streamed, voice->dialect().facts().framing)
                  : whyNoRawPlace(fault);
        if (!why.isEmpty())
            return InputError{
                u"faultPlan"_s, "Entry "_L1 + QString::number(i + 1) + ": "_L1 + why, {}};
    }
    return {};
}

bool Sandbox::start(const SandboxOptions &options)
{
    stop();
    d->errorString = problemWith(options);
    if (!d->errorString.isEmpty())
        return false;
    d->offersHttp2 = options.http2;
    d->maker.emplace(d->clock, options, d->script);
    if (options.tls) {
        d->forge = std::make_unique<Forge>();
        d->credential = d->forge->issue({.names = {u"localhost"_s, u"127.0.0.1"_s, u"::1"_s}});
        if (d->credential.key.isNull()) {
            d->errorString = u"The sandbox cannot make its certificate; the log says why."_s;
            stop();
            return false;
        }
    }
    d->http = d->listen(options.httpPort, false);
    if (d->http && options.tls)
        d->https = d->listen(options.httpsPort, true);
    const bool listening = d->http && (d->https || !options.tls);
    if (!listening)
        stop();
    return listening;
}

void Sandbox::stop()
{
    d->http.reset();
    d->https.reset();
    const QList<SandboxConnection *> connections = std::exchange(d->connections, {});
    for (SandboxConnection *connection : connections)
        connection->abandon();
    d->credential = {};
    d->forge.reset();
}

QString Sandbox::errorString() const
{
    return d->errorString;
}

quint16 Sandbox::httpPort() const
{
    return d->http ? d->http->serverPort() : 0;
}

quint16 Sandbox::httpsPort() const
{
    return d->https ? d->https->serverPort() : 0;
}

QSslCertificate Sandbox::authority() const
{
    return d->forge ? d->forge->authority() : QSslCertificate();
}

void Sandbox::setScript(const SandboxScript &script)
{
    d->script = script;
}

void Sandbox::setPlan(const FaultPlan &plan)
{
    d->plan = plan;
    d->planPosition = 0;
    d->fixedFault.reset();
}

void Sandbox::setFault(int attempt, const Fault &fault)
{
    d->fixedFault = {attempt, fault};
}

int Sandbox::requestCount() const
{
    return d->requestCount;
}

void Sandbox::resetRequestCount()
{
    d->requestCount = 0;
}

} // namespace Retryscope

#include "moc_sandbox.cpp"
