// SPDX-License-Identifier: MIT
#pragma once

#include "tests/retry/requesterbench.h"
#include "tests/support/http2peer.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QLoggingCategory>

namespace Retryscope::Test {

//! \brief A RequesterBench whose requests go over HTTP/2: by ALPN with TLS, and with prior
//! knowledge in clear.
class Http2Bench final
{
public:
    //! Qt warns of each stream that does not end well; the tests compare what is told instead.
    static void silenceQt()
    {
        QLoggingCategory::setFilterRules(QStringLiteral("qt.network.http2=false"));
    }

    explicit Http2Bench(const QList<Http2::Script> &scripts, bool isTls = true,
                        Http2PeerOptions options = {})
    {
        // Qt leaves Nagle's algorithm on: a body waits for the acknowledgement of its headers.
        options.acknowledgesAtOnce = true;
        if (isTls) {
            // One for all tests: keys are slow to make.
            static Forge forge;
            static const Credential credential =
                forge.issue({.names = {QStringLiteral("127.0.0.1")}});
            options.credential = credential;
            bench.authority = forge.authority();
        }
        peer = std::make_unique<Http2Peer>(scripts, options);
    }

    QNetworkRequest request(const QString &path = QStringLiteral("/")) const
    {
        const QUrl url = peer->url(path);
        QNetworkRequest result = bench.request(url);
        if (url.scheme() == QLatin1StringView("http"))
            result.setAttribute(QNetworkRequest::Http2DirectAttribute, true);
        return result;
    }

    RetryingReply *post(const QByteArray &body)
    {
        return bench.watch(bench.requester.post(request(), body));
    }

    //! "CONNECTION/STREAM" of each request that the peer saw.
    QStringList seen() const
    {
        QStringList result;
        for (const Http2Request &request : peer->requests())
            result.append(QStringLiteral("%1/%2").arg(request.connection).arg(request.stream));
        return result;
    }

    RequesterBench bench;
    std::unique_ptr<Http2Peer> peer;
};

} // namespace Retryscope::Test
