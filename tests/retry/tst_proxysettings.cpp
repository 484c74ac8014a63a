// SPDX-License-Identifier: MIT
#include "core/retry/proxyfactory.h"
#include "core/retry/proxysettings.h"
#include "tests/support/printers.h"

#include <QtCore/QProcessEnvironment>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrl>

using namespace Retryscope;

//! Which proxy, from which variable, for which URL. T78
class tst_ProxySettings : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void environment_data();
    void environment();
    void forms_data();
    void forms();
    void badForms_data();
    void badForms();
    void exceptions_data();
    void exceptions();
    void badExceptions_data();
    void badExceptions();
    void lookUps_data();
    void lookUps();
    void given();
    void secrets();
    void withoutCredentials_data();
    void withoutCredentials();
    void factory();
};

namespace {

using Variables = QMap<QString, QString>;

QProcessEnvironment environmentOf(const Variables &variables)
{
    QProcessEnvironment environment;
    for (auto entry = variables.cbegin(); entry != variables.cend(); ++entry)
        environment.insert(entry.key(), entry.value());
    return environment;
}

//! "http me:secret@host:port", "socks5 host:port", "straight", or "error FIELD".
QString asText(const Result<QNetworkProxy> &proxy)
{
    if (!proxy)
        return QStringLiteral("error ") + proxy.error().field;
    const bool hasLogin = !proxy->user().isEmpty() || !proxy->password().isEmpty();
    const QString login =
        hasLogin ? QString(proxy->user() % u':' % proxy->password() % u'@') : QString();
    const QString place = proxy->hostName() % u':' % QString::number(proxy->port());
    switch (proxy->type()) {
    case QNetworkProxy::NoProxy:
        return QStringLiteral("straight");
    case QNetworkProxy::HttpProxy:
        return QStringLiteral("http ") + login + place;
    case QNetworkProxy::Socks5Proxy:
        return QStringLiteral("socks5 ") + login + place;
    case QNetworkProxy::DefaultProxy:
    case QNetworkProxy::HttpCachingProxy:
    case QNetworkProxy::FtpCachingProxy:
        break;
    }
    return QStringLiteral("nonsense");
}

QUrl url(const char *text)
{
    return QUrl(QString::fromLatin1(text));
}

} // namespace

void tst_ProxySettings::environment_data()
{
    QTest::addColumn<Variables>("variables");
    QTest::addColumn<QString>("http");
    QTest::addColumn<QString>("https");
    const auto row = [](const char *name, const std::initializer_list<const char *> &settings,
                        const char *http, const char *https) {
        Variables variables;
        for (const char *setting : settings) {
            const QString text = QString::fromLatin1(setting);
            variables.insert(text.section(u'=', 0, 0), text.section(u'=', 1));
        }
        QTest::newRow(name) << variables << QString::fromLatin1(http) << QString::fromLatin1(https);
    };
    row("nothing", {}, "straight", "straight");
    row("one for each scheme", {"http_proxy=a:1", "https_proxy=b:2"}, "http a:1", "http b:2");
    row("http alone leaves https straight", {"http_proxy=a:1"}, "http a:1", "straight");
    row("in upper case", {"HTTP_PROXY=a:1", "HTTPS_PROXY=b:2"}, "http a:1", "http b:2");
    row("lower case goes first",
        {"http_proxy=a:1", "HTTP_PROXY=x:9", "https_proxy=b:2", "HTTPS_PROXY=x:9"}, "http a:1",
        "http b:2");
    row("an empty one counts as missing", {"http_proxy=", "HTTP_PROXY=a:1", "https_proxy= "},
        "http a:1", "straight");
    row("all_proxy where the scheme has none", {"all_proxy=socks5h://c:3", "https_proxy=b:2"},
        "socks5 c:3", "http b:2");
    row("ALL_PROXY in upper case", {"ALL_PROXY=c:3"}, "http c:3", "http c:3");
    row("all_proxy goes before ALL_PROXY", {"all_proxy=c:3", "ALL_PROXY=x:9"}, "http c:3",
        "http c:3");
    row("the scheme's own in upper case goes before all_proxy",
        {"all_proxy=x:9", "HTTPS_PROXY=b:2"}, "http x:9", "http b:2");
    row("httpoxy: HTTP_PROXY may be a header of a CGI's client",
        {"REQUEST_METHOD=GET", "HTTP_PROXY=evil:1", "HTTPS_PROXY=b:2"}, "straight", "http b:2");
    row("httpoxy: http_proxy cannot be one", {"REQUEST_METHOD=GET", "http_proxy=a:1"}, "http a:1",
        "straight");
    row("httpoxy: all_proxy steps in", {"REQUEST_METHOD=", "HTTP_PROXY=evil:1", "ALL_PROXY=c:3"},
        "http c:3", "http c:3");
    row("exceptions", {"ALL_PROXY=c:3", "no_proxy=origin.test"}, "straight", "straight");
    row("exceptions in upper case", {"ALL_PROXY=c:3", "NO_PROXY=origin.test"}, "straight",
        "straight");
    row("lower case exceptions go first", {"ALL_PROXY=c:3", "no_proxy=other", "NO_PROXY=*"},
        "http c:3", "http c:3");
    row("an error names its variable", {"http_proxy=a:1", "HTTPS_PROXY=ftp://b:2"}, "http a:1",
        "error HTTPS_PROXY");
    row("an error of all_proxy names that one", {"all_proxy=a:0"}, "error all_proxy",
        "error all_proxy");
    row("an error in the exceptions", {"https_proxy=a:1", "NO_PROXY=10.0.0.0/99"}, "straight",
        "error NO_PROXY");
    row("an exception keeps an error from being met",
        {"https_proxy=a:0", "http_proxy=b:1", "no_proxy=origin.test:443"}, "http b:1", "straight");
}

void tst_ProxySettings::environment()
{
    QFETCH(Variables, variables);
    QFETCH(QString, http);
    QFETCH(QString, https);
    const auto settings = ProxySettings::fromEnvironment(environmentOf(variables));
    QCOMPARE(asText(settings.proxyFor(url("http://origin.test/"))), http);
    QCOMPARE(asText(settings.proxyFor(url("https://origin.test/"))), https);
    QCOMPARE(asText(settings.proxyFor(url("ws://origin.test/"))), http);
    QCOMPARE(asText(settings.proxyFor(url("wss://origin.test/"))), https);
    const QString error = QStringLiteral("error");
    if (http.startsWith(error) || https.startsWith(error))
        QVERIFY(!settings.validate().isEmpty());
}

void tst_ProxySettings::forms_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const QString &text, const char *expected) {
        QTest::newRow(name) << text << QString::fromLatin1(expected);
    };
    const auto form = [&](const char *text, const char *expected) {
        row(text, QString::fromLatin1(text), expected);
    };
    form("proxy.test:3128", "http proxy.test:3128");
    form("http://proxy.test:3128", "http proxy.test:3128");
    form("HTTP://PROXY.test:3128/", "http proxy.test:3128");
    form("http://proxy.test", "http proxy.test:1080");
    form("http://proxy.test:3128/some/path?query", "http proxy.test:3128");
    form("127.0.0.1:3128", "http 127.0.0.1:3128");
    form("[::1]:3128", "http ::1:3128");
    form("http://[2001:db8::1]", "http 2001:db8::1:1080");
    form("socks5://proxy.test:1080", "socks5 proxy.test:1080");
    form("socks5h://proxy.test", "socks5 proxy.test:1080");
    form("me:secret@proxy.test:1", "http me:secret@proxy.test:1");
    form("http://me:secret@proxy.test:1", "http me:secret@proxy.test:1");
    form("http://me@proxy.test:1", "http me:@proxy.test:1");
    form("socks5h://:secret@proxy.test:1", "socks5 :secret@proxy.test:1");
    form("http://me:a%40b%3Ac%2Fd%25@proxy.test:1", "http me:a@b:c/d%@proxy.test:1");
    form("http://me:a@b:c@proxy.test:1", "http me:a@b:c@proxy.test:1");
    form("http://m%C3%BC:x@proxy.test:1", "http m\xfc:x@proxy.test:1");
    form("socks5h://a%3Ab:x@proxy.test:1", "socks5 a:b:x@proxy.test:1");
    row("spaces around it", QStringLiteral("  http://proxy.test:1 \n"), "http proxy.test:1");
    row("a name that is not ASCII", QStringLiteral("http://pr\u00f6xy.test:1"),
        "http xn--prxy-6qa.test:1");
}

void tst_ProxySettings::forms()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const auto settings = ProxySettings::fromUrl(text);
    QCOMPARE(asText(settings.proxyFor(url("https://origin.test/"))), expected);
    QCOMPARE(asText(settings.proxyFor(url("http://origin.test/"))), expected);
    QVERIFY(settings.validate().isEmpty());
}

void tst_ProxySettings::badForms_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const QString &text, const char *words) {
        QTest::newRow(name) << text << QString::fromLatin1(words);
    };
    // The canary stands wherever a password may.
    const auto form = [&](const char *text, const char *words) {
        row(text, QString::fromLatin1(text), words);
    };
    form("https://me:CANARY@proxy.test:1", "Qt cannot speak TLS to a proxy");
    form("socks4://me:CANARY@proxy.test:1", "SOCKS version 4");
    form("socks4a://proxy.test:1", "SOCKS version 4");
    form("socks://proxy.test:1", "socks5h://");
    form("ftp://me:CANARY@proxy.test:1", "ftp:// is no proxy");
    form("://CANARY", "no scheme");
    form("me:CANARY://x@proxy.test", "no scheme");
    row("nothing", QString(), "no host");
    form("http://", "no host");
    form("http://:3128", "no host");
    form("http://me:CANARY@", "no host");
    form("http://me:CANARY@:1", "no host");
    form("http://proxy.test:", "port");
    form("http://proxy.test:0", "port");
    form("http://proxy.test:65536", "port");
    form("http://proxy.test:+1", "port");
    form("http://proxy.test:CANARY", "port");
    form("http://me:CANARY@proxy.test:1:2", "port");
    form("http://me:CAN/ARY@proxy.test:1", "%2F");
    form("http://me:CAN#ARY@proxy.test:1", "%23");
    form("http://me:12/CANARY@proxy.test:1", "%2F");
    form("http://me:CANARY%@proxy.test:1", "%25");
    form("http://me:CANARY%zz@proxy.test:1", "%25");
    form("http://a%3Ab:CANARY@proxy.test:1", "colon");
    form("http://[::1:1", "port");
    form("http://[proxy.test]:1", "neither a name nor an address");
    form("http://2001:db8::1", "port");
    form("http://pro xy:1", "neither a name nor an address");
    row("a password beyond Latin-1", QStringLiteral("http://me:CANARY\u20ac@proxy.test:1"),
        "Latin-1");
    row("a line break in the password", QStringLiteral("http://me:CANARY%0d%0a@proxy.test:1"),
        "Latin-1");
    row("a password that SOCKS5 has no room for",
        QStringLiteral("socks5h://me:CANARY%1@proxy.test:1").arg(QString(250, u'x')), "255");
}

void tst_ProxySettings::badForms()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const auto settings = ProxySettings::fromUrl(text, {}, QStringLiteral("HTTPS_PROXY"));
    const auto proxy = settings.proxyFor(url("https://origin.test/"));
    QVERIFY(!proxy);
    QCOMPARE(proxy.error().field, QStringLiteral("HTTPS_PROXY"));
    QVERIFY2(proxy.error().message.contains(words), qPrintable(proxy.error().message));
    QVERIFY2(proxy.error().message.endsWith(u'.'), qPrintable(proxy.error().message));
    QVERIFY2(!proxy.error().message.contains(QStringLiteral("CAN")),
             qPrintable(proxy.error().message));
    QCOMPARE(settings.validate(), {proxy.error()});
}

void tst_ProxySettings::exceptions_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<QString>("target");
    QTest::addColumn<bool>("isStraight");
    const auto row = [](const char *list, const char *target, bool isStraight) {
        QTest::addRow("%s for %s", list, target)
            << QString::fromLatin1(list) << QString::fromLatin1(target) << isStraight;
    };
    row("", "http://a.test/", false);
    row(" , ", "http://a.test/", false);
    row("*", "http://a.test/", true);
    row("other, *", "http://[::1]/", true);
    row("a.test", "http://a.test/", true);
    row("A.Test", "http://a.TEST/", true);
    row("a.test.", "http://a.test/", true);
    row("a.test", "http://a.test./", true);
    row("a.test", "http://sub.a.test/", true);
    row("a.test", "http://deep.sub.a.test/", true);
    row("a.test", "http://ba.test/", false);
    row("a.test", "http://test/", false);
    row(".a.test", "http://a.test/", true);
    row(".a.test", "http://sub.a.test/", true);
    row(".a.test", "http://ba.test/", false);
    row("*.a.test", "http://sub.a.test/", true);
    row("x,a.test y", "http://a.test/", true);
    row("localhost", "http://localhost:8080/", true);
    row("localhost", "http://127.0.0.1/", false);
    row("a.test:80", "http://a.test/", true);
    row("a.test:80", "https://a.test/", false);
    row("a.test:443", "https://a.test/", true);
    row("a.test:8443", "https://sub.a.test:8443/", true);
    row("127.0.0.1", "http://127.0.0.1:99/", true);
    row("127.0.0.1", "http://127.0.0.10/", false);
    row("127.0.0.1:99", "http://127.0.0.1:99/", true);
    row("127.0.0.1:99", "http://127.0.0.1:98/", false);
    row("0.0.1", "http://127.0.0.1/", false);
    row("10.0.0.0/8", "http://10.200.3.4/", true);
    row("10.0.0.0/8", "http://11.0.0.1/", false);
    row("10.1.2.3/32", "http://10.1.2.3/", true);
    row("10.1.2.3/32", "http://10.1.2.4/", false);
    row("0.0.0.0/0", "http://9.9.9.9/", true);
    row("0.0.0.0/0", "http://[::1]/", false);
    row("10.0.0.0/8:99", "http://10.0.0.1:99/", true);
    row("10.0.0.0/8:99", "http://10.0.0.1/", false);
    row("10.0.0.0/8", "http://a.test/", false);
    row("::1", "http://[::1]/", true);
    row("0:0:0:0:0:0:0:1", "http://[::1]/", true);
    row("[::1]", "http://[::1]:99/", true);
    row("[::1]:99", "http://[::1]:99/", true);
    row("[::1]:99", "http://[::1]:98/", false);
    row("fd00::/8", "http://[fd12:3456::1]/", true);
    row("fd00::/8", "http://[fe80::1]/", false);
    row("b\xfc"
        "cher.test",
        "http://xn--bcher-kva.test/", true);
}

void tst_ProxySettings::exceptions()
{
    QFETCH(QString, list);
    QFETCH(QString, target);
    QFETCH(bool, isStraight);
    const auto settings = ProxySettings::fromUrl(QStringLiteral("http://p:1"), list);
    QCOMPARE(asText(settings.proxyFor(QUrl(target))),
             isStraight ? QStringLiteral("straight") : QStringLiteral("http p:1"));
    QVERIFY(settings.validate().isEmpty());
}

void tst_ProxySettings::badExceptions_data()
{
    QTest::addColumn<QString>("list");
    for (const char *list :
         {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "a.test/8", "fd00::/129", "a.test:0",
          "a.test:99999", "a.test:x", "10.*", "a.*.test", "**", "http://a.test", "<local>", "."})
        QTest::newRow(list) << QString::fromLatin1(list);
}

void tst_ProxySettings::badExceptions()
{
    QFETCH(QString, list);
    const auto settings =
        ProxySettings::fromUrl(QStringLiteral("http://p:1"), QStringLiteral("fine.test,") + list,
                               {}, QStringLiteral("NO_PROXY"));
    const auto proxy = settings.proxyFor(url("http://other.test/"));
    QVERIFY(!proxy);
    QCOMPARE(proxy.error().field, QStringLiteral("NO_PROXY"));
    QVERIFY2(proxy.error().message.startsWith(u'"' + list + u'"'),
             qPrintable(proxy.error().message));
    QCOMPARE(settings.validate(), {proxy.error()});
}

void tst_ProxySettings::lookUps_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<QString>("target");
    QTest::addColumn<bool>("looksUp");
    const auto row = [](const char *name, const char *proxy, const char *target, bool looksUp) {
        QTest::newRow(name) << QString::fromLatin1(proxy) << QString::fromLatin1(target) << looksUp;
    };
    row("socks5h", "socks5h://p:1", "https://a.test/", true);
    row("socks5", "socks5://p:1", "https://a.test/", false);
    row("an HTTP proxy", "http://p:1", "https://a.test/", true);
    row("an IPv4 address needs none", "socks5h://p:1", "https://127.0.0.1/", false);
    row("an IPv6 address needs none", "socks5h://p:1", "https://[::1]/", false);
}

void tst_ProxySettings::lookUps()
{
    QFETCH(QString, proxy);
    QFETCH(QString, target);
    QFETCH(bool, looksUp);
    const auto chosen = ProxySettings::fromUrl(proxy).proxyFor(QUrl(target));
    QVERIFY(chosen);
    QCOMPARE(chosen->capabilities().testFlag(QNetworkProxy::HostNameLookupCapability), looksUp);
    QVERIFY(chosen->isTransparentProxy());
}

void tst_ProxySettings::given()
{
    ProxySettings settings =
        ProxySettings::fromUrl(QStringLiteral("http://p:1"), QStringLiteral("a.test"));
    QCOMPARE(settings,
             ProxySettings::fromUrl(QStringLiteral("http://p:1"), QStringLiteral("a.test")));
    settings.addExceptions(QStringLiteral("b.test"), QStringLiteral("noproxy"));
    QCOMPARE(asText(settings.proxyFor(url("http://a.test/"))), QStringLiteral("straight"));
    QCOMPARE(asText(settings.proxyFor(url("http://b.test/"))), QStringLiteral("straight"));
    QCOMPARE(asText(settings.proxyFor(url("http://c.test/"))), QStringLiteral("http p:1"));
    QCOMPARE(asText(ProxySettings().proxyFor(url("http://c.test/"))), QStringLiteral("straight"));
    QVERIFY(ProxySettings().validate().isEmpty());
}

void tst_ProxySettings::secrets()
{
    const auto settings = ProxySettings::fromUrl(QStringLiteral("http://me:se%40cret@p:1"));
    QCOMPARE(settings.secrets(),
             QStringList({QStringLiteral("se@cret"),
                          QString::fromLatin1(QByteArray("me:se@cret").toBase64())}));
    for (const char *proxy : {"http://token@p:1", "http://token:@p:1"}) {
        QCOMPARE(ProxySettings::fromUrl(QString::fromLatin1(proxy)).secrets(),
                 QStringList({QStringLiteral("token"),
                              QString::fromLatin1(QByteArray("token:").toBase64())}));
    }
    QVERIFY(ProxySettings::fromUrl(QStringLiteral("http://p:1")).secrets().isEmpty());
}

void tst_ProxySettings::withoutCredentials_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(expected);
    };
    row("http://p:1", "http://p:1");
    row("http://me:CANARY@p:1", "http://p:1");
    row("me:CANARY@p:1", "p:1");
    row("socks5h://me:CAN@ARY@p:1", "socks5h://p:1");
    row("http://me:CAN/ARY@p:1", "http://p:1");
    row("me:CANARY://x@p:1", "p:1");
}

void tst_ProxySettings::withoutCredentials()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(ProxySettings::withoutCredentials(text), expected);
}

void tst_ProxySettings::factory()
{
    ProxyFactory factory(
        ProxySettings::fromUrl(QStringLiteral("https://p:1"), QStringLiteral("a.test,b.test:25")));
    const auto typeFor = [&](const QNetworkProxyQuery &query) {
        const auto proxies = factory.queryProxy(query);
        return proxies.size() == 1 ? proxies.first().type() : QNetworkProxy::DefaultProxy;
    };
    QCOMPARE(typeFor(QNetworkProxyQuery(url("http://a.test/"))), QNetworkProxy::NoProxy);
    QCOMPARE(typeFor(QNetworkProxyQuery(QStringLiteral("b.test"), 25)), QNetworkProxy::NoProxy);
    // Broken: neither straight nor the application's.
    QCOMPARE(typeFor(QNetworkProxyQuery(url("http://c.test/"))), QNetworkProxy::FtpCachingProxy);
    const auto error = ProxyFactory::errorOf(
        factory.queryProxy(QNetworkProxyQuery(url("http://c.test/"))).value(0));
    QVERIFY(error);
    QCOMPARE(factory.settings().validate(), {*error});
    QVERIFY(!ProxyFactory::errorOf(QNetworkProxy(QNetworkProxy::FtpCachingProxy)));
}

QTEST_GUILESS_MAIN(tst_ProxySettings)
#include "tst_proxysettings.moc"
