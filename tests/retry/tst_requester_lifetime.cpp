// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"

#include "core/retry/failureinspector.h"

#include <QtCore/QEventLoop>
#include <QtCore/QRegularExpression>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! Who may be destroyed when, and who may change what in which slot.
class tst_RequesterLifetime : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void destroyedInASlot_data();
    void destroyedInASlot();
    void waitsInASlot_data();
    void waitsInASlot();
    void destroyedBetweenSlots_data();
    void destroyedBetweenSlots();
    void managersSlotReadsAndDeletesReplies();
    void autoDeletedReply();
    void manyRepliesInBackoffAreDroppedAtOnce();
    void inspectorHasTheLastWord();
    void slotMayChangeTheProxy();
    void settingsAreThoseOfTheStart();
};

namespace {

//! What can be destroyed, on the heap.
struct Players
{
    Players() : clock(std::make_unique<ManualClock>())
    {
        manager = new QNetworkAccessManager;
        manager->setProxy(QNetworkProxy::NoProxy);
        requester = new RetryingRequester(manager, clock.get(), &random);
    }

    ~Players()
    {
        delete requester;
        delete manager;
    }

    void destroy(const QString &whom)
    {
        if (whom == QStringLiteral("requester"))
            delete requester;
        else if (whom == QStringLiteral("manager"))
            delete manager;
        else
            delete reply;
    }

    std::unique_ptr<ManualClock> clock;
    FixedRandom random;
    QPointer<QNetworkAccessManager> manager;
    QPointer<RetryingRequester> requester;
    QPointer<RetryingReply> reply;
};

const QStringList Whoms{QStringLiteral("requester"), QStringLiteral("manager"),
                        QStringLiteral("reply")};

const QStringList Moments{
    QStringLiteral("1 started"),   QStringLiteral("1 ConnectStarted"),
    QStringLiteral("1 Encrypted"), QStringLiteral("1 RequestSent"),
    QStringLiteral("1 failed"),    QStringLiteral("decided"),
    QStringLiteral("scheduled"),   QStringLiteral("2 started"),
    QStringLiteral("2 Encrypted"), QStringLiteral("2 HeadReceived"),
    QStringLiteral("encrypted"),   QStringLiteral("metaData"),
    QStringLiteral("readyRead"),   QStringLiteral("error"),
    QStringLiteral("finished"),
};

//! Its end never comes.
class EndlessPipe final : public QIODevice
{
public:
    EndlessPipe() { open(QIODevice::ReadOnly); }

    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *, qint64) override { return 0; }

    qint64 writeData(const char *, qint64) override { return -1; }
};

//! Lets everything happen that is due.
void settle()
{
    QCoreApplication::processEvents();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QCoreApplication::processEvents();
}

//! Calls \a seen with a word for each signal of \a reply.
template <typename Seen>
void onEverySignal(RetryingReply *reply, QObject *context, Seen seen)
{
    const auto say = [seen](const char *word) {
        return [seen, word] {
            seen(QString::fromLatin1(word));
        };
    };
    const auto number = [](int n, const QString &word) -> QString {
        return QString::number(n) + u' ' + word;
    };
    QObject::connect(reply, &RetryingReply::attemptStarted, context,
                     [=](int n) { seen(number(n, QStringLiteral("started"))); });
    QObject::connect(reply, &RetryingReply::attemptAdvanced, context,
                     [=](int n, Milestone milestone) { seen(number(n, keyOf(milestone))); });
    QObject::connect(reply, &RetryingReply::attemptFailed, context,
                     [=](int n) { seen(number(n, QStringLiteral("failed"))); });
    QObject::connect(reply, &RetryingReply::retryDecided, context, say("decided"));
    QObject::connect(reply, &RetryingReply::retryScheduled, context, say("scheduled"));
    QObject::connect(reply, &QNetworkReply::encrypted, context, say("encrypted"));
    QObject::connect(reply, &QNetworkReply::metaDataChanged, context, say("metaData"));
    QObject::connect(reply, &QNetworkReply::readyRead, context, say("readyRead"));
    QObject::connect(reply, &QNetworkReply::errorOccurred, context, say("error"));
    QObject::connect(reply, &QNetworkReply::finished, context, say("finished"));
}

} // namespace

// T70, T71
void tst_RequesterLifetime::destroyedInASlot_data()
{
    QTest::addColumn<QString>("whom");
    QTest::addColumn<QString>("moment");
    for (const QString &whom : Whoms) {
        for (const QString &moment : Moments)
            QTest::addRow("the %s at %s", qPrintable(whom), qPrintable(moment)) << whom << moment;
    }
}

// One attempt is cut, the second is answered and then cut within the body: every signal comes.
void tst_RequesterLifetime::destroyedInASlot()
{
    QFETCH(QString, whom);
    QFETCH(QString, moment);
    static Forge forge;
    static const Credential credential = forge.issue({.names = {QStringLiteral("127.0.0.1")}});
    const QByteArray half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    const RawPeer peer(
        {PeerScript{readRequest(), fin()}, PeerScript{readRequest(), sendBytes(half), fin()}},
        credential);
    Players players;
    QNetworkRequest request(peer.url());
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({forge.authority()});
    request.setSslConfiguration(configuration);
    players.reply = players.requester->post(request, "body");

    QObject context;
    bool isDone = false;
    int after = 0;
    int finished = 0;
    onEverySignal(players.reply, &context, [&](const QString &word) {
        after += isDone && whom != QStringLiteral("manager") ? 1 : 0;
        finished += word == QStringLiteral("finished") ? 1 : 0;
        if (word == QStringLiteral("scheduled"))
            QMetaObject::invokeMethod(
                &context, [&] { players.clock->advance(1s); }, Qt::QueuedConnection);
        if (word == moment && !std::exchange(isDone, true))
            players.destroy(whom);
    });
    QTRY_VERIFY(isDone);
    if (whom == QStringLiteral("manager")) {
        // The request ends all the same.
        QTRY_COMPARE(finished, 1);
        QVERIFY(players.reply->failure());
        QVERIFY(players.reply->attempts().size() <= 2);
    } else {
        // Nothing is told any more, and no timer is left.
        QVERIFY(!players.reply);
        settle();
        QCOMPARE(after, 0);
        QCOMPARE(players.clock->activeTimers(), 0);
    }
}

void tst_RequesterLifetime::waitsInASlot_data()
{
    QTest::addColumn<QString>("moment");
    for (const char *moment : {"connecting", "sent", "head", "progress", "data"})
        QTest::newRow(moment) << QString::fromLatin1(moment);
}

// As a dialog does that is shown in a slot: what comes next must reach it, in its order.
void tst_RequesterLifetime::waitsInASlot()
{
    QFETCH(QString, moment);
    const RawPeer peer(
        {PeerScript{readRequest(), fin()},
         PeerScript{readRequest(), sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"),
                    fin()}});
    RequesterBench bench;
    RetryingReply *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    QStringList told;
    bool hasWaited = false;
    const auto tell = [&](const QString &word) {
        // Once each: progress may be told more than once.
        if (!told.contains(word))
            told.append(word);
        if (word != moment || std::exchange(hasWaited, true))
            return;
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        // Where Qt runs on glib, a loop inside an event's handler sleeps over what had been posted
        // before (canWait in QCoreApplicationPrivate::sendPostedEvents()), until more is posted.
        QMetaObject::invokeMethod(
            &loop, [] {}, Qt::QueuedConnection);
        loop.exec();
    };
    const auto listen = [&](auto signal, const char *word) {
        QObject::connect(reply, signal, &bench.context,
                         [tell, word] { tell(QString::fromLatin1(word)); });
    };
    listen(&QNetworkReply::socketStartedConnecting, "connecting");
    listen(&QNetworkReply::requestSent, "sent");
    listen(&RetryingReply::attemptFailed, "failed");
    listen(&QNetworkReply::metaDataChanged, "head");
    listen(&QNetworkReply::readyRead, "data");
    listen(&QNetworkReply::downloadProgress, "progress");
    listen(&QNetworkReply::finished, "finished");
    QVERIFY(RequesterBench::finish(reply));
    QVERIFY(hasWaited);
    QCOMPARE(told, lines({"connecting", "sent", "failed", "head", "data", "progress", "finished"}));
    QCOMPARE(reply->readAll(), "body");
    QVERIFY(!reply->failure());
}

void tst_RequesterLifetime::destroyedBetweenSlots_data()
{
    QTest::addColumn<QString>("whom");
    QTest::addColumn<QString>("state");
    for (const QString &whom : Whoms) {
        for (const char *state : {"before the start", "reading the body", "in the queue",
                                  "on the way", "waiting", "in the body", "done"})
            QTest::addRow("the %s, %s", qPrintable(whom), state)
                << whom << QString::fromLatin1(state);
    }
}

void tst_RequesterLifetime::destroyedBetweenSlots()
{
    QFETCH(QString, whom);
    QFETCH(QString, state);
    QMap<QString, PeerScript> scripts{
        {QStringLiteral("in the queue"), {readRequest(), stall()}},
        {QStringLiteral("on the way"), {readRequest(), stall()}},
        {QStringLiteral("waiting"), {readRequest(), fin()}},
        {QStringLiteral("in the body"),
         {readRequest(), sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), stall()}},
        {QStringLiteral("done"), {readRequest(), sendBytes(response(200, "whole"))}},
    };
    const RawPeer peer(scripts.value(state));
    Players players;
    QNetworkRequest request(peer.url());
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    const bool isReading = state == QStringLiteral("reading the body");
    const bool isQueued = state == QStringLiteral("in the queue");
    for (int i = 0; isQueued && i < 6; ++i)
        players.requester->post(request, "body");
    EndlessPipe pipe;
    players.reply = isReading ? players.requester->post(request, &pipe)
                              : players.requester->post(request, "body");
    EventLog log(players.reply);
    if (isReading)
        QCoreApplication::processEvents();
    else if (isQueued)
        QTRY_COMPARE(peer.requests(), 6);
    else if (state == QStringLiteral("on the way"))
        QTRY_COMPARE(peer.requests(), 1);
    else if (state == QStringLiteral("waiting"))
        QTRY_VERIFY(log.lines().contains(QStringLiteral("wait 200ms")));
    else if (state == QStringLiteral("in the body"))
        QTRY_COMPARE(players.reply->bytesAvailable(), 4);
    else if (state == QStringLiteral("done"))
        QTRY_VERIFY(log.isFinished());

    players.destroy(whom);
    const QStringList before = log.lines();
    if (whom == QStringLiteral("manager")) {
        // Who still waits for its body is told by the deadline, or as the body comes.
        players.clock->advance(isReading ? 600s : 1s);
        QTRY_COMPARE(log.finishedCount(), 1);
        if (state != QStringLiteral("done") && !isReading)
            QCOMPARE(players.reply->failure()->kind, FailureKind::Cancelled);
    } else {
        QVERIFY(!players.reply);
        players.clock->advance(1h);
        settle();
        QCOMPARE(log.lines(), before);
        QCOMPARE(players.clock->activeTimers(), 0);
    }
}

// The habit of many programs: one slot for all replies of a manager, which reads and deletes them.
// It is given the reply of the requester, once; the attempts behind it are not its business.
void tst_RequesterLifetime::managersSlotReadsAndDeletesReplies()
{
    const RawPeer peer(QList<PeerScript>{{readRequest(), fin()},
                                         {readRequest(), sendBytes(response(200, "whole"))}});
    RequesterBench bench;
    QList<const QNetworkReply *> told;
    QByteArray read;
    connect(&bench.manager, &QNetworkAccessManager::finished, &bench.manager,
            [&](QNetworkReply *reply) {
                told.append(reply);
                read += reply->readAll();
                reply->deleteLater();
            });
    const QPointer reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    const QNetworkReply *const address = reply;
    QList<AttemptRecord> attempts;
    connect(reply, &QNetworkReply::finished, this, [&] {
        QCOMPARE(told, QList<const QNetworkReply *>{address});
        QVERIFY(!reply->failure());
        attempts = reply->attempts();
    });
    QTRY_VERIFY(!reply);
    QCOMPARE(read, "whole");
    QCOMPARE(attempts.size(), 2);
    QCOMPARE(told.size(), 1);
    QCOMPARE(bench.log.finishedCount(), 1);
}

void tst_RequesterLifetime::autoDeletedReply()
{
    const RawPeer peer({readRequest(), sendBytes(response(200, "whole"))});
    RequesterBench bench;
    bench.manager.setAutoDeleteReplies(true);
    const QPointer reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    QByteArray received;
    connect(reply, &QNetworkReply::finished, this, [&] { received = reply->readAll(); });
    QVERIFY(bench.finish(reply));
    QCOMPARE(received, "whole");
    QTRY_VERIFY(!reply);
}

// T72, without the application
void tst_RequesterLifetime::manyRepliesInBackoffAreDroppedAtOnce()
{
    const RawPeer peer({readRequest(), fin()});
    auto bench = std::make_unique<RequesterBench>();
    EventLog log;
    int waiting = 0;
    for (int i = 0; i < 100; ++i) {
        auto *reply = bench->requester.post(bench->request(peer.url()), "body");
        log.watch(reply);
        connect(reply, &RetryingReply::retryScheduled, this, [&] { ++waiting; });
    }
    QTRY_COMPARE(waiting, 100);
    // A wait and a deadline each.
    QCOMPARE(bench->clock.activeTimers(), 200);
    // Where one connection breaks, Qt fails what waits for a connection, too, unsent.
    int sends = 0;
    for (const RetryingReply *reply : bench->requester.findChildren<RetryingReply *>()) {
        const AttemptRecord record = reply->attempts().first();
        sends += record.wireSends;
        QCOMPARE(record.failure->safety == Safety::NotSent, record.wireSends == 0);
        QCOMPARE(record.failure->kind, FailureKind::Io);
    }
    QCOMPARE(sends, peer.requests());
    const qsizetype before = log.lines().size();
    bench.reset();
    settle();
    QCOMPARE(log.lines().size(), before);
    QCOMPARE(peer.requests(), sends);
}

void tst_RequesterLifetime::inspectorHasTheLastWord()
{
    class Witness final : public FailureInspector
    {
    public:
        void inspect(int attempt, Failure &failure) override
        {
            attempts.append(attempt);
            failure.kind = attempt == 1 ? FailureKind::Http2 : FailureKind::Proxy;
            failure.cause = QStringLiteral("seen by the witness");
        }

        QList<int> attempts;
    };

    const RawPeer peer({readRequest(), fin()});
    Witness witness;
    RequesterBench bench;
    bench.requester.setFailureInspector(&witness);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines().mid(0, 6),
             QStringList({QStringLiteral("1 started"), QStringLiteral("1 failed Http2"),
                          QStringLiteral("wait 200ms"), QStringLiteral("2 started"),
                          QStringLiteral("2 failed Proxy"), QStringLiteral("stop NeverRetried")}));
    QCOMPARE(witness.attempts, QList<int>({1, 2}));
    QCOMPARE(reply->failure()->cause, QStringLiteral("seen by the witness"));
}

void tst_RequesterLifetime::slotMayChangeTheProxy()
{
    const RawPeer peer({readRequest(), sendBytes(response(200, "direct"))});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    QList<QNetworkProxy::ProxyType> seen;
    connect(reply, &RetryingReply::attemptStarted, this, [&](int attempt) {
        bench.manager.setProxy(
            attempt == 1 ? QNetworkProxy(QNetworkProxy::Socks5Proxy, QStringLiteral("127.0.0.1"), 1)
                         : QNetworkProxy(QNetworkProxy::NoProxy));
        seen.append(bench.manager.proxy().type());
    });
    QVERIFY(bench.finish(reply));
    QVERIFY(reply->failure());
    QCOMPARE(reply->failure()->kind, FailureKind::Proxy);
    QCOMPARE(bench.log.lines(),
             QStringList({QStringLiteral("1 started"), QStringLiteral("1 failed Proxy"),
                          QStringLiteral("stop NeverRetried"),
                          QStringLiteral("error ") + keyOf(reply->error()),
                          QStringLiteral("finished")}));
    QCOMPARE(seen, QList<QNetworkProxy::ProxyType>({QNetworkProxy::Socks5Proxy}));
    QCOMPARE(peer.connections(), 0);
}

void tst_RequesterLifetime::settingsAreThoseOfTheStart()
{
    const RawPeer peer({readRequest(), fin()});
    RequesterBench bench;
    RetryPolicy once;
    once.maxRetries = 1;
    bench.requester.setPolicy(once);
    QCOMPARE(bench.requester.policy(), once);
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    bench.requester.setPolicy(RetryPolicy());
    QVERIFY(bench.finish(reply));
    QCOMPARE(peer.requests(), 2);
}

QTEST_GUILESS_MAIN(tst_RequesterLifetime)
#include "tst_requester_lifetime.moc"
