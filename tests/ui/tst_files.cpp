// SPDX-License-Identifier: MIT
#include "ui/mainwindow.h"

#include "core/run/runner.h"
#include "core/trace/trace.h"
#include "tests/support/files.h"
#include "tests/ui/named.h"
#include "ui/aboutbox.h"
#include "ui/actions.h"
#include "ui/composer/composer.h"
#include "ui/filetasks.h"
#include "ui/helpwindow.h"
#include "ui/messagebar.h"
#include "ui/response/responsepane.h"
#include "ui/runview.h"
#include "ui/shortcutswindow.h"
#include "ui/verdictline.h"

#include "core/fault/faultcatalogue.h"

#include <QtCore/QBuffer>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QMimeData>
#include <QtCore/QRandomGenerator>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtGui/QAction>
#include <QtGui/QDropEvent>
#include <QtGui/QTextBlock>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QTextBrowser>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

namespace {

//! Waits until nothing goes on with files, and what was read is shown.
bool settles(const MainWindow &window)
{
    return QTest::qWaitFor(
        [&window] {
            const std::size_t events = window.shownTrace()->events().size();
            return !window.files()->isReading() && !window.files()->isWriting()
                   && window.response()->digest().isRead(events);
        },
        30'000);
}

} // namespace

//! Traces and scenarios that are opened, and the help.
class tst_Files : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    }

    void aTraceIsShownAsItWas();
    void aFailureIsToldAsItWas();
    void theBodyIsSavedAsItCame();
    void aTraceThatEndsEarly();
    void aDamagedTraceIsShownUntilThere();
    void aRunTakesItsPlace();
    void notWhileARunIsUnderWay();
    void whatIsNoTrace_data();
    void whatIsNoTrace();
    void mutatedTraces_data();
    void mutatedTraces();
    void dropped_data();
    void dropped();
    void everyHelpPage();
    void helpNamesEveryFault();
    void helpLinksLeadSomewhere();
    void shortcutsAreAllThere();
    void versions();

private:
    QString write(const QString &name, const QByteArray &bytes) const;

    QTemporaryDir m_dir;
    QByteArray m_trace;
    QString m_reason;
};

void tst_Files::initTestCase()
{
    Runner runner;
    SandboxOptions options;
    options.tokens = 12;
    options.tokensPerSecond = 5000;
    options.firstToken = std::chrono::milliseconds(1);
    runner.setSandboxOptions(options);
    Scenario scenario = Scenario::example();
    scenario.policy.initialBackoff = std::chrono::milliseconds(2);
    QSignalSpy finished(&runner, &Runner::finished);
    QVERIFY(runner.start(scenario).isEmpty());
    QVERIFY(finished.count() == 1 || finished.wait(30'000));
    QBuffer buffer(&m_trace);
    QVERIFY(buffer.open(QIODevice::WriteOnly));
    QVERIFY(runner.trace()->save(&buffer));
    m_reason = runner.summary().reason;
}

QString tst_Files::write(const QString &name, const QByteArray &bytes) const
{
    const QString path = m_dir.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write a file of a test");
    return path;
}

void tst_Files::aTraceIsShownAsItWas()
{
    MainWindow window;
    const QJsonObject before = window.composer()->state();
    window.openFile(write(u"a.retrytrace"_s, m_trace));
    QVERIFY(settles(window));
    QCOMPARE(window.runView()->verdict()->sentence(), m_reason);
    QCOMPARE(window.runView()->model().rowCount(), 5);
    QCOMPARE(window.response()->digest().lastAttempt(), 3);
    QVERIFY(window.messages()->text().contains("a.retrytrace"_L1));
    QVERIFY(window.actions()->saveTrace->isEnabled());
    // What was typed is nobody's to change.
    QCOMPARE(window.composer()->state(), before);
    const QString copy = m_dir.filePath(u"copy.retrytrace"_s);
    window.saveTrace(copy);
    QVERIFY(settles(window));
    QCOMPARE(readFile(copy), m_trace);
    QVERIFY(window.messages()->text().startsWith("Saved as "_L1));
}

void tst_Files::aFailureIsToldAsItWas()
{
    const QString path = m_dir.filePath(u"failed.retrytrace"_s);
    MainWindow live;
    named<QLineEdit>(live, u"Fault plan"_s)->setText(u"tls-expired*3"_s);
    QSignalSpy finished(live.runner(), &Runner::finished);
    live.send();
    QVERIFY(finished.wait(30'000));
    const RunSummary summary = live.runner()->summary();
    QVERIFY2(!summary.advice.isEmpty(), qPrintable(summary.reason));
    live.saveTrace(path);
    QVERIFY(settles(live));

    MainWindow window;
    window.openFile(path);
    QVERIFY(settles(window));
    const QString sentence = window.runView()->verdict()->sentence();
    QCOMPARE(sentence, live.runView()->verdict()->sentence());
    QCOMPARE(sentence, QString(summary.reason + u' ' + summary.advice));
    QCOMPARE(window.runView()->counters()->text(), live.runView()->counters()->text());
    for (const QString &name : {u"Copy Qt error"_s, u"Show certificate"_s})
        QVERIFY2(named<QPushButton>(window, name)->isVisibleTo(&window), qPrintable(name));
}

void tst_Files::theBodyIsSavedAsItCame()
{
    MainWindow window;
    QVERIFY(!window.actions()->saveBody->isEnabled());
    window.send();
    QTRY_VERIFY_WITH_TIMEOUT(!window.runner()->isRunning(), 20'000);
    QVERIFY(window.actions()->saveBody->isEnabled());
    const QString path = m_dir.filePath(u"body"_s);
    window.saveBody(path);
    QVERIFY(settles(window));
    const QByteArray body = readFile(path);
    QVERIFY(body.startsWith("data: {"));
    QVERIFY(body.endsWith("data: [DONE]\n\n"));
    QCOMPARE(body.size(), window.shownTrace()->body().size());
    // A file holds the events alone.
    window.openFile(write(u"a.retrytrace"_s, m_trace));
    QVERIFY(settles(window));
    QVERIFY(!window.actions()->saveBody->isEnabled());
    window.saveBody(m_dir.filePath(u"no folder/body"_s));
    QVERIFY(settles(window));
    QVERIFY(window.messages()->text().contains("was not written"_L1));
}

void tst_Files::aTraceThatEndsEarly()
{
    const QList<QByteArray> lines = m_trace.trimmed().split('\n');
    for (qsizetype count = 1; count < lines.size(); ++count) {
        MainWindow window;
        window.openFile(write(u"cut.retrytrace"_s, lines.first(count).join('\n') + '\n'));
        QVERIFY(settles(window));
        QVERIFY(window.messages()->text().contains("It ends before its run did."_L1));
        QVERIFY(window.runView()->verdict()->sentence().startsWith("No verdict"_L1));
        // Of all but its last line: what the wire shows is what the run counted.
        if (count + 1 == lines.size())
            QCOMPARE(window.runView()->counters()->text(),
                     u"1 request : 3 attempts : 1 on the wire"_s);
    }
}

void tst_Files::aDamagedTraceIsShownUntilThere()
{
    const qsizetype end = m_trace.lastIndexOf('\n', -2) + 1;
    MainWindow window;
    window.openFile(write(u"damaged.retrytrace"_s,
                          m_trace.first(end) + "{\"t\":oops}\n" + m_trace.sliced(end)));
    QVERIFY(settles(window));
    const QString line = u"Line %1 of the trace is not JSON"_s.arg(m_trace.count('\n'));
    QVERIFY2(window.messages()->text().contains(line), qPrintable(window.messages()->text()));
    QVERIFY(window.messages()->text().endsWith("What stands before that is shown."_L1));
    QVERIFY(window.runView()->verdict()->sentence().startsWith("No verdict"_L1));
    QCOMPARE(window.runView()->model().rowCount(), 5);
    const QString copy = m_dir.filePath(u"saved.retrytrace"_s);
    window.saveTrace(copy);
    QVERIFY(settles(window));
    QCOMPARE(readFile(copy), m_trace.first(end));
}

void tst_Files::aRunTakesItsPlace()
{
    MainWindow window;
    window.openFile(write(u"a.retrytrace"_s, m_trace));
    QVERIFY(settles(window));
    Scenario scenario = Scenario::example();
    scenario.faults = {};
    window.composer()->setScenario(scenario);
    QSignalSpy finished(window.runner(), &Runner::finished);
    window.send();
    QVERIFY(finished.wait(30'000));
    QCOMPARE(window.shownTrace(), window.runner()->trace());
    QCOMPARE(window.runView()->model().rowCount(), 1);
}

void tst_Files::notWhileARunIsUnderWay()
{
    MainWindow window;
    Scenario scenario = Scenario::example();
    scenario.faults = *FaultPlan::fromString(u"silence"_s);
    window.composer()->setScenario(scenario);
    window.send();
    QVERIFY(window.runner()->isRunning());
    window.openFile(write(u"a.retrytrace"_s, m_trace));
    QVERIFY(window.messages()->text().contains("a run is under way"_L1));
    QCOMPARE(window.shownTrace(), window.runner()->trace());
}

void tst_Files::whatIsNoTrace_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    const QByteArray first = m_trace.left(m_trace.indexOf('\n') + 1);
    QTest::newRow("nothing") << QByteArray() << u"not opened"_s;
    QTest::newRow("a damaged first line") << first.left(first.size() / 2) << u"not opened"_s;
    QTest::newRow("a newer format")
        << QByteArray(R"({"t":1,"attempt":0,"source":"client","event":"run.started","schema":99})")
        << u"was written by a newer Retryscope"_s;
    QTest::newRow("only events of another version")
        << QByteArray(R"({"t":1,"attempt":0,"source":"client","event":"from.the.future"})"
                      "\n")
        << u"holds no events"_s;
    QTest::newRow("zeros") << QByteArray(5000, '\0') << u"not opened"_s;
    QTest::newRow("a long line without an end") << QByteArray(1'000'000, '[') << u"not opened"_s;
}

void tst_Files::whatIsNoTrace()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    MainWindow window;
    const QString before = window.runView()->verdict()->sentence();
    window.openFile(write(u"odd.retrytrace"_s, bytes));
    QVERIFY2(window.messages()->text().contains(says), qPrintable(window.messages()->text()));
    QCOMPARE(window.runView()->verdict()->sentence(), before);
    window.openFile(m_dir.path());
    QVERIFY(window.messages()->text().contains("was not opened"_L1));
}

void tst_Files::mutatedTraces_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 12; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

namespace {

//! Fields of other kinds, other attempts, other times: JSON still, and no trace of a run.
QByteArray mutated(const QByteArray &trace, QRandomGenerator &random)
{
    QList<QByteArray> lines = trace.trimmed().split('\n');
    const QList<QJsonValue> values{QJsonValue(),
                                   QJsonValue(true),
                                   QJsonValue(-1),
                                   QJsonValue(1e300),
                                   QJsonValue(9'000'000'000'000'000LL),
                                   QJsonValue(u"x"_s),
                                   QJsonValue(QJsonArray{1, u"y"_s}),
                                   QJsonValue(QJsonObject{})};
    for (int i = 0; i < 40; ++i) {
        const auto at = random.bounded(lines.size());
        if (random.bounded(4) == 0) {
            lines.swapItemsAt(at, random.bounded(lines.size()));
        } else if (random.bounded(6) == 0) {
            lines.insert(at, lines.at(random.bounded(lines.size())));
        } else {
            QJsonObject object = QJsonDocument::fromJson(lines.at(at)).object();
            const QStringList keys = object.keys();
            const QString key = keys.value(random.bounded(std::max<qsizetype>(keys.size(), 1)));
            if (key != "event"_L1 && key != "source"_L1)
                object[key] = values.at(random.bounded(values.size()));
            lines[at] = QJsonDocument(object).toJson(QJsonDocument::Compact);
        }
    }
    return lines.join('\n') + '\n';
}

} // namespace

// Whatever it says, it is shown or refused, and the window goes on.
void tst_Files::mutatedTraces()
{
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    MainWindow window;
    window.resize(1000, 700);
    window.show();
    for (int round = 0; round < 15; ++round) {
        window.openFile(write(u"odd.retrytrace"_s, mutated(m_trace, random)));
        QVERIFY(settles(window));
        for (int tab = 0; tab < 6; ++tab)
            window.response()->showTab(tab);
        for (int attempt = 0; attempt < 5; ++attempt)
            window.response()->showAttempt(attempt);
        window.response()->goToLongestGap();
        QVERIFY(!window.grab().isNull());
        QVERIFY(!window.messages()->text().isEmpty());
    }
}

void tst_Files::dropped_data()
{
    QTest::addColumn<QStringList>("urls");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("a trace") << QStringList{u"FILE"_s} << true;
    QTest::newRow("two files") << QStringList{u"FILE"_s, u"FILE"_s} << false;
    QTest::newRow("a page of the web")
        << QStringList{u"https://example.org/a.retrytrace"_s} << false;
    QTest::newRow("text") << QStringList() << false;
}

void tst_Files::dropped()
{
    QFETCH(QStringList, urls);
    QFETCH(bool, isTaken);
    const QString path = write(u"a.retrytrace"_s, m_trace);
    QMimeData data;
    QList<QUrl> list;
    for (const QString &url : urls)
        list.append(url == "FILE"_L1 ? QUrl::fromLocalFile(path) : QUrl(url));
    if (!list.isEmpty())
        data.setUrls(list);
    MainWindow window;
    QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    enter.ignore();
    QApplication::sendEvent(&window, &enter);
    QCOMPARE(enter.isAccepted(), isTaken);
    QDropEvent drop({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &drop);
    QVERIFY(settles(window));
    QCOMPARE(window.runView()->verdict()->sentence() == m_reason, isTaken);
}

void tst_Files::everyHelpPage()
{
    HelpWindow help;
    auto *list = help.findChild<QListWidget *>();
    auto *text = help.findChild<QTextBrowser *>();
    QCOMPARE(list->count(), HelpWindow::pages().size());
    QStringList titles;
    for (const QString &page : HelpWindow::pages()) {
        help.showPage(page);
        QVERIFY2(text->toPlainText().size() > 300, qPrintable(page));
        titles.append(list->currentItem()->text());
    }
    QCOMPARE(titles.removeDuplicates(), 0);
    help.showPage(u"window.md"_s, u"Break it"_s);
    QCOMPARE(text->textCursor().block().text(), u"Break it"_s);
    help.showPage(u"nosuch.md"_s);
    QCOMPARE(list->currentItem()->text(), titles.at(1));
}

void tst_Files::helpNamesEveryFault()
{
    HelpWindow help;
    help.showPage(u"faults.md"_s);
    const QString text = help.findChild<QTextBrowser *>()->toPlainText();
    for (const FaultDescriptor &fault : faultCatalogue())
        QVERIFY2(fault.kind == FaultKind::None || text.contains(fault.summary),
                 qPrintable(fault.name));
}

// A link to a page that is not in the list would do nothing.
void tst_Files::helpLinksLeadSomewhere()
{
    static const QRegularExpression link(u"\\]\\(([\\w./:-]+)\\)"_s);
    int links = 0;
    for (const QString &page : HelpWindow::pages()) {
        QFile file(QString(u":/help/"_s + page));
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(page));
        for (auto matches = link.globalMatch(QString::fromUtf8(file.readAll())); matches.hasNext();
             ++links) {
            const QString target = matches.next().captured(1);
            QVERIFY2(target.startsWith("https://"_L1) || HelpWindow::pages().contains(target),
                     qPrintable(QString(page + u" -> "_s + target)));
        }
    }
    QVERIFY(links > 3);
}

void tst_Files::shortcutsAreAllThere()
{
    MainWindow window;
    const ShortcutsWindow shortcuts(*window.menuBar());
    auto *table = shortcuts.findChild<QTableWidget *>();
    QSet<QString> keys;
    for (int row = 0; row < table->rowCount(); ++row) {
        QVERIFY(!table->item(row, 1)->text().contains(u'&'));
        keys.insert(table->item(row, 2)->text());
    }
    const auto actions = window.findChildren<QAction *>();
    for (const QAction *action : actions) {
        if (action->shortcut().isEmpty() || action->parent() == table)
            continue;
        const QString text =
            QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText);
        QVERIFY2(keys.contains(text) || action->text().isEmpty(), qPrintable(text));
    }
    auto *search = shortcuts.findChild<QLineEdit *>();
    search->setText(u"longest"_s);
    int shown = 0;
    for (int row = 0; row < table->rowCount(); ++row)
        shown += table->isRowHidden(row) ? 0 : 1;
    QCOMPARE(shown, 1);
}

void tst_Files::versions()
{
    const QString text = AboutBox::versions();
    QVERIFY(text.contains(QString::fromLatin1(qVersion())));
    QVERIFY(text.contains("OpenSSL"_L1));
    QVERIFY(text.startsWith("Retryscope "_L1));
}

QTEST_MAIN(tst_Files)
#include "tst_files.moc"
