// SPDX-License-Identifier: MIT
#include "tests/support/closedport.h"
#include "tests/tap/taptest.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QTcpServer>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::TapTest;
using namespace Qt::StringLiterals;

namespace {

QByteArray hex(const char *text)
{
    return QByteArray::fromHex(text);
}

const QByteArray greeting = hex("050102");
const QByteArray passwordMethod = hex("0502");
const QByteArray welcome = hex("0100");
const QByteArray succeeded = hex("05000001000000000000");

QByteArray failed(int reply)
{
    return hex("05") + char(reply) + hex("0001000000000000");
}

} // namespace

class tst_Tap : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void startsAnew();
    void portInUse();
    void logins_data();
    void logins();
    void noPasswordMethod();
    void garbage_data();
    void garbage();
    void slowNegotiation();
    void pipelinedNegotiation();
    void otherCommands_data();
    void otherCommands();
    void addresses_data();
    void addresses();
    void nameNotFound();
    void portRefused();
    void ipv6Address();
    void neverToItself_data();
    void neverToItself();
    void newGenerationClosesTheOld();
    void planFollowsTheAttempt();
    void sandboxFaultsAreLeftAlone();
    void nobodyBehindTheOwner();
    void countedConnections();
    void manyClients();
    void destroyedWithLiveConnections();
};

void tst_Tap::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
}

void tst_Tap::startsAnew()
{
    Tap tap(Clock::system());
    QCOMPARE(tap.port(), 0);
    QVERIFY(tap.start());
    const QByteArray password = tap.password();
    QCOMPARE(password.size(), 32);
    QVERIFY(tap.port() != 0);
    const QNetworkProxy proxy = tap.proxyFor(3, 7);
    QCOMPARE(proxy.type(), QNetworkProxy::Socks5Proxy);
    QCOMPARE(proxy.hostName(), u"127.0.0.1"_s);
    QCOMPARE(proxy.port(), tap.port());
    QCOMPARE(proxy.user(), u"3.7"_s);
    QCOMPARE(proxy.password(), QString::fromLatin1(password));
    QVERIFY(proxy.capabilities().testFlag(QNetworkProxy::HostNameLookupCapability));
    QVERIFY(tap.start());
    QVERIFY(tap.password() != password);
    tap.stop();
    QCOMPARE(tap.port(), 0);
    QVERIFY(tap.password().isEmpty());
}

void tst_Tap::portInUse()
{
    Endpoint other;
    Tap tap(Clock::system());
    QVERIFY(!tap.start(other.serverPort()));
    QVERIFY(!tap.errorString().isEmpty());
    QCOMPARE(tap.port(), 0);
}

void tst_Tap::logins_data()
{
    QTest::addColumn<QByteArray>("user");     // GEN stands for the generation
    QTest::addColumn<QByteArray>("password"); // PASS for the password
    QTest::addColumn<bool>("accepted");
    QTest::newRow("the right ones") << QByteArray("GEN.1") << QByteArray("PASS") << true;
    QTest::newRow("a wrong password") << QByteArray("GEN.1") << QByteArray("x") << false;
    QTest::newRow("no password") << QByteArray("GEN.1") << QByteArray() << false;
    QTest::newRow("the password and more") << QByteArray("GEN.1") << QByteArray("PASSx") << false;
    QTest::newRow("the password twice") << QByteArray("GEN.1") << QByteArray("PASSPASS") << false;
    QTest::newRow("another generation") << QByteArray("99.1") << QByteArray("PASS") << false;
    QTest::newRow("no attempt") << QByteArray("GEN") << QByteArray("PASS") << false;
    QTest::newRow("attempt 0") << QByteArray("GEN.0") << QByteArray("PASS") << false;
    QTest::newRow("words") << QByteArray("me.too") << QByteArray("PASS") << false;
    QTest::newRow("nobody") << QByteArray() << QByteArray("PASS") << false;
}

void tst_Tap::logins()
{
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, password);
    QFETCH(bool, accepted);
    TapThread tap;
    user.replace("GEN", QByteArray::number(tap.generation()));
    password.replace("PASS", tap.tap()->password());
    RawClient client(tap.tap()->port());
    client.write(greeting);
    QCOMPARE(client.take(2), passwordMethod);
    client.write(login(user, password));
    QCOMPARE(client.take(2), accepted ? welcome : hex("0101"));
    if (accepted)
        return;
    QVERIFY(client.waitForEnd());
    QCOMPARE(client.bytesAvailable(), 0);
    QTRY_COMPARE(tap.connectionCount(), 0);
    QVERIFY(tap.events().isEmpty());
}

void tst_Tap::noPasswordMethod()
{
    TapThread tap;
    RawClient client(tap.tap()->port());
    client.write(hex("050100"));
    QCOMPARE(client.take(2), hex("05ff"));
    QVERIFY(client.waitForEnd());
    QCOMPARE(client.bytesAvailable(), 0);
}

void tst_Tap::garbage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("an HTTP request") << QByteArray("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    QTest::newRow("SOCKS4") << hex("04010050000000010000");
    QTest::newRow("a TLS ClientHello") << hex("16030100050100000103");
    QTest::newRow("zeros") << QByteArray(100000, '\0');
}

void tst_Tap::garbage()
{
    QFETCH(QByteArray, bytes);
    TapThread tap;
    RawClient client(tap.tap()->port());
    client.write(bytes);
    QVERIFY(client.waitForEnd());
    QCOMPARE(client.bytesAvailable(), 0);
    QTRY_COMPARE(tap.connectionCount(), 0);
    // And it still serves.
    Endpoint endpoint;
    RawClient next(tap.tap()->port());
    QVERIFY(next.openTunnel(tap, endpoint.serverPort()));
}

void tst_Tap::slowNegotiation()
{
    TapThread tap;
    Endpoint endpoint;
    RawClient client(tap.tap()->port());
    const QByteArray user = QByteArray::number(tap.generation()) + ".1";
    const auto say = [&](const QByteArray &bytes) {
        for (const char byte : bytes) {
            client.write(QByteArray(1, byte));
            client.flush();
        }
    };
    say(greeting);
    QCOMPARE(client.take(2), passwordMethod);
    say(login(user, tap.tap()->password()));
    QCOMPARE(client.take(2), welcome);
    say(connectTo("localhost", endpoint.serverPort()));
    QCOMPARE(client.take(10), succeeded);
}

void tst_Tap::pipelinedNegotiation()
{
    TapThread tap;
    Endpoint endpoint;
    RawClient client(tap.tap()->port());
    client.write(
        greeting + login(QByteArray::number(tap.generation()) + ".1", tap.tap()->password())
        + connectTo("localhost", endpoint.serverPort()) + "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    QCOMPARE(client.take(14 + endpoint.answer.size()),
             passwordMethod + welcome + succeeded + endpoint.answer);
    QCOMPARE(endpoint.requests, 1);
}

void tst_Tap::otherCommands_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("reply");
    const QHostAddress loopback(QHostAddress::LocalHost);
    QTest::newRow("BIND") << connectTo(loopback, 80, '\x02') << 7;
    QTest::newRow("UDP ASSOCIATE") << connectTo(loopback, 80, '\x03') << 7;
    QTest::newRow("nobody's command") << connectTo(loopback, 80, '\x63') << 7;
    QTest::newRow("an unknown address type") << hex("0501000901020304") << 8;
    QTest::newRow("an empty name") << hex("05010003000050") << 1;
}

void tst_Tap::otherCommands()
{
    QFETCH(QByteArray, request);
    QFETCH(int, reply);
    TapThread tap;
    RawClient client(tap.tap()->port());
    client.write(greeting
                 + login(QByteArray::number(tap.generation()) + ".1", tap.tap()->password())
                 + request);
    QCOMPARE(client.take(14), passwordMethod + welcome + failed(reply));
    QVERIFY(client.waitForEnd());
    QVERIFY(tap.events().isEmpty());
}

void tst_Tap::addresses_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QStringList>("log");
    const QString started = u"connect started 127.0.0.1:ENDPOINT"_s;
    const QString finished = u"connect finished 127.0.0.1:ENDPOINT"_s;
    const auto lookedUp = [=](const QString &name) {
        return QStringList{u"dns started "_s + name,
                           u"dns finished "_s + name + u" 127.0.0.1,::1"_s, started, finished};
    };
    QTest::newRow("localhost is not looked up")
        << QByteArray("localhost") << lookedUp(u"localhost"_s);
    QTest::newRow("nor what is below it, in any case, with a dot or not")
        << QByteArray("API.LocalHost.") << lookedUp(u"API.LocalHost."_s);
    QTest::newRow("an address as text is an address")
        << QByteArray("127.0.0.1") << QStringList{started, finished};
}

void tst_Tap::addresses()
{
    QFETCH(QByteArray, host);
    QFETCH(QStringList, log);
    TapThread tap;
    Endpoint endpoint;
    tap.name(endpoint.serverPort(), u"ENDPOINT"_s);
    RawClient client(tap.tap()->port());
    client.write(greeting
                 + login(QByteArray::number(tap.generation()) + ".1", tap.tap()->password())
                 + connectTo(host, endpoint.serverPort()));
    QCOMPARE(client.take(14), passwordMethod + welcome + succeeded);
    QTRY_COMPARE(tap.log(), log);
    // Stamps never run backwards, and every event knows its attempt and connection.
    const QList<WireEvent> events = tap.events();
    for (qsizetype i = 0; i < events.size(); ++i) {
        QCOMPARE(events.at(i).attempt, 1);
        QCOMPARE(events.at(i).connection, quint64(1));
        QVERIFY(events.at(i).stamp.count() > 0);
        QVERIFY(i == 0 || events.at(i).stamp >= events.at(i - 1).stamp);
    }
}

void tst_Tap::nameNotFound()
{
    TapThread tap;
    Exchange exchange;
    exchange.post(QUrl(u"http://nosuch.invalid/"_s), tap.proxy(), "x");
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 40000);
    QCOMPARE(exchange.reply->error(), QNetworkReply::HostNotFoundError);
    QCOMPARE(tap.log().size(), 2);
    QCOMPARE(tap.log().first(), u"dns started nosuch.invalid"_s);
    QCOMPARE(tap.events().last().kind, WireEvent::Kind::DnsFinished);
    QVERIFY(tap.events().last().addresses.isEmpty());
    QVERIFY(!tap.events().last().error.isEmpty());
}

void tst_Tap::portRefused()
{
    TapThread tap;
    const Test::ClosedPort nobody;
    const quint16 port = nobody.port();
    tap.name(port, u"DEAD"_s);
    Exchange exchange;
    exchange.post(QUrl(u"http://127.0.0.1:%1/"_s.arg(port)), tap.proxy(), "x");
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), QNetworkReply::ConnectionRefusedError);
    QCOMPARE(tap.log(),
             (QStringList{u"connect started 127.0.0.1:DEAD"_s,
                          u"connect finished 127.0.0.1:DEAD error: Connection refused"_s}));
}

void tst_Tap::ipv6Address()
{
    QTcpServer holder;
    if (!holder.listen(QHostAddress::LocalHostIPv6))
        QSKIP("This machine has no IPv6 loopback.");
    const quint16 port = holder.serverPort();
    holder.close();
    TapThread tap;
    tap.name(port, u"DEAD"_s);
    Exchange exchange;
    exchange.post(QUrl(u"http://[::1]:%1/"_s.arg(port)), tap.proxy(1, u"::1"_s), "x");
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), QNetworkReply::ConnectionRefusedError);
    QCOMPARE(tap.log(), (QStringList{u"connect started [::1]:DEAD"_s,
                                     u"connect finished [::1]:DEAD error: Connection refused"_s}));
}

void tst_Tap::neverToItself_data()
{
    QTest::addColumn<QByteArray>("host");
    for (const char *host : {"127.0.0.1", "localhost", "0.0.0.0", "::1", "::", "127.9.9.9",
                             "::ffff:127.0.0.1", "::ffff:0.0.0.0"})
        QTest::newRow(host) << QByteArray(host);
}

void tst_Tap::neverToItself()
{
    QFETCH(QByteArray, host);
    TapThread tap;
    RawClient client(tap.tap()->port());
    client.write(greeting
                 + login(QByteArray::number(tap.generation()) + ".1", tap.tap()->password())
                 + connectTo(host, tap.tap()->port()));
    QCOMPARE(client.take(14), passwordMethod + welcome + failed(5));
    QVERIFY(client.waitForEnd());
    QTRY_VERIFY(tap.has(WireEvent::Kind::ConnectFinished));
    const QList<WireEvent> events = tap.events();
    for (const WireEvent &event : events) {
        if (event.kind == WireEvent::Kind::ConnectFinished)
            QCOMPARE(event.error, u"The tap does not relay to itself"_s);
    }
}

void tst_Tap::newGenerationClosesTheOld()
{
    TapThread tap;
    Endpoint endpoint;
    RawClient old(tap.tap()->port());
    QVERIFY(old.openTunnel(tap, endpoint.serverPort()));
    const QByteArray oldUser = QByteArray::number(tap.generation()) + ".1";
    tap.setPlan(u"dns"_s);
    QVERIFY(old.waitForEnd());
    RawClient late(tap.tap()->port());
    late.write(greeting + login(oldUser, tap.tap()->password()));
    QCOMPARE(late.take(4), passwordMethod + hex("0101"));
    QVERIFY(late.waitForEnd());
    QTRY_COMPARE(tap.connectionCount(), 0);
    QVERIFY(tap.events().isEmpty());
}

void tst_Tap::planFollowsTheAttempt()
{
    TapThread tap;
    Endpoint endpoint;
    tap.setPlan(u"dns,refused,unreachable"_s);
    const int replies[] = {4, 5, 3, 0};
    // Backwards, and the first twice: what counts is the user name, not the order of arrival.
    for (const int attempt : {4, 3, 2, 1, 1}) {
        RawClient client(tap.tap()->port());
        client.write(
            greeting
            + login(QByteArray::number(tap.generation()) + '.' + QByteArray::number(attempt),
                    tap.tap()->password())
            + connectTo("localhost", endpoint.serverPort()));
        QCOMPARE(client.take(14), passwordMethod + welcome + failed(replies[attempt - 1]));
    }
    QTRY_COMPARE(tap.events().last().error, u"Host not found"_s);
    QCOMPARE(tap.events().last().attempt, 1);
}

void tst_Tap::sandboxFaultsAreLeftAlone()
{
    TapThread tap;
    Endpoint endpoint;
    tap.setPlan(u"no-terminal"_s);
    Exchange exchange;
    exchange.post(QUrl(u"http://127.0.0.1:%1/"_s.arg(endpoint.serverPort())), tap.proxy(), "x");
    QTRY_VERIFY(exchange.finished);
    QCOMPARE(exchange.reply->readAll(), QByteArray("ok"));
    QVERIFY(!tap.has(WireEvent::Kind::FaultInjected));
}

//! A run that is over leaves no door open, to whoever knows its password.
void tst_Tap::nobodyBehindTheOwner()
{
    TapThread tap;
    Endpoint endpoint;
    RawClient early(tap.tap()->port());
    QVERIFY(early.openTunnel(tap, endpoint.serverPort()));
    QMetaObject::invokeMethod(tap.tap(), &Tap::endPlan, Qt::BlockingQueuedConnection);
    QVERIFY(early.waitForEnd());
    for (const QByteArray &user : {QByteArray(QByteArray::number(tap.generation()) + ".1"),
                                   QByteArray("0.1"), Tap::countedUser()}) {
        RawClient late(tap.tap()->port());
        late.write(greeting);
        QCOMPARE(late.take(2), passwordMethod);
        late.write(login(user, tap.tap()->password()));
        QCOMPARE(late.take(2), QByteArray::fromHex("0101"));
    }
    QCOMPARE(endpoint.connections, 1);
}

//! Off unless asked for, and every connection is an attempt.
void tst_Tap::countedConnections()
{
    TapThread tap;
    tap.setPlan(u"refused,unreachable"_s);
    const auto reply = [&]() -> QByteArray {
        RawClient client(tap.tap()->port());
        client.write(greeting);
        client.take(2);
        client.write(login(Tap::countedUser(), tap.tap()->password()));
        if (client.take(2) != QByteArray::fromHex("0100"))
            return "no";
        client.write(connectTo(QHostAddress(QHostAddress::LocalHost), 9));
        return client.take(10).mid(1, 1).toHex();
    };
    QCOMPARE(reply(), QByteArray("no"));
    QMetaObject::invokeMethod(
        tap.tap(), [&] { tap.tap()->setCountsConnections(true); }, Qt::BlockingQueuedConnection);
    QCOMPARE(reply(), QByteArray("05"));
    QCOMPARE(reply(), QByteArray("03"));
}

void tst_Tap::manyClients()
{
    TapThread tap;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < Tap::maxConnections + 20; ++i) {
        clients.push_back(std::make_unique<RawClient>(tap.tap()->port()));
        clients.back()->write(greeting);
    }
    const auto answered = [&] {
        return std::count_if(clients.begin(), clients.end(),
                             [](const auto &client) { return client->bytesAvailable() == 2; });
    };
    QTRY_COMPARE(answered(), Tap::maxConnections);
    QCOMPARE(tap.connectionCount(), Tap::maxConnections);
    // Who waits is served when somebody goes.
    clients.erase(clients.begin(), clients.begin() + 100);
    QTRY_COMPARE(answered(), Tap::maxConnections - 80);
}

void tst_Tap::destroyedWithLiveConnections()
{
    TapThread tap;
    Endpoint endpoint;
    Endpoint silent;
    silent.answer.clear();
    RawClient greeted(tap.tap()->port());
    greeted.write(greeting);
    QCOMPARE(greeted.take(2), passwordMethod);
    RawClient relayed(tap.tap()->port());
    QVERIFY(relayed.openTunnel(tap, endpoint.serverPort()));
    RawClient resolving(tap.tap()->port());
    resolving.write(greeting
                    + login(QByteArray::number(tap.generation()) + ".2", tap.tap()->password())
                    + connectTo("nosuch.invalid", 80));
    QCOMPARE(resolving.take(4), passwordMethod + welcome);
    Exchange exchange;
    exchange.post(QUrl(u"http://127.0.0.1:%1/"_s.arg(silent.serverPort())), tap.proxy(3), "x");
    QTRY_COMPARE(silent.requests, 1);
    tap.destroyTap();
    QVERIFY(greeted.waitForEnd());
    QVERIFY(relayed.waitForEnd());
    QVERIFY(resolving.waitForEnd());
    QTRY_VERIFY(exchange.finished);
    QVERIFY(exchange.reply->error() != QNetworkReply::NoError);
}

QTEST_GUILESS_MAIN(tst_Tap)
#include "tst_tap.moc"
