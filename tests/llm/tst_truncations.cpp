// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"
#include "core/llm/streamreader.h"

#include "tests/llm/streamchecks.h"
#include "tests/support/corpus.h"

#include <QtCore/QDir>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;
using namespace Retryscope::TestSupport;

//! \brief Every file of every dialect, ended at every offset. (openai-chat has stricter checks of
//! its own, in tst_StreamReader.)
class tst_Truncations : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void nothingIsCompleteBeforeItsTerminalEvent_data();
    void nothingIsCompleteBeforeItsTerminalEvent();
};

void tst_Truncations::nothingIsCompleteBeforeItsTerminalEvent_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("body");
    for (const QString &id : Dialect::ids()) {
        const QDir folder(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/data/") + id);
        const QStringList names =
            id == "openai-chat"_L1 ? QStringList() : folder.entryList(QDir::Files, QDir::Name);
        QVERIFY(id == "openai-chat"_L1 || names.size() >= 5);
        for (const QString &name : names)
            QTest::newRow(qPrintable(QString(id + u'/' + name)))
                << id << readFile(folder.filePath(name));
    }
}

void tst_Truncations::nothingIsCompleteBeforeItsTerminalEvent()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, body);
    const auto whole = readerOf(dialect);
    whole->feed(body);
    const bool completes = whole->finish(true).verdict == StreamVerdict::Complete;
    const qsizetype terminal = terminalSize(dialect, body);
    QVERIFY(!completes || terminal <= body.size());

    for (qsizetype size = 0; size <= body.size(); ++size) {
        for (const bool clean : {true, false}) {
            // Where it does not matter much, one of them a size is enough.
            const bool near = size + 40 > terminal;
            if (!near && clean == (size % 2 == 0))
                continue;
            const auto stream = readerOf(dialect);
            stream->feed(body.first(size));
            const StreamJudgement judgement = stream->finish(clean);
            const bool complete = judgement.verdict == StreamVerdict::Complete;
            if (complete && size < terminal) // a sentence for each cut would take most of the time
                QFAIL(qPrintable(verdictText(judgement)));
            if (completes && clean)
                QCOMPARE(complete, size >= terminal);
            QVERIFY(judgement.offset <= size);
            QVERIFY(judgement.verdict == StreamVerdict::Failed || judgement.reason.endsWith(u'.'));
            // Half a character that waited for its other half is a U+FFFD now.
            QString known = stream->answer().text;
            while (known.endsWith(QChar::ReplacementCharacter))
                known.chop(1);
            QVERIFY(whole->answer().text.startsWith(known));
        }
    }
}

QTEST_GUILESS_MAIN(tst_Truncations)
#include "tst_truncations.moc"
