// SPDX-License-Identifier: MIT
#include "core/timeline/timelinemodel.h"
#include "core/trace/trace.h"
#include "core/trace/tracerecorder.h"
#include "tests/timeline/timelinetext.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtCore/QStringListModel>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <algorithm>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// An event as a line: "100 1 wire dns.started {"host":"h"}".
TraceEvent eventOf(const QString &line)
{
    const QStringList words = line.split(u' ');
    Q_ASSERT(words.size() >= 4);
    const QString fields = line.section(u' ', 4);
    const QString head = u"{\"t\":"_s + words[0] + u",\"attempt\":"_s + words[1]
                         + u",\"source\":\""_s + words[2] + u"\",\"event\":\""_s + words[3] + u'"';
    const QString json =
        fields.size() <= 2 ? QString(head + u'}') : QString(head + u',' + fields.mid(1));
    const auto parsed = TraceEvent::fromJsonLine(json.toUtf8());
    if (!parsed || !parsed->has_value())
        qFatal("no event: %s", qPrintable(line));
    return **parsed;
}

// A trace that a test lets grow, and the model that follows it, watched all the time.
struct Growing
{
    Growing() : recorder(&trace, 0ns, Redactor())
    {
        tester = std::make_unique<QAbstractItemModelTester>(
            &model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setTrace(&trace);
    }

    void add(const QString &line)
    {
        const TraceEvent e = eventOf(line);
        recorder.record(e.t, e.attempt, e.source, e.name, e.fields);
    }

    void add(const QStringList &lines)
    {
        for (const QString &line : lines)
            add(line);
    }

    Trace trace;
    TraceRecorder recorder;
    TimelineModel model;
    std::unique_ptr<QAbstractItemModelTester> tester;
};

// "dns,refused,ok" over TLS, as the runner records it: stamps of the wire among those of Qt.
const QStringList firstAttempt{
    u"0 0 client run.started {\"schema\":1}"_s,
    u"50 1 client attempt.started {\"url\":\"https://h/v1\",\"method\":\"POST\"}"_s,
    u"60 1 client connect.started {}"_s,
    u"100 1 wire dns.started {\"host\":\"h\"}"_s,
    u"110 1 wire fault.injected {\"fault\":\"dns\",\"detail\":\"no such name\",\"simulated\":true}"_s,
    u"120 1 wire dns.finished {\"host\":\"h\",\"error\":\"Host not found\"}"_s,
    u"900 1 client attempt.finished {\"failure\":{\"kind\":\"Dns\",\"phase\":\"Dns\"},\"status\":0}"_s,
};
const QStringList firstWait{
    u"910 1 policy policy.decided "
    u"{\"retry\":true,\"reason\":\"TransportFailure\",\"base_us\":200000,"
    "\"factor\":0.935,\"delay_us\":187000}"_s,
    u"915 1 policy wait.started {\"delay_us\":187000}"_s,
    u"188100 1 policy wait.finished {\"late_us\":185,\"cut_short\":false}"_s,
};
const QStringList secondAttempt{
    u"188200 2 client attempt.started {\"url\":\"https://h/v1\",\"method\":\"POST\"}"_s,
    u"188300 2 wire dns.started {\"host\":\"h\"}"_s,
    u"188400 2 wire dns.finished {\"host\":\"h\",\"addresses\":[\"::1\",\"127.0.0.1\"]}"_s,
    u"188410 2 wire fault.injected {\"fault\":\"refused\",\"detail\":\"\",\"simulated\":true}"_s,
    u"188420 2 wire connect.started {\"address\":\"[::1]:443\"}"_s,
    u"188430 2 wire connect.finished {\"address\":\"[::1]:443\",\"error\":\"refused\"}"_s,
    u"188440 2 wire connect.started {\"address\":\"127.0.0.1:443\"}"_s,
    u"188450 2 wire connect.finished {\"address\":\"127.0.0.1:443\",\"error\":\"refused\"}"_s,
    u"189000 2 client attempt.finished {\"failure\":{\"kind\":\"Connect\",\"phase\":\"Connect\"}}"_s,
};
const QStringList secondWait{
    u"189010 2 policy policy.decided "
    u"{\"retry\":true,\"reason\":\"TransportFailure\",\"base_us\":400000,"
    "\"factor\":1.0775,\"delay_us\":431000}"_s,
    u"189015 2 policy wait.started {\"delay_us\":431000}"_s,
    u"300000 2 policy wait.finished {\"late_us\":0,\"cut_short\":true}"_s,
};
const QStringList thirdAttempt{
    u"300100 3 client attempt.started {\"url\":\"https://h/v1\",\"method\":\"POST\"}"_s,
    u"300200 3 wire dns.started {\"host\":\"h\"}"_s,
    u"300300 3 wire dns.finished {\"host\":\"h\",\"addresses\":[\"127.0.0.1\"]}"_s,
    u"300310 3 wire connect.started {\"address\":\"127.0.0.1:443\"}"_s,
    u"300400 3 wire connect.finished {\"address\":\"127.0.0.1:443\"}"_s,
    u"300450 3 wire tls.started {\"server_name\":\"h\",\"alpn\":[\"http/1.1\"]}"_s,
    u"301000 3 wire tls.finished {\"version\":\"TLS 1.3\",\"alpn\":\"\"}"_s,
    u"301200 3 client request.sent {\"send\":1}"_s,
    u"305000 3 wire response.started {}"_s,
    u"305100 3 client response.head {\"status\":200,\"reason\":\"OK\",\"http_version\":\"1.1\",\"headers\":[]}"_s,
    u"305110 3 client body.data {\"offset\":0,\"bytes\":90}"_s,
    u"305120 3 stream stream.event {\"index\":0,\"offset\":0,\"bytes\":60,\"type\":\"\",\"data\":\"{}\"}"_s,
    u"305121 3 stream stream.delta {\"delta\":\"text\",\"text\":\"Hi\"}"_s,
    u"305130 3 stream stream.event {\"index\":1,\"offset\":60,\"bytes\":30,\"type\":\"\",\"data\":\"[DONE]\"}"_s,
    u"305400 3 client attempt.finished {\"failure\":null,\"status\":200,\"wire_sends\":1}"_s,
    u"305500 0 client run.finished {\"verdict\":\"Complete\"}"_s,
};

const QStringList wholeRun{
    u"attempt 1 [50 900] failure Dns fault dns"_s,
    u"  dns [100 120] wire"_s,
    u"wait 1 [915 188100] planned 187000 = 200000 * 0.935 after Dns"_s,
    u"attempt 2 [188200 189000] failure Connect fault refused"_s,
    u"  dns [188300 188400] wire"_s,
    u"  connect [188420 188430] wire"_s,
    u"  connect [188440 188450] wire"_s,
    u"wait 2 [189015 300000] planned 431000 = 400000 * 1.0775 after Connect cut short"_s,
    u"attempt 3 [300100 305400] status 200 events 305120,305130"_s,
    u"  dns [300200 300300] wire"_s,
    u"  connect [300310 300400] wire"_s,
    u"  tls [300450 301000] wire"_s,
    u"  request [301000 301200]"_s,
    u"  waiting [301200 305000]"_s,
    u"  body [305000 305400]"_s,
};

} // namespace

class tst_TimelineModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void initTestCase();

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void aRunGrowsEventByEvent();
    void aLoadedRunIsTheSame();
    void rowsWhileTheyGrow();
    void attempts_data();
    void attempts();
    void waits_data();
    void waits();
    void everyOrderOfArrivalGivesTheSameRow();
    void eventsOutOfOrderAreSorted();
    void attemptsOutOfOrderAreSorted();
    void changesAreAnnouncedOnce();
    void anotherTrace();
    void theTraceMayGoFirst();
    void roles();
    void aLongAnswerIsCheap();
};

// The tester of Qt 6.8 asks for the types of Qt Gui, once, and Qt warns of them where there is none
// of it: here and now, not in one of the tests.
void tst_TimelineModel::initTestCase()
{
    if (QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)) {
        QTest::ignoreMessage(QtWarningMsg,
                             "Trying to construct an instance of an invalid type, type id: 4097");
    }
    QStringListModel model({QStringLiteral("row")});
    const QAbstractItemModelTester tester(&model);
}

void tst_TimelineModel::aRunGrowsEventByEvent()
{
    Growing g;
    QVERIFY(!g.model.isFinished());
    g.add(firstAttempt + firstWait + secondAttempt + secondWait + thirdAttempt);
    QCOMPARE(linesOf(g.model), wholeRun);
    QVERIFY(g.model.isFinished());
    QVERIFY(g.model.duration() == 305'500us);
}

void tst_TimelineModel::aLoadedRunIsTheSame()
{
    Growing g;
    g.model.setTrace(nullptr);
    g.add(firstAttempt + firstWait + secondAttempt + secondWait + thirdAttempt);
    QCOMPARE(g.model.rowCount(), 0);
    QSignalSpy reset(&g.model, &QAbstractItemModel::modelReset);
    g.model.setTrace(&g.trace);
    QCOMPARE(reset.count(), 1);
    QCOMPARE(linesOf(g.model), wholeRun);
    QVERIFY(g.model.isFinished());
}

void tst_TimelineModel::rowsWhileTheyGrow()
{
    Growing g;
    const auto upTo = [&](const QStringList &lines, qsizetype from, qsizetype end) {
        g.add(lines.sliced(from, end - from));
        return linesOf(g.model).mid(0);
    };
    QCOMPARE(upTo(firstAttempt, 0, 1), QStringList());
    QCOMPARE(upTo(firstAttempt, 1, 2), (QStringList{u"attempt 1 [50 -]"_s}));
    QCOMPARE(upTo(firstAttempt, 2, 3), (QStringList{u"attempt 1 [50 -]"_s, u"  connect [60 -]"_s}));
    // The wire knows better: what Qt called connecting was the way to the tap.
    QCOMPARE(upTo(firstAttempt, 3, 4),
             (QStringList{u"attempt 1 [50 -]"_s, u"  dns [100 -] wire"_s}));
    g.add(firstAttempt.sliced(4) + firstWait.first(2));
    QCOMPARE(linesOf(g.model),
             (QStringList{u"attempt 1 [50 900] failure Dns fault dns"_s, u"  dns [100 120] wire"_s,
                          u"wait 1 [915 -] planned 187000 = 200000 * 0.935 after Dns"_s}));
    g.add(firstWait.sliced(2) + secondAttempt + secondWait);

    const auto last = [&] {
        return linesOf(g.model.row(g.model.rowCount() - 1));
    };
    g.add(thirdAttempt.first(5));
    // TLS is still to come: not ready for the request.
    QCOMPARE(last(), (QStringList{u"attempt 3 [300100 -]"_s, u"  dns [300200 300300] wire"_s,
                                  u"  connect [300310 300400] wire"_s}));
    g.add(thirdAttempt.sliced(5, 2));
    QCOMPARE(last().sliced(3),
             (QStringList{u"  tls [300450 301000] wire"_s, u"  request [301000 -]"_s}));
    g.add(thirdAttempt[7]);
    QCOMPARE(last().sliced(4),
             (QStringList{u"  request [301000 301200]"_s, u"  waiting [301200 -]"_s}));
    g.add(thirdAttempt[8]);
    QCOMPARE(last().sliced(5),
             (QStringList{u"  waiting [301200 305000]"_s, u"  body [305000 -]"_s}));
    g.add(thirdAttempt.sliced(9, 3));
    QCOMPARE(last().first(), u"attempt 3 [300100 -] status 200 events 305120"_s);
    g.add(thirdAttempt.sliced(12));
    QCOMPARE(linesOf(g.model), wholeRun);
}

void tst_TimelineModel::attempts_data()
{
    const QString start = u"0 1 client attempt.started {\"url\":\"http://h/\"}"_s;
    const QString startTls = u"0 1 client attempt.started {\"url\":\"https://h/\"}"_s;
    const auto finish = [](int t, const char *kind, const char *phase) {
        return QString(QString::number(t)
                       + u" 1 client attempt.finished {\"failure\":{\"kind\":\""_s
                       + QString::fromLatin1(kind) + u"\",\"phase\":\""_s
                       + QString::fromLatin1(phase) + u"\"},\"status\":0}"_s);
    };
    QTest::addColumn<QStringList>("trace");
    QTest::addColumn<QStringList>("expected");

    QTest::newRow("without a tap: what Qt tells, and ends that nobody tells")
        << QStringList{startTls,
                       u"10 1 client connect.started {}"_s,
                       u"50 1 client tls.started {}"_s,
                       u"90 1 client tls.finished {}"_s,
                       u"95 1 client request.sent {\"send\":1}"_s,
                       u"200 1 client response.head {\"status\":404}"_s,
                       u"300 1 client attempt.finished {\"failure\":null,\"status\":404}"_s}
        << QStringList{u"attempt 1 [0 300] status 404"_s,
                       u"  connect [10 50]"_s,
                       u"  tls [50 90]"_s,
                       u"  request [90 95]"_s,
                       u"  waiting [95 200]"_s,
                       u"  body [200 300]"_s};
    QTest::newRow("without a tap: connecting and TLS cannot be told apart")
        << QStringList{startTls, u"10 1 client connect.started {}"_s,
                       u"90 1 client tls.finished {\"version\":\"TLS 1.3\"}"_s,
                       u"95 1 client request.sent {\"send\":1}"_s}
        << QStringList{u"attempt 1 [0 -]"_s, u"  connect [10 90]"_s, u"  request [90 95]"_s,
                       u"  waiting [95 -]"_s};
    QTest::newRow("with a tap: the end of the handshake is Qt's word")
        << QStringList{startTls,
                       u"10 1 wire connect.started {\"address\":\"a\"}"_s,
                       u"20 1 wire connect.finished {\"address\":\"a\"}"_s,
                       u"30 1 wire tls.started {}"_s,
                       u"70 1 client tls.finished {\"version\":\"TLS 1.3\"}"_s,
                       u"75 1 wire request.sent {}"_s,
                       u"80 1 client request.sent {\"send\":1}"_s,
                       u"90 1 wire response.started {}"_s}
        << QStringList{u"attempt 1 [0 -]"_s,   u"  connect [10 20] wire"_s, u"  tls [30 70]"_s,
                       u"  request [70 75]"_s, u"  waiting [75 90] wire"_s, u"  body [90 -]"_s};
    QTest::newRow("copies that only the wire has seen are counted by connection")
        << QStringList{start, u"10 1 wire request.sent {}"_s, u"40 1 wire request.sent {}"_s,
                       u"41 1 client request.sent {\"send\":1}"_s}
        << QStringList{u"attempt 1 [0 -] resends 40"_s, u"  request [0 10]"_s,
                       u"  waiting [10 40] wire"_s, u"  waiting [40 -] wire"_s};
    QTest::newRow("without a tap, plain: connecting lasts until the request has left")
        << QStringList{start, u"10 1 client connect.started {}"_s,
                       u"95 1 client request.sent {\"send\":1}"_s, finish(300, "Io", "Waiting")}
        << QStringList{u"attempt 1 [0 300] failure Io"_s, u"  connect [10 95]"_s,
                       u"  waiting [95 300]"_s};
    QTest::newRow("a kept connection: the attempt begins with the request")
        << QStringList{start, u"30 1 client request.sent {\"send\":1}"_s,
                       u"80 1 client response.head {\"status\":200}"_s,
                       u"90 1 client attempt.finished {\"failure\":null,\"status\":200}"_s}
        << QStringList{u"attempt 1 [0 90] status 200"_s, u"  request [0 30]"_s,
                       u"  waiting [30 80]"_s, u"  body [80 90]"_s};
    QTest::newRow("a certificate that only the client refuses")
        << QStringList{startTls,
                       u"10 1 wire connect.started {\"address\":\"a\"}"_s,
                       u"20 1 wire connect.finished {\"address\":\"a\"}"_s,
                       u"30 1 wire tls.started {}"_s,
                       u"70 1 client tls.finished {\"error\":\"expired\"}"_s,
                       finish(80, "Certificate", "Tls")}
        << QStringList{u"attempt 1 [0 80] failure Certificate"_s, u"  connect [10 20] wire"_s,
                       u"  tls [30 70]"_s};
    QTest::newRow("a handshake that never ends")
        << QStringList{startTls, u"10 1 wire connect.started {\"address\":\"a\"}"_s,
                       u"20 1 wire connect.finished {\"address\":\"a\"}"_s,
                       u"30 1 wire tls.started {}"_s, finish(9000, "Timeout", "Tls")}
        << QStringList{u"attempt 1 [0 9000] failure Timeout"_s, u"  connect [10 20] wire"_s,
                       u"  tls [30 9000] wire"_s};
    QTest::newRow("a request that cannot leave")
        << QStringList{start, u"10 1 wire connect.started {\"address\":\"a\"}"_s,
                       u"20 1 wire connect.finished {\"address\":\"a\"}"_s,
                       finish(9000, "Timeout", "Request")}
        << QStringList{u"attempt 1 [0 9000] failure Timeout"_s, u"  connect [10 20] wire"_s,
                       u"  request [20 9000]"_s};
    QTest::newRow("two addresses at once: an end belongs to its own")
        << QStringList{start,
                       u"10 1 wire connect.started {\"address\":\"a\"}"_s,
                       u"11 1 wire connect.started {\"address\":\"b\"}"_s,
                       u"20 1 wire connect.finished {\"address\":\"a\",\"error\":\"x\"}"_s,
                       u"30 1 wire connect.finished {\"address\":\"b\"}"_s,
                       u"40 1 client request.sent {\"send\":1}"_s}
        << QStringList{u"attempt 1 [0 -]"_s, u"  connect [10 20] wire"_s,
                       u"  connect [11 30] wire"_s, u"  request [30 40]"_s, u"  waiting [40 -]"_s};
    QTest::newRow("Qt sends again on a new connection")
        << QStringList{start,
                       u"10 1 wire connect.started {\"address\":\"a\"}"_s,
                       u"20 1 wire connect.finished {\"address\":\"a\"}"_s,
                       u"25 1 client request.sent {\"send\":1}"_s,
                       u"40 1 wire connect.started {\"address\":\"a\"}"_s,
                       u"50 1 wire connect.finished {\"address\":\"a\"}"_s,
                       u"55 1 client request.sent {\"send\":2}"_s,
                       u"70 1 wire response.started {}"_s,
                       u"75 1 client response.head {\"status\":200}"_s,
                       u"90 1 client attempt.finished {\"failure\":null,\"status\":200}"_s}
        << QStringList{u"attempt 1 [0 90] status 200 resends 55"_s,
                       u"  connect [10 20] wire"_s,
                       u"  request [20 25]"_s,
                       u"  waiting [25 40]"_s,
                       u"  connect [40 50] wire"_s,
                       u"  request [50 55]"_s,
                       u"  waiting [55 70]"_s,
                       u"  body [70 90]"_s};
    QTest::newRow("sends that the wire has seen count more than Qt's")
        << QStringList{start, u"20 1 wire request.sent {\"send\":1}"_s,
                       u"25 1 client request.sent {\"send\":1}"_s,
                       u"70 1 wire response.started {}"_s}
        << QStringList{u"attempt 1 [0 -]"_s, u"  request [0 20]"_s, u"  waiting [20 70] wire"_s,
                       u"  body [70 -]"_s};
    QTest::newRow("Qt's news of the request comes after the answer was seen")
        << QStringList{start, u"10 1 wire connect.started {\"address\":\"a\"}"_s,
                       u"20 1 wire connect.finished {\"address\":\"a\"}"_s,
                       u"70 1 wire response.started {}"_s,
                       u"75 1 client request.sent {\"send\":1}"_s}
        << QStringList{u"attempt 1 [0 -]"_s, u"  connect [10 20] wire"_s, u"  request [20 70]"_s,
                       u"  body [70 -]"_s};
    QTest::newRow("stamps of the wire after the attempt's end are cut off")
        << QStringList{start, u"10 1 wire connect.started {\"address\":\"a\"}"_s,
                       finish(100, "Cancelled", "Connect"),
                       u"130 1 wire connect.finished {\"address\":\"a\"}"_s,
                       u"140 1 wire connect.started {\"address\":\"b\"}"_s}
        << QStringList{u"attempt 1 [0 100] failure Cancelled"_s, u"  connect [10 100] wire"_s};
    QTest::newRow("what failed at once still shows where")
        << QStringList{start, u"10 1 wire dns.started {\"host\":\"h\"}"_s,
                       u"10 1 wire dns.finished {\"host\":\"h\",\"error\":\"x\"}"_s,
                       finish(10, "Dns", "Dns")}
        << QStringList{u"attempt 1 [0 10] failure Dns"_s, u"  dns [10 10] wire"_s};
    QTest::newRow("the run ends in the middle of an attempt")
        << QStringList{start, u"10 1 wire connect.started {\"address\":\"a\"}"_s,
                       u"50 0 client run.finished {\"verdict\":\"Cancelled\"}"_s}
        << QStringList{u"attempt 1 [0 50]"_s, u"  connect [10 50] wire"_s};
    QTest::newRow("events of the wire before the attempt is announced")
        << QStringList{u"10 1 wire dns.started {\"host\":\"h\"}"_s,
                       u"5 1 client attempt.started {\"url\":\"http://h/\"}"_s}
        << QStringList{u"attempt 1 [5 -]"_s, u"  dns [10 -] wire"_s};
    QTest::newRow("ends without beginnings, unknown types of fields: no harm")
        << QStringList{u"1 1 wire dns.finished {}"_s,
                       u"2 1 wire connect.finished {\"address\":7}"_s,
                       u"3 1 client request.sent {\"send\":\"two\"}"_s,
                       u"4 1 client response.head {\"status\":\"ok\"}"_s,
                       u"5 1 client attempt.finished {\"failure\":\"bad\"}"_s}
        << QStringList{u"attempt 1 [1 5]"_s, u"  waiting [3 4]"_s, u"  body [4 5]"_s};
    QTest::newRow("attempt 0 is the run, not a row")
        << QStringList{u"1 0 wire dns.started {}"_s, u"2 0 stream stream.event {}"_s}
        << QStringList{};
}

void tst_TimelineModel::attempts()
{
    QFETCH(QStringList, trace);
    QFETCH(QStringList, expected);
    Growing g;
    g.add(trace);
    QCOMPARE(linesOf(g.model), expected);
}

void tst_TimelineModel::waits_data()
{
    QTest::addColumn<QStringList>("trace");
    QTest::addColumn<QStringList>("expected");
    const QString decided =
        u"10 1 policy policy.decided {\"retry\":true,\"base_us\":200,\"factor\":1.25,\"delay_us\":250}"_s;
    const QString started = u"11 1 policy wait.started {\"delay_us\":250}"_s;
    const QString failed = u"9 1 client attempt.finished {\"failure\":{\"kind\":\"Io\"}}"_s;
    const QString attempt = u"attempt 1 [9 9] failure Io"_s;

    QTest::newRow("in order") << QStringList{failed, decided, started}
                              << QStringList{attempt,
                                             u"wait 1 [11 -] planned 250 = 200 * 1.25 after Io"_s};
    QTest::newRow("the reasons come last")
        << QStringList{started, decided, failed}
        << QStringList{attempt, u"wait 1 [11 -] planned 250 = 200 * 1.25 after Io"_s};
    QTest::newRow("nothing is known about it")
        << QStringList{started} << QStringList{u"wait 1 [11 -] planned 250 = 0 * 1"_s};
    QTest::newRow("ended by retry now")
        << QStringList{started, u"50 1 policy wait.finished {\"cut_short\":true}"_s}
        << QStringList{u"wait 1 [11 50] planned 250 = 0 * 1 cut short"_s};
    QTest::newRow("the run is stopped meanwhile")
        << QStringList{started, u"60 0 client run.finished {}"_s}
        << QStringList{u"wait 1 [11 60] planned 250 = 0 * 1 cut short"_s};
    QTest::newRow("a decision against a retry makes no wait")
        << QStringList{failed, u"10 1 policy policy.decided {\"retry\":false}"_s}
        << QStringList{attempt};
}

void tst_TimelineModel::waits()
{
    QFETCH(QStringList, trace);
    QFETCH(QStringList, expected);
    Growing g;
    g.add(trace);
    QCOMPARE(linesOf(g.model), expected);
}

// Either side's events keep their order, but how they interleave is up to the event loop: all 792
// ways must end in the same picture.
void tst_TimelineModel::everyOrderOfArrivalGivesTheSameRow()
{
    QStringList wire;
    QStringList client;
    for (const QString &line : thirdAttempt.first(15)) {
        if (line.contains(u" wire "_s))
            wire << line;
        else if (!line.contains(u"body.data"_s) && !line.contains(u"stream.delta"_s))
            client << line;
    }
    client.removeAll(thirdAttempt[13]);
    QCOMPARE(wire.size(), 7);
    QCOMPARE(client.size(), 5);
    QList<TraceEvent> wireEvents;
    for (const QString &line : wire)
        wireEvents << eventOf(line);
    QList<TraceEvent> clientEvents;
    for (const QString &line : client)
        clientEvents << eventOf(line);

    QStringList expected = wholeRun.sliced(8);
    expected[0] = u"attempt 3 [300100 305400] status 200 events 305120"_s;
    std::vector<bool> fromWire(12, false);
    std::fill(fromWire.begin(), fromWire.begin() + 7, true);
    std::sort(fromWire.begin(), fromWire.end());
    int orders = 0;
    do {
        Trace trace;
        TraceRecorder recorder(&trace, 0ns, Redactor());
        TimelineModel model;
        model.setTrace(&trace);
        qsizetype w = 0;
        qsizetype c = 0;
        for (const bool isWire : fromWire) {
            const TraceEvent &e = isWire ? wireEvents[w++] : clientEvents[c++];
            recorder.record(e.t, e.attempt, e.source, e.name, e.fields);
        }
        QCOMPARE(linesOf(model), expected);
        ++orders;
    } while (std::next_permutation(fromWire.begin(), fromWire.end()));
    QCOMPARE(orders, 792);
}

void tst_TimelineModel::eventsOutOfOrderAreSorted()
{
    Growing g;
    for (const int t : {30, 10, 20, 20, 40})
        g.add(QString(QString::number(t) + u" 1 stream stream.event {}"_s));
    QCOMPARE(linesOf(g.model), (QStringList{u"attempt 1 [30 -] events 10,20,20,30,40"_s}));
}

void tst_TimelineModel::attemptsOutOfOrderAreSorted()
{
    Growing g;
    g.add({u"40 3 client attempt.started {}"_s, u"5 1 policy wait.started {}"_s,
           u"20 2 client attempt.started {}"_s, u"1 1 client attempt.started {}"_s});
    QCOMPARE(linesOf(g.model),
             (QStringList{u"attempt 1 [1 -]"_s, u"wait 1 [5 -] planned 0 = 0 * 1"_s,
                          u"attempt 2 [20 -]"_s, u"attempt 3 [40 -]"_s}));
}

void tst_TimelineModel::changesAreAnnouncedOnce()
{
    Growing g;
    QStringList log;
    connect(&g.model, &QAbstractItemModel::rowsInserted, this,
            [&](const QModelIndex &, int first, int last) {
                log << QString(u"insert "_s + QString::number(first) + u' '
                               + QString::number(last));
            });
    connect(&g.model, &QAbstractItemModel::dataChanged, this,
            [&](const QModelIndex &from, const QModelIndex &to, const QList<int> &roles) {
                QCOMPARE(roles, QList<int>{TimelineModel::RowRole});
                log << QString(u"change "_s + QString::number(from.row()) + u' '
                               + QString::number(to.row()));
            });
    g.add(firstAttempt.first(2));
    g.add({u"60 1 client body.data {}"_s, u"61 1 stream stream.delta {}"_s,
           u"62 1 stream stream.event {}"_s, u"70 1 policy wait.started {\"delay_us\":5}"_s,
           u"80 1 client attempt.finished {\"failure\":{\"kind\":\"Io\"}}"_s,
           u"90 1 policy wait.finished {}"_s});
    QCOMPARE(log,
             (QStringList{u"insert 0 0"_s, u"change 0 0"_s, u"change 0 0"_s, u"insert 1 1"_s,
                          u"change 1 1"_s, u"change 0 0"_s, u"change 1 1"_s, u"change 1 1"_s}));
}

void tst_TimelineModel::anotherTrace()
{
    Growing g;
    g.add(firstAttempt + thirdAttempt);
    Trace other;
    TraceRecorder recorder(&other, 0ns, Redactor());
    g.model.setTrace(&other);
    QCOMPARE(linesOf(g.model), QStringList());
    QVERIFY(!g.model.isFinished());
    QVERIFY(g.model.duration() == 0us);
    // The old one is no longer listened to.
    g.add(firstAttempt);
    QCOMPARE(linesOf(g.model), QStringList());
    recorder.record(7us, 1, TraceSource::Client, TraceEventName::AttemptStarted);
    QCOMPARE(linesOf(g.model), (QStringList{u"attempt 1 [7 -]"_s}));
    g.model.setTrace(nullptr);
    QCOMPARE(linesOf(g.model), QStringList());
}

void tst_TimelineModel::theTraceMayGoFirst()
{
    TimelineModel model;
    {
        Trace trace;
        TraceRecorder recorder(&trace, 0ns, Redactor());
        model.setTrace(&trace);
        recorder.record(7us, 1, TraceSource::Client, TraceEventName::AttemptStarted);
    }
    QCOMPARE(linesOf(model), (QStringList{u"attempt 1 [7 -]"_s}));
    model.setTrace(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void tst_TimelineModel::roles()
{
    Growing g;
    g.add(firstAttempt + firstWait);
    QCOMPARE(g.model.data(g.model.index(0), Qt::DisplayRole), QVariant(1));
    QCOMPARE(g.model.data(g.model.index(1), Qt::DisplayRole), QVariant(1));
    const auto row = g.model.data(g.model.index(1), TimelineModel::RowRole).value<TimelineRow>();
    QVERIFY(row == g.model.row(1));
    QVERIFY(row.kind == TimelineRow::Kind::Wait);
    QVERIFY(!g.model.data(g.model.index(0), Qt::DecorationRole).isValid());
    QVERIFY(!g.model.data(QModelIndex(), TimelineModel::RowRole).isValid());
    QCOMPARE(g.model.rowCount(g.model.index(0)), 0);
}

// A hundred thousand events in one row, without a clock: what is quadratic would run into the
// test's own time limit.
void tst_TimelineModel::aLongAnswerIsCheap()
{
    Trace trace;
    TraceRecorder recorder(&trace, 0ns, Redactor());
    TimelineModel model;
    model.setTrace(&trace);
    recorder.record(0ns, 1, TraceSource::Client, TraceEventName::AttemptStarted);
    constexpr int count = 100'000;
    for (int i = 1; i <= count; ++i) {
        const std::chrono::microseconds t(i);
        recorder.record(t, 1, TraceSource::Client, TraceEventName::BodyData);
        recorder.record(t, 1, TraceSource::Stream, TraceEventName::StreamEvent);
    }
    QCOMPARE(model.row(0).events.size(), count);
    QVERIFY(model.row(0).events.last() == std::chrono::microseconds(count));
}

QTEST_GUILESS_MAIN(tst_TimelineModel)
#include "tst_timelinemodel.moc"
