// SPDX-License-Identifier: MIT
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <csignal>

using namespace Qt::StringLiterals;

// The program itself, as a script would use it.
class tst_Cli : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void jsonLines();
    void text();
    void summary();
    void exitCodes_data();
    void exitCodes();
    void mistakes_data();
    void mistakes();
    void bodyAndPromptFromStandardInput();
    void scenarioFileAndSavedTrace();
    void interrupted_data();
    void interrupted();
    void anotherEndpoint_data();
    void anotherEndpoint();
    void helpAndVersion();
    void manPageNamesEveryOption();
    void faults();
    void theKeyIsNowhere();
    void fullStandardOutput();
    void manyRuns();
    void manyRunsInterrupted();
};

namespace {

struct Outcome
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Outcome runCli(const QStringList &arguments, const QByteArray &input = {},
               const QStringList &environment = {})
{
    QProcess process;
    process.setEnvironment(QProcess::systemEnvironment() + environment);
    process.start(QStringLiteral(RETRYSCOPE_CLI), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(50'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QStringList send(const QStringList &more)
{
    return QStringList{u"send"_s,   u"--url"_s, u"sandbox"_s,           u"--prompt"_s, u"hi"_s,
                       u"--seed"_s, u"42"_s,    u"--initial-backoff"_s, u"5"_s}
           + more;
}

QJsonObject object(const QByteArray &line)
{
    return QJsonDocument::fromJson(line).object();
}

} // namespace

void tst_Cli::jsonLines()
{
    const Outcome result =
        runCli(send({u"--fault"_s, u"dns,refused,ok"_s, u"--output"_s, u"jsonl"_s}));
    QCOMPARE(result.code, 0);
    QCOMPARE(result.err, QByteArray());
    const QList<QByteArray> lines = result.out.trimmed().split('\n');
    QVERIFY(lines.size() > 20);
    for (const QByteArray &line : lines) {
        const QJsonObject event = object(line);
        for (const QString &member : {u"t"_s, u"attempt"_s, u"source"_s, u"event"_s})
            QVERIFY2(event.contains(member), line.constData());
    }
    QVERIFY(lines.first().startsWith("{\"t\":"));
    QCOMPARE(object(lines.first()).value("event"_L1).toString(), u"run.started"_s);
    QCOMPARE(object(lines.first()).value("schema"_L1).toInt(), 1);
    const QJsonObject last = object(lines.last());
    QCOMPARE(last.value("event"_L1).toString(), u"run.finished"_s);
    QCOMPARE(last.value("verdict"_L1).toString(), u"Complete"_s);
    QVERIFY(!last.contains("text"_L1));
}

void tst_Cli::text()
{
    const Outcome result = runCli(send({u"--fault"_s, u"refused,ok"_s}));
    QCOMPARE(result.code, 0);
    QVERIFY(result.out.trimmed().size() > 20);
    QVERIFY(result.out.endsWith('\n'));
    QVERIFY2(result.err.contains("attempt 1 failed"), result.err.constData());
    QVERIFY(result.err.contains("(simulated)"));
    QVERIFY(result.err.contains("waiting "));
    QVERIFY(result.err.contains("Complete on attempt 2"));
}

void tst_Cli::summary()
{
    const QStringList arguments =
        send({u"--fault"_s, u"dns,refused,ok"_s, u"--output"_s, u"summary"_s});
    const Outcome result = runCli(arguments);
    QCOMPARE(result.code, 0);
    const QJsonObject summary = object(result.out);
    const QStringList members{u"verdict"_s,       u"reason"_s,      u"attempts"_s,  u"waits_ms"_s,
                              u"wire_requests"_s, u"status"_s,      u"text"_s,      u"reasoning"_s,
                              u"tool_calls"_s,    u"stop_reason"_s, u"usage"_s,     u"bytes"_s,
                              u"events"_s,        u"request_id"_s,  u"simulated"_s, u"findings"_s,
                              u"timing"_s};
    for (const QString &member : members)
        QVERIFY2(summary.contains(member), qPrintable(member));
    QCOMPARE(summary.size(), members.size());
    QCOMPARE(summary.value("verdict"_L1).toString(), u"Complete"_s);
    QCOMPARE(summary.value("wire_requests"_L1).toInt(), 1);
    QCOMPARE(summary.value("status"_L1).toInt(), 200);
    QCOMPARE(summary.value("simulated"_L1).toBool(), true);
    const QJsonArray attempts = summary.value("attempts"_L1).toArray();
    QCOMPARE(attempts.size(), 3);
    QCOMPARE(attempts.at(0).toObject().value("kind"_L1).toString(), u"Dns"_s);
    QCOMPARE(attempts.at(0).toObject().value("qt_error"_L1).toInt(), 3);
    QCOMPARE(attempts.at(0).toObject().value("safety"_L1).toString(), u"NotSent"_s);
    QCOMPARE(attempts.at(1).toObject().value("kind"_L1).toString(), u"Connect"_s);
    QCOMPARE(attempts.at(1).toObject().value("qt_error"_L1).toInt(), 1);
    QVERIFY(attempts.at(2).toObject().value("kind"_L1).isNull());
    QCOMPARE(attempts.at(2).toObject().value("wire_sends"_L1).toInt(), 1);
    QCOMPARE(summary.value("waits_ms"_L1).toArray().size(), 2);

    const QJsonObject again = object(runCli(arguments).out);
    QCOMPARE(again.value("waits_ms"_L1), summary.value("waits_ms"_L1));
    QCOMPARE(again.value("text"_L1), summary.value("text"_L1));
}

void tst_Cli::exitCodes_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("code");
    const auto plan = [](const QString &text) {
        return QStringList{u"--retries"_s, u"0"_s, u"--fault"_s, text};
    };
    QTest::newRow("name not found") << plan(u"dns"_s) << 10;
    QTest::newRow("connection refused") << plan(u"refused"_s) << 11;
    QTest::newRow("cut handshake") << plan(u"tls-close"_s) << 12;
    QTest::newRow("expired certificate") << plan(u"tls-expired"_s) << 13;
    QTest::newRow("closed before the status") << plan(u"eof"_s) << 14;
    QTest::newRow("not found") << plan(u"http-404"_s) << 20;
    QTest::newRow("too many requests") << plan(u"http-429"_s) << 21;
    QTest::newRow("server error") << plan(u"http-500"_s) << 22;
    QTest::newRow("truncated") << plan(u"cut(after=2)"_s) << 30;
    QTest::newRow("error event") << plan(u"error-event(at=2)"_s) << 31;
    QTest::newRow("damaged") << plan(u"bad-json(at=2)"_s) << 32;
    QTest::newRow("no response in time")
        << plan(u"silence"_s) + QStringList{u"--first-byte-timeout"_s, u"60"_s} << 40;
}

void tst_Cli::exitCodes()
{
    QFETCH(QStringList, more);
    const Outcome result = runCli(send(more + QStringList{u"--output"_s, u"summary"_s}));
    QTEST(result.code, "code");
    QVERIFY(!object(result.out).value("reason"_L1).toString().isEmpty());
}

void tst_Cli::mistakes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("says");
    QTest::newRow("no command") << QStringList{} << u"Say what to do"_s;
    QTest::newRow("an unknown command") << QStringList{u"sned"_s} << u"\"sned\""_s;
    QTest::newRow("an unknown option") << send({u"--falut"_s, u"dns"_s}) << u"falut"_s;
    QTest::newRow("no message") << QStringList{u"send"_s} << u"--prompt: "_s;
    QTest::newRow("a prompt for a raw request")
        << send({u"--dialect"_s, u"raw"_s, u"--prompt"_s, u"x"_s}) << u"--prompt: "_s;
    QTest::newRow("a stray word") << send({u"there"_s}) << u"--prompt \"there\""_s;
    QTest::newRow("an unknown fault") << send({u"--fault"_s, u"dns,refsed"_s}) << u"--fault: "_s;
    QTest::newRow("which names the nearest")
        << send({u"--fault"_s, u"dns,refsed"_s}) << u"refused"_s;
    QTest::newRow("a bad URL") << QStringList{u"send"_s, u"--prompt"_s, u"x"_s, u"--url"_s,
                                              u"http://exa mple/"_s}
                               << u"--url: "_s;
    QTest::newRow("a number that is none")
        << send({u"--retries"_s, u"two"_s}) << u"--retries: \"two\""_s;
    QTest::newRow("a number out of range") << send({u"--retries"_s, u"256"_s}) << u"0 to 255"_s;
    QTest::newRow("a jitter out of range") << send({u"--jitter"_s, u"1.5"_s}) << u"--jitter: "_s;
    QTest::newRow("a negative duration")
        << send({u"--total-timeout"_s, u"-1"_s}) << u"--total-timeout: "_s;
    QTest::newRow("a header without a colon")
        << send({u"--header"_s, u"nonsense"_s}) << u"--header: "_s;
    QTest::newRow("a header with a line break")
        << send({u"--header"_s, u"A: b\r\nC: d"_s}) << u"--header: "_s;
    QTest::newRow("a body that is not there")
        << send({u"--body"_s, u"/nonexistent"_s}) << u"--body: "_s;
    QTest::newRow("an unknown output") << send({u"--output"_s, u"xml"_s}) << u"--output: "_s;
    QTest::newRow("an unknown dialect") << send({u"--dialect"_s, u"x"_s}) << u"--dialect: "_s;
    QTest::newRow("a key that is not set")
        << send({u"--key-env"_s, u"RETRYSCOPE_TEST_UNSET"_s}) << u"--key-env: "_s;
    QTest::newRow("a scenario that is not there")
        << send({u"--scenario"_s, u"/nonexistent"_s}) << u"--scenario: "_s;
    QTest::newRow("a TLS fault on a plain endpoint")
        << QStringList{u"send"_s,    u"--prompt"_s,   u"x"_s, u"--url"_s, u"http://127.0.0.1:9/"_s,
                       u"--fault"_s, u"tls-expired"_s}
        << u"--fault: "_s;
    QTest::newRow("a fault within TLS, which names the option")
        << QStringList{u"send"_s,    u"--prompt"_s, u"x"_s, u"--url"_s, u"https://127.0.0.1:9/"_s,
                       u"--fault"_s, u"head-cut"_s}
        << u"--terminate-tls"_s;
    QTest::newRow("the tap's own TLS without the tap")
        << send({u"--no-tap"_s, u"--terminate-tls"_s}) << u"nobody to terminate TLS"_s;
    QTest::newRow("faults without the tap")
        << send({u"--no-tap"_s, u"--fault"_s, u"dns"_s}) << u"--fault: "_s;
    QTest::newRow("an option of faults") << QStringList{u"faults"_s, u"--xml"_s} << u"--xml"_s;
}

void tst_Cli::mistakes()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, says);
    const Outcome result = runCli(arguments);
    QCOMPARE(result.code, 2);
    QCOMPARE(result.out, QByteArray());
    QVERIFY2(QString::fromUtf8(result.err).contains(says), result.err.constData());
}

void tst_Cli::bodyAndPromptFromStandardInput()
{
    const QByteArray body =
        R"({"model":"m","messages":[{"role":"user","content":"x"}],"stream":false})";
    Outcome result = runCli({u"send"_s, u"--body"_s, u"-"_s, u"--output"_s, u"summary"_s}, body);
    QCOMPARE(result.code, 0);
    QCOMPARE(object(result.out).value("events"_L1).toInt(), 0);
    result = runCli({u"send"_s, u"--prompt"_s, u"-"_s, u"--output"_s, u"summary"_s}, "from a pipe");
    QCOMPARE(result.code, 0);
    result = runCli({u"send"_s, u"--body"_s, u"-"_s}, "{\"model\": ");
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains("--body: ") && result.err.contains("byte"),
             result.err.constData());
    const qsizetype size = 3'000'000; // many times what a pipe holds
    result = runCli({u"send"_s, u"--prompt"_s, u"-"_s, u"--fault"_s, u"refused"_s, u"--retries"_s,
                     u"0"_s, u"--output"_s, u"jsonl"_s},
                    QByteArray(size, 'x'));
    QCOMPARE(result.code, 11);
    const QList<QByteArray> lines = result.out.split('\n');
    const auto started = std::find_if(lines.begin(), lines.end(), [](const QByteArray &line) {
        return line.contains("\"attempt.started\"");
    });
    QVERIFY(started != lines.end());
    QVERIFY2(object(*started).value("body_bytes"_L1).toInteger() > size, started->constData());
    result = runCli({u"send"_s, u"--prompt"_s, u"-"_s}, "\xFF\xFE");
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains("UTF-8"), result.err.constData());
    result = runCli({u"send"_s, u"--body"_s, u"-"_s}, "{\"model\": ");
    QCOMPARE(result.code, 2);
    // The caret belongs under what was typed for this option, and here nothing was.
    QVERIFY2(!result.err.contains("sandbox"), result.err.constData());
}

void tst_Cli::scenarioFileAndSavedTrace()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"s.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"chat": {"model": "m", "messages": [{"role": "user", "content": "x"}]},
                   "faults": ["refused"], "seed": 7, "policy": {"initial_backoff_ms": 1}})");
    file.close();
    const QString saved = folder.filePath(u"trace.jsonl"_s);
    Outcome result = runCli({u"send"_s, u"--scenario"_s, file.fileName(), u"--save"_s, saved,
                             u"--output"_s, u"jsonl"_s});
    QCOMPARE(result.code, 0);
    QFile trace(saved);
    QVERIFY(trace.open(QIODevice::ReadOnly));
    QCOMPARE(trace.readAll(), result.out);
    QCOMPARE(object(result.out.split('\n').first()).value("seed"_L1).toInt(), 7);

    result = runCli({u"send"_s, u"--scenario"_s, file.fileName(), u"--fault"_s, u"dns"_s,
                     u"--retries"_s, u"0"_s});
    QCOMPARE(result.code, 10);
    result = runCli(
        {u"send"_s, u"--scenario"_s, file.fileName(), u"--save"_s, folder.filePath(u"no/where"_s)});
    QCOMPARE(result.code, 2);
    QVERIFY(result.err.contains("--save: "));
    // A device stays a device, and one that takes nothing says so.
    if (QFileInfo(u"/dev/full"_s).isWritable()) {
        result = runCli({u"send"_s, u"--scenario"_s, file.fileName(), u"--save"_s, u"/dev/full"_s});
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.contains("--save: "), result.err.constData());
        QVERIFY(!QFileInfo(u"/dev/full"_s).isFile());
    }
}

void tst_Cli::interrupted_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("code");
    QTest::newRow("by the keyboard") << SIGINT << 130;
    QTest::newRow("by another program") << SIGTERM << 50;
}

void tst_Cli::interrupted()
{
    QFETCH(int, number);
    QFETCH(int, code);
    QProcess process;
    process.start(QStringLiteral(RETRYSCOPE_CLI),
                  send({u"--fault"_s, u"silence"_s, u"--output"_s, u"jsonl"_s}));
    QByteArray out;
    QVERIFY(process.waitForStarted());
    while (!out.contains("request.sent")) {
        QVERIFY(process.waitForReadyRead(30'000));
        out += process.readAllStandardOutput();
    }
    ::kill(static_cast<pid_t>(process.processId()), number);
    QVERIFY(process.waitForFinished(30'000));
    out += process.readAllStandardOutput();
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), code);
    const QByteArray last = out.trimmed().split('\n').last();
    QVERIFY2(object(last).value("verdict"_L1).toString() == "Cancelled"_L1, last.constData());
}

void tst_Cli::anotherEndpoint_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<int>("code");
    const QStringList retry{u"--initial-backoff"_s, u"1"_s, u"--fault"_s};
    QTest::newRow("plain") << u"http"_s << QStringList{} << 0;
    QTest::newRow("plain, without the tap") << u"http"_s << QStringList{u"--no-tap"_s} << 0;
    QTest::newRow("plain, with faults") << u"http"_s << retry + QStringList{u"dns,eof,ok"_s} << 0;
    QTest::newRow("TLS, with faults")
        << u"https"_s << retry + QStringList{u"tls-expired,eof,ok"_s} << 0;
    QTest::newRow("TLS that ends at the tap")
        << u"https"_s
        << QStringList{u"--initial-backoff"_s, u"1"_s, u"--terminate-tls"_s, u"--fault"_s,
                       u"head-cut,garbage,slice(bytes=9)"_s}
        << 0;
    QTest::newRow("TLS, without the tap") << u"https"_s << QStringList{u"--no-tap"_s} << 0;
}

// A server of another process, as any OpenAI-compatible endpoint is: the faults are the tap's.
void tst_Cli::anotherEndpoint()
{
    QFETCH(QString, scheme);
    QFETCH(QStringList, more);
    QProcess server;
    server.start(QStringLiteral(RETRYSCOPE_CLI),
                 {u"sandbox"_s, u"--tls"_s, u"--tokens-per-second"_s, u"5000"_s});
    QByteArray line;
    while (!line.endsWith('\n')) {
        QVERIFY(server.waitForReadyRead(30'000));
        line += server.readAllStandardOutput();
    }
    const QJsonObject where = object(line);
    QVERIFY(QFile::exists(where.value("ca_file"_L1).toString()));

    const QStringList arguments{u"send"_s,
                                u"--prompt"_s,
                                u"hi"_s,
                                u"--output"_s,
                                u"summary"_s,
                                u"--cacert"_s,
                                where.value("ca_file"_L1).toString(),
                                u"--url"_s,
                                where.value(scheme).toString()};
    const Outcome result = runCli(arguments + more);
    QTEST(result.code, "code");
    QCOMPARE(object(result.out).value("verdict"_L1).toString(), u"Complete"_s);

    if (scheme == "https"_L1) {
        const Outcome distrusted = runCli({u"send"_s, u"--prompt"_s, u"hi"_s, u"--retries"_s,
                                           u"0"_s, u"--url"_s, where.value(scheme).toString()});
        QCOMPARE(distrusted.code, 13);
    }
    server.terminate();
    QVERIFY(server.waitForFinished(30'000));
    QCOMPARE(server.exitCode(), 0);
    QVERIFY(!QFile::exists(where.value("ca_file"_L1).toString()));
}

// And no other.
void tst_Cli::manPageNamesEveryOption()
{
    QFile page(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/resources/man/retryscope-cli.1"));
    QVERIFY(page.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(page.readAll()).replace("\\-"_L1, "-"_L1);
    static const QRegularExpression option(u"^ +(?:-\\w, )?(--[a-z0-9-]+)"_s,
                                           QRegularExpression::MultilineOption);
    static const QRegularExpression documented(u"^\\.TP\n\\\\fB(--[a-z0-9-]+)"_s,
                                               QRegularExpression::MultilineOption);
    for (const QString &command : {u"send"_s, u"sandbox"_s, u"tap"_s, u"decode"_s}) {
        const qsizetype begin = text.indexOf(QString(u"\n.SH "_s + command.toUpper() + u'\n'));
        QVERIFY2(begin >= 0, qPrintable(command));
        const QString section = text.sliced(begin, text.indexOf("\n.SH "_L1, begin + 5) - begin);
        QStringList inHelp;
        const QString help = QString::fromUtf8(runCli({command, u"--help"_s}).out);
        for (auto matches = option.globalMatch(help); matches.hasNext();)
            inHelp.append(matches.next().captured(1));
        inHelp.removeAll(u"--help"_s);
        inHelp.removeAll(u"--help-all"_s);
        QStringList inPage;
        for (auto matches = documented.globalMatch(section); matches.hasNext();)
            inPage.append(matches.next().captured(1));
        QCOMPARE(inPage, inHelp);
    }
}

void tst_Cli::helpAndVersion()
{
    for (const QStringList &arguments :
         {QStringList{u"--help"_s}, QStringList{u"send"_s, u"--help"_s},
          QStringList{u"sandbox"_s, u"--help"_s}, QStringList{u"tap"_s, u"--help"_s},
          QStringList{u"faults"_s, u"--help"_s}}) {
        const Outcome help = runCli(arguments);
        QCOMPARE(help.code, 0);
        QVERIFY(help.out.contains("Usage: "));
        QCOMPARE(help.err, QByteArray());
    }
    const Outcome version = runCli({u"--version"_s});
    QCOMPARE(version.code, 0);
    QVERIFY(QRegularExpression(u"^retryscope-cli \\d+\\.\\d+\\.\\d+\n$"_s)
                .match(QString::fromUtf8(version.out))
                .hasMatch());
}

void tst_Cli::faults()
{
    const Outcome table = runCli({u"faults"_s});
    QCOMPARE(table.code, 0);
    const Outcome json = runCli({u"faults"_s, u"--json"_s});
    const QJsonArray list = QJsonDocument::fromJson(json.out).array();
    QCOMPARE(list.size(), table.out.count('\n'));
    for (const QJsonValue &fault : list) {
        const QByteArray name = fault.toObject().value("name"_L1).toString().toUtf8();
        QVERIFY(!name.isEmpty());
        QVERIFY2(table.out.contains(name), name.constData());
        QVERIFY(!fault.toObject().value("summary"_L1).toString().isEmpty());
    }
}

void tst_Cli::theKeyIsNowhere()
{
    const QStringList environment{u"RETRYSCOPE_TEST_KEY=sk-CANARY-0123456789"_s,
                                  u"QT_LOGGING_RULES=retryscope.*=true"_s};
    for (const QString &mode : {u"text"_s, u"jsonl"_s, u"summary"_s}) {
        const Outcome result =
            runCli(send({u"--key-env"_s, u"RETRYSCOPE_TEST_KEY"_s, u"--fault"_s, u"http-401"_s,
                         u"--header"_s, u"X-Api-Key: CANARY-2"_s, u"--output"_s, mode}),
                   {}, environment);
        QCOMPARE(result.code, 20);
        QVERIFY(!result.out.contains("CANARY"));
        QVERIFY2(!result.err.contains("CANARY"), result.err.constData());
    }
    // A proxy's password: asked for, in a variable, and where the form is wrong.
    for (const QString &proxy :
         {u"http://me:CANARY-3@127.0.0.1:1"_s, u"socks4://me:CANARY-3@127.0.0.1:1"_s, u"env"_s}) {
        const Outcome result =
            runCli(send({u"--proxy"_s, proxy, u"--url"_s, u"https://origin.test/v1"_s}), {},
                   environment + QStringList{u"HTTPS_PROXY=http://me:CANARY-3@127.0.0.1:1"_s});
        QCOMPARE(result.code, proxy.startsWith(u"socks4"_s) ? 2 : 15);
        QVERIFY(!result.out.contains("CANARY"));
        QVERIFY2(!result.err.contains("CANARY"), result.err.constData());
        QVERIFY2(result.err.contains("127.0.0.1:1") || result.err.contains("--proxy: "),
                 result.err.constData());
    }
}

void tst_Cli::fullStandardOutput()
{
    if (!QFileInfo(u"/dev/full"_s).isWritable())
        QSKIP("This system has no /dev/full, which stands for a full disk here.");
    const QList<QStringList> commands{send({u"--output"_s, u"text"_s}),
                                      send({u"--output"_s, u"jsonl"_s}),
                                      send({u"--output"_s, u"summary"_s}),
                                      {u"send"_s, u"--help"_s},
                                      {u"faults"_s},
                                      {u"sandbox"_s},
                                      {u"tap"_s},
                                      {u"--version"_s}};
    for (const QStringList &command : commands) {
        QProcess process;
        process.setStandardOutputFile(u"/dev/full"_s);
        process.start(QStringLiteral(RETRYSCOPE_CLI), command);
        QVERIFY(process.waitForFinished(50'000));
        QCOMPARE(process.exitCode(), 2);
        QVERIFY(process.readAllStandardError().contains("standard output"));
    }
}

//! A request for an answer of one token, which the sandbox gives at once.
const QByteArray shortRequest =
    R"({"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true,"max_tokens":1})";

void tst_Cli::manyRuns()
{
    const QStringList arguments =
        send({u"--fault"_s, u"refused*2"_s, u"--fault-chance"_s, u"0.5"_s, u"--retries"_s, u"1"_s,
              u"--repeat"_s, u"6"_s, u"--body"_s, u"-"_s});
    const Outcome lines = runCli(arguments + QStringList{u"--output"_s, u"jsonl"_s}, shortRequest);
    QCOMPARE(lines.err, QByteArray());
    const QList<QByteArray> rows = lines.out.trimmed().split('\n');
    QCOMPARE(rows.size(), 7);
    QSet<QString> verdicts;
    int sent = 0;
    for (int i = 0; i < 6; ++i) {
        const QJsonObject row = object(rows.at(i));
        QCOMPARE(row.value("run"_L1).toInt(), i + 1);
        QCOMPARE(row.value("seed"_L1).toInt(), 42 + i);
        QCOMPARE(row.value("wire_requests"_L1), row.value("sandbox_requests"_L1));
        sent += row.value("wire_requests"_L1).toInt();
        verdicts.insert(row.value("verdict"_L1).toString());
    }
    QCOMPARE(object(rows.last()).value("runs"_L1).toInt(), 6);
    QCOMPARE(object(rows.last()).value("wire_requests"_L1).toInt(), sent);
    // With these seeds both occur; the exit code is that of the first that failed.
    QCOMPARE(verdicts, (QSet<QString>{u"Complete"_s, u"TransportError"_s}));
    QCOMPARE(lines.code, 11);

    const Outcome text = runCli(arguments, shortRequest);
    QCOMPARE(text.code, 11);
    QCOMPARE(text.out.count("\n"), 8);
    QVERIFY2(text.out.contains("connection refused (simulated)"), text.out.constData());
    QVERIFY2(text.out.contains("\n6 runs: Complete "), text.out.constData());
}

void tst_Cli::manyRunsInterrupted()
{
    QProcess process;
    process.start(QStringLiteral(RETRYSCOPE_CLI), send({u"--repeat"_s, u"10000"_s, u"--output"_s,
                                                        u"jsonl"_s, u"--body"_s, u"-"_s}));
    QVERIFY(process.waitForStarted());
    process.write(shortRequest);
    process.closeWriteChannel();
    QVERIFY(process.waitForReadyRead(50'000));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(50'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    const QList<QByteArray> lines = process.readAllStandardOutput().trimmed().split('\n');
    // The run that was cut leaves no row.
    QCOMPARE(object(lines.last()).value("runs"_L1).toInt(), int(lines.size()) - 1);
    QCOMPARE(object(lines.last())["verdicts"_L1]["Complete"_L1].toInt(), int(lines.size()) - 1);
}

QTEST_GUILESS_MAIN(tst_Cli)
#include "tst_cli.moc"
