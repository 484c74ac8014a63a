// SPDX-License-Identifier: MIT
#include "core/retry/classify.h"

#include "core/retry/tlsalert.h"
#include "tests/support/printers.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using Retryscope::Test::keyOf;

Q_DECLARE_METATYPE(Retryscope::ReplyState)

class tst_Classify : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void failures_data();
    void failures();
    void successes_data();
    void successes();
    void alerts_data();
    void alerts();
    void nearestCode_data();
    void nearestCode();
};

namespace {

using Error = QNetworkReply::NetworkError;

// A request over TLS that was sent on a fresh connection.
ReplyState sent(Error error = QNetworkReply::RemoteHostClosedError)
{
    ReplyState state;
    state.isTls = true;
    state.hostAndPort = QStringLiteral("example.test:443");
    state.connectStarted = true;
    state.encrypted = true;
    state.sends = 1;
    state.requestLeft = true;
    state.qtError = error;
    return state;
}

// One whose connection is not there yet.
ReplyState unsent(Error error, const QString &text = {})
{
    ReplyState state = sent(error);
    state.encrypted = false;
    state.sends = 0;
    state.requestLeft = false;
    state.qtErrorString = text;
    return state;
}

ReplyState answered(int status, Error error, std::optional<qint64> length, qint64 received)
{
    ReplyState state = sent(error);
    state.status = status;
    state.contentLength = length;
    state.received = received;
    return state;
}

template <typename Change>
ReplyState with(ReplyState state, Change change)
{
    change(state);
    return state;
}

void row(const char *name, const ReplyState &state, const char *kind, const char *phase,
         const char *safety, const char *cause = "")
{
    QTest::newRow(name) << state
                        << QStringList({QLatin1String(kind), QLatin1String(phase),
                                        QLatin1String(safety), QLatin1String(cause)});
}

void rowsUnsent()
{
    row("a name that is not found", unsent(QNetworkReply::HostNotFoundError), "Dns", "Dns",
        "NotSent");
    row("a name that a SOCKS5 proxy does not find",
        with(unsent(QNetworkReply::HostNotFoundError),
             [](ReplyState &s) { s.proxy = ReplyState::Proxy::Socks5; }),
        "Dns", "Dns", "NotSent");
    row("a closed port", unsent(QNetworkReply::ConnectionRefusedError), "Connect", "Connect",
        "NotSent");
    row("an unreachable network",
        unsent(QNetworkReply::UnknownNetworkError, QStringLiteral("Network unreachable")),
        "Connect", "Connect", "NotSent");
    row("Qt's own connect timeout", unsent(QNetworkReply::TimeoutError), "Connect", "Connect",
        "NotSent");
    row("a FIN or RST after the ClientHello", unsent(QNetworkReply::RemoteHostClosedError), "Tls",
        "Tls", "NotSent", "ClosedInHandshake");
    row("an alert",
        unsent(QNetworkReply::SslHandshakeFailedError,
               QStringLiteral("SSL handshake failed: error:0A000410:SSL routines::words")),
        "Tls", "Tls", "NotSent", "handshake_failure (40)");
    row("an alert behind a SOCKS5 proxy, where Qt loses it",
        with(unsent(QNetworkReply::UnknownNetworkError, QStringLiteral("Unknown error")),
             [](ReplyState &s) { s.proxy = ReplyState::Proxy::Socks5; }),
        "Tls", "Tls", "NotSent");
    const auto socks = [](const char *text) {
        ReplyState state = unsent(QNetworkReply::UnknownNetworkError, QLatin1String(text));
        state.proxy = ReplyState::Proxy::Socks5;
        return state;
    };
    row("a SOCKS5 proxy that sees no way", socks("Network unreachable"), "Connect", "Connect",
        "NotSent");
    row("a SOCKS5 proxy that sees no end", socks("TTL expired"), "Connect", "Connect", "NotSent");
    row("a SOCKS5 proxy that is not there", socks("Connection to proxy refused"), "Proxy", "Proxy",
        "NotSent", "ProxyRefused");
    row("a SOCKS5 proxy that refuses", socks("Connection not allowed by SOCKSv5 server"), "Proxy",
        "Proxy", "NotSent", "not allowed (2)");
    row("an alert behind the handshake, through a SOCKS5 proxy",
        with(socks("Unknown error"),
             [](ReplyState &s) {
                 s.isTls = true;
                 s.connectStarted = true;
                 s.encrypted = true;
             }),
        "Io", "Request", "NotSent");
    row("no TLS on the other side",
        unsent(QNetworkReply::SslHandshakeFailedError,
               QStringLiteral("SSL handshake failed: error:0A00010B:SSL routines::words")),
        "Tls", "Tls", "NotSent", "NotTls");
    row("a certificate that was not accepted",
        with(unsent(QNetworkReply::SslHandshakeFailedError),
             [](ReplyState &s) { s.certificateError = QStringLiteral("CertificateExpired"); }),
        "Certificate", "Tls", "NotSent", "CertificateExpired");
    row("a kept-alive connection over TLS that ends just as it is given to the attempt",
        with(unsent(QNetworkReply::RemoteHostClosedError),
             [](ReplyState &s) { s.connectStarted = false; }),
        "Io", "Request", "NotSent");
    row("a plain connection that is closed before the request",
        with(unsent(QNetworkReply::RemoteHostClosedError), [](ReplyState &s) { s.isTls = false; }),
        "Io", "Request", "NotSent");
    row("the head of a 401 that Qt keeps back, and a body that broke off",
        with(sent(QNetworkReply::RemoteHostClosedError),
             [](ReplyState &s) { s.isHeadWithheld = true; }),
        "Body", "Body", "Answered", "WithheldStatus");
    row("an upgrade that nobody asked for", with(sent(), [](ReplyState &s) { s.status = 101; }),
        "Body", "Head", "Answered", "SwitchingProtocols");
    row("Qt refuses the request", unsent(QNetworkReply::ProtocolUnknownError), "Config", "Connect",
        "NotSent");
}

void rowsSent()
{
    row("closed instead of an answer", sent(), "Io", "Waiting", "MaybeProcessed");
    row("closed, and the body could not be sent again", sent(QNetworkReply::ContentReSendError),
        "Io", "Waiting", "MaybeProcessed");
    row("closed while the body is being sent",
        with(sent(), [](ReplyState &s) { s.bodyPending = true; }), "Io", "Request",
        "MaybeProcessed");
    row("closed on a kept-alive connection, where no handshake was seen",
        with(sent(), [](ReplyState &s) { s.encrypted = s.connectStarted = false; }), "Io",
        "Waiting", "MaybeProcessed");
    row("no status and no error either", sent(QNetworkReply::NoError), "Io", "Waiting",
        "MaybeProcessed");
    const auto http2 = [](Error error, const char *text = "") {
        ReplyState state = sent(error);
        state.http2 = true;
        state.qtErrorString = QLatin1String(text);
        return state;
    };
    row("HTTP/2: GOAWAY below this stream", http2(QNetworkReply::ContentReSendError), "Http2",
        "Waiting", "Unprocessed", "GOAWAY");
    row("HTTP/2: a refused stream",
        http2(QNetworkReply::ProtocolFailure, "Server refused a stream"), "Http2", "Waiting",
        "Unprocessed", "REFUSED_STREAM");
    row("HTTP/2: INTERNAL_ERROR is not status 500",
        http2(QNetworkReply::InternalServerError, "Internal server error"), "Http2", "Waiting",
        "MaybeProcessed", "INTERNAL_ERROR");
    row("HTTP/2: ENHANCE_YOUR_CALM is not a 4xx",
        http2(QNetworkReply::UnknownServerError,
              "Server dislikes our behavior, excessive load detected."),
        "Http2", "Waiting", "MaybeProcessed", "ENHANCE_YOUR_CALM");
    row("HTTP/2: what Qt itself found wrong",
        http2(QNetworkReply::ProtocolFailure, "invalid frame"), "Http2", "Waiting",
        "MaybeProcessed");
    const auto unsent = [](Error error, const char *text, ReplyState::EndedBy by) {
        ReplyState state;
        state.isTls = state.encrypted = true;
        state.qtError = error;
        state.qtErrorString = QLatin1String(text);
        state.endedBy = by;
        return state;
    };
    row("HTTP/2: a request that waited for a stream when the GOAWAY came",
        unsent(QNetworkReply::ProtocolUnknownError, "GOAWAY received, cannot start a request",
               ReplyState::EndedBy::Qt),
        "Http2", "Request", "NotSent", "GOAWAY");
    row("HTTP/2: a request that Qt held back and we took back",
        unsent(QNetworkReply::NoError, "", ReplyState::EndedBy::HeldBack), "Http2", "Request",
        "NotSent", "HeldBack");
    row("a closed connection that Qt did not tell of",
        with(sent(QNetworkReply::NoError),
             [](ReplyState &s) { s.endedBy = ReplyState::EndedBy::ConnectionLost; }),
        "Io", "Waiting", "MaybeProcessed");
    row("HTTP/2: a closed connection", http2(QNetworkReply::RemoteHostClosedError), "Io", "Waiting",
        "MaybeProcessed");
    row("an interim response that Qt takes for the answer",
        with(sent(QNetworkReply::NoError), [](ReplyState &s) { s.status = 103; }), "Body", "Head",
        "Answered", "InterimResponse");
}

void rowsProxy()
{
    const auto tunnel = [](Error error) {
        ReplyState state = unsent(error);
        state.proxy = ReplyState::Proxy::Http;
        return state;
    };
    row("the proxy's port is closed", tunnel(QNetworkReply::ProxyConnectionRefusedError), "Proxy",
        "Proxy", "NotSent", "ProxyRefused");
    row("the proxy's name is not found, as Qt 6.8 says it",
        tunnel(QNetworkReply::ProxyNotFoundError), "Proxy", "Proxy", "NotSent", "ProxyNotFound");
    row("the port of a SOCKS5 proxy is closed, as Qt 6.8 says it",
        with(tunnel(QNetworkReply::ProxyConnectionRefusedError),
             [](ReplyState &s) { s.proxy = ReplyState::Proxy::Socks5; }),
        "Proxy", "Proxy", "NotSent", "ProxyRefused");
    row("the proxy refuses CONNECT", tunnel(QNetworkReply::UnknownNetworkError), "Proxy", "Proxy",
        "NotSent");
    row("the proxy wants a password over SOCKS5",
        with(tunnel(QNetworkReply::ProxyAuthenticationRequiredError),
             [](ReplyState &s) { s.proxy = ReplyState::Proxy::Socks5; }),
        "Proxy", "Proxy", "NotSent", "SocksLogin");
    row("the proxy wants a password", tunnel(QNetworkReply::ProxyAuthenticationRequiredError),
        "Proxy", "Proxy", "NotSent", "407");
    row("the proxy closes before its answer", tunnel(QNetworkReply::ProxyConnectionClosedError),
        "Proxy", "Proxy", "NotSent");
    row("the proxy closes before its answer, and Qt waits for ever",
        with(tunnel(QNetworkReply::OperationCanceledError),
             [](ReplyState &s) { s.endedBy = ReplyState::EndedBy::ProxyWatch; }),
        "Proxy", "Proxy", "NotSent", "ProxyClosed");
    row("the proxy does not find the host", tunnel(QNetworkReply::HostNotFoundError), "Proxy",
        "Proxy", "NotSent", "CONNECT 404");
    row("the proxy says 503", tunnel(QNetworkReply::ConnectionRefusedError), "Proxy", "Proxy",
        "NotSent", "CONNECT 503");
    const auto notFound = [&](void (*change)(ReplyState &)) {
        ReplyState state = tunnel(QNetworkReply::HostNotFoundError);
        state.connectStarted = false;
        state.proxyLooksUp = true;
        change(state);
        return state;
    };
    row("the proxy's name is not found", notFound([](ReplyState &) {}), "Proxy", "Proxy", "NotSent",
        "ProxyNotFound");
    row("the proxy's name is not found over SOCKS5",
        notFound([](ReplyState &s) { s.proxy = ReplyState::Proxy::Socks5; }), "Proxy", "Proxy",
        "NotSent", "ProxyNotFound");
    row("a name that is looked up here is not found", notFound([](ReplyState &s) {
            s.proxy = ReplyState::Proxy::Socks5;
            s.proxyLooksUp = false;
        }),
        "Dns", "Dns", "NotSent");
    row("an IPv6 address that Qt does not ask the IPv4 proxy for", notFound([](ReplyState &s) {
            s.proxy = ReplyState::Proxy::Socks5;
            s.hostIsAddress = s.proxyIsAddress = true;
        }),
        "Config", "Connect", "NotSent", "AddressFamily");
    row("an address that the SOCKS5 proxy does not reach",
        with(tunnel(QNetworkReply::HostNotFoundError),
             [](ReplyState &s) {
                 s.proxy = ReplyState::Proxy::Socks5;
                 s.hostIsAddress = true;
             }),
        "Connect", "Connect", "NotSent");
    row("the handshake through the tunnel is cut", tunnel(QNetworkReply::RemoteHostClosedError),
        "Tls", "Tls", "NotSent", "ClosedInHandshake");
    row("a plain request to a proxy that closes",
        with(sent(),
             [](ReplyState &s) {
                 s.isTls = s.encrypted = false;
                 s.proxy = ReplyState::Proxy::Http;
                 s.proxyForwards = true;
             }),
        "Proxy", "Waiting", "MaybeProcessed", "ProxyClosed");
    row("a plain request on a kept-alive connection to a proxy that closes it",
        with(sent(),
             [](ReplyState &s) {
                 s.isTls = s.encrypted = s.connectStarted = false;
                 s.proxy = ReplyState::Proxy::Http;
                 s.proxyForwards = true;
             }),
        "Io", "Waiting", "MaybeProcessed");
    row("the server behind the tunnel closes",
        with(sent(), [](ReplyState &s) { s.proxy = ReplyState::Proxy::Http; }), "Io", "Waiting",
        "MaybeProcessed");
}

void rowsAnswered()
{
    row("a body shorter than its length, and Qt says so",
        answered(200, QNetworkReply::RemoteHostClosedError, 10, 4), "Body", "Body", "Answered",
        "Truncated");
    row("a body shorter than its length, and Qt says NoError",
        answered(200, QNetworkReply::NoError, 10, 4), "Body", "Body", "Answered", "Truncated");
    row("the body of an error status, shorter than its length",
        answered(503, QNetworkReply::ServiceUnavailableError, 10, 4), "Body", "Body", "Answered",
        "Truncated");
    const auto chunked = [](Error error) {
        return with(answered(200, error, {}, 4), [](ReplyState &s) { s.chunked = true; });
    };
    row("chunks without the last one", chunked(QNetworkReply::ContentReSendError), "Body", "Body",
        "Answered", "Truncated");
    row("chunks without the last one, the other code",
        chunked(QNetworkReply::RemoteHostClosedError), "Body", "Body", "Answered", "Truncated");
    row("chunks without the last one, and Qt does not tell",
        with(chunked(QNetworkReply::NoError),
             [](ReplyState &s) { s.endedBy = ReplyState::EndedBy::ConnectionLost; }),
        "Body", "Body", "Answered", "Truncated");
    row("HTTP/2: GOAWAY within the body",
        with(answered(200, QNetworkReply::ContentReSendError, {}, 4),
             [](ReplyState &s) { s.http2 = true; }),
        "Body", "Body", "Answered", "Truncated");
    const auto reset = [](int status, Error error, const char *text) {
        return with(answered(status, error, {}, 4), [&](ReplyState &s) {
            s.http2 = true;
            s.qtErrorString = QLatin1String(text);
            s.isResetWithoutError = error == QNetworkReply::NoError;
        });
    };
    row("HTTP/2: a stream reset within the body",
        reset(200, QNetworkReply::InternalServerError, "Internal server error"), "Body", "Body",
        "Answered", "Truncated");
    row("HTTP/2: a stream reset within the body of a status that has the same code",
        reset(500, QNetworkReply::InternalServerError, "Internal server error"), "Body", "Body",
        "Answered", "Truncated");
    row("HTTP/2: a stream reset within the body, with NO_ERROR",
        reset(200, QNetworkReply::NoError, ""), "Body", "Body", "Answered", "Truncated");
    row("HTTP/2: a stream that Qt gave up within the body",
        reset(200, QNetworkReply::ProtocolFailure, "invalid frame"), "Body", "Body", "Answered",
        "Damaged");
    row("a damaged encoding", answered(200, QNetworkReply::UnknownContentError, {}, 4), "Body",
        "Body", "Answered", "Damaged");
}

void rowsEndedByUs()
{
    const auto ended = [](ReplyState state, ReplyState::EndedBy by, TimeoutKind timer) {
        state.endedBy = by;
        state.timer = timer;
        return state;
    };
    using By = ReplyState::EndedBy;
    row("the caller gives up", ended(sent(QNetworkReply::OperationCanceledError), By::Caller, {}),
        "Cancelled", "Waiting", "MaybeProcessed");
    row("the caller gives up within the body",
        ended(answered(200, QNetworkReply::NoError, {}, 1), By::Caller, {}), "Cancelled", "Body",
        "Answered");
    row("the manager is gone", ended(unsent(QNetworkReply::NoError), By::ManagerGone, {}),
        "Cancelled", "Connect", "NotSent");
    row("Qt's code of an abort that was not ours", sent(QNetworkReply::OperationCanceledError),
        "Cancelled", "Waiting", "MaybeProcessed");
    row("our connect timer", ended(unsent(QNetworkReply::NoError), By::Timer, TimeoutKind::Connect),
        "Timeout", "Connect", "NotSent");
    row("our timer, and Qt's code 5 is only its echo",
        ended(sent(QNetworkReply::OperationCanceledError), By::Timer, TimeoutKind::FirstByte),
        "Timeout", "Waiting", "MaybeProcessed");
    row("our timer within the body",
        ended(answered(200, QNetworkReply::NoError, {}, 1), By::Timer, TimeoutKind::IdleBytes),
        "Timeout", "Body", "Answered");
    row("waiting for a connection of QNetworkAccessManager",
        with(ended(unsent(QNetworkReply::NoError), By::Timer, TimeoutKind::Total),
             [](ReplyState &s) {
                 s.connectStarted = false;
                 s.queued = true;
             }),
        "Timeout", "Queued", "NotSent");
    row("given up in the queue, with the loss of another request's connection",
        with(unsent(QNetworkReply::RemoteHostClosedError),
             [](ReplyState &s) {
                 s.connectStarted = false;
                 s.queued = true;
             }),
        "Io", "Queued", "NotSent");
}

} // namespace

void tst_Classify::failures_data()
{
    QTest::addColumn<ReplyState>("state");
    QTest::addColumn<QStringList>("expected");
    rowsUnsent();
    rowsSent();
    rowsProxy();
    rowsAnswered();
    rowsEndedByUs();
}

void tst_Classify::failures()
{
    QFETCH(ReplyState, state);
    QFETCH(QStringList, expected);
    const auto failure = classify(state);
    QVERIFY(failure);
    QCOMPARE(QStringList({keyOf(failure->kind), keyOf(failure->phase), keyOf(failure->safety),
                          failure->cause}),
             expected);
    // A sentence, and the code that Qt gave, unless that is the echo of our own abort.
    QVERIFY(failure->message.endsWith(QLatin1Char('.')) || failure->message.endsWith(u'?'));
    const bool isOurs = state.endedBy != ReplyState::EndedBy::Qt;
    QCOMPARE(failure->qtError, isOurs ? QNetworkReply::NoError : state.qtError);
    QCOMPARE(failure->timeout.has_value(), failure->kind == FailureKind::Timeout);
    QVERIFY(nearestQtError(*failure) != QNetworkReply::NoError);
    QVERIFY(nearestQtError(*failure) != QNetworkReply::ContentReSendError);
}

void tst_Classify::successes_data()
{
    QTest::addColumn<ReplyState>("state");
    const auto row = [](const char *name, const ReplyState &state) {
        QTest::newRow(name) << state;
    };
    row("a whole body", answered(200, QNetworkReply::NoError, 10, 10));
    row("an error status", answered(503, QNetworkReply::ServiceUnavailableError, 10, 10));
    row("a 401", answered(401, QNetworkReply::AuthenticationRequiredError, 10, 10));
    row("a whole body, and Qt would have sent the request again",
        answered(200, QNetworkReply::ContentReSendError, 10, 10));
    row("a body that ends with the connection", answered(200, QNetworkReply::NoError, {}, 10));
    row("a body that ends with the connection, and Qt would have sent the request again",
        answered(200, QNetworkReply::ContentReSendError, {}, 10));
    row("an error status whose body ends with the connection",
        answered(500, QNetworkReply::ContentReSendError, {}, 10));
    row("the answer to HEAD has a length and no body",
        with(answered(200, QNetworkReply::NoError, 10, 0), [](ReplyState &s) { s.isHead = true; }));
    row("304 has a length and no body", answered(304, QNetworkReply::NoError, 10, 0));
    row("from the cache", with(answered(200, QNetworkReply::NoError, 10, 0),
                               [](ReplyState &s) { s.fromCache = true; }));
}

void tst_Classify::successes()
{
    QFETCH(ReplyState, state);
    const auto failure = classify(state);
    QVERIFY2(!failure, failure ? qPrintable(failure->message) : "");
}

void tst_Classify::alerts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isNotTls");
    QTest::newRow("alert 40") << QStringLiteral("error:0A000410:SSL routines::x")
                              << QStringLiteral("handshake_failure (40)") << false;
    QTest::newRow("alert 70") << QStringLiteral("error:0A00042E:SSL routines::x")
                              << QStringLiteral("protocol_version (70)") << false;
    QTest::newRow("alert 112, among others")
        << QStringLiteral("error:0200006E:rsa, error:0a000458:x")
        << QStringLiteral("unrecognized_name (112)") << false;
    QTest::newRow("an alert without a name")
        << QStringLiteral("error:0A0004B0:x") << QStringLiteral("alert (200)") << false;
    QTest::newRow("no TLS at all") << QStringLiteral("error:0A00010B:x") << QString() << true;
    QTest::newRow("some other reason") << QStringLiteral("error:0A000086:x") << QString() << false;
    QTest::newRow("another library's error")
        << QStringLiteral("error:0B000410:x") << QString() << false;
    QTest::newRow("no number") << QStringLiteral("Unknown error") << QString() << false;
}

void tst_Classify::alerts()
{
    QFETCH(QString, text);
    QFETCH(QString, name);
    QFETCH(bool, isNotTls);
    const auto alert = alertFromErrorText(text);
    QCOMPARE(alert ? tlsAlertName(*alert) : QString(), name);
    QCOMPARE(isNotTlsErrorText(text), isNotTls);
}

void tst_Classify::nearestCode_data()
{
    QTest::addColumn<FailureKind>("kind");
    QTest::addColumn<int>("qtError");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *name, FailureKind kind, Error qtError, Error expected) {
        QTest::newRow(name) << kind << int(qtError) << int(expected);
    };
    row("Qt's own code stays", FailureKind::Connect, QNetworkReply::ConnectionRefusedError,
        QNetworkReply::ConnectionRefusedError);
    row("what our one-shot body caused is told as what it is", FailureKind::Io,
        QNetworkReply::ContentReSendError, QNetworkReply::RemoteHostClosedError);
    row("a truncation that Qt missed", FailureKind::Body, QNetworkReply::NoError,
        QNetworkReply::RemoteHostClosedError);
    row("a reset stream is no status 500", FailureKind::Http2, QNetworkReply::InternalServerError,
        QNetworkReply::ProtocolFailure);
    row("a timeout of ours is not an abort", FailureKind::Timeout, QNetworkReply::NoError,
        QNetworkReply::TimeoutError);
    row("an abort", FailureKind::Cancelled, QNetworkReply::NoError,
        QNetworkReply::OperationCanceledError);
    row("a bad request is no DNS failure", FailureKind::Config, QNetworkReply::NoError,
        QNetworkReply::ProtocolInvalidOperationError);
}

void tst_Classify::nearestCode()
{
    QFETCH(FailureKind, kind);
    QFETCH(int, qtError);
    QFETCH(int, expected);
    Failure failure;
    failure.kind = kind;
    failure.qtError = Error(qtError);
    QCOMPARE(int(nearestQtError(failure)), expected);
}

QTEST_GUILESS_MAIN(tst_Classify)
#include "tst_classify.moc"
