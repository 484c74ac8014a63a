// SPDX-License-Identifier: MIT
#include "tests/ui/named.h"
#include "tests/ui/traces.h"
#include "ui/response/answerview.h"
#include "ui/response/eventsmodel.h"
#include "ui/response/headersview.h"
#include "ui/response/qterrorview.h"
#include "ui/response/responsepane.h"
#include "ui/response/textview.h"
#include "ui/response/tlsview.h"
#include "ui/response/tracedigest.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QFont>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QTableView>

#include <memory>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Response : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
    }

    void theDigestReadsAttempts();
    void lanesAreApart();
    void eventsShowGaps();
    void qtErrorsAreWhatAProgramSees_data();
    void qtErrorsAreWhatAProgramSees();
    void twentyThousandDeltasAreShown();
    void theChainAndItsFailingLink_data();
    void theChainAndItsFailingLink();
    void thePaneFollowsTheSelectedAttempt();
    void aTraceThatGoesTakesItsRowsAlong();
};

void tst_Response::theDigestReadsAttempts()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    TraceDigest digest;
    digest.setTrace(&trace);
    QVERIFY(digest.update(QDeadlineTimer(0)));
    QCOMPARE(digest.lastAttempt(), 0);
    QVERIFY(!digest.update());
    QCOMPARE(digest.lastAttempt(), 3);
    QVERIFY(!digest.attempt(4));
    const AttemptDigest *first = digest.attempt(1);
    QCOMPARE(first->fault, u"dns"_s);
    QVERIFY(!first->sent);
    QCOMPARE(first->requestHeaders.size(), 1);
    const AttemptDigest *last = digest.attempt(3);
    QCOMPARE(last->text.toString(), u"The sky is blue."_s);
    QCOMPARE(last->status, 200);
    QVERIFY(last->sent);
    QCOMPARE(last->responseHeaders.first().second, u"text/event-stream"_s);
    QCOMPARE(last->events.size(), std::size_t(3));
    QCOMPARE(last->longestGap, 2'019'000us);
    QCOMPARE(last->longestGapAt, std::size_t(1));
    QStringList order;
    for (const SignalStamp &stamp : last->signalStamps)
        order << stamp.name;
    QCOMPARE(order, (QStringList{u"requestSent()"_s, u"metaDataChanged()"_s, u"readyRead()"_s,
                                 u"finished()"_s}));
}

void tst_Response::lanesAreApart()
{
    AttemptDigest digest;
    digest.attempt = 1;
    AnswerView view;
    view.show(&digest);
    const auto lane = [&view](const QString &name) {
        return named<TextView>(view, name);
    };
    const auto text = [&lane](const QString &name) {
        return lane(name)->store() ? lane(name)->store()->toString() : QString();
    };
    QSignalSpy searched(&view, &AnswerView::searched);
    const auto finds = [&](const QString &wanted) {
        view.find(wanted);
        return (!searched.isEmpty() || searched.wait())
               && searched.takeFirst().constFirst().toBool();
    };
    QVERIFY(lane(u"Reasoning"_s)->isHidden());
    digest.reasoning.append(u"Hm.");
    digest.text.append(u"Blue");
    view.show(&digest);
    QVERIFY(!lane(u"Reasoning"_s)->isHidden());
    QCOMPARE(text(u"Reasoning"_s), u"Hm."_s);
    digest.text.append(u", mostly.");
    digest.tools.append(u"look_up {\"x\":1}");
    view.show(&digest);
    QCOMPARE(text(u"Answer text"_s), u"Blue, mostly."_s);
    QCOMPARE(text(u"Tool calls"_s), digest.tools.toString());
    QVERIFY(finds(u"mostly"_s));
    QCOMPARE(lane(u"Answer text"_s)->selectedText(), u"mostly"_s);
    QVERIFY(finds(u"HM"_s));
    QCOMPARE(lane(u"Reasoning"_s)->selectedText(), u"Hm"_s);
    QVERIFY(finds(u"look_"_s));
    QCOMPARE(lane(u"Tool calls"_s)->selectedText(), u"look_"_s);
    QVERIFY(!finds(u"green"_s));
    AttemptDigest other;
    other.attempt = 2;
    view.show(&other);
    QCOMPARE(text(u"Answer text"_s), QString());
    QVERIFY(lane(u"Reasoning"_s)->isHidden());
}

void tst_Response::eventsShowGaps()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    TraceDigest digest;
    digest.setTrace(&trace);
    EventsModel model(&digest);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    digest.update();
    model.show(3);
    QCOMPARE(model.rowCount(), 3);
    const auto text = [&model](int row, int column) {
        return model.index(row, column).data().toString();
    };
    QCOMPARE(text(0, EventsModel::GapColumn), QString());
    QCOMPARE(text(1, EventsModel::GapColumn), u"2.02 s"_s);
    QCOMPARE(text(2, EventsModel::DataColumn), u"[DONE]"_s);
    QCOMPARE(text(2, EventsModel::SizeColumn), u"14 B"_s);
    QCOMPARE(text(0, EventsModel::MeaningColumn), u"\u201cThe sky \u201d"_s);
    QCOMPARE(text(2, EventsModel::MeaningColumn), u"end of the stream"_s);
    const auto bold = [&model](int row) {
        return model.index(row, EventsModel::GapColumn).data(Qt::FontRole).isValid();
    };
    QVERIFY(bold(1));
    QVERIFY(!bold(2));
    model.show(1);
    QCOMPARE(model.rowCount(), 0);
}

void tst_Response::qtErrorsAreWhatAProgramSees_data()
{
    QTest::addColumn<int>("attempt");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("name not found")
        << 1
        << QStringList{u"QNetworkReply::HostNotFoundError (3)"_s, u"Host not found"_s,
                       u"error != QNetworkReply::HostNotFoundError"_s, u"safe to send again"_s,
                       u"simulated"_s};
    QTest::newRow("refused") << 2
                             << QStringList{u"QNetworkReply::ConnectionRefusedError (1)"_s,
                                            u"errorOccurred()"_s};
    QTest::newRow("no error") << 3 << QStringList{u"NoError (0), status 200"_s, u"finished()"_s};
}

void tst_Response::qtErrorsAreWhatAProgramSees()
{
    QFETCH(int, attempt);
    QFETCH(QStringList, expected);
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    TraceDigest digest;
    digest.setTrace(&trace);
    digest.update();
    const QString report = qtErrorReport(*digest.attempt(attempt));
    for (const QString &part : expected)
        QVERIFY2(report.contains(part), qPrintable(report));
    QCOMPARE(qtErrorCode(*digest.attempt(attempt)).isEmpty(), attempt == 3);
}

void tst_Response::twentyThousandDeltasAreShown()
{
    QByteArray lines = R"({"t":0,"attempt":0,"source":"client","event":"run.started","schema":1}
{"t":0,"attempt":1,"source":"client","event":"attempt.started"})";
    for (int i = 0; i < 20'000; ++i)
        lines +=
            "\n{\"t\":" + QByteArray::number(i)
            + R"(,"attempt":1,"source":"stream","event":"stream.delta","delta":"text","text":"x\n"})";
    Trace trace;
    QCOMPARE(loadTrace(&trace, lines), QString());
    ResponsePane pane;
    pane.resize(500, 300);
    pane.setTrace(&trace);
    QTRY_COMPARE_WITH_TIMEOUT(pane.digest().attempt(1)->text.size(), qint64(40'000), 60'000);
    const auto views = pane.findChildren<TextView *>();
    qint64 shown = 0;
    for (const TextView *each : views)
        shown = std::max(shown, each->size());
    QCOMPARE(shown, qint64(40'000));
}

void tst_Response::theChainAndItsFailingLink_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QStringList>("heads");
    const auto event = [](const QByteArray &rest) -> QByteArray {
        return R"({"t":200,"attempt":1,"source":"client","event":")" + rest + "}\n";
    };
    const QByteArray begin =
        R"({"t":0,"attempt":0,"source":"client","event":"run.started","schema":1})"
        "\n"
        + event(R"(attempt.started","method":"POST","url":"https://a.test/")");
    const QByteArray end = event(
        R"(attempt.finished","failure":{"kind":"Certificate","qt_error":6,"message":"It has expired."})");
    const auto shown = [&event](const QByteArray &errors) {
        return event(R"(tls.certificates","chain":[{"subject":"CN=a.test","issuer":"CN=Middle",)"
                     R"("names":["a.test","b.test"],"not_before":"2026-01-01T00:00:00Z",)"
                     R"("not_after":"2026-02-01T00:00:00Z","key":"EC, 256 bit","sha256":"AB:CD"},)"
                     R"({"subject":"CN=Middle","issuer":"CN=Root"}],"errors":[)"
                     + errors + "]");
    };
    QTest::newRow("accepted") << QByteArray(
        begin + shown({})
        + event(R"(tls.finished","version":"TLS 1.3","cipher":"AES","alpn":"h2")"))
                              << QStringList{u"TLS 1.3, AES, ALPN h2"_s,
                                             u"1. The server's own: CN=a.test"_s,
                                             u"2. Issued by: CN=Middle"_s};
    QTest::newRow("one link fails")
        << QByteArray(begin
                      + shown(R"({"certificate":0,"error":"CertificateExpired","text":"expired"})")
                      + end)
        << QStringList{u"It has expired."_s,
                       u"\u2717 1. The server's own: CN=a.test \u2013 expired"_s,
                       u"2. Issued by: CN=Middle"_s};
    QTest::newRow("something is missing")
        << QByteArray(begin + shown(R"({"error":"NoIssuer","text":"no issuer"})") + end)
        << QStringList{u"It has expired."_s, u"\u2717 no issuer"_s,
                       u"1. The server's own: CN=a.test"_s, u"2. Issued by: CN=Middle"_s};
    QTest::newRow("it did not get as far")
        << QByteArray(begin + end)
        << QStringList{u"No certificate came: the attempt did not get as far."_s};
    QTest::newRow("an old connection")
        << QByteArray(begin + event(R"(request.sent","send":1)"))
        << QStringList{
               u"The connection was made by an attempt before, which shows its handshake."_s};
    QTest::newRow("plain") << QByteArray(begin).replace("https:", "http:")
                           << QStringList{u"No TLS: the endpoint is plain http, and everything can "
                                          "be read on the way."_s};
}

void tst_Response::theChainAndItsFailingLink()
{
    QFETCH(QByteArray, lines);
    QFETCH(QStringList, heads);
    Trace trace;
    QCOMPARE(loadTrace(&trace, lines), QString());
    TraceDigest digest;
    digest.setTrace(&trace);
    digest.update();
    TlsView view;
    view.show(digest.attempt(1));
    QStringList shown;
    for (int i = 0; i < view.topLevelItemCount(); ++i)
        shown.append(view.topLevelItem(i)->text(0));
    QCOMPARE(shown, heads);
    QStringList details;
    for (int i = 0; i < view.topLevelItemCount(); ++i) {
        for (int k = 0; k < view.topLevelItem(i)->childCount(); ++k)
            details.append(view.topLevelItem(i)->child(k)->text(1));
    }
    QCOMPARE(details.contains(u"a.test, b.test"_s), heads.size() > 2);
    QCOMPARE(details.contains(u"AB:CD"_s), heads.size() > 2);
    view.show(nullptr);
    QCOMPARE(view.topLevelItemCount(), 0);
}

void tst_Response::thePaneFollowsTheSelectedAttempt()
{
    Trace trace;
    QCOMPARE(loadTrace(&trace, storyLines()), QString());
    ResponsePane pane;
    pane.setTrace(&trace);
    QCOMPARE(pane.shownAttempt(), 3);
    QVERIFY(pane.qtErrorText().contains(u"Attempt 3"_s));
    pane.showAttempt(1);
    QVERIFY(pane.qtErrorText().contains(u"HostNotFoundError"_s));
    pane.showAttempt(0);
    QCOMPARE(pane.shownAttempt(), 3);
    pane.goToLongestGap();
    QCOMPARE(pane.findChild<QTableView *>()->currentIndex().row(), 1);
    pane.stepEvent(1);
    pane.stepEvent(1);
    QCOMPARE(pane.findChild<QTableView *>()->currentIndex().row(), 2);
}

void tst_Response::aTraceThatGoesTakesItsRowsAlong()
{
    auto trace = std::make_unique<Trace>();
    QCOMPARE(loadTrace(trace.get(), storyLines()), QString());
    ResponsePane pane;
    pane.setTrace(trace.get());
    pane.stepEvent(1);
    auto *model = pane.findChild<QTableView *>()->model();
    QCOMPARE(model->rowCount(), 3);
    trace.reset();
    QCOMPARE(model->rowCount(), 0);
    pane.stepEvent(1);
    pane.setTrace(nullptr);
    QCOMPARE(pane.shownAttempt(), 0);
}

QTEST_MAIN(tst_Response)
#include "tst_response.moc"
