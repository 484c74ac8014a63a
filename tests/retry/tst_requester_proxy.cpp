// SPDX-License-Identifier: MIT
#include "core/retry/proxyfactory.h"
#include "core/retry/retryingaccessmanager.h"
#include "core/wire/socks5.h"
#include "tests/retry/requesterbench.h"
#include "tests/support/closedport.h"
#include "tests/support/localhost.h"
#include "tests/support/scriptedproxy.h"

#include <QtCore/QProcessEnvironment>
#include <QtCore/QRegularExpression>

#include <utility>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

using Act = ProxyAct::Kind;
using Protocol = ScriptedProxy::Protocol;

//! What goes wrong at a proxy, and what goes right through one. No failure of a proxy's is retried.
class tst_RequesterProxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void passes_data();
    void passes();
    void credentialsStayWithTheProxy();
    void passesByTheEnvironment();
    void breaks_data();
    void breaks();
    void hasItsAnswerPassedOn();
    void withheldAnswer();
    void keepsQtWaiting_data();
    void keepsQtWaiting();
    void keepsQtWaitingByName();
    void isNotThere_data();
    void isNotThere();
    void reportsTheServer_data();
    void reportsTheServer();
    void addressesOfTwoFamilies_data();
    void addressesOfTwoFamilies();
    void brokenSetting_data();
    void brokenSetting();
    void abortInTheTunnel_data();
    void abortInTheTunnel();
    void ownTimeout();
    void cutTunnel();
    void leftoverConnection();

private:
    Forge m_forge;
};

namespace {

const QByteArray Body = "body";
const QString Origin = QStringLiteral("origin.test");

QUrl asName(QUrl url)
{
    url.setHost(Origin);
    return url;
}

QUrl target(bool isTls)
{
    return QUrl(isTls ? QStringLiteral("https://origin.test/")
                      : QStringLiteral("http://origin.test/"));
}

QByteArray socksReply(int number)
{
    return Socks5::requestAnswer(static_cast<Socks5::Reply>(number));
}

QStringList failedLog(const QString &failure, const QString &error)
{
    return {QStringLiteral("1 started"), QStringLiteral("1 failed ") + failure,
            QStringLiteral("stop NeverRetried"), QStringLiteral("error ") + error,
            QStringLiteral("finished")};
}

//! The proxy is named, and its password is not, wherever a failure is told.
void compareNames(const RetryingReply *reply, const QString &address)
{
    const Failure failure = *reply->failure();
    QCOMPARE(failure.address, address);
    QVERIFY2(failure.message.contains(address), qPrintable(failure.message));
    QVERIFY2(failure.message.endsWith(u'.') || failure.message.endsWith(u'?'),
             qPrintable(failure.message));
    QString all;
    QDebug(&all) << failure << reply->errorString() << reply->request().rawHeaderList();
    QVERIFY2(!all.contains(QStringLiteral("secret")), qPrintable(all));
}

//! The proxy until Qt asks, and none from then on.
class FickleFactory final : public QNetworkProxyFactory
{
public:
    explicit FickleFactory(const QNetworkProxy &proxy) : m_proxy(proxy) {}

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &) override
    {
        // Once for what is wrong with it, once for the classification.
        return {++m_asked <= 2 ? m_proxy : QNetworkProxy(QNetworkProxy::NoProxy)};
    }

private:
    QNetworkProxy m_proxy;
    int m_asked = 0;
};

} // namespace

void tst_RequesterProxy::passes_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<bool>("hasLogin");
    QTest::addColumn<QString>("request");
    const auto row = [](const char *name, Protocol protocol, bool isTls, bool hasLogin,
                        const char *request) {
        QTest::newRow(name) << int(protocol) << isTls << hasLogin << QString::fromLatin1(request);
    };
    const char *plain = "POST http://origin.test:%1/";
    row("a plain request through an HTTP proxy", Protocol::Http, false, false, plain);
    row("a plain request through an HTTP proxy with a login", Protocol::Http, false, true, plain);
    row("CONNECT", Protocol::Http, true, false, "CONNECT origin.test:%1");
    row("CONNECT with a login", Protocol::Http, true, true, "CONNECT origin.test:%1");
    row("SOCKS5", Protocol::Socks5, false, false, "SOCKS origin.test:%1");
    row("SOCKS5 with a login", Protocol::Socks5, false, true, "SOCKS origin.test:%1");
    row("TLS through SOCKS5", Protocol::Socks5, true, true, "SOCKS origin.test:%1");
}

void tst_RequesterProxy::passes()
{
    QFETCH(int, protocol);
    QFETCH(bool, isTls);
    QFETCH(bool, hasLogin);
    QFETCH(QString, request);
    const QList<PeerScript> scripts{{readRequest(), fin()},
                                    {readRequest(), sendBytes(response(200, "origin"))}};
    const Credential credential = isTls ? m_forge.issue({.names = {Origin}}) : Credential();
    const RawPeer origin(scripts, credential);
    const ScriptedProxy proxy(static_cast<Protocol>(protocol), {}, hasLogin ? "me:secret" : "");
    RequesterBench bench;
    bench.authority = isTls ? m_forge.authority() : QSslCertificate();
    const QString login = hasLogin ? QStringLiteral("me:secret") : QString();
    bench.manager.setProxyFactory(new ProxyFactory(ProxySettings::fromUrl(proxy.url(login))));
    auto *reply = bench.watch(bench.requester.post(bench.request(asName(origin.url())), Body));
    QVERIFY(bench.finish(reply));
    // What the server does behind a tunnel is retried as ever; a plain request goes to the proxy
    // itself.
    const bool isForwarded = request.startsWith(QStringLiteral("POST"));
    if (isForwarded) {
        QCOMPARE(bench.log.lines(),
                 failedLog(QStringLiteral("Proxy"), QStringLiteral("ProxyConnectionClosedError")));
        QCOMPARE(reply->failure()->safety, Safety::MaybeProcessed);
        compareNames(reply, proxy.address());
        bench.log.clear();
        reply = bench.watch(bench.requester.post(bench.request(asName(origin.url())), Body));
        QVERIFY(bench.finish(reply));
        QCOMPARE(bench.log.lines(), lines({"1 started", "status 200", "finished"}));
    } else {
        QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Io", "wait 200ms", "2 started",
                                           "status 200", "finished"}));
    }
    QCOMPARE(reply->readAll(), "origin");
    QCOMPARE(origin.requests(), 2);
    for (const PeerRequest &received : origin.received())
        QVERIFY(isForwarded || received.header("Proxy-Authorization").isEmpty());
    for (const QString &asked : proxy.requests())
        QCOMPARE(asked, request.arg(origin.port()));
    QVERIFY(!proxy.requests().isEmpty());
    for (const QString &given : proxy.logins())
        QCOMPARE(given, login);
}

//! Qt asks a factory by itself, and another time than we do.
void tst_RequesterProxy::credentialsStayWithTheProxy()
{
    const RawPeer origin({readRequest(), sendBytes(response(200, "origin"))});
    const ScriptedProxy proxy(Protocol::Http);
    RequesterBench bench;
    bench.manager.setProxyFactory(
        new FickleFactory(QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"),
                                        static_cast<quint16>(QUrl(proxy.url()).port()),
                                        QStringLiteral("me"), QStringLiteral("secret"))));
    auto *reply = bench.watch(bench.requester.post(bench.request(origin.url()), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->readAll(), "origin");
    QCOMPARE(origin.requests(), 1);
    QVERIFY(origin.received().first().header("Proxy-Authorization").isNull());
}

void tst_RequesterProxy::passesByTheEnvironment()
{
    const RawPeer origin({readRequest(), sendBytes(response(200, "origin"))});
    const ScriptedProxy proxy(Protocol::Socks5);
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("ALL_PROXY"), proxy.url());
    environment.insert(QStringLiteral("NO_PROXY"), QStringLiteral("127.0.0.0/8"));
    RequesterBench bench;
    bench.manager.setProxyFactory(new ProxyFactory(ProxySettings::fromEnvironment(environment)));
    for (const QUrl &url : {origin.url(), asName(origin.url())}) {
        auto *reply = bench.watch(bench.requester.post(bench.request(url), Body));
        QVERIFY(bench.finish(reply));
        QCOMPARE(reply->readAll(), "origin");
    }
    QCOMPARE(proxy.requests(), {QStringLiteral("SOCKS origin.test:%1").arg(origin.port())});
}

// T20 to T23, P1 to P9
void tst_RequesterProxy::breaks_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<ProxyAct>("act");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *name, Protocol protocol, bool isTls, const ProxyAct &act,
                        const char *cause, const char *error) {
        QTest::newRow(name) << int(protocol) << isTls << act << QString::fromLatin1(cause)
                            << QString::fromLatin1(error);
    };
    const auto connect = [&](const char *name, const ProxyAct &act, const char *cause,
                             const char *error) {
        row(name, Protocol::Http, true, act, cause, error);
    };
    const auto status = [](int code, const QByteArray &headers = {}) {
        return ProxyAct{Act::Answer, response(code, "the proxy's own words", headers)};
    };
    const QByteArray challenge = "Proxy-Authenticate: Basic realm=\"x\"\r\n";
    const QByteArray cut = "HTTP/1.1 407 No\r\n" + challenge + "Content-Length: 100\r\n\r\ncut";
    const char *unknown = "UnknownNetworkError";
    const char *closed = "ProxyConnectionClosedError";
    const char *login = "ProxyAuthenticationRequiredError";
    connect("T20 P8 CONNECT 502", status(502), "CONNECT", unknown);
    connect("P8 CONNECT 504", status(504), "CONNECT", unknown);
    connect("P8 CONNECT 500", status(500), "CONNECT", unknown);
    connect("P8 CONNECT 503, which Qt calls a refused connection", status(503), "CONNECT 503",
            "ConnectionRefusedError");
    connect("P8 CONNECT 404, which Qt calls a host not found", status(404), "CONNECT 404",
            "HostNotFoundError");
    connect("T21 P8 CONNECT 403", status(403), "CONNECT 403", unknown);
    connect("P8 CONNECT 405", status(405), "CONNECT 403", unknown);
    connect("T22 P3 CONNECT 407", status(407, challenge), "407", login);
    connect("P3 CONNECT 407 that closes", status(407, challenge + "Connection: close\r\n"), "407",
            login);
    connect("P3 CONNECT 407 without a challenge", status(407), "407", unknown);
    connect("P3 CONNECT 407, its body cut", {Act::AnswerAndClose, cut}, "ProxyClosed", closed);
    connect("T23 P9 FIN at once", {Act::CloseAtOnce, {}}, "ProxyClosed", closed);
    connect("T23 P9 FIN instead of an answer to CONNECT", {Act::CloseOnRequest, {}}, "ProxyClosed",
            closed);
    connect("T23 P9 RST instead of an answer to CONNECT", {Act::ResetOnRequest, {}}, "ProxyClosed",
            closed);
    connect("T23 P9 half a status line", {Act::AnswerAndClose, "HTTP/1.1 20"}, "ProxyClosed",
            closed);
    connect("P6 not an HTTP proxy", {Act::AnswerAndClose, "SSH-2.0-OpenSSH\r\n"}, "NotHttp",
            unknown);
    row("T22 P3 407 to a plain request", Protocol::Http, false, status(407, challenge), "407",
        login);
    row("T23 FIN instead of an answer to a plain request", Protocol::Http, false,
        {Act::CloseOnRequest, {}}, "ProxyClosed", closed);

    const auto socks = [&](const char *name, const ProxyAct &act, const char *cause,
                           const char *error) {
        row(name, Protocol::Socks5, true, act, cause, error);
        row(qPrintable(QString::fromLatin1(name) + QStringLiteral(", a plain request")),
            Protocol::Socks5, false, act, cause, error);
    };
    const auto greeting = [](const char *bytes, int size) {
        return ProxyAct{Act::AnswerGreeting, QByteArray(bytes, size)};
    };
    socks("P2 command not supported", {Act::AnswerAndClose, socksReply(7)},
          "command not supported (7)", unknown);
    socks("P2 address type not supported", {Act::AnswerAndClose, socksReply(8)},
          "address type not supported (8)", unknown);
    socks("an unknown reply", {Act::AnswerAndClose, socksReply(9)}, "", unknown);
    socks("P3 no method is acceptable", greeting("\x05\xff", 2), "SocksLogin", login);
    socks("P4 a login is demanded, and there is none", greeting("\x05\x02", 2), "SocksLogin",
          unknown);
    socks("P6 not a SOCKS proxy", greeting("HTTP/1.1 400 Bad Request\r\n\r\n", 28), "NotSocks",
          unknown);
    const auto overTls = [&](const char *name, const ProxyAct &act) {
        row(name, Protocol::Socks5, true, act, "ProxyClosed", closed);
    };
    overTls("P5 SOCKS5 FIN at once", {Act::CloseAtOnce, {}});
    overTls("P5 SOCKS5 FIN after the greeting", {Act::CloseOnGreeting, {}});
    overTls("P5 SOCKS5 RST after the greeting", {Act::ResetOnGreeting, {}});
    overTls("P5 SOCKS5 FIN instead of a reply", {Act::CloseOnRequest, {}});
    overTls("P5 SOCKS5 RST instead of a reply", {Act::ResetOnRequest, {}});
    overTls("P5 SOCKS5 half a reply", {Act::AnswerAndClose, socksReply(0).left(3)});
}

void tst_RequesterProxy::breaks()
{
    QFETCH(int, protocol);
    QFETCH(bool, isTls);
    QFETCH(ProxyAct, act);
    QFETCH(QString, cause);
    QFETCH(QString, error);
    const ScriptedProxy proxy(static_cast<Protocol>(protocol), act);
    RequesterBench bench;
    bench.manager.setProxy(proxy.proxy());
    auto *reply = bench.watch(bench.requester.post(bench.request(target(isTls)), Body));
    QVERIFY(bench.finish(reply));
    QStringList expected = failedLog(QStringLiteral("Proxy"), error);
    // A 407 to a plain request is an answer, and the caller may read its body.
    const bool isAnswered = reply->failure()->safety == Safety::Answered;
    if (isAnswered)
        expected.insert(1, QStringLiteral("status 407"));
    QCOMPARE(bench.log.lines(), expected);
    QCOMPARE(reply->failure()->cause, cause);
    QCOMPARE(isAnswered, reply->attempts().first().status == 407);
    const bool isForwarded = protocol == int(Protocol::Http) && !isTls;
    QCOMPARE(reply->failure()->phase == AttemptPhase::Proxy, !isForwarded);
    QCOMPARE(reply->failure()->safety == Safety::NotSent, !isForwarded);
    QCOMPARE(reply->attempts().first().wireSends, isForwarded ? 1 : 0);
    compareNames(reply, proxy.address());
    QCOMPARE(bench.clock.activeTimers(), 0);
}

// T24
void tst_RequesterProxy::hasItsAnswerPassedOn()
{
    const ScriptedProxy proxy(Protocol::Http,
                              {Act::Answer, response(502, "the proxy's own words")});
    RequesterBench bench;
    bench.manager.setProxy(proxy.proxy());
    auto *reply = bench.watch(bench.requester.post(bench.request(target(false)), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             lines({"1 started", "status 502", "error UnknownServerError", "finished"}));
    QVERIFY(!reply->failure());
    QCOMPARE(reply->readAll(), "the proxy's own words");
    QCOMPARE(proxy.requests().size(), 1);
}

// P3, where Qt keeps the status to itself: it may be the server's 401 as well, and either was
// asked.
void tst_RequesterProxy::withheldAnswer()
{
    const QByteArray cut = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                           "Content-Length: 100\r\n\r\ncut";
    const ScriptedProxy proxy(Protocol::Http, {Act::AnswerAndClose, cut});
    RequesterBench bench;
    bench.manager.setProxy(proxy.proxy());
    auto *reply = bench.watch(bench.requester.post(bench.request(target(false)), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Body", "stop Answered",
                                       "error RemoteHostClosedError", "finished"}));
    QCOMPARE(reply->failure()->cause, QStringLiteral("WithheldStatus"));
    QVERIFY(reply->failure()->message.contains(proxy.address()));
    QCOMPARE(proxy.requests().size(), 1);
}

// T23, P5: where Qt hangs, a watchdog of our own.
void tst_RequesterProxy::keepsQtWaiting_data()
{
    QTest::addColumn<ProxyAct>("act");
    QTest::addColumn<bool>("hasBody");
    const auto row = [](const char *name, const ProxyAct &act) {
        QTest::addRow("%s, POST", name) << act << true;
        QTest::addRow("%s, GET", name) << act << false;
    };
    row("P5 SOCKS5 FIN at once", {Act::CloseAtOnce, {}});
    row("P5 SOCKS5 FIN after the greeting", {Act::CloseOnGreeting, {}});
    row("P5 SOCKS5 RST after the greeting", {Act::ResetOnGreeting, {}});
    row("P5 SOCKS5 FIN instead of a reply", {Act::CloseOnRequest, {}});
    row("P5 SOCKS5 half a reply", {Act::AnswerAndClose, socksReply(0).left(3)});
}

void tst_RequesterProxy::keepsQtWaiting()
{
    QFETCH(ProxyAct, act);
    QFETCH(bool, hasBody);
    const ScriptedProxy proxy(Protocol::Socks5, act);
    RequesterBench bench;
    bench.manager.setProxy(proxy.proxy());
    const QNetworkRequest request = bench.request(target(false));
    auto *reply =
        bench.watch(hasBody ? bench.requester.post(request, Body) : bench.requester.get(request));
    int connects = 0;
    connect(reply, &RetryingReply::attemptAdvanced, this, [&](int, Milestone milestone) {
        connects += milestone == Milestone::ConnectStarted ? 1 : 0;
    });
    // Each of Qt's six connections is closed once, and then nothing happens any more.
    QTRY_COMPARE(connects, 6);
    bench.clock.advance(999ms);
    QCoreApplication::processEvents();
    QVERIFY(!reply->isFinished());
    bench.clock.advance(1ms);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failedLog(QStringLiteral("Proxy"), QStringLiteral("ProxyConnectionClosedError")));
    QCOMPARE(reply->failure()->cause, QStringLiteral("ProxyClosed"));
    QCOMPARE(reply->failure()->safety, Safety::NotSent);
    compareNames(reply, proxy.address());
    QCOMPARE(proxy.connections(), 6);
    QCOMPARE(bench.clock.activeTimers(), 0);
}

// T23, P9: of a proxy by a name with an IPv4 and an IPv6 address Qt 6.4 tries both, each once, and
// Qt 6.8 one; then it waits for ever. Where the name has one only, Qt gives up by itself; for the
// caller it is the same.
void tst_RequesterProxy::keepsQtWaitingByName()
{
    if (!Retryscope::Test::knowsLocalhost())
        QSKIP("This system does not know the name localhost.");
    const ScriptedProxy proxy(Protocol::Http, {Act::CloseOnRequest, {}});
    const RawPeer marker(
        {readRequest(), sendBytes(response(200, "ok", "Connection: close\r\n")), fin()});
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("ALL_PROXY"),
                       QStringLiteral("http://localhost:%1").arg(proxy.port()));
    environment.insert(QStringLiteral("NO_PROXY"), QStringLiteral("127.0.0.0/8"));
    RequesterBench bench;
    bench.manager.setProxyFactory(new ProxyFactory(ProxySettings::fromEnvironment(environment)));
    auto *reply = bench.watch(bench.requester.post(bench.request(target(true)), Body));
    int connects = 0;
    connect(reply, &RetryingReply::attemptAdvanced, this, [&](int, Milestone milestone) {
        connects += milestone == Milestone::ConnectStarted ? 1 : 0;
    });
    QTRY_VERIFY(!proxy.requests().isEmpty());
    // Until nothing happens any more: Qt's HTTP thread has answered other requests since.
    for (int quiet = 0, seen = 0; quiet < 3 && !reply->isFinished();) {
        auto *other = bench.requester.post(bench.request(marker.url()), Body);
        QVERIFY(bench.finish(other));
        QCOMPARE(other->readAll(), "ok");
        quiet = std::exchange(seen, connects) == connects ? quiet + 1 : 0;
    }
    bench.clock.advance(180s);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failedLog(QStringLiteral("Proxy"), QStringLiteral("ProxyConnectionClosedError")));
    QCOMPARE(reply->failure()->cause, QStringLiteral("ProxyClosed"));
    compareNames(reply, QStringLiteral("localhost:%1").arg(proxy.port()));
}

// T19, P7
void tst_RequesterProxy::isNotThere_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<QString>("error");
    // Qt 6.8 has codes for what is the proxy's own; 6.4 has them too, and does not use them.
    constexpr bool HasOwnCodes = QT_VERSION >= QT_VERSION_CHECK(6, 8, 0);
    const auto row = [](const char *name, const char *proxy, bool isTls, const char *cause,
                        const char *error, const char *newerError) {
        QTest::newRow(name) << QString::fromLatin1(proxy) << isTls << QString::fromLatin1(cause)
                            << QString::fromLatin1(HasOwnCodes ? newerError : error);
    };
    const auto refused = [&](const char *name, const char *proxy, bool isTls, const char *error) {
        row(name, proxy, isTls, "ProxyRefused", error, "ProxyConnectionRefusedError");
    };
    const auto notFound = [&](const char *name, const char *proxy, bool isTls) {
        row(name, proxy, isTls, "ProxyNotFound", "HostNotFoundError", "ProxyNotFoundError");
    };
    refused("T19 P7 an HTTP proxy refuses the connection, a plain request",
            "http://me:secret@127.0.0.1:%1", false, "ConnectionRefusedError");
    refused("T19 P7 an HTTP proxy refuses the connection, CONNECT", "http://me:secret@127.0.0.1:%1",
            true, "UnknownNetworkError");
    refused("T19 P7 a SOCKS5 proxy refuses the connection, a plain request",
            "socks5h://me:secret@127.0.0.1:%1", false, "UnknownNetworkError");
    refused("T19 P7 a SOCKS5 proxy refuses the connection, TLS", "socks5h://me:secret@127.0.0.1:%1",
            true, "UnknownNetworkError");
    notFound("P7 the name of an HTTP proxy is not found, a plain request",
             "http://me:secret@nosuch.invalid:%1", false);
    notFound("P7 the name of an HTTP proxy is not found, CONNECT",
             "http://me:secret@nosuch.invalid:%1", true);
    notFound("P7 the name of a SOCKS5 proxy is not found, a plain request",
             "socks5h://me:secret@nosuch.invalid:%1", false);
    notFound("P7 the name of a SOCKS5 proxy is not found, TLS",
             "socks5h://me:secret@nosuch.invalid:%1", true);
}

void tst_RequesterProxy::isNotThere()
{
    QFETCH(QString, proxy);
    QFETCH(bool, isTls);
    QFETCH(QString, cause);
    QFETCH(QString, error);
    const ClosedPort nobody;
    const QString text = proxy.arg(nobody.port());
    RequesterBench bench;
    bench.manager.setProxyFactory(new ProxyFactory(ProxySettings::fromUrl(text)));
    auto *reply = bench.watch(bench.requester.post(bench.request(target(isTls)), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(), failedLog(QStringLiteral("Proxy"), error));
    QCOMPARE(reply->failure()->cause, cause);
    QCOMPARE(reply->failure()->phase, AttemptPhase::Proxy);
    QCOMPARE(reply->failure()->safety, Safety::NotSent);
    compareNames(reply, text.section(u'@', 1));
}

// What a SOCKS5 proxy says of the server is the server's failure, and retried as that.
void tst_RequesterProxy::reportsTheServer_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *name, int number, const char *host, const char *kind,
                        const char *error) {
        QTest::newRow(name) << number << QString::fromLatin1(host) << QString::fromLatin1(kind)
                            << QString::fromLatin1(error);
    };
    row("D2 a name, host unreachable (4)", 4, "origin.test", "Dns", "HostNotFoundError");
    row("an address, host unreachable (4)", 4, "192.0.2.1", "Connect", "HostNotFoundError");
    row("a name, connection refused (5)", 5, "origin.test", "Connect", "ConnectionRefusedError");
    row("an address, connection refused (5)", 5, "192.0.2.1", "Connect", "ConnectionRefusedError");
    row("network unreachable (3)", 3, "origin.test", "Connect", "UnknownNetworkError");
    row("TTL expired (6)", 6, "origin.test", "Connect", "UnknownNetworkError");
    // Qt gives these two the code of a name that is not found, and no other trace.
    row("P1 a name, general failure (1)", 1, "origin.test", "Dns", "HostNotFoundError");
    row("P1 a name, not allowed (2)", 2, "origin.test", "Dns", "HostNotFoundError");
    row("P1 an address, general failure (1)", 1, "192.0.2.1", "Proxy", "UnknownNetworkError");
    row("P1 an address, not allowed (2)", 2, "192.0.2.1", "Proxy", "UnknownNetworkError");
}

void tst_RequesterProxy::reportsTheServer()
{
    QFETCH(int, number);
    QFETCH(QString, host);
    QFETCH(QString, kind);
    QFETCH(QString, error);
    const ScriptedProxy proxy(Protocol::Socks5, {Act::AnswerAndClose, socksReply(number)});
    RequesterBench bench;
    bench.manager.setProxy(proxy.proxy());
    QUrl url = target(true);
    url.setHost(host);
    auto *reply = bench.watch(bench.requester.post(bench.request(url), Body));
    QVERIFY(bench.finish(reply));
    const bool isProxy = kind == QStringLiteral("Proxy");
    QCOMPARE(bench.log.lines(), isProxy ? failedLog(kind, error) : failingLog(kind, error));
    const Failure failure = *reply->failure();
    QCOMPARE(keyOf(failure.phase), kind);
    QCOMPARE(failure.safety, Safety::NotSent);
    // It is hearsay, and the message says whose.
    QVERIFY2(failure.message.contains(proxy.address()), qPrintable(failure.message));
    QVERIFY2(failure.message.contains(host + QStringLiteral(":443")), qPrintable(failure.message));
    QCOMPARE(failure.address, isProxy ? proxy.address() : QString());
}

void tst_RequesterProxy::addressesOfTwoFamilies_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<bool>("isOurs");
    QTest::newRow("SOCKS5, as Qt has it") << QStringLiteral("http") << false;
    QTest::newRow("SOCKS5 and TLS, as Qt has it") << QStringLiteral("https") << false;
    QTest::newRow("SOCKS5, as ProxySettings has it") << QStringLiteral("http") << true;
}

// An IPv6 address behind a proxy with an IPv4 address: never a DNS failure.
void tst_RequesterProxy::addressesOfTwoFamilies()
{
    QFETCH(QString, scheme);
    QFETCH(bool, isOurs);
    const RawPeer origin({readRequest(), sendBytes(response(200, "origin"))});
    const ScriptedProxy proxy(Protocol::Socks5);
    RequesterBench bench;
    if (isOurs)
        bench.manager.setProxyFactory(new ProxyFactory(ProxySettings::fromUrl(proxy.url())));
    else
        bench.manager.setProxy(proxy.proxy());
    QUrl url = origin.url();
    url.setScheme(scheme);
    url.setHost(QStringLiteral("::1"));
    auto *reply = bench.watch(bench.requester.post(bench.request(url), Body));
    QVERIFY(bench.finish(reply));
    if (isOurs) {
        QCOMPARE(bench.log.lines(), lines({"1 started", "status 200", "finished"}));
        QCOMPARE(proxy.requests(), {QStringLiteral("SOCKS [::1]:%1").arg(origin.port())});
        return;
    }
    QCOMPARE(bench.log.lines(),
             failedLog(QStringLiteral("Config"), QStringLiteral("ProtocolInvalidOperationError")));
    QCOMPARE(reply->failure()->cause, QStringLiteral("AddressFamily"));
    QVERIFY(reply->failure()->message.contains(proxy.address()));
    QCOMPARE(proxy.connections(), 0);
}

void tst_RequesterProxy::brokenSetting_data()
{
    QTest::addColumn<bool>("isDropIn");
    QTest::newRow("a requester") << false;
    QTest::newRow("a manager that retries") << true;
}

void tst_RequesterProxy::brokenSetting()
{
    QFETCH(bool, isDropIn);
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("HTTPS_PROXY"),
                       QStringLiteral("socks4://me:secret@127.0.0.1:1"));
    RequesterBench bench;
    RetryingAccessManager dropIn;
    QNetworkAccessManager &manager = isDropIn ? dropIn : bench.manager;
    manager.setProxyFactory(new ProxyFactory(ProxySettings::fromEnvironment(environment)));
    const QNetworkRequest request = bench.request(target(true));
    auto *reply = isDropIn ? qobject_cast<RetryingReply *>(dropIn.post(request, Body))
                           : bench.requester.post(request, Body);
    QVERIFY(reply);
    compareConfig(reply, bench, QStringLiteral("HTTPS_PROXY"));
    QVERIFY(reply->errorString().startsWith(QStringLiteral("HTTPS_PROXY: ")));
    QVERIFY(!reply->errorString().contains(QStringLiteral("secret")));
}

// T32
void tst_RequesterProxy::abortInTheTunnel_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<bool>("isTls");
    QTest::newRow("CONNECT is not answered yet") << int(Protocol::Http) << true;
    QTest::newRow("the SOCKS5 request is not answered yet") << int(Protocol::Socks5) << true;
    QTest::newRow("the SOCKS5 request is not answered yet, no TLS")
        << int(Protocol::Socks5) << false;
}

void tst_RequesterProxy::abortInTheTunnel()
{
    QFETCH(int, protocol);
    QFETCH(bool, isTls);
    const Credential credential = isTls ? m_forge.issue({.names = {Origin}}) : Credential();
    const RawPeer origin({PeerScript{readRequest(), sendBytes(response(200, "origin"))}},
                         credential);
    ScriptedProxy proxy(static_cast<Protocol>(protocol), {Act::Hold, {}});
    RequesterBench bench;
    bench.authority = isTls ? m_forge.authority() : QSslCertificate();
    bench.manager.setProxy(proxy.proxy());
    const QNetworkRequest request = bench.request(asName(origin.url()));
    auto *reply = bench.watch(bench.requester.post(request, Body));
    QTRY_COMPARE(proxy.requests().size(), 1);
    reply->abort();
    QVERIFY(!bench.log.isFinished());
    // One turn of the event loop, and Qt's HTTP thread has no say in it.
    QCoreApplication::processEvents();
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Cancelled", "stop Cancelled",
                                       "error OperationCanceledError", "finished"}));
    QCOMPARE(reply->failure()->safety, Safety::NotSent);
    QCOMPARE(bench.clock.activeTimers(), 0);
    // The tunnel opens too late: only what is asked for now goes through it, or another one.
    proxy.release();
    auto *next = bench.requester.post(request, "the next");
    QVERIFY(bench.finish(next));
    QCOMPARE(next->readAll(), "origin");
    QCOMPARE(origin.requests(), 1);
    QCOMPARE(origin.received().first().body, "the next");
}

// A proxy that is only silent may still answer: that is for the caller's own limit.
void tst_RequesterProxy::ownTimeout()
{
    const ScriptedProxy proxy(Protocol::Http, {Act::Hold, {}});
    RequesterBench bench;
    bench.manager.setProxy(proxy.proxy());
    Timeouts timeouts;
    timeouts.connect = 5s;
    bench.requester.setTimeouts(timeouts);
    auto *reply = bench.watch(bench.requester.post(bench.request(target(true)), Body));
    QTRY_COMPARE(proxy.requests().size(), 1);
    bench.clock.advance(5s);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failedLog(QStringLiteral("Timeout(Connect)"), QStringLiteral("TimeoutError")));
}

// Behind an open tunnel the failures are the server's.
void tst_RequesterProxy::cutTunnel()
{
    const RawPeer origin({readSome(), fin()});
    const ScriptedProxy proxy(Protocol::Http);
    RequesterBench bench;
    bench.manager.setProxy(proxy.proxy());
    QUrl url = asName(origin.url());
    url.setScheme(QStringLiteral("https"));
    auto *reply = bench.watch(bench.requester.post(bench.request(url), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Tls"), QStringLiteral("RemoteHostClosedError")));
    QCOMPARE(proxy.requests().size(), 3);
}

// The end of a kept-alive connection says nothing about the proxy, and is retried as without one.
void tst_RequesterProxy::leftoverConnection()
{
    const RawPeer origin(
        {PeerScript{readRequest(), sendBytes(response(200, "one")), readRequest(), fin()},
         PeerScript{readRequest(), sendBytes(response(200, "two"))}});
    const ScriptedProxy proxy(Protocol::Http);
    RequesterBench bench;
    bench.manager.setProxy(proxy.proxy());
    auto *first = bench.watch(bench.requester.post(bench.request(asName(origin.url())), Body));
    QVERIFY(bench.finish(first));
    bench.log.clear();
    auto *second = bench.watch(bench.requester.post(bench.request(asName(origin.url())), Body));
    QVERIFY(bench.finish(second));
    QCOMPARE(bench.log.lines(), lines({"1 started", "1 failed Io", "wait 200ms", "2 started",
                                       "status 200", "finished"}));
    QVERIFY(second->attempts().first().reusedConnection);
    QCOMPARE(second->readAll(), "two");
}

QTEST_GUILESS_MAIN(tst_RequesterProxy)
#include "tst_requester_proxy.moc"
