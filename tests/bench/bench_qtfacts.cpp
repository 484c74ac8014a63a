// SPDX-License-Identifier: MIT
// What Qt itself takes, and how often its races fall which way: measured now, beside what was
// recorded on Qt 6.4.2. Figures, not tests: they belong to a machine and its load. Prints a table
// and the same as JSON.
#include "tests/qtfacts/lab.h"
#include "tests/support/http2peer.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTimer>
#include <QtNetwork/QSslConfiguration>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

namespace {

struct Figure
{
    QString what;
    QString recorded;
    QString measured;
};

QString milliseconds(double value)
{
    return QString::number(value, 'f', 3) + u" ms"_s;
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

//! All at once, each of its own length, so that coarse timers are rounded in every way.
QString timerAccuracy(Qt::TimerType type)
{
    constexpr int Timers = 200;
    QEventLoop loop;
    double earliest = 1e9;
    double latest = -1e9;
    int left = Timers;
    QElapsedTimer elapsed;
    elapsed.start();
    for (int i = 0; i < Timers; ++i) {
        const int interval = 300 + i * 7;
        const double start = static_cast<double>(elapsed.nsecsElapsed()) / 1e6;
        QTimer::singleShot(interval, type, &loop, [&, interval, start] {
            const double took = static_cast<double>(elapsed.nsecsElapsed()) / 1e6 - start;
            const double off = 100 * (took - interval) / interval;
            earliest = std::min(earliest, off);
            latest = std::max(latest, off);
            if (--left == 0)
                loop.quit();
        });
    }
    loop.exec();
    return u"%1 % to %2 %"_s.arg(earliest, 0, 'f', 2).arg(latest, 0, 'f', 2);
}

QString transferTimeout()
{
    Lab lab({.scripts = {{readRequest()}}, .prepare = [](QNetworkRequest &request) {
                 request.setTransferTimeout(2'000);
             }});
    std::vector<double> took;
    for (int i = 0; i < 5; ++i) {
        QElapsedTimer elapsed;
        elapsed.start();
        const std::unique_ptr<QNetworkReply> reply(lab.send());
        Lab::finish(reply.get());
        took.push_back(static_cast<double>(elapsed.nsecsElapsed()) / 1e6);
    }
    const auto [least, most] = std::minmax_element(took.begin(), took.end());
    return u"%1 to %2 ms"_s.arg(*least, 0, 'f', 1).arg(*most, 0, 'f', 1);
}

//! The median of \a count requests after ten that warm up.
double medianRequest(int count, const std::function<QNetworkReply *()> &send)
{
    std::vector<double> took;
    for (int i = 0; i < count + 10; ++i) {
        QElapsedTimer elapsed;
        elapsed.start();
        const std::unique_ptr<QNetworkReply> reply(send());
        Lab::finish(reply.get());
        if (reply->error() != QNetworkReply::NoError)
            qFatal("%s", qPrintable(reply->errorString()));
        if (i >= 10)
            took.push_back(static_cast<double>(elapsed.nsecsElapsed()) / 1e6);
    }
    return median(took);
}

QString keptAlive()
{
    PeerScript script;
    for (int i = 0; i < 2'010; ++i)
        script << readRequest() << sendBytes(response(200, "ok"));
    Lab lab({.scripts = {script}, .body = QByteArray(2'000, 'b')});
    return milliseconds(medianRequest(2'000, [&] { return lab.send(); }));
}

QString http2Post(bool acknowledgesAtOnce)
{
    const Http2Peer peer({Http2::response(200, "ok")}, {.credential = Lab::credential(),
                                                        .acknowledgesAtOnce = acknowledgesAtOnce});
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    QNetworkRequest request(peer.url());
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({Lab::authority()});
    configuration.setAllowedNextProtocols({QSslConfiguration::ALPNProtocolHTTP2});
    request.setSslConfiguration(configuration);
    return milliseconds(
        medianRequest(30, [&] { return manager.post(request, QByteArray(2'000, 'b')); }));
}

QString readingLarge()
{
    const QByteArray body(270'000'000, 'x');
    std::vector<double> rates;
    for (int i = 0; i < 3; ++i) {
        Lab lab({.scripts = {{readRequest(), sendBytes(response(200, body))}}});
        QElapsedTimer elapsed;
        elapsed.start();
        const std::unique_ptr<QNetworkReply> reply(lab.send());
        QObject::connect(reply.get(), &QIODevice::readyRead, reply.get(),
                         [&reply] { reply->readAll(); });
        Lab::finish(reply.get());
        rates.push_back(static_cast<double>(body.size())
                        / static_cast<double>(elapsed.nsecsElapsed()));
    }
    return u"%1 GB/s"_s.arg(median(rates), 0, 'f', 2);
}

QString howOften(int runs, const QString &end, const Stimulus &stimulus)
{
    int count = 0;
    for (int run = 0; run < runs; ++run)
        count += Lab(stimulus).observe().end == end ? 1 : 0;
    return u"%1 of %2"_s.arg(count).arg(runs);
}

QString truncations(Upload upload, const QString &end)
{
    const QByteArray half = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    return howOften(60, end,
                    {.scripts = {{readRequest(), sendBytes(half), fin()}},
                     .upload = upload,
                     .answer = "half half"});
}

QString closeDelimited()
{
    return howOften(60, u"ContentReSendError, status 200, body whole"_s,
                    {.scripts = {{readRequest(), sendBytes("HTTP/1.1 200 OK\r\n\r\nwhole"), fin()}},
                     .upload = Upload::OneShot,
                     .answer = "whole"});
}

//! Without a limit of the read buffer; with one see tst_qtfacts_proxies.
QString lostBehindSocks()
{
    const QByteArray body(5 * 1024 * 1024, 'x');
    const QByteArray head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    const QByteArray connected("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50", 10);
    return howOften(
        32, u"NoError, status 200, body cut"_s,
        {.scripts = {{readSome(), sendBytes(QByteArray("\x05\x00", 2)), readSome(),
                      sendBytes(connected), readRequest(), sendBytes(head + body), fin()}},
         .answer = body,
         .proxy = QNetworkProxy::Socks5Proxy,
         .url = QUrl(u"http://target.test/"_s)});
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QList<Figure> figures{
        {u"QTimer, coarse: off by"_s, u"-5.3 % to 5.3 %"_s, timerAccuracy(Qt::CoarseTimer)},
        {u"QTimer, precise: off by"_s, u"0 % to 0.8 %"_s, timerAccuracy(Qt::PreciseTimer)},
        {u"transferTimeout of 2000 ms comes after"_s, u"1901 to 1947 ms"_s, transferTimeout()},
        {u"2 kB POST, kept alive, HTTP/1.1"_s, u"0.165 ms"_s, keptAlive()},
        {u"2 kB POST, warm HTTP/2, delayed acknowledgements"_s, u"44 ms"_s, http2Post(false)},
        {u"2 kB POST, warm HTTP/2, acknowledged at once"_s, u"below 1 ms"_s, http2Post(true)},
        {u"reading 270 MB with a Content-Length"_s, u"1.5 GB/s"_s, readingLarge()},
        {u"row 6: a truncated answer is called a success"_s, u"48 of 60 (6.8.2: 57)"_s,
         truncations(Upload::Bytes, u"NoError, status 200, body cut"_s)},
        {u"row 6: the same with a one-shot body"_s, u"0 of 60"_s,
         truncations(Upload::OneShot, u"NoError, status 200, body cut"_s)},
        {u"row 7: a whole answer is called an error, one-shot body"_s, u"48 to 56 of 60"_s,
         closeDelimited()},
        {u"5 MB through SOCKS5 are cut and called a success"_s, u"13 of 32"_s, lostBehindSocks()},
    };
    std::printf("Qt %s\n\n%-52s | %-22s | %s\n", qVersion(), "", "recorded on 6.4.2", "measured");
    QJsonArray json;
    for (const Figure &figure : figures) {
        std::printf("%-52s | %-22s | %s\n", qPrintable(figure.what), qPrintable(figure.recorded),
                    qPrintable(figure.measured));
        json.append(QJsonObject{{u"what"_s, figure.what},
                                {u"recorded"_s, figure.recorded},
                                {u"measured"_s, figure.measured},
                                {u"qt"_s, QString::fromLatin1(qVersion())}});
    }
    std::printf("\n%s\n", QJsonDocument(json).toJson(QJsonDocument::Compact).constData());
    return 0;
}
