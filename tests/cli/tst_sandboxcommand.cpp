// SPDX-License-Identifier: MIT
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

namespace {

struct Outcome
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Outcome runProgram(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(50'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

//! "retryscope-cli sandbox" as long as it lives.
class Server
{
public:
    explicit Server(const QStringList &arguments)
    {
        m_process.setEnvironment(QProcess::systemEnvironment()
                                 + QStringList{u"A_KEY=key-of-a-test"_s});
        m_process.start(QStringLiteral(RETRYSCOPE_CLI),
                        QStringList{u"sandbox"_s, u"--tokens-per-second"_s, u"100000"_s,
                                    u"--first-token"_s, u"0"_s}
                            + arguments);
        QByteArray line;
        while (!line.endsWith('\n') && m_process.waitForReadyRead(30'000))
            line += m_process.readAllStandardOutput();
        m_ready = QJsonDocument::fromJson(line).object();
    }

    QJsonValue value(const QString &name) const { return m_ready.value(name); }

    //! 0 after a proper end.
    int stop()
    {
        m_process.terminate();
        return m_process.waitForFinished(30'000) ? m_process.exitCode() : -1;
    }

private:
    QProcess m_process;
    QJsonObject m_ready;
};

QString curl()
{
    return QStandardPaths::findExecutable(u"curl"_s);
}

Outcome fetch(const QStringList &arguments)
{
    return runProgram(curl(),
                      QStringList{u"-sS"_s, u"--noproxy"_s, u"*"_s, u"--max-time"_s, u"40"_s}
                          + arguments);
}

} // namespace

//! \brief "retryscope-cli sandbox", with curl as its client.
class tst_SandboxCommand : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void curlIsAnswered_data();
    void curlIsAnswered();
    void keysAndLimits();
    void scripts();
    void mistakes_data();
    void mistakes();
};

void tst_SandboxCommand::curlIsAnswered_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::newRow("plain") << u"http"_s;
    QTest::newRow("TLS") << u"https"_s;
}

void tst_SandboxCommand::curlIsAnswered()
{
    QFETCH(QString, scheme);
    if (curl().isEmpty())
        QSKIP("There is no curl here.");
    Server server({u"--tls"_s, u"--tokens"_s, u"5"_s});
    const QString authority = server.value(u"ca_file"_s).toString();
    QVERIFY(QFile::exists(authority));
    static const QHash<QString, std::pair<QString, QByteArray>> calls{
        {u"openai-chat"_s,
         {uR"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true})"_s,
          "data: [DONE]\n\n"}},
        {u"openai-responses"_s,
         {uR"({"model":"m","input":"Hi","stream":true})"_s, "\"metadata\":{}}}\n\n"}},
        {u"anthropic"_s,
         {uR"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"stream":true})"_s,
          "data: {\"type\":\"message_stop\"}\n\n"}},
        {u"gemini"_s, {uR"({"contents":[{"parts":[{"text":"Hi"}]}]})"_s, "]\r\n"}},
        {u"ollama"_s, {uR"({"model":"m","messages":[{"role":"user","content":"Hi"}]})"_s, "}\n"}},
        {u"cohere"_s,
         {uR"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true})"_s,
          "data: [DONE]\n\n"}},
        {u"bedrock-converse"_s,
         {uR"({"messages":[{"role":"user","content":[{"text":"Hi"}]}]})"_s, {}}},
    };
    const QJsonObject dialects = server.value(u"dialects"_s).toObject();
    QCOMPARE(dialects.size(), calls.size());
    for (auto it = dialects.begin(); it != dialects.end(); ++it) {
        const auto [body, end] = calls.value(it.key());
        QStringList arguments{u"-w"_s, u"%{stderr}%{http_code}"_s, u"-d"_s, body,
                              server.value(scheme).toString() + it.value().toString()};
        if (scheme == "https"_L1)
            arguments += {u"--cacert"_s, authority};
        if (it.key() == "anthropic"_L1)
            arguments += {u"-H"_s, u"anthropic-version: 2023-06-01"_s};
        const Outcome outcome = fetch(arguments);
        const QByteArray seen = it.key().toUtf8() + ": " + outcome.err + outcome.out;
        QVERIFY2(outcome.code == 0 && outcome.err == "200", seen.constData());
        QVERIFY2(outcome.out.endsWith(end), outcome.out.constData());
    }
    // Nobody else trusts it.
    if (scheme == "https"_L1)
        QCOMPARE(fetch({server.value(scheme).toString() + u"/v1/models"_s}).code, 60);
    QCOMPARE(server.stop(), 0);
    QVERIFY(!QFile::exists(authority));
}

void tst_SandboxCommand::keysAndLimits()
{
    if (curl().isEmpty())
        QSKIP("There is no curl here.");
    Server server({u"--key-env"_s, u"A_KEY"_s, u"--rate-limit"_s, u"1"_s});
    QVERIFY(!server.value(u"http"_s).toString().isEmpty());
    QVERIFY(server.value(u"https"_s).isUndefined() && server.value(u"ca_file"_s).isUndefined());
    const QString url = server.value(u"http"_s).toString() + u"/v1/responses"_s;
    const QStringList call{u"-d"_s, uR"({"model":"m","input":"Hi"})"_s, u"-i"_s, url};
    QVERIFY(fetch(call).out.startsWith("HTTP/1.1 401 "));
    const QStringList key{u"-H"_s, u"Authorization: Bearer key-of-a-test"_s};
    const QByteArray first = fetch(call + key).out;
    QVERIFY2(first.startsWith("HTTP/1.1 200 "), first.constData());
    QVERIFY(first.contains("x-ratelimit-remaining-requests: 0\r\n"));
    const QByteArray second = fetch(call + key).out;
    QVERIFY2(second.startsWith("HTTP/1.1 429 "), second.constData());
    QVERIFY(second.contains("Retry-After: "));
    QCOMPARE(server.stop(), 0);
}

void tst_SandboxCommand::scripts()
{
    if (curl().isEmpty())
        QSKIP("There is no curl here.");
    QTemporaryDir folder;
    const QString path = folder.filePath(u"script.json"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        R"x({"rules":[{"when":{"path":"/health"},"body":"ok"},{"fault":"cut(after=10b)"}]})x");
    file.close();
    Server server({u"--script"_s, path, u"--fault"_s, u"ok,ok,eof"_s});
    const QString base = server.value(u"http"_s).toString();
    QCOMPARE(fetch({base + u"/health"_s}).out, QByteArray("ok"));
    // curl's words for a body that is shorter than promised, and for no answer at all.
    QCOMPARE(fetch({base + u"/v1/models"_s}).code, 18);
    QCOMPARE(fetch({base + u"/v1/models"_s}).code, 52);
    QCOMPARE(server.stop(), 0);
}

void tst_SandboxCommand::mistakes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, const QStringList &arguments, const char *message) {
        QTest::newRow(name) << arguments << QByteArray(message);
    };
    row("no such script", {u"--script"_s, u"/nowhere/script.json"_s},
        "--script: \"/nowhere/script.json\" cannot be read: No such file or directory.");
    row("a folder", {u"--script"_s, u"/"_s}, "--script: \"/\" cannot be read: ");
    row("no such variable", {u"--key-env"_s, u"NO_SUCH_VARIABLE_HERE"_s},
        "--key-env: The environment variable \"NO_SUCH_VARIABLE_HERE\" is not set.");
    row("no limit at all", {u"--rate-limit"_s, u"0"_s},
        "--rate-limit: \"0\" is not a whole number from 1 to 1000000.");
    row("a fault of the tap", {u"--fault"_s, u"ok,dns"_s},
        "--fault: \"dns\" is made by the tap, not by the sandbox.");
    row("a fault that is none", {u"--fault"_s, u"cutt"_s},
        "--fault: Entry 1: \"cutt\" is no fault; the nearest is \"cut\".");
    row("a bad script", {u"--script"_s, u"BAD"_s},
        "--script: rules[0].pauses[0].ms: This must be a whole number from 0 to 600000, not -1.");
}

// Said before anything listens.
void tst_SandboxCommand::mistakes()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, message);
    QTemporaryDir folder;
    QFile file(folder.filePath(u"script.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"rules":[{"pauses":[{"after":1,"ms":-1}]}]})");
    file.close();
    arguments.replaceInStrings(u"BAD"_s, file.fileName());
    const Outcome outcome =
        runProgram(QStringLiteral(RETRYSCOPE_CLI), QStringList{u"sandbox"_s} + arguments);
    QCOMPARE(outcome.code, 2);
    QCOMPARE(outcome.out, QByteArray());
    QVERIFY2(outcome.err.contains(message), outcome.err.constData());
}

QTEST_GUILESS_MAIN(tst_SandboxCommand)
#include "tst_sandboxcommand.moc"
