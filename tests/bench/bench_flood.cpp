// SPDX-License-Identifier: MIT
// The window under a flood: a stream of events at a rate, from another process over a real socket.
// How long the event loop was blocked, how long after its last byte an event was painted, whether
// any was dropped; then bodies of a size: the first picture, the search, the memory, and what
// saving and opening them costs.
//
//   bench_flood [--rate EVENTS_A_SECOND] [--seconds S] [--body MEGABYTES]...
#include "core/run/runner.h"
#include "core/trace/trace.h"
#include "tests/bench/windowchild.h"
#include "ui/filetasks.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/response/findbar.h"
#include "ui/response/responsepane.h"
#include "ui/runview.h"
#include "ui/verdictline.h"

#include <QtCore/QAbstractItemModel>
#include <QtCore/QCommandLineParser>
#include <QtCore/QElapsedTimer>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QTableView>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using std::chrono::steady_clock;

// --- The server, a process of its own

//! Of the machine, so that two processes mean the same by it.
qint64 nowMicroseconds()
{
    const auto now = steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

//! As OpenAI's are, with the time of writing in the place of "created".
QByteArray eventOf(qint64 stamp)
{
    return "data: {\"id\":\"chatcmpl-7QyqpwdfhqwajicIEznoc6Q47XAyW\",\"object\":"
           "\"chat.completion.chunk\",\"created\":"
           + QByteArray::number(stamp)
           + ",\"model\":\"sandbox-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" that\"},"
             "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";
}

const QByteArray lastEvent = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" needle\"},"
                             "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

//! Every millisecond what is due by then.
void writePaced(QTcpSocket &socket, qint64 rate, qint64 total)
{
    const auto begin = steady_clock::now();
    for (qint64 sent = 0; sent < total;) {
        const auto since =
            std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - begin);
        const qint64 due = std::min(total, rate * since.count() / 1'000'000);
        QByteArray events;
        for (; sent < due; ++sent)
            events += eventOf(nowMicroseconds());
        socket.write(events);
        if (!socket.waitForBytesWritten(30'000) && socket.state() != QTcpSocket::ConnectedState)
            return;
        std::this_thread::sleep_for(1ms);
    }
}

void writeBody(QTcpSocket &socket, qint64 megabytes)
{
    const qint64 size = eventOf(nowMicroseconds()).size();
    for (qint64 left = megabytes * 1'000'000 / size; left > 0;) {
        QByteArray events;
        for (int i = 0; i < 256 && left > 0; ++i, --left)
            events += eventOf(nowMicroseconds());
        socket.write(events);
        while (socket.bytesToWrite() > 1'000'000) {
            if (!socket.waitForBytesWritten(30'000))
                return;
        }
    }
}

//! Answers one request and ends. Prints its port first.
int serve(qint64 rate, qint64 seconds, qint64 megabytes)
{
    QTcpServer server;
    if (!server.listen(QHostAddress::LocalHost))
        return 1;
    std::printf("%d\n", server.serverPort());
    std::fflush(stdout);
    if (!server.waitForNewConnection(30'000))
        return 1;
    const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
    while (!socket->peek(1'000'000).contains("\r\n\r\n") && socket->waitForReadyRead(30'000)) {
    }
    socket->write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
    if (megabytes > 0)
        writeBody(*socket, megabytes);
    else
        writePaced(*socket, rate, rate * seconds);
    socket->write(lastEvent);
    while (socket->bytesToWrite() > 0 && socket->waitForBytesWritten(30'000)) {
    }
    socket->disconnectFromHost();
    if (socket->state() != QTcpSocket::UnconnectedState)
        socket->waitForDisconnected(30'000);
    return 0;
}

// --- The window

double percentile(std::vector<double> values, double part)
{
    if (values.empty())
        return 0;
    const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

//! How long the event loop did not turn, each time.
class LoopWatch final : public QObject
{
public:
    LoopWatch()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            m_gaps.push_back(static_cast<double>(m_since.nsecsElapsed()) / 1e6);
            m_since.restart();
        });
        m_since.start();
        m_timer.start();
    }

    const std::vector<double> &gaps() const { return m_gaps; }

private:
    QTimer m_timer;
    QElapsedTimer m_since;
    std::vector<double> m_gaps;
};

//! From the writing of an event to the painting that follows its row.
class PaintWatch final : public QObject
{
public:
    explicit PaintWatch(ResponsePane &pane) : m_model(pane.findChild<QTableView *>()->model())
    {
        connect(m_model, &QAbstractItemModel::rowsInserted, this,
                [this](const QModelIndex &, int first, int last) {
                    m_pending.push_back({first, last});
                });
        // Its text, the count of events, changes with every new row.
        const auto labels = pane.findChildren<QLabel *>(QString(), Qt::FindDirectChildrenOnly);
        for (QLabel *label : labels)
            label->installEventFilter(this);
    }

    const std::vector<double> &latencies() const { return m_latencies; }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() != QEvent::Paint)
            return false;
        const qint64 now = nowMicroseconds();
        for (const auto &[first, last] : m_pending) {
            // Not every one: to ask costs time, too. The oldest of a batch waited longest.
            for (int row = first; row <= last; row += 20) {
                const int data = m_model->columnCount() - 1;
                const QString text = m_model->index(row, data).data().toString();
                const qsizetype at = text.indexOf(u"\"created\":");
                const qint64 stamp =
                    QStringView(text).mid(at + 10, text.indexOf(u',', at) - at - 10).toLongLong();
                if (at > 0 && stamp > 0)
                    m_latencies.push_back(static_cast<double>(now - stamp) / 1000.0);
            }
        }
        m_pending.clear();
        return false;
    }

private:
    QAbstractItemModel *m_model;
    std::vector<std::pair<int, int>> m_pending;
    std::vector<double> m_latencies;
};

//! The window, a server to talk to, and a run between them.
class Flood final
{
public:
    explicit Flood(const QStringList &arguments)
    {
        m_server.start(QCoreApplication::applicationFilePath(), arguments);
        m_server.waitForReadyRead(30'000);
        const QByteArray port = m_server.readLine().trimmed();
        Scenario scenario;
        scenario.endpoint =
            QString(u"http://127.0.0.1:"_s + QString::fromLatin1(port) + u"/v1/chat/completions"_s);
        scenario.chat.model = u"sandbox-1"_s;
        scenario.chat.messages = {{u"user"_s, u"Why is the sky blue?"_s}};
        scenario.timeouts.total = 600s;
        scenario.policy.maxRetries = 0;
        QFile file(folder.filePath(u"flood.retryscope.json"_s));
        if (file.open(QIODevice::WriteOnly))
            file.write(QJsonDocument(scenario.toJson()).toJson());
        file.close();
        window.resize(1280, 800);
        window.show();
        window.openFile(file.fileName());
        window.response()->showTab(1);
        while (QCoreApplication::processEvents(QEventLoop::AllEvents, 100), !window.isVisible()) {
        }
        residentBefore = WindowChild::residentKilobytes();
    }

    ~Flood()
    {
        m_server.kill();
        m_server.waitForFinished();
    }

    void run()
    {
        QEventLoop loop;
        QObject::connect(window.runner(), &Runner::finished, &loop, &QEventLoop::quit);
        window.send();
        if (!window.runner()->isRunning()) {
            std::fprintf(stderr, "nothing was sent: %s\n",
                         qPrintable(window.runView()->verdict()->sentence()));
            std::exit(1);
        }
        loop.exec();
        QCoreApplication::processEvents();
    }

    int rows() { return window.response()->findChild<QTableView *>()->model()->rowCount(); }

    long residentBefore = 0;
    MainWindow window;
    QTemporaryDir folder;

private:
    QProcess m_server;
};

void measureRate(qint64 rate, qint64 seconds, QJsonObject &json)
{
    Flood flood({u"--serve"_s, u"--rate"_s, QString::number(rate), u"--seconds"_s,
                 QString::number(seconds)});
    const LoopWatch loop;
    const PaintWatch paint(*flood.window.response());
    QElapsedTimer timer;
    timer.start();
    flood.run();
    const double took = static_cast<double>(timer.elapsed()) / 1000.0;
    const double blocked = *std::max_element(loop.gaps().begin(), loop.gaps().end());
    const double blockedMostly = percentile(loop.gaps(), 0.999);
    const auto over = std::count_if(loop.gaps().begin(), loop.gaps().end(),
                                    [](double gap) { return gap > 33.0; });
    const double visible = percentile(paint.latencies(), 0.99);
    const qint64 dropped = rate * seconds + 2 - flood.rows();
    std::printf("%lld events/s for %lld s, over after %.1f s\n", static_cast<long long>(rate),
                static_cast<long long>(seconds), took);
    std::printf("event loop: p99.9 %.1f ms, longest %.1f ms, over 33 ms %lld times of %zu\n",
                blockedMostly, blocked, static_cast<long long>(over), loop.gaps().size());
    std::printf("written to painted: median %.1f ms, p99 %.1f ms, longest %.1f ms (%zu events)\n",
                percentile(paint.latencies(), 0.5), visible, percentile(paint.latencies(), 1.0),
                paint.latencies().size());
    std::printf("dropped: %lld\n", static_cast<long long>(dropped));
    json.insert(u"loop_longest_ms"_s, blocked);
    json.insert(u"loop_over_33_ms"_s, qint64(over));
    json.insert(u"visible_p99_ms"_s, visible);
    json.insert(u"dropped"_s, dropped);
}

//! How long \a begin takes with all that follows, until \a isOver, and what the event loop felt.
void measureTask(const char *name, MainWindow &window, const std::function<void()> &begin,
                 const std::function<bool()> &isOver, QJsonObject &json)
{
    const LoopWatch watch;
    QElapsedTimer timer;
    timer.start();
    begin();
    const double first = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    while (!isOver())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    const double longest = *std::max_element(watch.gaps().begin(), watch.gaps().end());
    std::printf(
        "  %s: returns after %.0f ms, done after %.1f s, event loop: p99.9 %.1f ms, longest "
        "%.1f ms (%s)\n",
        name, first, static_cast<double>(timer.elapsed()) / 1000.0, percentile(watch.gaps(), 0.999),
        longest, qPrintable(window.messages()->text()));
    json.insert(QString(QLatin1String(name) + u"_loop_longest_ms"_s).replace(u' ', u'_'), longest);
}

//! Saves what is shown, and opens that again.
void measureFiles(MainWindow &window, const QTemporaryDir &folder, QJsonObject &json)
{
    const QString trace = folder.filePath(u"flood.retrytrace"_s);
    const auto isWritten = [&window] {
        return !window.files()->isWriting();
    };
    measureTask(
        "save trace", window, [&] { window.saveTrace(trace); }, isWritten, json);
    measureTask(
        "save body", window, [&] { window.saveBody(folder.filePath(u"body"_s)); }, isWritten, json);
    measureTask(
        "open trace", window, [&] { window.openFile(trace); },
        [&window] {
            const std::size_t events = window.shownTrace()->events().size();
            return !window.files()->isReading() && window.response()->digest().isRead(events);
        },
        json);
}

void measureBody(qint64 megabytes, QJsonObject &json)
{
    Flood flood({u"--serve"_s, u"--body"_s, QString::number(megabytes)});
    QElapsedTimer timer;
    double first = 0;
    const auto *model = flood.window.response()->findChild<QTableView *>()->model();
    QObject::connect(model, &QAbstractItemModel::rowsInserted, model, [&] {
        if (first == 0)
            first = static_cast<double>(timer.elapsed());
    });
    long most = 0;
    QTimer memory;
    QObject::connect(&memory, &QTimer::timeout, &memory,
                     [&] { most = std::max(most, WindowChild::residentKilobytes()); });
    memory.start(20);
    timer.start();
    flood.run();
    const double all = static_cast<double>(timer.elapsed());
    std::printf(
        "%lld MB, %d events: first rows after %.0f ms, all after %.1f s, memory %+.0f MB at most\n",
        static_cast<long long>(megabytes), flood.rows(), first, all / 1000.0,
        static_cast<double>(most - flood.residentBefore) / 1024.0);
    // Each tab's search; what is looked for stands at the very end of what arrived.
    for (const int tab : {0, 1, 2}) {
        ResponsePane *pane = flood.window.response();
        pane->showTab(tab);
        pane->openFind();
        auto *field = pane->findChild<FindBar *>();
        QCoreApplication::processEvents();
        for (const QString &wanted : {u"that"_s, u"needle"_s}) {
            field->setText(wanted);
            QEventLoop loop;
            bool isFound = false;
            QObject::connect(pane, &ResponsePane::searched, &loop, [&](bool found) {
                isFound = found;
                loop.quit();
            });
            timer.start();
            QTimer::singleShot(0, pane, &ResponsePane::findNext);
            loop.exec();
            std::printf("  tab %d, find \"%s\": %.0f ms%s\n", tab + 1, qPrintable(wanted),
                        static_cast<double>(timer.nsecsElapsed()) / 1e6,
                        isFound ? "" : ", NOT FOUND");
        }
    }
    json.insert(QString(u"memory_mb_"_s + QString::number(megabytes)),
                static_cast<double>(most - flood.residentBefore) / 1024.0);
    json.insert(QString(u"first_ms_"_s + QString::number(megabytes)), first);
    flood.window.response()->showTab(1);
    measureFiles(flood.window, flood.folder, json);
}

} // namespace

int main(int argc, char *argv[])
{
    const bool isServer = argc > 1 && qstrcmp(argv[1], "--serve") == 0;
    std::unique_ptr<QCoreApplication> app;
    if (isServer)
        app = std::make_unique<QCoreApplication>(argc, argv);
    else
        app = std::make_unique<QApplication>(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({u"serve"_s, u"Be the server."_s});
    parser.addOption({u"rate"_s, u"Events a second."_s, u"number"_s, u"20000"_s});
    parser.addOption({u"seconds"_s, u"For so long; 0: not at all."_s, u"number"_s, u"60"_s});
    parser.addOption({u"body"_s, u"Megabytes; may be given several times."_s, u"number"_s});
    parser.process(*app);
    const qint64 rate = parser.value(u"rate"_s).toLongLong();
    const qint64 seconds = parser.value(u"seconds"_s).toLongLong();
    const QStringList bodies = parser.values(u"body"_s);
    if (isServer)
        return serve(rate, seconds, bodies.isEmpty() ? 0 : bodies.first().toLongLong());
    QJsonObject json;
    if (seconds > 0)
        measureRate(rate, seconds, json);
    for (const QString &body : bodies)
        measureBody(body.toLongLong(), json);
    std::printf("\n%s\n", QJsonDocument(json).toJson(QJsonDocument::Compact).constData());
    return 0;
}
