// SPDX-License-Identifier: MIT
#include "tests/ui/named.h"
#include "ui/mainwindow.h"
#include "ui/response/textview.h"

#include "core/run/runner.h"
#include "ui/actions.h"
#include "ui/composer/composer.h"
#include "ui/composer/endpointbar.h"
#include "ui/composer/keyfield.h"
#include "ui/composer/requestpane.h"
#include "ui/messagebar.h"
#include "ui/plaintext.h"
#include "ui/response/responsepane.h"
#include "ui/runview.h"
#include "ui/timeline/timelineview.h"
#include "ui/verdictline.h"

#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAccessible>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTreeWidget>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

struct Node
{
    QString name;
    QString className;
    QAccessible::Role role;
};

void walk(QAccessibleInterface *node, QList<Node> *nodes)
{
    if (!node || !node->isValid())
        return;
    const QObject *object = node->object();
    nodes->append({node->text(QAccessible::Name),
                   object ? QString::fromLatin1(object->metaObject()->className()) : QString(),
                   node->role()});
    for (int i = 0; i < node->childCount(); ++i)
        walk(node->child(i), nodes);
}

bool isInteractive(QAccessible::Role role)
{
    switch (int(role)) {
    case QAccessible::PushButton:
    case QAccessible::CheckBox:
    case QAccessible::RadioButton:
    case QAccessible::ComboBox:
    case QAccessible::EditableText:
    case QAccessible::SpinBox:
    case QAccessible::Slider:
    case QAccessible::Tree:
    case QAccessible::Table:
    case QAccessible::List:
    case QAccessible::PageTab:
    case QAccessible::MenuItem:
        return true;
    default:
        return false;
    }
}

} // namespace

class tst_MainWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(
            "^(?!This plugin does not support (propagateSizeHints|raise|grabbing))")));
    }

    void everythingInteractiveHasAName();
    void everyListedNameExists();
    void everyActionHasAMenuAndNoKeyTwice();
    void noMnemonicTwice();
    void everyActionByKeyAndMouse();
    void ctrlReturnSendsAndTheStoryIsTold();
    void escStopsTheRun();
    void retryNowEndsTheWait();
    void aBadCertificateIsOneClickAway();
    void invalidJsonIsNotSent();
    void aRestartKeepsWhatWasTyped();
    void aDamagedScenarioFileIsToldInTheWindow();
    void aScenarioSurvivesSaveAndOpen();
    void panesAreReachedByKeys();
    void fiftyMegabytesPasted_data();
    void fiftyMegabytesPasted();
    void aRequestTooLongToBeShownIsSentAsItIs();
};

void tst_MainWindow::everythingInteractiveHasAName()
{
    MainWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QList<Node> nodes;
    walk(QAccessible::queryAccessibleInterface(&window), &nodes);
    QVERIFY(nodes.size() > 60);
    QStringList nameless;
    int interactive = 0;
    for (const Node &node : std::as_const(nodes)) {
        if (!isInteractive(node.role))
            continue;
        ++interactive;
        if (node.name.trimmed().isEmpty())
            nameless << QString::number(node.role, 16) + u' ' + node.className;
    }
    QVERIFY(interactive > 30);
    QCOMPARE(nameless.join(u'\n'), QString());
}

void tst_MainWindow::everyListedNameExists()
{
    MainWindow window;
    QSet<QString> names;
    const auto widgets = window.findChildren<QWidget *>();
    for (const QWidget *widget : widgets)
        names.insert(widget->accessibleName());
    const QStringList expected{
        u"Send"_s,
        u"Stop"_s,
        u"Retry now"_s,
        u"Endpoint"_s,
        u"Dialect"_s,
        u"Model"_s,
        u"System prompt"_s,
        u"Message"_s,
        u"Parameters"_s,
        u"Stream"_s,
        u"Request JSON"_s,
        u"Retries"_s,
        u"First wait"_s,
        u"Longest wait"_s,
        u"Jitter"_s,
        u"Seed"_s,
        u"Fault preset"_s,
        u"Fault for attempt 1"_s,
        u"Fault for attempt 2"_s,
        u"Fault for attempt 3"_s,
        u"Key source"_s,
        u"API key"_s,
        u"Verdict"_s,
        u"Retry timeline"_s,
        u"Answer text"_s,
        u"Events"_s,
        u"Headers"_s,
        u"Qt error"_s,
    };
    for (const QString &name : expected)
        QVERIFY2(names.contains(name), qPrintable(name));
    QVERIFY(named<QSpinBox>(window, u"First wait"_s)->text().endsWith(u" ms"_s));
    // A combo box is announced by its content: the label it belongs to names it.
    QSet<QString> buddies;
    const auto labels = window.findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->buddy())
            buddies.insert(label->buddy()->accessibleName());
    }
    for (const QString &name :
         {u"Dialect"_s, u"Key source"_s, u"Fault preset"_s, u"Fault for attempt 1"_s})
        QVERIFY2(buddies.contains(name), qPrintable(name));
}

void tst_MainWindow::everyActionHasAMenuAndNoKeyTwice()
{
    MainWindow window;
    QSet<QKeySequence> keys;
    int actions = 0;
    const std::function<void(QMenu *)> visit = [&](QMenu *menu) {
        const auto entries = menu->actions();
        for (QAction *action : entries) {
            if (action->menu()) {
                visit(action->menu());
            } else if (!action->isSeparator()) {
                ++actions;
                QVERIFY2(action->text().contains(QLatin1Char('&')) || !action->shortcut().isEmpty(),
                         qPrintable(action->text()));
                const auto shortcuts = action->shortcuts();
                for (const QKeySequence &key : shortcuts) {
                    QVERIFY2(!keys.contains(key), qPrintable(key.toString()));
                    keys.insert(key);
                }
            }
        }
    };
    const auto menus = window.menuBar()->actions();
    for (const QAction *menu : menus)
        visit(menu->menu());
    QVERIFY(actions > 25);
    for (const char *key : {"Ctrl+Return",
                            "Esc",
                            "Ctrl+L",
                            "Ctrl+1",
                            "Ctrl+4",
                            "F6",
                            "Ctrl+Shift+Return",
                            "Ctrl+R",
                            "+",
                            "-",
                            "0",
                            "[",
                            "]",
                            ".",
                            "G",
                            "Ctrl+F",
                            "F3",
                            "Ctrl+Shift+C",
                            "Ctrl+Shift+F",
                            "F1"})
        QVERIFY2(keys.contains(QKeySequence(QLatin1String(key))), key);
    QVERIFY(keys.contains(QKeySequence(Qt::Key_Comma)));
}

// Alt and a letter goes to one place.
void tst_MainWindow::noMnemonicTwice()
{
    MainWindow window;
    MnemonicOwners owners;
    owners.addWindow(window);
    QVERIFY(owners.size() > 15);
    QCOMPARE(owners.ownedTwice(), QString());
    owners.addMenus(window);
    QVERIFY(owners.size() > 40);
    QCOMPARE(owners.ownedTwice(), QString());
}

// Whether it comes to its action; what the action does then is for the others.
void tst_MainWindow::everyActionByKeyAndMouse()
{
    MainWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    // Not in a field: there "+" is a letter.
    window.runView()->timeline()->setFocus();
    int actions = 0;
    const std::function<void(QMenu *)> visit = [&](QMenu *menu) {
        const auto entries = menu->actions();
        for (QAction *action : entries) {
            if (action->menu()) {
                visit(action->menu());
                continue;
            }
            if (action->isSeparator())
                continue;
            ++actions;
            QObject::disconnect(action, &QAction::triggered, nullptr, nullptr);
            action->setEnabled(true);
            const QSignalSpy triggered(action, &QAction::triggered);
            const auto shortcuts = action->shortcuts();
            for (const QKeySequence &keys : shortcuts) {
                const qsizetype before = triggered.count();
                QTest::keySequence(window.runView()->timeline(), keys);
                QVERIFY2(triggered.count() == before + 1,
                         qPrintable(QString(action->text() + u" by "_s + keys.toString())));
            }
            const qsizetype before = triggered.count();
            menu->popup(window.mapToGlobal(QPoint(20, 20)));
            QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
            QVERIFY2(triggered.count() == before + 1,
                     qPrintable(QString(action->text() + u" by the mouse"_s)));
            if (!shortcuts.isEmpty())
                continue;
            menu->popup(window.mapToGlobal(QPoint(20, 20)));
            const QKeySequence letter = QKeySequence::mnemonic(action->text());
            QTest::keyClick(menu, letter[0].key());
            QVERIFY2(triggered.count() == before + 2,
                     qPrintable(QString(action->text() + u" by its letter"_s)));
            menu->hide();
        }
    };
    const auto menus = window.menuBar()->actions();
    for (const QAction *menu : menus)
        visit(menu->menu());
    QVERIFY(actions > 40);
}

void tst_MainWindow::ctrlReturnSendsAndTheStoryIsTold()
{
    MainWindow window;
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    auto *message = named<QPlainTextEdit>(window, u"Message"_s);
    QVERIFY(!plainText(message).isEmpty());
    QSignalSpy finished(window.runner(), &Runner::finished);
    QTest::keyClick(message, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(window.runner()->isRunning());
    QVERIFY(!named<QPushButton>(window, u"Send"_s)->isEnabled());
    QVERIFY(named<QPushButton>(window, u"Stop"_s)->isEnabled());
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30'000);

    const TimelineModel &model = window.runView()->model();
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.row(0).failure.value("kind"_L1).toString(), u"Dns"_s);
    QCOMPARE(model.row(2).failure.value("kind"_L1).toString(), u"Connect"_s);
    QVERIFY(model.row(4).failure.isEmpty());
    QCOMPARE(model.row(4).status, 200);
    const QString sentence = window.runView()->verdict()->sentence();
    QVERIFY2(sentence.contains(u"name not found"_s) && sentence.contains(u"connection refused"_s)
                 && sentence.contains(u"simulated"_s),
             qPrintable(sentence));
    QVERIFY(named<TextView>(window, u"Answer text"_s)->size() > 0);
    QCOMPARE(named<QLabel>(window, u"Verdict"_s)->accessibleDescription(), sentence);
    QCOMPARE(named<QLabel>(window, u"Counters"_s)->text(),
             u"1 request : 3 attempts : 1 on the wire"_s);
    QVERIFY(named<QPushButton>(window, u"Send"_s)->isEnabled());
    // A picture, not a blank: the bars of three attempts.
    const QImage image = window.runView()->timeline()->viewport()->grab().toImage();
    QSet<QRgb> colors;
    for (int x = 0; x < image.width(); ++x)
        for (int y = 0; y < image.height(); ++y)
            colors.insert(image.pixel(x, y));
    QVERIFY(colors.contains(Theme::current().phase(TimelinePhase::Body).rgb()));
    QVERIFY(colors.contains(Theme::current().simulated().rgb()));
}

void tst_MainWindow::escStopsTheRun()
{
    MainWindow window;
    named<QSpinBox>(window, u"First wait"_s)->setValue(60'000);
    named<QSpinBox>(window, u"Longest wait"_s)->setValue(60'000);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QSignalSpy finished(window.runner(), &Runner::finished);
    window.send();
    QTRY_VERIFY(window.runView()->isWaiting());
    QTest::keyClick(&window, Qt::Key_Escape);
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(window.runner()->summary().verdict, RunVerdict::Cancelled);
}

void tst_MainWindow::retryNowEndsTheWait()
{
    MainWindow window;
    named<QSpinBox>(window, u"First wait"_s)->setValue(60'000);
    named<QSpinBox>(window, u"Longest wait"_s)->setValue(60'000);
    window.show();
    QSignalSpy finished(window.runner(), &Runner::finished);
    window.send();
    auto *retry = named<QPushButton>(window, u"Retry now"_s);
    QTRY_VERIFY(retry->isEnabled());
    retry->click();
    QTRY_VERIFY(window.runView()->model().rowCount() >= 4);
    QTRY_VERIFY(retry->isEnabled());
    retry->click();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30'000);
    QCOMPARE(window.runner()->summary().verdict, RunVerdict::Complete);
    QVERIFY(window.runView()->model().row(1).cutShort);
}

void tst_MainWindow::aBadCertificateIsOneClickAway()
{
    MainWindow window;
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    auto *plan = named<QLineEdit>(window, u"Fault plan"_s);
    const auto *button = named<QPushButton>(window, u"Show certificate"_s);
    QSignalSpy finished(window.runner(), &Runner::finished);
    plan->setText(u"refused,ok"_s);
    window.send();
    QVERIFY(finished.wait(30'000));
    QVERIFY(!button->isVisible());

    plan->setText(u"refused,tls-expired"_s);
    window.send();
    QVERIFY(finished.wait(30'000));
    QVERIFY(button->isVisible());
    QTest::mouseClick(named<QPushButton>(window, u"Show certificate"_s), Qt::LeftButton);
    QCOMPARE(window.runView()->timeline()->selectedAttempt(), 2);
    QCOMPARE(QApplication::focusWidget(), named<QTreeWidget>(window, u"TLS"_s));

    plan->setText(u"refused,ok"_s);
    window.send();
    QVERIFY(!button->isVisible());
    QVERIFY(finished.wait(30'000));
    QVERIFY(!button->isVisible());
}

void tst_MainWindow::invalidJsonIsNotSent()
{
    MainWindow window;
    auto *json = named<QPlainTextEdit>(window, u"Request JSON"_s);
    json->setPlainText(u"{ \"model\": "_s);
    window.send();
    QVERIFY(!window.runner()->isRunning());
    QCOMPARE(plainText(json), u"{ \"model\": "_s);
    QVERIFY(window.runView()->verdict()->sentence().startsWith(u"Nothing was sent."_s));
}

void tst_MainWindow::aRestartKeepsWhatWasTyped()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"session.json"_s);
    const QString canary = u"sk-canary-2718281828"_s;
    QSize size;
    {
        MainWindow window(path);
        window.show();
        // Within the 800 by 800 of the platform "offscreen": Qt 6.8 restores nothing larger.
        window.resize(800, 750);
        size = window.size();
        named<QPlainTextEdit>(window, u"Message"_s)->setPlainText(u"Typed and not sent"_s);
        named<QLineEdit>(window, u"Fault plan"_s)->setText(u"eof,oops"_s);
        named<QSpinBox>(window, u"Retries"_s)->setValue(9);
        named<QComboBox>(window, u"Key source"_s)->setCurrentIndex(3);
        QTest::keyClicks(named<QLineEdit>(window, u"API key"_s), canary);
        window.close();
    }
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains(canary.toUtf8()));
    MainWindow window(path);
    QCOMPARE(plainText(named<QPlainTextEdit>(window, u"Message"_s)), u"Typed and not sent"_s);
    QCOMPARE(named<QLineEdit>(window, u"Fault plan"_s)->text(), u"eof,oops"_s);
    QCOMPARE(named<QSpinBox>(window, u"Retries"_s)->value(), 9);
    QCOMPARE(named<QComboBox>(window, u"Key source"_s)->currentText(), u"typed"_s);
    QCOMPARE(named<QLineEdit>(window, u"API key"_s)->text(), QString());
    QCOMPARE(window.size(), size);
}

void tst_MainWindow::aDamagedScenarioFileIsToldInTheWindow()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"broken.json"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\n  \"endpoint\": \"sandbox\",\n  oops\n}");
    file.close();
    MainWindow window;
    const QJsonObject before = window.composer()->state();
    window.openFile(path);
    QVERIFY(window.messages()->text().contains(u"broken.json"_s));
    QVERIFY2(window.messages()->text().contains(u"line 3"_s),
             qPrintable(window.messages()->text()));
    QCOMPARE(window.composer()->state(), before);
    window.openFile(dir.filePath(u"none.json"_s));
    QVERIFY(window.messages()->text().contains(u"none.json"_s));
}

void tst_MainWindow::aScenarioSurvivesSaveAndOpen()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"mine.json"_s);
    MainWindow window;
    named<QPlainTextEdit>(window, u"Message"_s)->setPlainText(u"Saved"_s);
    named<QLineEdit>(window, u"Fault plan"_s)->setText(u"reset*2,ok"_s);
    const Scenario saved = window.composer()->compose().scenario;
    window.saveScenario(path);
    QVERIFY(QFile::exists(path));
    MainWindow other;
    other.openFile(path);
    QCOMPARE(other.messages()->text(), QString());
    QVERIFY(other.composer()->compose().scenario == saved);
    // What cannot be a scenario is not written over one.
    named<QLineEdit>(window, u"Fault plan"_s)->setText(u"nosuch"_s);
    window.saveScenario(path);
    QVERIFY(window.messages()->text().contains(u"was not written"_s));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), saved.toText());
}

void tst_MainWindow::panesAreReachedByKeys()
{
    MainWindow window;
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QStringList names;
    for (const auto key : {Qt::Key_1, Qt::Key_2, Qt::Key_3}) {
        QTest::keyClick(&window, key, Qt::ControlModifier);
        names << QApplication::focusWidget()->accessibleName();
    }
    QCOMPARE(names, (QStringList{u"Message"_s, u"Fault plan"_s, u"Retry timeline"_s}));
    QTest::keyClick(&window, Qt::Key_F6);
    QTest::keyClick(&window, Qt::Key_F6);
    QCOMPARE(QApplication::focusWidget()->accessibleName(), u"Message"_s);
    QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier);
    QCOMPARE(QApplication::focusWidget()->accessibleName(), u"Endpoint"_s);
    // The pane's entry is in the tab that is shown.
    const QStringList entries{u"Message"_s, u"Request JSON"_s, u"Request headers"_s, u"Proxy"_s};
    for (int tab = 0; tab < entries.size(); ++tab) {
        window.composer()->request()->setCurrentTab(tab);
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(QApplication::focusWidget()->accessibleName(), entries.at(tab));
    }
}

void tst_MainWindow::fiftyMegabytesPasted_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<bool>("isOneLine");
    for (const bool isOneLine : {false, true}) {
        const char *kind = isOneLine ? "one line" : "many lines";
        for (const QString &name :
             {u"Endpoint"_s, u"Model"_s, u"System prompt"_s, u"Message"_s, u"Request JSON"_s,
              u"List of tools"_s, u"Fault plan"_s, u"Seed"_s, u"API key"_s})
            QTest::addRow("%s, %s", qPrintable(name), kind) << name << isOneLine;
    }
}

void tst_MainWindow::fiftyMegabytesPasted()
{
    QFETCH(QString, field);
    QFETCH(bool, isOneLine);
    const QString line = u"a line of sixty characters or so, as prompts have them, yes."_s;
    QString text = line.repeated(50'000'000 / line.size());
    if (!isOneLine) {
        for (qsizetype i = line.size(); i < text.size(); i += line.size())
            text[i] = u'\n';
    }
    MainWindow window;
    window.composer()->bar()->key()->sourceField()->setCurrentIndex(3);
    window.show();
    auto *widget = named<QWidget>(window, field);
    QVERIFY(widget);
    const QJsonObject before = window.composer()->state();
    const auto notes = [&window] {
        QStringList words{window.messages()->text()};
        const auto labels = window.findChildren<QLabel *>();
        for (const QLabel *label : labels)
            words.append(label->text());
        return words.join(u'\n');
    };
    QGuiApplication::clipboard()->setText(text);
    QVERIFY(QMetaObject::invokeMethod(widget, "selectAll"));
    QVERIFY(QMetaObject::invokeMethod(widget, "paste"));
    QCoreApplication::processEvents();
    QVERIFY2(notes().contains(u"was pasted"_s), qPrintable(notes()));
    // What is not taken changes nothing.
    if (qobject_cast<QPlainTextEdit *>(widget))
        QCOMPARE(window.composer()->state(), before);
    QGuiApplication::clipboard()->clear();
}

void tst_MainWindow::aRequestTooLongToBeShownIsSentAsItIs()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"long.json"_s);
    Scenario scenario = Scenario::example();
    scenario.chat.messages.last().content = QString(20'000'000, u'x');
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(scenario.toText());
    file.close();
    MainWindow window;
    window.show();
    window.openFile(path);
    QCOMPARE(window.messages()->text(), QString());
    auto *message = named<QPlainTextEdit>(window, u"Message"_s);
    QVERIFY(!message->isEnabled());
    QVERIFY(plainText(message).isEmpty());
    const auto *json = named<QPlainTextEdit>(window, u"Request JSON"_s);
    QVERIFY(json->isReadOnly());
    QVERIFY2(json->placeholderText().contains(u"It is sent as it is."_s),
             qPrintable(json->placeholderText()));
    QCOMPARE(window.composer()->compose().scenario.chat.messages.last().content.size(),
             qsizetype(20'000'000));
    window.composer()->setScenario(Scenario::example());
    QVERIFY(message->isEnabled());
    QVERIFY(!json->isReadOnly());
    QVERIFY(!plainText(message).isEmpty());
}

QTEST_MAIN(tst_MainWindow)
#include "tst_mainwindow.moc"
