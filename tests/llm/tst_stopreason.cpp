// SPDX-License-Identifier: MIT
#include "core/llm/stopreason.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;

//! \brief Every provider's word for why it stopped.
class tst_StopReason : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void words_data();
    void words();
};

void tst_StopReason::words_data()
{
    QTest::addColumn<StopKind>("kind");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("nothing was said") << StopKind::None << QStringList{QString()};
    QTest::newRow("the end") << StopKind::End
                             << QStringList{u"stop"_s,     u"end_turn"_s, u"completed"_s,
                                            u"COMPLETE"_s, u"STOP"_s,     u"done"_s};
    QTest::newRow("a limit") << StopKind::Length
                             << QStringList{u"length"_s, u"max_tokens"_s, u"MAX_TOKENS"_s,
                                            u"incomplete:max_output_tokens"_s,
                                            u"model_context_window_exceeded"_s};
    QTest::newRow("a stop sequence")
        << StopKind::StopSequence << QStringList{u"stop_sequence"_s, u"STOP_SEQUENCE"_s};
    QTest::newRow("a tool") << StopKind::ToolUse
                            << QStringList{u"tool_calls"_s, u"function_call"_s, u"tool_use"_s,
                                           u"TOOL_CALL"_s};
    QTest::newRow("a refusal") << StopKind::Refusal << QStringList{u"refusal"_s};
    QTest::newRow("a filter") << StopKind::ContentFilter
                              << QStringList{u"content_filter"_s,
                                             u"SAFETY"_s,
                                             u"RECITATION"_s,
                                             u"blocked:SAFETY"_s,
                                             u"incomplete:content_filter"_s,
                                             u"guardrail_intervened"_s,
                                             u"content_filtered"_s};
    QTest::newRow("anything else")
        << StopKind::Other << QStringList{u"pause_turn"_s, u"OTHER"_s, u"morse"_s};
    QTest::newRow("a failure") << StopKind::Failure
                               << QStringList{u"ERROR"_s,
                                              u"error"_s,
                                              u"TIMEOUT"_s,
                                              u"failed"_s,
                                              u"malformed_tool_use"_s,
                                              u"malformed_model_output"_s,
                                              u"MALFORMED_FUNCTION_CALL"_s,
                                              u"insufficient_system_resource"_s};
}

void tst_StopReason::words()
{
    QFETCH(StopKind, kind);
    QFETCH(QStringList, words);
    for (const QString &word : words)
        QVERIFY2(StopReason::kindOf(word) == kind, qPrintable(word));
}

QTEST_GUILESS_MAIN(tst_StopReason)
#include "tst_stopreason.moc"
