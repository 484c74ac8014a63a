// SPDX-License-Identifier: MIT
#include "tests/ui/named.h"
#include "ui/policy/policyeditor.h"

#include "ui/policy/waitpreview.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QImage>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QSpinBox>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_PolicyEditor : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
    }

    void ranges_data();
    void ranges();
    void hugeNumbersDoNotOverflow();
    void fieldsWriteThePolicy();
    void thePreviewSaysTheRanges();
    void aRefusedPolicyIsToldAtTheField();
};

void tst_PolicyEditor::ranges_data()
{
    QTest::addColumn<RetryPolicy>("policy");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("the defaults") << RetryPolicy{}
                                  << QStringList{u"150 to 250 ms"_s, u"300 to 500 ms"_s};
    RetryPolicy none;
    none.maxRetries = 0;
    QTest::newRow("no retries, no waits") << none << QStringList{};
    RetryPolicy still;
    still.jitter = 0.0;
    QTest::newRow("no jitter, one length") << still << QStringList{u"200 ms"_s, u"400 ms"_s};
    RetryPolicy capped;
    capped.maxRetries = 3;
    capped.initialBackoff = 800ms;
    capped.maxBackoff = 1s;
    QTest::newRow("the cap includes the jitter")
        << capped << QStringList{u"0.6 to 1 s"_s, u"0.75 to 1 s"_s, u"0.75 to 1 s"_s};
    RetryPolicy zero;
    zero.initialBackoff = 0ms;
    QTest::newRow("no wait at all") << zero << QStringList{u"0 ms"_s, u"0 ms"_s};
}

void tst_PolicyEditor::ranges()
{
    QFETCH(RetryPolicy, policy);
    QFETCH(QStringList, expected);
    QStringList words;
    for (const WaitRange &range : waitRanges(policy, 10))
        words << rangeWords(range);
    QCOMPARE(words, expected);
}

void tst_PolicyEditor::hugeNumbersDoNotOverflow()
{
    RetryPolicy policy;
    policy.maxRetries = 255;
    policy.initialBackoff = 1h;
    policy.maxBackoff = 24h;
    const auto ranges = waitRanges(policy, 255);
    QCOMPARE(ranges.size(), 255);
    for (const WaitRange &range : ranges) {
        QVERIFY(range.low <= range.base && range.base <= range.high);
        QVERIFY(range.high <= 24h);
    }
    QCOMPARE(ranges.last().base, std::chrono::microseconds(24h));
}

void tst_PolicyEditor::fieldsWriteThePolicy()
{
    PolicyEditor editor;
    RetryPolicy given;
    given.jitter = 0.333;
    given.retryMaybeProcessed = false;
    editor.setPolicy(given);
    QSignalSpy spy(&editor, &PolicyEditor::edited);
    named<QSpinBox>(editor, u"Retries"_s)->setValue(5);
    named<QSpinBox>(editor, u"First wait"_s)->setValue(50);
    named<QSpinBox>(editor, u"Longest wait"_s)->setValue(1000);
    QCOMPARE(spy.size(), 3);
    RetryPolicy expected = given;
    expected.maxRetries = 5;
    expected.initialBackoff = 50ms;
    expected.maxBackoff = 1s;
    QVERIFY(editor.policy() == expected);
}

void tst_PolicyEditor::thePreviewSaysTheRanges()
{
    PolicyEditor editor;
    QCOMPARE(editor.preview()->accessibleDescription(),
             u"Next waits: 150 to 250 ms; 300 to 500 ms"_s);
    RetryPolicy many;
    many.maxRetries = 10;
    editor.setPolicy(many);
    QVERIFY(editor.preview()->accessibleDescription().endsWith(u"and 6 more"_s));
    editor.preview()->resize(300, editor.preview()->sizeHint().height());
    const QImage image = editor.preview()->grab().toImage();
    QSet<QRgb> colors;
    for (int x = 0; x < image.width(); ++x)
        for (int y = 0; y < image.height(); ++y)
            colors.insert(image.pixel(x, y));
    QVERIFY(colors.size() > 3);
}

void tst_PolicyEditor::aRefusedPolicyIsToldAtTheField()
{
    PolicyEditor editor;
    editor.setProblem(u"Too long."_s);
    const auto boxes = editor.findChildren<QSpinBox *>();
    int described = 0;
    for (const QSpinBox *box : boxes)
        described += box->accessibleDescription() == "Too long."_L1 ? 1 : 0;
    QCOMPARE(described, 1);
}

QTEST_MAIN(tst_PolicyEditor)
#include "tst_policyeditor.moc"
