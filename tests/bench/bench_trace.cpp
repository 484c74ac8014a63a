// SPDX-License-Identifier: MIT
#include "core/timeline/timelinemodel.h"
#include "core/trace/trace.h"
#include "core/trace/tracerecorder.h"

#include <QtCore/QBuffer>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// A second of a fast stream.
constexpr int eventCount = 20'000;

void recordStream(Trace *trace, bool withSecrets)
{
    Redactor redactor;
    if (withSecrets) {
        redactor.addSecret("sk-proj-0123456789abcdefghijklmnopqrstuvwxyz");
        redactor.addSecret("a proxy's password");
    }
    TraceRecorder recorder(trace, 0ns, redactor);
    recorder.record(0ns, 0, TraceSource::Client, TraceEventName::RunStarted, {{u"schema"_s, 1}});
    const QString data =
        uR"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m",)"
        R"("choices":[{"index":0,"delta":{"content":" a word\n"},"finish_reason":null}]})"_s;
    for (int i = 0; i < eventCount / 2; ++i) {
        const std::chrono::microseconds t(i * 100);
        recorder.record(t, 1, TraceSource::Stream, TraceEventName::StreamEvent,
                        {{u"index"_s, i},
                         {u"offset"_s, i * 200},
                         {u"bytes"_s, 200},
                         {u"type"_s, QString()},
                         {u"data"_s, data},
                         {u"content"_s, true},
                         {u"terminal"_s, false}});
        recorder.record(t, 1, TraceSource::Stream, TraceEventName::StreamDelta,
                        {{u"delta"_s, u"text"_s}, {u"text"_s, u" a word"_s}});
    }
}

} // namespace

//! \brief What recording costs beside a stream: every figure is for 20,000 events.
class bench_Trace : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void record_data();
    void record();
    void save();
    void load();
};

void bench_Trace::record_data()
{
    QTest::addColumn<bool>("secrets");
    QTest::addColumn<bool>("model");
    QTest::newRow("nothing to hide") << false << false;
    QTest::newRow("two secrets") << true << false;
    QTest::newRow("two secrets, a timeline follows") << true << true;
}

void bench_Trace::record()
{
    QFETCH(bool, secrets);
    QFETCH(bool, model);
    QBENCHMARK
    {
        Trace trace;
        TimelineModel timeline;
        if (model)
            timeline.setTrace(&trace);
        recordStream(&trace, secrets);
        QCOMPARE(trace.events().size(), std::size_t(eventCount + 1));
    }
}

void bench_Trace::save()
{
    Trace trace;
    recordStream(&trace, true);
    QBENCHMARK
    {
        QBuffer file;
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(trace.save(&file));
    }
}

void bench_Trace::load()
{
    Trace trace;
    recordStream(&trace, true);
    QBuffer file;
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(trace.save(&file));
    QBENCHMARK
    {
        Trace loaded;
        file.seek(0);
        QVERIFY(!loaded.load(&file));
        QCOMPARE(loaded.events().size(), trace.events().size());
    }
}

QTEST_GUILESS_MAIN(bench_Trace)
#include "bench_trace.moc"
