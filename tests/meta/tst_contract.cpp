// SPDX-License-Identifier: MIT
#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtCore/QSet>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

//! The retry contract has cases T01 to T81: each is named by a test, a row or the comment above it.
class tst_Contract : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void eachCaseIsNamedByATest_data();
    void eachCaseIsNamedByATest();
};

namespace {

constexpr int Cases = 81;

//! What the names in \a text are: "T07", and all of "T19 to T23".
QSet<QString> namesIn(const QString &text)
{
    QSet<QString> found;
    static const QRegularExpression one(u"\\bT(\\d\\d)\\b"_s);
    for (auto match = one.globalMatch(text); match.hasNext();)
        found.insert(match.next().captured(0));
    return found;
}

const QSet<QString> &namesInTests()
{
    static const QSet<QString> names = [] {
        QSet<QString> all;
        QDirIterator files(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests"), {u"*.cpp"_s, u"*.h"_s},
                           QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            // Not this file, which names them all by counting.
            if (path.contains("/meta/"_L1))
                continue;
            QFile file(path);
            if (file.open(QIODevice::ReadOnly))
                all.unite(namesIn(QString::fromUtf8(file.readAll())));
        }
        return all;
    }();
    return names;
}

} // namespace

void tst_Contract::eachCaseIsNamedByATest_data()
{
    QTest::addColumn<QString>("name");
    for (int number = 1; number <= Cases; ++number) {
        const QString name = u"T%1"_s.arg(number, 2, 10, QLatin1Char('0'));
        QTest::newRow(qPrintable(name)) << name;
    }
}

void tst_Contract::eachCaseIsNamedByATest()
{
    QFETCH(QString, name);
    QVERIFY2(namesInTests().contains(name), qPrintable(QString(name + u" has no test"_s)));
}

QTEST_GUILESS_MAIN(tst_Contract)
#include "tst_contract.moc"
