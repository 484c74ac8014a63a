// SPDX-License-Identifier: MIT
// What the requester costs beside a bare QNetworkAccessManager: time per POST on a kept-alive
// connection, reading a large answer, and memory for a large body over three attempts.
#include "core/retry/retryingrequester.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QFile>
#include <QtCore/QTextStream>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

using namespace Retryscope;

namespace {

constexpr qint64 LargeAnswer = 256LL << 20;
constexpr qint64 LargeBody = 64LL << 20;

//! Blocking, one thread a connection: "/" gets a small answer, "/large" a large one, "/cut" none.
class Server final
{
public:
    Server()
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_listener, generic, size) != 0 || ::listen(m_listener, 64) != 0
            || ::getsockname(m_listener, generic, &size) != 0) {
            qFatal("no port");
        }
        m_port = ntohs(address.sin_port);
        std::thread([listener = m_listener] {
            for (int fd = 0; (fd = ::accept(listener, nullptr, nullptr)) >= 0;)
                std::thread(serve, fd).detach();
        }).detach();
    }

    QUrl url(const char *path) const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(m_port).arg(QLatin1String(path)));
    }

private:
    static bool sendAll(int fd, const QByteArray &bytes)
    {
        return ::send(fd, bytes.constData(), static_cast<size_t>(bytes.size()), MSG_NOSIGNAL)
               == bytes.size();
    }

    //! The head of the next request; its body is read and dropped.
    static QByteArray nextRequest(int fd)
    {
        QByteArray input;
        static thread_local QByteArray buffer(1 << 20, '\0');
        qsizetype end = -1;
        while ((end = input.indexOf("\r\n\r\n")) < 0) {
            const ssize_t got = ::recv(fd, buffer.data(), static_cast<size_t>(buffer.size()), 0);
            if (got <= 0)
                return {};
            input.append(buffer.constData(), got);
        }
        const qsizetype at = input.indexOf("Content-Length: ");
        qint64 left = at < 0 ? 0 : input.mid(at + 16, 20).split('\r').first().toLongLong();
        left -= input.size() - end - 4;
        while (left > 0) {
            const ssize_t got = ::recv(fd, buffer.data(), static_cast<size_t>(buffer.size()), 0);
            if (got <= 0)
                return {};
            left -= got;
        }
        return input.left(end);
    }

    static void serve(int fd)
    {
        // Head and body are two writes: Nagle would wait for an ACK between them.
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        for (QByteArray head = nextRequest(fd); !head.isEmpty(); head = nextRequest(fd)) {
            if (head.contains(" /cut "))
                break;
            const qint64 size = head.contains(" /large ") ? LargeAnswer : 2;
            sendAll(fd,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(size) + "\r\n\r\n");
            const QByteArray block(static_cast<qsizetype>(std::min<qint64>(size, 1 << 20)), 'x');
            for (qint64 sent = 0; sent < size && sendAll(fd, block); sent += block.size()) {
            }
        }
        ::close(fd);
    }

    int m_listener = -1;
    quint16 m_port = 0;
};

qint64 peakKilobytes()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> all = status.readAll().split('\n');
    for (const QByteArray &line : all) {
        if (line.startsWith("VmHWM:"))
            return line.mid(6).trimmed().split(' ').first().toLongLong();
    }
    return 0;
}

QNetworkRequest requestTo(const QUrl &url)
{
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    return request;
}

qint64 drain(QNetworkReply *reply)
{
    QEventLoop loop;
    qint64 size = 0;
    QObject::connect(reply, &QNetworkReply::readyRead, [&] { size += reply->readAll().size(); });
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    size += reply->readAll().size();
    reply->deleteLater();
    return size;
}

template <typename Send>
void measure(QTextStream &out, const char *name, int count, Send send)
{
    drain(send());
    QElapsedTimer timer;
    timer.start();
    qint64 bytes = 0;
    for (int i = 0; i < count; ++i)
        bytes += drain(send());
    const double us = static_cast<double>(timer.nsecsElapsed()) / 1e3;
    out << name << ": " << us / count << " us a request, " << static_cast<double>(bytes) / us
        << " MB/s\n";
    out.flush();
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const Server server;
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    RetryingRequester requester(&manager);
    QTextStream out(stdout);

    const QByteArray small(2'000, 'b');
    const QNetworkRequest post = requestTo(server.url("/"));
    measure(out, "POST of 2 kB, bare     ", 3'000, [&] { return manager.post(post, small); });
    measure(out, "POST of 2 kB, requester", 3'000,
            [&]() -> QNetworkReply * { return requester.post(post, small); });
    const QNetworkRequest get = requestTo(server.url("/large"));
    measure(out, "GET of 256 MB, bare     ", 2, [&] { return manager.get(get); });
    measure(out, "GET of 256 MB, requester", 2,
            [&]() -> QNetworkReply * { return requester.get(get); });

    RetryPolicy policy;
    policy.initialBackoff = std::chrono::milliseconds(1);
    requester.setPolicy(policy);
    QByteArray body(LargeBody, 'b');
    // The peak so far is of the large answers: begin anew.
    if (QFile reset(QStringLiteral("/proc/self/clear_refs")); reset.open(QIODevice::WriteOnly))
        reset.write("5");
    const qint64 before = peakKilobytes();
    RetryingReply *reply = requester.post(requestTo(server.url("/cut")), body);
    drain(reply);
    const qint64 extra = std::max<qint64>(peakKilobytes() - before, 0);
    const double bodies = static_cast<double>(extra) * 1024 / LargeBody;
    out << "POST of 64 MiB, " << reply->attempts().size() << " attempts: " << bodies
        << " bodies of extra memory at the peak\n";
    return 0;
}
