// SPDX-License-Identifier: MIT
#include "core/run/runner.h"

#include "core/base/logging.h"
#include "core/run/headercheck_p.h"
#include "core/run/runsession_p.h"
#include "core/run/variables.h"
#include "core/run/wirehost_p.h"
#include "core/tap/tap.h"

#include <QtCore/QPointer>
#include <QtCore/QProcessEnvironment>
#include <QtNetwork/QSslConfiguration>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! What is wrong with what would be sent.
QList<InputError> checked(const ExpandedScenario &expanded)
{
    const Scenario &scenario = expanded.scenario;
    QList<InputError> errors = scenario.validate();
    if (errors.isEmpty() && !scenario.keyVariable.isEmpty() && expanded.key.isEmpty())
        errors.append(
            {u"key_env"_s,
             u"The environment variable %1 is not set or empty."_s.arg(scenario.keyVariable),
             {}});
    if (!isHeaderValue(expanded.key))
        errors.append({u"key_env"_s,
                       u"The key holds a line break or another control character, which a header "
                       "cannot carry."_s,
                       {}});
    return errors;
}

} // namespace

class Runner::Private
{
public:
    explicit Private(Runner *runner) : q(runner), wire(clock), trace(std::make_shared<Trace>()) {}

    std::optional<InputError> prepare(const ExpandedScenario &expanded, RunSession::Setup &setup);
    void letTapEndTls(const Scenario &scenario, RunSession::Setup &setup);
    std::optional<InputError> chooseProxy(const Scenario &scenario, RunSession::Setup &setup);
    void begin(RunSession::Setup setup);
    void end();

    Runner *q;
    Clock *clock = Clock::system();
    WireHost wire;
    // Before the session, which writes into it until its end.
    std::shared_ptr<Trace> trace;
    std::unique_ptr<RunSession> session;
    SandboxOptions sandboxOptions;
    bool keepsBody = false;
    TraceLimits traceLimits;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    RunSummary summary;
    std::chrono::nanoseconds origin{0};
    quint64 generation = 0;
    bool running = false;
};

std::optional<InputError> Runner::Private::prepare(const ExpandedScenario &expanded,
                                                   RunSession::Setup &setup)
{
    const Scenario &scenario = expanded.scenario;
    const Endpoint endpoint = *Endpoint::parse(scenario.endpoint, *Dialect::find(scenario.dialect),
                                               scenario.chat.model, scenario.chat.stream);
    std::optional<SandboxOptions> sandbox;
    if (endpoint.isSandbox) {
        sandbox = sandboxOptions;
        sandbox->seed = scenario.seed;
        sandbox->http2 = endpoint.sandboxScheme == Endpoint::SandboxScheme::Http2
                         || scenario.faults.needsHttp2();
    }
    if (auto error = wire.start(scenario.useTap, sandbox))
        return error;

    setup.values = expanded.values;
    setup.scenario = scenario;
    // What the plan asks of the endpoint (TLS, HTTP/2) does not hang on what strikes this time.
    setup.scenario.faults = scenario.drawnFaults();
    setup.url = endpoint.url;
    setup.sandbox = endpoint.isSandbox;
    QSslCertificate authority;
    if (endpoint.isSandbox) {
        const bool tls = endpoint.speaksTls(scenario.faults.needsTls());
        setup.url.setScheme(tls ? u"https"_s : u"http"_s);
        // Behind the tap, which resolves it by itself (RFC 6761), a name; without it an address: a
        // bare system may not know localhost.
        setup.url.setHost(scenario.useTap ? u"localhost"_s : u"127.0.0.1"_s);
        setup.url.setPort(wire.sandboxPort(tls));
        authority = wire.sandboxAuthority();
    }
    if (auto error = chooseProxy(scenario, setup))
        return error;
    auto built = buildRequest(scenario, setup.url, expanded.key, authority);
    if (!built)
        return built.error();
    setup.built = *built;
    if (scenario.terminateTls)
        letTapEndTls(scenario, setup);
    setup.redactor.addSecret(expanded.key);
    for (const QByteArray &secret : expanded.secrets)
        setup.redactor.addSecret(secret);
    setup.redactor.addSecretsOf(setup.url);
    if (scenario.useTap)
        setup.redactor.addSecret(wire.tap()->password());
    for (const HeaderField &header : scenario.headers)
        setup.redactor.addSecretsOfHeader(header.name, header.value);
    return {};
}

//! The tap takes over whom the request trusts, and this one request trusts the tap.
void Runner::Private::letTapEndTls(const Scenario &scenario, RunSession::Setup &setup)
{
    QSslConfiguration ssl = setup.built.request.sslConfiguration();
    QList<QSslCertificate> trusted = ssl.caCertificates();
    // Where Qt would look for the system's one by one, when they are needed.
    if (trusted.isEmpty())
        trusted = QSslConfiguration::systemCaCertificates();
    setup.termination = {.isOn = true, .verifies = !scenario.insecure, .authorities = trusted};
    ssl.setCaCertificates(trusted + QList<QSslCertificate>{wire.tapAuthority()});
    setup.built.request.setSslConfiguration(ssl);
}

std::optional<InputError> Runner::Private::chooseProxy(const Scenario &scenario,
                                                       RunSession::Setup &setup)
{
    // The environment's proxy is for the world outside: on this machine it would look for the
    // sandbox at itself.
    if (setup.sandbox && scenario.proxy.kind == ProxyChoice::Kind::Environment)
        return {};
    const ProxySettings settings = scenario.proxy.settings(environment);
    const auto proxy = settings.proxyFor(setup.url);
    if (!proxy)
        return proxy.error();
    setup.proxy = *proxy;
    const QStringList secrets = settings.secrets();
    for (const QString &secret : secrets)
        setup.redactor.addSecret(secret.toUtf8());
    return {};
}

void Runner::Private::begin(RunSession::Setup setup)
{
    // Not deleted here: a slot of its finished() may have started this run. It writes nothing after
    // its end.
    if (RunSession *old = session.release()) {
        old->setParent(q);
        old->deleteLater();
    }
    trace = std::make_shared<Trace>(traceLimits);
    summary = RunSummary{};
    origin = clock->now();
    setup.origin = origin;
    setup.generation = ++generation;
    setup.keepsBody = keepsBody;
    session = std::make_unique<RunSession>(std::move(setup), clock, &wire, trace.get(), nullptr);
    running = true;
    QObject::connect(session.get(), &RunSession::finished, q, [this] { end(); });
    // Guarded: a receiver may destroy the runner.
    const QPointer<Runner> self(q);
    Q_EMIT q->started();
    if (self)
        session->start();
}

void Runner::Private::end()
{
    running = false;
    wire.endPlan();
    summary = session->summary();
    // A copy: a receiver may start the next run, which clears the summary, before another has seen
    // it; or destroy the runner.
    const RunSummary result = summary;
    Q_EMIT q->finished(result);
}

Runner::Runner(QObject *parent) : QObject(parent), d(std::make_unique<Private>(this))
{}

Runner::~Runner() = default;

QList<InputError> Runner::start(const Scenario &scenario, const QByteArray &key)
{
    if (d->running)
        return {{{}, u"A run is under way: stop it first."_s, {}}};
    const ExpandedScenario expanded = ExpandedScenario::of(scenario, key, d->environment);
    QList<InputError> errors = expanded.errors;
    if (errors.isEmpty())
        errors = checked(expanded);
    if (errors.isEmpty()) {
        RunSession::Setup setup;
        setup.asked = scenario;
        if (const auto error = d->prepare(expanded, setup))
            errors.append(*error);
        else
            d->begin(std::move(setup));
    }
    // An error may quote what it finds fault with, and that may be a key in the wrong place.
    for (InputError &error : errors) {
        const QString message = expanded.values.hide(error.message);
        if (message != error.message)
            error.offset.reset();
        error.message = message;
    }
    return errors;
}

void Runner::setEnvironment(const QProcessEnvironment &environment)
{
    d->environment = environment;
}

void Runner::setSandboxOptions(const SandboxOptions &options)
{
    d->sandboxOptions = options;
}

void Runner::setKeepsBody(bool keeps)
{
    d->keepsBody = keeps;
}

void Runner::setTraceLimits(const TraceLimits &limits)
{
    d->traceLimits = limits;
}

bool Runner::isRunning() const
{
    return d->running;
}

Trace *Runner::trace() const
{
    return d->trace.get();
}

std::shared_ptr<const Trace> Runner::sharedTrace() const
{
    return d->trace;
}

Clock *Runner::clock() const
{
    return d->clock;
}

std::chrono::nanoseconds Runner::origin() const
{
    return d->origin;
}

const RunSummary &Runner::summary() const
{
    return d->summary;
}

void Runner::stop()
{
    if (d->running)
        d->session->stop();
}

void Runner::retryNow()
{
    if (d->running)
        d->session->retryNow();
}

} // namespace Retryscope
