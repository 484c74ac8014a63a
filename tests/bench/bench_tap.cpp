// SPDX-License-Identifier: MIT
// What the tap costs, against the same without it, in turns and in one run: throughput, a small
// POST, a POST over HTTP/2, many streams, memory, and how far its stamps are from the endpoint's
// own. Prints a table and the same as JSON. --only NAME runs one part, which helps a profiler.
#include "core/sandbox/sandbox.h"
#include "core/tap/tap.h"
#include "tests/bench/benchserver.h"
#include "tests/support/http2peer.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <malloc.h>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

namespace {

using Values = std::vector<double>;

double quantile(Values values, double share)
{
    if (values.empty())
        qFatal("nothing was measured");
    std::sort(values.begin(), values.end());
    const auto last = static_cast<double>(values.size() - 1);
    return values.at(static_cast<size_t>(last * share));
}

double median(const Values &values)
{
    return quantile(values, 0.5);
}

//! \brief The tap and the sandbox in a thread of their own, as the runner has them.
class Wire final
{
public:
    Wire()
    {
        for (QObject *object :
             {m_context, static_cast<QObject *>(m_tap), static_cast<QObject *>(m_sandbox)})
            object->moveToThread(&m_thread);
        m_thread.start();
        QObject::connect(
            m_tap, &Tap::wireEvent, m_tap,
            [this](quint64, const WireEvent &event) {
                const std::scoped_lock lock(m_mutex);
                if (event.kind == WireEvent::Kind::RequestSeen)
                    m_seen.push_back(event.stamp);
            },
            Qt::DirectConnection);
        QObject::connect(
            m_sandbox, &Sandbox::requestArrived, m_sandbox,
            [this] {
                const std::scoped_lock lock(m_mutex);
                m_arrived.push_back(Clock::system()->now());
            },
            Qt::DirectConnection);
        in([this] {
            SandboxOptions options;
            options.tls = false;
            options.tokens = 200;
            options.tokensPerSecond = 100;
            if (!m_tap->start() || !m_sandbox->start(options))
                qFatal("The tap or the sandbox does not start");
            m_tap->setPlan(1, {});
        });
    }

    ~Wire()
    {
        in([this] {
            delete m_tap;
            delete m_sandbox;
        });
        QObject::connect(&m_thread, &QThread::finished, m_context, &QObject::deleteLater);
        m_thread.quit();
        m_thread.wait();
    }

    Wire(const Wire &) = delete;
    Wire &operator=(const Wire &) = delete;

    QNetworkProxy proxy(int attempt = 1) const { return m_tap->proxyFor(1, attempt); }

    quint16 sandboxPort() const { return m_sandbox->httpPort(); }

    //! Between the tap's sight of each request and the sandbox's of the whole of it, in ms.
    Values distances()
    {
        const std::scoped_lock lock(m_mutex);
        Values values;
        for (size_t i = 0; i < std::min(m_seen.size(), m_arrived.size()); ++i)
            values.push_back(
                std::chrono::duration<double, std::milli>(m_arrived[i] - m_seen[i]).count());
        return values;
    }

private:
    void in(const std::function<void()> &work)
    {
        QMetaObject::invokeMethod(m_context, work, Qt::BlockingQueuedConnection);
    }

    QThread m_thread;
    QObject *m_context = new QObject;
    Tap *m_tap = new Tap(Clock::system());
    Sandbox *m_sandbox = new Sandbox(Clock::system());
    std::mutex m_mutex;
    std::vector<std::chrono::nanoseconds> m_seen;
    std::vector<std::chrono::nanoseconds> m_arrived;
};

//! Returns how long it took, in us; the answer is dropped as it comes.
double exchange(QNetworkReply *reply, qint64 expected)
{
    QElapsedTimer timer;
    timer.start();
    qint64 size = 0;
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::readyRead, &loop,
                     [&] { size += reply->readAll().size(); });
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    const auto us = static_cast<double>(timer.nsecsElapsed()) / 1e3;
    size += reply->readAll().size();
    if (reply->error() != QNetworkReply::NoError || size != expected)
        qFatal("%s", qPrintable(reply->errorString()));
    reply->deleteLater();
    return us;
}

QNetworkRequest requestTo(const QUrl &url)
{
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    return request;
}

//! \brief One of our lines: its figure, what it is compared with, and what was asked for.
struct Line
{
    QString name;
    double direct = 0;
    double tapped = 0;
    QString unit;
    QString aim;
};

//! What any relay costs that copies and does nothing else: two blocking threads a connection,
//! 64 kB at a time. Returns its port.
quint16 startBareRelay(quint16 target)
{
    const auto copy = [](int from, int to) {
        std::vector<char> buffer(64 * 1024);
        ssize_t got = 0;
        while ((got = ::recv(from, buffer.data(), buffer.size(), 0)) > 0
               && ::send(to, buffer.data(), static_cast<size_t>(got), MSG_NOSIGNAL) == got) {
        }
        ::shutdown(to, SHUT_WR);
    };
    return Bench::acceptOnLoopback([target, copy](int client) {
        const int server = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = Bench::loopback(target);
        if (::connect(server, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            qFatal("no connection");
        std::thread(copy, client, server).detach();
        std::thread(copy, server, client).detach();
    });
}

Line throughput(const Wire &wire)
{
    const Bench::Server server;
    const QUrl direct = server.url("/large");
    QUrl relayed = direct;
    relayed.setPort(startBareRelay(static_cast<quint16>(direct.port())));

    enum Way { Direct, Tapped, Relayed, WayCount };

    Values rates[WayCount];
    for (int round = 0; round < 9; ++round) {
        for (const Way way : {Direct, Tapped, Relayed}) {
            QNetworkAccessManager manager;
            manager.setProxy(way == Tapped ? wire.proxy() : QNetworkProxy(QNetworkProxy::NoProxy));
            const QNetworkRequest request = requestTo(way == Relayed ? relayed : direct);
            const double us = exchange(manager.get(request), Bench::LargeAnswer);
            rates[way].push_back(static_cast<double>(Bench::LargeAnswer) / us);
        }
    }
    return {QStringLiteral("256 MB read"), median(rates[Direct]), median(rates[Tapped]),
            QStringLiteral("MB/s"),
            QStringLiteral("at least 0.6 of it; a relay that only copies makes %1 MB/s")
                .arg(median(rates[Relayed]), 0, 'f', 0)};
}

Line smallPost(const Wire &wire)
{
    constexpr int count = 2'000;
    PeerScript script;
    for (int i = 0; i < count + 1; ++i)
        script << readRequest() << sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    RawPeer peer(script << stall());
    QNetworkAccessManager managers[2];
    managers[0].setProxy(QNetworkProxy::NoProxy);
    managers[1].setProxy(wire.proxy());
    const QByteArray body(2'000, 'b');
    Values us[2];
    for (int i = 0; i < count; ++i) {
        for (const bool isTapped : {false, true}) {
            const double one = exchange(managers[isTapped].post(requestTo(peer.url()), body), 2);
            // The first ones open the connections.
            if (i >= 20)
                us[isTapped].push_back(one);
        }
    }
    return {QStringLiteral("POST of 2 kB, median"), median(us[0]), median(us[1]),
            QStringLiteral("us"), QStringLiteral("at most 150 us more")};
}

Line http2Post(const Wire &wire)
{
    Forge forge;
    Http2PeerOptions options;
    options.credential = forge.issue({.names = {QStringLiteral("127.0.0.1")}});
    Http2Peer peer({Http2::response(200, "ok")}, options);
    QNetworkRequest request = requestTo(peer.url());
    QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
    ssl.setCaCertificates({forge.authority()});
    request.setSslConfiguration(ssl);
    QNetworkAccessManager managers[2];
    managers[0].setProxy(QNetworkProxy::NoProxy);
    managers[1].setProxy(wire.proxy());
    const QByteArray body(2'000, 'b');
    Values us[2];
    for (int i = 0; i < 80; ++i) {
        for (const bool isTapped : {false, true}) {
            const double one = exchange(managers[isTapped].post(request, body), 2);
            // The first segments of a connection are acknowledged at once.
            if (i >= 20)
                us[isTapped].push_back(one);
        }
    }
    if (!peer.requests().last().isHttp2())
        qFatal("That was no HTTP/2");
    return {QStringLiteral("POST over HTTP/2, median"), median(us[0]), median(us[1]),
            QStringLiteral("us"), QStringLiteral("at most 2000 us")};
}

//! \brief A streamed answer, and when each of its events was there.
class StreamClient final : public QObject
{
public:
    StreamClient(const Wire &wire, int number, bool isTapped)
    {
        m_socket.setProxy(isTapped ? wire.proxy(number) : QNetworkProxy(QNetworkProxy::NoProxy));
        connect(&m_socket, &QTcpSocket::connected, this, [this] {
            const QByteArray body =
                R"({"model":"m","stream":true,"messages":[{"role":"user","content":"Hi"}]})";
            m_socket.write("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: "
                           + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        });
        connect(&m_socket, &QTcpSocket::readyRead, this, [this] { read(); });
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), wire.sandboxPort());
    }

    bool isOver() const { return m_isOver; }

    //! How much later than its turn each event came, in ms. The schedule of a stream begins where
    //! its most punctual event puts the beginning: the first one is late itself while 200 connect.
    void addLateness(Values *values) const
    {
        Values begins;
        for (size_t i = 0; i < m_stamps.size(); ++i) {
            const auto begin = m_stamps[i] - static_cast<int>(i) * 10ms;
            begins.push_back(std::chrono::duration<double, std::milli>(begin).count());
        }
        const double begin = *std::min_element(begins.begin(), begins.end());
        for (const double value : begins)
            values->push_back(value - begin);
    }

private:
    void read()
    {
        const QByteArray bytes = m_socket.readAll();
        const auto now = Clock::system()->now();
        m_isOver = m_isOver || bytes.contains("[DONE]");
        // The last ones, the usage and the end, come together with the last word.
        for (qsizetype i = bytes.count("\"content\":"); i > 0; --i)
            m_stamps.push_back(now);
    }

    QTcpSocket m_socket;
    std::vector<std::chrono::nanoseconds> m_stamps;
    bool m_isOver = false;
};

double lateness(const Wire &wire, bool isTapped)
{
    std::vector<std::unique_ptr<StreamClient>> clients;
    for (int i = 1; i <= 200; ++i)
        clients.push_back(std::make_unique<StreamClient>(wire, i, isTapped));
    const auto isOver = [](const auto &client) {
        return client->isOver();
    };
    while (!std::all_of(clients.begin(), clients.end(), isOver))
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    Values values;
    for (const auto &client : clients)
        client->addLateness(&values);
    return quantile(values, 0.99);
}

Line manyStreams(const Wire &wire)
{
    const double direct = lateness(wire, false);
    return {QStringLiteral("200 streams of 100 events/s, lateness at p99"), direct,
            lateness(wire, true), QStringLiteral("ms"), QStringLiteral("at most 20 ms")};
}

//! Dials like curl, without Qt, whose SOCKS client alone takes 49 kB: what is on the heap is the
//! tap's. Returns the connection.
int dialThroughTap(const QNetworkProxy &proxy, quint16 target)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = Bench::loopback(proxy.port());
    const auto say = [fd](const QByteArray &bytes, QByteArrayView reply, size_t size) {
        std::vector<char> answer(size);
        return ::send(fd, bytes.constData(), static_cast<size_t>(bytes.size()), MSG_NOSIGNAL)
                   == bytes.size()
               && ::recv(fd, answer.data(), size, MSG_WAITALL) == static_cast<ssize_t>(size)
               && std::equal(reply.begin(), reply.end(), answer.begin());
    };
    QByteArray login("\1");
    for (const QByteArray &word : {proxy.user().toUtf8(), proxy.password().toUtf8()}) {
        login.append(static_cast<char>(word.size()));
        login.append(word);
    }
    QByteArray request("\5\1\0\1\x7f\0\0\1", 8);
    request.append(static_cast<char>(target >> 8));
    request.append(static_cast<char>(target & 0xff));
    const bool isThrough =
        ::connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0
        && say(QByteArray("\5\1\2", 3), "\5\2", 2) && say(login, QByteArrayView("\1\0", 2), 2)
        && say(request, QByteArrayView("\5\0", 2), 10);
    if (!isThrough)
        qFatal("The tap lets nobody through");
    return fd;
}

Line memory(const Wire &wire)
{
    constexpr int count = 200;
    // Nobody accepts: what the server's end takes is no business of ours.
    QTcpServer server;
    server.setListenBacklogSize(count + 1);
    if (!server.listen(QHostAddress::LocalHost))
        qFatal("no port");
    std::vector<int> clients;
    // The first one makes what all share.
    clients.push_back(dialThroughTap(wire.proxy(), server.serverPort()));
    const auto before = static_cast<double>(mallinfo2().uordblks);
    for (int i = 0; i < count; ++i)
        clients.push_back(dialThroughTap(wire.proxy(i + 2), server.serverPort()));
    const double used = (static_cast<double>(mallinfo2().uordblks) - before) / 1024 / count;
    std::for_each(clients.begin(), clients.end(), ::close);
    return {QStringLiteral("heap for an idle connection"), 0, used, QStringLiteral("kB"),
            QStringLiteral("at most 64 kB")};
}

Line stamps(Wire &wire)
{
    QNetworkAccessManager manager;
    manager.setProxy(wire.proxy());
    const QUrl url(QStringLiteral("http://127.0.0.1:%1/v1/models").arg(wire.sandboxPort()));
    const auto before = wire.distances().size();
    for (int i = 0; i < 500; ++i) {
        // Each on a connection of its own: a request is seen once a connection.
        manager.clearConnectionCache();
        QNetworkReply *reply = manager.get(requestTo(url));
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        loop.exec();
        reply->deleteLater();
    }
    Values values = wire.distances();
    values.erase(values.begin(), values.begin() + static_cast<qsizetype>(before));
    for (double &value : values)
        value = std::abs(value);
    return {QStringLiteral("the tap's stamp against the sandbox's, median and p99"), median(values),
            quantile(values, 0.99), QStringLiteral("ms"), QStringLiteral("at most 1 ms at p99")};
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication app(argc, argv);
    Wire wire;
    // The heap first, while nothing else has been on it and gone.
    const std::pair<const char *, std::function<Line()>> parts[] = {{"memory",
                                                                     [&] {
                                                                         return memory(wire);
                                                                     }},
                                                                    {"stamps",
                                                                     [&] {
                                                                         return stamps(wire);
                                                                     }},
                                                                    {"read",
                                                                     [&] {
                                                                         return throughput(wire);
                                                                     }},
                                                                    {"post",
                                                                     [&] {
                                                                         return smallPost(wire);
                                                                     }},
                                                                    {"http2",
                                                                     [&] {
                                                                         return http2Post(wire);
                                                                     }},
                                                                    {"streams", [&] {
                                                                         return manyStreams(wire);
                                                                     }}};
    const QByteArray only = argc == 3 && qstrcmp(argv[1], "--only") == 0 ? argv[2] : "";
    std::vector<Line> lines;
    for (const auto &[name, measure] : parts) {
        if (only.isEmpty() || only == name)
            lines.push_back(measure());
    }
    QJsonObject json;
    std::printf("%-58s %10s %10s %7s\n", "", "without", "with tap", "ratio");
    for (const Line &line : lines) {
        // Some things are not there without the tap.
        const double ratio = line.direct > 0 ? line.tapped / line.direct : 1;
        std::printf("%-58s %10.2f %10.2f %7.3f %s (%s)\n", qPrintable(line.name), line.direct,
                    line.tapped, ratio, qPrintable(line.unit), qPrintable(line.aim));
        json.insert(line.name, QJsonObject{{QStringLiteral("without"), line.direct},
                                           {QStringLiteral("with_tap"), line.tapped},
                                           {QStringLiteral("ratio"), ratio},
                                           {QStringLiteral("unit"), line.unit}});
    }
    std::printf("\n%s\n", QJsonDocument(json).toJson(QJsonDocument::Compact).constData());
    return 0;
}
