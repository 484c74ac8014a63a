// SPDX-License-Identifier: MIT
#include "tests/ui/named.h"
#include "ui/actions.h"
#include "ui/composer/composer.h"
#include "ui/mainwindow.h"
#include "ui/settings.h"
#include "ui/settingswindow.h"

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtCore/QScopeGuard>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtGui/QFontDatabase>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTableView>

using namespace Retryscope;
using namespace Qt::StringLiterals;

class tst_Settings : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support (propagateSizeHints|raise))")));
    }

    void cleanup() { Settings().apply(); }

    void thereIsAFont();
    void fromAndToJson_data();
    void fromAndToJson();
    void theWindowTellsWhatWasSet();
    void everyFieldHasAName();
    void aRestartKeepsThem();
    void keysChangeTheFontSize();
    void everythingFollowsTheFont();
    void theLanguageIsReadBeforeTheWindow();
};

void tst_Settings::thereIsAFont()
{
    QCOMPARE(Settings::fontProblem(), QString());
}

void tst_Settings::fromAndToJson_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<Settings>("settings");
    QTest::newRow("nothing") << QByteArray("{}") << Settings();
    QTest::newRow("all") << QByteArray(R"({"theme":2,"font_size":14,"language":"de",)"
                                       R"("memory_mib":64,"body_mb":500})")
                         << Settings{Theme::Mode::Dark, 14, u"de"_s, 64, 500};
    QTest::newRow("out of range") << QByteArray(R"({"theme":3,"font_size":5,"memory_mib":0,)"
                                                R"("body_mb":-1})")
                                  << Settings();
    QTest::newRow("of another kind")
        << QByteArray(R"({"theme":"dark","font_size":null,)"
                      R"("language":5,"memory_mib":[],"body_mb":1e99})")
        << Settings();
}

void tst_Settings::fromAndToJson()
{
    QFETCH(QByteArray, json);
    QFETCH(Settings, settings);
    const Settings read = Settings::fromJson(QJsonDocument::fromJson(json).object());
    QVERIFY(read == settings);
    QVERIFY(Settings::fromJson(read.toJson()) == read);
}

void tst_Settings::theWindowTellsWhatWasSet()
{
    SettingsWindow window;
    QVERIFY(window.settings() == Settings());
    QSignalSpy changed(&window, &SettingsWindow::changed);
    const Settings wanted{Theme::Mode::Light, 20, u"de"_s, 100, 7};
    window.setSettings(wanted);
    QVERIFY(window.settings() == wanted);
    QVERIFY(changed.isEmpty());
    named<QSpinBox>(window, u"Font size"_s)->setValue(Settings::SmallestFont - 1);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(window.settings().fontSize, 0);
    named<QComboBox>(window, u"Theme"_s)->setCurrentIndex(2);
    QCOMPARE(changed.size(), 2);
    QVERIFY(window.settings().theme == Theme::Mode::Dark);
    // A language that this program has no words in.
    Settings other = wanted;
    other.language = u"xx"_s;
    window.setSettings(other);
    QCOMPARE(window.settings().language, QString());
}

void tst_Settings::everyFieldHasAName()
{
    const SettingsWindow window;
    for (const QString &name :
         {u"Theme"_s, u"Font size"_s, u"Language"_s, u"Memory for a run"_s, u"Body kept"_s})
        QVERIFY2(named<QWidget>(window, name), qPrintable(name));
}

void tst_Settings::aRestartKeepsThem()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"session.json"_s);
    {
        MainWindow window(path);
        window.actions()->themes->actions().at(2)->trigger();
        window.actions()->settings->trigger();
        auto *settings = window.findChild<SettingsWindow *>();
        QVERIFY(settings && settings->isVisible());
        QVERIFY(settings->settings().theme == Theme::Mode::Dark);
        named<QSpinBox>(*settings, u"Body kept"_s)->setValue(3);
        window.close();
    }
    Settings().apply();
    MainWindow window(path);
    QVERIFY(window.actions()->themes->actions().at(2)->isChecked());
    QVERIFY(Theme::current().isDark());
    window.actions()->settings->trigger();
    const auto *settings = window.findChild<SettingsWindow *>();
    QCOMPARE(settings->settings().body, 3);
    QCOMPARE(settings->settings().traceLimits().body, qint64(3'000'000));
}

void tst_Settings::keysChangeTheFontSize()
{
    MainWindow window;
    window.show();
    const QFont before = QApplication::font();
    const int size = QFontInfo(before).pointSize();
    window.actions()->largerText->trigger();
    QCOMPARE(QFontInfo(QApplication::font()).pointSize(), size + 1);
    window.actions()->smallerText->trigger();
    window.actions()->smallerText->trigger();
    QCOMPARE(QFontInfo(QApplication::font()).pointSize(), size - 1);
    for (int i = 0; i < 100; ++i)
        window.actions()->largerText->trigger();
    QCOMPARE(QFontInfo(QApplication::font()).pointSize(), Settings::LargestFont);
    window.actions()->normalText->trigger();
    QCOMPARE(QApplication::font(), before);
}

void tst_Settings::everythingFollowsTheFont()
{
    MainWindow window;
    window.show();
    auto *table = named<QTableView>(window, u"Events"_s);
    auto *json = named<QPlainTextEdit>(window, u"Request JSON"_s);
    auto *verdict = named<QLabel>(window, u"Verdict"_s);
    auto *raw = named<QWidget>(window, u"Raw body"_s);
    const auto measure = [&] {
        return QList<int>{table->verticalHeader()->defaultSectionSize(),
                          table->columnWidth(1),
                          json->fontMetrics().height(),
                          verdict->minimumHeight(),
                          raw->fontMetrics().height(),
                          named<QWidget>(window, u"Seed"_s)->maximumWidth(),
                          named<QWidget>(window, u"Message"_s)->minimumHeight()};
    };
    const QList<int> before = measure();
    Settings settings;
    settings.fontSize = 24;
    settings.apply();
    QCoreApplication::processEvents();
    const QList<int> after = measure();
    for (qsizetype i = 0; i < before.size(); ++i)
        QVERIFY2(after.at(i) * 10 > before.at(i) * 13, qPrintable(QString::number(i)));
    QCOMPARE(QFontInfo(json->font()).family(),
             QFontInfo(QFontDatabase::systemFont(QFontDatabase::FixedFont)).family());
    Settings().apply();
    QCoreApplication::processEvents();
    QCOMPARE(measure(), before);
}

void tst_Settings::theLanguageIsReadBeforeTheWindow()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"session.json"_s);
    QCOMPARE(Settings::languageIn(path), QString());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"settings":{"language":"de"}})");
    file.close();
    QCOMPARE(Settings::languageIn(path), u"de"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{ not JSON");
    file.close();
    QCOMPARE(Settings::languageIn(path), QString());
    QVERIFY(file.exists());
}

QTEST_MAIN(tst_Settings)
#include "tst_settings.moc"
