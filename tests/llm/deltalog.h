// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/streamreader.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QMetaEnum>
#include <QtCore/QStringList>

#include <vector>

namespace Retryscope::TestSupport {

inline QString usageText(const Usage &usage)
{
    QString text;
    const auto add = [&text](const char *name, const std::optional<qint64> &count) {
        if (count)
            text += QStringLiteral(" %1=%2").arg(QLatin1StringView(name)).arg(*count);
    };
    add("in", usage.inputTokens);
    add("out", usage.outputTokens);
    add("reasoning", usage.reasoningTokens);
    add("cached", usage.cachedInputTokens);
    add("total", usage.totalTokens);
    return text;
}

inline QString deltaText(const Delta &delta)
{
    QString text = QLatin1StringView(QMetaEnum::fromType<DeltaKind>().valueToKey(int(delta.kind)));
    if (delta.choice != 0)
        text += QStringLiteral(" choice=%1").arg(delta.choice);
    if (delta.kind == DeltaKind::Usage)
        return text + usageText(delta.usage);
    if (delta.kind == DeltaKind::Tool)
        text += QStringLiteral(" %1 id=%2 name=%3")
                    .arg(delta.toolIndex)
                    .arg(delta.toolId, delta.toolName);
    if (delta.toolEnd)
        text += QStringLiteral(" end");
    if (!delta.part.isEmpty())
        text += QStringLiteral(" part=%1").arg(delta.part);
    if (delta.kind == DeltaKind::Error)
        text += QStringLiteral(" type=%1").arg(delta.errorType);
    return text + QStringLiteral(" <%1>").arg(delta.text);
}

//! The parts of an answer that are there.
inline QStringList answerLog(const Answer &answer)
{
    QStringList log;
    const auto add = [&log](const char *name, const QString &text) {
        if (!text.isEmpty())
            log += QStringLiteral("%1: %2").arg(QLatin1StringView(name), text);
    };
    add("text", answer.text);
    add("reasoning", answer.reasoning);
    add("refusal", answer.refusal);
    add("signature", answer.signature);
    for (const ToolCall &call : answer.toolCalls)
        log += QStringLiteral("tool: %1 %2(%3)").arg(call.id, call.name, call.arguments);
    for (const QString &citation : answer.citations)
        log += QStringLiteral("citation: %1").arg(citation);
    for (const QString &other : answer.others)
        log += QStringLiteral("other: %1").arg(other);
    add("stop", answer.stopReason);
    add("usage", usageText(answer.usage).trimmed());
    add("error", answer.error);
    add("error type", answer.errorType);
    return log;
}

inline QString verdictText(const StreamJudgement &judgement)
{
    return QStringLiteral("%1 @%2: %3")
        .arg(QLatin1StringView(
            QMetaEnum::fromType<StreamVerdict>().valueToKey(int(judgement.verdict))))
        .arg(judgement.offset)
        .arg(judgement.reason);
}

//! Everything a reader says about the pieces of a body.
inline QStringList streamLog(StreamReader &reader, const QList<QByteArray> &pieces,
                             bool clean = true)
{
    QStringList log;
    reader.setHandlers(
        [&log](const StreamEvent &event) {
            log += QStringLiteral("event %1 @%2+%3%4%5")
                       .arg(event.index)
                       .arg(event.offset)
                       .arg(event.size)
                       .arg(event.terminal ? QStringLiteral(" terminal") : QString(),
                            event.content ? QStringLiteral(" content") : QString());
        },
        [&log](const Delta &delta) { log += deltaText(delta); });
    for (const QByteArray &piece : pieces)
        reader.feed(QByteArray(piece.constData(), piece.size()));
    log += verdictText(reader.finish(clean));
    return log;
}

//! \brief What streamLog() writes down, to be compared and not to be read: much faster.
struct StreamNotes
{
    struct Event
    {
        qint64 offset;
        qint64 size;
        std::size_t data;
        bool terminal;
        bool content;

        friend bool operator==(const Event &, const Event &) = default;
    };

    std::vector<Event> events;
    std::vector<Delta> deltas;
    //! How many events came before each delta.
    std::vector<std::size_t> order;
    QString verdict;
    QList<Finding> findings;

    friend bool operator==(const StreamNotes &, const StreamNotes &) = default;
};

inline StreamNotes streamNotes(StreamReader &reader, const QList<QByteArray> &pieces)
{
    StreamNotes notes;
    reader.setHandlers(
        [&notes](const StreamEvent &event) {
            const std::size_t data = qHash(event.data) ^ qHash(event.type, 1);
            notes.events.push_back({event.offset, event.size, data, event.terminal, event.content});
        },
        [&notes](const Delta &delta) {
            notes.deltas.push_back(delta);
            notes.order.push_back(notes.events.size());
        });
    for (const QByteArray &piece : pieces)
        reader.feed(QByteArray(piece.constData(), piece.size()));
    notes.verdict = verdictText(reader.finish(true));
    notes.findings = reader.findings();
    return notes;
}

//! For cutsInEveryPart(): what is before the first event belongs to it.
inline QList<qsizetype> eventBegins(const StreamNotes &notes)
{
    QList<qsizetype> begins{0};
    for (const StreamNotes::Event &event : notes.events) {
        if (event.offset > begins.last())
            begins.append(qsizetype(event.offset));
    }
    return begins;
}

} // namespace Retryscope::TestSupport
