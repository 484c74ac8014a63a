// SPDX-License-Identifier: MIT
#include "app/cli/sandboxcommand.h"

#include "app/cli/commandline.h"
#include "app/cli/console.h"
#include "app/cli/exitcode.h"
#include "app/cli/interrupt.h"
#include "app/cli/numbers.h"
#include "core/llm/dialect.h"
#include "core/sandbox/sandbox.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTemporaryFile>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

struct SandboxSetup
{
    SandboxOptions options;
    SandboxScript script;
    FaultPlan faults;
};

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        u"Runs the embedded endpoint on 127.0.0.1 until interrupted, and prints its "
        "addresses as one JSON line."_s);
    parser.addHelpOption();
    parser.addOption({u"port"_s, u"Listen on this port (one that is free)."_s, u"N"_s});
    parser.addOption({u"tls"_s, u"Also listen with TLS, on a port of its own."_s});
    parser.addOption({u"http2"_s, u"Offer HTTP/2 on the TLS port (ALPN); implies --tls."_s});
    parser.addOption({u"tokens"_s, u"Length of an answer (60)."_s, u"N"_s});
    parser.addOption({u"tokens-per-second"_s, u"Speed of an answer (40)."_s, u"F"_s});
    parser.addOption({u"first-token"_s, u"Milliseconds before the first token (150)."_s, u"MS"_s});
    parser.addOption({u"seed"_s, u"The same request and seed give the same answer (1)."_s, u"N"_s});
    parser.addOption(
        {u"key-env"_s, u"Ask for the key that this environment variable holds."_s, u"VARIABLE"_s});
    parser.addOption({u"rate-limit"_s,
                      u"So many requests a minute, then 429; answers tell the limit in the "
                      "provider's headers."_s,
                      u"N"_s});
    parser.addOption(
        {u"script"_s, u"Answers, pauses and faults by request, as JSON."_s, u"FILE"_s});
    parser.addOption({u"fault"_s, u"Faults by request, of those the sandbox makes."_s, u"PLAN"_s});
}

std::optional<InputError> readKey(const QString &variable, SandboxOptions &options)
{
    options.key = qgetenv(variable.toLocal8Bit().constData());
    if (options.key.isEmpty())
        return InputError{{}, u"The environment variable \"%1\" is not set."_s.arg(variable), {}};
    return {};
}

std::optional<InputError> readScript(const QString &path, SandboxScript &script)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return InputError{{}, u"\"%1\" cannot be read: %2."_s.arg(path, file.errorString()), {}};
    // One byte more than is allowed says enough.
    const Result<SandboxScript> read =
        SandboxScript::fromJson(file.read(SandboxScript::largest + 1));
    if (read) {
        script = *read;
        return {};
    }
    const InputError &error = read.error();
    const QString place = error.field.isEmpty() ? QString() : QString(error.field + u": "_s);
    return InputError{{}, place + error.message, {}};
}

std::optional<InputError> readFaults(const QString &text, FaultPlan &faults)
{
    const auto plan = FaultPlan::fromString(text);
    if (!plan)
        return plan.error();
    faults = *plan;
    for (const Fault &fault : plan->faults()) {
        if (!Sandbox::makes(fault))
            return InputError{
                {}, u"\"%1\" is made by the tap, not by the sandbox."_s.arg(fault.toString()), {}};
    }
    return {};
}

//! Prints what is wrong and returns false, or applies the options.
bool apply(const QCommandLineParser &parser, SandboxSetup &setup)
{
    const auto setting = [&parser](const QString &name, auto read) {
        if (!parser.isSet(name))
            return true;
        const std::optional<InputError> error = read(parser.value(name));
        if (error)
            printError(u"--"_s + name, *error, parser.value(name));
        return !error;
    };
    SandboxOptions &options = setup.options;
    options.http2 = parser.isSet(u"http2"_s);
    options.tls = options.http2 || parser.isSet(u"tls"_s);
    return setting(
               u"port"_s,
               [&](const QString &text) { return readNumber(text, 0, 65535, options.httpPort); })
           && setting(
               u"tokens"_s,
               [&](const QString &text) { return readNumber(text, 1, 1'000'000, options.tokens); })
           && setting(u"tokens-per-second"_s,
                      [&](const QString &text) {
                          return readFraction(text, 0.01, 1e6, options.tokensPerSecond);
                      })
           && setting(
               u"first-token"_s,
               [&](const QString &text) { return readMilliseconds(text, options.firstToken); })
           && setting(u"seed"_s,
                      [&](const QString &text) {
                          return readNumber(text, 0, std::numeric_limits<qint64>::max(),
                                            options.seed);
                      })
           && setting(u"key-env"_s, [&](const QString &name) { return readKey(name, options); })
           && setting(u"rate-limit"_s,
                      [&](const QString &text) {
                          return readNumber(text, 1, 1'000'000, options.requestsPerMinute);
                      })
           && setting(u"script"_s,
                      [&](const QString &path) { return readScript(path, setup.script); })
           && setting(u"fault"_s,
                      [&](const QString &text) { return readFaults(text, setup.faults); });
}

QJsonObject description(const Sandbox &sandbox, const QString &caFile)
{
    QJsonObject paths;
    for (const Dialect *dialect : Dialect::all())
        paths.insert(dialect->id(), dialect->path());
    QJsonObject json{{u"http"_s, u"http://127.0.0.1:%1"_s.arg(sandbox.httpPort())},
                     {u"dialects"_s, paths}};
    if (sandbox.httpsPort() != 0) {
        json.insert(u"https"_s, u"https://127.0.0.1:%1"_s.arg(sandbox.httpsPort()));
        json.insert(u"ca_file"_s, caFile);
    }
    return json;
}

int serve(const SandboxSetup &setup)
{
    Sandbox sandbox(Clock::system());
    sandbox.setScript(setup.script);
    if (!sandbox.start(setup.options)) {
        printError({}, {{}, sandbox.errorString(), {}});
        return UsageExitCode;
    }
    sandbox.setPlan(setup.faults);
    // Only the certificate, never the key; gone with the program.
    QTemporaryFile authority;
    if (setup.options.tls
        && !(authority.open() && authority.write(sandbox.authority().toPem()) > 0
             && authority.flush())) {
        printError({},
                   {{}, u"The CA file cannot be written: %1."_s.arg(authority.errorString()), {}});
        return UsageExitCode;
    }
    Interrupt interrupt;
    QObject::connect(&interrupt, &Interrupt::received, qApp, &QCoreApplication::quit);
    printResult(
        QJsonDocument(description(sandbox, authority.fileName())).toJson(QJsonDocument::Compact)
        + '\n');
    // Nobody would learn where it listens.
    if (!resultsWereWritten())
        return UsageExitCode;
    QCoreApplication::exec();
    return 0;
}

} // namespace

int runSandbox(const QStringList &arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (const auto code = readOptions(parser, "sandbox"_L1, arguments))
        return *code;
    SandboxSetup setup;
    return apply(parser, setup) ? serve(setup) : UsageExitCode;
}

} // namespace Retryscope
