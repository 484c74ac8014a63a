// SPDX-License-Identifier: MIT
// What a POST of 2 kB costs on a warm HTTP/2 connection, and whether anything that Qt lets a
// program choose saves it the 40 ms that Nagle's algorithm and a delayed acknowledgement cost. In
// turns, medians of rounds. Prints a table, with --json the same as JSON.
#include "core/retry/oneshotbody_p.h"
#include "core/retry/retryingrequester.h"
#include "tests/support/http2peer.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTimer>
#include <QtNetwork/QHttp2Configuration>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <vector>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

namespace {

constexpr int Rounds = 9;
constexpr int RequestsARound = 10;

//! With a peer, a manager and so a connection of its own.
class Way final
{
public:
    using Send = std::function<QNetworkReply *(Way &)>;

    Way(QString transport, QString name, Send send)
        : m_name(std::move(name))
        , m_transport(std::move(transport))
        , m_send(std::move(send))
    {}

    Way &acknowledgedAtOnce()
    {
        m_options.acknowledgesAtOnce = true;
        return *this;
    }

    Way &afterPauses(std::chrono::milliseconds pause)
    {
        m_pause = pause;
        return *this;
    }

    void warmUp(const Credential &credential, const QSslCertificate &authority)
    {
        if (m_transport != QLatin1StringView("h2 in clear"))
            m_options.credential = credential;
        m_peer = std::make_unique<Http2Peer>(QList<Http2::Script>{Http2::response(200, "ok")},
                                             m_options);
        m_manager = std::make_unique<QNetworkAccessManager>();
        m_manager->setProxy(QNetworkProxy::NoProxy);
        m_requester = std::make_unique<RetryingRequester>(m_manager.get());
        m_request.setUrl(m_peer->url());
        m_request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setCaCertificates({authority});
        m_request.setSslConfiguration(configuration);
        m_request.setAttribute(QNetworkRequest::Http2DirectAttribute,
                               m_transport == QLatin1StringView("h2 in clear"));
        m_request.setAttribute(QNetworkRequest::Http2AllowedAttribute,
                               m_transport == QLatin1StringView("h2 over TLS"));
        // The first segments of a connection are acknowledged at once.
        for (int i = 0; i < 20; ++i)
            exchange();
        if (m_peer->requests().last().isHttp2() != m_transport.startsWith(QLatin1StringView("h2")))
            qFatal("another protocol than the one to be measured");
    }

    void measureRound()
    {
        std::vector<double> us;
        for (int i = 0; i < (m_pause > 0ms ? 2 : RequestsARound); ++i) {
            if (m_pause > 0ms) {
                QEventLoop loop;
                QTimer::singleShot(m_pause, Qt::PreciseTimer, &loop, &QEventLoop::quit);
                loop.exec();
            }
            us.push_back(exchange());
        }
        m_rounds.push_back(median(us));
    }

    double us() const { return median(m_rounds); }

    const QString &name() const { return m_name; }

    const QString &transport() const { return m_transport; }

    QNetworkAccessManager &manager() { return *m_manager; }

    RetryingRequester &requester() { return *m_requester; }

    const QNetworkRequest &request() const { return m_request; }

private:
    static double median(std::vector<double> values)
    {
        std::sort(values.begin(), values.end());
        return values.at(values.size() / 2);
    }

    double exchange()
    {
        QElapsedTimer timer;
        timer.start();
        QNetworkReply *reply = m_send(*this);
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        loop.exec();
        const double us = static_cast<double>(timer.nsecsElapsed()) / 1e3;
        if (reply->error() != QNetworkReply::NoError || reply->readAll() != "ok")
            qFatal("%s", qPrintable(m_name % QStringLiteral(": ") % reply->errorString()));
        reply->deleteLater();
        return us;
    }

    QString m_name;
    QString m_transport;
    Send m_send;
    Http2PeerOptions m_options;
    std::chrono::milliseconds m_pause{0};
    std::unique_ptr<Http2Peer> m_peer;
    std::unique_ptr<QNetworkAccessManager> m_manager;
    std::unique_ptr<RetryingRequester> m_requester;
    QNetworkRequest m_request;
    std::vector<double> m_rounds;
};

const QByteArray &body()
{
    static const QByteArray bytes(2'000, 'b');
    return bytes;
}

QNetworkReply *bytes(Way &way)
{
    return way.manager().post(way.request(), body());
}

QNetworkReply *sendDevice(Way &way, bool isSizeKnown)
{
    QNetworkRequest request = way.request();
    if (isSizeKnown) {
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        request.setHeader(QNetworkRequest::ContentLengthHeader, body().size());
    }
    auto *device = new OneShotBody(body(), Clock::system());
    QNetworkReply *reply = way.manager().post(request, device);
    device->setParent(reply);
    return reply;
}

QNetworkReply *oneShot(Way &way)
{
    return sendDevice(way, true);
}

QNetworkReply *sizeUnknown(Way &way)
{
    return sendDevice(way, false);
}

QNetworkReply *otherSettings(Way &way)
{
    QNetworkRequest request = way.request();
    QHttp2Configuration configuration;
    configuration.setHuffmanCompressionEnabled(false);
    configuration.setMaxFrameSize(1 << 20);
    request.setHttp2Configuration(configuration);
    request.setPriority(QNetworkRequest::HighPriority);
    return way.manager().post(request, body());
}

QNetworkReply *requester(Way &way)
{
    return way.requester().post(way.request(), body());
}

QNetworkReply *noBody(Way &way)
{
    return way.manager().get(way.request());
}

std::vector<Way> allWays()
{
    std::vector<Way> ways;
    const auto add = [&ways](const char *transport, const char *name, Way::Send send) -> Way & {
        ways.emplace_back(QString::fromLatin1(transport), QString::fromLatin1(name),
                          std::move(send));
        return ways.back();
    };
    for (const char *transport : {"h2 over TLS", "h2 in clear"}) {
        add(transport, "bare, bytes", bytes);
        add(transport, "bare, one-shot device", oneShot);
        add(transport, "bare, device without a size", sizeUnknown);
        add(transport, "bare, no Huffman, large frames, high priority", otherSettings);
        add(transport, "requester", requester);
        add(transport, "bare, bytes, after a pause of 300 ms", bytes).afterPauses(300ms);
        add(transport, "bare, bytes, peer acknowledges at once", bytes).acknowledgedAtOnce();
        add(transport, "requester, peer acknowledges at once", requester).acknowledgedAtOnce();
        add(transport, "bare, GET: no body that could wait", noBody);
    }
    add("HTTP/1.1 over TLS", "bare, bytes", bytes);
    add("HTTP/1.1 over TLS", "requester", requester);
    return ways;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    Forge forge;
    const Credential credential = forge.issue({.names = {QStringLiteral("127.0.0.1")}});
    std::vector<Way> ways = allWays();
    for (Way &way : ways)
        way.warmUp(credential, forge.authority());
    for (int round = 0; round < Rounds; ++round) {
        for (Way &way : ways)
            way.measureRound();
    }
    QJsonObject json;
    double base = 0;
    for (const Way &way : ways) {
        if (way.name() == QLatin1StringView("bare, bytes"))
            base = way.us();
        const QString label = way.transport() % QStringLiteral(": ") % way.name();
        json.insert(label, QJsonObject{{QStringLiteral("us"), way.us()},
                                       {QStringLiteral("ratio"), way.us() / base}});
        if (!app.arguments().contains(QStringLiteral("--json"))) {
            std::printf("%-18s %-46s %9.1f us a request (x %.3f)\n", qPrintable(way.transport()),
                        qPrintable(way.name()), way.us(), way.us() / base);
        }
    }
    if (app.arguments().contains(QStringLiteral("--json")))
        std::printf("%s", QJsonDocument(json).toJson().constData());
    return 0;
}
