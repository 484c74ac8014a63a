// SPDX-License-Identifier: MIT
#include "core/trace/trace.h"
#include "core/trace/tracereader.h"
#include "core/trace/tracerecorder.h"

#include <QtCore/QBuffer>
#include <QtCore/QDeadlineTimer>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <algorithm>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const auto firstLine =
    QByteArrayLiteral(R"({"t":0,"attempt":0,"source":"client","event":"run.started","schema":1})"
                      "\n");
const auto secondLine = QByteArrayLiteral(
    R"({"t":5,"attempt":1,"source":"client","event":"attempt.started","url":"http://h/"})"
    "\n");

void record(Trace *trace)
{
    TraceRecorder recorder(trace, 0ns, Redactor());
    recorder.record(0ns, 0, TraceSource::Client, TraceEventName::RunStarted, {{u"schema"_s, 1}});
    recorder.record(5us, 1, TraceSource::Client, TraceEventName::AttemptStarted,
                    {{u"url"_s, u"http://h/"_s}});
}

// Takes only so many bytes, like a full disk.
class FullDevice final : public QIODevice
{
public:
    explicit FullDevice(qint64 room) : m_room(room) { open(WriteOnly | Unbuffered); }

protected:
    qint64 readData(char *, qint64) override { return -1; }

    qint64 writeData(const char *, qint64 size) override
    {
        const qint64 taken = std::min(size, m_room);
        m_room -= taken;
        if (taken < size)
            setErrorString(u"no room"_s);
        return taken;
    }

private:
    qint64 m_room;
};

} // namespace

class tst_Trace : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void savesALineAnEvent();
    void aFullDiskIsReported();
    void loadsWhatWasSaved();
    void loadSkipsWhatItDoesNotKnow();
    void loadErrors_data();
    void loadErrors();
    void loadedPieceByPiece();
    void loadedEventsAreAnnounced();
    void aReceiverMayRecordMore();
};

void tst_Trace::savesALineAnEvent()
{
    Trace trace;
    record(&trace);
    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::WriteOnly));
    QVERIFY(trace.save(&buffer));
    QCOMPARE(buffer.data(), firstLine + secondLine);
}

void tst_Trace::aFullDiskIsReported()
{
    Trace trace;
    record(&trace);
    FullDevice device(firstLine.size() + 3);
    QVERIFY(!trace.save(&device));
    QCOMPARE(device.errorString(), u"no room"_s);
}

void tst_Trace::loadsWhatWasSaved()
{
    Trace trace;
    record(&trace);
    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::ReadWrite));
    QVERIFY(trace.save(&buffer));
    buffer.seek(0);
    Trace loaded;
    const auto error = loaded.load(&buffer);
    QVERIFY2(!error, error ? qPrintable(error->message) : "");
    QVERIFY(std::ranges::equal(loaded.events(), trace.events()));
}

void tst_Trace::loadSkipsWhatItDoesNotKnow()
{
    QByteArray file =
        firstLine + "\r\n"
        + R"({"t":1,"attempt":1,"source":"wire","event":"from.the.future","x":[1]})" + "\n\n"
        + R"({"t":2,"attempt":1,"source":"wire","event":"dns.started","host":"h","new":{}})";
    QBuffer buffer(&file);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    Trace trace;
    QVERIFY(!trace.load(&buffer));
    QCOMPARE(trace.events().size(), std::size_t(2));
    QVERIFY(trace.events()[1].name == TraceEventName::DnsStarted);
    QCOMPARE(trace.events()[1].fields,
             (QJsonObject{{u"host"_s, u"h"_s}, {u"new"_s, QJsonObject()}}));
}

void tst_Trace::loadErrors_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("message");
    QTest::newRow("nothing") << QByteArray() << QString() << u"The trace holds no events\\."_s;
    QTest::newRow("only blank lines")
        << QByteArray("\n\n \n") << QString() << u"The trace holds no events\\."_s;
    QTest::newRow("a file of another kind")
        << QByteArray("<html>") << u"line 1"_s << u"Line 1 of the trace is not JSON: .+\\."_s;
    QTest::newRow("JSON lines of another program")
        << secondLine << u"line 1"_s
        << u"Line 1 of the trace should be the event run.started: this is no trace of "
           "Retryscope\\."_s;
    QTest::newRow("a newer format")
        << QByteArray(R"({"t":0,"attempt":0,"source":"client","event":"run.started","schema":2})")
        << u"line 1"_s
        << u"Line 1 of the trace has schema 2: it was written by a newer Retryscope; this one "
           "reads up to 1\\."_s;
    QTest::newRow("no schema") << QByteArray(
        R"({"t":0,"attempt":0,"source":"client","event":"run.started"})")
                               << u"line 1"_s
                               << u"Line 1 of the trace has no \"schema\" of 1 or more\\."_s;
    QTest::newRow("the last line is cut")
        << QByteArray(firstLine + "\n" + secondLine.left(30)) << u"line 3"_s
        << u"Line 3 of the trace is not JSON: .+\\."_s;
    QTest::newRow("a member is missing in the middle")
        << QByteArray(firstLine + R"({"t":1})" + "\n" + secondLine) << u"line 2"_s
        << u"Line 2 of the trace has no \"attempt\" that is 0 or more\\."_s;
}

void tst_Trace::loadErrors()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, field);
    QFETCH(QString, message);
    QBuffer buffer(&file);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    Trace trace;
    const auto error = trace.load(&buffer);
    QVERIFY(error);
    QCOMPARE(error->field, field);
    QVERIFY2(QRegularExpression(QRegularExpression::anchoredPattern(message))
                 .match(error->message)
                 .hasMatch(),
             qPrintable(error->message));
    QVERIFY(trace.events().empty());
}

void tst_Trace::loadedPieceByPiece()
{
    QByteArray file = firstLine + secondLine + "{oops\n" + secondLine;
    QBuffer buffer(&file);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    TraceReader reader(&buffer);
    Trace trace;
    QSignalSpy spy(&trace, &Trace::eventAppended);
    // No time at all is one event at a time.
    for (int events = 1; events <= 2; ++events) {
        const Result<bool> more = trace.loadMore(reader, QDeadlineTimer(0));
        QVERIFY(more && *more);
        QCOMPARE(spy.count(), events);
        QCOMPARE(trace.events().size(), std::size_t(events));
    }
    const Result<bool> damaged = trace.loadMore(reader, QDeadlineTimer(0));
    QVERIFY(!damaged);
    QCOMPARE(damaged.error().field, u"line 3"_s);
    QCOMPARE(trace.events().size(), std::size_t(2));
}

void tst_Trace::loadedEventsAreAnnounced()
{
    QByteArray file = firstLine + secondLine;
    QBuffer buffer(&file);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    Trace trace;
    QSignalSpy spy(&trace, &Trace::eventAppended);
    QVERIFY(!trace.load(&buffer));
    QCOMPARE(spy.count(), 2);
    QVERIFY(spy.at(1).at(0).value<TraceEvent>() == trace.events().at(1));
}

void tst_Trace::aReceiverMayRecordMore()
{
    Trace trace;
    TraceRecorder recorder(&trace, 0ns, Redactor());
    QList<QJsonObject> seen;
    connect(&trace, &Trace::eventAppended, this, [&](const TraceEvent &event) {
        // Enough to make the list of events move in memory while this event is delivered.
        if (event.name == TraceEventName::RunStarted) {
            for (int i = 0; i < 100; ++i)
                recorder.record(1us, 1, TraceSource::Client, TraceEventName::BodyData);
        }
        seen.append(event.fields);
    });
    recorder.record(0ns, 0, TraceSource::Client, TraceEventName::RunStarted, {{u"schema"_s, 1}});
    QCOMPARE(seen.size(), 101);
    QCOMPARE(seen.last(), (QJsonObject{{u"schema"_s, 1}}));
}

QTEST_GUILESS_MAIN(tst_Trace)
#include "tst_trace.moc"
