// SPDX-License-Identifier: MIT
#include "app/cli/console.h"
#include "app/cli/decodecommand.h"
#include "app/cli/exitcode.h"
#include "app/cli/faultscommand.h"
#include "app/cli/sandboxcommand.h"
#include "app/cli/sendcommand.h"
#include "app/cli/tapcommand.h"
#include "core/base/version.h"
#include "core/run/qtmessages.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace {

struct Command
{
    QLatin1StringView name;
    QLatin1StringView summary;
    int (*run)(const QStringList &arguments);
};

constexpr Command commands[] = {
    {"send"_L1, "send one request, follow it to its verdict"_L1, Retryscope::runSend},
    {"sandbox"_L1, "the embedded endpoint alone, until interrupted"_L1, Retryscope::runSandbox},
    {"tap"_L1, "the tap alone: a SOCKS5 proxy for any client, until interrupted"_L1,
     Retryscope::runTap},
    {"decode"_L1, "decode a recorded body: events, deltas, verdict"_L1, Retryscope::runDecode},
    {"faults"_L1, "the fault catalogue"_L1, Retryscope::runFaults},
};

QString usage()
{
    QString text = u"Usage: retryscope-cli COMMAND [options]\n\nCommands:\n"_s;
    for (const Command &command : commands)
        text += u"  %1 %2\n"_s.arg(QString(command.name), -10).arg(QString(command.summary));
    return text
           + u"\n\"retryscope-cli COMMAND --help\" lists the options of a command; --version prints the version.\n"_s;
}

int fail(const QString &message)
{
    Retryscope::printError({}, {{}, message, {}});
    Retryscope::printRemark(usage());
    return Retryscope::UsageExitCode;
}

int run(const QStringList &arguments)
{
    if (arguments.size() < 2)
        return fail(u"Say what to do."_s);
    const QString &word = arguments.at(1);
    if (word == "--help"_L1 || word == "-h"_L1) {
        Retryscope::printResult(usage().toUtf8());
        return 0;
    }
    if (word == "--version"_L1 || word == "-v"_L1) {
        Retryscope::printResult(u"retryscope-cli %1\n"_s.arg(Retryscope::versionString()).toUtf8());
        return 0;
    }
    for (const Command &command : commands) {
        if (word == command.name)
            return command.run(arguments.mid(2));
    }
    return fail(u"There is no command \"%1\"."_s.arg(word));
}

} // namespace

int main(int argc, char **argv)
{
    Retryscope::dropKnownQtMessages();
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"retryscope-cli"_s);
    QCoreApplication::setApplicationVersion(Retryscope::versionString());

    const int code = run(QCoreApplication::arguments());
    if (Retryscope::resultsWereWritten())
        return code;
    Retryscope::printError({}, {{}, u"Not everything could be written to standard output."_s, {}});
    return code == 0 ? Retryscope::UsageExitCode : code;
}
