// SPDX-License-Identifier: MIT
#include "tests/support/printers.h"
#include "tests/support/rawpeer.h"
#include "tests/support/scriptedproxy.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtTest/QSignalSpy>

using namespace Retryscope::Test;

//! The proxy that tests go through, seen by a bare QNetworkAccessManager.
class tst_ScriptedProxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void serves_data();
    void serves();
    void asksForItsLogin_data();
    void asksForItsLogin();
    void closedOrigin();
};

namespace {

using Protocol = ScriptedProxy::Protocol;

QUrl asName(QUrl url)
{
    url.setHost(QStringLiteral("origin.test"));
    return url;
}

std::unique_ptr<QNetworkReply> get(QNetworkAccessManager &manager, const QUrl &url)
{
    std::unique_ptr<QNetworkReply> reply(manager.get(QNetworkRequest(url)));
    if (!reply->isFinished())
        QSignalSpy(reply.get(), &QNetworkReply::finished).wait(30'000);
    return reply;
}

void protocolRows()
{
    QTest::addColumn<int>("protocol");
    QTest::newRow("HTTP") << int(Protocol::Http);
    QTest::newRow("SOCKS5") << int(Protocol::Socks5);
}

} // namespace

void tst_ScriptedProxy::serves_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<bool>("isTunnel");
    QTest::newRow("HTTP, a plain request") << int(Protocol::Http) << false;
    QTest::newRow("HTTP, a tunnel") << int(Protocol::Http) << true;
    QTest::newRow("SOCKS5") << int(Protocol::Socks5) << true;
}

void tst_ScriptedProxy::serves()
{
    QFETCH(int, protocol);
    QFETCH(bool, isTunnel);
    const RawPeer origin({readRequest(), sendBytes(response(200, "origin"))});
    const ScriptedProxy proxy(static_cast<Protocol>(protocol));
    QNetworkProxy setting = proxy.proxy();
    if (isTunnel)
        setting.setCapabilities(setting.capabilities() & ~QNetworkProxy::CachingCapability);
    QNetworkAccessManager manager;
    manager.setProxy(setting);
    const auto reply = get(manager, asName(origin.url(QStringLiteral("/path"))));
    QCOMPARE(reply->readAll(), "origin");
    const QString place = QStringLiteral("origin.test:%1").arg(origin.port());
    const QString expected = protocol == int(Protocol::Socks5) ? QStringLiteral("SOCKS ") + place
                             : isTunnel                        ? QStringLiteral("CONNECT ") + place
                                        : QStringLiteral("GET http://%1/path").arg(place);
    QCOMPARE(proxy.requests(), {expected});
    QVERIFY(origin.received().value(0).head.startsWith("GET /path HTTP/1.1\r\n"));
    QCOMPARE(proxy.connections(), 1);
}

void tst_ScriptedProxy::asksForItsLogin_data()
{
    protocolRows();
}

void tst_ScriptedProxy::asksForItsLogin()
{
    QFETCH(int, protocol);
    const RawPeer origin({readRequest(), sendBytes(response(200, "origin"))});
    const ScriptedProxy proxy(static_cast<Protocol>(protocol), {}, "me:secret");
    QNetworkAccessManager manager;
    manager.setProxy(proxy.proxy(QStringLiteral("me"), QStringLiteral("secret")));
    QCOMPARE(get(manager, asName(origin.url()))->readAll(), "origin");
    QCOMPARE(proxy.logins(), {QStringLiteral("me:secret")});
    manager.setProxy(proxy.proxy(QStringLiteral("me"), QStringLiteral("wrong")));
    QCOMPARE(get(manager, asName(origin.url()))->error(),
             QNetworkReply::ProxyAuthenticationRequiredError);
    QCOMPARE(origin.requests(), 1);
}

void tst_ScriptedProxy::closedOrigin()
{
    const ScriptedProxy proxy(Protocol::Socks5);
    QNetworkAccessManager manager;
    manager.setProxy(proxy.proxy());
    QCOMPARE(get(manager, QUrl(QStringLiteral("http://origin.test:1/")))->error(),
             QNetworkReply::ConnectionRefusedError);
}

QTEST_GUILESS_MAIN(tst_ScriptedProxy)
#include "tst_scriptedproxy.moc"
