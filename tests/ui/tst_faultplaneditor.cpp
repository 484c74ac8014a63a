// SPDX-License-Identifier: MIT
#include "ui/faults/faultplaneditor.h"

#include "core/fault/faultcatalogue.h"
#include "ui/faults/faultrow.h"
#include "ui/faults/faultwords.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

template <typename Widget>
Widget *named(const QWidget &window, const QString &name)
{
    const auto widgets = window.findChildren<Widget *>();
    for (Widget *widget : widgets) {
        if (widget->accessibleName() == name && !widget->isHidden())
            return widget;
    }
    return nullptr;
}

QString note(const FaultPlanEditor &editor)
{
    const auto *field = named<QLineEdit>(editor, u"Fault plan"_s);
    return field->accessibleDescription();
}

} // namespace

class tst_FaultPlanEditor : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
    }

    void everyFaultHasWords();
    void everyPresetIsAPlan();
    void mistakesAreToldAtTheField_data();
    void mistakesAreToldAtTheField();
    void rowsAndTextAreTheSamePlan();
    void aPresetIsRecognised();
    void disarmedKeepsThePlan();
    void theSameSeedRollsTheSamePlan();
    void tlsFaultsAreNotRolledForPlainEndpoints();
    void seedsAreWholeNumbers();
    void aChanceIsKeptExactly();
};

void tst_FaultPlanEditor::everyFaultHasWords()
{
    QSet<QString> seen;
    for (const FaultDescriptor &fault : faultCatalogue()) {
        const QString words = faultWords(fault.kind);
        QVERIFY2(!words.isEmpty(), qPrintable(fault.name));
        QVERIFY2(!seen.contains(words), qPrintable(words));
        seen.insert(words);
    }
}

void tst_FaultPlanEditor::everyPresetIsAPlan()
{
    for (const FaultPreset &preset : faultPresets()) {
        const auto plan = FaultPlan::fromString(preset.plan);
        QVERIFY2(plan.hasValue(), qPrintable(preset.plan));
        QVERIFY2(!plan->checkPlaceable(true, true), qPrintable(preset.plan));
    }
}

void tst_FaultPlanEditor::mistakesAreToldAtTheField_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<bool>("sandbox");
    QTest::addColumn<QString>("expected");
    QTest::newRow("a good plan has no note") << u"dns,refused,ok"_s << false << true << QString();
    QTest::newRow("an unknown name gets the nearest")
        << u"dns,refusd"_s << false << true << u"refused"_s;
    QTest::newRow("TLS faults on a plain endpoint")
        << u"tls-expired"_s << false << false << u"TLS"_s;
    QTest::newRow("faults only the sandbox makes")
        << u"no-terminal"_s << true << false << u"sandbox"_s;
}

void tst_FaultPlanEditor::mistakesAreToldAtTheField()
{
    QFETCH(QString, text);
    QFETCH(bool, tls);
    QFETCH(bool, sandbox);
    QFETCH(QString, expected);
    FaultPlanEditor editor;
    editor.setSurroundings(tls, sandbox, 2);
    named<QLineEdit>(editor, u"Fault plan"_s)->setText(text);
    QCOMPARE(editor.armedPlan().hasValue(), expected.isEmpty());
    QCOMPARE(note(editor).isEmpty(), expected.isEmpty());
    QVERIFY2(note(editor).contains(expected), qPrintable(note(editor)));
    QCOMPARE(named<QLineEdit>(editor, u"Fault plan"_s)->text(), text);
}

void tst_FaultPlanEditor::rowsAndTextAreTheSamePlan()
{
    FaultPlanEditor editor;
    auto *text = named<QLineEdit>(editor, u"Fault plan"_s);
    text->setText(u"dns,refused,ok"_s);
    auto *second = named<QComboBox>(editor, u"Fault for attempt 2"_s);
    QVERIFY(second);
    QCOMPARE(second->currentText(), faultWords(FaultKind::Refused));
    second->setCurrentIndex(second->findData(int(FaultKind::Reset)));
    Q_EMIT second->activated(second->currentIndex());
    QCOMPARE(text->text(), u"dns,reset,ok"_s);
    // Added before the attempt that is to succeed.
    named<QToolButton>(editor, u"Add attempt"_s)->click();
    QCOMPARE(text->text(), u"dns,reset,refused,ok"_s);
    QVERIFY(named<QComboBox>(editor, u"Fault for attempt 4"_s));
    named<QToolButton>(editor, u"Remove attempt 1"_s)->click();
    QTRY_COMPARE(text->text(), u"reset,refused,ok"_s);
    QVERIFY(!named<QComboBox>(editor, u"Fault for attempt 4"_s));
    QCOMPARE(editor.armButton()->text(), u"armed: 2 faults"_s);
}

void tst_FaultPlanEditor::aPresetIsRecognised()
{
    FaultPlanEditor editor;
    auto *preset = named<QComboBox>(editor, u"Fault preset"_s);
    auto *text = named<QLineEdit>(editor, u"Fault plan"_s);
    for (const FaultPreset &each : faultPresets()) {
        preset->setCurrentIndex(preset->findText(each.words));
        Q_EMIT preset->activated(preset->currentIndex());
        QCOMPARE(text->text(), each.plan);
        QCOMPARE(preset->currentText(), each.words);
    }
    text->setText(u"dns,dns,dns"_s);
    QCOMPARE(preset->currentText(), u"Own plan"_s);
}

void tst_FaultPlanEditor::disarmedKeepsThePlan()
{
    FaultPlanEditor editor;
    named<QLineEdit>(editor, u"Fault plan"_s)->setText(u"dns,refused,ok"_s);
    QCOMPARE(editor.armButton()->text(), u"armed: 2 faults"_s);
    editor.armButton()->click();
    QCOMPARE(editor.armButton()->text(), u"disarmed"_s);
    QVERIFY(editor.armedPlan()->isEmpty());
    QCOMPARE(editor.plan()->toString(), u"dns,refused,ok"_s);
}

void tst_FaultPlanEditor::theSameSeedRollsTheSamePlan()
{
    QSet<QString> plans;
    for (quint64 seed = 1; seed <= 50; ++seed) {
        const FaultPlan plan = rolledPlan(seed, 2, true, true);
        QCOMPARE(rolledPlan(seed, 2, true, true), plan);
        QVERIFY(!plan.isEmpty());
        QVERIFY(plan.faults().last().isNone());
        QVERIFY(plan.faults().size() <= 3);
        plans.insert(plan.toString());
    }
    QVERIFY(plans.size() > 10);
}

void tst_FaultPlanEditor::tlsFaultsAreNotRolledForPlainEndpoints()
{
    for (quint64 seed = 1; seed <= 200; ++seed) {
        const FaultPlan plan = rolledPlan(seed, 5, false, false);
        QVERIFY2(!plan.checkPlaceable(false, false), qPrintable(plan.toString()));
    }
}

void tst_FaultPlanEditor::seedsAreWholeNumbers()
{
    FaultPlanEditor editor;
    auto *seed = named<QLineEdit>(editor, u"Seed"_s);
    seed->setText(u"18446744073709551615"_s);
    QVERIFY(editor.seed().hasValue());
    for (const QString &wrong : {u""_s, u"-1"_s, u"1.5"_s, u"18446744073709551616"_s, u"x"_s}) {
        seed->setText(wrong);
        QVERIFY2(!editor.seed().hasValue(), qPrintable(wrong));
        QVERIFY(seed->accessibleDescription().contains(u"whole number"_s));
    }
}

void tst_FaultPlanEditor::aChanceIsKeptExactly()
{
    FaultPlanEditor editor;
    QCOMPARE(editor.chance(), 1.0);
    // Of a scenario file: the field shows whole percents.
    editor.setChance(0.125);
    auto *field = named<QSpinBox>(editor, u"Chance of each fault"_s);
    QCOMPARE(field->value(), 13);
    QCOMPARE(editor.chance(), 0.125);
    FaultPlanEditor afterRestart;
    afterRestart.restore(editor.state());
    QCOMPARE(afterRestart.chance(), 0.125);
    QSignalSpy edited(&editor, &FaultPlanEditor::edited);
    field->setValue(30);
    QCOMPARE(edited.count(), 1);
    QCOMPARE(editor.chance(), 0.3);
    afterRestart.restore(editor.state());
    QCOMPARE(afterRestart.chance(), 0.3);
    afterRestart.restore({{u"chance"_s, -1e300}});
    QCOMPARE(afterRestart.chance(), 0.0);
}

QTEST_MAIN(tst_FaultPlanEditor)
#include "tst_faultplaneditor.moc"
