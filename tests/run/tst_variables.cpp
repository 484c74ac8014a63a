// SPDX-License-Identifier: MIT
#include "core/run/runner.h"
#include "core/run/variables.h"
#include "core/trace/redactor.h"
#include "core/trace/variablereference.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QBuffer>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcessEnvironment>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

//! "${NAME}" in a field: sent as the variable's value, shown and saved as its name.
class tst_Variables : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void pieces_data();
    void pieces();
    void everyField();
    void escapedInARawBody();
    void notSet_data();
    void notSet();
    void theKeyOfAVariableIsTheKey();
    void hiddenAgain();
    void namesAreNoSecrets_data();
    void namesAreNoSecrets();
    void sentAndShown();
    void nothingIsSentWithoutIt();
    void noErrorShowsAValue();
};

namespace {

QProcessEnvironment environment()
{
    QProcessEnvironment values;
    values.insert(u"HOST"_s, u"api.example.org"_s);
    values.insert(u"TOKEN"_s, u"sk-CANARY-20261126"_s);
    values.insert(u"QUOTE"_s, u"a \"b\"\n\\c"_s);
    values.insert(u"EMPTY"_s, {});
    values.insert(u"LONG_HOST"_s, u"api.example.org.test"_s);
    values.insert(u"TWO"_s, u"ab"_s);
    return values;
}

ExpandedScenario expand(const Scenario &scenario, const QByteArray &key = {})
{
    return ExpandedScenario::of(scenario, key, environment());
}

} // namespace

void tst_Variables::pieces_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("pieces");
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("plain") << u"a $b {c}"_s << u"a $b {c}"_s;
    QTest::newRow("alone") << u"${A}"_s << u"<A>"_s;
    QTest::newRow("among text") << u"x${A_1}y${b}"_s << u"x|<A_1>|y|<b>"_s;
    QTest::newRow("escaped") << u"x$${A}y"_s << u"x${A}y"_s;
    QTest::newRow("a dollar before an escape") << u"$$${A}"_s << u"$${A}"_s;
    QTest::newRow("no name") << u"${} ${1A} ${a b} ${A-B} ${A"_s
                             << u"${} ${1A} ${a b} ${A-B} ${A"_s;
    QTest::newRow("within another") << u"${${A}}"_s << u"${|<A>|}"_s;
    QTest::newRow("letters of other scripts") << u"${\u00c4}"_s << u"${\u00c4}"_s;
}

void tst_Variables::pieces()
{
    QFETCH(QString, text);
    QFETCH(QString, pieces);
    QStringList found;
    for (const TextPiece &piece : textPieces(text))
        found.append(piece.isVariable ? QString(u'<' + piece.text + u'>') : piece.text);
    QCOMPARE(found.join(u'|'), pieces);
    QCOMPARE(holdsVariables(text), pieces.contains(u'<'));
}

void tst_Variables::everyField()
{
    Scenario scenario = Scenario::example();
    scenario.endpoint = u"https://${HOST}/v1"_s;
    scenario.chat.model = u"gpt-${TWO}"_s;
    scenario.chat.system = u"You are ${TWO}."_s;
    scenario.chat.messages = {{u"user"_s, u"$${TWO} is ${TWO}${EMPTY}"_s}};
    scenario.chat.extra = {{u"user"_s, u"${TWO}"_s},
                           {u"stop"_s, QJsonArray{u"${TWO}"_s, 3}},
                           {u"metadata"_s, QJsonObject{{u"a"_s, u"${TWO}"_s}}}};
    scenario.headers = {{"Authorization", "Bearer ${TOKEN}"}, {"X-Plain", "${TWO}"}};
    scenario.proxy = {ProxyChoice::Kind::Explicit, u"http://u:${TOKEN}@${HOST}:3128"_s, {}};
    scenario.caFile = u"/etc/${TWO}.pem"_s;
    const ExpandedScenario expanded = expand(scenario, "${TOKEN}");
    QCOMPARE(expanded.errors.size(), 0);
    const Scenario &sent = expanded.scenario;
    QCOMPARE(sent.endpoint, u"https://api.example.org/v1"_s);
    QCOMPARE(sent.chat.model, u"gpt-ab"_s);
    QCOMPARE(sent.chat.system, u"You are ab."_s);
    QCOMPARE(sent.chat.messages.first().content, u"${TWO} is ab"_s);
    QCOMPARE(QJsonDocument(sent.chat.extra).toJson(QJsonDocument::Compact),
             R"({"metadata":{"a":"ab"},"stop":["ab",3],"user":"ab"})");
    QCOMPARE(sent.headers.at(0).value, "Bearer sk-CANARY-20261126");
    QCOMPARE(sent.headers.at(1).value, "ab");
    QCOMPARE(sent.proxy.url, u"http://u:sk-CANARY-20261126@api.example.org:3128"_s);
    QCOMPARE(sent.caFile, u"/etc/ab.pem"_s);
    QCOMPARE(expanded.key, "sk-CANARY-20261126");
    QVERIFY(expanded.secrets.contains("sk-CANARY-20261126"));
    QVERIFY(!expanded.secrets.contains("ab"));
}

// A value may hold what JSON has a meaning for.
void tst_Variables::escapedInARawBody()
{
    Scenario scenario = Scenario::example();
    scenario.rawBody = R"({"a":"<${QUOTE}>","b":"$${QUOTE}"})";
    const QByteArray body = *expand(scenario).scenario.rawBody;
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    QCOMPARE(object.value("a"_L1).toString(), u"<a \"b\"\n\\c>"_s);
    QCOMPARE(object.value("b"_L1).toString(), u"${QUOTE}"_s);
    // No UTF-8: for the check of the body to find.
    scenario.rawBody = "{\"a\":\"\xff${TWO}\"}";
    QCOMPARE(*expand(scenario).scenario.rawBody, *scenario.rawBody);
}

void tst_Variables::notSet_data()
{
    QTest::addColumn<QString>("field");
    for (const char *field : {"endpoint", "chat.model", "chat.messages[0]", "headers[0]", "body"})
        QTest::newRow(field) << QString::fromLatin1(field);
}

void tst_Variables::notSet()
{
    QFETCH(QString, field);
    Scenario scenario = Scenario::example();
    const QString text = u"${NOT_SET} and again ${NOT_SET}"_s;
    if (field == "endpoint"_L1)
        scenario.endpoint = text;
    else if (field == "chat.model"_L1)
        scenario.chat.model = text;
    else if (field == "headers[0]"_L1)
        scenario.headers = {{"X-A", text.toUtf8()}};
    else if (field == "body"_L1)
        scenario.rawBody = "{\"a\":\"" + text.toUtf8() + "\"}";
    else
        scenario.chat.messages = {{u"user"_s, text}};
    const QList<InputError> errors = expand(scenario).errors;
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, field);
    QVERIFY(errors.first().message.contains("NOT_SET"_L1));
    QVERIFY(errors.first().message.contains("$${NOT_SET}"_L1));
}

// It was read from the environment already: a "${" in it belongs to it.
void tst_Variables::theKeyOfAVariableIsTheKey()
{
    Scenario scenario = Scenario::example();
    scenario.keyVariable = u"TOKEN"_s;
    QCOMPARE(expand(scenario, "odd${TWO}key").key, "odd${TWO}key");
    scenario.keyVariable.clear();
    QCOMPARE(expand(scenario, "odd${TWO}key").key, "oddabkey");
}

void tst_Variables::hiddenAgain()
{
    VariableValues values;
    QVERIFY(values.isEmpty());
    values.add(u"HOST"_s, u"api.example.org"_s);
    values.add(u"LONG_HOST"_s, u"api.example.org.test"_s);
    values.add(u"TWO"_s, u"ab"_s);
    values.add(u"NAME"_s, u"HOST"_s);
    QCOMPARE(values.hide(u"https://api.example.org.test/ab"_s), u"https://${LONG_HOST}/ab"_s);
    // Once, and not what has just been put in.
    QCOMPARE(values.hide(u"api.example.org HOST"_s), u"${HOST} ${NAME}"_s);
    QCOMPARE(values.hide({}), QString());
}

void tst_Variables::namesAreNoSecrets_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isShown");
    QTest::newRow("a header") << u"Authorization: Bearer ${TOKEN}"_s << true;
    QTest::newRow("a parameter") << u"https://a.test/?key=${TOKEN}&b=1"_s << true;
    QTest::newRow("a member") << uR"({"api_key":"${TOKEN}"})"_s << true;
    QTest::newRow("a name and more") << u"https://a.test/?key=${TOKEN}x&b=1"_s << false;
    QTest::newRow("a header with more") << u"Authorization: Bearer sk-${TOKEN}"_s << false;
    QTest::newRow("no reference") << u"https://a.test/?key=${TOKEN&b=1"_s << false;
    QTest::newRow("the escaped characters") << u"https://a.test/?key=$${TOKEN}&b=1"_s << false;
}

void tst_Variables::namesAreNoSecrets()
{
    QFETCH(QString, text);
    QFETCH(bool, isShown);
    const QString shown = Redactor().text(text);
    QCOMPARE(shown == text, isShown);
    QCOMPARE(shown.contains(Redactor::mark()), !isShown);
}

void tst_Variables::sentAndShown()
{
    const QByteArray stream =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"sk-CANARY-20261126\"}}]}\n\n"
        "data: [DONE]\n\n";
    const RawPeer peer({readRequest(), sendBytes(stream), fin()});
    QProcessEnvironment values = environment();
    values.insert(u"PORT"_s, QString::number(peer.port()));
    Scenario scenario = Scenario::example();
    scenario.faults = {};
    scenario.endpoint = u"http://127.0.0.1:${PORT}/v1/chat/completions?key=${TOKEN}"_s;
    scenario.headers = {{"X-Api-Key", "${TOKEN}"}, {"X-Host", "at ${HOST}"}};
    Runner runner;
    runner.setEnvironment(values);
    QSignalSpy finished(&runner, &Runner::finished);
    QCOMPARE(runner.start(scenario, "${TOKEN}").size(), 0);
    QVERIFY(finished.count() == 1 || finished.wait(20'000));
    QCOMPARE(runner.summary().verdict, RunSummary::Verdict::Complete);

    const QByteArray asked = peer.received().first().head;
    QVERIFY2(asked.contains("?key=sk-CANARY-20261126 HTTP/1.1\r\n"), asked.constData());
    QVERIFY2(asked.contains("sk-CANARY-20261126\r\n"), asked.constData());
    QVERIFY2(asked.contains("at api.example.org\r\n"), asked.constData());

    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::WriteOnly));
    QVERIFY(runner.trace()->save(&buffer));
    const QByteArray trace = buffer.data();
    QVERIFY(!trace.contains("CANARY"));
    QVERIFY(!runner.summary().answer.text.contains("CANARY"_L1));
    QVERIFY2(trace.contains("?key=${TOKEN}"), trace.constData());
    QVERIFY2(trace.contains("at ${HOST}"), trace.constData());
    QVERIFY2(trace.contains("[\"X-Api-Key\",\"${TOKEN}\"]"), trace.constData());
}

void tst_Variables::nothingIsSentWithoutIt()
{
    const RawPeer peer({readRequest(), fin()});
    Scenario scenario = Scenario::example();
    scenario.faults = {};
    scenario.endpoint = peer.url().toString();
    scenario.chat.messages = {{u"user"_s, u"${NOT_SET}"_s}};
    Runner runner;
    runner.setEnvironment(environment());
    QCOMPARE(runner.start(scenario).size(), 1);
    QVERIFY(!runner.isRunning());
    QCOMPARE(peer.requests(), 0);
}

// A key in the wrong field: the sentence about the field quotes what is wrong with it.
void tst_Variables::noErrorShowsAValue()
{
    Scenario scenario = Scenario::example();
    scenario.endpoint = u"${TOKEN}:// not a url"_s;
    scenario.caFile = u"/nowhere/${TOKEN}"_s;
    Runner runner;
    runner.setEnvironment(environment());
    const QList<InputError> errors = runner.start(scenario);
    QVERIFY(!errors.isEmpty());
    for (const InputError &error : errors)
        QVERIFY2(!error.message.contains("CANARY"_L1), qPrintable(error.message));
}

QTEST_GUILESS_MAIN(tst_Variables)
#include "tst_variables.moc"
