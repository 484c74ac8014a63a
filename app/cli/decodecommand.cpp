// SPDX-License-Identifier: MIT
#include "app/cli/decodecommand.h"

#include "app/cli/commandline.h"
#include "app/cli/console.h"
#include "app/cli/exitcode.h"
#include "app/cli/numbers.h"
#include "core/llm/dialect.h"
#include "core/llm/llmjson.h"
#include "core/llm/streamreader.h"
#include "core/run/runsummary.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>

#include <algorithm>
#include <functional>
#include <new>
#include <optional>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 DefaultChunk = 64 * 1024;
constexpr qint64 LargestChunk = 1024 * 1024 * 1024;
constexpr qint64 LargestRead = 1024 * 1024;

struct DecodeSetup
{
    const Dialect *dialect = nullptr; // null: events only
    const DialectFlavour *flavour = nullptr;
    StreamFraming framing = StreamFraming::Sse;
    qint64 chunk = DefaultChunk;
    QString file;
};

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(u"Decodes a recorded body: one JSON line an event and a "
                                     u"delta; the last one is the summary, "
                                     "without what only a run has."_s);
    parser.addHelpOption();
    parser.addPositionalArgument(u"FILE"_s, u"The body; - reads standard input."_s);
    parser.addOption({u"dialect"_s, u"One of %1."_s.arg(Dialect::ids().join(u", "_s)), u"D"_s});
    parser.addOption({u"flavour"_s,
                      u"Who speaks the dialect, where that matters: perplexity, gpustack."_s,
                      u"F"_s});
    parser.addOption({u"sse"_s, u"Server-sent events only, no dialect."_s});
    parser.addOption({u"ndjson"_s, u"Lines of JSON only, no dialect."_s});
    parser.addOption({u"chunk"_s, u"Feed N bytes at a time (65536)."_s, u"N"_s});
}

bool fail(const QString &where, const QString &message)
{
    printError(where, {{}, message, {}});
    return false;
}

bool applyFlavour(const QCommandLineParser &parser, DecodeSetup &setup)
{
    if (!parser.isSet(u"flavour"_s))
        return true;
    const QString id = parser.value(u"flavour"_s);
    const QList<DialectFlavour> flavours =
        setup.dialect ? setup.dialect->facts().flavours : QList<DialectFlavour>();
    QStringList known;
    for (const DialectFlavour &flavour : flavours)
        known.append(flavour.id);
    if (known.isEmpty())
        return fail(u"--flavour"_s, u"Only a dialect that several speak has flavours."_s);
    if (!known.contains(id))
        return fail(u"--flavour"_s, u"There is no flavour \"%1\" of %2. Known: %3."_s.arg(
                                        id, setup.dialect->id(), known.join(u", "_s)));
    setup.flavour = &setup.dialect->facts().flavours[known.indexOf(id)];
    return true;
}

bool apply(const QCommandLineParser &parser, DecodeSetup &setup)
{
    const bool sse = parser.isSet(u"sse"_s);
    const bool lines = parser.isSet(u"ndjson"_s);
    const QString dialect = parser.value(u"dialect"_s);
    if (int(sse) + int(lines) + int(parser.isSet(u"dialect"_s)) != 1)
        return fail({}, u"Say how to read it, one of: --dialect D, --sse, --ndjson."_s);
    if (lines)
        setup.framing = StreamFraming::NdJson;
    if (!sse && !lines) {
        setup.dialect = Dialect::find(dialect);
        if (!setup.dialect)
            return fail(u"--dialect"_s, u"There is no dialect \"%1\". Known: %2."_s.arg(
                                            dialect, Dialect::ids().join(u", "_s)));
    }
    if (!applyFlavour(parser, setup))
        return false;
    if (parser.isSet(u"chunk"_s)) {
        const QString text = parser.value(u"chunk"_s);
        if (const auto error = readNumber(text, 1, LargestChunk, setup.chunk)) {
            printError(u"--chunk"_s, *error, text);
            return false;
        }
    }
    const QStringList files = parser.positionalArguments();
    if (files.size() != 1 || files.constFirst().isEmpty())
        return fail({}, files.size() < 2 ? u"Say which file to decode; - is standard input."_s
                                         : u"Only one file can be decoded at a time."_s);
    setup.file = files.constFirst();
    return true;
}

void printLine(const QJsonObject &json)
{
    printResult(QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n');
}

template <typename Event>
QJsonObject eventToJson(const Event &event)
{
    QJsonObject json{{u"data"_s, QString::fromUtf8(event.data)}};
    if (!event.type.isEmpty())
        json.insert(u"event"_s, QString::fromUtf8(event.type));
    if (!event.lastEventId.isEmpty())
        json.insert(u"id"_s, QString::fromUtf8(event.lastEventId));
    if (event.retry)
        json.insert(u"retry"_s, qint64(event.retry->count()));
    return json;
}

//! False where no more is wanted.
using Feed = std::function<bool(QByteArrayView)>;

//! False where the file cannot be read; that is said then.
bool feedFile(const DecodeSetup &setup, const Feed &feed)
{
    QFile file(setup.file);
    const bool input = setup.file == "-"_L1;
    const bool open =
        input ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    const QString name = input ? u"standard input"_s : setup.file;
    if (!open)
        return fail(name, u"It cannot be read: %1."_s.arg(file.errorString()));
    // A pipe gives what it has; a piece is filled up, so that --chunk means what it says. It grows
    // with what comes: a large chunk of a small file needs no memory.
    QByteArray piece;
    for (bool wanted = true; wanted;) {
        const QByteArray read = file.read(std::min(setup.chunk - piece.size(), LargestRead));
        piece += read;
        if (piece.size() == setup.chunk || (read.isEmpty() && !piece.isEmpty())) {
            wanted = feed(piece);
            piece.resize(0);
        }
        wanted = wanted && !read.isEmpty();
    }
    if (file.error() != QFileDevice::NoError)
        return fail(name, u"It cannot be read to its end: %1."_s.arg(file.errorString()));
    return true;
}

int decodeDialect(const DecodeSetup &setup)
{
    StreamReader reader(setup.dialect, setup.flavour);
    reader.setHandlers([](const StreamEvent &event) { printLine(eventToJson(event)); },
                       [](const Delta &delta) { printLine(deltaToJson(delta)); });
    // Behind bytes that cannot be cut into events nothing can come; a device may never end.
    const auto feed = [&reader](QByteArrayView piece) {
        reader.feed(piece);
        return !reader.isBroken();
    };
    if (!feedFile(setup, feed))
        return UsageExitCode;
    const StreamJudgement judgement = reader.finish(true);

    RunSummary summary;
    summary.verdict = runVerdict(judgement.verdict);
    summary.reason = judgement.reason;
    summary.judgement = judgement;
    summary.choices = reader.severalAnswers();
    summary.answer = reader.answer();
    summary.findings = reader.findings();
    summary.bytes = reader.bytes();
    summary.events = reader.events();
    QJsonObject json = summary.toJson();
    // A recording has neither attempts nor a head, and no clock ran beside it.
    for (const QLatin1StringView member :
         {"attempts"_L1, "waits_ms"_L1, "wire_requests"_L1, "status"_L1, "request_id"_L1,
          "simulated"_L1, "timing"_L1})
        json.remove(member);
    printLine(json);
    return exitCode(summary);
}

int decodeEvents(const DecodeSetup &setup)
{
    StreamDecoder decoder(setup.framing);
    qint64 events = 0;
    std::optional<qint64> foreign; // a line that is no JSON
    const auto take = [&](const StreamRecord &record) {
        ++events;
        printLine(eventToJson(record));
        if (setup.framing == StreamFraming::NdJson && !foreign && !isSoundJson(record.data))
            foreign = record.offset;
    };
    const auto feed = [&](QByteArrayView piece) {
        decoder.feed(piece, take);
        return !decoder.damage();
    };
    if (!feedFile(setup, feed))
        return UsageExitCode;
    const StreamPending pending = decoder.finish();
    if (setup.framing == StreamFraming::NdJson && pending.hasData)
        take({pending.type, pending.data, pending.offset, pending.size});
    const SseDecoder *const sse = decoder.sse();
    if (sse && events == 0 && sse->ignoredLines() > 0)
        foreign = sse->firstIgnoredOffset();
    if (decoder.damage())
        foreign = decoder.damage()->offset;

    QJsonObject json{{u"bytes"_s, decoder.bytes()}, {u"events"_s, events}};
    if (sse && pending.size > 0)
        json.insert(u"reason"_s,
                    u"%1 of an unterminated event discarded at byte %2."_s
                        .arg(pending.size == 1 ? u"1 byte"_s : u"%1 bytes"_s.arg(pending.size))
                        .arg(pending.offset));
    if (pending.size > 0 && (sse || !pending.hasData))
        json.insert(u"pending"_s, shownBytes(pending.raw));
    if (foreign) {
        json.insert(u"verdict"_s, u"Damaged"_s);
        json.insert(u"reason"_s, u"The bytes at %1 are no such stream."_s.arg(*foreign));
    }
    printLine(json);
    RunSummary summary;
    summary.verdict = foreign ? RunVerdict::Damaged : RunVerdict::Complete;
    return exitCode(summary);
}

} // namespace

int runDecode(const QStringList &arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (const auto code = readArguments(parser, "decode"_L1, arguments, summaryHelp()))
        return *code;
    DecodeSetup setup;
    if (!apply(parser, setup))
        return UsageExitCode;
    try {
        return setup.dialect ? decodeDialect(setup) : decodeEvents(setup);
    } catch (const std::bad_alloc &) {
        fail(setup.file, u"There is not enough memory to decode it: try a smaller --chunk."_s);
        return UsageExitCode;
    }
}

} // namespace Retryscope
