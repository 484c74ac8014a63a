// SPDX-License-Identifier: MIT
#include "core/wire/socks5.h"
#include "tests/support/closedport.h"
#include "tests/support/localhost.h"
#include "tests/support/printers.h"
#include "tests/support/scriptedproxy.h"
#include "tests/tap/taptest.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::TapTest;
using namespace Qt::StringLiterals;

using Act = Test::ProxyAct::Kind;
using Protocol = Test::ScriptedProxy::Protocol;
using Test::ProxyAct;
using Test::ScriptedProxy;

//! The tap behind another proxy: a Qt client talks to the tap, the tap to a scripted proxy.
class tst_TapProxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void chains_data();
    void chains();
    void chainsTls_data();
    void chainsTls();
    void looksUpHere();
    void fails_data();
    void fails();
    void unreachableProxy_data();
    void unreachableProxy();
    void faults_data();
    void faults();
    void goneClient();
};

namespace {

const QByteArray whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole";

void protocols()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<bool>("hasLogin");
    QTest::newRow("HTTP") << int(Protocol::Http) << false;
    QTest::newRow("HTTP with a login") << int(Protocol::Http) << true;
    QTest::newRow("SOCKS5") << int(Protocol::Socks5) << false;
    QTest::newRow("SOCKS5 with a login") << int(Protocol::Socks5) << true;
}

QString requestOf(int protocol, const QString &target)
{
    return (protocol == int(Protocol::Http) ? u"CONNECT "_s : u"SOCKS "_s) + target;
}

QNetworkProxy asked(const ScriptedProxy &proxy, bool hasLogin)
{
    return hasLogin ? proxy.proxy(u"me"_s, u"secret"_s) : proxy.proxy();
}

//! What every event says, for a search.
QString everything(const QList<WireEvent> &events)
{
    QString all;
    for (const WireEvent &event : events)
        QDebug(&all) << event << event.via << event.error << event.detail;
    return all;
}

} // namespace

void tst_TapProxy::chains_data()
{
    protocols();
}

void tst_TapProxy::chains()
{
    QFETCH(int, protocol);
    QFETCH(bool, hasLogin);
    Endpoint endpoint;
    endpoint.answer = whole;
    const ScriptedProxy proxy(static_cast<Protocol>(protocol), {}, hasLogin ? "me:secret" : "");
    TapThread tap;
    tap.name(endpoint.serverPort(), u"SERVER"_s);
    tap.name(proxy.port(), u"PROXY"_s);
    tap.setPlan({}, asked(proxy, hasLogin));
    Exchange exchange;
    exchange.post(QUrl(u"http://origin.test:%1/"_s.arg(endpoint.serverPort())), tap.proxy(), "x");
    QTRY_VERIFY(exchange.finished);
    QCOMPARE(exchange.reply->readAll(), "whole");
    QCOMPARE(endpoint.requests, 1);
    // Nobody on this side looks the endpoint's name up.
    const QStringList expected{u"proxy's connect started 127.0.0.1:PROXY"_s,
                               u"proxy's connect finished 127.0.0.1:PROXY"_s,
                               u"proxy started origin.test:SERVER via 127.0.0.1:PROXY"_s,
                               u"proxy finished origin.test:SERVER"_s,
                               u"request seen"_s,
                               u"response seen"_s};
    QTRY_COMPARE(tap.log().mid(0, 6), expected);
    QCOMPARE(proxy.requests(),
             {requestOf(protocol, u"origin.test:%1"_s.arg(endpoint.serverPort()))});
    QCOMPARE(proxy.logins(), hasLogin ? QStringList{u"me:secret"_s} : QStringList());
    QVERIFY(!everything(tap.events()).contains(u"secret"_s));
}

void tst_TapProxy::chainsTls_data()
{
    protocols();
}

void tst_TapProxy::chainsTls()
{
    QFETCH(int, protocol);
    QFETCH(bool, hasLogin);
    Forge forge;
    Endpoint endpoint(&forge);
    endpoint.answer = whole;
    const ScriptedProxy proxy(static_cast<Protocol>(protocol), {}, hasLogin ? "me:secret" : "");
    TapThread tap;
    tap.setPlan({}, asked(proxy, hasLogin));
    Exchange exchange;
    exchange.post(QUrl(u"https://localhost:%1/"_s.arg(endpoint.serverPort())), tap.proxy(), "x",
                  forge.authority());
    QTRY_VERIFY(exchange.finished);
    QCOMPARE(exchange.reply->readAll(), "whole");
    QCOMPARE(proxy.requests(), {requestOf(protocol, u"localhost:%1"_s.arg(endpoint.serverPort()))});
    QTRY_VERIFY(tap.log().contains(u"client hello localhost h2,http/1.1"_s)
                || tap.log().contains(u"client hello localhost "_s));
}

void tst_TapProxy::looksUpHere()
{
    if (!Retryscope::Test::knowsLocalhost())
        QSKIP("This system does not know the name localhost.");
    Endpoint endpoint;
    endpoint.answer = whole;
    const ScriptedProxy proxy(Protocol::Socks5);
    QNetworkProxy socks5 = proxy.proxy();
    socks5.setCapabilities(socks5.capabilities() & ~QNetworkProxy::HostNameLookupCapability);
    TapThread tap;
    tap.setPlan({}, socks5);
    Exchange exchange;
    exchange.post(QUrl(u"http://localhost:%1/"_s.arg(endpoint.serverPort())), tap.proxy(), "x");
    QTRY_VERIFY(exchange.finished);
    QCOMPARE(exchange.reply->readAll(), "whole");
    QCOMPARE(tap.log().value(0), u"dns started localhost"_s);
    QCOMPARE(proxy.requests().size(), 1);
    QVERIFY(!proxy.requests().first().contains(u"localhost"_s));
}

// The exact answer, which Qt itself does not tell; its code is as near as SOCKS5 allows.
void tst_TapProxy::fails_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<ProxyAct>("act");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<QNetworkReply::NetworkError>("error");
    const auto row = [](const char *name, Protocol protocol, const ProxyAct &act, const char *cause,
                        QNetworkReply::NetworkError error) {
        QTest::newRow(name) << int(protocol) << act << QString::fromLatin1(cause) << error;
    };
    const auto http = [&](const char *name, const ProxyAct &act, const char *cause,
                          QNetworkReply::NetworkError error = QNetworkReply::UnknownNetworkError) {
        row(name, Protocol::Http, act, cause, error);
    };
    const auto status = [](const QByteArray &line) {
        return ProxyAct{Act::AnswerAndClose,
                        "HTTP/1.1 " + line + "\r\nContent-Length: 4\r\n\r\nwhy?"};
    };
    http("P8 502", status("502 Bad Gateway"), "CONNECT 502");
    http("P8 403", status("403 Forbidden"), "CONNECT 403");
    http("P8 404", status("404 No"), "CONNECT 404", QNetworkReply::HostNotFoundError);
    http("P8 503", status("503 No"), "CONNECT 503", QNetworkReply::ConnectionRefusedError);
    http("P3 407", status("407 No"), "407");
    http("P6 not HTTP", {Act::AnswerAndClose, "SSH-2.0\r\n"}, "NotHttp");
    http("P9 FIN at once", {Act::CloseAtOnce, {}}, "ProxyClosed");
    http("P9 FIN instead of an answer", {Act::CloseOnRequest, {}}, "ProxyClosed");
    http("P9 RST instead of an answer", {Act::ResetOnRequest, {}}, "ProxyClosed");
    const auto socks = [&](const char *name, const ProxyAct &act, const char *cause,
                           QNetworkReply::NetworkError error = QNetworkReply::UnknownNetworkError) {
        row(name, Protocol::Socks5, act, cause, error);
    };
    const auto reply = [](int number) {
        return ProxyAct{Act::AnswerAndClose,
                        Socks5::requestAnswer(static_cast<Socks5::Reply>(number))};
    };
    socks("P1 general failure", reply(1), "general failure (1)");
    socks("P1 not allowed", reply(2), "not allowed (2)");
    socks("network unreachable", reply(3), "network unreachable (3)");
    socks("host unreachable", reply(4), "host unreachable (4)", QNetworkReply::HostNotFoundError);
    socks("connection refused", reply(5), "connection refused (5)",
          QNetworkReply::ConnectionRefusedError);
    socks("TTL expired", reply(6), "TTL expired (6)");
    socks("P2 command not supported", reply(7), "command not supported (7)");
    socks("P2 address type not supported", reply(8), "address type not supported (8)");
    socks("P3 no method", {Act::AnswerGreeting, QByteArray::fromHex("05ff")}, "SocksLogin");
    socks("P4 a login is demanded", {Act::AnswerGreeting, QByteArray::fromHex("0502")},
          "SocksLogin");
    socks("P5 FIN at once", {Act::CloseAtOnce, {}}, "ProxyClosed");
    socks("P5 FIN after the greeting", {Act::CloseOnGreeting, {}}, "ProxyClosed");
    socks("P5 RST instead of a reply", {Act::ResetOnRequest, {}}, "ProxyClosed");
    socks("P6 not SOCKS", {Act::AnswerGreeting, "HTTP/1.1 400 Bad\r\n\r\n"}, "NotSocks");
}

void tst_TapProxy::fails()
{
    QFETCH(int, protocol);
    QFETCH(ProxyAct, act);
    QFETCH(QString, cause);
    QFETCH(QNetworkReply::NetworkError, error);
    const ScriptedProxy proxy(static_cast<Protocol>(protocol), act);
    TapThread tap;
    tap.name(proxy.port(), u"PROXY"_s);
    tap.setPlan({}, proxy.proxy());
    Exchange exchange;
    exchange.post(QUrl(u"http://origin.test/"_s), tap.proxy(), "x");
    QTRY_VERIFY(exchange.finished);
    QCOMPARE(exchange.reply->error(), error);
    const QStringList expected{u"proxy's connect started 127.0.0.1:PROXY"_s,
                               u"proxy's connect finished 127.0.0.1:PROXY"_s,
                               u"proxy started origin.test:80 via 127.0.0.1:PROXY"_s,
                               u"proxy finished origin.test:80 failed: "_s + cause};
    QCOMPARE(tap.log(), expected);
    // Once: the tap always answers, so that Qt has no reason to come again.
    QCOMPARE(proxy.connections(), 1);
    QVERIFY(!tap.events().last().error.isEmpty());
}

void tst_TapProxy::unreachableProxy_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("cause");
    QTest::newRow("P7 refused") << u"127.0.0.1"_s << u"ProxyRefused"_s;
    QTest::newRow("P7 not found") << u"nosuch.invalid"_s << u"ProxyNotFound"_s;
}

void tst_TapProxy::unreachableProxy()
{
    QFETCH(QString, host);
    QFETCH(QString, cause);
    const Test::ClosedPort nobody;
    const quint16 port = nobody.port();
    TapThread tap;
    tap.setPlan({}, QNetworkProxy(QNetworkProxy::HttpProxy, host, port, u"me"_s, u"secret"_s));
    Exchange exchange;
    exchange.post(QUrl(u"http://origin.test/"_s), tap.proxy(), "x");
    QTRY_VERIFY(exchange.finished);
    QCOMPARE(exchange.reply->error(), QNetworkReply::UnknownNetworkError);
    QCOMPARE(tap.log().last(), u"proxy finished origin.test:80 failed: "_s + cause);
    QCOMPARE(tap.events().last().via, host + u':' + QString::number(port));
    QVERIFY(!everything(tap.events()).contains(u"secret"_s));
}

void tst_TapProxy::faults_data()
{
    QTest::addColumn<QString>("plan");
    QTest::addColumn<QNetworkReply::NetworkError>("error");
    QTest::addColumn<int>("asked");
    const auto row = [](const char *plan, QNetworkReply::NetworkError error, int asked) {
        QTest::newRow(plan) << QString::fromLatin1(plan) << error << asked;
    };
    row("dns", QNetworkReply::HostNotFoundError, 0);
    row("refused", QNetworkReply::ConnectionRefusedError, 0);
    row("unreachable", QNetworkReply::UnknownNetworkError, 0);
    row("tls-expired", QNetworkReply::SslHandshakeFailedError, 1);
    row("tls-plain", QNetworkReply::SslHandshakeFailedError, 1);
}

void tst_TapProxy::faults()
{
    QFETCH(QString, plan);
    QFETCH(QNetworkReply::NetworkError, error);
    QFETCH(int, asked);
    Forge forge;
    Endpoint endpoint(&forge);
    const ScriptedProxy proxy(Protocol::Http);
    TapThread tap;
    tap.setPlan(plan, proxy.proxy());
    Exchange exchange;
    exchange.post(QUrl(u"https://localhost:%1/"_s.arg(endpoint.serverPort())), tap.proxy(), "x",
                  forge.authority());
    QTRY_VERIFY(exchange.finished);
    QCOMPARE(exchange.reply->error(), error);
    QVERIFY(tap.log().contains(u"fault "_s + plan));
    QCOMPARE(proxy.requests().size(), asked);
    QCOMPARE(endpoint.requests, 0);
}

void tst_TapProxy::goneClient()
{
    const ScriptedProxy proxy(Protocol::Http, {Act::Hold, {}});
    TapThread tap;
    tap.setPlan({}, proxy.proxy());
    Exchange exchange;
    exchange.post(QUrl(u"http://origin.test/"_s), tap.proxy(), "x");
    QTRY_COMPARE(proxy.requests().size(), 1);
    exchange.reset();
    QTRY_COMPARE(tap.connectionCount(), 0);
}

QTEST_GUILESS_MAIN(tst_TapProxy)
#include "tst_tapproxy.moc"
