// SPDX-License-Identifier: MIT
#include "app/cli/tapcommand.h"

#include "app/cli/commandline.h"
#include "app/cli/console.h"
#include "app/cli/exitcode.h"
#include "app/cli/interrupt.h"
#include "app/cli/numbers.h"
#include "app/cli/wireline.h"
#include "core/fault/faultcatalogue.h"
#include "core/tap/tap.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTemporaryFile>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

struct TapSetup
{
    quint16 port = 0;
    FaultPlan faults;
    TapTermination termination;
};

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        u"Runs the tap on 127.0.0.1 until interrupted: a SOCKS5 proxy that any client can be "
        "pointed at. Prints its address, user name and password as one JSON line, then what it "
        "sees on the wire, an event a line. Every connection is an attempt of its own."_s);
    parser.addHelpOption();
    parser.addOption({u"port"_s, u"Listen on this port (one that is free)."_s, u"N"_s});
    parser.addOption({u"fault"_s,
                      u"Faults by connection: dns,refused*2,ok. See \"retryscope-cli faults\"."_s,
                      u"PLAN"_s});
    parser.addOption(
        {u"terminate-tls"_s,
         u"End TLS here where a fault lies within it; clients must trust the \"ca_file\" "
         "of the first line. Without this, TLS stays end to end."_s});
    parser.addOption({u"cacert"_s,
                      u"With --terminate-tls: also trust the authorities in this PEM file."_s,
                      u"FILE"_s});
    parser.addOption(
        {u"insecure"_s, u"With --terminate-tls: accept any certificate of the endpoint."_s});
}

std::optional<InputError> readFaults(const QString &text, FaultPlan &faults)
{
    const auto plan = FaultPlan::fromString(text);
    if (!plan)
        return plan.error();
    faults = *plan;
    for (const Fault &fault : faults.faults()) {
        if (faultDescriptor(fault.kind).site == FaultSite::Sandbox)
            return InputError{
                {}, u"\"%1\" is made by the sandbox, not by the tap."_s.arg(fault.toString()), {}};
    }
    return {};
}

//! Prints what is wrong and returns false, or applies the options.
bool apply(const QCommandLineParser &parser, TapSetup &setup)
{
    const auto setting = [&parser](const QString &name, auto read) {
        if (!parser.isSet(name))
            return true;
        const std::optional<InputError> error = read(parser.value(name));
        if (error)
            printError(u"--"_s + name, *error, parser.value(name));
        return !error;
    };
    if (parser.isSet(u"terminate-tls"_s))
        setup.termination = TapTermination::bySystem();
    setup.termination.verifies = !parser.isSet(u"insecure"_s);
    return setting(u"port"_s,
                   [&](const QString &text) { return readNumber(text, 0, 65535, setup.port); })
           && setting(u"cacert"_s,
                      [&](const QString &text) { return setup.termination.addAuthorities(text); })
           && setting(u"fault"_s,
                      [&](const QString &text) { return readFaults(text, setup.faults); });
}

QByteArray description(const Tap &tap, const QString &caFile)
{
    const QString host = u"127.0.0.1"_s;
    const QString user = QString::fromLatin1(Tap::countedUser());
    const QString password = QString::fromLatin1(tap.password());
    QJsonObject json{
        {u"socks"_s, u"socks5h://%1:%2@%3:%4"_s.arg(user, password, host).arg(tap.port())},
        {u"host"_s, host},
        {u"port"_s, tap.port()},
        {u"user"_s, user},
        {u"password"_s, password}};
    if (!caFile.isEmpty())
        json.insert(u"ca_file"_s, caFile);
    return QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n';
}

int serve(const TapSetup &setup)
{
    Clock *const clock = Clock::system();
    Tap tap(clock);
    if (!tap.start(setup.port)) {
        printError({}, {{},
                        u"The tap cannot listen on 127.0.0.1, port %1: %2."_s.arg(setup.port)
                            .arg(tap.errorString()),
                        {}});
        return UsageExitCode;
    }
    tap.setPlan(1, setup.faults, QNetworkProxy::NoProxy, setup.termination);
    tap.setCountsConnections(true);
    Interrupt interrupt;
    QObject::connect(&interrupt, &Interrupt::received, qApp, &QCoreApplication::quit);
    const auto origin = clock->now();
    QObject::connect(&tap, &Tap::wireEvent, &tap, [origin](quint64, const WireEvent &event) {
        printResult(wireLine(event, origin));
        // Who reads the events has gone, and nobody else was told the password.
        if (!resultsWereWritten())
            QCoreApplication::quit();
    });
    // Only the certificate, never the key; gone with the program.
    QTemporaryFile authority;
    if (setup.termination.isOn
        && !(authority.open() && authority.write(tap.authority().toPem()) > 0
             && authority.flush())) {
        printError({},
                   {{}, u"The CA file cannot be written: %1."_s.arg(authority.errorString()), {}});
        return UsageExitCode;
    }
    printResult(description(tap, setup.termination.isOn ? authority.fileName() : QString()));
    if (!resultsWereWritten())
        return UsageExitCode;
    QCoreApplication::exec();
    return 0;
}

} // namespace

int runTap(const QStringList &arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (const auto code = readOptions(parser, "tap"_L1, arguments))
        return *code;
    TapSetup setup;
    return apply(parser, setup) ? serve(setup) : UsageExitCode;
}

} // namespace Retryscope
