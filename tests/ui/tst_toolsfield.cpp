// SPDX-License-Identifier: MIT
#include "ui/composer/toolsfield.h"

#include "core/llm/dialect.h"
#include "core/llm/tools.h"
#include "core/run/runner.h"
#include "tests/ui/named.h"
#include "ui/composer/composer.h"
#include "ui/composer/jsonmember.h"
#include "ui/composer/requestdocument.h"
#include "ui/composer/requestform.h"
#include "ui/composer/requestpane.h"
#include "ui/mainwindow.h"
#include "ui/plaintext.h"
#include "ui/response/responsepane.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QToolButton>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

//! A document and the field of its tools.
struct Bench
{
    RequestDocument document;
    ToolsField field{&document};

    Bench()
    {
        document.load(Scenario::example());
        field.setOpen(true);
    }

    QPlainTextEdit *text() { return named<QPlainTextEdit>(field, u"List of tools"_s); }

    void clickExample() { named<QToolButton>(field, u"Example of a tool"_s)->click(); }

    //! As the JSON has them.
    QJsonValue tools() const
    {
        const QJsonObject json = QJsonDocument::fromJson(document.text().toUtf8()).object();
        return memberAt(json, document.dialect()->facts().toolsMember);
    }
};

} // namespace

class tst_ToolsField : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            u"^(?!This plugin does not support (propagateSizeHints|raise|grabbing))"_s));
    }

    void anExampleInEveryDialect_data();
    void anExampleInEveryDialect();
    void anotherDialectWritesThemItsOwnWay();
    void whatOnlyOneDialectKnowsStaysAsItIs();
    void inStepWithTheJson();
    void whatIsNoList_data();
    void whatIsNoList();
    void aMistakeIsNotSentAndNotLost();
};

void tst_ToolsField::anExampleInEveryDialect_data()
{
    QTest::addColumn<QString>("dialect");
    for (const Dialect *dialect : Dialect::all())
        QTest::newRow(qPrintable(dialect->id())) << dialect->id();
}

//! The sandbox understands them: it calls the tool that the message names.
void tst_ToolsField::anExampleInEveryDialect()
{
    QFETCH(QString, dialect);
    MainWindow window;
    auto *box = named<QComboBox>(window, u"Dialect"_s);
    box->setCurrentIndex(box->findData(dialect));
    Q_EMIT box->activated(box->currentIndex());
    named<QLineEdit>(window, u"Fault plan"_s)->clear();
    named<QPlainTextEdit>(window, u"Message"_s)->setPlainText(u"Ask get_weather, please."_s);
    named<QToolButton>(window, u"Tools"_s)->click();
    named<QToolButton>(window, u"Example of a tool"_s)->click();
    QCOMPARE(named<QToolButton>(window, u"Tools"_s)->text(), u"Tools: 1 set"_s);
    const Composition composition = window.composer()->compose();
    QVERIFY(composition.errors.isEmpty());
    QSignalSpy finished(window.runner(), &Runner::finished);
    window.send();
    QVERIFY(finished.count() == 1 || finished.wait(30'000));
    QCOMPARE(window.runner()->summary().verdict, RunVerdict::Complete);
    QCOMPARE(window.runner()->summary().answer.toolCalls.size(), 1);
    QCOMPARE(window.runner()->summary().answer.toolCalls.first().name, exampleTool().name);
}

void tst_ToolsField::anotherDialectWritesThemItsOwnWay()
{
    Bench bench;
    bench.clickExample();
    bench.clickExample();
    const QList<Tool> two{exampleTool(), exampleTool()};
    for (const Dialect *dialect : Dialect::all()) {
        const ToolForm form = dialect->facts().toolForm;
        bench.document.setDialect(dialect);
        const QJsonArray tools = bench.tools().toArray();
        // Gemini gets two groups of one where the second is added there.
        QCOMPARE(toolsFromJson(tools, form), std::optional(two));
        QCOMPARE(QJsonDocument::fromJson(plainText(bench.text()).toUtf8()).array(), tools);
        QVERIFY(!bench.field.problem());
    }
}

void tst_ToolsField::whatOnlyOneDialectKnowsStaysAsItIs()
{
    Bench bench;
    const QByteArray strict = R"([{"type":"function","function":{"name":"a","strict":true}}])";
    bench.text()->setPlainText(QString::fromUtf8(strict));
    const QJsonValue before = bench.tools();
    QVERIFY(before.isArray());
    bench.document.setDialect(Dialect::find(u"anthropic"_s));
    QCOMPARE(bench.tools(), before);
}

void tst_ToolsField::inStepWithTheJson()
{
    Bench bench;
    QVERIFY(bench.tools().isUndefined());
    bench.clickExample();
    QCOMPARE(bench.tools(), QJsonValue(toolsToJson({exampleTool()}, ToolForm::Function)));

    // From the JSON to the field, however it is written there.
    QJsonObject json = QJsonDocument::fromJson(bench.document.text().toUtf8()).object();
    json.insert(u"tools"_s, QJsonArray{QJsonObject{{u"type"_s, u"custom"_s}}});
    bench.document.setText(QString::fromUtf8(QJsonDocument(json).toJson()));
    QVERIFY(plainText(bench.text()).contains(u"custom"_s));

    // What is typed stays as it is typed.
    const QString typed = u"[ {\"type\" :\"x\"} ]"_s;
    bench.text()->setPlainText(typed);
    QCOMPARE(plainText(bench.text()), typed);
    QCOMPARE(bench.tools().toArray().size(), 1);
    bench.text()->clear();
    QVERIFY(bench.tools().isUndefined());
    QVERIFY(!bench.field.problem());
    bench.document.setText(bench.document.text() + u'\n');
    QCOMPARE(plainText(bench.text()), QString());
}

void tst_ToolsField::whatIsNoList_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("half a list") << u"[{"_s << u"Line 1, column"_s;
    QTest::newRow("an object") << u"{}"_s << u"must be a list"_s;
    QTest::newRow("no JSON") << u"\n\u00e4 weather"_s << u"Line 2, "_s;
    QTest::newRow("a number") << u"1"_s << u"this is not JSON"_s;
}

void tst_ToolsField::whatIsNoList()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    Bench bench;
    bench.clickExample();
    const QJsonValue before = bench.tools();
    bench.text()->setPlainText(text);
    QVERIFY(bench.field.problem());
    const QString said = bench.text()->accessibleDescription();
    QVERIFY2(said.contains(expected), qPrintable(said));
    QCOMPARE(bench.tools(), before);
    // Another field of the form is edited meanwhile.
    ChatRequest chat = bench.document.chat();
    chat.system = u"Be brief."_s;
    bench.document.setChat(chat);
    QCOMPARE(plainText(bench.text()), text);
    bench.text()->setPlainText(u"[]"_s);
    QVERIFY(!bench.field.problem());
    QVERIFY(bench.text()->accessibleDescription().isEmpty());
}

void tst_ToolsField::aMistakeIsNotSentAndNotLost()
{
    MainWindow window;
    QSignalSpy finished(window.runner(), &Runner::finished);
    // The request has one, which another dialect writes its own way.
    named<QToolButton>(window, u"Example of a tool"_s)->click();
    named<QPlainTextEdit>(window, u"List of tools"_s)->setPlainText(u"[{"_s);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.send();
    QVERIFY(!window.runner()->isRunning());
    QCOMPARE(finished.count(), 0);
    QVERIFY(window.composer()->request()->form()->tools()->isOpen());
    QCOMPARE(QApplication::focusWidget(), named<QPlainTextEdit>(window, u"List of tools"_s));

    MainWindow afterRestart;
    afterRestart.composer()->restore(window.composer()->state());
    QCOMPARE(plainText(named<QPlainTextEdit>(afterRestart, u"List of tools"_s)), u"[{"_s);
    QVERIFY(!afterRestart.composer()->compose().errors.isEmpty());

    // Another dialect does not take it, another scenario does.
    auto *box = named<QComboBox>(window, u"Dialect"_s);
    box->setCurrentIndex(box->findData(u"anthropic"_s));
    Q_EMIT box->activated(box->currentIndex());
    QCOMPARE(plainText(named<QPlainTextEdit>(window, u"List of tools"_s)), u"[{"_s);
    window.composer()->setScenario(Scenario::example());
    QCOMPARE(plainText(named<QPlainTextEdit>(window, u"List of tools"_s)), QString());
    QVERIFY(window.composer()->compose().errors.isEmpty());
}

QTEST_MAIN(tst_ToolsField)
#include "tst_toolsfield.moc"
