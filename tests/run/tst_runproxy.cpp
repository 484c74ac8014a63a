// SPDX-License-Identifier: MIT
#include "core/run/runner.h"
#include "tests/support/printers.h"
#include "tests/support/scriptedproxy.h"

#include <QtCore/QBuffer>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcessEnvironment>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Act = ProxyAct::Kind;
using Protocol = ScriptedProxy::Protocol;

//! Runs through a proxy of the user's, with the tap and straight.
class tst_RunProxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void reachesTheSandbox_data();
    void reachesTheSandbox();
    void faultsBehindAProxy();
    void namesTheProxy_data();
    void namesTheProxy();
    void reportedByTheProxy_data();
    void reportedByTheProxy();
    void environment_data();
    void environment();
    void brokenEnvironment();
    void theSandboxIsNotInTheEnvironment();

private:
    //! The run's trace and summary; empty if it did not end.
    QByteArray run(const Scenario &scenario);

    Runner *m_runner = nullptr;
};

namespace {

const QString password = u"CANARY-pr0xy"_s;
const QString login = u"me:"_s + password;
const QByteArray base64 = QByteArray("me:CANARY-pr0xy").toBase64();

Scenario throughProxy(const QString &proxy, const QString &plan = {})
{
    Scenario scenario = Scenario::example();
    scenario.faults = *FaultPlan::fromString(plan);
    scenario.policy.initialBackoff = 2ms;
    scenario.proxy = ProxyChoice::fromText(proxy);
    return scenario;
}

Scenario elsewhere(const QString &proxy, const QString &endpoint, bool useTap)
{
    Scenario scenario = throughProxy(proxy);
    scenario.endpoint = endpoint;
    scenario.useTap = useTap;
    return scenario;
}

SandboxOptions fast()
{
    SandboxOptions options;
    options.tokens = 3;
    options.tokensPerSecond = 5000;
    options.firstToken = 1ms;
    return options;
}

} // namespace

QByteArray tst_RunProxy::run(const Scenario &scenario)
{
    QSignalSpy finished(m_runner, &Runner::finished);
    const QList<InputError> errors = m_runner->start(scenario);
    QByteArray everything;
    for (const InputError &error : errors)
        everything += error.field.toUtf8() + ": " + error.message.toUtf8() + '\n';
    if (!errors.isEmpty())
        return everything;
    if (finished.isEmpty() && !finished.wait(20'000))
        return {};
    QBuffer buffer(&everything);
    buffer.open(QIODevice::WriteOnly);
    m_runner->trace()->save(&buffer);
    buffer.close();
    const RunSummary &summary = m_runner->summary();
    return everything + QJsonDocument(summary.toJson()).toJson() + summary.reason.toUtf8()
           + summary.advice.toUtf8() + scenario.withoutSecrets().toText();
}

void tst_RunProxy::reachesTheSandbox_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<bool>("useTap");
    QTest::newRow("HTTP behind the tap") << int(Protocol::Http) << true;
    QTest::newRow("SOCKS5 behind the tap") << int(Protocol::Socks5) << true;
    QTest::newRow("HTTP without the tap") << int(Protocol::Http) << false;
    QTest::newRow("SOCKS5 without the tap") << int(Protocol::Socks5) << false;
}

void tst_RunProxy::reachesTheSandbox()
{
    QFETCH(int, protocol);
    QFETCH(bool, useTap);
    const ScriptedProxy proxy(static_cast<Protocol>(protocol), {}, login.toLatin1());
    Runner runner;
    m_runner = &runner;
    runner.setSandboxOptions(fast());
    Scenario scenario = throughProxy(proxy.url(login));
    scenario.useTap = useTap;
    const QByteArray everything = run(scenario);
    QCOMPARE(runner.summary().verdict, RunVerdict::Complete);
    QVERIFY(!proxy.requests().isEmpty());
    for (const QString &given : proxy.logins())
        QCOMPARE(given, login);
    QVERIFY(!everything.contains("CANARY"));
    QVERIFY(!everything.contains(base64));
    // Who looks the name up is seen in the trace.
    QCOMPARE(everything.contains(QByteArray("\"via\":\"" + proxy.address().toUtf8())), useTap);
    QVERIFY(!everything.contains("dns.started"));
}

void tst_RunProxy::faultsBehindAProxy()
{
    const ScriptedProxy proxy(Protocol::Http);
    Runner runner;
    m_runner = &runner;
    runner.setSandboxOptions(fast());
    QVERIFY(!run(throughProxy(proxy.url(), u"dns,refused,eof,ok"_s)).isEmpty());
    QCOMPARE(runner.summary().verdict, RunVerdict::TransportError);
    QStringList log;
    for (const AttemptRecord &attempt : runner.summary().attempts)
        log += attempt.failure ? keyOf(attempt.failure->kind) : u"ok"_s;
    QCOMPARE(log, QStringList({u"Dns"_s, u"Connect"_s, u"Io"_s}));
    QCOMPARE(runner.summary().simulatedAttempts, QList<int>({1, 2, 3}));
    QCOMPARE(proxy.requests().size(), 1);
}

void tst_RunProxy::namesTheProxy_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<bool>("useTap");
    QTest::addColumn<ProxyAct>("act");
    QTest::addColumn<QString>("cause");
    const auto row = [](const char *name, Protocol protocol, const ProxyAct &act,
                        const char *tapped, const char *straight) {
        QTest::addRow("%s, behind the tap", name)
            << int(protocol) << true << act << QString::fromLatin1(tapped);
        QTest::addRow("%s, without the tap", name)
            << int(protocol) << false << act << QString::fromLatin1(straight);
    };
    // The tap knows what Qt does not tell.
    row("P8 CONNECT 502", Protocol::Http,
        {Act::AnswerAndClose, "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n"}, "CONNECT 502",
        "CONNECT");
    row("P8 CONNECT 403", Protocol::Http,
        {Act::AnswerAndClose, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"}, "CONNECT 403",
        "CONNECT 403");
    row("P9 CONNECT closed", Protocol::Http, {Act::CloseOnRequest, {}}, "ProxyClosed",
        "ProxyClosed");
    row("P2 command not supported", Protocol::Socks5,
        {Act::AnswerAndClose, QByteArray::fromHex("05070001000000000000")},
        "command not supported (7)", "command not supported (7)");
    QTest::newRow("P1 not allowed, behind the tap")
        << int(Protocol::Socks5) << true
        << ProxyAct{Act::AnswerAndClose, QByteArray::fromHex("05020001000000000000")}
        << u"not allowed (2)"_s;
    QTest::newRow("P5 SOCKS5 closed, behind the tap")
        << int(Protocol::Socks5) << true << ProxyAct{Act::CloseOnGreeting, {}} << u"ProxyClosed"_s;
}

void tst_RunProxy::namesTheProxy()
{
    QFETCH(int, protocol);
    QFETCH(bool, useTap);
    QFETCH(ProxyAct, act);
    QFETCH(QString, cause);
    const ScriptedProxy proxy(static_cast<Protocol>(protocol), act, login.toLatin1());
    Runner runner;
    m_runner = &runner;
    const QByteArray everything =
        run(elsewhere(proxy.url(login), u"https://origin.test/v1"_s, useTap));
    const RunSummary &summary = runner.summary();
    QCOMPARE(summary.verdict, RunVerdict::TransportError);
    QCOMPARE(summary.attempts.size(), 1);
    QVERIFY(summary.failure);
    QCOMPARE(summary.failure->kind, FailureKind::Proxy);
    QCOMPARE(summary.failure->phase, AttemptPhase::Proxy);
    QCOMPARE(summary.failure->safety, Safety::NotSent);
    QCOMPARE(summary.failure->cause, cause);
    QCOMPARE(summary.failure->address, proxy.address());
    QVERIFY2(summary.reason.contains(proxy.address()), qPrintable(summary.reason));
    QCOMPARE(summary.attempts.first().decision->reason, RetryReason::NeverRetried);
    QVERIFY(!everything.contains("CANARY"));
    QVERIFY(!everything.contains(base64));
}

// What the proxy says of the endpoint is the endpoint's failure, and retried.
void tst_RunProxy::reportedByTheProxy_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<FailureKind>("kind");
    QTest::newRow("host unreachable")
        << QByteArray::fromHex("05040001000000000000") << FailureKind::Dns;
    QTest::newRow("connection refused")
        << QByteArray::fromHex("05050001000000000000") << FailureKind::Connect;
}

void tst_RunProxy::reportedByTheProxy()
{
    QFETCH(QByteArray, answer);
    QFETCH(FailureKind, kind);
    const ScriptedProxy proxy(Protocol::Socks5, {Act::AnswerAndClose, answer});
    Runner runner;
    m_runner = &runner;
    QVERIFY(!run(elsewhere(proxy.url(), u"https://origin.test/v1"_s, true)).isEmpty());
    const RunSummary &summary = runner.summary();
    QCOMPARE(summary.attempts.size(), 3);
    QCOMPARE(summary.failure->kind, kind);
    QVERIFY2(summary.reason.contains(proxy.address()), qPrintable(summary.reason));
    QVERIFY2(summary.reason.contains(u"origin.test"_s), qPrintable(summary.reason));
}

void tst_RunProxy::environment_data()
{
    QTest::addColumn<bool>("useTap");
    QTest::newRow("behind the tap") << true;
    QTest::newRow("without the tap") << false;
}

void tst_RunProxy::environment()
{
    QFETCH(bool, useTap);
    const ScriptedProxy proxy(Protocol::Http, {Act::CloseOnRequest, {}});
    QProcessEnvironment variables;
    variables.insert(u"https_proxy"_s, proxy.url(login));
    variables.insert(u"NO_PROXY"_s, u"straight.invalid"_s);
    Runner runner;
    runner.setEnvironment(variables);
    m_runner = &runner;
    const QByteArray everything = run(elsewhere(u"env"_s, u"https://origin.test/v1"_s, useTap));
    QCOMPARE(runner.summary().failure->kind, FailureKind::Proxy);
    QVERIFY(!proxy.requests().isEmpty());
    QVERIFY(!everything.contains("CANARY"));
    const qsizetype asked = proxy.requests().size();
    // Exceptions of both kinds.
    Scenario scenario = elsewhere(u"environment"_s, u"https://other.invalid/v1"_s, useTap);
    scenario.proxy.noProxy = u"other.invalid"_s;
    scenario.policy.maxRetries = 0;
    QVERIFY(!run(scenario).isEmpty());
    QCOMPARE(runner.summary().failure->kind, FailureKind::Dns);
    scenario.endpoint = u"https://sub.straight.invalid/v1"_s;
    QVERIFY(!run(scenario).isEmpty());
    QCOMPARE(runner.summary().failure->kind, FailureKind::Dns);
    QCOMPARE(proxy.requests().size(), asked);
}

void tst_RunProxy::brokenEnvironment()
{
    QProcessEnvironment variables;
    variables.insert(u"HTTPS_PROXY"_s, u"socks4://me:CANARY-pr0xy@127.0.0.1:1"_s);
    Runner runner;
    runner.setEnvironment(variables);
    m_runner = &runner;
    const QByteArray told = run(elsewhere(u"env"_s, u"https://origin.test/v1"_s, true));
    QVERIFY2(told.startsWith("HTTPS_PROXY: "), told.constData());
    QVERIFY(!told.contains("CANARY"));
    QVERIFY(!runner.isRunning());
}

void tst_RunProxy::theSandboxIsNotInTheEnvironment()
{
    const ScriptedProxy proxy(Protocol::Http);
    QProcessEnvironment variables;
    variables.insert(u"http_proxy"_s, proxy.url());
    variables.insert(u"https_proxy"_s, proxy.url());
    Runner runner;
    runner.setEnvironment(variables);
    runner.setSandboxOptions(fast());
    m_runner = &runner;
    QVERIFY(!run(throughProxy(u"env"_s)).isEmpty());
    QCOMPARE(runner.summary().verdict, RunVerdict::Complete);
    QCOMPARE(proxy.connections(), 0);
}

QTEST_GUILESS_MAIN(tst_RunProxy)
#include "tst_runproxy.moc"
