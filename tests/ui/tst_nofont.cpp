// SPDX-License-Identifier: MIT
#include "ui/mainwindow.h"
#include "ui/settings.h"

#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>

using namespace Retryscope;
using namespace Qt::StringLiterals;

//! On a system without a single font.
class tst_NoFont : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    }

    void isSaid();
    void theWindowWorksAllTheSame();
};

void tst_NoFont::isSaid()
{
    QVERIFY(Settings::fontProblem().contains("fonts-dejavu-core"_L1));
}

void tst_NoFont::theWindowWorksAllTheSame()
{
    MainWindow window;
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QSignalSpy finished(window.runner(), &Runner::finished);
    window.send();
    QVERIFY(finished.wait(30'000));
    QVERIFY(!window.grab().isNull());
}

int main(int argc, char *argv[])
{
    // Fontconfig reads this when the first font is asked for.
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"fonts.conf"_s));
    if (!file.open(QIODevice::WriteOnly))
        return 1;
    file.write("<?xml version=\"1.0\"?><fontconfig></fontconfig>");
    file.close();
    qputenv("FONTCONFIG_FILE", file.fileName().toLocal8Bit());
    const QApplication app(argc, argv);
    tst_NoFont test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_nofont.moc"
