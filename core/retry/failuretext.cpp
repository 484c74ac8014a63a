// SPDX-License-Identifier: MIT
#include "core/retry/failuretext_p.h"

#include "core/retry/http2error_p.h"
#include "core/retry/httpstatus_p.h"
#include "core/retry/proxytext_p.h"
#include "core/retry/tlsalert.h"

#include <QtCore/QHash>

namespace Retryscope {

namespace {

// Where the peer is, for a sentence. Behind a proxy it is not known who closed.
QString peerName(const ReplyState &state)
{
    return state.hostAndPort.isEmpty() ? QStringLiteral("the server") : state.hostAndPort;
}

// What a SOCKS proxy says of the server is hearsay.
QString witness(const ReplyState &state)
{
    return state.proxy == ReplyState::Proxy::Socks5 && state.connectStarted
               ? QStringLiteral(", says %1").arg(proxyName(state))
               : QString();
}

void describeDns(Failure &failure, const ReplyState &state)
{
    if (witness(state).isEmpty()) {
        failure.message =
            QStringLiteral("The name of %1 could not be resolved.").arg(peerName(state));
        return;
    }
    failure.message = QStringLiteral("%1 was not found by %2, or is not allowed there: Qt does not "
                                     "tell which.")
                          .arg(peerName(state), proxyName(state));
}

void describeConnect(Failure &failure, const ReplyState &state)
{
    const QString what = failure.qtError == QNetworkReply::ConnectionRefusedError
                             ? QStringLiteral("%1 refused the connection%2.")
                             : QStringLiteral("No connection to %1%2.");
    failure.message = what.arg(peerName(state), witness(state));
}

void describeConfig(Failure &failure, const ReplyState &state)
{
    failure.message = QStringLiteral("Qt could not send the request as it was asked for.");
    if (state.proxy != ReplyState::Proxy::None
        && failure.qtError == QNetworkReply::HostNotFoundError) {
        failure.cause = QStringLiteral("AddressFamily");
        failure.message =
            QStringLiteral("Qt does not ask %1 for %2, because one is an IPv4 and the other an "
                           "IPv6 address. Name the host, or take HostNameLookupCapability from the "
                           "QNetworkProxy of a SOCKS5 proxy.")
                .arg(proxyName(state), peerName(state));
    } else if (failure.qtError == QNetworkReply::ContentNotFoundError) {
        failure.cause = QStringLiteral("NotInCache");
        failure.message = QStringLiteral("The answer is not in the cache, and the request may be "
                                         "answered from there only.");
    }
}

void describeTls(Failure &failure, const ReplyState &state)
{
    const QString peer = peerName(state);
    if (const auto alert = alertFromErrorText(failure.qtErrorString)) {
        failure.cause = tlsAlertName(*alert);
        failure.message = QStringLiteral("%1 refused the TLS handshake with the alert %2.")
                              .arg(peer, failure.cause);
    } else if (isNotTlsErrorText(failure.qtErrorString)) {
        failure.cause = QStringLiteral("NotTls");
        failure.message =
            QStringLiteral("Not TLS here: %1 answered with something else. Is it http, not https?")
                .arg(peer);
    } else if (failure.qtError == QNetworkReply::RemoteHostClosedError) {
        failure.cause = QStringLiteral("ClosedInHandshake");
        failure.message =
            QStringLiteral("The connection to %1 was closed during the TLS handshake.").arg(peer);
    } else {
        failure.message = QStringLiteral("The TLS handshake with %1 failed.").arg(peer);
    }
}

//! What is wrong with a certificate, as a verb; empty for what is too rare to have words.
QString certificateWords(const QString &cause)
{
    static const QHash<QString, QString> words{
        {QStringLiteral("CertificateExpired"), QStringLiteral("has expired")},
        {QStringLiteral("CertificateNotYetValid"), QStringLiteral("is not valid yet")},
        {QStringLiteral("CertificateRevoked"), QStringLiteral("has been revoked")},
        {QStringLiteral("HostNameMismatch"), QStringLiteral("is for another host")},
        {QStringLiteral("SelfSignedCertificate"), QStringLiteral("is signed by itself")},
        {QStringLiteral("WeakKey"), QStringLiteral("has a key that is too short to be safe")},
        {QStringLiteral("SelfSignedCertificateInChain"),
         QStringLiteral("comes from an authority that is not trusted here")},
        {QStringLiteral("UnableToGetLocalIssuerCertificate"),
         QStringLiteral("comes from an authority that is not known here")},
        {QStringLiteral("UnableToVerifyFirstCertificate"),
         QStringLiteral("comes without the certificate of its issuer")},
    };
    return words.value(cause);
}

void describeCertificate(Failure &failure, const ReplyState &state)
{
    failure.cause = state.certificateError;
    const QString why = certificateWords(failure.cause);
    failure.message = why.isEmpty()
                          ? QStringLiteral("The certificate of %1 was not accepted: %2.")
                                .arg(peerName(state), failure.cause)
                          : QStringLiteral("The certificate of %1 was not accepted: it %2.")
                                .arg(peerName(state), why);
}

void describeIo(Failure &failure, const ReplyState &state)
{
    const QString peer = peerName(state);
    if (failure.phase == AttemptPhase::Queued) {
        failure.message = QStringLiteral("A connection to %1 was lost, and Qt gave up all requests "
                                         "that waited for one: this one was not sent.")
                              .arg(peer);
    } else if (!state.requestLeft) {
        failure.message =
            QStringLiteral("The connection to %1 was closed before the request was sent.")
                .arg(peer);
    } else if (state.bodyPending) {
        failure.message =
            QStringLiteral("The connection to %1 was lost while the request was being sent. Qt "
                           "reads no answer before its body has left: an early refusal (413, say) "
                           "looks the same.")
                .arg(peer);
    } else if (failure.qtError == QNetworkReply::RemoteHostClosedError) {
        // Not ContentReSendError: Qt may have read a head, see ResendBudget.
        failure.message = QStringLiteral("The connection to %1 was lost after the request, before "
                                         "an answer that Qt tells of: a 401 or 407 it tells of "
                                         "only when its body is whole.")
                              .arg(peer);
    } else {
        failure.message = QStringLiteral("%1 closed the connection after the request, and Qt had "
                                         "no whole head of an answer by then.")
                              .arg(peer);
    }
}

// What the peer did, as far as Qt tells; empty where it does not.
QString http2Words(const QString &cause, const QString &peer)
{
    if (cause.isEmpty())
        return {};
    if (cause == QLatin1StringView("GOAWAY"))
        return QStringLiteral("%1 is going away (HTTP/2 GOAWAY)").arg(peer);
    if (cause == QLatin1StringView("NO_ERROR"))
        return QStringLiteral("%1 reset the HTTP/2 stream with NO_ERROR").arg(peer);
    return QStringLiteral("%1 ended the HTTP/2 stream with %2 (by RST_STREAM or GOAWAY, which Qt "
                          "does not tell apart)")
        .arg(peer, cause);
}

void describeHttp2(Failure &failure, const ReplyState &state)
{
    const QString peer = peerName(state);
    failure.cause = http2Cause(state);
    const QString words = http2Words(failure.cause, peer);
    if (failure.cause == QLatin1StringView("GOAWAY")) {
        failure.message = failure.safety == Safety::NotSent
                              ? QStringLiteral("%1: the request was not sent.").arg(words)
                              : QStringLiteral("%1 and did not take the request.").arg(words);
    } else if (state.endedBy == ReplyState::EndedBy::HeldBack) {
        failure.message =
            QStringLiteral("The HTTP/2 connection to %1 takes no more requests: it is "
                           "going away, or too many are open. This one was not sent.")
                .arg(peer);
    } else if (failure.safety == Safety::Unprocessed) {
        failure.message = QStringLiteral("%1 refused the HTTP/2 stream and did not begin with the "
                                         "request (REFUSED_STREAM).")
                              .arg(peer);
    } else if (failure.cause == QLatin1StringView("HTTP_1_1_REQUIRED")) {
        failure.message =
            QStringLiteral("%1 wants HTTP/1.1 for this request (HTTP_1_1_REQUIRED).").arg(peer);
    } else if (!words.isEmpty()) {
        failure.message = words % QStringLiteral(", before any status.");
    } else {
        failure.message = QStringLiteral("Qt gave up the HTTP/2 stream to %1 before any status: %2")
                              .arg(peer, failure.qtErrorString);
        if (!failure.message.endsWith(QLatin1Char('.')))
            failure.message.append(QLatin1Char('.'));
    }
}

// What has no limit of its own unless one is set, and so ends with the last one.
QString whereItStood(AttemptPhase phase)
{
    switch (phase) {
    case AttemptPhase::Connect:
        return QStringLiteral(": it was waiting for a connection");
    case AttemptPhase::Tls:
        return QStringLiteral(": the TLS handshake stood still, for which Qt has no limit, and a "
                              "connect timeout is not set");
    case AttemptPhase::Request:
        return QStringLiteral(": the request was still being sent");
    case AttemptPhase::Waiting:
        return QStringLiteral(": it was waiting for an answer");
    case AttemptPhase::Body:
        return QStringLiteral(": the answer was still coming in");
    case AttemptPhase::Queued:
    case AttemptPhase::Dns:
    case AttemptPhase::Proxy:
    case AttemptPhase::Head:
        break;
    }
    return {};
}

void describeTimeout(Failure &failure, const ReplyState &state)
{
    const QString peer = peerName(state);
    const QString limit = QString::number(state.timerLimit.count());
    switch (state.timer) {
    case TimeoutKind::Connect:
        failure.message = QStringLiteral("No connection to %1 within %2 ms.").arg(peer, limit);
        return;
    case TimeoutKind::FirstByte:
        if (failure.phase == AttemptPhase::Request) {
            failure.message = QStringLiteral("%1 took no more of the request's body, and gave no "
                                             "answer, for %2 ms.")
                                  .arg(peer, limit);
            return;
        }
        failure.message = QStringLiteral("The request was sent to %1, and Qt told of no answer "
                                         "within %2 ms; a 401 or 407 it tells of only when its "
                                         "body is whole.")
                              .arg(peer, limit);
        if (state.http2 && !state.isTls) {
            failure.message += QStringLiteral(" Nor does Qt tell of the end of an HTTP/2 "
                                              "connection without TLS.");
        }
        return;
    case TimeoutKind::IdleBytes:
        failure.message =
            QStringLiteral("The answer of %1 stood still for %2 ms.").arg(peer, limit);
        return;
    case TimeoutKind::IdleEvents:
        failure.message =
            QStringLiteral("The answer of %1 brought no content for %2 ms.").arg(peer, limit);
        return;
    case TimeoutKind::Total:
        failure.message = QStringLiteral("The request was not done within %1 ms%2.")
                              .arg(limit, whereItStood(failure.phase));
        return;
    }
}

void describeBody(Failure &failure, const ReplyState &state)
{
    if (state.isHeadWithheld) {
        failure.cause = QStringLiteral("WithheldStatus");
        failure.message =
            QStringLiteral("%1 answered with a status that asks for credentials (401 or 407), and "
                           "the connection was lost inside that answer: Qt withholds it until it "
                           "is whole.")
                .arg(state.proxyForwards
                         ? peerName(state) % QStringLiteral(" or ") % proxyName(state)
                         : peerName(state));
    } else if (state.status == 101) {
        failure.cause = QStringLiteral("SwitchingProtocols");
        failure.message = QStringLiteral("%1 answered 101 Switching Protocols, which was not asked "
                                         "for: what follows is not HTTP.")
                              .arg(peerName(state));
    } else if (!state.isAnswered()) {
        failure.cause = QStringLiteral("InterimResponse");
        failure.message = QStringLiteral("%1 sent the interim response %2, and this version of Qt "
                                         "took it for the whole answer: the real one was lost.")
                              .arg(peerName(state), QString::number(state.status));
    } else if (failure.qtError == QNetworkReply::InsecureRedirectError
               || failure.qtError == QNetworkReply::TooManyRedirectsError) {
        failure.cause = failure.qtError == QNetworkReply::TooManyRedirectsError
                            ? QStringLiteral("TooManyRedirects")
                            : QStringLiteral("InsecureRedirect");
        failure.message = QStringLiteral("A redirect was not followed, as the redirect policy of "
                                         "the request says: %1.")
                              .arg(failure.qtErrorString);
    } else if (isRedirect(state.status) && failure.qtError == QNetworkReply::ProtocolUnknownError) {
        failure.cause = QStringLiteral("RedirectTarget");
        failure.message = QStringLiteral("The answer is a redirect (%1) without a target that Qt "
                                         "can follow.")
                              .arg(state.status);
    } else if (state.isRedirected && isRedirect(state.status)) {
        failure.cause = QStringLiteral("RedirectLost");
        failure.message = QStringLiteral("%1 redirected the request (%2), and there was no answer "
                                         "from where that points.")
                              .arg(peerName(state), QString::number(state.status));
    } else if (state.isLengthUnclear && !state.chunked) {
        failure.cause = QStringLiteral("ContentLength");
        failure.message = QStringLiteral("The answer's Content-Length is not one number: whether "
                                         "all of it came cannot be known.");
    } else if (const QString words = http2Words(http2Cause(state), peerName(state));
               !words.isEmpty()) {
        failure.cause = QStringLiteral("Truncated");
        failure.message = QStringLiteral("The answer ended after %1 bytes: %2.")
                              .arg(QString::number(state.received), words);
    } else if (state.contentLength && state.received < *state.contentLength) {
        failure.cause = QStringLiteral("Truncated");
        failure.message = QStringLiteral("The answer ended after %1 of %2 bytes.")
                              .arg(state.received)
                              .arg(*state.contentLength);
    } else if (failure.qtError == QNetworkReply::RemoteHostClosedError
               || failure.qtError == QNetworkReply::ContentReSendError) {
        failure.cause = QStringLiteral("Truncated");
        failure.message = QStringLiteral("The connection was lost after %1 bytes of the answer, "
                                         "before its end.")
                              .arg(state.received);
    } else {
        failure.cause = QStringLiteral("Damaged");
        failure.message =
            QStringLiteral("The answer broke off after %1 bytes.").arg(state.received);
    }
}

} // namespace

void describe(Failure &failure, const ReplyState &state)
{
    switch (failure.kind) {
    case FailureKind::Dns:
        return describeDns(failure, state);
    case FailureKind::Connect:
        return describeConnect(failure, state);
    case FailureKind::Tls:
        return describeTls(failure, state);
    case FailureKind::Certificate:
        return describeCertificate(failure, state);
    case FailureKind::Io:
        return describeIo(failure, state);
    case FailureKind::Http2:
        return describeHttp2(failure, state);
    case FailureKind::Proxy:
        return describeProxy(failure, state);
    case FailureKind::Timeout:
        return describeTimeout(failure, state);
    case FailureKind::Config:
        return describeConfig(failure, state);
    case FailureKind::Cancelled:
        failure.message = state.endedBy == ReplyState::EndedBy::ManagerGone
                              ? QStringLiteral("The request ended with its QNetworkAccessManager.")
                              : QStringLiteral("The request was cancelled.");
        return;
    case FailureKind::Body:
        return describeBody(failure, state);
    }
}

} // namespace Retryscope
