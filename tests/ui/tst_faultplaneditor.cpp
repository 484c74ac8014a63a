// SPDX-License-Identifier: MIT
#include "ui/faults/faultplaneditor.h"

#include "core/fault/faultcatalogue.h"
#include "ui/faults/faultkinds.h"
#include "ui/faults/faultrow.h"
#include "ui/faults/faultwords.h"

#include <QtCore/QMetaEnum>
#include <QtCore/QRegularExpression>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QCompleter>
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
        QTest::failOnWarning(QRegularExpression(QStringLiteral(
            "^(?!This plugin does not support (propagateSizeHints|raise|grabbing))")));
    }

    void everyFaultHasWords();
    void everyPresetIsAPlan();
    void mistakesAreToldAtTheField_data();
    void mistakesAreToldAtTheField();
    void rowsAndTextAreTheSamePlan();
    void everyPhaseIsAHeading();
    void aFaultIsFoundByAWord_data();
    void aFaultIsFoundByAWord();
    void whatIsNoFaultGoes();
    void everyParameterHasAField();
    void optionalParametersCanBeLeftOut();
    void aTextIsTakenWhole();
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
    second->setCurrentIndex(second->findData(int(FaultKind::Reset), FaultKinds::KindRole));
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

void tst_FaultPlanEditor::everyPhaseIsAHeading()
{
    FaultKinds kinds;
    const QAbstractItemModelTester tester(&kinds);
    QSet<QString> headings;
    qsizetype faults = 0;
    for (int row = 0; row < kinds.rowCount(); ++row) {
        const QModelIndex index = kinds.index(row);
        if (index.data(FaultKinds::KindRole).isValid()) {
            ++faults;
            QVERIFY(index.flags() & Qt::ItemIsSelectable);
            continue;
        }
        const QString words = index.data().toString();
        QVERIFY2(!words.isEmpty() && !headings.contains(words), qPrintable(words));
        headings.insert(words);
        QCOMPARE(index.flags(), Qt::NoItemFlags);
        // Never the last, nor two in a row.
        QVERIFY(kinds.index(row + 1).data(FaultKinds::KindRole).isValid());
    }
    QCOMPARE(faults, qsizetype(faultCatalogue().size()));
    QCOMPARE(headings.size(), QMetaEnum::fromType<FaultPhase>().keyCount() - 1);
}

void tst_FaultPlanEditor::aFaultIsFoundByAWord_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("plan");
    QTest::newRow("its name") << u"tls-expired"_s << u"tls-expired"_s;
    QTest::newRow("a word of what it is called") << u"Expired"_s << u"tls-expired"_s;
    QTest::newRow("its beginning before any other word") << u"connection re"_s << u"refused"_s;
    QTest::newRow("the whole before a longer one") << u"connection reset"_s << u"reset"_s;
    QTest::newRow("a word of what it does") << u"authority that nobody"_s << u"tls-unknownca"_s;
    QTest::newRow("a phase") << u"at a proxy"_s << u"proxy-general"_s;
    QTest::newRow("nothing") << u"xyzzy"_s << u"dns"_s;
    QTest::newRow("blanks") << u"  "_s << u"dns"_s;
}

void tst_FaultPlanEditor::aFaultIsFoundByAWord()
{
    QFETCH(QString, typed);
    QFETCH(QString, plan);
    FaultPlanEditor editor;
    editor.show();
    auto *text = named<QLineEdit>(editor, u"Fault plan"_s);
    text->setText(u"dns"_s);
    const auto *kind = named<QComboBox>(editor, u"Fault for attempt 1"_s);
    kind->lineEdit()->selectAll();
    QTest::keyClicks(kind->lineEdit(), typed);
    QTest::keyClick(kind->lineEdit(), Qt::Key_Return);
    QCOMPARE(text->text(), plan);
    const auto chosen = FaultPlan::fromString(plan)->faults().first().kind;
    QCOMPARE(kind->currentText(), faultWords(chosen));
    kind->completer()->popup()->hide();
}

void tst_FaultPlanEditor::whatIsNoFaultGoes()
{
    FaultPlanEditor editor;
    auto *text = named<QLineEdit>(editor, u"Fault plan"_s);
    text->setText(u"dns"_s);
    QSignalSpy edited(&editor, &FaultPlanEditor::edited);
    auto *kind = named<QComboBox>(editor, u"Fault for attempt 1"_s);
    // A heading is no fault, and half a word is none before Return.
    for (const QString &typed : {faultPhaseWords(FaultPhase::Tls), u"expi"_s}) {
        kind->setEditText(typed);
        Q_EMIT kind->lineEdit()->editingFinished();
        QCOMPARE(kind->currentText(), faultWords(FaultKind::Dns));
    }
    QCOMPARE(text->text(), u"dns"_s);
    QCOMPARE(edited.count(), 0);
}

void tst_FaultPlanEditor::everyParameterHasAField()
{
    FaultPlanEditor editor;
    editor.show();
    auto *text = named<QLineEdit>(editor, u"Fault plan"_s);
    for (const FaultDescriptor &fault : faultCatalogue()) {
        const bool isStatus = fault.kind == FaultKind::HttpStatus;
        text->setText(isStatus ? u"http-503"_s : fault.name);
        // The fields of the fault before have the same names, and are not gone yet.
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        if (auto *more =
                named<QToolButton>(editor, u"More parameters of the fault for attempt 1"_s)) {
            QVERIFY(!more->isChecked());
            // One of several stands beside the fault, as a status does.
            QVERIFY(fault.parameters.size() > (isStatus ? 0 : 1));
            more->click();
        }
        for (const FaultParameter &parameter : fault.parameters) {
            const QString name = u"Fault for attempt 1, "_s + parameter.name;
            const auto *number = named<QSpinBox>(editor, name);
            const auto *string = named<QLineEdit>(editor, name);
            const bool isText = parameter.defaultValue.unit == FaultUnit::Text;
            const QWidget *field = isText ? static_cast<const QWidget *>(string) : number;
            QVERIFY2(field, qPrintable(QString(fault.name + u' ' + name)));
            QVERIFY2(QTest::qWaitFor([field] { return field->isVisible(); }),
                     qPrintable(QString(fault.name + u' ' + name)));
            QVERIFY(!field->toolTip().isEmpty());
            if (number && !parameter.optional)
                QCOMPARE(number->value(), int(parameter.defaultValue.number));
        }
    }
    // Given parameters are seen at once.
    text->setText(u"latency(ms=250, jitter=7)"_s);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    const auto *jitter = named<QSpinBox>(editor, u"Fault for attempt 1, jitter"_s);
    QVERIFY(jitter);
    QTRY_VERIFY(jitter->isVisible());
    QCOMPARE(jitter->value(), 7);
}

void tst_FaultPlanEditor::optionalParametersCanBeLeftOut()
{
    FaultPlanEditor editor;
    auto *text = named<QLineEdit>(editor, u"Fault plan"_s);
    text->setText(u"ok,http-429(retry-after=5)"_s);
    auto *wait = named<QSpinBox>(editor, u"Fault for attempt 2, retry-after"_s);
    QCOMPARE(wait->value(), 5);
    wait->setValue(0);
    QCOMPARE(text->text(), u"ok,http-429(retry-after=0)"_s);
    wait->setValue(wait->minimum());
    QCOMPARE(text->text(), u"ok,http-429"_s);
    QCOMPARE(wait->text(), u"left out"_s);
    named<QSpinBox>(editor, u"Fault for attempt 2, status"_s)->setValue(503);
    QCOMPARE(text->text(), u"ok,http-503"_s);
}

void tst_FaultPlanEditor::aTextIsTakenWhole()
{
    FaultPlanEditor editor;
    editor.show();
    auto *text = named<QLineEdit>(editor, u"Fault plan"_s);
    text->setText(u"dns-wrong"_s);
    auto *address = named<QLineEdit>(editor, u"Fault for attempt 1, address"_s);
    QTRY_VERIFY(address->isVisible());
    QTest::keyClicks(address, u"127.0"_s);
    QCOMPARE(text->text(), u"dns-wrong"_s);
    QTest::keyClick(address, Qt::Key_Return);
    QCOMPARE(text->text(), u"dns-wrong"_s);
    QVERIFY(address->accessibleDescription().contains(u"no IP address"_s));
    QVERIFY(!address->accessibleDescription().contains(u"Entry"_s));
    QTest::keyClicks(address, u".0.9"_s);
    QTest::keyClick(address, Qt::Key_Return);
    QCOMPARE(text->text(), u"dns-wrong(address=127.0.0.9)"_s);
    QVERIFY(address->accessibleDescription().isEmpty());
    address->clear();
    QTest::keyClick(address, Qt::Key_Return);
    QCOMPARE(text->text(), u"dns-wrong"_s);
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
