// SPDX-License-Identifier: MIT
// What the requester costs beside a bare QNetworkAccessManager, in one run and in turns: time per
// POST on a kept-alive connection and to its first byte, reading a large answer, memory, waits.
// Prints a table and the same as JSON. --only NAME runs one part, which helps a profiler.
#include "core/retry/oneshotbody_p.h"
#include "core/retry/retryingrequester.h"
#include "tests/bench/benchserver.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRandomGenerator>
#include <QtCore/QTimer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>

#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <thread>
#include <vector>

using namespace Retryscope;
using namespace Retryscope::Bench;

namespace {

constexpr qint64 LargeBody = 64LL << 20;
constexpr int Rounds = 11;

qint64 statusKilobytes(const char *name)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> all = status.readAll().split('\n');
    for (const QByteArray &line : all) {
        if (line.startsWith(name))
            return line.mid(static_cast<qsizetype>(std::strlen(name)))
                .trimmed()
                .split(' ')
                .first()
                .toLongLong();
    }
    return 0;
}

void resetPeak()
{
    if (QFile reset(QStringLiteral("/proc/self/clear_refs")); reset.open(QIODevice::WriteOnly))
        reset.write("5");
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0.0 : values.at(values.size() / 2);
}

//! The value that \a share of all are not above.
double quantile(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    const auto at = static_cast<size_t>(share * static_cast<double>(values.size()));
    return values.empty() ? 0.0 : values.at(std::min(at, values.size() - 1));
}

QNetworkRequest requestTo(const QUrl &url)
{
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    return request;
}

//! Of one request: its size, and when its first byte could be read.
struct Drained
{
    qint64 size = 0;
    double firstByteUs = 0;
};

template <typename Send>
Drained drain(Send send)
{
    QElapsedTimer timer;
    timer.start();
    QNetworkReply *reply = send();
    Drained drained;
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::readyRead, &loop, [&] {
        if (drained.size == 0)
            drained.firstByteUs = static_cast<double>(timer.nsecsElapsed()) / 1e3;
        drained.size += reply->readAll().size();
    });
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    drained.size += reply->readAll().size();
    reply->deleteLater();
    return drained;
}

//! A way to send, and the medians of its rounds.
struct Way
{
    const char *name;
    std::function<QNetworkReply *()> send;
    std::vector<double> us{};
    std::vector<double> firstByteUs{};
};

//! In turns, so that whatever else the machine does hits all of them.
void measure(std::vector<Way> &ways, int count)
{
    for (Way &way : ways)
        drain(way.send);
    for (int round = 0; round < Rounds; ++round) {
        for (Way &way : ways) {
            // Medians here too: on a busy machine a mean tells of the others' time slices.
            std::vector<double> first;
            std::vector<double> whole;
            for (int i = 0; i < count; ++i) {
                QElapsedTimer timer;
                timer.start();
                first.push_back(drain(way.send).firstByteUs);
                whole.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e3);
            }
            way.us.push_back(median(whole));
            way.firstByteUs.push_back(median(first));
        }
    }
}

QNetworkReply *postOneShot(QNetworkAccessManager &manager, QNetworkRequest request,
                           const QByteArray &body)
{
    auto *device = new OneShotBody(body, Clock::system());
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    request.setHeader(QNetworkRequest::ContentLengthHeader, body.size());
    QNetworkReply *reply = manager.post(request, device);
    device->setParent(reply);
    return reply;
}

class EmptyReply final : public QNetworkReply
{
public:
    EmptyReply() { open(QIODevice::ReadOnly); }

    void abort() override {}

protected:
    qint64 readData(char *, qint64) override { return 0; }
};

//! Passes another reply on and does nothing else: what any reply around a reply costs. Signals that
//! go through the event loop again are what keeps a receiver from destroying the manager inside
//! one of its reply's own signals.
class ForwardingReply final : public QNetworkReply
{
public:
    ForwardingReply(QNetworkReply *inner, Qt::ConnectionType type) : m_inner(inner)
    {
        inner->setParent(this);
        open(QIODevice::ReadOnly);
        connect(inner, &QNetworkReply::metaDataChanged, this, &QNetworkReply::metaDataChanged,
                type);
        connect(inner, &QNetworkReply::readyRead, this, &QNetworkReply::readyRead, type);
        connect(
            inner, &QNetworkReply::finished, this,
            [this] {
                setFinished(true);
                Q_EMIT finished();
            },
            type);
    }

    void abort() override { m_inner->abort(); }

    qint64 bytesAvailable() const override
    {
        return QNetworkReply::bytesAvailable() + m_inner->bytesAvailable();
    }

    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *data, qint64 size) override { return m_inner->read(data, size); }

private:
    QNetworkReply *const m_inner;
};

void measurePosts(const Server &server, QJsonObject &json)
{
    QNetworkAccessManager bare;
    QNetworkAccessManager bareOneShot;
    QNetworkAccessManager forwarded;
    QNetworkAccessManager queued;
    QNetworkAccessManager ours;
    for (QNetworkAccessManager *manager : {&bare, &bareOneShot, &forwarded, &queued, &ours})
        manager->setProxy(QNetworkProxy::NoProxy);
    RetryingRequester requester(&ours);
    const QByteArray small(2'000, 'b');
    const QNetworkRequest post = requestTo(server.url("/"));
    std::vector<Way> ways{
        {"bare",
         [&] {
             return bare.post(post, small);
         }},
        {"bare, one-shot device",
         [&] {
             return postOneShot(bareOneShot, post, small);
         }},
        {"forwarded",
         [&]() -> QNetworkReply * {
             return new ForwardingReply(postOneShot(forwarded, post, small), Qt::DirectConnection);
         }},
        {"forwarded through the loop",
         [&]() -> QNetworkReply * {
             return new ForwardingReply(postOneShot(queued, post, small), Qt::QueuedConnection);
         }},
        {"requester", [&]() -> QNetworkReply * {
             return requester.post(post, small);
         }}};
    measure(ways, 400);
    const double base = median(ways.at(0).us);
    const double baseFirst = median(ways.at(0).firstByteUs);
    for (const Way &way : ways) {
        const double us = median(way.us);
        const double first = median(way.firstByteUs);
        std::printf(
            "POST of 2 kB, %-26s %7.1f us a request (x %.3f), first byte after %7.1f us (%+.1f)\n",
            way.name, us, us / base, first, first - baseFirst);
        json.insert(QStringLiteral("post_us ") + QString::fromLatin1(way.name), us);
        json.insert(QStringLiteral("post_first_byte_us ") + QString::fromLatin1(way.name), first);
    }
}

void measureLargeAnswers(const Server &server, QJsonObject &json)
{
    QNetworkAccessManager bare;
    QNetworkAccessManager forwarded;
    QNetworkAccessManager ours;
    for (QNetworkAccessManager *manager : {&bare, &forwarded, &ours})
        manager->setProxy(QNetworkProxy::NoProxy);
    RetryingRequester requester(&ours);
    const QNetworkRequest get = requestTo(server.url("/large"));
    std::vector<Way> ways{{"bare",
                           [&] {
                               return bare.get(get);
                           }},
                          {"forwarded",
                           [&]() -> QNetworkReply * {
                               return new ForwardingReply(forwarded.get(get), Qt::DirectConnection);
                           }},
                          {"requester", [&]() -> QNetworkReply * {
                               return requester.get(get);
                           }}};
    measure(ways, 1);
    const double base = median(ways.at(0).us);
    for (const Way &way : ways) {
        const double us = median(way.us);
        std::printf("GET of 256 MB, %-10s %6.0f MB/s (x %.3f of bare)\n", way.name,
                    static_cast<double>(LargeAnswer) / us, base / us);
        json.insert(QStringLiteral("get_mb_per_s ") + QString::fromLatin1(way.name),
                    static_cast<double>(LargeAnswer) / us);
    }
}

//! 1 GB, read at a tenth of what the server could do, with a read buffer of 1 MB.
void measureSlowReader(const Server &server, QJsonObject &json)
{
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    RetryingRequester requester(&manager);
    const qint64 before = statusKilobytes("VmRSS:");
    resetPeak();
    RetryingReply *reply = requester.get(requestTo(server.url("/huge")));
    reply->setReadBufferSize(1 << 20);
    QEventLoop loop;
    QTimer reader;
    reader.setTimerType(Qt::PreciseTimer);
    qint64 size = 0;
    QByteArray buffer(256 << 10, '\0');
    QObject::connect(&reader, &QTimer::timeout, &loop, [&] {
        size += std::max<qint64>(reply->read(buffer.data(), buffer.size()), 0);
    });
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    QElapsedTimer timer;
    timer.start();
    reader.start(2);
    loop.exec();
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    const double grown = static_cast<double>(statusKilobytes("VmHWM:") - before) / 1024;
    std::printf("1 GB at %.0f MB/s with a read buffer of 1 MB: resident memory grew by %.1f MB\n",
                static_cast<double>(size) / 1e6 / seconds, grown);
    json.insert(QStringLiteral("slow_reader_mb"), grown);
    delete reply;
}

void measureLargeBody(const Server &server, QJsonObject &json)
{
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    RetryingRequester requester(&manager);
    RetryPolicy policy;
    policy.initialBackoff = std::chrono::milliseconds(1);
    requester.setPolicy(policy);
    QByteArray body(LargeBody, 'b');
    resetPeak();
    const qint64 before = statusKilobytes("VmRSS:");
    qsizetype attempts = 0;
    drain([&] {
        RetryingReply *reply = requester.post(requestTo(server.url("/cut")), body);
        QObject::connect(reply, &QNetworkReply::finished, reply,
                         [&, reply] { attempts = reply->attempts().size(); });
        return reply;
    });
    const double bodies =
        static_cast<double>(std::max<qint64>(statusKilobytes("VmHWM:") - before, 0)) * 1024
        / LargeBody;
    std::printf("POST of 64 MiB, %d attempts: %.3f bodies of extra memory at the peak\n",
                static_cast<int>(attempts), bodies);
    json.insert(QStringLiteral("extra_bodies"), bodies);
}

//! A port that refuses: an attempt takes next to no time.
QUrl closedPort()
{
    return QUrl(QStringLiteral("http://127.0.0.1:1/"));
}

void measureWaits(QJsonObject &json)
{
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    RetryingRequester requester(&manager);
    RetryPolicy policy;
    policy.maxRetries = 200;
    policy.initialBackoff = std::chrono::milliseconds(40);
    policy.maxBackoff = std::chrono::milliseconds(60);
    requester.setPolicy(policy);
    std::vector<double> lateMs;
    int beyond = 0;
    QElapsedTimer timer;
    double due = 0;
    drain([&] {
        RetryingReply *reply = requester.post(requestTo(closedPort()), QByteArray("b"));
        QObject::connect(reply, &RetryingReply::retryScheduled, reply,
                         [&](int, std::chrono::microseconds delay) {
                             timer.start();
                             due = static_cast<double>(delay.count()) / 1e3;
                         });
        QObject::connect(reply, &RetryingReply::attemptStarted, reply, [&](int attempt) {
            if (attempt == 1)
                return;
            lateMs.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6 - due);
            beyond += lateMs.back() > std::max(2.0, due * 0.01) ? 1 : 0;
        });
        return reply;
    });
    const double earliest = *std::min_element(lateMs.begin(), lateMs.end());
    std::printf("%zu waits: the earliest %+.3f ms, 99 %% within %+.3f ms, the latest %+.3f ms, %d "
                "beyond max(2 ms, 1 %%)\n",
                lateMs.size(), earliest, quantile(lateMs, 0.99), quantile(lateMs, 1.0), beyond);
    json.insert(QStringLiteral("wait_earliest_ms"), earliest);
    json.insert(QStringLiteral("wait_p99_late_ms"), quantile(lateMs, 0.99));
    json.insert(QStringLiteral("waits_beyond"), beyond);
}

//! What a crowd costs without a requester: the memory of the reply that each has to have and of a
//! request that is not shared, and how late as many timers are that each send one when they end.
void measureBareCrowd(QJsonObject &json)
{
    constexpr int Crowd = 1'000;
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    const QNetworkRequest request = requestTo(closedPort());
    drain([&] { return manager.post(request, QByteArray("b")); });
    const QNetworkRequest shared = requestTo(closedPort());
    std::vector<QNetworkRequest> requests(Crowd, shared);
    const size_t before = mallinfo2().uordblks;
    for (QNetworkRequest &own : requests)
        own.setRawHeader("User-Agent", "bench");
    const size_t withRequests = mallinfo2().uordblks;
    std::vector<std::unique_ptr<EmptyReply>> replies;
    replies.reserve(Crowd);
    for (int i = 0; i < Crowd; ++i)
        replies.push_back(std::make_unique<EmptyReply>());
    const size_t withReplies = mallinfo2().uordblks;
    const auto each = [](size_t from, size_t to) {
        return static_cast<double>(to - from) / 1024 / Crowd;
    };
    std::printf("a QNetworkReply that does nothing: %.2f kB, a request with headers of its own: "
                "%.2f kB\n",
                each(withRequests, withReplies), each(before, withRequests));
    json.insert(QStringLiteral("bare_reply_kb"), each(withRequests, withReplies));
    json.insert(QStringLiteral("bare_request_kb"), each(before, withRequests));

    std::vector<double> lateMs;
    std::vector<std::unique_ptr<QTimer>> timers;
    QElapsedTimer clock;
    clock.start();
    QEventLoop loop;
    int finished = 0;
    for (int i = 0; i < Crowd; ++i) {
        timers.push_back(std::make_unique<QTimer>());
        QTimer &timer = *timers.back();
        timer.setTimerType(Qt::PreciseTimer);
        timer.setSingleShot(true);
        // As the waits are drawn: from three quarters to five quarters of 4 s.
        const int delay = 3'000 + QRandomGenerator::global()->bounded(2'000);
        const double due = static_cast<double>(clock.nsecsElapsed()) / 1e6 + delay;
        QObject::connect(&timer, &QTimer::timeout, &loop, [&, due] {
            lateMs.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6 - due);
            QNetworkReply *reply = manager.post(request, QByteArray("b"));
            QObject::connect(reply, &QNetworkReply::finished, &loop, [&, reply] {
                reply->deleteLater();
                if (++finished == Crowd)
                    loop.quit();
            });
        });
        timer.start(delay);
    }
    loop.exec();
    std::printf("%d timers that each send a bare POST: 99 %% at most %.3f ms late, the latest %.3f "
                "ms\n",
                Crowd, quantile(lateMs, 0.99), quantile(lateMs, 1.0));
    json.insert(QStringLiteral("bare_crowd_latest_ms"), quantile(lateMs, 1.0));
}

void measureCrowd(QJsonObject &json)
{
    constexpr int Crowd = 1'000;
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    RetryPolicy policy;
    policy.maxRetries = 1;
    policy.initialBackoff = std::chrono::seconds(4);
    // A first one, so that what Qt makes once is not counted.
    RetryPolicy none = policy;
    none.maxRetries = 0;
    RetryingRequester warm(&manager);
    warm.setPolicy(none);
    drain([&] { return warm.post(requestTo(closedPort()), QByteArray("b")); });
    QCoreApplication::processEvents();
    const size_t before = mallinfo2().uordblks;
    std::vector<std::unique_ptr<RetryingRequester>> requesters;
    std::vector<double> lateMs;
    int waiting = 0;
    int finished = 0;
    QEventLoop loop;
    QNetworkRequest request = requestTo(closedPort());
    for (int i = 0; i < Crowd; ++i) {
        requesters.push_back(std::make_unique<RetryingRequester>(&manager));
        requesters.back()->setPolicy(policy);
        RetryingReply *reply = requesters.back()->post(request, QByteArray("b"));
        QObject::connect(reply, &RetryingReply::retryScheduled, &loop, [&] {
            if (++waiting == Crowd)
                QTimer::singleShot(500, &loop, [&] {
                    const size_t now = mallinfo2().uordblks;
                    std::printf("%d requesters in backoff: %.2f kB each", Crowd,
                                static_cast<double>(now - before) / 1024 / Crowd);
                    json.insert(QStringLiteral("crowd_kb_each"),
                                static_cast<double>(now - before) / 1024 / Crowd);
                });
        });
        QObject::connect(reply, &QNetworkReply::finished, &loop, [&, reply] {
            lateMs.push_back(static_cast<double>(reply->attempts().last().late.count()) / 1e3);
            if (++finished == Crowd)
                loop.quit();
        });
    }
    loop.exec();
    std::printf("; 99 %% at most %.3f ms late, the latest %.3f ms\n", quantile(lateMs, 0.99),
                quantile(lateMs, 1.0));
    json.insert(QStringLiteral("crowd_latest_ms"), quantile(lateMs, 1.0));
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QString only = arguments.value(arguments.indexOf(QStringLiteral("--only")) + 1);
    const bool isAll = !arguments.contains(QStringLiteral("--only"));
    const Server server;
    QJsonObject json;
    const auto part = [&](const char *name, auto measurePart) {
        if (isAll || only == QLatin1StringView(name))
            measurePart();
        std::fflush(stdout);
    };
    // Memory first: nothing has been left over by others yet.
    part("body", [&] { measureLargeBody(server, json); });
    part("slow", [&] { measureSlowReader(server, json); });
    part("crowd", [&] { measureCrowd(json); });
    part("barecrowd", [&] { measureBareCrowd(json); });
    part("post", [&] { measurePosts(server, json); });
    part("get", [&] { measureLargeAnswers(server, json); });
    part("waits", [&] { measureWaits(json); });
    std::printf("\n%s\n", QJsonDocument(json).toJson(QJsonDocument::Compact).constData());
    return 0;
}
