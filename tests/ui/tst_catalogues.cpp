// SPDX-License-Identifier: MIT
#include "tests/ui/named.h"
#include "ui/actions.h"
#include "ui/composer/composer.h"
#include "ui/composer/endpointbar.h"
#include "ui/mainwindow.h"
#include "ui/timeline/timelinewords.h"
#include "ui/translation.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QScopeGuard>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTranslator>
#include <QtCore/QXmlStreamReader>
#include <QtTest/QTest>
#include <QtWidgets/QPushButton>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

//! A message of a catalogue.
struct Message
{
    QString context;
    QString source;
    QStringList translations;
    bool isPlural = false;
    bool isFinished = true;

    QString key() const { return context + u'|' + source; }
};

QList<Message> messagesOf(const QString &path)
{
    QFile file(path);
    QList<Message> messages;
    if (!file.open(QIODevice::ReadOnly))
        return messages;
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == "name"_L1) {
            context = xml.readElementText();
        } else if (xml.name() == "message"_L1) {
            messages.append({context, {}, {}, xml.attributes().value("numerus"_L1) == "yes"_L1});
        } else if (xml.name() == "source"_L1) {
            messages.last().source = xml.readElementText();
        } else if (xml.name() == "numerusform"_L1) {
            messages.last().translations.append(xml.readElementText());
        } else if (xml.name() == "translation"_L1) {
            messages.last().isFinished = xml.attributes().value("type"_L1).isEmpty();
            if (!messages.last().isPlural)
                messages.last().translations.append(xml.readElementText());
        }
    }
    return messages;
}

QString catalogue(const QString &language)
{
    return QStringLiteral(RETRYSCOPE_SOURCE_DIR "/resources/translations/retryscope_%1.ts")
        .arg(language);
}

//! What is filled in later: %1, %n, %v, %m.
QStringList placeholders(const QString &text)
{
    static const QRegularExpression place(u"%L?[0-9nvm]"_s);
    QStringList all;
    for (auto match = place.globalMatch(text); match.hasNext();)
        all.append(match.next().captured());
    all.sort();
    return all;
}

bool hasMnemonic(const QString &text)
{
    return !QKeySequence::mnemonic(text).isEmpty();
}

} // namespace

class tst_Catalogues : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
    }

    void cleanup();

    void cataloguesAreFinished_data();
    void cataloguesAreFinished();
    void cataloguesHaveEveryWord_data();
    void cataloguesHaveEveryWord();
    void pluralsAreRight_data();
    void pluralsAreRight();
    void theWindowSpeaksGerman();
    void noMnemonicTwiceInGerman();
};

void tst_Catalogues::cleanup()
{
    const auto translators = qApp->findChildren<QTranslator *>();
    qDeleteAll(translators);
}

void tst_Catalogues::cataloguesAreFinished_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<qsizetype>("least");
    QTest::newRow("German") << u"de"_s << qsizetype(550);
    QTest::newRow("English, which has its plurals only") << u"en"_s << qsizetype(7);
}

void tst_Catalogues::cataloguesAreFinished()
{
    QFETCH(QString, language);
    QFETCH(qsizetype, least);
    const QList<Message> messages = messagesOf(catalogue(language));
    QVERIFY(messages.size() >= least);
    for (const Message &message : messages) {
        QVERIFY2(message.isFinished, qPrintable(message.key()));
        QCOMPARE(message.translations.size(), message.isPlural ? 2 : 1);
        for (const QString &translation : message.translations) {
            QVERIFY2(!translation.isEmpty(), qPrintable(message.key()));
            QVERIFY2(placeholders(translation) == placeholders(message.source),
                     qPrintable(message.key()));
            QVERIFY2(!hasMnemonic(message.source) || hasMnemonic(translation),
                     qPrintable(message.key()));
            QVERIFY2(translation.front().isSpace() == message.source.front().isSpace()
                         && translation.back().isSpace() == message.source.back().isSpace(),
                     qPrintable(message.key()));
        }
    }
}

void tst_Catalogues::cataloguesHaveEveryWord_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QStringList>("options");
    QTest::newRow("German") << u"de"_s << QStringList();
    QTest::newRow("English") << u"en"_s << QStringList(u"-pluralonly"_s);
}

void tst_Catalogues::cataloguesHaveEveryWord()
{
    QFETCH(QString, language);
    QFETCH(QStringList, options);
    const QTemporaryDir folder;
    const QString copy = folder.filePath(u"words_"_s + language + u".ts"_s);
    QProcess lupdate;
    lupdate.setWorkingDirectory(QStringLiteral(RETRYSCOPE_SOURCE_DIR));
    lupdate.start(QStringLiteral(RETRYSCOPE_LUPDATE),
                  QStringList{u"-silent"_s, u"-I"_s, u"."_s, u"ui"_s, u"app/gui"_s} + options
                      + QStringList{u"-ts"_s, copy});
    QVERIFY(lupdate.waitForFinished(60'000));
    QCOMPARE(lupdate.exitCode(), 0);
    const auto keys = [](const QString &path) {
        QStringList all;
        const auto messages = messagesOf(path);
        for (const Message &message : messages)
            all.append(message.key());
        all.sort();
        return all;
    };
    const QStringList inSources = keys(copy);
    QVERIFY(!inSources.isEmpty());
    QCOMPARE(keys(catalogue(language)).join(u'\n'), inSources.join(u'\n'));
}

void tst_Catalogues::pluralsAreRight_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("English") << u"en"_s
                             << QStringList{u"0 stream events"_s, u"1 stream event"_s,
                                            u"2 stream events"_s};
    QTest::newRow("German") << u"de"_s
                            << QStringList{u"0 Stream-Ereignisse"_s, u"1 Stream-Ereignis"_s,
                                           u"2 Stream-Ereignisse"_s};
    QTest::newRow("one without a catalogue")
        << u"is"_s << QStringList{u"0 stream events"_s, u"1 stream event"_s, u"2 stream events"_s};
}

void tst_Catalogues::pluralsAreRight()
{
    QFETCH(QString, language);
    QFETCH(QStringList, expected);
    installTranslation(language);
    for (int i = 0; i < expected.size(); ++i) {
        QCOMPARE(QCoreApplication::translate("Retryscope::TimelineWords", "%n stream events",
                                             nullptr, i),
                 expected.at(i));
    }
}

void tst_Catalogues::theWindowSpeaksGerman()
{
    installTranslation(u"de"_s);
    MainWindow window;
    window.show();
    QCOMPARE(window.composer()->bar()->sendButton()->accessibleName(), u"Senden"_s);
    QCOMPARE(window.actions()->quit->text(), u"&Beenden"_s);
    QCOMPARE(spokenDuration(std::chrono::milliseconds(1)), u"1 Millisekunde"_s);
}

void tst_Catalogues::noMnemonicTwiceInGerman()
{
    installTranslation(u"de"_s);
    MainWindow window;
    MnemonicOwners owners;
    owners.addWindow(window);
    owners.addMenus(window);
    QVERIFY(owners.size() > 40);
    QCOMPARE(owners.ownedTwice(), QString());
}

QTEST_MAIN(tst_Catalogues)
#include "tst_catalogues.moc"
