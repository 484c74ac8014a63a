// SPDX-License-Identifier: MIT
#include "ui/filewriter.h"

#include "tests/support/files.h"
#include "tests/support/pattern.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype pieceSize = 100'000;

FileWriter::Source piecesOf(const QByteArray &bytes)
{
    return [bytes, at = qsizetype(0)]() mutable {
        FileWriter::Piece piece;
        piece.bytes = bytes.sliced(at, std::min(pieceSize, bytes.size() - at));
        at += piece.bytes.size();
        piece.percent = bytes.isEmpty() ? 100 : static_cast<int>(at * 100 / bytes.size());
        return piece;
    };
}

FileWriter::Source withoutEnd()
{
    return [] {
        return FileWriter::Piece{QByteArray(1'000, 'x'), 50, {}};
    };
}

} // namespace

class tst_FileWriter : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        QCOMPARE(file.write("before"), 6);
    }

    void writes_data();
    void writes();
    void stopped();
    void destroyed();
    void afterAStopTheNext();
    void aSourceThatFails();
    void aFullDisk();
    void noFolder();

private:
    QString path() const { return m_dir.filePath(u"file"_s); }

    QStringList leftovers() const { return QDir(m_dir.path()).entryList(QDir::Files); }

    QTemporaryDir m_dir;
};

void tst_FileWriter::writes_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::newRow("nothing") << qsizetype(0);
    QTest::newRow("one piece") << pieceSize;
    QTest::newRow("many pieces") << 77 * pieceSize + 1;
}

void tst_FileWriter::writes()
{
    QFETCH(qsizetype, size);
    const QByteArray bytes = pattern(size);
    FileWriter writer;
    QSignalSpy finished(&writer, &FileWriter::finished);
    // Twice with one writer.
    for (int round = 1; round <= 2; ++round) {
        writer.start(path(), piecesOf(bytes));
        QVERIFY(writer.isWriting());
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), round, 30'000);
        QCOMPARE(finished.last().first().toString(), QString());
        QVERIFY(!writer.isWriting());
        QVERIFY(!writer.stop());
        QVERIFY(readFile(path()) == bytes);
        QCOMPARE(leftovers(), QStringList(u"file"_s));
    }
}

void tst_FileWriter::stopped()
{
    FileWriter writer;
    QSignalSpy finished(&writer, &FileWriter::finished);
    QSignalSpy advanced(&writer, &FileWriter::advanced);
    writer.start(path(), withoutEnd());
    QTRY_VERIFY_WITH_TIMEOUT(advanced.count() > 10, 30'000);
    QCOMPARE(writer.percent(), 50);
    QVERIFY(writer.stop());
    QVERIFY(!writer.isWriting());
    QCOMPARE(readFile(path()), QByteArray("before"));
    QCOMPARE(leftovers(), QStringList(u"file"_s));
    QCoreApplication::processEvents();
    QCOMPARE(finished.count(), 0);
}

void tst_FileWriter::destroyed()
{
    {
        FileWriter writer;
        QSignalSpy advanced(&writer, &FileWriter::advanced);
        writer.start(path(), withoutEnd());
        QTRY_VERIFY_WITH_TIMEOUT(advanced.count() > 10, 30'000);
    }
    QCOMPARE(readFile(path()), QByteArray("before"));
    QCOMPARE(leftovers(), QStringList(u"file"_s));
}

// What the thread still had to say of the one must not be heard for the other.
void tst_FileWriter::afterAStopTheNext()
{
    const QByteArray bytes = pattern(7 * pieceSize);
    FileWriter writer;
    QSignalSpy finished(&writer, &FileWriter::finished);
    for (int round = 0; round < 20; ++round) {
        writer.start(m_dir.filePath(u"no folder/file"_s), withoutEnd());
        // Long enough for the thread to have found that out, most times; nothing depends on it.
        QThread::msleep(2);
        QVERIFY(writer.stop());
    }
    writer.start(path(), piecesOf(bytes));
    QVERIFY(finished.wait(30'000));
    QCOMPARE(finished.first().first().toString(), QString());
    QVERIFY(readFile(path()) == bytes);
}

void tst_FileWriter::aSourceThatFails()
{
    FileWriter writer;
    QSignalSpy finished(&writer, &FileWriter::finished);
    writer.start(path(), [left = 10]() mutable {
        return --left > 0 ? FileWriter::Piece{"bytes", 1, {}}
                          : FileWriter::Piece{{}, 1, u"it is gone"_s};
    });
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
    QCOMPARE(finished.first().first().toString(), u"it is gone"_s);
    QCOMPARE(readFile(path()), QByteArray("before"));
    QCOMPARE(leftovers(), QStringList(u"file"_s));
}

void tst_FileWriter::aFullDisk()
{
    const FullDisk disk(1'000'005);
    FileWriter writer;
    QSignalSpy finished(&writer, &FileWriter::finished);
    writer.start(path(), piecesOf(pattern(5'000'000)));
    QVERIFY(finished.wait(30'000));
    QCOMPARE(finished.count(), 1);
    QVERIFY(!finished.first().first().toString().isEmpty());
    QCOMPARE(readFile(path()), QByteArray("before"));
    QCOMPARE(leftovers(), QStringList(u"file"_s));
}

void tst_FileWriter::noFolder()
{
    FileWriter writer;
    QSignalSpy finished(&writer, &FileWriter::finished);
    writer.start(m_dir.filePath(u"no folder/file"_s), piecesOf("bytes"));
    QVERIFY(finished.wait(30'000));
    QVERIFY(!finished.first().first().toString().isEmpty());
    QVERIFY(!writer.isWriting());
}

QTEST_GUILESS_MAIN(tst_FileWriter)
#include "tst_filewriter.moc"
