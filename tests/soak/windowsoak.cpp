// SPDX-License-Identifier: MIT
// One window, many runs: nothing may be left of a run when the next one has ended. Counts objects,
// descriptors and memory; 50,000 runs are the long form.
#include "core/run/runner.h"
#include "ui/composer/composer.h"
#include "ui/mainwindow.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QFile>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

//! What a window has, beside what it shows.
struct Count
{
    qsizetype objects = 0;
    qsizetype descriptors = 0;
    long kilobytes = 0;
};

Count countOf(MainWindow &window)
{
    Count count;
    count.objects =
        window.findChildren<QObject *>().size() + window.runner()->findChildren<QObject *>().size();
    count.descriptors = QDir(u"/proc/self/fd"_s).entryList(QDir::System | QDir::AllEntries).size();
    QFile status(u"/proc/self/status"_s);
    if (status.open(QIODevice::ReadOnly)) {
        const QByteArray text = status.readAll();
        const qsizetype at = text.indexOf("VmRSS:");
        count.kilobytes = text.mid(at + 6, text.indexOf("kB", at) - at - 6).trimmed().toLong();
    }
    return count;
}

void run(MainWindow &window)
{
    QEventLoop loop;
    QObject::connect(window.runner(), &Runner::finished, &loop, &QEventLoop::quit);
    window.send();
    if (window.runner()->isRunning())
        loop.exec();
    // What the run has left to be deleted.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QCoreApplication::processEvents();
}

} // namespace

int main(int argc, char *argv[])
{
    const QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({u"runs"_s, u"How many."_s, u"number"_s, u"50000"_s});
    parser.addOption({u"growth"_s,
                      u"Megabytes that the memory may grow by after the first fifth."_s,
                      u"number"_s, u"4"_s});
    parser.process(app);
    const int runs = parser.value(u"runs"_s).toInt();
    const long growth = parser.value(u"growth"_s).toLong() * 1024;

    MainWindow window;
    window.show();
    SandboxOptions options;
    options.tokens = 12;
    options.tokensPerSecond = 1'000'000;
    options.firstToken = 0ms;
    window.runner()->setSandboxOptions(options);
    Scenario scenario = Scenario::example();
    // Each fifth run meets a fault, so that nothing of those is left either.
    scenario.policy.initialBackoff = 1ms;
    Count before;
    Count after;
    QElapsedTimer timer;
    timer.start();
    for (int i = 1; i <= runs; ++i) {
        scenario.faults = i % 5 == 0 ? *FaultPlan::fromString(u"refused,ok"_s) : FaultPlan();
        window.composer()->setScenario(scenario);
        run(window);
        if (window.runner()->summary().verdict != RunVerdict::Complete) {
            std::printf("run %d: %s\n", i, qPrintable(window.runner()->summary().reason));
            return 1;
        }
        if (i % std::max(1, runs / 5) != 0)
            continue;
        after = countOf(window);
        if (before.objects == 0)
            before = after;
        std::printf("%6d runs after %4lld s: %lld objects, %lld descriptors, %.1f MB\n", i,
                    static_cast<long long>(timer.elapsed() / 1000),
                    static_cast<long long>(after.objects),
                    static_cast<long long>(after.descriptors),
                    static_cast<double>(after.kilobytes) / 1024.0);
        std::fflush(stdout);
    }
    // A connection or two may still be closing.
    constexpr qsizetype Slack = 10;
    const bool isGrown = after.objects > before.objects + Slack
                         || after.descriptors > before.descriptors + Slack
                         || after.kilobytes > before.kilobytes + growth;
    std::printf("%s\n", isGrown ? "GROWN" : "nothing grew");
    return isGrown ? 1 : 0;
}
