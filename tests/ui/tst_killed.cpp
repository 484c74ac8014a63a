// SPDX-License-Identifier: MIT
// What a window that is killed leaves behind. The window is a process of its own: this program
// again, with the session's file as its argument.
#include "tests/ui/named.h"
#include "ui/mainwindow.h"
#include "ui/plaintext.h"

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QPlainTextEdit>

#include <cstdio>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

//! Types a number, and another and another, and says each.
int typeOn(const QString &session)
{
    MainWindow window(session);
    window.show();
    QPlainTextEdit *field = named<QPlainTextEdit>(window, u"Message"_s);
    QTimer timer;
    int number = 0;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        setPlainText(field, QString::number(++number));
        std::printf("%d\n", number);
        std::fflush(stdout);
    });
    timer.start(5);
    return QApplication::exec();
}

} // namespace

class tst_Killed : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
    }

    void nothingOlderThanASecondIsLost();
};

void tst_Killed::nothingOlderThanASecondIsLost()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"session.json"_s);
    const auto messageInFile = [&path] {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return -1;
        const QJsonDocument session = QJsonDocument::fromJson(file.readAll());
        if (!session.isObject())
            return -2; // half of it was written
        const QByteArray text = QJsonDocument(session.object()).toJson();
        static const QRegularExpression content(u"\\\\\"content\\\\\": \\\\\"(\\d+)\\\\\""_s);
        return content.match(QString::fromUtf8(text)).captured(1).toInt();
    };
    for (int round = 0; round < 3; ++round) {
        QProcess window;
        window.start(QCoreApplication::applicationFilePath(), {u"--type"_s, path});
        int typed = 0;
        const auto read = [&] {
            while (window.canReadLine())
                typed = window.readLine().trimmed().toInt();
            return typed;
        };
        // Once something of this round is on the disk, so is everything a second later.
        const int before = messageInFile();
        QTRY_VERIFY_WITH_TIMEOUT(window.waitForReadyRead(10) || read() > 0, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(
            (window.waitForReadyRead(10), read(), messageInFile() > 0 && messageInFile() != before),
            30'000);
        const int seen = read();
        QTRY_VERIFY_WITH_TIMEOUT((window.waitForReadyRead(10), read(), messageInFile() >= seen),
                                 30'000);
        window.kill();
        QVERIFY(window.waitForFinished(30'000));
        QCOMPARE(window.exitStatus(), QProcess::CrashExit);
        const int kept = messageInFile();
        QVERIFY2(kept >= seen, qPrintable(QString::number(kept)));
        const MainWindow next(path);
        QCOMPARE(plainText(named<QPlainTextEdit>(next, u"Message"_s)).toInt(), kept);
    }
}

int main(int argc, char *argv[])
{
    const QApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments.at(1) == "--type"_L1)
        return typeOn(arguments.at(2));
    tst_Killed test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_killed.moc"
