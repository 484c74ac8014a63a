// SPDX-License-Identifier: MIT
#include "core/retry/classify.h"

#include "core/retry/failuretext_p.h"
#include "core/retry/http2error_p.h"
#include "core/retry/httpstatus_p.h"
#include "core/retry/tlsalert.h"

#include <QtCore/QCoreApplication>

namespace Retryscope {

namespace {

using Proxy = ReplyState::Proxy;
using EndedBy = ReplyState::EndedBy;

bool isProxyError(QNetworkReply::NetworkError error)
{
    return error >= QNetworkReply::ProxyConnectionRefusedError
           && error <= QNetworkReply::UnknownProxyError;
}

// HostNotFoundError, before anything left.
FailureKind kindNotFound(const ReplyState &state)
{
    const bool isSocks = state.proxy == Proxy::Socks5;
    const FailureKind ofTarget = state.hostIsAddress ? FailureKind::Connect : FailureKind::Dns;
    if (state.proxy == Proxy::None)
        return FailureKind::Dns;
    // Told by the proxy. Qt's SOCKS5 engine makes the same code of the replies 4 "host
    // unreachable", 1 "general failure" and 2 "not allowed"; its HTTP engine of CONNECT and 404.
    if (state.connectStarted)
        return isSocks ? ofTarget : FailureKind::Proxy;
    if (!state.proxyLooksUp)
        return ofTarget;
    // Qt takes the address family of the proxy for the host's too (startHostInfoLookup() in
    // qhttpnetworkconnection.cpp), and never asks the proxy for an address of the other one.
    return state.hostIsAddress && state.proxyIsAddress ? FailureKind::Config : FailureKind::Proxy;
}

FailureKind kindBehindHttpProxy(const ReplyState &state)
{
    // A plain request goes to the proxy itself, so everything that breaks before an answer broke
    // there; but the end of a kept-alive connection is nothing that the proxy said.
    if (state.proxyForwards) {
        const bool isLeftover = isConnectionLost(state.qtError) && !state.connectStarted;
        return isLeftover ? FailureKind::Io : FailureKind::Proxy;
    }
    // Through a tunnel: Qt reports a refused CONNECT as UnknownNetworkError, and the look-up and
    // the connection are the proxy's own.
    switch (state.qtError) {
    case QNetworkReply::HostNotFoundError:
        return kindNotFound(state);
    case QNetworkReply::SslHandshakeFailedError:
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError:
        return state.isTls ? FailureKind::Tls : FailureKind::Io;
    default:
        return FailureKind::Proxy;
    }
}

// QNetworkAccessManager has one code, UnknownNetworkError, for most of what a SOCKS5 proxy answers
// and for most of what happens to the proxy itself: only the text tells them apart. It is compared
// as Qt would say it in the program's language.
FailureKind kindBehindSocks(const ReplyState &state)
{
    const QString unreachable =
        QCoreApplication::translate("QAbstractSocket", "Network unreachable");
    const QString expired = QCoreApplication::translate("QSocks5SocketEngine", "TTL expired");
    if (state.qtErrorString == unreachable || state.qtErrorString == expired)
        return FailureKind::Connect;
    // The alert of a failed handshake is lost behind such a proxy; this is what is left.
    const QString unknown = QCoreApplication::translate("QIODevice", "Unknown error");
    const bool isLostAlert = state.isTls && !state.encrypted && state.qtErrorString == unknown;
    return isLostAlert ? FailureKind::Tls : FailureKind::Proxy;
}

// Nothing of the request left.
FailureKind kindUnsent(const ReplyState &state)
{
    switch (state.qtError) {
    case QNetworkReply::HostNotFoundError:
        return kindNotFound(state);
    case QNetworkReply::ConnectionRefusedError:
        return FailureKind::Connect;
    case QNetworkReply::SslHandshakeFailedError:
        return FailureKind::Tls;
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
        return FailureKind::Config;
    default:
        break;
    }
    if (isConnectionLost(state.qtError)) {
        // Without a connect of its own this attempt was given a kept-alive connection just as that
        // ended (QSslSocket reports the end twice, and Qt gives the second report to the next
        // reply): there was no handshake to be cut.
        const bool isHandshake = state.isTls && state.connectStarted && !state.encrypted;
        return isHandshake ? FailureKind::Tls : FailureKind::Io;
    }
    // The way was open: an alert that comes behind the handshake (TLS 1.3: a certificate of the
    // client's is judged then).
    if (state.encrypted)
        return FailureKind::Io;
    const bool isSocks =
        state.proxy == Proxy::Socks5 && state.qtError == QNetworkReply::UnknownNetworkError;
    return isSocks ? kindBehindSocks(state) : FailureKind::Connect;
}

FailureKind kindUnanswered(const ReplyState &state)
{
    if (state.qtError == QNetworkReply::OperationCanceledError)
        return FailureKind::Cancelled;
    // QNetworkRequest::AlwaysCache, and the cache has no answer.
    if (state.qtError == QNetworkReply::ContentNotFoundError && !state.requestLeft)
        return FailureKind::Config;
    if (isProxyError(state.qtError))
        return FailureKind::Proxy;
    if (!state.certificateError.isEmpty()
        && state.qtError == QNetworkReply::SslHandshakeFailedError) {
        return FailureKind::Certificate;
    }
    if (isHeldBackByGoAway(state))
        return FailureKind::Http2;
    if (state.proxy == Proxy::Http && !state.encrypted
        && (state.proxyForwards || !state.requestLeft))
        return kindBehindHttpProxy(state);
    if (!state.requestLeft)
        return kindUnsent(state);
    // Over HTTP/2 every code but that of a closed connection tells of a reset stream or a GOAWAY;
    // Qt maps HTTP/2 error codes to 4xx and 5xx codes although no status was seen.
    if (state.http2 && state.qtError != QNetworkReply::RemoteHostClosedError)
        return FailureKind::Http2;
    return FailureKind::Io;
}

// The peer's word that it did not begin (RFC 9113, 8.7). Of a GOAWAY with an error code Qt does not
// tell whether the stream was among those that were left behind, and HTTP_1_1_REQUIRED is no such
// word.
bool isSafelyUnprocessed(const ReplyState &state)
{
    const QString cause = http2Cause(state);
    return cause == QLatin1StringView("GOAWAY") || cause == QLatin1StringView("REFUSED_STREAM");
}

Safety safetyOf(const ReplyState &state)
{
    if (state.isAnswered())
        return Safety::Answered;
    if (!state.requestLeft)
        return Safety::NotSent;
    return isSafelyUnprocessed(state) ? Safety::Unprocessed : Safety::MaybeProcessed;
}

Failure failureFrom(const ReplyState &state, FailureKind kind)
{
    Failure failure;
    failure.kind = kind;
    failure.safety = safetyOf(state);
    failure.phase = phaseOf(state);
    // Qt's code does not always tell it: UnknownNetworkError, where a connection ends right behind
    // a SOCKS5 proxy's word.
    if (kind == FailureKind::Tls)
        failure.phase = AttemptPhase::Tls;
    else if (kind == FailureKind::Proxy && !state.requestLeft)
        failure.phase = AttemptPhase::Proxy;
    failure.qtError = state.qtError;
    failure.qtErrorString = state.qtErrorString;
    if (kind == FailureKind::Proxy)
        failure.address = state.proxyHostAndPort;
    else if (state.hostIsAddress && state.proxy == Proxy::None)
        failure.address = state.hostAndPort;
    describe(failure, state);
    return failure;
}

std::optional<Failure> endedByUs(const ReplyState &state)
{
    if (state.endedBy == EndedBy::Qt)
        return {};
    // What Qt says now is only the echo of our own abort().
    ReplyState ours = state;
    ours.qtError = QNetworkReply::NoError;
    ours.qtErrorString.clear();
    ours.isResetWithoutError = false;
    if (state.endedBy == EndedBy::ProxyWatch)
        return failureFrom(ours, FailureKind::Proxy);
    if (state.endedBy == EndedBy::HeldBack)
        return failureFrom(ours, FailureKind::Http2);
    if (state.endedBy != EndedBy::Timer)
        return failureFrom(ours, FailureKind::Cancelled);
    Failure failure = failureFrom(ours, FailureKind::Timeout);
    failure.timeout = state.timer;
    return failure;
}

// What it would be if Qt had told.
std::optional<Failure> classifyUntold(ReplyState state)
{
    state.endedBy = EndedBy::Qt;
    state.qtError = QNetworkReply::RemoteHostClosedError;
    state.qtErrorString.clear();
    std::optional<Failure> failure = classify(state);
    if (failure) {
        failure->qtError = QNetworkReply::NoError;
        failure->message += QStringLiteral(" Qt did not tell, and would have waited on.");
    }
    return failure;
}

bool isBodyless(const ReplyState &state)
{
    return state.isHead || state.status == 204 || state.status == 304;
}

// Qt went where the redirect points, and that gave no answer: what is there is still the redirect.
// (ContentReSendError is a redirect that Qt could not follow.)
bool isLostBehindRedirect(const ReplyState &state)
{
    return state.isRedirected && isRedirect(state.status) && state.qtError != QNetworkReply::NoError
           && state.qtError != QNetworkReply::ContentReSendError;
}

// An answer that is whole although Qt may report an error.
bool isWhole(const ReplyState &state)
{
    if (isLostBehindRedirect(state))
        return false;
    if (isBodyless(state))
        return true;
    if (state.isLengthUnclear && !state.chunked && !state.fromCache)
        return false;
    // One that asks for the body once more: Qt cannot follow it, so it is the answer.
    if (state.followsRedirects && isRedirect(state.status)
        && state.qtError == QNetworkReply::ContentReSendError) {
        return true;
    }
    if (state.contentLength && !state.chunked && !state.fromCache) {
        // Also where Qt reports NoError: it does so for answers that are too short.
        if (state.received < *state.contentLength)
            return false;
        if (isConnectionLost(state.qtError) || !http2Cause(state).isEmpty())
            return true;
    }
    // Before the code is looked at: INTERNAL_ERROR has that of a status 500, and NO_ERROR none.
    if (!http2Cause(state).isEmpty())
        return false;
    // Neither a length nor chunks: the close is the end, and Qt reports it as ContentReSendError in
    // most runs, because the connection channel tries to send the request again; as
    // RemoteHostClosedError, where earlier losses have used up its tries.
    const bool endsWithClose = !state.contentLength && !state.chunked && !state.http2;
    if (endsWithClose && isConnectionLost(state.qtError))
        return true;
    return state.qtError == QNetworkReply::NoError || state.qtError == errorForStatus(state.status);
}

std::optional<Failure> classifyAnswered(const ReplyState &state)
{
    if (state.proxyForwards && state.status == 407)
        return failureFrom(state, FailureKind::Proxy);
    if (isWhole(state))
        return {};
    if (state.qtError == QNetworkReply::OperationCanceledError)
        return failureFrom(state, FailureKind::Cancelled);
    return failureFrom(state, FailureKind::Body);
}

} // namespace

bool isConnectionLost(QNetworkReply::NetworkError error)
{
    return error == QNetworkReply::RemoteHostClosedError
           || error == QNetworkReply::ContentReSendError;
}

std::optional<Failure> classify(const ReplyState &state)
{
    if (state.endedBy == EndedBy::ConnectionLost)
        return classifyUntold(state);
    if (auto failure = endedByUs(state))
        return failure;
    if (state.isAnswered())
        return classifyAnswered(state);
    if (state.isHeadWithheld) {
        Failure failure = failureFrom(state, FailureKind::Body);
        failure.safety = Safety::Answered;
        failure.phase = AttemptPhase::Body;
        return failure;
    }
    // Qt 6.4 takes 103 Early Hints for the whole answer and drops the real one. The request was
    // processed; sending it again would lose the answer again.
    if (state.status >= 100) {
        Failure failure = failureFrom(state, FailureKind::Body);
        failure.safety = Safety::Answered;
        return failure;
    }
    return failureFrom(state, kindUnanswered(state));
}

AttemptPhase phaseOf(const ReplyState &state)
{
    if (state.isAnswered())
        return AttemptPhase::Body;
    if (state.status >= 100)
        return AttemptPhase::Head;
    if (state.requestLeft)
        return state.bodyPending ? AttemptPhase::Request : AttemptPhase::Waiting;
    // With the loss of one connection Qt gives up every request that waits for one (_q_error() in
    // qhttpnetworkconnectionchannel.cpp).
    if (state.queued && isConnectionLost(state.qtError))
        return AttemptPhase::Queued;
    // Lost without a handshake to be cut: a kept-alive connection, or one that was accepted and
    // closed at once.
    const bool isConnected =
        isConnectionLost(state.qtError) && (!state.connectStarted || !state.isTls);
    if (state.encrypted || isConnected)
        return AttemptPhase::Request;
    if (isProxyError(state.qtError))
        return AttemptPhase::Proxy;
    if (state.qtError == QNetworkReply::HostNotFoundError)
        return state.hostIsAddress ? AttemptPhase::Connect : AttemptPhase::Dns;
    if (state.qtError == QNetworkReply::SslHandshakeFailedError
        || (state.isTls && isConnectionLost(state.qtError))) {
        return AttemptPhase::Tls;
    }
    if (state.connectStarted || state.qtError == QNetworkReply::ConnectionRefusedError)
        return AttemptPhase::Connect;
    if (state.queued)
        return AttemptPhase::Queued;
    return state.hostIsAddress || state.proxy != Proxy::None ? AttemptPhase::Connect
                                                             : AttemptPhase::Dns;
}

Failure configFailure(const QString &cause, const QString &message)
{
    Failure failure;
    failure.kind = FailureKind::Config;
    failure.cause = cause;
    failure.message = message;
    return failure;
}

QNetworkReply::NetworkError nearestQtError(const Failure &failure)
{
    const bool isMisleading = failure.qtError == QNetworkReply::NoError
                              || failure.qtError == QNetworkReply::ContentReSendError;
    switch (failure.kind) {
    case FailureKind::Config:
        if (failure.qtError == QNetworkReply::ContentNotFoundError)
            return failure.qtError;
        return failure.cause == QLatin1StringView("Scheme")
                   ? QNetworkReply::ProtocolUnknownError
                   : QNetworkReply::ProtocolInvalidOperationError;
    case FailureKind::Timeout:
        return QNetworkReply::TimeoutError;
    case FailureKind::Cancelled:
        return QNetworkReply::OperationCanceledError;
    case FailureKind::Http2:
        // Qt gives the codes of 4xx and 5xx to streams that were reset without any status.
        return isMisleading || failure.qtError >= QNetworkReply::ContentAccessDenied
                   ? QNetworkReply::ProtocolFailure
                   : failure.qtError;
    case FailureKind::Dns:
        return isMisleading ? QNetworkReply::HostNotFoundError : failure.qtError;
    case FailureKind::Connect:
        return isMisleading ? QNetworkReply::ConnectionRefusedError : failure.qtError;
    case FailureKind::Tls:
    case FailureKind::Certificate:
        return isMisleading ? QNetworkReply::SslHandshakeFailedError : failure.qtError;
    case FailureKind::Proxy:
        if (isMisleading && failure.cause == QLatin1StringView("ProxyClosed"))
            return QNetworkReply::ProxyConnectionClosedError;
        return isMisleading ? QNetworkReply::UnknownProxyError : failure.qtError;
    case FailureKind::Body:
        if (!http2ErrorName(failure.qtErrorString).isEmpty())
            return QNetworkReply::ProtocolFailure;
        [[fallthrough]];
    case FailureKind::Io:
        return isMisleading ? QNetworkReply::RemoteHostClosedError : failure.qtError;
    }
    return QNetworkReply::UnknownNetworkError;
}

} // namespace Retryscope
