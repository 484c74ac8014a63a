// SPDX-License-Identifier: MIT
#include "app/cli/commandline.h"

#include "app/cli/console.h"
#include "app/cli/exitcode.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>

namespace Retryscope {

using namespace Qt::StringLiterals;

QString helpText(const QCommandLineParser &parser, QLatin1StringView command, const QString &more)
{
    // Qt knows nothing of commands, and calls the program by its whole path.
    QString text = parser.helpText();
    const QString program = QCoreApplication::arguments().constFirst();
    const QString name = u"retryscope-cli "_s + command;
    return text.replace(text.indexOf(program), program.size(), name) + more;
}

std::optional<int> readArguments(QCommandLineParser &parser, QLatin1StringView command,
                                 const QStringList &arguments, const QString &more)
{
    const QString name = u"retryscope-cli "_s + command;
    if (!parser.parse(QStringList{name} + arguments)) {
        printError({}, {{}, u"%1 See: %2 --help"_s.arg(parser.errorText(), name), {}});
        return UsageExitCode;
    }
    if (!parser.isSet(u"help"_s))
        return {};
    printResult(helpText(parser, command, more).toUtf8());
    return 0;
}

std::optional<int> readOptions(QCommandLineParser &parser, QLatin1StringView command,
                               const QStringList &arguments)
{
    if (const auto code = readArguments(parser, command, arguments))
        return code;
    const QStringList others = parser.positionalArguments();
    if (others.isEmpty())
        return {};
    printError({}, {{}, u"\"%1\" belongs to no option."_s.arg(others.first()), {}});
    return UsageExitCode;
}

QString summaryHelp()
{
    return u"\nThe summary:\n"
           "  verdict, reason, status, request_id, bytes, events, simulated\n"
           "  advice     what to do next, where there is something to do\n"
           "  text, reasoning, tool_calls, stop_reason, usage   the answer\n"
           "  choices    of several answers, each with index, text, reasoning, tool_calls, "
           "stop_reason\n"
           "  pending    the bytes of an event that the end of the stream cut\n"
           "  attempts, waits_ms, wire_requests                 how it was got\n"
           "  findings   what is odd about the stream without changing the answer, each with "
           "kind,\n"
           "             offset and text\n"
           "  timing     of the stream, from the attempt's beginning: first_byte_ms, "
           "first_event_ms,\n"
           "             first_token_ms, longest_gap_ms, longest_gap_event, tokens_per_second\n"
           "\nExit codes:\n"
           "  0 complete; 2 usage or configuration\n"
           "  10 dns, 11 connect, 12 tls, 13 certificate, 14 connection lost before the status, 15 "
           "proxy, "
           "16 http/2\n"
           "  20 HTTP 3xx or 4xx, 21 HTTP 429, 22 HTTP 5xx\n"
           "  30 truncated, 31 error in the stream, 32 damaged, 33 unknown; 40 timeout; 50 "
           "cancelled (130 on "
           "SIGINT)\n"_s;
}

} // namespace Retryscope
