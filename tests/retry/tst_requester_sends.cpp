// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QVersionNumber>
#include <QtNetwork/QAuthenticator>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! How often a request is really sent, counted by the server.
class tst_RequesterSends : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void anAttemptIsOneRequest_data();
    void anAttemptIsOneRequest();
    void aReusedConnectionIsSaid();
    void hiddenSendsOfGetAreShown_data();
    void hiddenSendsOfGetAreShown();
    void everyStatusIsPassedThrough_data();
    void everyStatusIsPassedThrough();
    void challengesAreNotAnsweredSilently_data();
    void challengesAreNotAnsweredSilently();
    void aCutChallengeIsAnAnswer_data();
    void aCutChallengeIsAnAnswer();
    void acceptedThenClosedIsNotSent_data();
    void acceptedThenClosedIsNotSent();
    void closeDelimitedIsWhole_data();
    void closeDelimitedIsWhole();
    void truncationIsAnError_data();
    void truncationIsAnError();
    void headersAndAttributes();
    void idempotencyKeyIsKept();

private:
    Credential credential();

    Forge m_forge;
    std::optional<Credential> m_credential;
};

namespace {

//! Qt 6.8.2 opens a connection for the repeat that our body refuses, and gives it to the next
//! attempt, which then sees no connect: one of its own all the same. Qt 6.4.2 does not.
bool qtOpensAhead()
{
    return QVersionNumber::fromString(QLatin1StringView(qVersion())) >= QVersionNumber(6, 7);
}

const QByteArray Body(1'000, 'b');

std::unique_ptr<RawPeer> makePeer(const QList<PeerScript> &scripts, const Credential &credential)
{
    return std::make_unique<RawPeer>(scripts, credential);
}

} // namespace

Credential tst_RequesterSends::credential()
{
    if (!m_credential)
        m_credential = m_forge.issue({.names = {QStringLiteral("127.0.0.1")}});
    return *m_credential;
}

void tst_RequesterSends::anAttemptIsOneRequest_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<PeerScript>("script");
    const auto rows = [](const char *name, const PeerScript &script) {
        QTest::addRow("%s, plain", name) << false << script;
        QTest::addRow("%s, TLS", name) << true << script;
    };
    rows("T01 the server reads the POST and closes", {readRequest(), fin()});
    rows("T02 the server reads the POST and resets", {readRequest(), rst()});
    rows("T03 a part of the status line", {readRequest(), sendBytes("HTTP/1.1 20"), fin()});
    rows("T04 a part of the headers",
         {readRequest(), sendBytes("HTTP/1.1 200 OK\r\nContent-Le"), fin()});
    rows("T05 bytes that are not HTTP",
         {readRequest(), sendBytes("220 mail.example ESMTP\r\n"), fin()});
}

void tst_RequesterSends::anAttemptIsOneRequest()
{
    QFETCH(bool, isTls);
    QFETCH(PeerScript, script);
    const auto peer = makePeer({script}, isTls ? credential() : Credential());
    RequesterBench bench;
    bench.authority = m_forge.authority();
    auto *reply = bench.watch(bench.requester.post(bench.request(peer->url()), Body));
    QVERIFY(bench.finish(reply));

    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Io"), QStringLiteral("RemoteHostClosedError")));
    QCOMPARE(peer->requests(), 3);
    QVERIFY(reply->failure());
    QCOMPARE(reply->failure()->safety, Safety::MaybeProcessed);
    QCOMPARE(reply->attempts().size(), 3);
    for (const AttemptRecord &record : reply->attempts()) {
        QCOMPARE(record.wireSends, 1);
        QCOMPARE(record.status, 0);
        if (record.number == 1 || !qtOpensAhead())
            QVERIFY(!record.reusedConnection);
        else
            QVERIFY(!record.reusedConnection || peer->connections() > 3);
    }
    for (const PeerRequest &request : peer->received())
        QCOMPARE(request.body, Body);
}

// T06
void tst_RequesterSends::aReusedConnectionIsSaid()
{
    const auto peer =
        makePeer({PeerScript{readRequest(), sendBytes(response(200, "one")), readRequest(), fin()},
                  PeerScript{readRequest(), sendBytes(response(200, "two"))}},
                 Credential());
    RequesterBench bench;
    auto *first = bench.watch(bench.requester.post(bench.request(peer->url()), Body));
    QVERIFY(bench.finish(first));
    auto *second = bench.watch(bench.requester.post(bench.request(peer->url()), Body));
    QVERIFY(bench.finish(second));

    QCOMPARE(bench.log.lines(),
             QStringList({QStringLiteral("1 started"), QStringLiteral("status 200"),
                          QStringLiteral("finished"), QStringLiteral("1 started"),
                          QStringLiteral("1 failed Io"), QStringLiteral("wait 200ms"),
                          QStringLiteral("2 started"), QStringLiteral("status 200"),
                          QStringLiteral("finished")}));
    QCOMPARE(peer->requests(), 3);
    QCOMPARE(second->readAll(), "two");
    QVERIFY(!first->attempts().at(0).reusedConnection);
    QVERIFY(second->attempts().at(0).reusedConnection);
    QVERIFY(!second->attempts().at(1).reusedConnection
            || (qtOpensAhead() && peer->connections() > 1));
    QCOMPARE(second->attempts().at(0).wireSends, 1);
    QCOMPARE(second->attempts().at(1).wireSends, 1);
}

void tst_RequesterSends::hiddenSendsOfGetAreShown_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::newRow("T07 plain") << false;
    QTest::newRow("T07 TLS") << true;
}

void tst_RequesterSends::hiddenSendsOfGetAreShown()
{
    QFETCH(bool, isTls);
    const auto peer =
        makePeer({PeerScript{readRequest(), fin()}}, isTls ? credential() : Credential());
    RequesterBench bench;
    bench.authority = m_forge.authority();
    // QSslSocket reports the end of a connection twice, and Qt gives the second report to the next
    // attempt where that comes at once: with Qt 6.8.2 at times in its handshake. A wait gives it
    // the time to pass; here waits take none, so other requests through Qt's HTTP thread do.
    const RawPeer marker(
        {readRequest(), sendBytes(response(200, "ok", "Connection: close\r\n")), fin()});
    auto *reply = bench.requester.get(bench.request(peer->url()));
    bench.log.watch(reply);
    connect(
        reply, &RetryingReply::retryScheduled, this,
        [&](int, std::chrono::microseconds delay) {
            for (int i = 0; i < 3; ++i)
                QVERIFY(bench.finish(bench.requester.post(bench.request(marker.url()), Body)));
            bench.clock.advance(delay);
        },
        Qt::QueuedConnection);
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             failingLog(QStringLiteral("Io"), QStringLiteral("RemoteHostClosedError")));
    int sends = 0;
    for (const AttemptRecord &record : reply->attempts())
        sends += record.wireSends;
    QCOMPARE(sends, peer->requests());
    // Qt does repeat what has no body; were that mended one day, this test should say so.
    QVERIFY(reply->attempts().first().wireSends > 1);
}

// T34, T37, T10: an answer is an answer.
void tst_RequesterSends::everyStatusIsPassedThrough_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("size");
    for (int status = 200; status <= 599; ++status) {
        const bool isBodyless = status == 204 || status == 304;
        QTest::addRow("T34 status %d", status)
            << status << QByteArray() << (isBodyless ? 0 : 2'000);
    }
    QTest::newRow("T37 a 401 that asks for credentials, with a large body")
        << 401 << QByteArray("WWW-Authenticate: Bearer realm=\"x\"\r\n") << 200'000;
    QTest::newRow("a 401 with a Basic challenge")
        << 401 << QByteArray("WWW-Authenticate: Basic realm=\"x\"\r\n") << 200'000;
    QTest::newRow("T10 a 307 to another place")
        << 307 << QByteArray("Location: http://127.0.0.1:1/\r\n") << 10;
    QTest::newRow("a 302 to another place")
        << 302 << QByteArray("Location: http://127.0.0.1:1/\r\n") << 10;
    QTest::newRow("a 407 that no proxy sent") << 407 << QByteArray() << 10;
    QTest::newRow("a status beyond the standard's") << 999 << QByteArray() << 10;
}

void tst_RequesterSends::everyStatusIsPassedThrough()
{
    QFETCH(int, status);
    QFETCH(QByteArray, headers);
    QFETCH(int, size);
    const QByteArray body(size, 'x');
    const QByteArray bytes =
        size == 0 ? QByteArray("HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\n\r\n")
                  : response(status, body, headers);
    const auto peer = makePeer({PeerScript{readRequest(), sendBytes(bytes), fin()}}, Credential());
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer->url()), Body));
    QVERIFY(bench.finish(reply));

    QStringList expected{QStringLiteral("1 started"), QStringLiteral("status %1").arg(status)};
    if (status >= 400)
        expected.append(QStringLiteral("error ") + keyOf(reply->error()));
    expected.append(QStringLiteral("finished"));
    QCOMPARE(bench.log.lines(), expected);
    QCOMPARE(reply->error() == QNetworkReply::NoError, status < 400);
    QVERIFY(reply->error() != QNetworkReply::ContentReSendError);
    QVERIFY(!reply->failure());
    QVERIFY(reply->isCommitted());
    QCOMPARE(reply->attempts().first().status, status);
    QCOMPARE(reply->readAll(), body);
    QCOMPARE(peer->requests(), 1);
}

void tst_RequesterSends::challengesAreNotAnsweredSilently_data()
{
    QTest::addColumn<bool>("inUrl");
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("credentials of the URL go with the first request")
        << true << QByteArray("Basic dXNlcjpwQHNz");
    QTest::newRow("credentials of a slot would need a second request") << false << QByteArray();
}

void tst_RequesterSends::challengesAreNotAnsweredSilently()
{
    QFETCH(bool, inUrl);
    QFETCH(QByteArray, header);
    const QByteArray challenge = "WWW-Authenticate: Basic realm=\"x\"\r\n";
    const auto peer = makePeer(
        {PeerScript{readRequest(), sendBytes(response(401, "no", challenge)), readRequest()}},
        Credential());
    QUrl url = peer->url();
    if (inUrl) {
        url.setUserName(QStringLiteral("user"));
        url.setPassword(QStringLiteral("p@ss"));
    }
    RequesterBench bench;
    connect(&bench.manager, &QNetworkAccessManager::authenticationRequired, this,
            [](QNetworkReply *, QAuthenticator *authenticator) {
                authenticator->setUser(QStringLiteral("user"));
                authenticator->setPassword(QStringLiteral("password"));
            });
    auto *reply = bench.watch(bench.requester.post(bench.request(url), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             lines({"1 started", "status 401", "error AuthenticationRequiredError", "finished"}));
    QCOMPARE(reply->readAll(), "no");
    QCOMPARE(peer->requests(), 1);
    QCOMPARE(peer->received().first().header("Authorization"), header);
}

void tst_RequesterSends::aCutChallengeIsAnAnswer_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<bool>("isGet");
    QTest::addColumn<PeerScript>("script");
    const QByteArray ask = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n";
    const QByteArray length = ask + "Content-Length: 1000\r\n\r\nhalf";
    const QByteArray chunks = ask + "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    const QByteArray proxy = "HTTP/1.1 407 No\r\nContent-Length: 1000\r\n\r\nhalf";
    const auto rows = [](const char *name, const PeerScript &script) {
        QTest::addRow("%s, plain", name) << false << false << script;
        QTest::addRow("%s, TLS", name) << true << false << script;
        QTest::addRow("%s, GET", name) << false << true << script;
    };
    rows("401 short of its length, FIN", {readRequest(), sendBytes(length), fin()});
    rows("401 without its last chunk, FIN", {readRequest(), sendBytes(chunks), fin()});
    rows("407 short of its length, FIN", {readRequest(), sendBytes(proxy), fin()});
}

// Qt keeps back the head of a 401 or 407 until its body is whole, and forgets it where that never
// comes: the request must not be sent again all the same.
void tst_RequesterSends::aCutChallengeIsAnAnswer()
{
    QFETCH(bool, isTls);
    QFETCH(bool, isGet);
    QFETCH(PeerScript, script);
    const auto peer = makePeer({script}, isTls ? credential() : Credential());
    RequesterBench bench;
    bench.authority = m_forge.authority();
    const QNetworkRequest request = bench.request(peer->url());
    auto *reply =
        bench.watch(isGet ? bench.requester.get(request) : bench.requester.post(request, Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(peer->requests(), 1);
    QCOMPARE(reply->attempts().size(), 1);
    // Where the end comes together with the data, Qt takes it for the end of the body, and tells
    // the status after all.
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    QCOMPARE(reply->isCommitted(), status > 0);
    QVERIFY(reply->failure() || status > 0);
    if (!reply->failure())
        return;
    QStringList expected{QStringLiteral("1 started"), QStringLiteral("1 failed Body"),
                         QStringLiteral("stop Answered"), QStringLiteral("finished")};
    if (status > 0)
        expected.insert(1, QStringLiteral("status %1").arg(status));
    expected.insert(expected.size() - 1, QStringLiteral("error ") + keyOf(reply->error()));
    QCOMPARE(bench.log.lines(), expected);
    QCOMPARE(reply->failure()->safety, Safety::Answered);
    QCOMPARE(reply->failure()->phase, AttemptPhase::Body);
    QCOMPARE(reply->failure()->cause,
             status > 0 ? QStringLiteral("Truncated") : QStringLiteral("WithheldStatus"));
}

void tst_RequesterSends::acceptedThenClosedIsNotSent_data()
{
    QTest::addColumn<PeerScript>("script");
    for (int round = 1; round <= 5; ++round) {
        QTest::addRow("closed, round %d", round) << PeerScript{fin()};
        QTest::addRow("reset, round %d", round) << PeerScript{rst()};
    }
}

// The end may come before or behind the first write: what is said must fit what is counted.
void tst_RequesterSends::acceptedThenClosedIsNotSent()
{
    QFETCH(PeerScript, script);
    const auto peer = makePeer({script}, Credential());
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer->url()), Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.finishedCount(), 1);
    QCOMPARE(reply->attempts().size(), 3);
    for (const AttemptRecord &record : reply->attempts()) {
        const bool isSent = record.wireSends > 0;
        const Failure failure = *record.failure;
        QVERIFY(record.wireSends <= 1);
        QCOMPARE(failure.safety, isSent ? Safety::MaybeProcessed : Safety::NotSent);
        // A reset may also come while Qt still connects.
        QVERIFY(failure.kind == FailureKind::Io
                || (!isSent && failure.kind == FailureKind::Connect));
        QVERIFY(!failure.message.contains(QStringLiteral("after the request")) || isSent);
    }
}

void tst_RequesterSends::closeDelimitedIsWhole_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("isTls");
    for (int round = 1; round <= 10; ++round) {
        // Qt reports one of two codes, as it happens: hence the rounds.
        QTest::addRow("row 7 of the facts, round %d", round) << 200 << false;
        QTest::addRow("the same over TLS, round %d", round) << 200 << true;
        QTest::addRow("an error status, round %d", round) << 503 << false;
    }
}

void tst_RequesterSends::closeDelimitedIsWhole()
{
    QFETCH(int, status);
    QFETCH(bool, isTls);
    const QByteArray head = "HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\n\r\n";
    const QByteArray body(5'000, 'x');
    const auto peer = makePeer({PeerScript{readRequest(), sendBytes(head + body), fin()}},
                               isTls ? credential() : Credential());
    RequesterBench bench;
    bench.authority = m_forge.authority();
    auto *reply = bench.watch(bench.requester.post(bench.request(peer->url()), Body));
    QVERIFY(bench.finish(reply));
    QVERIFY(!reply->failure());
    QCOMPARE(reply->error(),
             status == 503 ? QNetworkReply::ServiceUnavailableError : QNetworkReply::NoError);
    QCOMPARE(reply->readAll(), body);
    QCOMPARE(peer->requests(), 1);
}

void tst_RequesterSends::truncationIsAnError_data()
{
    QTest::addColumn<bool>("isGet");
    QTest::addColumn<PeerScript>("script");
    const QByteArray length = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf";
    const QByteArray chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    for (int round = 1; round <= 5; ++round) {
        QTest::addRow("T58 POST, short of its length, FIN, round %d", round)
            << false << PeerScript{readRequest(), sendBytes(length), fin()};
        QTest::addRow("GET, short of its length, FIN, round %d", round)
            << true << PeerScript{readRequest(), sendBytes(length), fin()};
        QTest::addRow("T57 POST, no last chunk, FIN, round %d", round)
            << false << PeerScript{readRequest(), sendBytes(chunks), fin()};
    }
}

void tst_RequesterSends::truncationIsAnError()
{
    QFETCH(bool, isGet);
    QFETCH(PeerScript, script);
    const auto peer = makePeer({script}, Credential());
    RequesterBench bench;
    const QNetworkRequest request = bench.request(peer->url());
    auto *reply =
        bench.watch(isGet ? bench.requester.get(request) : bench.requester.post(request, Body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(
        bench.log.lines(),
        QStringList({QStringLiteral("1 started"), QStringLiteral("status 200"),
                     QStringLiteral("1 failed Body"), QStringLiteral("stop Answered"),
                     QStringLiteral("error RemoteHostClosedError"), QStringLiteral("finished")}));
    QCOMPARE(reply->readAll(), "half");
    QCOMPARE(reply->failure()->cause, QStringLiteral("Truncated"));
    QCOMPARE(reply->failure()->safety, Safety::Answered);
}

void tst_RequesterSends::headersAndAttributes()
{
    const auto peer =
        makePeer({PeerScript{readRequest(), sendBytes(response(200, "ok", "X-Answer: yes\r\n")),
                             readRequest(), sendBytes(response(200, "ok"))}},
                 Credential());
    RequesterBench bench;
    QNetworkRequest request = bench.request(peer->url(QStringLiteral("/path")));
    request.setRawHeader("X-Question", "why");
    auto *reply = bench.requester.post(request, Body);
    QVERIFY(bench.finish(reply));
    const PeerRequest seen = peer->received().first();
    QVERIFY(seen.head.startsWith("POST /path HTTP/1.1\r\n"));
    QVERIFY(seen.header("User-Agent").startsWith("retryscope/"));
    QCOMPARE(seen.header("X-Question"), "why");
    QCOMPARE(seen.header("Content-Length"), "1000");
    QVERIFY(seen.header("Idempotency-Key").isNull());
    QCOMPARE(reply->rawHeader("x-answer"), "yes");
    QCOMPARE(reply->header(QNetworkRequest::ContentLengthHeader).toInt(), 2);
    QCOMPARE(reply->attribute(QNetworkRequest::HttpReasonPhraseAttribute).toString(),
             QStringLiteral("Scripted"));
    QCOMPARE(reply->operation(), QNetworkAccessManager::PostOperation);
    QCOMPARE(reply->request(), request);

    request.setRawHeader("User-Agent", "mine");
    QVERIFY(bench.finish(bench.requester.post(request, Body)));
    QCOMPARE(peer->received().last().header("User-Agent"), "mine");
}

void tst_RequesterSends::idempotencyKeyIsKept()
{
    const auto peer = makePeer({PeerScript{readRequest(), fin()}}, Credential());
    RequesterBench bench;
    RetryPolicy policy;
    policy.idempotencyKey = true;
    bench.requester.setPolicy(policy);
    for (int i = 0; i < 2; ++i) {
        auto *reply = bench.watch(bench.requester.post(bench.request(peer->url()), Body));
        QVERIFY(bench.finish(reply));
    }
    const QList<PeerRequest> seen = peer->received();
    QCOMPARE(seen.size(), 6);
    const QByteArray first = seen.at(0).header("Idempotency-Key");
    const QByteArray second = seen.at(3).header("Idempotency-Key");
    QCOMPARE(first.size(), 36);
    QVERIFY(first != second);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(seen.at(i).header("Idempotency-Key"), first);
        QCOMPARE(seen.at(i + 3).header("Idempotency-Key"), second);
    }
}

QTEST_GUILESS_MAIN(tst_RequesterSends)
#include "tst_requester_sends.moc"
