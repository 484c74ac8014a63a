// SPDX-License-Identifier: MIT
#include "tests/retry/http2bench.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QHttp2Configuration>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! HTTP/2: what a peer may do with a stream or a connection before it has answered, and how the
//! settings of HTTP/2 reach every attempt.
class tst_RequesterHttp2 : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void initTestCase() { Http2Bench::silenceQt(); }

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void uploadArrivesWhole_data();
    void uploadArrivesWhole();
    void resetBeforeTheHeaders_data();
    void resetBeforeTheHeaders();
    void lostBeforeTheHeaders_data();
    void lostBeforeTheHeaders();
    void refusedThenServed_data();
    void refusedThenServed();
    void onlyWhatIsProvenUnprocessed_data();
    void onlyWhatIsProvenUnprocessed();
    void goneWhileIdle_data();
    void goneWhileIdle();
    void goneButNotClosed_data();
    void goneButNotClosed();
    void goneWhileWaitingForAStream();
    void goneWithAnAnswerComing_data();
    void goneWithAnAnswerComing();
    void fallsBackToHttp1_data();
    void fallsBackToHttp1();
    void silentEnd();
    void silentEndThatIsKnown();
    void oneOfTwoIsRefused();
    void switchedOff();
    void settingsReachEveryAttempt_data();
    void settingsReachEveryAttempt();
    void abortResetsTheStream();
};

namespace {

using Http2::Error;
using Http2::Script;

const QByteArray Body(1'000, 'b');

void addTransports()
{
    QTest::addColumn<bool>("isTls");
    QTest::newRow("over TLS") << true;
    QTest::newRow("in clear, with prior knowledge") << false;
}

QStringList servedAfter(const QString &failure)
{
    return {QStringLiteral("1 started"),  QStringLiteral("1 failed ") + failure,
            QStringLiteral("wait 200ms"), QStringLiteral("2 started"),
            QStringLiteral("status 200"), QStringLiteral("finished")};
}

} // namespace

void tst_RequesterHttp2::uploadArrivesWhole_data()
{
    addTransports();
}

// T09: 16 times the windows that a peer begins with.
void tst_RequesterHttp2::uploadArrivesWhole()
{
    QFETCH(bool, isTls);
    Http2Bench bench({Http2::response(200, "stored")}, isTls);
    QByteArray body(1 << 20, '\0');
    for (qsizetype i = 0; i < body.size(); ++i)
        body[i] = static_cast<char>(i * 31 % 251);
    auto *reply = bench.post(body);
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(), lines({"1 started", "status 200", "finished"}));
    QCOMPARE(reply->readAll(), "stored");
    QVERIFY(reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool());
    QVERIFY(reply->attempts().first().http2);
    QCOMPARE(reply->attempts().first().wireSends, 1);
    QCOMPARE(bench.seen(), QStringList{QStringLiteral("1/1")});
    const Http2Request seen = bench.peer->requests().first();
    QCOMPARE(seen.bodySize, body.size());
    QCOMPARE(seen.bodyHash, QCryptographicHash::hash(body, QCryptographicHash::Sha256));
    QCOMPARE(seen.field(":method"), "POST");
    QCOMPARE(bench.peer->connections().first().problem, QString());
}

void tst_RequesterHttp2::resetBeforeTheHeaders_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<Error>("code");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<Safety>("safety");
    const auto rows = [](const char *name, Error code, const char *cause,
                         Safety safety = Safety::MaybeProcessed) {
        QTest::addRow("%s %s over TLS", name, cause)
            << true << code << QString::fromLatin1(cause) << safety;
        QTest::addRow("%s %s in clear", name, cause)
            << false << code << QString::fromLatin1(cause) << safety;
    };
    rows("T25", Error::InternalError, "INTERNAL_ERROR");
    rows("T26", Error::EnhanceYourCalm, "ENHANCE_YOUR_CALM");
    rows("T30", Error::RefusedStream, "REFUSED_STREAM", Safety::Unprocessed);
    rows("every other code:", Error::NoError, "NO_ERROR");
    rows("every other code:", Error::ProtocolError, "PROTOCOL_ERROR");
    rows("every other code:", Error::FlowControlError, "FLOW_CONTROL_ERROR");
    rows("every other code:", Error::SettingsTimeout, "SETTINGS_TIMEOUT");
    rows("every other code:", Error::StreamClosed, "STREAM_CLOSED");
    rows("every other code:", Error::FrameSizeError, "FRAME_SIZE_ERROR");
    rows("every other code:", Error::Cancel, "CANCEL");
    rows("every other code:", Error::CompressionError, "COMPRESSION_ERROR");
    rows("every other code:", Error::ConnectError, "CONNECT_ERROR");
    rows("every other code:", Error::InadequateSecurity, "INADEQUATE_SECURITY");
    rows("a code that nobody knows:", Error(0x2a), "0x2a");
}

void tst_RequesterHttp2::resetBeforeTheHeaders()
{
    QFETCH(bool, isTls);
    QFETCH(Error, code);
    QFETCH(QString, cause);
    QFETCH(Safety, safety);
    Http2Bench bench({Script{Http2::wholeRequest(), Http2::resetStream(code)}}, isTls);
    auto *reply = bench.post(Body);
    QVERIFY(bench.bench.finish(reply));
    // Never a code of 401 and up, which would be read as an HTTP status.
    const QString error = reply->error() < QNetworkReply::ContentAccessDenied
                              ? keyOf(reply->error())
                              : QStringLiteral("ProtocolFailure");
    QCOMPARE(bench.bench.log.lines(), failingLog(QStringLiteral("Http2"), error));
    QVERIFY(reply->error() != QNetworkReply::NoError);
    // A reset stream is no lost connection: the next attempts use it too.
    QCOMPARE(bench.seen(),
             QStringList({QStringLiteral("1/1"), QStringLiteral("1/3"), QStringLiteral("1/5")}));
    for (const AttemptRecord &record : reply->attempts()) {
        QVERIFY(record.failure);
        QCOMPARE(record.failure->cause, cause);
        QCOMPARE(record.failure->safety, safety);
        QCOMPARE(record.failure->phase, AttemptPhase::Waiting);
        QVERIFY2(record.failure->message.contains(cause), qPrintable(record.failure->message));
        QCOMPARE(record.status, 0);
        QCOMPARE(record.wireSends, 1);
        QVERIFY(record.http2);
    }
}

void tst_RequesterHttp2::lostBeforeTheHeaders_data()
{
    QTest::addColumn<Script>("script");
    QTest::newRow("row h2-4: a FIN") << Script{Http2::wholeRequest(), Http2::fin()};
    QTest::newRow("row h2-4: a RST") << Script{Http2::wholeRequest(), Http2::rst()};
}

void tst_RequesterHttp2::lostBeforeTheHeaders()
{
    QFETCH(Script, script);
    Http2Bench bench({script});
    auto *reply = bench.post(Body);
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(),
             failingLog(QStringLiteral("Io"), QStringLiteral("RemoteHostClosedError")));
    QCOMPARE(reply->failure()->safety, Safety::MaybeProcessed);
    QCOMPARE(bench.seen(),
             QStringList({QStringLiteral("1/1"), QStringLiteral("2/1"), QStringLiteral("3/1")}));
}

void tst_RequesterHttp2::refusedThenServed_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<Script>("script");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<QStringList>("seen");
    const auto rows = [](const char *name, const Script &script, const char *cause,
                         const char *second) {
        const QStringList seen{QStringLiteral("1/1"), QString::fromLatin1(second)};
        QTest::addRow("%s, over TLS", name) << true << script << QString::fromLatin1(cause) << seen;
        QTest::addRow("%s, in clear", name)
            << false << script << QString::fromLatin1(cause) << seen;
    };
    rows("T30 a refused stream, again on the same connection",
         {Http2::wholeRequest(), Http2::resetStream(Error::RefusedStream)}, "REFUSED_STREAM",
         "1/3");
    rows("a stream refused before its body has left", {Http2::resetStream(Error::RefusedStream)},
         "REFUSED_STREAM", "1/3");
    rows("T27 a GOAWAY below the stream, again on a new connection",
         {Http2::wholeRequest(), Http2::goAway(0, Error::NoError)}, "GOAWAY", "2/1");
}

void tst_RequesterHttp2::refusedThenServed()
{
    QFETCH(bool, isTls);
    QFETCH(Script, script);
    QFETCH(QString, cause);
    QFETCH(QStringList, seen);
    Http2Bench bench({script, Http2::response(200, "served")}, isTls);
    auto *reply = bench.post(Body);
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(), servedAfter(QStringLiteral("Http2")));
    QCOMPARE(reply->readAll(), "served");
    QCOMPARE(bench.seen(), seen);
    const Failure failure = *reply->attempts().first().failure;
    QCOMPARE(failure.safety, Safety::Unprocessed);
    QCOMPARE(failure.cause, cause);
    QCOMPARE(bench.peer->requests().last().bodyHash,
             QCryptographicHash::hash(Body, QCryptographicHash::Sha256));
}

void tst_RequesterHttp2::onlyWhatIsProvenUnprocessed_data()
{
    QTest::addColumn<Script>("script");
    QTest::addColumn<bool>("isRetried");
    QTest::newRow("REFUSED_STREAM")
        << Script{Http2::wholeRequest(), Http2::resetStream(Error::RefusedStream)} << true;
    QTest::newRow("a GOAWAY below the stream")
        << Script{Http2::wholeRequest(), Http2::goAway(0, Error::NoError)} << true;
    QTest::newRow("CANCEL") << Script{Http2::wholeRequest(), Http2::resetStream(Error::Cancel)}
                            << false;
    // Perhaps RST_STREAM, which promises nothing: Qt does not tell.
    QTest::newRow("a GOAWAY below the stream, with a code")
        << Script{Http2::wholeRequest(), Http2::goAway(0, Error::EnhanceYourCalm)} << false;
    QTest::newRow("HTTP_1_1_REQUIRED")
        << Script{Http2::wholeRequest(), Http2::resetStream(Error::Http11Required)} << false;
}

void tst_RequesterHttp2::onlyWhatIsProvenUnprocessed()
{
    QFETCH(Script, script);
    QFETCH(bool, isRetried);
    Http2Bench bench({script, Http2::response(200, "served")});
    RetryPolicy policy;
    policy.retryMaybeProcessed = false;
    bench.bench.requester.setPolicy(policy);
    auto *reply = bench.post(Body);
    QVERIFY(bench.bench.finish(reply));
    const QStringList refused = lines({"1 started", "1 failed Http2", "stop MaybeProcessed",
                                       "error ProtocolFailure", "finished"});
    QCOMPARE(bench.bench.log.lines(), isRetried ? servedAfter(QStringLiteral("Http2")) : refused);
}

void tst_RequesterHttp2::goneWhileIdle_data()
{
    addTransports();
}

// T28
void tst_RequesterHttp2::goneWhileIdle()
{
    QFETCH(bool, isTls);
    Http2Bench bench({Http2::response(200, "one") + Script{Http2::goAway(1, Error::NoError)},
                      Http2::response(200, "two")},
                     isTls);
    auto *first = bench.post(Body);
    QVERIFY(bench.bench.finish(first));
    // The client closes it: it has seen the GOAWAY.
    QTRY_VERIFY(bench.peer->connections().first().isClosed);
    auto *second = bench.post(Body);
    QVERIFY(bench.bench.finish(second));
    QCOMPARE(bench.bench.log.lines(),
             lines({"1 started", "status 200", "finished", "1 started", "status 200", "finished"}));
    QCOMPARE(second->readAll(), "two");
    QCOMPARE(second->attempts().size(), 1);
    QCOMPARE(bench.seen(), QStringList({QStringLiteral("1/1"), QStringLiteral("2/1")}));
}

void tst_RequesterHttp2::goneButNotClosed_data()
{
    addTransports();
}

// T29, and what follows it: the connection lives on for the answer, and takes no other request.
void tst_RequesterHttp2::goneButNotClosed()
{
    QFETCH(bool, isTls);
    Http2Bench bench({Script{Http2::wholeRequest(), Http2::headers(200), Http2::data("be"),
                             Http2::goAway(Http2::AllStreams, Error::NoError), Http2::ping(),
                             Http2::lastData("gun")},
                      Http2::response(200, "two")},
                     isTls);
    auto *first = bench.post(Body);
    QVERIFY(bench.bench.finish(first));
    QCOMPARE(bench.bench.log.lines(), lines({"1 started", "status 200", "finished"}));
    QCOMPARE(first->readAll(), "begun");
    QVERIFY(!first->failure());
    QVERIFY(!bench.peer->connections().first().isClosed);

    auto *second = bench.post(Body);
    QTRY_COMPARE(bench.bench.log.lines().last(), QStringLiteral("1 started"));
    QCoreApplication::processEvents();
    bench.bench.clock.advance(2s);
    QVERIFY(bench.bench.finish(second));
    QCOMPARE(bench.bench.log.lines().mid(3), servedAfter(QStringLiteral("Http2")));
    const AttemptRecord record = second->attempts().first();
    QCOMPARE(record.failure->safety, Safety::NotSent);
    QCOMPARE(record.failure->cause, QStringLiteral("HeldBack"));
    QVERIFY2(record.failure->message.contains(QStringLiteral("takes no more requests")),
             qPrintable(record.failure->message));
    QCOMPARE(record.wireSends, 0);
    QCOMPARE(bench.seen(), QStringList({QStringLiteral("1/1"), QStringLiteral("2/1")}));
}

// The same for one that already waits for a stream: this Qt tells.
void tst_RequesterHttp2::goneWhileWaitingForAStream()
{
    Http2Bench bench(
        {Script{Http2::requests(2), Http2::goAway(1, Error::NoError), Http2::lastHeaders(201)},
         Script{}, Http2::response(200, "two")},
        true, {.settings = {{3, 1}}});
    auto *first = bench.bench.requester.post(bench.request(), Body);
    QTRY_COMPARE(bench.peer->requests().size(), 1);
    auto *second = bench.post(Body);
    QTRY_COMPARE(bench.bench.log.lines(), lines({"1 started"}));
    // By another manager, so over another connection: what the peer waits for.
    RequesterBench other;
    other.authority = bench.bench.authority;
    auto *third = other.requester.post(other.request(bench.peer->url()), Body);
    QVERIFY(bench.bench.finish(second));
    QVERIFY(bench.bench.finish(first));
    QCOMPARE(bench.bench.log.lines(), servedAfter(QStringLiteral("Http2")));
    const AttemptRecord record = second->attempts().first();
    QCOMPARE(record.failure->safety, Safety::NotSent);
    QCOMPARE(record.failure->cause, QStringLiteral("GOAWAY"));
    QCOMPARE(record.wireSends, 0);
    QCOMPARE(bench.seen(),
             QStringList({QStringLiteral("1/1"), QStringLiteral("2/1"), QStringLiteral("3/1")}));
    third->abort();
}

void tst_RequesterHttp2::goneWithAnAnswerComing_data()
{
    addTransports();
}

// Of two streams the second is left behind; the first goes on for as long as the test runs.
void tst_RequesterHttp2::goneWithAnAnswerComing()
{
    QFETCH(bool, isTls);
    Http2Bench bench({Script{Http2::wholeRequest(), Http2::headers(200), Http2::data("first"),
                             Http2::requests(3), Http2::lastData(" whole")},
                      Script{Http2::wholeRequest(), Http2::goAway(1, Error::NoError)},
                      Http2::response(200, "second")},
                     isTls);
    auto *first = bench.bench.requester.post(bench.request(), Body);
    EventLog firstLog(first);
    QTRY_COMPARE(first->bytesAvailable(), 5);
    auto *second = bench.post(Body);
    QVERIFY(bench.bench.finish(second));
    QVERIFY(bench.bench.finish(first));
    QCOMPARE(firstLog.lines(), lines({"1 started", "status 200", "finished"}));
    QCOMPARE(first->readAll(), "first whole");
    QCOMPARE(bench.bench.log.lines(), servedAfter(QStringLiteral("Http2")));
    QCOMPARE(second->readAll(), "second");
    QCOMPARE(bench.seen(),
             QStringList({QStringLiteral("1/1"), QStringLiteral("1/3"), QStringLiteral("2/1")}));
}

void tst_RequesterHttp2::fallsBackToHttp1_data()
{
    addTransports();
}

// T31
void tst_RequesterHttp2::fallsBackToHttp1()
{
    QFETCH(bool, isTls);
    Http2Bench bench({Script{Http2::wholeRequest(), Http2::resetStream(Error::Http11Required)},
                      Http2::response(200, "old"), Http2::response(200, "new")},
                     isTls);
    auto *reply = bench.post(Body);
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(), servedAfter(QStringLiteral("Http2")));
    QCOMPARE(reply->readAll(), "old");
    QCOMPARE(reply->attempts().at(0).failure->cause, QStringLiteral("HTTP_1_1_REQUIRED"));
    QVERIFY(reply->attempts().at(0).http2);
    QVERIFY(!reply->attempts().at(1).http2);
    QCOMPARE(bench.seen(), QStringList({QStringLiteral("1/1"), QStringLiteral("2/0")}));
    QCOMPARE(bench.peer->requests().at(1).bodyHash,
             QCryptographicHash::hash(Body, QCryptographicHash::Sha256));
    // The next request is asked for as it was.
    auto *next = bench.post(Body);
    QVERIFY(bench.bench.finish(next));
    QVERIFY(next->attempts().at(0).http2);
}

// T54: Qt never tells of it, neither before nor inside an answer.
void tst_RequesterHttp2::silentEnd()
{
    Http2Bench bench({Script{Http2::wholeRequest(), Http2::fin()}}, false);
    Timeouts timeouts;
    timeouts.firstByte = 5s;
    bench.bench.requester.setTimeouts(timeouts);
    auto *reply = bench.post(Body);
    QTRY_VERIFY(!bench.peer->connections().isEmpty() && bench.peer->connections()[0].isClosed);
    QTRY_COMPARE(reply->attempts().value(0).wireSends, 1);
    QVERIFY(!reply->isFinished());
    bench.bench.clock.advance(4'999ms);
    QVERIFY(!reply->isFinished());
    bench.bench.clock.advance(1ms);
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(),
             lines({"1 started", "1 failed Timeout(FirstByte)", "stop NeverRetried",
                    "error TimeoutError", "finished"}));
    QCOMPARE(reply->failure()->safety, Safety::MaybeProcessed);
    QCOMPARE(bench.peer->requests().size(), 1);
}

// The same, and the caller knows.
void tst_RequesterHttp2::silentEndThatIsKnown()
{
    Http2Bench bench({Script{Http2::wholeRequest(), Http2::fin()}, Http2::response(200, "again")},
                     false);
    auto *reply = bench.post(Body);
    QTRY_VERIFY(!bench.peer->connections().isEmpty() && bench.peer->connections()[0].isClosed);
    QTRY_COMPARE(reply->attempts().value(0).wireSends, 1);
    reply->noteConnectionLost();
    reply->noteConnectionLost();
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(), servedAfter(QStringLiteral("Io")));
    const Failure failure = *reply->attempts().first().failure;
    QCOMPARE(failure.safety, Safety::MaybeProcessed);
    QCOMPARE(failure.phase, AttemptPhase::Waiting);
    QCOMPARE(failure.qtError, QNetworkReply::NoError);
    reply->noteConnectionLost();
    QCOMPARE(reply->readAll(), "again");
    QVERIFY(!reply->failure());
}

// Two requests at once on one connection: one is refused, the other does not notice.
void tst_RequesterHttp2::oneOfTwoIsRefused()
{
    Http2Bench bench({Http2::response(200, "warm"),
                      Script{Http2::requests(3), Http2::headers(200), Http2::data("a"),
                             Http2::requests(4), Http2::lastData("b")},
                      Script{Http2::requests(3), Http2::resetStream(Error::RefusedStream)},
                      Http2::response(200, "again")});
    QVERIFY(bench.bench.finish(bench.bench.requester.post(bench.request(), Body)));
    auto *first = bench.bench.requester.post(bench.request(), "first");
    auto *second = bench.post("second");
    EventLog firstLog(first);
    QVERIFY(bench.bench.finish(second));
    QVERIFY(bench.bench.finish(first));
    QCOMPARE(firstLog.lines(), lines({"1 started", "status 200", "finished"}));
    QCOMPARE(bench.bench.log.lines(), servedAfter(QStringLiteral("Http2")));
    QCOMPARE(first->readAll(), "ab");
    QCOMPARE(second->readAll(), "again");
    QCOMPARE(bench.seen(), QStringList({QStringLiteral("1/1"), QStringLiteral("1/3"),
                                        QStringLiteral("1/5"), QStringLiteral("1/7")}));
    QVERIFY(second->attempts().first().reusedConnection);
}

void tst_RequesterHttp2::switchedOff()
{
    Http2Bench bench({Script{Http2::wholeRequest(), Http2::fin()}, Http2::response(200, "old")});
    QNetworkRequest request = bench.request();
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    auto *reply = bench.bench.watch(bench.bench.requester.post(request, Body));
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(), servedAfter(QStringLiteral("Io")));
    for (const AttemptRecord &record : reply->attempts())
        QVERIFY(!record.http2);
    QCOMPARE(bench.seen(), QStringList({QStringLiteral("1/0"), QStringLiteral("2/0")}));
}

void tst_RequesterHttp2::settingsReachEveryAttempt_data()
{
    addTransports();
}

void tst_RequesterHttp2::settingsReachEveryAttempt()
{
    QFETCH(bool, isTls);
    Http2Bench bench({Script{Http2::wholeRequest(), Http2::goAway(0, Error::NoError)},
                      Http2::response(200, QByteArray(300'000, 'x'))},
                     isTls);
    QNetworkRequest request = bench.request();
    QHttp2Configuration configuration;
    configuration.setServerPushEnabled(true);
    QVERIFY(configuration.setStreamReceiveWindowSize(70'000));
    QVERIFY(configuration.setSessionReceiveWindowSize(200'000));
    request.setHttp2Configuration(configuration);
    auto *reply = bench.bench.watch(bench.bench.requester.post(request, Body));
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(), servedAfter(QStringLiteral("Http2")));
    QCOMPARE(reply->readAll().size(), 300'000);
    const QList<Http2Connection> connections = bench.peer->connections();
    QCOMPARE(connections.size(), 2);
    for (const Http2Connection &connection : connections) {
        // ENABLE_PUSH and INITIAL_WINDOW_SIZE.
        QVERIFY(connection.settings.contains(std::make_pair(quint16(2), quint32(1))));
        QVERIFY(connection.settings.contains(std::make_pair(quint16(4), quint32(70'000))));
        QCOMPARE_GE(connection.windowUpdates, 200'000 - 65'535);
        QCOMPARE(connection.problem, QString());
    }
}

void tst_RequesterHttp2::abortResetsTheStream()
{
    Http2Bench bench({Script{Http2::wholeRequest(), Http2::headers(200), Http2::data("half")},
                      Http2::response(200, "next")});
    auto *reply = bench.post(Body);
    QTRY_COMPARE(reply->bytesAvailable(), 4);
    reply->abort();
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(),
             lines({"1 started", "status 200", "1 failed Cancelled", "stop Cancelled",
                    "error OperationCanceledError", "finished"}));
    // The connection is still good.
    auto *next = bench.bench.requester.post(bench.request(), Body);
    QVERIFY(bench.bench.finish(next));
    QCOMPARE(next->readAll(), "next");
    QCOMPARE(bench.seen(), QStringList({QStringLiteral("1/1"), QStringLiteral("1/3")}));
    const auto resets = bench.peer->connections().first().resets;
    QCOMPARE(resets.size(), 1);
    QCOMPARE(resets.first().first, 1U);
    // From 6.8 on Qt says CANCEL only while it uploads (tryRemoveReply()).
    const bool saysNoError = QT_VERSION >= QT_VERSION_CHECK(6, 8, 0);
    QVERIFY(resets.first().second == Error::Cancel
            || (saysNoError && resets.first().second == Error::NoError));
}

QTEST_GUILESS_MAIN(tst_RequesterHttp2)
#include "tst_requester_http2.moc"
