// SPDX-License-Identifier: MIT
#include "ui/theme.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>

using namespace Retryscope;

class tst_Theme : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
    }

    void contrastOfKnownPairs_data();
    void contrastOfKnownPairs();
    void everyPairIsReadable_data();
    void everyPairIsReadable();
    void darknessFollowsThePalette();
    void applyChangesTheCurrentTheme();
};

void tst_Theme::contrastOfKnownPairs_data()
{
    QTest::addColumn<QColor>("a");
    QTest::addColumn<QColor>("b");
    QTest::addColumn<double>("expected");
    QTest::newRow("black on white is 21") << QColor(Qt::black) << QColor(Qt::white) << 21.0;
    QTest::newRow("a colour on itself is 1") << QColor(10, 90, 40) << QColor(10, 90, 40) << 1.0;
    QTest::newRow("the grey that is just enough on white")
        << QColor(0x76, 0x76, 0x76) << QColor(Qt::white) << 4.54;
}

void tst_Theme::contrastOfKnownPairs()
{
    QFETCH(QColor, a);
    QFETCH(QColor, b);
    QFETCH(double, expected);
    QVERIFY(qAbs(Theme::contrast(a, b) - expected) < 0.01);
    QCOMPARE(Theme::contrast(a, b), Theme::contrast(b, a));
}

void tst_Theme::everyPairIsReadable_data()
{
    QTest::addColumn<QPalette>("palette");
    QTest::newRow("light") << Theme::lightPalette();
    QTest::newRow("dark") << Theme::darkPalette();
    QPalette grey(QColor(0x70, 0x70, 0x70));
    grey.setColor(QPalette::Base, QColor(0x90, 0x90, 0x90));
    grey.setColor(QPalette::Window, QColor(0x90, 0x90, 0x90));
    QTest::newRow("a desktop in the middle of grey") << grey;
    QPalette contrast(Qt::black);
    contrast.setColor(QPalette::Base, Qt::black);
    contrast.setColor(QPalette::Window, Qt::black);
    contrast.setColor(QPalette::Text, Qt::yellow);
    QTest::newRow("a high-contrast desktop") << contrast;
}

void tst_Theme::everyPairIsReadable()
{
    QFETCH(QPalette, palette);
    const QList<ColorPair> pairs = Theme(palette).pairs();
    QVERIFY(pairs.size() > 20);
    for (const ColorPair &pair : pairs) {
        const double contrast = Theme::contrast(pair.foreground, pair.background);
        const QString text =
            QStringLiteral("%1: %2 < %3").arg(pair.name).arg(contrast).arg(pair.minimum);
        QVERIFY2(contrast >= pair.minimum, qPrintable(text));
    }
}

void tst_Theme::darknessFollowsThePalette()
{
    QVERIFY(!Theme(Theme::lightPalette()).isDark());
    QVERIFY(Theme(Theme::darkPalette()).isDark());
}

void tst_Theme::applyChangesTheCurrentTheme()
{
    Theme::apply(Theme::Mode::Dark);
    QVERIFY(Theme::current().isDark());
    Theme::apply(Theme::Mode::Light);
    QVERIFY(!Theme::current().isDark());
    Theme::apply(Theme::Mode::Desktop);
    QCOMPARE(Theme::current().isDark(), Theme(QGuiApplication::palette()).isDark());
}

QTEST_MAIN(tst_Theme)
#include "tst_theme.moc"
