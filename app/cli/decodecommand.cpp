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

#include <functional>
#include <optional>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 DefaultChunk = 64 * 1024;
constexpr qint64 LargestChunk = 1024 * 1024 * 1024;

struct DecodeSetup
{
    const Dialect *dialect = nullptr; // null: events only
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
    parser.addOption({u"sse"_s, u"Server-sent events only, no dialect."_s});
    parser.addOption({u"ndjson"_s, u"Lines of JSON only, no dialect."_s});
    parser.addOption({u"chunk"_s, u"Feed N bytes at a time (65536)."_s, u"N"_s});
}

bool fail(const QString &where, const QString &message)
{
    printError(where, {{}, message, {}});
    return false;
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

using Feed = std::function<void(QByteArrayView)>;

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
    // A pipe gives what it has; a piece is filled up, so that --chunk means what it says.
    QByteArray piece;
    while (true) {
        const QByteArray read = file.read(setup.chunk - piece.size());
        piece += read;
        if (piece.size() == setup.chunk || (read.isEmpty() && !piece.isEmpty())) {
            feed(piece);
            piece.clear();
        }
        if (read.isEmpty())
            break;
    }
    if (file.error() != QFileDevice::NoError)
        return fail(name, u"It cannot be read to its end: %1."_s.arg(file.errorString()));
    return true;
}

int decodeDialect(const DecodeSetup &setup)
{
    StreamReader reader(setup.dialect);
    reader.setHandlers([](const StreamEvent &event) { printLine(eventToJson(event)); },
                       [](const Delta &delta) { printLine(deltaToJson(delta)); });
    if (!feedFile(setup, [&reader](QByteArrayView piece) { reader.feed(piece); }))
        return UsageExitCode;
    const StreamJudgement judgement = reader.finish(true);

    RunSummary summary;
    summary.verdict = runVerdict(judgement.verdict);
    summary.reason = judgement.reason;
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
        QJsonParseError problem;
        if (setup.framing == StreamFraming::NdJson && !foreign) {
            const QByteArray text = '[' + record.data.toByteArray() + ']';
            QJsonDocument::fromJson(text, &problem);
            if (problem.error != QJsonParseError::NoError)
                foreign = record.offset;
        }
    };
    if (!feedFile(setup, [&](QByteArrayView piece) { decoder.feed(piece, take); }))
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
        json.insert(u"reason"_s, u"%1 bytes of an unterminated event were discarded at byte %2."_s
                                     .arg(pending.size)
                                     .arg(pending.offset));
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
    return setup.dialect ? decodeDialect(setup) : decodeEvents(setup);
}

} // namespace Retryscope
