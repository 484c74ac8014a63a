// SPDX-License-Identifier: MIT
#include "ui/filetasks.h"

#include "core/run/runner.h"
#include "core/trace/trace.h"
#include "tests/support/files.h"
#include "ui/actions.h"
#include "ui/composer/composer.h"
#include "ui/mainwindow.h"
#include "ui/messagebar.h"
#include "ui/response/responsepane.h"
#include "ui/runview.h"
#include "ui/verdictline.h"

#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

namespace {

// More than are read, and more than are written, between two turns of the event loop.
constexpr int eventCount = 20'000;
constexpr int savedCount = 4'000;

void addEvent(QByteArray *lines, qint64 t, TraceEventName name, const QJsonObject &fields)
{
    const bool isOfRun = name == TraceEventName::RunStarted || name == TraceEventName::RunFinished;
    const TraceEvent event{std::chrono::microseconds(t), isOfRun ? 0 : 1, TraceSource::Client, name,
                           fields};
    *lines += event.toJsonLine() + '\n';
}

QByteArray traceOf(int events)
{
    QByteArray lines;
    addEvent(&lines, 0, TraceEventName::RunStarted, {{u"schema"_s, 1}});
    addEvent(&lines, 1, TraceEventName::AttemptStarted, {{u"method"_s, u"POST"_s}});
    for (int i = 0; i < events; ++i)
        addEvent(&lines, 10 + i, TraceEventName::StreamEvent,
                 {{u"index"_s, i}, {u"data"_s, u"piece %1"_s.arg(i)}});
    addEvent(&lines, 900'000, TraceEventName::AttemptFinished,
             {{u"failure"_s, QJsonValue::Null}, {u"status"_s, 200}});
    addEvent(&lines, 900'001, TraceEventName::RunFinished,
             {{u"verdict"_s, u"Complete"_s}, {u"reason"_s, u"Complete on attempt 1."_s}});
    return lines;
}

} // namespace

//! What goes on with files while the window is used.
class tst_FileTasks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    }

    void aLongTraceIsReadBesideEverythingElse();
    void readingIsStopped();
    void anotherTakesItsPlace();
    void aRunTakesItsPlace();
    void theWindowClosesMeanwhile();
    void savedBesideEverythingElse();
    void savingIsStopped();
    void oneFileAtATime();
    void aRunLeavesWhatIsSavedAlone();
    void closedWhileSaving();
    void closedTwiceWhileSaving();

private:
    QString outPath() const { return m_dir.filePath(u"out.retrytrace"_s); }

    void openWhole(MainWindow &window) const
    {
        window.openFile(m_savedPath);
        QTRY_VERIFY_WITH_TIMEOUT(!window.files()->isReading(), 60'000);
    }

    void write(const QString &path, const QByteArray &bytes) const
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    QTemporaryDir m_dir;
    QString m_path;
    QString m_savedPath;
    QByteArray m_saved;
};

void tst_FileTasks::initTestCase()
{
    m_path = m_dir.filePath(u"long.retrytrace"_s);
    write(m_path, traceOf(eventCount));
    m_saved = traceOf(savedCount);
    m_savedPath = m_dir.filePath(u"saved.retrytrace"_s);
    write(m_savedPath, m_saved);
}

void tst_FileTasks::aLongTraceIsReadBesideEverythingElse()
{
    MainWindow window;
    QSignalSpy ended(window.files(), &FileTasks::traceEnded);
    window.openFile(m_path);
    // It is there, and not yet all of it.
    QVERIFY(window.files()->isReading());
    QCOMPARE(window.runView()->model().rowCount(), 1);
    QVERIFY(!window.runView()->model().isFinished());
    QCOMPARE(window.runView()->verdict()->sentence(), u"The trace is being read."_s);
    QVERIFY(window.actions()->stop->isEnabled());
    QVERIFY(!window.actions()->saveTrace->isEnabled());
    QVERIFY(ended.wait(60'000));
    QVERIFY(!window.files()->isReading());
    QVERIFY(!window.actions()->stop->isEnabled());
    QVERIFY(window.actions()->saveTrace->isEnabled());
    QCOMPARE(window.runView()->verdict()->sentence(), u"Complete on attempt 1."_s);
    QVERIFY(window.runView()->model().isFinished());
    QCOMPARE(window.shownTrace()->events().size(), std::size_t(eventCount + 4));
    QTRY_VERIFY_WITH_TIMEOUT(window.response()->digest().isRead(eventCount + 4), 60'000);
    QCOMPARE(window.response()->digest().attempt(1)->events.size(), std::size_t(eventCount));
}

void tst_FileTasks::readingIsStopped()
{
    MainWindow window;
    window.openFile(m_path);
    QVERIFY(window.files()->isReading());
    window.actions()->stop->trigger();
    QVERIFY(!window.files()->isReading());
    QVERIFY(window.messages()->text().contains("was stopped at"_L1));
    QVERIFY(window.runView()->verdict()->sentence().startsWith("No verdict"_L1));
    QVERIFY(window.actions()->saveTrace->isEnabled());
    const std::size_t read = window.shownTrace()->events().size();
    QVERIFY(read > 0 && read < eventCount);
    QTRY_VERIFY_WITH_TIMEOUT(window.response()->digest().isRead(read), 30'000);
    QCOMPARE(window.shownTrace()->events().size(), read);
}

void tst_FileTasks::anotherTakesItsPlace()
{
    MainWindow window;
    window.openFile(m_path);
    QVERIFY(window.files()->isReading());
    const Trace *first = window.shownTrace();
    // What is no trace changes nothing.
    const QString odd = m_dir.filePath(u"odd"_s);
    write(odd, R"({"t":0,"event":"oops"})");
    window.openFile(odd);
    QVERIFY(window.messages()->text().contains("was not opened"_L1));
    QVERIFY(window.files()->isReading());
    QCOMPARE(window.shownTrace(), first);
    window.openFile(m_path);
    QVERIFY(window.files()->isReading());
    QVERIFY(window.shownTrace() != first);
    QTRY_VERIFY_WITH_TIMEOUT(!window.files()->isReading(), 60'000);
    QCOMPARE(window.shownTrace()->events().size(), std::size_t(eventCount + 4));
}

void tst_FileTasks::aRunTakesItsPlace()
{
    MainWindow window;
    window.openFile(m_path);
    QVERIFY(window.files()->isReading());
    QSignalSpy finished(window.runner(), &Runner::finished);
    window.send();
    QVERIFY(!window.files()->isReading());
    QCOMPARE(window.shownTrace(), window.runner()->trace());
    QVERIFY(finished.wait(30'000));
    QCOMPARE(window.runView()->model().rowCount(), 5);
    QCOMPARE(window.shownTrace(), window.runner()->trace());
}

void tst_FileTasks::theWindowClosesMeanwhile()
{
    {
        MainWindow window;
        window.show();
        window.openFile(m_path);
        QVERIFY(window.files()->isReading());
        QVERIFY(window.close());
    }
    QCoreApplication::processEvents();
}

void tst_FileTasks::savedBesideEverythingElse()
{
    MainWindow window;
    openWhole(window);
    window.saveTrace(outPath());
    QVERIFY(window.files()->isWriting());
    QVERIFY(window.actions()->stop->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!window.files()->isWriting(), 60'000);
    QVERIFY(!window.actions()->stop->isEnabled());
    QVERIFY(window.messages()->text().startsWith("Saved as "_L1));
    QVERIFY(readFile(outPath()) == m_saved);
    QVERIFY(QFile::remove(outPath()));
}

void tst_FileTasks::savingIsStopped()
{
    MainWindow window;
    openWhole(window);
    window.saveTrace(outPath());
    window.actions()->stop->trigger();
    QVERIFY(!window.files()->isWriting());
    QVERIFY(window.messages()->text().endsWith("was not written: it was stopped."_L1));
    QVERIFY(!QFile::exists(outPath()));
}

void tst_FileTasks::oneFileAtATime()
{
    MainWindow window;
    openWhole(window);
    const QString other = m_dir.filePath(u"other.retrytrace"_s);
    window.saveTrace(outPath());
    window.saveTrace(other);
    QVERIFY(window.messages()->text().contains("other.retrytrace was not written"_L1));
    QTRY_VERIFY_WITH_TIMEOUT(!window.files()->isWriting(), 60'000);
    QVERIFY(readFile(outPath()) == m_saved);
    QVERIFY(!QFile::exists(other));
    QVERIFY(QFile::remove(outPath()));
}

void tst_FileTasks::aRunLeavesWhatIsSavedAlone()
{
    MainWindow window;
    openWhole(window);
    QSignalSpy finished(window.runner(), &Runner::finished);
    window.saveTrace(outPath());
    window.send();
    QVERIFY(window.files()->isWriting());
    QCOMPARE(window.shownTrace(), window.runner()->trace());
    QTRY_VERIFY_WITH_TIMEOUT(!window.files()->isWriting(), 60'000);
    QVERIFY(readFile(outPath()) == m_saved);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 60'000);
    QVERIFY(QFile::remove(outPath()));
}

void tst_FileTasks::closedWhileSaving()
{
    MainWindow window;
    window.show();
    openWhole(window);
    window.saveTrace(outPath());
    QVERIFY(!window.close());
    QVERIFY(window.isVisible());
    QVERIFY(window.messages()->text().contains("the window closes when it is there"_L1));
    QTRY_VERIFY_WITH_TIMEOUT(!window.isVisible(), 60'000);
    QVERIFY(readFile(outPath()) == m_saved);
    QVERIFY(QFile::remove(outPath()));
}

void tst_FileTasks::closedTwiceWhileSaving()
{
    {
        MainWindow window;
        window.show();
        openWhole(window);
        window.saveTrace(outPath());
        QVERIFY(!window.close());
        QVERIFY(window.close());
        QVERIFY(!window.isVisible());
    }
    QVERIFY(!QFile::exists(outPath()));
}

QTEST_MAIN(tst_FileTasks)
#include "tst_filetasks.moc"
