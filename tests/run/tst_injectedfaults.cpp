// SPDX-License-Identifier: MIT
#include "core/fault/faultcatalogue.h"
#include "core/run/runner.h"
#include "tests/run/tlspeer.h"
#include "tests/support/closedport.h"
#include "tests/support/fullport.h"
#include "tests/support/http2peer.h"
#include "tests/support/rawpeer.h"
#include "tests/support/scriptedproxy.h"

#include <QtCore/QFile>
#include <QtCore/QMetaEnum>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <sys/socket.h>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

//! T79: what the tap and the sandbox make on purpose is told, and judged, as the same thing from a
//! real endpoint is.
class tst_InjectedFaults : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void initTestCase();

    void init()
    {
        // But for what Qt's SOCKS5 engine says where a connection has ended before it writes to it,
        // and for what its HTTP/2 says of each stream that fails.
        QTest::failOnWarning(
            QRegularExpression(u"^(?!QIODevice::write \\(Q(Tcp|Ssl)Socket\\): device not open$|"
                               "stream \\d+ finished with error: )"_s));
    }

    void injectedIsLikeReal_data();
    void injectedIsLikeReal();
    void overHttp2_data();
    void overHttp2();
    void everyFaultIsCompared();

private:
    //! TlsPeer: the kind of it is the name of the row's plan. Proxy: the row's act.
    enum class Real { Peer, ClosedPort, NoName, NoRoute, FullPort, Deaf, TlsPeer, Proxy };

    static void addRow(const char *name, const QString &plan, bool isTls, Real real,
                       const PeerScript &script = {}, const CertificateRequest &certificate = {},
                       const ProxyAct &act = {});
    void addRealConnections();
    void addRealTls();
    void addRealHeads();
    void addRealBodies();

    QByteArray m_authority;
    QTemporaryDir m_folder;
    QString m_caFile;
    std::unique_ptr<Forge> m_forge = std::make_unique<Forge>();
};

Q_DECLARE_METATYPE(Retryscope::Credential)
Q_DECLARE_METATYPE(Retryscope::Test::ProxyAct)
Q_DECLARE_METATYPE(Retryscope::Test::Http2::Script)

namespace {

template <typename Enum>
QString nameOf(Enum value)
{
    return QString::fromLatin1(QMetaEnum::fromType<Enum>().valueToKey(static_cast<int>(value)));
}

QByteArray dataLine(const QByteArray &json)
{
    return "data: " + json + "\n\n";
}

QByteArray word()
{
    return dataLine(R"({"choices":[{"index":0,"delta":{"content":"hi"}}]})");
}

const QByteArray Last = dataLine("[DONE]");
const QByteArray Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n";

QByteArray chunk(const QByteArray &bytes)
{
    return QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n";
}

bool run(Runner &runner, const Scenario &scenario)
{
    SandboxOptions options;
    options.tokens = 12;
    options.tokensPerSecond = 5000;
    // It strikes the second record of the answer or a later one: the first is everything that is
    // due when the machine gets round to it.
    if (scenario.faults.toString().startsWith("tls-badmac"_L1)) {
        options.tokens = 60;
        options.tokensPerSecond = 100;
    }
    options.firstToken = 1ms;
    runner.setSandboxOptions(options);
    QSignalSpy finished(&runner, &Runner::finished);
    const QList<InputError> errors = runner.start(scenario);
    for (const InputError &error : errors)
        qInfo().noquote() << error.field << error.message;
    return errors.isEmpty() && (finished.count() == 1 || finished.wait(30'000));
}

//! What was told and decided, in order, without what differs by nature: addresses, the wire, the
//! label of what is simulated, and how a body was cut into pieces.
//! \a mayLoseHead: a reset takes along what the receiver has not read by then, so that a few bytes
//! of a head in front of it may be seen or not.
QStringList told(const Runner &runner, bool mayLoseHead = false)
{
    QStringList lines;
    for (const TraceEvent &event : runner.trace()->events()) {
        const bool isTold =
            event.source == TraceSource::Client || event.source == TraceSource::Policy;
        const bool isPiece = event.name == TraceEventName::BodyData;
        // Whether a connection that ends at once is lost before or behind the first write is a
        // race.
        const bool isRace = event.name == TraceEventName::RequestSent;
        if (!isTold || isPiece || isRace || event.name == TraceEventName::FaultInjected)
            continue;
        QString line = QString::number(event.attempt) + u' ' + toString(event.name);
        if (event.name == TraceEventName::PolicyDecided)
            line += u' ' + event.fields.value("reason"_L1).toString() + u' '
                    + QString::number(event.fields.value("delay_us"_L1).toInteger());
        lines.append(line);
    }
    const RunSummary &summary = runner.summary();
    for (const AttemptRecord &attempt : summary.attempts) {
        if (!attempt.failure)
            continue;
        const Failure &failure = *attempt.failure;
        const QString timeout = failure.timeout ? nameOf(*failure.timeout) : QString();
        const bool isEither = mayLoseHead && failure.phase == AttemptPhase::Head;
        const AttemptPhase phase = isEither ? AttemptPhase::Waiting : failure.phase;
        lines.append(
            u"%1 %2 %3 %4 %5"_s.arg(attempt.number)
                .arg(nameOf(failure.kind), timeout, nameOf(phase),
                     failure.kind == FailureKind::Certificate ? failure.cause : QString()));
    }
    lines.append(u"%1 %2"_s.arg(nameOf(summary.verdict)).arg(summary.status));
    return lines;
}

} // namespace

void tst_InjectedFaults::initTestCase()
{
    m_caFile = m_folder.filePath(u"ca.pem"_s);
    QFile file(m_caFile);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(m_forge->authority().toPem());
}

void tst_InjectedFaults::injectedIsLikeReal_data()
{
    QTest::addColumn<QString>("plan");
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<int>("real");
    QTest::addColumn<PeerScript>("script");
    QTest::addColumn<CertificateRequest>("certificate");
    QTest::addColumn<ProxyAct>("act");
    const QString own = u"127.0.0.1"_s;
    const auto made = [](const char *name, const QString &plan, bool isTls, Real real,
                         const PeerScript &script, const CertificateRequest &certificate) {
        QTest::newRow(name) << plan << isTls << static_cast<int>(real) << script << certificate
                            << ProxyAct{};
    };
    const auto peer = [&](const char *name, const QString &plan, bool isTls,
                          const PeerScript &script) {
        made(name, plan, isTls, Real::Peer, script, {.names = {own}});
    };
    const auto certificate = [&](const char *name, const QString &plan,
                                 const CertificateRequest &request) {
        made(name, plan, true, Real::Peer, {readRequest()}, request);
    };
    made("T79 a name that does not exist", u"dns*3"_s, false, Real::NoName, {}, {});
    made("T79 a closed port", u"refused*3"_s, false, Real::ClosedPort, {}, {});
    made("T79 no route", u"unreachable*3"_s, false, Real::NoRoute, {}, {});
    // Behind the ClientHello, as the tap does it: a reset that comes earlier may overtake Qt's news
    // of the connection, and which of the two comes first is the network's to say.
    peer("T79 accepted and reset, TLS", u"reset*3"_s, true, {readSome(), rst(), startTls()});
    peer("T79 accepted and closed, TLS", u"close*3"_s, true, {fin(), stall(), startTls()});
    peer("T79 a handshake that is closed", u"tls-close*3"_s, true,
         {readSome(), fin(), stall(), startTls()});
    peer("T79 a handshake that stands still", u"tls-stall*3"_s, true,
         {readSome(), stall(), startTls()});
    peer(
        "T79 the alert handshake_failure", u"tls-alert(code=40)*3"_s, true,
        {readSome(), sendBytes(QByteArray::fromHex("15030300020228")), fin(), stall(), startTls()});
    peer(
        "T79 the alert protocol_version", u"tls-alert(code=70)*3"_s, true,
        {readSome(), sendBytes(QByteArray::fromHex("15030300020246")), fin(), stall(), startTls()});
    peer("T79 plain HTTP on the TLS port", u"tls-plain*3"_s, true,
         {readSome(), sendBytes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), fin(),
          stall(), startTls()});
    certificate("T79 signed by itself", u"tls-selfsigned*3"_s,
                {.names = {own}, .selfSigned = true});
    certificate("T79 expired", u"tls-expired*3"_s,
                {.names = {own},
                 .notBefore = QDateTime::currentDateTimeUtc().addDays(-30),
                 .notAfter = QDateTime::currentDateTimeUtc().addDays(-1)});
    certificate("T79 for another host", u"tls-wronghost*3"_s, {.names = {u"other.invalid"_s}});
    peer("T79 read and closed", u"eof*3"_s, false, {readRequest(), fin()});
    peer("T79 read and closed, TLS", u"eof*3"_s, true, {readRequest(), fin()});
    peer("T79 read and reset", u"rst*3"_s, false, {readRequest(), rst()});
    peer("T79 read and silent", u"silence*3"_s, false, {readRequest(), stall()});
    peer("T79 slow", u"latency(ms=1)*3"_s, false,
         {readRequest(), sendBytes(Head + chunk(word() + Last) + "0\r\n\r\n")});
    const QByteArray begun = Head + chunk(word()) + chunk(word()) + chunk(word());
    peer("T79 a status", u"http-503*3"_s, false,
         {readRequest(), sendBytes(response(503, R"({"error":{"message":"x"}})"))});
    peer("T79 an empty success", u"empty-200*3"_s, false,
         {readRequest(), sendBytes(response(200, {}, "Content-Type: text/event-stream\r\n"))});
    peer("T79 a stream that is cut", u"cut*3"_s, false, {readRequest(), sendBytes(begun), fin()});
    peer("T79 a stream that is reset", u"body-reset*3"_s, false,
         {readRequest(), sendBytes(begun), rst()});
    peer("T79 a stream that falls silent", u"stall*3"_s, false,
         {readRequest(), sendBytes(begun), stall()});
    peer("T79 no terminal event", u"no-terminal*3"_s, false,
         {readRequest(), sendBytes(begun + "0\r\n\r\n")});
    peer("T79 an error event", u"error-event*3"_s, false,
         {readRequest(),
          sendBytes(Head + chunk(word() + dataLine(R"({"error":{"message":"overloaded"}})"))
                    + "0\r\n\r\n")});
    peer("T79 broken JSON", u"bad-json*3"_s, false,
         {readRequest(),
          sendBytes(Head + chunk(word() + dataLine(R"({"choices":[{"ind)") + Last) + "0\r\n\r\n")});
    peer("T79 a slow first token", u"slow-first(ms=1)*3"_s, false,
         {readRequest(), sendBytes(Head + chunk(word() + Last) + "0\r\n\r\n")});
    addRealConnections();
    addRealTls();
    addRealHeads();
    addRealBodies();
}

void tst_InjectedFaults::addRow(const char *name, const QString &plan, bool isTls, Real real,
                                const PeerScript &script, const CertificateRequest &certificate,
                                const ProxyAct &act)
{
    QTest::newRow(name) << plan << isTls << static_cast<int>(real) << script << certificate << act;
}

void tst_InjectedFaults::addRealConnections()
{
    const PeerScript sound{readRequest(), sendBytes(Head + chunk(word() + Last) + "0\r\n\r\n")};
    addRow("T79 a slow look-up", u"dns-slow(ms=1)*3"_s, false, Real::Peer, sound);
    addRow("T79 a wrong address", u"dns-wrong*3"_s, false, Real::ClosedPort);
    addRow("T79 a full accept queue", u"blackhole*3"_s, false, Real::FullPort);
    addRow("T79 half a large request, then a reset", u"write-reset"_s, false, Real::Peer,
           {readSome(), rst()});
    addRow("T79 half a large request, then the end", u"write-close"_s, false, Real::Peer,
           {readSome(), fin()});
    addRow("T79 a request that nobody reads", u"write-stall"_s, false, Real::Deaf);
    const auto proxy = [](const char *name, const QString &plan, const ProxyAct &act) {
        addRow(name, plan, false, Real::Proxy, {}, {}, act);
    };
    const auto reply = [](char number) -> QByteArray {
        return "\x05" + QByteArray(1, number) + QByteArray::fromHex("0001000000000000");
    };
    using Act = ProxyAct::Kind;
    proxy("T79 a way that is too long", u"ttl-expired*3"_s, {Act::Answer, reply(6)});
    proxy("T79 a proxy that fails", u"proxy-general*3"_s, {Act::Answer, reply(1)});
    proxy("T79 a proxy that does not allow it", u"proxy-denied*3"_s, {Act::Answer, reply(2)});
    proxy("T79 a proxy of another protocol", u"proxy-garbage*3"_s,
          {Act::AnswerGreeting, "HTTP/1.1 400 Bad Request\r\n\r\n"});
    proxy("T79 a proxy that closes", u"proxy-close*3"_s, {Act::CloseOnRequest, {}});
    proxy("T79 a proxy that wants another login", u"proxy-auth*3"_s, {});
}

void tst_InjectedFaults::addRealTls()
{
    const QString own = u"127.0.0.1"_s;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    addRow("T79 not yet valid", u"tls-notyet*3"_s, true, Real::Peer, {readRequest()},
           {.names = {own}, .notBefore = now.addDays(1), .notAfter = now.addDays(9)});
    addRow("T79 handshake answered by nonsense", u"tls-garbage*3"_s, true, Real::Peer,
           {readSome(), sendBytes(QByteArray::fromHex("16030300100200000c") + QByteArray(12, 'Z')),
            fin(), stall(), startTls()});
    addRow("T79 a handshake that is reset", u"tls-reset*3"_s, true, Real::Peer,
           {readSome(), rst(), startTls()});
    for (const QString &plan :
         {u"tls-unknownca*3"_s, u"tls-weakkey*3"_s, u"tls-clientcert*3"_s, u"tls-badmac*3"_s})
        addRow(qPrintable(plan), plan, true, Real::TlsPeer);
}

void tst_InjectedFaults::addRealHeads()
{
    const auto peer = [](const char *name, const QString &plan, const QByteArray &answer,
                         const PeerScript &end = {}) {
        addRow(name, plan, false, Real::Peer, PeerScript{readRequest(), sendBytes(answer)} + end);
    };
    const QByteArray whole = chunk(word() + Last) + "0\r\n\r\n";
    peer("T79 another protocol", u"garbage*3"_s, "SSH-2.0-OpenSSH_9.2p1\r\n", {fin()});
    peer("T79 100 Continue and the end", u"continue-eof*3"_s, "HTTP/1.1 100 Continue\r\n\r\n",
         {fin()});
    peer("T79 early hints", u"early-hints*3"_s,
         "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + Head + whole);
    peer("T79 a head that is cut", u"head-cut*3"_s, "HTTP/1.1 200 OK\r\nContent-Ty", {fin()});
    peer("T79 a head that is reset", u"head-reset*3"_s, "HTTP/1.1 200 OK\r\nContent-Ty", {rst()});
    peer("T79 a slow head", u"head-dribble(ms=1)*3"_s, Head + whole);
    peer("T79 a huge head", u"head-huge(bytes=100000)*3"_s,
         "HTTP/1.1 200 OK\r\nX: " + QByteArray(100'000, 'x') + "\r\n" + Head.mid(17) + whole);
    peer("T79 a malformed head", u"head-malformed*3"_s,
         Head.chopped(2) + "a line without a colon\r\n\r\n" + whole);
    peer("T79 a redirect", u"redirect*3"_s, response(307, "x", "Location: /\r\n"));
    peer("T79 a web page", u"html-200*3"_s,
         response(200, "<!DOCTYPE html><p>Hi</p>", "Content-Type: text/html\r\n"));
    peer("T79 no credit", u"quota*3"_s, response(429, R"({"error":{"message":"x"}})"));
}

void tst_InjectedFaults::addRealBodies()
{
    const auto peer = [](const char *name, const QString &plan, const QByteArray &answer,
                         const PeerScript &end = {}) {
        addRow(name, plan, false, Real::Peer, PeerScript{readRequest(), sendBytes(answer)} + end);
    };
    const QByteArray type = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    const QByteArray some = word() + word();
    const auto length = [&type](qsizetype size) -> QByteArray {
        return type + "Content-Length: " + QByteArray::number(size) + "\r\n\r\n";
    };
    const QByteArray packed = type + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    const QByteArray whole = chunk(word() + Last) + "0\r\n\r\n";
    peer("T79 too short a length", u"short-length*3"_s, length(some.size()) + some + word() + Last);
    peer("T79 too long a length", u"long-length*3"_s, length(10'000) + some + Last, {fin()});
    peer("T79 a broken chunk", u"bad-chunk*3"_s,
         Head + chunk(some) + "ZZZ\r\n" + some + "\r\n0\r\n\r\n");
    peer("T79 no last chunk", u"no-last-chunk*3"_s, Head + chunk(some + Last), {fin()});
    peer("T79 damaged gzip", u"gzip-corrupt*3"_s, packed + chunk("\x1f\x8bxyz") + "0\r\n\r\n");
    peer("T79 gzip that is cut", u"gzip-cut*3"_s, packed + chunk("\x1f\x8b") + "0\r\n\r\n");
    peer("T79 no gzip", u"not-gzip*3"_s, packed + whole);
    peer("T79 slow", u"throttle(bps=50000)*3"_s, Head + whole);
    peer("T79 sliced", u"slice(bytes=100)*3"_s, Head + whole);
    peer("T79 a late end", u"slow-close(ms=1)*3"_s, type + "\r\n" + word() + Last, {fin()});
}

void tst_InjectedFaults::injectedIsLikeReal()
{
    QFETCH(QString, plan);
    QFETCH(bool, isTls);
    QFETCH(int, real);
    QFETCH(PeerScript, script);
    QFETCH(CertificateRequest, certificate);
    QFETCH(ProxyAct, act);
    Scenario scenario = Scenario::example();
    scenario.faults = {};
    scenario.seed = 7;
    scenario.caFile = m_caFile;
    scenario.policy.initialBackoff = 2ms;
    // Only where nothing else ends it: on a loaded machine a limit must not come first.
    if (plan.startsWith("tls-stall"_L1) || plan.startsWith("blackhole"_L1))
        scenario.timeouts.connect = 500ms;
    if (plan.startsWith("silence"_L1) || plan == "write-stall"_L1)
        scenario.timeouts.firstByte = 500ms;
    if (plan.startsWith("stall"_L1))
        scenario.timeouts.idleBytes = 500ms;

    // More than the systems take between client and server, so that the client is still sending.
    if (plan.startsWith("write-"_L1)) {
        scenario.chat.messages = {{u"user"_s, QString(12'000'000, u'x')}};
        scenario.policy.maxRetries = 0;
    }

    Scenario injecting = scenario;
    injecting.terminateTls = plan.startsWith("tls-clientcert"_L1);
    injecting.endpoint = isTls ? u"sandbox+https"_s : u"sandbox+http"_s;
    injecting.faults = *FaultPlan::fromString(plan);
    Runner injected;
    QVERIFY(run(injected, injecting));

    std::unique_ptr<RawPeer> peer;
    std::unique_ptr<TlsPeer> tlsPeer;
    std::unique_ptr<ScriptedProxy> proxy;
    std::unique_ptr<FullPort> full;
    std::unique_ptr<ClosedPort> closed;
    QTcpServer deaf;
    if (static_cast<Real>(real) == Real::Peer) {
        const Credential credential = isTls ? m_forge->issue(certificate) : Credential();
        peer = std::make_unique<RawPeer>(QList<PeerScript>{script}, credential);
        scenario.endpoint =
            u"%1://127.0.0.1:%2/v1/chat/completions"_s.arg(isTls ? u"https"_s : u"http"_s)
                .arg(peer->port());
    } else if (static_cast<Real>(real) == Real::TlsPeer) {
        tlsPeer = std::make_unique<TlsPeer>(plan.section(u'*', 0, 0), m_forge.get());
        scenario.endpoint = u"https://127.0.0.1:%1/"_s.arg(tlsPeer->serverPort());
    } else if (static_cast<Real>(real) == Real::Proxy) {
        const bool isLogin = plan.startsWith("proxy-auth"_L1);
        proxy = std::make_unique<ScriptedProxy>(ScriptedProxy::Protocol::Socks5, act,
                                                isLogin ? "a:b" : "");
        scenario.proxy = {
            ProxyChoice::Kind::Explicit, proxy->url(isLogin ? u"a:c"_s : QString()), {}};
        scenario.endpoint = u"http://origin.test/"_s;
    } else if (static_cast<Real>(real) == Real::FullPort) {
        full = std::make_unique<FullPort>();
        scenario.endpoint = full->url().toString();
    } else if (static_cast<Real>(real) == Real::Deaf) {
        // The system takes the connection and what fits into its buffers, and nobody ever asks.
        QVERIFY(deaf.listen(QHostAddress::LocalHost));
        deaf.pauseAccepting();
        // Else some systems let them grow until the whole request fits.
        const int size = 64 * 1024;
        QCOMPARE(::setsockopt(static_cast<int>(deaf.socketDescriptor()), SOL_SOCKET, SO_RCVBUF,
                              &size, sizeof size),
                 0);
        scenario.endpoint = u"http://127.0.0.1:%1/"_s.arg(deaf.serverPort());
    } else if (static_cast<Real>(real) == Real::NoName) {
        scenario.endpoint = u"http://nosuch.invalid/"_s;
    } else if (static_cast<Real>(real) == Real::NoRoute) {
        // TCP to a group: there never is a route.
        scenario.endpoint = u"http://224.0.0.1/"_s;
    } else {
        closed = std::make_unique<ClosedPort>();
        scenario.endpoint = closed->url().toString();
    }
    Runner met;
    QVERIFY(run(met, scenario));
    const bool mayLoseHead = plan.startsWith("head-reset"_L1);
    QCOMPARE(told(injected, mayLoseHead), told(met, mayLoseHead));
    QVERIFY(injected.summary().isSimulated());
    QVERIFY(!met.summary().isSimulated());
}

void tst_InjectedFaults::overHttp2_data()
{
    QTest::addColumn<QString>("plan");
    QTest::addColumn<Http2::Script>("script");
    using Http2::Error;
    const auto whole = Http2::wholeRequest();
    const auto row = [&](const char *name, const QString &plan, const Http2::Script &ending) {
        QTest::newRow(name) << plan << Http2::Script(Http2::Script{whole} + ending);
    };
    const HeaderFields type{{"content-type", "text/event-stream"}};
    const Http2::Script begun{Http2::headers(200, type), Http2::data(word() + word() + word())};
    row("T25 a stream that is reset", u"h2-reset*3"_s, {Http2::resetStream(Error::InternalError)});
    row("T26 enhance your calm", u"h2-reset(code=11)*3"_s,
        {Http2::resetStream(Error::EnhanceYourCalm)});
    row("T27 the connection given up", u"h2-goaway*3"_s, {Http2::goAway(0, Error::NoError)});
    row("T26 calm for the connection", u"h2-goaway(code=11)*3"_s,
        {Http2::goAway(0, Error::EnhanceYourCalm)});
    row("T30 refused", u"h2-reset(code=7)*3"_s, {Http2::resetStream(Error::RefusedStream)});
    row("T31 wants HTTP/1.1", u"h2-reset(code=13)"_s, {Http2::resetStream(Error::Http11Required)});
    row("T59 reset without an error in the body", u"h2-reset(code=0,after=3)*3"_s,
        begun + Http2::Script{Http2::resetStream(Error::NoError)});
    row("T79 reset in the body", u"h2-reset(code=2,after=3)*3"_s,
        begun + Http2::Script{Http2::resetStream(Error::InternalError)});
    row("T79 given up in the body", u"h2-goaway(after=3)*3"_s,
        begun + Http2::Script{Http2::goAway(0, Error::NoError)});
    row("T79 closed before the status", u"eof*3"_s, {Http2::fin()});
    row("T79 cut in the body", u"cut*3"_s, begun + Http2::Script{Http2::fin()});
}

void tst_InjectedFaults::overHttp2()
{
    QFETCH(QString, plan);
    QFETCH(Http2::Script, script);
    Scenario scenario = Scenario::example();
    scenario.seed = 7;
    scenario.caFile = m_caFile;
    scenario.policy.initialBackoff = 2ms;
    // A retry over HTTP/1.1 has another peer.
    if (plan == "h2-reset(code=13)"_L1)
        scenario.policy.maxRetries = 0;

    Scenario injecting = scenario;
    injecting.endpoint = u"sandbox+h2"_s;
    injecting.faults = *FaultPlan::fromString(plan);
    Runner injected;
    QVERIFY(run(injected, injecting));

    Http2PeerOptions options;
    options.credential = m_forge->issue({.names = {u"127.0.0.1"_s}});
    const Http2Peer peer({script}, options);
    scenario.faults = {};
    scenario.endpoint = peer.url(u"/v1/chat/completions"_s).toString();
    Runner met;
    QVERIFY(run(met, scenario));
    QVERIFY(peer.requests().first().isHttp2());
    QCOMPARE(told(injected), told(met));
    QCOMPARE(injected.summary().sandboxRequests.value_or(-1) > 0, plan != "eof*3"_L1);
    QVERIFY(injected.summary().isSimulated());
    QVERIFY(!met.summary().isSimulated());
}

// Here, or, where nothing but the sandbox's own answer is changed, byte by byte in its own room.
void tst_InjectedFaults::everyFaultIsCompared()
{
    const auto textOf = [](const char *path) {
        QFile source(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/") + QLatin1StringView(path));
        return source.open(QIODevice::ReadOnly) ? QString::fromUtf8(source.readAll()) : QString();
    };
    const QString here = textOf("run/tst_injectedfaults.cpp");
    const QString sandbox =
        textOf("sandbox/tst_streamfaults.cpp") + textOf("sandbox/tst_sandboxfaults.cpp");
    const QStringList ofTheAnswer{
        u"quota"_s,      u"split-utf8"_s,    u"split-crlf"_s,  u"crlf"_s,   u"cr-only"_s,
        u"bom"_s,        u"comments"_s,      u"duplicate"_s,   u"drop"_s,   u"big-event"_s,
        u"pings-only"_s, u"wrong-dialect"_s, u"length-stop"_s, u"refusal"_s};
    for (const FaultDescriptor &fault : faultCatalogue()) {
        // Nobody can make a resolver fall silent without changing the system's settings.
        if (fault.kind == Fault::Kind::None || fault.kind == Fault::Kind::DnsTimeout)
            continue;
        const QString name = fault.kind == Fault::Kind::HttpStatus ? u"http-503"_s : fault.name;
        const QString escaped = QRegularExpression::escape(name);
        const bool isThere = ofTheAnswer.contains(name)
                                 ? sandbox.contains(QRegularExpression(u"\"%1[(\"]"_s.arg(escaped)))
                                 : here.contains(QRegularExpression(u"u\"%1[(*\"]"_s.arg(escaped)));
        QVERIFY2(isThere, qPrintable(name));
    }
}

QTEST_GUILESS_MAIN(tst_InjectedFaults)
#include "tst_injectedfaults.moc"
