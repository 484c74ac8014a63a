// SPDX-License-Identifier: MIT
// T81: random fault schedules against a scripted peer. Each request must end with one terminal
// signal, say as many sends as the peer counted, and call nothing whole that was cut.
#include "core/retry/retryingrequester.h"
#include "tests/soak/judge.h"
#include "tests/soak/stillness.h"
#include "tests/support/eventlog.h"
#include "tests/support/manualclock.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QTimer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QSslConfiguration>

#include <algorithm>
#include <cstdio>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

namespace {

// How often in a row, every 20 ms, all threads must sleep before a silent peer's time is up.
constexpr int StillTurns = 8;
// And where only a connection of Qt's own that came between would make the peer a silent one.
constexpr int LongStillTurns = 100;
// Real time: when a request counts as hanging.
constexpr qint64 HangMs = 120'000;
// The same where some thread is always about to do something, which on a machine that is busy with
// other programs may take very long.
constexpr qint64 LivelockMs = 10 * HangMs;

struct Trust
{
    Forge forge;
    Credential credential = forge.issue({.names = {QStringLiteral("127.0.0.1")}});
};

//! Sends one request of a schedule and waits for its end.
class Player final
{
public:
    Player(const Schedule &schedule, const RawPeer &peer, const Trust &trust, quint64 seed)
        : m_schedule(schedule)
        , m_random(seed)
    {
        m_manager.setProxy(QNetworkProxy::NoProxy);
        QUrl url = peer.url();
        // The peer goes by its first script, which may begin in clear.
        url.setScheme(schedule.isTls ? QStringLiteral("https") : QStringLiteral("http"));
        m_request.setUrl(url);
        m_request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
        QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
        ssl.setCaCertificates({trust.forge.authority()});
        m_request.setSslConfiguration(ssl);
        RetryPolicy policy;
        policy.maxRetries = schedule.maxRetries;
        m_requester.setPolicy(policy);
        m_requester.setTimeouts(
            {.connect = 20s, .firstByte = 20s, .idleBytes = 20s, .idleEvents = 0s, .total = 240h});
    }

    //! \a first is the exchange of its first attempt.
    Outcome play(qsizetype first)
    {
        Outcome outcome;
        RetryingReply *reply = m_schedule.isGet
                                   ? m_requester.get(m_request)
                                   : m_requester.post(m_request, m_schedule.requestBody);
        EventLog log(reply);
        QObject context;
        QEventLoop loop;
        QObject::connect(
            reply, &RetryingReply::retryScheduled, &context,
            [this](int, std::chrono::microseconds delay) { m_clock.advance(delay); },
            Qt::QueuedConnection);
        Stillness stillness;
        QElapsedTimer quiet;
        quiet.start();
        const auto countSignal = [&] {
            quiet.restart();
            stillness.restart();
            outcome.signalsAfterTheEnd += log.isFinished() ? 1 : 0;
        };
        QObject::connect(reply, &QNetworkReply::readyRead, &context, [&] {
            countSignal();
            outcome.body += reply->readAll();
        });
        QObject::connect(reply, &RetryingReply::attemptStarted, &context, countSignal);
        QObject::connect(reply, &QNetworkReply::downloadProgress, &context, countSignal);
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        QTimer ticker;
        QObject::connect(&ticker, &QTimer::timeout, &context, [&] {
            const qsizetype at = first + reply->attempts().size() - 1;
            // Or the one after it, where a connection of Qt's own came between.
            const auto silentAt = [&](qsizetype place) {
                const qsizetype last = m_schedule.exchanges.size() - 1;
                return m_schedule.exchanges.at(std::min(place, last)).isSilent;
            };
            const int still = stillness.turns();
            const bool isOver = (silentAt(at) && still >= StillTurns)
                                || (silentAt(at + 1) && still >= LongStillTurns);
            if (isOver) {
                quiet.restart();
                stillness.restart();
                m_clock.advance(20s);
            } else if (quiet.elapsed() > (still >= LongStillTurns ? HangMs : LivelockMs)) {
                loop.quit();
            }
        });
        ticker.start(20);
        loop.exec();
        outcome.body += reply->readAll();
        // What still comes is too much.
        QCoreApplication::processEvents();
        outcome.signalLog = log.lines();
        outcome.finishedCount = log.finishedCount();
        outcome.attempts = reply->attempts();
        outcome.failure = reply->failure();
        outcome.isCommitted = reply->isCommitted();
        outcome.error = reply->error();
        delete reply;
        return outcome;
    }

private:
    const Schedule &m_schedule;
    SeededRandom m_random;
    ManualClock m_clock;
    QNetworkAccessManager m_manager;
    QNetworkRequest m_request;
    RetryingRequester m_requester{&m_manager, &m_clock, &m_random};
};

struct Sums
{
    int requests = 0;
    int attempts = 0;
    int counted = 0;
    int successes = 0;
    int failures = 0;
};

//! The deviations of one schedule.
QStringList playSchedule(quint64 seed, const Trust &trust, Sums &sums)
{
    const Schedule schedule = makeSchedule(seed);
    RawPeer peer(schedule.scripts(), schedule.isTls ? trust.credential : Credential());
    QList<Outcome> outcomes;
    {
        Player player(schedule, peer, trust, seed);
        qsizetype position = 0;
        for (int i = 0; i < (schedule.isKeptAlive ? 2 : 1); ++i) {
            outcomes.append(player.play(position));
            position += outcomes.last().attempts.size();
            sums.attempts += static_cast<int>(outcomes.last().attempts.size());
            ++(outcomes.last().failure ? sums.failures : sums.successes);
            ++sums.requests;
        }
    }
    Counted counted{peer.connections(), 0, 0};
    const QList<PeerRequest> received = peer.received();
    counted.requests = static_cast<int>(received.size());
    for (const PeerRequest &request : received)
        counted.wrongBodies += request.body == schedule.requestBody ? 0 : 1;
    sums.counted += counted.requests;
    QStringList found = deviations(schedule, outcomes, counted);
    if (!found.isEmpty()) {
        for (const Outcome &outcome : outcomes)
            found.append(outcome.signalLog.join(QStringLiteral(" | ")));
        for (const Exchange &exchange : schedule.exchanges)
            found.append(QStringLiteral("exchange: ") + exchange.name);
    }
    return found;
}

// What Qt's HTTP thread says when a connection breaks while it writes.
void dropQtsOwn(QtMsgType type, const QMessageLogContext &, const QString &text)
{
    if (text == QStringLiteral("QIODevice::write (QTcpSocket): device not open")
        || text == QStringLiteral("QIODevice::write (QSslSocket): device not open"))
        return;
    std::fprintf(stderr, "%s\n", qPrintable(text));
    if (type == QtFatalMsg)
        std::abort();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    qInstallMessageHandler(dropQtsOwn);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions(
        {{QStringLiteral("schedules"), QStringLiteral("How many."), QStringLiteral("N"),
          QStringLiteral("150")},
         {QStringLiteral("seed"), QStringLiteral("Of the first one; the others follow."),
          QStringLiteral("S"), QStringLiteral("1")}});
    parser.process(application);
    const int schedules = parser.value(QStringLiteral("schedules")).toInt();
    const quint64 seed = parser.value(QStringLiteral("seed")).toULongLong();
    std::printf("soak: %d schedules from seed %llu\n", schedules,
                static_cast<unsigned long long>(seed));
    const Trust trust;
    QElapsedTimer timer;
    timer.start();
    Sums sums;
    int deviating = 0;
    for (int i = 0; i < schedules; ++i) {
        const quint64 own = seed + static_cast<quint64>(i);
        const QStringList found = playSchedule(own, trust, sums);
        deviating += found.isEmpty() ? 0 : 1;
        for (const QString &line : found)
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(own), qPrintable(line));
        if (!found.isEmpty())
            std::printf("reproduce: soak --schedules 1 --seed %llu\n",
                        static_cast<unsigned long long>(own));
        if (schedules >= 1000 && (i + 1) % 500 == 0)
            std::printf("%d schedules after %lld s\n", i + 1,
                        static_cast<long long>(timer.elapsed() / 1000));
        std::fflush(stdout);
    }
    std::printf(
        "%d schedules, %d requests: %d whole, %d failed; %d attempts, %d requests counted by "
        "the peer; %d schedules with deviations\n",
        schedules, sums.requests, sums.successes, sums.failures, sums.attempts, sums.counted,
        deviating);
    return deviating == 0 && schedules > 0 ? 0 : 1;
}
