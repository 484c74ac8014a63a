// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"

#include <QtCore/QDebug>
#include <QtCore/QRegularExpression>

using namespace Retryscope;
using namespace Retryscope::Test;

//! Requests that cannot be sent as they are asked for.
class tst_RequesterConfig : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void badRequest_data();
    void badRequest();
    void badHeader_data();
    void badHeader();
    void lengthWithoutABody();
    void badSettings();
    void secretsStayOut();
};

namespace {

// Since QNetworkRequest keeps its headers in a QHttpHeaders (Qt 6.8), a header with a bad name or
// value does not get into it, and Qt warns.
constexpr bool QtRefusesBadHeaders = QT_VERSION >= QT_VERSION_CHECK(6, 8, 0);
const QRegularExpression
    IllegalHeader(QStringLiteral("^HTTP header (name|value) contained illegal character\\(s\\)$"));

} // namespace

// T13
void tst_RequesterConfig::badRequest_data()
{
    QTest::addColumn<QNetworkRequest>("request");
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QString>("cause");
    const auto url = [](const char *name, const char *text, const char *cause) {
        QNetworkRequest request(QUrl(QString::fromLatin1(text)));
        QTest::newRow(name) << request << QByteArray("POST") << QString::fromLatin1(cause);
    };
    url("no URL", "", "Url");
    url("T13 no host", "http://", "Host");
    url("T13 a host with a blank in it", "http://exa mple/", "Url");
    url("no scheme", "example.test/path", "Scheme");
    url("another scheme", "ftp://127.0.0.1/", "Scheme");
    url("a file", "file:///etc/passwd", "Scheme");
    url("no host but a path", "http:///path", "Host");
    url("port 0", "http://127.0.0.1:0/", "Port");
    url("a port that is too high", "http://127.0.0.1:70000/", "Url");
    const auto header = [](const char *name, const QByteArray &key, const QByteArray &value,
                           const char *cause) {
        QNetworkRequest request(QUrl(QStringLiteral("http://127.0.0.1:1/")));
        request.setRawHeader(key, value);
        QTest::newRow(name) << request << QByteArray("POST") << QString::fromLatin1(cause);
    };
    header("a length that is no number", "Content-Length", "many", "ContentLength");
    header("a coding that Qt does not do", "Transfer-Encoding", "chunked", "TransferEncoding");
    header("a negative length", "Content-Length", "-5", "ContentLength");
    const QNetworkRequest fine(QUrl(QStringLiteral("http://127.0.0.1:1/")));
    QTest::newRow("a verb with a blank") << fine << QByteArray("GET IT") << QStringLiteral("Verb");
    QTest::newRow("a verb with a line break")
        << fine << QByteArray("GET\r\nX: y") << QStringLiteral("Verb");
    QTest::newRow("no verb") << fine << QByteArray() << QStringLiteral("Verb");
}

void tst_RequesterConfig::badRequest()
{
    QFETCH(QNetworkRequest, request);
    QFETCH(QByteArray, verb);
    QFETCH(QString, cause);
    RequesterBench bench;
    compareConfig(bench.requester.sendCustomRequest(request, verb, QByteArray()), bench, cause);
}

// T77
void tst_RequesterConfig::badHeader_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("cause");
    const auto row = [](const char *what, const QByteArray &name, const QByteArray &value,
                        const char *cause) {
        QTest::newRow(what) << name << value << QString::fromLatin1(cause);
    };
    row("T77 a line feed in a value", "X-A", "1\nX-B: 2", "HeaderValue");
    row("T77 a carriage return in a value", "X-A", "1\rX-B: 2", "HeaderValue");
    row("a NUL in a value", "X-A", QByteArray("1\0002", 3), "HeaderValue");
    row("another control character in a value", "X-A", "1\x1b[2m", "HeaderValue");
    row("a DEL in a value", "X-A", "1\x7f", "HeaderValue");
    row("a line feed in a name", "X-A\nX-B", "1", "HeaderName");
    row("a blank in a name", "X A", "1", "HeaderName");
    row("a colon in a name", "X:A", "1", "HeaderName");
}

void tst_RequesterConfig::badHeader()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(QString, cause);
    const RawPeer peer({readRequest(), sendBytes(response(200, "ok"))});
    RequesterBench bench;
    QNetworkRequest request(peer.url());
    if (QtRefusesBadHeaders)
        QTest::ignoreMessage(QtWarningMsg, IllegalHeader);
    request.setRawHeader(name, value);
    auto *reply = bench.requester.post(request, "body");
    if (!QtRefusesBadHeaders) {
        compareConfig(reply, bench, cause);
        QCOMPARE(peer.connections(), 0);
        return;
    }
    // There is nothing left in the request that could be refused, and nothing of it is sent.
    QVERIFY(request.rawHeaderList().isEmpty());
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->readAll(), "ok");
    QCOMPARE(peer.requests(), 1);
    const QByteArray head = peer.received().first().head.toLower();
    QVERIFY2(!head.contains("\nx"), head.constData());
    QVERIFY2(!head.contains("\rx"), head.constData());
}

// The server would wait for the body.
void tst_RequesterConfig::lengthWithoutABody()
{
    QNetworkRequest request(QUrl(QStringLiteral("http://127.0.0.1:1/")));
    request.setRawHeader("Content-Length", "10");
    const QString cause = QStringLiteral("ContentLength");
    RequesterBench getting;
    compareConfig(getting.requester.get(request), getting, cause);
    RequesterBench posting;
    QIODevice *none = nullptr;
    compareConfig(posting.requester.post(request, none), posting, cause);
}

void tst_RequesterConfig::badSettings()
{
    RequesterBench bench;
    const QNetworkRequest request(QUrl(QStringLiteral("http://127.0.0.1:1/")));
    RetryPolicy policy;
    policy.jitter = 2;
    bench.requester.setPolicy(policy);
    compareConfig(bench.requester.get(request), bench, QStringLiteral("jitter"));
}

// T76, as far as this room goes
void tst_RequesterConfig::secretsStayOut()
{
    const QString canary = QStringLiteral("sk-canary");
    const QString url = QStringLiteral("http://user:%1@exa mple/?key=%1").arg(canary);
    RequesterBench bench;
    QNetworkRequest request{QUrl(url)};
    if (QtRefusesBadHeaders)
        QTest::ignoreMessage(QtWarningMsg, IllegalHeader);
    request.setRawHeader("Authorization", "Bearer sk-canary\n");
    auto *badUrl = bench.requester.get(request);
    QVERIFY(bench.finish(badUrl));
    request.setUrl(QUrl(QStringLiteral("http://127.0.0.1:1/?key=") + canary));
    auto *badHeader = bench.watch(bench.requester.get(request));
    QVERIFY(bench.finish(badHeader));
    request.setRawHeader("Authorization", "Bearer sk-canary");
    auto *refused = bench.watch(bench.requester.get(request));
    QVERIFY(bench.finish(refused));
    QCOMPARE(refused->failure()->kind, FailureKind::Connect);
    for (const RetryingReply *reply : {badUrl, badHeader, refused}) {
        QVERIFY(reply->failure());
        QVERIFY(!reply->errorString().contains(canary));
        QVERIFY(!QDebug::toString(*reply->failure()).contains(canary));
    }
    const RawPeer peer({readRequest(), sendBytes(response(404, "not here"))});
    QUrl withKeys = peer.url(QStringLiteral("/path"));
    withKeys.setUserInfo(QStringLiteral("user:") + canary);
    withKeys.setQuery(QStringLiteral("key=") + canary);
    auto *missing = bench.requester.get(QNetworkRequest(withKeys));
    QVERIFY(bench.finish(missing));
    QVERIFY2(missing->errorString().contains(peer.url(QStringLiteral("/path")).toString()),
             qPrintable(missing->errorString()));
    QVERIFY(!missing->errorString().contains(canary));
}

QTEST_GUILESS_MAIN(tst_RequesterConfig)
#include "tst_requester_config.moc"
