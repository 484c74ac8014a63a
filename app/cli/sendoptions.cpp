// SPDX-License-Identifier: MIT
#include "app/cli/sendoptions.h"

#include "app/cli/commandline.h"
#include "app/cli/console.h"
#include "app/cli/numbers.h"
#include "core/run/repeater.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QRandomGenerator>
#include <QtCore/QStringDecoder>

#include <cstdio>
#include <functional>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 inputLimit = 64 * 1024 * 1024;

//! An option that takes a value: its name, its value's name, its help, the scenario's field and how
//! it is applied.
struct Setting
{
    QLatin1StringView name;
    QLatin1StringView valueName;
    QLatin1StringView help;
    QLatin1StringView field;
    std::optional<InputError> (*apply)(const QString &text, SendOptions &options);
};

InputError wrong(const QString &message)
{
    return {{}, message, {}};
}

Result<QByteArray> readInput(const QString &name)
{
    QFile file(name);
    const bool opened = name == "-"_L1 ? file.open(fileno(stdin), QIODevice::ReadOnly)
                                       : file.open(QIODevice::ReadOnly);
    if (!opened)
        return wrong(u"The file %1 cannot be read: %2."_s.arg(name, file.errorString()));
    // A pipe gives what is in it, not what was asked for: one read() would cut the text silently.
    constexpr qint64 pieceSize = 1024 * 1024;
    QByteArray bytes;
    for (QByteArray piece = file.read(pieceSize); !piece.isEmpty(); piece = file.read(pieceSize)) {
        bytes += piece;
        if (bytes.size() > inputLimit)
            return wrong(
                u"The file %1 is larger than %2 MiB."_s.arg(name).arg(inputLimit / (1024 * 1024)));
    }
    if (file.error() != QFileDevice::NoError)
        return wrong(u"The file %1 cannot be read: %2."_s.arg(name, file.errorString()));
    return bytes;
}

std::optional<InputError> setPrompt(const QString &text, SendOptions &options)
{
    QString prompt = text;
    if (text == "-"_L1) {
        const auto bytes = readInput(text);
        if (!bytes)
            return bytes.error();
        // Sent as something else, the model would answer what nobody asked.
        QStringDecoder decoder(QStringDecoder::Utf8, QStringConverter::Flag::Stateless);
        prompt = decoder(*bytes);
        if (decoder.hasError())
            return wrong(u"The prompt on standard input is not UTF-8 text."_s);
    }
    options.scenario.chat.messages = {{u"user"_s, prompt}};
    return {};
}

std::optional<InputError> setBody(const QString &text, SendOptions &options)
{
    auto bytes = readInput(text);
    if (!bytes)
        return bytes.error();
    options.scenario.rawBody = *bytes;
    return {};
}

std::optional<InputError> setHeader(const QString &text, SendOptions &options)
{
    const qsizetype colon = text.indexOf(u':');
    if (colon < 1)
        return wrong(u"A header is written as \"Name: value\"."_s);
    options.scenario.headers.append(
        {text.left(colon).toUtf8(), text.mid(colon + 1).trimmed().toUtf8()});
    return {};
}

std::optional<InputError> setJitter(const QString &text, SendOptions &options)
{
    return readFraction(text, 0.0, 1.0, options.scenario.policy.jitter);
}

std::optional<InputError> setRetryOn(const QString &text, SendOptions &options)
{
    const auto kinds = retryKindsFromNames(
        text == "none"_L1 ? QStringList() : text.split(u',', Qt::SkipEmptyParts));
    if (!kinds)
        return kinds.error();
    options.scenario.policy.retryOn = *kinds;
    return {};
}

std::optional<InputError> setSeed(const QString &text, SendOptions &options)
{
    bool ok = false;
    options.scenario.seed = text.toULongLong(&ok);
    if (!ok)
        return wrong(u"\"%1\" is not a whole number from 0 to 18446744073709551615."_s.arg(text));
    return {};
}

std::optional<InputError> setFaults(const QString &text, SendOptions &options)
{
    const auto plan = FaultPlan::fromString(text);
    if (!plan)
        return plan.error();
    options.scenario.faults = *plan;
    return {};
}

std::optional<InputError> setRepeat(const QString &text, SendOptions &options)
{
    return readNumber(text, 1, Repeater::most, options.repeat.emplace());
}

std::optional<InputError> setOutput(const QString &text, SendOptions &options)
{
    if (text == "text"_L1)
        options.output = OutputMode::Text;
    else if (text == "jsonl"_L1)
        options.output = OutputMode::JsonLines;
    else if (text == "summary"_L1)
        options.output = OutputMode::Summary;
    else
        return wrong(u"There is no output form \"%1\": text, jsonl or summary."_s.arg(text));
    return {};
}

template <auto Member>
std::optional<InputError> setText(const QString &text, SendOptions &options)
{
    options.scenario.*Member = text;
    return {};
}

constexpr Setting settings[] = {
    {"dialect"_L1, "NAME"_L1, "The wire format (openai-chat), or raw for any HTTP request."_L1,
     "dialect"_L1, setText<&Scenario::dialect>},
    {"url"_L1, "URL"_L1, "A base URL, a whole endpoint, or \"sandbox\" (the default)."_L1,
     "endpoint"_L1, setText<&Scenario::endpoint>},
    {"model"_L1, "NAME"_L1, "The model to ask."_L1, "chat.model"_L1,
     [](const QString &text, SendOptions &o) -> std::optional<InputError> {
         o.scenario.chat.model = text;
         return {};
     }},
    {"system"_L1, "TEXT"_L1, "The system prompt."_L1, "chat.system"_L1,
     [](const QString &text, SendOptions &o) -> std::optional<InputError> {
         o.scenario.chat.system = text;
         return {};
     }},
    {"prompt"_L1, "TEXT"_L1, "The message to send; \"-\" reads standard input."_L1,
     "chat.messages"_L1, setPrompt},
    {"body"_L1, "FILE"_L1,
     "Send this JSON, or any text with \"--dialect raw\", as it is instead; \"-\" reads standard input."_L1,
     "body"_L1, setBody},
    {"header"_L1, "'NAME: VALUE'"_L1, "A request header; may be given more than once."_L1,
     "headers"_L1, setHeader},
    {"key-env"_L1, "VARIABLE"_L1, "The environment variable that holds the API key."_L1,
     "key_env"_L1, setText<&Scenario::keyVariable>},
    {"method"_L1, "METHOD"_L1, "The HTTP method (POST)."_L1, "method"_L1,
     [](const QString &text, SendOptions &o) -> std::optional<InputError> {
         o.scenario.method = text.toUtf8();
         return {};
     }},
    {"retries"_L1, "N"_L1, "Retries after the first attempt, 0 to 255 (2)."_L1,
     "policy.maxRetries"_L1,
     [](const QString &text, SendOptions &o) {
         return readNumber(text, 0, 255, o.scenario.policy.maxRetries);
     }},
    {"initial-backoff"_L1, "MS"_L1, "Base of the first wait (200)."_L1, "policy.initialBackoff"_L1,
     [](const QString &text, SendOptions &o) {
         return readMilliseconds(text, o.scenario.policy.initialBackoff);
     }},
    {"max-backoff"_L1, "MS"_L1, "Cap of every wait (30000)."_L1, "policy.maxBackoff"_L1,
     [](const QString &text, SendOptions &o) {
         return readMilliseconds(text, o.scenario.policy.maxBackoff);
     }},
    {"jitter"_L1, "F"_L1, "Waits are drawn from base*(1-F) to base*(1+F) (0.25)."_L1,
     "policy.jitter"_L1, setJitter},
    {"retry-on"_L1, "LIST"_L1, "Of dns,connect,tls,certificate,io,http2 (all), or \"none\"."_L1,
     "policy.retryOn"_L1, setRetryOn},
    {"seed"_L1, "N"_L1, "The same seed draws the same waits (random)."_L1, "seed"_L1, setSeed},
    {"total-timeout"_L1, "MS"_L1, "All attempts, all waits and the body (600000)."_L1,
     "timeouts.total"_L1,
     [](const QString &text, SendOptions &o) {
         return readMilliseconds(text, o.scenario.timeouts.total);
     }},
    {"connect-timeout"_L1, "MS"_L1, "DNS, TCP and TLS of one attempt (none)."_L1,
     "timeouts.connect"_L1,
     [](const QString &text, SendOptions &o) {
         return readMilliseconds(text, o.scenario.timeouts.connect);
     }},
    {"first-byte-timeout"_L1, "MS"_L1, "From the request to the response's head (none)."_L1,
     "timeouts.firstByte"_L1,
     [](const QString &text, SendOptions &o) {
         return readMilliseconds(text, o.scenario.timeouts.firstByte);
     }},
    {"idle-timeout"_L1, "MS"_L1, "No byte of the body (none)."_L1, "timeouts.idleBytes"_L1,
     [](const QString &text, SendOptions &o) {
         return readMilliseconds(text, o.scenario.timeouts.idleBytes);
     }},
    {"event-timeout"_L1, "MS"_L1, "No event with content (none)."_L1, "timeouts.idleEvents"_L1,
     [](const QString &text, SendOptions &o) {
         return readMilliseconds(text, o.scenario.timeouts.idleEvents);
     }},
    {"fault"_L1, "PLAN"_L1,
     "Faults by attempt: dns,refused*2,ok. See \"retryscope-cli faults\"."_L1, "faultPlan"_L1,
     setFaults},
    {"fault-chance"_L1, "F"_L1,
     "With which each fault of the plan strikes, 0 to 1; the seed decides (1)."_L1,
     "fault_chance"_L1,
     [](const QString &text, SendOptions &o) {
         return readFraction(text, 0.0, 1.0, o.scenario.faultChance);
     }},
    {"proxy"_L1, "none|env|URL"_L1,
     "The proxy to go through: http://, socks5:// or socks5h://[user:password@]host[:port] (none)."_L1,
     "proxy"_L1,
     [](const QString &text, SendOptions &o) -> std::optional<InputError> {
         // The exceptions are an option of their own.
         const QString noProxy = o.scenario.proxy.noProxy;
         o.scenario.proxy = ProxyChoice::fromText(text);
         o.scenario.proxy.noProxy = noProxy;
         return {};
     }},
    {"noproxy"_L1, "LIST"_L1,
     "Hosts to reach without the proxy: a.test,.b.test,10.0.0.0/8,[::1]:8080 or *."_L1,
     "no_proxy"_L1,
     [](const QString &text, SendOptions &o) -> std::optional<InputError> {
         o.scenario.proxy.noProxy = text;
         return {};
     }},
    {"cacert"_L1, "FILE"_L1, "Also trust the authorities in this PEM file."_L1, "ca_file"_L1,
     setText<&Scenario::caFile>},
    {"output"_L1, "text|jsonl|summary"_L1,
     "The answer, every trace event, or one JSON object (text)."_L1, ""_L1, setOutput},
    {"repeat"_L1, "N"_L1,
     "Run it N times, with the seed and those that follow it; a row a run, then statistics."_L1,
     "runs"_L1, setRepeat},
    {"save"_L1, "FILE"_L1, "Write the trace to this file at the end."_L1, ""_L1,
     [](const QString &text, SendOptions &o) -> std::optional<InputError> {
         o.saveFile = text;
         return {};
     }},
};

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        u"Sends one request, follows it to its verdict, and tells it by the exit code."_s);
    parser.addHelpOption();
    for (const Setting &setting : settings)
        parser.addOption(
            {QString(setting.name), QString(setting.help), QString(setting.valueName)});
    parser.addOption(
        {u"scenario"_s, u"Start from this scenario; the other options override it."_s, u"FILE"_s});
    parser.addOption({u"no-stream"_s, u"Ask for the whole answer at once."_s});
    parser.addOption(
        {u"no-tap"_s, u"Straight through QNetworkAccessManager: no faults, no wire events."_s});
    parser.addOption(
        {u"terminate-tls"_s,
         u"Let the tap end TLS itself where a fault lies within it (labelled); without "
         "this, TLS stays end to end."_s});
    parser.addOption({u"insecure"_s, u"Accept any certificate."_s});
    parser.addOption({u"http1"_s, u"Do not offer HTTP/2."_s});
}

std::optional<UsageError> readScenario(const QCommandLineParser &parser, SendOptions &options)
{
    if (!parser.isSet(u"scenario"_s)) {
        options.scenario.seed = QRandomGenerator::system()->generate();
        return {};
    }
    const QString name = parser.value(u"scenario"_s);
    const auto bytes = readInput(name);
    if (!bytes)
        return UsageError{u"--scenario"_s, bytes.error(), {}};
    const auto scenario = Scenario::fromText(*bytes);
    if (scenario) {
        options.scenario = *scenario;
        return {};
    }
    InputError error = scenario.error();
    const QString member = error.field.isEmpty() ? QString() : u" \"%1\":"_s.arg(error.field);
    error.message = u"%1:%2 %3"_s.arg(name, member, error.message);
    error.offset.reset();
    return UsageError{u"--scenario"_s, error, {}};
}

std::optional<UsageError> applySettings(const QCommandLineParser &parser, SendOptions &options)
{
    for (const Setting &setting : settings) {
        for (const QString &value : parser.values(QString(setting.name))) {
            if (const auto error = setting.apply(value, options))
                return UsageError{u"--"_s + setting.name, *error, value};
        }
    }
    Scenario &scenario = options.scenario;
    if (parser.isSet(u"no-stream"_s))
        scenario.chat.stream = false;
    if (parser.isSet(u"no-tap"_s))
        scenario.useTap = false;
    if (parser.isSet(u"terminate-tls"_s))
        scenario.terminateTls = true;
    if (parser.isSet(u"insecure"_s))
        scenario.insecure = true;
    if (parser.isSet(u"http1"_s))
        scenario.allowHttp2 = false;
    if (const Dialect *dialect = Dialect::find(scenario.dialect);
        dialect && scenario.chat.model.isEmpty())
        scenario.chat.model = dialect->defaultModel();
    return {};
}

} // namespace

Result<std::optional<SendOptions>, UsageError> parseSendOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (!parser.parse(QStringList{u"retryscope-cli send"_s} + arguments))
        return UsageError{
            {}, wrong(parser.errorText() + u" See: retryscope-cli send --help"_s), {}};
    if (parser.isSet(u"help"_s)) {
        printResult(helpText(parser, "send"_L1, summaryHelp()).toUtf8());
        return std::optional<SendOptions>();
    }
    if (!parser.positionalArguments().isEmpty())
        return UsageError{{},
                          wrong(u"\"%1\" belongs to no option. Did you mean --prompt \"%1\"?"_s.arg(
                              parser.positionalArguments().first())),
                          {}};
    SendOptions options;
    if (const auto error = readScenario(parser, options))
        return *error;
    if (const auto error = applySettings(parser, options))
        return *error;
    if (options.scenario.isRaw() && parser.isSet(u"prompt"_s))
        return UsageError{u"--prompt"_s,
                          wrong(u"A raw request has no prompt: it sends the text of --body."_s),
                          {}};
    if (options.repeat && !options.saveFile.isEmpty())
        return UsageError{
            u"--save"_s,
            wrong(
                u"Of many runs no trace is kept: save one of them by its seed, without --repeat."_s),
            {}};
    if (!options.scenario.keyVariable.isEmpty())
        options.key = qgetenv(options.scenario.keyVariable.toUtf8().constData());
    return std::optional(options);
}

void printStartErrors(const QList<InputError> &errors, const SendOptions &options)
{
    for (const InputError &error : errors) {
        // What was typed where the error is, for a caret under it; empty where the offset counts
        // something else.
        const Scenario &scenario = options.scenario;
        const QString typed = error.field == "faultPlan"_L1  ? scenario.faults.toString()
                              : error.field == "endpoint"_L1 ? scenario.endpoint
                                                             : QString();
        printError(optionOf(error.field), error, typed);
    }
}

QString optionOf(const QString &field)
{
    const QString plain = field.section(u'[', 0, 0);
    for (const Setting &setting : settings) {
        if (!setting.field.isEmpty() && plain == setting.field)
            return u"--"_s + setting.name;
    }
    return field;
}

} // namespace Retryscope
