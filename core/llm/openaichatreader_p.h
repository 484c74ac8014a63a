// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/choicetracker_p.h"
#include "core/llm/jsoneventreader_p.h"

#include <QtCore/QHash>
#include <QtCore/QSet>
#include <QtCore/QStringList>

#include <utility>

namespace Retryscope {

//! \brief Reads the chunks of Chat Completions, of OpenAI and of the servers that resemble it.
class OpenAiChatReader final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readOther(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    void readBody(QByteArrayView text, EventReading &reading) override;
    QString answerMember() const override;

private:
    //! Some servers put an error's members at the top.
    struct FlatError
    {
        QString object;
        QString type;
        QString code;
        QString message;
    };

    struct Choice
    {
        int index;
        QString stop;
        bool sawDelta;
    };

    bool isSteady(const DeltaList &deltas) const;
    void checkTool(const Delta &tool);
    void endTools(int choice, DeltaList &deltas);
    void readMember(std::string_view key, Value value, EventReading &reading);
    void readChoice(Value value, int position, EventReading &reading);
    void readChoiceMember(std::string_view key, Value value, Choice &choice, DeltaList &deltas);
    void readMessage(Value value, DeltaList &deltas);
    void readReasoningDetails(const JsonSlice &details, bool repeated, DeltaList &deltas);
    void readContent(Value value, DeltaList &deltas);
    void readPart(Value value, DeltaList &deltas);
    void readCitations(Value value, bool repeated, DeltaList &deltas);
    void readTool(Value value, int position, DeltaList &deltas);
    void readFunction(Value value, Delta &tool);
    void readUsage(const JsonSlice &usage, DeltaList &deltas);
    bool addFlatError(QByteArrayView type, QByteArrayView text, DeltaList &deltas);

    FlatError m_flat;
    bool m_sawError = false;
    bool m_sawChoices = false; // their list, if only an empty one
    bool m_begun = false;      // one in it
    //! Tool calls whose first piece has come: their ids, by choice and index; how many a choice
    //! has.
    QHash<std::pair<int, int>, QString> m_tools;
    QHash<int, int> m_toolCounts;
    QHash<int, QList<int>> m_openTools; // their indices, by choice
    ChoiceTracker m_choices;
    QSet<QByteArray> m_citations; // those of the whole answer
    bool m_indexMissing = false;  // of any tool call so far
    QStringList m_oddities;       // of the event that is being read
    DeltaList m_fallback;         // of one choice, used where it has no delta
};

} // namespace Retryscope
