// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"
#include "core/llm/streamreader.h"
#include "core/stream/ssedecoder.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTextStream>

#include <algorithm>
#include <ctime>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#ifdef __GLIBC__
#    include <malloc.h>
#endif

using namespace Qt::StringLiterals;
using namespace Retryscope;

namespace {

constexpr qsizetype PieceSize = 64 * 1024;
constexpr qsizetype BlockSize = 64 * 1024 * 1024;
constexpr qsizetype ChatEventSize = 235;
constexpr int Rounds = 5;

//! Not always the same, as in a real stream.
QByteArray word(qint64 number)
{
    constexpr const char *words[] = {" that", " with", " from", " this", " have", " will", " your"};
    return words[number % qint64(std::size(words))];
}

//! One chunk of a chat, as large as the recorded ones.
QByteArray chatEvent(qint64 number)
{
    const QByteArray head = "data: {\"id\":\"chatcmpl-";
    const QByteArray tail =
        "\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"sandbox-1\","
        "\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + word(number) + "\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";
    return head + QByteArray(ChatEventSize - head.size() - tail.size(), 'x') + tail;
}

QByteArray anthropicEvent(qint64 number)
{
    return "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
           "\"delta\":{\"type\":\"text_delta\",\"text\":\""
           + word(number) + "\"}}\n\n";
}

QByteArray anthropicStart()
{
    return "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
           "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
}

QByteArray geminiEvent(qint64 number)
{
    const QByteArray count = QByteArray::number(100 + number % 900);
    return "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"" + word(number)
           + "\"}],\"role\": \"model\"},\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": "
             "12,\"candidatesTokenCount\": "
           + count
           + ",\"totalTokenCount\": 900},\"modelVersion\": \"gemini-2.5-flash\",\"responseId\": "
             "\"abcdefghijklmnop\"}\r\n\r\n";
}

QByteArray blockOf(QByteArray (*event)(qint64))
{
    QByteArray block;
    block.reserve(BlockSize + 1024);
    for (qint64 number = 0; block.size() < BlockSize; ++number)
        block += event(number);
    return block;
}

struct Measurement
{
    QString name;
    qint64 events = 0;
    qint64 bytes = 0;
    std::vector<qint64> nanoseconds;

    qint64 median() const
    {
        std::vector<qint64> sorted = nanoseconds;
        std::sort(sorted.begin(), sorted.end());
        return sorted.at(sorted.size() / 2);
    }

    double megabytesPerSecond() const { return double(bytes) * 1e3 / double(median()); }

    double eventsPerSecond() const { return double(events) * 1e9 / double(median()); }
};

using Feed = std::function<void(QByteArrayView)>;

//! \a start begins a body, \a count tells the events that were seen in it.
Measurement measure(const QString &name, const QByteArray &block, qint64 bytes,
                    const std::function<Feed()> &start, const std::function<qint64()> &count)
{
    // A block that the cache does not hold, fed again and again: memory stays constant.
    Measurement measurement{name, 0, 0, {}};
    for (int round = 0; round < Rounds; ++round) {
        const Feed feed = start();
        const std::clock_t begin = std::clock();
        qint64 fed = 0;
        while (fed < bytes) {
            for (qsizetype at = 0; at < block.size(); at += PieceSize)
                feed(QByteArrayView(block).sliced(at, std::min(PieceSize, block.size() - at)));
            fed += block.size();
        }
        measurement.nanoseconds.push_back(qint64(std::clock() - begin)
                                          * (1'000'000'000 / CLOCKS_PER_SEC));
        measurement.bytes = fed;
        measurement.events = count();
    }
    return measurement;
}

Measurement measureSse(qint64 bytes)
{
    SseDecoder decoder;
    qint64 events = 0;
    return measure(
        u"openai-chat: SSE events alone"_s, blockOf(chatEvent), bytes,
        [&]() -> Feed {
            decoder.reset();
            events = 0;
            return [&](QByteArrayView piece) {
                decoder.feed(piece, [&events](const SseEvent &) { ++events; });
            };
        },
        [&] { return events; });
}

Measurement measureStream(const QString &dialect, const QByteArray &first, const QByteArray &block,
                          qint64 bytes)
{
    std::unique_ptr<StreamReader> reader;
    qint64 deltas = 0;
    return measure(
        dialect + u": to deltas and the answer"_s, block, bytes,
        [&]() -> Feed {
            reader = std::make_unique<StreamReader>(Dialect::find(dialect));
            deltas = 0;
            reader->setHandlers({}, [&deltas](const Delta &) { ++deltas; });
            reader->feed(first);
            return [&](QByteArrayView piece) {
                reader->feed(piece);
            };
        },
        [&] { return deltas; });
}

Measurement measureLargeEvent(int mebibytes)
{
    const QByteArray head = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
    const QByteArray tail = "\"}}]}\n\n";
    const qsizetype size = mebibytes * 1024 * 1024 - head.size() - tail.size();
    Measurement measurement =
        measureStream(u"openai-chat"_s, {}, head + QByteArray(size, 'x') + tail, 1);
    measurement.name = u"one event of %1 MiB"_s.arg(mebibytes);
    return measurement;
}

//! What a large event is to be compared with: on a virtual machine the pages of fresh memory can
//! cost more than all that is done with them.
Measurement measureCopy()
{
    const QByteArray block(BlockSize, 'x');
    QByteArray copy;
    Measurement measurement = measure(
        {}, block, 1,
        [&]() -> Feed {
            copy = QByteArray();
            copy.reserve(block.size());
            return [&](QByteArrayView piece) {
                copy.append(piece);
            };
        },
        [] { return qint64(1); });
    measurement.name = u"reference: 64 MiB to fresh memory"_s;
    return measurement;
}

QJsonObject toJson(const Measurement &measurement)
{
    QJsonArray runs;
    for (const qint64 run : measurement.nanoseconds)
        runs.append(run);
    return {{u"name"_s, measurement.name},
            {u"bytes"_s, measurement.bytes},
            {u"events"_s, measurement.events},
            {u"megabytesPerSecond"_s, measurement.megabytesPerSecond()},
            {u"eventsPerSecond"_s, measurement.eventsPerSecond()},
            {u"nanoseconds"_s, runs}};
}

std::vector<Measurement> measureAll(qint64 bytes)
{
    std::vector<Measurement> all{measureSse(bytes)};
    all.push_back(measureStream(u"openai-chat"_s, {}, blockOf(chatEvent), bytes));
    all.push_back(measureStream(u"anthropic"_s, anthropicStart(), blockOf(anthropicEvent), bytes));
    all.push_back(measureStream(u"gemini"_s, {}, blockOf(geminiEvent), bytes));
    all.push_back(measureLargeEvent(16));
    all.push_back(measureLargeEvent(64)); // as large as the limit allows
    all.push_back(measureCopy());
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    all.push_back(measureLargeEvent(64));
    all.back().name += u", in memory used before"_s;
#endif
    return all;
}

//! For other clients to be measured with the same bytes.
bool writeStream(const QString &path, qint64 bytes)
{
    QFile file(path);
    bool ok = file.open(QIODevice::WriteOnly);
    const QByteArray block = blockOf(chatEvent);
    for (qint64 written = 0; ok && written < bytes; written += block.size())
        ok = file.write(block) == block.size();
    return ok && file.write("data: [DONE]\n\n") > 0 && file.flush();
}

//! OpenAI's own client for Node over one block of the same stream, or why not; a sentence.
QString officialClient(const QString &folder, double ours)
{
    QTemporaryDir scratch;
    const QString file = scratch.filePath(u"stream.sse"_s);
    const QString node = QStandardPaths::findExecutable(u"node"_s);
    if (node.isEmpty() || !writeStream(file, 1))
        return u"OpenAI's client was not measured: there is no node here."_s;
    QProcess process;
    process.start(node, {QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/bench/openai_client.js"),
                         file, folder});
    const bool ended = process.waitForFinished(600'000) && process.exitCode() == 0;
    const QJsonObject json = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
    const double nanoseconds = json.value("nanoseconds"_L1).toDouble();
    if (!ended || nanoseconds <= 0)
        return u"OpenAI's client was not measured: npm install openai in a folder, and name it with --node."_s;
    const double megabytes = json.value("bytes"_L1).toDouble() / 1e6;
    const double rate = megabytes / (nanoseconds / 1e9);
    return u"OpenAI's client for Node %1: %2 MB in %3 ms, %4 MB/s, %5 events/s; we are %6 times as fast."_s
        .arg(json.value("version"_L1).toString())
        .arg(megabytes, 0, 'f', 0)
        .arg(nanoseconds / 1e6, 0, 'f', 0)
        .arg(rate, 0, 'f', 1)
        .arg(json.value("events"_L1).toDouble() / (nanoseconds / 1e9), 0, 'f', 0)
        .arg(ours / rate, 0, 'f', 0);
}

void printTable(QTextStream &out, int size, const std::vector<Measurement> &measurements)
{
    out << "Streams of " << size << " MB in pieces of " << PieceSize << " bytes, median of "
        << Rounds << " runs; the events of openai-chat have " << ChatEventSize << " bytes\n\n";
    for (const Measurement &measurement : measurements)
        out << u"%1 %2 MB/s %3 million events/s %4 ms\n"_s.arg(measurement.name, -38)
                   .arg(measurement.megabytesPerSecond(), 8, 'f', 0)
                   .arg(measurement.eventsPerSecond() / 1e6, 8, 'f', 2)
                   .arg(double(measurement.median()) / 1e6, 8, 'f', 0);
}

} // namespace

//! \brief How fast streams are read, in time of the processor: other programs on the machine do not
//! count. The median of five runs counts.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Measures the decoding of streams."_s);
    parser.addHelpOption();
    const QCommandLineOption megabytes(u"megabytes"_s, u"Size of a stream."_s, u"n"_s, u"256"_s);
    const QCommandLineOption json(u"json"_s, u"Print JSON instead of the table."_s);
    const QCommandLineOption write(u"write"_s, u"Only write the openai-chat stream."_s, u"file"_s);
    const QCommandLineOption client(
        u"node"_s, u"A folder whose node_modules has the package openai, to be compared with."_s,
        u"folder"_s, u"."_s);
    parser.addOptions({megabytes, json, write, client});
    parser.process(application);
    bool valid = false;
    const int size = parser.value(megabytes).toInt(&valid);
    QTextStream out(stdout);
    if (!valid || size < 1) {
        QTextStream(stderr) << "--megabytes must be a whole number from 1.\n";
        return 2;
    }

    const qint64 bytes = qint64(size) * 1'000'000;
    if (parser.isSet(write))
        return writeStream(parser.value(write), bytes) ? 0 : 2;
    const std::vector<Measurement> measurements = measureAll(bytes);
    if (parser.isSet(json)) {
        QJsonArray all;
        for (const Measurement &measurement : measurements)
            all.append(toJson(measurement));
        out << QJsonDocument(all).toJson();
        return 0;
    }
    printTable(out, size, measurements);
    out << officialClient(parser.value(client), measurements.at(1).megabytesPerSecond()) << '\n';
    return 0;
}
