// SPDX-License-Identifier: MIT
#include "tests/support/corpus.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope::Test;
using namespace Retryscope::TestSupport;

namespace {

struct Outcome
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Outcome send(const QStringList &arguments)
{
    QProcess process;
    process.setEnvironment(QProcess::systemEnvironment() + QStringList{u"A_KEY=key-of-a-test"_s});
    process.start(QStringLiteral(RETRYSCOPE_CLI),
                  QStringList{u"send"_s, u"--prompt"_s, u"Hi"_s} + arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(50'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

//! \brief "retryscope-cli send --dialect D" at an endpoint that speaks it.
class tst_CliDialects : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void dialects_data();
    void dialects();
    void theSandboxSpeaksIt();
};

void tst_CliDialects::dialects_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("text");

    const auto row = [](const char *dialect, const char *target, const char *type,
                        const QString &file, const QString &text) {
        QTest::newRow(dialect) << QByteArray(target) << QByteArray(type) << file << text;
    };
    const char *const sse = "text/event-stream";
    row("openai-chat", "/v1/chat/completions", sse, u"reasoning-comments.sse"_s, u"Four."_s);
    row("openai-responses", "/v1/responses", sse, u"no-deltas-done.sse"_s, u"All at once"_s);
    row("anthropic", "/v1/messages", sse, u"data-lines-only.sse"_s, u"Hi"_s);
    row("gemini", "/v1beta/models/m:streamGenerateContent?alt=sse", sse,
        u"text-thoughts-crlf.sse"_s, u"One, é€😀!"_s);
    row("ollama", "/api/chat", "application/x-ndjson", u"text-thinking.ndjson"_s, u"One é€😀"_s);
    row("cohere", "/v2/chat", sse, u"text-thinking.sse"_s, u"One é€😀"_s);
    row("bedrock-converse", "/model/m/converse-stream", "application/vnd.amazon.eventstream",
        u"text-reasoning.aws"_s, u"One é€😀"_s);
}

void tst_CliDialects::dialects()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, type);
    QFETCH(QString, file);
    QFETCH(QString, text);
    const QString dialect = QString::fromUtf8(QTest::currentDataTag());
    const QByteArray body =
        readFile(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/data/%1/%2").arg(dialect, file));
    const RawPeer peer(PeerScript{
        readRequest(), sendBytes(response(200, body, "Content-Type: " + type + "\r\n"))});
    const Outcome result = send({u"--dialect"_s, dialect, u"--url"_s, peer.url().toString(),
                                 u"--model"_s, u"m"_s, u"--key-env"_s, u"A_KEY"_s});
    QVERIFY2(result.code == 0, result.err.constData());
    QCOMPARE(QString::fromUtf8(result.out), QString(text + u'\n'));
    QVERIFY2(result.err.contains("first byte after "), result.err.constData());
    QCOMPARE(peer.requests(), 1);
    const PeerRequest request = peer.received().value(0);
    QCOMPARE(request.head.split(' ').value(1), target);
    QVERIFY(request.head.contains("key-of-a-test"));
    // The path names the model or the body does, never both.
    const bool inPath = target.contains("/m:") || target.contains("/m/");
    QCOMPARE(QJsonDocument::fromJson(request.body).object().contains("model"_L1), !inPath);
}

void tst_CliDialects::theSandboxSpeaksIt()
{
    const Outcome result = send({u"--dialect"_s, u"cohere"_s, u"--output"_s, u"summary"_s});
    QVERIFY2(result.code == 0, result.err.constData());
    const QJsonDocument summary = QJsonDocument::fromJson(result.out);
    QCOMPARE(summary[u"verdict"].toString(), u"Complete"_s);
    QCOMPARE(summary[u"stop_reason"].toString(), u"COMPLETE"_s);
    QVERIFY(!summary[u"text"].toString().isEmpty());

    const Outcome refused = send({u"--dialect"_s, u"ollama"_s, u"--fault"_s, u"ok,comments"_s});
    QCOMPARE(refused.code, 2);
    QCOMPARE(refused.out, QByteArray());
    QVERIFY2(refused.err.contains("Entry 2: \"comments\" has no place in a stream of Ollama"),
             refused.err.constData());
}

QTEST_GUILESS_MAIN(tst_CliDialects)
#include "tst_clidialects.moc"
