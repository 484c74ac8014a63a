// SPDX-License-Identifier: MIT
#include "ui/session.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

class tst_Session : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void whatIsTouchedIsWritten();
    void onlyTheOwnerCanReadIt();
    void withoutAFileThereIsNothing();
    void aDamagedFileIsKeptAside();
    void afailureIsToldOnce();
};

void tst_Session::whatIsTouchedIsWritten()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"deep/session.json"_s);
    Session session(path);
    int value = 1;
    session.setSnapshot([&value] { return QJsonObject{{u"value"_s, value}}; });
    session.flush();
    QVERIFY(!QFile::exists(path));
    session.touch();
    value = 2;
    session.touch();
    QTRY_VERIFY(QFile::exists(path));
    QCOMPARE(Session(path).load().value("value"_L1).toInt(), 2);
    value = 3;
    session.touch();
    session.flush();
    QCOMPARE(Session(path).load().value("value"_L1).toInt(), 3);
}

void tst_Session::onlyTheOwnerCanReadIt()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"session.json"_s);
    Session session(path);
    session.setSnapshot([] { return QJsonObject(); });
    session.touch();
    session.flush();
    const auto others = QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteGroup
                        | QFileDevice::WriteOther;
    QVERIFY(!(QFileInfo(path).permissions() & others));
}

void tst_Session::withoutAFileThereIsNothing()
{
    const QTemporaryDir dir;
    Session session(dir.filePath(u"none.json"_s));
    QVERIFY(session.load().isEmpty());
    QVERIFY(session.remark().isEmpty());
    Session nowhere{QString()};
    nowhere.setSnapshot([] { return QJsonObject(); });
    nowhere.touch();
    nowhere.flush();
    QVERIFY(QDir(dir.path()).isEmpty());
}

void tst_Session::aDamagedFileIsKeptAside()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(u"session.json"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{ half");
    file.close();
    Session session(path);
    QVERIFY(session.load().isEmpty());
    QVERIFY(session.remark().contains(u"session.json.damaged"_s));
    QVERIFY(!QFile::exists(path));
    QFile aside(path + u".damaged"_s);
    QVERIFY(aside.open(QIODevice::ReadOnly));
    QCOMPARE(aside.readAll(), QByteArray("{ half"));
}

void tst_Session::afailureIsToldOnce()
{
    const QTemporaryDir dir;
    // A file where a folder is needed: no one can write below it, not even root.
    QFile file(dir.filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    Session session(dir.filePath(u"file/session.json"_s));
    session.setSnapshot([] { return QJsonObject(); });
    QSignalSpy spy(&session, &Session::failed);
    for (int i = 0; i < 3; ++i) {
        session.touch();
        session.flush();
    }
    QCOMPARE(spy.size(), 1);
    QVERIFY(spy.first().first().toString().contains(u"session.json"_s));
}

QTEST_GUILESS_MAIN(tst_Session)
#include "tst_session.moc"
