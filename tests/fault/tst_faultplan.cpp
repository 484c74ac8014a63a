// SPDX-License-Identifier: MIT
#include "core/fault/faultplan.h"

#include "core/base/random.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;

namespace {

QString text(const char *utf8)
{
    return QString::fromUtf8(utf8);
}

Fault fault(FaultKind kind, const QMap<QString, FaultValue> &parameters = {}, int status = 0)
{
    Fault result;
    result.kind = kind;
    result.status = status;
    result.parameters = parameters;
    return result;
}

} // namespace

class tst_FaultPlan : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void parses_data();
    void parses();
    void rejects_data();
    void rejects();
    void anyTextIsAnsweredQuickly_data();
    void anyTextIsAnsweredQuickly();
    void textRoundTrip_data();
    void textRoundTrip();
    void jsonRoundTrip();
    void rejectsJson_data();
    void rejectsJson();
    void attemptsTakeEntriesInOrder();
    void emptiness();
    void placeable_data();
    void placeable();
    void whatIsLeftToTheSandbox();
    void drawnByChance();
};

using Faults = QList<Fault>;

void tst_FaultPlan::parses_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<Faults>("faults");

    const QString after = text("after");
    const Fault none;
    QTest::newRow("nothing is an empty plan") << QString() << Faults{};
    QTest::newRow("blanks are an empty plan") << text(" \t\n") << Faults{};
    QTest::newRow("entries in order")
        << text("dns,refused,ok") << Faults{fault(FaultKind::Dns), fault(FaultKind::Refused), none};
    QTest::newRow("a repeat") << text("refused*2,ok")
                              << Faults{fault(FaultKind::Refused), fault(FaultKind::Refused), none};
    QTest::newRow("a repeat of one") << text("eof*1") << Faults{fault(FaultKind::Eof)};
    QTest::newRow("a parameter in events")
        << text("stall(after=5)")
        << Faults{fault(FaultKind::Stall, {{after, {5, FaultUnit::Events}}})};
    QTest::newRow("a parameter in bytes")
        << text("cut(after=100b)")
        << Faults{fault(FaultKind::Cut, {{after, {100, FaultUnit::Bytes}}})};
    QTest::newRow("two parameters, either order")
        << text("latency(jitter=5,ms=250)")
        << Faults{fault(FaultKind::Latency, {{text("ms"), {250, FaultUnit::Milliseconds}},
                                             {text("jitter"), {5, FaultUnit::Milliseconds}}})};
    QTest::newRow("a status") << text("http-429") << Faults{fault(FaultKind::HttpStatus, {}, 429)};
    QTest::newRow("a status with a parameter and a repeat")
        << text("http-503(retry-after=2)*2")
        << Faults(2, fault(FaultKind::HttpStatus, {{text("retry-after"), {2, FaultUnit::Seconds}}},
                           503));
    QTest::newRow("blanks between all parts")
        << text(" latency ( ms = 250 , jitter = 5 ) * 2 , ok ")
        << Faults{fault(FaultKind::Latency, {{text("ms"), {250, FaultUnit::Milliseconds}},
                                             {text("jitter"), {5, FaultUnit::Milliseconds}}}),
                  fault(FaultKind::Latency, {{text("ms"), {250, FaultUnit::Milliseconds}},
                                             {text("jitter"), {5, FaultUnit::Milliseconds}}}),
                  none};
    QTest::newRow("a text") << text("dns-wrong(address=::1)")
                            << Faults{
                                   fault(FaultKind::DnsWrong,
                                         {{text("address"), {0, FaultUnit::Text, text("::1")}}})};
    QTest::newRow("a text in quotes")
        << text(R"(ok,http-500(body="a \"b\", (c) \\"),ok)")
        << Faults{none,
                  fault(FaultKind::HttpStatus,
                        {{text("body"), {0, FaultUnit::Text, text(R"(a "b", (c) \)")}}}, 500),
                  none};
    QTest::newRow("empty brackets") << text("cut()") << Faults{fault(FaultKind::Cut)};
    QTest::newRow("the lowest and the highest value")
        << text("tls-alert(code=0),tls-alert(code=255)")
        << Faults{fault(FaultKind::TlsAlert, {{text("code"), {0, FaultUnit::Plain}}}),
                  fault(FaultKind::TlsAlert, {{text("code"), {255, FaultUnit::Plain}}})};
    QTest::newRow("as many entries as there may be")
        << text("ok*999,dns") << Faults(999, none) + Faults{fault(FaultKind::Dns)};
}

void tst_FaultPlan::parses()
{
    QFETCH(QString, typed);
    QFETCH(Faults, faults);
    const auto plan = FaultPlan::fromString(typed);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().message));
    QCOMPARE(plan->faults(), faults);
}

void tst_FaultPlan::rejects_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const char *typed, int offset, const char *message) {
        QTest::newRow(name) << text(typed) << offset << text(message);
    };
    row("an unknown name", "dns,reffused", 4,
        "Entry 2: \"reffused\" is no fault; the nearest is \"refused\".");
    row("a name with a wrong letter", "tls-notjet", 0,
        "Entry 1: \"tls-notjet\" is no fault; the nearest is \"tls-notyet\".");
    row("a text without an end", "redirect(location=\"/a)", 8,
        "Entry 1: the bracket after \"redirect\" is not closed; add \")\".");
    row("something behind a text", "redirect(location=\"/a\"b)", 18,
        "Entry 1: the quotes are not closed; add a \".");
    row("an empty text", "redirect(location=)", 18,
        "Entry 1: \"location\" takes 1 to 2000 characters, not 0.");
    row("a line break in a text", "redirect(location=\"/a\nb\")", 18,
        "Entry 1: \"location\" cannot hold a line break or another control character.");
    row("an address that is none", "dns-wrong(address=1.2.3)", 18,
        "Entry 1: \"1.2.3\" is no IP address.");
    row("a name in capitals", "DNS", 0, "Entry 1: \"DNS\" is no fault; the nearest is \"dns\".");
    row("an unknown parameter", "ok, stall(affter=3)", 10,
        "Entry 2: \"stall\" has no parameter \"affter\"; the nearest is \"after\".");
    row("a parameter where there is none", "refused(after=3)", 8,
        "Entry 1: \"refused\" takes no parameters.");
    row("a value without its name", "stall(3)", 6,
        "Entry 1: a parameter is written as NAME=VALUE, not \"3\"; \"stall\" takes after.");
    row("a parameter twice", "latency(ms=1,ms=2)", 13, "Entry 1: \"ms\" is given twice.");
    row("an empty parameter", "latency(ms=1,)", 13,
        "Entry 1: a parameter is written as NAME=VALUE, not \"\"; \"latency\" takes ms, jitter.");
    row("no value", "stall(after=)", 12,
        "Entry 1: \"after\" takes a number of events (3) or bytes (100b), not \"\".");
    row("a unit that is not known", "stall(after=1k)", 12,
        "Entry 1: \"after\" takes a number of events (3) or bytes (100b), not \"1k\".");
    row("only a unit", "stall(after=b)", 12,
        "Entry 1: \"after\" takes a number of events (3) or bytes (100b), not \"b\".");
    row("bytes where only events count", "bad-json(at=10b)", 12,
        "Entry 1: \"at\" takes a number of events, not \"10b\".");
    row("a fraction", "slow-first(ms=1.5)", 14,
        "Entry 1: \"ms\" takes a whole number of milliseconds, not \"1.5\".");
    row("a sign in front", "latency(ms=+5)", 11,
        "Entry 1: \"ms\" takes a whole number of milliseconds, not \"+5\".");
    row("too low a value", "bad-json(at=0)", 12,
        "Entry 1: \"at\" must lie between 1 and 1000000000, not \"0\".");
    row("a negative value", "http-429(retry-after=-1)", 21,
        "Entry 1: \"retry-after\" must lie between 0 and 86400, not \"-1\".");
    row("a value beyond all integers", "tls-alert(code=99999999999999999999)", 15,
        "Entry 1: \"code\" must lie between 0 and 255, not \"99999999999999999999\".");
    row("a status out of range", "http-600", 5,
        "Entry 1: the status must lie between 200 and 599, not 600.");
    row("the placeholder itself", "http-NNN", 5,
        "Entry 1: the status must lie between 200 and 599, not NNN.");
    row("a status that is none", "ok,http-5xx", 3,
        "Entry 2: \"http-5xx\" needs a status of three digits, as in \"http-429\".");
    row("a repeat that is no number", "refused*x", 7,
        "Entry 1: \"*x\" is no repeat count; write a whole number from 1 to 1000, as in "
        "\"refused*2\".");
    row("a repeat of nothing", "refused*", 7,
        "Entry 1: \"*\" is no repeat count; write a whole number from 1 to 1000, as in "
        "\"refused*2\".");
    row("a repeat of zero", "refused*0", 7,
        "Entry 1: \"*0\" is no repeat count; write a whole number from 1 to 1000, as in "
        "\"refused*2\".");
    row("a repeat too often", "refused*1001", 7,
        "Entry 1: \"*1001\" is no repeat count; write a whole number from 1 to 1000, as in "
        "\"refused*2\".");
    row("a missing bracket", "dns,stall(after=3,ok", 9,
        "Entry 2: the bracket after \"stall\" is not closed; add \")\".");
    row("a bracket too many", "cut(after=3))", 12, "Entry 1: there is a \")\" without a \"(\".");
    row("a closing bracket alone", "cut)", 3, "Entry 1: there is a \")\" without a \"(\".");
    row("something after the bracket", "cut(after=3)x", 12,
        "Entry 1: only a repeat count such as *2 may follow the bracket, not \"x\".");
    row("an empty entry", "dns,,ok", 4,
        "Entry 2: there is nothing between the commas; write \"ok\" for an attempt without a "
        "fault.");
    row("a comma at the end", "dns,", 4,
        "Entry 2: there is nothing between the commas; write \"ok\" for an attempt without a "
        "fault.");
    row("a comma alone", ",", 0,
        "Entry 1: there is nothing between the commas; write \"ok\" for an attempt without a "
        "fault.");
    row("brackets without a name", "(after=3)", 0,
        "Entry 1: \"\" is no fault; the nearest is \"ok\".");
    row("more entries than there may be", "ok*1000,dns", 11,
        "Entry 2: with it the plan has more than the 1000 entries that are allowed.");
    row("control characters are not echoed", "a\nb\x1b", 0,
        "Entry 1: \"a\uFFFDb\uFFFD\" is no fault; the nearest is \"ok\".");
}

void tst_FaultPlan::rejects()
{
    QFETCH(QString, typed);
    QFETCH(int, offset);
    QFETCH(QString, message);
    const auto plan = FaultPlan::fromString(typed);
    QVERIFY(!plan);
    QCOMPARE(plan.error().message, message);
    QCOMPARE(plan.error().offset, std::optional<qsizetype>(offset));
    QCOMPARE(plan.error().field, text("faultPlan"));
}

// A test that hangs or needs gigabytes fails; what the answer is does not matter here.
void tst_FaultPlan::anyTextIsAnsweredQuickly_data()
{
    QTest::addColumn<QString>("typed");
    QTest::newRow("a million commas") << QString(1'000'000, u',');
    QTest::newRow("a million brackets") << QString(1'000'000, u'(');
    QTest::newRow("a million letters") << QString(1'000'000, u'r');
    QTest::newRow("the longest repeats") << text("dns*1000,").repeated(100'000);
    QTest::newRow("a million parameters") << QString(text("cut(") + text("a=1,").repeated(250'000));
    QTest::newRow("a million quotes") << QString(text("cut(") + QString(1'000'001, u'"'));
    QTest::newRow("a long number") << QString(text("dns*") + QString(1'000'000, u'9'));
}

void tst_FaultPlan::anyTextIsAnsweredQuickly()
{
    QFETCH(QString, typed);
    const auto plan = FaultPlan::fromString(typed);
    QVERIFY(!plan);
    QVERIFY(plan.error().message.size() < 200);
}

void tst_FaultPlan::textRoundTrip_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("canonical");
    const auto row = [](const char *name, const char *typed, const char *canonical) {
        QTest::newRow(name) << text(typed) << text(canonical);
    };
    row("empty", "", "");
    row("plain", "dns,refused,ok", "dns,refused,ok");
    row("equal neighbours become a repeat", "dns,dns,ok,ok,ok,dns", "dns*2,ok*3,dns");
    row("neighbours with other values do not", "cut(after=1),cut(after=2),cut",
        "cut(after=1),cut(after=2),cut");
    row("events and bytes differ", "cut(after=1),cut(after=1b)", "cut(after=1),cut(after=1b)");
    row("the catalogue's order of parameters", "latency( jitter=1, ms=2 )",
        "latency(ms=2,jitter=1)");
    row("values are written plainly", "cut(after=007B)", "cut(after=7b)");
    row("a status", "http-429(retry-after=2)*2", "http-429(retry-after=2)*2");
    row("a text that needs no quotes", "redirect(location=\"http://a.test/b?c=d\")",
        "redirect(location=http://a.test/b?c=d)");
    row("a text that does", R"(http-500(body="{\"a\": [1, 2]}"))",
        R"(http-500(body="{\"a\": [1, 2]}"))");
}

void tst_FaultPlan::textRoundTrip()
{
    QFETCH(QString, typed);
    QFETCH(QString, canonical);
    const auto plan = FaultPlan::fromString(typed);
    QVERIFY(plan);
    QCOMPARE(plan->toString(), canonical);
    const auto again = FaultPlan::fromString(canonical);
    QVERIFY(again);
    QCOMPARE(*again, *plan);
}

void tst_FaultPlan::jsonRoundTrip()
{
    const auto plan = FaultPlan::fromString(text("dns,http-503(retry-after=0)*2,ok,cut(after=9b)"));
    QVERIFY(plan);
    const QJsonArray json{text("dns"), text("http-503(retry-after=0)"),
                          text("http-503(retry-after=0)"), text("ok"), text("cut(after=9b)")};
    QCOMPARE(plan->toJson(), json);
    const auto again = FaultPlan::fromJson(json);
    QVERIFY(again);
    QCOMPARE(*again, *plan);
    const auto repeats = FaultPlan::fromJson({text("dns*2")});
    QVERIFY(repeats);
    QCOMPARE(repeats->toString(), text("dns*2"));
}

void tst_FaultPlan::rejectsJson_data()
{
    QTest::addColumn<QJsonArray>("json");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("message");
    QTest::newRow("no text") << QJsonArray{text("dns"), 3} << text("faultPlan[1]")
                             << text("A fault is written as text, as in \"refused\".");
    QTest::newRow("an empty text") << QJsonArray{QString()} << text("faultPlan[0]")
                                   << text("The entry is empty; write \"ok\" for no fault.");
    QTest::newRow("a wrong name") << QJsonArray{text("dnss")} << text("faultPlan[0]")
                                  << text("Entry 1: \"dnss\" is no fault; the nearest is \"dns\".");
    QTest::newRow("too many") << QJsonArray{text("ok*1000"), text("ok")} << text("faultPlan")
                              << text("The plan has more than the 1000 entries that are allowed.");
}

void tst_FaultPlan::rejectsJson()
{
    QFETCH(QJsonArray, json);
    QFETCH(QString, field);
    QFETCH(QString, message);
    const auto plan = FaultPlan::fromJson(json);
    QVERIFY(!plan);
    QCOMPARE(plan.error().field, field);
    QCOMPARE(plan.error().message, message);
}

void tst_FaultPlan::attemptsTakeEntriesInOrder()
{
    const FaultPlan plan({fault(FaultKind::Dns), Fault(), fault(FaultKind::Eof)});
    QStringList taken;
    for (int attempt = -1; attempt <= 5; ++attempt)
        taken += plan.forAttempt(attempt).toString();
    QCOMPARE(taken.join(u' '), text("ok ok dns ok eof ok ok"));
}

void tst_FaultPlan::emptiness()
{
    QVERIFY(FaultPlan().isEmpty());
    QVERIFY(FaultPlan(Faults(3)).isEmpty());
    QVERIFY(!FaultPlan({Fault(), fault(FaultKind::Dns)}).isEmpty());
    QVERIFY(!FaultPlan({fault(FaultKind::Dns)}).needsTls());
    QVERIFY(FaultPlan({Fault(), fault(FaultKind::TlsStall)}).needsTls());
}

void tst_FaultPlan::placeable_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("speaksTls");
    QTest::addColumn<bool>("isSandbox");
    QTest::addColumn<bool>("terminates");
    QTest::addColumn<QString>("message");
    const QString fine;
    const QString noTls = text(
        "Entry 2: \"tls-expired\" breaks TLS, but the endpoint is plain http; use an https URL "
        "or take the entry out.");
    const QString noSandbox =
        text("Entry 2: \"no-terminal\" can only be made by the sandbox; choose the sandbox as the "
             "endpoint or take the entry out.");
    const auto hidden = [](const char *entry) {
        return QString(text("Entry 2: \"") + text(entry)
                       + text("\" happens within TLS, which hides it from the tap; let the tap "
                              "terminate TLS (--terminate-tls), use an http URL or take the entry "
                              "out."));
    };
    const auto row = [](const char *name, const char *typed, bool speaksTls, bool isSandbox,
                        bool terminates, const QString &message) {
        QTest::newRow(name) << text(typed) << speaksTls << isSandbox << terminates << message;
    };
    row("the tap's faults go anywhere", "dns,eof,latency", false, false, false, fine);
    row("TLS faults over TLS", "ok,tls-expired", true, false, false, fine);
    row("TLS faults on a plain endpoint", "ok,tls-expired", false, false, false, noTls);
    row("TLS faults on a plain sandbox", "ok,tls-expired", false, true, false, noTls);
    row("the sandbox's faults on it", "ok,no-terminal", false, true, false, fine);
    row("the sandbox's faults elsewhere", "ok,no-terminal", true, false, true, noSandbox);
    row("faults within HTTP in clear", "ok,head-cut,cut", false, false, false, fine);
    row("faults within HTTP over TLS", "ok,head-cut", true, false, false, hidden("head-cut"));
    row("faults within HTTP where TLS ends at the tap", "ok,head-cut", true, false, true, fine);
    row("those that the sandbox makes within its own TLS", "ok,cut", true, true, false, fine);
    row("those that it does not make", "ok,head-cut", true, true, false, hidden("head-cut"));
    row("those of both elsewhere", "ok,cut(after=3)", true, false, false, hidden("cut(after=3)"));
    row("nothing to place", "", false, false, false, fine);
}

void tst_FaultPlan::placeable()
{
    QFETCH(QString, typed);
    QFETCH(bool, speaksTls);
    QFETCH(bool, isSandbox);
    QFETCH(bool, terminates);
    QFETCH(QString, message);
    const auto plan = FaultPlan::fromString(typed);
    QVERIFY(plan);
    const auto error = plan->checkPlaceable(speaksTls, isSandbox, terminates);
    QCOMPARE(error ? error->message : QString(), message);
}

void tst_FaultPlan::whatIsLeftToTheSandbox()
{
    const auto plan = FaultPlan::fromString(text("dns,cut,head-cut,http-500,no-terminal,ok"));
    QVERIFY(plan);
    QCOMPARE(plan->withoutSandboxFaults().toString(), text("dns,ok,head-cut,ok*3"));
}

void tst_FaultPlan::drawnByChance()
{
    const FaultPlan plan =
        *FaultPlan::fromString(text("refused*400,ok,http-503(retry-after=2)*599"));
    const auto struck = [&plan](double chance, quint64 seed) {
        SeededRandom random(seed);
        return plan.drawn(chance, random);
    };
    QCOMPARE(struck(1.0, 1), plan);
    QVERIFY(struck(0.0, 1).isEmpty());
    const FaultPlan some = struck(0.3, 1);
    QCOMPARE(some, struck(0.3, 1));
    QVERIFY(some != struck(0.3, 2));
    QCOMPARE(some.faults().size(), plan.faults().size());
    qsizetype count = 0;
    for (qsizetype i = 0; i < some.faults().size(); ++i) {
        const Fault &drawn = some.faults().at(i);
        QVERIFY(drawn.isNone() || drawn == plan.faults().at(i));
        count += drawn.isNone() ? 0 : 1;
    }
    QVERIFY2(count > 250 && count < 350, QByteArray::number(count).constData());
    // What strikes with a small chance strikes with a larger one, too.
    const FaultPlan more = struck(0.6, 1);
    for (qsizetype i = 0; i < some.faults().size(); ++i)
        QVERIFY(some.faults().at(i).isNone() || !more.faults().at(i).isNone());
}

QTEST_GUILESS_MAIN(tst_FaultPlan)
#include "tst_faultplan.moc"
