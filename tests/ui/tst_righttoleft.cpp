// SPDX-License-Identifier: MIT
#include "tests/ui/named.h"
#include "ui/mainwindow.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

class tst_RightToLeft : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
    }

    void theWindowIsMirroredAndTimeIsNot();
};

// What is sent stands at the right then; time still goes from left to right.
void tst_RightToLeft::theWindowIsMirroredAndTimeIsNot()
{
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const auto left = [&window](const QWidget *widget) {
        return widget->mapTo(&window, QPoint(0, 0)).x();
    };
    const auto *timeline = named<QWidget>(window, u"Retry timeline"_s);
    const auto *message = named<QWidget>(window, u"Message"_s);
    QVERIFY(timeline && message);
    QVERIFY(left(message) > left(timeline));
    QCOMPARE(timeline->layoutDirection(), Qt::LeftToRight);
    QVERIFY(!window.grab().isNull());
}

QTEST_MAIN(tst_RightToLeft)
#include "tst_righttoleft.moc"
