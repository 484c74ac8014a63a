// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/jsoneventreader_p.h"

#include <QtCore/QStringList>

#include <vector>

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

    //! A tool call whose first piece has come.
    struct BegunTool
    {
        int choice;
        int index;
        QString id;
    };

    bool isSteady(const DeltaList &deltas) const;
    void checkTool(const Delta &tool);
    void readMember(std::string_view key, Value value, DeltaList &deltas);
    void readChoice(Value value, int position, DeltaList &deltas);
    void readChoiceMember(std::string_view key, Value value, Choice &choice, DeltaList &deltas);
    void readMessage(Value value, DeltaList &deltas);
    void readContent(Value value, DeltaList &deltas);
    void readPart(Value value, DeltaList &deltas);
    void readCitations(Value value, DeltaList &deltas);
    void readTool(Value value, int position, DeltaList &deltas);
    void readFunction(Value value, Delta &tool);
    void readUsage(Value value, DeltaList &deltas);
    void readCount(Value value, std::string_view wanted, std::optional<qint64> &count);
    void readError(Value value, DeltaList &deltas);

    FlatError m_flat;
    bool m_sawError = false;
    bool m_sawChoices = false;
    std::vector<BegunTool> m_tools;
    bool m_sawCitations = false; // those of the whole answer
    bool m_indexMissing = false; // of any tool call so far
    QStringList m_oddities;      // of the event that is being read
    DeltaList m_fallback;        // of one choice, used where it has no delta
};

} // namespace Retryscope
