// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"
#include "core/llm/streamreader.h"
#include "core/stream/ssedecoder.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTextStream>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace Retryscope;

namespace {

constexpr qsizetype PieceSize = 64 * 1024;
constexpr qsizetype EventSize = 235;
constexpr int Rounds = 5;

//! One chunk of a chat, as large as the recorded ones.
QByteArray chatEvent()
{
    const QByteArray head = "data: {\"id\":\"chatcmpl-";
    const QByteArray tail =
        "\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"sandbox-1\","
        "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"logprobs\":null,"
        "\"finish_reason\":null}],\"usage\":null}\n\n";
    return head + QByteArray(EventSize - head.size() - tail.size(), 'x') + tail;
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
Measurement measure(const QString &name, qint64 bytes, const std::function<Feed()> &start,
                    const std::function<qint64()> &count)
{
    // A block that the cache does not hold, fed again and again: memory stays constant.
    const QByteArray block = chatEvent().repeated(64 * 1024 * 1024 / EventSize);
    Measurement measurement{name, 0, 0, {}};
    for (int round = 0; round < Rounds; ++round) {
        const Feed feed = start();
        QElapsedTimer timer;
        timer.start();
        qint64 fed = 0;
        while (fed < bytes) {
            for (qsizetype at = 0; at < block.size(); at += PieceSize)
                feed(QByteArrayView(block).sliced(at, std::min(PieceSize, block.size() - at)));
            fed += block.size();
        }
        measurement.nanoseconds.push_back(timer.nsecsElapsed());
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
        u"SSE events"_s, bytes,
        [&]() -> Feed {
            decoder.reset();
            events = 0;
            return [&](QByteArrayView piece) {
                decoder.feed(piece, [&events](const SseEvent &) { ++events; });
            };
        },
        [&] { return events; });
}

Measurement measureStream(qint64 bytes)
{
    std::unique_ptr<StreamReader> reader;
    qint64 deltas = 0;
    return measure(
        u"SSE, JSON, deltas and the answer"_s, bytes,
        [&]() -> Feed {
            reader = std::make_unique<StreamReader>(Dialect::find(u"openai-chat"_s));
            deltas = 0;
            reader->setHandlers({}, [&deltas](const Delta &) { ++deltas; });
            return [&](QByteArrayView piece) {
                reader->feed(piece);
            };
        },
        [&] { return deltas; });
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

} // namespace

//! \brief How fast streams are read. The median of five runs counts.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Measures the decoding of openai-chat streams."_s);
    parser.addHelpOption();
    const QCommandLineOption megabytes(u"megabytes"_s, u"Size of the stream."_s, u"n"_s, u"256"_s);
    const QCommandLineOption json(u"json"_s, u"Print JSON instead of the table."_s);
    parser.addOptions({megabytes, json});
    parser.process(application);
    bool valid = false;
    const int size = parser.value(megabytes).toInt(&valid);
    QTextStream out(stdout);
    if (!valid || size < 1) {
        QTextStream(stderr) << "--megabytes must be a whole number from 1.\n";
        return 2;
    }

    const qint64 bytes = qint64(size) * 1'000'000;
    const std::vector<Measurement> measurements{measureSse(bytes), measureStream(bytes)};
    if (parser.isSet(json)) {
        QJsonArray all;
        for (const Measurement &measurement : measurements)
            all.append(toJson(measurement));
        out << QJsonDocument(all).toJson();
        return 0;
    }
    out << "openai-chat stream of " << EventSize << "-byte events in pieces of " << PieceSize
        << " bytes, median of " << Rounds << " runs\n\n";
    for (const Measurement &measurement : measurements)
        out << u"%1 %2 MB/s %3 million events/s\n"_s.arg(measurement.name, -36)
                   .arg(measurement.megabytesPerSecond(), 8, 'f', 0)
                   .arg(measurement.eventsPerSecond() / 1e6, 8, 'f', 2);
    return 0;
}
