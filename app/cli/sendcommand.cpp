// SPDX-License-Identifier: MIT
#include "app/cli/sendcommand.h"

#include "app/cli/console.h"
#include "app/cli/exitcode.h"
#include "app/cli/interrupt.h"
#include "app/cli/repeatedsend.h"
#include "app/cli/sendoptions.h"
#include "app/cli/sendprinter.h"
#include "core/run/runner.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QSaveFile>

#include <csignal>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! Written beside the target and moved there whole; a pipe or device is written to as it is, it
//! must not be replaced by a file.
bool save(const Trace &trace, const QString &name)
{
    const QFileInfo target(name);
    const bool special = target.exists() && !target.isFile();
    QFile direct(name);
    QSaveFile replacing(name);
    QFileDevice &file = special ? static_cast<QFileDevice &>(direct) : replacing;
    const bool written = file.open(QIODevice::WriteOnly) && trace.save(&file) && file.flush();
    if (written && (special || replacing.commit()))
        return true;
    printError(u"--save"_s,
               {{}, u"The trace cannot be written to %1: %2."_s.arg(name, file.errorString()), {}});
    return false;
}

int follow(Runner &runner, const SendOptions &options)
{
    SendPrinter printer(options.output);
    Interrupt interrupt;
    bool interrupted = false;
    QObject::connect(&interrupt, &Interrupt::received, &runner, [&](int number) {
        interrupted = number == SIGINT;
        runner.stop();
    });
    QObject::connect(&runner, &Runner::started, &runner, [&] {
        QObject::connect(runner.trace(), &Trace::eventAppended, &runner,
                         [&](const TraceEvent &event) { printer.show(event); });
    });
    QObject::connect(&runner, &Runner::finished, qApp, &QCoreApplication::quit,
                     Qt::QueuedConnection);

    const QList<InputError> errors = runner.start(options.scenario, options.key);
    if (!errors.isEmpty()) {
        printStartErrors(errors, options);
        return UsageExitCode;
    }
    QCoreApplication::exec();
    printer.end(runner.summary());
    const bool saved = options.saveFile.isEmpty() || save(*runner.trace(), options.saveFile);
    const int code = interrupted && runner.summary().verdict == RunVerdict::Cancelled
                         ? InterruptedExitCode
                         : exitCode(runner.summary());
    return code == 0 && !saved ? UsageExitCode : code;
}

} // namespace

int runSend(const QStringList &arguments)
{
    const auto parsed = parseSendOptions(arguments);
    if (!parsed) {
        printError(parsed.error().option, parsed.error().error, parsed.error().text);
        return UsageExitCode;
    }
    if (!parsed->has_value())
        return 0;
    Runner runner;
    const SendOptions &options = parsed->value();
    return options.repeat ? followRepeated(runner, options) : follow(runner, options);
}

} // namespace Retryscope
