// SPDX-License-Identifier: MIT
#include "tests/retry/http2bench.h"

#include <QtCore/QRegularExpression>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! HTTP/2: answers that break off, and answers that only look as if they did.
class tst_RequesterHttp2Body : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void initTestCase() { Http2Bench::silenceQt(); }

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void truncationIsAnError_data();
    void truncationIsAnError();
    void wholeIsWhole_data();
    void wholeIsWhole();
    void everyStatusIsPassedThrough_data();
    void everyStatusIsPassedThrough();
    void silentEnd();
    void silentEndThatIsKnown();
};

namespace {

using Http2::Error;
using Http2::Script;

const QByteArray Body(1'000, 'b');
const HeaderFields LengthOf10{{"content-length", "10"}};

//! The head and four bytes of the body, which the client has surely seen.
Script half(int status = 200, const HeaderFields &fields = {})
{
    return {Http2::wholeRequest(), Http2::headers(status, fields), Http2::data("half"),
            Http2::ping()};
}

} // namespace

void tst_RequesterHttp2Body::truncationIsAnError_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<Script>("script");
    QTest::addColumn<QString>("error");
    QTest::addColumn<QString>("words");
    const auto tls = [](const char *name, const Script &script, const char *error,
                        const char *words) {
        QTest::addRow("%s, over TLS", name)
            << true << script << QString::fromLatin1(error) << QString::fromLatin1(words);
    };
    const auto rows = [&tls](const char *name, const Script &script, const char *error,
                             const char *words) {
        tls(name, script, error, words);
        QTest::addRow("%s, in clear", name)
            << false << script << QString::fromLatin1(error) << QString::fromLatin1(words);
    };
    const auto reset = [](Error code) {
        return Script{Http2::resetStream(code)};
    };
    rows("T59 RST_STREAM(NO_ERROR)", half() + reset(Error::NoError), "RemoteHostClosedError",
         "reset the HTTP/2 stream with NO_ERROR");
    rows("T59 RST_STREAM(NO_ERROR), with a length", half(200, LengthOf10) + reset(Error::NoError),
         "RemoteHostClosedError", "reset the HTTP/2 stream with NO_ERROR");
    rows("row h2-5: RST_STREAM(INTERNAL_ERROR)", half() + reset(Error::InternalError),
         "ProtocolFailure", "ended the HTTP/2 stream with INTERNAL_ERROR");
    rows("RST_STREAM(CANCEL)", half() + reset(Error::Cancel), "ProtocolFailure",
         "ended the HTTP/2 stream with CANCEL");
    rows("row h2-7: GOAWAY(0)", half() + Script{Http2::goAway(0, Error::NoError)},
         "RemoteHostClosedError", "is going away (HTTP/2 GOAWAY)");
    rows("GOAWAY(0) with a code", half() + Script{Http2::goAway(0, Error::EnhanceYourCalm)},
         "ProtocolFailure", "ended the HTTP/2 stream with ENHANCE_YOUR_CALM");
    rows("a length that END_STREAM cuts short",
         Script{Http2::wholeRequest(), Http2::headers(200, LengthOf10), Http2::lastData("half")},
         "RemoteHostClosedError", "The answer ended after 4 of 10 bytes.");
    // In clear Qt tells of neither: see silentEnd().
    tls("row h2-6: FIN", half() + Script{Http2::fin()}, "RemoteHostClosedError",
        "The connection was lost after 4 bytes");
    tls("row h2-6: RST", half() + Script{Http2::rst()}, "RemoteHostClosedError",
        "The connection was lost after 4 bytes");
}

void tst_RequesterHttp2Body::truncationIsAnError()
{
    QFETCH(bool, isTls);
    QFETCH(Script, script);
    QFETCH(QString, error);
    QFETCH(QString, words);
    Http2Bench bench({script}, isTls);
    auto *reply = bench.post(Body);
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(),
             QStringList({QStringLiteral("1 started"), QStringLiteral("status 200"),
                          QStringLiteral("1 failed Body"), QStringLiteral("stop Answered"),
                          QStringLiteral("error ") + error, QStringLiteral("finished")}));
    QCOMPARE(reply->readAll(), "half");
    QCOMPARE(reply->failure()->cause, QStringLiteral("Truncated"));
    QCOMPARE(reply->failure()->safety, Safety::Answered);
    QVERIFY2(reply->failure()->message.contains(words), qPrintable(reply->failure()->message));
    QCOMPARE(bench.peer->requests().size(), 1);
}

void tst_RequesterHttp2Body::wholeIsWhole_data()
{
    QTest::addColumn<Script>("script");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("an empty DATA frame ends it")
        << half() + Script{Http2::lastData("")} << QByteArray("half");
    QTest::newRow("headers in two frames")
        << Script{Http2::wholeRequest(), Http2::continuedHeaders(200), Http2::lastData("x")}
        << QByteArray("x");
    QTest::newRow("no body at all")
        << Script{Http2::wholeRequest(), Http2::lastHeaders(200)} << QByteArray();
    QTest::newRow("larger than a frame")
        << Http2::response(200, QByteArray(100'000, 'x')) << QByteArray(100'000, 'x');
    // RFC 9113, 8.1: so does a server that does not want the rest of the request.
    QTest::newRow("RST_STREAM(NO_ERROR) behind its end")
        << half() + Script{Http2::lastData(""), Http2::resetStream(Error::NoError)}
        << QByteArray("half");
    QTest::newRow("as long as was said, and then reset")
        << Script{Http2::wholeRequest(), Http2::headers(200, {{"content-length", "4"}}),
                  Http2::data("half"), Http2::resetStream(Error::Cancel)}
        << QByteArray("half");
    QTest::newRow("as long as was said, and then closed")
        << Script{Http2::wholeRequest(), Http2::headers(200, {{"content-length", "4"}}),
                  Http2::data("half"), Http2::ping(), Http2::fin()}
        << QByteArray("half");
    QTest::newRow("a GOAWAY behind its end")
        << Http2::response(200, "x") + Script{Http2::goAway(1, Error::NoError), Http2::fin()}
        << QByteArray("x");
}

void tst_RequesterHttp2Body::wholeIsWhole()
{
    QFETCH(Script, script);
    QFETCH(QByteArray, body);
    Http2Bench bench({script});
    auto *reply = bench.post(Body);
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(), lines({"1 started", "status 200", "finished"}));
    QVERIFY(!reply->failure());
    QCOMPARE(reply->readAll(), body);
}

void tst_RequesterHttp2Body::everyStatusIsPassedThrough_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<HeaderFields>("fields");
    for (const int status : {200, 201, 204, 302, 304, 400, 403, 404, 429, 500, 502, 503, 529})
        QTest::addRow("status %d", status) << status << HeaderFields();
    QTest::newRow("a 401 that asks for credentials")
        << 401 << HeaderFields{{"www-authenticate", "Bearer realm=\"x\""}};
    QTest::newRow("a 307 to another place")
        << 307 << HeaderFields{{"location", "https://127.0.0.1:1/"}};
}

// Whole, and then cut by the code that Qt has for this very status.
void tst_RequesterHttp2Body::everyStatusIsPassedThrough()
{
    QFETCH(int, status);
    QFETCH(HeaderFields, fields);
    const bool isBodyless = status == 204 || status == 304;
    const QByteArray body = isBodyless ? QByteArray() : QByteArray(2'000, 'x');
    Http2Bench bench(
        {Script{Http2::wholeRequest(), Http2::headers(status, fields), Http2::lastData(body)},
         half(status, fields)
             + Script{Http2::resetStream(status == 500   ? Error::InternalError
                                         : status == 403 ? Error::InadequateSecurity
                                                         : Error::EnhanceYourCalm)}});
    auto *whole = bench.post(Body);
    QVERIFY(bench.bench.finish(whole));
    QStringList expected{QStringLiteral("1 started"), QStringLiteral("status %1").arg(status)};
    if (status >= 400)
        expected.append(QStringLiteral("error ") + keyOf(whole->error()));
    expected.append(QStringLiteral("finished"));
    QCOMPARE(bench.bench.log.lines(), expected);
    QVERIFY(!whole->failure());
    QCOMPARE(whole->readAll(), body);
    if (isBodyless)
        return;
    auto *cut = bench.bench.requester.post(bench.request(), Body);
    QVERIFY(bench.bench.finish(cut));
    QVERIFY(cut->failure());
    QCOMPARE(cut->failure()->kind, FailureKind::Body);
    QCOMPARE(cut->error(), QNetworkReply::ProtocolFailure);
    QCOMPARE(cut->attempts().first().status, status);
    // Qt withholds the body of a 401 until it is whole.
    QCOMPARE(cut->readAll(), status == 401 ? "" : "half");
}

// T54 inside an answer: only a limit ends it.
void tst_RequesterHttp2Body::silentEnd()
{
    Http2Bench bench({half() + Script{Http2::fin()}}, false);
    Timeouts timeouts;
    timeouts.idleBytes = 5s;
    bench.bench.requester.setTimeouts(timeouts);
    auto *reply = bench.post(Body);
    QTRY_VERIFY(!bench.peer->connections().isEmpty() && bench.peer->connections()[0].isClosed);
    QTRY_COMPARE(reply->bytesAvailable(), 4);
    bench.bench.clock.advance(4'999ms);
    QVERIFY(!reply->isFinished());
    bench.bench.clock.advance(1ms);
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(),
             lines({"1 started", "status 200", "1 failed Timeout(IdleBytes)", "stop NeverRetried",
                    "error TimeoutError", "finished"}));
    QCOMPARE(reply->readAll(), "half");
}

// The same, and the caller knows.
void tst_RequesterHttp2Body::silentEndThatIsKnown()
{
    Http2Bench bench({half() + Script{Http2::fin()}}, false);
    auto *reply = bench.post(Body);
    QTRY_VERIFY(!bench.peer->connections().isEmpty() && bench.peer->connections()[0].isClosed);
    QTRY_COMPARE(reply->bytesAvailable(), 4);
    reply->noteConnectionLost();
    QVERIFY(bench.bench.finish(reply));
    QCOMPARE(bench.bench.log.lines(),
             lines({"1 started", "status 200", "1 failed Body", "stop Answered",
                    "error RemoteHostClosedError", "finished"}));
    QCOMPARE(reply->readAll(), "half");
}

QTEST_GUILESS_MAIN(tst_RequesterHttp2Body)
#include "tst_requester_http2body.moc"
