// SPDX-License-Identifier: MIT
#include "core/retry/connectionbook_p.h"
#include "core/retry/requestspec_p.h"
#include "core/retry/stricttransport_p.h"
#include "tests/support/manualclock.h"

#include <QtCore/QDateTime>
#include <QtCore/QRegularExpression>
#include <QtNetwork/QHstsPolicy>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

//! What all requesters of a manager know of its connections, and which connection a request means.
class tst_ConnectionBook : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void oneForAManager();
    void forgetsWhatQtHasForgotten();
    void useEndsOnce();
    void keyTellsConnectionsApart();
    void verifyNameStaysAtHome_data();
    void verifyNameStaysAtHome();
    void strictTransport_data();
    void strictTransport();
};

namespace {

RequestSpec specOf(const QString &url)
{
    RequestSpec spec;
    spec.request.setUrl(QUrl(url));
    return spec;
}

} // namespace

void tst_ConnectionBook::oneForAManager()
{
    QNetworkAccessManager manager;
    QNetworkAccessManager other;
    ConnectionBook *book = ConnectionBook::of(manager);
    QCOMPARE(ConnectionBook::of(manager), book);
    QVERIFY(ConnectionBook::of(other) != book);
    QCOMPARE(book->parent(), &manager);
}

void tst_ConnectionBook::forgetsWhatQtHasForgotten()
{
    QNetworkAccessManager manager;
    ManualClock clock;
    ConnectionBook book(&manager, &clock);
    ConnectionBook::Entry &kept = book.begin(u"kept"_s);
    for (int i = 0; i < 1000; ++i) {
        ConnectionBook::Entry &entry = book.begin(QString::number(i));
        entry.isHttp2 = true;
        entry.budget.noteLoss();
        book.end(entry);
    }
    QCOMPARE(book.size(), 1001);
    // Qt keeps an idle connection for 120 s, and knows what it knew of it.
    clock.advance(120s);
    QVERIFY(!book.begin(u"7"_s).budget.isFull());
    clock.advance(31s);
    ConnectionBook::Entry &fresh = book.begin(u"8"_s);
    QVERIFY(fresh.budget.isFull());
    QVERIFY(!fresh.isHttp2);
    // In use: "kept", "7", "8".
    QCOMPARE(book.size(), 3);
    QCOMPARE(kept.inFlight, 1);
    QCOMPARE(book.begin(u"7"_s).inFlight, 2);
}

void tst_ConnectionBook::useEndsOnce()
{
    auto manager = std::make_unique<QNetworkAccessManager>();
    ConnectionBook &book = *ConnectionBook::of(*manager);
    ConnectionBook::Entry &entry = book.begin(u"key"_s);
    {
        ConnectionUse use;
        QVERIFY(!use.entry());
        use.begin(book, u"key"_s);
        QCOMPARE(use.entry(), &entry);
        QCOMPARE(entry.inFlight, 2);
        use.end();
        QCOMPARE(entry.inFlight, 1);
        QVERIFY(!use.entry());
    }
    QCOMPARE(entry.inFlight, 1);
    ConnectionUse outliving;
    outliving.begin(book, u"key"_s);
    manager.reset();
    QVERIFY(!outliving.entry());
}

void tst_ConnectionBook::keyTellsConnectionsApart()
{
    const QNetworkProxy none(QNetworkProxy::NoProxy);
    const QNetworkProxy first(QNetworkProxy::Socks5Proxy, u"127.0.0.1"_s, 1080, u"1"_s,
                              u"secret"_s);
    const QNetworkProxy second(QNetworkProxy::Socks5Proxy, u"127.0.0.1"_s, 1080, u"2"_s,
                               u"secret"_s);
    const RequestSpec plain = specOf(u"http://host/path?key=secret"_s);
    RequestSpec named = plain;
    named.request.setPeerVerifyName(u"other"_s);
    QStringList keys{connectionKey(plain, none),
                     connectionKey(named, none),
                     connectionKey(plain, first),
                     connectionKey(plain, second),
                     connectionKey(specOf(u"https://host/"_s), none),
                     connectionKey(specOf(u"http://host:81/"_s), none)};
    for (const QString &key : std::as_const(keys))
        QVERIFY2(!key.contains(u"secret"_s), qPrintable(key));
    QCOMPARE(keys.removeDuplicates(), 0);
    QCOMPARE(connectionKey(specOf(u"http://host:80/elsewhere"_s), none),
             connectionKey(plain, none));
}

void tst_ConnectionBook::verifyNameStaysAtHome_data()
{
    QTest::addColumn<int>("policy");
    QTest::addColumn<QString>("expected");
    QTest::newRow("redirects passed through")
        << int(QNetworkRequest::ManualRedirectPolicy) << u"host"_s;
    QTest::newRow("followed anywhere")
        << int(QNetworkRequest::NoLessSafeRedirectPolicy) << QString();
    QTest::newRow("followed when allowed")
        << int(QNetworkRequest::UserVerifiedRedirectPolicy) << QString();
}

// The next attempt's own connection must not make a certificate of another host look wrong.
void tst_ConnectionBook::verifyNameStaysAtHome()
{
    QFETCH(const int, policy);
    RequestSpec spec = specOf(u"https://host/"_s);
    spec.request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, policy);
    Failure goneAway;
    goneAway.kind = FailureKind::Http2;
    goneAway.cause = u"GOAWAY"_s;
    learnFrom(spec, goneAway, true);
    QTEST(spec.request.peerVerifyName(), "expected");
}

void tst_ConnectionBook::strictTransport_data()
{
    QTest::addColumn<bool>("isEnabled");
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("expected");
    QTest::newRow("off") << false << u"http://known.test/"_s << u"http://known.test/"_s;
    QTest::newRow("known") << true << u"http://known.test/a?b"_s << u"https://known.test/a?b"_s;
    QTest::newRow("port 80") << true << u"http://known.test:80/"_s << u"https://known.test:443/"_s;
    QTest::newRow("port") << true << u"http://known.test:8080/"_s << u"https://known.test:8080/"_s;
    QTest::newRow("https") << true << u"https://known.test/"_s << u"https://known.test/"_s;
    QTest::newRow("below, not included")
        << true << u"http://a.known.test/"_s << u"http://a.known.test/"_s;
    QTest::newRow("below, included")
        << true << u"http://a.b.wide.test/"_s << u"https://a.b.wide.test/"_s;
    QTest::newRow("no label of it") << true << u"http://awide.test/"_s << u"http://awide.test/"_s;
    QTest::newRow("expired") << true << u"http://old.test/"_s << u"http://old.test/"_s;
    QTest::newRow("unknown") << true << u"http://other.test/"_s << u"http://other.test/"_s;
}

// As Qt will do it itself: compared with what it makes of the same request.
void tst_ConnectionBook::strictTransport()
{
    QFETCH(const bool, isEnabled);
    QFETCH(const QString, url);
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, 1));
    manager.setStrictTransportSecurityEnabled(isEnabled);
    const QDateTime now = QDateTime::currentDateTimeUtc();
    manager.addStrictTransportSecurityHosts(
        {QHstsPolicy(now.addDays(1), {}, u"known.test"_s),
         QHstsPolicy(now.addDays(1), QHstsPolicy::IncludeSubDomains, u"wide.test"_s),
         QHstsPolicy(now.addDays(-1), {}, u"old.test"_s)});
    const QUrl strict = strictlyTransported(QUrl(url), manager);
    QTEST(strict.toString(), "expected");
    const std::unique_ptr<QNetworkReply> reply(manager.get(QNetworkRequest(QUrl(url))));
    QCOMPARE(strict, reply->url());
}

QTEST_GUILESS_MAIN(tst_ConnectionBook)
#include "tst_connectionbook.moc"
