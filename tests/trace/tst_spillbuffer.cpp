// SPDX-License-Identifier: MIT
#include "core/trace/spillbuffer.h"
#include "tests/support/files.h"
#include "tests/support/pattern.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QScopeGuard>
#include <QtTest/QTest>

#include <optional>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MiB = SpillBuffer::ChunkSize;

} // namespace

class tst_SpillBuffer : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void readsWhileItGrows_data();
    void readsWhileItGrows();
    void outOfRange();
    void nothingIsLostWithoutAFile_data();
    void nothingIsLostWithoutAFile();
};

void tst_SpillBuffer::readsWhileItGrows_data()
{
    QTest::addColumn<qint64>("memoryLimit");
    QTest::addColumn<qint64>("piece");
    QTest::newRow("memory") << 8 * MiB << qint64(77'777);
    QTest::newRow("memory and file") << 2 * MiB << qint64(77'777);
    QTest::newRow("file") << qint64(0) << qint64(500'001);
    QTest::newRow("more than a chunk at a time") << MiB << 2 * MiB + 3;
}

void tst_SpillBuffer::readsWhileItGrows()
{
    QFETCH(qint64, memoryLimit);
    QFETCH(qint64, piece);
    const QByteArray bytes = pattern(5 * MiB + 13);
    SpillBuffer buffer(memoryLimit);
    while (buffer.size() < bytes.size()) {
        const qint64 at = buffer.size();
        buffer.append(QByteArrayView(bytes).sliced(at, std::min(piece, bytes.size() - at)));
        // The last, the first, and over the border of two chunks.
        QVERIFY(buffer.read(at, piece) == bytes.mid(at, piece));
        QVERIFY(buffer.read(0, 100) == bytes.first(100));
        const qint64 border = at - at % MiB;
        QVERIFY(buffer.read(border - 5, 10)
                == (border > 0 ? bytes.mid(border - 5, 10) : QByteArray()));
    }
    QCOMPARE(buffer.size(), bytes.size());
    QVERIFY(buffer.read(0, bytes.size()) == bytes);
    QVERIFY(buffer.problem().isEmpty());
    const SpillBuffer moved = std::move(buffer);
    QVERIFY(moved.read(0, bytes.size()) == bytes);
}

void tst_SpillBuffer::outOfRange()
{
    SpillBuffer buffer(MiB);
    QVERIFY(buffer.read(0, 1).isEmpty());
    buffer.append("abc");
    QCOMPARE(buffer.read(1, std::numeric_limits<qint64>::max()), QByteArray("bc"));
    QVERIFY(buffer.read(3, 1).isEmpty());
    QVERIFY(buffer.read(-1, 2).isEmpty());
    QVERIFY(buffer.read(0, -1).isEmpty());
}

void tst_SpillBuffer::nothingIsLostWithoutAFile_data()
{
    QTest::addColumn<bool>("isDiskFull");
    QTest::addColumn<QString>("problem");
    QTest::newRow("no folder") << false << u"No temporary file could be made in /proc: "_s;
    QTest::newRow("full disk") << true << u"The temporary file could not be written: "_s;
}

void tst_SpillBuffer::nothingIsLostWithoutAFile()
{
    QFETCH(bool, isDiskFull);
    QFETCH(QString, problem);
    const QByteArray folder = qgetenv("TMPDIR");
    const auto restore = qScopeGuard([&] { qputenv("TMPDIR", folder); });
    std::optional<FullDisk> disk;
    if (isDiskFull)
        disk.emplace(2 * MiB + 5);
    else
        qputenv("TMPDIR", "/proc"); // exists, and takes no files, not even from root
    const QByteArray bytes = pattern(6 * MiB + 1);
    SpillBuffer buffer(MiB);
    for (qint64 at = 0; at < bytes.size(); at += 65'536)
        buffer.append(
            QByteArrayView(bytes).sliced(at, std::min<qint64>(65'536, bytes.size() - at)));
    QVERIFY2(buffer.problem().startsWith(problem), qPrintable(buffer.problem()));
    QCOMPARE(buffer.size(), bytes.size());
    for (qint64 at = 0; at < bytes.size(); at += MiB - 100)
        QVERIFY(buffer.read(at, 1000) == bytes.mid(at, 1000));
    QVERIFY(buffer.read(0, bytes.size()) == bytes);
}

QTEST_GUILESS_MAIN(tst_SpillBuffer)
#include "tst_spillbuffer.moc"
