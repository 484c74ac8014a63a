// SPDX-License-Identifier: MIT
#include "core/retry/retryingaccessmanager.h"

#include "tests/retry/requesterbench.h"
#include "tests/support/localhost.h"

#include <QtCore/QBuffer>
#include <QtCore/QRegularExpression>
#include <QtCore/QThread>
#include <QtNetwork/QAuthenticator>
#include <QtNetwork/QHstsPolicy>
#include <QtNetwork/QHttpMultiPart>
#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QNetworkCookieJar>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

//! What the drop-in does beyond QNetworkAccessManager; that it does the same otherwise is shown by
//! tst_dropin_client.
class tst_RetryingAccessManager : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void retries();
    void settingsReachTheNextAttempt();
    void challengesName();
    void strictTransportIsLearnt();
    void transferTimeoutIsOurs();
    void connectionsAreSharedAndCleared();
    void redirectOfABodyIsPassedThrough();
    void credentialsStayAtTheirHost();
    void lostBehindARedirect_data();
    void lostBehindARedirect();
    void closeGivesUp();
    void pipeOfPartsEnds();
    void synchronousRequestFailsAtOnce();
    void getWithABodyIsRefusedOrSent();
    void fromAnotherThread();
    void movesToAThread();
    void destroyedInASlot_data();
    void destroyedInASlot();

private:
    RetryingReply *watch(QNetworkReply *reply);

    Forge m_forge;
    ManualClock m_clock;
    FixedRandom m_random;
    std::unique_ptr<EventLog> m_log;
};

namespace {

//! A drop-in whose front is ours to change.
class Front final : public RetryingAccessManager
{
public:
    Front(Clock *clock, Random *random) : RetryingAccessManager(clock, random)
    {
        setProxy(QNetworkProxy::NoProxy);
    }

    using RetryingAccessManager::createRequest;
};

QNetworkRequest textTo(const QUrl &url)
{
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    return request;
}

bool isEnded(QNetworkReply *reply)
{
    return reply->isFinished() || QSignalSpy(reply, &QNetworkReply::finished).wait(30'000);
}

const PeerScript Cut{readRequest(), fin()};
const PeerScript Served{readRequest(), sendBytes(response(200, "served"))};

} // namespace

// Skips its waits and logs what it tells.
RetryingReply *tst_RetryingAccessManager::watch(QNetworkReply *reply)
{
    auto *ours = qobject_cast<RetryingReply *>(reply);
    if (!ours)
        qFatal("not a reply of ours");
    m_log = std::make_unique<EventLog>(ours);
    connect(
        ours, &RetryingReply::retryScheduled, this,
        [this](int, std::chrono::microseconds delay) { m_clock.advance(delay); },
        Qt::QueuedConnection);
    return ours;
}

void tst_RetryingAccessManager::retries()
{
    const RawPeer peer({Cut, Cut, Served});
    Front manager(&m_clock, &m_random);
    QCOMPARE(manager.policy(), RetryPolicy());
    QCOMPARE(manager.timeouts(), Timeouts());
    QSignalSpy finished(&manager, &QNetworkAccessManager::finished);
    RetryingReply *reply = watch(manager.post(textTo(peer.url()), "body"));
    int sent = 0;
    connect(reply, &QNetworkReply::requestSent, this, [&] { ++sent; });
    qint64 uploaded = 0;
    connect(reply, &QNetworkReply::uploadProgress, this,
            [&](qint64 n, qint64) { uploaded = std::max(uploaded, n); });
    QVERIFY(isEnded(reply));
    QCOMPARE(m_log->lines(),
             lines({"1 started", "1 failed Io", "wait 200ms", "2 started", "2 failed Io",
                    "wait 400ms", "3 started", "status 200", "finished"}));
    QCOMPARE(finished.size(), 1);
    QCOMPARE(finished.first().first().value<QNetworkReply *>(), reply);
    QCOMPARE(reply->manager(), &manager);
    QCOMPARE(reply->parent(), &manager);
    QCOMPARE(reply->readAll(), "served");
    QCOMPARE(sent, 3);
    QCOMPARE(uploaded, 4);

    RetryPolicy once;
    once.maxRetries = 0;
    manager.setPolicy(once);
    Timeouts timeouts;
    timeouts.total = 5s;
    manager.setTimeouts(timeouts);
    QCOMPARE(manager.policy(), once);
    QCOMPARE(manager.timeouts(), timeouts);
}

// QNetworkAccessManager deletes the old jar: the next attempt must not know it any more.
void tst_RetryingAccessManager::settingsReachTheNextAttempt()
{
    const RawPeer peer({Cut, Cut, Served});
    const RawPeer proxy({Served});
    Front manager(&m_clock, &m_random);
    RetryingReply *reply = watch(manager.post(textTo(peer.url()), "body"));
    connect(reply, &RetryingReply::attemptStarted, this, [&](int attempt) {
        auto *jar = new QNetworkCookieJar;
        jar->setCookiesFromUrl({QNetworkCookie("attempt", QByteArray::number(attempt))},
                               peer.url());
        manager.setCookieJar(jar);
        if (attempt == 3) {
            manager.setProxy(
                QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"), proxy.port()));
        }
    });
    QVERIFY(isEnded(reply));
    QCOMPARE(reply->readAll(), "served");
    QCOMPARE(peer.requests(), 2);
    QCOMPARE(peer.received().at(0).header("Cookie"), "attempt=1");
    QCOMPARE(peer.received().at(1).header("Cookie"), "attempt=2");
    QCOMPARE(proxy.received().at(0).header("Cookie"), "attempt=3");
}

// The second attempt is challenged, and the signal has the one reply that the client knows.
void tst_RetryingAccessManager::challengesName()
{
    const QByteArray challenge =
        response(401, "who?", "WWW-Authenticate: Basic realm=\"the realm\"\r\n");
    const PeerScript challenging{readRequest(), sendBytes(challenge), readRequest(),
                                 sendBytes(response(200, "served"))};
    // Qt sends a GET more than once where the connection is cut, so the first attempt is refused.
    const RawPeer peer(challenging);
    Front manager(&m_clock, &m_random);
    QList<const QNetworkReply *> asked;
    connect(&manager, &QNetworkAccessManager::authenticationRequired, this,
            [&](const QNetworkReply *reply, QAuthenticator *authenticator) {
                asked.append(reply);
                authenticator->setUser(QStringLiteral("user"));
                authenticator->setPassword(QStringLiteral("password"));
            });
    // Another one is on its way beside it.
    const RawPeer other({readRequest(), stall()});
    manager.get(QNetworkRequest(other.url()));
    RetryingReply *reply = watch(manager.get(QNetworkRequest(peer.url())));
    // As clients do with what they wait for.
    QObject owner;
    reply->setParent(&owner);
    QVERIFY(isEnded(reply));
    QCOMPARE(reply->readAll(), "served");
    QCOMPARE(asked, QList<const QNetworkReply *>({reply}));
    QCOMPARE(peer.received().last().header("Authorization"), "Basic dXNlcjpwYXNzd29yZA==");
}

void tst_RetryingAccessManager::strictTransportIsLearnt()
{
    if (!Retryscope::Test::knowsLocalhost())
        QSKIP("This system does not know the name localhost.");
    const QByteArray answer =
        response(200, "served", "Strict-Transport-Security: max-age=1000\r\n");
    const RawPeer peer({PeerScript{readRequest(), sendBytes(answer)}},
                       m_forge.issue({.names = {QStringLiteral("localhost")}}));
    Front manager(&m_clock, &m_random);
    manager.setStrictTransportSecurityEnabled(true);
    QUrl url = peer.url();
    // The one name that every machine knows by itself; addresses are no such hosts.
    url.setHost(QStringLiteral("localhost"));
    QNetworkRequest request(url);
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates({m_forge.authority()});
    request.setSslConfiguration(configuration);
    RetryingReply *reply = watch(manager.get(request));
    QVERIFY(isEnded(reply));
    QCOMPARE(reply->readAll(), "served");
    const QList<QHstsPolicy> known = manager.strictTransportSecurityHosts();
    QCOMPARE(known.size(), 1);
    QCOMPARE(known.first().host(), QStringLiteral("localhost"));

    // Forgotten at the front, forgotten behind it.
    QHstsPolicy expired = known.first();
    expired.setExpiry(QDateTime::currentDateTimeUtc().addDays(-1));
    manager.addStrictTransportSecurityHosts({expired});
    const RawPeer plain({Served});
    url.setScheme(QStringLiteral("http"));
    url.setPort(plain.port());
    reply = watch(manager.get(QNetworkRequest(url)));
    QVERIFY(isEnded(reply));
    QCOMPARE(reply->readAll(), "served");
}

void tst_RetryingAccessManager::transferTimeoutIsOurs()
{
    const RawPeer peer({readRequest(), stall()});
    Front manager(&m_clock, &m_random);
    manager.setTransferTimeout(50);
    RetryingReply *reply = watch(manager.post(textTo(peer.url()), "body"));
    QTRY_COMPARE(reply->attempts().value(0).wireSends, 1);
    m_clock.advance(50ms);
    QVERIFY(isEnded(reply));
    QCOMPARE(m_log->lines(), lines({"1 started", "1 failed Timeout(FirstByte)", "stop NeverRetried",
                                    "error TimeoutError", "finished"}));
}

void tst_RetryingAccessManager::connectionsAreSharedAndCleared()
{
    const PeerScript twice = Served + Served;
    const RawPeer peer(twice);
    Front manager(&m_clock, &m_random);
    manager.connectToHost(QStringLiteral("127.0.0.1"), peer.port());
    QTRY_COMPARE(peer.connections(), 1);
    QVERIFY(isEnded(watch(manager.post(textTo(peer.url()), "body"))));
    QCOMPARE(peer.connections(), 1);
    manager.clearConnectionCache();
    RetryingReply *reply = watch(manager.post(textTo(peer.url()), "body"));
    QVERIFY(isEnded(reply));
    QCOMPARE(reply->readAll(), "served");
    QCOMPARE(peer.connections(), 2);
    manager.clearAccessCache();
    QVERIFY(isEnded(watch(manager.post(textTo(peer.url()), "body"))));
    QCOMPARE(peer.connections(), 3);
}

// Qt sends a body once; and the other place sees nothing of it.
void tst_RetryingAccessManager::redirectOfABodyIsPassedThrough()
{
    const RawPeer other({Served});
    const QByteArray moved =
        response(307, "moved", "Location: " + other.url().toEncoded() + "\r\n");
    const RawPeer peer({readRequest(), sendBytes(moved)});
    Front manager(&m_clock, &m_random);
    RetryingReply *reply = watch(manager.post(textTo(peer.url()), "body"));
    QVERIFY(isEnded(reply));
    QCOMPARE(m_log->lines(), lines({"1 started", "status 307", "finished"}));
    QCOMPARE(reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl(), other.url());
    QCOMPARE(other.requests(), 0);
}

// Qt follows with all headers: credentials of the URL would go along to any host.
void tst_RetryingAccessManager::credentialsStayAtTheirHost()
{
    if (!Retryscope::Test::knowsLocalhost())
        QSKIP("This system does not know the name localhost.");
    const RawPeer other({Served});
    QUrl elsewhere = other.url();
    elsewhere.setHost(QStringLiteral("localhost"));
    const RawPeer peer(
        {readRequest(),
         sendBytes(response(302, "", "Location: " + elsewhere.toEncoded() + "\r\n"))});
    QUrl url = peer.url();
    url.setUserInfo(QStringLiteral("user:password"));
    Front manager(&m_clock, &m_random);
    RetryingReply *reply = watch(manager.post(textTo(url), "body"));
    QVERIFY(isEnded(reply));
    QCOMPARE(other.requests(), 1);
    QVERIFY(other.received().first().header("Authorization").isNull());
    QVERIFY(peer.received().first().header("Authorization").isNull());
    // Where none is followed they are at the right place.
    QNetworkRequest manual = textTo(url);
    manual.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                        QNetworkRequest::ManualRedirectPolicy);
    const RawPeer home({Served});
    url = home.url();
    url.setUserInfo(QStringLiteral("user:password"));
    manual.setUrl(url);
    QVERIFY(isEnded(watch(manager.post(manual, "body"))));
    QCOMPARE(home.received().first().header("Authorization"), "Basic dXNlcjpwYXNzd29yZA==");
}

void tst_RetryingAccessManager::lostBehindARedirect_data()
{
    QTest::addColumn<QByteArray>("location");
    QTest::addColumn<QString>("cause");
    QTest::newRow("the connection is lost there")
        << QByteArray("Location: /there\r\n") << QStringLiteral("RedirectLost");
    QTest::newRow("nobody is there")
        << QByteArray("Location: http://127.0.0.1:1/\r\n") << QStringLiteral("RedirectLost");
    QTest::newRow("no target") << QByteArray() << QStringLiteral("RedirectTarget");
}

// The redirect was whole, but it is not what was asked for: 302 without an error would be a lie.
void tst_RetryingAccessManager::lostBehindARedirect()
{
    QFETCH(QByteArray, location);
    QFETCH(QString, cause);
    const RawPeer peer(
        {{readRequest(), sendBytes(response(302, "", location)), readRequest(), fin()}, Cut});
    Front manager(&m_clock, &m_random);
    RetryingReply *reply = watch(manager.post(textTo(peer.url()), "body"));
    QVERIFY(isEnded(reply));
    QVERIFY(reply->error() != QNetworkReply::NoError);
    QVERIFY(reply->failure());
    QCOMPARE(reply->failure()->kind, FailureKind::Body);
    QCOMPARE(reply->failure()->safety, Safety::Answered);
    QCOMPARE(reply->failure()->cause, cause);
    QCOMPARE(reply->attempts().size(), 1);
}

// As QNetworkAccessManager's reply does: clients end a download so.
void tst_RetryingAccessManager::closeGivesUp()
{
    const RawPeer peer({readRequest(),
                        sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun"),
                        stall()});
    Front manager(&m_clock, &m_random);
    RetryingReply *reply = watch(manager.get(QNetworkRequest(peer.url())));
    connect(reply, &QIODevice::readyRead, reply, &QIODevice::close);
    QVERIFY(isEnded(reply));
    QCOMPARE(reply->error(), QNetworkReply::OperationCanceledError);
    QVERIFY(!reply->isOpen());
    QCOMPARE(m_clock.activeTimers(), 0);
}

void tst_RetryingAccessManager::pipeOfPartsEnds()
{
    const RawPeer peer({Served});
    Front manager(&m_clock, &m_random);

    class Pipe final : public QIODevice
    {
    public:
        bool isSequential() const override { return true; }

        qint64 bytesAvailable() const override { return QIODevice::bytesAvailable() + m_left; }

    protected:
        qint64 readData(char *data, qint64 maxSize) override
        {
            const qint64 count = std::min(maxSize, m_left);
            std::fill_n(data, count, 'x');
            m_left -= count;
            return count;
        }

        qint64 writeData(const char *, qint64) override { return -1; }

        qint64 m_left = 100'000;
    };

    Pipe pipe;
    QVERIFY(pipe.open(QIODevice::ReadOnly));
    QHttpMultiPart parts;
    parts.setBoundary("b");
    QHttpPart part;
    part.setRawHeader("X-Kind", "pipe");
    part.setBodyDevice(&pipe);
    parts.append(part);
    RetryingReply *reply = watch(manager.post(QNetworkRequest(peer.url()), &parts));
    QVERIFY(isEnded(reply));
    QCOMPARE(reply->readAll(), "served");
    // Qt keeps names of headers in lower case since 6.7 (QHttpHeaders).
    const QByteArray name = QT_VERSION < QT_VERSION_CHECK(6, 7, 0) ? "X-Kind" : "x-kind";
    QCOMPARE(peer.received().first().body,
             "--b\r\n" + name + ": pipe\r\n\r\n" + QByteArray(100'000, 'x') + "\r\n--b--\r\n");
}

void tst_RetryingAccessManager::synchronousRequestFailsAtOnce()
{
    Front manager(&m_clock, &m_random);
    QNetworkRequest request(QUrl(QStringLiteral("http://127.0.0.1:1/")));
    request.setAttribute(QNetworkRequest::SynchronousRequestAttribute, true);
    RetryingReply *reply = watch(manager.get(request));
    QVERIFY(reply->isFinished());
    QCOMPARE(reply->error(), QNetworkReply::ProtocolInvalidOperationError);
    QSignalSpy finished(reply, &QNetworkReply::finished);
    QVERIFY(finished.wait());
    QCOMPARE(m_log->lines(), lines({"error ProtocolInvalidOperationError", "finished"}));
    QCOMPARE(reply->failure()->cause, QStringLiteral("Synchronous"));
}

void tst_RetryingAccessManager::getWithABodyIsRefusedOrSent()
{
    const RawPeer peer({Served});
    Front manager(&m_clock, &m_random);
    QBuffer body;
    body.setData("body");
    QVERIFY(body.open(QIODevice::ReadOnly));
    std::unique_ptr<QNetworkReply> reply(
        manager.createRequest(QNetworkAccessManager::GetOperation, textTo(peer.url()), &body));
    QVERIFY(isEnded(watch(reply.get())));
    // From 6.7 on Qt has a get() that takes one.
    const bool isSent = QT_VERSION >= QT_VERSION_CHECK(6, 7, 0);
    QCOMPARE(reply->error() == QNetworkReply::NoError, isSent);
    QCOMPARE(peer.requests(), isSent ? 1 : 0);
    if (!isSent)
        QCOMPARE(watch(reply.get())->failure()->cause, QStringLiteral("BodyNotAllowed"));
}

void tst_RetryingAccessManager::fromAnotherThread()
{
    Front manager(&m_clock, &m_random);
    QString cause;
    std::unique_ptr<QThread> thread(QThread::create([&] {
        const QNetworkRequest request(QUrl(QStringLiteral("http://127.0.0.1:1/")));
        const std::unique_ptr<QNetworkReply> reply(
            manager.createRequest(QNetworkAccessManager::GetOperation, request, nullptr));
        if (isEnded(reply.get()))
            cause = qobject_cast<RetryingReply *>(reply.get())->failure()->cause;
    }));
    thread->start();
    QVERIFY(thread->wait(30'000));
    QCOMPARE(cause, QStringLiteral("Thread"));
}

// As a QNetworkAccessManager may, before it is used.
void tst_RetryingAccessManager::movesToAThread()
{
    const RawPeer peer({Served});
    auto *manager = new RetryingAccessManager;
    manager->setProxy(QNetworkProxy::NoProxy);
    QByteArray received;
    QThread thread;
    manager->moveToThread(&thread);
    connect(&thread, &QThread::started, manager, [&, manager] {
        QNetworkReply *reply = manager->post(textTo(peer.url()), "body");
        connect(reply, &QNetworkReply::finished, manager, [&, manager, reply] {
            received = reply->readAll();
            manager->deleteLater();
        });
    });
    connect(manager, &QObject::destroyed, &thread, &QThread::quit, Qt::DirectConnection);
    thread.start();
    QVERIFY(thread.wait(30'000));
    QCOMPARE(received, "served");
}

void tst_RetryingAccessManager::destroyedInASlot_data()
{
    QTest::addColumn<QString>("moment");
    for (const char *moment : {"1 started", "1 failed Io", "wait 200ms", "2 started", "status 200",
                               "finished", "manager finished"}) {
        QTest::newRow(moment) << QString::fromLatin1(moment);
    }
}

// T70, of the drop-in
void tst_RetryingAccessManager::destroyedInASlot()
{
    QFETCH(QString, moment);
    const RawPeer peer({Cut, Served});
    QPointer<Front> manager(new Front(&m_clock, &m_random));
    const QPointer<RetryingReply> reply = watch(manager->post(textTo(peer.url()), "body"));
    const auto destroyAt = [&, moment] {
        if (m_log->lines().last() == moment)
            delete manager;
    };
    connect(reply, &RetryingReply::attemptStarted, this, destroyAt);
    connect(reply, &RetryingReply::attemptFailed, this, destroyAt);
    connect(reply, &RetryingReply::retryScheduled, this, destroyAt);
    connect(reply, &RetryingReply::metaDataChanged, this, destroyAt);
    connect(reply, &RetryingReply::finished, this, destroyAt);
    connect(manager, &QNetworkAccessManager::finished, this, [&, moment] {
        if (moment == QStringLiteral("manager finished"))
            delete manager;
    });
    QTRY_VERIFY(!manager);
    // At once, unless it is within its own last signals.
    QTRY_VERIFY(!reply);
    QVERIFY(!m_log->lines().contains(QStringLiteral("finished")) || moment.contains(u"finished"_s));
    QCOMPARE(m_clock.activeTimers(), 0);
}

QTEST_GUILESS_MAIN(tst_RetryingAccessManager)
#include "tst_retryingaccessmanager.moc"
