// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"
#include "core/run/runner.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QProcessEnvironment>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Scenario rawScenario(const QString &endpoint)
{
    Scenario scenario;
    scenario.dialect = u"raw"_s;
    scenario.endpoint = endpoint;
    scenario.method = "GET";
    scenario.policy.initialBackoff = 2ms;
    return scenario;
}

} // namespace

//! Any HTTP request: what is typed is what is sent, and HTTP alone says whether the answer is
//! whole.
class tst_RawRequest : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void itIsNoFormat();
    void isSentAsItIsTyped_data();
    void isSentAsItIsTyped();
    void isJudgedByHttp_data();
    void isJudgedByHttp();
    void isRetried();
    void variables_data();
    void variables();
    void mistakes_data();
    void mistakes();
    void theSandboxAnswersAsWell();
    void comesBackFromItsFile();

private:
    void run(const Scenario &scenario)
    {
        QSignalSpy finished(&m_runner, &Runner::finished);
        const QList<InputError> errors = m_runner.start(scenario);
        QVERIFY2(errors.isEmpty(), errors.isEmpty() ? "" : qPrintable(errors.first().message));
        QVERIFY(!finished.isEmpty() || finished.wait(20'000));
    }

    Runner m_runner;
};

// What goes through all formats must not come across it.
void tst_RawRequest::itIsNoFormat()
{
    QVERIFY(!Dialect::ids().contains(u"raw"_s));
    QCOMPARE(Dialect::find(u"raw"_s), Dialect::raw());
}

void tst_RawRequest::isSentAsItIsTyped_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("typed"); // a Content-Type of the user's
    QTest::addColumn<QByteArray>("contentType");
    QTest::newRow("GET") << QByteArray("GET") << u"/a%20b/v1?x=1&y=%2F"_s << QByteArray("")
                         << QByteArray("") << QByteArray("");
    QTest::newRow("no path") << QByteArray("GET") << u"/"_s << QByteArray("") << QByteArray("")
                             << QByteArray("");
    QTest::newRow("DELETE") << QByteArray("DELETE") << u"/v1/files/1"_s << QByteArray("")
                            << QByteArray("") << QByteArray("");
    QTest::newRow("POST without a body")
        << QByteArray("POST") << u"/reset"_s << QByteArray("") << QByteArray("") << QByteArray("");
    QTest::newRow("JSON") << QByteArray("POST") << u"/v1/embeddings"_s
                          << QByteArray(R"({"input": "x"})") << QByteArray("")
                          << QByteArray("application/json");
    QTest::newRow("text") << QByteArray("PUT") << u"/a.txt"_s << QByteArray("hello, {world")
                          << QByteArray("") << QByteArray("text/plain; charset=utf-8");
    QTest::newRow("a type of its own")
        << QByteArray("PATCH") << u"/form"_s << QByteArray("a=1&b=%20")
        << QByteArray("application/x-www-form-urlencoded")
        << QByteArray("application/x-www-form-urlencoded");
    QTest::newRow("a verb of its own")
        << QByteArray("PROPFIND") << u"/dav/"_s << QByteArray("<x/>")
        << QByteArray("application/xml") << QByteArray("application/xml");
}

void tst_RawRequest::isSentAsItIsTyped()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, target);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, typed);
    QFETCH(QByteArray, contentType);
    const RawPeer peer(PeerScript{readRequest(), sendBytes(response(200, "fine"))});
    const QString server = u"http://127.0.0.1:%1"_s.arg(peer.port());
    Scenario scenario = rawScenario(target == "/"_L1 ? server : QString(server + target));
    scenario.method = method;
    if (!body.isEmpty())
        scenario.rawBody = body;
    if (!typed.isEmpty())
        scenario.headers = {{"Content-Type", typed}};
    scenario.headers.append(HeaderField{"X-Trace", "on"});
    run(scenario);
    QCOMPARE(peer.received().size(), 1);
    const PeerRequest request = peer.received().constFirst();
    QVERIFY2(
        request.head.startsWith(QByteArray(method + ' ' + target.toLatin1() + " HTTP/1.1\r\n")),
        request.head.constData());
    QCOMPARE(request.body, body);
    QCOMPARE(request.header("content-type"), contentType);
    QCOMPARE(request.header("accept"), QByteArray("*/*"));
    QCOMPARE(request.header("x-trace"), QByteArray("on"));
    QVERIFY(m_runner.summary().verdict == RunVerdict::Complete);
    QCOMPARE(m_runner.summary().answer.text, u"fine"_s);
}

void tst_RawRequest::isJudgedByHttp_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<RunVerdict>("verdict");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("events");
    const auto bytes = [](const QByteArray &head, const QByteArray &body) {
        return QByteArray("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n" + body);
    };
    QTest::newRow("text") << response(200, "hello") << RunVerdict::Complete << u"hello"_s << 0;
    QTest::newRow("JSON of any shape")
        << response(200, "[1, 2]", "Content-Type: application/json\r\n") << RunVerdict::Complete
        << u"[1, 2]"_s << 0;
    QTest::newRow("JSON that is none")
        << response(200, "[1, ", "Content-Type: application/json\r\n") << RunVerdict::Complete
        << u"[1, "_s << 0;
    QTest::newRow("no text") << response(200, QByteArray("a\0\xff", 3)) << RunVerdict::Complete
                             << QString() << 0;
    QTest::newRow("no body") << response(200, {}) << RunVerdict::Complete << QString() << 0;
    QTest::newRow("encoded, as it was asked for")
        << response(200, "zipped", "Content-Encoding: br\r\n") << RunVerdict::Complete
        << u"zipped"_s << 0;
    QTest::newRow("cut") << bytes("Content-Length: 10", "hello") << RunVerdict::Truncated
                         << QString() << 0;
    QTest::newRow("chunks without an end") << bytes("Transfer-Encoding: chunked", "5\r\nhello\r\n")
                                           << RunVerdict::Truncated << QString() << 0;
    QTest::newRow("events") << bytes("Content-Type: text/event-stream\r\nContent-Length: 22",
                                     "data: one\n\ndata: two\n\n")
                            << RunVerdict::Complete << u"one\ntwo\n"_s << 2;
    QTest::newRow("events, the last one cut")
        << bytes("Content-Type: text/event-stream\r\nTransfer-Encoding: chunked",
                 "b\r\ndata: one\n\n\r\n6\r\ndata: \r\n")
        << RunVerdict::Truncated << u"one\n"_s << 1;
    QTest::newRow("an error") << response(404, "no such thing") << RunVerdict::HttpError
                              << QString() << 0;
}

void tst_RawRequest::isJudgedByHttp()
{
    QFETCH(QByteArray, answer);
    QFETCH(RunVerdict, verdict);
    QFETCH(QString, text);
    QFETCH(int, events);
    const RawPeer peer(PeerScript{readRequest(), sendBytes(answer), fin()});
    run(rawScenario(peer.url().toString()));
    const RunSummary &summary = m_runner.summary();
    QVERIFY2(summary.verdict == verdict, qPrintable(summary.reason));
    QCOMPARE(summary.answer.text, text);
    QCOMPARE(summary.events, qint64(events));
}

void tst_RawRequest::isRetried()
{
    const RawPeer peer(QList<PeerScript>{{readRequest(), rst()},
                                         {readRequest(), sendBytes(response(200, "fine"))}});
    Scenario scenario = rawScenario(peer.url(u"/x"_s).toString());
    scenario.method = "PUT";
    scenario.rawBody = "once more";
    scenario.policy.retryMaybeProcessed = true;
    run(scenario);
    QVERIFY(m_runner.summary().verdict == RunVerdict::Complete);
    QCOMPARE(peer.received().size(), 2);
    QCOMPARE(peer.received().last().body, QByteArray("once more"));
}

void tst_RawRequest::variables_data()
{
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<QByteArray>("sent");
    QTest::newRow("text") << QByteArray("say ${WORDS}") << QByteArray(R"(say "so")");
    QTest::newRow("JSON") << QByteArray(R"({"say": "${WORDS}"})")
                          << QByteArray(R"({"say": "\"so\""})");
}

void tst_RawRequest::variables()
{
    QFETCH(QByteArray, typed);
    QFETCH(QByteArray, sent);
    const RawPeer peer(PeerScript{readRequest(), sendBytes(response(200, "fine"))});
    QProcessEnvironment environment;
    environment.insert(u"WORDS"_s, u"\"so\""_s);
    m_runner.setEnvironment(environment);
    Scenario scenario = rawScenario(peer.url().toString());
    scenario.method = "POST";
    scenario.rawBody = typed;
    // What is not sent needs no value.
    scenario.chat.system = u"${NOBODY}"_s;
    run(scenario);
    QCOMPARE(peer.received().size(), 1);
    QCOMPARE(peer.received().constFirst().body, sent);
}

void tst_RawRequest::mistakes_data()
{
    QTest::addColumn<QString>("endpoint");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("field");
    const QByteArray none;
    QTest::newRow("no URL") << u"127.0.0.1/x"_s << QByteArray("GET") << none << u"endpoint"_s;
    QTest::newRow("no path of the sandbox")
        << u"sandbox:/a b"_s << QByteArray("GET") << none << u"endpoint"_s;
    QTest::newRow("an answer without a body")
        << u"http://127.0.0.1:1/"_s << QByteArray("HEAD") << none << u"method"_s;
    QTest::newRow("no text") << u"http://127.0.0.1:1/"_s << QByteArray("PUT")
                             << QByteArray("\xff\xfe") << u"body"_s;
}

void tst_RawRequest::mistakes()
{
    QFETCH(QString, endpoint);
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, body);
    QFETCH(QString, field);
    Scenario scenario = rawScenario(endpoint);
    scenario.method = method;
    scenario.rawBody = body;
    const QList<InputError> errors = m_runner.start(scenario);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, field);
    QVERIFY(!m_runner.isRunning());
}

void tst_RawRequest::theSandboxAnswersAsWell()
{
    run(rawScenario(u"sandbox:/v1/models?page=1"_s));
    QVERIFY2(m_runner.summary().verdict == RunVerdict::Complete,
             qPrintable(m_runner.summary().reason));
    QVERIFY(m_runner.summary().answer.text.contains("\"data\""_L1));
    run(rawScenario(u"sandbox"_s));
    QVERIFY(m_runner.summary().verdict == RunVerdict::HttpError);
    // A fault that would not strike is refused; those below a stream strike.
    Scenario scenario = rawScenario(u"sandbox:/v1/models"_s);
    scenario.faults = *FaultPlan::fromString(u"ok,no-terminal"_s);
    const QList<InputError> errors = m_runner.start(scenario);
    QCOMPARE(errors.size(), 1);
    QVERIFY2(errors.first().message.startsWith("Entry 2: \"no-terminal\""_L1),
             qPrintable(errors.first().message));
    scenario.faults = *FaultPlan::fromString(u"cut(after=3)"_s);
    run(scenario);
    QVERIFY(m_runner.summary().verdict == RunVerdict::Truncated);
    QVERIFY(m_runner.summary().isSimulated());
}

void tst_RawRequest::comesBackFromItsFile()
{
    Scenario scenario = rawScenario(u"https://a.test/x?y=1"_s);
    scenario.rawBody = "no { JSON";
    const Result<Scenario> back = Scenario::fromText(scenario.toText());
    QVERIFY(back);
    QVERIFY(*back == scenario);
    QVERIFY(back->validate().isEmpty());
}

QTEST_GUILESS_MAIN(tst_RawRequest)
#include "tst_rawrequest.moc"
