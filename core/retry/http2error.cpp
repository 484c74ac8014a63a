// SPDX-License-Identifier: MIT
#include "core/retry/http2error_p.h"

#include "core/retry/classify.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QHash>
#include <QtCore/QRegularExpression>

namespace Retryscope {

namespace {

// Qt's words, never translated, the same in 6.4 and 6.8. They come for RST_STREAM, and for GOAWAY
// with a code: which of the two it was, Qt does not say.
const QHash<QString, QString> &names()
{
    static const QHash<QString, QString> table{
        {QStringLiteral("HTTP/2 protocol error"), QStringLiteral("PROTOCOL_ERROR")},
        {QStringLiteral("Internal server error"), QStringLiteral("INTERNAL_ERROR")},
        {QStringLiteral("Flow control error"), QStringLiteral("FLOW_CONTROL_ERROR")},
        {QStringLiteral("SETTINGS ACK timeout error"), QStringLiteral("SETTINGS_TIMEOUT")},
        {QStringLiteral("Server received frame(s) on a half-closed stream"),
         QStringLiteral("STREAM_CLOSED")},
        {QStringLiteral("Server received a frame with an invalid size"),
         QStringLiteral("FRAME_SIZE_ERROR")},
        {QStringLiteral("Server refused a stream"), QStringLiteral("REFUSED_STREAM")},
        {QStringLiteral("Stream is no longer needed"), QStringLiteral("CANCEL")},
        {QStringLiteral(
             "Server is unable to maintain the header compression context for the connection"),
         QStringLiteral("COMPRESSION_ERROR")},
        {QStringLiteral("The connection established in response to a CONNECT request was reset or "
                        "abnormally closed"),
         QStringLiteral("CONNECT_ERROR")},
        {QStringLiteral("Server dislikes our behavior, excessive load detected."),
         QStringLiteral("ENHANCE_YOUR_CALM")},
        {QStringLiteral("The underlying transport has properties that do not meet minimum security "
                        "requirements"),
         QStringLiteral("INADEQUATE_SECURITY")},
        {QStringLiteral("Server requires that HTTP/1.1 be used instead of HTTP/2."),
         QStringLiteral("HTTP_1_1_REQUIRED")},
    };
    return table;
}

} // namespace

QString http2ErrorName(const QString &qtErrorString)
{
    const auto known = names().constFind(qtErrorString);
    if (known != names().cend())
        return *known;
    static const QRegularExpression unknown(
        QStringLiteral("^RST_STREAM with unknown error code \\((\\d+)\\)$"));
    const auto match = unknown.match(qtErrorString);
    return match.hasMatch() ? QStringLiteral("0x%1").arg(match.capturedView(1).toUInt(), 0, 16)
                            : QString();
}

QString http2Cause(const ReplyState &state)
{
    if (state.endedBy == ReplyState::EndedBy::HeldBack)
        return QStringLiteral("HeldBack");
    if (isHeldBackByGoAway(state))
        return QStringLiteral("GOAWAY");
    if (!state.http2)
        return {};
    // Of HTTP/2 alone for streams above the last one of a GOAWAY.
    if (state.qtError == QNetworkReply::ContentReSendError)
        return QStringLiteral("GOAWAY");
    return state.isResetWithoutError ? QStringLiteral("NO_ERROR")
                                     : http2ErrorName(state.qtErrorString);
}

bool isHeldBackByGoAway(const ReplyState &state)
{
    // Translated, unlike the others (QHttpNetworkConnectionChannel::emitFinishedWithError()).
    return state.qtError == QNetworkReply::ProtocolUnknownError
           && state.qtErrorString
                  == QCoreApplication::translate("QHttpNetworkConnectionChannel",
                                                 "GOAWAY received, cannot start a request");
}

} // namespace Retryscope
