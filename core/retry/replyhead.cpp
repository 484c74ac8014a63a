// SPDX-License-Identifier: MIT
#include "core/retry/replyhead_p.h"

#include "core/retry/classify.h"

#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>

namespace Retryscope {

void readHead(const QNetworkReply &reply, ReplyState &state)
{
    state.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    state.fromCache = reply.attribute(QNetworkRequest::SourceIsFromCacheAttribute).toBool();
    state.http2 = state.http2 || reply.attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    if (state.isTls && !state.http2) {
        const auto protocol = reply.sslConfiguration().nextNegotiatedProtocol();
        state.http2 = protocol == QSslConfiguration::ALPNProtocolHTTP2;
    }
    bool isNumber = false;
    const qint64 length = reply.rawHeader("Content-Length").toLongLong(&isNumber);
    state.contentLength = isNumber ? std::optional(length) : std::nullopt;
    state.chunked = reply.rawHeader("Transfer-Encoding").toLower().contains("chunked");
}

} // namespace Retryscope
