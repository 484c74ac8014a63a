// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QTimer>

using namespace Retryscope;
using namespace Retryscope::Test;

//! Answers that are more, less or other than one status with a body.
class tst_RequesterAnswers : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void interimResponses_data();
    void interimResponses();
    void bodylessIsWhole_data();
    void bodylessIsWhole();
    void lengthsThatAreNone_data();
    void lengthsThatAreNone();
    void redirectsLeaveOtherHostsAlone_data();
    void redirectsLeaveOtherHostsAlone();
    void endsInALoopOfASlot_data();
    void endsInALoopOfASlot();
    void readyReadBringsBytes();
    void linesCanBeRead();
    void nothingIsLeftBehindClose();
    void errorTextsHideTheQuery();
};

// A slot may have read them before their news came.
void tst_RequesterAnswers::readyReadBringsBytes()
{
    const RawPeer peer({readRequest(), sendBytes(response(200, "all at once"))});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    QByteArray read;
    int empty = 0;
    connect(reply, &QNetworkReply::metaDataChanged, this, [&] { read += reply->readAll(); });
    connect(reply, &QNetworkReply::readyRead, this, [&] {
        empty += reply->bytesAvailable() == 0 ? 1 : 0;
        read += reply->readAll();
    });
    QVERIFY(bench.finish(reply));
    QCOMPARE(read, "all at once");
    QCOMPARE(empty, 0);
}

void tst_RequesterAnswers::interimResponses_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<bool>("mustSucceed");
    const QByteArray goOn = "HTTP/1.1 100 Continue\r\n\r\n";
    const QByteArray hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    QTest::newRow("T35 100 before the answer") << goOn << true;
    QTest::newRow("T35 103 before the answer") << hints << false;
    QTest::newRow("T35 100 and 103 before the answer") << QByteArray(goOn + hints) << false;
    for (int status = 101; status <= 199; ++status) {
        if (status != 103)
            QTest::addRow("T34 status %d before the answer", status)
                << QByteArray("HTTP/1.1 " + QByteArray::number(status) + " Interim\r\n\r\n")
                << false;
    }
}

// Qt 6.4 takes an interim response but 100 for the whole answer. The request was processed: what
// cannot be mended is said, and nothing is sent again.
void tst_RequesterAnswers::interimResponses()
{
    QFETCH(QByteArray, before);
    QFETCH(bool, mustSucceed);
    const RawPeer peer({readRequest(), sendBytes(before + response(200, "the answer"))});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), QByteArray("body")));
    QVERIFY(bench.finish(reply));
    QCOMPARE(peer.requests(), 1);
    QCOMPARE(bench.log.finishedCount(), 1);
    if (!reply->failure()) {
        QCOMPARE(bench.log.lines(), lines({"1 started", "status 200", "finished"}));
        QCOMPARE(reply->readAll(), "the answer");
        return;
    }
    QVERIFY(!mustSucceed);
    QCOMPARE(reply->failure()->kind, FailureKind::Body);
    QCOMPARE(reply->failure()->safety, Safety::Answered);
    const bool isUpgrade = before.startsWith("HTTP/1.1 101");
    QCOMPARE(reply->failure()->cause,
             isUpgrade ? QStringLiteral("SwitchingProtocols") : QStringLiteral("InterimResponse"));
    QVERIFY(!reply->isCommitted());
}

void tst_RequesterAnswers::bodylessIsWhole_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("closes");
    for (const int status : {204, 304}) {
        const QByteArray line = "HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\n";
        for (const bool closes : {false, true}) {
            const char *how = closes ? "closed" : "kept";
            QTest::addRow("T36 %d, %s", status, how) << line + "\r\n" << status << closes;
            // A 304 may say how long the body would be.
            if (status == 304)
                QTest::addRow("T36 304 with a length, %s", how)
                    << line + "Content-Length: 1000\r\n\r\n"
                    << status << closes;
        }
    }
}

void tst_RequesterAnswers::bodylessIsWhole()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, status);
    QFETCH(bool, closes);
    PeerScript script{readRequest(), sendBytes(answer)};
    if (closes)
        script.append(fin());
    const RawPeer peer(script);
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), QByteArray("body")));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             QStringList({QStringLiteral("1 started"), QStringLiteral("status %1").arg(status),
                          QStringLiteral("finished")}));
    QVERIFY(!reply->failure());
    QVERIFY(reply->readAll().isEmpty());
    QCOMPARE(peer.requests(), 1);
}

void tst_RequesterAnswers::lengthsThatAreNone_data()
{
    QTest::addColumn<QByteArray>("lengths");
    QTest::addColumn<QString>("cause");
    const auto row = [](const char *name, const QByteArray &lengths, const char *cause) {
        QTest::newRow(name) << lengths << QString::fromLatin1(cause);
    };
    row("the same twice, and the body is shorter", "Content-Length: 10\r\nContent-Length: 10\r\n",
        "Truncated");
    row("the same twice, and the body has it", "Content-Length: 5, 5\r\n", "");
    row("one that fits and one that does not", "Content-Length: 5\r\nContent-Length: 10\r\n",
        "ContentLength");
    row("no number", "Content-Length: 0x10\r\n", "ContentLength");
    row("below zero", "Content-Length: -10\r\n", "ContentLength");
}

// Qt reads such a body until the connection ends, and calls that its end.
void tst_RequesterAnswers::lengthsThatAreNone()
{
    QFETCH(QByteArray, lengths);
    QFETCH(QString, cause);
    const RawPeer peer(
        {readRequest(), sendBytes("HTTP/1.1 200 OK\r\n" + lengths + "\r\nhello"), fin()});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), QByteArray("body")));
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->readAll(), "hello");
    QCOMPARE(reply->failure().has_value(), !cause.isEmpty());
    if (reply->failure()) {
        QCOMPARE(reply->failure()->kind, FailureKind::Body);
        QCOMPARE(reply->failure()->cause, cause);
    }
    QCOMPARE(peer.requests(), 1);
}

void tst_RequesterAnswers::redirectsLeaveOtherHostsAlone_data()
{
    QTest::addColumn<int>("status");
    QTest::newRow("T74 302") << 302;
    QTest::newRow("T75 307") << 307;
    QTest::newRow("308") << 308;
}

void tst_RequesterAnswers::redirectsLeaveOtherHostsAlone()
{
    QFETCH(int, status);
    const RawPeer other({readRequest(), sendBytes(response(200, "stolen"))});
    QUrl elsewhere = other.url();
    elsewhere.setHost(QStringLiteral("localhost"));
    const RawPeer peer(
        {readRequest(),
         sendBytes(response(status, "moved", "Location: " + elsewhere.toEncoded() + "\r\n"))});
    RequesterBench bench;
    QNetworkRequest request = bench.request(peer.url());
    request.setRawHeader("Authorization", "Bearer canary");
    auto *reply = bench.watch(bench.requester.post(request, QByteArray("body")));
    QVERIFY(bench.finish(reply));
    QCOMPARE(bench.log.lines(),
             QStringList({QStringLiteral("1 started"), QStringLiteral("status %1").arg(status),
                          QStringLiteral("finished")}));
    QCOMPARE(reply->readAll(), "moved");
    QCOMPARE(reply->rawHeader("Location"), elsewhere.toEncoded());
    QCOMPARE(peer.requests(), 1);
    QCOMPARE(other.connections(), 0);
}

void tst_RequesterAnswers::endsInALoopOfASlot_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("whole") << response(200, "whole")
                           << lines({"1 started", "status 200", "finished"});
    QTest::newRow("cut") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
                         << lines({"1 started", "status 200", "1 failed Body", "stop Answered",
                                   "error RemoteHostClosedError", "finished"});
}

// As a message box would have one: the answer ends before the slot that heard of its head returns.
void tst_RequesterAnswers::endsInALoopOfASlot()
{
    QFETCH(QByteArray, answer);
    QFETCH(QStringList, expected);
    const RawPeer peer({readRequest(), sendBytes(answer), fin()});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    // Over GLib a loop inside a handler sleeps over events that were posted before it (canWait in
    // QCoreApplicationPrivate::sendPostedEvents()), until more are posted.
    QTimer waker;
    connect(&waker, &QTimer::timeout, this, [this] {
        QMetaObject::invokeMethod(
            this, [] {}, Qt::QueuedConnection);
    });
    waker.start(20);
    int heads = 0;
    connect(reply, &RetryingReply::attemptAdvanced, this, [&](int, Milestone milestone) {
        if (milestone != Milestone::HeadReceived)
            return;
        ++heads;
        QVERIFY(bench.finish(reply));
    });
    QVERIFY(bench.finish(reply));
    QCoreApplication::processEvents();
    QCOMPARE(heads, 1);
    QCOMPARE(bench.log.lines(), expected);
}

// As a client reads an event stream or NDJSON.
void tst_RequesterAnswers::linesCanBeRead()
{
    RawPeer peer({readRequest(), sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\none\ntw"),
                  hold(), sendBytes("o\nrest"), hold()});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    QByteArrayList read;
    connect(reply, &QNetworkReply::readyRead, this, [&] {
        while (reply->canReadLine())
            read.append(reply->readLine());
    });
    QTRY_COMPARE(read, QByteArrayList({"one\n"}));
    QVERIFY(!reply->canReadLine());
    peer.release();
    QTRY_COMPARE(read, QByteArrayList({"one\n", "two\n"}));
    // What had arrived, an abort leaves; and the end is no line.
    reply->abort();
    QVERIFY(bench.finish(reply));
    QVERIFY(!reply->canReadLine());
}

void tst_RequesterAnswers::nothingIsLeftBehindClose()
{
    const RawPeer peer(
        {readRequest(), sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na\nb"), stall()});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    QTRY_VERIFY(reply->bytesAvailable() > 0);
    reply->close();
    QCOMPARE(reply->bytesAvailable(), 0);
    QVERIFY(!reply->canReadLine());
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->bytesAvailable(), 0);
}

// Qt puts the whole URL into its sentence about an error status.
void tst_RequesterAnswers::errorTextsHideTheQuery()
{
    const RawPeer peer(
        {readRequest(), sendBytes("HTTP/1.1 500 Oh\r\nContent-Length: 9\r\n\r\nhalf"), fin()});
    RequesterBench bench;
    QUrl url = peer.url();
    url.setUserInfo(QStringLiteral("user:c4n4ry-password"));
    url.setQuery(QStringLiteral("key=c4n4ry"));
    auto *reply = bench.watch(bench.requester.post(bench.request(url), "body"));
    QVERIFY(bench.finish(reply));
    QVERIFY(reply->failure());
    const Failure failure = *reply->failure();
    for (const QString &text : {failure.qtErrorString, failure.message, reply->errorString()})
        QVERIFY2(!text.contains(QStringLiteral("c4n4ry")), qPrintable(text));
}

QTEST_GUILESS_MAIN(tst_RequesterAnswers)
#include "tst_requester_answers.moc"
