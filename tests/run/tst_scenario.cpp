// SPDX-License-Identifier: MIT
#include "core/run/scenario.h"

#include "core/trace/redactor.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Scenario : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void exampleIsReadyToSend();
    void everyMemberSurvivesTheFile();
    void missingMembersHaveDefaults();
    void badFiles_data();
    void badFiles();
    void invalid_data();
    void invalid();
    void secretsAreNotSaved();
    void theSeedDecidesWhichFaultsStrike();
};

namespace {

// Every member differs from its default, so that one that is forgotten shows.
Scenario unusual()
{
    Scenario s;
    s.endpoint = u"https://h.example/v1"_s;
    s.chat = {u"m"_s,
              u"be brief"_s,
              {{u"user"_s, u"hi"_s}, {u"assistant"_s, u"yes?"_s}},
              false,
              {{u"temperature"_s, 0.5}}};
    s.rawBody = QByteArray(R"({"a":1})");
    s.method = "PUT";
    s.headers = {{"X-One", "1"}, {"X-One", "2"}};
    s.keyVariable = u"SOME_KEY"_s;
    s.policy.maxRetries = 7;
    s.policy.initialBackoff = 11ms;
    s.policy.maxBackoff = 1234ms;
    s.policy.jitter = 0.125;
    s.policy.retryOn = RetryPolicy::Kind::Dns | RetryPolicy::Kind::Http2;
    s.policy.retryMaybeProcessed = false;
    s.policy.idempotencyKey = true;
    s.timeouts = {1ms, 2ms, 3ms, 4ms, 5ms};
    s.faults = *FaultPlan::fromString(u"dns,latency(ms=20),ok"_s);
    s.faultChance = 0.25;
    s.seed = 18446744073709551615ULL;
    s.proxy = {ProxyChoice::Kind::Explicit, u"socks5h://127.0.0.1:1080"_s, u"a.test"_s};
    s.useTap = false;
    s.allowHttp2 = false;
    s.terminateTls = true;
    s.insecure = true;
    s.caFile = u"ca.pem"_s;
    return s;
}

} // namespace

void tst_Scenario::exampleIsReadyToSend()
{
    const Scenario example = Scenario::example();
    QVERIFY(example.validate().isEmpty());
    QCOMPARE(example.faults.toString(), u"dns,refused,ok"_s);
    QCOMPARE(example.endpoint, u"sandbox"_s);
}

void tst_Scenario::everyMemberSurvivesTheFile()
{
    const Scenario before = unusual();
    const auto after = Scenario::fromText(before.toText());
    QVERIFY2(after.hasValue(),
             after ? "" : qPrintable(after.error().field + after.error().message));
    QVERIFY(*after == before);

    const QJsonObject defaults = Scenario().toJson();
    const QJsonObject other = before.toJson();
    for (const QString &member : defaults.keys()) {
        const bool fixed = member == "schema"_L1 || member == "dialect"_L1;
        QVERIFY2(fixed || other.value(member) != defaults.value(member), qPrintable(member));
    }
}

void tst_Scenario::missingMembersHaveDefaults()
{
    const auto scenario = Scenario::fromText("{}");
    QVERIFY(scenario.hasValue());
    QVERIFY(*scenario == Scenario());
}

void tst_Scenario::badFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("says");
    QTest::newRow("not JSON") << QByteArray(R"({"seed": })") << QString() << u"not JSON"_s;
    QTest::newRow("empty") << QByteArray("") << QString() << u"not JSON"_s;
    QTest::newRow("no object") << QByteArray("[]") << QString() << u"JSON object"_s;
    QTest::newRow("a member nobody knows")
        << QByteArray(R"({"sed": 1})") << u"sed"_s << u"no such member"_s;
    QTest::newRow("an inner member nobody knows") << QByteArray(R"({"policy": {"retries": 1}})")
                                                  << u"policy.retries"_s << u"no such member"_s;
    QTest::newRow("a number for a string")
        << QByteArray(R"({"endpoint": 1})") << u"endpoint"_s << u"string"_s;
    QTest::newRow("a fraction of a retry") << QByteArray(R"({"policy": {"max_retries": 1.5}})")
                                           << u"policy.max_retries"_s << u"whole number"_s;
    QTest::newRow("a string for a duration") << QByteArray(R"({"timeouts": {"total_ms": "1"}})")
                                             << u"timeouts.total_ms"_s << u"number"_s;
    QTest::newRow("an unknown kind")
        << QByteArray(R"({"policy": {"retry_on": ["dsn"]}})") << u"policy.retry_on"_s << u"dsn"_s;
    QTest::newRow("an unknown fault")
        << QByteArray(R"({"faults": ["refsed"]})") << u"faults"_s << u"refused"_s;
    QTest::newRow("a negative seed")
        << QByteArray(R"({"seed": -1})") << u"seed"_s << u"whole number"_s;
    QTest::newRow("a header that is no pair")
        << QByteArray(R"({"headers": [["a"]]})") << u"headers[0]"_s << u"pair"_s;
    QTest::newRow("a message without content")
        << QByteArray(R"({"chat": {"messages": [{"role": "user"}]}})") << u"chat.messages[0]"_s
        << u"content"_s;
    QTest::newRow("a newer schema")
        << QByteArray(R"({"schema": 2})") << u"schema"_s << u"newer version"_s;
}

void tst_Scenario::badFiles()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, field);
    QFETCH(QString, says);
    const auto scenario = Scenario::fromText(text);
    QVERIFY(!scenario.hasValue());
    QCOMPARE(scenario.error().field, field);
    QVERIFY2(scenario.error().message.contains(says), qPrintable(scenario.error().message));
}

void tst_Scenario::invalid_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QByteArray>("patch");
    QTest::newRow("an unknown dialect") << u"dialect"_s << QByteArray(R"({"dialect": "x"})");
    QTest::newRow("a bad URL") << u"endpoint"_s << QByteArray(R"({"endpoint": "http://exa mple"})");
    QTest::newRow("no model")
        << u"chat.model"_s
        << QByteArray(
               R"({"chat": {"model": " ", "messages": [{"role": "user", "content": "x"}]}})");
    QTest::newRow("no message") << u"chat.messages"_s
                                << QByteArray(R"({"chat": {"model": "m", "messages": []}})");
    QTest::newRow("a body that is not JSON") << u"body"_s << QByteArray(R"({"body": "{"})");
    QTest::newRow("a method whose answer has no body")
        << u"method"_s << QByteArray(R"({"method": "HEAD"})");
    QTest::newRow("a method with a blank") << u"method"_s << QByteArray(R"({"method": "PO ST"})");
    QTest::newRow("a header name with a blank")
        << u"headers[0]"_s << QByteArray(R"({"headers": [["a b", "c"]]})");
    QTest::newRow("a header with a line break")
        << u"headers[1]"_s << QByteArray(R"({"headers": [["a", "b"], ["c", "d\r\nE: f"]]})");
    QTest::newRow("a header with a control character")
        << u"headers[0]"_s << QByteArray(R"({"headers": [["a", "b\u0001c"]]})");
    QTest::newRow("a length by hand")
        << u"headers[0]"_s << QByteArray(R"({"headers": [["Content-Length", "1"]]})");
    QTest::newRow("a jitter over 1")
        << u"policy.jitter"_s << QByteArray(R"({"policy": {"jitter": 1.5}})");
    QTest::newRow("a negative timeout")
        << u"timeouts.total"_s << QByteArray(R"({"timeouts": {"total_ms": -1}})");
    QTest::newRow("a TLS fault on a plain endpoint")
        << u"faultPlan"_s << QByteArray(R"({"endpoint": "http://h/", "faults": ["tls-expired"]})");
    QTest::newRow("a sandbox fault elsewhere")
        << u"faultPlan"_s << QByteArray(R"({"endpoint": "http://h/", "faults": ["no-terminal"]})");
    QTest::newRow("faults without the tap")
        << u"faultPlan"_s << QByteArray(R"({"tap": false, "faults": ["dns"]})");
    QTest::newRow("a proxy that is none") << u"proxy"_s << QByteArray(R"({"proxy": "ftp://h:1"})");
    QTest::newRow("a proxy whose password was not saved")
        << u"proxy"_s << QByteArray(R"({"proxy": "http://%1@h:1"})");
    QTest::newRow("an exception that is none")
        << u"no_proxy"_s << QByteArray(R"({"proxy": "http://h:1", "no_proxy": "10.*"})");
    QTest::newRow("a file that is not there")
        << u"ca_file"_s << QByteArray(R"({"ca_file": "/nonexistent/ca.pem"})");
    QTest::newRow("a secret that was not saved")
        << u"headers[0]"_s << QByteArray(R"({"headers": [["X-Api-Key", "%1"]]})");
}

void tst_Scenario::invalid()
{
    QFETCH(QString, field);
    QFETCH(QByteArray, patch);
    patch.replace("%1", Redactor::mark().toUtf8());
    QJsonObject json = Scenario::example().toJson();
    const QJsonObject changes = QJsonDocument::fromJson(patch).object();
    QVERIFY(!changes.isEmpty());
    for (auto it = changes.begin(); it != changes.end(); ++it)
        json.insert(it.key(), it.value());
    const auto scenario = Scenario::fromJson(json);
    QVERIFY2(scenario.hasValue(), scenario ? "" : qPrintable(scenario.error().message));
    const QList<InputError> errors = scenario->validate();
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, field);
    QVERIFY(errors.first().message.endsWith(u'.') || errors.first().message.endsWith(u'?'));
}

void tst_Scenario::secretsAreNotSaved()
{
    Scenario scenario = Scenario::example();
    scenario.endpoint = u"https://h.example/v1?key=CANARY-1&model=x"_s;
    scenario.headers = {{"Authorization", "Bearer CANARY-2"}, {"X-Plain", "kept"}};
    for (const QString &proxy :
         {u"http://me:CANARY-3@proxy:1"_s, u"me:CANARY-3@proxy:1"_s, u"me:CANARY/3@proxy:1"_s}) {
        scenario.proxy.url = proxy;
        scenario.proxy.kind = ProxyChoice::Kind::Explicit;
        const Scenario saved = scenario.withoutSecrets();
        QVERIFY(!saved.toText().contains("CANARY"));
        QVERIFY(saved.toText().contains("proxy:1"));
        // And not forgotten either.
        const QList<InputError> errors = saved.validate();
        QVERIFY(std::ranges::any_of(errors, [](auto &error) { return error.field == u"proxy"_s; }));
    }
    const QByteArray text = scenario.withoutSecrets().toText();
    QVERIFY(!text.contains("CANARY"));
    QVERIFY(text.contains("kept"));
    QVERIFY(text.contains("model=x"));
    // What has nothing to hide stays as it was typed.
    const Scenario plain = Scenario::example();
    QVERIFY(plain.withoutSecrets() == plain);
}

void tst_Scenario::theSeedDecidesWhichFaultsStrike()
{
    Scenario scenario = Scenario::example();
    scenario.faults = *FaultPlan::fromString(u"refused"_s);
    QVERIFY(!scenario.toJson().contains("fault_chance"_L1));
    QCOMPARE(scenario.drawnFaults(), scenario.faults);
    scenario.faultChance = 0.3;
    int struck = 0;
    for (scenario.seed = 1; scenario.seed <= 2000; ++scenario.seed)
        struck += scenario.drawnFaults().isEmpty() ? 0 : 1;
    // Also of seeds that follow each other.
    QVERIFY2(struck > 540 && struck < 660, QByteArray::number(struck).constData());
    for (const double wrong : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
        scenario.faultChance = wrong;
        QCOMPARE(scenario.validate().value(0).field, u"fault_chance"_s);
    }
}

QTEST_GUILESS_MAIN(tst_Scenario)
#include "tst_scenario.moc"
