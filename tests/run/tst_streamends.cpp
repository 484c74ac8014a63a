// SPDX-License-Identifier: MIT
#include "core/run/runner.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QMetaEnum>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

//! How a stream can end on a real connection, and what may be said of it: Qt calls most of these a
//! success.
class tst_StreamEnds : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void verdicts_data();
    void verdicts();
    void anySplit_data();
    void anySplit();
};

namespace {

template <typename Enum>
QString nameOf(Enum value)
{
    return QString::fromLatin1(QMetaEnum::fromType<Enum>().valueToKey(static_cast<int>(value)));
}

const QByteArray Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

QByteArray word(const QByteArray &text)
{
    return R"(data: {"choices":[{"index":0,"delta":{"content":")" + text + "\"}}]}\n\n";
}

QByteArray chunk(const QByteArray &bytes)
{
    return QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n";
}

bool run(Runner &runner, const RawPeer &peer)
{
    Scenario scenario = Scenario::example();
    scenario.faults = {};
    scenario.endpoint = peer.url().toString();
    QSignalSpy finished(&runner, &Runner::finished);
    const QList<InputError> errors = runner.start(scenario);
    return errors.isEmpty() && (finished.count() == 1 || finished.wait(30'000));
}

} // namespace

void tst_StreamEnds::verdicts_data()
{
    QTest::addColumn<PeerScript>("end");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QStringList>("verdicts");
    const QByteArray open = Head + "\r\n";
    const QByteArray chunked = Head + "Transfer-Encoding: chunked\r\n\r\n";
    const QByteArray two = word("a") + word("b");
    const QByteArray done = "data: [DONE]\n\n";
    const QStringList truncated{u"Truncated"_s};
    const QStringList complete{u"Complete"_s};
    const auto row = [](const char *name, const QByteArray &bytes, const PeerStep &end,
                        const QStringList &verdicts) {
        QTest::newRow(name) << PeerScript{end} << bytes << verdicts;
    };
    row("T55 no length, FIN inside an event", open + two + "data: {\"cho", fin(), truncated);
    row("T56 no length, RST inside an event", open + two + "data: {\"cho", rst(), truncated);
    row("T57 chunked, FIN instead of the last chunk", chunked + chunk(two), fin(), truncated);
    row("T58 short of its length, FIN", Head + "Content-Length: 5000\r\n\r\n" + two, fin(),
        truncated);
    row("T60 the terminal event, then RST", open + two + done, rst(), complete);
    row("T60 the terminal event, then RST, chunked", chunked + chunk(two + done), rst(), complete);
    row("T61 the terminal event without its last line end", open + two + "data: [DONE]\n", fin(),
        complete);
    row("T62 an error event mid-stream",
        open + two + "event: error\ndata: {\"error\":{\"message\":\"overloaded\"}}\n\n", fin(),
        {u"Failed"_s});
    row("T64 an empty success", response(200, {}, "Content-Type: text/event-stream\r\n"), stall(),
        truncated);
    row("T65 a chunk size that is no number", chunked + chunk(two) + "ZZZ\r\nrest", fin(),
        {u"Truncated"_s, u"Damaged"_s});
    row("T57 chunked, FIN in the size of a chunk", chunked + chunk(two) + "1", fin(), truncated);
    row("T57 chunked, FIN in the last chunk", chunked + chunk(two) + "0\r", fin(), truncated);
    row("T65 gzip that nobody asked for, cut",
        Head + "Content-Encoding: gzip\r\n\r\n" + QByteArray::fromHex("1f8b08000000000000034b"),
        fin(), {u"Truncated"_s, u"Damaged"_s});
}

void tst_StreamEnds::verdicts()
{
    QFETCH(PeerScript, end);
    QFETCH(QByteArray, bytes);
    QFETCH(QStringList, verdicts);
    PeerScript script{readRequest(), sendBytes(bytes)};
    // A reset would take the data along that has not been read yet: the client must have it first.
    const RawPeer peer(script + end);
    Runner runner;
    QVERIFY(run(runner, peer));
    const RunSummary &summary = runner.summary();
    if (end.first().kind == PeerStep::Kind::Rst && summary.status == 0)
        QSKIP("the reset took the answer along");
    QVERIFY2(verdicts.contains(nameOf(summary.verdict)), qPrintable(summary.reason));
    QCOMPARE(peer.requests(), 1);
    QCOMPARE(summary.attempts.size(), 1);
    QCOMPARE(summary.status, 200);
    if (verdicts == QStringList{u"Truncated"_s} && summary.bytes > 0) {
        QVERIFY(summary.judgement);
        QVERIFY(summary.judgement->offset > 0 && summary.judgement->offset <= summary.bytes);
    }
}

void tst_StreamEnds::anySplit_data()
{
    QTest::addColumn<int>("step");
    for (const int step : {1, 2, 3, 7, 50})
        QTest::addRow("T63 pieces of %d bytes", step) << step;
}

void tst_StreamEnds::anySplit()
{
    QFETCH(int, step);
    const QByteArray bytes = Head + "Connection: close\r\n\r\n"
                             + word("Gr\xc3\xbc\xc3\x9f"
                                    "e \xe2\x82\xac ")
                             + ": note\r\n\r\n" + word("ende") + "data: [DONE]\n\n";
    PeerScript script{readRequest()};
    for (qsizetype at = 0; at < bytes.size(); at += step)
        script.append(sendBytes(bytes.mid(at, step)));
    script.append(fin());
    const RawPeer peer(script);
    Runner runner;
    QVERIFY(run(runner, peer));
    QCOMPARE(nameOf(runner.summary().verdict), u"Complete"_s);
    QCOMPARE(runner.summary().answer.text, QString::fromUtf8("Gr\xc3\xbc\xc3\x9f"
                                                             "e \xe2\x82\xac ende"));
    QCOMPARE(runner.summary().events, 3);
}

QTEST_GUILESS_MAIN(tst_StreamEnds)
#include "tst_streamends.moc"
