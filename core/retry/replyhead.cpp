// SPDX-License-Identifier: MIT
#include "core/retry/replyhead_p.h"

#include "core/retry/classify.h"

#include <QtCore/QList>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>

namespace Retryscope {

namespace {

// Sent twice with the same value it counts once (RFC 9110, 8.6); Qt joins the values with commas,
// then reads no number in them, and takes the end of the connection for that of the answer.
std::optional<qint64> lengthOf(const QByteArray &header)
{
    std::optional<qint64> length;
    const QList<QByteArray> values = header.split(',');
    for (const QByteArray &value : values) {
        bool isNumber = false;
        const qint64 number = value.trimmed().toLongLong(&isNumber);
        if (!isNumber || number < 0 || number != length.value_or(number))
            return {};
        length = number;
    }
    return length;
}

} // namespace

void readHead(const QNetworkReply &reply, ReplyState &state)
{
    state.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    state.fromCache = reply.attribute(QNetworkRequest::SourceIsFromCacheAttribute).toBool();
    state.http2 = state.http2 || reply.attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    if (state.isTls && !state.http2) {
        const auto protocol = reply.sslConfiguration().nextNegotiatedProtocol();
        state.http2 = protocol == QSslConfiguration::ALPNProtocolHTTP2;
    }
    const QByteArray length = reply.rawHeader("Content-Length");
    state.contentLength = lengthOf(length);
    state.isLengthUnclear = !length.isEmpty() && !state.contentLength;
    state.chunked = reply.rawHeader("Transfer-Encoding").toLower().contains("chunked");
}

QString errorText(const QNetworkReply &reply)
{
    constexpr auto secrets = QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment;
    const QUrl url = reply.url();
    return reply.errorString().replace(url.toString(), url.toString(secrets));
}

} // namespace Retryscope
