// SPDX-License-Identifier: MIT
#include "core/base/clock.h"
#include "core/fault/faultplan.h"
#include "core/tap/tap.h"
#include "tests/qtfacts/lab.h"
#include "tests/qtfacts/oneshotdevice.h"
#include "tests/support/http2peer.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QSslConfiguration>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope::Test;
using namespace Retryscope;
using namespace Qt::StringLiterals;

//! What bare QNetworkAccessManager reports of what a server does with an HTTP/2 stream.
class tst_QtFactsHttp2 : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void streams_data();
    void streams();
    void emitsAnErrorThatIsNone();
    void neverEndsInClear_data();
    void neverEndsInClear();
    void worksThroughSocks5();
};

namespace {

const QString Classify =
    u"core/retry/classify.cpp (kindUnanswered(): over HTTP/2 every code but that of "
    "a closed connection tells of a stream; nearestQtError())"_s;
const QString Unprocessed =
    u"core/retry/classify.cpp (isSafelyUnprocessed() goes by this code, and by "
    "this text)"_s;
const QString Bodies =
    u"core/retry/classify.cpp (classifyAnswered(), isWhole()), core/llm (the verdict "
    "of a stream)"_s;
const QString Watchdog = u"core/retry/retrycourse.cpp (the total deadline), "
                         "core/retry/attemptrunner.cpp (the timeouts)"_s;

const QByteArray Half = "half ";
const QByteArray Answer = "half of it";

//! A bare manager and a scripted HTTP/2 server.
class Http2Lab final
{
public:
    Http2Lab(const Http2::Script &script, bool isTls)
        : peer({script}, {.credential = isTls ? Lab::credential() : Credential()})
    {
        manager.setProxy(QNetworkProxy::NoProxy);
    }

    QNetworkReply *send(Upload upload)
    {
        QNetworkRequest request(peer.url());
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
        // In clear: prior knowledge.
        request.setAttribute(QNetworkRequest::Http2DirectAttribute,
                             peer.url().scheme() == u"http"_s);
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setCaCertificates({Lab::authority()});
        configuration.setAllowedNextProtocols({QSslConfiguration::ALPNProtocolHTTP2});
        request.setSslConfiguration(configuration);
        const QByteArray body(1'000, 'b');
        if (upload != Upload::OneShot)
            return manager.post(request, body);
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        request.setHeader(QNetworkRequest::ContentLengthHeader, body.size());
        auto *device = new OneShotDevice(body);
        QNetworkReply *reply = manager.post(request, device);
        device->setParent(reply);
        return reply;
    }

    //! Closed by the server, and the manager's thread has answered other requests since.
    void settle(const QNetworkReply *reply)
    {
        const auto isClosed = [this] {
            const QList<Http2Connection> connections = peer.connections();
            return !connections.isEmpty() && connections.constLast().isClosed;
        };
        QTRY_VERIFY(isClosed() || reply->isFinished());
        const QByteArray ok = response(200, "marker");
        const RawPeer marker({readRequest(), sendBytes(ok), readRequest(), sendBytes(ok),
                              readRequest(), sendBytes(ok)});
        for (int i = 0; i < 3; ++i) {
            const std::unique_ptr<QNetworkReply> other(manager.get(QNetworkRequest(marker.url())));
            QVERIFY(Lab::finish(other.get()));
            QCOMPARE(other->error(), QNetworkReply::NoError);
        }
    }

    Http2Peer peer;
    QNetworkAccessManager manager;
};

// qhttp2protocolhandler.cpp warns of every stream that ends with an error, and writes on to a
// socket that a reset has just closed.
void failOnOtherWarnings()
{
    QTest::failOnWarning(QRegularExpression(
        u"^(?!stream \\d+ finished with error: |"
        "QNativeSocketEngine::write\\(\\) was called on an uninitialized socket device$)"_s));
}

QString endOf(QNetworkReply *reply)
{
    if (!reply->isFinished())
        return u"no end"_s;
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0)
        return keyOf(reply->error()) + u", no status"_s;
    const QByteArray body = reply->readAll();
    return u"%1, status %2, %3"_s.arg(keyOf(reply->error()), QString::number(status),
                                      body == Answer   ? u"body whole"_s
                                      : body == Half   ? u"body cut"_s
                                      : body.isEmpty() ? u"body empty"_s
                                                       : u"body different"_s);
}

Observation observe(Http2Lab &lab, QNetworkReply *reply)
{
    return {endOf(reply), static_cast<int>(lab.peer.requests().size())};
}

} // namespace

void tst_QtFactsHttp2::streams_data()
{
    QTest::addColumn<Http2::Script>("script");
    QTest::addColumn<Upload>("upload");
    QTest::addColumn<Fact>("fact");
    const auto add = [](const QString &what, const Http2::Script &script, const QString &end,
                        const QString &dependents) {
        for (const Upload upload : {Upload::Bytes, Upload::OneShot}) {
            const QString name = upload == Upload::OneShot ? what + u", one-shot body"_s : what;
            QTest::newRow(qPrintable(name))
                << script << upload << Fact{name, inBoth({end}, exactly(1)), dependents};
        }
    };
    using E = Http2::Error;
    const auto before = [](const Http2::Script &script) {
        return Http2::Script{Http2::wholeRequest()} + script;
    };
    const auto reset = [&](E error) {
        return before({Http2::resetStream(error)});
    };
    add(u"h2-1: RST_STREAM(REFUSED_STREAM) before the head"_s, reset(E::RefusedStream),
        u"ProtocolFailure, no status"_s, Unprocessed);
    add(u"h2-2: RST_STREAM(INTERNAL_ERROR) before the head has a code of HTTP statuses"_s,
        reset(E::InternalError), u"InternalServerError, no status"_s, Classify);
    add(u"RST_STREAM(HTTP_1_1_REQUIRED) before the head"_s, reset(E::Http11Required),
        u"ProtocolFailure, no status"_s, Classify);
    add(u"h2-3: GOAWAY(0) before the head"_s, before({Http2::goAway(0, E::NoError)}),
        u"ContentReSendError, no status"_s, Unprocessed);
    add(u"GOAWAY(0, ENHANCE_YOUR_CALM) before the head has a code of HTTP statuses"_s,
        before({Http2::goAway(0, E::EnhanceYourCalm)}), u"UnknownServerError, no status"_s,
        Classify);
    add(u"h2-4: FIN before the head"_s, before({Http2::fin()}),
        u"RemoteHostClosedError, no status"_s, Classify);
    add(u"h2-4: RST before the head"_s, before({Http2::rst()}),
        u"RemoteHostClosedError, no status"_s, Classify);

    // The ping is answered when the client has the data.
    const auto midBody = [](const Http2::Script &script) {
        return Http2::Script{Http2::wholeRequest(), Http2::headers(200), Http2::data(Half),
                             Http2::ping()}
               + script;
    };
    add(u"h2-5: RST_STREAM(INTERNAL_ERROR) during the body"_s,
        midBody({Http2::resetStream(E::InternalError)}),
        u"InternalServerError, status 200, body cut"_s, Bodies);
    add(u"RST_STREAM(CANCEL) during the body"_s, midBody({Http2::resetStream(E::Cancel)}),
        u"ProtocolFailure, status 200, body cut"_s, Bodies);
    add(u"RST_STREAM(NO_ERROR) during the body is called a success"_s,
        midBody({Http2::resetStream(E::NoError)}), u"NoError, status 200, body cut"_s, Bodies);
    add(u"h2-6: FIN during the body"_s, midBody({Http2::fin()}),
        u"RemoteHostClosedError, status 200, body cut"_s, Bodies);
    add(u"h2-7: GOAWAY(0) during the body"_s, midBody({Http2::goAway(0, E::NoError)}),
        u"ContentReSendError, status 200, body cut"_s, Bodies);
    add(u"a GOAWAY that lets the stream complete"_s,
        midBody({Http2::goAway(Http2::AllStreams, E::NoError), Http2::lastData("of it")}),
        u"NoError, status 200, body whole"_s, Bodies);
}

void tst_QtFactsHttp2::streams()
{
    QFETCH(Http2::Script, script);
    QFETCH(Upload, upload);
    QFETCH(Fact, fact);
    failOnOtherWarnings();
    Http2Lab lab(script, true);
    const std::unique_ptr<QNetworkReply> reply(lab.send(upload));
    QVERIFY(Lab::finish(reply.get()));
    checkFact(fact, observe(lab, reply.get()));
    if (fact.sentence.contains(u"REFUSED_STREAM"_s)) {
        const Fact text{u"the text of a refused stream is the only sign of it"_s,
                        inBoth({u"Server refused a stream"_s}, exactly(1)), Unprocessed};
        checkFact(text, {reply->errorString(), 1});
    }
}

void tst_QtFactsHttp2::emitsAnErrorThatIsNone()
{
    failOnOtherWarnings();
    const Fact fact{
        u"after RST_STREAM(NO_ERROR) during the body errorOccurred(NoError) is emitted"_s,
        inBoth({u"errorOccurred(NoError), NoError"_s}, exactly(1)),
        u"core/retry/attemptrunner.cpp (goes by finished(), never by errorOccurred())"_s};
    Http2Lab lab({Http2::wholeRequest(), Http2::headers(200), Http2::data(Half), Http2::ping(),
                  Http2::resetStream(Http2::Error::NoError)},
                 true);
    const std::unique_ptr<QNetworkReply> reply(lab.send(Upload::Bytes));
    QStringList seen;
    connect(reply.get(), &QNetworkReply::errorOccurred, this,
            [&](QNetworkReply::NetworkError error) {
                seen += u"errorOccurred(%1)"_s.arg(keyOf(error));
            });
    QVERIFY(Lab::finish(reply.get()));
    seen += keyOf(reply->error());
    checkFact(fact, {seen.join(u", "_s), 1});
}

void tst_QtFactsHttp2::neverEndsInClear_data()
{
    QTest::addColumn<Http2::Script>("script");
    QTest::addColumn<Fact>("fact");
    const auto add = [](const QString &name, const Http2::Script &script) {
        QTest::newRow(qPrintable(name))
            << script << Fact{name, inBoth({u"no end"_s}, exactly(1)), Watchdog};
    };
    const Http2::Script begun{Http2::wholeRequest(), Http2::headers(200), Http2::data(Half),
                              Http2::ping()};
    add(u"prior knowledge, FIN before the head: no end"_s, {Http2::wholeRequest(), Http2::fin()});
    add(u"prior knowledge, RST before the head: no end"_s, {Http2::wholeRequest(), Http2::rst()});
    add(u"prior knowledge, FIN during the body: no end"_s, begun + Http2::Script{Http2::fin()});
    add(u"prior knowledge, RST during the body: no end"_s, begun + Http2::Script{Http2::rst()});
}

void tst_QtFactsHttp2::neverEndsInClear()
{
    QFETCH(Http2::Script, script);
    QFETCH(Fact, fact);
    failOnOtherWarnings();
    Http2Lab lab(script, false);
    const std::unique_ptr<QNetworkReply> reply(lab.send(Upload::Bytes));
    lab.settle(reply.get());
    if (QTest::currentTestFailed())
        return;
    const Observation observation = observe(lab, reply.get());
    reply->abort();
    checkFact(fact, observation);
}

void tst_QtFactsHttp2::worksThroughSocks5()
{
    failOnOtherWarnings();
    const Fact fact{u"HTTP/2 is agreed on through a SOCKS5 proxy"_s,
                    inBoth({u"HTTP/2: NoError, status 200, body whole"_s}, exactly(1)),
                    u"core/tap (HTTP/2 goes through it untouched)"_s};
    Tap tap(Clock::system());
    QVERIFY2(tap.start(), qPrintable(tap.errorString()));
    tap.setPlan(1, {});
    Http2Lab lab(Http2::response(200, Answer), true);
    lab.manager.setProxy(tap.proxyFor(1, 1));
    const std::unique_ptr<QNetworkReply> reply(lab.send(Upload::Bytes));
    QVERIFY(Lab::finish(reply.get()));
    const bool isHttp2 = reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    Observation observation = observe(lab, reply.get());
    observation.end.prepend(isHttp2 ? u"HTTP/2: "_s : u"HTTP/1.1: "_s);
    checkFact(fact, observation);
}

QTEST_GUILESS_MAIN(tst_QtFactsHttp2)
#include "tst_qtfacts_http2.moc"
