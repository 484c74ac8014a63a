// SPDX-License-Identifier: MIT
// How many requests a server counts for one POST that it never answers: bare QNetworkAccessManager
// beside the requester, plain and over TLS, in one run. Prints a table and the same as JSON.
#include "core/retry/retryingrequester.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QSslConfiguration>

#include <cstdio>

using namespace Retryscope;
using namespace Retryscope::Test;

namespace {

constexpr int Rounds = 20;

struct Stimulus
{
    const char *name;
    PeerScript script;
};

//! Sums over all rounds.
struct Counts
{
    int calls = 0;
    int attempts = 0;
    int reported = 0;
    int counted = 0;
};

QNetworkRequest request(const RawPeer &peer, const Forge &forge)
{
    QNetworkRequest request(peer.url());
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
    ssl.setCaCertificates({forge.authority()});
    request.setSslConfiguration(ssl);
    return request;
}

void waitFor(QNetworkReply *reply)
{
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    if (!reply->isFinished())
        loop.exec();
}

const QByteArray &body()
{
    static const QByteArray bytes(1'000, 'b');
    return bytes;
}

void addBare(Counts &counts, const RawPeer &peer, const Forge &forge)
{
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    QNetworkReply *reply = manager.post(request(peer, forge), body());
    waitFor(reply);
    ++counts.calls;
    ++counts.attempts;
    counts.counted += peer.requests();
}

void addRequester(Counts &counts, const RawPeer &peer, const Forge &forge)
{
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    RetryingRequester requester(&manager);
    RetryPolicy policy;
    policy.initialBackoff = std::chrono::milliseconds(1);
    requester.setPolicy(policy);
    RetryingReply *reply = requester.post(request(peer, forge), body());
    waitFor(reply);
    ++counts.calls;
    counts.attempts += static_cast<int>(reply->attempts().size());
    for (const AttemptRecord &record : reply->attempts())
        counts.reported += record.wireSends;
    counts.counted += peer.requests();
}

QJsonObject toJson(const Stimulus &stimulus, bool tls, const Counts &bare, const Counts &ours)
{
    return {{QStringLiteral("stimulus"), QString::fromLatin1(stimulus.name)},
            {QStringLiteral("tls"), tls},
            {QStringLiteral("bare_calls"), bare.calls},
            {QStringLiteral("bare_counted"), bare.counted},
            {QStringLiteral("calls"), ours.calls},
            {QStringLiteral("attempts"), ours.attempts},
            {QStringLiteral("reported_sends"), ours.reported},
            {QStringLiteral("counted"), ours.counted}};
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    Forge forge;
    const Credential credential = forge.issue({.names = {QStringLiteral("127.0.0.1")}});
    const Stimulus stimuli[] = {
        {"reads, then FIN", {readRequest(), fin()}},
        {"reads, then RST", {readRequest(), rst()}},
        {"partial status, FIN", {readRequest(), sendBytes("HTTP/1.1 20"), fin()}},
    };
    std::printf("%d rounds each; the requester makes 3 attempts a call\n\n", Rounds);
    std::printf("%-20s %-5s | %-30s | %s\n", "the server", "", "bare QNetworkAccessManager",
                "Retryscope");
    std::printf("%-20s %-5s | %6s %10s %12s | %8s %9s %8s\n", "", "", "calls", "counted",
                "per attempt", "attempts", "reported", "counted");
    QJsonArray json;
    for (const Stimulus &stimulus : stimuli) {
        for (const bool tls : {false, true}) {
            Counts bare;
            Counts ours;
            for (int round = 0; round < Rounds; ++round) {
                const Credential used = tls ? credential : Credential();
                addBare(bare, RawPeer({stimulus.script}, used), forge);
                addRequester(ours, RawPeer({stimulus.script}, used), forge);
            }
            std::printf("%-20s %-5s | %6d %10d %12.2f | %8d %9d %8d\n", stimulus.name,
                        tls ? "TLS" : "plain", bare.calls, bare.counted,
                        double(bare.counted) / bare.attempts, ours.attempts, ours.reported,
                        ours.counted);
            json.append(toJson(stimulus, tls, bare, ours));
        }
    }
    std::printf("\n%s\n", QJsonDocument(json).toJson(QJsonDocument::Compact).constData());
    return 0;
}
