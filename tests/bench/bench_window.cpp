// SPDX-License-Identifier: MIT
// What the window costs: its start and its idle memory against an empty QMainWindow in alternating
// rounds, and frames of a timeline of 10,000 attempts and 1,000,000 events.
#include "core/timeline/timelinemodel.h"
#include "core/trace/trace.h"
#include "core/trace/tracerecorder.h"
#include "tests/bench/windowchild.h"
#include "ui/mainwindow.h"
#include "ui/timeline/timelineview.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtGui/QImage>
#include <QtGui/QPainter>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <vector>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int attemptCount = 10'000;
constexpr int eventsPerAttempt = 100;
constexpr int rounds = 9;

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// --- Start

struct Start
{
    double firstFrame = 0.0;
    double megabytes = 0.0;
};

Start startOf(const QString &program, const QStringList &arguments)
{
    QProcess process;
    QElapsedTimer timer;
    timer.start();
    process.start(program, arguments);
    Start start;
    while (process.waitForReadyRead(20'000)) {
        if (start.firstFrame == 0.0 && process.canReadLine()) {
            process.readLine();
            start.firstFrame = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        }
        if (process.canReadLine())
            start.megabytes = process.readLine().trimmed().toDouble() / 1024.0;
    }
    process.waitForFinished();
    return start;
}

void measureStart(QJsonObject &json)
{
    const QString folder = QCoreApplication::applicationDirPath();
    std::vector<double> frames[3];
    std::vector<double> memory[3];
    for (int round = 0; round < rounds; ++round) {
        const Start empty = startOf(QString(folder + u"/bench_emptywindow"_s), {});
        // The first letter costs the font database, whoever shows it.
        const Start word = startOf(QString(folder + u"/bench_emptywindow"_s), {u"--word"_s});
        const Start ours = startOf(QCoreApplication::applicationFilePath(), {u"--child"_s});
        frames[0].push_back(empty.firstFrame);
        frames[1].push_back(ours.firstFrame);
        frames[2].push_back(word.firstFrame);
        memory[0].push_back(empty.megabytes);
        memory[1].push_back(ours.megabytes);
        memory[2].push_back(word.megabytes);
    }
    const double frame[] = {median(frames[0]), median(frames[1]), median(frames[2])};
    const double size[] = {median(memory[0]), median(memory[1]), median(memory[2])};
    std::printf("start to first frame: empty %6.1f ms, one word %6.1f ms, Retryscope %6.1f ms "
                "(x %.2f, x %.2f)\n",
                frame[0], frame[2], frame[1], frame[1] / frame[0], frame[1] / frame[2]);
    std::printf("idle memory:          empty %6.1f MB, one word %6.1f MB, Retryscope %6.1f MB "
                "(x %.2f, x %.2f)\n",
                size[0], size[2], size[1], size[1] / size[0], size[1] / size[2]);
    json.insert(u"start_ratio_to_one_word"_s, frame[1] / frame[2]);
    json.insert(u"memory_ratio_to_one_word"_s, size[1] / size[2]);
    json.insert(u"start_ratio"_s, frame[1] / frame[0]);
    json.insert(u"memory_ratio"_s, size[1] / size[0]);
}

// --- Timeline

void record(Trace &trace)
{
    TraceRecorder recorder(&trace, 0ns, Redactor());
    using Name = TraceEventName;
    using Source = TraceSource;
    recorder.record(0ns, 0, Source::Client, Name::RunStarted, {{u"schema"_s, 1}});
    for (int i = 1; i <= attemptCount; ++i) {
        std::chrono::nanoseconds t = i * 300ms;
        const auto step = [&](Source source, Name name, const QJsonObject &fields = {}) {
            recorder.record(t, i, source, name, fields);
            t += 2ms;
        };
        step(Source::Client, Name::AttemptStarted);
        step(Source::Wire, Name::ConnectStarted, {{u"address"_s, u"127.0.0.1:1"_s}});
        step(Source::Wire, Name::ConnectFinished, {{u"address"_s, u"127.0.0.1:1"_s}});
        step(Source::Wire, Name::RequestSent);
        step(Source::Wire, Name::ResponseStarted);
        step(Source::Client, Name::ResponseHead, {{u"status"_s, 200}});
        for (int event = 0; event < eventsPerAttempt; ++event) {
            t += 1ms;
            recorder.record(t, i, Source::Stream, Name::StreamEvent,
                            {{u"index"_s, event}, {u"content"_s, true}});
        }
        step(Source::Client, Name::AttemptFinished, {{u"kind"_s, u"Io"_s}});
        step(Source::Policy, Name::WaitStarted, {{u"delay_us"_s, 50'000}});
        t += 50ms;
        step(Source::Policy, Name::WaitFinished, {{u"late_us"_s, 0}});
    }
}

double frameOf(TimelineView &view)
{
    QImage image(view.size(), QImage::Format_ARGB32_Premultiplied);
    std::vector<double> times;
    for (int i = 0; i < 21; ++i) {
        QElapsedTimer timer;
        timer.start();
        view.render(&image);
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    return median(times);
}

void measureTimeline(QJsonObject &json)
{
    Trace trace;
    record(trace);
    TimelineModel model;
    QElapsedTimer timer;
    timer.start();
    model.setTrace(&trace);
    std::printf("a trace of %zu events, %d rows, shown after %lld ms\n", trace.events().size(),
                model.rowCount(), static_cast<long long>(timer.elapsed()));
    TimelineView view(&model);
    view.resize(1200, 700);
    view.setNow([] { return std::chrono::microseconds(attemptCount * 300ms + 1s); });
    view.fit();
    view.show();
    double zoom = 1.0;
    double worst = 0.0;
    for (const double factor : {1.0, 10.0, 10.0, 10.0, 10.0}) {
        zoom *= factor;
        if (factor > 1.0)
            view.zoom(factor);
        for (const double place : {0.0, 0.5, 1.0}) {
            QScrollBar *bar = view.verticalScrollBar();
            bar->setValue(static_cast<int>(place * bar->maximum()));
            QApplication::processEvents();
            const double frame = frameOf(view);
            worst = std::max(worst, frame);
            std::printf("timeline, zoom %7.0f, at %3.0f %%: %6.2f ms a frame\n", zoom, place * 100,
                        frame);
        }
    }
    std::printf("the slowest: %.2f ms\n", worst);
    json.insert(u"timeline_worst_ms"_s, worst);
}

} // namespace

int main(int argc, char *argv[])
{
    const QApplication app(argc, argv);
    if (QCoreApplication::arguments().contains(u"--child"_s)) {
        MainWindow window;
        return WindowChild::run(window);
    }
    QJsonObject json;
    measureStart(json);
    measureTimeline(json);
    std::printf("\n%s\n", QJsonDocument(json).toJson(QJsonDocument::Compact).constData());
    return 0;
}
