// SPDX-License-Identifier: MIT
#include "core/sandbox/sandbox.h"

#include <QtCore/QDir>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;

namespace {

// One rule a step of peers.cjs, in its order: the text and the call are what every client has to
// find.
const char script[] = R"json({"rules": [
    {"when": {"request": 1}, "text": "Gr\u00fc\u00dfe aus Z\u00fcrich, 5 \u20ac \ud83d\ude00."},
    {"when": {"request": 2}, "text": "Gr\u00fc\u00dfe aus Z\u00fcrich, 5 \u20ac \ud83d\ude00."},
    {"when": {"request": 3}, "tool": {"name": "weather", "arguments": {"city": "Z\u00fcrich", "days": 7}}},
    {"when": {"request": 4}, "tool": {"name": "weather", "arguments": {"city": "Z\u00fcrich", "days": 7}}},
    {"when": {"request": 5}, "fault": "http-429(retry-after=1)"},
    {"when": {"request": 6}, "fault": "http-500"},
    {"when": {"request": 7}, "fault": "eof"},
    {"when": {"request": 8}, "fault": "no-terminal"},
    {"when": {"request": 9}, "fault": "cut(after=8)"},
    {"when": {"request": 10}, "fault": "error-event(at=8)", "pauses": [{"after": 7, "ms": 300}]},
    {"when": {"request": 11}, "text": "a\u20acb", "fault": "crlf"},
    {"when": {"request": 12}, "text": "a\u20acb", "fault": "split-utf8"},
    {"when": {"request": 13}, "text": "a\u20acb", "fault": "comments"},
    {"when": {"request": 14}, "fault": "length-stop"}
]})json";

const QString spoken = u"Gr\u00fc\u00dfe aus Z\u00fcrich, 5 \u20ac \U0001F600."_s;

QString modulesFolder()
{
    const QString named = qEnvironmentVariable("RETRYSCOPE_PEERS");
    return named.isEmpty() ? QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/peers") : named;
}

//! The error of a step in a line: class, status, and those words of the message that say what it is
//! about. A client that throws nothing may tell of the error in the answer.
QString errorOf(const QJsonValue &step)
{
    const QString error = step[u"error"].toString();
    const bool thrown = step[u"message"].isString();
    if (!thrown && error.isEmpty())
        return u"none"_s;
    QStringList line{thrown ? error : u"told"_s};
    if (step[u"status"].isDouble())
        line += QString::number(step[u"status"].toInt());
    static const QRegularExpression words(
        u"Rate limit reached|had an error while|terminated|ended without|Did not receive done"_s);
    const QString message = thrown ? step[u"message"].toString() : error;
    for (auto match = words.globalMatch(message); match.hasNext();)
        line += match.next().captured();
    line.removeDuplicates();
    return line.join(u", "_s);
}

} // namespace

//! \brief Official clients against the sandbox: what it says is what they understand, and its
//! faults are their errors.
class tst_Peers : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void initTestCase();

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void clients_data();
    void clients();

private:
    QString m_node;
};

void tst_Peers::initTestCase()
{
    m_node = QStandardPaths::findExecutable(u"node"_s);
    if (m_node.isEmpty())
        QSKIP("There is no node here: the official clients need it.");
}

void tst_Peers::clients_data()
{
    QTest::addColumn<QString>("package");
    QTest::addColumn<QString>("stopWords");
    // Of the error that the client throws: its class, the status if it has one, and what is known
    // of the message. "none" where it throws nothing.
    QTest::addColumn<QString>("rateLimit");
    QTest::addColumn<QString>("serverError");
    QTest::addColumn<QString>("eof");
    QTest::addColumn<QString>("noTerminal");
    QTest::addColumn<QString>("cut");
    QTest::addColumn<QString>("errorEvent");
    const auto row = [](const char *client, const char *package, const char *stops,
                        const char *rateLimit, const char *serverError, const char *eof,
                        const char *noTerminal, const char *cut, const char *errorEvent) {
        QTest::newRow(client) << QString::fromLatin1(package) << QString::fromLatin1(stops)
                              << QString::fromLatin1(rateLimit) << QString::fromLatin1(serverError)
                              << QString::fromLatin1(eof) << QString::fromLatin1(noTerminal)
                              << QString::fromLatin1(cut) << QString::fromLatin1(errorEvent);
    };
    row("openai-chat", "openai", "stop stop tool_calls tool_calls length",
        "RateLimitError, 429, Rate limit reached", "InternalServerError, 500, had an error while",
        "APIConnectionError", "none", "TypeError, terminated", "APIError, had an error while");
    row("openai-responses", "openai", "completed completed completed completed incomplete",
        "RateLimitError, 429, Rate limit reached", "InternalServerError, 500, had an error while",
        "APIConnectionError", "none", "OpenAIError, terminated", "APIError, had an error while");
    row("anthropic", "@anthropic-ai/sdk", "end_turn end_turn tool_use tool_use max_tokens",
        "RateLimitError, 429, Rate limit reached", "InternalServerError, 500, had an error while",
        "APIConnectionError", "AnthropicError, ended without", "AnthropicError, terminated",
        "APIError, had an error while");
    row("gemini", "@google/genai", "STOP STOP STOP STOP MAX_TOKENS",
        "ApiError, 429, Rate limit reached", "ApiError, 500, had an error while", "TypeError",
        "none", "TypeError, terminated", "ApiError, 500, had an error while");
    row("ollama", "ollama", "stop stop stop stop length", "ResponseError, 429, Rate limit reached",
        "ResponseError, 500, had an error while", "TypeError", "Error, Did not receive done",
        "TypeError, terminated", "Error, had an error while");
    row("cohere", "cohere-ai", "COMPLETE COMPLETE TOOL_CALL TOOL_CALL MAX_TOKENS",
        "TooManyRequestsError, 429, Rate limit reached",
        "InternalServerError, 500, had an error while", "CohereError", "none",
        "TypeError, terminated", "told, had an error while");
}

void tst_Peers::clients()
{
    QFETCH(QString, package);
    const QString client = QString::fromLatin1(QTest::currentDataTag());
    const QDir modules(modulesFolder());
    if (!modules.exists(u"node_modules/"_s + package + u"/package.json"_s)) {
        const QByteArray missing = "The package " + package.toUtf8() + " is not in "
                                   + modules.path().toUtf8()
                                   + "/node_modules; RETRYSCOPE_PEERS names another folder.";
        QSKIP(missing.constData());
    }
    Sandbox sandbox(Clock::system());
    SandboxOptions options;
    options.tls = false;
    options.tokens = 20;
    options.tokensPerSecond = 2000;
    options.firstToken = std::chrono::milliseconds(1);
    options.key = "a-key";
    const auto rules = SandboxScript::fromJson(script);
    QVERIFY2(rules, rules ? "" : qPrintable(rules.error().message));
    sandbox.setScript(*rules);
    QVERIFY(sandbox.start(options));

    QProcess node;
    QSignalSpy finished(&node, &QProcess::finished);
    node.start(m_node, {QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/peers/peers.cjs"),
                        modules.path(), u"http://127.0.0.1:%1"_s.arg(sandbox.httpPort()), client});
    QVERIFY(finished.count() == 1 || finished.wait(55'000));
    QVERIFY2(node.exitCode() == 0, node.readAllStandardError().constData());
    const QJsonObject seen = QJsonDocument::fromJson(node.readAllStandardOutput()).object();
    QCOMPARE(sandbox.requestCount(), 14);

    for (const QString &step : {u"chat"_s, u"stream"_s}) {
        QCOMPARE(seen[step][u"text"].toString(), spoken);
        QCOMPARE(seen[step][u"output"].toInt(), 6);
    }
    for (const QString &step : {u"tool"_s, u"toolStream"_s}) {
        QCOMPARE(seen[step][u"tool"].toString(), u"weather"_s);
        QCOMPARE(seen[step][u"arguments"].toObject(),
                 (QJsonObject{{u"city"_s, u"Z\u00fcrich"_s}, {u"days"_s, 7}}));
    }
    for (const QString &step : {u"crlf"_s, u"split-utf8"_s, u"comments"_s})
        QCOMPARE(seen[step][u"text"].toString(), u"a\u20acb"_s);
    QStringList stops;
    for (const char *step : {"chat", "stream", "tool", "toolStream", "length-stop"})
        stops += seen[QLatin1StringView(step)][u"stop"].toString();
    QTEST(stops.join(u' '), "stopWords");

    QTEST(errorOf(seen[u"http-429"_s]), "rateLimit");
    QTEST(errorOf(seen[u"http-500"_s]), "serverError");
    QTEST(errorOf(seen[u"eof"_s]), "eof");
    QTEST(errorOf(seen[u"no-terminal"_s]), "noTerminal");
    QTEST(errorOf(seen[u"cut"_s]), "cut");
    // Google's client knows its own error only where it comes alone, and takes it for half an event
    // otherwise: the script pauses before it, but a machine under load may join the two.
    const QString message = seen[u"error-event"_s][u"message"].toString();
    if (!message.contains(u"Incomplete JSON segment"_s))
        QTEST(errorOf(seen[u"error-event"_s]), "errorEvent");
}

QTEST_GUILESS_MAIN(tst_Peers)
#include "tst_peers.moc"
