// SPDX-License-Identifier: MIT
#include "core/trace/bodystore.h"
#include "core/trace/redactor.h"
#include "tests/support/pattern.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QScopeGuard>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <csignal>
#include <sys/resource.h>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MiB = 1024 * 1024;

void appendInPieces(BodyStore &store, const QByteArray &bytes, qsizetype piece,
                    const Redactor &redactor = {})
{
    for (qsizetype at = 0; at < bytes.size(); at += piece)
        store.append(QByteArrayView(bytes).sliced(at, std::min(piece, bytes.size() - at)),
                     redactor);
}

} // namespace

class tst_BodyStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void whatCameInComesOut_data();
    void whatCameInComesOut();
    void outOfRange();
    void secretsAreStars_data();
    void secretsAreStars();
    void aLongSecretInManyPieces();
    void everyPlaceIsFound_data();
    void everyPlaceIsFound();
    void noFolderForTheFile();
    void aFullDisk();
    void noMoreThanItMay_data();
    void noMoreThanItMay();
};

void tst_BodyStore::whatCameInComesOut_data()
{
    QTest::addColumn<qint64>("size");
    QTest::addColumn<qsizetype>("piece");
    QTest::addColumn<qint64>("memoryLimit");
    QTest::newRow("nothing") << qint64(0) << qsizetype(1) << MiB;
    QTest::newRow("byte by byte") << qint64(5'000) << qsizetype(1) << MiB;
    QTest::newRow("memory alone") << 3 * MiB + 17 << qsizetype(65'536) << 8 * MiB;
    QTest::newRow("memory, then the file") << 5 * MiB + 17 << qsizetype(65'536) << 2 * MiB;
    QTest::newRow("the file alone") << 3 * MiB + 1 << qsizetype(100'003) << qint64(0);
    QTest::newRow("one huge piece") << 6 * MiB << qsizetype(6 * MiB) << MiB;
}

void tst_BodyStore::whatCameInComesOut()
{
    QFETCH(qint64, size);
    QFETCH(qsizetype, piece);
    QFETCH(qint64, memoryLimit);
    const QByteArray bytes = pattern(size);
    BodyStore store(memoryLimit);
    appendInPieces(store, bytes, piece);
    QCOMPARE(store.size(), size);
    QCOMPARE(store.kept(), size);
    QVERIFY(store.problem().isEmpty());
    QVERIFY(store.read(0, size) == bytes);
    for (const qint64 at : {qint64(0), MiB - 8, 2 * MiB - 8, 3 * MiB - 8, size - 8}) {
        if (at >= 0 && at < size)
            QCOMPARE(store.read(at, 16), bytes.mid(at, 16));
    }
    // Reading in between disturbs nothing.
    store.append("end", {});
    QCOMPARE(store.read(size, 10), QByteArray("end"));
}

void tst_BodyStore::outOfRange()
{
    BodyStore store;
    store.append("abc", {});
    QCOMPARE(store.read(1, 100), QByteArray("bc"));
    QVERIFY(store.read(3, 1).isEmpty());
    QVERIFY(store.read(-1, 2).isEmpty());
    QVERIFY(store.read(0, -1).isEmpty());
    QCOMPARE(store.indexOf("", 0, 3), qint64(-1));
    QCOMPARE(store.indexOf("a", -1, 3), qint64(-1));
    QCOMPARE(store.indexOf("abcd", 0, 3), qint64(-1));
}

void tst_BodyStore::secretsAreStars_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("kept");
    QTest::newRow("plain") << QByteArray("x sk-canary-1234 y") << QByteArray("x ************** y");
    QTest::newRow("percent-encoded")
        << QByteArray("x sk%2Dcanary-1234 y") << QByteArray("x **************** y");
    QTest::newRow("beside bytes that are no UTF-8")
        << QByteArray("\xff\xfe\0sk-canary-1234\x80", 18)
        << QByteArray("\xff\xfe\0**************\x80", 18);
    QTest::newRow("none") << QByteArray("x sk-canary-123 y") << QByteArray("x sk-canary-123 y");
}

void tst_BodyStore::secretsAreStars()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, kept);
    Redactor redactor;
    redactor.addSecret("sk-canary-1234");
    QVERIFY(redactor.longestSecret() > 0);
    for (qsizetype piece = 1; piece <= body.size(); ++piece) {
        BodyStore store;
        appendInPieces(store, body, piece, redactor);
        QCOMPARE(store.read(0, body.size()), kept);
    }
    // Over the border of two chunks, one of which is written by then.
    BodyStore store(0);
    const QByteArray before(MiB - body.size() / 2, 'b');
    appendInPieces(store, before + body + QByteArray(2 * MiB, 'a'), 4'096, redactor);
    QCOMPARE(store.read(before.size(), body.size()), kept);
}

// A token of a cloud is thousands of bytes long.
void tst_BodyStore::aLongSecretInManyPieces()
{
    QByteArray secret(3'000, Qt::Uninitialized);
    for (qsizetype i = 0; i < secret.size(); ++i)
        secret[i] = char('a' + i % 23);
    Redactor redactor;
    redactor.addSecret(secret);
    BodyStore store(0);
    const QByteArray before(MiB - 1'500, '.');
    appendInPieces(store, before + secret + QByteArray(MiB, '.'), 100, redactor);
    QCOMPARE(store.read(before.size() - 1, secret.size() + 2),
             QByteArray('.' + QByteArray(secret.size(), '*') + '.'));
}

void tst_BodyStore::everyPlaceIsFound_data()
{
    QTest::addColumn<qint64>("place");
    for (const qint64 place : {qint64(0), MiB - 3, MiB, 2 * MiB - 1, 3 * MiB + 100, 4 * MiB - 6})
        QTest::addRow("at %lld", place) << place;
}

void tst_BodyStore::everyPlaceIsFound()
{
    QFETCH(qint64, place);
    QByteArray bytes(4 * MiB, '.');
    bytes.replace(place, 6, "needle");
    BodyStore store(2 * MiB);
    appendInPieces(store, bytes, 65'536);
    const qint64 size = bytes.size();
    QCOMPARE(store.indexOf("needle", 0, size), place);
    QCOMPARE(store.indexOf("needle", place, size), place);
    QCOMPARE(store.indexOf("needle", place + 1, size), qint64(-1));
    QCOMPARE(store.indexOf("needle", 0, place), qint64(-1));
    QCOMPARE(store.indexOf("needle", 0, place + 1), place);
}

void tst_BodyStore::noFolderForTheFile()
{
    const QByteArray before = qgetenv("TMPDIR");
    const auto restore = qScopeGuard([&] { qputenv("TMPDIR", before); });
    qputenv("TMPDIR", "/proc"); // exists, and takes no files, not even from root
    BodyStore store(MiB);
    const QByteArray bytes = pattern(4 * MiB);
    appendInPieces(store, bytes, 65'536);
    QCOMPARE(store.size(), bytes.size());
    QVERIFY2(store.problem().contains(u"in /proc: "_s), qPrintable(store.problem()));
    QVERIFY2(store.problem().contains(QString::number(store.kept())), qPrintable(store.problem()));
    QVERIFY(store.kept() >= MiB);
    QVERIFY(store.read(0, bytes.size()) == bytes.first(store.kept()));
}

void tst_BodyStore::aFullDisk()
{
    // What the system refuses to write; the limit is this process's own.
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit tight = before;
    tight.rlim_cur = rlim_t(2 * MiB + 5);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
    const auto restore = qScopeGuard([&] {
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
    });
    BodyStore store(MiB);
    const QByteArray bytes = pattern(8 * MiB);
    appendInPieces(store, bytes, 65'536);
    QCOMPARE(store.size(), bytes.size());
    QVERIFY(!store.problem().isEmpty());
    QVERIFY(store.kept() >= 3 * MiB);
    QVERIFY(store.kept() < bytes.size());
    QVERIFY(store.read(0, bytes.size()) == bytes.first(store.kept()));
    QCOMPARE(store.indexOf(bytes.mid(2 * MiB + 77, 30), 0, bytes.size()), 2 * MiB + 77);
}

void tst_BodyStore::noMoreThanItMay_data()
{
    QTest::addColumn<qint64>("limit");
    QTest::newRow("nothing") << qint64(0);
    QTest::newRow("a little") << qint64(1'000);
    QTest::newRow("as much as there is") << 3 * MiB;
    QTest::newRow("over the memory") << 2 * MiB + 5;
}

void tst_BodyStore::noMoreThanItMay()
{
    QFETCH(qint64, limit);
    Redactor redactor;
    redactor.addSecret("sk-canary-1234");
    const QByteArray bytes = pattern(3 * MiB);
    BodyStore store(MiB, limit);
    appendInPieces(store, bytes, 65'536, redactor);
    QCOMPARE(store.size(), bytes.size());
    QCOMPARE(store.kept(), limit);
    QCOMPARE(store.problem().isEmpty(), limit == bytes.size());
    QVERIFY(store.read(0, bytes.size()) == bytes.first(limit));
    store.append("more", redactor);
    QCOMPARE(store.kept(), limit);
    QVERIFY(store.problem().contains(QString::number(limit)));
}

QTEST_GUILESS_MAIN(tst_BodyStore)
#include "tst_bodystore.moc"
