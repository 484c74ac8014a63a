// SPDX-License-Identifier: MIT
#include "tests/qtfacts/lab.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryFile>
#include <QtTest/QTest>

using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

//! How often, and what, bare QNetworkAccessManager sends where it was asked to send once. HTTP/1.1.
class tst_QtFactsSends : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void copies_data();
    void copies();
    void keptAlive_data();
    void keptAlive();
    void earlyAnswer_data();
    void earlyAnswer();
    void redirects_data();
    void redirects();
    void hiddenSendsAreSignalled_data();
    void hiddenSendsAreSignalled();
    void budgetBelongsToTheConnection_data();
    void budgetBelongsToTheConnection();
    void aFileIsNotRewound();
};

namespace {

const QString OneShot =
    u"core/retry/oneshotbody_p.h (a body that cannot be rewound makes an attempt "
    "one request), core/retry/classify.cpp (isConnectionLost())"_s;
const QString Lost =
    u"core/retry/classify.cpp (an early answer that Qt loses is Io, and its request "
    "may have been processed)"_s;
const QString Redirects = u"core/retry/requestspec.cpp (prepareRequest() passes redirects on: Qt "
                          "would take Authorization along)"_s;
const QString Sends = u"core/retry/attemptrunner.cpp (onRequestSent() counts what really left)"_s;

const QString Closed = u"RemoteHostClosedError, no status"_s;
const QString ReSend = u"ContentReSendError, no status"_s;
const QString Unknown = u"UnknownNetworkError, no status"_s;

void addRow(const Row &row)
{
    QTest::newRow(qPrintable(row.fact.sentence)) << row;
}

//! How a connection ends before there was a status, and how many copies the server then counts.
struct Cut
{
    QString what;
    PeerScript script;
    Count plain;
    Count tls;
};

// The end of a TLS connection is reported once or twice, as it comes with a close_notify or
// without: hence 2 or 4 copies.
QList<Cut> cuts()
{
    const PeerStep status = sendBytes("HTTP/1.1 20");
    const PeerStep header = sendBytes("HTTP/1.1 200 OK\r\nContent-Le");
    const PeerStep noise = sendBytes("220 mail.example ESMTP\r\n");
    // 3 to 4 where the bytes are read before the end of the connection is. On a busy machine the
    // end may be seen first: then it is row 1; and what was sent before a RST may be lost with it.
    const Count retried = between(2, 4);
    return {
        {u"row 1: reads the request, FIN"_s, {readRequest(), fin()}, exactly(2), exactly(2)},
        {u"row 1: reads the request, FIN without close_notify"_s,
         {readRequest(), bareFin()},
         exactly(2),
         exactly(4)},
        {u"row 2: reads the request, RST"_s, {readRequest(), rst()}, exactly(2), exactly(4)},
        {u"row 3: a part of the status line, FIN"_s,
         {readRequest(), status, fin()},
         retried,
         retried},
        {u"row 3: a part of the status line, RST"_s,
         {readRequest(), status, rst()},
         retried,
         retried},
        {u"row 4: status line and half a header, FIN"_s,
         {readRequest(), header, fin()},
         retried,
         retried},
        {u"row 4: status line and half a header, RST"_s,
         {readRequest(), header, rst()},
         retried,
         retried},
        {u"bytes that are not HTTP, FIN"_s, {readRequest(), noise, fin()}, retried, retried},
    };
}

void addCut(const Cut &cut, bool isTls)
{
    const auto columns = [](const QString &end, Count count) {
        return inBoth({end}, count);
    };
    const QString what = isTls ? cut.what + u", TLS"_s : cut.what;
    const Count copies = isTls ? cut.tls : cut.plain;
    const QList<PeerScript> scripts{cut.script};
    addRow({.fact = {what, columns(Closed, copies), OneShot},
            .stimulus = {.scripts = scripts, .isTls = isTls},
            .runs = 3});
    addRow({.fact = {what + u", GET"_s, inBoth({Closed}, copies), OneShot},
            .stimulus = {.scripts = scripts, .isTls = isTls, .upload = Upload::None},
            .runs = 3});
    addRow({.fact = {what + u", one-shot body"_s, columns(ReSend, exactly(1)), OneShot},
            .stimulus = {.scripts = scripts, .isTls = isTls, .upload = Upload::OneShot},
            .runs = 3});
}

} // namespace

void tst_QtFactsSends::copies_data()
{
    QTest::addColumn<Row>("row");
    for (const Cut &cut : cuts()) {
        for (const bool isTls : {false, true})
            addCut(cut, isTls);
    }
    // There the connections are counted: none carries a whole request.
    const auto accept = [](const QString &what, const PeerStep &end, bool isTls, Upload upload,
                           const QStringList &ends, Count count) {
        addRow({.fact = {what, inBoth(ends, count), OneShot},
                .stimulus = {.scripts = {{end}},
                             .isTls = isTls,
                             .upload = upload,
                             .counted = Counted::Connections},
                .runs = 3});
    };
    // How many is a race: what is written may be refused at once, and Qt opens a second connection
    // where the first ends before it was used.
    const Count some = atLeast(1);
    accept(u"accepts, FIN"_s, fin(), false, Upload::Bytes, {Closed, Unknown}, some);
    accept(u"accepts, FIN, one-shot body"_s, fin(), false, Upload::OneShot, {ReSend, Unknown},
           some);
    accept(u"accepts, RST"_s, rst(), false, Upload::Bytes, {Closed, Unknown}, some);
    accept(u"accepts, RST, one-shot body"_s, rst(), false, Upload::OneShot, {ReSend, Unknown},
           some);
    accept(u"shakes hands, FIN"_s, fin(), true, Upload::Bytes, {Closed}, some);
    accept(u"shakes hands, FIN, one-shot body"_s, fin(), true, Upload::OneShot, {ReSend}, some);
}

void tst_QtFactsSends::copies()
{
    QFETCH(Row, row);
    checkRow(row);
}

void tst_QtFactsSends::keptAlive_data()
{
    QTest::addColumn<Row>("row");
    const PeerScript first{readRequest(), sendBytes(response(200, "one"))};
    for (const bool isTls : {false, true}) {
        const QString tls = isTls ? u", TLS"_s : QString();
        const auto add = [&](const QString &what, const PeerStep &end, Upload upload,
                             const QString &seen, Count count) {
            const PeerScript again{readRequest(), end};
            addRow({.fact = {what + tls, inBoth({seen}, count), OneShot},
                    .stimulus = {.scripts = {first + again, again},
                                 .isTls = isTls,
                                 .upload = upload,
                                 .earlier = 1},
                    .runs = 3});
        };
        const QString fact =
            u"row 5: a kept-alive connection ends instead of the second answer, "_s;
        add(fact + u"FIN"_s, fin(), Upload::Bytes, Closed, exactly(2));
        add(fact + u"RST"_s, rst(), Upload::Bytes, Closed, exactly(isTls ? 4 : 2));
        add(fact + u"FIN, one-shot body"_s, fin(), Upload::OneShot, ReSend, exactly(1));

        // Over TLS the end is reported twice, and the second report may fall on the next request.
        const QStringList ends{u"NoError, status 200, body whole"_s, ReSend};
        addRow({.fact = {u"a kept-alive connection that ended while idle is not used again"_s + tls,
                         inBoth(isTls ? ends : ends.first(1), between(isTls ? 0 : 1, 1)), OneShot},
                .stimulus = {.scripts = {first + PeerScript{fin()},
                                         {readRequest(), sendBytes(response(200, "two"))}},
                             .isTls = isTls,
                             .upload = Upload::OneShot,
                             .answer = "two",
                             .earlier = 1,
                             .rests = true},
                .runs = 3});
    }
}

void tst_QtFactsSends::keptAlive()
{
    QFETCH(Row, row);
    checkRow(row);
}

void tst_QtFactsSends::earlyAnswer_data()
{
    QTest::addColumn<Row>("row");
    const auto add = [](const QString &name, bool isTls, Upload upload, const QStringList &ends,
                        Count count) {
        addRow(
            {.fact = {name, inBoth(ends, count), Lost},
             .stimulus = {.scripts = {{readSome(), sendBytes(response(413, "too large")), rst()}},
                          .isTls = isTls,
                          .upload = upload,
                          .body = QByteArray(16'000'000, 'b'),
                          .counted = Counted::Connections}});
    };
    // Recorded as RemoteHostClosedError and up to four copies; that is so over TLS only.
    add(u"a 413 with a close during a large upload is lost"_s, false, Upload::Bytes,
        {Unknown, Closed}, between(1, 4));
    add(u"a 413 with a close during a large upload is lost, one-shot body"_s, false,
        Upload::OneShot, {Unknown, ReSend}, between(1, 2));
    add(u"a 413 with a close during a large upload is lost, and the upload begun again, TLS"_s,
        true, Upload::Bytes, {Closed}, between(2, 4));
    add(u"a 413 with a close during a large upload is lost, one-shot body, TLS"_s, true,
        Upload::OneShot, {ReSend}, between(1, 2));
}

void tst_QtFactsSends::earlyAnswer()
{
    QFETCH(Row, row);
    checkRow(row);
}

void tst_QtFactsSends::redirects_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<Fact>("fact");
    QTest::addColumn<bool>("isOneShot");
    const auto add = [](const QString &name, int status, bool isOneShot, const QStringList &ends,
                        Count count) {
        QTest::newRow(qPrintable(name))
            << status << Fact{name, inBoth(ends, count), Redirects} << isOneShot;
    };
    const QString getThere = u"NoError, GET http://two.test/ with Authorization, body 0"_s;
    add(u"302 to another host: a GET goes there, with Authorization"_s, 302, false, {getThere},
        exactly(2));
    add(u"302 to another host, one-shot body"_s, 302, true, {getThere}, exactly(2));
    // Once in about 150 runs on a busy machine the POST goes to the first host twice, and the one
    // to the second host fails with "Unknown error".
    const QString postThere = u", POST http://two.test/ with Authorization, body 1000"_s;
    add(u"307 to another host: the POST goes there, with body and Authorization"_s, 307, false,
        {u"NoError"_s + postThere, u"UnknownNetworkError"_s + postThere}, between(2, 3));
    add(u"307 to another host, one-shot body: cannot be sent again"_s, 307, true,
        {u"ContentReSendError, POST http://one.test/ with Authorization, body 1000"_s}, exactly(1));
}

// Through an HTTP proxy, so that there are two hosts without a look-up.
void tst_QtFactsSends::redirects()
{
    QFETCH(int, status);
    QFETCH(Fact, fact);
    QFETCH(bool, isOneShot);
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    const QByteArray location = "Location: http://two.test/\r\n";
    const PeerScript script{readRequest(), sendBytes(response(status, "", location)), readRequest(),
                            sendBytes(response(200, "there"))};
    Lab lab({.scripts = {script, {readRequest(), sendBytes(response(200, "there"))}},
             .upload = isOneShot ? Upload::OneShot : Upload::Bytes,
             .proxy = QNetworkProxy::HttpProxy,
             .url = QUrl(u"http://one.test/"_s),
             .prepare = [](QNetworkRequest &request) {
                 request.setRawHeader("Authorization", "Bearer canary");
                 request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                                      QNetworkRequest::NoLessSafeRedirectPolicy);
             }});
    const std::unique_ptr<QNetworkReply> reply(lab.send());
    QVERIFY(Lab::finish(reply.get()));
    QVERIFY(lab.peer.requests() > 0);
    const PeerRequest last = lab.peer.received().constLast();
    const QString line = QString::fromLatin1(last.head.left(last.head.indexOf(" HTTP/")));
    const bool hasKey = last.header("Authorization") == "Bearer canary";
    checkFact(fact, {u"%1, %2 %3 Authorization, body %4"_s.arg(keyOf(reply->error()), line,
                                                               hasKey ? u"with"_s : u"without"_s,
                                                               QString::number(last.body.size())),
                     lab.peer.requests()});
}

void tst_QtFactsSends::hiddenSendsAreSignalled_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::newRow("plain") << false;
    QTest::newRow("TLS") << true;
}

void tst_QtFactsSends::hiddenSendsAreSignalled()
{
    QFETCH(bool, isTls);
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    const Fact fact{u"requestSent() is emitted once for each copy, the hidden ones included"_s,
                    inBoth({u"a signal for each copy"_s}, between(2, 4)), Sends};
    Lab lab({.scripts = {{readRequest(), rst()}}, .isTls = isTls});
    const std::unique_ptr<QNetworkReply> reply(lab.send());
    QVERIFY(Lab::finish(reply.get()));
    const int requests = lab.peer.requests();
    checkFact(fact,
              {lab.sends == requests ? u"a signal for each copy"_s : u"%1 signals"_s.arg(lab.sends),
               requests});
}

void tst_QtFactsSends::budgetBelongsToTheConnection_data()
{
    QTest::addColumn<QList<int>>("cutsBefore");
    QTest::addColumn<Fact>("fact");
    const auto add = [](const QString &name, const QList<int> &cuts, const QString &ends) {
        QTest::newRow(qPrintable(name)) << cuts << Fact{name, inBoth({ends}, exactly(0)), OneShot};
    };
    add(u"three hidden copies are sent before one gives up"_s, {3}, u"NoError"_s);
    add(u"a fourth is not"_s, {4}, u"RemoteHostClosedError"_s);
    add(u"a complete answer gives the next request three new ones"_s, {3, 3, 3},
        u"NoError NoError NoError"_s);
    add(u"a failure does not: the next request on that manager has none"_s, {4, 1},
        u"RemoteHostClosedError RemoteHostClosedError"_s);
}

// Each request meets so many connections that are cut before one answers.
void tst_QtFactsSends::budgetBelongsToTheConnection()
{
    QFETCH(QList<int>, cutsBefore);
    QFETCH(Fact, fact);
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    const PeerScript cut{readRequest(), sendBytes("220 mail.example ESMTP\r\n"), fin()};
    const PeerScript served{readRequest(), sendBytes(response(200, "ok", "Connection: close\r\n")),
                            fin()};
    QList<PeerScript> scripts;
    for (const int cuts : std::as_const(cutsBefore)) {
        scripts.append(QList<PeerScript>(cuts, cut));
        if (cuts < 4)
            scripts.append(served);
    }
    Observation seen;
    // A busy machine may see the end of a connection before its bytes, which costs two tries and
    // not one; that it does so five times on end would be a change.
    for (int round = 0; round < 5; ++round) {
        Lab lab({.scripts = scripts});
        QStringList ends;
        for (qsizetype i = 0; i < cutsBefore.size(); ++i) {
            const std::unique_ptr<QNetworkReply> reply(lab.send());
            QVERIFY(Lab::finish(reply.get()));
            ends += keyOf(reply->error());
        }
        seen = {ends.join(u' '), 0};
        if (complaintAbout(fact, seen).isEmpty())
            break;
    }
    checkFact(fact, seen);
}

void tst_QtFactsSends::aFileIsNotRewound()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    const Fact fact{
        u"a file that is posted again is sent empty the second time"_s,
        inBoth({u"first 1000 bytes, then 0"_s}, exactly(2)),
        u"core/retry/bodyreader_p.h (a device is read once, each attempt gets all of it)"_s};
    const PeerScript script{readRequest(), sendBytes(response(200, "ok"))};
    Lab lab({.scripts = {script + script}});
    QTemporaryFile file;
    QVERIFY(file.open());
    QCOMPARE(file.write(QByteArray(1'000, 'f')), 1'000);
    QVERIFY(file.seek(0));
    for (int i = 0; i < 2; ++i) {
        const std::unique_ptr<QNetworkReply> reply(lab.manager.post(lab.request(), &file));
        QVERIFY(Lab::finish(reply.get()));
        QCOMPARE(reply->error(), QNetworkReply::NoError);
    }
    const QList<PeerRequest> seen = lab.peer.received();
    checkFact(
        fact,
        {u"first %1 bytes, then %2"_s.arg(seen.first().body.size()).arg(seen.last().body.size()),
         static_cast<int>(seen.size())});
}

QTEST_GUILESS_MAIN(tst_QtFactsSends)
#include "tst_qtfacts_sends.moc"
