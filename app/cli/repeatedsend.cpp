// SPDX-License-Identifier: MIT
#include "app/cli/repeatedsend.h"

#include "app/cli/console.h"
#include "app/cli/exitcode.h"
#include "app/cli/interrupt.h"
#include "app/cli/sendoptions.h"
#include "core/run/repeater.h"
#include "core/run/runner.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>

#include <csignal>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QString milliseconds(std::chrono::microseconds duration)
{
    return QString::number(static_cast<double>(duration.count()) / 1000.0, 'f', 1) + u" ms"_s;
}

QByteArray jsonLine(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

void printRow(const RepeatedRun &run, OutputMode mode)
{
    if (mode == OutputMode::JsonLines)
        return printResult(jsonLine(run.toJson()));
    if (mode == OutputMode::Summary)
        return;
    const QString cause = run.cause.isEmpty() ? QString() : QString(u"  "_s + run.cause);
    const QString line = u"run %1  seed %2  %3  attempts %4  sent %5  %6%7\n"_s.arg(run.number, 5)
                             .arg(run.seed)
                             .arg(verdictName(run.verdict), -14)
                             .arg(run.attempts)
                             .arg(run.sends)
                             .arg(milliseconds(run.duration), 10)
                             .arg(withoutControls(cause));
    printResult(line.toUtf8());
}

void printStatistics(const RunStatistics &statistics, OutputMode mode)
{
    if (mode != OutputMode::Text)
        return printResult(jsonLine(statistics.toJson()));
    if (statistics.runs == 0)
        return;
    QStringList shares;
    for (const RunStatistics::Share &share : statistics.shares)
        shares.append(u"%1 %2 (%3 %)"_s.arg(verdictName(share.verdict))
                          .arg(share.count)
                          .arg(100.0 * share.count / statistics.runs, 0, 'f', 1));
    const QString text =
        u"%1 runs: %2\np50 %3, p90 %4, p99 %5; %6 attempts, %7 requests sent\n"_s
            .arg(statistics.runs)
            .arg(shares.join(u", "_s), milliseconds(statistics.percentile(50)),
                 milliseconds(statistics.percentile(90)), milliseconds(statistics.percentile(99)))
            .arg(statistics.attempts)
            .arg(statistics.sends);
    printResult(text.toUtf8());
}

} // namespace

int followRepeated(Runner &runner, const SendOptions &options)
{
    Repeater repeater(&runner);
    Interrupt interrupt;
    int code = 0;
    bool interrupted = false;
    QObject::connect(&interrupt, &Interrupt::received, &repeater, [&](int number) {
        interrupted = number == SIGINT;
        code = code == 0 ? 50 : code;
        repeater.stop();
    });
    QObject::connect(&repeater, &Repeater::runAdded, &runner, [&](const RepeatedRun &run) {
        printRow(run, options.output);
        if (code == 0)
            code = exitCode(runner.summary());
    });
    QObject::connect(&repeater, &Repeater::ended, &runner, [&](const QList<InputError> &errors) {
        printStartErrors(errors, options);
        code = errors.isEmpty() ? code : UsageExitCode;
        QMetaObject::invokeMethod(qApp, &QCoreApplication::quit, Qt::QueuedConnection);
    });

    const QList<InputError> errors = repeater.start(options.scenario, options.key, *options.repeat);
    if (!errors.isEmpty()) {
        printStartErrors(errors, options);
        return UsageExitCode;
    }
    QCoreApplication::exec();
    printStatistics(RunStatistics::of(repeater.runs()), options.output);
    return interrupted ? InterruptedExitCode : code;
}

} // namespace Retryscope
