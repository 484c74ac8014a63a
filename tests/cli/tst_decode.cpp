// SPDX-License-Identifier: MIT
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

namespace {

struct Outcome
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Outcome decode(const QStringList &arguments, const QByteArray &input = {})
{
    QProcess process;
    process.start(QStringLiteral(RETRYSCOPE_CLI), QStringList{u"decode"_s} + arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(50'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QString fixture(const QString &name)
{
    return QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/data/") + name;
}

QJsonObject object(const QByteArray &line)
{
    return QJsonDocument::fromJson(line).object();
}

} // namespace

//! \brief "retryscope-cli decode", as a script would use it.
class tst_Decode : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void verdicts_data();
    void verdicts();
    void linesOfADialect();
    void eventsOnly_data();
    void eventsOnly();
    void theChunkDoesNotMatter();
    void severalAnswers();
    void whatIsPending();
    void aFlavourSaysHowItEnds();
    void aDeviceThatNeverEnds_data();
    void aDeviceThatNeverEnds();
    void mistakes_data();
    void mistakes();
    void help();
};

void tst_Decode::verdicts_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("verdict");
    const auto row = [](const char *name, const QString &file, int code, const QString &verdict) {
        QTest::newRow(name) << file << code << verdict;
    };
    row("a whole stream", u"anthropic/tools.sse"_s, 0, u"Complete"_s);
    row("a whole binary stream", u"bedrock-converse/tools.aws"_s, 0, u"Complete"_s);
    row("an array", u"gemini/array.json"_s, 0, u"Complete"_s);
    row("a cut stream", u"ollama/no-done.ndjson"_s, 30, u"Truncated"_s);
    row("an error in the stream", u"cohere/error-finish.sse"_s, 31, u"Failed"_s);
    row("a line that is no JSON", u"ollama/plain-text-line.ndjson"_s, 32, u"Damaged"_s);
    row("no proof", u"gemini/finish-reason-repeated.sse"_s, 33, u"Unknown"_s);
}

void tst_Decode::verdicts()
{
    QFETCH(QString, file);
    QFETCH(int, code);
    QFETCH(QString, verdict);
    const Outcome result = decode({u"--dialect"_s, file.section(u'/', 0, 0), fixture(file)});
    QCOMPARE(result.err, QByteArray());
    QCOMPARE(result.code, code);
    const QJsonObject last = object(result.out.trimmed().split('\n').last());
    QCOMPARE(last.value("verdict"_L1).toString(), verdict);
    QVERIFY(!last.value("reason"_L1).toString().isEmpty());
    for (const QString &member : {u"text"_s, u"reasoning"_s, u"tool_calls"_s, u"stop_reason"_s,
                                  u"usage"_s, u"bytes"_s, u"events"_s, u"findings"_s})
        QVERIFY2(last.contains(member), qPrintable(member));
    QVERIFY(!last.contains("attempts"_L1));
}

void tst_Decode::linesOfADialect()
{
    const QByteArray body =
        "id: 7\nretry: 50\nevent: content_block_start\ndata: {\"type\":\"content_block_start\","
        "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"Hi\"}}\n\n"
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    const Outcome result = decode({u"--dialect"_s, u"anthropic"_s, u"-"_s}, body);
    QCOMPARE(result.code, 0);
    const QList<QByteArray> lines = result.out.trimmed().split('\n');
    QCOMPARE(lines.size(), 4);
    const QJsonObject first = object(lines.at(0));
    QCOMPARE(first.value("event"_L1).toString(), u"content_block_start"_s);
    QCOMPARE(first.value("id"_L1).toString(), u"7"_s);
    QCOMPARE(first.value("retry"_L1).toInt(), 50);
    QVERIFY(first.value("data"_L1).toString().startsWith(u"{\"type\":"));
    QCOMPARE(lines.at(1), QByteArray(R"({"delta":"text","text":"Hi"})"));
    QVERIFY(!object(lines.at(2)).contains("retry"_L1));
    QCOMPARE(object(lines.at(3)).value("text"_L1).toString(), u"Hi"_s);
}

void tst_Decode::eventsOnly_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("out");
    QTest::addColumn<int>("code");

    QTest::newRow("events") << u"--sse"_s << QByteArray("data: a\ndata: b\n\nevent: x\ndata\n\n")
                            << QByteArray(R"({"data":"a\nb","event":"message"})"
                                          "\n"
                                          R"({"data":"","event":"x"})"
                                          "\n"
                                          R"({"bytes":32,"events":2})"
                                          "\n")
                            << 0;
    QTest::newRow("an event that is cut")
        << u"--sse"_s << QByteArray("data: a\n")
        << QByteArray(
               R"({"bytes":8,"events":0,"pending":"data: a","reason":"8 bytes of an unterminated event discarded at byte 0."})"
               "\n")
        << 0;
    QTest::newRow("a page is no event stream")
        << u"--sse"_s << QByteArray("<html>\n")
        << QByteArray(
               R"({"bytes":7,"events":0,"pending":"<html>","reason":"The bytes at 0 are no such stream.","verdict":"Damaged"})"
               "\n")
        << 32;
    QTest::newRow("lines") << u"--ndjson"_s << QByteArray("{\"a\":1}\n[2]")
                           << QByteArray(R"({"data":"{\"a\":1}"})"
                                         "\n"
                                         R"({"data":"[2]"})"
                                         "\n"
                                         R"({"bytes":11,"events":2})"
                                         "\n")
                           << 0;
    QTest::newRow("a line that is no JSON")
        << u"--ndjson"_s << QByteArray("{}\ngone\n")
        << QByteArray(
               R"({"data":"{}"})"
               "\n"
               R"({"data":"gone"})"
               "\n"
               R"({"bytes":8,"events":2,"reason":"The bytes at 3 are no such stream.","verdict":"Damaged"})"
               "\n")
        << 32;
    QTest::newRow("nothing") << u"--ndjson"_s << QByteArray()
                             << QByteArray("{\"bytes\":0,\"events\":0}\n") << 0;
}

void tst_Decode::eventsOnly()
{
    QFETCH(QString, option);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, out);
    QFETCH(int, code);
    const Outcome result = decode({option, u"-"_s}, body);
    QCOMPARE(result.out, out);
    QCOMPARE(result.code, code);
    QCOMPARE(result.err, QByteArray());
}

void tst_Decode::theChunkDoesNotMatter()
{
    const QStringList arguments{u"--dialect"_s, u"openai-responses"_s,
                                fixture(u"openai-responses/text-reasoning.sse"_s)};
    const Outcome whole = decode(arguments);
    QCOMPARE(whole.code, 0);
    for (const QString &chunk : {u"1"_s, u"7"_s, u"1000000000"_s}) {
        const Outcome result = decode(arguments + QStringList{u"--chunk"_s, chunk});
        QCOMPARE(result.out, whole.out);
        QCOMPARE(result.code, 0);
    }
}

void tst_Decode::severalAnswers()
{
    const Outcome result =
        decode({u"--dialect"_s, u"openai-chat"_s, fixture(u"openai-chat/several-choices.sse"_s)});
    QCOMPARE(result.code, 0);
    const QJsonObject summary = object(result.out.trimmed().split('\n').last());
    const QJsonArray choices = summary.value("choices"_L1).toArray();
    QVERIFY(choices.size() >= 2);
    for (qsizetype i = 0; i < choices.size(); ++i)
        QCOMPARE(choices.at(i)["index"_L1].toInt(-1), int(i));
    QCOMPARE(choices.at(0)["text"_L1], summary.value("text"_L1));
    QVERIFY(!choices.at(1)["text"_L1].toString().isEmpty());
}

void tst_Decode::whatIsPending()
{
    const Outcome result = decode({u"--dialect"_s, u"openai-chat"_s, u"-"_s},
                                  "data: {\"choices\":[{}]}\n\ndata: {\"ch");
    QCOMPARE(result.code, 30);
    const QJsonObject summary = object(result.out.trimmed().split('\n').last());
    QCOMPARE(summary.value("pending"_L1).toString(), u"data: {\"ch"_s);
}

void tst_Decode::aFlavourSaysHowItEnds()
{
    const QByteArray body = "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n";
    const QStringList arguments{u"--dialect"_s, u"openai-chat"_s, u"-"_s};
    QCOMPARE(decode(arguments, body).code, 30);
    QCOMPARE(decode(arguments + QStringList{u"--flavour"_s, u"gpustack"_s}, body).code, 0);
}

void tst_Decode::aDeviceThatNeverEnds_data()
{
    QTest::addColumn<QStringList>("how");
    QTest::newRow("zeros are no message") << QStringList{u"--dialect"_s, u"bedrock-converse"_s};
    QTest::newRow("an event that is too large") << QStringList{u"--sse"_s};
    QTest::newRow("a line that is too large") << QStringList{u"--dialect"_s, u"ollama"_s};
}

void tst_Decode::aDeviceThatNeverEnds()
{
    QFETCH(QStringList, how);
    const Outcome result = decode(how + QStringList{u"/dev/zero"_s});
    QCOMPARE(result.code, 32);
}

void tst_Decode::mistakes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const QStringList &arguments, const QString &says) {
        QTest::newRow(name) << arguments << says;
    };
    const QString file = fixture(u"anthropic/tools.sse"_s);
    row("nothing", {}, u"Say how to read it"_s);
    row("no file", {u"--sse"_s}, u"Say which file"_s);
    row("a file without a name", {u"--sse"_s, {}}, u"Say which file"_s);
    row("two files", {u"--sse"_s, file, file}, u"Only one file"_s);
    row("two ways", {u"--sse"_s, u"--ndjson"_s, file}, u"one of"_s);
    row("an unknown dialect", {u"--dialect"_s, u"morse"_s, file},
        u"There is no dialect \"morse\". Known: openai-chat, "_s);
    row("a file that is not there", {u"--sse"_s, file + u".x"_s}, u"cannot be read"_s);
    row("a folder", {u"--sse"_s, fixture(u"anthropic"_s)}, u"cannot be read"_s);
    row("a chunk of 0", {u"--sse"_s, u"--chunk"_s, u"0"_s, file}, u"whole number from 1"_s);
    row("a chunk that is no number", {u"--sse"_s, u"--chunk"_s, u"many"_s, file},
        u"\"many\" is not a whole number"_s);
    row("a flavour that is not known",
        {u"--dialect"_s, u"openai-chat"_s, u"--flavour"_s, u"morse"_s, file},
        u"There is no flavour \"morse\" of openai-chat. Known: openai, "_s);
    row("a flavour of nothing", {u"--sse"_s, u"--flavour"_s, u"groq"_s, file},
        u"Only a dialect that several speak has flavours."_s);
    row("an unknown option", {u"--morse"_s, file}, u"morse"_s);
}

void tst_Decode::mistakes()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, says);
    const Outcome result = decode(arguments);
    QCOMPARE(result.code, 2);
    QCOMPARE(result.out, QByteArray());
    QVERIFY2(QString::fromUtf8(result.err).contains(says), result.err.constData());
}

void tst_Decode::help()
{
    const Outcome result = decode({u"--help"_s});
    QCOMPARE(result.code, 0);
    QVERIFY(result.out.startsWith("Usage: retryscope-cli decode [options] FILE"));
    QVERIFY(result.out.contains("--chunk"));
    QVERIFY(result.out.contains("32 damaged"));
    // Every member of the summary that it prints.
    const Outcome decoded =
        decode({u"--dialect"_s, u"anthropic"_s, fixture(u"anthropic/tools.sse"_s)});
    const QJsonObject summary = object(decoded.out.trimmed().split('\n').last());
    QVERIFY(summary.size() > 8);
    for (const QString &member : summary.keys())
        QVERIFY2(result.out.contains(member.toUtf8()), qPrintable(member));
}

QTEST_GUILESS_MAIN(tst_Decode)
#include "tst_decode.moc"
